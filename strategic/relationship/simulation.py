"""Random paths of a relationship: random incidents and noisy behaviour, one model or a grid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from strategic.blocks import SEED_BLOCK, map_blocks, seed_streams
from strategic.errors import MeasureError
from strategic.measures import Model, Path, Point
from strategic.relationship.interests import interests
from strategic.relationship.repetition import discounts
from strategic.relationship.trust import (
    COOPERATION,
    REGIMES,
    Choice,
    Pair,
    TrustPath,
    by_threshold,
    logistic,
    play,
)
from strategic.repeated.survival_curve import SurvivalCurve, survival_curve

Array = np.ndarray[Any, Any]
PATH_BLOCK = 2048
"""Paths that share one random stream; fixed, so results do not depend on the workers."""
UNDATED_START = "0001Q1"
DEFAULT_PERIODS = 40
BAND = (0.05, 0.5, 0.95)
"""Quantiles of trust over the paths."""


@dataclass(frozen=True, eq=False)
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


def simulate(
    model: Model | Point,
    *,
    paths: int = 1000,
    periods: int | None = None,
    seed: int = 0,
    workers: int | None = None,
) -> Simulation:
    """Draw random paths of a relationship, or of every relationship of a grid.

    Parameters
    ----------
    model : Model or Point
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
    >>> from strategic.relationship import relationship
    >>> model = relationship({"relation.alignment": 0.9, "relation.payment": 0.1,
    ...                       "trust.government": 0.9, "relation.incident_risk": 0.0})
    >>> simulate(model, paths=3, periods=5).examples
    ('CCCCC', 'CCCCC', 'CCCCC')
    """
    point = model.point if isinstance(model, Model) else model
    path = _horizon(point.path, periods)
    if paths < 1 or path.periods < 1:
        raise MeasureError("needs at least one path of one period", where="simulate")
    count = int(np.prod(point.shape, dtype=int))
    size, chunks = max(1, PATH_BLOCK // paths), -(-paths // PATH_BLOCK)
    groups = -(-count // size)
    streams = seed_streams(seed, groups * chunks * SEED_BLOCK)

    def draw(block: slice) -> _Summary:
        first = block.start // size * chunks
        rng = streams[first : first + chunks]
        return _summary(_part(point, block), path, paths, rng)

    parts = list(map_blocks(draw, count, size=size, workers=workers))
    return _gathered(parts, point, path, paths=paths, seed=seed)


def _horizon(path: Path | None, periods: int | None) -> Path:
    if path is None:
        return Path(UNDATED_START, DEFAULT_PERIODS if periods is None else periods)
    if periods is None or periods == path.periods:
        return path
    longer = replace(path, periods=max(periods, path.periods))
    kept = tuple(event for event in path.events if longer.period(event.date) < periods)
    return replace(path, periods=periods, events=kept)


def _part(point: Point, block: slice) -> Point:
    """Take some points of a grid; what does not vary stays one number."""
    if not point.shape:
        return point
    index = np.unravel_index(np.arange(block.start, block.stop), point.shape)
    return Point(
        {
            name: np.broadcast_to(value, point.shape)[index] if value.ndim else value
            for name, value in point.items()
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


def _summary(point: Point, path: Path, paths: int, streams: list[np.random.Generator]) -> _Summary:
    dated = list(_dated(point, path))
    chunks = [
        _played(point, path, dated, min(PATH_BLOCK, paths - PATH_BLOCK * number), rng)
        for number, rng in enumerate(streams)
    ]
    regimes = np.concatenate([played.regimes for played in chunks], axis=1)
    struck = np.concatenate([played.incidents for played in chunks], axis=1)
    beliefs = np.stack(
        [np.concatenate([played.beliefs[side] for played in chunks], axis=1) for side in (0, 1)]
    )
    payoff = _payoffs(dated, regimes, struck)
    value = _discounted(payoff, np.stack(np.broadcast_arrays(*discounts(point))))
    lasted, ended = _first_spell(regimes == COOPERATION)
    curve = survival_curve(lasted, ended, horizon=path.periods)
    return _Summary(
        regimes=np.stack([(regimes == code).mean(axis=1) for code in range(4)], axis=1),
        incidents=struck.mean(axis=1),
        trust_mean=beliefs.mean(axis=2),
        trust_band=np.quantile(beliefs, BAND, axis=2),
        payoff=payoff.mean(axis=2),
        value=value.mean(axis=1),
        value_error=value.std(axis=1, ddof=1) / np.sqrt(paths)
        if paths > 1
        else value[:, 0] * np.nan,
        breakdown=ended.mean(axis=0),
        curve=(curve.estimate, curve.low, curve.high, curve.started),
        examples=tuple("".join(REGIMES[c] for c in regimes[:, p, 0]) for p in range(min(paths, 5))),
    )


def _dated(point: Point, path: Path) -> Iterator[Point]:
    """Yield the parameters of every period, as events change them."""
    for period in range(path.periods):
        changes = {
            name: value
            for event in path.events
            if path.period(event.date) == period
            for name, value in event.set.items()
        }
        point = point.change(changes) if changes else point
        yield point


def _played(
    point: Point, path: Path, dated: list[Point], paths: int, rng: np.random.Generator
) -> TrustPath:
    shape = (paths, *(point.shape or (1,)))
    risks = np.stack(
        [np.broadcast_to(today["relation.incident_risk"], shape[1:]) for today in dated]
    )
    incidents = rng.random((path.periods, *shape)) < risks[:, None]
    noisy = any((today["trust.noise"] > 0).any() for today in dated)
    choose = _by_noise(dated, rng.random((path.periods, 2, *shape))) if noisy else by_threshold
    return play(point, path, choose=choose, incidents=incidents, shape=shape)


def _by_noise(dated: list[Point], chance: Array) -> Choice:
    def choose(period: int, beliefs: Pair, thresholds: Pair) -> Pair:
        noise = dated[period]["trust.noise"]
        first, second = (
            np.where(
                noise > 0,
                chance[period, side] < _chance(beliefs[side], thresholds[side], noise),
                beliefs[side] >= thresholds[side],
            )
            for side in (0, 1)
        )
        return first, second

    return choose


def _chance(belief: Array, threshold: Array, noise: Array) -> Array:
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        chance = logistic((belief - threshold) / noise)
    return np.where(np.isneginf(threshold), 1.0, chance)


def _payoffs(dated: list[Point], regimes: Array, struck: Array) -> Array:
    """Pay both sides in every period; incidents cost when they happen, not on average."""
    payoff = np.empty((2, *regimes.shape))
    for period, today in enumerate(dated):
        risk, regime = today["relation.incident_risk"], regimes[period]
        losses = (
            today["exposure.cooperate_shelter"] * today["government.incident_loss"],
            today["organisation.incident_loss"],
        )
        for side, terms in enumerate(today.once(interests).sides()):
            hit = losses[side] * (risk - struck[period])
            alone, betrayed = (1, 2) if side == 0 else (2, 1)
            payoff[side, period] = np.select(
                [regime == COOPERATION, regime == alone, regime == betrayed],
                [terms.reward + hit, terms.temptation, -terms.loss],
                0.0,
            )
    return payoff


def _discounted(payoff: Array, discount: Array) -> Array:
    """Average over the periods with the sides' own discount factors, (2, paths, points)."""
    rate = discount.reshape(2, 1, -1)
    weights = rate ** np.arange(payoff.shape[1])[:, None, None, None]
    total = sum(weight * payoff[:, period] for period, weight in enumerate(weights))
    return np.asarray(total / weights.sum(axis=0))


def _first_spell(cooperates: Array) -> tuple[Array, Array]:
    """Find how long the first spell of cooperation lasted, and whether it ended."""
    periods = len(cooperates)
    start = np.where(cooperates.any(axis=0), cooperates.argmax(axis=0), periods)
    later = np.arange(periods).reshape(-1, *[1] * start.ndim) >= start
    broken = later & ~cooperates
    end = np.where(broken.any(axis=0), broken.argmax(axis=0), periods)
    return end - start, end < periods


def _gathered(
    parts: list[_Summary], point: Point, path: Path, *, paths: int, seed: int
) -> Simulation:
    def whole(arrays: list[Array]) -> Array:
        joined = np.concatenate(arrays, axis=-1)
        return joined.reshape((*joined.shape[:-1], *point.shape))

    names = [field.name for field in fields(_Summary) if field.name not in ("curve", "examples")]
    curve = SurvivalCurve(*(whole([part.curve[k] for part in parts]) for k in range(4)))
    return Simulation(
        dates=path.dates if path.start != UNDATED_START else (),
        periods=path.periods,
        paths=paths,
        seed=seed,
        survival=curve,
        examples=parts[0].examples if not point.shape else (),
        **{name: whole([getattr(part, name) for part in parts]) for name in names},
    )
