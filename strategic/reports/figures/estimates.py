"""Estimates with their intervals, and predicted beside observed frequencies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.estimation import Estimates
from strategic.reports.figures.style import FAINT, PALETTE, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw_estimates(found: Estimates, ax: Axes | None = None) -> Axes:
    """Draw every estimate as a dot with its 95% interval, in the order of the table.

    Parameters
    ----------
    found : Estimates
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own by default.
    """
    entries = [one for one in found.parameters if np.isfinite(one.estimate)]
    ax = new_axes(ax, width=5.6, height=0.8 + 0.24 * max(len(entries), 1))
    for place, one in enumerate(reversed(entries)):
        ends = [end if np.isfinite(end) else one.estimate for end in (one.low, one.high)]
        ax.plot(ends, [place, place], color=PALETTE[0], linewidth=1.6)
        fill = PALETTE[0] if one.status == "ok" else "white"
        ax.plot(one.estimate, place, "o", color=PALETTE[0], markerfacecolor=fill)
    names = [f"{one.name} ({one.group})" if one.group else one.name for one in reversed(entries)]
    ax.set_yticks(range(len(names)), names)
    ax.axvline(0, color=FAINT, linewidth=0.8)
    ax.set_xlabel("estimate")
    return ax


def draw_predictions(rows: Sequence[Mapping[str, Any]], ax: Axes | None = None) -> Axes:
    """Draw observed against predicted frequencies, with the diagonal of a perfect fit.

    Parameters
    ----------
    rows : sequence of mappings
        With ``predicted`` and ``observed``.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own by default.
    """
    ax = new_axes(ax, width=3.6, height=3.6)
    pairs = [(row["predicted"], row["observed"]) for row in rows if row["observed"] is not None]
    ax.plot([0, 1], [0, 1], color=FAINT, linewidth=0.8)
    ax.plot(*zip(*pairs, strict=True), "o", color=PALETTE[0], markersize=4, alpha=0.8)
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1)
    ax.set_xlabel("predicted frequency")
    ax.set_ylabel("observed frequency")
    return ax
