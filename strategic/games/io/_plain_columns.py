"""Columns of Arrow in the plainer forms that csv files and arrays of numpy can hold."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from strategic.arrays import Array

if TYPE_CHECKING:
    import pyarrow as pa


def without_codes(table: pa.Table) -> pa.Table:
    """Write labels of dictionary columns out as texts, which every program reads.

    Examples
    --------
    >>> import pyarrow as pa
    >>> table = pa.table({"status": pa.array(["found", "found"]).dictionary_encode()})
    >>> without_codes(table).schema.field("status").type
    DataType(string)
    """
    import pyarrow as pa

    for place, column in enumerate(table.schema):
        if pa.types.is_dictionary(column.type):
            texts = table.column(place).cast(column.type.value_type)
            table = table.set_column(place, column.name, texts)
    return table


def plain_table(table: pa.Table) -> pa.Table:
    """Write lists as JSON and bytes in hexadecimal digits besides, for csv files.

    Examples
    --------
    >>> import pyarrow as pa
    >>> plain_table(pa.table({"who": [[1, 2], None]})).column("who").to_pylist()
    ['[1, 2]', None]
    """
    import pyarrow as pa

    table = without_codes(table)
    for place, column in enumerate(table.schema):
        whole, kind = table.column(place), column.type
        if pa.types.is_nested(kind):
            told = (None if entry is None else _as_json(entry) for entry in whole.to_pylist())
            whole = pa.array(list(told), pa.string())
        elif any(is_bytes(kind) for is_bytes in _are_bytes()):
            told = (None if entry is None else entry.hex() for entry in whole.to_pylist())
            whole = pa.array(list(told), pa.string())
        elif pa.types.is_float16(kind):
            whole = whole.cast(pa.float32())
        elif pa.types.is_null(kind):
            whole = whole.cast(pa.string())
        else:
            continue
        table = table.set_column(place, column.name, whole)
    return table


def _as_json(entry: object) -> str:
    return json.dumps(entry, ensure_ascii=False, default=str)


def _are_bytes() -> tuple[Callable[[pa.DataType], bool], ...]:
    from pyarrow import types

    return types.is_binary, types.is_large_binary, types.is_fixed_size_binary


def numpy_columns(table: pa.Table) -> tuple[dict[str, Array], dict[str, list[str]]]:
    """Give columns as arrays, and the labels of those that hold codes.

    Statuses are codes. What is missing is NaN among numbers, NaT among dates, an empty text.
    """
    import pyarrow as pa

    columns: dict[str, Array] = {}
    labels: dict[str, list[str]] = {}
    codes = {f.name for f in table.schema if f.name.endswith("status")}
    codes &= {f.name for f in table.schema if pa.types.is_dictionary(f.type)}
    plain = plain_table(table.select([n for n in table.column_names if n not in codes]))
    for name in table.column_names:
        if name in codes:  # every block has the same labels
            column = table.column(name).combine_chunks()
            labels[name] = column.dictionary.to_pylist()
            columns[name] = column.indices.to_numpy(zero_copy_only=False)
        else:
            columns[name] = _array(plain.column(name).combine_chunks(), gaps=name == "index")
    return columns, labels


def _array(column: pa.Array, *, gaps: bool) -> Array:
    import pyarrow as pa

    kind = column.type
    if pa.types.is_boolean(kind) and column.null_count:
        column = column.cast(pa.int8()).cast(pa.float64())
    elif pa.types.is_integer(kind) and (column.null_count or gaps):
        try:
            column = column.cast(pa.float64())
        except pa.ArrowInvalid:  # doubles hold not every integer beyond 2**53
            column = column.cast(pa.string())
    elif pa.types.is_decimal(kind) or pa.types.is_time(kind):
        column = column.cast(pa.string())
    array = column.to_numpy(zero_copy_only=False)
    if array.dtype != object:
        return np.asarray(array)
    return np.array(["" if text is None else text for text in array], dtype=np.str_)
