"""The standard streams of a process of its own: what they lose never aborts work, and is told.

A reader that leaves early has seen what it wanted: the rest is dropped, the work goes on, and the
exit code is that of the work. A disk that is full under the result is an error. Notes, progress
and error lines are lost in silence.
"""

from __future__ import annotations

import math
import os
import select
import signal
import sys
import time
from io import BufferedWriter, FileIO, TextIOWrapper
from types import FrameType
from typing import TYPE_CHECKING

from strategic.errors import FileError

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_ONE_REQUEST = 2.0
"""Seconds in which further signals repeat the first one: `timeout` sends each of its own twice."""


class Stream(FileIO):
    """Standard output or standard error without its surprises.

    Parameters
    ----------
    number : int
        Of the file: 1 or 2.
    closed_by_caller : bool
        Whether the caller started this process without it.

    Attributes
    ----------
    lost : bool
        Whether something was written that nobody will read.
    """

    def __init__(self, number: int, *, closed_by_caller: bool) -> None:
        super().__init__(number, "w", closefd=False)
        self.lost = False
        self.closed_by_caller = closed_by_caller
        self._holds_result = number == 1
        self._dropping = closed_by_caller

    def write(self, data: ReadableBuffer, /) -> int:
        """Write what can be written; raise only where a result is lost that somebody wants."""
        if not self._dropping:
            try:
                while (count := super().write(data)) is None:  # the pipe is full and does not block
                    select.select((), (self,), ())
            except OSError as problem:
                # Dropping from now on, what is still in the buffer does not fail again at the end.
                self._dropping = self._holds_result
                if self._holds_result and not isinstance(problem, BrokenPipeError):
                    reason = problem.strerror or str(problem)
                    raise OSError(problem.errno, reason, "standard output") from None
            else:
                return count
        self.lost = True
        return memoryview(data).nbytes


def settle() -> None:
    """Settle the streams and signals of a process that is a command.

    Streams are UTF-8 whatever the locale. A stream that the caller closed leads nowhere: its number
    would otherwise go to the next file that is opened, and whatever is written to the stream would
    end up in that file. To be terminated, or to lose the terminal, is an interrupt, unless the
    caller wants that ignored (`nohup`): nothing stays half-written.
    """
    while (number := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(number, True)
    os.close(number)
    for name, number in (("stdout", 1), ("stderr", 2)):
        stream = getattr(sys, name)
        if sys.platform != "win32" and (stream is None or isinstance(stream, TextIOWrapper)):
            raw = Stream(number, closed_by_caller=stream is None)
            at_once = number == 2 or raw.isatty()
            stream = TextIOWrapper(BufferedWriter(raw), line_buffering=at_once)
            setattr(sys, name, stream)
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    interrupt = _Interrupt()
    for name in ("SIGTERM", "SIGHUP"):
        asked = getattr(signal, name, None)
        if asked is not None and signal.getsignal(asked) != signal.SIG_IGN:
            signal.signal(asked, interrupt)


def check_result_was_read() -> None:
    """Check that a result which is in no file did not go to a stream that the caller closed.

    Raises
    ------
    FileError
        When it did.
    """
    raw = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    if isinstance(raw, Stream) and raw.closed_by_caller and raw.lost:
        rule = "is closed, so the result is lost"
        raise FileError(rule, where="standard output", remedy="send it to a file or a pipe")


class _Interrupt:
    """Turn a signal into what Ctrl-C raises, once: a second one would interrupt the clearing up."""

    def __init__(self) -> None:
        self.last = -math.inf

    def __call__(self, _number: int, _frame: FrameType | None) -> None:
        earlier, self.last = self.last, time.monotonic()
        if self.last - earlier >= _ONE_REQUEST:
            raise KeyboardInterrupt
