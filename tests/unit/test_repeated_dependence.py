"""Repair, unequal dependence and splits: the closed forms and their odd points."""

import numpy as np
import pytest

from strategic import repeated
from strategic.repeated import repeated_game
from strategic.repeated.closed_forms.dependence import TIE
from strategic.status import Status

CLASSIC = repeated_game(3, 0, 5, 1, discount=0.9, incident_risk=0.05)


def test_repair_limit_and_share():
    limit = repeated.repair_limit(CLASSIC)
    assert limit == pytest.approx(0.788889, abs=5e-7)
    below, above = repeated.repair(CLASSIC, limit + np.array([-1e-9, 1e-9])).status
    assert (below, above) == (Status.OK, Status.UNENFORCEABLE)
    assert repeated.repaired_share(0.05, 0.2) == pytest.approx(0.8)


def test_repair_values_solve_the_two_state_equations():
    discount, risk, rate = 0.9, 0.05, 0.3
    game = repeated_game(3, 0, 5, 1, discount=discount, incident_risk=risk)
    found = repeated.repair(game, rate)
    moves = np.array([[1 - risk, risk], [rate, 1 - rate]])
    values = np.linalg.solve(np.eye(2) - discount * moves, (1 - discount) * np.array([3.0, 1.0]))
    assert found.value_in_cooperation == pytest.approx(values[0])
    assert found.value_in_crisis == pytest.approx(values[1])


def test_without_repair_a_crisis_is_grim():
    found, grim = repeated.repair(CLASSIC), repeated.enforce(CLASSIC)
    assert found.critical_discount == pytest.approx(grim.critical_discount)
    assert found.value_in_cooperation == pytest.approx(grim.grim_value)
    assert found.value_in_crisis == 1


def test_odd_points_of_repair():
    game = repeated_game(
        [3, 3, 1, 5, 3],
        0,
        5,
        1,
        discount=[0.9, 1, 0.9, 0.9, 0.9],
        incident_risk=[0.05, 0.05, 0.05, 0.05, 1],
    )
    found = repeated.repair(game, 0.1)
    assert found.status.tolist() == [
        Status.OK,
        Status.INVALID,
        Status.NO_VALUE,
        Status.SELF_ENFORCING,
        Status.UNENFORCEABLE,
    ]
    assert found.limit[[2, 3, 4]].tolist() == [0, 1, 0]


IMBALANCE = np.array([0.0, 1, 2, 3])
PAIRS = np.stack([(4 + IMBALANCE) / 2, (4 - IMBALANCE) / 2])


def pair(gain, dependence, **rates):
    """Two sides with an outside option of 0, by what tempts and what binds them."""
    worth = np.asarray(dependence, float)
    return repeated_game(worth, 0, worth + gain, **rates)


def test_imbalance_raises_the_threshold_only_without_transfers():
    game = pair(2, PAIRS)
    alone, found = repeated.grim_threshold(game).max(axis=0), repeated.unequal_dependence(game)
    np.testing.assert_allclose(alone, [0.5, 0.571429, 0.666667, 0.8], atol=5e-7)
    np.testing.assert_allclose(found.critical_discount_with_transfers, 0.5)
    np.testing.assert_allclose(found.joint, 4)
    np.testing.assert_allclose(found.imbalance, IMBALANCE)


def test_the_less_dependent_side_binds():
    found = repeated.unequal_dependence(pair(2, PAIRS, discount=0.9))
    assert found.binding_side.tolist() == [TIE, 1, 1, 1]
    np.testing.assert_array_equal(found.power, PAIRS[::-1])
    patient = repeated.unequal_dependence(pair(2, [3, 1], discount=[0.5, 0.99]))
    assert patient.binding_side == 0


def test_incident_limit_of_imbalance_is_the_limit_of_the_weaker_side():
    curve = repeated.incident_limit_of_imbalance(
        IMBALANCE, joint_dependence=4, gain=2, discount=0.9
    )
    limits = repeated.incident_limit(pair(2, PAIRS, discount=0.9)).min(axis=0)
    np.testing.assert_allclose(curve, limits)


def test_transfers_pool_the_incentives():
    def slack(*letters, discount):
        return repeated.unequal_dependence(pair(*letters, discount=discount)).transfers_slack

    np.testing.assert_allclose(slack(2, PAIRS, discount=0.5), 0, atol=1e-12)
    assert slack(2, [4, 0], discount=[0.9, 0.4]) == pytest.approx(4 - 2 / 9 - 3)
    assert slack([-1, 0], [1, 1], discount=0.0) == 2


def test_odd_points_of_dependence():
    gain = [[-1, 2, 2, np.nan], [-1, 2, 2, 2]]
    worth = [[1, -3, 1, 1], [1, 1, -2, 1]]
    game = pair(gain, worth)
    alone = repeated.grim_threshold(game)
    np.testing.assert_array_equal(alone[0], [0, np.inf, 2 / 3, np.nan])
    together = repeated.unequal_dependence(game).critical_discount_with_transfers
    np.testing.assert_array_equal(together, [0, np.inf, np.inf, np.nan])


def test_splits():
    np.testing.assert_allclose(repeated.nash_split([1, 0], 3, weight=0.25), [1.5, 1.5])
    assert np.isnan(repeated.nash_split([2, 2], 3)).all()
    assert repeated.first_mover_share(0.8, 0.5) == pytest.approx(0.5 / 0.6)
    game = pair(2, [[3, 3], [3, 3]], discount=0.5)
    lowest, highest = repeated.feasible_splits(game, [6, 3])
    np.testing.assert_array_equal(lowest, [2, np.nan])
    np.testing.assert_array_equal(highest, [4, np.nan])
