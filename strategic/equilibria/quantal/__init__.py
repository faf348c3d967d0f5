"""Logit quantal response equilibria: at a rationality (`logit`), and as a path (`logit_path`)."""

from strategic.namespaces import listing, loaded_when_used

__all__ = ["logit", "logit_path"]

__getattr__ = loaded_when_used(__name__, dict.fromkeys(__all__, ""))
__dir__ = listing(__all__)
