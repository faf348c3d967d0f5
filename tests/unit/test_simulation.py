"""Random paths: the replay within them, the closed forms they must meet, and one seed for all."""

import numpy as np
import pytest

from strategic.errors import MeasureError, ParameterError
from strategic.families.relationship import relationship, replay, simulate
from strategic.families.relationship._base_game import base_terms
from strategic.families.relationship._trust import logistic, trust_thresholds
from strategic.modelling import Event, Timeline
from strategic.repeated.closed_forms.incidents import survival
from strategic.repeated.closed_forms.survival_curve import survival_curve

COOPERATIVE = {"relation.alignment": 0.9, "relation.payment": 0.1, "trust.government": 0.9}


def arrays(found):
    """Every array of a simulation, by name."""
    own = {name: value for name, value in vars(found).items() if isinstance(value, np.ndarray)}
    curve = {f"survival.{name}": value for name, value in vars(found.survival).items()}
    return {**own, **curve}


@pytest.mark.parametrize("paths", [1, 70, 9000])
def test_the_same_bytes_for_any_number_of_workers(paths):
    risks = np.linspace(0.01, 0.3, 400 if paths < 9000 else 2).reshape(2, -1)
    model = relationship({**COOPERATIVE, "relation.incident_risk": risks})
    one, two, seven = (
        arrays(simulate(model, paths=paths, periods=12, seed=5, workers=workers))
        for workers in (1, 2, 7)
    )
    for name, value in one.items():
        np.testing.assert_array_equal(value, two[name], err_msg=name)
        np.testing.assert_array_equal(value, seven[name], err_msg=name)
    assert one["trust_band"].shape == (3, 2, 12, *risks.shape)


def test_seeds_matter():
    model = relationship(COOPERATIVE)
    first, second = (simulate(model, paths=200, seed=seed).incidents for seed in (1, 2))
    assert (first != second).any()


def test_without_random_incidents_every_path_is_the_replay():
    events = (
        Event("2020Q2", effects={"government": -4.0}),
        Event("2020Q4", effects={"incident": True}),
        Event("2021Q1", set={"relation.incident_risk": 0.0}, effects={"government": 9.0}),
    )
    path = Timeline("2020Q1", 10, events)
    model = relationship({**COOPERATIVE, "relation.incident_risk": 1e-300}, path=path)
    found = simulate(model, paths=7)
    assert set(found.examples) == {replay(model).strip()}
    np.testing.assert_allclose(found.trust_mean, np.stack(replay(model).beliefs))
    assert found.dates == path.dates


def test_survival_is_geometric_where_every_incident_ends_it():
    model = relationship({**COOPERATIVE, "relation.incident_risk": 0.08, "trust.forgetting": 0.5})
    barely = logistic(trust_thresholds(model.points)[0]) + 1e-6
    model = model.change({"trust.government": float(barely)})
    found = simulate(model, paths=20_000, periods=15)
    exact = survival(0.08, np.arange(16))
    error = np.sqrt(exact * (1 - exact) / 20_000)
    known = slice(0, 15)  # a spell of 15 periods is cut off by the horizon
    off = np.abs(found.survival.estimate - exact)[known]
    assert (off <= 4 * error[known]).all()
    assert found.survival.started == 20_000
    assert found.breakdown == pytest.approx(1 - survival(0.08, 14), abs=4 * error[14])


def test_payoffs_average_to_the_reward():
    model = relationship({**COOPERATIVE, "relation.incident_risk": 0.2, "trust.government": 0.999})
    found = simulate(model, paths=40_000, periods=1)
    assert found.regimes[0, 3] == 1
    assert found.incidents[0] == pytest.approx(0.2, abs=4 * np.sqrt(0.16 / 40_000))
    terms = base_terms(model.points).sides()
    for side in (0, 1):
        error = 4 * found.value_error[side]
        assert found.value[side] == pytest.approx(float(terms[side].reward), abs=float(error))


