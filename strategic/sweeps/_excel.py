"""Small sweeps as Excel workbooks: the rows on one sheet, what they are on another."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.errors import FileError
from strategic.games.io.arrow_files import MOST_ROWS
from strategic.games.io.workbook import LONGEST_CELL, write_workbook
from strategic.sweeps._from_rows import guessed, sweep_from_table
from strategic.sweeps._rows import ABOUT, SweepTable

if TYPE_CHECKING:
    import pyarrow as pa
    import xarray

SHEETS = _ROWS_SHEET, _ABOUT_SHEET = "sweep", "about"
"""Names of the sheets."""
_PIECE = 32_000
"""Characters of a cell of the description; a cell holds 32,767."""


def write_excel(dataset: xarray.Dataset, path: Path) -> None:
    """Write a sweep to a workbook.

    Raises
    ------
    FileError
        When it has more rows than a sheet that opens well, or a text longer than a cell.
    """
    rows = 1
    for size in dataset.sizes.values():
        rows *= size
    if rows > MOST_ROWS:
        rule, remedy = f"a sheet holds at most {MOST_ROWS:,} rows", "write .parquet or .csv"
        raise FileError(rule, where=str(path), value=rows, remedy=remedy)
    columns: dict[str, list[Any]] = {}
    for batch in SweepTable(dataset).batches():
        for name, column in zip(batch.schema.names, batch.columns, strict=True):
            columns.setdefault(name, []).extend(column.to_pylist())
    longest = max((len(v) for c in columns.values() for v in c if isinstance(v, str)), default=0)
    if longest > LONGEST_CELL:
        rule = f"a cell holds at most {LONGEST_CELL:,} characters"
        raise FileError(rule, where=str(path), value=longest, remedy="write .parquet")
    known = (SweepTable(dataset).schema.metadata or {})[ABOUT].decode()
    told = {str(name): str(value)[:_PIECE] for name, value in dataset.attrs.items()}
    pieces = [known[start : start + _PIECE] for start in range(0, len(known), _PIECE)]
    about = {"what": [*told, *[ABOUT.decode()] * len(pieces)], "value": [*told.values(), *pieces]}
    write_workbook(path, {_ROWS_SHEET: columns, _ABOUT_SHEET: about})


def read_excel(path: Path) -> xarray.Dataset:
    """Read a sweep from a workbook, one of another program too: its first sheet.

    Raises
    ------
    FileError
        When openpyxl is missing or the workbook is damaged.
    """
    try:
        import openpyxl
    except ModuleNotFoundError:
        remedy = "install openpyxl (pip install 'strategic[excel]'), or save the sheet as csv"
        rule = "is an Excel workbook, which openpyxl reads"
        raise FileError(rule, where=str(path), remedy=remedy) from None
    with path.open("rb") as file:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
        sheets = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}
        book.close()
    (header, *rows), *_ = sheets.values()
    cells = {str(name): [row[k] for row in rows] for k, name in enumerate(header)}
    pieces = [str(row[1]) for row in sheets.get(_ABOUT_SHEET, []) if row[0] == ABOUT.decode()]
    if not pieces:
        return guessed(_table(cells, {}))
    known = json.loads("".join(pieces))
    kinds = {name: what["dtype"] for name, what in known["columns"].items()
             if "flag_meanings" not in what["attributes"]}  # fmt: skip
    return sweep_from_table(
        _table(cells, kinds).replace_schema_metadata({ABOUT: json.dumps(known)})
    )


def _table(cells: Mapping[str, list[Any]], kinds: Mapping[str, str]) -> pa.Table:
    """Make columns of cells, of the types they had; a number that Excel has not is a text."""
    import pyarrow as pa

    columns = {}
    for name, entries in cells.items():
        kind = np.dtype(kinds[name]).kind if kinds.get(name, "str") != "str" else ""
        if kind == "f":
            numbers = [None if entry is None else float(entry) for entry in entries]
            columns[name] = pa.array(numbers, pa.float64())
        elif kind in ("i", "u", "b"):
            whole = [None if entry is None else int(entry) for entry in entries]
            columns[name] = pa.array(whole, pa.int64())
        elif all(isinstance(entry, int | float | None) for entry in entries):
            columns[name] = pa.array(entries)
        else:
            columns[name] = pa.array([None if e is None else str(e) for e in entries], pa.string())
    return pa.table(columns)
