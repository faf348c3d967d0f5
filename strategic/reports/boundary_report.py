"""Where a measure changes along one parameter, and the smallest change that flips it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.games.matrix import number_texts
from strategic.markup import Table
from strategic.papers import references
from strategic.reports.answer import Answer
from strategic.reports.blocks import Block
from strategic.reports.words import spoken
from strategic.sweeps import UNDEFINED, provenance

if TYPE_CHECKING:
    import xarray

_ROWS = 40
"""Points of a grid that are shown; the document has all of them."""


def boundary_answer(found: xarray.Dataset) -> Answer:
    """Describe what `strategic.boundary` found along one parameter, or over all of them.

    Examples
    --------
    >>> import strategic as st
    >>> found = st.boundary(st.load("ai-mier"), "relation.alignment", "situation_government")
    >>> sorted(boundary_answer(found).document)[:4]
    ['changes', 'events', 'level', 'measure']
    """
    return _along(found) if "parameter" in found.attrs else _smallest(found)


def _along(found: xarray.Dataset) -> Answer:
    names = ("parameter", "range", "scan", "events", "resolution", "tolerance", "level")
    document: dict[str, Any] = {"measure": found.attrs["measures"]}
    document |= {name: found.attrs[name] for name in names}
    dims = found["count"].dims
    points: list[dict[str, Any]] = []
    for position in np.ndindex(found["count"].shape):
        at = dict(zip(dims, position, strict=True))
        here = found.isel(at)
        changes = [
            {
                "at": float(here["at"][n]),
                "before": _side(here["before"][n]),
                "after": _side(here["after"][n]),
                "exactly": _side(here["exactly"][n]) if here["exactly_known"][n] else None,
            }
            for n in range(int(here["count"]))
        ]
        where = {"at": {str(dim): float(found[dim][at[dim]]) for dim in dims}} if dims else {}
        start = _side(here["start"])
        points.append({**where, "start": start, "changes": changes})
    if dims:
        document["grid"] = {str(dim): found[dim].values.tolist() for dim in dims}
        document["points"] = points
    else:
        document |= points[0]
    document["provenance"] = provenance(found)
    document["references"] = list(references(found).keys)
    lines = []
    for point in points[:_ROWS]:
        held = ", ".join(f"{name} {value:g}" for name, value in point.get("at", {}).items())
        steps = [f"[{_place(c)}] {spoken(c['after'])}" for c in point["changes"]]
        start = spoken(point["start"])
        if start in ("below", "at or above") and not steps:
            start += f" {document['level']:g}"
        text = " ".join([start, *(steps or ["throughout"])])
        lines.append(f"{held}: {text}" if held else text)
    notes = [f"{len(points) - _ROWS} more points; --json shows all"] * (len(points) > _ROWS)
    notes.append(_found_how(document))
    if any(_is_own(c) for point in points[:_ROWS] for c in point["changes"]):
        notes.append("[X: SIDE]: exactly at X it is SIDE, and on neither side of X.")
    low, high = document["range"]
    title = f"{document['measure']} along {document['parameter']} from {low:g} to {high:g}"
    return Answer(document, [Block("boundary", title, lines=lines, notes=notes)])


def _found_how(document: dict[str, Any]) -> str:
    """Say how the changes were found, and what may have been missed."""
    close, scan = f"{document['resolution']:.3g}", document["scan"]
    if document["events"] == "integers":
        if document["resolution"] == 1:
            return "Every whole number was tried: each change is at the first one on the new side."
        return (
            f"Scanned at up to {scan} whole numbers: two changes closer together than {close} may "
            "both be missed. Each change is at the first whole number on the new side."
        )
    told = {
        "fractions": "All changes are here: they can only be at roots of polynomials, and these "
        "were found in exact fractions",
        "doubles": "Changes can only be at roots of polynomials, and these were found in doubles",
        "pieces": "Changes can only be at roots of functions that polynomials follow piece by "
        "piece, and these were found in doubles",
    }
    width = document["range"][1] - document["range"][0]
    if document["events"] and document["resolution"] * (scan - 1) < 0.5 * width:
        return f"{told[document['events']]}. Two closer together than {close} may be shown as one."
    besides = "and at the ties of its pure actions " * bool(document["events"])
    return (
        f"Scanned at {scan} values {besides}: two changes closer together than {close} may both "
        f"be missed. Each change is located to within {document['tolerance']:.0e}."
    ).replace(" :", ":")


def _place(change: dict[str, Any]) -> str:
    own = f": {spoken(change['exactly'])}" if _is_own(change) else ""
    return f"{change['at']:.10g}{own}"


def _is_own(change: dict[str, Any]) -> bool:
    return change["exactly"] not in (None, change["before"], change["after"])


def _smallest(found: xarray.Dataset) -> Answer:
    levers = [
        {
            "name": str(here["lever"].item()),
            "current": float(here["current"]),
            "needed": float(here["needed"]),
            "relative": float(here["relative"]),
            "after": _side(here["after"]) if np.isfinite(here["needed"]) else None,
        }
        for here in (found.isel(lever=row) for row in range(found.sizes["lever"]))
    ]
    before = _side(found.attrs["before"])
    head = {"measure": found.attrs["measure"], "level": found.attrs["level"], "before": before}
    document = {**head, "levers": levers, "provenance": provenance(found)}
    document["references"] = list(references(found).keys)
    flipping = [lever for lever in levers if lever["after"] is not None]
    rows = [
        [
            str(lever["name"]),
            *_pair(lever["current"], lever["needed"]),
            f"{lever['relative']:.1%}",
            spoken(lever["after"]),
        ]
        for lever in flipping
    ]
    header = ["parameter or mechanism", "now", "needed", "change", "outcome"]
    others = len(levers) - len(flipping)
    notes = [
        f"No change of the other {others} within {'its' if others == 1 else 'their'} range flips "
        "the outcome."
    ] * bool(others)
    notes.append(
        "A change is relative to the current value, or to the width of the range where that "
        "value is 0."
    )
    block = Block(
        "flips",
        "Smallest change that flips the outcome",
        sentences=[f"{document['measure']} is {spoken(before)}."],
        tables=[Table(header, rows, numbers=True)] if rows else [],
        notes=notes,
    )
    return Answer(document, [block])


def _pair(current: Any, needed: Any) -> list[str]:
    """Write two numbers to five digits, or to as many as tell them apart."""
    short = [f"{current + 0.0:.5g}", f"{needed + 0.0:.5g}"]  # no minus before 0
    alike = short[0] == short[1] and current != needed
    return number_texts([current, needed]) if alike else short


def _side(side: Any) -> str | int:
    """Read a side: a word, or a whole number that is defined or not."""
    value = side if isinstance(side, str | float) else side.item()
    if isinstance(value, str):
        return value
    return UNDEFINED if np.isnan(value) else int(value)
