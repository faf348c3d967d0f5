"""Random paths of a relationship: random incidents and noisy behaviour, one model or a grid."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.blocks import seed_stream
from strategic.errors import MeasureError
from strategic.executors import map_slices
from strategic.families.relationship._path_summary import BINS, summarise
from strategic.families.relationship._random_paths import RandomPaths, draw_paths
from strategic.families.relationship._repetition import discounts
from strategic.families.relationship._seats import OFFICIALS, Seats
from strategic.families.relationship._trust import REGIMES
from strategic.modelling import Model, Points, Timeline
from strategic.papers import Cited
from strategic.repeated.closed_forms.survival_curve import SurvivalCurve
from strategic.whole_numbers import check_whole

PATH_BLOCK = 8192
"""Paths that share one random stream; fixed, so results do not depend on the workers."""
UNDATED_START = "0001Q1"
DEFAULT_PERIODS = 40


@dataclass(frozen=True, eq=False, repr=False)
class Simulation(Cited):
    """Summary of random paths, period by period; points of a grid on the last axes.

    Parameters
    ----------
    dates : tuple of str
        Quarters; empty where the model has no dates.
    periods, paths, seed : int
        Number of periods and of paths per point, and the seed of the random numbers.
    regimes : array, ``(periods, 4, *points)``
        Share of the paths in each of `REGIMES`.
    incidents : array, ``(periods, *points)``
        Share of the paths with an incident.
    trust_mean : array, ``(2, periods, *points)``
        Mean belief of the government and of the organisation at the moment of choice.
    trust_band : array, ``(3, 2, periods, *points)``
        Quantiles .05, .5 and .95 of these beliefs.
    payoff : array, ``(2, periods, *points)``
        Mean payoff over acting alone, per side and period, with the losses of actual incidents.
    value, value_error : array, ``(2, *points)``
        Discounted average payoff over the horizon, its mean over the paths and standard error.
    breakdown : array, points
        Share of the paths on which cooperation began and broke off.
    survival : SurvivalCurve
        How long the first spell of cooperation lasts, with its 95% band.
    opposed : array, ``(periods, *points)``
        Share of the paths on which a hostile official is in office.
    by_successor : mapping of str to SurvivalCurve
        How long the first spell lasts from the period before its first turnover on, by who takes
        office; empty where nobody ever does.
    by_department : mapping of str to SurvivalCurve
        How long each department stays willing once it is; empty where the government decides as
        one.
    willing : array, ``(departments, periods, *points)``
        Share of the paths on which each department wants to cooperate.
    blocking : array, ``(departments, *points)``
        Share of the breakdowns in which each department withholds.
    examples : tuple of str
        The first paths of a single model, one letter per period.

    Examples
    --------
    >>> from strategic.families.relationship import relationship
    >>> found = simulate(relationship({"relation.alignment": [0.2, 0.9]}), paths=10, periods=4)
    >>> found.regimes.shape, found.trust_mean.shape
    ((4, 4, 2), (2, 4, 2))
    """

    made_by = ("strategic.repeated.closed_forms.survival_curve:survival_curve",)

    dates: tuple[str, ...]
    periods: int
    paths: int
    seed: int
    regimes: Array
    incidents: Array
    trust_mean: Array
    trust_band: Array
    payoff: Array
    value: Array
    value_error: Array
    breakdown: Array
    survival: SurvivalCurve
    opposed: Array
    willing: Array
    blocking: Array
    by_successor: Mapping[str, SurvivalCurve]
    by_department: Mapping[str, SurvivalCurve]
    examples: tuple[str, ...] = ()
    belief_counts: Array = field(default_factory=lambda: np.zeros((2, 0, BINS), dtype=np.intp))

    def __repr__(self) -> str:
        points = self.breakdown.shape
        each = f" at each of {points} points" if points else ""
        return (
            f"<Simulation of {self.paths} paths over {self.periods} periods{each}, "
            f"seed {self.seed}: {np.mean(self.breakdown):.3g} broke off>"
        )


def simulate(
    model: Model | Points,
    *,
    paths: int = 1000,
    periods: int | None = None,
    seed: int = 0,
    workers: int | None = None,
    executor: Executor | None = None,
) -> Simulation:
    """Draw random paths of a relationship, or of every relationship of a grid.

    Parameters
    ----------
    model : Model or Points
        Parameters may be arrays. Dated events of its path happen on every random path.
    paths : int, default 1000
        Paths per point.
    periods : int, optional
        Horizon; that of the model's path by default, 40 where it has none. Events after a shorter
        horizon are left out.
    seed : int, default 0
        Seed of the random numbers; the answer does not depend on the number of workers.
    workers : int, optional
        Threads, or blocks in hand on the executor; all available cores by default.
    executor : concurrent.futures.Executor, optional
        Where paths are drawn, such as what `strategic.cluster` opens; here by default. Paths of a
        single model come back whole, as their quantiles need all of them.

    Returns
    -------
    Simulation

    Raises
    ------
    MeasureError
        When there is no path or no period to draw.

    Notes
    -----
    Under mutual cooperation an incident happens with probability ``relation.incident_risk``; from
    the second period on the official is replaced with probability ``officials.turnover``, by a
    supportive one with probability ``officials.supportive`` and else by one who withholds; with
    ``trust.noise`` above 0 each side cooperates with probability
    ``1/(1 + exp(-(log-odds - threshold)/noise))``. The rest is the trust engine of replays.

    Examples
    --------
    >>> from strategic.families.relationship import relationship
    >>> model = relationship({"relation.alignment": 0.9, "relation.payment": 0.1,
    ...                       "trust.government": 0.9, "relation.incident_risk": 0.0})
    >>> simulate(model, paths=3, periods=5).examples
    ('CCCCC', 'CCCCC', 'CCCCC')
    """
    check_whole(paths=paths, periods=periods, seed=seed, workers=workers)
    points = model.points if isinstance(model, Model) else model
    path = _horizon(points.path, periods)
    if paths < 1 or path.periods < 1:
        raise MeasureError("needs at least one path of one period", where="simulate")
    count = int(np.prod(points.shape, dtype=int))
    draws = _Draws(points, path, paths, seed)
    there: dict[str, Any] = {"workers": workers, "executor": executor}
    if points.shape or executor is None:
        parts = list(map_slices(draws.summary, count, size=draws.points_per_block, **there))
    else:  # the paths of one point are shared out
        drawn = map_slices(draws.chunk, draws.chunks, size=1, **there)
        parts = [draws.summarised(points, drawn)]
    found, curves = _joined(parts, points.shape)
    shown, names = found.pop("examples"), Seats(points, 0).names
    return Simulation(
        dates=path.dates if path.start != UNDATED_START else (),
        periods=path.periods,
        paths=paths,
        seed=seed,
        survival=curves["survival"],
        by_successor={
            who: curves[f"successor:{who}"] for who in OFFICIALS if f"successor:{who}" in curves
        },
        by_department={name: curves[f"department:{n}"] for n, name in enumerate(names)},
        examples=() if points.shape else tuple("".join(REGIMES[r] for r in one) for one in shown.T),
        **found,
    )


@dataclass(frozen=True, eq=False)
class _Draws:
    """What is drawn; any part of it may be drawn anywhere.

    A stream serves a fixed block of points and paths, whatever the number of workers.
    """

    points: Points
    path: Timeline
    paths: int
    seed: int

    @property
    def points_per_block(self) -> int:
        """Points that share a stream; one, where a point has several streams."""
        return max(1, PATH_BLOCK // self.paths)

    @property
    def chunks(self) -> int:
        """Streams per block of points."""
        return -(-self.paths // PATH_BLOCK)

    def summary(self, block: slice) -> dict[str, Array]:
        """Draw all paths of a block of points, and summarise them."""
        some, first = _flat(self.points, block), block.start // self.points_per_block * self.chunks
        drawn = (self._drawn(some, chunk, first + chunk) for chunk in range(self.chunks))
        return self.summarised(some, drawn)

    def chunk(self, which: slice) -> RandomPaths:
        """Draw the paths of one stream, of a single point."""
        return self._drawn(self.points, which.start, which.start)

    def summarised(self, some: Points, drawn: Iterable[RandomPaths]) -> dict[str, Array]:
        """Summarise paths of some points."""
        return summarise(drawn, discounts(some), histogram=not self.points.shape)

    def _drawn(self, some: Points, chunk: int, stream: int) -> RandomPaths:
        paths = min(PATH_BLOCK, self.paths - PATH_BLOCK * chunk)
        return draw_paths(some, self.path, paths, seed_stream(self.seed, stream))


def _joined(
    parts: list[dict[str, Array]], shape: tuple[int, ...]
) -> tuple[dict[str, Array], dict[str, SurvivalCurve]]:
    """Put blocks of points, along the last axis, together: plain arrays, and curves by name."""
    found: dict[str, Array] = {}
    curves: dict[str, dict[str, Array]] = {}
    for name in dict.fromkeys(name for part in parts for name in part):
        like = next(part[name] for part in parts if name in part)
        # A block in which nobody ever takes office has no such spells.
        blocks = [part.get(name, _none_of(like, part["breakdown"])) for part in parts]
        together = np.concatenate(blocks, axis=-1)
        whole = together.reshape((*together.shape[:-1], *shape))
        group, dot, field = name.partition(".")
        if dot:
            curves.setdefault(group, {})[field] = whole
        else:
            found[name] = whole
    return found, {name: SurvivalCurve(**curve) for name, curve in curves.items()}


def _none_of(like: Array, points: Array) -> Array:
    count = like.ndim == 1
    return np.full((*like.shape[:-1], len(points)), 0 if count else np.nan)


def _horizon(path: Timeline | None, periods: int | None) -> Timeline:
    if path is None:
        return Timeline(UNDATED_START, DEFAULT_PERIODS if periods is None else periods)
    if periods is None or periods == path.periods:
        return path
    longer = replace(path, periods=max(periods, path.periods))
    kept = tuple(event for event in path.events if longer.period(event.date) < periods)
    return replace(path, periods=periods, events=kept)


def _flat(points: Points, block: slice) -> Points:
    """Take some points of a grid as (points, 1); what does not vary stays one number."""
    if not points.shape:
        return points
    index = np.unravel_index(np.arange(block.start, block.stop), points.shape)
    return points.mapped(
        lambda value: np.broadcast_to(value, points.shape)[index][:, None] if value.ndim else value
    )
