"""The base game and the trust engine on the case of an organisation in Changsha, 2010 to 2017."""

from decimal import Decimal, localcontext

import numpy as np
import pytest

from strategic.errors import MeasureError, ParameterError
from strategic.evolution.coordination_games import FIRST, basin, conserved, coordination
from strategic.families.relationship import relationship
from strategic.families.relationship._base_game import (
    BaseTerms,
    base_game,
    base_terms,
    cooperation_is_equilibrium,
    exposure,
    risk_dominant,
    situation,
    threshold_belief,
    threshold_log_odds,
)
from strategic.families.relationship._production import ces, produce
from strategic.families.relationship._trust import REGIMES, logistic, replay
from strategic.modelling import Event, Timeline

VALUES = {
    "government.technology": 0.2,
    "government.mobilisation": 1,
    "organisation.technology": 1,
    "organisation.mobilisation": 0.1,
    "relation.alignment": 0.9,
    "relation.payment": 0.08,
    "relation.advance": 0.5,
    "organisation.diversion": 0.1,
    "relation.penalty": 0.1,
    "organisation.legitimacy_gain": 0.08,
    "government.rebuff_loss": 0.05,
    "organisation.rebuff_loss": 0.2,
    "relation.sensitivity": 0.02,
    "government.control_preference": 0.02,
    "government.incident_loss": 0.3,
    "organisation.incident_loss": 0.3,
    "relation.incident_risk": 0.03,
    "trust.government": 0.42,
    "trust.organisation": 0.60,
}
EVENTS = (
    Event("2013Q1", effects={"incident": True}),
    Event("2013Q3", effects={"organisation": -0.6}),
    Event("2014Q2", effects={"government": 0.5, "organisation": 0.3}),
    Event("2014Q3", effects={"government": 3.0, "organisation": 1.2}),
    Event("2014Q4", set={"trust.reporting": 0.25}),
)
PATH = Timeline("2010Q1", 32, EVENTS)
STORY = "dddddddddddddd...dCCCCCCCCCCCCCC"


def case(values=None, *events):
    path = Timeline("2010Q1", 32, (*EVENTS, *events))
    return relationship({**VALUES, **(values or {})}, path=path)


def test_case_terms_are_the_published_ones():
    point = case().points
    output, terms = produce(point), base_terms(point)
    government, organisation = terms.sides()
    found = [
        output.government,
        output.organisation,
        output.joint,
        output.synergy,
        government.gain,
        organisation.gain,
        exposure(point),
        government.reward,
        organisation.reward,
        organisation.temptation,
        government.loss,
        organisation.loss,
        government.incentive,
        organisation.incentive,
        threshold_belief(government),
        threshold_belief(organisation),
    ]
    expected = [
        0.447214,
        0.316228,
        1.148913,
        0.385471,
        0.359648,
        0.372747,
        0.109903,
        0.149746,
        0.473747,
        -0.046,
        0.11,
        0.25,
        0.109746,
        0.519747,
        0.500579,
        0.324782,
    ]
    np.testing.assert_allclose(found, expected, atol=5.1e-7)
    assert risk_dominant(point) == 0
    assert [int(situation(side)) for side in terms.sides()] == [2, 2]


def test_case_replays_the_story():
    assert replay(case().points).strip() == STORY


def test_case_counterfactuals():
    assert replay(case().without("2014Q2", "2014Q3").points).strip() == "d" * 14 + "." * 18
    reports = {"trust.reporting": 0.15, "trust.reporting_outside": 0.15}
    assert replay(case(reports).without("2014Q4").points).strip() == "ddd" + "C" * 29


@pytest.mark.parametrize(
    ("date", "outside", "expected"),
    [
        ("2014Q4", 0.0, STORY[:19] + "d" * 13),
        ("2014Q4", 0.25, STORY[:19] + "dddd" + "C" * 9),
        ("2015Q2", 0.0, STORY),
        ("2016Q1", 0.25, STORY),
    ],
)
def test_a_second_incident(date, outside, expected):
    platform = Event("2014Q4", set={"trust.reporting_outside": outside}, name="platform")
    model = case(None, platform, Event(date, effects={"incident": True}, name="second"))
    assert replay(model.points).strip() == expected


