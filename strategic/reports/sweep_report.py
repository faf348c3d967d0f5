"""A sweep: what was varied, what came out, and a map of letters where there is one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.games.matrix import number_texts
from strategic.papers import references
from strategic.reports.answer import Answer
from strategic.reports.blocks import Block
from strategic.reports.figures._swept import looks
from strategic.reports.words import spoken
from strategic.status import Status
from strategic.sweeps import UNDEFINED, meanings, provenance, summarise, texts

if TYPE_CHECKING:
    import xarray

    from strategic.reports.looks import Look

LARGEST_SHOWN = 100_000
"""Points up to which the document holds every value."""
_WIDEST, _TALLEST = 70, 60
"""Columns and rows of the largest map of letters."""


def sweep_answer(
    dataset: xarray.Dataset, *, out: Path | None = None, seconds: float | None = None
) -> Answer:
    """Describe a sweep: axes, a summary of each measure, and the values of a small grid.

    Parameters
    ----------
    dataset : xarray.Dataset
        From `strategic.sweep`.
    out : path, optional
        Where it was written; the document then holds no values.
    seconds : float, optional
        How long it took.

    Examples
    --------
    >>> import strategic as st
    >>> over = {"relation.alignment": "0:1:3"}
    >>> answer = sweep_answer(st.sweep(st.load("ai-mier"), over, "surplus"))
    >>> answer.document["points"], answer.blocks[1].lines
    (3, ['0.303896 to 0.696064, mean 0.49998'])
    """
    points = int(np.prod(list(dataset.sizes.values())))
    axes = {str(dim): dataset[dim].values for dim in dataset.sizes}
    measures = summarise(dataset)
    document = {
        "title": dataset.attrs.get("title", ""),
        "points": points,
        "dims": list(axes),
        "axes": {
            name: values.tolist() if len(values) <= LARGEST_SHOWN else {"size": len(values)}
            for name, values in axes.items()
        },
        "measures": measures,
        "provenance": provenance(dataset),
        "references": list(references(dataset).keys),
    }
    if seconds is not None:
        document["seconds"] = seconds
        document["points_per_second"] = points / max(seconds, 1e-9)
    if out is not None:
        document["out"] = str(out)
    elif points <= LARGEST_SHOWN:
        columns = {name: c for name, c in dataset.coords.items() if name not in dataset.dims}
        document["values"] = {str(name): _values(v) for name, v in dataset.data_vars.items()}
        document["columns"] = {str(name): _values(c) for name, c in columns.items()}
    spans = [f"{name}: {_several(len(v), 'value')}, {_span(v)}" for name, v in axes.items()]
    blocks = [Block("sweep", f"{document['title']}: {_several(points, 'point')}", lines=spans)]
    for name, variable in dataset.data_vars.items():
        rows = measures.rows(str(name))
        if meanings(variable):
            rows = [(spoken(what), points) for what, points in rows]
        width = max((len(what) for what, _ in rows), default=0)
        lines = [f"{what:<{width}}  {points}".rstrip() for what, points in rows]
        tall = variable.shape[1] if variable.ndim == 2 else 1
        fits = variable.ndim in (1, 2) and variable.shape[0] <= _WIDEST and tall <= _TALLEST
        if meanings(variable) and name != "status" and fits:
            lines += ["", *text_map(variable, looks(variable, dataset.attrs.get("family", "")))]
        title = f"{name}: {variable.attrs.get('long_name', '')}".rstrip(": ")
        blocks.append(Block(str(name), title, lines=lines))
    found = set(np.unique(dataset["status"].values).tolist()) if "status" in dataset else set()
    failed = [status for status in (Status.INVALID, Status.MISSING) if int(status) in found]
    return Answer(document, blocks, (*failed, Status.OK)[0])


def text_map(
    variable: xarray.DataArray,
    looks: Mapping[int, Look],
    *,
    place: tuple[float, float] | None = None,
    plain: bool = False,
) -> list[str]:
    """Draw a label variable with one letter per point, laid out like the figure.

    The first axis runs to the right, the second one upwards.

    Parameters
    ----------
    variable : xarray.DataArray
        From a sweep, over one or two dimensions.
    looks : mapping of int to Look
        How its words look, by number: letters are those of the family, else the first that is free.
    place : tuple of float, optional
        Where the model lies on a map of two dimensions; a star marks the nearest point.
    plain : bool
        Whether axes are called by their meanings and not by their names.
    """
    present = set(np.unique(variable.values).tolist())
    shown = {number: word for number, word in meanings(variable).items() if number in present}
    letters = {number: looks[number].letter for number in shown if looks[number].letter}
    for number, word in shown.items():  # a letter of its own: the initial, or the next free one
        wanted = word.upper().replace("_", "") + "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
        free = (c for c in wanted if c not in letters.values())
        letters.setdefault(number, next(free, "?"))
    grid = np.array([[letters[int(v)] for v in row] for row in np.atleast_2d(variable.values.T)])
    right, *up = (variable[dim] for dim in variable.dims)
    if place and up:
        across, height = (int(np.abs(axis.values - at).argmin())
                          for axis, at in zip((right, *up), place, strict=True))  # fmt: skip
        grid[height, across] = "*"
    rows = ["".join(row) for row in grid]
    called = [str((plain and axis.attrs.get("long_name")) or axis.name) for axis in (right, *up)]
    foot = f"{called[0]}, {_span(right.values)}, to the right"
    explained = [f"{letters[number]} {word.replace('_', ' ')}" for number, word in shown.items()]
    legend = "  ".join([*explained, *["* the model"] * bool(place and up)])
    if not up:
        return [rows[0], foot, legend]
    labels = number_texts(up[0].values.tolist())
    width = max(map(len, labels))
    lines = [f"{label:>{width}}  {row}" for label, row in zip(labels, rows, strict=True)]
    return [f"{called[1]}, upwards", *reversed(lines), foot, legend]


def _values(variable: xarray.DataArray) -> Any:
    """Write the values of a variable as nested lists; labels as words, undefined as None."""
    if not meanings(variable):
        values, mark = variable.values, variable.attrs.get("undefined")
        if mark is not None:
            values = values.astype(object)
            values[values == mark] = None
        return values.tolist()
    words = texts(variable)
    words[words == UNDEFINED] = None
    return words.tolist()


def _several(count: int, thing: str) -> str:
    return f"{count:,} {thing}{'s' * (count != 1)}"


def _span(values: Any) -> str:
    steps = np.diff(values)
    ordered = (steps >= 0).all() or (steps <= 0).all()
    ends = (values[0], values[-1]) if ordered else (np.nanmin(values), np.nanmax(values))
    ends = ends[: len(values)]
    text = " to ".join(number_texts([float(end) for end in ends]))
    return text if ordered else f"{text}, not in order"
