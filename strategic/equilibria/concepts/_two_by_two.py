"""Mixed commitment in 2x2 games in closed form, many at a time, with error bounds."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._exact_program import ACCURATE, UNIT, accurate
from strategic.status import Status

SHORT = 2.0**20
"""Whole numbers below this have exact products and sums, and their quotients order as they do."""
_TINY = 2.0**-1020
"""Products below it may have lost digits."""


def two_by_two_commitment(
    U: Array, V: Array, rounded: Array, pessimistic: bool
) -> tuple[Array, Array]:
    """Try the ends and the follower's indifference point: there are no other candidates.

    Parameters
    ----------
    U, V : arrays ``(games, 2, 2)``
        Payoffs of the leader and the follower.
    rounded : array ``(games,)`` of bool
        Whether doubles may fall short of the payoffs.
    pessimistic : bool
        Whether the follower breaks ties against the leader.

    Returns
    -------
    found : array ``(games, 6)``
        The leader's mixture, the reply, what both earn, the status ``ok``.
    sure : array ``(games,)`` of bool
        Which of these error bounds prove.

    Notes
    -----
    What the leader earns is linear in the probability of the first row where the reply is
    constant, and the reply changes only where the follower is indifferent, so the best one is an
    end of an interval.
    """
    conversion = UNIT * rounded
    U, V = (np.ascontiguousarray(table.transpose(1, 2, 0)) for table in (U, V))
    with np.errstate(all="ignore"):  # what overflows is not sure
        below, above = V[1, 0] - V[1, 1], V[0, 0] - V[0, 1]  # their signs are exact
        crossing = np.sign(below) * np.sign(above) < 0
        weights = np.abs(np.where(crossing, [below, above], [[0.0], [1.0]]))
        short = (weights == np.rint(weights)).all(axis=0) & (weights < SHORT).all(axis=0)
        # Both shares are quotients of sums without cancellation; the differences of payoffs that
        # doubles round are as wrong as the payoffs.
        wrong = np.zeros(len(conversion))
        if conversion.any():
            sizes = np.abs(V).sum(axis=1)
            wrong = conversion * np.where(crossing, sizes[::-1] / weights, 0.0).max(axis=0)
        # In units in which they add up to about 1, so that products with payoffs keep their digits.
        weights *= np.ldexp(1.0, -np.frexp(np.maximum(weights[0], weights[1]))[1])
        total = weights.sum(axis=0)
        mixing = _Mixing(weights, total, short, 2.0 * wrong, conversion)
        leading = [_at_indifference(U[:, j], mixing) for j in (0, 1)]
        preferred = _preferred(U, above, below, crossing, pessimistic=pessimistic)
        values = [*U[0], *U[1], leading[0][0], leading[1][0]]
        bounds: list[Array | float] = [*[0.0] * 4, leading[0][1], leading[1][1]]
        best, most = np.zeros(len(U[0, 0]), dtype=np.int8), np.full(len(U[0, 0]), -np.inf)
        for place, (value, there) in enumerate(zip(values, preferred, strict=True)):
            better = there & (value > most)
            best, most = np.where(better, np.int8(place), best), np.where(better, value, most)
        reply, inner = best % 2, best >= 4
        second = reply == 1
        error = np.where(inner, np.where(second, bounds[5], bounds[4]), 0.0)
        sure = np.isfinite(most)
        for place, (value, bound, there) in enumerate(zip(values, bounds, preferred, strict=True)):
            unsure = error + bound
            sure &= (most - value > unsure) | (unsure == 0.0) | ~there | (best == place)
        shares = weights / total
        follows = np.where(second, V[:, 1], V[:, 0])
        following = _at_indifference(follows, mixing)
    sure &= ~inner | (np.where(second, leading[1][2], leading[0][2]) & following[2])
    top = best < 2
    mixture = [np.where(inner, share, end) for share, end in zip(shares, (top, ~top), strict=True)]
    earned = np.where(inner, following[0], np.where(top, follows[0], follows[1]))
    status = np.full(len(most), Status.OK)
    sure &= np.isfinite(earned)
    return np.stack([*mixture, reply, most, earned, status], axis=1), sure


def _preferred(
    U: Array, above: Array, below: Array, crossing: Array, *, pessimistic: bool
) -> list[Array]:
    """Say which candidates may be played: either reply to row 0, to row 1, and where indifferent.

    ``above`` and ``below`` are what the follower gains from the first reply to each row;
    ``crossing`` says whether these signs differ.
    """
    lead = np.where(crossing, 0.0, below)
    preferred = [
        above >= 0.0,
        above <= 0.0,
        below >= 0.0,
        below <= 0.0,
        lead >= 0.0,
        lead <= 0.0,
    ]
    # Between its end and the indifference point a reply earns the leader more towards the row
    # that pays more with it: a comparison of payoffs, so only the replies are left to compare.
    for j, below_is_end in enumerate((below > 0.0, below < 0.0)):
        inwards = crossing & np.where(below_is_end, U[0, j] > U[1, j], U[1, j] > U[0, j])
        preferred[j] &= below_is_end | ~inwards
        preferred[2 + j] &= ~(below_is_end & inwards)
        preferred[4 + j] &= inwards
        if pessimistic:  # an action never strictly preferred cannot be counted on
            somewhere = below_is_end | ((above < 0.0) if j else (above > 0.0))
            for place in (j, 2 + j, 4 + j):
                preferred[place] &= somewhere
    return preferred


class _Mixing(NamedTuple):
    """How the leader mixes where the follower is indifferent.

    ``weights`` ``(2, games)`` of the rows over their ``total`` are the shares: differences of the
    follower's payoffs times a power of two. ``short`` says where these are small whole numbers;
    ``share_error`` and ``conversion`` bound the errors of shares and of payoffs.
    """

    weights: Array
    total: Array
    short: Array
    share_error: Array
    conversion: Array


def _at_indifference(payoffs: Array, mixing: _Mixing) -> tuple[Array, Array, Array]:
    """Mix two payoffs ``(2, games)``: values, error bounds, and which are accurate.

    The bound is zero where values may be compared as they are: quotients of whole numbers over
    one denominator, each rounded once.
    """
    weights, total, short, share_error, conversion = mixing
    # Differences to the payoff nearer to zero, so that a common level costs no accuracy.
    sizes = np.abs(payoffs)
    largest = np.maximum(sizes[0], sizes[1])
    first = np.where(sizes[0] <= sizes[1], payoffs[0], payoffs[1])
    above = payoffs - first
    more = (weights[0] * above[0] + weights[1] * above[1]) / total  # one of them is zero
    values = first + more
    # Digits that doubles do not hold must not matter for the mixture either.
    unheld = 4.0 * conversion * largest
    apart = np.abs(more)
    errors = (share_error + 16.0 * UNIT) * apart + unheld
    fine = accurate(values, first, errors) & (share_error <= ACCURATE)
    gap = np.abs(payoffs[0] - payoffs[1])
    alike = gap == 0.0
    fine &= unheld <= ACCURATE * np.where(alike, np.inf, gap)
    fine &= alike | (apart >= _TINY)
    short = short & (payoffs == np.rint(payoffs)).all(axis=0) & (largest < SHORT)
    bounds = errors + UNIT * np.abs(values) + 1e-300
    if not short.any():
        return values, bounds, fine
    # Their sums and products are exact, so the quotient is the exact value rounded once.
    once = (weights[0] * payoffs[0] + weights[1] * payoffs[1]) / total
    return np.where(short, once, values), np.where(short, 0.0, bounds), fine | short
