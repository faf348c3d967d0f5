"""The number of organisations in the payoffs, the repeated game and the sector."""

import numpy as np
import pytest

from strategic import measure
from strategic.equilibria.concepts.pure import pure_profiles
from strategic.families.relationship import RELATIONSHIP, relationship
from strategic.families.relationship._base_game import base_terms, detection
from strategic.families.relationship._choices import choices_payoffs
from strategic.families.relationship._repetition import discounts, game_of, stage_game

COUNT = 2000
WILLING = {
    "relation.alignment": 0.95,
    "relation.payment": 0.05,
    "government.performance_competition": 0.05,
    "government.shelter_responsibility": 0.05,
}
"""With these most governments have something to lose."""
COSTS = ("relation.diversity_cost", "relation.contest_prize")


@pytest.fixture
def crowd(draw):
    """Random relationships among 1 to 12 organisations whose number costs something."""
    rng = np.random.default_rng(5)
    values = {
        name: rng.uniform(0, high, COUNT) for name, high in zip(COSTS, (0.05, 0.6), strict=True)
    }
    n = rng.uniform(1, 12, COUNT)
    values["relation.contest_exponent"] = rng.uniform(0.05, 1, COUNT) * n / np.maximum(n - 1, 1)
    values["relation.organisations"] = n
    return draw(COUNT, 61, values)


def test_a_single_organisation_changes_nothing_to_the_bit(crowd):
    alone = crowd.change({"relation.organisations": 1.0})
    free = alone.change(dict.fromkeys(COSTS, 0.0))
    # These ask what the prize is worth, and what each further organisation would cost.
    skip = {
        "contest_rent",
        "free_entry_count",
        "planner_count",
        "government_count",
        "partners_bound",
    }
    names = [
        name
        for name, found in RELATIONSHIP.measures.items()
        if not found.of_path and name not in skip
    ]
    found, expected = measure(alone, *names), measure(free, *names)
    for name in names:
        np.testing.assert_array_equal(found[name], expected[name], err_msg=name)
    assert (game_of(alone.points).punishment == 0).all()
    base = alone.base
    stage = stage_game(alone.points)
    np.testing.assert_array_equal(stage.row, base.row)
    np.testing.assert_array_equal(stage.column, base.column)


def test_the_number_of_organisations_costs_what_it_says(crowd):
    alone = crowd.change({"relation.organisations": 1.0})
    point = crowd.points
    n = point["relation.organisations"]
    further = point["relation.diversity_cost"] * (n - 1)
    effort = point["relation.contest_exponent"] * (n - 1) * point["relation.contest_prize"] / n**2
    many, one = base_terms(point), base_terms(alone.points)
    np.testing.assert_allclose(one.reward[0] - many.reward[0], further, atol=1e-12)
    np.testing.assert_allclose(one.reward[1] - many.reward[1], effort, atol=1e-12)
    np.testing.assert_allclose(many.loss[0] - one.loss[0], further, atol=1e-12)
    np.testing.assert_array_equal(many.loss[1], one.loss[1])
    np.testing.assert_array_equal(many.temptation, one.temptation)
    (row, column), (row_1, column_1) = (choices_payoffs(p) for p in (point, alone.points))
    cooperating, served = np.zeros((4, 4)), np.zeros((4, 4))
    cooperating[0], served[0, :2] = 1, 1  # C in every column; the effort of P and Y alone
    np.testing.assert_allclose(row_1 - row, further[:, None, None] * cooperating, atol=1e-12)
    np.testing.assert_allclose(column_1 - column, effort[:, None, None] * served, atol=1e-12)


