"""Simulated paths: shares of the regimes and trust with its spread, and how long it lasts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.errors import MeasureError
from strategic.families.relationship._trust import REGIMES
from strategic.families.relationship.reporting.figures._look import LINE_OF_SIDE, REGIMES_LOOK
from strategic.families.relationship.reporting.figures.path import REGIME_NAMES
from strategic.reports.figures.style import INK, new_axes, new_panels, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from strategic.families.relationship._simulation import Simulation


_BOTTOM, _TOP = -0.5, -0.1
"""Where the shares of the regimes stand, below the beliefs."""


@styled
def draw_simulation(found: Simulation, ax: Axes | None = None) -> Axes:
    """Draw trust over the paths of a single model, and below it the shares of the regimes.

    Parameters
    ----------
    found : Simulation
        Of one model, not of a grid.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own by default.

    Examples
    --------
    >>> import strategic as st
    >>> print(draw_simulation(st.simulate(st.load("ai-mier"), paths=5)).get_ylabel())
    belief that the other cooperates
    """
    ax = new_axes(ax, width=7.4, height=4.6)
    time = np.arange(found.periods)
    for place, (side, look) in enumerate(LINE_OF_SIDE.items()):
        low, median, high = found.trust_band[:, place]
        ax.plot(time, median, linewidth=2, label=f"belief of the {side}, median", **look)
        ax.fill_between(
            time, low, high, color=look["color"], alpha=0.2, linewidth=0,
            label="middle nine tenths of the paths",
        )  # fmt: skip
    _draw_shares(ax, found, time)
    ax.set(xlim=(0, max(found.periods - 1, 1)), ylim=(_BOTTOM - 0.02, 1.02))
    beliefs = [0, 0.25, 0.5, 0.75, 1]
    ax.set_yticks(
        [_BOTTOM, _TOP, *beliefs], ["no paths", "all paths", *(f"{b:.2f}" for b in beliefs)]
    )
    _label_time(ax, found.dates)
    middle = (0.5 - _BOTTOM) / (1.04 - _BOTTOM)
    ax.set_ylabel("belief that the other cooperates", y=middle, ha="center")
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.08), ncols=3, fontsize=8)
    return ax


@styled
def draw_belief_histograms(
    found: Simulation, periods: Sequence[int] = (), axes: Sequence[Axes] | None = None
) -> Axes:
    """Draw how beliefs are spread over the paths of a single model, at some moments.

    Parameters
    ----------
    found : Simulation
        Of one model, not of a grid.
    periods : sequence of int, optional
        Which periods, counted from 0, negative ones from the end; by default a third of the way,
        two thirds, and the last.
    axes : sequence of matplotlib.axes.Axes, optional
        One for each moment; a figure of its own by default.

    Returns
    -------
    matplotlib.axes.Axes
        The first of them.

    Raises
    ------
    MeasureError
        When the simulation is that of a grid, or has no such period.

    Examples
    --------
    >>> import strategic as st
    >>> found = st.simulate(st.load("ai-mier"), paths=50)
    >>> draw_belief_histograms(found, [-1]).get_xlabel()
    'belief that the other cooperates'
    """
    last = found.periods - 1
    moments = list(periods) or sorted({last // 3, 2 * last // 3, last})
    if not found.belief_counts.size or not all(-last - 1 <= at <= last for at in moments):
        rule = f"needs a single model and periods up to {last}"
        raise MeasureError(rule, where="draw_belief_histograms", value=moments)
    if axes is None:
        axes = new_panels(1, len(moments), width=0.8 + 2.3 * len(moments), height=3.0)
    edges = np.linspace(0, 1, found.belief_counts.shape[-1] + 1)
    top = found.belief_counts[:, moments].max() / found.paths
    for ax, at in zip(axes, moments, strict=True):
        for (side, look), counts in zip(LINE_OF_SIDE.items(), found.belief_counts, strict=True):
            share = counts[at] / found.paths
            ax.stairs(share, edges, fill=True, color=look["color"], alpha=0.25)
            ax.stairs(share, edges, linewidth=2, label=side, **look)
        number = at % found.periods
        ax.set_title(found.dates[number] if found.dates else f"period {number}")
        ax.set(xlim=(0, 1), ylim=(0, 1.06 * top))
        ax.set_xticks([0.25, 0.5, 0.75])  # ends would touch those of the next panel
        if ax is not axes[0]:
            ax.set_yticklabels([])
    axes[0].set_ylabel("share of the paths")
    axes[len(axes) // 2].set_xlabel("belief that the other cooperates")
    axes[0].figure.legend(
        *axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=2, frameon=False
    )
    return axes[0]


def _draw_shares(ax: Axes, found: Simulation, time: np.ndarray[Any, Any]) -> None:
    """Stack the shares of the regimes that occur, cooperation at the bottom."""
    base = np.full(found.periods, _BOTTOM)
    for regime in "Cod.":
        share = found.regimes[:, REGIMES.index(regime)]
        if not share.any():
            continue
        look = REGIMES_LOOK[regime]
        top = base + (_TOP - _BOTTOM) * share
        ax.fill_between(
            time, base, top, step="mid", facecolor=look.colour, hatch=look.hatch,
            edgecolor=INK, linewidth=0, label=REGIME_NAMES[regime],
        )  # fmt: skip
        base = top


@styled
def draw_survival_curve(found: Simulation, ax: Axes | None = None) -> Axes:
    """Draw how long cooperation lasts once it has begun, with its 95% band.

    Parameters
    ----------
    found : Simulation
        Of one model, not of a grid.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own by default.

    Examples
    --------
    >>> import strategic as st
    >>> print(draw_survival_curve(st.simulate(st.load("ai-mier"), paths=5)).get_xlabel())
    periods since cooperation began
    """
    ax = new_axes(ax, width=4.6, height=3.2)
    curve, time, green = found.survival, np.arange(found.periods + 1), REGIMES_LOOK["C"].colour
    ax.step(time, curve.estimate, where="post", color=green, linewidth=2)
    ax.fill_between(time, curve.low, curve.high, step="post", color=green, alpha=0.2, linewidth=0)
    ax.set(xlim=(0, found.periods), ylim=(0, 1.02))
    ax.set_xlabel("periods since cooperation began")
    ax.set_ylabel("probability that it still lasts")
    return ax


def _label_time(ax: Axes, dates: tuple[str, ...]) -> None:
    if not dates:
        ax.set_xlabel("period")
        return
    years = [place for place, date in enumerate(dates) if date.endswith("Q1")]
    ax.set_xticks(years, [dates[place][:4] for place in years])
