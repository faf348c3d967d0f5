"""Where an output goes: whether it may, how it takes the place of what was there, who holds it."""

from __future__ import annotations

import errno
import glob
import os
import stat
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from strategic.errors import FileError, StrategicError

if sys.platform != "win32":
    import fcntl

AnyPath = str | os.PathLike[str]
FORCE = "replace it with --force, or choose another name"
"""What to do about an output that exists."""
_LONGEST_NAME = 50
"""Characters of the target in the name of the file beside it: systems allow 255 bytes in all."""
_PATIENCE = 10.0
"""Seconds to wait for another run: the workers of one that was killed need a moment to end."""
_NEW = os.O_CREAT | os.O_EXCL | os.O_RDWR


def check_target(path: AnyPath, *inputs: AnyPath) -> None:
    """Check that an output can be written, best before any work is done for it.

    Parameters
    ----------
    path : path-like
        Of the output. Links are followed.
    *inputs : path-like
        What the output is made from, and must not take the place of.

    Raises
    ------
    FileError
        When it is a folder, an input, or read-only, or when its folder cannot be written.

    Examples
    --------
    >>> check_target("nowhere/games.csv")
    Traceback (most recent call last):
    strategic.errors.FileError: nowhere/games.csv: cannot write it: no such file or directory
    """
    try:
        known = _state(path)
        if known is not None and stat.S_ISDIR(known.st_mode):
            raise FileError("must be a file, not a folder").in_file(path)
        check_no_input(path, *inputs)
        if known is not None and not _may_write(path, known):
            remedy = "choose another name, or make it writable"
            raise FileError("is read-only", remedy=remedy).in_file(path)
        if known is None or stat.S_ISREG(known.st_mode):
            folder = Path(path).resolve().parent
            if not stat.S_ISDIR(folder.stat().st_mode):
                raise _system_error(errno.ENOTDIR)
            if not os.access(folder, os.W_OK):
                raise _system_error(errno.EACCES)
    except OSError as problem:
        reason = problem.strerror or str(problem)
        rule = f"cannot write it: {reason[:1].lower()}{reason[1:]}"
        raise FileError(rule).in_file(path) from problem


def check_no_input(path: AnyPath, *inputs: AnyPath) -> None:
    """Check that an output, a file or a folder, is none of what it is made from.

    Raises
    ------
    FileError
        When it is, by whatever name.
    """
    known = _state(path)
    if known is not None and any(_is_same(known, entry) for entry in inputs):
        rule, remedy = "is the input, which it would replace", "choose another name"
        raise FileError(rule, remedy=remedy).in_file(path)


def check_new(
    path: AnyPath, *inputs: AnyPath, force: bool, error: type[StrategicError] = FileError
) -> None:
    """Check that an output can be written and, unless it may be replaced, that nothing is there.

    For data that others work with: games, results and model files. What one run says of one model
    (reports, figures, tables of its numbers) takes the place of its last version unasked.

    Parameters
    ----------
    path : path-like
        Of the output. An empty file counts as nothing; devices and pipes are written to.
    *inputs : path-like
        What the output is made from, and must not take the place of, whatever ``force`` says.
    force : bool
        Whether a file may be replaced.
    error : type of error
        Raised when there is a file that must stay.

    Raises
    ------
    StrategicError
        When there is such a file, or for any reason of `check_target`.

    Examples
    --------
    >>> check_new(__file__, force=False)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    strategic.errors.FileError: ...: exists already; replace it with --force, or choose another name
    """
    check_target(path, *inputs)
    keep_what_is_there(path, force=force, error=error)


def keep_what_is_there(path: AnyPath, *, force: bool, error: type[StrategicError]) -> None:
    """Refuse to replace a file or a folder that holds something, unless that is wanted.

    Raises
    ------
    StrategicError
        Of the type ``error``.
    """
    if not force and holds_something(path):
        raise error("exists already", remedy=FORCE).in_file(path)


def holds_something(path: AnyPath) -> bool:
    """Tell whether anything would be lost with what is at a path: a file or folder, not empty."""
    known = _state(path)
    if known is None:
        return False
    if stat.S_ISDIR(known.st_mode):
        return any(Path(path).iterdir())
    return stat.S_ISREG(known.st_mode) and known.st_size > 0


