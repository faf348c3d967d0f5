"""Arrays that grow block by block, in files without names, and what they come to at the end."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from typing import IO, Any

import numpy as np

from strategic.arrays import Array

_ROWS_AT_ONCE = 2**16


@dataclass
class ArraySpool:
    """One array so far: its blocks as they came, each with its type.

    Later texts may be longer than the first ones, and later integers have gaps. So the array has
    its type at the end.

    Parameters
    ----------
    file : file
        Open for writing and reading.
    tail : tuple of int
        Shape of an entry.
    """

    file: IO[bytes]
    tail: tuple[int, ...]
    _pieces: list[tuple[int, np.dtype[Any]]] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """Number of entries."""
        return sum(rows for rows, _ in self._pieces)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type that holds all entries."""
        return np.result_type(*dict.fromkeys(kind for _, kind in self._pieces))

    def append(self, block: Array) -> None:
        """Add entries."""
        whole = np.ascontiguousarray(block)
        # numpy gives no plain view of dates
        self.file.write(whole.tobytes() if whole.dtype.kind in "mM" else whole.data)
        rows = len(whole)
        if self._pieces and self._pieces[-1][1] == whole.dtype:
            rows += self._pieces.pop()[0]
        self._pieces.append((rows, whole.dtype))

    def write(self, member: IO[bytes]) -> None:
        """Write the array as numpy does."""
        kind = self.dtype
        header = {
            "descr": np.lib.format.dtype_to_descr(kind),
            "fortran_order": False,
            "shape": (self.rows, *self.tail),
        }
        np.lib.format.write_array_header_1_0(member, header)
        self.file.seek(0)
        if len(self._pieces) == 1:
            shutil.copyfileobj(self.file, member, 2**20)
            return
        entry = int(np.prod(self.tail, dtype=np.int64))
        for rows, own in self._pieces:
            for start in range(0, rows, _ROWS_AT_ONCE):
                count = min(_ROWS_AT_ONCE, rows - start) * entry
                content = self.file.read(count * own.itemsize)
                member.write(np.frombuffer(content, dtype=own).astype(kind).tobytes())
