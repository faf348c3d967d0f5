"""Logit equilibria off the principal branch: those that lead to the game's other equilibria."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.equilibria._solve import solve
from strategic.equilibria.quantal._small_systems import solve_with_determinant
from strategic.equilibria.quantal._system import (
    LogitSystem,
    logit_system,
    scaled_tables,
    unique_below,
)
from strategic.errors import MethodError
from strategic.games.game import Game

_NEWTON, _STILL = 30, 1e-12
_PATIENCE, _DROPPED = 8, 0.25
"""Newton steps of a branch that is followed; share of columns at rest that are put aside."""
_SAME = 0.02
"""Two equilibria at the largest rationality that are nearer than this are one."""
_SMOOTH = 1e-12
_FIRST = 300.0
"""Rationality, of payoffs scaled to 0..1, from which each equilibrium is followed downwards."""
_LEAST = 1e-3
_RATIO, _LONG_RATIO, _STRAIGHT = 0.9, 0.75, 100.0
"""How far steps go; they are longer beyond a rationality where branches are nearly straight."""
_JUMP = 0.35
_CONFIRMING, _SLOW, _OFF = 4, 0.5, 0.2
"""Newton steps that confirm where a stride leads, how much shorter each is than the one before, and
by how much a probability may be off."""
_SHRUNK, _SHORTEST = 0.35, 0.02
"""By how much a stride is shorter than one that failed, and the shortest, as a share."""
_SETTLED, _SEEN = 1e-8, 1e-5
"""Last step, over which play turns, of equilibria that are told, and of those only looked up."""


def logit_equilibria_from(game: Game, rationality: ArrayLike) -> tuple[Array, ...]:
    """Follow logit equilibria from every Nash equilibrium of a game down to small rationality.

    Parameters
    ----------
    game : Game
        One game all of whose equilibria can be listed.
    rationality : array_like (points,)
        Where equilibria are wanted.

    Returns
    -------
    tuple of arrays (equilibria, points, n_i)
        One per player; NaN where a branch has ended before that rationality.

    Notes
    -----
    Near a regular Nash equilibrium and for large rationality there is exactly one logit equilibrium
    (McKelvey and Palfrey 1995); it is followed by Newton's method on the log-odds until the branch
    turns back. The principal branch is among the results.

    Examples
    --------
    >>> game = Game.from_payoffs([[2, 0], [0, 1]], [[2, 0], [0, 1]])
    >>> row, _ = logit_equilibria_from(game, [10.0, 0.1])
    >>> row[:, :, 0].round(3)
    array([[1.   , 0.514],
           [0.   ,   nan],
           [0.306,   nan]])
    """
    wanted = np.atleast_1d(np.asarray(rationality, dtype=float))
    scaled, units = scaled_tables(table[..., None] for table in game.payoffs)
    aims = np.asarray(units.scaled(wanted[:, None]))
    _, w, system, swapped = _followed(scaled, aims, least=1)
    count = w.shape[2]
    found = []
    for point, column in enumerate(np.moveaxis(w, 1, 0)):
        sides = system.strategies(column, np.full(count, aims[point, 0]))
        found.append([side.T for side in (sides[::-1] if swapped else sides)])
    return tuple(np.stack(side, axis=1) for side in zip(*found, strict=True))


def other_arms(tables: Sequence[Array], aims: Array, known: Array) -> tuple[Array, Array] | None:
    """Follow the equilibria of all games that have several, but not those that are known.

    Parameters
    ----------
    tables : sequence of arrays (n_1, ..., n_p, games)
        Payoffs scaled to 0..1.
    aims : array (points, games)
        Rationality of the scaled payoffs, rising.
    known : array (arms, unknowns, games)
        Log-odds at the last rationality that are not to be followed, NaN for none.

    Returns
    -------
    games : array of int (some,)
        Which games have other equilibria; None instead of both where none has, or where they
        cannot be listed.
    w : array (arms, unknowns, points, some)
        Log-odds as in `logit_system`; NaN where there is no such equilibrium.
    """
    try:
        games, w, *_ = _followed(tables, aims, least=2, known=known)
    except MethodError:  # all equilibria cannot be listed
        return None
    there = np.isfinite(w).all(axis=0).any(axis=0)
    games, w = games[there], w[..., there]
    if not len(games):
        return None
    arm = np.arange(len(games)) - np.searchsorted(games, games)
    some, place = np.unique(games, return_inverse=True)
    found = np.full((int(arm.max()) + 1, len(w), len(aims), len(some)), np.nan)
    found[arm, :, :, place] = np.moveaxis(w, -1, 0)
    return some, found


def _followed(
    tables: Sequence[Array], aims: Array, *, least: int, known: Array | None = None
) -> tuple[Array, Array, LogitSystem, bool]:
    """Follow the equilibria of games with at least so many: games (columns,), w (u, points, c)."""
    nash = solve(Game(tuple(np.ascontiguousarray(np.moveaxis(t, -1, 0)) for t in tables)))
    owner = np.asarray(nash.game)
    number = np.bincount(owner, minlength=aims.shape[1])[owner]
    chosen = np.flatnonzero(number >= least)
    games = owner[chosen]
    system, swapped = logit_system([np.ascontiguousarray(t[..., games]) for t in tables])
    leaders = [side[chosen] for side in (nash.strategies[::-1] if swapped else nash.strategies)]
    kept = leaders[:1] if len(tables) == 2 else leaders
    w = np.concatenate([_log_odds(side) for side in kept])
    aims, floor = aims[:, games], np.full(len(games), _LEAST)
    if known is not None:  # the principal equilibrium is: lower down there is no other
        floor = np.maximum(floor, unique_below(list(tables))[games])
    order = np.argsort(-aims.max(axis=1, initial=0.0))
    falling = np.where(aims >= floor, aims, np.nan)[order]
    at = np.maximum(_FIRST, aims.max(axis=0, initial=0.0) * 1.01)
    w, alive = _newton(system, w, at, _NEWTON)
    left = np.flatnonzero(alive)
    there = np.full((len(w), len(aims), len(games)), np.nan)
    rest = _SETTLED if known is None else _SEEN
    first = 0 if known is None else 1  # a known one is told from the others where it is known
    if first:
        there[:, :1, left] = _downwards(system.keep(left), w[:, left], at[left], falling[:1, left], rest=rest)
        same = _alike(known[..., games], there[:, 0])
        there[:, 0, same] = np.nan
        left = np.flatnonzero(np.isfinite(there[:, 0]).all(axis=0))
        w[:, left], at[left] = there[:, 0, left], falling[0, left]
    some = system.keep(left)
    there[:, first:, left] = _downwards(some, w[:, left], at[left], falling[first:, left], rest=rest)
    found = np.empty_like(there)
    found[:, order] = there
    return games, found, system, swapped


def _downwards(
    system: LogitSystem, w: Array, at: Array, aims: Array, *, rest: float
) -> Array:
    """Follow equilibria to falling rationality, until they end.

    Parameters
    ----------
    system : LogitSystem
        The equations, one game per equilibrium.
    w, at : arrays (unknowns, columns) and (columns,)
        Where they are.
    aims : array (points, columns)
        Falling in each column; NaN behind the last one that is wanted.
    rest : float
        Newton step, over which play turns, that is followed by none.

    Returns
    -------
    array (unknowns, points, columns)
        NaN where an equilibrium has ended.

    Notes
    -----
    Strides lead from point to point, to where a parabola predicts that the branch goes on. Those
    that Newton's method does not confirm are left and taken again in short steps, all of them at
    once: most belong to branches that end there, and that takes Newton's method longest to find.
    """
    found = np.full((len(w), *aims.shape), np.nan)
    wanted = np.concatenate([aims, np.full((1, aims.shape[1]), np.nan)])
    columns, place = np.arange(len(at)), np.zeros(len(at), dtype=np.int64)
    while len(columns):
        w, at, place = _strides(system, w, at, (place, columns), wanted, found, rest)
        going = ~np.isnan(wanted[place, columns])
        left = np.flatnonzero(going)
        columns, place, w, at = columns[left], place[left], w[:, left], at[left]
        system = system.keep(left)
        w, at, alive = _steps(system, w, at, wanted[place, columns])
        left = np.flatnonzero(alive)
        columns, place, w, at = columns[left], place[left], w[:, left], at[left]
        system = system.keep(left)
        found[:, place, columns] = w
        place = place + 1
    return found


def _strides(
    system: LogitSystem, w: Array, at: Array, where: tuple[Array, Array], wanted: Array,
    found: Array, rest: float,
) -> tuple[Array, Array, Array]:  # fmt: skip
    """Go from point to point as far as strides lead: log-odds, rationality and the next point."""
    place, columns = where
    last_w, last_at, last_place, left = w.copy(), at.copy(), place.copy(), np.arange(len(at))
    run = _Run.start(system, w, at)
    while True:
        target = wanted[place[left], columns[left]]
        good, arrived = run.advance(target, rest)
        some = left[good]
        last_w[:, some], last_at[some] = run.w[:, good], run.at[good]
        some = left[arrived]
        found[:, place[some], columns[some]] = run.w[:, arrived]
        place[some] += 1
        last_place[some] = place[some]
        going = (run.stride > _SHORTEST * run.at) & ~np.isnan(wanted[place[left], columns[left]])
        if not going.all():
            keep = np.flatnonzero(going)
            left, run = left[keep], run.keep(keep)
            if not len(left):
                break
    return last_w, last_at, last_place


@dataclass(eq=False)
class _Run:
    """Equilibria on their way down, with what predicts the next ones.

    ``slope`` and ``bend`` are the coefficients of a parabola in rationality, ``determinant`` is that
    of the equations, and no stride is longer than ``stride``.
    """

    system: LogitSystem
    w: Array
    at: Array
    slope: Array
    bend: Array
    determinant: Array
    stride: Array

    @classmethod
    def start(cls, system: LogitSystem, w: Array, at: Array) -> _Run:
        """Stand at equilibria whose branches were not seen before."""
        size = len(w)
        with np.errstate(all="ignore"):
            _, derivatives = system.equations(w, at)
            slope, determinant = solve_with_determinant(
                derivatives[:, :size], -derivatives[:, size:]
            )
        return cls(
            system, w, at, slope[:, 0], np.zeros_like(w), determinant, np.full(len(at), np.inf)
        )

    def keep(self, left: Array) -> _Run:
        """Keep the chosen equilibria."""
        arrays = ("w", "at", "slope", "bend", "determinant", "stride")
        return _Run(self.system.keep(left), *(getattr(self, name)[..., left] for name in arrays))

    def advance(self, target: Array, rest: float) -> tuple[Array, Array]:
        """Take a stride towards targets: who did, and who came there."""
        there = np.maximum(target, self.at - self.stride)
        h = there - self.at
        guess = self.w + h * (self.slope + h * self.bend)
        w, slope, determinant, good = _corrected(self.system, guess, there, rest)
        good &= (determinant > 0.0) == (self.determinant > 0.0)
        with np.errstate(all="ignore"):  # the curvature of the cubic through both points
            bend = (3.0 * (self.w - w) / h + self.slope + 2.0 * slope) / h
        bend = np.where(np.isfinite(bend), bend, 0.0)
        if good.all():
            self.w, self.at, self.slope, self.bend, self.determinant = (
                w, there, slope, bend, determinant
            )  # fmt: skip
        else:
            self.w, self.at = np.where(good, w, self.w), np.where(good, there, self.at)
            self.slope, self.bend = np.where(good, slope, self.slope), np.where(good, bend, self.bend)
            self.determinant = np.where(good, determinant, self.determinant)
        self.stride = np.where(good, 2.0 * self.stride, -_SHRUNK * h)
        return good, good & (there == target)


def _corrected(
    system: LogitSystem, w: Array, at: Array, rest: float
) -> tuple[Array, Array, Array, Array]:
    """Confirm predicted equilibria: log-odds, slopes, determinants, and whether they are near."""
    size, start = len(w), w
    right, earlier = np.empty((size, 2, len(at))), np.full(len(at), np.inf)
    short = np.maximum(_STILL * np.maximum(1.0, at), rest / np.maximum(1.0, at))
    with np.errstate(all="ignore"):
        for _ in range(_CONFIRMING):
            values, derivatives = system.equations(w, at)
            np.negative(values, out=right[:, 0])
            np.negative(derivatives[:, size], out=right[:, 1])
            solved, determinant = solve_with_determinant(derivatives[:, :size], right)
            w = w + solved[:, 0]
            length = np.abs(solved[:, 0]).max(axis=0, initial=0.0)
            still = length <= short
            # Where a step is no shorter than the one before there is nothing nearby.
            if (still | ~(length < _SLOW * earlier)).all():
                break
            earlier = length
        moved = np.abs(1.0 / (1.0 + np.exp(-w)) - 1.0 / (1.0 + np.exp(-start))).max(axis=0)
    return w, solved[:, 1], determinant, still & (moved < _OFF)


def _steps(
    system: LogitSystem, w: Array, at: Array, target: Array
) -> tuple[Array, Array, Array]:
    """Go down to a target in short steps: log-odds, rationality, and which came there."""
    w, at, alive, left = w.copy(), at.copy(), np.zeros(len(at), dtype=bool), np.arange(len(at))
    while len(left):
        ratio = np.where(at[left] > _STRAIGHT, _LONG_RATIO, _RATIO)
        there = np.maximum(at[left] * ratio, target[left])
        w[:, left], held = _newton(system, w[:, left], there)
        at[left] = np.where(held, there, at[left])
        arrived = held & (there <= target[left])
        alive[left[arrived]] = True
        keep = np.flatnonzero(held & ~arrived)
        left, system = left[keep], system.keep(keep)
    return w, at, alive


def _alike(known: Array, w: Array) -> Array:
    """Say which equilibria (unknowns, columns) are among the known ones (arms, ...)."""
    with np.errstate(invalid="ignore"):
        gap = np.abs(np.tanh(known / 4.0) - np.tanh(w / 4.0)).max(axis=1)
        return np.asarray((gap < _SAME).any(axis=0))


def _log_odds(strategies: Array) -> Array:
    smooth = np.maximum(strategies, _SMOOTH)
    return np.asarray(np.log(smooth[:, 1:] / smooth[:, :1]).T)


def _newton(system: LogitSystem, w: Array, at: Array, most: int = _PATIENCE) -> tuple[Array, Array]:
    """Correct the log-odds at one rationality; a branch that does not converge has ended."""
    start, w = w, w.copy()
    left, some, x, t = np.arange(len(at)), system, w, at
    with np.errstate(all="ignore"):
        for _ in range(most):
            values, derivatives = some.equations(x, t)
            step, _ = solve_with_determinant(derivatives[:, : len(w)], values[:, None])
            x = x - step[:, 0]
            w[:, left] = x
            moving = np.abs(step[:, 0]).max(axis=0, initial=0.0) >= _STILL * np.maximum(1.0, t)
            going = np.count_nonzero(moving)
            if not going:
                break
            if going <= (1.0 - _DROPPED) * len(t):
                left, some, x, t = (
                    left[moving],
                    some.keep(np.flatnonzero(moving)),
                    x[:, moving],
                    t[moving],
                )
        values, _ = system.equations(w, at)
        near = np.abs(values).max(axis=0) < 1e-9 * np.maximum(1.0, np.abs(w).max(axis=0))
        # A jump to another equilibrium is no continuation.
        moved = np.abs(1.0 / (1.0 + np.exp(-w)) - 1.0 / (1.0 + np.exp(-start))).max(axis=0)
    held = near & np.isfinite(w).all(axis=0) & (moved < _JUMP)
    return np.where(held, w, start), held
