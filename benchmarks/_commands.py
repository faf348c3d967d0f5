"""Commands as processes of their own: their time, and the memory of all processes they start."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import strategic
from benchmarks._recorder import Timed, Work

STRATEGIC = [sys.executable, "-m", "strategic", "-q"]
_LOOK = 0.02
"""Seconds between two looks at the memory."""


def timed_command(command: list[str], place: Path, clock: str) -> Work:
    """Run a command, and tell its own time and that of the processes it started."""
    which = ("processor", "wall").index(clock)

    def work() -> Timed:
        before = _processor_of_children(), time.perf_counter()
        subprocess.run(
            command, cwd=place, env=_environment(place), check=True, stdout=subprocess.DEVNULL
        )
        after = _processor_of_children(), time.perf_counter()
        return Timed(after[which] - before[which])

    return work


def peak_memory(command: list[str], place: Path) -> int | None:
    """Run a command, and tell the most memory that it and its processes had at one time, in bytes.

    Pages that processes share count once: what each has of them is divided by how many have them.
    None where the system does not tell.
    """
    if not Path("/proc/self/smaps_rollup").exists():
        return None
    started = subprocess.Popen(
        command, cwd=place, env=_environment(place), stdout=subprocess.DEVNULL
    )
    peak = 0
    while started.poll() is None:
        peak = max(peak, sum(map(_share_of_memory, _with_children(started.pid))))
        time.sleep(_LOOK)
    if started.returncode:
        raise subprocess.CalledProcessError(started.returncode, command)
    return peak


def _with_children(process: int) -> list[int]:
    found = [process]
    for each in found:  # grows as it is gone through
        with suppress(OSError):  # it may have ended
            for children in Path(f"/proc/{each}/task").glob("*/children"):
                found += map(int, children.read_text().split())
    return found


def _share_of_memory(process: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


def _environment(place: Path) -> dict[str, str]:
    """Let this tree be run, its bytecode compiled before and kept in ``place``."""
    tree = Path(strategic.__file__).parents[1]
    environment = {n: v for n, v in os.environ.items() if n != "PYTHONDONTWRITEBYTECODE"}
    return environment | {"PYTHONPATH": str(tree), "PYTHONPYCACHEPREFIX": str(place / "compiled")}


def _processor_of_children() -> float:
    """Add up what the processes took that this one started and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
