"""Solution concepts besides Nash: correlated, commitment, dominance, refinement, selection."""
