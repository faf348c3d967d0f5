"""Tables in sheets of Excel workbooks, and in files of MATLAB and Stata, as Arrow tables."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from strategic.errors import FileError
from strategic.games._numbers import format_double

if TYPE_CHECKING:
    import pyarrow as pa

_MOST_ROWS = 1_048_576


def read_workbook(path: Path) -> tuple[pa.Table, tuple[str, ...]]:
    """Read the first sheet that holds a table; empty rows and columns around it are left out.

    Returns
    -------
    table : pyarrow.Table
    notes : tuple of str
        Which sheet was read, where there are several.

    Raises
    ------
    FileError
        When openpyxl is missing, the workbook is damaged, or no sheet holds a table.
    """
    try:
        import openpyxl
    except ModuleNotFoundError:
        remedy = "install openpyxl (pip install 'strategic[excel]'), or save the sheet as csv"
        raise FileError("is an Excel workbook, which openpyxl reads", remedy=remedy) from None
    try:
        with path.open("rb") as file:
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
            sheets = {sheet.title: _cells(sheet) for sheet in book.worksheets}
            book.close()
        full = [title for title, rows in sheets.items() if len(rows) > 1]
        doubtful = [title for title in full[:1] or sheets if not full or _has_gaps(sheets[title])]
        empty = next(filter(None, (_empty_formula(path, title) for title in doubtful)), "")
    except (OSError, MemoryError):
        raise
    except Exception as problem:  # noqa: BLE001 - whatever damage makes its readers raise
        raise FileError(f"is not a workbook that can be read: {problem}") from None
    if empty:
        remedy = "open the workbook in Excel and save it"
        raise FileError("is a formula without its value", where=empty, remedy=remedy)
    if not full:
        raise FileError("has no sheet with a row of names and rows of numbers")
    notes = (f"sheet {full[0]} of {len(full)} was read",) if len(full) > 1 else ()
    return _table(sheets[full[0]]), notes


def _cells(sheet: Any) -> list[tuple[Any, ...]]:
    """Give the rows of a sheet without what is empty around them."""
    rows = [row for row in sheet.iter_rows(values_only=True) if any(map(_is_there, row))]
    # a title above the table fills fewer cells than the names of its columns
    while len(rows) > 1 and _filled(rows[0]) < min(_filled(rows[1]), 2):
        rows = rows[1:]
    if not rows:
        return []
    width = max(len(row) for row in rows)
    rows = [(*row, *(None,) * (width - len(row))) for row in rows]
    used = [k for k in range(width) if any(_is_there(row[k]) for row in rows)]
    return [tuple(row[k] for k in used) for row in rows]


def _has_gaps(rows: list[tuple[Any, ...]]) -> bool:
    return any(cell is None for row in rows for cell in row)


def _empty_formula(path: Path, title: str) -> str:
    """Find a formula whose value the program that wrote the workbook did not compute."""
    import openpyxl

    with path.open("rb") as first, path.open("rb") as second:
        formulas = openpyxl.load_workbook(first, read_only=True)
        values = openpyxl.load_workbook(second, read_only=True, data_only=True)
        try:
            rows = (book[title].iter_rows() for book in (formulas, values))
            for written, computed in zip(*rows, strict=False):
                for cell, value in zip(written, computed, strict=False):
                    if str(cell.value).startswith("=") and value.value is None:
                        return f"sheet {title}, cell {cell.coordinate}"
        finally:
            formulas.close()
            values.close()
    return ""


def _is_there(cell: Any) -> bool:
    return cell is not None and str(cell).strip() != ""


def _filled(row: tuple[Any, ...]) -> int:
    return sum(map(_is_there, row))


def _table(rows: list[tuple[Any, ...]]) -> pa.Table:
    import pyarrow as pa

    header, *body = rows
    names = ["" if name is None else str(name).strip() for name in header]
    columns = [_column([row[k] for row in body]) for k in range(len(names))]
    return pa.Table.from_arrays(columns, names=names)


def _column(cells: list[Any]) -> pa.Array:
    """Keep numbers where all are; else write everything as text."""
    import pyarrow as pa

    kinds = {type(cell) for cell in cells if cell is not None}
    if kinds <= {int}:
        try:
            return pa.array(cells, pa.int64())
        except OverflowError:
            pass
    elif kinds <= {int, float}:
        return pa.array(cells, pa.float64())
    elif kinds <= {bool}:
        return pa.array(cells, pa.bool_())
    return pa.array([None if cell is None else _text(cell) for cell in cells], pa.string())


def _text(cell: Any) -> str:
    if isinstance(cell, float):
        return format_double(cell)
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        cell = cell.date()
    return str(cell).strip()
