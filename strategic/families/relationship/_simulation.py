"""Random paths of a relationship: random incidents and noisy behaviour, one model or a grid."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from itertools import groupby
from typing import NamedTuple

import numpy as np

from strategic.arrays import Array
from strategic.blocks import SEED_BLOCK, map_blocks, seed_streams
from strategic.errors import MeasureError
from strategic.families.relationship._base_game import base_terms
from strategic.families.relationship._repetition import discounts
from strategic.families.relationship._sides import both
from strategic.families.relationship._trust import (
    COOPERATION,
    REGIMES,
    Choice,
    by_threshold,
    dated_points,
    logistic,
    play,
)
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
    """Summary of random paths, period by period; points of a grid on the last axes.

    Parameters
    ----------
    dates : tuple of str
        Quarters; empty where the model has no dates.
    periods, paths, seed : int
        Number of periods and of paths per point, and the seed of the random numbers.
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
        The first paths of a single model, one letter per period.

    Examples
    --------
    >>> from strategic.families.relationship import relationship
    >>> found = simulate(relationship({"relation.alignment": [0.2, 0.9]}), paths=10, periods=4)
    >>> found.regimes.shape, found.trust_mean.shape
    ((4, 4, 2), (2, 4, 2))
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


class _Paths(NamedTuple):
    """Random paths of a block of points, the paths on the last axis; sides first.

    ``regimes`` and ``incidents`` have shape ``(periods, points, paths)``, ``beliefs`` (at the
    moment of choice) and ``payoff`` (over acting alone) ``(2, periods, points, paths)``.
    """

    regimes: Array
    incidents: Array
    beliefs: Array
    payoff: Array


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
        Paths per point.
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
    # A stream serves a fixed block of points and paths, whatever the number of workers.
    size, chunks = max(1, PATH_BLOCK // paths), -(-paths // PATH_BLOCK)
    streams = seed_streams(seed, -(-count // size) * chunks * SEED_BLOCK)

    def draw(block: slice) -> dict[str, Array]:
        first, some = block.start // size * chunks, _flat(points, block)
        drawn = (
            _draw(some, path, min(PATH_BLOCK, paths - PATH_BLOCK * number), rng)
            for number, rng in enumerate(streams[first : first + chunks])
        )
        return _summary(drawn, discounts(some))

    parts = list(map_blocks(draw, count, size=size, workers=workers))
    found = {}
    for name in parts[0]:  # blocks of points lie along the last axis
        together = np.concatenate([part[name] for part in parts], axis=-1)
        found[name] = together.reshape((*together.shape[:-1], *points.shape))
    shown = found.pop("examples")
    curve = SurvivalCurve(*(found.pop(field.name) for field in fields(SurvivalCurve)))
    return Simulation(
        dates=path.dates if path.start != UNDATED_START else (),
        periods=path.periods,
        paths=paths,
        seed=seed,
        survival=curve,
        examples=() if points.shape else tuple("".join(REGIMES[r] for r in one) for one in shown.T),
        **found,
    )


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
    return Points(
        {
            name: np.broadcast_to(value, points.shape)[index][:, None] if value.ndim else value
            for name, value in points.items()
        }
    )


def _draw(points: Points, path: Timeline, paths: int, rng: np.random.Generator) -> _Paths:
    """Draw paths of some points, of shape ``(points, 1)`` or single numbers, from one stream.

    The numbers of the stream are used in a fixed order: incidents first, behaviour if it is noisy.
    """
    shape = (points.shape[0] if points.shape else 1, paths)
    dated = list(dated_points(points, path))
    risk = [np.broadcast_to(now["relation.incident_risk"], (shape[0], 1)) for now in dated]
    struck = rng.random((path.periods, *shape)) < np.stack(risk)
    choose: Choice = by_threshold
    if any((now["trust.noise"] > 0).any() for now in dated):
        chance = rng.random((path.periods, 2, *shape))

        def by_noise(period: int, odds: Array, thresholds: Array) -> Array:
            noise = dated[period]["trust.noise"]
            with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
                likely = logistic((odds - thresholds) / noise)
            # A threshold of -inf is met by every belief, -inf among them.
            likely = np.where(np.isneginf(thresholds), 1.0, likely)
            return np.where(noise > 0, chance[period] < likely, odds >= thresholds)

        choose = by_noise

    played = play(points, path, choose=choose, incidents=struck, shape=shape)
    payoff = np.empty((2, path.periods, *shape))
    for _, spell in groupby(range(path.periods), key=lambda period: id(dated[period])):
        # Parameters stay the same for a spell: one table of payoffs by regime, looked up at once.
        periods = list(spell)
        when, now = slice(periods[0], periods[-1] + 1), dated[periods[0]]
        regimes, terms = played.regimes[when], now.once(base_terms)
        loss_G = now["exposure.cooperate_shelter"] * now["government.incident_loss"]
        loss = both(now, loss_G, now["organisation.incident_loss"])
        # R_i holds the expected incident; here incidents cost when they happen, not on average.
        spared = terms.reward + loss * now["relation.incident_risk"]
        (b_G, b_O), (c_G, c_O) = terms.temptation, terms.loss
        by_regime = both(now, b_G, -c_O), both(now, -c_G, b_O)
        table = np.stack([np.zeros_like(loss), *by_regime, spared], axis=-1).reshape(2, -1)
        cells = len(REGIMES) * np.arange(shape[0])[:, None] + regimes
        hits = played.incidents[when] & (regimes == COOPERATION)
        for side in (0, 1):
            np.take(table[side], cells, out=payoff[side, when])
            payoff[side, when] -= loss[side] * hits
    return _Paths(played.regimes, played.incidents, played.beliefs, payoff)


def _summary(drawn: Iterable[_Paths], discount: Array) -> dict[str, Array]:
    """Reduce the paths of a block to means, quantiles and spells; its points on the last axis."""
    parts = list(zip(*drawn, strict=True))
    regimes, incidents, beliefs, payoff = (
        part[0] if len(part) == 1 else np.concatenate(part, axis=-1) for part in parts
    )
    rate = discount.reshape(2, -1, 1)
    # One pass over the periods: discounted payoffs with the sides' own factors, and first spells.
    weights, weight = np.zeros(rate.shape), np.ones(rate.shape)
    value = np.zeros((2, *regimes.shape[1:]))
    lasted = np.zeros(regimes.shape[1:], dtype=np.intp)
    ended = np.zeros(lasted.shape, dtype=bool)
    for period, regime in enumerate(regimes):
        value = value + weight * payoff[:, period]
        weights += weight
        weight = weight * rate
        together = regime == COOPERATION
        ended |= ~together & (lasted > 0)
        lasted += together & ~ended  # the first spell only
    value = value / weights
    spread = value - value[..., :1]  # exactly 0 where all paths earn the same
    paths = value.shape[-1]
    error = spread.std(axis=-1, ddof=1) / np.sqrt(paths) if paths > 1 else np.nan * value[..., 0]
    curve = survival_curve(lasted, ended, horizon=len(regimes))
    return {
        "regimes": np.stack(
            [(regimes == code).mean(axis=-1) for code in range(len(REGIMES))], axis=1
        ),
        "incidents": incidents.mean(axis=-1),
        "trust_mean": beliefs.mean(axis=-1),
        "trust_band": np.quantile(beliefs, BAND, axis=-1),
        "payoff": payoff.mean(axis=-1),
        "value": value.mean(axis=-1),
        "value_error": error,
        "breakdown": ended.mean(axis=-1),
        "examples": np.moveaxis(regimes[..., :EXAMPLES], -1, 1),
        **vars(curve),
    }
