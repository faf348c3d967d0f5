"""What methods do first: check that there are two players, and give the batch one axis."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.sizes import advice
from strategic.errors import MethodError
from strategic.games.game import Game


def check_two_players(games: Game, method: str) -> None:
    """Raise unless the games have two players."""
    if len(games.shape) != 2:
        raise MethodError(
            f"method '{method}' is for two players",
            where="method",
            value=f"{len(games.shape)} players",
            remedy=advice(games.shape),
        )


def with_one_axis(games: Game) -> Game:
    """Give a batch of any shape, or a single game, exactly one batch axis."""
    if len(games.batch_shape) == 1:
        return games
    if not games.batch_shape:
        return games.of_batch(None)  # type: ignore[arg-type]
    shape = (-1, *games.shape)
    return replace(
        games,
        payoffs=tuple(table.reshape(shape) for table in games.payoffs),
        exact=games.exact and tuple(table.reshape(shape) for table in games.exact),
    )


def exact_tables(games: Game, numbers: slice | Array) -> Array:
    """Give the payoffs of some games of a batch with one axis as fractions.

    Parameters
    ----------
    games : Game
        With one batch axis, see `with_one_axis`.
    numbers : slice or array of int

    Returns
    -------
    object array ``(games, players, n_1, ..., n_p)`` of Fraction
        As written where doubles cannot hold the payoffs.
    """
    some = replace(
        games,
        payoffs=tuple(table[numbers] for table in games.payoffs),
        exact=games.exact and tuple(table[numbers] for table in games.exact),
    )
    return np.stack(some.fractions(), axis=1)
