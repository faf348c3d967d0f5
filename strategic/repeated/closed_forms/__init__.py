"""Closed forms of the repeated game; `strategic.repeated` lists them by name.

All of them take one `game.RepeatedGame`: triggers, incidents, enforcement, repair, dependence,
splits and trust. Reputation, Bayesian trust, the trust stock and survival curves stand alone.
"""

from strategic.namespaces import listing, loaded_when_used

__all__ = [
    "bayesian_trust",
    "dependence",
    "enforcement",
    "game",
    "incidents",
    "repair",
    "reputation",
    "splits",
    "survival_curve",
    "triggers",
    "trust_needed",
    "trust_stock",
]

__getattr__ = loaded_when_used(__name__, dict.fromkeys(__all__, ""))
__dir__ = listing(__all__)
