"""Payoffs of equilibria of two players, gains from deviating and best replies: exact, in bulk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from strategic.arrays import Array
from strategic.blocks import block_slices
from strategic.equilibria._whole_games import SHORT, as_integers, occurring, sizes_of, whole_games
from strategic.equilibria._whole_numbers import WholeNumbers, stacked
from strategic.games.game import Game

_AT_ONCE = 4096
"""Equilibria whose payoffs fit the cache."""


def whole_payoffs_and_gains(
    games: Game, mixtures: Sequence[WholeNumbers], game: Array
) -> tuple[WholeNumbers, WholeNumbers]:
    """Give the payoffs of equilibria of two players and what a deviation gains, exactly.

    Parameters
    ----------
    games : Game
        Of one batch axis.
    mixtures : pair of WholeNumbers
        The shares of each, ``(E, n_i)``.
    game : array ``(E,)`` of int

    Returns
    -------
    payoffs, gains : WholeNumbers ``(E, 2)``
        Gains are zero where every action in use is a best reply.
    """
    parts = [
        _payoffs_and_gains(
            games,
            [WholeNumbers(m.numerators[part], m.denominators[part]) for m in mixtures],
            game[part],
        )
        for part in block_slices(len(game), _AT_ONCE)
    ]
    if not parts:
        none = WholeNumbers(np.zeros((0, 2), dtype=np.int64), np.ones((0, 2), dtype=np.int64))
        return none, none
    return stacked([earned for earned, _ in parts]), stacked([gains for _, gains in parts])


def _payoffs_and_gains(
    games: Game, mixtures: Sequence[WholeNumbers], game: Array
) -> tuple[WholeNumbers, WholeNumbers]:
    """Do the same for a block of equilibria."""
    payoffs = np.zeros((len(game), 2), dtype=np.int64)
    found = [payoffs, np.ones_like(payoffs), np.zeros_like(payoffs)]
    for player, at, replies, unit in _replies(games, mixtures, game):
        convert = _as_long
        if replies.dtype == object:
            convert = as_integers
            found = [
                numbers if numbers.dtype == object else as_integers(numbers) for numbers in found
            ]
        mine, other = (mixtures[side] for side in (player, 1 - player))
        x, total = convert(mine.numerators[at]), convert(mine.denominators[at])
        best = replies.max(axis=1)
        lost = ((best[:, None] - replies) * x).sum(axis=1)  # over the own total as well
        scale = np.where(lost == 0, 1, total)
        found[0][at, player] = best * scale - lost
        found[1][at, player] = unit * convert(other.denominators[at]) * scale
        found[2][at, player] = lost
    return WholeNumbers(found[0], found[1]), WholeNumbers(found[2], found[1])


def whole_best_replies(
    games: Game, mixtures: Sequence[WholeNumbers], game: Array
) -> tuple[Array, ...]:
    """Mark the best replies to mixtures of two players: arrays of bool ``(E, n_i)``, exactly.

    Parameters
    ----------
    games, mixtures, game
        As for `whole_payoffs_and_gains`.
    """
    masks = tuple(np.zeros((len(game), n), dtype=bool) for n in games.shape)
    for player, at, replies, _ in _replies(games, mixtures, game):
        masks[player][at] = replies == replies.max(axis=1, keepdims=True)
    return masks


def _replies(
    games: Game, mixtures: Sequence[WholeNumbers], game: Array
) -> Iterator[tuple[int, Array, Array, Array]]:
    """Go through what every action earns against the other's weights, by lanes of one arithmetic.

    Yields the player, the rows, whole payoffs ``(rows, n_player)`` and the units of the payoffs.
    """
    for part in whole_games(games, occurring(game, len(games.payoffs[0]))):
        lanes, number = part.lanes_of(game)
        flat = np.abs(part.tables).swapaxes(0, 1).reshape(len(part.games), -1)
        with np.errstate(over="ignore"):
            size = sizes_of(flat.max(axis=1)) * sizes_of(part.unit)
        for player in (0, 1):
            own = part.tables[player] if player == 0 else part.tables[player].swapaxes(1, 2)
            mine, other = mixtures[player], mixtures[1 - player]
            totals = [sizes_of(side.denominators[lanes]) for side in (mine, other)]
            with np.errstate(over="ignore"):
                fits = (size[number] * totals[0] * totals[1] < SHORT) & part.short
            used = (other.numerators[lanes] != 0).sum(axis=1)
            for count in np.flatnonzero(np.bincount(used)).tolist():
                for short in (True, False):
                    some = np.flatnonzero((fits == short) & (used == count))
                    if some.size:
                        convert, at = (_as_long if short else as_integers), lanes[some]
                        columns = np.nonzero(other.numerators[at])[1].reshape(-1, count)
                        every, games_at = np.arange(own.shape[1])[:, None], number[some]
                        table = convert(own[games_at[:, None, None], every, columns[:, None]])
                        y = convert(np.take_along_axis(other.numerators[at], columns, axis=1))
                        replies = (table * y[:, None]).sum(axis=2)
                        yield player, at, replies, convert(part.unit[games_at])


def _as_long(numbers: Array) -> Array:
    return numbers.astype(np.int64)
