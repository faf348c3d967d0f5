"""What a second core gives, how much memory games need, and counts beside a copy of payoffs."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks._lines import OURS, Wanted
from benchmarks._recorder import Bench
from strategic.equilibria import solve

LARGE = (20_000_000, 10_000_000, 4_000_000, 1_500_000, 500_000, 150_000, 40_000)
"""Games of 2x2 to 8x8 that keep one worker busy for seconds; fewer are not worth a process."""
SECOND_CORE, MEMORY = 1.7, 1.5
"""Times as fast with two workers, at least; peak memory by input and output, at most."""


def run(bench: Bench) -> None:
    _second_core(bench)
    _memory(bench, 1_000_000 if bench.quick else 10_000_000)
    _counts(bench, 1_000_000 if bench.quick else 20_000_000)


def _second_core(bench: Bench) -> None:
    bench.title("Two workers beside one, on the wall")
    for size, most in zip(range(2, 9), LARGE, strict=True):
        number = most // 10 if bench.quick else most
        row, column = np.random.default_rng(size).random((2, number, size, size))
        ours, alone = (partial(solve, row, column, workers=workers) for workers in (2, 1))
        bench.race(
            f"two workers {size}x{size}", {OURS: ours, "one worker": alone},
            unit="us per game", items=number, clock="wall", wanted=Wanted(faster=SECOND_CORE),
        )  # fmt: skip


def _memory(bench: Bench, games: int) -> None:
    bench.title(f"Peak memory of {games:,} 3x3 games, less what the process held before")
    for workers in (1, 2):
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.scale", str(games), str(workers)],
            capture_output=True,
            text=True,
            check=True,
        )
        told = json.loads(done.stdout)
        bench.value(
            f"memory, {workers} worker(s)",
            told["peak"] / (told["input"] + told["output"]),
            unit="times input and output",
            wanted=Wanted(most=MEMORY),
            told={name: f"{size / 2**20:.0f} MiB" for name, size in told.items()},
        )


def _counts(bench: Bench, games: int) -> None:
    """Count equilibria into arrays that are there, and into new ones, beside a copy of payoffs."""
    bench.title(f"Number of equilibria of {games:,} 2x2 games, and a copy of their payoffs")
    payoffs = np.random.default_rng(2).random((2, games, 2, 2))
    copy, out = np.zeros_like(payoffs), np.zeros((2, games), dtype=np.int8)
    count = partial(solve, *payoffs, want="count", workers=1)
    bench.race(
        "counts 2x2",
        {
            OURS: partial(count, out=tuple(out)),
            "in new arrays": count,
            "a copy": partial(np.copyto, copy, payoffs),
            "a copy in a new array": payoffs.copy,
        },
        unit="ns per game", items=games,
    )  # fmt: skip


def _measure(games: int, workers: int) -> None:
    """Solve in a process of its own and tell sizes and the peak, in bytes."""
    rng = np.random.default_rng(0)
    solve(*rng.random((2, 100, 3, 3)))
    before = _peak()
    payoffs = np.empty((2, games, 3, 3))
    for part in np.array_split(np.arange(games), 100):
        payoffs[:, part[0] : part[-1] + 1] = rng.random((2, len(part), 3, 3))
    found = solve(payoffs[0], payoffs[1], workers=workers)
    output = sum(
        array.nbytes
        for array in (*found.strategies, found.payoffs, found.index, found.regret, found.game)
    )
    output += found.count.nbytes + found.status.nbytes + found.degenerate.nbytes
    print(json.dumps({"input": payoffs.nbytes, "output": output, "peak": _peak() - before}))


def _peak() -> int:
    """Read the peak of this program; `getrusage` would tell that of the one that started it."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


if __name__ == "__main__":
    _measure(int(sys.argv[1]), int(sys.argv[2]))
