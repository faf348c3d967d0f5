"""The logit regression of observed trust: coefficients within the model's bounds, and back."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.estimation.logit_regression import Regression, climbed, fit_regression
from strategic.estimation.profiles import HALF
from strategic.executors import each_in_order
from strategic.families.relationship._log_odds import logistic
from strategic.families.relationship._trust_likelihood import NOISE, TrustLikelihood
from strategic.families.relationship._trust_trace import BELIEFS

_BISECTIONS = 40
_DOUBLINGS = 60
_INWARD = 1e-6


@dataclass(frozen=True, eq=False)
class Design:
    """A regression of choices on what the engine counted.

    Parameters
    ----------
    names : tuple of str
        Free steps and beliefs, in the order of the columns; the noise last where it is free.
    columns : array (rows, names)
        What one unit of each adds to log-odds less threshold, in units of the noise.
    offset : array (rows,)
        What is known of that.
    chosen, unit : arrays (rows,)
        Whether the side cooperated, and which independent unit it belongs to.
    scaled : bool
        Whether the noise is free: its column is what balances are without the free numbers, and
        coefficients are in units of the noise.
    """

    names: tuple[str, ...]
    columns: Array
    offset: Array
    chosen: Array
    unit: Array
    scaled: bool

    @property
    def signs(self) -> Array:
        """1 where the side cooperated, else -1."""
        return np.where(self.chosen, 1.0, -1.0)

    def numbers(self, coefficients: Array) -> Array:
        """Turn coefficients ``(..., names)`` into beliefs, steps and noise."""
        unit = coefficients[..., -1:] if self.scaled else np.ones((1,))
        with np.errstate(divide="ignore", invalid="ignore"):
            found = coefficients / unit
            if self.scaled:
                found[..., -1:] = 1.0 / unit
        for k, name in enumerate(self.names):
            if name in BELIEFS:
                found[..., k] = logistic(found[..., k])
        return np.asarray(found)

    def slopes(self, found: Regression) -> Array:
        """How beliefs, steps and noise move with coefficients; NaN where one has no error."""
        b = found.coefficients
        slopes = np.eye(len(b))
        if self.scaled and b[-1] > 0.0:
            slopes /= b[-1]
            slopes[:, -1] = -b / b[-1] ** 2
            slopes[-1, -1] = -1.0 / b[-1] ** 2
        values = self.numbers(b)
        for k, name in enumerate(self.names):
            if name in BELIEFS:
                slopes[k] *= values[k] * (1.0 - values[k])
            if self.standing(k, found)[0] != "ok":
                slopes[k] = np.nan
        return slopes

    def standing(self, k: int, found: Regression) -> tuple[str, str]:
        """Say whether a number is identified, and the direction in which it is not."""
        if k in found.endless:
            return "infinite", "has no finite value: all it moves are choices that it explains"
        if not self.columns[:, k].any():
            return "not_identified", "moves no choice: what it belongs to never happened"
        if k in found.loose:
            moved = [j for j in found.loose if self.columns[:, j].any()]
            return "not_identified", f"{found.loose[k]} ({', '.join(self.names[j] for j in moved)})"
        if self.scaled and len(self.names) - 1 in found.loose:
            return "not_identified", "has no scale: state the noise or one step of the engine"
        if self.scaled and found.coefficients[-1] <= 0.0:
            return "not_identified", "has no scale: choices do not follow the steps"
        return "ok", ""

    def resampled(
        self,
        found: Regression,
        units: int,
        *,
        samples: int,
        seed: int,
        executor: Executor | None = None,
    ) -> Array:
        """Estimate from samples of units drawn with replacement: ``(samples, names)``."""
        rng = np.random.default_rng(seed)
        weights = rng.multinomial(units, np.full(units, 1.0 / units), size=samples).astype(float)
        width = np.linalg.norm(self.columns, axis=0)  # numbers of one size, for the curvature
        again = partial(
            _climbed_again, self.columns / width, self.offset, self.signs, self.unit,
            found.coefficients * width,
        )  # fmt: skip
        blocks = (weights[at : at + 100] for at in range(0, samples, 100))
        parts = list(each_in_order(again, blocks, executor=executor))
        drawn = self.numbers(np.concatenate([part[0] for part in parts]) / width)
        drawn[np.concatenate([part[1] for part in parts]) > 1e-9] = np.nan
        return drawn


def _climbed_again(  # noqa: PLR0917 - what all samples share, then the weights of some
    columns: Array, offset: Array, signs: Array, unit: Array, start: Array, weights: Array
) -> Any:
    return climbed(columns, offset, signs, weights[:, unit], start)


@dataclass(frozen=True, eq=False)
class Fitted:
    """A regression within the model's bounds.

    Parameters
    ----------
    likelihood : TrustLikelihood
    columns, rest : arrays (rows, linear) and (rows,)
        Of all linear numbers.
    fixed : mapping of str to float
        Numbers that stay at a bound, which the likelihood would leave: a step backwards.
    design : Design
        Of the others.
    found : Regression
    settled : bool
        Whether none of those that stay at a bound would go back inside.
    """

    likelihood: TrustLikelihood
    columns: Array
    rest: Array
    fixed: Mapping[str, float]
    design: Design
    found: Regression
    settled: bool

    def reach(self, name: str) -> float:
        """How far from its bound a number may move until half a chi-square is lost."""
        fixed, top = dict(self.fixed), float(self.found.per_row.sum())
        own = fixed[name]
        low, high = self.likelihood.bounds[self.likelihood.names.index(name)]
        way = 1.0 if own == low else -1.0

        def falls(distance: float) -> bool:
            made = _design(self.likelihood, self.columns, self.rest,
                           {**fixed, name: own + way * distance})  # fmt: skip
            fit = fit_regression(made.columns, made.offset, made.chosen, made.unit)
            return float(fit.per_row.sum()) < top - HALF

        far = 1e-3
        for _ in range(_DOUBLINGS):
            if falls(far):
                break
            far *= 2.0
        near = 0.5 * far if far > 1e-3 else 0.0
        for _ in range(_BISECTIONS):
            middle = 0.5 * (near + far)
            near, far = (near, middle) if falls(middle) else (middle, far)
        return float(np.clip(own + way * far, low, high))


def fit_within(likelihood: TrustLikelihood, columns: Array, rest: Array) -> Fitted:
    """Fit the regression; numbers that leave the model's bounds are held there.

    The likelihood is concave in coefficients and bounds are half-spaces of them: a point is the
    maximum where no free number is outside and none that is held would go back inside.
    """
    ends = dict(zip(likelihood.names, likelihood.bounds, strict=True))
    fixed: dict[str, float] = {}
    released: set[str] = set()
    back = ""
    while True:
        made = _design(likelihood, columns, rest, fixed)
        found = fit_regression(
            made.columns, made.offset, made.chosen, made.unit, alike=likelihood.cells
        )
        if found.separated:
            break
        values = made.numbers(found.coefficients)
        outside = {
            name: value - float(np.clip(value, *ends[name]))
            for k, (name, value) in enumerate(zip(made.names, values, strict=True))
            if name != NOISE and made.standing(k, found)[0] == "ok"
        }
        worst = max(outside, key=lambda name: abs(outside[name]), default="")
        if worst and outside[worst]:
            fixed[worst] = float(ends[worst][0 if outside[worst] < 0 else 1])
            continue
        back = _going_back(likelihood, columns, (made, found), fixed, ends)
        if not back or back in released:
            break
        released.add(back)
        del fixed[back]
    return Fitted(likelihood, columns, rest, fixed, made, found, settled=not back)


def _going_back(
    likelihood: TrustLikelihood,
    columns: Array,
    fit: tuple[Design, Regression],
    fixed: Mapping[str, float],
    ends: Mapping[str, Array],
) -> str:
    """Name a number held at a bound that the likelihood would rather have inside."""
    made, found = fit
    left = made.chosen - logistic(made.offset + made.columns @ found.coefficients)
    for name, value in fixed.items():
        slope = float(left @ columns[:, likelihood.linear.index(name)])
        if (slope if value == ends[name][0] else -slope) > _INWARD:
            return name
    return ""


def _design(
    likelihood: TrustLikelihood, columns: Array, rest: Array, fixed: Mapping[str, float]
) -> Design:
    rows, scaled = likelihood.rows, NOISE in likelihood.names
    noise = float(likelihood.trace.model.points[NOISE])
    free = [k for k, name in enumerate(likelihood.linear) if name not in fixed]
    for name, value in fixed.items():
        rest = rest + value * columns[:, likelihood.linear.index(name)]
    own = columns[:, free]
    return Design(
        (*(likelihood.linear[k] for k in free), *((NOISE,) if scaled else ())),
        np.column_stack([own, rest]) if scaled else own / noise,
        np.zeros(len(rest)) if scaled else rest / noise,
        rows["chosen"], rows["unit"], scaled,
    )  # fmt: skip
