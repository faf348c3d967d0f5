"""Trust over time: beliefs against thresholds, who cooperated, the events, and what if not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from strategic.families.relationship.reporting.figures._look import LINE_OF_SIDE, REGIMES_LOOK
from strategic.reports.figures.style import INK, new_axes, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

REGIME_NAMES = {
    "C": "both cooperate",
    "d": "only the organisation",
    "o": "only the government",
    ".": "stalemate",
}
_STRIP, _ROW = 0.09, 0.13
"""Height of a strip of regimes and of a row that holds one, in units of belief."""


@styled
def draw_path(path: Mapping[str, Any], ax: Axes | None = None) -> Axes:
    """Draw a replayed path, and under it who would have cooperated without each event that matters.

    Parameters
    ----------
    path : mapping
        With ``periods`` (dates), ``regimes`` (one letter per period), ``trust`` and ``threshold``
        (per side, one belief per period), ``events`` and, if wanted, ``counterfactuals`` (mappings
        with ``without`` and ``regimes``): the ``path`` section of a report.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own by default.

    Examples
    --------
    >>> import strategic as st
    >>> ax = draw_path(st.report(st.load("ai-mier")).document["path"])
    >>> [text.get_text() for text in ax.get_yticklabels()][-1]
    'without 2014Q3'
    """
    strips = {"as it was": path["regimes"]} | {
        f"without {other['without']}": other["regimes"]
        for other in path.get("counterfactuals", ())
        if other["regimes"] != path["regimes"]
    }
    ax = new_axes(ax, width=7.4, height=3.4 + 0.26 * len(strips))
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
    _draw_strips(ax, strips)
    _draw_events(ax, path["events"], path["periods"])
    _label(ax, path["periods"], list(strips))
    return ax


def _middle(place: int) -> float:
    return -0.12 - place * _ROW


def _draw_strips(ax: Axes, strips: Mapping[str, str]) -> None:
    named: set[str] = set()
    for place, regimes in enumerate(strips.values()):
        start = 0
        for regime, spell in groupby(regimes):
            length = len(list(spell))
            look = REGIMES_LOOK[regime]
            ax.broken_barh(
                [(start - 0.5, length)], (_middle(place) - _STRIP / 2, _STRIP),
                facecolor=look.colour, hatch=look.hatch, edgecolor=INK, linewidth=0.4, zorder=1,
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


def _label(ax: Axes, dates: Sequence[str], strips: Sequence[str]) -> None:
    years = [place for place, date in enumerate(dates) if date.endswith("Q1")]
    step = len(years) // 16 + 1
    ax.set_xticks(years[::step], [dates[place][:4] for place in years[::step]])
    bottom = _middle(len(strips) - 1) - _STRIP
    ax.set(xlim=(-0.5, len(dates) - 0.5), ylim=(bottom, 1.06))
    beliefs = [0, 0.25, 0.5, 0.75, 1]
    places = [_middle(place) for place in range(len(strips))]
    ax.set_yticks([*beliefs, *places], [*(f"{b:.2f}" for b in beliefs), *strips])
    middle = (0.5 - bottom) / (1.06 - bottom)
    ax.set_ylabel("belief that the other cooperates", y=middle, ha="center")
    ax.legend(loc="upper center", bbox_to_anchor=(0.45, -0.08), ncols=3, fontsize=8)
