"""The four-outcome chain of a match, eliminated in place in a reused workspace.

Fresh large arrays cost more than the arithmetic here, so every step writes into rows of a
workspace that each thread keeps. Flows are indexed ``[outcome reached][outcome left]``; their
diagonal is never read and holds no number.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array

SWAPPED = (0, 2, 1, 3)
"""CC, CD, DC and DD as the other player sees them."""
CHUNK = 16_384
"""Points that go through a workspace at a time: it then stays in the second-level cache."""
_ROWS = 32
_kept = threading.local()


@dataclass(frozen=True)
class Workspace:
    """Rows of memory that a chunk of points goes through; what they hold is void at first.

    Attributes
    ----------
    memory : ndarray, shape (32, points)
        Contiguous.
    """

    memory: Array

    @property
    def chances(self) -> Array:
        """Chances of both actions of both players after each outcome, (16, points)."""
        return self.memory[:16]

    @property
    def flow(self) -> Array:
        """The chain, the outcome reached first, (4, 4, points)."""
        return self.memory[16:].reshape(4, 4, -1)

    @property
    def scratch(self) -> Array:
        """Four rows for anything; they lie on the chances, which the flow has used up."""
        return self.memory[:4]


def workspace(points: int, /) -> Workspace:
    """Give this thread's workspace for a number of points; its content is void.

    Parameters
    ----------
    points : int
        At most `CHUNK` for reuse; more get memory of their own.

    Returns
    -------
    Workspace
        The same memory at every call in a thread.

    Examples
    --------
    >>> workspace(5).memory.shape
    (32, 5)
    """
    if points > CHUNK:
        return Workspace(np.empty((_ROWS, points)))
    held: Array | None = getattr(_kept, "memory", None)
    if held is None or len(held) < _ROWS * points:
        held = _kept.memory = np.empty(_ROWS * points)
    return Workspace(held[: _ROWS * points].reshape(_ROWS, points))


def match_chain(p: Array, q: Array, noise: Array | float, /, *, work: Workspace) -> Array:
    """Build the chain between outcomes of two memory-one strategies with action flips.

    Parameters
    ----------
    p, q : ndarray, shape (points, 4)
        Probability of cooperating after CC, CD, DC and DD, one's own action first.
    noise : float or ndarray, shape (points,)
        Probability that an action comes out as its opposite.
    work : Workspace
        Overwritten.

    Returns
    -------
    ndarray, shape (4, 4, points)
        Probability of the first axis' outcome after the second axis' outcome, without the
        diagonal: a view of ``work``.

    Examples
    --------
    >>> import numpy as np
    >>> copy = np.array([[1.0, 0.0, 1.0, 0.0]])
    >>> match_chain(copy, copy, 0.0, work=workspace(1))[[0, 2, 3], 1, 0]
    array([0., 1., 0.])
    """
    chances, flow = work.chances, work.flow
    chances[:4] = p.T
    for outcome, seen in enumerate(SWAPPED, start=4):
        chances[outcome] = q[:, seen]
    np.subtract(1.0, chances[:8], out=chances[8:])
    # A flip turns x into x (1 - eps) + (1 - x) eps = x (1 - 2 eps) + eps, in place.
    if np.any(noise):
        chances *= 1.0 - 2.0 * noise
        chances += noise
    x, y, x_not, y_not = chances[:4], chances[4:8], chances[8:12], chances[12:]
    np.multiply(x[1:], y[1:], out=flow[0, 1:])
    np.multiply(x[0], y_not[0], out=flow[1, 0])
    np.multiply(x[2:], y_not[2:], out=flow[1, 2:])
    np.multiply(x_not[:2], y[:2], out=flow[2, :2])
    np.multiply(x_not[3], y[3], out=flow[2, 3])
    np.multiply(x_not[:3], y_not[:3], out=flow[3, :3])
    return flow


def first_law(opening: Array, noise: Array | float, /) -> Array:
    """Compute the law of the first period.

    Parameters
    ----------
    opening : ndarray, shape (points, 2)
        Probability that row and column intend to cooperate.
    noise : float or ndarray, shape (points,)
        Probability that an action comes out as its opposite.

    Returns
    -------
    ndarray, shape (4, points)
        Probabilities of CC, CD, DC and DD.

    Examples
    --------
    >>> import numpy as np
    >>> first_law(np.array([[1.0, 0.0]]), 0.0)[:, 0]
    array([0., 1., 0., 0.])
    """
    wish = opening.T
    does = wish * (1.0 - 2.0 * noise) + noise
    does_not = (1.0 - wish) * (1.0 - 2.0 * noise) + noise
    return np.stack(
        [does[0] * does[1], does[0] * does_not[1], does_not[0] * does[1], does_not[0] * does_not[1]]
    )


def restart(flow: Array, start: Array, discount: Array | float, /) -> None:
    """Let every chain begin anew with probability ``1 - discount``, in place.

    Parameters
    ----------
    flow : ndarray, shape (4, 4, points)
        As `match_chain` returns it.
    start : ndarray, shape (4, points)
        Law of the first period.
    discount : float or ndarray, shape (points,)
        Probability of going on.

    Examples
    --------
    >>> import numpy as np
    >>> flow = np.zeros((4, 4, 1))
    >>> restart(flow, np.array([[0.0], [0.0], [0.0], [1.0]]), 0.75)
    >>> flow[:, 0, 0]
    array([0.  , 0.  , 0.  , 0.25])
    """
    # The discounted share of time is the long run of a chain that restarts: sum (1-d) d^t law_t.
    anew = (1.0 - discount) * start
    for reached in range(4):
        for left in range(4):
            if reached != left:
                flow[reached, left] *= discount
                flow[reached, left] += anew[reached]


def eliminated_law(work: Workspace, /) -> tuple[tuple[Array, Array, Array], Array]:
    """Find the long-run law of four-state chains, eliminating DD, DC and CD in turn, in place.

    Parameters
    ----------
    work : Workspace
        With the chain that `match_chain` left in ``work.flow``; overwritten.

    Returns
    -------
    weights : tuple of three ndarrays, shape (points,)
        Time in CD, DC and DD per period of CC.
    total : ndarray, shape (points,)
        One plus their sum, which turns weights into shares. Where it is not finite the chain may
        be reducible and the weights are void.

    Examples
    --------
    >>> import numpy as np
    >>> work, copy = workspace(1), np.array([[1.0, 0.0, 1.0, 0.0]])
    >>> _ = match_chain(copy, copy, 0.1, work=work)
    >>> weights, total = eliminated_law(work)
    >>> [float(weight[0]) for weight in weights], float(total[0])
    ([1.0, 1.0, 1.0], 4.0)
    """
    # Eliminating a state sends the flow into it on to where it leads (Grassmann, Taksar and
    # Heyman 1985): every term is a sum of products of non-negative numbers, so rare outcomes keep
    # their relative accuracy. Rows that are done serve as scratch.
    flow, pivot, total, pair = work.flow, work.scratch[0], work.scratch[1], work.scratch[2:]
    spare = pair[0]
    np.add(flow[0, 3], flow[1, 3], out=pivot)
    pivot += flow[2, 3]
    last = flow[3, :3]
    last /= pivot
    for reached, left in ((0, slice(1, 3)), (1, slice(0, 3, 2)), (2, slice(0, 2))):
        np.multiply(flow[reached, 3], last[left], out=pair)
        flow[reached, left] += pair
    np.add(flow[0, 2], flow[1, 2], out=pivot)
    third = flow[2, :2]
    third /= pivot
    back, second = flow[0, 1], flow[1, 0]
    _add_product(back, third[1], flow[0, 2], spare)
    _add_product(second, third[0], flow[1, 2], spare)
    second /= back
    _add_product(third[0], third[1], second, spare)
    _add_product(last[0], last[1], second, spare)
    _add_product(last[0], last[2], third[0], spare)
    np.add(second, 1.0, out=total)
    total += third[0]
    total += last[0]
    return (second, third[0], last[0]), total


def _add_product(to: Array, one: Array, other: Array, spare: Array) -> None:
    np.multiply(one, other, out=spare)
    to += spare
