"""Cut: a measure along one parameter, one line for each value of a second one."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from strategic.errors import SweepError
from strategic.reports.figures import _swept
from strategic.reports.figures._legend import PAPER, add_legend
from strategic.reports.figures.style import FAINT, INK, PALETTE, new_axes, styled
from strategic.reports.words import spoken
from strategic.sweeps import meanings, numbers

if TYPE_CHECKING:
    import xarray
    from matplotlib.axes import Axes

_MOST_BANDS = 400
_NAMED = 0.12
"""Share of the width that a band needs to carry its name."""
_LINES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (1, 1)), (0, (3, 1, 1, 1)), (0, (8, 3)))


@styled
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
    variable = _swept.chosen(dataset, measure)
    if variable.ndim not in (1, 2) or (variable.ndim == 2 and variable.shape[1] > len(_LINES)):
        raise SweepError(
            "a cut needs one dimension, or a second one of at most 8 values",
            where=str(variable.name),
            value=dict(variable.sizes),
            remedy="fix a parameter with --at NAME=VALUE",
        )
    ax = new_axes(ax, width=7.0, height=4.2)
    along = variable[variable.dims[0]]
    names = [str(variable.name)]
    if variable.ndim == 2:
        names = [f"{value:.4g}" for value in variable[variable.dims[1]].values]
    if meanings(variable):
        _draw_bands(ax, variable, along, names, str(dataset.attrs.get("family", "")))
    else:
        _draw_lines(ax, variable, along, names)
    _swept.label_axis(ax, "x", along)
    ax.set_title(_swept.title_of(dataset, variable), loc="left", fontsize=10)
    return ax


def _draw_lines(
    ax: Axes, variable: xarray.DataArray, along: xarray.DataArray, names: list[str]
) -> None:
    rows = numbers(variable).reshape(len(along), -1)
    rows[~np.isfinite(rows)] = np.nan
    style = "steps-mid" if _swept.is_whole(variable) else "default"
    for row, name, colour, line in zip(rows.T, names, PALETTE, _LINES, strict=False):
        ax.plot(
            along.values, row, color=colour, linestyle=line, linewidth=2, drawstyle=style,
            label=name,
        )  # fmt: skip
    if np.nanmin(rows, initial=0) <= 0 <= np.nanmax(rows, initial=0):
        ax.axhline(0, color=FAINT, linewidth=0.8)
    ax.set_ylabel(_swept.named(variable))
    if _swept.is_whole(variable):
        from matplotlib.ticker import MaxNLocator

        ax.yaxis.set_major_locator(MaxNLocator(integer=True))
    if variable.ndim == 2:
        ax.legend(title=str(variable.dims[1]))


def _draw_bands(
    ax: Axes, variable: xarray.DataArray, along: xarray.DataArray, names: list[str], kind: str
) -> None:
    """Draw one band per row, coloured and named by label, with the value at each change."""
    words = meanings(variable)
    looks = _swept.looks(variable, kind)
    rows = variable.values.reshape(len(along), -1)
    sides = _swept.edges(along.values.astype(float))
    for level, row in enumerate(rows.T):
        starts = [0, *(np.flatnonzero(np.diff(row)) + 1).tolist(), len(row)]
        if len(starts) > _MOST_BANDS:
            raise SweepError(
                f"changes {len(starts) - 2} times, too often to draw", where=str(variable.name)
            )
        for start, end in pairwise(starts):
            label, left, right = int(row[start]), sides[start], sides[end]
            look = looks[label]
            ax.barh(level, right - left, left=left, height=0.62, color=look.colour,
                    hatch=look.hatch, edgecolor=INK, linewidth=0.8)  # fmt: skip
            if (right - left) / (sides[-1] - sides[0]) >= _NAMED:
                ax.text((left + right) / 2, level, spoken(words[label]), ha="center", va="center",
                        bbox=PAPER)  # fmt: skip
            if end < len(row):
                ax.annotate(f"{right:.3g}", (right, level + 0.33), ha="center", va="bottom",
                            fontsize=8)  # fmt: skip
    present = {spoken(words[n]): looks[n] for n in words if (rows == n).any()}
    add_legend(ax, present, 4)
    ax.set(xlim=(sides[0], sides[-1]), ylim=(-0.45, len(names) - 0.45))
    ax.set_yticks(range(len(names)), names if variable.ndim == 2 else [""])
    ax.set_ylabel(str(variable.dims[1]) if variable.ndim == 2 else "")
    ax.spines["left"].set_visible(False)
