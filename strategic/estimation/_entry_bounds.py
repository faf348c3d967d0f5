"""Entry without a rule of selection: the numbers that no outcome contradicts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array
from strategic.errors import MethodError
from strategic.estimation._entry_incomplete import joint
from strategic.estimation._entry_inequalities import LEVEL, Inequalities, instruments_of
from strategic.estimation._entry_likelihood import EntryLikelihood
from strategic.estimation._entry_pairs import pair_chances
from strategic.estimation._entry_simulated import draws_of
from strategic.estimation._entry_starts import starts_of
from strategic.estimation._market_outcomes import outcome_bounds
from strategic.estimation._markets import Markets
from strategic.estimation._private_beliefs import all_beliefs
from strategic.estimation._ways import Request
from strategic.estimation.climbing import climb
from strategic.estimation.parts import Estimate, Part

_ROUNDS = 40
_PROPOSED = 96
_CALM = 6
_GROWTH = 0.01
_DRAWS = 64
_EVERY = np.arange(4)


@dataclass(frozen=True, eq=False)
class Selectionless:
    """Lower and upper chances of outcomes, whatever is selected.

    Parameters
    ----------
    likelihood : EntryLikelihood
        Of the same markets with some rule of selection; its rule is not used.
    complete, mixed : bool
        What players know, and whether mixed equilibria are played beside pure ones (with private
        shocks: those between others).
    draws, seed : int
        Of simulated markets of three and more firms that know all shocks.
    """

    likelihood: EntryLikelihood
    complete: bool
    mixed: bool
    draws: int
    seed: int

    def __call__(self, points: Array) -> tuple[Array, Array]:
        """Bound the chances at points (P, K): two arrays (P, R, M)."""
        markets = self.likelihood.markets
        rows = np.arange(len(markets.observed))
        gains, _ = self.likelihood.gains(points, rows)
        if not self.complete:
            return self._private(gains)
        if len(markets.players) == 2:
            even, never = np.array(0.5), np.array(0.0)
            found = pair_chances(gains[:, :, None], _EVERY, even, never, mixed_counts=self.mixed)
            return found.lower, found.upper
        bounds = outcome_bounds(
            markets.payoffs.at(points), mixed=self.mixed, draws=self.draws, seed=self.seed
        )
        return bounds.lower, bounds.upper

    def _private(self, gains: Array) -> tuple[Array, Array]:
        """Take the extremes over Bayesian equilibria, listed game by game."""
        shape = gains.shape[:2]
        found = all_beliefs(gains.reshape(-1, *gains.shape[2:]))
        played = joint(found.chances)
        stays = np.ones(len(found.game), dtype=bool) if self.mixed else found.index > 0
        low = np.full((shape[0] * shape[1], played.shape[1]), np.inf)
        high = np.full(low.shape, -np.inf)
        np.minimum.at(low, found.game[stays], played[stays])
        np.maximum.at(high, found.game[stays], played[stays])
        known = np.isfinite(low)
        low, high = np.where(known, low, np.nan), np.where(known, high, np.nan)
        return low.reshape(*shape, -1), high.reshape(*shape, -1)


@dataclass(frozen=True, eq=False)
class Region:
    """Points of a confidence region, and how they were found.

    Parameters
    ----------
    points : array (N, K)
        Inside; none where every point that was tried is rejected.
    best : array (K,)
        The point with the least statistic.
    statistic, critical : float
        There.
    tried, rounds : int
    settled : bool
        Whether its ends had stopped to move.
    """

    points: Array
    best: Array
    statistic: float
    critical: float
    tried: int
    rounds: int
    settled: bool


def explored(test: Inequalities, starts: Array, bounds: Array, seed: int) -> Region:
    """Explore a confidence region from inside: steps between and beyond points that are in it.

    Parameters
    ----------
    test : Inequalities
    starts : array (P, K)
    bounds : array (K, 2)
    seed : int
    """
    rng = np.random.default_rng(seed)
    low, high = bounds.T
    points, judged = starts, test.judge(starts)
    gaps, inside = judged.statistic - judged.critical, judged.inside
    ends: list[Array] = []
    rounds = 0
    while rounds < _ROUNDS and not _settled(ends):
        rounds += 1
        pool = points[inside] if inside.any() else points[np.argsort(gaps)[:8]]
        tried = np.clip(_proposals(pool, rng, reached=bool(inside.any())), low, high)
        judged = test.judge(tried)
        points = np.concatenate([points, tried])
        gaps = np.concatenate([gaps, judged.statistic - judged.critical])
        inside = np.concatenate([inside, judged.inside])
        if inside.any():
            own = points[inside]
            ends.append(np.stack([own.min(axis=0), own.max(axis=0)]))
    best = points[[int(np.argmin(gaps))]]
    there = test.judge(best)
    return Region(
        points[inside], best[0], float(there.statistic[0]), float(there.critical[0]), len(points),
        rounds, _settled(ends),
    )  # fmt: skip


def _proposals(pool: Array, rng: np.random.Generator, *, reached: bool) -> Array:
    """Step along differences of points, further out from the extreme ones, and at random."""
    count, width = len(pool), pool.shape[1]
    one, two, three = pool[rng.integers(0, count, (3, _PROPOSED // 2))]
    length = np.exp(rng.normal(-0.5, 1.0, (_PROPOSED // 2, 1)))
    between = one + length * (two - three)
    spread = pool.std(axis=0) + 0.02 * (1.0 + np.abs(pool).max(axis=0)) / (1 if reached else 0.2)
    between += 0.1 * spread * rng.normal(size=between.shape)
    if not reached:
        return np.concatenate([between, one + spread * rng.normal(size=one.shape)])
    extreme = np.concatenate([pool.argmin(axis=0), pool.argmax(axis=0)])
    chosen = pool[np.resize(extreme, _PROPOSED // 2)]
    side = np.where(np.resize(np.arange(2 * width), len(chosen)) < width, -1.0, 1.0)
    axis = np.eye(width)[np.resize(np.arange(2 * width) % width, len(chosen))]
    away = chosen - pool.mean(axis=0)
    outward = chosen + 0.3 * length * away + 0.3 * spread * rng.normal(size=away.shape)
    outward += axis * (side * np.abs(rng.normal(size=len(chosen))))[:, None] * 0.5 * spread
    return np.concatenate([between, outward])


def _settled(ends: list[Array]) -> bool:
    """Whether the ends of the region have hardly moved for some rounds."""
    if len(ends) <= _CALM:
        return False
    before, after = ends[-1 - _CALM], ends[-1]
    width = np.maximum(after[1] - after[0], 1e-9)
    return bool((np.abs(after - before) <= _GROWTH * width).all())


def bounds_part(
    request: Request, likelihood: EntryLikelihood, *, complete: bool, mixed: bool
) -> Part:
    """Find the numbers that no outcome contradicts, whatever is selected.

    Parameters
    ----------
    request : Request
        Its seed is read, and its option ``draws``.
    likelihood : EntryLikelihood
        Of the same markets with private shocks or two firms: where its maximum is, the search
        starts. Its own numbers of a selection are left out.
    complete, mixed : bool
        See `Selectionless`.
    """
    markets, payoffs = likelihood.markets, likelihood.markets.payoffs
    width = len(payoffs.names)
    if request.bootstrap:
        rule = "needs a rule of selection: without one there is no maximum to draw again"
        raise MethodError(rule, where="bootstrap", value=request.bootstrap, remedy="leave it out")
    draws = draws_of(request.options, _DRAWS)
    limits = Selectionless(likelihood, complete, mixed, draws, request.seed)
    test = Inequalities(
        limits, markets.observed, markets.units, instruments_of(likelihood.features), request.seed
    )
    climbed = climb(likelihood, starts_of(likelihood, request.seed))
    first = climbed.points[np.argsort(-np.nan_to_num(climbed.values, nan=-np.inf))][:, :width]
    region = explored(test, first, payoffs.bounds, request.seed)
    return Part(
        estimates=_estimates(payoffs.names, payoffs.bounds, region, request.group),
        log_likelihood=float("nan"),
        uniform=likelihood.uniform,
        saturated=likelihood.saturated,
        per_cluster=np.full(likelihood.units, np.nan),
        certificate=_certificate(region),
        observations=len(markets.observed),
        predicted=_predicted(likelihood, limits, region.best),
        free=width,
        notes=_notes(test, region, limits, markets),
        errors=f"ends of a {LEVEL:.0%} confidence region"
        + (f", clustered by {request.cluster}" if request.cluster else ""),
    )


def _estimates(
    names: tuple[str, ...], bounds: Array, region: Region, group: str
) -> tuple[Estimate, ...]:
    if not len(region.points):
        told = "is rejected at every value that was tried"
        nan = float("nan")
        return tuple(
            Estimate(name, nan, nan, nan, nan, "not_identified", group, told) for name in names
        )
    low, high = region.points.min(axis=0), region.points.max(axis=0)
    found = []
    for name, least, most, (floor, roof) in zip(names, low, high, bounds, strict=True):
        ends = [float(least), float(most)]
        cut = [end for end, limit in zip(ends, (floor, roof), strict=True) if end == limit]
        note = f"reaches its bound {cut[0]:g}" if cut else ""
        middle = 0.5 * (ends[0] + ends[1])
        found.append(
            Estimate(name, middle, float("nan"), ends[0], ends[1], "interval", group, note)
        )
    return tuple(found)


def _certificate(region: Region) -> dict[str, object]:
    kind = (
        f"inverted test of moment inequalities: {len(region.points)} of {region.tried} points "
        f"inside, in {region.rounds} rounds"
    )
    if len(region.points) and not region.settled:
        kind += "; its ends still moved"
    return {"kind": kind, "gap": 0.0, "holds": region.settled, "scope": "region"}


def _predicted(
    likelihood: EntryLikelihood, limits: Selectionless, best: Array
) -> list[dict[str, object]]:
    """Lay lower and upper chances at the best point beside frequencies."""
    lower, upper = (side[0].mean(axis=0) for side in limits(best[None]))
    seen = likelihood.markets.observed
    counts = np.bincount(seen, minlength=len(likelihood.rule.labels))
    return [
        {
            "outcome": label,
            "count": int(count),
            "observed": float(count / counts.sum()),
            "predicted": float(0.5 * (least + most)),
            "lower": float(least),
            "upper": float(most),
        }
        for label, count, least, most in zip(
            likelihood.rule.labels, counts, lower, upper, strict=True
        )
    ]


def _notes(
    test: Inequalities, region: Region, limits: Selectionless, markets: Markets
) -> tuple[str, ...]:
    count = 2 * 2 ** len(markets.players) * test.instruments.shape[1]
    notes = [
        f"Nothing is assumed about selection: low and high are the ends of a {LEVEL:.0%} "
        f"confidence region of points that {count} moment inequalities do not reject, explored "
        "from inside."
    ]
    if not len(region.points):
        notes = [
            f"Every point that was tried is rejected: the least statistic is "
            f"{region.statistic:.3g}, its critical value {region.critical:.3g}."
        ]
    if limits.complete and len(markets.players) > 2:
        notes.append(f"Chances are simulated with {limits.draws} draws per market.")
    return tuple(notes)
