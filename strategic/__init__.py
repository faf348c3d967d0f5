"""Game-theoretic strategy solver: certified equilibria in bulk, trust, dependence and incident risk."""

__version__ = "0.1.0"
