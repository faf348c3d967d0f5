"""One equilibrium, Lemke-Howson on large games and logit in bulk, against single-game solvers."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from benchmarks._lines import OURS, Wanted
from benchmarks._recorder import Bench, Work
from strategic.equilibria import solve
from strategic.equilibria.pivoting.lemke_howson import lemke_howson_path

FASTER = {2: 10, 3: 10, 4: 5, 5: 5, 10: 1}
GAMES = {2: 200_000, 3: 200_000, 4: 100_000, 5: 50_000, 10: 10_000}
THEIRS, GAMBITS = 400, 40
QUANTECON = "QuantEcon Lemke-Howson"
LARGE_AT_MOST = 3
"""Most that one large game may take of QuantEcon's compiled path."""
LOGIT_FASTER = 300
RATIONALITIES = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
LOGIT_GAMES = 10_000
ONE_BY_ONE = "a call for each"


def run(bench: Bench) -> None:
    try:
        import pygambit  # noqa: F401
        import quantecon  # noqa: F401
    except ImportError as missing:
        bench.left_out(f"{missing.name} is not installed")
        return
    _one(bench, part=0.2 if bench.quick else 1.0)
    _large(bench, games=20 if bench.quick else 100)
    _logit(bench, part=0.2 if bench.quick else 1.0)
    _logit_series(bench, part=0.2 if bench.quick else 1.0)


def _one(bench: Bench, part: float) -> None:
    bench.title("One equilibrium of random games, regrets included")
    for size, faster in FASTER.items():
        rng = np.random.default_rng(size)
        row, column = rng.random((2, int(part * GAMES[size]), size, size))
        quantecon, gambit = _peers(row[:THEIRS], column[:THEIRS])
        bench.race(
            f"one {size}x{size}",
            {
                OURS: partial(solve, row, column, method="one", workers=1),
                QUANTECON: quantecon,
                "Gambit LCP": gambit,
            },
            unit="us per game",
            items={OURS: len(row), QUANTECON: THEIRS, "Gambit LCP": GAMBITS},
            wanted=Wanted(faster=faster),
        )


def _peers(row: np.ndarray, column: np.ndarray) -> tuple[Work, Work]:
    import pygambit
    import quantecon.game_theory as qe

    tables = list(zip(row, column, strict=True))
    games = _for_quantecon(tables)
    files = [pygambit.Game.from_arrays(a, b) for a, b in tables[:GAMBITS]]
    return (
        lambda: [qe.lemke_howson(game) for game in games],
        lambda: [pygambit.nash.lcp_solve(game, rational=False, stop_after=1) for game in files],
    )


def _for_quantecon(tables: list[Any]) -> list[Any]:
    import quantecon.game_theory as qe

    return [qe.NormalFormGame([qe.Player(a), qe.Player(b.T.copy())]) for a, b in tables]


def _large(bench: Bench, games: int) -> None:
    import quantecon.game_theory as qe

    bench.title("Single large random games, and the same path as QuantEcon")
    for size in (50, 100, 200):
        some = max(games * 50 // size // (4 if size == 200 else 1), 3)
        row, column = np.random.default_rng(size).random((2, some, size, size))
        tables = list(zip(row, column, strict=True))
        prepared = _for_quantecon(tables)
        ways: dict[str, Work] = {
            "one": lambda tables=tables: [solve(a, b, method="one", workers=1) for a, b in tables],
            "path": lambda tables=tables: [lemke_howson_path(a, b) for a, b in tables],
        }
        for way, ours in ways.items():
            bench.race(
                f"{way} {size}x{size} alone",
                {
                    OURS: ours,
                    QUANTECON: lambda prepared=prepared: [
                        qe.lemke_howson(game, max_iter=10**6) for game in prepared
                    ],
                },
                unit="us per game",
                items=some,
                wanted=Wanted(faster=1 / LARGE_AT_MOST) if way == "one" else (),
            )


def _logit(bench: Bench, part: float) -> None:
    import pygambit

    bench.title("Logit equilibria at a given rationality, payoffs in 0..1")
    for size in (2, 3, 4):
        row, column = np.random.default_rng(size).random((2, int(part * LOGIT_GAMES), size, size))
        games = [pygambit.Game.from_arrays(row[k], column[k]) for k in range(20)]
        for rationality in RATIONALITIES:
            bench.race(
                f"logit {size}x{size} at {rationality:g}",
                {
                    OURS: partial(
                        solve, row, column, method="logit", rationality=rationality, workers=1
                    ),
                    "Gambit": partial(_gambit_logit, games, rationality),
                },
                unit="us per game",
                items={OURS: len(row), "Gambit": len(games)},
                wanted=Wanted(faster=LOGIT_FASTER),
                told=lambda answers, games=games: {
                    "largest gap": f"{_gap(answers[OURS].strategies, answers['Gambit'], games):.0e}"
                },
            )


def _logit_series(bench: Bench, part: float) -> None:
    """Race one call for many rationalities with a call each, and with Gambit's list of them."""
    import pygambit

    bench.title("Logit equilibria at 25 rationalities up to 50")
    grid = np.linspace(2.0, 50.0, 25)
    for size, count in ((3, 2000), (4, 1000), (3, 1)):
        row, column = np.random.default_rng(size).random((2, max(int(part * count), 1), size, size))
        games = [pygambit.Game.from_arrays(row[k], column[k]) for k in range(min(4, len(row)))]
        one = partial(solve, row, column, method="logit", workers=1)
        bench.race(
            f"logit {size}x{size} at 25 rationalities, {count:,} at a time",
            {
                OURS: partial(one, rationality=grid[None]),
                ONE_BY_ONE: lambda one=one: [one(rationality=value) for value in grid],
                "Gambit": lambda games=games: [
                    pygambit.qre.logit_solve_lambda(game, grid.tolist()) for game in games
                ],
            },
            unit="us per game and rationality",
            items={
                OURS: len(row) * len(grid),
                ONE_BY_ONE: len(row) * len(grid),
                "Gambit": len(games) * len(grid),
            },
            wanted=[Wanted(faster=1.5, than=ONE_BY_ONE), Wanted(faster=2, than="Gambit")],
            told=lambda answers: {
                "largest gap to a call each": f"{_spread(answers[OURS], answers[ONE_BY_ONE]):.0e}"
            },
        )


def _spread(series: Any, each: list[Any]) -> float:
    """Largest difference between shares found along one branch and by a call each."""
    alone = np.stack([found.row for found in each], axis=1)
    return float(np.abs(series.row - alone).max())


def _gambit_logit(games: list[Any], rationality: float) -> list[Any]:
    import pygambit

    return [pygambit.qre.logit_solve_lambda(game, [rationality])[0] for game in games]


def _gap(ours: Any, points: list[Any], games: list[Any]) -> float:
    """Largest difference between our probabilities and Gambit's, which follow the same branch."""
    gap = 0.0
    for number, point in enumerate(points):
        for player, mine in zip(games[number].players, ours, strict=True):
            theirs = [float(point.profile[strategy]) for strategy in player.strategies]
            gap = max(gap, float(np.abs(mine[number] - theirs).max()))
    return gap
