"""Trust needed, updated, stocked and feared."""

import numpy as np
import pytest

from strategic import repeated
from strategic.repeated import TrustClass, repeated_game, trust_signals, trust_stock


def test_trust_needed_grows_with_the_risk_of_an_incident():
    game = repeated_game(3, 0, 5, 1, discount=0.9, incident_risk=[0, 0.05, 0.1, 0.2, 0.4])
    needed = repeated.trust_needed(game)
    np.testing.assert_allclose(
        needed, [0.058824, 0.092652, 0.132867, 0.241379, 0.741935], atol=5e-7
    )
    classes = repeated.trust_class(needed)
    assert [TrustClass(c).label for c in classes] == ["robust"] * 4 + ["fragile"]


def test_odd_points_of_trust_needed():
    needed = repeated.trust_needed(
        repeated_game(
            [3, 3, 3, 1, 3],
            [0, 0, 2, 0, 0],
            5,
            1,
            discount=[0.5, 0.4, 0.9, 0.9, 1.0],
        )
    )
    np.testing.assert_array_equal(needed, [1, np.inf, 0, np.inf, np.nan])
    classes = [TrustClass(c).label for c in repeated.trust_class(needed)]
    assert classes == ["fragile", "impossible", "robust", "impossible", "impossible"]


def test_the_threshold_makes_grim_and_defection_equal():
    discount, risk = 0.9, 0.1
    value = 1 + (1 - discount) * 2 / (1 - discount * (1 - risk))
    game = repeated_game(3, 0, 5, 1, discount=discount, incident_risk=risk)
    belief = float(repeated.trust_needed(game))
    grim = belief * value + (1 - belief) * ((1 - discount) * 0 + discount * 1)
    defect = belief * ((1 - discount) * 5 + discount * 1) + (1 - belief) * 1
    assert grim == pytest.approx(defect)


def test_one_incident_undoes_three_and_a_half_good_periods():
    periods = repeated.periods_to_recover(trust_signals(0.05, 0.5))
    assert periods == pytest.approx(np.log(10.5) / np.log(2))
    assert periods == pytest.approx(3.392, abs=5e-4)


def test_beliefs_move_by_likelihood_ratios_then_renew():
    path = repeated.belief_path(0.5, trust_signals(0.05, 0.5), bad=[False, True])
    odds = path / (1 - path)
    np.testing.assert_allclose(odds[1:] / odds[:-1], [0.95 / 0.475, 0.05 / 0.525])
    source = trust_signals(0.05, 0.5, turnover=0.1, prior=0.3)
    renewed = repeated.update_belief(0.5, source, bad=False)
    assert renewed == pytest.approx(0.9 * 2 / 3 + 0.03)


def test_distrust_odds_are_a_martingale_under_the_trustworthy():
    belief = np.linspace(0.05, 0.95, 7)
    quiet, bad = (
        repeated.update_belief(belief, trust_signals(0.05, 0.5), bad=signal)
        for signal in (False, True)
    )
    expected = 0.95 * (1 - quiet) / quiet + 0.05 * (1 - bad) / bad
    np.testing.assert_allclose(expected, (1 - belief) / belief)


def test_the_ruin_bound_holds_for_simulated_signals():
    rng = np.random.default_rng(7)
    bad = rng.random((200, 20_000)) < 0.05
    path = repeated.belief_path(0.8, trust_signals(0.05, 0.5), bad=bad)
    ruined = (path.min(axis=0) <= 0.3).mean()
    assert 0.01 < ruined <= repeated.ruin_bound(0.8, 0.3)
    assert repeated.ruin_bound([0.3, np.nan], 0.5)[0] == 1


def test_impossible_signals_leave_the_belief():
    after = repeated.update_belief([1.0, 0.6], trust_signals(0.0, 0.5), bad=True)
    assert after.tolist() == [1, 0]


RATES = {"gain": 0.1, "loss": 0.1}


@pytest.mark.parametrize(
    ("risk", "low", "high"),
    [(0.0, 0.366790, 0.633210), (0.05, 0.3592, 0.5908), (0.1, 0.3512, 0.5488)],
)
def test_folds(risk, low, high):
    found = repeated.trust_folds(trust_stock(worth=1, precision=8, incident_risk=risk, **RATES))
    digits = 5e-7 if risk == 0 else 5e-5
    assert found.low_cost == pytest.approx(low, abs=digits)
    assert found.high_cost == pytest.approx(high, abs=digits)
    wider = repeated.trust_folds(trust_stock(worth=2, precision=4, incident_risk=risk, **RATES))
    assert wider.high_cost == pytest.approx(2 * found.high_cost)


def test_folds_are_where_the_steady_cost_turns():
    stock = trust_stock(worth=1.3, precision=9, gain=0.2, loss=0.35, incident_risk=0.07)
    found = repeated.trust_folds(stock)
    for trust in (found.low_trust, found.high_trust):
        around = repeated.steady_cost(stock, trust + np.array([-1e-5, 0, 1e-5]))
        assert abs(around[2] - around[0]) < 1e-8


def test_unequal_rates_move_both_folds():
    even = repeated.trust_folds(trust_stock(worth=1, precision=8, **RATES))
    uneven = repeated.trust_folds(trust_stock(worth=1, precision=8, gain=0.1, loss=0.3))
    shift = -np.log(3) / 8
    assert uneven.low_cost - even.low_cost == pytest.approx(shift)
    assert uneven.high_cost - even.high_cost == pytest.approx(shift)


def test_bistability_begins_at_the_cusp():
    model = {"worth": 1, "incident_risk": 0.1, **RATES}
    precision, cost = repeated.trust_cusp(trust_stock(**model))
    around = precision * np.array([0.999, 1.001])
    found = repeated.trust_folds(trust_stock(precision=around, **model))
    assert found.bistable.tolist() == [False, True]
    assert found.low_cost[1] < cost + 1e-3
    assert found.high_cost[1] > cost - 1e-3
    assert np.isnan(found.low_cost[0])


@pytest.mark.parametrize("risk", [0.0, 0.05])
def test_steady_trust_is_steady_and_tips(risk):
    costs = np.array([0.2, 0.45, 0.7])
    stock = trust_stock(worth=1, precision=8, incident_risk=risk, **RATES)
    levels = repeated.steady_trust(stock, costs)
    assert (~np.isnan(levels)).tolist() == [
        [False, True, True],
        [False, True, False],
        [True, True, False],
    ]
    chance = (1 - risk) * repeated.cooperation_chance(stock, levels, costs)
    expected = sum(
        weight * repeated.next_trust(stock, levels, cooperated)
        for weight, cooperated in ((chance, True), (1 - chance, False))
    )
    np.testing.assert_allclose(expected, levels, atol=1e-12)


def test_one_steady_level_where_nothing_tips():
    stock = trust_stock(worth=1, precision=2, **RATES)
    levels = repeated.steady_trust(stock, [0.1, 0.5, 0.9])
    assert (~np.isnan(levels)).sum(axis=0).tolist() == [1, 1, 1]
    assert not np.isnan(levels[2, 0])
    assert not np.isnan(levels[0, 2])


def test_a_small_doubt_deters_from_four_stages_on():
    assert repeated.stages_deterred_from(0.05, 0.4) == 4
    threshold = repeated.deterring_belief(0.4, np.arange(1, 6))
    assert (threshold < 0.05).tolist() == [False, False, False, True, True]
    stages = repeated.stages_deterred_from([0.5, 0.25, 0.0, 1.0], 0.5)
    np.testing.assert_array_equal(stages, [2, 3, np.nan, np.nan])
