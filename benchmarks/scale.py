"""What a second core gives, and how much memory ten million games need."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from strategic.equilibria import solve

LARGE = (20_000_000, 10_000_000, 4_000_000, 1_500_000, 500_000, 150_000, 40_000)
"""Games of 2x2 to 8x8 that keep one worker busy for seconds; fewer are not worth a process."""


def run(*, quick: bool) -> None:
    _second_core(quick)
    _memory(1_000_000 if quick else 10_000_000)


def _second_core(quick: bool) -> None:
    games = dict(zip(range(2, 9), LARGE, strict=True))
    print("Wall-clock seconds with one and two workers (best of 3, alternating):")
    for size, most in games.items():
        number = most // 10 if quick else most
        row, column = np.random.default_rng(size).random((2, number, size, size))
        seconds: dict[int, list[float]] = {1: [], 2: []}
        for _ in range(3):
            for workers, times in seconds.items():
                start = time.perf_counter()
                solve(row, column, workers=workers)
                times.append(time.perf_counter() - start)
        one, two = min(seconds[1]), min(seconds[2])
        print(f"{size}x{size} {number:9,} games: {one:.2f} {two:.2f}  ratio {one / two:.2f}")


def _memory(games: int) -> None:
    for workers in (1, 2):
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.scale", str(games), str(workers)],
            capture_output=True,
            text=True,
            check=True,
        )
        told = json.loads(done.stdout)
        ratio = told["peak"] / (told["input"] + told["output"])
        print(
            f"{games:,} 3x3 games, {workers} worker(s): input {told['input'] / 2**20:.0f} MiB, "
            f"output {told['output'] / 2**20:.0f} MiB, peak {told['peak'] / 2**20:.0f} MiB "
            f"(the process less what it held before), ratio {ratio:.2f}"
        )


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
