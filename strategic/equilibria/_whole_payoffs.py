"""Payoffs of equilibria of two players, gains from deviating and best replies: exact, in bulk."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._whole_games import (
    SHORT,
    as_integers,
    blocks_of,
    occurring,
    payoffs_of,
    sizes_of,
    whole_games,
)
from strategic.equilibria._whole_numbers import WholeNumbers, stacked
from strategic.games.game import Game

_ROUNDING = 2.0**-51
_TOLD = 2.0**60
"""Differences of sums that may be this much off are told by doubles and their last 64 bits."""


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
        _payoffs_and_gains(games, [side[part] for side in mixtures], game[part])
        for part in blocks_of(len(game), games)
    ]
    if not parts:
        none = WholeNumbers(np.zeros((0, 2), dtype=np.int64), np.ones((0, 2), dtype=np.int64))
        return none, none
    return stacked([earned for earned, _ in parts]), stacked([gains for _, gains in parts])


def _payoffs_and_gains(
    games: Game, mixtures: Sequence[WholeNumbers], game: Array
) -> tuple[WholeNumbers, WholeNumbers]:
    """Do the same for a block of equilibria."""
    earned = np.zeros((len(game), 2), dtype=np.int64)
    totals, gains = np.ones_like(earned), np.zeros_like(earned)
    for lanes in _lanes(games, mixtures, game):
        mine, other = (mixtures[side] for side in (lanes.player, 1 - lanes.player))
        at, convert, best = lanes.at, lanes.convert, lanes.earned_by_best
        below = convert(lanes.unit) * convert(other.denominators[at])
        if ((mine.numerators[at] != 0) & ~lanes.best.T).any():
            x, total = convert(mine.numerators[at]), convert(mine.denominators[at])
            lost = ((best - lanes.earned).T * x).sum(axis=1)  # over the own total as well
            scale = np.where(lost == 0, 1, total)
            best, below = best * scale - lost, below * scale
            gains = as_integers(gains) if lost.dtype == object else gains
            gains[at, lanes.player] = lost
        if best.dtype == object:
            earned, totals = as_integers(earned), as_integers(totals)
        earned[at, lanes.player], totals[at, lanes.player] = best, below
    return WholeNumbers(earned, totals), WholeNumbers(gains, totals)


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
    for lanes in _lanes(games, mixtures, game):
        masks[lanes.player][lanes.at] = lanes.best.T
    return masks


@dataclass(frozen=True, eq=False)
class _Lanes:
    """Equilibria in which what one player earns is computed in the same way; they come last.

    Parameters
    ----------
    player : int
    at : array ``(e,)`` of int
        Which of the equilibria.
    table : array ``(k, n, e)``
        What the player's actions earn against the actions the other uses.
    weights : array ``(k, e)``
        With which the other uses them.
    unit : array ``(e,)``
        The payoffs are times it.
    margin : array ``(e,)``, optional
        Sums may be longer than 64 bits. In doubles, differences of them are this much off.
    """

    player: int
    at: Array
    table: Array
    weights: Array
    unit: Array
    margin: Array | None = None

    @property
    def convert(self) -> Callable[[Array], Array]:
        """What brings other numbers to the type of what is earned."""
        short = self.table.dtype != object and self.margin is None
        return _as_long if short else as_integers

    @cached_property
    def earned(self) -> Array:
        """What every action earns, times the unit and the total of the weights: ``(n, e)``."""
        table, weights = map(self.convert, (self.table, self.weights))
        return _summed(table, weights[:, None])

    @cached_property
    def best(self) -> Array:
        """Which actions are best replies: ``(n, e)``.

        Of sums longer than 64 bits doubles tell apart which differ much; the others differ by so
        little that the last 64 bits of the difference are all of it.
        """
        if self.margin is None:
            return np.asarray(self.earned == self.earned.max(axis=0))
        near = _summed(self.table.astype(np.float64), self.weights[:, None].astype(np.float64))
        last = _summed(self.table, self.weights[:, None])
        most, lanes = near.argmax(axis=0), np.arange(len(self.at))
        more = last - last[most, lanes]
        more[near[most, lanes] - near > self.margin] = np.iinfo(np.int64).min
        return np.asarray(more == more.max(axis=0))

    @property
    def earned_by_best(self) -> Array:
        """What the best replies earn, ``(e,)``: of long sums only these are added up."""
        if self.margin is None:
            return np.asarray(self.earned.max(axis=0))
        table = self.table[:, self.best.argmax(axis=0), np.arange(len(self.at))]
        return _summed(as_integers(table), as_integers(self.weights))


def _lanes(games: Game, mixtures: Sequence[WholeNumbers], game: Array) -> Iterator[_Lanes]:
    """Go through what every action earns against the other's weights, by lanes of one arithmetic.

    Doubles are rounded once for the payoff, the weight, their product and every sum; the margin
    bounds twice that, and a difference that is no larger has fewer than 62 bits.
    """
    used = [side.numerators != 0 for side in mixtures]
    sizes = [mask.sum(axis=1) for mask in used]
    for part in whole_games(games, occurring(game, len(games.payoffs[0]))):
        at, number = part.lanes_of(game)
        flat = np.abs(part.tables).swapaxes(0, 1).reshape(len(part.games), -1)
        size, units = sizes_of(flat.max(axis=1))[number], sizes_of(part.unit)[number]
        totals = [sizes_of(side.denominators[at]) for side in mixtures]
        with np.errstate(over="ignore", invalid="ignore"):
            fits = np.maximum(size, units) * totals[0] * totals[1] < SHORT
        for player in (0, 1):
            total, counts = totals[1 - player], sizes[1 - player][at]
            with np.errstate(over="ignore", invalid="ignore"):
                margin = size * total * (counts + 4) * _ROUNDING
                told = (total < SHORT) & (margin < _TOLD)
            kind = np.where(fits, 0, np.where(told, 1, 2)) if part.short else np.full(len(at), 2)
            for count, how in product(np.flatnonzero(np.bincount(counts)).tolist(), range(3)):
                some = np.flatnonzero((kind == how) & (counts == count))
                if some.size:
                    rows, games_at = at[some], number[some]
                    mask, weights = used[1 - player][rows], mixtures[1 - player].numerators
                    columns = np.nonzero(mask)[1].reshape(-1, count).T
                    every = np.arange(games.shape[player])[:, None]
                    table = payoffs_of(part.tables, player, games_at, every, columns[:, None])
                    convert = as_integers if how == 2 else _as_long
                    yield _Lanes(
                        player,
                        rows,
                        convert(table),
                        convert(weights[rows, columns]),
                        convert(part.unit[games_at]),
                        margin[some] if how == 1 else None,
                    )


def _summed(table: Array, weights: Array) -> Array:
    """Add up what is earned against every action: in 64 bits of long sums the last."""
    total = table[0] * weights[0]
    for payoffs, weight in zip(table[1:], weights[1:], strict=True):
        total += payoffs * weight
    return np.asarray(total)


def _as_long(numbers: Array) -> Array:
    return numbers.astype(np.int64, copy=False)
