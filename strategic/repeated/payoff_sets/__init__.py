"""Payoff sets of repeated games."""
