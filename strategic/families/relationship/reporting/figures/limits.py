"""How much incident risk cooperation bears at every discount factor."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.families.relationship.reporting.figures._look import LINE_OF_SIDE
from strategic.reports.figures.style import INK, new_axes, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@styled
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
    Without incidents a side needs ``delta*(0) = (1 - h) delta*(h)``; one with limit h* < 1 at its
    own delta needs ``delta*(0) = delta (1 - h*)``.  A side that needs no patience, or for which
    none is enough, has no line.

    Examples
    --------
    >>> sides = ("government", "organisation")
    >>> section = {"incident_risk": 0.1, "discount": dict.fromkeys(sides, 0.9)}
    >>> section["critical_discount"] = dict.fromkeys(sides, 0.5)
    >>> section["incident_limit"] = dict.fromkeys(sides, 0.5)
    >>> [line.get_label() for line in draw_limits(section).lines][0]
    'limit of the government'
    """
    ax = new_axes(ax, width=4.6, height=3.2)
    rates = np.linspace(0.01, 0.999, 300)
    for side, look in LINE_OF_SIDE.items():
        needed = _needed(section, side)
        if 0 < needed < 1:
            curve = np.clip(1 - needed / rates, 0, 1)
            ax.plot(rates, curve, label=f"limit of the {side}", linewidth=2, **look)
        ax.plot([section["discount"][side]], [section["incident_risk"]], "o", color=INK, zorder=4)
    ax.set(xlim=(0, 1), ylim=(0, 1.03))
    ax.set_xlabel("discount factor")
    ax.set_ylabel("incident risk per period")
    if not no_limits(section):
        ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2, fontsize=8)
    return ax


def no_limits(section: Mapping[str, Any]) -> str:
    """Say why there are no limits to draw; the empty text where there are some."""
    needed = {side: _needed(section, side) for side in LINE_OF_SIDE}
    if any(0 < value < 1 for value in needed.values()):
        return ""
    reasons = [
        f"the {side} {'needs no punishment' if value == 0 else 'is kept by none'}"
        for side, value in needed.items()
    ]
    told = " and ".join(reasons)
    if len(set(map(bool, needed.values()))) == 1:
        told = f"neither side {'is kept by any' if any(needed.values()) else 'needs a'} punishment"
    return f"Limits of incident risk are not drawn: at any of them {told}."


def _needed(section: Mapping[str, Any], side: str) -> float:
    """Discount factor a side needs without incidents; inf where none up to 1 is known to do."""
    critical, limit = section["critical_discount"][side], section["incident_limit"][side]
    if math.isfinite(critical):
        return float(critical * (1 - section["incident_risk"]))
    return float(section["discount"][side] * (1 - limit)) if 0 < limit < 1 else math.inf
