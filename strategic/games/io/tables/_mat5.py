"""Arrays in files of MATLAB, versions 5 to 7.

Read here, because the reader of scipy can end the process at a damaged file.
"""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.errors import FileError

_HEADER = 128
_NUMBERS = {
    1: "i1",
    2: "u1",
    3: "i2",
    4: "u2",
    5: "i4",
    6: "u4",
    7: "f4",
    9: "f8",
    12: "i8",
    13: "u8",
}
_TEXTS = {1: "latin-1", 2: "latin-1", 16: "utf-8", 17: "utf-16", 4: "utf-16", 18: "utf-32"}
_MATRIX, _COMPRESSED = 14, 15
_CELL, _CHAR = 1, 4
_NUMERIC = range(6, 16)
_COMPLEX = 0x0800
_MOST_AXES = 64
_MOST_BYTES = 2**31
"""Of one array, so that a small file cannot fill the memory."""


@dataclass(frozen=True)
class _Element:
    kind: int
    content: memoryview


def read_arrays(content: bytes) -> dict[str, Array]:
    """Read the arrays of a file: real numbers, and texts in cells as arrays of objects.

    Parameters
    ----------
    content : bytes
        The whole file.

    Returns
    -------
    dict of str to array
        Complex numbers, structures and what else there is are left out.

    Raises
    ------
    FileError
        When the file is damaged, or of another version.
    """
    order = {b"IM": "<", b"MI": ">"}.get(content[126:128])
    if len(content) < _HEADER or order is None:
        raise FileError("is no file of MATLAB of version 5 to 7", remedy=_HOW)
    if struct.unpack_from(f"{order}H", content, 124)[0] != 0x0100:
        rule = "is a file of MATLAB 7.3 (HDF5), which is not read here"
        raise FileError(rule, remedy=_HOW)
    found: dict[str, Array] = {}
    try:
        for element in _elements(memoryview(content)[_HEADER:], order):
            name, array = _named_array(_expanded(element, order), order)
            if array is not None:
                found[name] = array
    except (struct.error, zlib.error, ValueError, IndexError, RecursionError) as problem:
        raise FileError(f"is no file of MATLAB that can be read: {problem}") from None
    return found


_HOW = "save it with save(FILE, ..., '-v7'), or as csv"


def _elements(content: memoryview, order: str) -> Iterator[_Element]:
    """Cut content into elements: a kind, a length and the bytes, padded to eight."""
    place = 0
    while place < len(content):
        kind, length = struct.unpack_from(f"{order}II", content, place)
        if kind >> 16:  # a small element holds its length in the upper half, and its bytes at once
            start, kind, length = place + 4, kind & 0xFFFF, kind >> 16
            end = place + 8
        else:
            start = place + 8
            padding = 0 if kind == _COMPRESSED else -length % 8
            end = start + length + padding
        if start + length > len(content):
            raise ValueError("it ends too early")
        yield _Element(kind, content[start : start + length])
        place = end


def _expanded(element: _Element, order: str) -> _Element:
    if element.kind != _COMPRESSED:
        return element
    expander = zlib.decompressobj()
    content = expander.decompress(element.content, _MOST_BYTES)
    if expander.unconsumed_tail:
        raise ValueError(f"an array has more than {_MOST_BYTES >> 30} GB")
    return next(_elements(memoryview(content), order), _Element(0, memoryview(b"")))


def _named_array(element: _Element, order: str) -> tuple[str, Array | None]:
    """Read a matrix, or give None for what is none of numbers or texts."""
    if element.kind != _MATRIX or not element.content:
        return "", None
    parts = _elements(element.content, order)
    flags, axes, name = (next(parts, None) for _ in range(3))
    if flags is None or axes is None or name is None:
        raise ValueError("an array has no name")
    (flag,) = struct.unpack_from(f"{order}I", flags.content)
    shape = tuple(np.frombuffer(axes.content, f"{order}i4").tolist())
    if len(shape) > _MOST_AXES or min(shape, default=0) < 0:
        raise ValueError("an array has no shape")
    kind = flag & 0xFF
    array: Array | None = None
    if kind in _NUMERIC and not flag & _COMPLEX:
        array = _numbers(next(parts, None), shape, order)
    elif kind == _CHAR:
        array = np.array(_text(next(parts, None), order), dtype=object)
    elif kind == _CELL:
        array = _cells([_named_array(part, order)[1] for part in parts], shape)
    return bytes(name.content).decode("utf-8"), array


def _numbers(element: _Element | None, shape: tuple[int, ...], order: str) -> Array:
    if element is None or element.kind not in _NUMBERS:
        raise ValueError("an array has no numbers")
    numbers = np.frombuffer(element.content, f"{order}{_NUMBERS[element.kind]}")
    if math.prod(shape) != len(numbers):
        raise ValueError(f"an array of shape {shape} has {len(numbers)} numbers")
    # stored in the least space, whatever they are in MATLAB
    return numbers.astype(numbers.dtype.newbyteorder("=")).reshape(shape, order="F")


def _text(element: _Element | None, order: str) -> str:
    if element is None or element.kind not in _TEXTS:
        return ""
    encoding = _TEXTS[element.kind]
    if encoding in ("utf-16", "utf-32"):
        encoding += "-le" if order == "<" else "-be"
    return bytes(element.content).decode(encoding)


def _cells(cells: list[Array | None], shape: tuple[int, ...]) -> Array | None:
    """Make an array of texts; cells of anything else are left out."""
    texts: list[Any] = [
        c.item() for c in cells if c is not None and c.dtype == object and not c.ndim
    ]
    if len(texts) != len(cells) or math.prod(shape) != len(cells):
        return None
    return np.array(texts, dtype=object).reshape(shape, order="F")
