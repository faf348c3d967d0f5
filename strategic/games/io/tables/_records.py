"""Documents of JSON parsed without rounding, and tables written as such."""

from __future__ import annotations

import json
from itertools import chain
from typing import Any

from strategic.errors import FileError

_FEWEST = 3
"""A table has more columns: two of payoffs, and those that say what they are of."""


class Decimal(str):
    """A number with a point or an exponent, as it stands in a document."""

    __slots__ = ()


def parse_document(text: str) -> Any:
    """Parse JSON; numbers with a point are kept as they are written, NaN is None.

    Raises
    ------
    FileError
        When it is not JSON.
    """
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=lambda _: None)
    except json.JSONDecodeError as problem:
        raise FileError(f"is not JSON: {problem.msg}", where=f"line {problem.lineno}") from None
    except RecursionError:
        raise FileError("is nested too deeply") from None
    except ValueError as problem:  # an integer of thousands of digits
        raise FileError(f"is not JSON: {problem}") from None


def records_of(document: Any) -> dict[str, list[Any]] | None:
    """Give the columns of a table written as JSON; None where the document is none.

    Tables are lists of objects without nested lists, objects of columns, and what pandas writes
    with ``orient`` records, columns, index, split and table.

    Examples
    --------
    >>> records_of([{"a11": 1, "b11": 2}, {"a11": 3}])
    {'a11': [1, 3], 'b11': [2, None]}
    >>> records_of({"columns": ["a11"], "index": [0], "data": [[1]]})
    {'a11': [1]}
    """
    if isinstance(document, dict):
        return _columns_of(document)
    if not isinstance(document, list) or not document:
        return None
    if not all(isinstance(row, dict) and _is_flat(row) for row in document):
        return None
    names = dict.fromkeys(chain.from_iterable(document))
    return {name: [row.get(name) for row in document] for name in names}


def _columns_of(document: dict[str, Any]) -> dict[str, list[Any]] | None:
    for key in ("data", "records", "rows", "games"):
        rows, names = document.get(key), document.get("columns")
        if isinstance(rows, list):
            if isinstance(names, list) and all(isinstance(name, str) for name in names):
                return _split(names, rows)
            return records_of(rows)
    columns = list(document.values())
    if columns and all(isinstance(column, dict) and _is_flat(column) for column in columns):
        if all(name.isascii() and name.isdigit() for name in document):  # games by their numbers
            return records_of(columns)
        keys = dict.fromkeys(chain.from_iterable(columns))
        return {name: [own.get(key) for key in keys] for name, own in document.items()}
    are_columns = len(columns) > _FEWEST and all(map(_is_column, columns))
    return dict(document) if are_columns and len(set(map(len, columns))) == 1 else None


def _split(names: list[str], rows: list[Any]) -> dict[str, list[Any]]:
    for number, row in enumerate(rows):
        if not isinstance(row, list) or len(row) != len(names):
            rule = f"must have {len(names)} entries like the columns"
            raise FileError(rule, where=f"data[{number}]")
    return {name: [row[k] for row in rows] for k, name in enumerate(names)}


def _is_flat(row: dict[str, Any]) -> bool:
    return not any(isinstance(entry, list | dict) for entry in row.values())


def _is_column(column: Any) -> bool:
    return isinstance(column, list) and not any(isinstance(e, list | dict) for e in column)
