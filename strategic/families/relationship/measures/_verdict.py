"""Measures that sum a relationship up: which of trust, interest, patience and incidents decides.

They are the labels of the verdict (`strategic.verdict`), vectorised, so that a sweep or a boundary
may ask for them as a report does.
"""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array
from strategic.families.relationship import _trust as trust
from strategic.families.relationship._base_game import base_terms
from strategic.families.relationship._repetition import game_of, repetition
from strategic.families.relationship._thresholds import thresholds_at
from strategic.families.relationship.measures._register import Measures
from strategic.modelling import Points
from strategic.status import Status

VERDICTS = Measures()
single = VERDICTS.single

TRUST = ("enough", "missing", "irrelevant")
REPETITION = ("not needed", "carries it", "cannot carry it")
CONSTRAINTS = (
    "none",
    "trust",
    "foresight",
    "interest",
    "detection",
    "incident risk",
    "patience",
)
INCIDENT = ("ends cooperation", "absorbed", "no news", "nothing to end")


@single("K11", "I16", labels=TRUST)
def trust_status(points: Points) -> Array:
    r"""Whether the initial beliefs start cooperation, fall short, or no belief could start it.

    .. math:: \begin{cases}
        \text{irrelevant} & \text{if } \max_i \Lambda^{\mathrm{f}}_i = \infty \\
        \text{enough} & \text{if } \Delta_G, \Delta_O \ge 0 \\
        \text{missing} & \text{otherwise}
        \end{cases}
    """
    return _compared(points, trust.trust_thresholds(points))


def status_of_trust(points: Points, foresight: float) -> Array:
    """Compare the initial beliefs with those needed at some foresight: position in `TRUST`."""
    return _compared(points, thresholds_at(points, foresight))


def _compared(points: Points, thresholds: Array) -> Array:
    # Beliefs lie strictly between 0 and 1, so that an infinite threshold is never reached.
    never = np.isposinf(thresholds).any(axis=0)
    enough = (trust.initial_log_odds(points) >= thresholds).all(axis=0)
    found = np.where(never, 2, np.where(enough, 0, 1))
    return np.where(np.isnan(thresholds).any(axis=0), -1, found)


@single("P22", "Peters iii", labels=REPETITION)
def repetition_role(points: Points) -> Array:
    r"""Whether cooperation needs repetition to be kept up, and whether repetition sustains it.

    .. math:: \begin{cases}
        \text{not needed} & \text{if } g_G, g_O \le 0 \\
        \text{carries it} & \text{if } \mathcal{T}^* \ge 0 \\
        \text{cannot carry it} & \text{otherwise}
        \end{cases}
    """
    status = points.once(repetition).status
    found = np.where(status == Status.SELF_ENFORCING, 0, np.where(status == Status.OK, 1, 2))
    return np.where(status == Status.INVALID, -1, found)


@single("K5", "P10", labels=INCIDENT)
def incident_effect(points: Points) -> Array:
    r"""Effect of one incident on cooperation at the initial beliefs.

    .. math:: \begin{cases}
        \text{nothing to end} & \text{if } \min_i \Delta_i < 0 \\
        \text{no news} & \text{if } \Delta^{-} = 0 \\
        \text{absorbed} & \text{if } \Delta_G \ge \Delta^{-} \\
        \text{ends cooperation} & \text{otherwise}
        \end{cases}
    """
    margin = trust.initial_log_odds(points) - trust.trust_thresholds(points)
    return effect_of_incident(margin, trust.incident_drop(points))


def effect_of_incident(margin: Array, drop: Array) -> Array:
    """Compare log-odds above the thresholds with what an incident costs: position in `INCIDENT`.

    Only the government's belief falls with an incident (P10).
    """
    together = (margin >= 0).all(axis=0)
    struck = np.where(drop == 0, 2, np.where(margin[0] >= drop, 1, 0))
    return np.where(np.isnan(margin).any(axis=0), -1, np.where(together, struck, 3))


@single("K5", "K11", "P22", labels=CONSTRAINTS)
def binding_constraint(points: Points) -> Array:
    r"""Most fundamental obstacle to cooperation that lasts.

    .. math:: \begin{cases}
        \text{interest} & \text{if } \mathcal{T}^* \text{ is undefined and } \min_i R_i \le 0 \\
        \text{detection} & \text{if } \mathcal{T}^* \text{ is undefined but not at } m = 1 \\
        \text{incident risk} & \text{if } \mathcal{T}^* \text{ is undefined but not at } h = 0 \\
        \text{patience} & \text{if } \mathcal{T}^* \text{ is undefined} \\
        \text{none} & \text{if } \Delta_G, \Delta_O \ge 0 \\
        \text{foresight} & \text{if } \Delta_G, \Delta_O \ge 0 \text{ at } f = 1 \\
        \text{trust} & \text{otherwise}
        \end{cases}

    Interest: to a side cooperation is worth no more than acting alone.  Detection, incident risk,
    patience: repetition would sustain cooperation if every deviation were seen, if there were no
    incidents, or if the future counted more.  Foresight: beliefs suffice once the sides count the
    future.  Trust: beliefs fall short.
    """
    role, starts = repetition_role(points), trust_status(points)
    far_sighted = status_of_trust(points, 1.0)
    beliefs = np.where(starts == 0, 0, np.where((role == 1) & (far_sighted == 0), 2, 1))
    # With a gain of exactly 0 and something to lose no belief short of certainty is enough.
    beliefs = np.where((role == 0) & (starts == 2), 3, beliefs)
    found = np.where(role == 2, _obstacle(points), beliefs)
    return np.where((role < 0) | (starts < 0), -1, found)


def _obstacle(points: Points) -> Array:
    """Why repetition cannot carry cooperation: position in `CONSTRAINTS`."""
    game, found = points.once(game_of), points.once(repetition)
    worthless = (points.once(base_terms).reward <= 0).any(axis=0)
    # Grim with sure detection: g <= delta (1-h) (g + D); without incidents: the limit is positive.
    kept = np.maximum(game.gain, 0.0)
    seen = (kept <= game.discount * (1 - game.incident_risk) * (kept + game.dependence)).all(axis=0)
    calm = found.incident_limit > 0
    return np.where(worthless, 3, np.where(seen, 4, np.where(calm, 5, 6)))
