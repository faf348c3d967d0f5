"""Three players who mix two actions each, in whole numbers; see `_three_mixers`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import isqrt
from typing import Any

_ROOT_BITS = 256


@dataclass(frozen=True)
class ThreeMixers:
    """Roots of the indifference equations of three players with two actions each.

    Parameters
    ----------
    roots : tuple of (shares of the second actions, index or None)
        None marks a double root.
    curve : bool
        Whether roots form a curve; there is no regular one then.
    """

    roots: tuple[tuple[tuple[Fraction, ...], int | None], ...] = ()
    curve: bool = False


def three_mixers(gains: Sequence[Any]) -> ThreeMixers | None:
    """Solve three bilinear equations; None where no player can be eliminated.

    Parameters
    ----------
    gains : three nested sequences ``[b][c]`` of int
        What the second action of each player earns more than the first, by the actions of the
        other two, in the order of the players.

    Examples
    --------
    >>> volunteers = [[3, -1], [-1, -1]]
    >>> [(shares, index)] = three_mixers([volunteers] * 3).roots
    >>> [float(share) for share in shares], index
    ([0.5, 0.5, 0.5], 1)
    """
    tables = [[list(line) for line in table] for table in gains]
    for middle in (1, 0, 2):
        first, third = (i for i in range(3) if i != middle)
        a = _by(tables, first, middle)  # lines by the middle player's action
        b = _by(tables, middle, first)
        c = _by(tables, third, middle)
        if not (_vanish_together(a) or _vanish_together(c)):
            return _solved((first, middle, third), a, b, c)
    return None


def _by(tables: Sequence[Any], player: int, other: int) -> list[list[int]]:
    """Give the gains of a player as ``[action of other][action of the third]``."""
    table = tables[player]
    is_first = min(i for i in range(3) if i != player) == other
    return table if is_first else [list(line) for line in zip(*table, strict=True)]


def _vanish_together(table: list[list[int]]) -> bool:
    """Whether some mixture of the lines, all in use, is zero in both places."""
    (p, q), (r, s) = table
    return p * s == q * r and (p * r < 0 or q * s < 0)


def _solved(players: tuple[int, int, int], a: Any, b: Any, c: Any) -> ThreeMixers:
    first, middle, third = players
    lower = [b[0][0] * a[y][1] - b[0][1] * a[y][0] for y in (0, 1)]
    upper = [b[1][0] * a[y][1] - b[1][1] * a[y][0] for y in (0, 1)]
    start, end = (c[y][1] * lower[y] - c[y][0] * upper[y] for y in (0, 1))
    middle_term = c[0][1] * lower[1] + c[1][1] * lower[0] - c[0][0] * upper[1] - c[1][0] * upper[0]
    lines = [(a[0][0], a[1][0]), (a[0][1], a[1][1]), (c[0][0], c[1][0]), (c[0][1], c[1][1])]
    if start == middle_term == end == 0:
        return ThreeMixers(curve=any(_all_mix(lines, t, 0, 1, 0) for t in _between(lines)))
    found = []
    for numerator, sign, denominator, radicand in _positive_roots(start, middle_term, end):
        if not _all_mix(lines, numerator, sign, denominator, radicand):
            continue
        bits = _ROOT_BITS + max(abs(v).bit_length() for line in lines for v in line)
        bits += radicand.bit_length()
        ratio = (numerator + sign * Fraction(isqrt(radicand << 2 * bits), 1 << bits)) / denominator
        shares = {middle: ratio / (1 + ratio)}
        for player, (low, high) in ((third, lines[:2]), (first, lines[2:])):
            values = [abs(line[0] + line[1] * ratio) for line in (low, high)]
            shares[player] = values[0] / (values[0] + values[1])
        # The slope at a root is `sign` times the root of the discriminant.
        found.append((tuple(shares[i] for i in range(3)), sign or None))
    return ThreeMixers(tuple(found))


def _positive_roots(start: int, middle: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    """Give the positive roots (numerator + sign sqrt(radicand)) / denominator, ascending.

    A sign of zero marks a double root.
    """
    if end == 0:
        if start * middle < 0:
            # One root, at which the slope has the sign of `middle`; written without a radical.
            sign = 1 if middle > 0 else -1
            yield -start - sign * abs(middle), sign, middle, middle * middle
        return
    radicand = middle * middle - 4 * start * end
    if radicand < 0:
        return
    signs = (0,) if radicand == 0 else ((-1, 1) if end > 0 else (1, -1))
    for sign in signs:
        if _sign(-middle, sign, radicand) * end > 0:
            yield -middle, sign, 2 * end, radicand


def _sign(whole: int, factor: int, radicand: int) -> int:
    """Sign of ``whole + factor * sqrt(radicand)``."""
    if (whole >= 0 and factor >= 0) or (whole <= 0 and factor <= 0):
        total = whole + factor * (radicand > 0)
        return (total > 0) - (total < 0)
    difference = whole * whole - factor * factor * radicand
    larger = (difference > 0) - (difference < 0)
    return larger if whole > 0 else -larger


def _all_mix(
    lines: Sequence[tuple[int, int]], numerator: Any, sign: int, denominator: Any, radicand: int
) -> bool:
    """Whether the two players eliminated have shares from 0 to 1, both excluded, at a root."""
    signs = []
    for low, high in lines:
        whole = low * denominator + high * numerator
        at = _sign(whole, high * sign, radicand)
        signs.append(at if denominator > 0 else -at)
    return signs[0] * signs[1] < 0 and signs[2] * signs[3] < 0


def _between(lines: Sequence[tuple[int, int]]) -> list[Fraction]:
    """Give one ratio from every interval in which no line changes its sign."""
    ends = sorted({Fraction(-low, high) for low, high in lines if low * high < 0})
    if not ends:
        return [Fraction(1)]
    inner = [(low + high) / 2 for low, high in pairwise(ends)]
    return [ends[0] / 2, *inner, ends[-1] + 1]
