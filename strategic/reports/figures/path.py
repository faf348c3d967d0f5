"""Trust over time: beliefs against thresholds, who cooperated, and the events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from strategic.reports.figures.style import GREEN, GREY, INK, LINE_OF_SIDE, SKY, YELLOW, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

REGIME_LOOK = {"C": (GREEN, ""), "d": (SKY, "//"), "o": (YELLOW, "\\\\"), ".": (GREY, "..")}
REGIME_NAMES = {
    "C": "both cooperate",
    "d": "only the organisation",
    "o": "only the government",
    ".": "stalemate",
}


def draw_path(path: Mapping[str, Any], ax: Axes | None = None) -> Axes:
    """Draw a replayed path.

    Parameters
    ----------
    path : mapping
        With ``periods`` (dates), ``regimes`` (one letter a period), ``trust`` and ``threshold``
        (per side, one belief a period) and ``events``: the ``path`` section of a report.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own by default.
    """
    ax = new_axes(ax, width=7.4, height=3.6)
    _draw_regimes(ax, path["regimes"])
    periods = range(len(path["periods"]))
    for side, look in LINE_OF_SIDE.items():
        ax.plot(periods, path["trust"][side], label=f"belief of the {side}", linewidth=2, **look)
        ax.plot(
            periods,
            path["threshold"][side],
            linewidth=1,
            alpha=0.6,
            color=look["color"],
            linestyle=":",
            label=f"it needs ({side})",
        )
    _draw_events(ax, path["events"], path["periods"])
    _label(ax, path["periods"])
    return ax


def _draw_regimes(ax: Axes, regimes: str) -> None:
    start, named = 0, set()
    for regime, spell in groupby(regimes):
        length = len(list(spell))
        colour, hatch = REGIME_LOOK[regime]
        ax.axvspan(
            start - 0.5, start + length - 0.5, ymin=0, ymax=0.07, facecolor=colour, hatch=hatch,
            edgecolor=INK, linewidth=0.4,
            label=None if regime in named else REGIME_NAMES[regime],
        )  # fmt: skip
        named.add(regime)
        start += length


def _draw_events(ax: Axes, events: Sequence[Mapping[str, Any]], dates: Sequence[str]) -> None:
    for number, event in enumerate(events, start=1):
        if event["date"] not in dates:
            continue
        period = list(dates).index(event["date"])
        ax.axvline(period, color=INK, linewidth=0.6, alpha=0.45)
        ax.text(period, 1.08, str(number), ha="center", va="bottom", fontsize=8)


def _label(ax: Axes, dates: Sequence[str]) -> None:
    years = [place for place, date in enumerate(dates) if date.endswith("Q1")]
    ax.set_xticks(years, [dates[place][:4] for place in years])
    ax.set(xlim=(-0.5, len(dates) - 0.5), ylim=(-0.09, 1.06))
    ax.set_yticks([0, 0.25, 0.5, 0.75, 1])
    ax.set_ylabel("belief that the other cooperates")
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.1), ncols=3, fontsize=8)
