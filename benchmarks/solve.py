"""All equilibria of batches of two-player games: games per second against the other solvers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from benchmarks.peers import Peer, installed
from strategic.equilibria import solve
from strategic.games.game import Game

AT_LEAST = {2: 40, 3: 40, 4: 20, 5: 15, 6: 8, 7: 4, 8: 1.3}
AIM = {2: 100, 3: 60, 4: 30, 5: 25, 6: 15, 7: 8, 8: 2}
OURS = {2: 400_000, 3: 400_000, 4: 131_072, 5: 65_536, 6: 16_384, 7: 8192, 8: 2048}
THEIRS = {2: 1000, 3: 1000, 4: 500, 5: 200, 6: 60, 7: 30, 8: 12}
KINDS = ("random", "integer 0..3", "zero-sum-like")


@dataclass(frozen=True)
class Line:
    """One row of the table: microseconds a game, ours and each peer's, and disagreements."""

    kind: str
    size: int
    ours: float
    peers: dict[str, float]
    different: dict[str, int]


def run(*, quick: bool) -> None:
    peers = installed()
    sizes = (2, 3, 4) if quick else tuple(OURS)
    print("All equilibria, one core, microseconds a game (CPU time, best of interleaved rounds).")
    print("'ratio' is the fastest peer over us; 'differs' counts games whose sets differ.")
    names = [peer.name for peer in peers]
    print(f"{'kind':14} size {'ours':>9} {'games/s':>10} ratio  " + "  ".join(names) + "  differs")
    for kind in KINDS:
        for size in sizes:
            _show(_line(kind, size, peers, part=0.1 if quick else 1.0), names)


def draw(kind: str, games: int, size: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Draw payoffs: uniform, small integers, or opposed but for a tenth of their range."""
    rng = np.random.default_rng(seed)
    if kind == "integer 0..3":
        row, column = rng.integers(0, 4, (2, games, size, size)).astype(float)
        return row, column
    row, noise = rng.random((2, games, size, size))
    return (row, noise) if kind == "random" else (row, -row + 0.1 * noise)


def _line(kind: str, size: int, peers: list[Peer], part: float) -> Line:
    row, column = draw(kind, int(part * OURS[size]), size)
    if kind == "integer 0..3":
        row, column = row[: len(row) // 8], column[: len(row) // 8]
    some = min(int(part * THEIRS[size]), len(row))
    chosen = [peer for peer in peers if size <= peer.most]
    prepared = {p.name: [p.prepare(a, b) for a, b in zip(row[:some], column[:some])] for p in chosen}
    solve(row[:64], column[:64], workers=1)
    for peer in chosen:
        peer.solve(prepared[peer.name][0])  # compiles what is compiled on first use
    ours, answers = [], {}
    theirs: dict[str, list[float]] = {peer.name: [] for peer in chosen}
    for _ in range(3):
        ours.append(_seconds(lambda: solve(row, column, workers=1)) / len(row))
        for peer in chosen:
            games = prepared[peer.name]
            answers[peer.name] = []
            seconds = _seconds(lambda: answers[peer.name].extend(map(peer.solve, games)))
            theirs[peer.name].append(seconds / len(games))
    found = solve(row[:some], column[:some])
    different = {
        peer.name: sum(
            _differ(found.of(i), peer.profiles(answer))
            for i, answer in enumerate(answers[peer.name])
        )
        for peer in chosen
    }
    best = {name: min(seconds) * 1e6 for name, seconds in theirs.items()}
    return Line(kind, size, min(ours) * 1e6, best, different)


def _seconds(work: Callable[[], object]) -> float:
    start = time.thread_time()
    work()
    return time.thread_time() - start


def _differ(ours: object, theirs: list, tolerance: float = 1e-6) -> bool:
    """Whether one set has a profile that is not in the other."""
    mine = [np.concatenate(profile) for profile in ours]
    others = [np.concatenate(profile) for profile in theirs]
    return not (_within(mine, others, tolerance) and _within(others, mine, tolerance))


def _within(some: list, others: list, tolerance: float) -> bool:
    return all(any(np.abs(a - b).max() < tolerance for b in others) for a in some)


def _show(line: Line, names: list[str]) -> None:
    ratio = min(line.peers.values()) / line.ours
    shown = "  ".join(
        f"{line.peers[name]:{len(name)}.1f}" if name in line.peers else " " * len(name)
        for name in names
    )
    differs = ", ".join(f"{name.split()[0]} {k}" for name, k in line.different.items() if k)
    print(
        f"{line.kind:14} {line.size}x{line.size} {line.ours:10.3f} {1e6 / line.ours:10.0f} "
        f"{ratio:5.0f}  {shown}  {differs}",
        flush=True,
    )
