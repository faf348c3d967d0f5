"""All equilibria of one game of three players with two actions each, in whole numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise, product
from math import isqrt
from typing import Any

from strategic.equilibria.enumeration.players._findings import Findings

_ROOT_BITS = 256
_FREE = Fraction(0), Fraction(1)


_BOTH = 2
"""The set of both actions, where 0 and 1 are those of one; as `surviving_supports` counts them."""


def exact_equilibria_of_binary(gains: Sequence[Any], alive: Any = None) -> Findings:
    """Enumerate the equilibria of a 2x2x2 game exactly.

    Parameters
    ----------
    gains : three nested sequences ``[b][c]`` of int
        What the second action of each player earns more than the first, by the actions of the
        other two, in the order of the players.
    alive : array of bool ``(3, 3, 3)``, optional
        From `surviving_supports`: what it strikes need not be looked at.

    Returns
    -------
    Findings
        Of a degenerate game: all pure and all regular equilibria, the ends of the pieces in which
        one player mixes, or two of whom one is indifferent, and isolated equilibria with a tie.

    Examples
    --------
    >>> pennies = [[1, 1], [-1, -1]], [[-1, -1], [1, 1]], [[-2, -2], [-2, -2]]
    >>> profile, index = exact_equilibria_of_binary(pennies).profiles[0]
    >>> [str(second) for _, second in profile], index
    (['1/2', '1/2', '0'], 1)
    """
    found = Findings()
    # By the number of those who mix, and within it as `patterns` lists the supports.
    for mixers in range(4):
        for support in product((0, 1, _BOTH), repeat=3):
            if support.count(_BOTH) != mixers or not (alive is None or alive[support]):
                continue
            mixed = [i for i, used in enumerate(support) if used == _BOTH]
            fixed: dict[int, Any] = {i: a for i, a in enumerate(support) if a != _BOTH}
            if not mixed:
                _add_pure(found, gains, support)
            elif len(mixed) == 1 and _gain(gains, mixed[0], fixed) == 0:
                _add_piece(found, gains, mixed[0], fixed)
            elif len(mixed) == 2:
                [(pure, action)] = fixed.items()
                _add_two(found, gains, pure, action)
            elif len(mixed) == 3:
                add_three(found, gains)
    return found


def _gain(gains: Sequence[Any], player: int, shares: dict[int, Any]) -> Any:
    """Mean gain of the second action against the shares of the other two."""
    first, second = (shares[i] for i in range(3) if i != player)
    table = gains[player]
    low = table[0][0] * (1 - second) + table[0][1] * second
    high = table[1][0] * (1 - second) + table[1][1] * second
    return low * (1 - first) + high * first


def _towards(gain: Any, action: int) -> Any:
    """Tell what leaving ``action`` loses: negative if it is no best reply."""
    return gain if action else -gain


def _add_pure(found: Findings, gains: Sequence[Any], actions: tuple[int, ...]) -> None:
    shares = dict(enumerate(actions))
    lost = [_towards(_gain(gains, i, shares), a) for i, a in enumerate(actions)]
    if min(lost) >= 0:
        found.add_second(actions, 1 if min(lost) > 0 else None)


def _add_piece(found: Findings, gains: Sequence[Any], mixer: int, fixed: dict[int, Any]) -> None:
    """Add the ends of the segment on which an indifferent player upsets none of the pure ones.

    Ends at which that player is pure as well are listed with the others.
    """
    low, high = _FREE
    for player, action in fixed.items():
        if action not in (0, 1):
            continue  # mixes, and is made indifferent by someone else
        start, end = (
            _towards(_gain(gains, player, {**fixed, mixer: share}), action) for share in (0, 1)
        )
        if start < 0 and end < 0:
            return
        if start < 0:
            low = max(low, Fraction(start, start - end))
        elif end < 0:
            high = min(high, Fraction(start, start - end))
    if low > high:
        return
    found.degenerate = True
    for share in sorted({low, high} - set(_FREE)):
        found.add_second([{**fixed, mixer: share}[i] for i in range(3)], None)


def _add_two(found: Findings, gains: Sequence[Any], pure: int, action: int) -> None:
    """Add what two players do who mix while the third chooses ``action``."""
    first, second = (i for i in range(3) if i != pure)
    values = {
        mixer: [_gain(gains, other, {mixer: share, pure: action}) for share in (0, 1)]
        for mixer, other in ((first, second), (second, first))
    }
    shares = {
        mixer: Fraction(low, low - high) if low * high < 0 else None
        for mixer, (low, high) in values.items()
    }
    free = [mixer for mixer, ends in values.items() if ends == [0, 0]]
    if not free and None not in shares.values():
        profile: dict[int, Any] = {**shares, pure: action}
        lost = _towards(_gain(gains, pure, profile), action)
        # The Jacobian is anti-diagonal: the determinant of its negative is minus the product.
        slopes = [high - low for low, high in values.values()]
        index = None if lost == 0 else (-1 if slopes[0] * slopes[1] > 0 else 1)
        if lost >= 0:
            found.add_second([profile[i] for i in range(3)], index)
    elif len(free) == 1:
        # `free` upsets nobody who mixes; the other's share is bound.
        bound = second if free[0] == first else first
        if shares[bound] is not None:
            _add_piece(found, gains, free[0], {bound: shares[bound], pure: action})
    # Where both upset nobody there are ties in pure profiles as well, which tell the degeneracy.


def add_three(found: Findings, gains: Sequence[Any]) -> None:
    """Add the profiles in which all three mix and are indifferent, see `_three_mixers`."""
    tables = [[list(line) for line in table] for table in gains]
    if any(not any(map(any, table)) for table in tables):
        found.degenerate = True  # a player who is indifferent throughout
        return
    for middle in (1, 0, 2):
        first, third = (i for i in range(3) if i != middle)
        a = _by(tables, first, middle)  # lines by the middle player's action
        b = _by(tables, middle, first)
        c = _by(tables, third, middle)
        if _vanish_together(a) or _vanish_together(c):
            continue
        _add_roots(found, (first, middle, third), a, b, c)
        return
    found.proved = False


def _by(tables: Sequence[Any], player: int, other: int) -> list[list[int]]:
    """Give the gains of a player as ``[action of other][action of the third]``."""
    table = tables[player]
    is_first = min(i for i in range(3) if i != player) == other
    return table if is_first else [list(line) for line in zip(*table, strict=True)]


def _vanish_together(table: list[list[int]]) -> bool:
    """Whether some mixture of the lines, all in use, is zero in both places."""
    (p, q), (r, s) = table
    return p * s == q * r and (p * r < 0 or q * s < 0)


def _add_roots(found: Findings, players: tuple[int, int, int], a: Any, b: Any, c: Any) -> None:
    first, middle, third = players
    lower = [b[0][0] * a[y][1] - b[0][1] * a[y][0] for y in (0, 1)]
    upper = [b[1][0] * a[y][1] - b[1][1] * a[y][0] for y in (0, 1)]
    start, end = (c[y][1] * lower[y] - c[y][0] * upper[y] for y in (0, 1))
    middle_term = c[0][1] * lower[1] + c[1][1] * lower[0] - c[0][0] * upper[1] - c[1][0] * upper[0]
    lines = [(a[0][0], a[1][0]), (a[0][1], a[1][1]), (c[0][0], c[1][0]), (c[0][1], c[1][1])]
    if start == middle_term == end == 0:
        found.degenerate |= any(_all_mix(lines, t, 0, 1, 0) for t in _between(lines))
        return
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
        found.add_second([shares[i] for i in range(3)], sign or None)


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
