"""All equilibria of batches of two-player games: games per second against the other solvers."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from benchmarks.peers import Peer, installed
from strategic.equilibria import solve

AT_LEAST = {2: 40, 3: 40, 4: 20, 5: 15, 6: 8, 7: 4, 8: 1.3}
AIM = {2: 100, 3: 60, 4: 30, 5: 25, 6: 15, 7: 8, 8: 2}
OURS = {2: 131_072, 3: 65_536, 4: 32_768, 5: 16_384, 6: 8192, 7: 4096, 8: 2048}
THEIRS = {2: 2000, 3: 2000, 4: 1000, 5: 500, 6: 200, 7: 100, 8: 50}
PATIENCE = 0.2
ROUNDS = 5
KINDS = ("random", "integer 0..3", "zero-sum-like")


@dataclass(frozen=True)
class Line:
    """One row of the table: microseconds per game, ours and each peer's, and disagreements."""

    kind: str
    size: int
    ours: float
    peers: dict[str, float]
    different: dict[str, int]
    compared: dict[str, int]


def run(*, quick: bool) -> None:
    peers = installed()
    sizes = (2, 3, 4) if quick else tuple(OURS)
    print("All equilibria, one core, microseconds per game (CPU time, best of interleaved rounds).")
    print(
        "'ratio' is the fastest peer over us; 'differs' counts games whose sets differ from ours."
    )
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
    chosen = [peer for peer in peers if size <= peer.most]
    prepared = {}
    for peer in chosen:
        games = zip(row[: THEIRS[size]], column[: THEIRS[size]], strict=True)
        prepared[peer.name] = [peer.prepare(a, b) for a, b in games]
        peer.solve(prepared[peer.name][0])  # compiles what is compiled on first use
    solve(row[:64], column[:64], workers=1)
    ours = []
    theirs: dict[str, list[float]] = {peer.name: [] for peer in chosen}
    answers: dict[str, list[object]] = {}
    for _ in range(ROUNDS):
        ours.append(_seconds(lambda: solve(row, column, workers=1)) / len(row))
        for peer in chosen:
            answers[peer.name], seconds = _until(peer, prepared[peer.name], part * PATIENCE)
            theirs[peer.name].append(seconds)
    found = solve(row[: THEIRS[size]], column[: THEIRS[size]])
    different = {
        peer.name: sum(
            _differ(found.of(i), peer.profiles(answer))
            for i, answer in enumerate(answers[peer.name])
        )
        for peer in chosen
    }
    compared = {name: len(found) for name, found in answers.items()}
    best = {name: min(seconds) * 1e6 for name, seconds in theirs.items()}
    return Line(kind, size, min(ours) * 1e6, best, different, compared)


def _until(peer: Peer, games: list, patience: float) -> tuple[list[object], float]:
    """Solve games one by one while patience lasts; answers and seconds a game."""
    answers: list[object] = []
    start = time.thread_time()
    for game in games:
        answers.append(peer.solve(game))
        if time.thread_time() - start > patience:
            break
    return answers, (time.thread_time() - start) / len(answers)


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
    differs = ", ".join(
        f"{name} {k}/{line.compared[name]}" for name, k in line.different.items() if k
    )
    print(
        f"{line.kind:14} {line.size}x{line.size} {line.ours:10.3f} {1e6 / line.ours:10.0f} "
        f"{ratio:5.0f}  {shown}  {differs}",
        flush=True,
    )
