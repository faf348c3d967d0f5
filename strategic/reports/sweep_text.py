"""A sweep in the terminal: what was varied, what came out, and a map where there is one."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.sweeps import UNDEFINED, meanings

if TYPE_CHECKING:
    import xarray
    from rich.console import RenderableType

_WIDEST, _TALLEST = 70, 60


def sweep_parts(dataset: xarray.Dataset, document: Mapping[str, Any]) -> Iterator[RenderableType]:
    """Give the parts of the report on a sweep, in order."""
    from rich.text import Text

    yield Text(f"{document['title']}: {document['points']:,} points")
    for dim in dataset.sizes:
        yield Text(f"  {_axis_line(dataset, dim)}")
    for name, variable in dataset.data_vars.items():
        yield Text("")
        yield Text(f"{name}: {variable.attrs.get('long_name', '')}".rstrip(": "))
        yield from (Text(f"  {line}") for line in summary_lines(document["measures"][name]))
        if meanings(variable) and name != "status" and _fits(variable):
            yield Text("\n" + text_map(variable))
    if "out" in document:
        yield Text(f"\nwritten to {document['out']}")


def summary_lines(summary: Mapping[str, Any]) -> list[str]:
    """Write the summary of one measure: shares of labels, or the range of numbers.

    Examples
    --------
    >>> summary_lines({"counts": {"cooperation": 3, "capture": 1}})
    ['cooperation  75.0%  (3)', 'capture      25.0%  (1)']
    """
    if "counts" in summary:
        counts = summary["counts"]
        width = max(map(len, counts), default=0)
        total = sum(counts.values())
        return [f"{word:<{width}}  {n / total:5.1%}  ({n:,})" for word, n in counts.items()]
    line = "from {smallest:.6g} to {largest:.6g}, mean {mean:.6g}".format(**summary)
    if math.isnan(summary["mean"]):
        line = "no finite value"
    for what in ("undefined", "infinite"):
        if summary[what]:
            line += f"; {summary[what]:,} {what}"
    return [line]


def text_map(variable: xarray.DataArray) -> str:
    """Draw a label variable with one letter a point, laid out like the figure.

    The first axis runs to the right, the second one upwards.
    """
    known = meanings(variable)
    present = set(np.unique(variable.values).tolist())
    shown = {number: word for number, word in known.items() if number in present}
    letters = letters_of(shown)
    legend = "  ".join(f"{letters[number]} {word}" for number, word in shown.items())
    rows = ["".join(letters[int(v)] for v in row) for row in np.atleast_2d(variable.values.T)]
    right = variable.dims[0]
    foot = f"{right}, {_span(variable[right].values)}, to the right"
    if variable.ndim == 1:
        return f"{rows[0]}\n{foot}\n{legend}"
    up = variable.dims[1]
    labels = [f"{value:.4g}" for value in variable[up].values]
    width = max(map(len, labels))
    lines = [f"{label:>{width}}  {row}" for label, row in zip(labels, rows, strict=True)]
    return "\n".join([f"{up}, upwards", *reversed(lines), foot, legend])


def letters_of(known: Mapping[int, str]) -> dict[int, str]:
    """Give every label a letter of its own: its initial if that is free, else the next free one.

    Examples
    --------
    >>> letters_of({0: "cooperation", 1: "capture", 2: "restriction"})
    {0: 'C', 1: 'A', 2: 'R'}
    """
    letters: dict[int, str] = {}
    for number, word in known.items():
        wanted = "." if word == UNDEFINED else ""
        candidates = [wanted, *word.upper(), *"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"]
        free = (c for c in candidates if c and c not in letters.values() and c != "_")
        letters[number] = next(free, "?")
    return letters


def _fits(variable: xarray.DataArray) -> bool:
    if variable.ndim not in (1, 2):
        return False
    wide, tall = variable.shape[0], variable.shape[1] if variable.ndim == 2 else 1
    return wide <= _WIDEST and tall <= _TALLEST


def _axis_line(dataset: xarray.Dataset, dim: Any) -> str:
    values = dataset[dim].values
    return f"{dim}: {len(values):,} values, {_span(values)}"


def _span(values: Any) -> str:
    return f"{values[0]:.6g} to {values[-1]:.6g}"
