"""Solve games for certified equilibria, and see how trust, dependence and incidents move them."""

__version__ = "0.1.0"
