"""What travels: a function once, a task each, opened nowhere but where they are used."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from concurrent.futures import Executor, Future
from secrets import token_bytes
from typing import Any

from strategic._version import __version__
from strategic.errors import WorkerError
from strategic.executors._pickling import Pickled, carried, opened, pickled
from strategic.executors._watch import client_of


class Sent:
    """A value that is pickled when it first leaves this process, once, and opened when it is used.

    Threads share the value itself. The scheduler of a cluster passes the bytes on unopened.

    Parameters
    ----------
    value : object
    """

    def __init__(self, value: Any) -> None:
        self._value, self._name = value, token_bytes(8)
        self._written: Pickled | None = None

    def opened(self) -> Any:
        """Give the value."""
        return self._value

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        if self._written is None:
            self._written = pickled(self._value)
        return _Received, (carried(self._written, protocol), self._name, __version__)


class _Received:
    """What a `Sent` value is to whom it was sent."""

    def __init__(self, written: Pickled, name: bytes, version: str) -> None:
        self._written, self._name, self._version = written, name, version

    def opened(self) -> Any:
        if self._version != __version__:
            raise other_version(__version__, self._version)
        return opened(self._written)

    def opened_once(self) -> Any:
        """Give the value, and keep the last one: it comes again with every task."""
        value = _LAST.get(self._name)
        if value is None:
            value = self.opened()
            _LAST.clear()
            _LAST[self._name] = value
        return value

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        return _Received, (carried(self._written, protocol), self._name, self._version)


_LAST: dict[bytes, Any] = {}
"""The last shared value that this worker opened."""


def other_version(there: str, here: str, *, where: str = "a worker") -> WorkerError:
    """Make the error that says that a worker would perhaps compute something else."""
    rule = f"has version {there} of strategic, and this process version {here}"
    return WorkerError(rule, where=where, remedy="install the same version everywhere")


def _applied(function: Any, task: Any) -> Any:
    """Apply a function to a task; this is what every executor is given to do."""
    opened = getattr(function, "opened_once", function.opened)
    return opened()(task.opened())


def _as_it_came(function: Any) -> Any:
    return function


class Sending:
    """Sends tasks of one function to an executor.

    Parameters
    ----------
    executor : concurrent.futures.Executor
    function : callable
        From a task to a result.
    """

    def __init__(self, executor: Executor, function: Callable[[Any], Any]) -> None:
        self._executor = executor
        self._function: Any = Sent(function)
        client = client_of(executor)
        if client is not None:
            # A result like any other: workers pass it on among themselves, and it is made again
            # when those who had it are gone.
            self._function = client.submit(_as_it_came, self._function, pure=False)

    def submit(self, task: Any) -> Future[Any]:
        """Send one task."""
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Sending large graph", UserWarning)
            return self._executor.submit(_applied, self._function, Sent(task))
