"""Repair, unequal dependence and splits: the closed forms and their odd points."""

import numpy as np
import pytest

from strategic.repeated.closed_forms import (
    dependence,
    enforcement,
    incident_thresholds,
    repair,
    splits,
)
from strategic.status import Status


def test_repair_limit_and_share():
    limit = repair.repair_limit(3, 5, 1, discount=0.9, incident_risk=0.05)
    assert limit == pytest.approx(0.788889, abs=5e-7)
    below, above = repair.repair(
        3, 5, 1, discount=0.9, incident_risk=0.05, repair_rate=limit + np.array([-1e-9, 1e-9])
    ).status
    assert (below, above) == (Status.OK, Status.UNENFORCEABLE)
    assert repair.repaired_share(0.05, 0.2) == pytest.approx(0.8)


def test_repair_values_solve_the_two_state_equations():
    discount, risk, rate = 0.9, 0.05, 0.3
    found = repair.repair(3, 5, 1, discount=discount, incident_risk=risk, repair_rate=rate)
    moves = np.array([[1 - risk, risk], [rate, 1 - rate]])
    values = np.linalg.solve(np.eye(2) - discount * moves, (1 - discount) * np.array([3.0, 1.0]))
    assert found.value_in_cooperation == pytest.approx(values[0])
    assert found.value_in_crisis == pytest.approx(values[1])


def test_without_repair_a_crisis_is_grim():
    found = repair.repair(3, 5, 1, discount=0.9, incident_risk=0.05)
    grim = enforcement.enforce(3, 5, 1, discount=0.9, incident_risk=0.05)
    assert found.critical_discount == pytest.approx(grim.critical_discount)
    assert found.value_in_cooperation == pytest.approx(grim.grim_value)
    assert found.value_in_crisis == 1


def test_odd_points_of_repair():
    found = repair.repair(
        [3, 3, 1, 5, 3],
        5,
        1,
        discount=[0.9, 1, 0.9, 0.9, 0.9],
        incident_risk=[0.05, 0.05, 0.05, 0.05, 1],
        repair_rate=0.1,
    )
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


def test_imbalance_raises_the_threshold_only_without_transfers():
    alone = dependence.threshold_without_transfers(2, PAIRS).max(axis=0)
    np.testing.assert_allclose(alone, [0.5, 0.571429, 0.666667, 0.8], atol=5e-7)
    together = dependence.threshold_with_transfers(2, PAIRS)
    np.testing.assert_allclose(together, 0.5)
    np.testing.assert_allclose(dependence.joint_dependence(PAIRS), 4)
    np.testing.assert_allclose(dependence.imbalance(PAIRS), IMBALANCE)


def test_the_less_dependent_side_binds():
    assert dependence.binding_side(2, PAIRS, discount=0.9).tolist() == [dependence.TIE, 1, 1, 1]
    assert dependence.binding_side([2, 2], [3, 1], discount=[0.5, 0.99]) == 0
    np.testing.assert_array_equal(dependence.power(PAIRS), PAIRS[::-1])


def test_incident_limit_of_imbalance_is_the_limit_of_the_weaker_side():
    curve = dependence.incident_limit_of_imbalance(
        IMBALANCE, joint_dependence=4, gain=2, discount=0.9
    )
    limits = incident_thresholds.incident_limit(PAIRS, PAIRS + 2, discount=0.9).min(axis=0)
    np.testing.assert_allclose(curve, limits)


def test_transfers_pool_the_incentives():
    at_threshold = dependence.transfers_slack(2, PAIRS, discount=0.5)
    np.testing.assert_allclose(at_threshold, 0, atol=1e-12)
    assert dependence.transfers_slack([2, 2], [4, 0], discount=[0.9, 0.4]) == pytest.approx(
        4 - 2 / 9 - 3
    )
    assert dependence.transfers_slack([-1, 0], [1, 1], discount=0.0) == 2


def test_odd_points_of_dependence():
    gain = [[-1, 2, 2, np.nan], [-1, 2, 2, 2]]
    worth = [[1, -3, 1, 1], [1, 1, -2, 1]]
    alone = dependence.threshold_without_transfers(gain, worth)
    np.testing.assert_array_equal(alone[0], [0, np.inf, 2 / 3, np.nan])
    together = dependence.threshold_with_transfers(gain, worth)
    np.testing.assert_array_equal(together, [0, np.inf, np.inf, np.nan])


def test_splits():
    np.testing.assert_allclose(splits.nash_split([1, 0], 3, weight=0.25), [1.5, 1.5])
    assert np.isnan(splits.nash_split([2, 2], 3)).all()
    assert splits.first_mover_share(0.8, 0.5) == pytest.approx(0.5 / 0.6)
    lowest, highest = splits.feasible_splits(
        [[0, 0], [0, 0]], [[2, 2], [2, 2]], [6, 3], discount=0.5
    )
    np.testing.assert_array_equal(lowest, [2, np.nan])
    np.testing.assert_array_equal(highest, [4, np.nan])