def test_a_grid_replays_every_point_as_if_alone():
    grid = case(
        {
            "trust.government": np.linspace(0.05, 0.95, 7)[:, None],
            "relation.payment": [0.0, 0.08, 0.3],
        }
    )
    path = replay(grid.points)
    assert path.regimes.shape == (32, 7, 3)
    for index in np.ndindex(7, 3):
        alone = case(
            {
                "trust.government": float(np.linspace(0.05, 0.95, 7)[index[0]]),
                "relation.payment": [0.0, 0.08, 0.3][index[1]],
            }
        )
        assert path.strip(*index) == replay(alone.points).strip()


def test_an_impossible_incident_destroys_trust_for_good():
    model = case({"relation.incident_risk": 0.0, "trust.forgetting": 0.1})
    path = replay(model.points)
    assert path.log_odds[0][-1] == -np.inf
    assert "C" not in path.strip()[13:]
    assert path.final[0] == -np.inf


def test_an_incident_without_news_changes_nothing():
    model = case({"relation.incident_risk": 0.3, "trust.incident_if_hostile": 0.2})
    path = replay(model.points)
    assert path.log_odds[0][11] == path.log_odds[0][12]


def test_forgetting_returns_to_the_start():
    model = relationship({"trust.government": 0.2, "trust.forgetting": 1.0}, path=PATH)
    path = replay(model.points)
    np.testing.assert_allclose(logistic(path.final[0]), 0.2)


def test_a_replay_needs_a_path():
    with pytest.raises(MeasureError, match="no path"):
        replay(relationship().points)


def test_base_payoffs_and_constants():
    point = case().points
    game, full = base_game(point), base_game(point, normalised=False)
    np.testing.assert_allclose(game.row, [[0.149746, -0.11], [0.04, 0]], atol=5e-7)
    np.testing.assert_allclose(game.column, [[0.473747, -0.046], [-0.25, 0]], atol=5e-7)
    constant = full.row - game.row
    np.testing.assert_allclose(constant, constant[0, 0])
    assert constant[0, 0] == pytest.approx(0.447214 + 0.9 * 0.316228, abs=1e-6)


@pytest.mark.parametrize(
    ("reward", "temptation", "loss", "odds", "belief", "kind"),
    [
        (1.0, 0.5, 0.5, 0.0, 0.5, 2),
        (0.5, 0.5, 0.0, -np.inf, 0.0, 2),
        (1.0, 0.5, 0.0, -np.inf, 0.0, 2),
        (0.5, 0.5, 0.1, np.inf, 1.0, 2),
        (0.4, 0.5, 0.0, np.inf, 1.0, 0),
        (-0.1, 0.5, 0.1, np.inf, 1.0, 1),
        (0.0, 0.0, 0.0, -np.inf, 0.0, 3),
        (-0.1, -0.5, 0.4, 0.0, 0.5, 3),
    ],
)
def test_thresholds_at_the_limits(*, reward, temptation, loss, odds, belief, kind):
    side = BaseTerms(*map(np.asarray, (0.0, reward, temptation, loss)))
    assert threshold_log_odds(side) == pytest.approx(odds)
    assert threshold_belief(side) == pytest.approx(belief)
    assert situation(side) == kind


def test_replicator_boundary_by_integration():
    base = case().base
    game = coordination(base.row, base.column)
    x_s, y_s = game.saddle
    (x_G, x_O), (c_G, c_O) = (game.gain_x, game.gain_y), (game.risk_x, game.risk_y)
    rng = np.random.default_rng(3)
    x, y = rng.uniform(0.02, 0.98, (2, 400))
    level = conserved(game, x, y)
    predicted = basin(game, x, y) == FIRST
    clear = np.abs(level - conserved(game, x_s, y_s)) > 0.02
    step = 0.05
    for _ in range(8000):
        slope_x = x * (1 - x) * ((x_G + c_G) * y - c_G)
        slope_y = y * (1 - y) * ((x_O + c_O) * x - c_O)
        x_half, y_half = x + step / 2 * slope_x, y + step / 2 * slope_y
        x = x + step * x_half * (1 - x_half) * ((x_G + c_G) * y_half - c_G)
        y = y + step * y_half * (1 - y_half) * ((x_O + c_O) * x_half - c_O)
    assert clear.sum() > 250
    assert (predicted == (x + y > 1))[clear].all()
    assert 0.2 < predicted.mean() < 0.9


