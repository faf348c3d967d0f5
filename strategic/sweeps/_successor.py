"""One store in place of another: made beside it, and exchanged for it when it is complete.

Whoever is stopped leaves the old store as it was and, hidden beside it, what the next run of the
same kind goes on with; a run of another kind removes it.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PURPOSE = "purpose"
"""File of a store in the making: what it is made for."""
_HERE = -100
"""Says to Linux that paths are those of this process."""
_EXCHANGE = 2


def hidden(path: Path) -> Path:
    """Say where the successor of a store is made."""
    whole = path.resolve()
    return whole.with_name(f".{whole.name}.next")


@contextmanager
def successor(path: Path, purpose: str) -> Iterator[Path]:
    """Give a folder for a store that takes another's place when the block ends well.

    Parameters
    ----------
    path : Path
        Of the store, which the caller holds.
    purpose : str
        What the successor will be: one that was begun for the same purpose is gone on with.

    Yields
    ------
    Path
        The folder; it may hold what an earlier run got done.
    """
    beside = hidden(path)
    mark = beside / _PURPOSE
    if not (mark.is_file() and mark.read_text("utf-8") == purpose):
        remove_successor(path)
        beside.mkdir()
        mark.write_text(purpose, "utf-8")
    yield beside
    # Without its mark it is nothing to go on with: neither it, nor the old store in its place.
    mark.unlink()
    _exchange(beside, path.resolve())
    remove_successor(path)


def remove_successor(path: Path) -> None:
    """Remove what a stopped run has left beside a store."""
    beside = hidden(path)
    if beside.is_dir():
        (beside / _PURPOSE).unlink(missing_ok=True)
        shutil.rmtree(beside)


def recover(path: Path) -> None:
    """Bring an old store back, if a run was stopped between the two renames of an exchange."""
    replaced = _replaced(path.resolve())
    if replaced.is_dir():
        if path.exists():
            shutil.rmtree(replaced)
        else:
            replaced.rename(path.resolve())


def _exchange(new: Path, old: Path) -> None:
    """Let two folders change their names: in one step, or in two where the system has no such."""
    if not _exchanged_at_once(os.fsencode(new), os.fsencode(old)):
        replaced = _replaced(old)
        old.rename(replaced)
        new.rename(old)
        shutil.rmtree(replaced, ignore_errors=True)


def _exchanged_at_once(first: bytes, second: bytes) -> bool:
    with suppress(AttributeError, OSError, TypeError):  # TypeError: Windows
        system = ctypes.CDLL(None)
        if sys.platform == "darwin":
            return not system.renamex_np(first, second, _EXCHANGE)
        return not system.renameat2(_HERE, first, _HERE, second, _EXCHANGE)
    return False


def _replaced(old: Path) -> Path:
    return old.with_name(f".{old.name}.replaced")
