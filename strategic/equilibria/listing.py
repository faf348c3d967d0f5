"""Equilibria as people read them: mixtures by action, payoffs, certificate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.games.matrix import number_text
from strategic.markup import Table
from strategic.status import Status

if TYPE_CHECKING:
    from strategic.equilibria.result import Equilibria

MOST_ROWS = 100
"""Rows of a table; longer results say how many more there are."""


def summary_line(found: Equilibria) -> str:
    """Say how many equilibria of how many games were found, and how surely."""
    games = found.count.size
    codes, numbers = np.unique(found.status, return_counts=True)
    states = ", ".join(
        f"{Status(code).label} {count}" if games > 1 else Status(code).label
        for code, count in zip(codes, numbers, strict=True)
    )
    size = "x".join(str(n) for n in found.games.shape)
    what = f"{games} games {size}" if found.games.batch_shape else f"a {size} game"
    count = f"{len(found)} equilibri{'um' if len(found) == 1 else 'a'}"
    worst = f", regret at most {found.regret.max():.2g}" if len(found) else ""
    return f"{count} of {what} ({states}){worst}"


def equilibria_table(found: Equilibria) -> Table:
    """List equilibria, one a row, with a column for the game where there are several."""
    batch = bool(found.games.batch_shape)
    header = ["game"] if batch else [""]
    header += [*found.games.players, "payoffs", "index", "regret"]
    shown = min(len(found), MOST_ROWS)
    caption = summary_line(found)
    if shown < len(found):
        caption += f"; {len(found) - shown} more not shown"
    rows = [_row(found, e, str(found.game[e]) if batch else str(e)) for e in range(shown)]
    return Table(header, rows, caption=caption)


def mixture_text(strategy: Sequence[Any], actions: Sequence[str]) -> str:
    """Write a mixed strategy by its actions.

    Examples
    --------
    >>> mixture_text([0.25, 0.75, 0.0], ("up", "middle", "down")), mixture_text(["1"], ("stay",))
    ('0.25 up, 0.75 middle', 'stay')
    """
    pairs = zip(strategy, actions, strict=True)
    used = [(weight, name) for weight, name in pairs if weight not in (0, "0")]
    if len(used) == 1:
        return used[0][1]
    return ", ".join(f"{number_text(weight)} {name}" for weight, name in used)


def _row(found: Equilibria, e: int, name: str) -> list[str]:
    mixtures = (
        mixture_text(strategy[e].tolist(), actions)
        for strategy, actions in zip(found.strategies, found.games.actions, strict=True)
    )
    payoffs = ", ".join(number_text(float(value)) for value in found.payoffs[e])
    index = found.index[e]
    return [
        name,
        *mixtures,
        payoffs,
        "-" if np.isnan(index) else f"{index:+.0f}",
        f"{found.regret[e]:.1g}",
    ]
