"""A 2x2x2 game in the cube of its mixtures: three best-reply surfaces, and where all meet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.arrays import Array
from strategic.equilibria import Equilibria, solve
from strategic.games import Game
from strategic.reports.figures._gains import Gain, gain_of
from strategic.reports.figures.best_reply_region import numbered
from strategic.reports.figures.style import (
    BLUE,
    FAINT,
    GREEN,
    INK,
    VERMILION,
    new_axes,
    shortened,
    styled,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_GRID = 61
_LOOKS = ((BLUE, "-", 0.30), (VERMILION, "--", 0.24), (GREEN, ":", 0.20))
"""Colour, line and opacity of each player's surface: told apart in grey too."""


@styled
def draw_cube(game: Game, ax: Axes | None = None, *, found: Equilibria | None = None) -> Axes:
    """Draw the best-reply surfaces of the three players, and the equilibria where all three meet.

    Parameters
    ----------
    game : Game
        A single 2x2x2 game.
    ax : matplotlib.axes.Axes, optional
        Axes in three dimensions; a figure of its own by default.
    found : Equilibria, optional
        Equilibria of the game, where they are known.

    Returns
    -------
    matplotlib.axes.Axes
        Along each axis: the probability with which one player plays the first action. A player's
        surface lies on the face of the first action where it is best, on the opposite face where
        the second is, and climbs from one to the other where the player is indifferent.

    Raises
    ------
    GameError
        When the game is not a single 2x2x2 game.

    Examples
    --------
    >>> ax = draw_cube(Game.from_payoffs(*[[[[1, 0], [0, 0]], [[0, 0], [0, 1]]]] * 3))
    >>> ax.get_zlabel()
    'player 3 plays 1'
    """
    gains = [gain_of(game, player) for player in range(3)]
    axes: Any = new_axes(ax, width=5.0, height=4.6, projection="3d")
    axes.computed_zorder = False  # what is drawn last is seen best
    _draw_edges(axes)
    for player, gain in enumerate(gains):
        _draw_surface(axes, player, gain, shortened(game.players[player]))
    found = solve(game) if found is None else found
    for place, numbers in numbered(np.stack([side[:, 0] for side in found.strategies], axis=1)):
        x, y, z = place
        axes.plot([x, x], [y, y], [0, z], color=FAINT, linewidth=0.9)  # down to the floor
        axes.scatter([x], [y], [z], s=34, color=INK, depthshade=False, zorder=9)
        # On the far edge the numbers of the axis stand to the right.
        left, gap = x > 0.95 and y > 0.95, 2 * "\N{NO-BREAK SPACE}"
        text = f"{numbers}{gap}" if left else f"{gap}{numbers}"
        side = "right" if left else "left"
        axes.text(x, y, z, text, ha=side, fontsize=9, color=INK, zorder=10)
    labels = [
        f"{shortened(name)} plays {shortened(actions[0])}"
        for name, actions in zip(game.players, game.actions, strict=True)
    ]
    ticks = [0, 0.5, 1]
    axes.set(xlim=(0, 1), ylim=(0, 1), zlim=(0, 1), xticks=ticks, yticks=ticks, zticks=ticks)
    axes.set_xlabel(labels[0])
    axes.set_ylabel(labels[1])
    axes.set_zlabel(labels[2])
    axes.view_init(elev=22, azim=-62)
    axes.set_box_aspect((1, 1, 1), zoom=0.92)
    for axis in (axes.xaxis, axes.yaxis, axes.zaxis):
        axis.set_pane_color((0, 0, 0, 0))
    axes.grid(visible=False)
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 0.93), ncols=3, fontsize=8)
    made: Axes = axes
    return made


def _draw_edges(axes: Any) -> None:
    for along in range(3):
        for corner in np.ndindex(2, 2):
            ends = [np.insert(corner, along, end) for end in (0, 1)]
            axes.plot(*np.transpose(ends), color=FAINT, linewidth=0.7)


def _draw_surface(axes: Any, player: int, gain: Gain, name: str) -> None:
    """Draw the two faces and the wall of one player's best replies."""
    from mpl_toolkits.mplot3d.art3d import Poly3DCollection

    colour, line, opacity = _LOOKS[player]
    flat = [
        _lifted(polygon, player, height)
        for height, sign in ((1.0, 1), (0.0, -1))
        for polygon in _regions(gain, sign)
    ]
    walls = [
        np.concatenate([_lifted(part, player, 0.0), _lifted(part[::-1], player, 1.0)])
        for curve in gain.curves()
        for part in (curve[place : place + 2] for place in range(len(curve) - 1))
    ]
    for polygons, share in ((flat, 0.5), (walls, 1.0)):
        if polygons:
            made = Poly3DCollection(polygons, facecolor=colour, alpha=share * opacity, linewidth=0)
            axes.add_collection3d(made)
    for curve in gain.curves():
        for height in (0.0, 1.0):
            axes.plot(
                *_lifted(curve, player, height).T, color=colour, linestyle=line, linewidth=1.6
            )
    axes.plot([], [], [], color=colour, linestyle=line, linewidth=1.6, label=name)


def _regions(gain: Gain, sign: int) -> Sequence[Array]:
    """Find the parts of the square where one action is best, as polygons ``(points, 2)``."""
    from contourpy import contour_generator

    shares = np.linspace(0, 1, _GRID)
    heights = sign * gain.at(shares[None, :], shares[:, None])
    if not (heights > 0).any():
        return []
    found = contour_generator(shares, shares, heights, fill_type="OuterCode")
    polygons = found.filled(0.0, 2 * float(heights.max()))[0]
    return [np.asarray(polygon) for polygon in polygons]


def _lifted(points: Array, player: int, height: float) -> Array:
    """Put points of the others' square at one probability of the player: ``(points, 3)``."""
    return np.insert(points, player, height, axis=1)
