"""Games whose payoffs are drawn independently across action profiles."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from strategic.errors import GameError
from strategic.games.families._sizes import (
    Seed,
    batch_of,
    checked_shape,
    checked_whole,
    generator_of,
)
from strategic.games.game import Game
from strategic.whole_numbers import check_whole


def random_games(shape: Sequence[int], count: int | None = None, *, rng: Seed) -> Game:
    """Draw games with payoffs uniform on [0, 1), independent of one another.

    Parameters
    ----------
    shape : sequence of int
        Number of actions, one per player.
    count : int, optional
        Number of games; a single game without batch axis by default.
    rng : Generator or int
        Source of randomness, or its seed.

    Returns
    -------
    Game
        Batch shape ``(count,)`` or ``()``.

    Raises
    ------
    GameError
        When a size is not a whole number of at least 1.

    Notes
    -----
    Almost surely nondegenerate. The number of pure equilibria of large games is approximately
    Poisson with mean 1 (Powers 1990).

    References
    ----------
    Nudelman, E., Wortman, J., Shoham, Y. and Leyton-Brown, K. (2004). Run the GAMUT: a
    comprehensive approach to evaluating game-theoretic algorithms. In Autonomous Agents and
    Multiagent Systems (AAMAS), 880-887. IEEE.
    Powers, I. Y. (1990). Limiting distributions of the number of pure strategy Nash equilibria in
    N-person games. International Journal of Game Theory 19, 277-286.

    Examples
    --------
    >>> random_games((2, 3), 1000, rng=0).batch_shape
    (1000,)
    """
    shape = checked_shape(shape)
    generator = generator_of(rng)
    return Game(payoffs=tuple(generator.random((len(shape), *batch_of(count), *shape))))


def integer_games(
    shape: Sequence[int], count: int | None = None, *, low: int = 0, high: int = 100, rng: Seed
) -> Game:
    """Draw games with integer payoffs from ``low`` to ``high``, both included.

    Parameters
    ----------
    shape : sequence of int
        Number of actions, one per player.
    count : int, optional
        Number of games; a single game without batch axis by default.
    low, high : int, optional
        Smallest and largest payoff. A narrow range makes ties, hence degenerate games.
    rng : Generator or int
        Source of randomness, or its seed.

    Returns
    -------
    Game

    Raises
    ------
    GameError
        When ``low`` is above ``high``, or a size is wrong.

    Examples
    --------
    >>> games = integer_games((2, 2), 100, high=3, rng=0)
    >>> games.row.min(), games.row.max()
    (np.float64(0.0), np.float64(3.0))
    """
    check_whole(low=low, high=high)
    shape = checked_shape(shape)
    if low > high:
        raise GameError(f"must be at least low = {low}", where="high", value=high)
    size = (len(shape), *batch_of(count), *shape)
    return Game.from_payoffs(*generator_of(rng).integers(low, high, size=size, endpoint=True))


def zero_sum_games(shape: Sequence[int], count: int | None = None, *, rng: Seed) -> Game:
    """Draw two-player zero-sum games with payoffs uniform on [-1, 1).

    Parameters
    ----------
    shape : two int
        Number of actions of the row and the column player.
    count : int, optional
        Number of games; a single game without batch axis by default.
    rng : Generator or int
        Source of randomness, or its seed.

    Returns
    -------
    Game
        Column payoffs are exactly minus the row payoffs.

    Raises
    ------
    GameError
        When there are other than two players, or a size is wrong.

    References
    ----------
    von Neumann, J. (1928). Zur Theorie der Gesellschaftsspiele. Mathematische Annalen 100, 295-320.
    Every such game has a value.

    Examples
    --------
    >>> game = zero_sum_games((2, 3), rng=0)
    >>> bool((game.row + game.column == 0).all())
    True
    """
    shape = checked_shape(shape)
    if len(shape) != 2:
        raise GameError("zero-sum games have two players", where="shape", value=shape)
    row = 2 * generator_of(rng).random((*batch_of(count), *shape)) - 1
    return Game(payoffs=(row, -row))


def covariant_games(
    shape: Sequence[int], count: int | None = None, *, correlation: float, rng: Seed
) -> Game:
    """Draw games whose players' payoffs are correlated at each profile.

    Parameters
    ----------
    shape : sequence of int
        Number of actions, one per player.
    count : int, optional
        Number of games; a single game without batch axis by default.
    correlation : float
        Correlation between any two players' payoffs at a profile: -1 / (players - 1) to 1. At 1
        interests are common; two players at -1 play a zero-sum game.
    rng : Generator or int
        Source of randomness, or its seed.

    Returns
    -------
    Game
        Standard normal payoffs, independent across profiles.

    Raises
    ------
    GameError
        When the correlation is out of range, or a size is wrong.

    Notes
    -----
    As games grow, the number of pure equilibria tends to infinity with positive correlation, to
    a Poisson law with mean 1 without correlation, and to 0 with negative correlation.

    References
    ----------
    Rinott, Y. and Scarsini, M. (2000). On the number of pure strategy Nash equilibria in random
    games. Games and Economic Behavior 33, 274-293.

    Examples
    --------
    >>> games = covariant_games((3, 3), 10_000, correlation=-0.5, rng=0)
    >>> round(float(np.corrcoef(games.row.ravel(), games.column.ravel())[0, 1]), 1)
    -0.5
    """
    shape = checked_shape(shape)
    players = len(shape)
    least = -1 / max(players - 1, 1)
    if not least <= correlation <= 1:
        rule = f"must be at least {least:g} and at most 1"
        raise GameError(rule, where="correlation", value=correlation)
    size = (players, *batch_of(count), *shape)
    drawn = generator_of(rng).standard_normal(size)
    covariance = np.full((players, players), correlation)
    np.fill_diagonal(covariance, 1.0)
    # At the least correlation the covariance is singular, where Cholesky's root does not exist
    # and rounding may make an eigenvalue negative.
    values, vectors = np.linalg.eigh(covariance)
    root = vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T
    return Game(payoffs=tuple(np.tensordot(root, drawn, axes=1)))


def coordination_games(actions: int, count: int | None = None, *, rng: Seed) -> Game:
    """Draw two-player games in which only matching actions pay.

    Parameters
    ----------
    actions : int
        Number of actions of each player.
    count : int, optional
        Number of games; a single game without batch axis by default.
    rng : Generator or int
        Source of randomness, or its seed.

    Returns
    -------
    Game
        Payoffs on the diagonal uniform on (0, 1], drawn for each player; 0 elsewhere.

    Raises
    ------
    GameError
        When a size is wrong.

    Notes
    -----
    Every set of actions supports exactly one equilibrium, so there are ``2**actions - 1``.

    References
    ----------
    Quint, T. and Shubik, M. (1997). A theorem on the number of Nash equilibria in a bimatrix game.
    International Journal of Game Theory 26, 353-359.

    Examples
    --------
    >>> from strategic.equilibria import solve
    >>> solve(coordination_games(4, 3, rng=0)).count
    array([15, 15, 15])
    """
    actions = checked_whole(actions, "actions")
    diagonals = 1 - generator_of(rng).random((2, *batch_of(count), actions))
    return Game(payoffs=tuple(diagonals[..., np.newaxis] * np.eye(actions)))
