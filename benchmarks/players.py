"""All equilibria of three and more players: speed and agreement against Gambit's `enumpoly`.

Also near-ties against exact arithmetic: nothing that doubles call complete may be wrong.
"""

from __future__ import annotations

from functools import partial
from importlib.util import find_spec
from typing import Any

import numpy as np

from benchmarks._lines import OURS, Wanted
from benchmarks._recorder import Bench, one_by_one
from benchmarks.solve import digest
from strategic.arrays import Array
from strategic.equilibria import Equilibria, regret, solve
from strategic.equilibria.enumeration._equilibrium_blocks import profile_lines
from strategic.equilibria.enumeration.players._exact import exact_equilibria
from strategic.games.game import Game
from strategic.status import Status

SHAPES: dict[tuple[int, ...], tuple[int, int, int, int]] = {
    (2, 2, 2): (4096, 200, 2500, 4000),
    (3, 2, 2): (4096, 100, 2500, 2500),
    (2, 2, 2, 2): (4096, 50, 2000, 2000),
    (3, 3, 2): (4096, 40, 1500, 1000),
    (3, 3, 3): (256, 10, 750, 250),
    (2, 2, 2, 2, 2): (256, 10, 750, 250),
}
"""Games to time ours with, and the peer; to compare with the peer, and with exact arithmetic."""
GAMBIT = find_spec("pygambit") is not None
WANTED = (60, 40, 15, 15, 4, 4)
_SAME, _EQUILIBRIUM = 1e-4, 1e-6
"""Distances and regrets: the peer's strategies have about six digits."""


def random_games(shape: tuple[int, ...], count: int, seed: int) -> Game:
    rng = np.random.default_rng([seed, *shape])
    return Game.from_payoffs(*rng.standard_normal((len(shape), count, *shape)))


def near_ties(shape: tuple[int, ...], count: int, seed: int) -> Game:
    rng = np.random.default_rng([seed, *shape])
    size = (len(shape), count, *shape)
    bits = rng.integers(10, 49, (count, *(1,) * len(shape)))
    return Game.from_payoffs(*(rng.integers(0, 4, size) + rng.uniform(-1, 1, size) * 2.0**-bits))


def enumpoly(game: Any) -> list[list[Array]]:
    import pygambit

    found = pygambit.nash.enumpoly_solve(game).equilibria
    return [
        [np.array([float(p[s]) for s in player.strategies]) for player in game.players]
        for p in found
    ]


def missing(theirs: list[list[Array]], ours: Equilibria) -> tuple[int, int]:
    """Count the peer's equilibria that are not among ours, and its profiles that are none."""
    lost = none = 0
    for profile in theirs:
        pairs = zip(ours.strategies, profile, strict=True)
        apart = sum(
            (np.abs(mine - other).max(axis=1) for mine, other in pairs), np.zeros(len(ours))
        )
        if (apart < _SAME).any():
            continue
        gain = regret(ours.games, [side[None] for side in profile])[0]
        lost, none = lost + (gain < _EQUILIBRIUM), none + (gain >= _EQUILIBRIUM)
    return lost, none


def run(bench: Bench) -> None:
    _speed(bench)
    _agreement(bench)
    _near_ties(bench)


def _speed(bench: Bench) -> None:
    bench.title("All equilibria of random games of three and more players")
    for (shape, (count, peers, _, _)), wanted in zip(SHAPES.items(), WANTED, strict=True):
        games = random_games(shape, count // (8 if bench.quick else 1), 1)
        some = min(peers, 10) if bench.quick else peers
        prepared = [games.of_batch(k).to_gambit() for k in range(some)] if GAMBIT else []
        works: dict[str, Any] = {OURS: partial(solve, games, workers=1)}
        if GAMBIT:
            works["Gambit enumpoly"] = one_by_one(enumpoly, prepared)
        bench.race(
            named(shape), works, unit="us per game", items={OURS: len(games.payoffs[0])},
            wanted=Wanted(faster=wanted), told=lambda answers: {"digest": digest(answers[OURS])},
        )  # fmt: skip


def _agreement(bench: Bench) -> None:
    """Every equilibrium of the peer must be among ours, and every game proved complete."""
    if not GAMBIT:
        bench.left_out("Gambit is not installed")
        return
    bench.title("Agreement with Gambit's enumpoly on random games")
    for shape, (_, _, count, _) in SHAPES.items():
        games = random_games(shape, count // (25 if bench.quick else 1), 2)
        found, theirs, lost, none, short = solve(games, workers=1), 0, 0, 0, 0
        total = np.bincount(found.game, weights=found.index, minlength=found.count.size)
        for number in range(found.count.size):
            profiles = enumpoly(games.of_batch(number).to_gambit())
            theirs += len(profiles)
            not_ours, no_equilibria = missing(profiles, found.of(number))
            lost, none = lost + not_ours, none + no_equilibria
            short += len(profiles) - no_equilibria < found.count[number]
        proved = np.isin(found.status, (Status.COMPLETE, Status.COMPLETE_EXACT))
        told = {
            "games of which the peer loses equilibria": f"{short} of {found.count.size}",
            "profiles of the peer that are no equilibria": f"{none} of {theirs}",
        }
        bench.check(f"{named(shape)}, equilibria of Gambit among ours", lost, theirs, told)
        unsettled = int((~proved | (total != 1)).sum())
        bench.check(f"{named(shape)}, settled, indices sum to 1", unsettled, found.count.size)


def wrongly_complete(games: Game) -> tuple[int, int, dict[str, int]]:
    """Count games complete in doubles, those that exact arithmetic denies, and statuses."""
    found = solve(games, workers=1)
    block, status = exact_equilibria(games, doubles=False)
    exact = np.concatenate(profile_lines(block.table, games.shape).strategies).T
    ends = np.concatenate([[0], np.cumsum(block.count)])
    wrong = 0
    complete = np.flatnonzero(found.status == Status.COMPLETE)
    for number in complete:
        mine = np.concatenate(found.of(int(number)).strategies, axis=1)
        theirs = exact[ends[number] : ends[number + 1]]
        apart = np.abs(mine[:, None] - theirs).max(axis=2)
        same = len(mine) == len(theirs) and max(apart.min(0).max(), apart.min(1).max()) < 1e-8
        wrong += not (same and status[number] == Status.COMPLETE_EXACT)
    labels, numbers = np.unique(found.status, return_counts=True)
    return (
        len(complete),
        wrong,
        {Status(code).label: int(n) for code, n in zip(labels, numbers, strict=True)},
    )


def _near_ties(bench: Bench) -> None:
    bench.title("Near ties: none that doubles call complete may differ from whole numbers")
    for shape, (_, _, _, count) in SHAPES.items():
        games = near_ties(shape, count // (50 if bench.quick else 1), 3)
        complete, wrong, labels = wrongly_complete(games)
        told = {label: f"{number:,}" for label, number in labels.items()}
        bench.check(f"{named(shape)}, near ties complete in doubles", wrong, complete, told)


def named(shape: tuple[int, ...]) -> str:
    return "x".join(map(str, shape))