@contextmanager
def beside(path: AnyPath) -> Iterator[Path]:
    """Give a file to write to that takes the place of the output when the block ends well.

    It lies in the same folder, because a rename is atomic only within a file system, under a name
    that no other run uses: of several, the last whole one stays. It has the mode and the owner of
    what it replaces. What a killed run has left there of the same output is removed.

    Yields
    ------
    Path
        Where to write; a device or a pipe itself.
    """
    known = _state(path)
    if known is not None and not stat.S_ISREG(known.st_mode):
        yield Path(path)
        return
    target = Path(path).resolve()
    prefix = f".{target.name[:_LONGEST_NAME]}."
    for left in target.parent.glob(f"{glob.escape(prefix)}*.part"):
        _remove_if_left(left)
    with ExitStack() as stack:
        part, number = None, -1
        # Locked as long as this process lives, which is how others know: again, if one of them
        # came between the first two steps.
        while part is None or not (_lock(number) and part.exists()):
            part = target.with_name(f"{prefix}{os.urandom(8).hex()}.part")
            stack.callback(part.unlink, missing_ok=True)
            number = os.open(part, _NEW, 0o666 if known is None else 0o600)
            stack.callback(os.close, number)
        if known is not None and sys.platform != "win32":
            with suppress(OSError):  # only root gives files away
                os.chown(number, known.st_uid, known.st_gid)
            with suppress(OSError):
                part.chmod(stat.S_IMODE(known.st_mode))
        yield part
        part.replace(target)


@contextmanager
def held(folder: AnyPath, *, patience: float = float("inf")) -> Iterator[None]:
    """Keep others who ask for the same folder out; do nothing where the system cannot.

    Parameters
    ----------
    folder : path-like
        Must exist.
    patience : float
        Seconds to wait for it.

    Raises
    ------
    BlockingIOError
        When another process keeps it for longer.
    """
    if sys.platform == "win32":
        yield
        return
    deadline = time.monotonic() + patience
    number = _held(folder, deadline)
    try:
        yield
    finally:
        with suppress(OSError):  # closing would not do: a forked worker may have it open too
            fcntl.flock(number, fcntl.LOCK_UN)
        os.close(number)


def _held(folder: AnyPath, deadline: float) -> int:
    """Open and lock a folder: again, if another took its place while this process waited."""
    while True:
        number = os.open(folder, os.O_RDONLY)
        try:
            while not _lock(number):
                if time.monotonic() > deadline:
                    raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
                time.sleep(0.02)
            if os.path.samestat(os.fstat(number), Path(folder).stat()):
                return number
        except BaseException:
            os.close(number)
            raise
        os.close(number)


@contextmanager
def sole_writer(
    folder: AnyPath, busy: type[StrategicError], unwritten: Callable[[OSError], StrategicError],
    *, shown: AnyPath,
) -> Iterator[None]:  # fmt: skip
    """Make a folder and be the only run that writes there; others wait a little, then give up.

    Parameters
    ----------
    folder : path-like
    busy : type of error
        Raised when another run goes on writing.
    unwritten : callable
        Makes the error that says why the system does not write there.
    shown : path-like
        What the first of these calls the folder.
    """
    try:
        whole = Path(folder).resolve()
        whole.mkdir(parents=True, exist_ok=True)
        with held(whole, patience=_PATIENCE):
            yield
    except BlockingIOError:
        rule, remedy = "another run is writing it", "wait for its end, or choose another name"
        raise busy(rule, where=os.fspath(shown), remedy=remedy) from None
    except OSError as problem:
        raise unwritten(problem) from problem


def _state(path: AnyPath) -> os.stat_result | None:
    """Look at what is at a path, links followed; None if there is nothing."""
    try:
        return Path(path).stat()
    except FileNotFoundError:
        return None


def _is_same(known: os.stat_result, path: AnyPath) -> bool:
    try:
        return os.path.samestat(known, Path(path).stat())
    except (OSError, ValueError):  # no file: a typed game, a model of the catalogue
        return False


def _may_write(path: AnyPath, known: os.stat_result) -> bool:
    """Whether a file may be replaced; root, who may write everything, respects its mode too."""
    writable = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH
    return bool(known.st_mode & writable) and os.access(path, os.W_OK)


def _system_error(number: int) -> OSError:
    return OSError(number, os.strerror(number))


def _remove_if_left(part: Path) -> None:
    """Remove an unfinished file if the process that wrote it has ended."""
    with suppress(OSError):
        number = os.open(part, os.O_RDWR)
        try:
            if _lock(number, sure=True):
                part.unlink()
        finally:
            os.close(number)


def _lock(number: int, *, sure: bool = False) -> bool:
    """Lock an open file; where locks are unknown, all goes on as if it were locked.

    Parameters
    ----------
    number : int
        Of the open file.
    sure : bool
        Whether "locked" must be true.
    """
    if sys.platform == "win32":
        return not sure
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return not sure
    return True
