"""A payoff matrix for reading: actions, payoffs, best replies marked."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.games._numbers import fraction_text
from strategic.markup import Table

MARK = "*"
"""Follows the payoff of a best reply to the others' actions."""
MOST_PROFILES = 1024
"""Games with more action profiles are summarised instead of shown."""


def payoff_table(
    payoffs: Sequence[Array],
    *,
    players: Sequence[str],
    actions: Sequence[Sequence[str]],
    title: str = "",
) -> Table:
    r"""Show one game: rows by columns for two players, else one row per action profile.

    Parameters
    ----------
    payoffs : sequence of arrays ``(n_1, ..., n_p)``
        One per player; doubles, shown to six digits, or Fractions.
    players, actions : names
    title : str, optional
        Precedes the caption.

    Returns
    -------
    Table

    Examples
    --------
    >>> payoffs = [np.array([[3.0, 0.0]]), np.array([[1.0, 0.5]])]
    >>> print(payoff_table(payoffs, players="AB", actions=["x", "yz"]).markdown())
    | A \\ B | y | z |
    |---|---:|---:|
    | x | 3\*, 1\* | 0\*, 0.5 |
    """
    what = f"Payoffs, one per player; {MARK} marks a best reply"
    caption = f"{title}. {what}" if title else what
    cells = np.full(payoffs[0].shape, "", dtype=object)
    # the others' actions are held fixed, so the maximum is along the player's own axis
    best = [table == table.max(axis=i, keepdims=True) for i, table in enumerate(payoffs)]
    for profile in np.ndindex(*cells.shape):
        cells[profile] = ", ".join(
            number_text(table[profile]) + MARK * bool(replies[profile])
            for table, replies in zip(payoffs, best, strict=True)
        )
    if len(payoffs) == 2:
        rows = [[a, *line] for a, line in zip(actions[0], cells.tolist(), strict=True)]
        corner = f"{players[0]} \\ {players[1]}"
        return Table([corner, *actions[1]], rows, caption=caption, numbers=True)
    listed = [
        [*(names[a] for names, a in zip(actions, profile, strict=True)), cells[profile]]
        for profile in np.ndindex(*cells.shape)
    ]
    return Table([*players, "payoffs"], listed, caption=caption, names=False)


def payoff_columns(shape: Sequence[int]) -> list[str]:
    """Name the columns of a table of games, the row player's first.

    Examples
    --------
    >>> payoff_columns((1, 2))
    ['row_0_0', 'row_0_1', 'column_0_0', 'column_0_1']
    """
    rows, columns = shape
    return [f"{p}_{i}_{j}" for p in ("row", "column") for i in range(rows) for j in range(columns)]


def number_text(value: Any) -> str:
    """Write a number for reading: six significant digits, fractions in full.

    Examples
    --------
    >>> from fractions import Fraction
    >>> number_text(0.1 + 0.2), number_text(Fraction(1, 3))
    ('0.3', '1/3')
    """
    if isinstance(value, Fraction):
        return fraction_text(value)
    return f"{value:.6g}" if isinstance(value, float) else str(value)
