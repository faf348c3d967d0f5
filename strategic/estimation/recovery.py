"""How well an estimation recovers a known truth, before a study is run: bias, coverage, power."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from math import sqrt
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.errors import MethodError, StrategicError
from strategic.estimation._estimate import estimate
from strategic.estimation._ways import WAYS, way_of
from strategic.estimation.drawing import draw
from strategic.estimation.parts import Estimate
from strategic.estimation.uncertainty import WIDE
from strategic.executors import each_in_order
from strategic.markup import Table
from strategic.modelling import Model
from strategic.papers import Cited
from strategic.whole_numbers import check_whole

Progress = Callable[[int, int | None], None]
_USUAL_SAMPLES = 200
_NOMINAL = 0.95
_SHOWN = ("truth", "mean", "bias", "rmse", "spread", "error", "coverage", "power", "finite")


@dataclass(frozen=True, eq=False, repr=False)
class Recovery(Cited):
    """How estimates of many drawn samples compare with the truth they were drawn from.

    Parameters
    ----------
    play : str
    names : tuple of str
    truth : array (names,)
    estimates, errors, low, high : arrays (samples, names)
        NaN where a sample gave no number.
    statuses : sequence of sequences of str
        One per sample and name; empty where a sample could not be estimated.
    seed : int
    problems : sequence of str
        What was wrong with samples that could not be estimated, one line each.

    Examples
    --------
    >>> import strategic as st
    >>> recover(st.load("inspection"), truth={"rationality": 1.0}, samples=3)
    <Recovery: logit, 3 samples, rationality>
    """

    play: str
    names: tuple[str, ...]
    truth: Array
    estimates: Array
    errors: Array
    low: Array
    high: Array
    statuses: Sequence[Sequence[str]]
    seed: int
    problems: Sequence[str] = ()

    def behind(self) -> list[Any]:
        """Name the way of play."""
        return way_of(self.play).behind() if self.play in WAYS else []

    @property
    def intervals(self) -> Array:
        """Number of samples that have a 95% interval."""
        return np.asarray((~np.isnan(self.low) & ~np.isnan(self.high)).sum(axis=0))

    @property
    def coverage(self) -> Array:
        """Share of the samples whose 95% interval holds the truth, among those that have one."""
        held = (self.low <= self.truth) & (self.truth <= self.high)
        return np.asarray(held.sum(axis=0) / np.maximum(self.intervals, 1))

    @property
    def power(self) -> Array:
        """Share of the samples whose 95% interval does not hold 0."""
        return np.asarray(((self.low > 0.0) | (self.high < 0.0)).mean(axis=0))

    @property
    def finite(self) -> Array:
        """Share of the samples with a finite estimate."""
        return np.asarray(np.isfinite(self.estimates).mean(axis=0))

    def rows(self) -> list[dict[str, Any]]:
        """Summarise every number.

        ``bias_error`` is the simulation error of the bias, ``spread`` the standard deviation of
        the estimates and ``error`` the mean of the errors they report; ``coverage_low`` and
        ``coverage_high`` (and those of power) are 95% intervals of a share (Wilson's).
        """
        rows = []
        for k, name in enumerate(self.names):
            known = self.estimates[np.isfinite(self.estimates[:, k]), k]
            told = self.errors[np.isfinite(self.errors[:, k]), k]
            truth, nothing = float(self.truth[k]), float("nan")
            mean = float(known.mean()) if len(known) else nothing
            spread = float(known.std(ddof=1)) if len(known) > 1 else nothing
            states = [one[k] for one in self.statuses]
            covered = _wilson(self.coverage[k], int(self.intervals[k]))
            powerful = _wilson(self.power[k], len(self.estimates))
            rows.append(
                {
                    "name": name,
                    "truth": truth,
                    "mean": mean,
                    "bias": mean - truth,
                    "bias_error": spread / sqrt(len(known)) if len(known) > 1 else nothing,
                    "rmse": float(np.sqrt(((known - truth) ** 2).mean()))
                    if len(known)
                    else nothing,
                    "spread": spread,
                    "error": float(told.mean()) if len(told) else nothing,
                    "coverage": float(self.coverage[k]) if self.intervals[k] else nothing,
                    "coverage_low": covered[0],
                    "coverage_high": covered[1],
                    "power": float(self.power[k]),
                    "power_low": powerful[0],
                    "power_high": powerful[1],
                    "finite": float(self.finite[k]),
                    "ok": states.count("ok") / len(states),
                    "intervals": int(self.intervals[k]),
                }
            )
        return rows

    def document(self) -> dict[str, Any]:
        """Describe everything as plain data."""
        return {
            "play": self.play,
            "samples": len(self.estimates),
            "failed": len(self.problems),
            "seed": self.seed,
            "parameters": self.rows(),
        }

    def table(self) -> Table:
        """Lay out one row per number."""
        body = [[row["name"], *(_cell(row, key) for key in _SHOWN)] for row in self.rows()]
        return Table(["", *_SHOWN], body, numbers=True)

    def sentences(self) -> list[str]:
        """Say what the shares mean, and what is doubtful about the estimates."""
        told = [
            f"{len(self.estimates)} samples, seed {self.seed}; means, biases and spreads are over "
            "samples with a finite estimate.",
            "Coverage is the share of the samples whose 95% interval holds the truth (in brackets "
            "its own 95% interval), power the share whose interval does not hold 0.",
        ]
        if self.problems:
            told.append(f"{len(self.problems)} samples gave no estimate: {self.problems[0]}")
        for row in self.rows():
            name, shares = row["name"], f"{row['coverage']:.3f}"
            between = f"95% interval {row['coverage_low']:.3f} to {row['coverage_high']:.3f}"
            if row["coverage_high"] < _NOMINAL:
                told.append(f"Intervals of {name} are too short: coverage {shares}, {between}.")
            if abs(row["bias"]) > 3.0 * row["bias_error"] and row["bias_error"] > 0.0:
                told.append(
                    f"{name} is biased: {row['bias']:.4g}, simulation error "
                    f"{row['bias_error']:.2g}."
                )
        return told

    def __repr__(self) -> str:
        return f"<Recovery: {self.play}, {len(self.estimates)} samples, {', '.join(self.names)}>"


def recover(
    model: Model,
    *,
    play: str = "logit",
    truth: Mapping[str, float],
    size: int = 100,
    samples: int = 200,
    seed: int = 0,
    fit: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
    executor: Executor | None = None,
    **options: Any,
) -> Recovery:
    """Draw samples from a known truth and estimate each: bias, coverage, power.

    Parameters
    ----------
    model, play, truth, size, seed
        See `draw`.
    samples : int
        Number of samples.
    fit : mapping, optional
        Options of `estimate`, such as ``{"free": ["trust.noise"]}``.
    progress : callable, optional
        Told after every sample how many are done, and how many there are.
    executor : concurrent.futures.Executor, optional
        Where samples are drawn and estimated, such as what `strategic.cluster` opens; each has a
        seed of its own, so that the numbers are the same.
    **options
        Of the data, as for `draw`; those that the way of play takes are used for both.

    Returns
    -------
    Recovery

    Raises
    ------
    StrategicError
        When not even the first sample can be estimated.

    Examples
    --------
    >>> import strategic as st
    >>> found = recover(st.load("matching-pennies"), truth={"rationality": 1.0}, samples=5)
    >>> found.names, found.estimates.shape
    (('rationality',), (5, 1))
    """
    check_whole(size=size, samples=samples, seed=seed)
    if samples < 1:
        raise MethodError("must be at least 1", where="samples", value=samples)
    shared = {name: value for name, value in options.items()
              if name in way_of(play, model.family).options}  # fmt: skip
    asked = {**_usual(model, play, truth), **shared, **(fit or {})}
    found: list[tuple[Estimate, ...]] = []
    problems: list[str] = []
    one = partial(_sample, model, play, truth, size, seed, options, asked)
    for result in each_in_order(one, range(samples), executor=executor):
        if isinstance(result, StrategicError):
            if not found:  # what is wrong with the first sample is wrong with the question
                raise result
            problems.append(str(result))
            found.append(())
        else:
            found.append(result)
        if progress is not None:
            progress(len(found), samples)
    names = tuple(dict.fromkeys(one.name for sample in found for one in sample))
    by_name = [{one.name: one for one in sample} for sample in found]

    def column(key: str) -> Array:
        return np.array([[getattr(sample.get(name), key, np.nan) for name in names]
                         for sample in by_name], dtype=float)  # fmt: skip

    return Recovery(
        play,
        names,
        np.array([_true(model, name, truth) for name in names]),
        column("estimate"),
        column("error"),
        column("low"),
        column("high"),
        [[getattr(sample.get(name), "status", "") for name in names] for sample in by_name],
        seed,
        problems,
    )


def _sample(  # noqa: PLR0917 - what all samples share, then the number of one
    model: Model,
    play: str,
    truth: Mapping[str, float],
    size: int,
    seed: int,
    options: Mapping[str, Any],
    asked: Mapping[str, Any],
    number: int,
) -> tuple[Estimate, ...] | StrategicError:
    """Draw one sample and estimate it, here or anywhere."""
    own = np.random.SeedSequence(seed, spawn_key=(number,))
    drawn = draw(model, play=play, truth=truth, size=size, seed=own, **options)  # type: ignore[arg-type]
    try:
        return estimate(model, drawn, play=play, **{"seed": number, **asked}).parameters
    except StrategicError as problem:
        return problem


def _usual(model: Model, play: str, truth: Mapping[str, float]) -> dict[str, Any]:
    """Estimate what the truth speaks of, where nothing else is asked."""
    if play == "strategies":
        shares = [name.partition(".")[2] for name in truth if name.startswith("share.")]
        return {"strategies": ",".join(shares), "bootstrap": _USUAL_SAMPLES}
    asked = way_of(play, model.family).asked
    free = tuple(
        name for name in truth if "." in name or name in (*model.family.parameters, *asked)
    )
    return {"free": free} if free else {}


def _true(model: Model, name: str, truth: Mapping[str, float]) -> float:
    if name in truth:
        return float(truth[name])
    if name in model.family.parameters:
        return float(model.points[name])
    if name in model.family.measures:  # such as what the risks of incidents imply
        known = {n: value for n, value in truth.items() if n in model.family.parameters}
        return float(model.family.measure(name).compute(model.change(known).points))
    return 0.0 if name.startswith("share.") or name == "tremble" else float("nan")


def _cell(row: Mapping[str, Any], key: str) -> str:
    """Write a number; a coverage with its 95% interval."""
    if np.isnan(row[key]):
        return ""
    if key != "coverage":
        return f"{row[key]:.4g}"
    return f"{row[key]:.3f} ({row['coverage_low']:.3f}-{row['coverage_high']:.3f})"


def _wilson(share: float, count: int) -> tuple[float, float]:
    """Give Wilson's 95% interval of a share of ``count`` draws."""
    if not count:
        return float("nan"), float("nan")
    z = WIDE**2
    middle = (share + z / (2 * count)) / (1 + z / count)
    half = WIDE / (1 + z / count) * sqrt(share * (1 - share) / count + z / (4 * count**2))
    return max(0.0, middle - half), min(1.0, middle + half)
