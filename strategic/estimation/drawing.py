"""Data drawn from a known truth, and how well an estimation recovers it, before a study is run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.errors import MethodError, nearest
from strategic.estimation._estimate import estimate
from strategic.estimation._ways import way_of
from strategic.markup import Table
from strategic.modelling import Model

Columns = dict[str, list[Any]]


@dataclass(frozen=True, eq=False)
class Plan:
    """What is to be drawn.

    Parameters
    ----------
    model : Model
        The game.
    truth : mapping of str to float
        The numbers by the names that estimates have.
    size : int
        Choices per player, subjects or histories.
    options : mapping
        Options of one way of play, such as ``matches`` and ``rounds``.
    """

    model: Model
    truth: Mapping[str, float]
    size: int
    options: Mapping[str, Any]

    def take(self, name: str) -> float:
        """Return one number of the truth.

        Raises
        ------
        MethodError
            When it is missing.
        """
        if name in self.truth:
            return float(self.truth[name])
        given = nearest(name, self.truth)
        raise MethodError("needs its true value", where=name, remedy=given or f"{name}=VALUE")


def draw(
    model: Model,
    *,
    play: str = "logit",
    truth: Mapping[str, float],
    size: int = 100,
    seed: int = 0,
    **options: Any,
) -> Columns:
    """Draw the table that `estimate` reads, from a known truth.

    Parameters
    ----------
    model : Model
        The game.
    play : str
        The way of play.
    truth : mapping of str to float
        ``rationality``, ``tau``, ``share.TFT`` and ``tremble``, or parameters of the model.
    size : int
        Choices per player (``logit``, ``hierarchy``), subjects (``strategies``) or histories.
    seed : int
        Of the random numbers.
    **options
        ``matches`` and ``rounds`` for strategies, ``periods`` for trust.

    Returns
    -------
    dict of str to list
        The columns.

    Examples
    --------
    >>> import strategic as st
    >>> table = draw(st.load("matching-pennies"), truth={"rationality": 1.0}, size=50)
    >>> sum(table["count"]), list(table)
    (100, ['player', 'action', 'count'])
    """
    way = way_of(play, model.family)
    if size < 1:
        raise MethodError("must be at least 1", where="size", value=size)
    return way.drawn()(Plan(model, truth, size, options), np.random.default_rng(seed))


@dataclass(frozen=True, eq=False, repr=False)
class Recovery:
    """How estimates of many drawn samples compare with the truth they were drawn from.

    Parameters
    ----------
    play : str
    names : tuple of str
    truth : array (names,)
    estimates, low, high : arrays (samples, names)
        NaN where a sample gave no number.
    statuses : sequence of sequences of str
        One per sample and name.
    seed : int

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
    low: Array
    high: Array
    statuses: Sequence[Sequence[str]]
    seed: int

    @property
    def coverage(self) -> Array:
        """Share of the samples whose 95% interval holds the truth, among those that have one."""
        held = (self.low <= self.truth) & (self.truth <= self.high)
        known = ~np.isnan(self.low) & ~np.isnan(self.high)
        return np.asarray((held & known).sum(axis=0) / np.maximum(known.sum(axis=0), 1))

    @property
    def power(self) -> Array:
        """Share of the samples whose 95% interval does not hold 0."""
        return np.asarray(((self.low > 0.0) | (self.high < 0.0)).mean(axis=0))

    @property
    def finite(self) -> Array:
        """Share of the samples with a finite estimate."""
        return np.asarray(np.isfinite(self.estimates).mean(axis=0))

    def rows(self) -> list[dict[str, Any]]:
        """Summarise every number: mean, bias, spread, coverage, power."""
        rows = []
        for k, name in enumerate(self.names):
            known = self.estimates[np.isfinite(self.estimates[:, k]), k]
            mean = float(known.mean()) if len(known) else float("nan")
            spread = float(known.std(ddof=1)) if len(known) > 1 else float("nan")
            states = [one[k] for one in self.statuses]
            rows.append(
                {
                    "name": name,
                    "truth": float(self.truth[k]),
                    "mean": mean,
                    "bias": mean - float(self.truth[k]),
                    "spread": spread,
                    "coverage": float(self.coverage[k]),
                    "power": float(self.power[k]),
                    "finite": float(self.finite[k]),
                    "ok": states.count("ok") / len(states),
                }
            )
        return rows

    def document(self) -> dict[str, Any]:
        """Describe everything as plain data."""
        samples = len(self.estimates)
        return {"play": self.play, "samples": samples, "seed": self.seed, "parameters": self.rows()}

    def table(self) -> Table:
        """Lay out one row per number."""
        rows = self.rows()
        body = [[row["name"], *(f"{row[key]:.4g}" for key in [*row][1:])] for row in rows]
        return Table(["", *[*rows[0]][1:]], body)

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
    **options: Any,
) -> Recovery:
    """Draw samples from a known truth and estimate each: bias, coverage, power.

    Parameters
    ----------
    model, play, truth, size, seed, options
        See `draw`.
    samples : int
        Number of samples.
    fit : mapping, optional
        Options of `estimate`, such as ``{"free": ["trust.noise"]}``.

    Returns
    -------
    Recovery

    Examples
    --------
    >>> import strategic as st
    >>> found = recover(st.load("matching-pennies"), truth={"rationality": 1.0}, samples=5)
    >>> found.names, found.estimates.shape
    (('rationality',), (5, 1))
    """
    if samples < 1:
        raise MethodError("must be at least 1", where="samples", value=samples)
    seeds = np.random.SeedSequence(seed).spawn(samples)
    found = []
    for number, one in enumerate(seeds):
        drawn = draw(model, play=play, truth=truth, size=size, seed=one, **options)  # type: ignore[arg-type]
        chosen = {"seed": number, **_usual(play, truth), **(fit or {})}
        found.append(estimate(model, drawn, play=play, **chosen).parameters)
    names = tuple(one.name for one in found[0])
    known = {one.name: float(_true(model, one.name, truth)) for one in found[0]}

    def column(key: str) -> Array:
        return np.array([[getattr(one, key) for one in sample] for sample in found])

    return Recovery(
        play,
        names,
        np.array([known[name] for name in names]),
        column("estimate"),
        column("low"),
        column("high"),
        [[one.status for one in sample] for sample in found],
        seed,
    )


def _usual(play: str, truth: Mapping[str, float]) -> dict[str, Any]:
    """Estimate what the truth speaks of, where nothing else is asked."""
    if play == "strategies":
        shares = [name.partition(".")[2] for name in truth if name.startswith("share.")]
        return {"strategies": ",".join(shares), "bootstrap": 200}
    free = tuple(name for name in truth if "." in name)
    return {"free": free} if free else {}


def _true(model: Model, name: str, truth: Mapping[str, float]) -> float:
    if name in truth:
        return float(truth[name])
    if name in model.family.parameters:
        return float(model.points[name])
    return 0.0 if name.startswith("share.") or name == "tremble" else float("nan")
