"""All equilibria where another array library computes the signs of minors, against numpy.

The environment variable STRATEGIC_DEVICE says where it computes: ``cuda`` measures a graphics
processor, by the clock on the wall; answers come back to numpy within the time.
"""

from __future__ import annotations

import os
from importlib.util import find_spec
from typing import Any

import numpy as np

from benchmarks._lines import OURS
from benchmarks._recorder import Bench
from strategic.equilibria import Equilibria, solve
from strategic.errors import MethodError

GAMES = {2: 65_536, 3: 32_768, 4: 16_384, 5: 8192, 6: 4096, 7: 1024, 8: 512}
LIBRARIES = ("torch", "cupy", "jax")
ROUNDS = 3


def run(bench: Bench) -> None:
    device = os.environ.get("STRATEGIC_DEVICE")
    bench.title("All equilibria of random games, signs of minors by another array library")
    libraries = [name for name in LIBRARIES if _there(name, device)]
    for size in (3, 5) if bench.quick else GAMES:
        games = GAMES[size] // 8 if bench.quick else GAMES[size]
        row, column = np.random.default_rng(size).random((2, games, size, size))
        works: dict[str, Any] = {OURS: lambda a=row, b=column: solve(a, b, workers=1)}
        for name in libraries:
            solve(row[:8], column[:8], backend=name, device=device)  # sends the tables of a size
            works[f"{name} on {device or 'its default'}"] = _on(name, device, row, column)
        answers = bench.race(
            f"{size}x{size}",
            works,
            unit="us per game",
            items=games,
            rounds=ROUNDS,
            clock="wall" if device else "processor",
        )
        wrong = sum(_differ(answers[OURS], answer) for answer in answers.values())
        bench.check(
            f"bits of {size}x{size} that differ from numpy's",
            wrong=wrong,
            of=games * len(libraries),
        )


def _there(name: str, device: str | None) -> bool:
    if find_spec(name) is None:
        return False
    try:
        solve([[1, 0], [0, 1]], [[1, 0], [0, 1]], backend=name, device=device)
    except MethodError as error:
        print(error)
        return False
    return True


def _on(name: str, device: str | None, row: np.ndarray, column: np.ndarray) -> Any:
    return lambda: solve(row, column, backend=name, device=device)


def _differ(one: Equilibria, other: Equilibria) -> int:
    """Count games with another status, or arrays that are not the same to the bit."""
    arrays = ((one.payoffs, other.payoffs), *zip(one.strategies, other.strategies, strict=True))
    same = all(np.array_equal(mine, theirs) for mine, theirs in arrays)
    return int((one.status != other.status).sum()) + (not same)
