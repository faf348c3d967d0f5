"""The normal form of one government and n organisations, of which it picks one (claims D8, D10)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.errors import GameError
from strategic.families.relationship._base_game import base_terms
from strategic.families.relationship._organisations import partner_effort
from strategic.games import Game
from strategic.modelling import Points
from strategic.whole_numbers import check_whole


def partners_game(points: Points, organisations: int, *, effort_cost: ArrayLike = 0.0) -> Game:
    """Build the normal form in which the government picks one of n organisations, or none.

    Parameters
    ----------
    points : Points
        Parameter values; their shape is the batch.
    organisations : int
        n; the game has n+1 players.
    effort_cost : array_like
        What effort costs an organisation.

    Returns
    -------
    Game
        The government's actions are "1" to "n" and "none"; every organisation's "0" and "1".

    Notes
    -----
    The terms are those of the model, with what its own ``relation.organisations`` adds to them: for
    a contest of efforts chosen in this very game leave that at 1.
    A partner with effort gives (x_G, x_O - effort_cost), one without (-c_G, b_O), no partner 0;
    an organisation that is not picked pays for its effort.  The form is ours.

    Examples
    --------
    >>> from strategic.equilibria.concepts.pure import pure_profiles
    >>> from strategic.families.relationship import relationship
    >>> game = partners_game(relationship({"relation.payment": 0.05}).points, 2, effort_cost=0.1)
    >>> pure_profiles(game)[1].tolist()
    [[0, 1, 0], [1, 0, 1], [2, 0, 0]]
    """
    check_whole(organisations=organisations)
    terms = points.once(base_terms)
    earned = terms.incentive[0], terms.incentive[1], terms.temptation[1], terms.loss[0]
    return _normal_form(points, organisations, earned, effort_cost)


MOST_CANDIDATES = 8
"""Organisations that a normal form has room for; measures have closed forms for any number."""


def organisations_game(points: Points) -> Game:
    """Build the game of the government and `relation.candidates` organisations.

    Parameters
    ----------
    points : Points
        Parameter values; their shape is the batch.

    Raises
    ------
    GameError
        When there are more than eight candidates, or not the same number at all points.

    Notes
    -----
    As `partners_game`, with effort that costs ``organisation.effort_cost``. Efforts are chosen in
    the game itself, so that what ``relation.organisations`` makes the partner spend on the
    performance contest (`_organisations.partner_effort`) is not counted a second time.

    Examples
    --------
    >>> from strategic.families.relationship import relationship
    >>> organisations_game(relationship({"relation.candidates": 3}).points).shape
    (4, 2, 2, 2)
    """
    counts = np.unique(points["relation.candidates"])
    if len(counts) != 1 or counts[0] > MOST_CANDIDATES:
        raise GameError(
            f"must be one number of at most {MOST_CANDIDATES} at all points",
            where="relation.candidates",
            value=", ".join(f"{count:g}" for count in counts[:5]),
            remedy="measures such as candidates_working take any number",
        )
    earned = candidate_terms(points)
    return _normal_form(points, int(counts[0]), earned, points["organisation.effort_cost"])


def candidate_terms(points: Points) -> tuple[Array, Array, Array, Array]:
    """Give what the parties earn: x_G, x_O before any effort, b_O, and c_G."""
    terms = points.once(base_terms)
    willing = terms.incentive[1] + points.once(partner_effort)
    return terms.incentive[0], np.asarray(willing), terms.temptation[1], terms.loss[0]


def _normal_form(
    points: Points, organisations: int, earned: tuple[Array, ...], effort_cost: ArrayLike
) -> Game:
    x_G, x_O, b_O, c_G = earned
    cost = np.asarray(effort_cost, dtype=float)
    batch = np.broadcast_shapes(points.shape, cost.shape)
    shape = (organisations + 1, *(2,) * organisations)
    axes = tuple(range(-len(shape), 0))

    def everywhere(value: ArrayLike) -> Array:
        """One number per game, broadcastable to all its profiles."""
        return np.expand_dims(np.broadcast_to(np.asarray(value), batch), axes)

    picked, *efforts = np.indices(shape)
    payoffs = [np.zeros((*batch, *shape))]
    for number, effort in enumerate(efforts):
        partner, works = picked == number, effort == 1
        paid = np.where(works, everywhere(x_G), everywhere(-c_G))
        payoffs[0] = np.where(partner, paid, payoffs[0])
        idle = np.where(partner, everywhere(b_O), 0.0)
        busy = np.where(partner, everywhere(x_O), 0.0) - everywhere(cost)
        payoffs.append(np.where(works, busy, idle))
    names = [str(number + 1) for number in range(organisations)]
    return Game(
        tuple(payoffs),
        players=("government", *(f"organisation {name}" for name in names)),
        actions=((*names, "none"), *(("0", "1"),) * organisations),
    )