@pytest.mark.parametrize(
    ("T", "M", "share", "rho", "expected"),
    [
        (4.0, 1.0, 0.5, 0.0, 2.0),
        (4.0, 1.0, 0.3, 1.0, 1.9),
        (4.0, 1.0, 0.3, -np.inf, 1.0),
        (4.0, 1.0, 0.5, -1.0, 1.6),
        (0.0, 3.0, 0.5, 0.5, 0.75),
        (0.0, 3.0, 0.5, 0.0, 0.0),
        (0.0, 3.0, 0.5, -2.0, 0.0),
        (3.0, 0.0, 1.0, 0.0, 0.0),
        (3.0, 0.0, 1.0, 0.5, 3.0),
        (3.0, 2.0, 1.0, -3.0, 3.0),
        (3.0, 2.0, 0.0, -3.0, 2.0),
        (0.0, 0.0, 0.0, -np.inf, 0.0),
        (0.0, 0.0, 0.5, 0.3, 0.0),
        (3.0, 2.0, 0.5, -1e300, 2.0),
        (2.0, 3.0, 0.5, -1e300, 2.0),
        (1e-200, 1e200, 0.5, -400.0, 1e-200 * 2 ** (1 / 400)),
    ],
)
def test_ces_at_its_edges(T, M, share, rho, expected):
    found = [
        ces(T, M, share=share, substitution=rho),
        ces(*np.broadcast_arrays(T, [M, M]), share=share, substitution=[rho, 0.5])[0],
    ]
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_ces_is_smooth_through_zero_and_accurate():
    rho = np.array([-1e-3, -1e-6, -1e-9, -1e-300, 1e-300, 1e-9, 1e-6, 1e-3])
    found = ces(5.0, 0.3, share=0.3, substitution=rho, productivity=2.0)
    assert (np.diff(found) >= 0).all()
    np.testing.assert_allclose(found, 2 * 5**0.3 * 0.3**0.7, rtol=2e-3)
    with localcontext(prec=60):
        share, mobilisation = 0.3, 0.3
        T, M, a = Decimal(5), Decimal(mobilisation), Decimal(share)
        for value, output in zip(rho, found, strict=True):
            r = Decimal(float(value))
            inner = a * T**r + (1 - a) * M**r
            limit = 2 * T**a * M ** (1 - a)
            exact = 2 * inner ** (1 / r) if abs(value) > 1e-20 else limit
            assert abs(Decimal(float(output)) / exact - 1) < Decimal("1e-14")


def test_bad_parameters_are_named():
    with pytest.raises(ParameterError) as caught:
        relationship({"relation.aligment": 0.5, "relation.penalty": -1, "trust.government": 1.0})
    text = str(caught.value)
    assert "relation.aligment: no such parameter (got 0.5)" in text
    assert "did you mean 'relation.alignment'?" in text
    assert "relation.penalty: must be at least 0 (got -1.0)" in text
    assert "trust.government: must be above 0 and below 1 (got 1.0)" in text
    for value in (np.nan, np.inf):
        with pytest.raises(ParameterError, match=r"relation\.payment"):
            relationship({"relation.payment": value})
    relationship({"relation.substitution": -np.inf})
    with pytest.raises(ParameterError, match=r"relation\.substitution"):
        relationship({"relation.substitution": np.nan})


def test_regime_codes_spell_both_choices():
    assert REGIMES == (".", "d", "o", "C")
    assert bool(cooperation_is_equilibrium(case().points))
