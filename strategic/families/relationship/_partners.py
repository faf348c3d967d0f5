"""The normal form of one government and n organisations, of which it picks one (claims D8, D10)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.families.relationship._base_game import base_terms
from strategic.games import Game
from strategic.modelling import Points


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
    terms = points.once(base_terms)
    cost = np.asarray(effort_cost, dtype=float)
    batch = np.broadcast_shapes(points.shape, cost.shape)
    shape = (organisations + 1, *(2,) * organisations)
    axes = tuple(range(-len(shape), 0))

    def everywhere(value: ArrayLike) -> Array:
        """One number per game, broadcastable to all its profiles."""
        return np.expand_dims(np.broadcast_to(np.asarray(value), batch), axes)

    (x_G, x_O), (_, b_O), (c_G, _) = terms.incentive, terms.temptation, terms.loss
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
