"""Strategies with memory: noisy matches against Axelrod, exact payoffs against a dense solve."""

from __future__ import annotations

import importlib.util
from functools import partial

import numpy as np

from benchmarks._lines import OURS, Wanted
from benchmarks._recorder import Bench, Work
from strategic.repeated import memory_payoffs, simulate_matches, strategy

PAYOFFS = (3.0, 0.0, 5.0, 1.0)
NOISE = 0.05
PAIRS = (("TFT", "WSLS"), ("GTFT", "GTFT"), ("AllC", "AllD"), ("TF2T", "2TFT"))
LANES = 4096
DENSE = "numpy.linalg.solve"
FASTER_THAN_AXELROD, FASTER_THAN_DENSE = 300, 10
ENOUGH = 100_000
"""Pairs from which the target holds; of fewer the calls decide."""


def run(bench: Bench) -> None:
    _matches(bench, 20_000 if bench.quick else 200_000)
    _exact(bench, (1_000, 100_000) if bench.quick else (1_000, 10_000, 100_000, 1_000_000))


def _matches(bench: Bench, turns: int) -> None:
    bench.title("Noisy matches, one core")
    for pair in PAIRS:
        players = [strategy(name) for name in pair]
        works: dict[str, Work] = {OURS: partial(_play, players, LANES)}
        if importlib.util.find_spec("axelrod") is not None:
            works["Axelrod"] = _axelrod(pair, turns)
        bench.race(
            "-".join(pair), works, unit="ns per turn", wanted=Wanted(faster=FASTER_THAN_AXELROD),
            items={OURS: LANES * 2000, "Axelrod": turns},
        )  # fmt: skip


def _play(players: list, lanes: int) -> None:
    simulate_matches([tuple(players)], turns=2000, noise=NOISE, repetitions=lanes, workers=1)


def _axelrod(pair: tuple[str, str], turns: int) -> Work:
    import axelrod

    known = {
        "AllC": axelrod.Cooperator,
        "AllD": axelrod.Defector,
        "TFT": axelrod.TitForTat,
        "GTFT": lambda: axelrod.GTFT(p=1 / 3),
        "WSLS": axelrod.WinStayLoseShift,
        "TF2T": axelrod.TitFor2Tats,
        "2TFT": axelrod.TwoTitsForTat,
    }
    players = tuple(known[name]() for name in pair)
    return lambda: axelrod.Match(players, turns=turns, noise=NOISE, seed=1).play() and None


def _exact(bench: Bench, counts: tuple[int, ...]) -> None:
    bench.title("Exact long-run payoffs of memory-one pairs with noise, one core")
    for count in counts:
        p, q = np.random.default_rng(0).random((2, count, 4))
        few = min(count, 2000)
        bench.race(
            f"{count:,} memory-one pairs",
            {
                OURS: partial(_ours, p, q),
                DENSE: partial(_dense, p, q),
                "a loop": partial(_loop, p[:few], q[:few]),
            },
            unit="ns per pair",
            items={OURS: count, DENSE: count, "a loop": few},
            wanted=Wanted(faster=FASTER_THAN_DENSE, than=DENSE) if count >= ENOUGH else (),
            told=lambda answers: {
                "largest gap": f"{np.abs(answers[OURS].T - answers[DENSE]).max():.0e}"
            },
        )


def _ours(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    return memory_payoffs(p, q, PAYOFFS, noise=NOISE, workers=1)


def _dense(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    """Solve the same systems by one batched ``numpy.linalg.solve``."""
    x, y = p + NOISE * (1 - 2 * p), (q + NOISE * (1 - 2 * q))[:, [0, 2, 1, 3]]
    system = np.empty((len(p), 4, 4))
    for outcome, chance in enumerate((x * y, x * (1 - y), (1 - x) * y)):
        system[:, outcome] = chance
        system[:, outcome, outcome] -= 1.0
    system[:, 3] = 1.0
    right = np.zeros((len(p), 4, 1))
    right[:, 3] = 1.0
    law = np.linalg.solve(system, right)[..., 0]
    R, S, T, P = PAYOFFS
    return law @ np.array([[R, R], [S, T], [T, S], [P, P]])


def _loop(p: np.ndarray, q: np.ndarray) -> None:
    for one, other in zip(p, q, strict=True):
        _dense(one[None], other[None])
