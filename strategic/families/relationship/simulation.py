"""Random paths of a relationship: random incidents and noisy behaviour, one model or a grid."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from strategic.arrays import Array
from strategic.blocks import SEED_BLOCK, map_blocks, seed_streams
from strategic.errors import MeasureError
from strategic.families.relationship.random_paths import RandomPaths, draw_paths, joined
from strategic.families.relationship.repetition import discounts
from strategic.modelling import Model, Points, Timeline
from strategic.repeated.closed_forms.survival_curve import SurvivalCurve, survival_curve

PATH_BLOCK = 8192
"""Paths that share one random stream; fixed, so results do not depend on the workers."""
UNDATED_START = "0001Q1"
DEFAULT_PERIODS = 40
BAND = (0.05, 0.5, 0.95)
"""Quantiles of trust over the paths."""
EXAMPLES = 5


@dataclass(frozen=True, eq=False, repr=False)
class Simulation:
    """What random paths did, period by period; points of a grid on the last axes.

    Parameters
    ----------
    dates : tuple of str
        Quarters; empty where the model has no dates.
    periods, paths, seed : int
        What was drawn.
    regimes : array, (periods, 4, *points)
        Share of the paths in each of `REGIMES`.
    incidents : array, (periods, *points)
        Share of the paths with an incident.
    trust_mean : array, (2, periods, *points)
        Mean belief of the government and of the organisation at the moment of choice.
    trust_band : array, (3, 2, periods, *points)
        Quantiles .05, .5 and .95 of these beliefs.
    payoff : array, (2, periods, *points)
        Mean payoff over acting alone, per side and period, with the losses of actual incidents.
    value, value_error : array, (2, *points)
        Discounted average payoff over the horizon, its mean over the paths and standard error.
    breakdown : array, points
        Share of the paths on which cooperation began and broke off.
    survival : SurvivalCurve
        How long the first spell of cooperation lasts, with its 95% band.
    examples : tuple of str
        The first paths of a single model, one letter a period.
    """

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
    examples: tuple[str, ...] = ()

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
) -> Simulation:
    """Draw random paths of a relationship, or of every relationship of a grid.

    Parameters
    ----------
    model : Model or Points
        Parameters may be arrays. Dated events of its path happen on every random path.
    paths : int, default 1000
        Paths a point.
    periods : int, optional
        Horizon; that of the model's path by default, 40 where it has none. Events after a shorter
        horizon are left out.
    seed : int, default 0
        Seed of the random numbers; the answer does not depend on the number of workers.
    workers : int, optional
        Threads; all available cores by default.

    Returns
    -------
    Simulation

    Raises
    ------
    MeasureError
        When there is no path or no period to draw.

    Notes
    -----
    Under mutual cooperation an incident happens with probability ``relation.incident_risk``; with
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
    points = model.points if isinstance(model, Model) else model
    path = _horizon(points.path, periods)
    if paths < 1 or path.periods < 1:
        raise MeasureError("needs at least one path of one period", where="simulate")
    count = int(np.prod(points.shape, dtype=int))
    size, chunks = max(1, PATH_BLOCK // paths), -(-paths // PATH_BLOCK)
    groups = -(-count // size)
    streams = seed_streams(seed, groups * chunks * SEED_BLOCK)

    def draw(block: slice) -> _Summary:
        first, some = block.start // size * chunks, _part(points, block)
        drawn = joined(
            draw_paths(some, path, min(PATH_BLOCK, paths - PATH_BLOCK * number), rng)
            for number, rng in enumerate(streams[first : first + chunks])
        )
        return _summary(drawn, np.stack(np.broadcast_arrays(*discounts(some))))

    parts = list(map_blocks(draw, count, size=size, workers=workers))
    return _gathered(parts, points, path, paths=paths, seed=seed)


def _horizon(path: Timeline | None, periods: int | None) -> Timeline:
    if path is None:
        return Timeline(UNDATED_START, DEFAULT_PERIODS if periods is None else periods)
    if periods is None or periods == path.periods:
        return path
    longer = replace(path, periods=max(periods, path.periods))
    kept = tuple(event for event in path.events if longer.period(event.date) < periods)
    return replace(path, periods=periods, events=kept)


def _part(points: Points, block: slice) -> Points:
    """Take some points of a grid as (points, 1); what does not vary stays one number."""
    if not points.shape:
        return points
    index = np.unravel_index(np.arange(block.start, block.stop), points.shape)
    return Points(
        {
            name: np.broadcast_to(value, points.shape)[index][:, None] if value.ndim else value
            for name, value in points.items()
        }
    )


@dataclass(frozen=True)
class _Summary:
    """Means and quantiles of one block of points, which are on the last axis."""

    regimes: Array
    incidents: Array
    trust_mean: Array
    trust_band: Array
    payoff: Array
    value: Array
    value_error: Array
    breakdown: Array
    curve: tuple[Array, Array, Array, Array]
    examples: tuple[str, ...]


def _summary(drawn: RandomPaths, discount: Array) -> _Summary:
    value = drawn.value(discount)
    spread = value - value[..., :1]  # exactly 0 where all paths earn the same
    lasted, ended = drawn.first_spell()
    curve = survival_curve(lasted, ended, horizon=len(drawn.regimes))
    paths = value.shape[-1]
    error = spread.std(axis=-1, ddof=1) / np.sqrt(paths) if paths > 1 else np.nan * value[..., 0]
    return _Summary(
        regimes=np.stack([(drawn.regimes == code).mean(axis=-1) for code in range(4)], axis=1),
        incidents=drawn.incidents.mean(axis=-1),
        trust_mean=drawn.beliefs.mean(axis=-1),
        trust_band=np.quantile(drawn.beliefs, BAND, axis=-1),
        payoff=drawn.payoff.mean(axis=-1),
        value=value.mean(axis=-1),
        value_error=error,
        breakdown=ended.mean(axis=-1),
        curve=(curve.estimate, curve.low, curve.high, curve.started),
        examples=drawn.strips(EXAMPLES),
    )


def _gathered(
    parts: list[_Summary], points: Points, path: Timeline, *, paths: int, seed: int
) -> Simulation:
    def whole(arrays: list[Array]) -> Array:
        together = np.concatenate(arrays, axis=-1)
        return together.reshape((*together.shape[:-1], *points.shape))

    names = [field.name for field in fields(_Summary) if field.name not in ("curve", "examples")]
    curve = SurvivalCurve(*(whole([part.curve[k] for part in parts]) for k in range(4)))
    return Simulation(
        dates=path.dates if path.start != UNDATED_START else (),
        periods=path.periods,
        paths=paths,
        seed=seed,
        survival=curve,
        examples=parts[0].examples if not points.shape else (),
        **{name: whole([getattr(part, name) for part in parts]) for name in names},
    )
