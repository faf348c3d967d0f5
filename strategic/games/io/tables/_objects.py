"""Games in tables of other libraries: pandas, polars, DuckDB, pyarrow; Excel, Stata."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from strategic.errors import FileError
from strategic.games._arrow import labels_of
from strategic.games.io.files import reading
from strategic.games.io.table import GameTable, HeldGames
from strategic.games.io.tables._held import hold_table


def open_object(source: Any, names: Sequence[str] | None = None) -> GameTable:
    """Open an object that gives its table as a stream of Arrow, by the PyCapsule interface."""
    from dataclasses import replace

    kind = f"{type(source).__module__.partition('.')[0]}.{type(source).__name__}"
    try:
        table = pa.table(source)
    except (pa.ArrowException, TypeError, ValueError, NotImplementedError) as problem:
        rule = f"cannot be read as a table of Arrow: {problem}"
        raise FileError(rule, where=kind) from None
    with reading(kind):
        found = hold_table(table, kind, names, header=False)
    labels = labels_of(table.schema.metadata, found.shape)
    if not labels or not isinstance(found.reader, HeldGames):
        return found
    if found.reader.games.exact is not None:
        labels.pop("decimal", None)
    games = replace(found.reader.games, **labels)
    return replace(found, reader=HeldGames(games, found.reader.extra))


def open_workbook(path: Path, names: Sequence[str] | None = None) -> GameTable:
    """Open the first sheet with a table in an Excel workbook."""
    from strategic.games.io.tables._workbooks import read_workbook

    table, notes = read_workbook(path)
    return hold_table(table, path, names, decimals=True, notes=notes)


def open_stata(path: Path, names: Sequence[str] | None = None) -> GameTable:
    """Open a data set of Stata, by pandas."""
    try:
        import pandas as pd
    except ModuleNotFoundError:
        remedy = "install pandas, or save it as csv ('export delimited' in Stata)"
        raise FileError("is a data set of Stata, which pandas reads", remedy=remedy) from None
    try:
        with path.open("rb") as file:
            frame = pd.read_stata(file)
        table = pa.Table.from_pandas(frame, preserve_index=False)
    except Exception as problem:  # noqa: BLE001 - a damaged file makes pandas raise anything
        raise FileError(f"is no data set of Stata that can be read: {problem}") from None
    return hold_table(table, path, names, header=False)
