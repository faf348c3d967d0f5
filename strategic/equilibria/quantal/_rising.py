"""Follow the principal branch in strides of the logarithm of rationality.

Most branches rise all the way, most of it smoothly. Around folds and where branches meet, the same
loop follows them across their tangent, so that all games of a batch go on side by side. The few
that are given up go on in the shorter steps of `_tracker`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.quantal._strides import MOVE, Strides
from strategic.equilibria.quantal._system import LogitSystem

_DROPPED = 0.2
"""Share of finished games from which on they are dropped."""


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

    def some(self, chosen: Array | slice) -> Climbed:
        """Keep some games."""
        return Climbed(*(getattr(self, field.name)[..., chosen] for field in fields(self)))

    def put(self, places: Array, part: Climbed) -> None:
        """Replace some games."""
        for field in fields(self):
            getattr(self, field.name)[..., places] = getattr(part, field.name)


def climb(system: LogitSystem, target: Array, *, unique: Array, max_steps: int | Array) -> Climbed:
    """Follow branches from uniform play to where they first meet their targets.

    Parameters
    ----------
    system : LogitSystem
        The equations; payoffs scaled so that differences are at most one.
    target : array (games,)
        Rationality to reach.
    unique : array (games,)
        Rationality up to which the solution is known to be unique: reached in one stride.
    max_steps : int or array (games,)
        Cap on strides per game.

    Returns
    -------
    Climbed

    Notes
    -----
    With ``s`` the logarithm of rationality, a cubic through the last two points and their slopes
    predicts the log-odds at ``s + h``, and Newton's method corrects them at that rationality.
    Newton's moves are measured by how far they turn replies, ``t |dp|``: log-odds of actions that
    are hardly played count little, so that strides grow geometrically where play settles.

    A stride is taken if the determinant of the equations kept its sign and some of its size, if no
    probability changed by more than a third, and if the slope found is the one predicted. The
    determinant vanishes where the branch turns back or meets another one, so strides end within
    `_strides.REACH` of the distance at which its trend would vanish, and shorten before such
    places. Where they have become short, Newton's method comes to rest and goes on across the
    tangent of the branch (Keller 1977) with the determinant of the bordered equations, which
    vanishes only where branches meet: around folds strides stay long. A change of its sign is
    passed in one stride of `_strides.CROSSING`, straight on; branches that come nearer to each
    other than that are taken to meet. Strides grow again behind such places, and are at fixed
    rationality again where the branch rises.
    """
    games = len(target)
    here = np.zeros(games, dtype=bool), np.ones(games, dtype=int)
    run = Strides.begin(system, np.minimum(unique, target), target)
    # Nothing is known yet beyond uniform play.
    result = Climbed(np.zeros((system.unknowns(), games)), np.zeros(games), *here)
    failed, done = ~(run.safe | (run.move <= MOVE)), run.settled & run.safe
    numbers, live = np.arange(games), np.ones(games, dtype=bool)
    run.point[:-1, failed], run.point[-1, failed] = 0.0, -np.inf
    most = np.broadcast_to(max_steps, (games,))
    while games:
        over = (done | failed) & live
        if over.any():
            gone = np.flatnonzero(over)
            there, well = numbers[gone], done[gone]
            result.w[:, there] = np.where(well, run.trial[:-1, gone], run.point[:-1, gone])
            where = np.where(well, target[there], np.exp(run.point[-1, gone]))
            result.rationality[there], result.reached[there] = where, well
            result.steps[there] = run.steps[gone]
            live &= ~over
            going = np.count_nonzero(live)
            if not going:
                break
            if going <= (1.0 - _DROPPED) * len(live):
                left = np.flatnonzero(live)
                numbers, run, live = numbers[left], run.keep(left), live[left]
        done, failed = run.advance()
        failed |= run.steps >= most[numbers]
    return result
