"""Triggers and incidents: every number that defines them, and every odd point's status."""

import numpy as np
import pytest

from strategic.repeated.closed_forms import (
    enforcement,
    incident_thresholds,
    incidents,
    punishments,
    triggers,
)
from strategic.status import Status

CLASSIC = (3, 0, 5, 1)
MILD = (2, -1, 3, 0)


@pytest.mark.parametrize(
    ("payoffs", "grim", "tit_for_tat", "win_stay", "risk_dominant"),
    [(CLASSIC, 1 / 2, 2 / 3, 1.0, 0.6), (MILD, 1 / 3, 1 / 3, 1 / 2, 0.5)],
)
def test_thresholds_of_strategies(payoffs, grim, tit_for_tat, win_stay, risk_dominant):
    assert triggers.grim_threshold(*payoffs) == pytest.approx(grim)
    assert triggers.tit_for_tat_threshold(*payoffs) == pytest.approx(tit_for_tat)
    assert triggers.win_stay_threshold(*payoffs) == pytest.approx(win_stay)
    assert triggers.risk_dominant_threshold(*payoffs) == pytest.approx(risk_dominant)


@pytest.mark.parametrize(
    ("payoffs", "two", "three"), [(CLASSIC, 0.618034, 0.543689), (MILD, 0.366025, 0.342508)]
)
def test_thresholds_of_finite_punishment(payoffs, two, three):
    found = triggers.finite_punishment_threshold(*payoffs, punishment_length=[2, 3])
    np.testing.assert_allclose(found, [two, three], atol=5e-7)


def test_one_period_of_punishment_is_win_stay_and_endless_is_grim():
    lengths = [1, np.inf, 0, np.nan]
    for payoffs in (CLASSIC, MILD):
        one, endless, none, unknown = triggers.finite_punishment_threshold(
            *payoffs, punishment_length=lengths
        )
        assert one == pytest.approx(triggers.win_stay_threshold(*payoffs))
        assert endless == triggers.grim_threshold(*payoffs)
        assert np.isnan([none, unknown]).all()


def test_long_punishments_approach_grim_from_above():
    lengths = np.array([2, 5, 20, 100, 10_000])
    thresholds = triggers.finite_punishment_threshold(*CLASSIC, punishment_length=lengths)
    assert (np.diff(thresholds) <= 0).all()
    assert thresholds[-1] == pytest.approx(0.5)
    reached = thresholds * (1 - thresholds**lengths) / (1 - thresholds) * 2
    np.testing.assert_allclose(reached, 2, rtol=1e-12)


@pytest.mark.parametrize(
    "threshold",
    [
        triggers.grim_threshold,
        triggers.tit_for_tat_threshold,
        triggers.win_stay_threshold,
        triggers.risk_dominant_threshold,
    ],
)
def test_odd_points_of_thresholds(threshold):
    no_temptation, worthless, unknown = threshold([3, 1, np.nan], [2.9, 0, 0], [2, 5, 5], [1, 1, 1])
    assert (no_temptation, worthless) == (0, np.inf)
    assert np.isnan(unknown)


TABLE = [
    # delta, p, delta*, T*, V+(T*), V+(grim), best, share
    (0.9, 0.05, 0.526316, 2, 2.842469, 2.379310, 2.894737, 0.909091),
    (0.9, 0.10, 0.555556, 2, 2.707942, 2.052632, 2.777778, 0.833333),
    (0.9, 0.40, 0.833333, 8, 1.655669, 1.434783, 1.666667, 0.238095),
    (0.526, 0.05, 0.526316, np.nan, np.nan, np.nan, np.nan, 0),
]


