"""What the figures of populations draw: paths, where they end, and rest points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.arrays import Array
from strategic.reports.figures.style import (
    BLUE,
    FAINT,
    GREEN,
    INK,
    ORANGE,
    PURPLE,
    VERMILION,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

UNSETTLED = "not settled"
_TURNING = 4.0
"""Way of a path in one population's shares, as their sum of changes, from which it turns."""
_STYLES: tuple[tuple[str, Any], ...] = (
    (BLUE, "-"),
    (VERMILION, (0, (5, 1.5))),
    (GREEN, (0, (1, 1))),
    (ORANGE, (0, (6, 1.5, 1, 1.5))),
    (PURPLE, (0, (3, 1, 1, 1, 1, 1))),
)
"""Colour and dashes of paths by where they end: told apart without colours too."""
_MARKS: dict[str, tuple[str, str, str]] = {
    "ESS": ("o", INK, "evolutionarily stable"),
    "stable": ("o", INK, "stable"),
    "centre": ("s", "white", "centre"),
    "saddle": ("D", FAINT, "saddle"),
    "unstable": ("o", "white", "unstable"),
    "non-hyperbolic": ("^", "white", "non-hyperbolic"),
}
"""Marker, filling and word of rest points by the first word of their verdict."""


@dataclass(frozen=True, eq=False)
class DrawnPaths:
    """Paths of shares from several starts.

    Parameters
    ----------
    players, actions : tuples of str and of tuples of str
        Names of populations and of what they choose from.
    times : array (T,)
        Moments.
    shares : tuple of arrays (N, T, n_i)
        One per population.
    ends : tuple of str
        Where each path ends, in words; `UNSETTLED` where it does not settle.

    Examples
    --------
    >>> half = np.full((1, 2, 2), 0.5)
    >>> DrawnPaths(("a",), (("l", "r"),), np.array([0.0, 1.0]), (half,), ("edge point",)).words
    ['edge point']
    """

    players: tuple[str, ...]
    actions: tuple[tuple[str, ...], ...]
    times: Array
    shares: tuple[Array, ...]
    ends: tuple[str, ...]

    @property
    def words(self) -> list[str]:
        """The ends that occur, the most frequent first, and unsettled paths last."""
        found = sorted(set(self.ends), key=lambda word: (-self.ends.count(word), word))
        return sorted(found, key=lambda word: word == UNSETTLED)

    def styles(self) -> dict[str, tuple[str, Any]]:
        """Colour and dashes of every end that occurs."""
        return styles_of(self.words)


@dataclass(frozen=True, eq=False)
class Rest:
    """Rest points to be marked: shares, one array (E, n_i) per population, and verdicts.

    Examples
    --------
    >>> Rest((np.array([[1.0, 0.0]]),), ("ESS",)).verdicts
    ('ESS',)
    """

    shares: tuple[Array, ...]
    verdicts: tuple[str, ...]


def styles_of(words: Sequence[str]) -> dict[str, tuple[str, Any]]:
    """Give each end of paths a colour and dashes of its own."""
    settled = [word for word in words if word != UNSETTLED]
    found = {word: _STYLES[k % len(_STYLES)] for k, word in enumerate(settled)}
    return {**found, UNSETTLED: (FAINT, "-")}


def share_label(player: str, action: str) -> str:
    """Name an axis: whose share, of what."""
    return f"{player}: {action} (share)"


def mark_rest_points(ax: Axes, places: Array, verdicts: Sequence[str]) -> None:
    """Mark rest points by verdict: filled where stable, open where not."""
    for verdict in dict.fromkeys(verdicts):
        marker, filling, _ = _mark(verdict)
        chosen = places[[found == verdict for found in verdicts]]
        ax.plot(*chosen.T, linestyle="", marker=marker, markersize=7, color=filling,
                markeredgecolor=INK, markeredgewidth=1.1, clip_on=False, zorder=6)  # fmt: skip


def _mark(verdict: str) -> tuple[str, str, str]:
    return _MARKS.get(verdict.partition(",")[0], ("X", "white", verdict))


def add_keys(
    ax: Axes, styles: dict[str, Any], ends: Sequence[str], verdicts: Sequence[str]
) -> None:
    """Explain below the figure how paths and rest points are drawn."""
    from matplotlib.lines import Line2D

    handles = []
    for word in ends:
        colour, dashes = styles[word]
        label = word if word == UNSETTLED else f"to {word}"
        handles.append(Line2D([], [], color=colour, linestyle=dashes, linewidth=1.6, label=label))
    for verdict in dict.fromkeys(_mark(v) for v in verdicts):
        marker, filling, word = verdict
        handles.append(
            Line2D(
                [],
                [],
                linestyle="",
                marker=marker,
                markersize=7,
                color=filling,
                markeredgecolor=INK,
                markeredgewidth=1.1,
                label=word,
            )
        )
    if handles:
        longest = max(len(str(handle.get_label())) for handle in handles)
        columns = max(1, min(len(handles), int(figure_width(ax) * 17 // (longest + 7))))
        ax.figure.legend(
            handles=handles, loc="outside lower center", ncols=columns, frameon=False, fontsize=8
        )


def figure_width(ax: Axes) -> float:
    """Width of the figure that axes are part of, in inches."""
    figure = ax.get_figure(root=True)
    return float(figure.get_figwidth()) if figure is not None else 6.0


def arrow(ax: Axes, line: Array, colour: str) -> None:
    """Put a head on a line (T, 2) where it has gone 0.4 of its way."""
    steps = np.hypot(*np.diff(line, axis=0).T)
    way = np.concatenate([[0.0], np.cumsum(steps)])
    if way[-1] < 0.02:
        return
    at = int(np.clip(np.searchsorted(way, 0.4 * way[-1]), 1, len(line) - 1))
    while at < len(line) - 1 and steps[at - 1] == 0:
        at += 1
    ax.annotate(
        "", tuple(line[at]), tuple(line[at - 1]),
        arrowprops={"arrowstyle": "-|>", "color": colour, "mutation_scale": 8, "shrinkA": 0,
                    "shrinkB": 0, "linewidth": 0.9},
    )  # fmt: skip


def thinned(paths: DrawnPaths, most: int = 90) -> range:
    """Choose paths for a figure that would be black with all of them, or with paths that turn."""
    count = len(paths.ends)
    ways = [np.abs(np.diff(own, axis=1)).sum(axis=(1, 2)) for own in paths.shares]
    most = most // 8 if np.median(np.sum(ways, axis=0)) > _TURNING * len(ways) else most
    return range(0, count, -(-count // most))
