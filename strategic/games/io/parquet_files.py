"""How tables of results are encoded as parquet: quickly, and no larger than by Arrow's defaults."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

_STORED_SCHEMA = b"ARROW:schema"
"""Where Arrow keeps the kinds of columns that parquet itself does not tell apart."""

WITH_SUMS: Any = {"write_page_checksum": True}
"""Option of writers: each page gets a sum (CRC-32), which takes one part in a hundred longer."""
SUMS_CHECKED: Any = {"page_checksum_verification": True}
"""Option of readers: a page whose bytes no longer make its sum is an error; others have none."""
_AT_ONCE = 2**16
"""Rows encoded in one call, instead of a thousand."""


def parquet_writer(sink: IO[bytes] | Path, schema: pa.Schema) -> Any:
    """Open a parquet file for tables of results.

    Doubles are written as they are and whole numbers as differences, both compressed by snappy: of
    nine in ten equilibria the shares are 0 or 1, and payoffs do not repeat at all. So a dictionary
    of each column, which Arrow makes unless told otherwise, takes most of the time and saves
    nothing. Only texts have one. A dictionary array, such as of codes and the labels they stand
    for, is read back as the texts it means.

    Parameters
    ----------
    sink : file or Path
    schema : pyarrow.Schema
        Of the blocks that will be written; each becomes a row group.

    Returns
    -------
    pyarrow.parquet.ParquetWriter

    Examples
    --------
    >>> import io
    >>> import pyarrow as pa
    >>> from pyarrow import parquet
    >>> codes = pa.array([0, 0, 1], pa.int8())
    >>> status = pa.DictionaryArray.from_arrays(codes, pa.array(["complete", "components"]))
    >>> block, file = pa.record_batch({"game": pa.array([0, 1, 2]), "status": status}), io.BytesIO()
    >>> with parquet_writer(file, block.schema) as writer:
    ...     writer.write_batch(block)
    >>> parquet.read_schema(file).types
    [DataType(int64), DataType(string)]
    """
    import pyarrow as pa
    from pyarrow import parquet

    told = pa.schema([_as_told(field) for field in schema], metadata=schema.metadata)
    stored = base64.b64encode(told.serialize().to_pybytes())
    doubles = [field.name for field in schema if pa.types.is_floating(field.type)]
    whole = [field.name for field in schema if pa.types.is_integer(field.type)]
    coded = [field.name for field in schema if pa.types.is_dictionary(field.type)]
    writer = parquet.ParquetWriter(
        sink,
        schema,
        write_batch_size=_AT_ONCE,
        **WITH_SUMS,
        store_schema=False,  # it would say that the dictionary arrays are such
        use_dictionary=[name for name in schema.names if name not in {*doubles, *whole}],
        column_encoding=dict.fromkeys(whole, "DELTA_BINARY_PACKED"),
        # the least and the largest share, payoff or status help nobody to find a row
        write_statistics=[name for name in schema.names if name not in {*doubles, *coded}],
    )
    writer.add_key_value_metadata({**(schema.metadata or {}), _STORED_SCHEMA: stored})
    return writer


def _as_told(field: pa.Field) -> pa.Field:
    import pyarrow as pa

    is_dictionary = pa.types.is_dictionary(field.type)
    return field.with_type(field.type.value_type) if is_dictionary else field
