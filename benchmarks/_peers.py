"""The other solvers, each behind one function from a prepared game to a list of profiles.

Preparing a peer's game object is not counted. Peers that are not installed are left out.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np

Profiles = list[tuple[Any, Any]]


@dataclass(frozen=True)
class Peer:
    """A solver: ``prepare(row, column)`` makes its game, ``solve(game)`` its answer.

    ``most`` is the size beyond which it takes too long to be timed.
    """

    name: str
    prepare: Callable[[np.ndarray, np.ndarray], Any]
    solve: Callable[[Any], Any]
    profiles: Callable[[Any], Profiles]
    most: int


def installed() -> list[Peer]:
    """List the peers that are there; a run says by their versions which were."""
    found = []
    for make in (_quantecon, _nashpy, _gambit):
        with suppress(ImportError):
            found += make()
    return found


def same_sets(ours: Profiles, theirs: Profiles, *, tolerance: float = 1e-6) -> bool:
    """Whether each profile of one set is in the other."""
    mine = [np.concatenate(profile) for profile in ours]
    others = [np.concatenate(profile) for profile in theirs]
    return _within(mine, others, tolerance) and _within(others, mine, tolerance)


def _within(some: list[Any], others: list[Any], tolerance: float) -> bool:
    return all(any(np.abs(a - b).max() < tolerance for b in others) for a in some)


def _quantecon() -> list[Peer]:
    import quantecon.game_theory as qe

    def prepare(row: np.ndarray, column: np.ndarray) -> Any:
        return qe.NormalFormGame([qe.Player(row), qe.Player(column.T.copy())])

    return [
        Peer("QuantEcon supports", prepare, qe.support_enumeration, list, 8),
        Peer("QuantEcon vertices", prepare, qe.vertex_enumeration, list, 8),
    ]


def _nashpy() -> list[Peer]:
    import nashpy

    def solve(game: Any) -> Profiles:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return list(game.support_enumeration())

    return [Peer("nashpy supports", nashpy.Game, solve, list, 5)]


def _gambit() -> list[Peer]:
    import pygambit

    def prepare(row: np.ndarray, column: np.ndarray) -> Any:
        return pygambit.Game.from_arrays(row, column)

    def profiles(result: Any) -> Profiles:
        return [
            tuple(
                np.array([float(p[player][action]) for action in player.strategies])
                for player in result.game.players
            )
            for p in result.equilibria
        ]

    return [
        Peer(
            "Gambit enummixed",
            prepare,
            lambda game: pygambit.nash.enummixed_solve(game, rational=False),
            profiles,
            6,
        )
    ]
