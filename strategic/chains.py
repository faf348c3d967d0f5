"""Finite Markov chains by state elimination: points last and contiguous, no subtraction anywhere.

Eliminating a state sends every flow into it straight on to where it leads. All terms are
non-negative sums, so every result is accurate entry by entry however close a chain is to
falling apart (Grassmann, Taksar and Heyman 1985), and one elimination serves all points at once.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array


def discounted_values(transition: Array, reward: Array, discount: Array, /) -> Array:
    """Compute the average discounted value of every state of many chains.

    Parameters
    ----------
    transition : ndarray, shape (n, n, *points)
        Probability of moving from the first state to the second.
    reward : ndarray, shape (n, *points)
        Payoff per period spent in each state.
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
    Grassmann, W. K., Taksar, M. I. and Heyman, D. P. (1985). Regenerative analysis and steady state
    distributions for Markov chains. Operations Research 33, 1107-1116.

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


def eliminate(flow: Array, leak: Array, gain: Array, /) -> Array:
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
        # GTH: the pivot is the weight that leaves the state, summed rather than taken as
        # 1 - flow[last, last], so nothing cancels; the loop stands on both sides and drops out.
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


RAREST = 1e-100
"""Smallest probability but zero of what chains are made of: several of them in a row must not
underflow, or a class of states that can be left would count as closed."""


def are_probabilities(numbers: ArrayLike, /) -> Array:
    """Tell which numbers are zero, or lie between `RAREST` and one.

    Examples
    --------
    >>> are_probabilities([0.0, 1e-140, 0.5, 1.5, float("nan")])
    array([ True, False,  True, False, False])
    """
    values = np.asarray(numbers, float)
    return np.asarray(((values >= RAREST) & (values <= 1.0)) | (values == 0.0))


def long_run_law(transition: Array, start: Array, /, *, discount: Array | float = 1.0) -> Array:
    """Compute the share of time spent in each state from a given start.

    Parameters
    ----------
    transition : ndarray, shape (n, n, *points)
        Probability of moving from the first state to the second; the chain may be reducible.
    start : ndarray, shape (n, *points)
        Probability of starting in each state.
    discount : ndarray or float, default 1
        1 gives the long-run share of time; below 1 the discounted share of the periods
        0, 1, 2, ..., which tends to it.

    Returns
    -------
    ndarray, shape (n, *points)
        Shares that sum to one; NaN where a chain of rare moves underflows.

    Notes
    -----
    Discounting is the long run of a chain that restarts with probability 1-delta. A state that
    no flow leaves when its turn comes stands for a closed class; the law is the mean of the
    classes' stationary laws, weighted by the probability of being absorbed in each. No matrix
    powers.

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
    states = len(mass)
    lost = np.zeros(mass.shape[1:], dtype=bool)
    rare = (np.where(flow > 0.0, flow, 1.0).min(axis=(0, 1)) ** states == 0.0).any()
    for last in range(states - 1, -1, -1):
        flow[last, last] = 0.0
        # All of the row, also to states already eliminated: those columns were emptied except
        # where the state closes a class, and flow into that class must not be lost.
        outflow = _sum(flow[last, 1:], flow[last, 0])
        closed[last] = outflow == 0.0
        onward = flow[last] / np.where(closed[last], 1.0, outflow)
        mass += mass[last] * onward
        mass[last] = np.where(closed[last], mass[last], 0.0)
        # Expected visits to `last` per visit to an earlier state; a closed state absorbs instead.
        visits[:last, last] = flow[:last, last] / np.where(closed[last], np.inf, outflow)
        through = flow[:last, last][:, None] * onward
        if rare:
            possible = (flow[:last, last][:, None] > 0.0) & (onward > 0.0)
            lost |= (possible & (through == 0.0)).any(axis=(0, 1))
        flow[:last] += through
        flow[:last, last] = np.where(closed[last], flow[:last, last], 0.0)
    law = np.zeros_like(mass)
    for root in range(states):
        # Its first state stands for a closed class; back substitution counts the visits to the
        # others per visit to that one, which normalised is the stationary law of the class.
        if not closed[root].any():
            continue
        time = np.zeros_like(mass)
        time[root] = 1.0
        for state in range(root + 1, states):
            for earlier in range(root, state):
                time[state] += time[earlier] * visits[earlier, state]
        law += np.where(closed[root], mass[root], 0.0) / _sum(time[1:], time[0]) * time
    return np.where(lost, np.nan, law)


def exit_times(flow: Array, leak: Array, /) -> Array:
    """Compute the expected number of periods until each chain leaves its states.

    Parameters
    ----------
    flow : ndarray, shape (n, n, *points)
        Probability of moving between the transient states.
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
    flow, leak = flow.copy(), leak.copy()
    forever = np.zeros_like(leak)  # weight that goes where the chain never leaves
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
    for state in range(len(periods)):
        for earlier in range(state):
            # An infinite wait counts only where it is reached: 0 * inf would be NaN.
            reached = flow[state, earlier] > 0.0
            periods[state] += flow[state, earlier] * np.where(reached, periods[earlier], 0.0)
        never = (forever[state] > 0.0) | (pivots[state] == 0.0)
        periods[state] = np.where(
            never, np.inf, periods[state] / np.where(never, 1.0, pivots[state])
        )
    return periods


def _sum(terms: Array, first: Array) -> Array:
    """Add along the first axis one by one: the order never depends on the number of points."""
    total = first
    for term in terms:
        total = total + term
    return total
