"""The logit equilibrium of a ladder against sgamesolver's homotopies and brute-force regrets."""

import itertools
import json
from pathlib import Path

import numpy as np
import pytest

from strategic.repeated import logit_equilibrium, trust_ladder
from strategic.status import Status

STORED = json.loads((Path(__file__).parent / "ladder_logit_sgamesolver.json").read_text())
TOLERANCE = 5e-9


@pytest.mark.parametrize("answer", STORED["answers"], ids=range(len(STORED["answers"])))
def test_agrees_with_sgamesolver(answer):
    point = answer["point"]
    ladder = trust_ladder(
        *(point[name] for name in ("D", "g", "l", "delta")),
        incident_risk=point["h"],
        shock=point["rho"],
        **STORED["fixed"],
    )
    ours = logit_equilibrium(ladder, answer["precision"])
    assert ours.status == Status.FOUND
    np.testing.assert_allclose(ours.cooperation, answer["cooperation"], rtol=0, atol=TOLERANCE)


def test_regret_is_the_best_of_all_pure_rules():
    h, delta = 0.1, np.array([0.9, 0.7])
    D, g, loss = np.array([2.0, 3.0]), np.array([1.0, 0.4]), np.array([0.5, 1.0])
    ladder = trust_ladder(D, g, loss, delta, incident_risk=h, rungs=3, erosion=1)
    ours = logit_equilibrium(ladder, 3.0)
    phi = np.array([0.2, 0.6, 1.0])
    together = (1 - h) * np.eye(3)[[1, 2, 2]] + h * np.eye(3)[[0, 0, 0]]
    apart = (1 - h) * np.eye(3)[[0, 0, 1]] + h * np.eye(3)[[0, 0, 0]]

    def value(side, own, other):
        both = own * other
        pay = both * D[side] * phi - own * (1 - other) * loss[side]
        pay += (1 - own) * other * (D[side] * phi + g[side])
        chain = both[:, None] * together + (1 - both)[:, None] * apart
        return np.linalg.solve(np.eye(3) - delta[side] * chain, (1 - delta[side]) * pay)

    regret = 0.0
    for side in range(2):
        own, other = ours.cooperation[side], ours.cooperation[1 - side]
        np.testing.assert_allclose(ours.value[side], value(side, own, other), rtol=1e-9)
        for rule in itertools.product((0.0, 1.0), repeat=3):
            gain = value(side, np.array(rule), other) - ours.value[side]
            regret = max(regret, gain.max())
    assert ours.regret == pytest.approx(regret, rel=1e-9)
    assert regret > 0.01


def test_high_precision_approaches_defection_where_only_defection_is_perfect():
    ladder = trust_ladder(1.0, 1.0, 1.0, [[0.3, np.nan]])
    ours = logit_equilibrium(ladder, [10.0, 1.0])
    assert ours.status.tolist() == [Status.FOUND, Status.INVALID]
    assert (logit_equilibrium(ladder, 3000.0).regret[0] < 1e-6).all()
    starved = logit_equilibrium(ladder, 50.0, stages=1, max_steps=1)
    assert starved.status[0] == Status.NOT_CONVERGED
    assert starved.residual[0] > 1e-10


def test_a_precision_per_point_and_any_blocks_give_the_same_bits():
    delta = np.linspace(0.3, 0.95, 10)[None, :, None]
    ladder = trust_ladder(2.0, 1.0, 1.0, delta, incident_risk=0.1)
    level = np.array([0.5, 4.0])
    plain = logit_equilibrium(ladder, level, workers=1)
    assert plain.cooperation.shape == (2, 10, 2, 5)
    for workers, size in ((2, 7), (7, 1)):
        other = logit_equilibrium(ladder, level, workers=workers, size=size)
        np.testing.assert_array_equal(plain.cooperation, other.cooperation)
        np.testing.assert_array_equal(plain.regret, other.regret)
