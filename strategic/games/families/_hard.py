"""Games that are hard for methods of finding equilibria."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from strategic.errors import GameError
from strategic.games.families._sizes import Seed, batch_of, checked_whole, generator_of
from strategic.games.game import Game


def half_support_game(size: int) -> Game:
    """Make a game that is hardest for support enumeration.

    Parameters
    ----------
    size : int
        Each player has ``4 * size - 1`` actions.

    Returns
    -------
    Game
        One game with a unique equilibrium: both players mix equally over their first
        ``2 * size - 1`` actions, about half of all.

    Raises
    ------
    GameError
        When the size is not a whole number of at least 1.

    References
    ----------
    Sandholm, T., Gilpin, A. and Conitzer, V. (2005). Mixed-integer programming methods for finding
    Nash equilibria. In Proceedings of the 20th National Conference on Artificial Intelligence
    (AAAI), 495-501. AAAI Press.

    Examples
    --------
    >>> from strategic.equilibria import solve
    >>> solve(half_support_game(2)).row.round(3)
    array([[0.333, 0.333, 0.333, 0.   , 0.   , 0.   , 0.   ]])
    """
    core = 2 * checked_whole(size, "size") - 1
    step = (np.arange(core) - np.arange(core)[:, np.newaxis]) % core
    cycle = np.where(step == 1, 0.5, np.where(step == core - 1, 1.0, 0.75))
    if core == 1:
        cycle = np.array([[0.75]])
    # The core is a constant-sum game whose only equilibrium mixes equally and is worth 3/4.
    # Outside, the players play matching pennies, worth at most 3/8, where the core pays 1/2.
    row, column = np.zeros((2, 2 * core + 1, 2 * core + 1))
    for own in (row, column.T):
        own[:core, :core], own[:core, core:] = cycle, 0.5
    outside = np.arange(core, 2 * core + 1)
    row[outside, outside] = 0.75
    column[outside, core + ((outside - core) ^ 1)] = 0.75
    return Game(payoffs=(row, column))


def tournament_games(nodes: int, subset: int, count: int | None = None, *, rng: Seed) -> Game:
    """Draw win-lose games on tournaments, whose equilibria need large supports.

    Parameters
    ----------
    nodes, subset : int
        The row player picks a node of a random tournament, the column player a subset of nodes.
    count : int, optional
        Number of games; a single game without batch axis by default.
    rng : Generator or int
        Source of randomness, or its seed.

    Returns
    -------
    Game
        ``nodes`` x ``C(nodes, subset)``. The row player wins 1 if her node beats all of the
        subset, the column player if it lies in his subset.

    Raises
    ------
    GameError
        When a size is wrong.

    References
    ----------
    Anbalagan, Y., Norin, S., Savani, R. and Vetta, A. (2013). Polylogarithmic supports are required
    for approximate well-supported Nash equilibria below 2/3. In Web and Internet Economics (WINE),
    15-23. Springer.

    Examples
    --------
    >>> tournament_games(5, 2, rng=0).shape
    (5, 10)
    """
    nodes, subset = checked_whole(nodes, "nodes"), checked_whole(subset, "subset")
    if subset > nodes:
        raise GameError(f"must be at most nodes = {nodes}", where="subset", value=subset)
    batch = batch_of(count)
    above = np.triu(generator_of(rng).random((*batch, nodes, nodes)) < 0.5, 1)
    beats = above | (np.tril(~np.swapaxes(above, -1, -2), -1))
    subsets = np.array(list(combinations(range(nodes), subset)))
    row = beats[..., subsets].all(axis=-1).astype(float)
    column = (np.arange(nodes)[:, np.newaxis, np.newaxis] == subsets).any(axis=-1)
    return Game(payoffs=(row, np.broadcast_to(column, row.shape).astype(float)))


def unit_vector_games(
    actions: int, count: int | None = None, *, avoid_pure: bool = False, rng: Seed
) -> Game:
    """Draw games in which each column pays the row player 1 in one row and 0 in the others.

    Parameters
    ----------
    actions : int
        Number of actions of each player.
    count : int, optional
        Number of games; a single game without batch axis by default.
    avoid_pure : bool, optional
        Place the ones so that there is no pure equilibrium.
    rng : Generator or int
        Source of randomness, or its seed.

    Returns
    -------
    Game
        Column payoffs are uniform on [0, 1).

    Raises
    ------
    GameError
        When a size is wrong; avoiding pure equilibria takes at least 2 actions.

    References
    ----------
    Savani, R. and von Stengel, B. (2016). Unit vector games. International Journal of Economic
    Theory 12, 7-27.

    Examples
    --------
    >>> unit_vector_games(3, rng=0).row.sum(axis=0)
    array([1., 1., 1.])
    """
    actions = checked_whole(actions, "actions", least=2 if avoid_pure else 1)
    generator = generator_of(rng)
    column = generator.random((*batch_of(count), actions, actions))
    allowed = np.ones(column.shape, dtype=bool)
    if avoid_pure:
        # No pure equilibrium: a 1 never stands at the column player's best reply to its row. For
        # that each column must be beaten in some row, so games with a dominant one are redrawn.
        while True:
            allowed = column < column.max(axis=-1, keepdims=True)
            dominant = ~allowed.any(axis=-2).all(axis=-1)
            if not dominant.any():
                break
            column[dominant] = generator.random((int(dominant.sum()), actions, actions))
    choice = np.where(allowed, generator.random(column.shape), -1.0).argmax(axis=-2)
    row = np.arange(actions)[:, np.newaxis] == choice[..., np.newaxis, :]
    return Game(payoffs=(row.astype(float), column))
