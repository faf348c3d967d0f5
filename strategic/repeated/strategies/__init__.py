"""Strategies with memory: automata, memory-one strategies, matches and tournaments."""
