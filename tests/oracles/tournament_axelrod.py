"""Write tournament_axelrod.json: long noisy matches played by Axelrod.

Run in an environment with axelrod (4.14): ``python tournament_axelrod.py``. Standard errors come
from the means of 100 stretches of each match.
"""

import itertools
import json
from pathlib import Path

import axelrod
import numpy as np

TURNS, NOISE, STRETCHES = 100_000, 0.05, 100
PLAYERS = {
    "AllC": axelrod.Cooperator,
    "AllD": axelrod.Defector,
    "Random": axelrod.Random,
    "TFT": axelrod.TitForTat,
    "GTFT": lambda: axelrod.GTFT(p=1 / 3),
    "WSLS": axelrod.WinStayLoseShift,
    "TF2T": axelrod.TitFor2Tats,
    "2TFT": axelrod.TwoTitsForTat,
}


def play(row, column, seed):
    match = axelrod.Match((PLAYERS[row](), PLAYERS[column]()), turns=TURNS, noise=NOISE, seed=seed)
    match.play()
    scores = np.array(match.scores(), float).reshape(STRETCHES, -1, 2).mean(axis=1)
    error = scores.std(axis=0, ddof=1) / np.sqrt(STRETCHES)
    return {
        "pair": [row, column],
        "payoffs": scores.mean(axis=0).tolist(),
        "error": error.tolist(),
        "cooperation": [float(share) for share in match.normalised_cooperation()],
    }


def main():
    pairs = itertools.combinations_with_replacement(PLAYERS, 2)
    matches = [play(row, column, seed) for seed, (row, column) in enumerate(pairs)]
    document = {"noise": NOISE, "turns": TURNS, "matches": matches}
    Path(__file__).with_suffix(".json").write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
