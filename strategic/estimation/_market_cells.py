"""Shocks cut into cells in which the pure equilibria of a market stay the same.

A player enters where ``gain + shock > 0``, so against each choice of the rivals there is one
threshold of the shock. All of them cut the line of a player's shock into cells, and the pure
equilibria depend on nothing but the cell of each player. Shocks are followed by their cell and by
their place in it, so that with the numbers to be estimated they move smoothly and equilibria do
not change: what changes is the probability of the cell.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array
from strategic.estimation._markets import reply_bits, rivals_of

_DEFENCE = 0.1
"""Share of the draws that is spread evenly over the cells of a player, however improbable."""


@dataclass(frozen=True, eq=False)
class Cells:
    """Cells of the shocks of B markets, seen from one profile each.

    The coordinate of a player is ``x``: minus its shock where it takes the first action in the
    profile, else its shock. So its own action is a best reply where ``x`` is small.

    Parameters
    ----------
    edges : array (players, C, B)
        Upper ends of the cells, ascending; the lowest cell starts at minus infinity.
    log_below : array (players, C, B)
        Log probability below each edge.
    share : array (players, C + 1, B)
        Probability below the lower and upper ends of the cells, given that x is below the last.
    order : array of int (players, A, B)
        Which choice of the rivals each edge belongs to.
    sets : array of uint64 (players, C, B)
        Profiles in which the player has no reason to deviate, by cell, as bits.
    sign : array (players, B)
        1 where the player takes the first action in the profile, else -1.
    own : array of int (players, B)
        Number of what the rivals do in the profile.
    free : array of bool (players, A, B)
        Whether an edge is a threshold, rather than one cut off at the end of the box.
    """

    edges: Array
    log_below: Array
    share: Array
    order: Array
    sets: Array
    sign: Array
    own: Array
    free: Array

    @property
    def log_box(self) -> Array:
        """Log probability of all cells together: array (B,)."""
        return np.asarray(self.log_below[:, -1].sum(axis=0))


def cut(gains: Array, profile: Array, *, whole: bool = False) -> Cells:
    """Cut shocks into cells.

    Parameters
    ----------
    gains : array (players, A, B)
        From `entry_gains`.
    profile : array of int (B,)
        From which profile to look.
    whole : bool
        All shocks (C = A + 1); else those alone for which the profile is an equilibrium, a box
        (C = A).
    """
    from scipy.special import log_ndtr

    players, _, batch = gains.shape
    second = (profile >> np.arange(players)[::-1, None]) & 1
    sign = 1.0 - 2.0 * second
    own = rivals_of(players)[:, profile]
    heights = sign[:, None] * gains
    key = heights
    if not whole:
        top = np.take_along_axis(heights, own[:, None], axis=1)
        heights = np.minimum(heights, top)
        key = heights.copy()
        np.put_along_axis(key, own[:, None], np.inf, axis=1)  # of equals, the own edge is the last
    order = np.argsort(key, axis=1)
    edges = np.take_along_axis(heights, order, axis=1)
    free = np.ones_like(order, dtype=bool)
    if whole:
        edges = np.concatenate([edges, np.full((players, 1, batch), np.inf)], axis=1)
    else:
        free = edges < top
        free[:, -1] = True
    log_below = log_ndtr(edges)
    share = np.zeros((players, edges.shape[1] + 1, batch))
    np.exp(log_below - log_below[:, -1:], out=share[:, 1:])
    # Beyond the j-th edge the profile's action is no reply to the j-th choice of the rivals.
    bits = reply_bits(players)
    rows = np.arange(players)[:, None]
    same, other = (np.moveaxis(bits[rows, way], 2, 1) for way in (second, 1 - second))
    turned = np.take_along_axis(other - same, order, axis=1)  # modulo 2^64: bits never overlap
    sets = np.empty((players, edges.shape[1], batch), dtype=np.uint64)
    sets[:, 0] = same.sum(axis=1, dtype=np.uint64)
    np.cumsum(turned[:, : edges.shape[1] - 1], axis=1, out=sets[:, 1:])
    sets[:, 1:] += sets[:, :1]
    return Cells(edges, log_below, share, order, sets, sign, own, free)


@dataclass(frozen=True, eq=False)
class Design:
    """Which cells are looked at, and where in them.

    Parameters
    ----------
    cell : array of int (players, R) or (players, R, markets)
        Cells of R draws: the same in all markets where every cell is looked at.
    place : array (players, R, markets)
        Where in the cell, by probability, between 0 and 1.
    weight : array (R, markets) or (1, 1)
        One over the probability with which a cell was drawn.
    """

    cell: Array
    place: Array
    weight: Array

    @property
    def everything(self) -> bool:
        """Whether every cell is looked at."""
        return self.cell.ndim == 2

    def of(self, market: Array) -> Design:
        """Take the draws of some markets, by their numbers."""
        if self.everything:
            return Design(self.cell, self.place[..., market], self.weight)
        return Design(self.cell[..., market], self.place[..., market], self.weight[:, market])


def strata(players: int, cells: int, *, markets: int, draws: int, seed: int) -> Design | None:
    """Look at every combination of cells, with as many points in each as the draws allow.

    Returns
    -------
    Design, or None where there are more combinations than draws
    """
    combinations = cells**players
    if combinations > draws:
        return None
    per_cell = round(draws / combinations)
    rng = np.random.default_rng([seed, players, cells])
    shift = rng.random((players, 1, combinations, markets))
    place = _spread(players, per_cell)[:, :, None, None] + shift
    place = _mirrored(place % 1.0, per_cell).reshape(players, -1, markets)
    grid = np.indices((cells,) * players).reshape(players, -1)
    return Design(np.tile(grid, per_cell), place, np.full((1, 1), 1.0 / per_cell))


def drawn(cells: Cells, *, draws: int, seed: int) -> Design:
    """Draw cells with nearly the probability they have where they were cut."""
    players, count, markets = cells.edges.shape
    rng = np.random.default_rng([seed, players, count])
    points = _spread(players, draws)[:, :, None] + rng.random((players, 1, markets))
    points = _mirrored(points % 1.0, draws)
    mass = np.diff(cells.share, axis=1)
    there = mass > 0
    mass = (1 - _DEFENCE) * mass + _DEFENCE * there / there.sum(axis=1, keepdims=True)
    ends = np.cumsum(mass, axis=1)
    ends /= ends[:, -1:]
    cell = np.zeros(points.shape, dtype=np.int64)
    for k in range(count - 1):
        cell += points >= ends[:, k : k + 1]
    upper = np.take_along_axis(ends, cell, axis=1)
    chance = np.take_along_axis(np.diff(ends, axis=1, prepend=0.0), cell, axis=1)
    place = np.clip(1.0 - (upper - points) / chance, 1e-12, 1 - 1e-12)
    return Design(cell, place, 1.0 / chance.prod(axis=0))


def _spread(dimensions: int, count: int) -> Array:
    """Spread points evenly over a cube: multiples of powers of the generalised golden ratio.

    References
    ----------
    Niederreiter, H. (1992). Random Number Generation and Quasi-Monte Carlo Methods. Society for
    Industrial and Applied Mathematics. Chapters 3 and 4.
    """
    ratio = 2.0
    for _ in range(60):  # the root of x^(d + 1) = x + 1
        ratio = (1.0 + ratio) ** (1.0 / (dimensions + 1))
    steps = ratio ** -np.arange(1.0, dimensions + 1)
    return np.asarray(steps[:, None] * np.arange(1, count + 1) % 1.0)


def _mirrored(points: Array, count: int) -> Array:
    """Replace the second half by the mirror images of the first: linear terms cancel."""
    half = count - count // 2
    points[:, half:] = 1.0 - points[:, : count // 2]
    return np.clip(points, 1e-12, 1 - 1e-12)
