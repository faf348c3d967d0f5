"""Effects of mechanisms on one measure, ranked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from strategic.reports.figures.style import FAINT, FALL, RISE, new_axes, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@styled
def draw_effects(effects: Mapping[str, float], ax: Axes | None = None) -> Axes:
    """Draw the effect of each mechanism as a bar, the largest rise on top.

    Parameters
    ----------
    effects : mapping of str to float
        Change of a measure by mechanism.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own by default.

    Examples
    --------
    >>> len(draw_effects({"legitimacy": 0.1, "control": -0.2}).patches)
    2
    """
    ranked = dict(sorted(effects.items(), key=lambda pair: pair[1]))
    ax = new_axes(ax, width=5.6, height=0.8 + 0.22 * len(ranked))
    colours = [RISE if change >= 0 else FALL for change in ranked.values()]
    bars = ax.barh(list(ranked), list(ranked.values()), color=colours, height=0.7)
    for bar, change in zip(bars, ranked.values(), strict=True):
        bar.set_hatch("" if change >= 0 else "//")
    ax.axvline(0, color=FAINT, linewidth=0.8)
    ax.bar_label(
        bars, fmt=lambda change: f"{change:+.2g}" if change else "0", fontsize=8, padding=3
    )
    ax.margins(x=0.15)
    ax.spines["left"].set_visible(False)
    ax.tick_params(axis="y", length=0)
    ax.set_xlabel("change")
    return ax
