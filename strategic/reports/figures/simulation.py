"""Simulated paths: shares of the regimes and trust with its spread, and how long it lasts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from strategic.relationship.trust import REGIMES
from strategic.reports.figures.path import REGIME_LOOK, REGIME_NAMES
from strategic.reports.figures.style import BLUE, INK, LINE_OF_SIDE, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from strategic.relationship.simulation import Simulation


def draw_simulation(found: Simulation, ax: Axes | None = None) -> Axes:
    """Draw trust over the paths of a single model, over the shares of the regimes.

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
    belief, share of paths
    """
    ax = new_axes(ax, width=7.4, height=4.0)
    time = np.arange(found.periods)
    order = (REGIMES.index("C"), REGIMES.index("o"), REGIMES.index("d"), REGIMES.index("."))
    looks = [REGIME_LOOK[REGIMES[code]] for code in order]
    layers = ax.stackplot(
        time,
        found.regimes[:, list(order)].T,
        colors=[colour for colour, _ in looks],
        labels=[REGIME_NAMES[REGIMES[code]] for code in order],
        alpha=0.35,
        linewidth=0,
        step="mid",
    )
    for layer, (_, hatch) in zip(layers, looks, strict=True):
        layer.set(hatch=hatch, edgecolor=INK)
    for place, (side, look) in enumerate(LINE_OF_SIDE.items()):
        low, median, high = found.trust_band[:, place]
        ax.plot(time, median, linewidth=2, label=f"belief of the {side}, median", **look)
        ax.fill_between(time, low, high, color=look["color"], alpha=0.25, linewidth=0)
    ax.set(xlim=(0, max(found.periods - 1, 1)), ylim=(0, 1))
    _label_time(ax, found.dates)
    ax.set_ylabel("belief, share of paths")
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.1), ncols=2, fontsize=8)
    return ax


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
    curve, time = found.survival, np.arange(found.periods + 1)
    ax.step(time, curve.estimate, where="post", color=BLUE, linewidth=2)
    ax.fill_between(time, curve.low, curve.high, step="post", color=BLUE, alpha=0.2, linewidth=0)
    ax.set(xlim=(0, found.periods), ylim=(0, 1.02))
    ax.set_xlabel("periods since cooperation began")
    ax.set_ylabel("chance that it still lasts")
    return ax


def _label_time(ax: Axes, dates: tuple[str, ...]) -> None:
    if not dates:
        ax.set_xlabel("period")
        return
    years = [place for place, date in enumerate(dates) if date.endswith("Q1")]
    ax.set_xticks(years, [dates[place][:4] for place in years])
