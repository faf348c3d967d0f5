"""Paths of populations: where every start leads, under any of the dynamics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.blocks import SEED_BLOCK, map_blocks
from strategic.errors import MethodError
from strategic.evolution._arrivals import arrivals
from strategic.evolution._course import Course, Ends
from strategic.evolution._following import follow
from strategic.evolution._starts import Starts, read_starts
from strategic.evolution.dynamics import dynamic_named
from strategic.evolution.populations import PopulationGame, Shares
from strategic.games import Game
from strategic.one_line import in_one_line
from strategic.papers import Cited
from strategic.status import Status
from strategic.whole_numbers import check_whole

BLOCK = 16_384
"""Most paths per block. Fewer would cost more calls per path, more would not fit the cache."""
_FEWEST = 2048
"""Paths below which another thread costs more calls than it saves time."""
_STEPS_TO_SETTLE, _STEPS, _PIECES = 20_000, 2_000_000, 5_000
WITHIN = 1e-3
"""Distance from its end within which a path counts as arrived, for `Paths.settled_at`."""


@in_one_line
@dataclass(frozen=True, eq=False)
class Paths(Cited):
    """Where paths lead; axes are those of the batch, then those of the starts.

    Attributes
    ----------
    end : tuple of ndarray, each ``(*batch, N, n_i)``
        Shares at the end: where the path has settled, the rest point; else at the time reached.
    time : ndarray, shape ``(*batch, N)``
        Time reached: the horizon, or a time by which the path has certainly settled.
    steps : ndarray of int, shape ``(*batch, N)``
        Steps tried.
    times : ndarray, shape (t,), or None
        Times asked for.
    shares : tuple of ndarray, each ``(*batch, N, t, n_i)``, or None
        Shares at those times.
    error : ndarray, shape ``(*batch, N)``, or None
        Under white noise: how far the shares with steps twice as long were from these, at most.
    status : ndarray of int, shape ``(*batch, N)``
        `strategic.status.Status`: ``SETTLED``, ``AT_REST``, ``MOVING`` (at the horizon),
        ``UNDECIDED`` (still, but perhaps not for ever), ``NOT_FINISHED`` (out of steps) or
        ``INVALID`` (payoffs not finite); each has a message.

    Examples
    --------
    >>> both = Game.from_payoffs([[2, 0], [0, 1]], [[1, 0], [0, 2]])
    >>> found = paths(both, [[[0.6, 0.4], [0.1, 0.9]], [[0.6, 0.4], [0.1, 0.9]]])
    >>> found.end[0].tolist(), found.settled.tolist()
    ([[1.0, 0.0], [0.0, 1.0]], [True, True])
    """

    end: Shares
    time: Array
    steps: Array
    times: Array | None
    shares: Shares | None = field(repr=False)
    error: Array | None
    course: Course = field(repr=False)
    starts: Starts = field(repr=False)
    status: Array

    def behind(self) -> list[str]:
        """Name the dynamic, and what follows it."""
        return self.course.behind()

    @property
    def settled(self) -> Array:
        """Whether each path has come to rest."""
        return np.asarray((self.status == Status.SETTLED) | (self.status == Status.AT_REST))

    @cached_property
    def settled_at(self) -> Array:
        """First time after which a path stays within `WITHIN` of where it settled; else NaN.

        Under white noise paths do not settle: it is NaN for all.
        """
        return self.settling_times(WITHIN)

    def settling_times(self, within: float, /) -> Array:
        """Compute when each path comes within a distance of its end, and stays.

        Parameters
        ----------
        within : float
            Largest difference of any share.

        Returns
        -------
        ndarray, shape ``(*batch, N)``
            NaN for paths that have not settled; under white noise none ever does.

        Raises
        ------
        MethodError
            When the distance does not lie between 0 and 1.
        """
        if not 0.0 < within < 1.0:
            raise MethodError("must lie between 0 and 1", where="within", value=within)
        ends = [np.moveaxis(end.reshape(-1, end.shape[-1]), -1, 0) for end in self.end]
        settled = self.settled.reshape(-1)
        if not settled.any():
            return np.full(self.status.shape, np.nan)

        def part(lanes: slice) -> Array:
            times = arrivals(
                self.course, self.starts.lanes(lanes), [e[:, lanes] for e in ends], within
            )
            return np.where(settled[lanes], times, np.nan)

        found = list(map_blocks(part, self.starts.count, size=BLOCK))
        return np.concatenate(found).reshape(self.status.shape)


def paths(
    game: Game | PopulationGame,
    starts: Sequence[ArrayLike],
    /,
    *,
    dynamics: str = "replicator",
    noise: float | None = None,
    horizon: float = np.inf,
    times: ArrayLike | None = None,
    rtol: float = 1e-6,
    stages: Sequence[tuple[float, Game | PopulationGame]] = (),
    seed: int = 0,
    max_steps: int | None = None,
    workers: int | None = None,
) -> Paths:
    """Follow the paths from many starts, of one game or of every game of a batch.

    Parameters
    ----------
    game : Game or PopulationGame
        One game or a batch. Every player of a `Game` is a population.
    starts : sequence of array_like, each (N, n_i)
        Shares of each population at time 0; the same for every game of a batch. Arrays
        ``(*batch, N, n_i)`` give every game its own. Without the axis of N there is one start.
    dynamics : str, default "replicator"
        A name of `strategic.evolution.DYNAMICS`.
    noise : float, optional
        Of the logit choice, in units of payoffs; or, under the replicator dynamics, standard
        deviation per unit of time of white noise in every action's payoff.
    horizon : float, optional
        Time to stop at. Until paths settle by default; with ``times``, the last of these.
    times : array_like, shape (t,), optional
        Times at which shares are wanted, in order.
    rtol : float, default 1e-6
        Relative error of odds (of shares, for dynamics that are no imitation) that adds up over
        twenty steps.
    stages : sequence of (float, game), optional
        From each time on, another game holds: parameters that change at known times.
    seed : int, default 0
        Of white noise.
    max_steps : int, optional
        Steps per path; 20,000 by default where the horizon is infinite, 5,000 pieces where
        paths are made of these, else 2,000,000.
    workers : int, optional
        Threads, one by default: a step is so many short operations on arrays that two threads
        mostly wait for each other. Results do not depend on it.

    Returns
    -------
    Paths

    Raises
    ------
    MethodError, GameError
        When options or shapes do not fit.

    Notes
    -----
    Dormand-Prince 5(4) with a step size of its own for every path. Imitative dynamics are
    integrated in log-odds: shares stay in the simplex, keep their digits however small, and are
    zero for ever once they are zero. A path is followed no further once a box around a strict
    corner holds it and bounds from below how fast it goes there, so that nothing of other actions
    is left (less than 1e-9) by the horizon. It also stops when it has settled: within 3e-7 of a
    rest point whose linearisation attracts, or when it has not moved by 1e-8 while time grew a
    thousandfold. Best-response paths are straight
    pieces, followed exactly. Starts closer to the border of two basins than the error, as after a
    long time near a cycle of corners, may end on either side of it.

    Examples
    --------
    >>> hawk_dove = PopulationGame.one_population([[-0.5, 2], [0, 1]])
    >>> found = paths(hawk_dove, [[0.9, 0.1]], horizon=1e4)
    >>> found.end[0].round(9), bool(found.settled)
    (array([0.66666667, 0.33333333]), True)
    """
    check_whole(seed=seed, max_steps=max_steps, workers=workers)
    dynamic, strength = dynamic_named(dynamics, noise)
    first = PopulationGame.of(game)
    moments, end = _moments(times, horizon)
    later = _segments(first, stages, end)
    given = read_starts(starts, [entry for _, entry in later])
    if not 0.0 < rtol < 1.0:
        raise MethodError("must lie between 0 and 1", where="rtol", value=rtol)
    usual = _PIECES if dynamic.exact_pieces else _STEPS_TO_SETTLE if np.isinf(end) else _STEPS
    course = Course(
        dynamic=dynamic,
        noise=strength,
        segments=tuple((time, game.flat) for time, game in later),
        moments=moments,
        horizon=end,
        rtol=rtol,
        max_steps=max_steps or usual,
        seed=seed,
    )
    threads = workers or 1
    blocks = map_blocks(
        lambda lanes: follow(course, given.lanes(lanes)),
        given.count,
        size=block_size(given.count, threads, noisy=course.noisy),
        workers=threads,
    )
    return _gathered(list(blocks), course, given, None if times is None else moments)


def block_size(count: int, workers: int, *, noisy: bool) -> int:
    """Share paths out among the threads; seed blocks stay whole under noise.

    Examples
    --------
    >>> block_size(10_000, 2, noisy=False), block_size(10_000, 2, noisy=True)
    (5000, 4096)
    """
    share = -(-count // workers)
    size = min(BLOCK, max(_FEWEST, share))
    return max(SEED_BLOCK, size - size % SEED_BLOCK) if noisy else size


def _moments(times: ArrayLike | None, horizon: float) -> tuple[Array, float]:
    """Check times and horizon."""
    moments = np.zeros(0) if times is None else np.asarray(times, float)
    if times is not None:
        whole = moments.ndim == 1 and moments.size and np.isfinite(moments).all()
        if not whole or (np.diff(moments) < 0.0).any() or moments[0] < 0.0:
            rule = "needs finite times, at least one, from 0 on, in order"
            raise MethodError(rule, where="times", value=moments.tolist())
        if np.isinf(horizon):
            horizon = float(moments[-1])
        if moments[-1] > horizon:
            rule = "must not lie beyond the horizon"
            raise MethodError(rule, where="times", value=float(moments[-1]))
    if not horizon >= 0.0:
        raise MethodError("must be at least 0", where="horizon", value=horizon)
    return moments, float(horizon)


def _segments(
    first: PopulationGame, stages: Sequence[tuple[float, Game | PopulationGame]], horizon: float
) -> list[tuple[float, PopulationGame]]:
    """Give the games with the times from which they hold, in order."""
    found = [(0.0, first)]
    for number, (time, game) in enumerate(stages):
        other, where = PopulationGame.of(game), f"stages[{number}]"
        if not found[-1][0] < time < np.inf:
            raise MethodError("must begin after the one before", where=where, value=time)
        if other.sizes != first.sizes:
            rule = f"must have the same actions, {first.sizes}"
            raise MethodError(rule, where=where, value=other.sizes)
        if time < horizon:
            found.append((float(time), other))
    return found


def _gathered(blocks: list[Ends], course: Course, starts: Starts, times: Array | None) -> Paths:
    shape = starts.shape

    def joined(name: str) -> Array:
        return np.concatenate([getattr(block, name) for block in blocks]).reshape(shape)

    def of_all(parts: list[list[Array]]) -> Shares:
        """Join blocks ``(n_i, ..., points)`` and put points first."""
        whole = [np.concatenate(part, axis=-1) for part in zip(*parts, strict=True)]
        turned = [np.moveaxis(np.moveaxis(w, -1, 0), 1, -1) for w in whole]
        return tuple(np.ascontiguousarray(t).reshape(*shape, *t.shape[1:]) for t in turned)

    return Paths(
        end=of_all([block.end for block in blocks]),
        time=joined("time"),
        steps=joined("steps"),
        times=times,
        shares=None if times is None else of_all([block.shares for block in blocks]),
        error=joined("error") if course.noisy else None,
        course=course,
        starts=starts,
        status=joined("status"),
    )
