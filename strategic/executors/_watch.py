"""Whether those who have the work can still do it, and what their own errors mean."""

from __future__ import annotations

import pickle
import time
from concurrent.futures import BrokenExecutor, CancelledError, Executor
from typing import Any

from strategic.blocks import available_cores
from strategic.errors import StrategicError, WorkerError
from strategic.executors._local import FEWER
from strategic.workers import lost

PATIENCE = 60.0
"""Seconds for which a cluster may be without workers, or silent, while it has work in hand."""
LOOK_AROUND = 0.5
"""Seconds between two looks at whether a cluster is still there."""


def client_of(executor: Executor) -> Any:
    """Give the Dask client of an executor; None for executors of other kinds."""
    client = getattr(executor, "_client", None)
    return client if hasattr(client, "nthreads") else None


def places(executor: Executor) -> int:
    """Count the blocks that an executor can work on at one time.

    The threads of a Dask cluster, as they come and go; what ``ThreadPoolExecutor``,
    ``ProcessPoolExecutor``, mpi4py's ``MPIPoolExecutor`` and others of the kind were made with;
    the cores of this machine for executors that do not tell.

    Examples
    --------
    >>> from concurrent.futures import ThreadPoolExecutor
    >>> places(ThreadPoolExecutor(3))
    3
    """
    client = client_of(executor)
    if client is not None:
        return max(1, known_of(client)[1])
    told = (getattr(executor, name, None) for name in ("num_workers", "_max_workers"))
    return next((n for n in told if isinstance(n, int) and n > 0), available_cores())


def known_of(client: Any) -> tuple[int, int]:
    """Give the workers and threads of a cluster, as its scheduler told the client last.

    It tells them every two seconds; to ask anew could mean to wait. Recent releases tell the
    numbers without the list of the workers.
    """
    info = getattr(client, "_scheduler_identity", None) or {}
    listed = info.get("workers", {})
    threads = sum(worker.get("nthreads", 1) for worker in listed.values())
    return info.get("n_workers", len(listed)), info.get("total_threads", threads)


class Watch:
    """Tells whether a cluster that has work in hand can still do it.

    Parameters
    ----------
    executor : concurrent.futures.Executor
        Any; there is nothing to watch about those that are no cluster's.
    remedy : str
        What becomes of finished work, and how to go on.
    patience : float, optional
        Seconds without workers or an answer until the cluster is given up.
    """

    def __init__(
        self, executor: Executor, *, remedy: str = "", patience: float | None = None
    ) -> None:
        self._client = client_of(executor)
        self._remedy = remedy
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
        if status == "running" and known_of(self._client)[0]:
            self._last_seen = time.monotonic()
        elif status == "closed":
            raise self._gone("its scheduler closed")
        elif time.monotonic() - self._last_seen > self._patience:
            what = "it has had no workers" if status == "running" else "its scheduler was silent"
            raise self._gone(f"{what} for {self._patience:g} seconds")

    def error(self, problem: Exception) -> WorkerError | None:
        """Say what an executor's own error means; None for errors of the work it was given."""
        if isinstance(problem, StrategicError):
            return None
        if isinstance(problem, BrokenExecutor):
            return lost("; ".join(filter(None, (FEWER, self._remedy))))
        if _is_of_pickling(problem):
            rule = f"the work cannot be sent to another process: {_one_line(problem)}"
            remedy = "define its functions and classes at the top of a module"
            return WorkerError(rule, where="executor", remedy=remedy)
        if missing := _missing_package(problem):
            rule, remedy = (
                f"{missing} is not installed there",
                "install the same version everywhere",
            )
            return WorkerError(rule, where="a worker", remedy=remedy)
        if isinstance(problem, CancelledError):
            return self._gone("its scheduler closed, or somebody cancelled the work")
        if self._client is None:
            return None
        if type(problem).__name__ == "KilledWorker":
            return self._gone(
                "several workers died over the same block, perhaps for lack of memory"
            )
        if _from_dask(problem):
            return self._gone(f"{type(problem).__name__}: {_one_line(problem)}")
        return None

    def _gone(self, why: str) -> WorkerError:
        what = "the cluster is lost" if self._client is not None else "the executor gave up"
        where = "scheduler" if self._client is not None else "executor"
        return WorkerError(f"{what}: {why}", where=where, remedy=self._remedy)


def _one_line(problem: Exception) -> str:
    return " ".join(str(problem).split())


def _is_of_pickling(problem: Exception) -> bool:
    if isinstance(problem, pickle.PicklingError):
        return True
    told = str(problem).lower()
    return isinstance(problem, AttributeError | TypeError) and "pickle" in told


def _missing_package(problem: BaseException | None) -> str:
    """Give the package that a worker lacks: it could not even read the work that it was sent."""
    while problem is not None:
        if isinstance(problem, ModuleNotFoundError) and (problem.name or "").startswith(
            "strategic"
        ):
            return "strategic" if problem.name == "strategic" else f"this version ({problem.name})"
        problem = problem.__cause__
    return ""


def _from_dask(problem: Exception) -> bool:
    """Whether an error is of Dask's kinds, or was raised by Dask rather than by the work."""
    modules = [type(problem).__module__]
    trace = problem.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is not None:
        modules.append(str(trace.tb_frame.f_globals.get("__name__", "")))
    return any(m.partition(".")[0] in ("distributed", "dask", "tornado") for m in modules)
