"""A payoff matrix for reading: actions, payoffs, best replies marked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.games._numbers import format_number, fraction_text
from strategic.markup import Table

MARK = "*"
"""Follows the payoff of a best reply to the others' actions."""
LEGEND = f"Payoffs, one per player; {MARK} marks a best reply"
MOST_SLICES = 32
"""Tables of rows by columns that are read with less effort than a list of all profiles."""
MOST_PROFILES = 1024
"""Games with more action profiles are summarised instead of shown."""
LARGEST_IN_FULL = 1e15
"""Integers below are written with all their digits."""
LONGEST_DECIMAL = 12
"""Characters of an exact decimal that is shown in full."""


def payoff_table(
    payoffs: Sequence[Array],
    *,
    players: Sequence[str],
    actions: Sequence[Sequence[str]],
    title: str = "",
    exact: bool = False,
) -> Table:
    r"""Show one game: rows by columns for two players, else one row per action profile.

    Parameters
    ----------
    payoffs : sequence of arrays ``(n_1, ..., n_p)``
        One per player; doubles, shown to six digits or as many as tell them apart, or Fractions.
    players, actions : names
    title : str, optional
        Precedes the caption.
    exact : bool, default False
        Whether Fractions that are decimals stay fractions.

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
    caption = f"{title}. {LEGEND}" if title else LEGEND
    cells = _cells(payoffs, exact=exact)
    if len(payoffs) == 2:
        corner = f"{players[0]} \\ {players[1]}"
        return _two_way(cells, actions, corner=corner, caption=caption)
    listed = [
        [*(names[a] for names, a in zip(actions, profile, strict=True)), cells[profile]]
        for profile in np.ndindex(*cells.shape)
    ]
    return Table([*players, "payoffs"], listed, caption=caption, names=False)


def payoff_tables(
    payoffs: Sequence[Array],
    *,
    players: Sequence[str],
    actions: Sequence[Sequence[str]],
    title: str = "",
    exact: bool = False,
) -> list[Table]:
    r"""Show one game by slices: one table for each combination of the third and later players.

    Parameters are those of `payoff_table`, whose single table is given for two players, and where
    there would be more than `MOST_SLICES`.

    Examples
    --------
    >>> payoffs = [np.arange(8.0).reshape(2, 2, 2)] * 3
    >>> tables = payoff_tables(payoffs, players="ABC", actions=["xy"] * 3)
    >>> print(tables[1].markdown())
    | A \\ B (C: y) | x | y |
    |---|---:|---:|
    | x | 1, 1, 1\* | 3, 3\*, 3\* |
    | y | 5\*, 5, 5\* | 7\*, 7\*, 7\* |
    """
    others = payoffs[0].shape[2:]
    if len(payoffs) < 3 or np.prod(others) > MOST_SLICES:
        labels: dict[str, Any] = {"players": players, "actions": actions}
        return [payoff_table(payoffs, **labels, title=title, exact=exact)]
    cells = _cells(payoffs, exact=exact)
    corner = f"{players[0]} \\ {players[1]}"
    tables = []
    for rest in np.ndindex(*others):
        played = [
            f"{player}: {names[a]}"
            for player, names, a in zip(players[2:], actions[2:], rest, strict=True)
        ]
        where = f"{corner} ({', '.join(played)})"
        tables.append(_two_way(cells[(..., *rest)], actions, corner=where))
    return [*tables[:-1], replace(tables[-1], caption=f"{title}. {LEGEND}" if title else LEGEND)]


def _two_way(
    cells: Array, actions: Sequence[Sequence[str]], *, corner: str, caption: str = ""
) -> Table:
    rows = [[a, *line] for a, line in zip(actions[0], cells.tolist(), strict=True)]
    return Table([corner, *actions[1]], rows, caption=caption, numbers=True)


def _cells(payoffs: Sequence[Array], *, exact: bool) -> Array:
    """Write the payoffs of every profile, best replies marked: object array ``(n_1, ..., n_p)``."""
    cells = np.full(payoffs[0].shape, "", dtype=object)
    # the others' actions are held fixed, so the maximum is along the player's own axis
    with np.errstate(invalid="ignore"):  # what is missing is NaN; beside it nothing is best
        best = [
            (table == table.max(axis=i, keepdims=True))
            & (table == table).all(axis=i, keepdims=True)  # noqa: PLR0124 - NaN
            for i, table in enumerate(payoffs)
        ]
    # told apart across the players too, since one look compares them
    numbers = [number for table in payoffs for number in table.flat]
    written = number_texts(numbers, given=not exact)
    texts = np.array(written, dtype=object).reshape(len(payoffs), *cells.shape)
    for profile in np.ndindex(*cells.shape):
        cells[profile] = ", ".join(
            str(text[profile]) + MARK * bool(replies[profile])
            for text, replies in zip(texts, best, strict=True)
        )
    return cells


def payoff_columns(shape: Sequence[int]) -> list[str]:
    """Name the columns of a table of games, the first player's first.

    Examples
    --------
    >>> payoff_columns((1, 2))
    ['row_0_0', 'row_0_1', 'column_0_0', 'column_0_1']
    >>> payoff_columns((1, 2, 1))[1::2]
    ['player_0_0_1_0', 'player_1_0_1_0', 'player_2_0_1_0']
    """
    profiles = ["_".join(map(str, profile)) for profile in np.ndindex(*shape)]
    return [f"{player}_{p}" for player in player_columns(len(shape)) for p in profiles]


def player_columns(players: int) -> list[str]:
    """Name players in columns and arrays: row and column for two, numbers for more.

    Examples
    --------
    >>> player_columns(2), player_columns(3)
    (['row', 'column'], ['player_0', 'player_1', 'player_2'])
    """
    return ["row", "column"] if players == 2 else [f"player_{i}" for i in range(players)]


def number_text(value: Any) -> str:
    """Write a number for reading: six significant digits; integers and fractions in full.

    Examples
    --------
    >>> from fractions import Fraction
    >>> number_text(0.1 + 0.2), number_text(Fraction(1, 3)), number_text(1234567.0)
    ('0.3', '1/3', '1234567')
    """
    if isinstance(value, Fraction):
        return fraction_text(value)
    if not isinstance(value, float):
        return str(value)
    whole = value.is_integer() and abs(value) < LARGEST_IN_FULL
    return f"{value:.0f}" if whole and value else f"{value + 0.0:.6g}"


def number_texts(values: Iterable[Any], *, given: bool = False) -> list[str]:
    """Write numbers of one table, with more digits where different ones would look the same.

    Parameters
    ----------
    values : iterable of numbers or texts
        Texts stay as they are.
    given : bool, default False
        Whether the numbers are given rather than computed, so that the last bit counts, and
        Fractions that are decimals are written as such; else twelve digits count.

    Examples
    --------
    >>> number_texts([0.5, 1234567.25, 1234567.5, 0.1 + 0.2, 0.3])
    ['0.5', '1234567.2', '1234567.5', '0.3', '0.3']
    >>> number_texts([0.1 + 0.2, 0.3], given=True)
    ['0.30000000000000004', '0.3']
    """
    listed = list(values)
    in_full = [_in_full(value, given=given) for value in listed]
    doubles = {
        k: float(value) for k, value in enumerate(listed) if not _is_short(value, in_full[k])
    }
    texts = [number_text(doubles[k]) if k in doubles else text for k, text in enumerate(in_full)]
    for digits in (*range(7, 13), None):
        different: dict[str, set[str]] = {}
        for text, full in zip(texts, in_full, strict=True):
            different.setdefault(text, set()).add(full)
        alike = [k for k in doubles if len(different[texts[k]]) > 1]
        if not alike:
            break
        for k in alike:
            longer = in_full[k] if digits is None else f"{doubles[k] + 0.0:.{digits}g}"
            # without a point it would look like an integer that it is not
            if digits is None or not longer.lstrip("-").isdigit():
                texts[k] = longer
    return texts


def _in_full(value: Any, *, given: bool) -> str:
    """Write a number so that those to be told apart differ: a given one is never rounded."""
    if isinstance(value, Fraction) and given:
        return format_number(value)
    if not isinstance(value, float) or (value.is_integer() and abs(value) < LARGEST_IN_FULL):
        return number_text(value)
    return repr(float(value)).replace("e+", "e") if given else f"{value:.12g}"


def _is_short(value: Any, in_full: str) -> bool:
    """Tell whether a number is shown in full: not a double, and not a long exact decimal."""
    if isinstance(value, Fraction):
        return "/" in in_full or len(in_full) <= LONGEST_DECIMAL
    return not isinstance(value, float)
