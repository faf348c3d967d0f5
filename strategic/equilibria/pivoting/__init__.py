"""Equilibria by pivoting and by polytopes, one or all of them, each verified.

`single_equilibrium` (method ``one``), `lemke_howson`, `polytopes` for games too large for method
``all``, and `zero_sum`.
"""

from strategic.namespaces import listing, loaded_when_used

__all__ = ["lemke_howson", "polytopes", "single_equilibrium", "zero_sum"]

__getattr__ = loaded_when_used(__name__, dict.fromkeys(__all__, ""))
__dir__ = listing(__all__)
