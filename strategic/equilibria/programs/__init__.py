"""Linear programs of many small games at once, as exact as one by one.

`mixtures.best_mixtures` solves programs of one shape; `written.as_written` gives the payoffs of
games as doubles that are exactly what is written, but for a unit. `vertices` proves what is found
in doubles, in the arithmetic of `twofold`.
"""

from strategic.namespaces import listing, loaded_when_used

__all__ = ["mixtures", "twofold", "vertices", "written"]

__getattr__ = loaded_when_used(__name__, dict.fromkeys(__all__, ""))
__dir__ = listing(__all__)
