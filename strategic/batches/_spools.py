"""Files without names that carry parts from the process that solves to the one that writes.

Whatever ends these processes, the system takes the files back.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any


class Spool:
    """One part's tables, each in a file; a forked process has the same files.

    It is written by one process and then read by another, who wait for each other. Their buffers
    are made for each turn: one that outlived it would hold what the other has replaced since.

    Parameters
    ----------
    files : mapping of str to unbuffered file
        By the name of the table.
    """

    def __init__(self, files: Mapping[str, Any]) -> None:
        self._files = files

    @contextmanager
    def writing(self) -> Iterator[dict[str, IO[bytes]]]:
        """Give the files to write the next part to, empty."""
        for file in self._files.values():
            file.seek(0)
            file.truncate()
        buffers = {name: io.BufferedWriter(file) for name, file in self._files.items()}
        try:
            yield buffers  # type: ignore[misc]
            for buffer in buffers.values():
                buffer.flush()
        finally:
            for buffer in buffers.values():
                with suppress(OSError):  # no room: then the file goes with its buffer
                    buffer.detach()

    @contextmanager
    def reading(self) -> Iterator[dict[str, IO[bytes]]]:
        """Give the files to read the part from."""
        for file in self._files.values():
            file.seek(0)
        buffers = {name: io.BufferedReader(file) for name, file in self._files.items()}
        try:
            yield buffers  # type: ignore[misc]
        finally:
            for buffer in buffers.values():
                buffer.detach()


@contextmanager
def spools(folder: Path, tables: Sequence[str], count: int) -> Iterator[list[Spool]]:
    """Open files in the folder of the output, where there must be room for the results anyway."""
    with ExitStack() as stack:
        yield [
            Spool(
                {
                    name: stack.enter_context(TemporaryFile(buffering=0, dir=folder))
                    for name in tables
                }
            )
            for _ in range(count)
        ]
