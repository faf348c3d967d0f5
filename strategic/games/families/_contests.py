"""Contests: Colonel Blotto and ranking games."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np

from strategic.errors import GameError
from strategic.games.families._sizes import Seed, batch_of, checked_whole, generator_of
from strategic.games.game import Game


def blotto_games(
    fields: int,
    troops: int,
    count: int | None = None,
    *,
    correlation: float = 0.0,
    mean: float = 0.0,
    rng: Seed,
) -> Game:
    """Draw Colonel Blotto games whose players value the battlefields differently.

    Parameters
    ----------
    fields, troops : int
        Number of battlefields, and of troops each player spreads over them.
    count : int, optional
        Number of games; a single game without batch axis by default.
    correlation : float, optional
        Correlation between the two players' values of a field, -1 to 1.
    mean : float, optional
        Mean of the values, which are normal with unit variance.
    rng : Generator or int
        Source of randomness, or its seed.

    Returns
    -------
    Game
        ``C(troops + fields - 1, fields - 1)`` actions each, named by the troops on each field.
        A field goes to the player with more troops there; ties share it equally.

    Raises
    ------
    GameError
        When the correlation is out of range, or a size is wrong.

    References
    ----------
    Hortala-Vallve, R. and Llorente-Saguer, A. (2012). Pure strategy Nash equilibria in non-zero sum
    Colonel Blotto games. International Journal of Game Theory 41, 331-343.

    Examples
    --------
    >>> game = blotto_games(2, 3, rng=0)
    >>> game.shape, game.actions[0]
    ((4, 4), ('0-3', '1-2', '2-1', '3-0'))
    """
    fields, troops = checked_whole(fields, "fields"), checked_whole(troops, "troops", least=0)
    if not -1 <= correlation <= 1:
        raise GameError("must be from -1 to 1", where="correlation", value=correlation)
    # Stars and bars: the bars among the troops mark where one field ends and the next begins.
    bars = list(combinations(range(troops + fields - 1), fields - 1))
    edges = np.pad(
        np.array(bars, dtype=np.int64).reshape(len(bars), fields - 1),
        ((0, 0), (1, 1)),
        constant_values=((0, 0), (-1, troops + fields - 1)),
    )
    spreads = np.diff(edges, axis=1) - 1  # all ways to spread, in lexicographic order
    shares = (1 + np.sign(spreads[:, np.newaxis] - spreads[np.newaxis])) / 2
    drawn = generator_of(rng).standard_normal((2, *batch_of(count), fields))
    row_values = mean + drawn[0]
    column_values = mean + correlation * drawn[0] + math.sqrt(1 - correlation**2) * drawn[1]
    names = tuple("-".join(map(str, spread)) for spread in spreads)
    return Game(
        payoffs=(
            np.einsum("ijf,...f->...ij", shares, row_values),
            np.einsum("ijf,...f->...ij", 1 - shares, column_values),
        ),
        actions=(names, names),
    )


def ranking_games(actions: int, count: int | None = None, *, steps: int = 10, rng: Seed) -> Game:
    """Draw contests in which effort is costly and the higher score wins a prize of 1.

    Parameters
    ----------
    actions : int
        Number of effort levels, none included.
    count : int, optional
        Number of games; a single game without batch axis by default.
    steps : int, optional
        Each level adds 1 to ``steps`` points to the score, and 1 to ``steps`` parts in
        ``actions * steps`` to the cost, drawn independently for each player.
    rng : Generator or int
        Source of randomness, or its seed.

    Returns
    -------
    Game
        Payoffs are the prize (ties share it equally) less the cost, which is below 1.

    Raises
    ------
    GameError
        When a size is wrong.

    References
    ----------
    Goldberg, L. A., Goldberg, P. W., Krysta, P. and Ventre, C. (2013). Ranking games that have
    competitiveness-based strategies. Theoretical Computer Science 476, 24-37.

    Examples
    --------
    >>> game = ranking_games(3, rng=0)
    >>> bool((game.row[0] >= 0).all())  # no effort costs nothing
    True
    """
    actions, steps = checked_whole(actions, "actions"), checked_whole(steps, "steps")
    batch = batch_of(count)
    generator = generator_of(rng)
    scores = generator.integers(1, steps, size=(2, *batch, actions), endpoint=True).cumsum(axis=-1)
    costs = generator.integers(1, steps, size=(2, *batch, actions), endpoint=True)
    costs[..., 0] = 0  # the first level is no effort
    spent = costs.cumsum(axis=-1) / (actions * steps)
    lead = np.sign(scores[0][..., :, np.newaxis] - scores[1][..., np.newaxis, :])
    return Game(
        payoffs=(
            (1 + lead) / 2 - spent[0][..., :, np.newaxis],
            (1 - lead) / 2 - spent[1][..., np.newaxis, :],
        )
    )
