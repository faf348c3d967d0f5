"""The trust ladder: its structure, equilibria, values, exact chain, random paths and logit play."""

from strategic.namespaces import listing, loaded_when_used

__all__ = ["chain", "equilibria", "logit", "paths", "structure", "values"]

__getattr__ = loaded_when_used(__name__, dict.fromkeys(__all__, ""))
__dir__ = listing(__all__)
