"""The trust ladder: equilibria, dynamics, values, random paths."""
