"""Every payoff that subgame-perfect equilibria of a repeated game can give."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import frexp, isfinite

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.games.game import Game
from strategic.one_line import in_one_line
from strategic.papers import Cited
from strategic.repeated.payoff_sets._polygon import Points, Polygon, hull, simplify
from strategic.repeated.payoff_sets._self_generation import (
    SLACK,
    FixedPoint,
    Profile,
    largest_fixed_point,
)
from strategic.repeated.payoff_sets._stage_game import stage_game
from strategic.status import Status
from strategic.whole_numbers import check_whole

_HALF_RANGE = 0.5 * float(np.finfo(np.float64).max)
MERGE = 1e-10
"""Vertices nearer than this to the set of the others, in payoff ranges, are one."""
KINDS = ("empty", "point", "segment", "polygon")


@in_one_line
@dataclass(frozen=True, eq=False)
class PayoffSet(Cited):
    """The equilibrium payoffs at one discount factor.

    Parameters
    ----------
    discount : float
        Common discount factor.
    status : Status
        OK, NO_EQUILIBRIUM (no pure one exists), NOT_CONVERGED (the set is an outer bound) or
        INVALID (the discount factor is outside [0, 1)).
    vertices : array, (k, 2)
        Corners counterclockwise, payoffs of the first and second player; two ends for a segment.
    steps : int
        Applications of the operator.
    residual : float
        Estimated distance to the limit, in payoff ranges.

    Examples
    --------
    >>> game = [[9, 1], [10, 3]], [[9, 10], [1, 3]]
    >>> equilibrium_payoffs(*game, discount=0.3)[0]
    <PayoffSet: discount 0.3, status ok, vertices 3 to 9.75 (4x2), steps 2, residual 0>
    """

    made_by = ("equilibrium_payoffs",)

    discount: float
    status: Status
    vertices: Array
    steps: int
    residual: float

    @property
    def kind(self) -> str:
        """Whether the set is empty, a point, a segment or a polygon."""
        return KINDS[min(len(self.vertices), 3)]

    @property
    def threat(self) -> Array:
        """The worst equilibrium payoff of each player; NaN where there is none."""
        return self.vertices.min(axis=0) if len(self.vertices) else np.full(2, np.nan)


@in_one_line
@dataclass(frozen=True, eq=False)
class PayoffSets(Cited):
    """Equilibrium payoffs at several discount factors, with what bounds them.

    Parameters
    ----------
    sets : tuple of PayoffSet
        One per discount factor, in the order asked for.
    feasible : array, (k, 2)
        Corners of the feasible payoffs.
    minmax : array, (2,)
        What each player can secure against pure actions.
    game : Game
        The stage game.

    Examples
    --------
    >>> game = [[9, 1], [10, 3]], [[9, 10], [1, 3]]
    >>> sets = equilibrium_payoffs(*game, discount=[0.1, 0.3])
    >>> sets.minmax.tolist(), [one.kind for one in sets]
    ([3.0, 3.0], ['point', 'polygon'])
    """

    made_by = ("equilibrium_payoffs",)

    sets: tuple[PayoffSet, ...]
    feasible: Array
    minmax: Array
    game: Game

    def __len__(self) -> int:
        return len(self.sets)

    def __getitem__(self, index: int) -> PayoffSet:
        return self.sets[index]

    def __iter__(self) -> Iterator[PayoffSet]:
        return iter(self.sets)

    @property
    def status(self) -> Array:
        """Status of every set."""
        return np.array([one.status for one in self.sets], dtype=int)


def equilibrium_payoffs(
    row: ArrayLike | Game,
    column: ArrayLike | None = None,
    *,
    discount: ArrayLike,
    tol: float = 1e-12,
    max_steps: int = 20_000,
) -> PayoffSets:
    """Find all payoffs of pure subgame-perfect equilibria with public randomisation.

    Parameters
    ----------
    row, column : array_like, (m, n)
        Stage-game payoffs of the two players; or one Game.
    discount : array_like
        Common discount factors in [0, 1), any number of them.
    tol : float, default 1e-12
        Largest distance to the exact set, in units of each player's payoff range.
    max_steps : int, default 20000
        Operator applications before a set is given up as NOT_CONVERGED.

    Returns
    -------
    PayoffSets
        One set per discount factor; a bad discount factor harms no other.

    Raises
    ------
    GameError
        When the payoffs are no single two-player game.

    Notes
    -----
    Actions are observed and players may randomise jointly by a public signal, not privately. The
    set is the largest fixed point of the Abreu-Sannikov operator, reached from the feasible set by
    iterates that contain it. Payoffs are shifted and scaled by powers of two first, so the set
    follows the game's units. At a discount factor where the set jumps the iterates slow down
    without end; NOT_CONVERGED with its residual says so.

    References
    ----------
    Abreu, D. and Sannikov, Y. (2014). An algorithm for two-player repeated games with perfect
    monitoring. Theoretical Economics 9, 313-338.

    Examples
    --------
    >>> sets = equilibrium_payoffs([[9, 1], [10, 3]], [[9, 10], [1, 3]], discount=[0.1, 0.2, 0.3])
    >>> [one.kind for one in sets], sets[2].vertices.tolist()
    (['point', 'segment', 'polygon'], [[3.0, 3.0], [9.75, 3.0], [9.0, 9.0], [3.0, 9.75]])
    """
    check_whole(max_steps=max_steps)
    game = stage_game(row, column)
    units = _Units.of(game)
    first, second = units.scaled
    row_best, column_best = first.max(axis=0), second.max(axis=1)
    gains = (row_best - first, column_best[:, None] - second)
    numbers = np.stack([first, second, *gains], axis=-1).reshape(-1, 4)
    profiles = [Profile((a, b), (c, d)) for a, b, c, d in numbers.tolist()]
    floor = (float(row_best.min()), float(column_best.min()))
    sets = []
    for delta in np.atleast_1d(np.asarray(discount, dtype=np.float64)).ravel().tolist():
        found = _fixed_point(profiles, delta, floor, tol=tol, max_steps=max_steps)
        if found is None:
            sets.append(PayoffSet(delta, Status.INVALID, np.empty((0, 2)), 0, float("nan")))
            continue
        status = Status.OK if found.polygon else Status.NO_EQUILIBRIUM
        status = status if found.converged else Status.NOT_CONVERGED
        vertices = units.payoffs(simplify(found.polygon, MERGE))
        sets.append(PayoffSet(delta, status, vertices, found.steps, found.residual))
    return PayoffSets(
        sets=tuple(sets),
        feasible=units.payoffs(hull(profile.payoffs for profile in profiles)),
        minmax=units.payoffs([floor])[0],
        game=game,
    )


@dataclass(frozen=True)
class _Units:
    """Payoffs shifted to start at 0 and divided by the power of two above their range.

    The tolerances of the operator are then shares of the range, whatever the game's units; powers
    of two divide without rounding. Where a range is beyond the doubles, payoffs are quartered
    first.
    """

    scaled: list[Array]
    share: float
    low: Array
    scale: Array
    original: dict[Points, Points]

    @classmethod
    def of(cls, game: Game) -> _Units:
        held = all(0.5 * p.max() - 0.5 * p.min() <= _HALF_RANGE for p in game.payoffs)
        share = 1.0 if held else 0.25
        tables = [share * payoffs for payoffs in game.payoffs]
        low = np.array([payoffs.min() for payoffs in tables])
        spread = [float(np.ptp(payoffs)) for payoffs in tables]
        scale = np.array([2.0 ** min(frexp(s)[1], 1023) if s > 0 else 1.0 for s in spread])
        scaled = [(p - a) / b for p, a, b in zip(tables, low, scale, strict=True)]
        ours, theirs = (
            zip(*(side.ravel().tolist() for side in pair), strict=True)
            for pair in (scaled, game.payoffs)
        )
        return cls(scaled, share, low, scale, dict(zip(ours, theirs, strict=True)))

    def payoffs(self, polygon: Polygon) -> Array:
        """Undo the scaling; payoffs of a single profile come back to the last bit."""
        points = self.low + self.scale * np.array(polygon, dtype=np.float64).reshape(-1, 2)
        points /= self.share
        for place, point in enumerate(polygon):
            points[place] = self.original.get(point, points[place])
        return np.asarray(points)


def _fixed_point(
    profiles: list[Profile], discount: float, floor: Points, *, tol: float, max_steps: int
) -> FixedPoint | None:
    if not 0 <= discount < 1:
        return None
    if discount == 0 or not isfinite(1 / discount):
        # Nothing tomorrow matters: the stage game's pure equilibria, mixed by the public signal.
        stage = [p.payoffs for p in profiles if max(p.gains) <= SLACK]
        return FixedPoint(hull(stage), 0, 0.0, converged=True)
    return largest_fixed_point(
        profiles, discount=discount, floor=floor, tol=tol, max_steps=max_steps
    )
