"""Maximum-likelihood logit equilibria by Gambit: ``python tests/oracles/estimation_gambit.py``.

Writes ``estimation_gambit.json`` beside itself: payoffs, counts, and the rationality and log
likelihood that ``pygambit.qre.logit_estimate`` finds (pygambit 16.7.0). Some games do not end there
within a minute, so every game runs in a process of its own, and those that do not end are left out.
Counts of the named games are the printed frequencies times the number of choices.
"""

from __future__ import annotations

import json
import multiprocessing
import tomllib
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent
EXPERIMENTS = HERE.parents[1] / "models" / "experiments"
SECONDS = 20
SHAPES = [(2, 2)] * 20 + [(3, 3)] * 15 + [(2, 3)] * 10 + [(2, 2, 2)] * 15
CHOICES = {"constant": 12 * 4 * 200, "shifted": 6 * 4 * 200}
"""Choices per player in a game of Selten and Chmura (2008): groups, pairs, periods."""
FREQUENCIES = [
    (0.079, 0.690), (0.217, 0.527), (0.163, 0.793), (0.286, 0.736), (0.327, 0.664), (0.445, 0.596),
    (0.141, 0.564), (0.250, 0.586), (0.254, 0.827), (0.366, 0.699), (0.331, 0.652), (0.439, 0.604),
]  # fmt: skip
"""Printed relative frequencies of up and of left."""


def named() -> list[dict[str, Any]]:
    """The experiments of the catalogue whose counts are known."""
    games = []
    for number, (up, left) in enumerate(FREQUENCIES, 1):
        file = tomllib.loads((EXPERIMENTS / f"selten-chmura-{number:02d}.toml").read_text())
        choices = CHOICES["constant" if number <= 6 else "shifted"]
        counts = [[choices * x, choices * (1 - x)] for x in (up, left)]
        games.append({"name": f"selten-chmura-{number:02d}", "payoffs": file["payoffs"],
                      "counts": counts})  # fmt: skip
    pennies = [[[1.1141, 0], [0, 0.2785]], [[0, 1.1141], [1.1141, 0]]]
    block = [[128 * 0.527, 128 * (1 - 0.527)], [128 * 0.366, 128 * (1 - 0.366)]]
    games.append({"name": "ochs", "payoffs": pennies, "counts": block})
    for stake, top, left in ((80, 12, 12), (320, 24, 4), (44, 2, 20)):
        payoffs = [[[stake, 40], [40, 80]], [[40, 80], [80, 40]]]
        counts = [[top, 25 - top], [left, 25 - left]]
        games.append({"name": f"goeree-holt-pennies-{stake}", "payoffs": payoffs, "counts": counts})
    dilemma, coordination = [[[3, 0], [5, 1]], [[3, 5], [0, 1]]], [[[2, 0], [0, 1]]] * 2
    games.append({"name": "all-defect", "payoffs": dilemma, "counts": [[0, 10]] * 2})
    games.append({"name": "off-the-branch", "payoffs": coordination, "counts": [[10, 90]] * 2})
    return games


def drawn() -> list[dict[str, Any]]:
    """Random payoffs, and counts drawn unevenly: nothing says that a branch explains them."""
    rng = np.random.default_rng(20261126)
    games = []
    for number, shape in enumerate(SHAPES):
        payoffs = [rng.integers(-4, 5, shape).tolist() for _ in shape]
        counts = [rng.multinomial(60, rng.dirichlet(np.full(n, 2.0))).tolist() for n in shape]
        games.append({"name": f"random-{number}", "payoffs": payoffs, "counts": counts})
    return games


def fitted(game: dict[str, Any], pipe: Any) -> None:
    """Let Gambit fit one game, and send back what it finds."""
    import pygambit

    tree = pygambit.Game.from_arrays(*[np.array(own, dtype=float) for own in game["payoffs"]])
    found = pygambit.qre.logit_estimate(tree.mixed_strategy_profile(game["counts"]))
    pipe.send({"rationality": float(found.lam), "log_likelihood": float(found.log_like)})


def main() -> None:
    """Fit every game and write the file."""
    results = []
    for game in [*named(), *drawn()]:
        ours, theirs = multiprocessing.Pipe()
        work = multiprocessing.Process(target=fitted, args=(game, theirs))
        work.start()
        found = ours.recv() if ours.poll(SECONDS) else None
        work.kill()
        work.join()
        results.append(game | {"found": found})
    lines = ",\n".join(json.dumps(one) for one in results)
    (HERE / "estimation_gambit.json").write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    main()
