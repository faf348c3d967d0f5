"""Survival: the chance that no incident has happened yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from strategic.reports.figures.style import BLUE, FAINT, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw_survival(incident_risk: float, ax: Axes | None = None, *, periods: int = 60) -> Axes:
    """Draw ``(1-h)^t`` over the periods, with its half-life.

    Parameters
    ----------
    incident_risk : float
        h, the probability of an incident per period.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own by default.
    periods : int
        How far to look.

    Examples
    --------
    >>> print(round(draw_survival(0.5).lines[0].get_ydata()[1], 3))
    0.5
    """
    ax = new_axes(ax, width=4.6, height=3.2)
    time = np.arange(periods + 1)
    ax.step(time, (1 - incident_risk) ** time, where="post", color=BLUE, linewidth=2)
    if 0 < incident_risk < 1:
        half = np.log(2) / -np.log1p(-incident_risk)
        if half <= periods:
            ax.axvline(half, color=FAINT, linestyle="--", linewidth=1)
            ax.text(half, 0.97, f" half-life {half:.1f}", fontsize=8, va="top")
    ax.set(xlim=(0, periods), ylim=(0, 1.02))
    ax.set_xlabel("periods")
    ax.set_ylabel("chance of no incident yet")
    return ax
