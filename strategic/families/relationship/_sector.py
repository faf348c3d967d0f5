"""A sector of organisations year by year: how many there are, who survives, how each is treated.

The number is given for every year or follows from free entry; organisations differ in technology,
and where performance is evaluated the lowest leave each year (claims D8, M12, K9).
How technologies are spread, and that those who leave are replaced by new draws, is ours.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.errors import MeasureError
from strategic.families.relationship._leadership import KINDS, relationship_type
from strategic.modelling import Model, Points
from strategic.papers import Cited
from strategic.whole_numbers import check_whole

COUNT = "relation.organisations"
MOST_DRAWN = 4_000_000
"""Organisations drawn at most, all years and draws together."""


@dataclass(frozen=True)
class Sector:
    """What a model file says of its sector.

    Parameters
    ----------
    start, years : int
        First year, and how many there are.
    organisations : tuple of float
        Their number in every year; empty where entry is free.
    prizes : tuple of float
        The prize of the contest in every year; empty: that of the model in all of them.

    Examples
    --------
    >>> Sector(2006, 3, organisations=(4.0, 5.0, 7.0)).dates
    (2006, 2007, 2008)
    """

    start: int
    years: int
    organisations: tuple[float, ...] = ()
    prizes: tuple[float, ...] = ()

    @property
    def dates(self) -> tuple[int, ...]:
        """Every year, first to last."""
        return tuple(range(self.start, self.start + self.years))

    @property
    def free_entry(self) -> bool:
        """Whether organisations enter as long as the rent covers the entry cost."""
        return not self.organisations


@dataclass(frozen=True, eq=False, repr=False)
class SectorYears(Cited):
    """A sector year by year: years on the first axis.

    Parameters
    ----------
    years : tuple of int
        The years.
    organisations : ndarray, (years,)
        n_t; 0 where free entry lets nobody in.
    model : Model
        The model of every year, as a grid over the years (one organisation where there is none).
    technology, technology_error : ndarray, (years,)
        Mean technology of the organisations drawn, and its standard error over the draws.
    leaving : ndarray, (years,)
        Share of the organisations that leaves after the year.
    survivors, survivors_error : ndarray, (years,)
        Share of the organisations of the first year that is still there, and its standard error.
    shares, shares_error : ndarray, (years, kinds)
        Share of the organisations in each type of relationship (`KINDS`), and its standard error.
    draws, seed : int
        Sectors drawn, and the seed of the random numbers.

    Examples
    --------
    >>> import strategic as st
    >>> found = sector(st.load("sector-growth"), draws=20)
    >>> found.years[0], found.years[-1], float(found.shares[0].sum())
    (2006, 2018, 1.0)
    """

    made_by = ("free_entry",)

    years: tuple[int, ...]
    organisations: Array
    model: Model
    technology: Array
    technology_error: Array
    leaving: Array
    survivors: Array
    survivors_error: Array
    shares: Array
    shares_error: Array
    draws: int
    seed: int

    def __repr__(self) -> str:
        first, last = self.organisations[0], self.organisations[-1]
        return (
            f"<SectorYears {self.years[0]} to {self.years[-1]}: {first:.3g} to {last:.3g} "
            f"organisations, {self.draws} draws, seed {self.seed}>"
        )


def free_entry(prize: ArrayLike, entry_cost: ArrayLike, exponent: ArrayLike = 1.0, /) -> Array:
    """Find how many organisations enter: the largest n whose rent covers the entry cost.

    Parameters
    ----------
    prize, entry_cost, exponent : array_like
        W, F and e of the contest; F above 0.

    Returns
    -------
    ndarray
        Whole numbers; 0 where the whole prize does not cover the cost.

    Notes
    -----
    The rent ``W [n - e (n-1)]/n^2`` falls in n, and equals F at the positive root of
    ``F n^2 - W (1-e) n - W e = 0``: n is that root, rounded down.

    References
    ----------
    Tullock, G. (1980). Efficient rent seeking. In Toward a Theory of the Rent-Seeking Society,
    97-112. Texas A&M University Press.
    Corcoran, W. J. (1984). Long-run equilibrium and total expenditures in rent-seeking. Public
    Choice 43, 89-94.

    Examples
    --------
    >>> free_entry(1.0, [0.04, 0.25, 2.0]).tolist()
    [5.0, 2.0, 0.0]
    """
    W, F, e = (np.asarray(value, dtype=float) for value in (prize, entry_cost, exponent))
    linear = W * (1 - e)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        root = (linear + np.sqrt(linear**2 + 4 * F * W * e)) / (2 * F)
        count = np.maximum(np.floor(root), 0.0)
        # The root rounds: the rent itself decides between the numbers on either side of it, and
        # one that covers the cost but for rounding covers it.
        more, covered = count + 1, F * (1 - 1e-12)
        count = np.where(W * (more - e * (more - 1)) >= covered * more**2, more, count)
        short = (count > 0) & (W * (count - e * (count - 1)) < covered * count**2)
    return np.asarray(np.where(short, count - 1, count))


def entrants(points: Points) -> Array:
    """Find how many organisations enter freely at every point."""
    names = ("relation.contest_prize", "sector.entry_cost", "relation.contest_exponent")
    return free_entry(*(points[name] for name in names))


def sector(model: Model, *, draws: int = 400, seed: int = 0) -> SectorYears:
    """Follow the sector of a single model through its years.

    Parameters
    ----------
    model : Model
        With a ``[sector]``; its mechanisms act in every year.
    draws : int
        Sectors drawn; fewer where they are large, so that memory stays bounded.
    seed : int
        Seed of the random numbers.

    Returns
    -------
    SectorYears

    Raises
    ------
    MeasureError
        When the model has no sector, or is a grid.

    Notes
    -----
    Organisation i has the technology ``T_O exp(s z_i)``, z_i standard normal and s the parameter
    ``sector.spread``.  After each year the share ``sector.evaluation * sector.exit_share`` with the
    lowest joint output leaves (fractions of an organisation at random), and new draws enter up to
    next year's number; where that falls, the lowest leave if performance is evaluated, else anyone.
    Each organisation's relationship is what the government, as the model lets it lead or not,
    chooses at that organisation's technology among n_t.

    Examples
    --------
    >>> import strategic as st
    >>> found = sector(st.load("sector-growth"), draws=20)
    >>> found.years[-1], float(found.organisations[-1])
    (2018, 12.365333)
    """
    check_whole(draws=draws, seed=seed)
    said: Sector | None = model.parts.get("sector")
    if said is None:
        rule = "the model has no sector"
        raise MeasureError(rule, where="sector", remedy="give its file a table [sector]")
    if model.points.shape:
        raise MeasureError("needs a single model", where="sector", value=model.points.shape)
    yearly = _by_year(model, said)
    # Mechanisms act on the number of organisations too: what they make of it is the year's n.
    count = np.broadcast_to(yearly.points[COUNT], (said.years,)).astype(float)
    if said.free_entry:
        count = np.where(entrants(yearly.points) == 0, 0.0, count)
    heads = np.rint(count).astype(int)
    draws = max(1, min(draws, MOST_DRAWN // max(1, int(heads.max()) * said.years)))
    drawn = _draw(yearly.points, heads, draws, np.random.default_rng(seed))
    present = ~np.isnan(drawn.technology)
    shares, errors = _type_shares(yearly, drawn.technology, present)
    technology = _mean_of(drawn.technology, present)
    return SectorYears(
        years=said.dates,
        organisations=count,
        model=yearly,
        technology=technology.mean(axis=1),
        technology_error=_error(technology),
        leaving=drawn.leaving.mean(axis=1),
        survivors=drawn.survivors.mean(axis=1),
        survivors_error=_error(drawn.survivors),
        shares=shares,
        shares_error=errors,
        draws=draws,
        seed=seed,
    )


def _by_year(model: Model, said: Sector) -> Model:
    """Make a grid of the model over the years; entry follows the values before mechanisms."""
    prizes = {"relation.contest_prize": np.array(said.prizes)} if said.prizes else {}
    if not said.free_entry:
        return model.change({COUNT: np.array(said.organisations), **prizes})
    yearly = model.change({COUNT: np.ones(said.years), **prizes})
    entered = np.broadcast_to(entrants(yearly.points), (said.years,))
    return model.change({COUNT: np.maximum(entered, 1.0), **prizes})


@dataclass(frozen=True)
class _Drawn:
    """Technologies (years, draws, organisations), NaN where nobody is, and who leaves and stays."""

    technology: Array
    leaving: Array
    survivors: Array


def _draw(points: Points, heads: Array, draws: int, rng: np.random.Generator) -> _Drawn:
    """Draw sectors year by year, all draws at once; organisations are sorted, the best first."""
    years, most = len(heads), max(1, int(heads.max()))
    spread = float(points["sector.spread"])
    technology = np.broadcast_to(points["organisation.technology"], (years,))
    # A share of the technology of the year: sorted by it they are sorted by evaluated performance.
    skill = np.full((draws, most), np.nan)
    first = np.zeros((draws, most), dtype=bool)
    found, leaving, survivors = [], [], []
    evaluated = np.broadcast_to(points["sector.evaluation"], (years,))
    exits = np.broadcast_to(points["sector.exit_share"], (years,)) * evaluated
    for year, count in enumerate(heads):
        stays = (~np.isnan(skill)).sum(axis=1)
        # Everyone draws a full row, so that a year's numbers do not depend on who was there.
        fresh, order = np.exp(spread * rng.standard_normal((draws, most))), rng.random(skill.shape)
        place = np.arange(most)
        enters = (place >= stays[:, None]) & (place < count)
        skill = np.where(enters, fresh, skill)
        first |= enters & (year == 0)
        skill, first = _sorted(skill, first, -skill)
        found.append(skill * technology[year])
        survivors.append(first.sum(axis=1) / max(1, int(heads[0])))
        # Whoever leaves stands at the end: the lowest, or anyone where nothing is evaluated.
        after = int(heads[min(year + 1, years - 1)])
        gone = np.minimum(np.floor(exits[year] * count + rng.random(draws)), count)
        gone = np.where(exits[year] > 0, gone, 0.0)
        left = np.minimum(count - gone, after).astype(int)
        if evaluated[year] == 0:
            skill, first = _sorted(skill, first, np.where(np.isnan(skill), np.inf, order))
        stayed = place < left[:, None]
        skill, first = np.where(stayed, skill, np.nan), first & stayed
        leaving.append((count - left) / max(1, int(count)))
    return _Drawn(np.stack(found), np.stack(leaving), np.stack(survivors))


def _sorted(skill: Array, first: Array, key: Array) -> tuple[Array, Array]:
    order = np.argsort(key, axis=1, kind="stable")  # NaN, nobody, last
    return np.take_along_axis(skill, order, axis=1), np.take_along_axis(first, order, axis=1)


def _type_shares(yearly: Model, technology: Array, present: Array) -> tuple[Array, Array]:
    """Share of the organisations in each type of relationship, and its error over the draws."""
    year, draw, _ = places = np.nonzero(present)
    points = yearly.points
    each = points.mapped(
        lambda value: np.broadcast_to(value, points.shape)[year] if value.ndim else value
    ).change({"organisation.technology": technology[places]})
    kinds = relationship_type(each) if len(year) else np.zeros(0, dtype=int)
    counts = np.zeros((*technology.shape[:2], len(KINDS)))
    np.add.at(counts, (year, draw, kinds), 1.0)
    heads = present.sum(axis=2)[..., None]
    shares = np.divide(counts, heads, out=np.full(counts.shape, np.nan), where=heads > 0)
    return shares.mean(axis=1), _error(shares)


def _mean_of(values: Array, present: Array) -> Array:
    heads = present.sum(axis=2)
    total = np.where(present, values, 0.0).sum(axis=2)
    mean = np.divide(total, heads, out=np.full(total.shape, np.nan), where=heads > 0)
    return np.asarray(mean)


def _error(values: Array) -> Array:
    """Estimate the standard error of means over the draws, the second axis."""
    count = values.shape[1]
    if count < 2:
        return np.full((len(values), *values.shape[2:]), np.nan)
    return np.asarray(values.std(axis=1, ddof=1) / np.sqrt(count))
