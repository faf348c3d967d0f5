"""Strategies with memory: noisy matches against Axelrod, exact payoffs against a dense solve."""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable

import numpy as np

from strategic.repeated import memory_payoffs, simulate_matches, strategy

PAYOFFS = (3.0, 0.0, 5.0, 1.0)
NOISE = 0.05
PAIRS = (("TFT", "WSLS"), ("GTFT", "GTFT"), ("AllC", "AllD"), ("TF2T", "2TFT"))


def run(*, quick: bool) -> None:
    _matches(20_000 if quick else 200_000)
    _exact((1_000, 100_000) if quick else (1_000, 10_000, 100_000, 1_000_000))


def _matches(turns: int) -> None:
    print("Noisy matches, turns a second of one core")
    print(f"{'pair':>12} {'ours':>14} {'Axelrod':>14} {'times':>7}")
    lanes = 4096
    for pair in PAIRS:
        players = [strategy(name) for name in pair]
        ours = lanes * 2000 / _seconds(lambda p=players: _play(p, lanes))
        theirs = _axelrod(pair, turns)
        times = f"{ours / theirs:7.0f}" if theirs else "      -"
        shown = f"{theirs:14,.0f}" if theirs else " not installed"
        print(f"{'-'.join(pair):>12} {ours:14,.0f} {shown} {times}")


def _play(players: list, lanes: int) -> None:
    simulate_matches([tuple(players)], turns=2000, noise=NOISE, repetitions=lanes, workers=1)


def _axelrod(pair: tuple[str, str], turns: int) -> float | None:
    if importlib.util.find_spec("axelrod") is None:
        return None
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
    match = axelrod.Match(players, turns=turns, noise=NOISE, seed=1)
    return turns / _seconds(match.play, runs=1)


def _exact(counts: tuple[int, ...]) -> None:
    print("Exact long-run payoffs of memory-one pairs with noise, ns a pair on one core")
    print(f"{'pairs':>10} {'ours':>8} {'dense':>8} {'loop':>8} {'times':>6} {'largest gap':>12}")
    for count in counts:
        p, q = np.random.default_rng(0).random((2, count, 4))
        ours = _seconds(lambda p=p, q=q: _ours(p, q)) / count * 1e9
        dense = _seconds(lambda p=p, q=q: _dense(p, q)) / count * 1e9
        few = min(count, 2000)
        loop = _seconds(lambda p=p, q=q, few=few: _loop(p[:few], q[:few]), runs=1) / few * 1e9
        gap = np.abs(_ours(p, q).T - _dense(p, q)).max()
        print(f"{count:10,} {ours:8.0f} {dense:8.0f} {loop:8.0f} {dense / ours:6.1f} {gap:12.1e}")


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


def _seconds(work: Callable[[], object], runs: int = 3) -> float:
    """Processor time of the best run."""
    best = np.inf
    for _ in range(runs):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return float(best)
