"""Equilibria by pivoting and by polytopes, one or all of them, each verified.

`single_equilibrium` (method ``one``), `lemke_howson`, `polytopes` for games too large for method
``all``, and `zero_sum`.
"""

__all__ = ["lemke_howson", "polytopes", "single_equilibrium", "zero_sum"]
