"""Estimates in words and tables: what every output format says of a fit is written here once."""

from __future__ import annotations

import textwrap
from itertools import zip_longest
from math import floor, isfinite, isinf, isnan, log10
from typing import TYPE_CHECKING, Any

from strategic.estimation.parts import STATUSES, Estimate
from strategic.markup import Table, escape_html

if TYPE_CHECKING:
    from collections.abc import Mapping

    from strategic.estimation.estimates import Estimates

FEW_CLUSTERS = 20
"""Clusters below which their errors are told to be doubtful."""
WIDTH = 78
"""Characters of a line of the summary, unless the numbers need more."""
FOUND = {"global": "global, proved", "scan": "the highest found by a scan", "local": "local"}
"""What is known of a maximum whose certificate holds, by its scope."""
REGION = "region"
"""Scope of a certificate of bounds, which have no likelihood and no maximum."""
_DECIMALS = {"log": 6, "criterion": 3}
_LARGE = 1e9
_NOTHING = 0.01
"""Share of the log likelihood reached below which that of the frequencies is as good as 0."""
_LEAST, _MOST = 4, 8
"""Decimals of a number in the table: as many as its error has three digits in, within these."""


def header(fit: Estimates) -> list[tuple[str, str]]:
    """Say what was estimated from what, and how well it fits: label and value, in order."""
    return [*_subject(fit), *_quality(fit)]


def _subject(fit: Estimates) -> list[tuple[str, str]]:
    return [
        ("Play", fit.play),
        ("Model", _model(fit)),
        ("Observations", f"{fit.observations:,}"),
        ("Clusters", _clusters(fit)),
        ("Free numbers", free_numbers(fit)),
    ]


def free_numbers(fit: Estimates) -> str:
    """Count the free numbers, and those of them that the data tell where these are fewer."""
    fewer = fit.identified < fit.free
    return f"{fit.free} ({fit.identified} identified)" if fewer else str(fit.free)


def _quality(fit: Estimates) -> list[tuple[str, str]]:
    """Say how well it fits; nothing where there is no likelihood, as without a selection."""
    if isnan(fit.log_likelihood):
        return []
    found = fit.document()
    uniform, highest = found["log_likelihood_uniform"], found["log_likelihood_saturated"]
    frequencies = [("of the frequencies", _fixed(highest, "log"))]
    return [
        ("Log likelihood", _fixed(fit.log_likelihood, "log")),
        ("of uniform play", _fixed(uniform, "log")),
        *(frequencies if bounds_from_above(highest, fit.log_likelihood) else []),
        ("AIC", _fixed(fit.aic, "criterion")),
        ("BIC", _fixed(fit.bic, "criterion")),
    ]


def _side_by_side(fit: Estimates) -> list[tuple[tuple[str, str], tuple[str, str]]]:
    """Put what was estimated beside how well it fits, line by line."""
    nothing = ("", "")
    return list(zip_longest(_subject(fit), _quality(fit), fillvalue=nothing))


def bounds_from_above(saturated: float, reached: float) -> bool:
    """Tell whether the log likelihood of the frequencies says anything of the one reached.

    Where hardly two rows are alike, frequencies of their own predict nearly every one of them.

    Examples
    --------
    >>> bounds_from_above(-12.5, -20.0), bounds_from_above(-0.1, -0.2)
    (True, True)
    >>> bounds_from_above(-2.8, -750.0), bounds_from_above(float("nan"), -750.0)
    (False, False)
    """
    return saturated < 0 and saturated < _NOTHING * reached


def beneath(fit: Estimates) -> list[tuple[str, str]]:
    """Say what needs a line of its own: what is known of the maximum, and whence errors come."""
    certificate = fit.document()["certificate"]
    scope = certificate["scope"]
    if scope == REGION:
        return [("Region", certificate["kind"]), ("Intervals", fit.errors)]
    known = f"{_known(certificate)}: {certificate['kind']}{_gap(certificate)}"
    return [("Maximum", known), ("Errors", fit.errors)]


