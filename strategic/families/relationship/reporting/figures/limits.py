"""How much incident risk cooperation bears at every discount factor."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.families.relationship.reporting.figures._look import LINE_OF_SIDE
from strategic.reports.figures.style import INK, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw_limits(section: Mapping[str, Any], ax: Axes | None = None) -> Axes:
    """Draw the incident limit ``1 - delta*(0)/delta`` of each side over the discount factor.

    Parameters
    ----------
    section : mapping
        The ``repeated`` section of a report: per side ``discount``, ``incident_limit``; and
        ``incident_risk``.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own by default.

    Notes
    -----
    A side with limit h* at its own delta has ``delta*(0) = delta (1 - h*)``.
    """
    ax = new_axes(ax, width=4.6, height=3.2)
    rates = np.linspace(0.01, 0.999, 300)
    for side, look in LINE_OF_SIDE.items():
        limit, own = section["incident_limit"][side], section["discount"][side]
        if math.isnan(limit):
            continue
        curve = np.clip(1 - own * (1 - limit) / rates, 0, 1)
        ax.plot(rates, curve, label=f"limit of the {side}", linewidth=2, **look)
        ax.plot([own], [section["incident_risk"]], "o", color=INK, zorder=4)
    ax.set(xlim=(0, 1), ylim=(0, 1.03))
    ax.set_xlabel("discount factor")
    ax.set_ylabel("incident risk per period")
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2, fontsize=8)
    return ax
