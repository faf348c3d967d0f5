"""Payoffs of many games as doubles that are exactly what is written, but for one unit per game."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._exact import last_places
from strategic.equilibria._two_players import exact_tables
from strategic.games.game import Game

WHOLE = 2.0**50
"""Whole numbers up to this are pivoted as such."""
_LEAST = 2.0**-200
"""Products of numbers between this and 1 do not underflow."""
_MOST_SCALED = 500
"""Powers of two up to which programs multiply: units of products stay numbers."""
_MOST_PLACES = 12
_MOST_DIGITS = 1e15
_ratio = np.frompyfunc(lambda number: number.as_integer_ratio(), 1, 2)


@dataclass(frozen=True, eq=False)
class Written:
    """Payoffs times a unit per game.

    Parameters
    ----------
    payoffs : array ``(players, n_1, ..., n_p, games)``
    unit : array ``(games,)``
        Positive; a payoff as written is exactly the number here over the unit.
    whole : array of bool ``(games,)``
        Whether all numbers are whole, and not too large to be multiplied.
    held : array of bool ``(games,)``
        False where doubles cannot hold the payoffs, whatever the unit.
    """

    payoffs: Array
    unit: Array
    whole: Array
    held: Array


def as_written(games: Game, numbers: slice | Array, *, most_scaled: int = _MOST_SCALED) -> Written:
    """Give the payoffs of some games of a batch with one axis, as far as doubles hold them.

    Parameters
    ----------
    games : Game
    numbers : slice or array of int
        Which of them.
    most_scaled : int
        Powers of two up to which payoffs may be multiplied, 1000 at most.

    Examples
    --------
    >>> from fractions import Fraction
    >>> thirds = Game.from_payoffs([[[Fraction(1, 3), Fraction(1, 2)]]], [[[1, 2]]])
    >>> found = as_written(thirds, slice(None))
    >>> found.payoffs[..., 0].tolist(), found.unit, found.whole
    ([[[2.0, 3.0]], [[6.0, 12.0]]], array([6.]), array([ True]))
    """
    if games.exact is not None:
        return _of_fractions(np.moveaxis(exact_tables(games, numbers), 0, -1))
    payoffs = np.stack([np.moveaxis(table[numbers], 0, -1) for table in games.payoffs])
    found = _of_doubles(payoffs, most_scaled)
    if games.decimal:
        rounded = np.flatnonzero(games.rounded[numbers])
        if rounded.size:
            decimals = _of_decimals(payoffs[..., rounded])
            for mine, theirs in zip(_parts(found), _parts(decimals), strict=True):
                mine[..., rounded] = theirs
    return found


def _parts(written: Written) -> tuple[Array, ...]:
    return written.payoffs, written.unit, written.whole, written.held


def _of_doubles(payoffs: Array, most_scaled: int) -> Written:
    flat = payoffs.reshape(-1, payoffs.shape[-1])
    size = np.abs(flat).max(axis=0)
    whole = _all_whole(flat) & (size <= WHOLE)
    unit, held = np.ones(len(size)), np.isfinite(size)
    others = np.flatnonzero(~whole & held)
    if others.size:
        # The power of two that makes payoffs at most 1; or, where one makes all of them whole
        # numbers up to 2**50, the least such power.
        power = -np.frexp(size[others])[1]
        unequal = flat.take(others, axis=1)
        far = np.ldexp(unequal, power + 50)
        short = _all_whole(far)
        gone = (far.compress(short, axis=1) == 0.0) & (unequal.compress(short, axis=1) != 0.0)
        short[short] = ~gone.any(axis=0)  # zero is whole, and what underflows is no zero
        power[short] = -last_places(flat.take(others[short], axis=1))
        held[others] = np.abs(power) <= most_scaled
        power = np.where(held[others], power, 0)
        scaled = np.ldexp(unequal, power)
        held[others] &= short | ((np.abs(scaled) >= _LEAST) | (scaled == 0.0)).all(axis=0)
        flat = flat.copy()
        flat[:, others], unit[others], whole[others] = scaled, np.ldexp(1.0, power), short
    if not held.all():
        flat = np.where(held, flat, 0.0)  # nothing that overflows
    return Written(flat.reshape(payoffs.shape), unit, whole & held, held)


def _all_whole(numbers: Array) -> Array:
    """Tell which columns are whole numbers; one number tells of most that they are not."""
    first, rest = numbers[:1], numbers[1:]
    found = np.asarray((first == np.rint(first)).all(axis=0))
    some = np.flatnonzero(found)
    if some.size < found.size:
        rest = rest.take(some, axis=1)
    found[some] = (rest == np.rint(rest)).all(axis=0)
    return found


def _of_decimals(payoffs: Array) -> Written:
    """Decimals of up to 15 digits: the shortest that round to the doubles, as whole numbers."""
    flat = payoffs.reshape(-1, payoffs.shape[-1])
    found, unit = np.zeros_like(flat), np.ones(flat.shape[1])
    left = np.arange(flat.shape[1])
    for places in range(_MOST_PLACES + 1):
        with np.errstate(over="ignore", invalid="ignore"):
            digits = np.rint(flat[:, left] * 10.0**places)
            # No other decimal of at most 15 digits rounds to the same double.
            fits = (digits / 10.0**places == flat[:, left]) & (np.abs(digits) < _MOST_DIGITS)
        done = fits.all(axis=0)
        found[:, left[done]], unit[left[done]] = digits[:, done], 10.0**places
        left = left[~done]
        if not left.size:
            break
    held = np.ones(flat.shape[1], dtype=bool)
    held[left] = False
    return Written(
        found.reshape(payoffs.shape), unit, held & (np.abs(found) <= WHOLE).all(axis=0), held
    )


def _of_fractions(payoffs: Array) -> Written:
    flat = payoffs.reshape(-1, payoffs.shape[-1])
    numerators, denominators = _ratio(flat)
    unit = np.lcm.reduce(denominators, axis=0)
    whole = numerators * (unit // denominators)
    limit = int(WHOLE)
    held = np.asarray((np.abs(whole).max(axis=0) <= limit) & (unit <= limit), dtype=bool)
    found = np.where(held, whole, 0).astype(float)
    units = np.where(held, unit, 1).astype(float)
    return Written(found.reshape(payoffs.shape), units, held, held.copy())
