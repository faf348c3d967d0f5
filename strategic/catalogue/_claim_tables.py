"""From the claims of a file to claims that can be checked; what they speak of must exist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from strategic.catalogue._problems import raise_any, repeated
from strategic.catalogue.claims import LEVER, Claim
from strategic.catalogue.tables import PREDICATES, ClaimTable
from strategic.errors import Problem, StrategicError, nearest
from strategic.modelling import Family, Measure, Parameter, Timeline
from strategic.modelling.registry import ESTIMATE


def claims_of(
    table: Any, data: Mapping[str, Any], family: Family, path: Timeline | None = None
) -> tuple[Claim, ...]:
    """Make the claims of a file, and check that the family knows what they speak of.

    Parameters
    ----------
    table : pydantic.BaseModel
        The whole file, validated.
    data : mapping
        The whole file, as parsed.
    family : Family
        Knows the measures, parameters and mechanisms.
    path : Timeline, optional
        Knows the events.
    """
    raise_any(
        Problem(
            "no such series in [data]",
            f"claims[{number}].over",
            claim.over,
            nearest(claim.over, table.data),
        )
        for number, claim in enumerate(table.claims)
        if isinstance(claim.over, str) and claim.over not in table.data
    )
    pairs = zip(table.claims, data.get("claims", []), strict=True)
    claims = tuple(_claim(claim, entry, table.data) for claim, entry in pairs)
    raise_any(
        problem
        for number, claim in enumerate(claims)
        for problem in [
            *_unknown(claim, f"claims[{number}]", family, path),
            *_of_data(claim, f"claims[{number}]", table.estimate is not None),
        ]
    )
    raise_any(repeated([claim.id for claim in claims], "claims", "id"))
    return claims


def _claim(table: ClaimTable, data: Mapping[str, Any], series: Mapping[str, list[float]]) -> Claim:
    predicate = next(name for name in PREDICATES if getattr(table, name) is not None)
    return Claim(
        table.id,
        table.says,
        table.measure,
        predicate,
        getattr(table, predicate),
        sources=tuple(table.sources),
        set=dict(data.get("set", {})),
        mechanisms=dict(data.get("mechanisms", {})),
        without=tuple(table.without),
        over=tuple(series[table.over] if isinstance(table.over, str) else table.over or ()),
        tolerance=table.tolerance,
    )


def _unknown(claim: Claim, where: str, family: Family, path: Timeline | None) -> Iterator[Problem]:
    """Find what a claim speaks of that the model does not have."""
    try:
        family.check(claim.set)
    except StrategicError as error:
        for problem in error.problems:
            yield replace(problem, where=f"{where}.set.{problem.where}")
    try:
        measure = family.measure(claim.measure)
    except StrategicError as error:
        first = error.problems[0]
        yield Problem(first.rule, f"{where}.measure", claim.measure, first.remedy)
        return
    date = claim.measure.partition("@")[2]
    if measure.of_path and path is None:
        yield Problem("needs a [path] in the file", f"{where}.measure", claim.measure)
    elif path is not None and measure.dated and date:
        try:
            path.period(date)
        except StrategicError as error:
            rule = f"its date {error.problems[0].rule}"
            yield Problem(rule, f"{where}.measure", claim.measure)
    yield from _bad_target(claim, where, family, measure)
    known = path.events if path else ()
    events = {event.key for event in known} | {event.date for event in known}
    for event in claim.without:
        if event not in events:
            yield Problem("no such event", f"{where}.without", event, nearest(event, events))


def _of_data(claim: Claim, where: str, stated: bool) -> Iterator[Problem]:
    """Find claims about estimates where the file has no data, or that speak of a change."""
    if not claim.measure.startswith(f"{ESTIMATE}."):
        return
    if not stated:
        yield Problem("needs an [estimate] block in the file", f"{where}.measure", claim.measure)
    elif claim.is_about_change:
        rule = "an estimate does not vary with a parameter"
        remedy = "use equals, at_least or at_most; set = {...} estimates at other values"
        yield Problem(rule, f"{where}.{claim.predicate}", claim.target, remedy)


def _bad_target(claim: Claim, where: str, family: Family, measure: Measure) -> Iterator[Problem]:
    place, target = f"{where}.{claim.predicate}", str(claim.target)
    if claim.is_about_change:
        known = {*family.parameters, *(f"{LEVER}{name}" for name in family.mechanisms)}
        if target not in known:
            rule = "no such parameter or mechanism"
            yield Problem(rule, place, claim.target, nearest(target, known))
        elif claim.over:
            mechanism = target.partition(LEVER)[2]
            share = Parameter(mechanism, 0.0, "", lower=0.0, upper=1.0) if mechanism else None
            for problem in (share or family.parameters[target]).problems(claim.over):
                yield Problem(problem.rule, f"{where}.over", problem.value)
        if measure.kind == "label" and claim.predicate != "unchanged_by":
            yield Problem("a label has no order; use unchanged_by", place, claim.target)
    elif measure.kind != "label":
        if isinstance(claim.target, str):
            yield Problem("must be a number", place, claim.target)
    elif claim.predicate != "equals":
        yield Problem("a label has no order; use equals", place, claim.target)
    elif target not in measure.labels:
        rule = f"must be one of {', '.join(measure.labels)}"
        yield Problem(rule, place, claim.target, nearest(target, measure.labels))