def _known(certificate: Mapping[str, Any]) -> str:
    return FOUND[certificate["scope"]] if certificate["holds"] else "not confirmed"


def _gap(certificate: Mapping[str, Any]) -> str:
    """Say how much may be missing to the maximum, where that is measured."""
    gap = certificate["gap"] if certificate["holds"] else 0.0
    return f" (gap {gap:.1g})" if gap else ""


def numbers_table(fit: Estimates) -> Table:
    """Lay out the numbers: one row each, with error, 95% interval and status."""
    grouped = any(fit.parts)
    columns = ["group"] * grouped + ["", "estimate", "error", "95% low", "95% high", "status"]
    rows = [
        [_line(one.group)] * grouped + [_line(one.name), *_written(one), one.status]
        for one in fit.parameters
    ]
    return Table(columns, rows)


def sentences(fit: Estimates) -> list[str]:
    """Say how good the fit is, what is known of the maximum, and what the data cannot tell."""
    found = fit.document()
    low, high = found["log_likelihood_uniform"], found["log_likelihood_saturated"]
    certificate = found["certificate"]
    units = "" if fit.clusters == fit.observations else f" in {fit.clusters} clusters"
    if certificate["scope"] == REGION:
        told = f"{fit.observations:,} observations{units}; {certificate['kind']}."
        return [told, f"Intervals: {fit.errors}.", *caveats(fit)]
    beside = f"that of uniform play {low:,.2f}"
    if bounds_from_above(high, fit.log_likelihood):
        beside += f", that of the observed frequencies {high:,.2f}"
    known = _known(certificate)
    return [
        f"{fit.observations:,} observations{units}; the log likelihood is "
        f"{fit.log_likelihood:,.2f} ({beside}), AIC {fit.aic:,.2f}, BIC {fit.bic:,.2f}.",
        f"The maximum is {known}: {certificate['kind']}{_gap(certificate)}.",
        f"Errors: {fit.errors}.",
        *caveats(fit),
    ]


def caveats(fit: Estimates) -> list[str]:
    """Say what makes numbers doubtful: few clusters, bounds, what the data cannot tell."""
    named_clusters = fit.settings.get("cluster") is not None
    parts = fit.parts.values()
    least = min(len(part.per_cluster) if named_clusters else part.units for part in parts)
    few = []
    if fit.clusters < fit.observations and least < FEW_CLUSTERS:
        counted = "1 cluster" if least == 1 else f"{least} clusters"
        within = " in a group" if len(fit.parts) > 1 else ""
        follows = (
            "nothing tells how much clusters differ, so there is no error"
            if least == 1
            else "errors may be too small, and intervals too short"
        )
        few.append(f"Only {counted}{within}: {follows}.")
    told = [f"{named(one)} {one.note}." for one in fit.parameters if one.note]
    met = dict.fromkeys(one.status for one in fit.parameters if one.status != "ok")
    explained = [f"'{status}': {STATUSES[status]}." for status in met]
    if fit.identified < fit.free:
        counted = f"{fit.identified} of {fit.free} free numbers"
        told.append(f"AIC, BIC and comparisons count {counted}, as many as the data tell.")
    pooled = [f"One set of numbers for all groups: {fit.pooled.says}"] if fit.pooled else []
    return [*few, *told, *fit.notes, *pooled, *explained]


def summary(fit: Estimates) -> str:
    """Write header, numbers and caveats as plain text, as packages of econometrics do."""
    table = numbers_table(fit)
    body = _aligned(table)
    width = max(WIDTH, len(body[0]))
    column = (width - 2) // 2
    top = [
        f"{_pair(*left, column)}  {_pair(*right, width - column - 2)}".rstrip()
        for left, right in _side_by_side(fit)
    ]
    told = [
        line
        for label, value in beneath(fit)
        for line in textwrap.wrap(f"{label + ':':<14}{value}", width, subsequent_indent=" " * 14)
    ]
    title = textwrap.wrap(f"{fit.play.capitalize()} estimates: {_model(fit)}", width)
    double, single = "=" * width, "-" * width
    doubt = [] if fit.certified or fit.scope == REGION else ["The maximum is not confirmed."]
    notes = [
        line
        for number, sentence in enumerate([*doubt, *caveats(fit)], start=1)
        for line in textwrap.wrap(f"[{number}] {sentence}", width, subsequent_indent="    ")
    ]
    head = [
        *(line.center(width).rstrip() for line in title),
        double,
        *top,
        *told,
        double,
        body[0],
        single,
        *body[1:],
        double,
    ]
    return "\n".join([*head, *notes])


