"""Shares over time: from one start, from many, and at several values of one parameter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.arrays import Array
from strategic.reports.figures.evolution._paths import DrawnPaths, add_keys, share_label, thinned
from strategic.reports.figures.style import FAINT, INK, PALETTE, new_axes, new_panels, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_DASHES: tuple[Any, ...] = ("-", (0, (5, 1.5)), (0, (1, 1)), (0, (6, 1.5, 1, 1.5)),
                            (0, (3, 1, 1, 1, 1, 1)), (0, (8, 2)))  # fmt: skip


@styled
def draw_over_time(paths: DrawnPaths, *, stages: Sequence[float] = ()) -> Axes:
    """Draw shares over time.

    Parameters
    ----------
    paths : DrawnPaths
        A single one is drawn on one pair of axes, one line per population; of several, each
        population has axes of its own.
    stages : sequence of float
        When stages begin; they are numbered.

    Examples
    --------
    >>> import numpy as np
    >>> times, x = np.array([0.0, 1.0]), np.array([[[0.5, 0.5], [0.9, 0.1]]])
    >>> paths = DrawnPaths(("a", "b"), (("l", "r"),) * 2, times, (x, x), ("l-l",))
    >>> draw_over_time(paths).get_ylabel()
    'share of the population'
    """
    chosen = _chosen(paths)
    if len(paths.ends) == 1:
        ax = new_axes(width=6.4, height=3.4)
        _lines(ax, paths)
        _finish(ax, paths.times, "share of the population", stages)
        ax.figure.legend(loc="outside lower center", ncols=min(3, len(chosen)), frameon=False)
        return ax
    axes, styles = _panels(len(chosen)), paths.styles()
    for ax, (player, action) in zip(axes, chosen, strict=False):
        for k in thinned(paths):
            colour, dashes = styles[paths.ends[k]]
            ax.plot(paths.times, paths.shares[player][k, :, action], color=colour,
                    linestyle=dashes, linewidth=0.9, alpha=0.8)  # fmt: skip
        _finish(ax, paths.times, share_label(paths.players[player], paths.actions[player][action]),
                stages)  # fmt: skip
    add_keys(axes[0], styles, paths.words, ())
    return axes[0]


@styled
def draw_fan(
    paths: Sequence[DrawnPaths], parameter: str, values: Array, *, stages: Sequence[float] = ()
) -> Axes:
    """Draw how shares move at several values of one parameter, from the same start.

    Parameters
    ----------
    paths : sequence of DrawnPaths
        The first path of each is drawn, one per value.
    parameter : str
        Its name.
    values : array
        From low to high: lines run from light and dashed to dark and solid.
    stages : sequence of float
        When stages begin.

    Examples
    --------
    >>> times, x = np.array([0.0, 1.0]), np.array([[[0.5, 0.5], [0.9, 0.1]]])
    >>> paths = DrawnPaths(("a",), (("l", "r"),), times, (x,), ("l",))
    >>> draw_fan([paths, paths], "fine", np.array([1.0, 2.0])).get_ylabel()
    'a: l (share)'
    """
    from matplotlib import colormaps

    chosen = _chosen(paths[0])
    axes = _panels(len(chosen))
    shades = colormaps["cividis_r"](np.linspace(0.08, 1, len(values)))
    for ax, (player, action) in zip(axes, chosen, strict=False):
        for k, (found, value) in enumerate(zip(paths, values, strict=True)):
            ax.plot(found.times, found.shares[player][0, :, action], color=shades[k],
                    linewidth=1.7, linestyle=_DASHES[(len(values) - 1 - k) % len(_DASHES)],
                    label=f"{value:.4g}")  # fmt: skip
        label = share_label(paths[0].players[player], paths[0].actions[player][action])
        _finish(ax, paths[0].times, label, stages)
    handles, labels = axes[0].get_legend_handles_labels()
    axes[0].figure.legend(handles, labels, title=parameter, loc="outside lower center",
                          ncols=len(values), frameon=False)  # fmt: skip
    return axes[0]


@styled
def draw_stages(paths: Sequence[DrawnPaths], names: Sequence[str]) -> Axes:
    """Draw each stage by itself, all populations from one start.

    Parameters
    ----------
    paths : sequence of DrawnPaths
        One path per stage.
    names : sequence of str
        What the stages are called.

    Examples
    --------
    >>> times, x = np.array([0.0, 1.0]), np.array([[[0.5, 0.5], [0.9, 0.1]]])
    >>> paths = DrawnPaths(("a",), (("l", "r"),), times, (x,), ("l",))
    >>> draw_stages([paths, paths], ["before", "after"]).get_title(loc="left")
    'before'
    """
    axes = _panels(len(paths))
    for ax, found, name in zip(axes, paths, names, strict=False):
        _lines(ax, found)
        _finish(ax, found.times, "share of the population")
        ax.set_title(name, fontsize=8, loc="left", wrap=True)
    handles, labels = axes[0].get_legend_handles_labels()
    axes[0].figure.legend(handles, labels, loc="outside lower center", ncols=min(3, len(labels)),
                          frameon=False)  # fmt: skip
    return axes[0]


def _lines(ax: Axes, paths: DrawnPaths) -> None:
    """Draw the first path, one line per share."""
    for number, (player, action) in enumerate(_chosen(paths)):
        label = f"{paths.players[player]}: {paths.actions[player][action]}"
        ax.plot(paths.times, paths.shares[player][0, :, action], label=label,
                color=PALETTE[number % len(PALETTE)], linewidth=1.8,
                linestyle=_DASHES[number % len(_DASHES)])  # fmt: skip


def _chosen(paths: DrawnPaths) -> list[tuple[int, int]]:
    """Choose the shares to draw: all but the last action, which has the rest."""
    return [(i, a) for i, own in enumerate(paths.actions) for a in range(max(len(own) - 1, 1))]


def _panels(count: int) -> list[Axes]:
    columns = 2 if count == 4 else min(count, 3)
    rows = -(-count // columns)
    axes = new_panels(rows, columns, width=2.7 * columns, height=0.7 + 2.3 * rows)
    for unused in axes[count:]:
        unused.remove()
    return axes[:count]


def _finish(ax: Axes, times: Array, label: str, stages: Sequence[float] = ()) -> None:
    ax.set(xlim=(times[0], times[-1]), ylim=(-0.02, 1.02), xlabel="time")
    ax.set_ylabel(label, fontsize=8 if len(label) > 24 else None, wrap=True)
    for number, begins in enumerate(stages, start=1):
        if times[0] < begins < times[-1]:
            ax.axvline(begins, color=FAINT, linewidth=0.9, linestyle=(0, (2, 2)))
        if times[0] <= begins < times[-1]:
            ax.annotate(str(number), (begins, 1.02), xytext=(2, 2), textcoords="offset points",
                        fontsize=7, color=INK, annotation_clip=False)  # fmt: skip
