"""Ask QuantEcon for payoff sets and store what it says: ``python payoff_sets_quantecon.py``.

QuantEcon runs in a process of its own, since it ends some games with a crash; those and the sets it
cannot hold (points, segments) are stored as null.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np

STORED = Path(__file__).with_suffix(".json")
TOLERANCE = 1e-6
SEED = 20_140_313
SIZES = ((2, 2), (2, 3), (3, 3), (4, 4))
DISCOUNTS = (0.3, 0.5, 0.7, 0.9)
GAMES_EACH = 6


def games():
    rng = np.random.default_rng(SEED)
    for size in SIZES:
        for _ in range(GAMES_EACH):
            row, column = rng.integers(-9, 10, (2, *size)).tolist()
            for discount in DISCOUNTS:
                yield row, column, discount


def ask(row, column, discount):
    import quantecon.game_theory as qe
    from quantecon.game_theory.repeated_game import RepeatedGame

    players = [qe.Player(np.array(row, float)), qe.Player(np.array(column, float).T.copy())]
    try:
        hull = RepeatedGame(qe.NormalFormGame(players), discount).equilibrium_payoffs()
    except Exception:  # noqa: BLE001 - whatever it raises, it has no answer
        return None
    return hull.points[hull.vertices].tolist()


def answer_from(first):
    for game in list(games())[first:]:
        sys.stdout.write(json.dumps(ask(*game)) + "\n")
        sys.stdout.flush()


def main():
    if len(sys.argv) > 1:
        answer_from(int(sys.argv[1]))
        return
    asked, answers = list(games()), []
    while len(answers) < len(asked):
        command = [sys.executable, __file__, str(len(answers))]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        answers += [json.loads(line) for line in done.stdout.splitlines()]
        if done.returncode:
            answers.append(None)
    records = [
        json.dumps({"row": row, "column": column, "discount": discount, "vertices": vertices})
        for (row, column, discount), vertices in zip(asked, answers, strict=True)
    ]
    STORED.write_text("[\n" + ",\n".join(records) + "\n]\n")


if __name__ == "__main__":
    main()
