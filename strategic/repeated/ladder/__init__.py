"""The trust ladder: its structure, equilibria, values, exact chain, random paths and logit play."""

__all__ = ["chain", "equilibria", "logit", "paths", "structure", "values"]
