"""Parquet files of one schema put one after the other, without reading their columns again.

A parquet file is the bytes of its columns, in groups of rows, and a footer that says where in the
file each of them begins. So the groups of several files make one file when their bytes are copied
and the places in their footers moved. Footers are in the compact protocol of Apache Thrift.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO, Any

from strategic.errors import FileError

_MAGIC = b"PAR1"
_TAIL = 8
_COPIED_AT_ONCE = 2**20
_SCHEMA, _ROWS, _GROUPS, _METADATA = 2, 3, 4, 5
"""Fields of the footer, by their numbers in parquet.thrift."""
_COLUMNS, _GROUP_PLACE, _ORDINAL = 1, 5, 7
_MOST_ORDINALS = 2**15
_CHUNK_PLACES, _CHUNK_DETAILS = (2, 4, 6), 3
"""Of a column: where it was written, its indices of offsets and of pages; and the rest."""
_DETAIL_PLACES = (9, 10, 11, 14)
"""Where its data begin, its index, its dictionary, and its bloom filter."""

_TRUE, _FALSE, _BYTE, _DOUBLE, _BINARY, _LIST, _SET, _STRUCT = 1, 2, 3, 7, 8, 9, 10, 12
_INTEGERS = (4, 5, 6)
"""Kinds of the compact protocol that parquet uses; it has no maps."""

Struct = dict[int, tuple[int, Any]]
"""The kind and the value of each field."""


@dataclass
class RowGroupJoiner:
    """Writes one parquet file from the row groups of others.

    Parameters
    ----------
    sink : binary file
        At its beginning; it need not be able to seek.

    Examples
    --------
    >>> import io
    >>> import pyarrow as pa
    >>> from pyarrow import parquet
    >>> joined = io.BytesIO()
    >>> joiner = RowGroupJoiner(joined)
    >>> for first in (0, 3):
    ...     part = io.BytesIO()
    ...     parquet.write_table(pa.table({"game": range(first, first + 3)}), part)
    ...     joiner.append(part)
    >>> joiner.close()
    >>> parquet.read_table(joined)["game"].to_pylist()
    [0, 1, 2, 3, 4, 5]
    """

    sink: IO[bytes]
    _footer: Struct = field(default_factory=dict)
    _place: int = 0

    def append(self, part: IO[bytes]) -> None:
        """Copy the row groups of a whole parquet file that can seek.

        Raises
        ------
        FileError
            When its columns differ from those of the parts before.
        """
        end, footer = _footer_of(part)
        if self._footer and footer[_SCHEMA] != self._footer[_SCHEMA]:
            raise FileError("parts must have the same columns")
        if not self._footer:
            self.sink.write(_MAGIC)
            self._place = len(_MAGIC)
            self._footer = footer | {_ROWS: (6, 0), _GROUPS: (_LIST, (_STRUCT, []))}
        groups = _list_of(self._footer, _GROUPS)
        for group in _list_of(footer, _GROUPS):
            _move(group, self._place - len(_MAGIC))
            if _ORDINAL in group:
                group[_ORDINAL] = group[_ORDINAL][0], len(groups)
                if len(groups) >= _MOST_ORDINALS:  # the number of a group has 16 bits; it may lack
                    del group[_ORDINAL]
            groups.append(group)
        rows = self._footer[_ROWS][1] + footer[_ROWS][1]
        self._footer[_ROWS] = self._footer[_ROWS][0], rows
        part.seek(len(_MAGIC))
        self._copy(part, end - len(_MAGIC))

    def _copy(self, part: IO[bytes], count: int) -> None:
        self._place += count
        while count:
            piece = part.read(min(count, _COPIED_AT_ONCE))
            self.sink.write(piece)
            count -= len(piece)

    def close(self, metadata: Mapping[bytes, bytes] | None = None) -> None:
        """Write the footer; the sink stays open.

        Parameters
        ----------
        metadata : mapping of bytes to bytes, optional
            What to say of the whole file, in place of what the first part says under these keys.
        """
        said = {**self._said(), **(metadata or {})}
        pairs = [{1: (_BINARY, key), 2: (_BINARY, value)} for key, value in said.items()]
        self._footer[_METADATA] = _LIST, (_STRUCT, pairs)
        footer = _written(_STRUCT, self._footer)
        self.sink.write(footer + len(footer).to_bytes(4, "little") + _MAGIC)

    def _said(self) -> dict[bytes, bytes]:
        if _METADATA not in self._footer:
            return {}
        pairs = _list_of(self._footer, _METADATA)
        return {pair[1][1]: pair[2][1] for pair in pairs if 2 in pair}


def _footer_of(part: IO[bytes]) -> tuple[int, Struct]:
    """Read where the row groups of a file end, and what its footer says."""
    after = part.seek(-_TAIL, 2)
    tail = part.read(_TAIL)
    end = after - int.from_bytes(tail[:4], "little")
    part.seek(end)
    return end, _Reader(part.read(after - end)).value(_STRUCT)


def _list_of(struct: Struct, number: int) -> list[Any]:
    entries: list[Any] = struct[number][1][1]
    return entries


def _move(group: Struct, by: int) -> None:
    """Say of all that a row group is made of that it begins later in the file."""
    _shift(group, (_GROUP_PLACE,), by)
    for chunk in _list_of(group, _COLUMNS):
        _shift(chunk, _CHUNK_PLACES, by)
        _shift(chunk[_CHUNK_DETAILS][1], _DETAIL_PLACES, by)


def _shift(struct: Struct, numbers: tuple[int, ...], by: int) -> None:
    for number in numbers:
        if number in struct:
            kind, place = struct[number]
            # writers say 0 of a place that there is not; nothing begins before the magic word
            struct[number] = kind, place + by if place else 0


@dataclass
class _Reader:
    """Values of the compact protocol, one after the other."""

    content: bytes
    place: int = 0

    def value(self, kind: int) -> Any:
        if kind in (_TRUE, _FALSE):  # as an entry of a list: a field has its value in its header
            return self._taken(1)
        if kind in _INTEGERS:
            return self._integer()
        if kind == _BINARY:
            return self._taken(self._length())
        if kind in (_LIST, _SET):
            head = self._taken(1)[0]
            count = self._length() if head >> 4 == 15 else head >> 4
            return head & 15, [self.value(head & 15) for _ in range(count)]
        if kind == _STRUCT:
            return self._struct()
        return self._taken({_BYTE: 1, _DOUBLE: 8}[kind])

    def _struct(self) -> Struct:
        fields: Struct = {}
        number = 0
        while head := self._taken(1)[0]:
            number = number + (head >> 4) if head >> 4 else self._integer()
            kind = head & 15
            fields[number] = kind, None if kind in (_TRUE, _FALSE) else self.value(kind)
        return fields

    def _taken(self, count: int) -> bytes:
        self.place += count
        return self.content[self.place - count : self.place]

    def _length(self) -> int:
        """Read seven bits at a time, the lowest first."""
        number = shift = 0
        while (octet := self._taken(1)[0]) & 128:
            number |= (octet & 127) << shift
            shift += 7
        return number | octet << shift

    def _integer(self) -> int:
        number = self._length()
        return number >> 1 ^ -(number & 1)  # 0, 1, 2, 3 stand for 0, -1, 1, -2


def _written(kind: int, value: Any) -> bytes:
    """Write a value as `_Reader` reads it."""
    if kind in _INTEGERS:
        return _length_written(value << 1 if value >= 0 else (-value << 1) - 1)
    if kind == _BINARY:
        return _length_written(len(value)) + bytes(value)
    if kind in (_LIST, _SET):
        of, entries = value
        count = len(entries)
        head = (
            bytes([count << 4 | of]) if count < 15 else bytes([240 | of]) + _length_written(count)
        )
        return head + b"".join(_written(of, entry) for entry in entries)
    if kind == _STRUCT:
        return _struct_written(value)
    return bytes(value)


def _struct_written(fields: Struct) -> bytes:
    pieces, before = [], 0
    for number, (kind, value) in sorted(fields.items()):
        ahead = number - before
        head = bytes([ahead << 4 | kind]) if ahead < 16 else bytes([kind]) + _written(4, number)
        pieces += [head, b"" if value is None else _written(kind, value)]
        before = number
    return b"".join(pieces) + b"\0"


def _length_written(number: int) -> bytes:
    octets = bytearray()
    while number > 127:
        octets.append(number & 127 | 128)
        number >>= 7
    return bytes([*octets, number])
