"""A Dask cluster: what may go wrong with it ends in one line, never in silence."""

from __future__ import annotations

import logging
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager, suppress
from functools import partial
from pkgutil import resolve_name
from queue import Empty, SimpleQueue
from typing import Any

from strategic._version import __version__
from strategic.errors import WorkerError
from strategic.executors._sent import other_version

_VERSIONS = {
    "strategic": "strategic._version:__version__",
    "numpy": "numpy:__version__",
    "pyarrow": "pyarrow:__version__",
}
"""Where versions are told."""
_LOOK_AROUND = 0.1
"""Seconds between two looks for a first worker."""


class OtherVersion(UserWarning):
    """Warns that workers have another version of what rounds numbers, or writes files."""


@contextmanager
def cluster(address: str, *, timeout: float = 10.0) -> Iterator[tuple[Executor, int]]:
    """Open the executor of a running Dask cluster.

    Parameters
    ----------
    address : str
        Of the scheduler, such as ``tcp://10.0.0.1:8786``.
    timeout : float
        Seconds to wait for an answer, and for a first worker.

    Yields
    ------
    executor : concurrent.futures.Executor
    workers : int
        Threads of the cluster, as far as they have come.

    Raises
    ------
    WorkerError
        When Dask is not installed, the scheduler does not answer, it has no workers, or they have
        another version of this package or none.

    Examples
    --------
    >>> with cluster("127.0.0.1:1", timeout=0.1) as (executor, workers):
    ...     pass
    Traceback (most recent call last):
    strategic.errors.WorkerError: scheduler: ...
    """
    given: dict[str, Any] = {"where": "scheduler", "value": address}
    try:
        from distributed import Client
    except ModuleNotFoundError:
        remedy = "install strategic[scale]"
        raise WorkerError("a cluster needs dask.distributed", remedy=remedy, **given) from None
    with _silent():
        try:
            client = _connected(Client, address, timeout)
        except (OSError, ValueError, TypeError) as problem:
            rule, remedy = f"no scheduler answers there: {problem}", "start one: dask scheduler"
            raise WorkerError(rule, remedy=remedy, **given) from None
        except Exception:  # noqa: BLE001 - another server's answer, taken for the length of a message perhaps
            rule, remedy = "what answers there is no Dask scheduler", "check the port"
            raise WorkerError(rule, remedy=remedy, **given) from None
        try:
            threads = _threads(client, timeout)
            if not threads:
                rule = f"the cluster has no workers after {timeout:g} seconds"
                raise WorkerError(rule, remedy="start some: dask worker ADDRESS", **given)
            _check_versions(client, timeout)
            yield client.get_executor(pure=False), threads
        finally:
            with suppress(Exception):  # a scheduler that is gone cannot be taken leave of
                client.close(timeout=2)


def _connected(kind: Any, address: str, timeout: float) -> Any:
    """Connect a client; raise what stands in the way, silence for twice the timeout too."""
    # One that was never connected would wait for its scheduler once more when this process ends,
    # and print a traceback.
    quiet = type("QuietClient", (kind,), {"__del__": lambda self: None})  # noqa: ARG005
    # The library's own timeout does not count the first answer: whoever takes the call and says
    # nothing would be waited for without end.
    return _in_time(lambda: quiet(address, timeout=timeout, set_as_default=False), 2 * timeout)


def _in_time(function: Callable[[], Any], seconds: float) -> Any:
    """Call a function that may wait for ever; raise TimeoutError when it does."""
    answers: SimpleQueue[tuple[bool, Any]] = SimpleQueue()

    def call() -> None:
        try:
            answers.put((True, function()))
        except Exception as problem:  # noqa: BLE001 - raised below
            answers.put((False, problem))

    threading.Thread(target=call, daemon=True).start()
    try:
        succeeded, answer = answers.get(timeout=seconds)
    except Empty:
        raise TimeoutError(f"no answer in {seconds:g} seconds") from None
    if not succeeded:
        raise answer
    return answer


def _threads(client: Any, timeout: float) -> int:
    """Count the threads of a cluster once it has any; one that just left may still be listed."""
    deadline = time.monotonic() + timeout
    while True:
        left = deadline - time.monotonic()
        with suppress(Exception):  # whatever it raises when none comes in time
            client.wait_for_workers(1, timeout=max(left, _LOOK_AROUND))
        threads = int(sum(client.nthreads().values()))
        if threads or left <= 0.0:
            return threads
        time.sleep(_LOOK_AROUND)


def _check_versions(client: Any, timeout: float) -> None:
    """Compare what computes there with what asks here, by means that need no package there."""
    try:
        scheduler, workers = _in_time(partial(_versions, client), 2 * timeout)
    except Exception as problem:  # noqa: BLE001 - whatever a cluster answers
        rule = f"the workers do not answer: {problem}"
        raise WorkerError(rule, where="scheduler", remedy="look at the log of a worker") from None
    for place, version in {"the scheduler": scheduler, **workers["strategic"]}.items():
        if isinstance(version, Exception):
            rule = f"strategic is not installed there ({version})"
            remedy = f"install version {__version__} of it"
            raise WorkerError(rule, where=place, remedy=remedy) from None
        if version != __version__:
            raise other_version(version, __version__, where=place)
    for package in ("numpy", "pyarrow"):
        own = resolve_name(_VERSIONS[package])
        others = {place: v for place, v in workers[package].items() if v != own}
        if others:
            place, version = next(iter(others.items()))
            told = f"{place} has {package} {version}, and this process {own}"
            warnings.warn(f"{told}: results may differ in their last bits", OtherVersion, 3)


def _versions(client: Any) -> tuple[Any, dict[str, dict[str, Any]]]:
    try:
        scheduler = client.run_on_scheduler(resolve_name, _VERSIONS["strategic"])
    except ModuleNotFoundError as problem:
        scheduler = problem
    workers = {}
    for package, address in _VERSIONS.items():
        told = client.run(resolve_name, address, on_error="return")
        # A worker that is gone meanwhile does not matter.
        workers[package] = {w: v for w, v in told.items() if not isinstance(v, OSError)}
    return scheduler, workers


@contextmanager
def _silent() -> Iterator[None]:
    """Keep Dask from logging on the screen what ends in one line of our own."""
    known = (*logging.root.manager.loggerDict, "distributed", "tornado.application")
    names = [name for name in known if name.startswith(("distributed", "tornado"))]
    levels = {name: logging.getLogger(name).level for name in names}
    try:
        for name in levels:
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        yield
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
