"""Blocks on a Dask cluster: what may go wrong there ends in one line, never in silence."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from typing import Any

from strategic.errors import StrategicError, SweepError, WorkerError
from strategic.workers import lost

PATIENCE = 60.0
"""Seconds for which a cluster may be without workers, or silent, while it has work in hand."""
LOOK_AROUND = 0.5
"""Seconds between two looks at whether a cluster is still there."""
LOST_REMEDY = "use fewer workers or smaller blocks; a .zarr store can be resumed"
"""What to do in a sweep that lost a worker."""


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
        Threads of the cluster.

    Raises
    ------
    SweepError
        When Dask is not installed, the scheduler does not answer, or it has no workers.

    Examples
    --------
    >>> with cluster("127.0.0.1:1", timeout=0.1) as (executor, workers):
    ...     pass
    Traceback (most recent call last):
    strategic.errors.SweepError: scheduler: ...
    """
    given: dict[str, Any] = {"where": "scheduler", "value": address}
    try:
        from distributed import Client
    except ModuleNotFoundError:
        remedy = "install strategic[scale]"
        raise SweepError("a cluster needs dask.distributed", remedy=remedy, **given) from None
    with _silent():
        try:
            client = _connected(Client, address, timeout)
        except (OSError, ValueError, TypeError) as problem:
            raise SweepError(f"no scheduler answers there: {problem}", **given) from None
        except Exception:  # noqa: BLE001 - another server's answer, taken for the length of a message perhaps
            rule, remedy = "what answers there is no Dask scheduler", "check the port"
            raise SweepError(rule, remedy=remedy, **given) from None
        try:
            threads = _threads(client, timeout)
            if not threads:
                rule = f"the cluster has no workers after {timeout:g} seconds"
                raise SweepError(rule, remedy="start some: dask worker ADDRESS", **given)
            yield client.get_executor(pure=False), threads
        finally:
            with suppress(Exception):  # a scheduler that is gone cannot be taken leave of
                client.close(timeout=2)


def _connected(kind: Any, address: str, timeout: float) -> Any:
    """Connect a client; raise what stands in the way, silence for twice the timeout too."""
    # One that was never connected would wait for its scheduler once more when this process ends,
    # and print a traceback.
    quiet = type("QuietClient", (kind,), {"__del__": lambda self: None})  # noqa: ARG005
    answers: SimpleQueue[Any] = SimpleQueue()

    def connect() -> None:
        try:
            answers.put(quiet(address, timeout=timeout, set_as_default=False))
        except Exception as problem:  # noqa: BLE001 - raised below
            answers.put(problem)

    # The library's own timeout does not count the first answer: whoever takes the call and says
    # nothing would be waited for without end.
    threading.Thread(target=connect, daemon=True).start()
    try:
        answer = answers.get(timeout=2 * timeout)
    except Empty:
        raise TimeoutError(f"no answer in {2 * timeout:g} seconds") from None
    if isinstance(answer, Exception):
        raise answer
    return answer


class Watch:
    """Tells whether a cluster that has work in hand can still do it.

    Parameters
    ----------
    executor : concurrent.futures.Executor
        Any; there is nothing to watch about those that are no cluster's.
    patience : float, optional
        Seconds without workers or an answer until the cluster is given up.
    """

    def __init__(self, executor: Executor, patience: float | None = None) -> None:
        self._client: Any = getattr(executor, "_client", None)
        self._patience = PATIENCE if patience is None else patience
        self._last_seen = time.monotonic()

    @property
    def interval(self) -> float | None:
        """Seconds after which to look again; None for no need to."""
        return None if self._client is None else LOOK_AROUND

    def look(self) -> None:
        """Raise a `WorkerError` when the cluster has been gone for too long."""
        if self._client is None:
            return
        status = getattr(self._client, "status", "running")
        if status == "running" and _workers(self._client):
            self._last_seen = time.monotonic()
        elif status == "closed":
            raise gone("its scheduler closed")
        elif time.monotonic() - self._last_seen > self._patience:
            what = "it has had no workers" if status == "running" else "its scheduler was silent"
            raise gone(f"{what} for {self._patience:g} seconds")

    def error(self, problem: Exception) -> WorkerError | None:
        """Say what an executor's own error means; None for errors of the work it was given."""
        if isinstance(problem, BrokenExecutor):
            return lost(LOST_REMEDY)
        if self._client is None or isinstance(problem, StrategicError):
            return None
        if isinstance(problem, CancelledError):
            return gone("its scheduler closed, or somebody cancelled the work")
        name = type(problem).__name__
        if name == "KilledWorker":
            return gone("several workers died over the same block, perhaps for lack of memory")
        return gone(f"{name}: {problem}") if _from_dask(problem) else None


def gone(why: str) -> WorkerError:
    """Make the one error that says that a cluster is lost."""
    remedy = "a .zarr store keeps its finished blocks: run again with resume"
    return WorkerError(f"the cluster is lost: {why}", where="scheduler", remedy=remedy)


def _workers(client: Any) -> int:
    # What the client last heard from its scheduler, every two seconds: asking anew may wait.
    info = getattr(client, "_scheduler_identity", None) or {}
    return len(info.get("workers", ()))


def _threads(client: Any, timeout: float) -> int:
    """Count the threads of a cluster, waiting for its first worker."""
    with suppress(Exception):  # whatever it raises when none comes in time
        client.wait_for_workers(1, timeout=timeout)
    return sum(client.nthreads().values())


def _from_dask(problem: Exception) -> bool:
    """Whether an error is of Dask's kinds, or was raised by Dask rather than by the work."""
    modules = [type(problem).__module__]
    trace = problem.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is not None:
        modules.append(str(trace.tb_frame.f_globals.get("__name__", "")))
    return any(m.partition(".")[0] in ("distributed", "dask", "tornado") for m in modules)


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
