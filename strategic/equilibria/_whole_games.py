"""Payoffs of whole batches as whole numbers: in 64 bits where they fit, else in Python integers.

What is asked about ties, dominance and exact shares needs no fractions: payoffs times one positive
number per game are whole. That number is small for what people type (integers, decimals, halves),
so whole batches are compared in 64-bit integers, and Python integers are left for the other games.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from strategic.arrays import Array
from strategic.blocks import block_slices
from strategic.games.game import Game

SHORT = 2.0**62
"""Whole numbers below it, and sums of two of them, are safe in 64 bits."""
_MANTISSA = 53
_MOST_BITS = 61
_MOST_DIGITS = 9
_HUGE = 2.0**1000
"""Beyond it a number is as good as infinite: its products with others would overflow."""
_DECIMAL = 1e15
"""Every decimal of up to 15 digits is the shortest one that rounds to its double."""

_CELLS_AT_ONCE = 1 << 18
"""Payoffs of one player, in all equilibria of a block: larger blocks leave the cache."""

as_ratios = np.frompyfunc(lambda number: number.as_integer_ratio(), 1, 2)
"""Numerators and denominators of an array of fractions, integers or doubles."""
_as_integer = np.frompyfunc(int, 1, 1)

_size = np.frompyfunc(lambda n: float(n) if abs(n) < _HUGE else math.inf, 1, 1)


@dataclass(frozen=True, eq=False)
class WholeGames:
    """Some games of a batch, their payoffs times ``unit`` as whole numbers.

    Parameters
    ----------
    games : array ``(g,)`` of int
        Their numbers in the batch, ascending.
    tables : array ``(players, g, n_1, ..., n_p)``
        Of int64, below 2^61; or of Python int.
    unit : array ``(g,)``
        Positive; one for all players of a game, so that sums of payoffs keep their order.
    """

    games: Array
    tables: Array
    unit: Array

    @property
    def short(self) -> bool:
        """Whether the numbers are 64-bit integers."""
        return bool(self.tables.dtype != object)

    @cached_property
    def ranges(self) -> Array:
        """Largest payoff of anybody less the smallest, ``(games,)``, as doubles."""
        flat = self.tables.swapaxes(0, 1).reshape(len(self.games), -1)
        return sizes_of(flat.max(axis=1) - flat.min(axis=1))

    def lanes_of(self, game: Array) -> tuple[Array, Array]:
        """Find the rows that belong to these games, and the place of their game among them."""
        last = max(int(game.max(initial=-1)), int(self.games[-1])) + 1
        place = np.full(last, -1)
        place[self.games] = np.arange(len(self.games))
        lanes = np.flatnonzero(place[game] >= 0)
        return lanes, place[game[lanes]]


def payoffs_of(tables: Array, player: int, game: Array, mine: Array, theirs: Array) -> Array:
    """Take payoffs of one of two players at some actions of either, games last.

    Parameters
    ----------
    tables : array ``(2, games, m, n)``
    player : int
    game : array ``(e,)`` of int
    mine, theirs : arrays of int that broadcast with ``(..., e)``
        Actions of the player, and of the other.

    Examples
    --------
    >>> tables, every = np.arange(12).reshape(2, 1, 2, 3), np.arange(3)[:, None]
    >>> payoffs_of(tables, 1, np.array([0]), every, np.array([1]))[:, 0]
    array([ 9, 10, 11])
    """
    _, _, m, n = tables.shape
    own, other = (n, 1) if player == 0 else (1, n)
    places = game * (m * n) + mine * own + theirs * other
    return np.asarray(tables[player].reshape(-1).take(places))


def as_integers(numbers: Array) -> Array:
    """Turn whole numbers of any kind into Python integers."""
    if numbers.dtype.kind in "iu":
        return numbers.astype(object)  # makes Python integers
    return numbers if numbers.dtype == object else np.asarray(_as_integer(numbers), dtype=object)


def blocks_of(count: int, games: Game) -> Iterator[slice]:
    """Cut a list of equilibria into blocks: none of no equilibria."""
    return block_slices(count, max(_CELLS_AT_ONCE // math.prod(games.shape), 1))


def occurring(game: Array, count: int) -> Array:
    """List the numbers below ``count`` that occur, ascending.

    Examples
    --------
    >>> occurring(np.array([3, 1, 3]), 5)
    array([1, 3])
    """
    there = np.zeros(count, dtype=bool)
    there[game] = True
    return np.flatnonzero(there)


def sizes_of(numbers: Array) -> Array:
    """Give whole numbers as doubles, to bound products; infinite beyond the doubles.

    Examples
    --------
    >>> sizes_of(np.array([3, 10**400], dtype=object))
    array([ 3., inf])
    """
    try:
        sizes = numbers.astype(np.float64)
    except OverflowError:  # of a Python integer
        return np.asarray(_size(numbers), dtype=np.float64)
    if numbers.dtype == object:
        sizes[np.abs(sizes) >= _HUGE] = np.inf
    return sizes


def whole_games(games: Game, numbers: Array | None = None) -> Iterator[WholeGames]:
    """Give the payoffs as written as whole numbers, in at most two parts.

    Parameters
    ----------
    games : Game
        Of one batch axis; see `with_one_axis`. Games that lack payoffs are left out.
    numbers : array of int, optional
        Some of them, ascending; all by default.

    Examples
    --------
    >>> halves = Game.from_payoffs([[[0.5, 1.0]]], [[[2.0, 0.0]]])
    >>> [(part.tables.tolist(), part.unit.tolist()) for part in whole_games(halves)]
    [([[[[1, 2]]], [[[4, 0]]]], [2])]
    """
    chosen = np.arange(len(games.payoffs[0])) if numbers is None else numbers
    chosen = chosen[games.defined[chosen]]
    if not len(chosen):
        return
    taken = games if len(chosen) == len(games.payoffs[0]) else games.of_batch(chosen)  # type: ignore[arg-type]
    tables, unit, fits = _short(taken)
    if fits.any():
        every = fits.all()
        yield WholeGames(
            chosen if every else chosen[fits],
            tables if every else tables[:, fits],
            unit if every else unit[fits],
        )
    rest = np.flatnonzero(~fits)
    if rest.size:
        tables, unit = _long(taken.of_batch(rest))  # type: ignore[arg-type]
        yield WholeGames(chosen[rest], tables, unit)


def _short(games: Game) -> tuple[Array, Array, Array]:
    """Whole payoffs in 64 bits, what they are times, and which games have such."""
    doubles = np.stack(games.payoffs)
    lines = doubles.swapaxes(0, 1).reshape(len(doubles[0]), -1)
    unit = np.ones(len(lines), dtype=np.int64)
    rounded, whole = games.rounded, np.zeros(lines.shape, dtype=np.int64)
    size = np.abs(lines).max(axis=1)
    fits = (lines == np.rint(lines)).all(axis=1) & (size < 2.0**_MANTISSA) & ~rounded
    whole[fits] = lines[fits].astype(np.int64)
    left = np.flatnonzero(~fits & ~rounded & (size < 2.0**_MOST_BITS))
    if left.size:
        some, power, good = _scaled(lines[left], size[left])
        left = left[good]
        whole[left], unit[left], fits[left] = some, np.int64(1) << power, True
    left = np.flatnonzero(rounded) if games.exact is None else np.empty(0, dtype=int)
    for digits in range(1, _MOST_DIGITS + 1):
        if not left.size:
            break
        with np.errstate(over="ignore"):
            scaled = np.rint(lines[left] * 10.0**digits)
        good = (scaled / 10.0**digits == lines[left]).all(axis=1)
        good &= (np.abs(scaled) < _DECIMAL).all(axis=1)
        some = left[good]
        whole[some], unit[some], fits[some] = scaled[good].astype(np.int64), 10**digits, True
        left = left[~good]
    shape = len(lines), len(doubles), *games.shape
    return whole.reshape(shape).swapaxes(0, 1), unit, fits


def _scaled(lines: Array, size: Array) -> tuple[Array, Array, Array]:
    """Scale lines by the least power of two, not negative, that makes them whole, in 64 bits.

    Gives the whole lines, their powers, and a mask of those that there are.
    """
    most = np.minimum(_MOST_BITS - np.frexp(size)[1], _MOST_BITS)  # keeps them below 2^61
    scaled = lines * np.ldexp(1.0, most)[:, None]
    good = (scaled == np.rint(scaled)).all(axis=1)
    scaled, most = scaled[good], most[good].astype(np.int64)
    whole = scaled.astype(np.int64)
    bits = np.bitwise_or.reduce(whole, axis=1)  # has as many zeros at its end as all of them
    spare = np.minimum(np.frexp((bits & -bits).astype(np.float64))[1] - 1, most)
    return whole >> spare[:, None], most - spare, good


def _long(games: Game) -> tuple[Array, Array]:
    """Whole payoffs in Python integers, and what they are times."""
    numbers = games.fractions() if games.rounded.any() else games.payoffs
    table = np.stack(numbers, axis=1)
    lines = table.reshape(len(table), -1)
    numerators, denominators = as_ratios(lines)
    unit = np.lcm.reduce(denominators, axis=1)
    whole = numerators * (unit[:, None] // denominators)
    tables = whole.reshape(table.shape).swapaxes(0, 1)
    return np.asarray(tables, dtype=object), np.asarray(unit, dtype=object)
