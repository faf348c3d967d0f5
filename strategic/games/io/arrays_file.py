"""Arrays of unknown length, written a block at a time into one ``.npz`` file."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import numpy as np


@dataclass
class _Spool:
    """The bytes of one array so far, beside the output."""

    file: IO[bytes]
    dtype: np.dtype[Any]
    tail: tuple[int, ...]
    rows: int = 0


@dataclass
class ArraysFile:
    """Arrays that grow along their first axis; the zip archive is put together at the end.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "arrays.npz"
    ...     with ArraysFile.opened(path) as arrays:
    ...         arrays.append("game", np.arange(2))
    ...         arrays.append("game", np.arange(3))
    ...     np.load(path)["game"]
    array([0, 1, 0, 1, 2])
    """

    _folder: Path
    _stack: ExitStack
    _spools: dict[str, _Spool] = field(default_factory=dict)

    @classmethod
    @contextmanager
    def opened(cls, path: Path) -> Iterator[ArraysFile]:
        """Open the file for writing; its temporary files lie beside it and are removed."""
        with ExitStack() as stack:
            folder = tempfile.TemporaryDirectory(prefix=f"{path.name}.", dir=path.parent)
            arrays = cls(Path(stack.enter_context(folder)), stack)
            yield arrays
            arrays._put_together(path)

    def append(self, name: str, block: np.ndarray[Any, Any]) -> None:
        """Add a block ``(rows, ...)`` to an array; blocks of an array agree in all but rows."""
        block = np.ascontiguousarray(block)
        spool = self._spools.get(name)
        if spool is None:
            file = (self._folder / f"{len(self._spools)}").open("w+b")
            spool = _Spool(self._stack.enter_context(file), block.dtype, block.shape[1:])
            self._spools[name] = spool
        spool.file.write(block.astype(spool.dtype, copy=False).data)
        spool.rows += len(block)

    def once(self, name: str, array: np.ndarray[Any, Any]) -> None:
        """Add an array that is whole; a second call changes nothing."""
        if name not in self._spools:
            self.append(name, array)

    def _put_together(self, path: Path) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
            for name, spool in self._spools.items():
                header = {
                    "descr": np.lib.format.dtype_to_descr(spool.dtype),
                    "fortran_order": False,
                    "shape": (spool.rows, *spool.tail),
                }
                with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                    np.lib.format.write_array_header_1_0(member, header)
                    spool.file.seek(0)
                    shutil.copyfileobj(spool.file, member, 2**20)
