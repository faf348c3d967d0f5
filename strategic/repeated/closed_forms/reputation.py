"""Reputation for toughness in a finite sequence of encounters."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array, doubles


def deterring_belief(entrant_gain: ArrayLike, stages_left: ArrayLike) -> Array:
    r"""Find the belief in toughness above which a challenger stays out.

    .. math:: b^n

    Parameters
    ----------
    entrant_gain : array_like
        The challenger's gain b when the other gives way, in (0, 1); it loses 1 - b in a fight.
    stages_left : array_like
        Encounters left, this one included, n >= 1.

    Returns
    -------
    array
        ``b^n``.

    References
    ----------
    Kreps, D. M. and Wilson, R. (1982). Reputation and imperfect information. Journal of Economic
    Theory 27, 253-279.

    Examples
    --------
    >>> round(float(deterring_belief(0.4, 4)), 4)
    0.0256
    """
    b, n = doubles(entrant_gain, stages_left)
    return np.asarray(b**n)


def stages_deterred_from(belief: ArrayLike, entrant_gain: ArrayLike) -> Array:
    r"""Find how many encounters must be left for a small doubt to deter every challenger.

    .. math:: \max \left( 1, \left\lfloor \frac{\ln p_0}{\ln b} \right\rfloor + 1 \right)

    Parameters
    ----------
    belief : array_like
        Prior probability p0 that the other side is tough, in (0, 1).
    entrant_gain : array_like
        The challenger's gain b when the other gives way, in (0, 1).

    Returns
    -------
    array
        Smallest n >= 1 with ``p0 > b^n``; NaN where an input is out of range.

    References
    ----------
    Kreps, D. M. and Wilson, R. (1982). Reputation and imperfect information. Journal of Economic
    Theory 27, 253-279.

    Examples
    --------
    >>> float(stages_deterred_from(0.05, 0.4))
    4.0
    """
    p0, b = doubles(belief, entrant_gain)
    inside = (p0 > 0) & (p0 < 1) & (b > 0) & (b < 1)
    with np.errstate(all="ignore"):
        guess = np.fmax(np.floor(np.log(p0) / np.log(b)) + 1, 1.0)
    # The logarithms round: the condition itself decides between the guess and its neighbours.
    stages = guess + 1
    with np.errstate(all="ignore"):
        for candidate in (guess, guess - 1):
            stages = np.where((candidate >= 1) & (p0 > b**candidate), candidate, stages)
    return np.where(inside, stages, np.nan)
