"""A million relationships: payoffs, type and all equilibria of the 4x4, against loops of peers."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from benchmarks._lines import OURS, Wanted
from benchmarks._peers import Peer, installed, same_sets
from benchmarks._recorder import Bench, Timed, one_by_one
from strategic.equilibria import Equilibria, solve
from strategic.families.relationship import RELATIONSHIP
from strategic.families.relationship._choices import (
    TYPES,
    cell_number,
    choices_game,
    commit,
    type_of,
)
from strategic.modelling import Points

POINTS = 1_000_000
BLOCK = 16_384
SAMPLE = {"Gambit enummixed": 300, "nashpy supports": 40, "QuantEcon": 300}
AT_LEAST = {"Gambit enummixed": 100, "nashpy supports": 2000}
RANGES = {
    "government.performance_competition": (0.0, 1.0),
    "government.shelter_responsibility": (0.0, 0.5),
    "government.control_preference": (0.0, 0.3),
    "government.cost_capture": (0.02, 0.4),
    "government.cost_substitute": (0.1, 0.6),
    "organisation.technology": (0.1, 2.0),
    "organisation.mobilisation": (0.05, 1.0),
    "organisation.outside_option": (-0.1, 0.2),
    "organisation.legitimacy_gain": (0.0, 0.2),
    "relation.alignment": (-0.5, 1.0),
    "relation.payment": (0.0, 0.3),
    "relation.sanction": (0.0, 0.8),
}


@dataclass
class Tally:
    """What a million points amount to, added up block by block."""

    equilibria: int = 0
    open_games: int = 0
    largest_regret: float = 0.0
    types: np.ndarray = field(default_factory=lambda: np.zeros(len(TYPES), dtype=int))

    def add(self, types: np.ndarray, found: Equilibria) -> None:
        """Add the points of one block."""
        self.types = self.types + np.bincount(types, minlength=len(TYPES))
        self.equilibria += int(found.count.sum())
        self.open_games += int((found.status > 2).sum())
        self.largest_regret = max(self.largest_regret, float(found.regret.max()))


def run(bench: Bench) -> None:
    points = POINTS // 20 if bench.quick else POINTS
    bench.title(f"{points:,} relationships with {len(RANGES)} random parameters, one core")
    before, tally = _peak(), Tally()

    def all_of_them() -> Timed:
        start = time.process_time()
        for block in blocks(points):
            tally.add(*_solved(block))
        return Timed(time.process_time() - start, points)

    bench.race(
        "payoffs, type, all equilibria", {OURS: all_of_them}, unit="us per point", rounds=1,
        told=lambda _: {
            "equilibria": f"{tally.equilibria:,}",
            "largest regret": f"{tally.largest_regret:.0e}",
            "games without a certificate": str(tally.open_games),
            "types": ", ".join(f"{name} {count / points:.1%}"
                               for name, count in zip(TYPES, tally.types, strict=True)),
        },
    )  # fmt: skip
    bench.value("memory above the start", _peak() - before, unit="MB")
    bench.title("The same beside loops over peers, with and without making their game objects")
    for peer in installed():
        _beside(bench, peer, part=0.2 if bench.quick else 1.0)


def blocks(points: int) -> Iterator[Points]:
    """Draw the parameters of one block after the other."""
    rng = np.random.default_rng(4)
    for start in range(0, points, BLOCK):
        count = min(BLOCK, points - start)
        yield RELATIONSHIP.points(
            {name: rng.uniform(low, high, count) for name, (low, high) in RANGES.items()}
        )


def _solved(point: Points) -> tuple[np.ndarray, Equilibria]:
    types = type_of(cell_number(point.once(commit)))
    return types, solve(point.once(choices_game), workers=1)


def _beside(bench: Bench, peer: Peer, *, part: float) -> None:
    count = int(part * next(n for name, n in SAMPLE.items() if peer.name.startswith(name)))
    games = choices_game(next(blocks(count)))
    pairs = [(games.row[i].copy(), games.column[i].copy()) for i in range(count)]
    prepared = [peer.prepare(*pair) for pair in pairs]
    block = next(blocks(BLOCK))

    def told(answers: dict[str, Any]) -> dict[str, str]:
        found = solve(games, workers=1)
        apart = sum(
            not same_sets(list(found.of(i)), peer.profiles(answer))
            for i, answer in enumerate(answers[peer.name])
        )
        return {"differs": f"{apart} of {count}"} if apart else {}

    least = AT_LEAST.get(peer.name)
    bench.race(
        f"beside {peer.name}",
        {
            OURS: lambda: _solved(block),
            peer.name: one_by_one(peer.solve, prepared),
            f"{peer.name}, game made": one_by_one(
                lambda pair: peer.solve(peer.prepare(*pair)), pairs
            ),
        },
        unit="us per point",
        items={OURS: BLOCK},
        wanted=Wanted(faster=least, than=peer.name) if least else (),
        told=told,
    )


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
