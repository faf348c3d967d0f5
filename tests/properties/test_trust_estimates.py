"""Trust from observed histories: identified sets, separation, and known truths."""

import numpy as np
import pytest

import strategic as st
from strategic.errors import StrategicError
from strategic.estimation.choice_bounds import separated_bounds
from strategic.estimation.logit_regression import fit_regression
from strategic.families.relationship import relationship
from strategic.families.relationship._trust_observed import read_paths
from strategic.families.relationship._trust_trace import balances

CASE = {"relation.alignment": 0.9, "relation.payment": 0.08, "relation.incident_risk": 0.03}


def history(path, number=1):
    """The table of one replayed path."""
    regimes = path.regimes
    return {
        "relationship": [number] * len(path.dates),
        "period": list(path.dates),
        "government": ["C" if r in (2, 3) else "D" for r in regimes],
        "organisation": ["C" if r in (1, 3) else "D" for r in regimes],
    }


def drawn(model, relationships, periods, noise, rng):
    """Histories played by logistic choices on the engine's own beliefs, period by period."""
    from strategic.families.relationship._trust import play
    from strategic.modelling import Timeline

    incidents = rng.random((periods, relationships)) < float(model.points["relation.incident_risk"])
    uniform = rng.random((periods, 2, relationships))

    def choose(period, odds, thresholds):
        with np.errstate(over="ignore"):
            return uniform[period] < 1 / (1 + np.exp(-(odds - thresholds) / noise))

    path = play(model.points, Timeline("2000Q1", periods), choose=choose, incidents=incidents,
                shape=(relationships,))  # fmt: skip
    which, when = np.meshgrid(np.arange(relationships), np.arange(periods))
    words = np.array(["D", "C"])
    return {
        "relationship": which.ravel().tolist(),
        "period": when.ravel().tolist(),
        "government": words[(path.regimes.ravel() >= 2).astype(int)].tolist(),
        "organisation": words[path.regimes.ravel() % 2].tolist(),
        "incident": path.incidents.ravel().astype(int).tolist(),
    }


def test_what_the_history_of_emil_identifies():
    """Everything else as filed, the path bounds both initial beliefs; outside, it breaks."""
    case = st.load("ai-mier")
    table = history(st.replay(case))
    found = st.estimate(case.change({"trust.noise": 0.0}), table, play="trust",
                        free=["trust.government", "trust.organisation"])  # fmt: skip
    low, high = zip(*[(one.low, one.high) for one in found.parameters], strict=True)
    np.testing.assert_allclose(low, [0.201424, 0.566631], atol=5e-7)
    np.testing.assert_allclose(high, [0.500579, 0.638329], atol=5e-7)
    assert all(one.status == "interval" for one in found.parameters)
    kept = st.replay(case).strip()
    for side, (least, most) in zip(
        ("government", "organisation"), zip(low, high, strict=True), strict=True
    ):
        for belief, holds in ((least + 1e-6, True), (least - 1e-6, False),
                              (most - 1e-6, True), (most + 1e-6, False)):  # fmt: skip
            assert (st.replay(case.change({f"trust.{side}": belief})).strip() == kept) == holds


def test_the_engine_is_read_off_along_the_path_it_played():
    case = st.load("ai-mier")
    path = st.replay(case)
    from strategic.estimation import read_observations

    seen = read_paths(read_observations(history(path)))
    np.testing.assert_allclose(balances(case, seen)[..., 0], path.log_odds - path.thresholds)


def test_known_truths_are_inside_their_intervals():
    rng = np.random.default_rng(1)
    truth = {"trust.government": 0.62, "trust.organisation": 0.45, "trust.noise": 0.6,
             "trust.ignored": 0.05, "trust.reporting": 0.1}  # fmt: skip
    model = relationship({**CASE, **truth})
    inside = []
    for _ in range(15):
        table = drawn(model, 40, 32, 0.6, rng)
        found = st.estimate(model, table, play="trust", free=list(truth))
        assert found.certified
        inside.append([one.low <= truth[one.name] <= one.high for one in found.parameters])
    rates = np.mean(inside, axis=0)
    assert (rates >= 0.8).all(), rates