def test_table_of_incidents():
    discount, risk, threshold, length, value, grim, best, share = np.array(TABLE).T
    found = enforcement.enforce(3, 5, 1, discount=discount, incident_risk=risk)
    np.testing.assert_allclose(found.critical_discount, threshold, atol=5e-7)
    np.testing.assert_array_equal(found.punishment_length, length)
    np.testing.assert_allclose(found.value, value, atol=5e-7)
    np.testing.assert_allclose(found.grim_value, grim, atol=5e-7)
    np.testing.assert_allclose(found.best_value, best, atol=5e-7)
    np.testing.assert_allclose(found.share, share, atol=5e-7)
    np.testing.assert_allclose(found.mean_survival, [20, 10, 2.5, 0])
    assert found.status.tolist() == [Status.OK] * 3 + [Status.UNENFORCEABLE]


def test_incident_limits():
    limit = incident_thresholds.incident_limit
    assert limit(0.35, 0.5, discount=0.95, detection=0.6) == pytest.approx(0.5614, abs=5e-5)
    assert incident_thresholds.critical_discount(0.35, 0.5) == pytest.approx(0.3)
    assert limit(3, 5, 1, discount=0.9) == pytest.approx(1 - 0.5 / 0.9)
    assert limit(3, 5, 1, discount=0.4) == 0


def test_the_limit_is_where_the_critical_discount_reaches_the_discount():
    limit = incident_thresholds.incident_limit(3, 5, 1, discount=0.8, detection=0.7)
    at_limit = incident_thresholds.critical_discount(3, 5, 1, incident_risk=limit, detection=0.7)
    assert at_limit == pytest.approx(0.8)


def test_one_bad_point_has_a_status_and_harms_no_neighbour():
    nan = np.nan
    reward = np.array([3, 3, 1, 3, 5, 1, nan, 3, 3])
    temptation = np.array([5, 5, 5, 5, 5, 0, 5, 5, 5])
    discount = np.array([0.9, 1.0, 0.9, 0.9, 0.9, 0.9, 0.9, -0.1, 0.9])
    risk = np.array([0.05, 0.05, 0.05, 1.0, 0.05, 0.05, 0.05, 0.05, 1.5])
    found = enforcement.enforce(reward, temptation, 1, discount=discount, incident_risk=risk)
    good = enforcement.enforce(3, 5, 1, discount=0.9, incident_risk=0.05)
    assert found.status.tolist() == [
        Status.OK,
        Status.INVALID,
        Status.NO_VALUE,
        Status.UNENFORCEABLE,
        Status.SELF_ENFORCING,
        Status.SELF_ENFORCING,
        Status.INVALID,
        Status.INVALID,
        Status.INVALID,
    ]
    for name in vars(good):
        assert getattr(found, name)[0] == getattr(good, name)
    assert found.critical_discount[[2, 3, 4, 5]].tolist() == [np.inf, np.inf, 0, 0]
    assert found.incident_limit[[2, 4, 5]].tolist() == [0, 1, 1]
    assert found.punishment_length[[4, 5]].tolist() == [0, 0]
    assert found.value[[4, 5]].tolist() == [5, 1]
    assert found.share[[2, 3, 4]].tolist() == [0, 0, 1]
    invalid = found.status == Status.INVALID
    assert np.isnan(found.value[invalid]).all()
    assert (found.share[invalid] == 0).all()


def test_only_grim_enforces_at_the_threshold_itself():
    found = enforcement.enforce(3, 5, 1, discount=0.5)
    assert found.punishment_length == np.inf
    assert found.share == 1
    assert found.value == found.grim_value == 3


def test_survival_and_half_life():
    assert incidents.survival(0.05, 0) == 1
    assert incidents.survival(0.05, incidents.half_life(0.05)) == pytest.approx(0.5)
    assert incidents.half_life([0.0, 1.0]).tolist() == [np.inf, 0]
    assert incidents.mean_survival(0.05) == 20
    assert incidents.bad_signal_after_deviation(0.1, 1.0) == 1


def test_attributable_incidents_avoid_the_loss():
    assert punishments.unavoidable_loss(3, 5, incident_risk=0.05) == pytest.approx(0.1 / 0.95)
    assert punishments.unavoidable_loss(3, 2, incident_risk=0.05) == 0
    assert punishments.unavoidable_loss(3, 5, incident_risk=0.05, detection=0) == np.inf
