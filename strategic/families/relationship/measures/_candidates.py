"""Measures of the game in which candidates compete by effort for being the partner."""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array
from strategic.families.relationship._candidates import candidacy
from strategic.families.relationship.measures._register import NO_YES, Measures
from strategic.modelling import Points

CANDIDATES = Measures()
single = CANDIDATES.single


@single("D8", "D10", labels=NO_YES)
def effort_sustained(points: Points) -> Array:
    r"""Whether the partner makes the effort in some equilibrium of the game of organisations.

    .. math:: \text{yes} \iff x_G \ge 0, g_c \ge k_e

    It does iff ``x_G >= 0`` and effort repays a partner that is sure to be picked.
    """
    blocked = points.once(candidacy).blocked_by
    return np.where(blocked < 0, -1, (blocked == 0).astype(int))


@single("D8", "D10", kind="integer", unit="equilibria")
def candidates_pure_count(points: Points) -> Array:
    r"""How many pure equilibria the game of the government and its candidates has.

    .. math:: \# \{ (a, \epsilon) \in \{0, \dots, n_c\} \times \{0, 1\}^{n_c} \mid (a, \epsilon)
        \text{ is a Nash equilibrium} \}

    Undefined beyond 2^53, which effort that costs nothing may reach.
    """
    return points.once(candidacy).pure_count


@single("D8", "D10", "M12", kind="integer", unit="organisations")
def candidates_working(points: Points) -> Array:
    r"""Largest number of candidates that all make the effort in one equilibrium.

    .. math:: s^* = \begin{cases}
        \max(0, \min(n_c, \lfloor g_c / k_e \rfloor)) & \text{if } x_G \ge 0 \\
        0 & \text{otherwise}
        \end{cases}

    The government picks each of them with the same probability; with more of them that is too
    small to repay the effort.
    """
    return points.once(candidacy).working


@single("D8", "D10", "M12", unit="payoff")
def candidates_waste(points: Points) -> Array:
    r"""Cost of the efforts of those who are not picked where as many as can make the effort.

    .. math:: k_e \max(s^* - 1, 0)
    """
    idle = np.maximum(points.once(candidacy).working - 1, 0.0)
    return np.asarray(idle * points["organisation.effort_cost"])


@single("D8", "D10", unit="organisations")
def candidates_hesitant_efforts(points: Points) -> Array:
    r"""Mean number of efforts where the government hesitates between all candidates and none.

    .. math:: \frac{n_c c_G}{x_G + c_G} \text{ if } k_e > 0, x_G > 0, n_c k_e < g_c

    ``k c_G/(x_G + c_G)``; undefined where that is no equilibrium.
    """
    return np.asarray(points["relation.candidates"] * points.once(candidacy).effort)


@single("D8", "D10", unit="probability")
def candidates_hesitant_choice(points: Points) -> Array:
    r"""Probability that a government that hesitates between all candidates and none picks one.

    .. math:: \frac{n_c k_e}{g_c} \text{ if } k_e > 0, x_G > 0, n_c k_e < g_c

    ``k k_e/(x_O - b_O)``; undefined where that is no equilibrium.
    """
    return points.once(candidacy).choice
