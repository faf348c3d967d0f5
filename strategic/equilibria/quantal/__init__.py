"""Logit quantal response equilibria."""