def test_the_incident_risk_is_a_share_with_an_exact_interval():
    rng = np.random.default_rng(2)
    model = relationship({**CASE, "trust.government": 0.9, "trust.organisation": 0.9})
    table = drawn(model, 40, 20, 0.3, rng)
    found = st.estimate(model, table, play="trust", free=["relation.incident_risk", "trust.noise"])
    risk = next(one for one in found.parameters if one.name == "relation.incident_risk")
    pairs = zip(table["government"], table["organisation"], table["incident"], strict=True)
    together = [
        struck for government, organisation, struck in pairs if government == organisation == "C"
    ]
    assert risk.estimate == pytest.approx(sum(together) / len(together))
    assert risk.low < 0.03 < risk.high


def test_one_short_history_is_separated_and_gets_intervals():
    rng = np.random.default_rng(3)
    model = relationship({**CASE, "trust.government": 0.62, "trust.organisation": 0.45})
    separated = 0
    for _ in range(25):
        table = drawn(model, 1, 32, 0.2, rng)
        found = st.estimate(model, table, play="trust")
        statuses = {one.status for one in found.parameters}
        separated += bool(statuses & {"interval", "infinite"})
        for one in found.parameters:
            if one.status == "interval":
                assert one.low <= one.high
            if one.status in ("infinite", "interval"):
                assert np.isnan(one.error)
    assert separated > 5


def test_separation_is_what_perfect_classification_means():
    """Against brute force over directions in the plane."""
    rng = np.random.default_rng(4)
    angles = np.linspace(0, 2 * np.pi, 3601)
    directions = np.stack([np.cos(angles), np.sin(angles)])
    for _ in range(200):
        columns = np.column_stack([np.ones(6), rng.normal(size=6)])
        chosen = rng.random(6) < 0.5
        signs = np.where(chosen, 1.0, -1.0)[:, None]
        scores = signs * columns @ directions
        brute = bool(((scores >= -1e-12).all(axis=0) & (scores > 1e-6).any(axis=0)).any())
        found = fit_regression(columns, np.zeros(6), chosen, np.arange(6))
        # The grid of angles can miss a direction at which two choices are just not spoiled.
        near = (scores >= -2e-3).all(axis=0).any() and not brute
        assert (found.separated or bool(found.endless)) == brute or near


def test_a_regression_equals_a_general_optimiser():
    from scipy.optimize import minimize

    rng = np.random.default_rng(5)
    for _ in range(20):
        columns = np.column_stack([np.ones(80), rng.normal(size=(80, 2))])
        offset = rng.normal(size=80)
        chosen = rng.random(80) < 1 / (1 + np.exp(-(offset + columns @ rng.normal(size=3))))
        found = fit_regression(columns, offset, chosen, np.arange(80))
        signs = np.where(chosen, 1.0, -1.0)
        peer = minimize(
            lambda b, x=columns, o=offset, s=signs: np.logaddexp(0, -s * (o + x @ b)).sum(),
            np.zeros(3), method="BFGS", options={"gtol": 1e-9},
        )  # fmt: skip
        np.testing.assert_allclose(found.coefficients, peer.x, atol=1e-5)


def test_what_moves_together_is_not_identified():
    rng = np.random.default_rng(6)
    x = rng.normal(size=50)
    columns = np.column_stack([np.ones(50), x, 2 * x])
    found = fit_regression(columns, np.zeros(50), rng.random(50) < 0.5, np.arange(50))
    assert set(found.loose) == {1, 2}


def test_bounds_hold_every_choice():
    columns, rest = np.ones((3, 1)), np.array([1.0, -2.0, 0.5])
    low, high = separated_bounds(columns, rest, np.array([True, False, True]))
    assert (low, high) == ([-0.5], [2.0])
    assert separated_bounds(columns, rest, np.array([False, True, True])) is None


