"""All equilibria of thin and larger two-player games, certified, against QuantEcon's vertices."""

from __future__ import annotations

import time

import numpy as np

from benchmarks.peers import Peer, installed
from strategic.equilibria import Equilibria, solve
from strategic.status import Status

SHAPES = {(9, 9): 64, (10, 10): 64, (4, 20): 256, (20, 4): 256, (3, 60): 256, (2, 500): 64}
ALONE = ((10, 10), (2, 500), (2, 10_000), (12, 12), (14, 14), (16, 16))
TARGETS = {(9, 9): 2.0, (10, 10): 2.0, (4, 20): 20.0, (20, 4): 20.0, (3, 60): 1000.0}
"""Times faster than the peer, at least."""
TARGETS_ALONE = {(2, 500): 5.0}
"""Milliseconds of one game in a call, at most."""
PEER = "QuantEcon vertices"
MOST_OF_PEER = 63  # actions in all: the peer's polytopes grow with the larger number
ROUNDS = 5
PATIENCE = 3.0


def run(*, quick: bool) -> None:
    peer = next((peer for peer in installed() if peer.name == PEER), None)
    print("All equilibria of random games, one core, milliseconds per game (CPU time, best of")
    print("interleaved rounds); every game proved complete.")
    print(f"{'shape':>9} {'games':>6} {'ours':>9} {PEER:>20} {'times':>7} {'target':>9}  differs")
    for shape, games in SHAPES.items():
        _compare(shape, games // 8 if quick else games, peer)
    print("One game in a call:")
    for shape in ALONE[: 2 if quick else None]:
        row, column = _draw(shape, 1)
        seconds = min(_seconds(row[0], column[0])[1] for _ in range(ROUNDS))
        most = TARGETS_ALONE.get(shape)
        target = f"  target: at most {most:g}" if most else ""
        print(f"{shape[0]:>4}x{shape[1]:<6} {seconds * 1e3:9.2f}{target}")


def _draw(shape: tuple[int, int], games: int) -> tuple[np.ndarray, np.ndarray]:
    row, column = np.random.default_rng(shape).random((2, games, *shape))
    return row, column


def _compare(shape: tuple[int, int], games: int, peer: Peer | None) -> None:
    row, column = _draw(shape, games)
    known = peer is not None and sum(shape) <= MOST_OF_PEER
    some = min(games, 8) if known else 0
    prepared = [peer.prepare(row[k], column[k]) for k in range(some)] if peer else []
    if known and peer:
        peer.solve(prepared[0])  # compiles what is compiled on first use
    ours, theirs, different = [], [], 0
    for _ in range(ROUNDS):
        found, seconds = _seconds(row, column)
        ours.append(seconds / games)
        if known and peer and sum(theirs) * some < PATIENCE:
            start = time.thread_time()
            answers = [peer.solve(game) for game in prepared]
            theirs.append((time.thread_time() - start) / some)
            counts = [len(answer) for answer in answers]
            different = int((found.count[:some] != counts).sum())
    if not (found.status == Status.COMPLETE).all():
        raise RuntimeError("a game is not proved complete in doubles")
    mine = min(ours) * 1e3
    other = f"{min(theirs) * 1e3:20.2f} {min(theirs) * 1e3 / mine:7.1f}" if theirs else " " * 28
    target = f"{TARGETS[shape]:9g}" if shape in TARGETS else " " * 9
    print(f"{shape[0]:>4}x{shape[1]:<4} {games:6} {mine:9.3f} {other} {target}  {different or ''}")


def _seconds(row: np.ndarray, column: np.ndarray) -> tuple[Equilibria, float]:
    start = time.thread_time()
    found = solve(row, column, workers=1)
    return found, time.thread_time() - start
