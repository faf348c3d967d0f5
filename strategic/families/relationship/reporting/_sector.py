"""The sector year by year: how many organisations there are, and what their number changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import numpy as np

from strategic.families.relationship._leadership import KINDS
from strategic.families.relationship._sector import SectorYears, sector
from strategic.markup import Table
from strategic.modelling import Model
from strategic.reports.blocks import Block, Data
from strategic.reports.words import amount, number

BY_YEAR = (
    "relationship_type",
    "reward_government",
    "reward_organisation",
    "critical_discount_government",
    "partners_bound",
    "bargaining_share_organisation",
    "trust_threshold_organisation",
    "surplus",
    "diversity_cost",
    "contest_effort",
    "contest_total_effort",
    "contest_rent",
)
"""Measures that a report shows for every year."""


COMMON, RARE = 0.05, 0.005
"""Shares of organisations from which a type is told in a sentence, and shown in the table."""


def has_sector(model: Model) -> bool:
    """Whether a model says how its sector develops."""
    return "sector" in model.parts


def sector_years(model: Model, seed: int = 0) -> dict[str, Any]:
    """Describe the sector of a model, year by year.

    Examples
    --------
    >>> import strategic as st
    >>> found = sector_years(st.load("sector-growth"))
    >>> found["promise_holds"][:3], found["measures"]["relationship_type"][-1]
    ([True, True, False], 'capture')
    """
    found = sector(model, seed=seed)
    measures = {name: _measured(found, name) for name in BY_YEAR}
    counts = [number(value) for value in found.organisations]
    bounds = measures["partners_bound"]
    shown = [place for place in range(len(KINDS)) if np.nansum(found.shares[:, place]) > 0]
    document = {
        "years": list(found.years),
        "entry": "free" if model.parts["sector"].free_entry else "given",
        "entry_cost": number(model.points["sector.entry_cost"]),
        "organisations": counts,
        "promise_holds": [n <= bound for n, bound in zip(counts, bounds, strict=True)],
        "measures": measures,
        "drawn": {
            "draws": found.draws,
            "seed": found.seed,
            "technology": _estimate(found.technology, found.technology_error),
            "leaving": [number(value) for value in found.leaving],
            "survivors": _estimate(found.survivors, found.survivors_error),
            "shares": {
                KINDS[place]: _estimate(found.shares[:, place], found.shares_error[:, place])
                for place in shown
            },
        },
    }
    return document | {"sentences": list(_sentences(document))}


def _measured(found: SectorYears, name: str) -> list[Any]:
    """Measure every year; undefined in years without organisations."""
    measure = found.model.family.measures[name]
    values = measure.decode(measure.compute(found.model.points))
    each = np.broadcast_to(np.asarray(values), found.organisations.shape)
    there = found.organisations > 0
    if measure.kind == "label":
        return [str(value) if here else None for value, here in zip(each, there, strict=True)]
    return [number(value) for value in np.where(there, each.astype(float), np.nan)]


def _estimate(mean: Any, error: Any) -> dict[str, list[float]]:
    return {"mean": [number(v) for v in mean], "error": [number(v) for v in error]}


def _sentences(section: Data) -> Iterator[str]:
    years, counts, drawn = section["years"], section["organisations"], section["drawn"]
    how = "as given"
    if section["entry"] == "free":
        cost = amount(section["entry_cost"])
        how = f"as many as earn the cost of entry, {cost}, where entry is free"
    yield (
        f"From {years[0]} to {years[-1]} the number of organisations goes from "
        f"{amount(counts[0])} to {amount(counts[-1])}, {how}."
        if len(years) > 1
        else f"In {years[0]} there are {amount(counts[0])} organisations, {how}."
    )
    held = ["holds" if holds else "fails" for holds in section["promise_holds"]]
    yield f"The government's promise to one of them {_spells(years, held)}."
    types = [kind or "nothing" for kind in section["measures"]["relationship_type"]]
    yield f"With an organisation of the model's technology the outcome is {_spells(years, types)}."
    common = [
        f"{kind} goes from {_pm(share, 0)} to {_pm(share, -1)}"
        for kind, share in drawn["shares"].items()
        if max(share["mean"][0], share["mean"][-1]) >= COMMON
    ]
    yield (
        "Among organisations that differ in technology the share of "
        f"{', that of '.join(common)} (first and last year, standard errors in brackets)."
    )
    survivors = drawn["survivors"]
    if max(drawn["leaving"]) > 0:
        yield (
            f"Of those of {years[0]} a share of {_pm(survivors, -1)} is left in {years[-1]}; mean "
            f"technology goes from {_pm(drawn['technology'], 0)} to {_pm(drawn['technology'], -1)}."
        )
    else:
        yield "Nobody leaves: survival does not depend on evaluated performance (evaluation is 0)."


def _spells(years: Sequence[int], words: Sequence[str]) -> str:
    """Tell what holds when, such as ``cooperation from 2006 to 2010 and capture from 2011 on``.

    Examples
    --------
    >>> _spells([2006, 2007, 2008], ["holds", "holds", "fails"])
    'holds until 2007 and fails from 2008 on'
    >>> _spells([2006, 2007], ["fails", "fails"])
    'fails in every year'
    """
    spells = [[year for _, year in group] for _, group in _grouped(years, words)]
    kinds = [word for word, _ in _grouped(years, words)]
    if len(spells) == 1:
        return f"{kinds[0]} in every year"
    told = [f"{kinds[0]} until {spells[0][-1]}"]
    for kind, spell in zip(kinds[1:-1], spells[1:-1], strict=True):
        one = spell[0] == spell[-1]
        told.append(f"{kind} in {spell[0]}" if one else f"{kind} from {spell[0]} to {spell[-1]}")
    last = f"{kinds[-1]} from {spells[-1][0]} on"
    return f"{', '.join(told)} and {last}"


def _grouped(
    years: Sequence[int], words: Sequence[str]
) -> Iterator[tuple[str, list[tuple[str, int]]]]:
    for word, group in groupby(zip(words, years, strict=True), key=lambda pair: pair[0]):
        yield word, list(group)


def _pm(estimate: Data, place: int) -> str:
    """Write an estimate with its standard error, where it has one."""
    mean, error = estimate["mean"][place], estimate["error"][place]
    return f"{mean:.3f} ({error:.3f})" if error > 0 else amount(mean)


def sector_block(section: Data, _model: Model) -> Block:
    """Lay out a sector: its measures by year, and the organisations drawn."""
    measures, drawn, years = section["measures"], section["drawn"], section["years"]
    rows = [
        [
            str(year),
            amount(section["organisations"][t]),
            measures["relationship_type"][t] or "none",
            amount(measures["reward_government"][t]),
            amount(measures["critical_discount_government"][t]),
            "holds" if section["promise_holds"][t] else "fails",
            amount(measures["contest_total_effort"][t]),
            amount(measures["contest_rent"][t]),
        ]
        for t, year in enumerate(years)
    ]
    header = ("year", "n", "outcome", "R_G", "delta*", "promise", "effort", "rent")
    kinds = {kind: share for kind, share in drawn["shares"].items() if max(share["mean"]) >= RARE}
    others = [
        [
            str(year),
            _pm(drawn["technology"], t),
            _pm(drawn["survivors"], t),
            *(_pm(kinds[kind], t) for kind in kinds),
        ]
        for t, year in enumerate(years)
    ]
    names = ("year", "mean technology", "left of the first", *kinds)
    caption = f"Organisations that differ: {drawn['draws']} draws, seed {drawn['seed']}"
    return Block(
        name="sector",
        title="The sector, year by year",
        sentences=section["sentences"],
        tables=[
            Table(header, rows, caption="The number of organisations", numbers=True),
            Table(names, others, caption=caption, numbers=True),
        ],
        notes=[
            "n: organisations; R_G: reward of the government; delta*: its critical discount "
            "factor; effort: of all in the contest; rent: of one. Standard errors over the "
            "draws in brackets.",
        ],
    )
