"""All equilibria of two-player games, certified, in bulk.

`all_equilibria` holds the method ``all``. It proves what it can by the signs of bordered minors in
floating point, and hands the rest to `exact_fallback`, which also gives strategies as fractions.
"""

__all__ = ["all_equilibria", "exact_fallback"]
