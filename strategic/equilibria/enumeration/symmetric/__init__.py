"""All symmetric equilibria of symmetric games of any number of players.

`solver` is the method; a support of the common mixture is a system of polynomials on a simplex,
whose roots `_cell_search` encloses, in doubles with error bounds or in whole numbers. Where
payoffs are tied, `_whole_shares` finds those of two actions for all games at once, and
`_polynomial` those whose roots or ties that leaves in doubt.
"""

from strategic.namespaces import listing, loaded_when_used

__all__ = ["solver"]

__getattr__ = loaded_when_used(__name__, dict.fromkeys(__all__, ""))
__dir__ = listing(__all__)
