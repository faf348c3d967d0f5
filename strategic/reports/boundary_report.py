"""What `boundary` found, as a document and in the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.reports.sweep_document import provenance
from strategic.sweeps import meanings

if TYPE_CHECKING:
    import xarray
    from rich.console import RenderableType

_ROWS = 40


def boundary_document(found: xarray.Dataset) -> dict[str, Any]:
    """Describe the changes found along one parameter, point by point of the grid.

    Examples
    --------
    >>> import strategic as st
    >>> found = st.boundary(st.load("ai-mier"), "relation.alignment", "situation_government")
    >>> sorted(boundary_document(found))[:4]
    ['changes', 'level', 'measure', 'parameter']
    """
    told = ("parameter", "range", "scan", "resolution", "tolerance", "level")
    document: dict[str, Any] = {"measure": found.attrs["measures"]}
    document |= {name: found.attrs[name] for name in told}
    dims = found["count"].dims
    points = [_point(found, place) for place in np.ndindex(found["count"].shape)]
    if not dims:
        document |= points[0]
    else:
        document["grid"] = {str(dim): found[dim].values.tolist() for dim in dims}
        document["points"] = points
    document["provenance"] = provenance(found)
    return document


def boundary_parts(found: xarray.Dataset) -> Iterator[RenderableType]:
    """Give the parts of the report on a boundary search, in order."""
    from rich.text import Text

    document = boundary_document(found)
    low, high = document["range"]
    yield Text(f"{document['measure']} along {document['parameter']} from {low:g} to {high:g}")
    points = document.get("points", [document])
    for point in points[:_ROWS]:
        yield Text("  " + _line(point))
    if len(points) > _ROWS:
        yield Text(f"  and {len(points) - _ROWS} more points; --json shows all")
    yield Text(
        f"Scanned at {document['scan']} places: two changes closer together than "
        f"{document['resolution']:.3g} may both be missed. Each is pinned down to "
        f"{document['tolerance']:.0e}."
    )


def takes_document(found: xarray.Dataset) -> dict[str, Any]:
    """Describe what it would take to flip a measure: one entry a parameter or mechanism."""
    levers = [
        {
            "name": str(found["lever"].values[row]),
            "current": float(found["current"][row]),
            "needed": float(found["needed"][row]),
            "relative": float(found["relative"][row]),
            "after": _side(found["after"][row]) if np.isfinite(found["needed"][row]) else None,
        }
        for row in range(found.sizes["lever"])
    ]
    before = _word(found["after"], found.attrs["before"])
    head = {"measure": found.attrs["measure"], "level": found.attrs["level"], "before": before}
    return {**head, "levers": levers, "provenance": provenance(found)}


def takes_parts(found: xarray.Dataset) -> Iterator[RenderableType]:
    """Give the parts of the report on what it would take, in order."""
    from rich.table import Table
    from rich.text import Text

    document = takes_document(found)
    yield Text(f"{document['measure']} is {_spoken(document['before'])}. What would flip it?")
    table = Table(box=None, pad_edge=False)
    table.add_column("parameter or mechanism", no_wrap=True)
    for title in ("now", "needed", "change"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("then", overflow="fold")
    flipping = [entry for entry in document["levers"] if entry["after"] is not None]
    for entry in flipping:
        table.add_row(
            entry["name"], f"{entry['current']:.6g}", f"{entry['needed']:.6g}",
            f"{entry['relative']:.2%}", _spoken(entry["after"]),
        )  # fmt: skip
    yield table
    rest = len(document["levers"]) - len(flipping)
    yield Text(
        f"{rest} others flip nothing within their range. A change is relative to the value, or to "
        "the width of the range where the value is 0."
    )


def _point(found: xarray.Dataset, place: tuple[int, ...]) -> dict[str, Any]:
    dims = found["count"].dims
    at = dict(zip(dims, place, strict=True))
    here = found.isel(at)
    changes = [
        {
            "at": float(here["at"][number]),
            "before": _side(here["before"][number]),
            "after": _side(here["after"][number]),
        }
        for number in range(int(here["count"]))
    ]
    values = {str(dim): float(found[dim][at[dim]]) for dim in dims}
    return {**({"at": values} if dims else {}), "start": _side(here["start"]), "changes": changes}


def _line(point: dict[str, Any]) -> str:
    where = ", ".join(f"{name} {value:g}" for name, value in point.get("at", {}).items())
    steps = [f"{_spoken(point['start'])}"]
    steps += [f"[{c['at']:.10g}] {_spoken(c['after'])}" for c in point["changes"]]
    text = " ".join(steps) if point["changes"] else f"{steps[0]} throughout"
    return f"{where}: {text}" if where else text


def _side(value: xarray.DataArray) -> str | int:
    return _word(value, int(value))


def _word(variable: xarray.DataArray, number: int) -> str | int:
    return meanings(variable).get(number, number)


def _spoken(word: str | int) -> str:
    return str(word).replace("_", " ")
