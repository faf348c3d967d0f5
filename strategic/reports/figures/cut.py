"""Cut: a measure along one parameter, one line for each value of a second one."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.errors import SweepError
from strategic.reports.figures.phase import chosen, colours_of, edges, label_axis, title_of
from strategic.reports.figures.style import FAINT, INK, PALETTE, new_axes
from strategic.sweeps import meanings

if TYPE_CHECKING:
    import xarray
    from matplotlib.axes import Axes

_MOST_BANDS = 400
_LINES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (1, 1)), (0, (3, 1, 1, 1)), (0, (8, 3)))


def cut(dataset: xarray.Dataset, measure: str | None = None, ax: Axes | None = None) -> Axes:
    """Draw a measure along the first dimension of a sweep.

    Parameters
    ----------
    dataset : xarray.Dataset
        From `strategic.sweep`, with one dimension, or two where the second has at most 8 values.
    measure : str, optional
        Which one; the first by default. A label becomes bands with the places of its changes.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own by default.

    Raises
    ------
    SweepError
        When there are more dimensions, or more lines than can be told apart.

    Examples
    --------
    >>> import strategic as st
    >>> ax = cut(st.sweep(st.load("ai-mier"), {"relation.alignment": "0:1:5"}, "surplus"))
    >>> len(ax.lines)
    2
    """
    variable = chosen(dataset, measure)
    if variable.ndim not in (1, 2) or (variable.ndim == 2 and variable.shape[1] > len(_LINES)):
        raise SweepError(
            "a cut needs one dimension, or a second one of at most 8 values",
            where=str(variable.name),
            value=dict(variable.sizes),
            remedy="fix a parameter with --at NAME=VALUE",
        )
    ax = new_axes(ax, width=7.0, height=4.2)
    along = dataset[variable.dims[0]]
    (_draw_bands if meanings(variable) else _draw_lines)(ax, dataset, variable, along)
    label_axis(ax, "x", along, along.values.astype(float))
    ax.set_title(title_of(dataset, variable), loc="left", fontsize=10)
    return ax


def _draw_lines(
    ax: Axes, dataset: xarray.Dataset, variable: xarray.DataArray, along: xarray.DataArray
) -> None:
    rows = variable.values.reshape(len(along), -1).astype(float)
    rows[~np.isfinite(rows)] = np.nan
    style = "steps-mid" if variable.dtype.kind in "iu" else "default"
    for number, row in enumerate(rows.T):
        ax.plot(
            along.values, row, color=PALETTE[number], linestyle=_LINES[number], linewidth=2,
            drawstyle=style, label=_line_name(dataset, variable, number),
        )  # fmt: skip
    if np.nanmin(rows, initial=0) <= 0 <= np.nanmax(rows, initial=0):
        ax.axhline(0, color=FAINT, linewidth=0.8)
    unit = str(variable.attrs.get("units", "1"))
    ax.set_ylabel(f"{variable.name}" + (f" [{unit}]" if unit not in ("1", "") else ""))
    if variable.ndim == 2:
        ax.legend(title=str(variable.dims[1]))


def _draw_bands(
    ax: Axes, dataset: xarray.Dataset, variable: xarray.DataArray, along: xarray.DataArray
) -> None:
    """Draw one band a row, coloured and named by label, with the value at each change."""
    from matplotlib.patches import Patch

    looks, words = colours_of(meanings(variable)), meanings(variable)
    rows = variable.values.reshape(len(along), -1)
    sides = edges(along.values.astype(float))
    for level, row in enumerate(rows.T):
        starts = [0, *(np.flatnonzero(np.diff(row)) + 1).tolist(), len(row)]
        if len(starts) > _MOST_BANDS:
            raise SweepError(
                f"changes {len(starts) - 2} times, too often to draw", where=str(variable.name)
            )
        for start, end in pairwise(starts):
            colour, hatch = looks[int(row[start])]
            left, right = sides[start], sides[end]
            ax.barh(level, right - left, left=left, height=0.62, color=colour, hatch=hatch,
                    edgecolor=INK, linewidth=0.8)  # fmt: skip
            _name_band(ax, words[int(row[start])], (left, right), level, sides)
            if end < len(row):
                ax.annotate(f"{right:.3g}", (right, level + 0.33), ha="center", va="bottom",
                            fontsize=8)  # fmt: skip
    present = [number for number in words if (rows == number).any()]
    handles = [
        Patch(
            facecolor=looks[n][0],
            hatch=looks[n][1],
            edgecolor=INK,
            label=words[n].replace("_", " "),
        )
        for n in present
    ]
    ax.figure.legend(handles=handles, loc="outside lower center", ncols=4, frameon=False)
    ax.set_xlim(sides[0], sides[-1])
    names = [_line_name(dataset, variable, n) for n in range(rows.shape[1])]
    ax.set_yticks(range(len(names)), names if variable.ndim == 2 else [""])
    ax.set_ylabel(str(variable.dims[1]) if variable.ndim == 2 else "")
    ax.spines["left"].set_visible(False)


def _name_band(ax: Axes, word: str, ends: tuple[Any, Any], level: int, sides: Any) -> None:
    if (ends[1] - ends[0]) / (sides[-1] - sides[0]) < 0.12:
        return
    ax.text(
        (ends[0] + ends[1]) / 2, level, word.replace("_", " "), ha="center", va="center",
        bbox={"boxstyle": "round,pad=0.2", "facecolor": "white", "edgecolor": "none", "alpha": 0.8},
    )  # fmt: skip


def _line_name(dataset: xarray.Dataset, variable: xarray.DataArray, number: int) -> str:
    if variable.ndim == 1:
        return str(variable.name)
    return f"{dataset[variable.dims[1]].values[number]:.4g}"
