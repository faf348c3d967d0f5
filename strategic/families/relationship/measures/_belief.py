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
    r"""Smallest belief at which conditional cooperation is best for the {side} (repeated game).

    .. math:: p^*_i = \begin{cases}
        \infty & \text{if } X < 0 \\
        1 & \text{if } X = 0 \\
        \frac{(1 - \delta_i) c_i}{(1 - \delta_i) c_i + X} & \text{if } c_i > 0 \\
        0 & \text{otherwise}
        \end{cases}, \quad X = P_i + \frac{(1 - \delta_i) D_i}{1 - (1 - h) \delta_i} - (1 -
        \delta_i) b_i - \delta_i P_i

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
    r"""Belief in the {other} from which the {side} cooperates, given its foresight.

    .. math:: \theta^{\mathrm{f}}_i = \begin{cases}
        \frac{c_i}{x^{\mathrm{f}}_i + c_i} & \text{if } x^{\mathrm{f}}_i, c_i > 0 \\
        0 & \text{if } c_i = 0 \le x^{\mathrm{f}}_i \\
        1 & \text{otherwise}
        \end{cases}

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
    r"""Smallest foresight at which the initial belief of the {side} suffices; inf: not even 1 does.

    .. math:: f^*_i = \begin{cases}
        0 & \text{if } \theta_i x_i \ge (1 - \theta_i) c_i \\
        y & \text{if } D_i > 0, y \le 1 \\
        \infty & \text{otherwise}
        \end{cases}, \quad y = \frac{v}{(1 - h) \delta_i (v + D_i)}, \quad v = \frac{1 -
        \theta_i}{\theta_i} c_i - x_i

    0 where it suffices in the one-shot game.
    """
    return trust.foresight_to_start(points)


@single("K7", "K11", labels=TRUST_CLASSES)
def trust_class(points: Points) -> Array:
    r"""How much trust cooperation needs.

    .. math:: \begin{cases}
        \text{robust} & \text{if } \max_i p^*_i \le 1/2 \\
        \text{fragile} & \text{if } \max_i p^*_i \le 1 \\
        \text{impossible} & \text{otherwise}
        \end{cases}
    """
    return needed.trust_class(points.once(trust_needed).max(axis=0))


@single("K5", "P28", labels=STATUSES)
def incident_news(points: Points) -> Array:
    r"""Whether an incident tells the government anything about its partner.

    .. math:: \begin{cases}
        \text{ok} & \text{if } h_D > h \\
        \text{no\_news} & \text{otherwise}
        \end{cases}
    """
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
    r"""Belief of the government after one incident, given how surely opportunists show.

    .. math:: (1 - \nu) \frac{h \theta_G}{h \theta_G + h' (1 - \theta_G)} + \nu \theta_G

    Bayes' rule on its initial belief; then officials are replaced, and newcomers start from it.
    """
    return bayesian_trust.update_belief(points["trust.government"], _signals(points), bad=True)


@single("K5", "K7", unit="periods")
def periods_to_recover(points: Points) -> Array:
    r"""Good periods that undo one incident, given how surely opportunists show.

    .. math:: \frac{\ln(h' / h)}{\ln((1 - h) / (1 - h'))}
    """
    return bayesian_trust.periods_to_recover(_signals(points))


@single("K5", "P11", unit="probability")
def ruin_bound(points: Points) -> Array:
    r"""Upper bound on the probability that belief in a trustworthy partner ever falls too low.

    .. math:: \min \left( 1, \frac{1 - \theta_G}{\theta_G} \cdot \frac{p^*_G}{1 - p^*_G} \right)
        \text{ if } p^*_G < 1
    """
    threshold = points.once(trust_needed)[0]
    attainable = np.where(threshold < 1, threshold, np.nan)
    return bayesian_trust.ruin_bound(points["trust.government"], attainable)
