"""Columns of numbers as a CSV or Parquet file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from strategic.games.io.files import written_whole


def write_columns(file: Path, columns: Mapping[str, Any]) -> None:
    """Write columns of one length as CSV or Parquet, by the ending of the file.

    Raises
    ------
    FileError
        When it cannot be written.
    """
    import pyarrow as pa

    table = pa.table({name: pa.array(values) for name, values in columns.items()})
    with written_whole(file) as beside:
        if file.suffix.lower() == ".parquet":
            from pyarrow import parquet

            parquet.write_table(table, beside)
        else:
            from pyarrow import csv

            csv.write_csv(table, beside)


def columns_text(columns: Mapping[str, Any]) -> str:
    """Write columns of one length as CSV text.

    Examples
    --------
    >>> print(columns_text({"a": [1, 2], "b": ["x", "y"]}), end="")
    "a","b"
    1,"x"
    2,"y"
    """
    import pyarrow as pa
    from pyarrow import csv

    sink = pa.BufferOutputStream()
    csv.write_csv(pa.table({name: pa.array(values) for name, values in columns.items()}), sink)
    return str(sink.getvalue().to_pybytes().decode("utf8"))
