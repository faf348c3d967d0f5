"""All equilibria of one 2x2x2 game in plain fractions: an oracle that shares no code with ours.

Where all three mix, it solves for the first player's share by bisection (`strategic` solves for
the second's in closed form), so that neither formulas nor the order of elimination are shared.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from itertools import pairwise, product
from typing import Any

Shares = tuple[Fraction, ...]
Gain = Callable[[int, Shares], Fraction]
_ZERO, _ONE = Fraction(0), Fraction(1)
_STEPS = 130


def plain_equilibria(payoffs: Any) -> list[Shares] | None:
    """List the shares of the second actions in every equilibrium; None if a tie matters.

    ``payoffs[i][a][b][c]`` are Fractions.
    """
    gain = partial(_gain, payoffs)
    try:
        found = _three(gain)
        for support in product((0, 1, None), repeat=3):
            shares = _fewer(gain, support)
            if shares is None:
                continue
            losses = [gain(i, shares) * (2 * a - 1) for i, a in enumerate(support) if a is not None]
            if min(losses) == 0:
                return None
            if min(losses) > 0:
                found.append(shares)
    except _TieError:
        return None
    return sorted(found)


class _TieError(Exception):
    """Some equality holds that random payoffs do not have."""


def _gain(payoffs: Any, player: int, shares: Shares) -> Fraction:
    """Mean gain of a player's second action over the first."""
    total = Fraction(0)
    for profile in product((0, 1), repeat=3):
        weight = Fraction(2 * profile[player] - 1)
        for other in {0, 1, 2} - {player}:
            weight *= shares[other] if profile[other] else 1 - shares[other]
        total += weight * payoffs[player][profile[0]][profile[1]][profile[2]]
    return total


def _fewer(gain: Gain, support: tuple[int | None, ...]) -> Shares | None:
    """Shares where at most two mix; None where they cannot, or all three do."""
    mixers = [i for i, action in enumerate(support) if action is None]
    shares = [Fraction(action or 0) for action in support]
    if len(mixers) == 3:
        return None
    if len(mixers) == 1:
        if gain(mixers[0], tuple(shares)) == 0:
            raise _TieError  # perhaps: the oracle does not look further
        return None
    pure = tuple(shares)
    for mixer, other in zip(mixers, mixers[::-1], strict=True):
        low, high = (
            gain(other, (*pure[:mixer], Fraction(end), *pure[mixer + 1 :])) for end in (0, 1)
        )
        if low == 0 == high:
            raise _TieError
        if low * high >= 0:
            return None
        shares[mixer] = -low / (high - low)
    return tuple(shares)


def _three(gain: Gain) -> list[Shares]:
    def rest(x: Fraction) -> tuple[Fraction, ...]:
        """Weights of the others' actions that make the third and second player indifferent."""
        ends = (gain(2, (x, _ONE, _ZERO)), gain(2, (x, _ZERO, _ZERO)))
        others = (gain(1, (x, _ZERO, _ONE)), gain(1, (x, _ZERO, _ZERO)))
        return ends[0], -ends[1], others[0], -others[1]

    def value(x: Fraction) -> Fraction:
        y0, y1, z0, z1 = rest(x)
        corners = {(0, 0): y0 * z0, (0, 1): y0 * z1, (1, 0): y1 * z0, (1, 1): y1 * z1}
        terms = [w * gain(0, (x, Fraction(y), Fraction(z))) for (y, z), w in corners.items()]
        return sum(terms, _ZERO)

    found = []
    for low, high in _changes(value(_ZERO), value(Fraction(1, 2)), value(_ONE)):
        weights = [rest(x) for x in (low, high)]
        mix = [(y0 * y1 > 0, z0 * z1 > 0) for y0, y1, z0, z1 in weights]
        if mix[0] != mix[1]:
            raise _TieError
        if all(mix[0]):
            y0, y1, z0, z1 = weights[0]
            found.append((low, y1 / (y0 + y1), z1 / (z0 + z1)))
    return found


def _changes(zero: Fraction, half: Fraction, one: Fraction) -> list[tuple[Fraction, Fraction]]:
    """Enclose the roots from 0 to 1 of the quadratic with these values at 0, 1/2 and 1."""
    square = 2 * (zero - 2 * half + one)
    slope = one - zero - square

    def value(x: Fraction) -> Fraction:
        return zero + x * (slope + x * square)

    cuts = [_ZERO, _ONE]
    if square != 0 and 0 < -slope / (2 * square) < 1:
        cuts.insert(1, -slope / (2 * square))
    if zero == half == one or 0 in map(value, cuts[1:-1]):
        raise _TieError
    found = []
    for start, end in pairwise(cuts):
        low, high = start, end
        if value(low) * value(high) >= 0:
            continue
        falls = value(low) > 0
        for _ in range(_STEPS):
            middle = (low + high) / 2
            if (value(middle) > 0) == falls:
                low = middle
            else:
                high = middle
        found.append((low, high))
    return found
