"""Strategies with memory: memory-one chains, finite automata, random matches, tournaments."""
