"""All equilibria of two-player games, certified, in bulk."""
