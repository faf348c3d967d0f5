"""Closed forms of the repeated game; `strategic.repeated` lists them by name.

All of them take one `game.RepeatedGame`: triggers, incidents, enforcement, repair, dependence,
splits and trust. Reputation, Bayesian trust, the trust stock and survival curves stand alone.
"""

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
