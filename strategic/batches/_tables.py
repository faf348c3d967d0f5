"""The tables of a solution: one with a row per equilibrium, one with a row per game."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from strategic.arrays import Array
from strategic.equilibria import Equilibria, Solution
from strategic.equilibria.method import Method
from strategic.equilibria.partial import PartialEquilibria
from strategic.games.io.arrow_columns import arrow_column, text_column
from strategic.status import Status

if TYPE_CHECKING:
    import pyarrow as pa

LABELS = [status.label for status in Status]
_WITHOUT_ANSWER = Status.INVALID, Status.DOES_NOT_FIT
"""Games of which there is nothing to say."""


def row_table_name(method: Method) -> str | None:
    """Name the table of a method's rows; None where there is only a row per game.

    Examples
    --------
    >>> from strategic.equilibria import method_of
    >>> [row_table_name(method_of(name)) for name in ("all", "logit", "dominance")]
    ['equilibria', 'equilibria', 'solutions']
    """
    if getattr(method, "want", None) == "count":
        return None
    return "equilibria" if method.rows_are == "equilibria" else "solutions"


def solution_tables(
    solution: Solution, numbers: Array, extra: pa.RecordBatch | None = None
) -> tuple[pa.Table | None, pa.Table]:
    """Give the rows of a solution of a batch, and a row per game.

    Parameters
    ----------
    solution : Solution
        Of games with one batch axis.
    numbers : array ``(games,)`` of int
        Numbers of these games.
    extra : pyarrow.RecordBatch, optional
        Further columns of the games, carried along in both tables.

    Returns
    -------
    rows : pyarrow.Table or None
        Begins with the column ``game``; None where only counts were wanted.
    games : pyarrow.Table
        ``game``, the further columns, ``count`` (rows of the game), ``status``, whose type is a
        dictionary of all labels in the order of their codes, and what the method tells of each
        game. Columns and types depend on the method, its options and the shape of the games alone.

    Examples
    --------
    >>> from strategic.equilibria import solve
    >>> pennies = [[[1, -1], [-1, 1]], [[1, 2], [3, 4]]]
    >>> found = solve(pennies, [[[-1, 1], [1, -1]], [[1, 2], [3, 4]]], method="zero_sum")
    >>> rows, games = solution_tables(found, [7, 8])
    >>> rows.to_pydict()["row_0"], games.to_pydict()["status"], games.to_pydict()["value"]
    ([0.5], ['ok', 'does_not_fit'], [0.0, None])
    """
    import pyarrow as pa

    numbers = np.asarray(numbers, dtype=np.int64)
    found, further = solution.rows(), solution.by_game()
    taken = {"game", "count", "status", *found, *further}
    if found:
        game = np.asarray(found.pop("game"), dtype=np.int64)
        if isinstance(solution, Equilibria | PartialEquilibria):
            count = solution.count
        else:
            count = np.bincount(game, minlength=len(numbers))
        carried = {} if extra is None else _carried(extra.take(arrow_column(game)), taken)
        columns = {name: _column(name, column) for name, column in found.items()}
        rows = pa.table({"game": arrow_column(numbers.take(game)), **carried, **columns})
    else:  # nothing but counts was wanted
        rows, count = None, solution.count  # type: ignore[attr-defined]
    blank = np.isin(solution.status, _WITHOUT_ANSWER)
    of_games = {
        "count": arrow_column(count.astype(np.int32, copy=False)),
        "status": _column("status", solution.status),
        **{
            name: _column(name, np.where(blank, solution.status, column))
            if name.endswith("status")
            else _column(name, column, blank)
            for name, column in further.items()
        },
    }
    carried = {} if extra is None else _carried(extra, taken)
    return rows, pa.table({"game": arrow_column(numbers), **carried, **of_games})


def _column(name: str, column: Array, blank: Array | None = None) -> pa.Array:
    """Turn a column into Arrow: codes of a status into labels, and what is no number into none.

    Nothing is said of the games that are ``blank``.
    """
    import pyarrow as pa

    hidden = blank
    if blank is not None and column.dtype.kind == "f":
        hidden = blank | np.isnan(column)
    elif isinstance(column, np.ma.MaskedArray):
        own = np.ma.getmaskarray(column)
        hidden = own if blank is None else blank | own
    plain = np.ma.getdata(column)
    numeric = plain.dtype.kind in "biuf"
    values = arrow_column(plain, hidden) if numeric else pa.array(plain, mask=hidden)
    if not name.endswith("status"):
        return values
    return pa.DictionaryArray.from_arrays(values, text_column(LABELS))


def _carried(extra: pa.RecordBatch, taken: set[str]) -> dict[str, pa.Array]:
    """Rename further columns whose names the results use."""
    carried: dict[str, pa.Array] = {}
    own = set(extra.schema.names)
    for name, column in zip(extra.schema.names, extra.columns, strict=True):
        free = name
        while free in taken or free in carried or (free != name and free in own):
            free = f"input_{free}"
        carried[free] = column
    return carried