def test_the_critical_discount_crosses_where_too_many_compete(draw):
    """At n = (1-h) delta m R_G/((1-(1-h) delta)(b_G-R_G)), P15 at incident risk 0."""
    for risk in ({}, {"relation.incident_risk": 0.0}):
        values = {"government.temptation": 0.5, "relation.organisations": 1.0}
        model = draw(COUNT, 62, values | risk | WILLING)
        point, terms = model.points, base_terms(model.points)
        R, b = terms.reward[0], terms.temptation[0]
        delta, m = discounts(point)[0], detection(point)
        lasts = (1 - point["relation.incident_risk"]) * delta
        with np.errstate(divide="ignore", invalid="ignore"):
            n = lasts * m * R / ((1 - lasts) * (b - R))
        inside = (R > 1e-3) & (b > R + 1e-3) & (n > 1.001)
        assert inside.sum() > 50
        n = np.where(inside, n, 1.0)
        bound = measure(model, "partners_bound", "hold_up_limit")
        np.testing.assert_allclose(bound["partners_bound"][inside], n[inside], rtol=1e-9)
        if risk:
            np.testing.assert_allclose(bound["hold_up_limit"][inside], n[inside], rtol=1e-9)
        name = "critical_discount_government"
        for shift, holds in ((1 - 1e-9, True), (1 + 1e-9, False)):
            shifted = np.maximum(n * shift, 1.0)
            needed = measure(model.change({"relation.organisations": shifted}), name)[name]
            assert ((needed <= delta) == holds)[inside].all()
        at = measure(model.change({"relation.organisations": n}), name)[name]
        np.testing.assert_allclose(at[inside], delta[inside], rtol=1e-9)


def test_the_bound_counts_what_managing_costs(crowd):
    model = crowd.change({"government.temptation": 0.4} | WILLING)
    point = model.points
    found = measure(model, "partners_bound", "critical_discount_government")
    n, bound, delta = point["relation.organisations"], found["partners_bound"], discounts(point)[0]
    clear = np.abs(n - bound) > 1e-6
    holds = found["critical_discount_government"] <= delta
    np.testing.assert_array_equal(holds[clear], (n <= bound)[clear])
    assert 0.02 < holds.mean() < 0.98
    at = model.change({"relation.organisations": np.clip(bound, 1, 1e6)})
    at = at.change({"relation.contest_exponent": 0.5})
    inside = (bound > 1) & (bound < 1e6)
    name = "critical_discount_government"
    np.testing.assert_allclose(measure(at, name)[name][inside], delta[inside], rtol=1e-6)
    assert inside.sum() > 100


def test_breaking_off_and_contracting_again_never_pays_below_the_bound(crowd):
    """Period by period, with another organisation at (1-1/n) R_G after a breach that is seen."""
    model = crowd.change({"government.temptation": 0.4, "relation.incident_risk": 0.0} | WILLING)
    point, terms = model.points, base_terms(model.points)
    R, b, n = terms.reward[0], terms.temptation[0], point["relation.organisations"]
    delta, m = discounts(point)[0], detection(point)
    keeps, breaks, weight = np.zeros(COUNT), np.zeros(COUNT), np.ones(COUNT)
    for period in range(3000):
        after = m * np.maximum(R, 0) * (1 - 1 / n) + (1 - m) * R
        keeps += weight * R
        breaks += weight * (b if period == 0 else after)
        weight = weight * delta
    bound = measure(model, "partners_bound")["partners_bound"]
    clear = (np.abs(n - bound) > 1e-6) & (np.abs(keeps - breaks) > 1e-9) & (R > 0)
    np.testing.assert_array_equal((keeps >= breaks)[clear], (n <= bound)[clear])
    assert 0.02 < (n <= bound)[clear].mean() < 0.98


def test_nobody_contracts_again_at_a_loss(crowd):
    game = game_of(crowd.points)
    R, n = base_terms(crowd.points).reward, crowd.points["relation.organisations"]
    assert (game.punishment[0] >= 0).all()
    np.testing.assert_allclose(game.dependence[0], np.where(R[0] > 0, R[0] / n, R[0]), atol=1e-12)
    np.testing.assert_array_equal(game.dependence[1], R[1])
    np.testing.assert_allclose(game.loss, base_terms(crowd.points).loss, atol=1e-12)


def test_alternatives_shorten_what_a_partnership_is_protected_by(draw):
    model = draw(COUNT, 63, {"relation.organisations": 1.0})
    names = ("partnership_discount_exit", "partnership_discount_capture")
    before = measure(model, *names)
    after = measure(model.change({"relation.organisations": 5.0}), *names)
    for name in names:
        tempted = (before[name] > 0) & np.isfinite(before[name])
        ratio = before[name][tempted]
        # gain/(gain + D) with D a fifth of what it was
        np.testing.assert_allclose(after[name][tempted], 5 * ratio / (1 + 4 * ratio), rtol=1e-9)
        assert tempted.sum() > 50


def test_the_repeated_stage_game_keeps_its_equilibrium_of_withholding():
    model = relationship({"relation.organisations": 4.0, "relation.alignment": 0.9})
    assert [1, 1] in pure_profiles(model.game("repeated"))[1].tolist()
