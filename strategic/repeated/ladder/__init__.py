"""The trust ladder: its structure, equilibria, values, exact chain, random paths and logit play."""
