"""Arrays in numpy's files: where their numbers are, and some of them at a time."""

from __future__ import annotations

import lzma
import math
import tokenize
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np

from strategic.arrays import Array
from strategic.errors import FileError

BROKEN_ARCHIVE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,
    RuntimeError,
)
"""What zipfile raises at a damaged archive."""
# numpy reads a header with Python's own tokens and syntax
_BROKEN_HEADER = (
    *(ValueError, KeyError, TypeError, SyntaxError, MemoryError, OverflowError),
    *(RecursionError, tokenize.TokenError),
)
_MOST_ADDRESSES = 2**62
_LOCAL_HEADER = 30
_PASSED_AT_ONCE = 2**24


@dataclass(frozen=True)
class StoredArray:
    """One array of a file, without its numbers.

    Parameters
    ----------
    path : Path
    name : str
    shape : tuple of int
    dtype : numpy.dtype
    fortran : bool
        Whether the first axis runs fastest.
    member : str
        Of an archive; empty for a file of one array.
    offset : int or None
        Bytes of the file before the numbers; None where they are compressed.
    """

    path: Path
    name: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    fortran: bool
    member: str
    offset: int | None

    @property
    def is_numbers(self) -> bool:
        """Whether it holds real numbers; objects would have to be unpickled, which runs code."""
        return self.dtype.kind in "biuf" and self.dtype.names is None

    @contextmanager
    def opened(self, axes: int, *, through: bool = True) -> Iterator[ArrayStream]:
        """Open it for reading along its first ``axes`` axes, as if they were one.

        With ``through``, the array is read from beginning to end, so that an archive notices
        damage by its sums; else it is read in place where it can be.
        """
        if self.offset is not None and (not through or not self.member):
            with self.path.open("rb") as file:
                yield ArrayStream(self, axes, file, in_place=True)
        else:
            with zipfile.ZipFile(self.path) as archive, archive.open(self.member) as stream:
                _read_header(stream, self.name)
                yield ArrayStream(self, axes, stream, in_place=False)


class ArrayStream:
    """The numbers of one array, some entries along its first axes at a time."""

    def __init__(self, array: StoredArray, axes: int, file: IO[bytes], *, in_place: bool) -> None:
        self.array, self.file, self.in_place = array, file, in_place
        self.tail = array.shape[axes:]
        self.lead = array.shape[:axes]
        self.whole: Array | None = None
        self.place = 0

    def take(self, start: int, stop: int) -> Array:
        """Read entries ``start`` to ``stop``; from a stream, only forwards."""
        if self.array.fortran and self.lead:
            return self._scattered(start, stop)
        each = math.prod(self.tail) * self.array.dtype.itemsize
        if self.in_place:
            self.file.seek((self.array.offset or 0) + start * each)
        else:
            self._pass((start - self.place) * each)
        numbers = self._read((stop - start) * math.prod(self.tail))
        self.place = stop
        order = "F" if self.array.fortran else "C"
        return (
            numbers.reshape(stop - start, *self.tail)
            if order == "C"
            else numbers.reshape(self.array.shape, order="F")[None]
        )

    def _scattered(self, start: int, stop: int) -> Array:
        """In Fortran's order the numbers of a game lie all over the array."""
        if self.whole is None:
            array = self.array
            if self.in_place:
                self.whole = np.memmap(
                    self.array.path, array.dtype, "r", array.offset or 0, array.shape, "F"
                )
            else:
                self.whole = self._read(math.prod(array.shape)).reshape(array.shape, order="F")
        return np.asarray(self.whole[np.unravel_index(np.arange(start, stop), self.lead)])

    def _pass(self, size: int) -> None:
        while size > 0:
            size -= len(self.file.read(min(size, _PASSED_AT_ONCE))) or size

    def _read(self, count: int) -> Array:
        size = count * self.array.dtype.itemsize
        content = self.file.read(size)
        if len(content) < size:
            raise FileError("ends before the last game", where=self.array.name)
        return np.frombuffer(content, dtype=self.array.dtype)


def arrays_of_archive(path: Path) -> list[StoredArray]:
    """List the arrays of an ``.npz`` file."""
    arrays: list[StoredArray] = []
    with zipfile.ZipFile(path) as archive, path.open("rb") as file:
        for info in archive.infolist():
            name = info.filename.removesuffix(".npy")
            if info.is_dir() or any(array.name == name for array in arrays):
                continue
            with archive.open(info) as stream:
                shape, fortran, dtype = _read_header(stream, name)
                size = stream.tell()
            offset = None
            if info.compress_type == zipfile.ZIP_STORED and not info.flag_bits & 1:
                file.seek(info.header_offset + _LOCAL_HEADER - 4)
                lengths = np.frombuffer(file.read(4), "<u2")  # of the name and of what follows it
                offset = info.header_offset + _LOCAL_HEADER + int(lengths.sum()) + size
            arrays.append(StoredArray(path, name, shape, dtype, fortran, info.filename, offset))
    return arrays


def array_of_file(path: Path) -> StoredArray:
    """Look at the array of an ``.npy`` file."""
    with path.open("rb") as file:
        shape, fortran, dtype = _read_header(file, path.stem)
        offset = file.tell()
    array = StoredArray(path, path.stem, shape, dtype, fortran, "", offset)
    if path.stat().st_size < offset + math.prod(shape) * dtype.itemsize:
        raise FileError("ends before the last game", where=array.name)
    return array


def _read_header(stream: IO[bytes], name: str) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    try:
        version = np.lib.format.read_magic(stream)
        read_header = {
            (1, 0): np.lib.format.read_array_header_1_0,
            (2, 0): np.lib.format.read_array_header_2_0,
            (
                3,
                0,
            ): np.lib.format.read_array_header_2_0,  # the same in UTF-8, which names of fields need
        }[version]
        shape, fortran, dtype = read_header(stream)
    except _BROKEN_HEADER as problem:
        said = str(problem).partition(". ")[0]  # the rest would tell users to trust the file
        raise FileError(f"is not an array of numbers: {said}", where=name) from None
    if min(shape, default=0) < 0 or math.prod(shape) * dtype.itemsize > _MOST_ADDRESSES:
        raise FileError("must fit this machine's addresses", where=name, value=shape)
    return shape, fortran, dtype
