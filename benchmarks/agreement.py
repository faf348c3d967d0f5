"""Whether 100,000 games of mixed sizes and kinds get the same equilibria from other solvers.

Gambit's rational enumeration is the oracle of all games it can hold (integers in a range of less
than 2**31), plain fractions that of games a few units in the last place from a tie. QuantEcon and
nashpy compute in doubles; where they differ from us, the oracle has said who is right.
"""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from typing import Any

import numpy as np

from benchmarks._peers import Peer, Profiles, installed, same_sets
from benchmarks._plain_fractions import ExactGame
from benchmarks._recorder import Bench
from benchmarks.solve import digest
from strategic.equilibria import solve
from strategic.games.game import Game

SHAPES = ((2, 2), (2, 3), (3, 2), (3, 3), (2, 4), (3, 4), (4, 3), (4, 4), (2, 5), (5, 5))
WEIGHTS = (15, 12, 12, 15, 8, 10, 10, 10, 6, 2)
KINDS = ("random", "integer", "tied", "near", "last place")
NASHPY_EVERY = 50
TOLERANCE = 1e-7
EXACT = {"Gambit, rational", "plain fractions"}


def run(bench: Bench) -> None:
    games = 2000 if bench.quick else 100_000
    peers = {peer.name.split()[0]: peer for peer in installed() if "vertices" not in peer.name}
    bench.title(f"{games:,} games: the same equilibria as exact solvers find")
    for kind in KINDS:
        _check(bench, kind, games // len(KINDS), peers)


def _check(bench: Bench, kind: str, games: int, peers: dict[str, Peer]) -> None:
    """Compare one kind: exact solvers must agree, of others it is told how often they do not."""
    asked: Counter[str] = Counter()
    differs: Counter[str] = Counter()
    answers = sha256()
    for shape, weight in zip(SHAPES, WEIGHTS, strict=True):
        number = games * weight // 100
        row, column = _draw(kind, shape, number)
        found = solve(row, column)
        answers.update(digest(found).encode())
        for game in range(number):
            mine = list(found.of(game))
            for name, theirs in _answers(kind, row[game], column[game], peers, game):
                asked[name] += 1
                differs[name] += not same_sets(mine, theirs, tolerance=TOLERANCE)
    told = {f"{name} differs": f"{differs[name]:,} of {asked[name]:,}"
            for name in asked if name not in EXACT}  # fmt: skip
    (oracle,) = EXACT & asked.keys() or {"no exact solver"}
    bench.check(
        f"{kind}, against {oracle}", differs[oracle], asked[oracle],
        {**told, "digest": answers.hexdigest()[:12]},
    )  # fmt: skip


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
            "plain fractions",
            [tuple(np.array([float(p) for p in side.strategy]) for side in one) for one in plain],
        )
    elif "Gambit" in peers:
        yield "Gambit, rational", _gambit_exact(row, column)
    for name, peer in peers.items():
        if name == "QuantEcon" or (name == "nashpy" and game % NASHPY_EVERY == 0):
            yield name, peer.profiles(peer.solve(peer.prepare(row, column)))


def _gambit_exact(row: np.ndarray, column: np.ndarray) -> Profiles:
    import pygambit

    rational = np.vectorize(lambda value: pygambit.Rational(int(value)), otypes=[object])
    game = pygambit.Game.from_arrays(rational(row), rational(column))
    return [
        tuple(np.array([float(p[x][s]) for s in x.strategies]) for x in game.players)
        for p in pygambit.nash.enummixed_solve(game, rational=True).equilibria
    ]
