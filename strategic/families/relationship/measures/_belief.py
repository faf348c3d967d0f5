"""Measures of belief: how much of it cooperation needs, and what incidents do to it."""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array
from strategic.families.relationship import _trust as trust
from strategic.families.relationship._base_game import threshold_belief
from strategic.families.relationship._foresight import trust_terms
from strategic.families.relationship._repetition import game_of
from strategic.families.relationship.measures._register import STATUSES, Measures
from strategic.modelling import Points
from strategic.repeated.closed_forms import bayesian_trust
from strategic.repeated.closed_forms import trust_needed as needed
from strategic.status import Status

BELIEF = Measures()
single, with_pair = BELIEF.single, BELIEF.with_pair
TRUST_CLASSES = tuple(kind.label for kind in needed.TrustClass)


@with_pair(
    np.max,
    "Smallest belief at which conditional cooperation is best in the repeated game; the pair's.",
    "K11",
    "K7",
    unit="probability",
)
def trust_needed(points: Points) -> Array:
    """Smallest belief at which conditional cooperation is best for the {side} (repeated game).

    Any incident ends cooperation for good here, and no deviation is missed (m = 1): the trust that
    starting needs, not the threshold of the one-shot game.
    """
    return needed.trust_needed(points.once(game_of))


@with_pair(
    np.max,
    "Smallest belief at which both cooperate on the path, given their foresight; the pair's.",
    "K11",
    "K7",
    unit="probability",
)
def belief_needed(points: Points) -> Array:
    """Belief in the {other} from which the {side} cooperates, given its foresight.

    The trust threshold of the one-shot game at ``trust.foresight`` 0, ``trust_needed`` at 1; 1
    where no belief suffices.  Replays and simulations compare beliefs with it.
    """
    return threshold_belief(points.once(trust_terms))


@with_pair(
    np.max,
    "Smallest foresight at which both initial beliefs suffice; inf where not even 1 is enough.",
    "K11",
    "K7",
    unit="share",
)
def foresight_to_start(points: Points) -> Array:
    """Smallest foresight at which the initial belief of the {side} suffices; inf: not even 1 does.

    0 where it suffices in the one-shot game.
    """
    return trust.foresight_to_start(points)


@single("K7", "K11", labels=TRUST_CLASSES)
def trust_class(points: Points) -> Array:
    """How much trust cooperation needs."""
    return needed.trust_class(points.once(trust_needed).max(axis=0))


@single("K5", "P28", labels=STATUSES)
def incident_news(points: Points) -> Array:
    """Whether an incident tells the government anything about its partner."""
    return np.where(trust.incident_drop(points) > 0, Status.OK, Status.NO_NEWS)


def _signals(points: Points) -> bayesian_trust.Signals:
    return bayesian_trust.trust_signals(
        points["relation.incident_risk"],
        points["trust.detection"],
        turnover=points["officials.turnover"],
        prior=points["trust.government"],
    )


@single("K5", "I16", unit="probability")
def belief_after_incident(points: Points) -> Array:
    """Belief of the government after one incident, given how surely opportunists show.

    Bayes' rule on its initial belief; then officials are replaced, and newcomers start from it.
    """
    return bayesian_trust.update_belief(points["trust.government"], _signals(points), bad=True)


@single("K5", "K7", unit="periods")
def periods_to_recover(points: Points) -> Array:
    """Good periods that undo one incident, given how surely opportunists show."""
    return bayesian_trust.periods_to_recover(_signals(points))


@single("K5", "P11", unit="probability")
def ruin_bound(points: Points) -> Array:
    """Upper bound on the probability that belief in a trustworthy partner ever falls too low."""
    threshold = points.once(trust_needed)[0]
    attainable = np.where(threshold < 1, threshold, np.nan)
    return bayesian_trust.ruin_bound(points["trust.government"], attainable)
