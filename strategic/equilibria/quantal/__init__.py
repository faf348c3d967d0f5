"""Logit quantal response equilibria: at a rationality (`logit`), and as a path (`logit_path`)."""

__all__ = ["logit", "logit_path"]
