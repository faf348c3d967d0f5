"""Who benefits: service, resources and net social value; cash and warm glow apart."""

import numpy as np
import pytest

import strategic as st
from strategic.families.relationship import relationship
from strategic.families.relationship._bargaining import dependence, prices
from strategic.families.relationship._base_game import base_terms
from strategic.families.relationship._benefits import benefits, cell_benefits
from strategic.families.relationship._choices import CELLS, choices_payoffs
from strategic.families.relationship._leadership import cell_if_broken, outcome
from strategic.modelling import measure

COUNT = 2000
PERCEIVED = {
    # Two sides that weigh the same service one half each, and feel and transfer nothing.
    "government.public_weight": 0.5,
    "organisation.public_weight": 0.5,
    "relation.alignment": 1.0,
    "government.performance_competition": 0.0,
    "government.shelter_responsibility": 0.0,
    "government.control_preference": 0.0,
    "government.rebuff_loss": 0.0,
    "organisation.rebuff_loss": 0.0,
    "organisation.legitimacy_gain": 0.0,
    "organisation.autonomy_loss": 0.0,
    "organisation.outside_option": 0.0,
    "organisation.diversion": 1.0,
    "relation.sensitivity": 0.0,
    "relation.penalty": 0.0,
    "relation.sanction": 0.0,
}


def test_payoffs_without_feelings_and_transfers_add_up_to_net_social_value(draw):
    exposures = {
        f"exposure.{action}_shelter": np.random.default_rng(place).random(COUNT)
        for place, action in enumerate(("cooperate", "capture", "restrict", "substitute"))
    }
    one = {"relation.organisations": 1.0, **exposures, **PERCEIVED}
    model = draw(COUNT, 51, one)
    found, (row, column) = cell_benefits(model.points), choices_payoffs(model.points)
    np.testing.assert_allclose(row + column, found.net, rtol=1e-9, atol=1e-12)
    assert (found.cost >= 0).all()
    assert len(np.unique(found.output[0])) > 5


def test_all_organisations_pay_for_the_contest(draw):
    values = {**PERCEIVED, "relation.contest_prize": 1.0, "relation.contest_exponent": 0.8}
    model = draw(COUNT, 52, values)
    found, (row, column) = cell_benefits(model.points), choices_payoffs(model.points)
    effort = measure(model, "contest_effort")["contest_effort"]
    others = (model.points["relation.organisations"] - 1) * effort
    gap = row + column - found.net
    for place, cell in enumerate(CELLS):
        expected = others if cell in ("CP", "CY") else 0.0
        np.testing.assert_allclose(gap.reshape(COUNT, 16)[:, place], expected, atol=1e-9)
    assert others.max() > 0.3


def test_the_outcome_is_measured_whoever_leads_and_however_surely(draw):
    rng = np.random.default_rng(53)
    values = {
        "relation.leader": rng.integers(-1, 2, COUNT).astype(float),
        "relation.commitment": rng.random(COUNT),
    }
    model = draw(COUNT, 53, values)
    names = ("beneficiary_output", "resource_cost", "net_social_value")
    found, played = measure(model, *names), outcome(model.points)
    instead = cell_if_broken(model.points)
    cells = cell_benefits(model.points).net.reshape(COUNT, 16)
    for place in range(COUNT):
        if played.kept[place] >= 16:
            assert np.isnan(found["net_social_value"][place])
            continue
        chance = values["relation.commitment"][place] if values["relation.leader"][place] else 1.0
        kept, broken = cells[place, played.kept[place]], cells[place, instead[place]]
        assert found["net_social_value"][place] == pytest.approx(
            chance * kept + (1 - chance) * broken, rel=1e-9, abs=1e-12
        )
    np.testing.assert_array_equal(
        found["net_social_value"], found["beneficiary_output"] - found["resource_cost"]
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("relation.payment", 0.12),
        ("government.performance_competition", 0.06),
        ("organisation.legitimacy_gain", 0.2),
    ],
)
def test_transfers_and_politics_move_payoffs_but_no_social_value(name, value):
    model = st.load("cooperation")
    before, after = (
        measure(of, "relationship_cell", "net_social_value", "commitment_payoff_government")
        | measure(of, "commitment_payoff_organisation")
        for of in (model, model.change({name: value}))
    )
    assert before.pop("net_social_value") == after.pop("net_social_value")
    assert before.pop("relationship_cell") == after.pop("relationship_cell") == "CP"
    assert before != after


def test_the_bargained_price_never_falls_below_cash_costs(draw):
    rng = np.random.default_rng(54)
    model = draw(COUNT, 54, {"relation.alignment": 0.95})
    costs = rng.uniform(-0.2, 1.0, COUNT)
    before, after = (
        prices(model.points),
        prices(model.change({"organisation.reserve": costs}).points),
    )
    floor = np.maximum(costs, 0.0)
    assert (after.agreed >= floor)[after.feasible].all()
    np.testing.assert_array_equal(after.feasible, after.highest >= np.maximum(after.lowest, floor))
    assert (before.feasible & ~after.feasible).any()
    bound = after.feasible & (after.agreed > before.agreed)
    assert bound.sum() > 20
    np.testing.assert_array_equal(after.agreed[bound], floor[bound])
    # Willingness and surplus are about what cooperation is worth, not about cash.
    np.testing.assert_array_equal(after.surplus, before.surplus)


def test_the_floor_is_the_constrained_nash_price():
    model = relationship({"relation.alignment": 0.9, "organisation.reserve": 0.12})
    points, found = model.points, prices(model.points)
    share = dependence(points).share
    grid = np.linspace(0.12, float(found.highest), 20_001)
    gains = base_terms(model.change({"relation.payment": grid}).points).incentive
    with np.errstate(divide="ignore", invalid="ignore"):
        product = share[0] * np.log(gains[0]) + share[1] * np.log(gains[1])
    assert grid[np.nanargmax(product)] == pytest.approx(float(found.agreed), abs=1e-4)
    assert found.agreed == 0.12


def test_without_reserve_prices_are_as_they_were(draw):
    points = draw(COUNT, 55).points
    found = prices(points)
    assert (found.floor == 0).all()
    share = dependence(points).share[1]
    with np.errstate(invalid="ignore"):
        nash = np.maximum(0.0, (1 - share) * found.lowest + share * found.highest)
    expected = np.where(np.isfinite(found.lowest), nash, 0.0)
    expected = np.where(found.feasible, expected, points["relation.payment"])
    np.testing.assert_array_equal(found.agreed, expected)


def test_nothing_is_measured_where_the_outcome_is_open():
    found = benefits(st.load("cooperation").change({"relation.leader": 0}).points)
    assert np.isnan(found.net)
