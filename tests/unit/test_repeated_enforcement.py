"""Triggers and incidents: every number that defines them, and every odd point's status."""

import numpy as np
import pytest

from strategic import repeated
from strategic.errors import GameError
from strategic.repeated import repeated_game
from strategic.status import Status

CLASSIC = (3, 0, 5, 1)
MILD = (2, -1, 3, 0)


@pytest.mark.parametrize(
    ("payoffs", "grim", "tit_for_tat", "win_stay", "risk_dominant"),
    [(CLASSIC, 1 / 2, 2 / 3, 1.0, 0.6), (MILD, 1 / 3, 1 / 3, 1 / 2, 0.5)],
)
def test_thresholds_of_strategies(payoffs, grim, tit_for_tat, win_stay, risk_dominant):
    game = repeated_game(*payoffs)
    assert repeated.grim_threshold(game) == pytest.approx(grim)
    assert repeated.tit_for_tat_threshold(game) == pytest.approx(tit_for_tat)
    assert repeated.win_stay_threshold(game) == pytest.approx(win_stay)
    assert repeated.risk_dominant_threshold(game) == pytest.approx(risk_dominant)


@pytest.mark.parametrize(
    ("payoffs", "two", "three"), [(CLASSIC, 0.618034, 0.543689), (MILD, 0.366025, 0.342508)]
)
def test_thresholds_of_finite_punishment(payoffs, two, three):
    found = repeated.finite_punishment_threshold(repeated_game(*payoffs), [2, 3])
    np.testing.assert_allclose(found, [two, three], atol=5e-7)


def test_one_period_of_punishment_is_win_stay_and_endless_is_grim():
    lengths = [1, np.inf, 0, np.nan]
    for payoffs in (CLASSIC, MILD):
        game = repeated_game(*payoffs)
        one, endless, none, unknown = repeated.finite_punishment_threshold(game, lengths)
        assert one == pytest.approx(repeated.win_stay_threshold(game))
        assert endless == repeated.grim_threshold(game)
        assert np.isnan([none, unknown]).all()


def test_long_punishments_approach_grim_from_above():
    lengths = np.array([2, 5, 20, 100, 10_000])
    thresholds = repeated.finite_punishment_threshold(repeated_game(*CLASSIC), lengths)
    assert (np.diff(thresholds) <= 0).all()
    assert thresholds[-1] == pytest.approx(0.5)
    reached = thresholds * (1 - thresholds**lengths) / (1 - thresholds) * 2
    np.testing.assert_allclose(reached, 2, rtol=1e-12)


@pytest.mark.parametrize(
    "threshold",
    [
        repeated.grim_threshold,
        repeated.tit_for_tat_threshold,
        repeated.win_stay_threshold,
        repeated.risk_dominant_threshold,
    ],
)
def test_odd_points_of_thresholds(threshold):
    no_temptation, worthless, unknown = threshold(
        repeated_game([3, 1, np.nan], [2.9, 0, 0], [2, 5, 5], [1, 1, 1])
    )
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
    found = repeated.enforce(repeated_game(*CLASSIC, discount=discount, incident_risk=risk))
    np.testing.assert_allclose(found.critical_discount, threshold, atol=5e-7)
    np.testing.assert_array_equal(found.punishment_length, length)
    np.testing.assert_allclose(found.value, value, atol=5e-7)
    np.testing.assert_allclose(found.grim_value, grim, atol=5e-7)
    np.testing.assert_allclose(found.best_value, best, atol=5e-7)
    np.testing.assert_allclose(found.share, share, atol=5e-7)
    np.testing.assert_allclose(found.mean_survival, [20, 10, 2.5, 0])
    assert found.status.tolist() == [Status.OK] * 3 + [Status.UNENFORCEABLE]


def test_incident_limits():
    game = repeated_game(0.35, 0, 0.5, discount=0.95, detection=0.6)
    assert repeated.incident_limit(game) == pytest.approx(0.5614, abs=5e-5)
    assert repeated.critical_discount(repeated_game(0.35, 0, 0.5)) == pytest.approx(0.3)
    limits = repeated.incident_limit(repeated_game(*CLASSIC, discount=[0.9, 0.4]))
    assert limits.tolist() == [pytest.approx(1 - 0.5 / 0.9), 0]


def test_the_limit_is_where_the_critical_discount_reaches_the_discount():
    limit = repeated.incident_limit(repeated_game(*CLASSIC, discount=0.8, detection=0.7))
    game = repeated_game(*CLASSIC, incident_risk=limit, detection=0.7)
    assert repeated.critical_discount(game) == pytest.approx(0.8)


def test_one_bad_point_has_a_status_and_harms_no_neighbour():
    nan = np.nan
    reward = np.array([3, 3, 1, 3, 5, 1, nan, 3, 3])
    temptation = np.array([5, 5, 5, 5, 5, 0, 5, 5, 5])
    discount = np.array([0.9, 1.0, 0.9, 0.9, 0.9, 0.9, 0.9, -0.1, 0.9])
    risk = np.array([0.05, 0.05, 0.05, 1.0, 0.05, 0.05, 0.05, 0.05, 1.5])
    found = repeated.enforce(
        repeated_game(reward, 0, temptation, 1, discount=discount, incident_risk=risk)
    )
    good = repeated.enforce(repeated_game(*CLASSIC, discount=0.9, incident_risk=0.05))
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
    found = repeated.enforce(repeated_game(*CLASSIC, discount=0.5))
    assert found.punishment_length == np.inf
    assert found.share == 1
    assert found.value == found.grim_value == 3


def test_survival_and_half_life():
    assert repeated.survival(0.05, 0) == 1
    assert repeated.survival(0.05, repeated.half_life(0.05)) == pytest.approx(0.5)
    assert repeated.half_life([0.0, 1.0]).tolist() == [np.inf, 0]
    assert repeated.mean_survival(0.05) == 20


def test_attributable_incidents_avoid_the_loss():
    game = repeated_game(3, 0, [5, 2, 5], incident_risk=0.05, detection=[1, 1, 0])
    assert repeated.unavoidable_loss(game).tolist() == [pytest.approx(0.1 / 0.95), 0, np.inf]
    assert repeated_game(*CLASSIC, incident_risk=0.1).bad_signal_after_deviation == 1


def test_shapes_that_do_not_fit_are_named():
    with pytest.raises(GameError, match="repeated_game: payoffs and rates do not broadcast"):
        repeated_game([1, 2], 0, [1, 2, 3])
