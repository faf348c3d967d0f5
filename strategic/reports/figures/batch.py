"""Batches of games: how many equilibria they have, and how many are solved per second."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from strategic.reports.figures.style import FAINT, PALETTE, RISE, new_axes, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from strategic.equilibria import Equilibria, PartialEquilibria

_LINES = ("-", "--", "-.", ":")
_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")


@styled
def draw_counts(found: Equilibria | PartialEquilibria, ax: Axes | None = None) -> Axes:
    """Draw which share of a batch of games has how many equilibria.

    Parameters
    ----------
    found : Equilibria or PartialEquilibria
        Of a batch; ``want="count"`` is enough.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own by default.

    Examples
    --------
    >>> import numpy as np
    >>> import strategic as st
    >>> rng = np.random.default_rng(1)
    >>> ax = draw_counts(st.solve(rng.random((500, 2, 2)), rng.random((500, 2, 2)), want="count"))
    >>> [int(bar.get_x() + 0.5) for bar in ax.patches]
    [1, 3]
    """
    values, games = np.unique(np.asarray(found.count), return_counts=True)
    share = games / games.sum()
    ax = new_axes(ax, width=5.2, height=3.0)
    bars = ax.bar(values, 100 * share, width=0.8, color=RISE)
    ax.bar_label(bars, [f"{part:.2g}%" for part in 100 * share], fontsize=8, padding=2)
    ax.set_xticks(values)
    ax.margins(y=0.12)
    ax.set_xlabel("number of equilibria")
    ax.set_ylabel("percent of the games")
    return ax


@styled
def draw_rates(
    games: Sequence[int], seconds: Mapping[str, Sequence[float]], ax: Axes | None = None
) -> Axes:
    """Draw games solved per second against the number of games in a call.

    Parameters
    ----------
    games : sequence of int
        Games in each call.
    seconds : mapping of str to sequence of float
        How long these calls took, by what was solved.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own by default.

    Examples
    --------
    >>> draw_rates([1, 100], {"2x2": [1e-4, 2e-4], "3x3": [2e-4, 9e-4]}).get_yscale()
    'log'
    """
    ax = new_axes(ax, width=5.6, height=3.4)
    for place, (name, took) in enumerate(seconds.items()):
        rate = np.asarray(games, dtype=float) / np.asarray(took, dtype=float)
        marker, line = _MARKERS[place % len(_MARKERS)], _LINES[place % len(_LINES)]
        ax.plot(games, rate, color=PALETTE[place % len(PALETTE)], label=name, linewidth=1.8,
                marker=marker, linestyle=line)  # fmt: skip
    ax.set(xscale="log", yscale="log")
    ax.grid(color=FAINT, alpha=0.25)
    ax.set_xlabel("games in one call")
    ax.set_ylabel("games per second")
    ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), fontsize=8)
    return ax