def test_noise_makes_behaviour_random_and_zero_noise_does_not():
    still = relationship({**COOPERATIVE, "relation.incident_risk": 0.0})
    assert simulate(still, paths=50, periods=5).regimes[:, 3].min() == 1
    noisy = simulate(still.change({"trust.noise": 5.0}), paths=4000, periods=1)
    odds, thresholds = (
        np.array([pair[0] for pair in pairs]).ravel()
        for pairs in (replay_pair(still).log_odds, replay_pair(still).thresholds)
    )
    chance = 1 / (1 + np.exp(-(odds - thresholds) / 5))
    assert noisy.regimes[0, 3] == pytest.approx(np.prod(chance), abs=4 * np.sqrt(0.25 / 4000))


def replay_pair(model):
    """Replay one period without events."""
    point = type(model.points)(dict(model.points), path=Timeline("2020Q1", 1))
    return replay(point)


def test_horizons():
    path = Timeline("2020Q1", 8, (Event("2021Q1", effects={"government": -20.0}),))
    model = relationship({**COOPERATIVE, "relation.incident_risk": 0.0}, path=path)
    assert simulate(model, paths=2).examples[0] == "CCCCdddd"
    assert simulate(model, paths=2, periods=3).examples[0] == "CCC"
    assert simulate(model, paths=2, periods=10).examples[0] == "CCCCdddddd"
    undated = simulate(relationship(COOPERATIVE), paths=2)
    assert (undated.periods, undated.dates) == (40, ())
    with pytest.raises(MeasureError, match="at least one path"):
        simulate(model, paths=0)


def test_survival_curve_with_censoring():
    durations = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
    ended = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
    curve = survival_curve(durations, np.array(ended, dtype=bool), horizon=36)
    # remission times of Freireich et al. (1963), as in every textbook on survival
    known = {6: 0.8571, 7: 0.8067, 10: 0.7529, 13: 0.6902, 16: 0.6275, 22: 0.5378, 23: 0.4482}
    for time, value in known.items():
        assert curve.estimate[time] == pytest.approx(value, abs=5e-5)
    assert np.isnan(curve.estimate[36])
    assert curve.started == 21
    inside = ~np.isnan(curve.estimate)
    assert (curve.low[inside] <= curve.estimate[inside]).all()
    assert (curve.estimate[inside] <= curve.high[inside]).all()


def test_bands_cover_the_truth_about_as_often_as_they_say():
    rng = np.random.default_rng(3)
    spells = rng.geometric(0.1, (4000, 60))
    curve = survival_curve(np.minimum(spells, 20), spells <= 20, horizon=20)
    exact = (0.9 ** np.arange(21))[:, None]
    covered = ((curve.low <= exact) & (exact <= curve.high)).mean(axis=1)
    assert covered.min() > 0.92


def test_what_ends_beyond_the_horizon_has_not_ended_within_it():
    curve = survival_curve([10, 1], [True, True], horizon=3)
    assert curve.estimate.tolist() == [1.0, 0.5, 0.5, 0.5]
    rng = np.random.default_rng(5)
    for _ in range(100):
        lasted = rng.integers(0, 12, size=(2, 30))
        ended = rng.random((2, 30)) < 0.7
        whole = survival_curve(lasted, ended, horizon=12)
        for horizon in range(12):
            part = survival_curve(lasted, ended, horizon=horizon)
            for name in ("estimate", "low", "high"):
                np.testing.assert_allclose(
                    getattr(part, name), getattr(whole, name)[: horizon + 1], atol=1e-15
                )


@pytest.mark.parametrize("durations", [[-1, 2], [1.5, 2], [np.nan, 1], [np.inf, 1]])
def test_durations_that_are_none(durations):
    with pytest.raises(ParameterError, match="must be whole numbers of periods"):
        survival_curve(durations, [True, True], horizon=3)
    with pytest.raises(ParameterError, match="horizon"):
        survival_curve([1, 2], [True, True], horizon=-1)
