"""Games that come as a stream of bytes: standard input, compressed files, remote files.

They are copied into a temporary file, so that they can be read from any place and by other
processes, however large they are.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import IO, Any, cast

from strategic.errors import FileError, StrategicError
from strategic.games.io.files import errors_named

_PIECE = 2**20
_BEGINNING = 2**16
COMPRESSED = {".gz": b"\x1f\x8b", ".bz2": b"BZh", ".xz": b"\xfd7zXZ\0", ".zst": b"\x28\xb5\x2f\xfd"}
"""Endings of compressed files and how these begin."""
_MAGIC = {
    b"\x93NUMPY": ".npy",
    b"PAR1": ".parquet",
    b"ARROW1": ".feather",
    b"FEA1": ".feather",
    b"\xff\xff\xff\xff": ".arrows",
    b"CDF\x01": ".nc",
    b"CDF\x02": ".nc",
    b"MATLAB 5.0": ".mat",
    b"<stata_dta>": ".dta",
    b"\x89HDF": ".h5",
    b"\xd0\xcf\x11\xe0": ".xls",
    b"\x80\x04": ".pkl",
    b"\x80\x05": ".pkl",
}
"""How files of bytes begin, and what their names usually end in."""


@dataclass(frozen=True)
class Spooled:
    """A copy of a stream in a temporary file, which lasts as long as this object.

    Parameters
    ----------
    path : Path
        Where other processes of this machine find it too.
    name : str
        What to call it in errors.
    """

    path: Path
    name: str


def spooled(stream: IO[bytes], name: str) -> Spooled:
    """Copy a stream into a temporary file.

    Raises
    ------
    FileError
        When the stream cannot be read, or there is no room for it.
    """
    with errors_named(name, "read"):
        file = tempfile.TemporaryFile(prefix="strategic-")  # noqa: SIM115 - closed with the object
        try:
            shutil.copyfileobj(stream, file, _PIECE)
            file.flush()
        except BaseException:
            file.close()
            raise
        # A file without a name goes with its process, however that ends; on Linux it can be opened
        # again, here and in other processes, through the number it has in this one.
        path = Path(f"/proc/{os.getpid()}/fd/{file.fileno()}")
        if path.exists():
            copy = Spooled(path, name)
            weakref.finalize(copy, file.close)
            return copy
        return _named(file, name)


def _named(file: IO[bytes], name: str) -> Spooled:
    """Keep the copy under a name, where the system has no other way to open it again."""
    number, path = tempfile.mkstemp(prefix="strategic-")
    with os.fdopen(number, "wb") as target, file:
        file.seek(0)
        shutil.copyfileobj(file, target, _PIECE)
    copy = Spooled(Path(path), name)
    weakref.finalize(copy, _remove, Path(path), os.getpid())
    return copy


def _remove(path: Path, owner: int) -> None:
    if os.getpid() == owner:  # a forked worker must leave it there
        path.unlink(missing_ok=True)


def standard_input() -> Spooled:
    """Copy what comes in through standard input.

    Raises
    ------
    FileError
        When it is empty or cannot be read.
    """
    import sys

    stream: Any = getattr(sys.stdin, "buffer", None)
    if stream is None:  # closed by the caller, or a text held in memory
        stream = BytesIO(b"" if sys.stdin is None else sys.stdin.read().encode())
    copy = spooled(cast("IO[bytes]", stream), "-")
    if copy.path.stat().st_size == 0:
        raise FileError("standard input is empty", remedy="pipe games in").in_file("-")
    return copy


def expanded(path: Path, name: str) -> Spooled:
    """Expand a compressed file.

    Raises
    ------
    FileError
        When it is damaged.
    """
    import bz2
    import gzip
    import lzma
    import zlib

    with path.open("rb") as file:
        ending = compression(file.read(8))
    damage: tuple[type[Exception], ...] = (EOFError, zlib.error, lzma.LZMAError, gzip.BadGzipFile)
    try:
        if ending == ".zst":
            import pyarrow as pa

            damage = (*damage, OSError)  # what Arrow raises
            with path.open("rb") as file, pa.CompressedInputStream(file, "zstd") as stream:
                return spooled(stream, name)
        openers: dict[str, Any] = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}
        with openers[ending](path, "rb") as stream:
            return spooled(stream, name)
    except KeyError:
        raise FileError("is not compressed, whatever its name says").in_file(name) from None
    except damage as problem:
        raise FileError(f"cannot be expanded: {problem}").in_file(name) from None


def compression(beginning: bytes) -> str:
    r"""Recognise a compressed file by its first bytes; an empty text if it is none.

    Examples
    --------
    >>> compression(b"\x1f\x8b\x08"), compression(b"game,")
    ('.gz', '')
    """
    return next((e for e, magic in COMPRESSED.items() if beginning.startswith(magic)), "")


def ending_of(path: Path) -> str:
    """Recognise what a file holds by its first bytes, and give the ending such files have."""
    with path.open("rb") as file:
        beginning = file.read(_BEGINNING)
    for magic, ending in _MAGIC.items():
        if beginning.startswith(magic):
            return ending
    if beginning.startswith(b"PK\x03\x04"):
        import zipfile

        try:
            with zipfile.ZipFile(path) as archive:
                return ".xlsx" if "[Content_Types].xml" in archive.namelist() else ".npz"
        except zipfile.BadZipFile:
            return ".npz"  # whose reader says what is wrong
    if found := compression(beginning):
        return found
    return _ending_of_text(beginning, whole=len(beginning) < _BEGINNING)


def _ending_of_text(beginning: bytes, *, whole: bool) -> str:
    from strategic.games.io.gam import looks_gam

    text = beginning.decode("utf-8-sig", errors="replace").lstrip()
    for word in ("NFG", "EFG"):
        if text.startswith(word):
            return f".{word.lower()}"
    if text.startswith(("{", "[")):
        return ".json"
    return ".gam" if whole and looks_gam(text) else ".csv"


@contextmanager
def called(copy: Spooled) -> Iterator[None]:
    """Name the source of a copy in errors, not the temporary file."""
    try:
        yield
    except StrategicError as problem:
        renamed = [
            replace(told, file=copy.name) if told.file in ("", str(copy.path)) else told
            for told in problem.problems
        ]
        raise type(problem).from_problems(renamed) from None
