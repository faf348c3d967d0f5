"""The tables of a solution: one with a row per equilibrium, one with a row per game."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.arrays import Array
from strategic.equilibria import Equilibria, Solution
from strategic.equilibria.method import Method
from strategic.equilibria.partial import PartialEquilibria
from strategic.status import Status

if TYPE_CHECKING:
    import pyarrow as pa


def row_table_name(method: Method) -> str | None:
    """Name the table of a method's rows; None where there is only a row per game."""
    if getattr(method, "want", None) == "count":
        return None
    return "equilibria"


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
        ``game``, the further columns, ``count`` and ``status``, whose type is a dictionary of all
        labels in the order of their codes.
    """
    import pyarrow as pa

    numbers = np.asarray(numbers, dtype=np.int64)
    rows, found = None, _rows(solution)
    if found is not None:
        game = np.asarray(found.pop("game"), dtype=np.int64)
        carried = {} if extra is None else _carried(extra.take(pa.array(game)), found)
        rows = pa.table({"game": numbers[game], **carried, **found})
        count = np.bincount(game, minlength=len(numbers))
    if isinstance(solution, Equilibria | PartialEquilibria):
        count = solution.count
    labels = pa.array([status.label for status in Status])
    codes = pa.array(solution.status.astype(np.int8, copy=False))
    of_games = {
        "count": pa.array(count.astype(np.int32, copy=False)),
        "status": pa.DictionaryArray.from_arrays(codes, labels),
    }
    carried = {} if extra is None else _carried(extra, {**(found or {}), **of_games})
    return rows, pa.table({"game": numbers, **carried, **of_games})


def _rows(solution: Solution) -> dict[str, Any] | None:
    import pyarrow as pa

    if isinstance(solution, PartialEquilibria) and solution.want == "count":
        return None
    columns = solution.columns()
    for name, column in columns.items():
        if isinstance(column, np.ndarray) and column.dtype == bool:
            columns[name] = column.astype(np.int8)
    if "index" in columns:  # NaN for "none": integers with gaps
        index = columns["index"]
        columns["index"] = pa.array(index, mask=np.isnan(index)).cast(pa.int32())
    return columns


def _carried(extra: pa.RecordBatch, taken: dict[str, Any]) -> dict[str, Any]:
    """Rename further columns whose names the results use."""
    clash = {"game", "count", "status", *taken}
    return {
        f"input_{name}" if name in clash else name: column
        for name, column in zip(extra.schema.names, extra.columns, strict=True)
    }
