"""Three populations with two actions each: the cube of shares, its paths and rest points."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from strategic.arrays import Array
from strategic.errors import GameError
from strategic.reports.figures.evolution._paths import (
    DrawnPaths,
    Rest,
    add_keys,
    arrow,
    mark_rest_points,
    thinned,
)
from strategic.reports.figures.style import FAINT, INK, new_axes, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_RIGHT, _BACK, _UP = np.array([1.0, -0.14]), np.array([0.52, 0.36]), np.array([0.0, 1.0])
"""Where a step along each axis of the cube leads on paper: parallel lines stay parallel."""
_HIDDEN = (0, 1, 0)
"""The corner behind the cube."""


@styled
def draw_cube(paths: DrawnPaths, rest: Rest) -> Axes:
    """Draw paths in the cube of three populations' shares.

    Parameters
    ----------
    paths : DrawnPaths
        Of three populations with two actions each.
    rest : Rest
        Rest points to be marked.

    Raises
    ------
    GameError
        When there are not three populations of two actions.

    Examples
    --------
    >>> half = np.full((1, 2, 2), 0.5)
    >>> names = ("a", "b", "c"), (("l", "r"),) * 3
    >>> paths = DrawnPaths(*names, np.array([0.0, 1.0]), (half,) * 3, ("l-l-l",))
    >>> rest = Rest((np.eye(2)[:1],) * 3, ("ESS",))
    >>> draw_cube(paths, rest).axison
    False
    """
    if tuple(map(len, paths.actions)) != (2, 2, 2):
        rule = "a cube needs three populations with two actions each"
        raise GameError(rule, where="game", value=tuple(map(len, paths.actions)))
    ax = new_axes(width=5.4, height=5.0)
    _frame(ax, paths)
    styles = paths.styles()
    points = np.stack([own[..., 0] for own in paths.shares], axis=-1)
    for k in thinned(paths, 64):
        line = _on_paper(points[k])
        colour, dashes = styles[paths.ends[k]]
        ax.plot(*line.T, color=colour, linestyle=dashes, linewidth=1.0, zorder=3)
        arrow(ax, line, colour)
    if rest.verdicts:
        places = _on_paper(np.stack([own[:, 0] for own in rest.shares], axis=-1))
        mark_rest_points(ax, places, rest.verdicts)
    add_keys(ax, styles, paths.words, rest.verdicts)
    return ax


def _on_paper(points: Array) -> Array:
    return np.asarray(points @ np.stack([_RIGHT, _BACK, _UP]))


def _frame(ax: Axes, paths: DrawnPaths) -> None:
    """Draw the edges, and name each axis at its far end by who does what."""
    for low in product((0, 1), repeat=3):
        for axis in range(3):
            if low[axis]:
                continue
            high = tuple(1 if k == axis else v for k, v in enumerate(low))
            hidden = _HIDDEN in (low, high)
            ends = _on_paper(np.array([low, high], dtype=float))
            ax.plot(*ends.T, color=FAINT if hidden else INK, linewidth=0.7 if hidden else 0.9,
                    linestyle=(0, (2, 2)) if hidden else "-", zorder=1)  # fmt: skip
    names = [f"{p}:\n{a[0]} (share)" for p, a in zip(paths.players, paths.actions, strict=True)]
    middles = _on_paper(np.array([[0.5, 0, 0], [1, 0.5, 0], [0, 0, 0.5]]))
    shifts, sides = ((0, -16), (14, -10), (-18, 0)), (("center", "top"), ("left", "top"),
                                                     ("center", "center"))  # fmt: skip
    for place, name, shift, (ha, va) in zip(map(tuple, middles), names, shifts, sides, strict=True):
        ax.annotate(name, place, xytext=shift, textcoords="offset points", ha=ha, va=va,
                    rotation=90 if va == "center" else 0, fontsize=9)  # fmt: skip
    ticks = {(0, 0, 0): ("0", (-6, -9)), (1, 0, 0): ("1", (0, -13)), (1, 1, 0): ("1", (9, -6)),
             (0, 0, 1): ("1", (-9, 0))}  # fmt: skip
    for corner, (text, shift) in ticks.items():
        ax.annotate(text, tuple(_on_paper(np.array(corner, dtype=float))), xytext=shift, fontsize=8,
                    textcoords="offset points", ha="center", va="center")  # fmt: skip
    ax.set_aspect("equal")
    ax.set_axis_off()
    ax.margins(0.1)
