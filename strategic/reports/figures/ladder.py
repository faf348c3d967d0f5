"""Where a relationship stands on the ladder of trust, period by period."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from strategic.errors import GameError
from strategic.reports.figures.style import INK, new_axes, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from strategic.repeated.ladder.chain import LadderChain

_NAMED = 0.07
"""Share that a rung needs at the end to carry its name."""


@styled
def draw_ladder(chain: LadderChain, periods: int = 40, ax: Axes | None = None) -> Axes:
    """Draw the probability of standing on each rung of trust, stacked, from one start.

    Parameters
    ----------
    chain : LadderChain
        Of a single point.
    periods : int, default 40
        Number of periods, the first one included.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own by default.

    Returns
    -------
    matplotlib.axes.Axes
        The highest rung on top; below the thick line the two sides do not cooperate.

    Raises
    ------
    GameError
        When there are several points, or none at which the ladder is defined.

    Examples
    --------
    >>> from strategic.repeated import LadderChain, trust_ladder
    >>> pair = trust_ladder(2.0, 2.0, 1.0, 0.9, incident_risk=0.1, shock=0.2)
    >>> draw_ladder(LadderChain(pair, 2)).get_ylabel()
    'probability'
    """
    from matplotlib import colormaps

    if chain.ladder.shape or not chain.ladder.valid.all():
        raise GameError("must be one ladder whose parameters are in range", where="chain")
    shares = chain.shares_over_time(periods)
    ax = new_axes(ax, width=6.4, height=3.6)
    bounds = np.concatenate([np.zeros((1, periods)), np.cumsum(shares.T, axis=0)])
    rungs, cutoff = shares.shape[1], int(np.asarray(chain.cutoff))
    colours = colormaps["cividis"](np.linspace(0.15, 1, rungs))
    time = np.arange(periods)
    for rung, colour in enumerate(colours):
        ax.fill_between(time, bounds[rung], bounds[rung + 1], facecolor=colour, linewidth=0)
        if rung > 0:
            heavy = rung == cutoff
            ax.plot(time, bounds[rung], color=INK, linewidth=2.2 if heavy else 0.5)
        low, high = bounds[rung, -1], bounds[rung + 1, -1]
        if high - low >= _NAMED:
            name = f"rung {rung}" + " (crisis)" * (rung == 0) + " (top)" * (rung == rungs - 1)
            ax.annotate(name, (periods - 1, (low + high) / 2), xytext=(6, 0), va="center",
                        textcoords="offset points", fontsize=8)  # fmt: skip
    ax.set(xlim=(0, max(periods - 1, 1)), ylim=(0, 1))
    ax.set_xlabel("period")
    ax.set_ylabel("probability")
    if 0 < cutoff < rungs:
        ax.set_title(f"Both cooperate from rung {cutoff} on: above the thick line", loc="left")
    return ax
