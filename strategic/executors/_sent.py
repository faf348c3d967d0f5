"""What travels: a function once, a task each, opened nowhere but where they are used."""

from __future__ import annotations

import pickle
import warnings
from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import lru_cache
from typing import Any

from strategic._version import __version__
from strategic.errors import WorkerError
from strategic.executors._pickling import pickled
from strategic.executors._watch import client_of


class Sent:
    """A value that is pickled when it first leaves this process, once, and opened when it is used.

    Threads share the value itself. The scheduler of a cluster passes the bytes on unopened.

    Parameters
    ----------
    value : object
    """

    def __init__(self, value: Any) -> None:
        self._value, self._content = value, b""

    def opened(self) -> Any:
        """Give the value."""
        return self._value

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        if not self._content:
            self._content = pickled(self._value)
        # A buffer of its own is not copied into what holds it.
        content = pickle.PickleBuffer(self._content) if protocol >= 5 else self._content
        return _Received, (content, __version__)


class _Received:
    """What a `Sent` value is to whom it was sent."""

    def __init__(self, content: bytes, version: str) -> None:
        self._content, self._version = content, version

    def opened(self) -> Any:
        if self._version != __version__:
            raise other_version(__version__, self._version)
        return pickle.loads(self._content)  # noqa: S301 - whoever sends work may do anything

    def opened_once(self) -> Any:
        """Give the value, and keep the last one: it comes again with every task."""
        return _last_opened(bytes(self._content), self._version)

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        content = pickle.PickleBuffer(self._content) if protocol >= 5 else bytes(self._content)
        return _Received, (content, self._version)


@lru_cache(maxsize=1)
def _last_opened(content: bytes, version: str) -> Any:
    return _Received(content, version).opened()


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
