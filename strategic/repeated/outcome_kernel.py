"""The four-outcome chain of a match, eliminated in place in one reused workspace.

Fresh large arrays cost more than the arithmetic here, so every step writes into rows of a
workspace that a thread allocates once.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

CHUNK = 16_384
"""Points that go through the workspace at a time."""
WORKSPACE_ROWS = 33


def match_chain(
    p: FloatArray, q: FloatArray, noise: FloatArray, /, *, work: FloatArray
) -> FloatArray:
    """Build the chain between outcomes of two memory-one strategies with action flips.

    Parameters
    ----------
    p, q : ndarray, shape (points, 4)
        Probability of cooperating after CC, CD, DC and DD, one's own action first.
    noise : ndarray, shape (points,)
        Probability that an action comes out as its opposite.
    work : ndarray, shape (WORKSPACE_ROWS, points)
        Overwritten.

    Returns
    -------
    ndarray, shape (4, 4, points)
        Probability of the first axis' outcome after the second axis' outcome: a view of ``work``.

    Examples
    --------
    >>> import numpy as np
    >>> copy = np.array([[1.0, 0.0, 1.0, 0.0]])
    >>> match_chain(copy, copy, np.zeros(1), work=np.empty((33, 1)))[:, 1, 0]
    array([0., 0., 1., 0.])
    """
    chances = work[:16]
    chances[:4] = p.T
    for outcome, seen in enumerate((0, 2, 1, 3), start=4):
        chances[outcome] = q[:, seen]
    np.subtract(1.0, chances[:8], out=chances[8:])
    if noise.any():
        chances *= np.subtract(1.0, np.multiply(noise, 2.0, out=work[32]), out=work[32])
        chances += noise
    x, y, x_not, y_not = chances[:4], chances[4:8], chances[8:12], chances[12:]
    flow = work[16:32].reshape(4, 4, -1)
    np.multiply(x, y, out=flow[0])
    np.multiply(x, y_not, out=flow[1])
    np.multiply(x_not, y, out=flow[2])
    np.multiply(x_not, y_not, out=flow[3])
    return flow


def restart(flow: FloatArray, start: FloatArray, discount: FloatArray, /) -> None:
    """Let every chain begin anew with probability ``1 - discount``, in place.

    Parameters
    ----------
    flow : ndarray, shape (4, 4, points)
        Probability of the first axis' outcome after the second axis' outcome.
    start : ndarray, shape (4, points)
        Law of the first period.
    discount : ndarray, shape (points,)
        Probability of going on.

    Examples
    --------
    >>> import numpy as np
    >>> flow = np.eye(4)[:, :, None].copy()
    >>> restart(flow, np.array([[0.0], [0.0], [0.0], [1.0]]), np.array([0.75]))
    >>> flow[:, 0, 0]
    array([0.75, 0.  , 0.  , 0.25])
    """
    anew = (1.0 - discount) * start
    flow *= discount
    flow += anew[:, None]


def eliminated_law(
    flow: FloatArray, /, *, work: FloatArray
) -> tuple[tuple[FloatArray, FloatArray, FloatArray], FloatArray, FloatArray]:
    """Find the long-run law of four-state chains, eliminating DD, DC and CD in turn, in place.

    Parameters
    ----------
    flow : ndarray, shape (4, 4, points)
        As `match_chain` returns it, a view of ``work``; overwritten.
    work : ndarray, shape (WORKSPACE_ROWS, points)
        The workspace behind ``flow``.

    Returns
    -------
    weights : tuple of three ndarrays, shape (points,)
        Time in CD, DC and DD per period of CC.
    total : ndarray, shape (points,)
        One plus their sum, which turns weights into shares.
    smallest : ndarray, shape (points,)
        Smallest pivot; where it is not positive the chain may be reducible and the weights are
        void.

    Examples
    --------
    >>> import numpy as np
    >>> work, copy = np.empty((33, 1)), np.array([[1.0, 0.0, 1.0, 0.0]])
    >>> weights, total, _ = eliminated_law(
    ...     match_chain(copy, copy, np.full(1, 0.1), work=work), work=work
    ... )
    >>> [float(weight[0]) for weight in weights], float(total[0])
    ([1.0, 1.0, 1.0], 4.0)
    """
    pivot, smallest, total, spare = work[0], work[1], work[2], work[3]
    np.add(flow[0, 3], flow[1, 3], out=pivot)
    pivot += flow[2, 3]
    smallest[...] = pivot
    last = flow[3, :3]
    last /= pivot
    flow[:3, :3] += np.multiply(flow[:3, 3:], last, out=work[4:13].reshape(3, 3, -1))
    np.add(flow[0, 2], flow[1, 2], out=pivot)
    np.minimum(smallest, pivot, out=smallest)
    third = flow[2, :2]
    third /= pivot
    back, second = flow[0, 1], flow[1, 0]
    _add_product(back, third[1], flow[0, 2], spare)
    _add_product(second, third[0], flow[1, 2], spare)
    np.minimum(smallest, back, out=smallest)
    second /= back
    _add_product(third[0], third[1], second, spare)
    _add_product(last[0], last[1], second, spare)
    _add_product(last[0], last[2], third[0], spare)
    np.add(second, 1.0, out=total)
    total += third[0]
    total += last[0]
    return (second, third[0], last[0]), total, smallest


def _add_product(to: FloatArray, one: FloatArray, other: FloatArray, spare: FloatArray) -> None:
    np.multiply(one, other, out=spare)
    to += spare
