"""Finite automata that play a repeated game, and the exact product chain of two of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array, doubles
from strategic.chains import RAREST, are_probabilities, long_run_law
from strategic.errors import GameError
from strategic.repeated.strategies._outcome_chain import SWAPPED
from strategic.whole_numbers import check_whole


@dataclass(frozen=True)
class Automaton:
    """A strategy with finitely many states; it starts in the first.

    Attributes
    ----------
    name : str
        What users call it.
    cooperation : tuple of float
        Probability of cooperating in each state.
    following : tuple of tuples of int
        For each state the next one after CC, CD, DC and DD, one's own action first, as they came
        out (a flipped action counts as flipped).

    Examples
    --------
    >>> Automaton("TFT", (1.0, 0.0), ((0, 1, 0, 1), (0, 1, 0, 1))).states
    2
    """

    name: str
    cooperation: tuple[float, ...]
    following: tuple[tuple[int, int, int, int], ...]

    def __post_init__(self) -> None:
        if len(self.following) != self.states or not self.states:
            raise GameError("needs one row of next states per state", where=self.name)
        if any(not 0.0 <= chance <= 1.0 for chance in self.cooperation):
            raise GameError("must cooperate with probabilities", where=self.name)
        if not are_probabilities(self.cooperation).all():
            rule = f"must cooperate with probabilities that are 0 or at least {RAREST:g}"
            raise GameError(rule, where=self.name, value=min(filter(None, self.cooperation)))
        if any(not 0 <= state < self.states for row in self.following for state in row):
            raise GameError("must move between its own states", where=self.name)

    @property
    def states(self) -> int:
        """Number of states."""
        return len(self.cooperation)


def remembering(name: str, cooperation: Sequence[float], first: float) -> Automaton:
    """Make an automaton of a memory-one strategy.

    Parameters
    ----------
    name : str
        What users call it.
    cooperation : sequence of four floats
        Probability of cooperating after CC, CD, DC and DD, one's own action first.
    first : float
        Probability of cooperating in the first period.

    Returns
    -------
    Automaton
        A state for the first period and one for each outcome, or fewer where outcomes agree.

    Examples
    --------
    >>> remembering("AllC", [1, 1, 1, 1], 1).states, remembering("WSLS", [1, 0, 0, 1], 1).states
    (1, 2)
    """
    if len(cooperation) != 4:
        raise GameError("needs four probabilities", where=name, value=tuple(cooperation))
    chances = list(dict.fromkeys([float(first), *map(float, cooperation)]))
    following = tuple(chances.index(float(chance)) for chance in cooperation)
    row = (following[0], following[1], following[2], following[3])
    return Automaton(name, tuple(chances), (row,) * len(chances))


def punisher(name: str, periods: int, *, forgiving: bool = False) -> Automaton:
    """Make the strategy that answers a bad outcome with a fixed number of defections.

    Parameters
    ----------
    name : str
        What users call it.
    periods : int
        Length of a punishment; a defection by either side, or an incident, starts it.
    forgiving : bool, default False
        Let a single bad outcome pass, and punish only the second of two in a row.

    Returns
    -------
    Automaton
        Cooperation, a warning where it forgives, and the periods of punishment.

    Examples
    --------
    >>> punisher("Punish2", 2).cooperation, punisher("Forgive2", 2, forgiving=True).cooperation
    ((1.0, 0.0, 0.0), (1.0, 1.0, 0.0, 0.0))
    """
    check_whole(periods=periods)
    if periods < 1:
        raise GameError("must punish for at least one period", where=name, value=periods)
    # States: cooperation, a warning if it forgives, then the periods of punishment, which pass
    # whatever either side does; both sides of a match see the same outcome and move in step.
    calm = 2 if forgiving else 1
    bad = (1, 1, 1) if forgiving else (calm, calm, calm)
    rows = [(0, *bad)]
    if forgiving:
        rows.append((0, calm, calm, calm))
    for period in range(periods):
        after = calm + period + 1 if period + 1 < periods else 0
        rows.append((after, after, after, after))
    return Automaton(name, (1.0,) * calm + (0.0,) * periods, tuple(rows))


@dataclass(frozen=True)
class Product:
    """Two automata as one chain over the pairs of states that play can reach.

    Attributes
    ----------
    pairs : ndarray of int, shape (states, 2)
        The states of the two automata; play starts in the first pair.
    cooperation : ndarray, shape (states, 2) or (states, 2, points)
        Intended probability that row and column cooperate.
    following : ndarray of int, shape (states, 4)
        Pair after the outcomes CC, CD, DC and DD, row's action first.
    """

    pairs: Array
    cooperation: Array
    following: Array


def product(row: Automaton, column: Automaton, /) -> Product:
    """Pair two automata up.

    Parameters
    ----------
    row, column : Automaton
        The strategies.

    Returns
    -------
    Product
        Pairs reachable under any outcome, so it serves all noise levels.

    Examples
    --------
    >>> copy = remembering("TFT", [1, 0, 1, 0], 1)
    >>> product(copy, copy).pairs.tolist()
    [[0, 0], [1, 0], [0, 1], [1, 1]]
    """
    # Breadth first from the pair of starts; the queue grows while it is read.
    place, queue, following = {(0, 0): 0}, [(0, 0)], []
    for one, other in queue:
        targets = [(row.following[one][k], column.following[other][SWAPPED[k]]) for k in range(4)]
        for pair in targets:
            if pair not in place:
                place[pair] = len(queue)
                queue.append(pair)
        following.append([place[pair] for pair in targets])
    pairs = np.array(queue, dtype=np.intp)
    chances = [[row.cooperation[one], column.cooperation[other]] for one, other in pairs.tolist()]
    return Product(pairs, np.array(chances), np.array(following, dtype=np.intp))


def outcome_chances(pair: Product, noise: ArrayLike, /) -> Array:
    """Compute the chances of the four outcomes in every pair of states.

    Parameters
    ----------
    pair : Product
        The two automata.
    noise : array_like, shape (points,)
        Probability that an action comes out as its opposite.

    Returns
    -------
    ndarray, shape (states, 4, points)
        Probabilities of CC, CD, DC and DD.

    Examples
    --------
    >>> keen = remembering("AllC", [1, 1, 1, 1], 1)
    >>> outcome_chances(product(keen, keen), [0.1])[0, :, 0].round(2)
    array([0.81, 0.09, 0.09, 0.01])
    """
    epsilon = np.asarray(noise, float)
    chance = pair.cooperation.reshape(*pair.cooperation.shape[:2], -1)  # points on a last axis
    c = chance * (1.0 - epsilon) + (1.0 - chance) * epsilon
    d = (1.0 - chance) * (1.0 - epsilon) + chance * epsilon
    row, column = (c[:, 0], d[:, 0]), (c[:, 1], d[:, 1])
    return np.stack([one * other for one in row for other in column], axis=1)


def automata_law(
    row: Automaton,
    column: Automaton,
    /,
    *,
    noise: ArrayLike = 0.0,
    discount: ArrayLike = 1.0,
    horizon: int | None = None,
) -> Array:
    """Compute the share of time of each outcome when two automata meet.

    Parameters
    ----------
    row, column : Automaton
        The strategies, from their first states.
    noise : array_like, default 0
        Probability that an action comes out as its opposite: 0, or at least 1e-100.
    discount : array_like, default 1
        1 gives the long run; below 1 the discounted share of the periods 0, 1, 2, ...; 0, or at
        least 1e-100.
    horizon : int, optional
        Number of periods; for ever by default. Then ``sum_t delta^t law_t / sum_t delta^t``.

    Returns
    -------
    ndarray, shape (..., 4)
        Shares of CC, CD, DC and DD, row's action first; NaN where an input is out of range, or
        where so many incidents must come together for play to change that their chance is no
        double.

    Raises
    ------
    GameError
        When the horizon is below one period.

    Notes
    -----
    The law of the product chain by state elimination, closed classes weighted by the probability
    of ending in each from the start.

    References
    ----------
    Rubinstein, A. (1986). Finite automata play the repeated prisoner's dilemma. Journal of Economic
    Theory 39, 83-96.

    Examples
    --------
    >>> copy, never = remembering("TFT", [1, 0, 1, 0], 1), remembering("AllD", [0] * 4, 0)
    >>> automata_law(copy, copy), automata_law(copy, never, horizon=4)
    (array([1., 0., 0., 0.]), array([0.  , 0.25, 0.  , 0.75]))
    """
    check_whole(horizon=horizon)
    if horizon is not None and horizon < 1:
        raise GameError("needs at least one period", where="horizon", value=horizon)
    epsilon, delta = doubles(noise, discount)
    shape, epsilon, delta = epsilon.shape, epsilon.reshape(-1), delta.reshape(-1)
    pair = product(row, column)
    with np.errstate(over="ignore", invalid="ignore"):
        chances = outcome_chances(pair, epsilon)
        shares = law_of(pair, chances, discount=delta, horizon=horizon)
    inside = are_probabilities(epsilon) & are_probabilities(delta)
    return np.where(inside, shares, np.nan).T.reshape((*shape, 4))


def law_of(pair: Product, chances: Array, /, *, discount: Array, horizon: int | None) -> Array:
    """Compute the shares of outcomes ``(4, points)`` from their chances in every pair of states.

    Parameters
    ----------
    pair : Product
        The two automata.
    chances : ndarray, shape (states, 4, points)
        Of CC, CD, DC and DD.
    discount : ndarray, shape (points,)
        As for `automata_law`.
    horizon : int or None
        As for `automata_law`.

    Examples
    --------
    >>> keen = product(remembering("AllC", [1] * 4, 1), remembering("AllC", [1] * 4, 1))
    >>> law_of(keen, outcome_chances(keen, [0.1]), discount=np.ones(1), horizon=3).round(2).T
    array([[0.81, 0.09, 0.09, 0.01]])
    """
    states, points = len(pair.pairs), chances.shape[-1]
    # Targets of several outcomes may coincide, so chances are added, outcome by outcome.
    chain = np.zeros((states, states, points))
    for state, targets in enumerate(pair.following):
        for outcome, target in enumerate(targets):
            chain[state, target] += chances[state, outcome]
    law = np.zeros((states, points))
    law[0] = 1.0
    if horizon is None:
        time = long_run_law(chain, law, discount=discount)
    else:
        time, weight, mass = np.zeros_like(law), np.ones(points), np.zeros(points)
        for _ in range(horizon):
            time += weight * law
            mass += weight
            weight = weight * discount
            law = np.add.reduce(law[:, None] * chain, axis=0)
        time /= mass
    shares = np.zeros((4, points))
    for state, share in enumerate(time):
        shares += share * chances[state]
    return shares
