"""Whether 100,000 games of mixed sizes and kinds get the same equilibria from other solvers.

Gambit's rational enumeration is the oracle of all games it can hold (integers in a range of less
than 2**31), plain fractions that of games a few units in the last place from a tie. QuantEcon and
nashpy compute in doubles; where they differ from us, the oracle has said who is right.
"""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

import numpy as np

from benchmarks._plain_fractions import ExactGame
from benchmarks.peers import Peer, installed
from strategic.equilibria import solve
from strategic.games.game import Game

SHAPES = ((2, 2), (2, 3), (3, 2), (3, 3), (2, 4), (3, 4), (4, 3), (4, 4), (2, 5), (5, 5))
WEIGHTS = (15, 12, 12, 15, 8, 10, 10, 10, 6, 2)
KINDS = ("random", "integer", "tied", "near", "last place")
NASHPY_EVERY = 50
TOLERANCE = 1e-7


def run(*, quick: bool) -> None:
    games = 2000 if quick else 100_000
    peers = {peer.name.split()[0]: peer for peer in installed() if "vertices" not in peer.name}
    asked: Counter[tuple[str, str]] = Counter()
    differs: Counter[tuple[str, str]] = Counter()
    start = time.perf_counter()
    for kind in KINDS:
        for shape, weight in zip(SHAPES, WEIGHTS, strict=True):
            number = games * weight // (100 * len(KINDS))
            row, column = _draw(kind, shape, number)
            found = solve(row, column)
            for game in range(number):
                mine = [np.concatenate(profile) for profile in found.of(game)]
                for name, theirs in _answers(kind, row[game], column[game], peers, game):
                    asked[name, kind] += 1
                    differs[name, kind] += _differ(mine, theirs)
        _tell(kind, asked, differs, time.perf_counter() - start)


def _draw(kind: str, shape: tuple[int, int], games: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng([KINDS.index(kind), *shape])
    size = (2, games, *shape)
    if kind == "random":
        payoffs = rng.integers(0, 10**6, size)
    elif kind == "near":
        payoffs = rng.integers(0, 4, size) * 10**8 + rng.integers(-1, 2, size)
    else:
        payoffs = rng.integers(0, 4 if kind == "integer" else 3, size)
    if kind == "tied":
        payoffs[..., -1, :] = payoffs[..., 0, :]
    doubles = payoffs.astype(float)
    if kind == "last place":
        doubles += rng.integers(-2, 3, size) * 2.0**-51
    return doubles[0], doubles[1]


def _answers(
    kind: str, row: np.ndarray, column: np.ndarray, peers: dict[str, Peer], game: int
) -> Any:
    if kind == "last place":
        plain = ExactGame.of(Game.from_payoffs(row, column)).equilibria
        yield (
            "fractions",
            [np.array([float(p) for p in x.strategy + y.strategy]) for x, y in plain],
        )
    elif "Gambit" in peers:
        yield "Gambit exact", _gambit_exact(row, column)
    for name, peer in peers.items():
        if name == "QuantEcon" or (name == "nashpy" and game % NASHPY_EVERY == 0):
            answer = peer.profiles(peer.solve(peer.prepare(row, column)))
            yield name, [np.concatenate(profile) for profile in answer]


def _gambit_exact(row: np.ndarray, column: np.ndarray) -> list[np.ndarray]:
    import pygambit

    rational = np.vectorize(lambda value: pygambit.Rational(int(value)), otypes=[object])
    game = pygambit.Game.from_arrays(rational(row), rational(column))
    return [
        np.array([float(p[player][s]) for player in game.players for s in player.strategies])
        for p in pygambit.nash.enummixed_solve(game, rational=True).equilibria
    ]


def _differ(mine: list[np.ndarray], theirs: list[np.ndarray]) -> bool:
    return not (_within(mine, theirs) and _within(theirs, mine))


def _within(some: list[np.ndarray], others: list[np.ndarray]) -> bool:
    return all(any(np.abs(a - b).max() < TOLERANCE for b in others) for a in some)


def _tell(
    kind: str,
    asked: Counter[tuple[str, str]],
    differs: Counter[tuple[str, str]],
    seconds: float,
) -> None:
    told = ", ".join(
        f"{name} {differs[name, which]}/{number}"
        for (name, which), number in asked.items()
        if which == kind
    )
    print(f"{kind:11} games that differ from ours: {told} ({seconds:.0f} s)", flush=True)
