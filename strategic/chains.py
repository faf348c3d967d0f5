"""Finite Markov chains by state elimination: points last and contiguous, no subtraction anywhere.

Eliminating a state sends every flow into it straight on to where it leads. All terms are
non-negative sums, so every result is accurate entry by entry however close a chain is to
falling apart (Grassmann, Taksar and Heyman 1985), and one elimination serves all points at once.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


def discounted_values(
    transition: FloatArray, reward: FloatArray, discount: FloatArray, /
) -> FloatArray:
    """Compute the average discounted value of every state of many chains.

    Parameters
    ----------
    transition : ndarray, shape (n, n, *points)
        Probability of moving from the first state to the second.
    reward : ndarray, shape (n, *points)
        Payoff of a period spent in each state.
    discount : ndarray, broadcastable to points
        Discount factor, in [0, 1).

    Returns
    -------
    ndarray, shape (n, *points)
        ``(1 - discount) * sum_t discount**t * reward_t`` from each state.

    Notes
    -----
    Solves V = (1-delta) u + delta M V, a strictly diagonally dominant system, by elimination
    without pivoting.

    References
    ----------
    Grassmann, Taksar and Heyman (1985), Operations Research 33, 1107-1116.

    Examples
    --------
    >>> import numpy as np
    >>> swap = np.array([[0.0, 1.0], [1.0, 0.0]])[:, :, None]
    >>> discounted_values(swap, np.array([[1.0], [0.0]]), np.array([0.5])).ravel()
    array([0.66666667, 0.33333333])
    """
    points = np.broadcast_shapes(transition.shape[2:], reward.shape[1:], np.shape(discount))
    states = reward.shape[0]
    flow = np.broadcast_to(discount * transition, (states, states, *points)).copy()
    leak = np.broadcast_to(1.0 - discount, (states, *points)).copy()
    return eliminate(flow, leak, leak * reward)


def eliminate(flow: FloatArray, leak: FloatArray, gain: FloatArray, /) -> FloatArray:
    """Solve ``(leak + row sums) V = gain + flow V`` in place, state by state from the last.

    Parameters
    ----------
    flow : ndarray, shape (n, n, *points)
        Non-negative weights between states; the diagonal is ignored. Overwritten.
    leak : ndarray, shape (n, *points)
        Non-negative weight that leaves the chain. Overwritten.
    gain : ndarray, shape (n, *points)
        Right-hand side. Overwritten with the solution.

    Returns
    -------
    ndarray, shape (n, *points)
        The solution, which is ``gain`` itself.

    Examples
    --------
    >>> import numpy as np
    >>> eliminate(np.ones((2, 2)), np.array([1.0, 1.0]), np.array([3.0, 0.0]))
    array([2., 1.])
    """
    pivots = [leak[0]] * len(gain)
    for last in range(len(gain) - 1, -1, -1):
        pivots[last] = _sum(flow[last, :last], leak[last])
        if last:
            share = flow[:last, last] / pivots[last]
            flow[:last, :last] += share[:, None] * flow[last, :last]
            leak[:last] += share * leak[last]
            gain[:last] += share * gain[last]
    for state, pivot in enumerate(pivots):
        for earlier in range(state):
            gain[state] += flow[state, earlier] * gain[earlier]
        gain[state] /= pivot
    return gain


def long_run_law(
    transition: FloatArray, start: FloatArray, /, *, discount: FloatArray | float = 1.0
) -> FloatArray:
    """Compute the share of time each state takes, from a given start, reducible chains included.

    Parameters
    ----------
    transition : ndarray, shape (n, n, *points)
        Probability of moving from the first state to the second.
    start : ndarray, shape (n, *points)
        Probability of starting in each state.
    discount : ndarray or float, default 1
        1 gives the long-run share of time; below 1 the discounted share of the periods
        0, 1, 2, ..., which tends to it.

    Returns
    -------
    ndarray, shape (n, *points)
        Shares that sum to one.

    Notes
    -----
    Discounting is the long run of a chain that restarts with probability 1-delta. A state that
    no flow leaves when its turn comes stands for a closed class; the law is the mean of the
    classes' laws, weighted by the probability that the start leads there. No matrix powers.

    Examples
    --------
    >>> import numpy as np
    >>> split = np.array([[1.0, 0.0, 0.0], [0.25, 0.0, 0.75], [0.0, 0.0, 1.0]])
    >>> long_run_law(split, np.array([0.0, 1.0, 0.0]))
    array([0.25, 0.  , 0.75])
    """
    flow = discount * transition + (1.0 - discount) * start
    mass = np.broadcast_to(start, flow.shape[1:]).astype(float)
    visits = np.zeros_like(flow)
    closed = np.zeros(mass.shape, dtype=bool)
    for last in range(len(mass) - 1, -1, -1):
        flow[last, last] = 0.0
        outflow = _sum(flow[last, 1:], flow[last, 0])
        closed[last] = outflow == 0.0
        onward = flow[last] / np.where(closed[last], 1.0, outflow)
        mass += mass[last] * onward
        mass[last] = np.where(closed[last], mass[last], 0.0)
        visits[:last, last] = flow[:last, last] / np.where(closed[last], np.inf, outflow)
        flow[:last] += flow[:last, last][:, None] * onward
        flow[:last, last] = np.where(closed[last], flow[:last, last], 0.0)
    return _law_of_classes(visits, mass, closed)


def _law_of_classes(visits: FloatArray, mass: FloatArray, closed: BoolArray) -> FloatArray:
    """Spread the mass of each closed class over its states by back substitution."""
    law = np.zeros_like(mass)
    states = len(mass)
    for root in range(states):
        if not closed[root].any():
            continue
        time = np.zeros_like(mass)
        time[root] = 1.0
        for state in range(root + 1, states):
            for earlier in range(root, state):
                time[state] += time[earlier] * visits[earlier, state]
        weight = np.where(closed[root], mass[root], 0.0) / _sum(time[1:], time[0])
        law += weight * time
    return law


def exit_times(flow: FloatArray, leak: FloatArray, /) -> FloatArray:
    """Compute the expected number of periods until each chain leaves its states.

    Parameters
    ----------
    flow : ndarray, shape (n, n, *points)
        Probability of moving between the states that are stayed in.
    leak : ndarray, shape (n, *points)
        Probability of leaving from each state; row sums of ``flow`` plus ``leak`` are one.

    Returns
    -------
    ndarray, shape (n, *points)
        Expected periods from each state; ``inf`` where the chain may stay for ever.

    Examples
    --------
    >>> import numpy as np
    >>> exit_times(np.array([[0.75]]), np.array([0.25]))
    array([4.])
    """
    flow = flow.copy()
    leak = leak.copy()
    forever = np.zeros_like(leak)
    periods = np.ones_like(leak)
    pivots = np.zeros_like(leak)
    for last in range(len(leak) - 1, -1, -1):
        pivots[last] = _sum(flow[last, :last], leak[last] + forever[last])
        stuck = pivots[last] == 0.0
        share = flow[:last, last] / np.where(stuck, np.inf, pivots[last])
        flow[:last, :last] += share[:, None] * flow[last, :last]
        leak[:last] += share * leak[last]
        periods[:last] += share * periods[last]
        forever[:last] += np.where(stuck, flow[:last, last], share * forever[last])
    return _back(flow, periods, pivots, forever)


def _back(
    flow: FloatArray, periods: FloatArray, pivots: FloatArray, forever: FloatArray
) -> FloatArray:
    """Substitute back, an infinite wait counting only where it is reached."""
    for state in range(len(periods)):
        for earlier in range(state):
            reached = flow[state, earlier] > 0.0
            periods[state] += flow[state, earlier] * np.where(reached, periods[earlier], 0.0)
        never = (forever[state] > 0.0) | (pivots[state] == 0.0)
        periods[state] = np.where(
            never, np.inf, periods[state] / np.where(never, 1.0, pivots[state])
        )
    return periods


def _sum(terms: FloatArray, first: FloatArray) -> FloatArray:
    """Add along the first axis one by one: the order never depends on the number of points."""
    total = first
    for term in terms:
        total = total + term
    return total
