"""Columns of Arrow from arrays, made without pandas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from strategic.arrays import Array

if TYPE_CHECKING:
    import pyarrow as pa


def arrow_column(numbers: Array, hidden: Array | None = None) -> pa.Array:
    """Make a column of numbers, which shares the memory of the array.

    ``pyarrow.array`` gives the same, but loads pandas when it is first called, to see whether it
    was given something of pandas: twice what a thousand games take to be read, solved and written.

    Parameters
    ----------
    numbers : array ``(rows,)``
        Integers or doubles; truth values become 0 and 1.
    hidden : array ``(rows,)`` of bool, optional
        Rows that say nothing.

    Examples
    --------
    >>> arrow_column(np.array([1.5, 2.0]), np.array([False, True])).to_pylist()
    [1.5, None]
    """
    import pyarrow as pa

    numbers = np.ascontiguousarray(numbers)
    if numbers.dtype == bool:
        numbers = numbers.view(np.int8)
    known = None
    if hidden is not None and hidden.any():
        known = pa.py_buffer(np.packbits(~hidden, bitorder="little"))
    kind = pa.from_numpy_dtype(numbers.dtype)
    return pa.Array.from_buffers(kind, len(numbers), [known, pa.py_buffer(numbers)])


def text_column(texts: Sequence[str]) -> pa.Array:
    """Make a column of a few texts, without pandas as well.

    Examples
    --------
    >>> text_column(["complete", "übrig"]).to_pylist()
    ['complete', 'übrig']
    """
    import pyarrow as pa

    octets = [text.encode() for text in texts]
    ends = np.cumsum([0, *map(len, octets)], dtype=np.int32)
    return pa.StringArray.from_buffers(
        len(texts), pa.py_buffer(ends), pa.py_buffer(b"".join(octets))
    )


def array_of(column: pa.Array) -> Array:
    """Give the numbers or truth values of a column as an array, without pandas unless it has gaps.

    Parameters
    ----------
    column : pyarrow.Array
        Of numbers or truth values; what is null becomes NaN, or None among truth values.

    Returns
    -------
    array ``(rows,)``
        Not to be written to: it shares the memory of the column where it can.

    Examples
    --------
    >>> array_of(arrow_column(np.arange(3)).slice(1))
    array([1, 2])
    """
    import pyarrow as pa

    kind = column.type
    gaps = column.null_count > 0
    if not _is_plain(kind) or (gaps and not pa.types.is_floating(kind)):
        return np.asarray(column.to_numpy(zero_copy_only=False))
    known, octets = column.buffers()
    start, rows = column.offset, len(column)
    if not rows:
        return np.empty(0, dtype=bool if kind.bit_width == 1 else kind.to_pandas_dtype())
    if kind.bit_width == 1:
        return _flags(octets, start, rows)
    numbers = np.frombuffer(octets, kind.to_pandas_dtype(), rows, start * kind.bit_width // 8)
    return np.where(_flags(known, start, rows), numbers, np.nan) if gaps else numbers


def _is_plain(kind: pa.DataType) -> bool:
    import pyarrow as pa

    of_numbers = pa.types.is_integer(kind) or pa.types.is_floating(kind)
    return bool(of_numbers or pa.types.is_boolean(kind))


def _flags(octets: pa.Buffer, start: int, rows: int) -> Array:
    bits = np.frombuffer(octets, dtype=np.uint8)
    return np.unpackbits(bits, count=start + rows, bitorder="little")[start:].view(bool)
