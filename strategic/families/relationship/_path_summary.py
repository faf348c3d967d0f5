"""What random paths have in common: means, quantiles, and how long spells last."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from strategic.arrays import Array
from strategic.families.relationship._random_paths import RandomPaths
from strategic.families.relationship._seats import OFFICIALS
from strategic.families.relationship._trust import COOPERATION, REGIMES
from strategic.repeated.closed_forms.survival_curve import survival_curve

BAND = (0.05, 0.5, 0.95)
"""Quantiles of trust over the paths."""
EXAMPLES = 5
BINS = 20
"""Bars of a histogram of beliefs."""


def summarise(
    drawn: Iterable[RandomPaths], discount: Array, *, histogram: bool = False
) -> dict[str, Array]:
    """Reduce the paths of a block to means, quantiles and spells; its points on the last axis.

    Survival curves have keys ``NAME.FIELD``: of the first spell (``survival``), of the same after
    its first turnover (``successor:WHO``), and of each department's willingness
    (``department:NUMBER``).
    """
    parts = zip(*drawn, strict=True)
    made = RandomPaths(
        *(part[0] if len(part) == 1 else np.concatenate(part, axis=-1) for part in parts)
    )
    regimes, beliefs = made.regimes, made.beliefs
    spells = _Spells(made)
    value, error = _discounted(made.payoff, discount)
    found = {
        "regimes": np.stack(
            [(regimes == code).mean(axis=-1) for code in range(len(REGIMES))], axis=1
        ),
        "incidents": made.incidents.mean(axis=-1),
        "opposed": made.hostile.mean(axis=-1),
        "trust_mean": beliefs.mean(axis=-1),
        "trust_band": np.quantile(beliefs, BAND, axis=-1),
        "payoff": made.payoff.mean(axis=-1),
        "value": value,
        "value_error": error,
        "breakdown": spells.ended.mean(axis=-1),
        "examples": np.moveaxis(regimes[..., :EXAMPLES], -1, 1),
        "willing": made.willing.mean(axis=-1),
        "blocking": spells.blocking,
    }
    if histogram:
        found["belief_counts"] = _counted(beliefs)
    curves = spells.curves()
    return found | {
        f"{name}.{field}": value for name, one in curves.items() for field, value in one.items()
    }


def _counted(beliefs: Array) -> Array:
    """Count the paths of (..., points, paths) in each bin of [0, 1]: (..., BINS, points)."""
    bins = np.minimum((beliefs * BINS).astype(np.intp), BINS - 1)
    rows = bins.reshape(-1, bins.shape[-1]) + BINS * np.arange(bins[..., 0].size)[:, None]
    counts = np.bincount(rows.ravel(), minlength=BINS * len(rows))
    return np.moveaxis(counts.reshape(*bins.shape[:-1], BINS), -1, -2)


def _discounted(payoff: Array, discount: Array) -> tuple[Array, Array]:
    """Average payoffs with the sides' own discount factors: mean over the paths, its error."""
    rate = discount.reshape(2, -1, 1)
    weights, weight = np.zeros(rate.shape), np.ones(rate.shape)
    value = np.zeros((2, *payoff.shape[2:]))
    for period in range(payoff.shape[1]):
        value = value + weight * payoff[:, period]
        weights += weight
        weight = weight * rate
    value = value / weights
    spread = value - value[..., :1]  # exactly 0 where all paths earn the same
    paths = value.shape[-1]
    error = spread.std(axis=-1, ddof=1) / np.sqrt(paths) if paths > 1 else np.nan * value[..., 0]
    return value.mean(axis=-1), error


class _Spells:
    """First spells on every path: of cooperation, after a turnover, of departments' willingness."""

    def __init__(self, made: RandomPaths) -> None:
        self.horizon, shape = len(made.regimes), made.regimes.shape[1:]
        self.lasted = np.zeros(shape, dtype=np.intp)
        self.ended = np.zeros(shape, dtype=bool)
        # Who first took office during the spell, and how long it lasted from the period before.
        self.successor = np.zeros(shape, dtype=np.int8)
        self.since = np.zeros(shape, dtype=np.intp)
        self.keen = np.zeros((len(made.willing), *shape), dtype=np.intp)
        self.tired = np.zeros(self.keen.shape, dtype=bool)
        blocked = np.zeros(self.keen.shape, dtype=np.intp)
        turnover = bool(made.successors.any())
        self.kinds = OFFICIALS if turnover else ()
        for period, regime in enumerate(made.regimes):
            together = regime == COOPERATION
            going = (self.lasted > 0) & ~self.ended
            self.ended |= ~together & (self.lasted > 0)
            self.lasted += together & ~self.ended  # the first spell only
            if turnover:
                fresh = going & (made.successors[period] > 0) & (self.successor == 0)
                self.successor = np.where(fresh, made.successors[period], self.successor)
                self.since += fresh
                self.since += (self.successor > 0) & going & together
            if len(self.keen):
                willing = made.willing[:, period]
                blocked += ~willing & (going & ~together)
                self.tired |= ~willing & (self.keen > 0)
                self.keen += willing & ~self.tired
        breaks = self.ended.sum(axis=-1)
        with np.errstate(invalid="ignore"):
            self.blocking = blocked.sum(axis=-1) / np.where(breaks > 0, breaks, np.nan)

    def curves(self) -> dict[str, dict[str, Array]]:
        """Estimate how long each kind of spell lasts."""
        spells = {"survival": (self.lasted, self.ended)}
        for code, kind in enumerate(self.kinds, start=1):
            since = np.where(self.successor == code, self.since, 0)
            spells[f"successor:{kind}"] = since, self.ended
        for number, (keen, tired) in enumerate(zip(self.keen, self.tired, strict=True)):
            spells[f"department:{number}"] = keen, tired
        return {
            name: vars(survival_curve(lasted, over, horizon=self.horizon))
            for name, (lasted, over) in spells.items()
        }
