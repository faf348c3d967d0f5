"""Payoff sets of a repeated game, over what is feasible."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.reports.figures.style import FAINT, PALETTE, new_axes, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from strategic.repeated.payoff_sets.perfect_monitoring import PayoffSet, PayoffSets

_LINES = ("-", "--", "-.", ":")
_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")


@styled
def draw_payoff_set(result: PayoffSets, ax: Axes | None = None) -> Axes:
    """Draw equilibrium payoff sets, one colour and line a discount factor, over the feasible set.

    Parameters
    ----------
    result : PayoffSets
        From `strategic.repeated.equilibrium_payoffs`.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own by default.

    Examples
    --------
    >>> from strategic.repeated import equilibrium_payoffs
    >>> found = equilibrium_payoffs([[9, 1], [10, 3]], [[9, 10], [1, 3]], discount=[0.2, 0.3])
    >>> draw_payoff_set(found).get_xlabel()
    'payoff of player 1'
    """
    ax = new_axes(ax, width=6.4, height=4.4)
    ax.plot(*_closed(result.feasible), color=FAINT, linewidth=1, label="feasible")
    ax.fill(*result.feasible.T, color=FAINT, alpha=0.12, linewidth=0)
    ax.plot(*result.minmax, marker="+", color=FAINT, markersize=9, linestyle="", label="minmax")
    for place in sorted(range(len(result)), key=lambda i: -result[i].discount):
        if len(result[place].vertices):
            _draw_one(result[place], place, ax)
    first, second = result.game.players
    ax.set_xlabel(f"payoff of {first}")
    ax.set_ylabel(f"payoff of {second}")
    ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), fontsize=8)
    return ax


def _draw_one(one: PayoffSet, place: int, ax: Axes) -> None:
    look: dict[str, Any] = {
        "color": PALETTE[place % len(PALETTE)],
        "linestyle": _LINES[place % len(_LINES)],
        "marker": _MARKERS[place % len(_MARKERS)],
    }
    name = f"discount {one.discount:g}: {one.kind}"
    ax.plot(*_closed(one.vertices), **look, linewidth=1.8, markersize=5, label=name)
    if one.kind == "polygon":
        ax.fill(*one.vertices.T, color=look["color"], alpha=0.15, linewidth=0)


def _closed(vertices: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Coordinates of a closed outline, x first."""
    return np.concatenate([vertices, vertices[:1]]).T
