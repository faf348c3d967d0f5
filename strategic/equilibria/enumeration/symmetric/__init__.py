"""All symmetric equilibria of symmetric games of any number of players.

`solver` is the method; a support of the common mixture is a system of polynomials on a simplex,
whose roots `_cells` encloses, in doubles with error bounds or in fractions, and `_polynomial`
isolates where two actions are in use and payoffs are tied.
"""

from strategic.namespaces import listing, loaded_when_used

__all__ = ["solver"]

__getattr__ = loaded_when_used(__name__, dict.fromkeys(__all__, ""))
__dir__ = listing(__all__)
