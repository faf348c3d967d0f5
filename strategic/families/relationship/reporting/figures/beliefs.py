"""What each side needs to believe, against what it believes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from strategic.families.relationship.reporting.figures._look import LINE_OF_SIDE
from strategic.reports.figures.style import FAINT, INK, new_axes, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@styled
def draw_beliefs(
    thresholds: Mapping[str, float], beliefs: Mapping[str, float], ax: Axes | None = None
) -> Axes:
    """Draw, per side, the belief from which it cooperates and the belief it holds.

    Parameters
    ----------
    thresholds : mapping of side to float
        Belief needed; NaN where no belief suffices.
    beliefs : mapping of side to float
        Belief held.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own by default.

    Examples
    --------
    >>> ax = draw_beliefs({"government": 0.5}, {"government": 0.42})
    >>> print(*ax.get_xlim())
    0.0 1.0
    """
    ax = new_axes(ax, width=4.6, height=0.8 + 0.6 * len(thresholds))
    for place, (side, needed) in enumerate(thresholds.items()):
        _draw_side(ax, place, side, needed, beliefs[side])
    ax.set(xlim=(0, 1), ylim=(len(thresholds) - 0.5, -0.6))
    ax.set_yticks(range(len(thresholds)), [side.capitalize() for side in thresholds])
    ax.set_xlabel("believed probability that the other side cooperates")
    ax.spines["left"].set_visible(False)
    ax.tick_params(axis="y", length=0)
    return ax


def _draw_side(ax: Axes, place: int, side: str, needed: float, held: float) -> None:
    colour = LINE_OF_SIDE[side]["color"] if side in LINE_OF_SIDE else INK
    ax.plot([0, 1], [place, place], color=FAINT, linewidth=1, alpha=0.5)
    if not math.isnan(needed):
        ax.fill_between([needed, 1], place - 0.16, place + 0.16, color=colour, alpha=0.25, lw=0)
        ax.plot([needed, needed], [place - 0.22, place + 0.22], color=colour, linewidth=2)
        _write(ax, needed, place - 0.34, f"needs {needed:.2f}")
    else:
        _write(ax, 0.5, place - 0.34, "no belief suffices")
    ax.plot([held], [place], "o", color=INK, markersize=7, zorder=4)
    _write(ax, held, place + 0.42, f"believes {held:.2f}")


def _write(ax: Axes, x: float, y: float, text: str) -> None:
    align = "left" if x < 0.1 else "right" if x > 0.9 else "center"
    ax.text(x, y, text, ha=align, va="center", fontsize=8)
