"""Time QuantEcon's payoff sets in a process of its own, which it sometimes takes down with it.

Reads a JSON list of [row, column, discount, most steps] from standard input and writes one line a
game: seconds, and the vertices or null.
"""

from __future__ import annotations

import json
import sys
import time
import warnings

import numpy as np
import quantecon.game_theory as qe
from quantecon.game_theory.repeated_game import RepeatedGame


def main() -> None:
    warnings.simplefilter("ignore")
    games = json.load(sys.stdin)
    answer([[9, 1], [10, 3]], [[9, 10], [1, 3]], 0.3, 500)  # compiles
    for game in games:
        sys.stdout.write(json.dumps(answer(*game)) + "\n")
        sys.stdout.flush()


def answer(row: list, column: list, discount: float, steps: int) -> tuple[float, list | None]:
    players = [qe.Player(np.array(row, float)), qe.Player(np.array(column, float).T.copy())]
    repeated = RepeatedGame(qe.NormalFormGame(players), discount)
    start = time.perf_counter()
    try:
        hull = repeated.equilibrium_payoffs(options={"max_iter": steps})
    except Exception:  # noqa: BLE001 - it has no answer, whatever it raises
        return time.perf_counter() - start, None
    seconds = time.perf_counter() - start
    return seconds, hull.points[hull.vertices].tolist()


if __name__ == "__main__":
    main()
