"""Strategies with memory: memory-one chains, finite automata, random matches, tournaments."""

__all__ = ["automata", "memory", "named", "simulated_matches", "tournament", "typed"]
