"""All equilibria of batches of two-player games, against the other solvers on the same games."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import numpy as np

from benchmarks._lines import OURS, Wanted
from benchmarks._peers import Peer, installed, same_sets
from benchmarks._recorder import Bench, one_by_one
from strategic.equilibria import Equilibria, solve

GAMES = {2: 131_072, 3: 65_536, 4: 32_768, 5: 16_384, 6: 8192, 7: 4096, 8: 2048}
THEIRS = {2: 2000, 3: 2000, 4: 1000, 5: 500, 6: 200, 7: 100, 8: 50}
PATIENCE = 0.1
KINDS = ("random", "payoffs 0..3", "nearly zero-sum")
FASTER = {
    "random": {2: 45, 3: 40, 4: 40, 5: 45, 6: 40, 7: 20, 8: 10},
    "payoffs 0..3": {3: 15, 4: 10},
}
"""Times as fast as the fastest peer, at least, by kind and size."""
TIES = 3.0
"""Most that tied games may take of the time of random ones, 3x3 to 6x6."""


def run(bench: Bench) -> None:
    peers = installed()
    sizes = (2, 3, 4) if bench.quick else tuple(GAMES)
    bench.title("All equilibria of two-player games in batches, certificates and regrets on")
    for kind in KINDS:
        for size in sizes:
            _race(bench, kind, size, [peer for peer in peers if size <= peer.most])
    for size in sizes:
        if 3 <= size <= 6:
            _tied(bench, size)


def draw(kind: str, games: int, size: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Draw payoffs: uniform, small integers, or opposed but for a tenth of their range."""
    rng = np.random.default_rng(seed)
    if kind == "payoffs 0..3":
        row, column = rng.integers(0, 4, (2, games, size, size)).astype(float)
        return row, column
    row, noise = rng.random((2, games, size, size))
    return (row, noise) if kind == "random" else (row, -row + 0.1 * noise)


def _race(bench: Bench, kind: str, size: int, peers: list[Peer]) -> None:
    part = 0.1 if bench.quick else 1.0
    row, column = draw(kind, int(part * GAMES[size]), size)
    games = list(zip(row[: THEIRS[size]], column[: THEIRS[size]], strict=True))
    works: dict[str, Any] = {OURS: lambda: solve(row, column, workers=1)}
    for peer in peers:
        prepared = [peer.prepare(*game) for game in games]
        works[peer.name] = one_by_one(peer.solve, prepared, patience=part * PATIENCE)
    wanted = FASTER.get(kind, {}).get(size)
    bench.race(
        f"{kind} {size}x{size}", works, unit="us per game", items={OURS: len(row)},
        wanted=Wanted(faster=wanted) if wanted else (),
        told=lambda answers: _differences(answers, peers),
    )  # fmt: skip


def _differences(answers: Mapping[str, Any], peers: list[Peer]) -> dict[str, str]:
    """Count the games whose sets differ from ours, by peer, and sign our answers."""
    found, told = answers[OURS], {}
    for peer in peers:
        theirs = [peer.profiles(answer) for answer in answers[peer.name]]
        apart = sum(not same_sets(list(found.of(i)), one) for i, one in enumerate(theirs))
        if apart:
            told[f"differs, {peer.name}"] = f"{apart} of {len(theirs)}"
    return {**told, "digest": digest(found)}


def digest(found: Equilibria) -> str:
    """Sign the equilibria to the last bit: equal where two runs gave the same answers."""
    bits = [found.count, *found.strategies]
    return sha256(b"".join(np.ascontiguousarray(part).tobytes() for part in bits)).hexdigest()[:12]


def _tied(bench: Bench, size: int) -> None:
    count = GAMES[size] // (20 if bench.quick else 2)
    tied, free = (draw(kind, count, size) for kind in ("payoffs 0..3", "random"))
    bench.race(
        f"payoffs 0..3 beside random ones {size}x{size}",
        {OURS: lambda: solve(*tied, workers=1), "random": lambda: solve(*free, workers=1)},
        unit="us per game", items=count, wanted=Wanted(faster=1 / TIES, than="random"),
    )  # fmt: skip