def test_bounds_of_numbers_that_rows_hold_one_of_need_no_programme():
    rng = np.random.default_rng(11)
    found = []
    for _ in range(200):
        rows, width = rng.integers(1, 9), rng.integers(1, 4)
        columns = np.zeros((rows, width))
        held = rng.integers(width + 1, size=rows)  # some hold none
        for row in np.flatnonzero(held < width):
            columns[row, held[row]] = rng.choice([-2.0, -0.3, 1.0, 5.0])
        rest, chosen = rng.normal(size=rows), rng.random(rows) < 0.5
        if rng.random() < 0.8:  # choices that some numbers explain
            chosen = rest + columns @ rng.normal(size=width) >= 0
        bounds = separated_bounds(columns, rest, chosen)
        # One number more, in a row that says nothing of it, asks the programme.
        spread = np.column_stack([columns, np.zeros(rows)])
        spread = np.vstack([spread, np.ones(width + 1)])
        free = separated_bounds(spread, np.append(rest, 0.0), np.append(chosen, True))
        assert (bounds is None) == (free is None)
        if bounds is not None:
            ends = zip(bounds, free, strict=True)
            [np.testing.assert_allclose(a, b[:width], rtol=1e-9, atol=1e-9) for a, b in ends]
        found.append(bounds is None)
    assert 20 < sum(found) < 180


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"government": ["C", "X"]}, "must be one of C, D"),
        ({"period": ["0", "2"], "relationship": [1, 1]}, None),
        ({"period": ["0", "0"], "relationship": [1, 1]}, None),
        ({"incident": [0, 2]}, "must be 0 or 1"),
    ],
)
def test_bad_histories_are_one_clear_line(change, words):
    table = {"relationship": [1, 1], "period": ["0", "1"], "government": ["C", "D"],
             "organisation": ["C", "C"], **change}  # fmt: skip
    if words is None:
        table = {key: [*column, column[-1]] for key, column in table.items()}
        table["period"][-1] = "3"
        words = "every period"
    with pytest.raises(StrategicError) as told:
        st.estimate(relationship(CASE), table, play="trust")
    assert words in str(told.value)
    assert len(str(told.value).splitlines()) == 1


def test_only_what_choices_can_tell_is_estimated():
    with pytest.raises(StrategicError, match="cannot be estimated from choices"):
        st.estimate(relationship(CASE), {"relationship": [1], "period": [0], "government": ["C"],
                    "organisation": ["C"]}, play="trust", free=["rationality"])  # fmt: skip


def test_choices_that_are_alike_may_be_climbed_as_one():
    rng = np.random.default_rng(12)
    for _ in range(30):
        kinds = np.column_stack([np.ones(9), rng.normal(size=(9, 2))])
        alike = rng.integers(0, 9, 200)
        columns, offset = kinds[alike], rng.normal(size=9)[alike]
        chosen, cluster = rng.random(200) < 0.4, rng.integers(0, 12, 200)
        weights = rng.uniform(0.5, 2.0, 200)
        plain = fit_regression(columns, offset, chosen, cluster, weights)
        short = fit_regression(columns, offset, chosen, cluster, weights, alike=alike)
        np.testing.assert_allclose(short.coefficients, plain.coefficients, rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(short.covariance, plain.covariance, rtol=1e-7)
        slope = columns.T @ (
            weights * (chosen - 1 / (1 + np.exp(-offset - columns @ short.coefficients)))
        )
        assert short.gap < 1e-12
        assert np.abs(slope).max() < 1e-5


def test_a_fitted_model_says_what_it_cannot_hold():
    model = st.load("ai-mier")
    truth = {"trust.government": 0.62, "trust.noise": 0.6}
    drawn = st.estimation.draw(model, play="trust", truth=truth, size=40, seed=3, periods=16)
    found = st.estimate(
        model, drawn, play="trust", free=["trust.government", "trust.noise", "quiet_gain"]
    )
    assert "keeps its own quiet_gain, which is no parameter." in found.parts[""].notes[-1]
    assert found.model.points["trust.government"] == found.parameters[0].estimate
