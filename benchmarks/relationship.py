"""A million relationships: payoffs, type and all equilibria of the 4x4, against loops of peers."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from benchmarks.peers import Peer, installed
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


def run(*, quick: bool) -> None:
    points = POINTS // 20 if quick else POINTS
    print(f"{points:,} relationships with {len(RANGES)} random parameters, one core:")
    before, start = _peak(), time.thread_time()
    tally = Tally()
    for block in blocks(points):
        tally.add(*_solved(block))
    seconds = time.thread_time() - start
    each = seconds / points * 1e6
    print(
        f"  payoffs, type, all equilibria, certificates: {seconds:.1f} s, {each:.2f} us a point, "
        f"{points / seconds:,.0f} points a second"
    )
    print(
        f"  {tally.equilibria:,} equilibria, largest regret {tally.largest_regret:.1e}, "
        f"{tally.open_games} games without a certificate, "
        f"peak memory {_peak():.0f} MB ({_peak() - before:.0f} MB above the start)"
    )
    shares = ", ".join(
        f"{name} {n / points:.1%}" for name, n in zip(TYPES, tally.types, strict=True)
    )
    print(f"  types: {shares}")
    print("  Loops over a sample; 'built' adds making the peer's game object in the loop.")
    print(f"  {'peer':20} {'us solved':>10} {'ratio':>7} {'built':>7} {'at least':>9}  differs")
    for peer in installed():
        _against(peer, each, part=0.2 if quick else 1.0)


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


def _against(peer: Peer, each: float, *, part: float) -> None:
    count = int(part * next(n for name, n in SAMPLE.items() if peer.name.startswith(name)))
    games = choices_game(next(blocks(count)))
    pairs = [(games.row[i].copy(), games.column[i].copy()) for i in range(count)]
    peer.solve(peer.prepare(*pairs[0]))
    start = time.thread_time()
    prepared = [peer.prepare(*pair) for pair in pairs]
    middle = time.thread_time()
    answers = [peer.solve(game) for game in prepared]
    end = time.thread_time()
    solved, built = ((end - moment) / count * 1e6 for moment in (middle, start))
    found = solve(games, workers=1)
    differs = sum(
        not _same(list(found.of(i)), peer.profiles(answer)) for i, answer in enumerate(answers)
    )
    least = AT_LEAST.get(peer.name, "")
    print(
        f"  {peer.name:20} {solved:10.0f} {solved / each:7.0f} {built / each:7.0f} {least:>9}  "
        f"{differs} of {count}"
    )


def _same(ours: list, theirs: list, tolerance: float = 1e-6) -> bool:
    mine = [np.concatenate(profile) for profile in ours]
    others = [np.concatenate(profile) for profile in theirs]
    return _within(mine, others, tolerance) and _within(others, mine, tolerance)


def _within(some: list, others: list, tolerance: float) -> bool:
    return all(any(np.abs(a - b).max() < tolerance for b in others) for a in some)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
