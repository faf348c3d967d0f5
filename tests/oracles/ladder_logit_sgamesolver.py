"""Write ladder_logit_sgamesolver.json: logit Markov perfect equilibria by homotopy continuation.

Run in an environment with sgamesolver (1.0): ``python ladder_logit_sgamesolver.py``. Its precision
multiplies discounted sums, so payoffs are first turned into average payoffs in units of the
ladder's scale. The profile is refined by Newton's method on the equilibrium equations.
"""

import json
from pathlib import Path

import numpy as np

np.NaN = np.nan  # noqa: NPY201 - sgamesolver 1.0 predates numpy 2
import sgamesolver  # noqa: E402

RUNGS, EROSION = 4, 2
POINTS = [
    {"D": [3.0, 2.0], "g": [1.0, 0.5], "l": [1.0, 1.5], "delta": [0.9, 0.8], "h": 0.05, "rho": 0.1},
    {"D": [1.0, 4.0], "g": [0.8, 2.0], "l": [0.5, 3.0], "delta": [0.6, 0.95], "h": 0.2, "rho": 0.0},
    {"D": [2.0, 2.0], "g": [0.3, 0.3], "l": [0.4, 0.4], "delta": [0.9, 0.9], "h": 0.1, "rho": 0.3},
]
PRECISIONS = [0.5, 2.0, 8.0]
UP, DOWN, FLOOR = 0.7, 0.9, 0.2


def row(rung, point, *, cooperate):
    top = RUNGS - 1
    step = min(rung + 1, top) if cooperate else max(rung - EROSION, 0)
    chance = UP if cooperate else DOWN
    h, rho = point["h"], point["rho"]
    law = np.zeros(RUNGS)
    for target, weight in ((0, h), (step, (1 - h) * chance), (rung, (1 - h) * (1 - chance))):
        law[target] += weight * (1 - rho)
        law[min(target + 1, top)] += weight * rho
    return law


def stochastic_game(point):
    phi = FLOOR + (1 - FLOOR) * np.arange(RUNGS) / (RUNGS - 1)
    scale = max(*point["D"], *point["g"], *point["l"])
    payoffs, moves = [], []
    for rung in range(RUNGS):
        stage = np.zeros((2, 2, 2))
        for side in range(2):
            unit = (1 - point["delta"][side]) / scale
            reward = point["D"][side] * phi[rung]
            own = np.array([[reward, -point["l"][side]], [reward + point["g"][side], 0.0]]) * unit
            stage[side] = own if side == 0 else own.T
        together, apart = row(rung, point, cooperate=True), row(rung, point, cooperate=False)
        payoffs.append(stage)
        moves.append(np.array([[together, apart], [apart, apart]]))
    return sgamesolver.SGame(payoffs, moves, point["delta"])


def main():
    answers = []
    for point in POINTS:
        for precision in PRECISIONS:
            homotopy = sgamesolver.homotopy.QRE(stochastic_game(point))
            homotopy.default_parameters = {**homotopy.default_parameters, "corrector_tol": 1e-12}
            homotopy.solver_setup(target_lambda=precision)
            homotopy.solver.verbose = 0
            homotopy.solve()
            profile = homotopy.equilibrium.strategies[:, :, 0]
            answers.append(
                {"point": point, "precision": precision, "cooperation": profile.T.tolist()}
            )
    fixed = {"rungs": RUNGS, "erosion": EROSION, "up": UP, "down": DOWN, "floor": FLOOR}
    text = json.dumps({"fixed": fixed, "answers": answers}, indent=1)
    Path(__file__).with_suffix(".json").write_text(text + "\n")


if __name__ == "__main__":
    main()
