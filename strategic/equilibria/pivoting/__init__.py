"""Equilibria by pivoting: one equilibrium, Lemke-Howson, polytopes, zero-sum games."""
