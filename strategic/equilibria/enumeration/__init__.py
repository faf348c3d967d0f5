"""All equilibria, certified, in bulk.

`all_equilibria` holds the method ``all``. Of two players it proves what it can by the signs of
bordered minors in floating point, and hands the rest to `exact_fallback`, which also gives
strategies as fractions. `players` does the same for three and more.
"""

from strategic.namespaces import listing, loaded_when_used

__all__ = ["all_equilibria", "exact_fallback", "players"]

__getattr__ = loaded_when_used(__name__, dict.fromkeys(__all__, ""))
__dir__ = listing(__all__)
