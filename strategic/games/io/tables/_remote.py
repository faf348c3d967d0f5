"""Games in remote files, through the file systems of fsspec."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from strategic.errors import FileError
from strategic.games.io.tables._spooled import Spooled, spooled

_INSTALL = "install fsspec (pip install 'strategic[remote]'), or copy the file here first"


def fetched(address: str) -> Spooled:
    """Copy a remote file.

    Raises
    ------
    FileError
        When fsspec or its file system is not installed, or the file cannot be read.
    """
    with _named(address):
        import fsspec

        with fsspec.open(address, "rb") as stream:
            return spooled(stream, address)


def remote_files(address: str) -> list[str]:
    """List what an address stands for: a file, those in a folder, or those of a pattern.

    Raises
    ------
    FileError
        When there are none, or fsspec or its file system is not installed.
    """
    if address.startswith(("http://", "https://")):
        return [address]  # servers list no files, and a question mark asks them something
    with _named(address):
        import fsspec

        system, path = fsspec.core.url_to_fs(address)
        if any(mark in path for mark in "*?["):
            found = [name for name in system.glob(path) if system.isfile(name)]
        elif system.isdir(path):
            found = [name for name in system.ls(path, detail=False) if system.isfile(name)]
        else:
            return [address]
        if not found:
            raise FileError("no file has such a name").in_file(address)
        return [system.unstrip_protocol(name) for name in found]


@contextmanager
def _named(address: str) -> Iterator[None]:
    """Turn the many errors of remote file systems into one line that names the address."""
    try:
        yield
    except FileError as problem:
        raise problem.in_file(address) from None
    except ModuleNotFoundError as problem:
        if problem.name and problem.name.partition(".")[0] == "fsspec":
            raise FileError("is remote", remedy=_INSTALL).in_file(address) from None
        rule = f"its file system needs {problem.name}"
        raise FileError(rule, remedy=f"install {problem.name}").in_file(address) from None
    except ImportError as problem:  # which names the package to install
        rule = f"its file system is not installed: {_line(problem)}"
        raise FileError(rule, remedy="or copy the file here first").in_file(address) from None
    except Exception as problem:  # noqa: BLE001 - each file system has errors of its own
        told = FileError(f"cannot read it: {_line(problem)}", remedy="copy the file here first")
        raise told.in_file(address) from None


def _line(problem: Exception) -> str:
    text: Any = str(problem) or type(problem).__name__
    return " ".join(str(text).split())
