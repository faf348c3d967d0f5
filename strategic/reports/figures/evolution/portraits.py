"""Portraits of the flow where two shares move: squares, the faces of a cube, and triangles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from strategic.arrays import Array
from strategic.reports.figures.evolution._paths import (
    DrawnPaths,
    Rest,
    add_keys,
    arrow,
    mark_rest_points,
    share_label,
    thinned,
)
from strategic.reports.figures.style import FAINT, INK, new_axes, new_panels, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Flow = Callable[[Sequence[Array]], Sequence[Array]]
"""From shares, one array (N, n_i) per population, to how they change per time."""
_ARROWS = 11


@styled
def draw_square(paths: DrawnPaths, rest: Rest, flow: Flow) -> Axes:
    """Draw two populations with two actions each: field, paths, rest points.

    Parameters
    ----------
    paths : DrawnPaths
        Of two populations with two actions each.
    rest : Rest
        Rest points to be marked.
    flow : callable
        How shares change.

    Examples
    --------
    >>> half = np.full((1, 2, 2), 0.5)
    >>> paths = DrawnPaths(("a", "b"), (("l", "r"),) * 2, np.arange(2.0), (half,) * 2, ("l-l",))
    >>> rest = Rest((np.eye(2)[:1],) * 2, ("ESS",))
    >>> draw_square(paths, rest, lambda shares: shares).get_xlabel()
    'a: l (share)'
    """
    ax = new_axes(width=4.2, height=4.4)
    styles = paths.styles()
    _field(ax, lambda x, y: flow([_pair(x), _pair(y)]), (0, 1))
    for k in thinned(paths, 40):
        line = np.stack([own[k, :, 0] for own in paths.shares], axis=-1)
        colour, dashes = styles[paths.ends[k]]
        ax.plot(*line.T, color=colour, linestyle=dashes, linewidth=1.1)
        arrow(ax, line, colour)
    mark_rest_points(ax, np.stack([own[:, 0] for own in rest.shares], axis=-1), rest.verdicts)
    _frame(ax, *(share_label(p, a[0]) for p, a in zip(paths.players, paths.actions, strict=True)))
    add_keys(ax, styles, paths.words, rest.verdicts)
    return ax


@styled
def draw_faces(
    players: Sequence[str], actions: Sequence[Sequence[str]], rest: Rest, flow: Flow
) -> Axes:
    """Draw the six faces of the cube of three populations with two actions each.

    Parameters
    ----------
    players, actions : sequences of str and of sequences of str
        Names.
    rest : Rest
        Rest points; those of a face are marked on it.
    flow : callable
        How shares change.

    Examples
    --------
    >>> rest = Rest((np.eye(2)[:1],) * 3, ("ESS",))
    >>> ax = draw_faces("abc", [["l", "r"]] * 3, rest, lambda shares: shares)
    >>> ax.get_title(loc="left"), ax.get_xlabel()
    ('a: l', 'b: l (share)')
    """
    axes = new_panels(2, 3, width=8.0, height=5.2)
    places = np.stack([own[:, 0] for own in rest.shares], axis=-1)
    for number, ax in enumerate(axes):
        fixed, share = number % 3, 1 - number // 3
        across, up = (k for k in range(3) if k != fixed)

        def face(x: Array, y: Array, fixed: int = fixed, share: int = share) -> Sequence[Array]:
            shares = [_pair(x), _pair(y)]
            shares.insert(fixed, _pair(np.full(len(x), float(share))))
            return flow(shares)

        _field(ax, face, (across, up))
        here = np.abs(places[:, fixed] - share) < 1e-9
        verdicts = [v for v, kept in zip(rest.verdicts, here, strict=True) if kept]
        mark_rest_points(ax, places[here][:, [across, up]], verdicts)
        _frame(ax, *(share_label(players[k], actions[k][0]) for k in (across, up)))
        ax.set_title(f"{players[fixed]}: {actions[fixed][1 - share]}", fontsize=9, loc="left")
    add_keys(axes[0], {}, (), rest.verdicts)
    return axes[0]


@styled
def draw_triangle(paths: DrawnPaths, rest: Rest, population: int = 0) -> Axes:
    """Draw the shares of one population's three actions in a triangle.

    Parameters
    ----------
    paths : DrawnPaths
        Its paths, projected where there are other populations.
    rest : Rest
        Rest points to be marked.
    population : int
        Which one.

    Examples
    --------
    >>> third = np.full((1, 2, 3), 1 / 3)
    >>> paths = DrawnPaths(("a",), (("r", "p", "s"),), np.arange(2.0), (third,), ("interior",))
    >>> draw_triangle(paths, Rest((np.eye(3)[:1],), ("saddle",))).get_title(loc="left")
    'a: shares of its actions'
    """
    corners = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, np.sqrt(0.75)]])
    ax = new_axes(width=4.8, height=4.6)
    ax.plot(*corners[[0, 1, 2, 0]].T, color=INK, linewidth=0.9)
    styles = paths.styles()
    for k in thinned(paths, 48):
        line = paths.shares[population][k] @ corners
        colour, dashes = styles[paths.ends[k]]
        ax.plot(*line.T, color=colour, linestyle=dashes, linewidth=1.0)
        arrow(ax, line, colour)
    mark_rest_points(ax, rest.shares[population] @ corners, rest.verdicts)
    shifts = ((-4, -12), (4, -12), (0, 9))
    for corner, action, shift in zip(corners, paths.actions[population], shifts, strict=True):
        ax.annotate(f"all {action}", corner, xytext=shift, textcoords="offset points",
                    ha="center", va="center", fontsize=9)  # fmt: skip
    ax.set_title(f"{paths.players[population]}: shares of its actions", fontsize=9, loc="left")
    ax.set_aspect("equal")
    ax.set_axis_off()
    ax.margins(0.1)
    add_keys(ax, styles, paths.words, rest.verdicts)
    return ax


@styled
def draw_line(player: str, actions: Sequence[str], rest: Rest, flow: Flow) -> Axes:
    """Draw one population with two actions: how fast the share of the first one moves.

    Parameters
    ----------
    player, actions : str and sequence of str
        Names.
    rest : Rest
        Rest points to be marked.
    flow : callable
        How shares change.

    Examples
    --------
    >>> rest = Rest((np.eye(2)[:1],), ("stable",))
    >>> draw_line("a", ["l", "r"], rest, lambda shares: shares).get_xlabel()
    'a: l (share)'
    """
    ax = new_axes(width=5.0, height=2.8)
    x = np.linspace(0, 1, 401)
    speed = np.asarray(flow([_pair(x)])[0])[:, 0]
    ax.plot(x, speed, color=INK, linewidth=1.4)
    ax.axhline(0, color=FAINT, linewidth=0.8)
    for place in np.linspace(0.05, 0.95, 13):
        move = np.sign(np.interp(place, x, speed)) * 0.025
        if move:
            ax.annotate("", (place + move, 0), (place - move, 0),
                        arrowprops={"arrowstyle": "-|>", "color": INK})  # fmt: skip
    mark_rest_points(ax, np.stack([rest.shares[0][:, 0], 0 * rest.shares[0][:, 0]], -1),
                     rest.verdicts)  # fmt: skip
    ax.set(xlim=(0, 1), xlabel=share_label(player, actions[0]), ylabel="change per time")
    add_keys(ax, {}, (), rest.verdicts)
    return ax


def _pair(share: Array) -> Array:
    return np.stack([share, 1 - share], axis=-1)


def _field(
    ax: Axes, flow: Callable[[Array, Array], Sequence[Array]], moving: tuple[int, int]
) -> None:
    """Draw directions only: speeds near the edges would vanish."""
    x, y = (g.ravel() for g in np.meshgrid(*(np.linspace(0.05, 0.95, _ARROWS),) * 2))
    changes = flow(x, y)
    across, up = (np.asarray(changes[k])[:, 0] for k in moving)
    length = np.hypot(across, up)
    still = length == 0
    length[still] = 1
    ax.quiver(x[~still], y[~still], (across / length)[~still], (up / length)[~still], color=FAINT,
              scale=24, width=0.005, pivot="mid")  # fmt: skip


def _frame(ax: Axes, across: str, up: str) -> None:
    size = 7.5 if max(len(across), len(up)) > 24 else 8
    ax.set(xlim=(0, 1), ylim=(0, 1), xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])
    ax.set_xlabel(across, fontsize=size)
    ax.set_ylabel(up, fontsize=size)
    ax.set_aspect("equal")
