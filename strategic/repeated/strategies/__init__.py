"""Strategies with memory: memory-one chains, finite automata, random matches, tournaments."""

from strategic.namespaces import listing, loaded_when_used

__all__ = [
    "automata",
    "fingerprints",
    "memory",
    "named",
    "simulated_matches",
    "tables",
    "tournament",
    "typed",
]

__getattr__ = loaded_when_used(__name__, dict.fromkeys(__all__, ""))
__dir__ = listing(__all__)
