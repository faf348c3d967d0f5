"""Reading and writing whole files: errors name the file, outputs appear complete or not at all."""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from textwrap import shorten
from time import sleep
from typing import IO

from strategic.errors import FileError, StrategicError
from strategic.games.io.targets import beside, check_target

_LONGEST_TEXT = 2**28
_PATIENCE = 0.5
"""Seconds that the writer of a pipe may take to open it."""
_TRIES = 20
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""What the system says where there is no room."""
_LONGEST_REASON = 300
"""Letters; some libraries show the bytes that they cannot read."""
_ROW = re.compile(r"Row #(?P<number>\d+): (?P<rule>.*)", re.DOTALL)
"""How Arrow names a row of a csv file."""


def read_text(path: str | os.PathLike[str]) -> str:
    """Read a text file in UTF-8, with or without a byte order mark.

    Raises
    ------
    FileError
        When it cannot be read, is not UTF-8 text, or is empty.
    """
    with errors_named(path, "read"):
        content = _content(path)
    text = text_of(content, path)
    if not text.strip():
        raise FileError("must not be empty").in_file(path)
    return text


def _content(path: str | os.PathLike[str]) -> bytes:
    """Read a file, or a pipe somebody writes to; nobody's pipe must not be waited for for ever."""
    # builtin open, because only it takes an opener
    with open(path, "rb", buffering=0, opener=_open_at_once) as file:
        first = _first_bytes(file) if stat.S_ISFIFO(os.fstat(file.fileno()).st_mode) else b""
        os.set_blocking(file.fileno(), True)
        content = bytearray(first)
        while len(content) <= _LONGEST_TEXT and (piece := file.read(_LONGEST_TEXT)):
            content += piece
    if len(content) > _LONGEST_TEXT:
        raise FileError(f"must be a text of at most {_LONGEST_TEXT >> 20} MB").in_file(path)
    return bytes(content)


def _open_at_once(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _first_bytes(pipe: IO[bytes]) -> bytes:
    """Wait a moment for a writer; once there is one, it may take its time."""
    for _ in range(_TRIES):
        try:
            first = os.read(pipe.fileno(), 2**16)
        except BlockingIOError:  # there is a writer, who has not written yet
            return b""
        if first:
            return first
        sleep(_PATIENCE / _TRIES)
    error = FileError("is a pipe nobody writes to", remedy="start its writer first")
    raise error.in_file(pipe.name)


def check_regular(path: str | os.PathLike[str]) -> None:
    """Check that a table is a file that can be read twice, before opening it waits for ever.

    Raises
    ------
    FileError
        When it is a folder, a pipe or a device.
    """
    with errors_named(path, "read"):
        kind = Path(path).stat().st_mode
    if not stat.S_ISREG(kind):
        what = "folder" if stat.S_ISDIR(kind) else "pipe or a device"
        error = FileError(f"must be a file, not a {what}", remedy="write it to a file first")
        raise error.in_file(path)


def text_of(content: bytes, path: str | os.PathLike[str]) -> str:
    """Decode the content of a file, or of a pipe called ``-``.

    Raises
    ------
    FileError
        When it is not UTF-8 text; a byte order mark is left out.

    Examples
    --------
    >>> text_of(b"NFG 1 R", "-")
    'NFG 1 R'
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise FileError(
            "must be text in UTF-8", where=f"byte {problem.start + 1}", value=content[problem.start]
        ).in_file(path) from None


def check_depth(document: object, most: int = 100) -> None:
    """Check that lists and tables of a parsed document are nested no deeper than games are.

    Raises
    ------
    FileError
        When they are: walking deeper ones would exhaust the stack.

    Examples
    --------
    >>> check_depth({"payoffs": [[[1, 2]]]})
    """
    layer: list[object] = [document]
    for _ in range(most):
        layer = [
            entry
            for node in layer
            if isinstance(node, dict | list)
            for entry in (node.values() if isinstance(node, dict) else node)
        ]
        if not layer:
            return
    raise FileError(f"is nested more than {most} levels deep")


def write_text(path: str | os.PathLike[str], text: str) -> None:
    """Write a text file in UTF-8; it appears whole or not at all.

    Raises
    ------
    FileError
        When it cannot be written.
    """
    with written_whole(path) as part:
        part.write_bytes(text.encode(errors="backslashreplace"))


@contextmanager
def written_whole(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give a path beside the output to write to, and rename it when the block ends well.

    Nothing is left behind on failure. Devices and pipes are written to directly.
    Links are followed, read-only files refused, modes kept.

    Yields
    ------
    Path
        Where to write.

    Raises
    ------
    FileError
        When the system cannot write there (no such folder, no permission, no space left).

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with written_whole(Path(folder) / "numbers.txt") as part:
    ...         _ = part.write_text("1 2 3")
    ...     sorted(item.name for item in Path(folder).iterdir())
    ['numbers.txt']
    """
    check_target(path)
    with errors_named(path, "write"), beside(path) as part:
        yield part


def write_or_keep(path: str | os.PathLike[str], write: Callable[[Path], None]) -> None:
    """Write a result that took long; where it finds no room, keep it elsewhere and say where.

    Parameters
    ----------
    path : path-like
        Of the output.
    write : callable
        Writes the result to the path it is given, whole or not at all.

    Raises
    ------
    FileError
        When the output cannot be written; if the disk is full, the remedy names the file in the
        folder for temporary files that holds the result instead.
    """
    try:
        write(Path(path))
    except FileError as problem:
        cause = problem.__cause__
        if not isinstance(cause, OSError) or cause.errno not in FULL:
            raise
        told = problem.problems[0]
        import tempfile

        spare = Path(tempfile.mkdtemp(prefix="strategic-")) / Path(path).name
        try:
            write(spare)
        except (StrategicError, OSError):
            import shutil

            shutil.rmtree(spare.parent, ignore_errors=True)
        else:
            told = replace(told, remedy=f"the result is in {spare}")
        raise FileError.from_problems([told]) from cause


@contextmanager
def errors_named(path: str | os.PathLike[str], verb: str) -> Iterator[None]:
    """Turn errors of the system into one line that names the file.

    Raises
    ------
    FileError
        In place of any OSError.
    """
    try:
        yield
    except OSError as problem:
        # pyarrow puts its own sentence and the number of the error before the system's words
        reason = re.split(r"\[errno \d+\] ", problem.strerror or str(problem))[-1]
        rule = f"cannot {verb} it: {reason[:1].lower()}{reason[1:]}"
        remedy = "make room, or write it elsewhere" if problem.errno in FULL else ""
        raise FileError(rule, remedy=remedy).in_file(path) from problem


@contextmanager
def reading(path: str | os.PathLike[str], *damage: type[Exception]) -> Iterator[None]:
    """Name the file in every error of reading it.

    Parameters
    ----------
    path : path-like
    *damage : exception types
        What a reader raises at a damaged file.

    Raises
    ------
    FileError
        In place of any OSError and of what a damaged file raises.
    StrategicError
        The errors of this package, with the file named.
    """
    try:
        with errors_named(path, "read"):
            yield
    except StrategicError as problem:
        raise problem.in_file(path) from None
    except damage as problem:
        row = _ROW.search(str(problem))
        if row is None:
            said = shorten(str(problem), _LONGEST_REASON)
            raise FileError(f"cannot be read as a table: {said}").in_file(path) from None
        where = f"row {row['number']}, counting the header"
        raise FileError(row["rule"], where=where).in_file(path) from None
