"""Plain listings: aligned columns, one line an entry, fit for a terminal and for grep."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def listing(rows: Iterable[Sequence[str]], *, header: Sequence[str]) -> str:
    """Write rows as aligned columns under a header; the last column is as long as it is.

    Examples
    --------
    >>> print(listing([("a", "first"), ("long", "second")], header=("NAME", "MEANING")))
    NAME  MEANING
    a     first
    long  second
    """
    table = [list(header), *(list(row) for row in rows)]
    widths = [max(len(row[column]) for row in table) for column in range(len(header) - 1)]
    return "\n".join(
        "  ".join([*(cell.ljust(w) for cell, w in zip(row, [*widths, 0], strict=True))]).rstrip()
        for row in table
    )


def number(value: float) -> str:
    """Write a number for people: six digits, ``unset`` for NaN.

    Examples
    --------
    >>> number(0.25), number(float("nan")), number(float("-inf"))
    ('0.25', 'unset', '-inf')
    """
    return "unset" if value != value else f"{value:.6g}"  # noqa: PLR0124 - only NaN differs
