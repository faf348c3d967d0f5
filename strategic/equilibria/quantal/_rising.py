"""Follow the principal branch in strides of the logarithm of rationality.

Most branches rise all the way, most of it smoothly. Around folds and where branches meet, the same
loop follows them across their tangent, so that all games of a batch go on side by side. The few
that are given up go on in the shorter steps of `_tracker`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from strategic.arrays import Array
from strategic.blocks import short_buffers
from strategic.equilibria.quantal._stride_limits import MOVE
from strategic.equilibria.quantal._strides import Strides
from strategic.equilibria.quantal._system import LogitSystem

_DROPPED = 0.2
"""Share of finished games from which on they are dropped."""
_NEAR = 2.0
"""Up to this share of where the solution stops being known to be unique a target is near."""
_MANY = 1024
"""Games from which on copies of them cost more than further calls."""


@dataclass(frozen=True, eq=False)
class Climbed:
    """Where the branches were when they reached their target or were given up.

    Parameters
    ----------
    w : array (unknowns, games)
        Log-odds; those of the last accepted point where the target was not reached.
    rationality : array (games,)
        Where that is.
    reached : array of bool (games,)
        Whether it is the target.
    steps : array of int (games,)
        Strides taken, rejected ones included.
    """

    w: Array
    rationality: Array
    reached: Array
    steps: Array

    @classmethod
    def joined(cls, parts: Sequence[Climbed]) -> Climbed:
        """Put the games of several together."""
        names = [field.name for field in fields(cls)]
        return cls(*(np.concatenate([getattr(p, n) for p in parts], axis=-1) for n in names))

    @classmethod
    def side_by_side(cls, parts: Sequence[Climbed]) -> Climbed:
        """Put the same games on their ways to one target after another together."""
        whole = []
        for each in fields(cls):
            stacked = np.stack([getattr(part, each.name) for part in parts], axis=-1)
            whole.append(stacked.reshape(*stacked.shape[:-2], len(parts) * stacked.shape[-2]))
        return cls(*whole)

    def some(self, chosen: Array | slice) -> Climbed:
        """Keep some games."""
        return Climbed(*(getattr(self, field.name)[..., chosen] for field in fields(self)))

    def put(self, places: Array, part: Climbed) -> None:
        """Replace some games."""
        for field in fields(self):
            getattr(self, field.name)[..., places] = getattr(part, field.name)


@short_buffers()
def climb(system: LogitSystem, target: Array, *, unique: Array, max_steps: int) -> Climbed:
    """Follow branches from uniform play to where they first meet their targets.

    Parameters
    ----------
    system : LogitSystem
        The equations; payoffs scaled so that differences are at most one.
    target : array (games, targets)
        Rationality to reach; each branch is followed once, through all of its own.
    unique : array (games,)
        Rationality up to which the solution is known to be unique: reached in one stride.
    max_steps : int
        Cap on strides per game and target.

    Returns
    -------
    Climbed
        By game, then target.

    Notes
    -----
    With ``s`` the logarithm of rationality, a parabola predicts the log-odds at ``s + h``, with the
    curvature that the cubic through the last two points and their slopes has at its end (the cubic
    itself errs more over strides as long as these), and Newton's method corrects them there.
    Newton's moves are measured by how far they turn replies, ``t |dp|``: log-odds of actions that
    are hardly played count little, so that strides grow geometrically where play settles.

    A stride is taken if the determinant of the equations kept its sign and some of its size, if no
    probability changed by more than a third, and if the slope found is the one predicted. The
    determinant vanishes where the branch turns back or meets another one, so strides end within
    `REACH` of the distance at which its trend would vanish, and shorten before such
    places. The trend is that of the last stride, and what the determinant has lost since its peak
    grows at least like the square of rationality: strides that trust the first alone pass places
    where it falls to zero and rises again. Where they have become short, Newton's method comes to
    rest and goes on across the tangent of the branch (Keller 1977) with the determinant of the
    bordered equations, which vanishes only where branches meet: around folds strides stay long. A
    change of its sign is passed in one stride of `CROSSING`, straight on; branches that
    come nearer to each other than that are taken to meet. Strides grow again behind such places,
    and are at fixed rationality again where the branch rises.

    Of several targets, those within ``unique`` are met in one stride each, and those not far beyond
    are followed to one by one, which is faster. Where a stride would pass one of the others, a copy
    of the game turns aside to it, and the game goes on to the next: what is found is what it would
    be alone.
    """
    games, targets = target.shape
    result = Climbed(
        np.zeros((system.unknowns(), target.size)),
        target.flatten(),
        np.ones(target.size, dtype=bool),
        np.ones(target.size, dtype=int),
    )
    near = (target <= unique[:, None]) | (targets == 1)
    places = np.arange(target.size)
    for part in at_once(games, targets):
        chosen = places[part][near.reshape(-1)[part]]
        game, each = chosen // targets, target.reshape(-1)[chosen]
        if game.size:
            whole = len(game) == games == len(places[part])
            own = system if whole else system.keep(game)
            run = Strides.begin(own, np.minimum(unique[game], each), each)
            _climbed(run, _Goals.alone(each, chosen), result, max_steps, _lost(run))
    far, aims = _in_lanes(np.where(near, 0.0, target), unique)
    if far.size:
        goals = _Goals.of(aims, far * targets)
        run = Strides.begin(system.keep(far), unique[far], goals.nearest())
        aside = _climbed(run, goals, result, max_steps, _lost(run))
        if aside:
            lanes, aims, places = (
                np.concatenate([getattr(part, name) for part in aside])
                for name in ("lanes", "aims", "places")
            )
            run = Strides.joined([part.state for part in aside], system.keep(far[lanes]), aims)
            lost = np.zeros(len(aims), dtype=bool)
            _climbed(run, _Goals.alone(aims, places), result, max_steps, lost)
    return result


def at_once(games: int, targets: int) -> list[slice]:
    """Divide the targets of games, laid out by game, then target, into those worked on at once.

    All of them, where what numpy takes per call weighs most; one after the other, where it would be
    the copies of the games. No bit depends on it.
    """
    if games < _MANY:
        return [slice(None)]
    return [slice(k, None, targets) for k in range(targets)]


def _in_lanes(target: Array, unique: Array) -> tuple[Array, Array]:
    """Divide the targets of games, where zero is none, among the lanes that lead to them.

    One lane leads to all that are far; a near one has its own, which is shorter than turning aside.

    Returns
    -------
    game : array of int (lanes,)
    aims : array (lanes, targets)
    """
    near = (target > 0.0) & (target <= _NEAR * unique[:, None])
    far = np.where(near, 0.0, target)
    through = np.flatnonzero(far.any(axis=1))
    game, place = np.nonzero(near)
    own = np.zeros((len(game), target.shape[1]))
    own[np.arange(len(game)), place] = target[game, place]
    return np.concatenate([through, game]), np.concatenate([far[through], own])


@dataclass(frozen=True, eq=False)
class _Aside:
    """Copies of lanes that turn aside to goals which the next stride would pass."""

    lanes: Array
    aims: Array
    places: Array
    state: list[Array]


@dataclass(frozen=True, eq=False)
class _Goals:
    """What each lane is to reach, in ascending order: ``(goals, lanes)``, from ``first`` on.

    ``places`` says where in the result it belongs, ``logs`` are the logarithms.
    """

    aims: Array
    logs: Array
    places: Array
    first: Array

    @classmethod
    def alone(cls, aims: Array, places: Array) -> _Goals:
        """One goal for each lane."""
        # A single goal is never compared.
        return cls(aims[None], aims[None], places[None], np.zeros(len(aims), dtype=int))

    @classmethod
    def of(cls, targets: Array, starts: Array) -> _Goals:
        """Sort the targets of each game; those at zero are none."""
        order = targets.argsort(axis=1, kind="stable")
        aims = np.take_along_axis(targets, order, axis=1)
        with np.errstate(divide="ignore"):
            logs = np.log(aims).T
        return cls(aims.T, logs, (starts[:, None] + order).T, (aims == 0.0).sum(axis=1))

    def nearest(self) -> Array:
        """Give the goal that comes next."""
        return np.asarray(np.take_along_axis(self.aims, self.first[None], axis=0)[0])

    def keep(self, left: Array) -> _Goals:
        """Keep some lanes."""
        aims, logs, places = (part[:, left] for part in (self.aims, self.logs, self.places))
        return _Goals(aims, logs, places, self.first[left])

    def without(self, here: Array) -> tuple[_Goals, Array, Array]:
        """Take out some goals ``(goals, lanes)``, but for the last of each lane.

        Returns
        -------
        left : _Goals
        goal, lane : arrays of int
            What was taken out.
        """
        numbers = np.arange(len(self.aims))[:, None]
        out = here & (numbers >= self.first) & (numbers < len(self.aims) - 1)
        goal, lane = np.nonzero(out)
        return replace(self, first=self.first + out.sum(axis=0)), goal, lane


def _lost(run: Strides) -> Array:
    """Say where not even the first stride has led anywhere, and go back to uniform play there."""
    lost = ~(run.safe | (run.move <= MOVE))
    run.point[:-1, lost], run.point[-1, lost] = 0.0, -np.inf
    return np.asarray(lost)


def _climbed(
    run: Strides, goals: _Goals, result: Climbed, max_steps: int, lost: Array
) -> list[_Aside]:
    """Take strides until every lane is at its last goal or given up, as some are from the start."""
    count = len(run.goal)
    failed, done = lost, run.settled & run.safe
    numbers, live = np.arange(count), np.ones(count, dtype=bool)
    several, aside = (goals.first < len(goals.aims) - 1).any(), list[_Aside]()
    while count:
        over = ((done | failed) & live).nonzero()[0]
        if over.size:
            _put(result, run, goals, over, done)
            live[over] = False
            going = np.count_nonzero(live)
            if not going:
                break
            if going <= (1.0 - _DROPPED) * len(live):
                left = np.flatnonzero(live)
                numbers, run, live = numbers[left], run.keep(left), live[left]
                goals = goals.keep(left)
        if several:
            here = live & run.would_pass(goals.logs)
            if here[:-1].any():
                goals, goal, lane = goals.without(here)
                which = goal, lane
                aside.append(
                    _Aside(numbers[lane], goals.aims[which], goals.places[which], run.state(lane))
                )
                run.goal = np.log(goals.nearest())
        done, failed = run.advance()
        failed |= run.steps >= max_steps
    return aside


def _put(result: Climbed, run: Strides, goals: _Goals, gone: Array, done: Array) -> None:
    """Write down where lanes are that have come to their goal, or go no further towards any."""
    if len(goals.aims) == 1:
        lane, there = gone, goals.places[0].take(gone)
    else:
        due = np.arange(len(goals.aims))[:, None] >= goals.first[gone]
        goal, which = np.nonzero(due)
        lane = gone[which]
        there = goals.places[goal, lane]
    result.w[:, there], result.steps[there] = run.trial[:-1].take(lane, 1), run.steps.take(lane)
    lost = (~done[lane]).nonzero()[0]
    if lost.size:  # they stand at the last point that was accepted
        lane, there = lane[lost], there[lost]
        result.w[:, there] = run.point[:-1].take(lane, 1)
        result.rationality[there] = np.exp(run.point[-1].take(lane))
        result.reached[there] = False
