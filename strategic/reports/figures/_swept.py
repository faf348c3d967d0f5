"""What figures of sweeps share: the measure, labels of axes, edges of cells, looks of labels."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import numpy as np

from strategic.arrays import Array
from strategic.errors import ModelError, SweepError
from strategic.modelling import family_of
from strategic.reports.looks import Look, looks_of
from strategic.reports.sections import reporting_of
from strategic.sweeps import meanings

if TYPE_CHECKING:
    import xarray
    from matplotlib.axes import Axes


def chosen(dataset: xarray.Dataset, measure: str | None) -> xarray.DataArray:
    """Find the measure to draw, the first one by default, and put its axes in order.

    Raises
    ------
    SweepError
        When the dataset has no such measure, or an axis has a value without a place.
    """
    names = [str(name) for name in dataset.data_vars]
    name = names[0] if measure is None and names else measure
    if name not in names:
        raise SweepError("not in this sweep", where="measure", value=name, remedy=f"it has {names}")
    variable = dataset[name]
    for dim in map(str, variable.dims):
        values = variable[dim].values
        if not len(values):
            raise SweepError("has no point to draw", where=dim)
        if values.dtype.kind not in "biuf":
            raise SweepError("must hold numbers to be an axis of a figure", where=dim)
        if not np.isfinite(values).all():
            bad = float(values[~np.isfinite(values)][0])
            remedy = f"hold it with --at {dim}=VALUE, or sweep finite values"
            rule = "an axis of a figure must be finite"
            raise SweepError(rule, where=dim, value=bad, remedy=remedy)
        if (np.diff(values) < 0).any():  # cells and lines run from one value to the next
            variable = variable.sortby(dim)
    return variable


def title_of(dataset: xarray.Dataset, variable: xarray.DataArray) -> str:
    """Write the title of a figure: the model, and what is measured in words."""
    meaning = str(variable.attrs.get("long_name") or variable.name).rstrip(".")
    date = str(variable.name).partition("@")[2]
    meaning += f" ({date})" * (bool(date) and date not in meaning)
    missing = dataset.attrs.get("unfinished")
    meaning += f" (unfinished: {missing} are missing)" if missing else ""
    subject = str(dataset.attrs.get("title", ""))
    return textwrap.fill(f"{subject}: {meaning}" if subject else meaning, 70)


def named(variable: xarray.DataArray) -> str:
    """Name a variable, with its unit if it has one."""
    unit = str(variable.attrs.get("units", "1"))
    return f"{variable.name}" + (f" [{unit}]" if unit not in ("1", "") else "")


def label_axis(ax: Axes, which: str, coordinate: xarray.DataArray) -> None:
    """Label an axis with meaning and name of its parameter; logarithmic where it is spaced so."""
    meaning = str(coordinate.attrs.get("long_name", "")).rstrip(".")
    lines = _balanced(meaning, 84 if which == "x" else 52)
    getattr(ax, f"set_{which}label")("\n".join([*lines, named(coordinate)]))
    if is_log(coordinate.values.astype(float)):
        getattr(ax, f"set_{which}scale")("log")


def _balanced(text: str, most: int) -> list[str]:
    """Break a text into as few lines as fit, of about the same length: no word stands alone."""
    count = len(textwrap.wrap(text, most))
    widths = range(len(text) // max(count, 1), most)
    return next(
        (lines for width in widths if len(lines := textwrap.wrap(text, max(width, 1))) == count),
        textwrap.wrap(text, most),
    )


def is_whole(variable: xarray.DataArray) -> bool:
    """Whether a variable holds whole numbers, which have no values in between to draw."""
    return variable.dtype.kind in "iu" and not meanings(variable)


def is_log(values: Array) -> bool:
    """Whether values are evenly spaced in the logarithm and not evenly themselves."""
    if len(values) < 3 or (values <= 0).any():
        return False
    steps = np.diff(np.log(values))
    return bool(
        np.allclose(steps, steps[0]) and not np.allclose(np.diff(values), values[1] - values[0])
    )


def edges(values: Array) -> Array:
    """Put cell edges half way between values (in the logarithm where they are spaced so)."""
    if len(values) == 1:
        return np.array([values[0] - 0.5, values[0] + 0.5])
    scale = np.log(values) if is_log(values) else values
    middle = (scale[1:] + scale[:-1]) / 2
    first, last = scale[0] - (middle[0] - scale[0]), scale[-1] + (scale[-1] - middle[-1])
    found = np.concatenate([[first], middle, [last]])
    return np.exp(found) if is_log(values) else found


def looks(variable: xarray.DataArray, kind: str) -> dict[int, Look]:
    """Say how the labels of a variable look: as the family of a kind has it, known or not."""
    try:
        chosen = reporting_of(family_of(kind)).looks
    except ModelError:  # made in Python, or of a package that is not installed here
        chosen = {}
    return looks_of(meanings(variable), chosen)
