"""One equilibrium, Lemke-Howson on large games and logit in bulk, against single-game solvers."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from strategic.equilibria import solve
from strategic.equilibria.pivoting.lemke_howson import lemke_howson_path

AT_LEAST = {2: 10, 3: 10, 4: 5, 5: 5, 10: 1}
OURS = {2: 200_000, 3: 200_000, 4: 100_000, 5: 50_000, 10: 10_000}
THEIRS = 400
ROUNDS = 5
LOGIT_AT_LEAST = 300
RATIONALITIES = (1.0, 5.0, 20.0)


def run(*, quick: bool) -> None:
    try:
        import pygambit  # noqa: F401
        import quantecon  # noqa: F401
    except ImportError as missing:
        print(f"left out: {missing.name} is not installed")
        return
    print("One core, CPU time, best of interleaved rounds; regrets and proofs included.")
    _one(part=0.2 if quick else 1.0)
    _large(games=20 if quick else 100)
    _logit(part=0.2 if quick else 1.0)


def _one(part: float) -> None:
    print("\nOne equilibrium of random games, microseconds per game")
    print(f"{'size':6}{'ours':>9}{'QuantEcon LH':>14}{'Gambit LCP':>12}{'ratio':>8}{'target':>8}")
    for size, target in AT_LEAST.items():
        rng = np.random.default_rng(size)
        row, column = rng.random((2, int(part * OURS[size]), size, size))
        quantecon, gambit = _peers(row[:THEIRS], column[:THEIRS])
        mine, theirs, other = _best_of(
            lambda row=row, column=column: solve(row, column, method="one", workers=1),
            quantecon,
            gambit,
        )
        mine, theirs, other = (
            1e6 * seconds / games
            for seconds, games in ((mine, len(row)), (theirs, THEIRS), (other, 40))
        )
        fastest = min(theirs, other)
        print(
            f"{size}x{size:<4}{mine:9.3f}{theirs:14.1f}{other:12.1f}"
            f"{fastest / mine:8.1f}{target:8}",
            flush=True,
        )


def _peers(row: np.ndarray, column: np.ndarray) -> tuple[Callable[[], Any], Callable[[], Any]]:
    import pygambit
    import quantecon.game_theory as qe

    tables = list(zip(row, column, strict=True))
    games = [qe.NormalFormGame([qe.Player(a), qe.Player(b.T.copy())]) for a, b in tables]
    qe.lemke_howson(games[0])  # compiles
    files = [pygambit.Game.from_arrays(a, b) for a, b in tables[:40]]
    return (
        lambda: [qe.lemke_howson(game) for game in games],
        lambda: [pygambit.nash.lcp_solve(game, rational=False, stop_after=1) for game in files],
    )


def _large(games: int) -> None:
    import quantecon.game_theory as qe

    print("\nSingle large random games, microseconds per game (target: at most 3 times QuantEcon)")
    print(f"{'size':10}{'one':>10}{'same path':>12}{'QuantEcon':>12}{'one/QE':>8}{'path/QE':>9}")
    for size in (50, 100, 200):
        some = max(games * 50 // size // (4 if size == 200 else 1), 3)
        row, column = np.random.default_rng(size).random((2, some, size, size))
        tables = list(zip(row, column, strict=True))
        prepared = [qe.NormalFormGame([qe.Player(a), qe.Player(b.T.copy())]) for a, b in tables]
        one, path, peer = _best_of(
            lambda tables=tables: [solve(a, b, method="one", workers=1) for a, b in tables],
            lambda tables=tables: [lemke_howson_path(a, b) for a, b in tables],
            lambda prepared=prepared: [qe.lemke_howson(g, max_iter=10**6) for g in prepared],
            rounds=3,
        )
        shown = "".join(f"{1e6 * s / some:{w}.0f}" for s, w in ((one, 10), (path, 12), (peer, 12)))
        print(f"{f'{size}x{size}':10}{shown}{one / peer:8.2f}{path / peer:9.2f}", flush=True)


def _logit(part: float) -> None:
    import pygambit

    print("\nLogit equilibria at a given rationality, microseconds per game (payoffs in 0..1)")
    print(f"{'size':6}{'at':>6}{'ours':>9}{'Gambit':>10}{'ratio':>8}{'target':>8}{'worst gap':>11}")
    for size in (2, 3, 4):
        row, column = np.random.default_rng(size).random((2, int(part * 40_000), size, size))
        games = [pygambit.Game.from_arrays(row[k], column[k]) for k in range(20)]
        for rationality in RATIONALITIES:
            mine, gambit = _best_of(
                partial(solve, row, column, method="logit", rationality=rationality, workers=1),
                partial(_gambit_logit, games, rationality),
                rounds=3,
            )
            mine, gambit = 1e6 * mine / len(row), 1e6 * gambit / len(games)
            gap = _gap(row, column, games, rationality)
            print(
                f"{size}x{size:<4}{rationality:6g}{mine:9.2f}{gambit:10.0f}{gambit / mine:8.0f}"
                f"{LOGIT_AT_LEAST:8}{gap:11.1g}",
                flush=True,
            )


def _gambit_logit(games: list[Any], rationality: float) -> list[Any]:
    import pygambit

    return [pygambit.qre.logit_solve_lambda(game, [rationality])[0] for game in games]


def _gap(row: np.ndarray, column: np.ndarray, games: list[Any], rationality: float) -> float:
    """Largest difference between our probabilities and Gambit's, which follow the same branch."""
    ours = solve(
        row[: len(games)], column[: len(games)], rationality=rationality, method="logit"
    ).strategies
    gap = 0.0
    for number, point in enumerate(_gambit_logit(games, rationality)):
        for player, mine in zip(games[number].players, ours, strict=True):
            theirs = [float(point.profile[strategy]) for strategy in player.strategies]
            gap = max(gap, float(np.abs(mine[number] - theirs).max()))
    return gap


def _best_of(*work: Callable[[], Any], rounds: int = ROUNDS) -> list[float]:
    best = [np.inf] * len(work)
    for _ in range(rounds):
        for place, task in enumerate(work):
            start = time.thread_time()
            task()
            best[place] = min(best[place], time.thread_time() - start)
    return best
