"""Mixed commitment in 2x2 games in closed form, many at a time, with error bounds."""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._exact_program import ACCURATE, UNIT, accurate, smallest_payoffs
from strategic.status import Status

SHORT = 2.0**20
"""Whole numbers below this have exact products and sums, and their quotients order as they do."""


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
    numbers, conversion = np.arange(len(U)), UNIT * rounded
    U, V = (np.ascontiguousarray(table.transpose(1, 2, 0)) for table in (U, V))
    with np.errstate(all="ignore"):  # what overflows is not sure
        below, above = V[1, 0] - V[1, 1], V[0, 0] - V[0, 1]  # their signs are exact
        crossing = np.sign(below) * np.sign(above) < 0
        weights = np.abs(np.where(crossing, [below, above], [[0.0], [1.0]]))
        # Both shares are quotients of sums without cancellation; the differences of payoffs that
        # doubles round are as wrong as the payoffs.
        sizes = np.abs(V).sum(axis=1)
        wrong = conversion * np.where(crossing, sizes[::-1] / weights, 0.0).max(axis=0)
        mixed, errors, fine = (
            np.stack(side)
            for side in zip(
                *(_at_indifference(T, weights, 2.0 * wrong, conversion) for T in (U, V)),
                strict=True,
            )
        )
        # Candidates: either reply to the top row, to the bottom row, and where indifferent.
        values = np.concatenate([U[0], U[1], mixed[0]])
        bounds = np.concatenate([np.zeros((4, len(numbers))), errors[0]])
        lead = np.where(crossing, 0.0, below)
        preferred = np.array([above, -above, below, -below, lead, -lead]) >= 0.0
        # Between its end and the indifference point a reply earns the leader more towards the row
        # that pays more with it: a comparison of payoffs, so only the replies are left to compare.
        below_is_end = np.array([below > 0, below < 0])
        inwards = crossing & np.where(below_is_end, U[0] > U[1], U[1] > U[0])
        preferred[:2] &= ~(inwards & ~below_is_end)
        preferred[2:4] &= ~(inwards & below_is_end)
        preferred[4:] &= inwards
        if pessimistic:  # an action never strictly preferred cannot be counted on
            somewhere = np.array([(below > 0) | (above > 0), (below < 0) | (above < 0)])
            preferred &= np.tile(somewhere, (3, 1))
        best = np.where(preferred, values, -np.inf).argmax(axis=0)
        shares = weights / weights.sum(axis=0)
        unsure = bounds[best, numbers] + bounds
        ahead = (values[best, numbers] - values > unsure) | (unsure == 0.0)
    ahead[best, numbers] = True
    reply, inner = best % 2, best >= 4
    sure = (ahead | ~preferred).all(axis=0) & preferred.any(axis=0)
    sure &= ~inner | fine[:, reply, numbers].all(axis=0)
    first = np.where(inner, shares[0], (best < 2).astype(float))
    second = np.where(inner, shares[1], (best >= 2).astype(float))
    row = (best >= 2).astype(np.intp)
    earned = [
        np.where(inner, at[reply, numbers], T[row, reply, numbers])
        for at, T in zip(mixed, (U, V), strict=True)
    ]
    status = np.full(len(numbers), Status.OK)
    return np.stack([first, second, reply, *earned, status], axis=1), sure


def _at_indifference(
    payoffs: Array, weights: Array, share_error: Array, conversion: Array
) -> tuple[Array, Array, Array]:
    """Mix two rows: values ``(2, games)`` for each column, error bounds, and which are accurate.

    The bound is zero where values may be compared as they are: quotients of whole numbers over
    one denominator, each rounded once.
    """
    # Differences to one payoff, so that a common level costs no accuracy.
    first, total = smallest_payoffs(payoffs), weights.sum(axis=0)
    apart = payoffs - first
    parts = weights[:, None] * apart
    values = first + parts.sum(axis=0) / total
    spread = np.abs(parts).sum(axis=0) / total
    # Digits that doubles do not hold must not matter for the mixture either.
    largest = np.abs(payoffs).max(axis=(0, 1))
    unheld = 4.0 * conversion * largest
    errors = (share_error + 16.0 * UNIT) * spread + unheld
    fine = accurate(values, first, errors) & (share_error <= ACCURATE)
    fine &= unheld <= ACCURATE * np.where(apart != 0.0, np.abs(apart), np.inf).min(axis=(0, 1))
    short = (payoffs == np.rint(payoffs)).all(axis=(0, 1)) & (largest < SHORT)
    short &= (weights == np.rint(weights)).all(axis=0) & (weights < SHORT).all(axis=0)
    bounds = errors + UNIT * np.abs(values) + 1e-300
    # Their sums and products are exact, so the quotient is the exact value rounded once.
    once = (weights[:, None] * payoffs).sum(axis=0) / total
    return np.where(short, once, values), np.where(short, 0.0, bounds), fine | short