def summary_html(fit: Estimates) -> str:
    """Write the same for notebooks: tables and a list, everything escaped."""
    rows = [[*left, *right] for left, right in _side_by_side(fit)]
    notes = [f"{label}: {value}." for label, value in beneath(fit)] + caveats(fit)
    listed = "".join(f"<li>{escape_html(note)}</li>" for note in notes)
    top = Table(["", "", "", ""], rows).html()
    return f"<div>{top}{numbers_table(fit).html()}<ul>{listed}</ul></div>"


def named(one: Estimate) -> str:
    """Name a number, with its group where the data are divided."""
    return f"{one.name} of {one.group}" if one.group else one.name


def decimals(one: Estimate) -> int:
    """Count the decimals that an estimate is worth: its error keeps three digits."""
    sizes = [abs(value) for value in (one.error, one.estimate) if value and isfinite(value)]
    places = max(2 - floor(log10(sizes[0])), _LEAST) if sizes else _LEAST
    # An error may be tiny, as of few clusters: the number itself then needs no more digits.
    return min(places, _MOST) if abs(one.estimate) > 10.0 ** (_LEAST - _MOST) else places


def fixed(value: float, places: int) -> str:
    """Write a number with fixed decimals, or with an exponent where these would be very many.

    Nothing is written where there is no number.
    """
    if isnan(value):
        return ""
    if isinf(value):
        return "inf" if value > 0 else "-inf"
    exponent = abs(value) >= _LARGE or places > _MOST
    return f"{value:.6g}" if exponent else f"{value:.{places}f}"


def _written(one: Estimate) -> list[str]:
    places = decimals(one)
    return [fixed(v, places) for v in (one.estimate, one.error, one.low, one.high)]


def _line(text: str) -> str:
    return " ".join(text.split())


def _model(fit: Estimates) -> str:
    if len(fit.models) > 1:
        return f"{len(fit.models)} games"
    return next((m.title or m.slug or m.family.title for m in fit.models.values()), "")


def _clusters(fit: Estimates) -> str:
    if fit.clusters == fit.observations:
        return "every choice"
    column = fit.settings.get("cluster")
    return f"{fit.clusters:,}" + (f" ({column})" if column else "")


def _fixed(value: float, kind: str) -> str:
    """Write a number of the header with all of its digits that there is room for."""
    if abs(value) >= 10.0 * _LARGE:
        return f"{value:.10g}"
    return f"{value:,.{_DECIMALS[kind] if abs(value) < _LARGE else 2}f}"


def _pair(label: str, value: str, width: int) -> str:
    """Put a label on the left of a column and its value on the right, shortened where it must."""
    if not label:
        return ""
    room = width - len(label) - 2
    value = value if len(value) <= room else f"{value[: room - 3]}..."
    return f"{label}:{value:>{width - len(label) - 1}}"


def _aligned(table: Table) -> list[str]:
    """Write a table in columns, names on the left and numbers on the right."""
    lines = [list(table.header), *map(list, table.rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    words = {place for place, title in enumerate(table.header) if title in ("", "group", "status")}
    spare = WIDTH - sum(widths) - 2 * (len(widths) - 1)
    gap = 2 + max(0, spare // (len(widths) - 1))
    written = []
    for line in lines:
        cells = [
            f"{cell:<{width}}" if place in words else f"{cell:>{width}}"
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        written.append((" " * gap).join(cells))
    return [f"{line:<{max(map(len, written))}}" for line in written]
