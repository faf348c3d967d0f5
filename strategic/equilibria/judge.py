"""The exact judge: games that floating-point signs could not settle, and degenerate games."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from strategic.equilibria.found import Found
from strategic.equilibria.minors import exact_bits
from strategic.equilibria.patterns import layout_of
from strategic.equilibria.regret import payoffs_and_regret_of_two
from strategic.equilibria.signs import WORD
from strategic.equilibria.vertices import extreme_equilibria
from strategic.status import Status

Array = np.ndarray[Any, Any]
_MANTISSA = 53


def judged_equilibria(
    row: Array, column: Array, fractions: tuple[Array, Array] | None = None
) -> tuple[Found, Array]:
    """Enumerate all extreme equilibria of a block of games exactly.

    Parameters
    ----------
    row, column : arrays ``(games, m, n)``
        Payoffs.
    fractions : pair of object arrays of the same shapes, optional
        The payoffs as written, where doubles do not hold them.

    Returns
    -------
    found : Found
        All extreme equilibria, numbered within the block.
    status : array ``(games,)`` of int8
    """
    payoffs = row.transpose(1, 2, 0), column.transpose(2, 1, 0)
    games = len(row)
    status = np.empty(games, dtype=np.int8)
    scaled = [_short_differences(table) for table in payoffs]
    short = np.zeros(games, dtype=bool) if fractions else scaled[0][1] & scaled[1][1]
    parts = []
    for chosen, proved in ((short, Status.COMPLETE), (~short, Status.COMPLETE_EXACT)):
        number = np.flatnonzero(chosen)
        if not len(number):
            continue
        if proved is Status.COMPLETE:
            differences = [_padded(table[..., number]) for table, _ in scaled]
        elif fractions:
            written = fractions[0].transpose(1, 2, 0), fractions[1].transpose(2, 1, 0)
            differences = [_padded(_whole_fractions(table[..., number])) for table in written]
        else:
            differences = [_padded(_whole_doubles(table[..., number])) for table in payoffs]
        extremes = extreme_equilibria(*differences)
        kept = extremes.game < len(number)
        game = number[extremes.game[kept]]
        columns = _described(payoffs, game, extremes.x[:, kept], extremes.y[:, kept])
        columns["index"] = extremes.index[None, kept]
        parts.append(Found(game, columns))
        lanes = slice(len(number))
        verdict = np.where(extremes.degenerate[lanes], Status.COMPONENTS, proved)
        status[number] = np.where(extremes.sound[lanes], verdict, Status.NOT_FINISHED)
    return _merged(parts), status


def _merged(parts: list[Found]) -> Found:
    if len(parts) == 1:
        return parts[0]
    game = np.concatenate([part.game for part in parts])
    order = np.argsort(game, kind="stable")
    columns = {
        name: np.concatenate([part.columns[name] for part in parts], axis=1)[:, order]
        for name in parts[0].columns
    }
    return Found(game[order], columns)


def _described(payoffs: tuple[Array, Array], game: Array, x: Array, y: Array) -> dict[str, Array]:
    row, column = (table.take(game, axis=2) for table in payoffs)
    earned, regret = payoffs_and_regret_of_two(row, column, x, y)
    return {"x": x, "y": y, "payoffs": earned, "regret": regret[None]}


def _short_differences(payoffs: Array) -> tuple[Array, Array]:
    """Differences from row 0 over a power of two, and where no minor can round."""
    layout = layout_of(payoffs.shape[0], payoffs.shape[1])
    first, others = payoffs[0], payoffs[1:]
    with np.errstate(all="ignore"):
        differences = others - first
        virtual = differences - others
        error = (others - (differences - virtual)) - (first + virtual)
        largest = np.abs(differences).max(axis=(0, 1), initial=0.0)
        scaled = np.ldexp(differences, -np.frexp(largest)[1])
        whole = np.ldexp(scaled, exact_bits(layout, _MANTISSA))
        short = (error == 0) & (whole == np.rint(whole)) & ((scaled == 0) == (differences == 0))
    return scaled, short.all(axis=(0, 1))


def _whole_doubles(payoffs: Array) -> Array:
    """Differences from row 0 as Python integers, each game scaled by a power of two."""
    mantissa, exponent = np.frexp(payoffs)
    exponent = np.where(mantissa == 0, np.iinfo(np.int32).max, exponent)
    shift = exponent - exponent.min(axis=(0, 1))
    digits = np.ldexp(mantissa, _MANTISSA).astype(np.int64).astype(object)
    whole = digits << np.where(mantissa == 0, 0, shift).astype(object)
    differences: Array = whole[1:] - whole[0]
    return differences


def _whole_fractions(payoffs: Array) -> Array:
    """Differences from row 0 as Python integers, each game scaled by its denominators."""
    whole = np.empty(payoffs.shape, dtype=object)
    for game in range(payoffs.shape[2]):
        numbers = [Fraction(value) for value in payoffs[..., game].flat]
        scale = math.lcm(*(number.denominator for number in numbers))
        whole[..., game] = np.array(
            [int(number * scale) for number in numbers], dtype=object
        ).reshape(payoffs.shape[:2])
    differences: Array = whole[1:] - whole[0]
    return differences


def _padded(differences: Array) -> Array:
    """Repeat the last game until the games fill whole words."""
    games = differences.shape[2]
    lanes = np.minimum(np.arange(-(-games // WORD) * WORD), games - 1)
    return differences.take(lanes, axis=2)
