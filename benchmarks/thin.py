"""All equilibria of thin and larger two-player games, certified, against QuantEcon's vertices."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks._lines import OURS, Wanted
from benchmarks._peers import Peer, installed
from benchmarks._recorder import Bench, one_by_one
from strategic.equilibria import Equilibria, solve
from strategic.status import Status

SHAPES = {(9, 9): 64, (10, 10): 64, (4, 20): 256, (20, 4): 256, (3, 60): 256, (2, 500): 64}
ALONE = ((10, 10), (2, 500), (2, 10_000), (12, 12), (14, 14), (16, 16))
FASTER = {(9, 9): 2.0, (10, 10): 2.0, (4, 20): 20.0, (20, 4): 20.0, (3, 60): 1000.0}
"""Times as fast as the peer, at least."""
MOST_ALONE = {(2, 500): 5.0}
"""Milliseconds of one game in a call, at most."""
PEER = "QuantEcon vertices"
MOST_OF_PEER = 63  # actions in all: the peer's polytopes grow with the larger number
PATIENCE = 0.3


def run(bench: Bench) -> None:
    peer = next((peer for peer in installed() if peer.name == PEER), None)
    bench.title("All equilibria of thin and larger random games in batches, each proved complete")
    for shape, games in SHAPES.items():
        _race(bench, shape, games // 8 if bench.quick else games, peer)
    bench.title("One game in a call")
    for shape in ALONE[: 2 if bench.quick else None]:
        row, column = _draw(shape, 1)
        most = MOST_ALONE.get(shape)
        bench.race(
            f"{shape[0]}x{shape[1]} alone",
            {OURS: lambda row=row, column=column: solve(row[0], column[0], workers=1)},
            unit="ms per game", wanted=Wanted(most=most) if most else (),
        )  # fmt: skip


def _draw(shape: tuple[int, int], games: int) -> tuple[np.ndarray, np.ndarray]:
    row, column = np.random.default_rng(shape).random((2, games, *shape))
    return row, column


def _race(bench: Bench, shape: tuple[int, int], games: int, peer: Peer | None) -> None:
    row, column = _draw(shape, games)
    works: dict[str, Any] = {OURS: lambda: _proved(solve(row, column, workers=1))}
    if peer and sum(shape) <= MOST_OF_PEER:
        prepared = [peer.prepare(row[k], column[k]) for k in range(min(games, 8))]
        works[PEER] = one_by_one(peer.solve, prepared, patience=PATIENCE)
    bench.race(
        f"{shape[0]}x{shape[1]}", works, unit="ms per game", items={OURS: games},
        wanted=Wanted(faster=FASTER[shape]) if shape in FASTER else (), told=_differences,
    )  # fmt: skip


def _proved(found: Equilibria) -> Equilibria:
    if not (found.status == Status.COMPLETE).all():
        raise RuntimeError("a game is not proved complete in doubles")
    return found


def _differences(answers: dict[str, Any]) -> dict[str, str]:
    theirs = [len(answer) for answer in answers.get(PEER, [])]
    apart = int((answers[OURS].count[: len(theirs)] != theirs).sum())
    return {"differs": f"{apart} of {len(theirs)}"} if apart else {}
