"""A batch on a cluster: what its client, its scheduler and its workers each have to do.

``python -m benchmarks clusters`` runs a scheduler and a worker on this machine. The page on
clusters computes a billion games from these numbers: ``python -m benchmarks.clusters FILE`` keeps
them for it.
"""

from __future__ import annotations

import json
import os
import platform
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from benchmarks._commands import STRATEGIC, peak_memory
from benchmarks._recorder import Bench
from strategic._version import __version__
from strategic.games.matrix import payoff_columns

SIZES = {2: 2**21, 4: 2**18, 8: 2**12}
"""Games by the number of actions of each player."""
PARTS = 8
CASES = {
    "client": "the client, which reads, sends, receives and writes",
    "scheduler": "the scheduler, which passes games and results on",
    "worker": "a worker that is sent games",
    "shared_client": "the client of workers that read and write themselves",
    "shared_scheduler": "the scheduler of such workers",
    "shared_worker": "a worker that reads and writes itself",
}


def run(bench: Bench) -> None:
    """Record every number as a line of its own."""
    if find_spec("distributed") is None:
        bench.left_out("clusters: dask.distributed is not installed")
        return
    for size, many in ({2: SIZES[2] // 8} if bench.quick else SIZES).items():
        kind = f"{size}x{size}"
        bench.title(f"{many:,} random {kind} games on a cluster of one worker, processor time")
        found = measured(size, many)
        for name, meaning in CASES.items():
            bench.value(f"cluster {kind}, {meaning}", found[name], unit="us per game")
        for name in ("input", "output"):
            bench.value(f"cluster {kind}, {name}", found[name], unit="bytes per game")


def measured(size: int, games: int) -> dict[str, float]:
    """Measure a batch through a cluster, both ways: microseconds and bytes per game."""
    part = games // PARTS
    found: dict[str, float] = {"games": games, "part": part}
    with tempfile.TemporaryDirectory(prefix="strategic-clusters-") as folder:
        place = Path(folder)
        source = _games(place / "games.parquet", size, games)
        found["input"] = round(source.stat().st_size / games, 1)
        for prefix, more in (("", []), ("shared_", ["--shared"])):
            out = place / f"{prefix}out"
            command = [*STRATEGIC, "batch", str(source), "-o", str(out), "--part", str(part), *more]
            with _cluster() as (address, scheduler, worker):
                command += ["--scheduler", address, "--force"]
                taken = _beyond_the_start(command, scheduler, worker)
            for name, seconds in zip(("client", "scheduler", "worker"), taken, strict=True):
                found[prefix + name] = round(1e6 * seconds / games, 3)
        written = sum(file.stat().st_size for file in out.rglob("*.parquet"))
        found["output"] = round(written / games, 1)
        alone = [*STRATEGIC, "batch", str(source), "-o", str(place / "alone"), "--workers", "1"]
        peak = peak_memory([*alone, "--part", str(part)], place)
        found["memory"] = peak or 0
    return found


def _games(path: Path, size: int, count: int) -> Path:
    rng = np.random.default_rng(0)
    columns = {name: rng.random(count) for name in payoff_columns((size, size))}
    parquet.write_table(pa.table(columns), path)
    return path


@contextmanager
def _cluster() -> Iterator[tuple[str, int, int]]:
    """Run a scheduler and a worker of one thread; give the address and both processes."""
    from distributed import Client

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    address = f"tcp://127.0.0.1:{port}"
    words = (
        ["distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", port],
        ["distributed.cli.dask_worker", address, "--no-nanny", "--nthreads", "1"],
    )
    team = [
        subprocess.Popen([sys.executable, "-m", *each, "--no-dashboard"], stderr=subprocess.DEVNULL)
        for each in words
    ]
    try:
        with Client(address, timeout=60, set_as_default=False) as client:
            client.wait_for_workers(1, timeout=60)
        yield address, team[0].pid, team[1].pid
    finally:
        for process in team:
            process.kill()
        for process in team:
            process.wait()


def _processor(process: int) -> float:
    """Read the seconds that a process has taken."""
    words = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def _beyond_the_start(command: list[str], *others: int) -> list[float]:
    """Run a command; give its seconds and those of other processes, without those of starting.

    Starting is what a run of a thousand games takes, once libraries are loaded everywhere.
    """
    seconds = []
    for more in (["--limit", "1000"], ["--limit", "1000"], []):
        before = [_own(os.times()), *map(_processor, others)]
        subprocess.run([*command, *more], check=True, stdout=subprocess.DEVNULL)
        after = [_own(os.times()), *map(_processor, others)]
        seconds.append([b - a for a, b in zip(before, after, strict=True)])
    return [max(full - few, 0.0) for few, full in zip(*seconds[1:], strict=True)]


def _own(times: os.times_result) -> float:
    return times.children_user + times.children_system


def _record(path: Path) -> None:
    """Keep the numbers for the page."""
    processor = next(
        (line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
         if line.startswith("model name")), platform.processor(),
    )  # fmt: skip
    told = {"date": time.strftime("%Y-%m-%d"), "processor": processor, "version": __version__}
    found = {f"{size}x{size}": measured(size, 2 * games) for size, games in SIZES.items()}
    path.write_text(json.dumps({**told, **found}, indent=1) + "\n")


if __name__ == "__main__":
    _record(Path(sys.argv[1]))
