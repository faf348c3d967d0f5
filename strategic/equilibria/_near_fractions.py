"""Mixtures of small denominators near doubles, for whole batches."""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array

_BITS = 53
_ROUNDING = 8
"""Of a share, in units of 2^-53."""
_LARGEST = 1 << 24
"""Denominators that a double tells from others."""
_MOST_TERMS = 40
"""Of a continued fraction whose convergents stay below `_LARGEST` (Fibonacci numbers are least)."""


def near_fractions(mixtures: Array) -> tuple[Array, Array, Array]:
    """Give the mixtures of smallest denominators that doubles may be roundings of.

    Parameters
    ----------
    mixtures : array ``(n, E)``

    Returns
    -------
    weights : int64 array ``(n, E)``
    totals : int64 array ``(E,)``
        Sums of the weights.
    found : array ``(E,)`` of bool
        Whether ``weights / totals`` round to the mixtures; zeros stay zeros.

    Examples
    --------
    >>> weights, totals, found = near_fractions(np.array([[1 / 3, 0.6], [2 / 3, 0.4]]))
    >>> weights.tolist(), totals.tolist(), found.tolist()
    ([[1, 3], [2, 2]], [3, 5], [True, True])
    """
    above, below, found = _convergents(mixtures.reshape(-1))
    above, below = above.reshape(mixtures.shape), below.reshape(mixtures.shape)
    fine = found.reshape(mixtures.shape).all(axis=0)
    totals = np.ones(mixtures.shape[1], dtype=np.int64)
    for line in below:  # of two numbers up to 2^24 the least common multiple fits 64 bits
        totals = np.lcm(totals, line)
        fine &= totals <= _LARGEST
        totals[~fine] = 1
    weights = above * (totals // below)
    fine &= (weights.sum(axis=0) == totals) & ((weights > 0) == (mixtures > 0.0)).all(axis=0)
    return weights, totals, fine


def _convergents(shares: Array) -> tuple[Array, Array, Array]:
    """Find the first convergent within rounding of each share, and whether there is one."""
    above, below = np.zeros(shares.shape, dtype=np.int64), np.ones(shares.shape, dtype=np.int64)
    found = shares == 0.0
    lanes = np.flatnonzero(~found & (shares > 0.0) & (shares <= 1.0))
    # Euclid's algorithm on the share over one. After each step, ``rest`` is how far the convergent
    # p/q is from the share, times q and 2^53.
    rest = np.rint(np.ldexp(shares[lanes], _BITS)).astype(np.int64)
    before = np.full(lanes.shape, np.int64(1) << _BITS)
    p, q = (np.zeros_like(rest), np.ones_like(rest)), (np.ones_like(rest), np.zeros_like(rest))
    # p and q hold the last convergent, then the one before it: 0/1 after 1/0.
    for _ in range(_MOST_TERMS):
        close = rest <= _ROUNDING * q[0]
        done = lanes[close]
        above[done], below[done], found[done] = p[0][close], q[0][close], True
        on = np.flatnonzero(~close & (q[0] <= _LARGEST))
        if not on.size:
            break
        lanes, rest, before = lanes[on], rest[on], before[on]
        term = before // rest
        before, rest = rest, before - term * rest
        p, q = ((term * last[on] + former[on], last[on]) for last, former in (p, q))
    return above, below, found & (below <= _LARGEST)
