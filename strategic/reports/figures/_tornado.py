"""Tornado: how far each parameter alone moves a measure, the strongest on top."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import numpy as np

from strategic.reports.figures.style import FALL, INK, RISE, new_axes, styled
from strategic.reports.words import spoken
from strategic.sweeps import meanings, numbers, texts

if TYPE_CHECKING:
    import xarray
    from matplotlib.axes import Axes

_MOST = 20
"""Bars that fit on a page; weaker parameters are left out and counted."""


@styled
def tornado(study: xarray.Dataset, ax: Axes | None = None) -> Axes:
    """Draw a one-at-a-time study.

    Parameters
    ----------
    study : xarray.Dataset
        From `strategic.sensitivity`. For a number each bar runs from its smallest to its largest
        value over the range; open and full dots mark the lower and upper end of the parameter.
        For labels the bar is the share of the range over which the label differs from the model's.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own by default.

    Examples
    --------
    >>> import strategic as st
    >>> over = {"relation.alignment": (0, 1), "relation.penalty": (0, 1)}
    >>> ax = tornado(st.sensitivity(st.load("ai-mier"), over, "surplus", draws=64))
    >>> [label.get_text().split()[0] for label in ax.get_yticklabels()]
    ['relation.alignment', 'relation.penalty']
    """
    labelled = bool(meanings(study["base"]))
    length = study["changed"].values
    if not labelled:
        swing = study["largest"].values - study["smallest"].values
        length = np.where(np.isnan(swing), np.inf, swing)  # not finite somewhere: the strongest
    order = np.argsort(length, kind="stable")[-_MOST:]
    ax = new_axes(ax, width=7.4, height=1.6 + 0.34 * len(order))
    shown = study.isel(parameter=order)
    (_draw_shares if labelled else _draw_swings)(ax, shown)
    ends = zip(*(shown[n].values for n in ("parameter", "lower", "upper")), strict=True)
    names = [f"{name}  ({lower:.3g} to {upper:.3g})" for name, lower, upper in ends]
    ax.set_yticks(range(len(order)), names)
    left_out = study.sizes["parameter"] - len(order)
    tail = f" ({left_out} weaker ones left out)" * bool(left_out)
    subject = study.attrs.get("title", "")
    title = f"{subject}: {study.attrs['measure']}, one parameter at a time{tail}"
    ax.figure.suptitle(textwrap.fill(title, 90), fontsize=10)
    return ax


def _draw_swings(ax: Axes, shown: xarray.Dataset) -> None:
    rows = np.arange(shown.sizes["parameter"])
    low, high = numbers(shown["low"]), numbers(shown["high"])
    small, large = shown["smallest"].values, shown["largest"].values
    ax.barh(rows, large - small, left=small, height=0.62, color=FALL)
    for values, colour, end in ((low, "white", "lower"), (high, RISE, "upper")):
        ax.scatter(values, rows, s=34, facecolor=colour, edgecolor=INK, zorder=3,
                   label=f"at the {end} end")  # fmt: skip
    ax.axvline(float(numbers(shown["base"])), color=INK, linewidth=1.2, label="the model")
    meaning = str(shown["base"].attrs.get("long_name", shown.attrs["measure"])).rstrip(".")
    ax.set_xlabel(textwrap.fill(meaning, 60))
    ax.figure.legend(loc="outside lower center", ncols=3, frameon=False)
    ax.use_sticky_edges = False
    ax.margins(x=0.06)


def _draw_shares(ax: Axes, shown: xarray.Dataset) -> None:
    rows = np.arange(shown.sizes["parameter"])
    share = shown["changed"].values
    ax.barh(rows, share, height=0.62, color=FALL)
    ends = zip(texts(shown["low"]), texts(shown["high"]), strict=True)
    for row, (low, high) in enumerate(ends):
        ax.annotate(spoken(f"{low} … {high}"), (share[row], row), xytext=(4, 0),
                    textcoords="offset points", va="center", fontsize=8)  # fmt: skip
    ax.set_xlim(0, 1.35)
    ax.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "25%", "50%", "75%", "100%"])
    base = spoken(texts(shown["base"]).item())
    ax.set_xlabel(f"share of the range where it is no longer “{base}” (labels at both ends)")
