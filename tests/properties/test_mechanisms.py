"""Mechanisms: the identity at zero, composition, and the direction each is said to work in."""

from itertools import pairwise

import numpy as np
import pytest

from strategic.catalogue import load
from strategic.families.relationship import RELATIONSHIP, relationship
from strategic.families.relationship._bargaining import dependence, prices
from strategic.families.relationship._base_game import base_terms, threshold_belief
from strategic.families.relationship._production import produce
from strategic.families.relationship._repetition import repetition
from strategic.families.relationship._trust import replay
from strategic.modelling import Event, Timeline, measure
from strategic.status import Status

COUNT = 4000
ROUNDING = 1e-12


@pytest.fixture(scope="module")
def model(draw):
    return draw(COUNT, 31)


def pair(model, name, intensity=0.7):
    return model.points, model.with_mechanism(name, intensity).points


def sides(point):
    return base_terms(point).sides()


def incentives(point):
    return tuple(side.incentive for side in sides(point))


def rises(before, after):
    return (after >= before - ROUNDING).all()


def test_identity_at_zero(model):
    for name in RELATIONSHIP.mechanisms:
        point, changed = pair(model, name, 0.0)
        for parameter in RELATIONSHIP.parameters:
            whole = np.broadcast_to(changed[parameter], point.shape)
            expected = np.broadcast_to(point[parameter], point.shape)
            np.testing.assert_array_equal(whole, expected, err_msg=f"{name} {parameter}")


def test_mechanisms_stay_within_the_ranges(model):
    everything = model
    for name in RELATIONSHIP.mechanisms:
        everything = everything.with_mechanism(name, np.linspace(0, 1, COUNT))
    RELATIONSHIP.check({name: everything.points[name] for name in RELATIONSHIP.parameters})


def test_allocation_is_applied_last(model):
    first = model.with_mechanism("interest_allocation").with_mechanism("capacity_building")
    last = model.with_mechanism("capacity_building").with_mechanism("interest_allocation")
    np.testing.assert_array_equal(first.points["relation.payment"], last.points["relation.payment"])


def test_information_disclosure(model):
    before, after = pair(model, "information_disclosure")
    assert rises(produce(before).synergy, produce(after).synergy)
    assert (produce(after).synergy > produce(before).synergy).mean() > 0.9
    (x_G, x_O), (y_G, y_O) = incentives(before), incentives(after)
    kappa = (1 + before["relation.alignment"]) / 2
    phi, w = before["government.performance_competition"], before["government.public_weight"]
    assert rises(x_G[phi <= 2 * w * kappa], y_G[phi <= 2 * w * kappa])
    assert (y_G < x_G - ROUNDING)[phi > 2 * w * kappa].any()
    assert rises(x_O, y_O)


def test_information_sharing(model):
    before, after = pair(model, "information_sharing")
    assert (after["trust.reporting_outside"] > before["trust.reporting_outside"]).all()
    for side, other in zip(sides(before), sides(after), strict=True):
        assert rises(side.incentive, other.incentive)
        assert rises(threshold_belief(other), threshold_belief(side))


def test_information_sharing_breaks_the_information_trap():
    values = {
        "relation.alignment": 0.9,
        "relation.payment": 0.08,
        "trust.government": 0.05,
        "trust.organisation": 0.05,
    }
    trapped = relationship(values, path=Timeline("2000Q1", 60))
    assert set(replay(trapped).strip()) == {"."}
    assert replay(trapped.with_mechanism("information_sharing")).strip()[-1] == "C"


def test_interest_allocation(model):
    honest = model.change({"organisation.diversion": 0.0})
    before, after = pair(honest, "interest_allocation", 1.0)
    np.testing.assert_allclose(prices(after).surplus, prices(before).surplus, atol=ROUNDING)
    agreed, shares = prices(before), dependence(before)
    inside = agreed.feasible & (agreed.agreed > 0)
    for incentive, share in zip(incentives(after), (shares.share[0], shares.share[1]), strict=True):
        np.testing.assert_allclose(incentive[inside], (share * agreed.surplus)[inside], atol=1e-9)
    unmoved = ~agreed.feasible
    np.testing.assert_array_equal(
        after["relation.payment"][unmoved], before["relation.payment"][unmoved]
    )


def test_performance_evaluation(model):
    before, after = pair(model, "performance_evaluation")
    (government, organisation), (later_G, later_O) = sides(before), sides(after)
    assert rises(later_O.temptation, organisation.temptation)
    assert rises(later_G.loss, government.loss)
    assert rises(threshold_belief(later_G), threshold_belief(government))


def test_risk_management(model):
    before, after = pair(model.change({"trust.hostile_follows": 0.0}), "risk_management")
    np.testing.assert_array_equal(
        after["trust.incident_if_hostile"], before["trust.incident_if_hostile"]
    )
    for old, new in zip(incentives(before), incentives(after), strict=True):
        assert rises(old, new)
    sound = {
        "relation.alignment": 0.9,
        "relation.payment": 0.08,
        "trust.government": np.linspace(0.6, 0.99, COUNT),
        "relation.incident_risk": 0.1,
        "trust.hostile_follows": 0.0,
    }
    calm = relationship(sound)
    names = ("break_bound", "quiet_periods_needed", "incident_limit", "mean_survival")
    old, new = measure(calm, *names), measure(calm.with_mechanism("risk_management", 0.7), *names)
    start = ~np.isnan(old["break_bound"])
    assert start.mean() > 0.5
    assert rises(new["break_bound"][start], old["break_bound"][start])
    assert rises(old["mean_survival"], new["mean_survival"])
    young = (old["quiet_periods_needed"] > 0) & (new["quiet_periods_needed"] > 0)
    assert rises(old["quiet_periods_needed"][young], new["quiet_periods_needed"][young])


@pytest.mark.parametrize("intensity", [0.0, 0.3, 0.675, 0.999, 1.0])
def test_managed_risks_leave_an_incident_as_telling_as_it_was(intensity):
    rng = np.random.default_rng(5)
    friendly = rng.uniform(0.001, 0.3, COUNT)
    values = {
        "relation.incident_risk": friendly,
        "trust.incident_if_hostile": rng.uniform(0.001, 0.9, COUNT),
    }
    names = ("incident_drop", "quiet_gain", "incident_news")
    model = relationship(values)
    old = measure(model, *names)
    new = measure(model.with_mechanism("risk_management", intensity), *names)
    np.testing.assert_allclose(new["incident_drop"], old["incident_drop"], atol=1e-12)
    assert (new["incident_news"] == old["incident_news"]).all()
    # Quiet periods say less, as there is less to fear from anyone.
    assert rises(new["quiet_gain"], old["quiet_gain"])
    # The hostile risk may follow in part: the drop then lies between those of both readings.
    part = measure(
        model.change({"trust.hostile_follows": 0.5}).with_mechanism("risk_management", intensity),
        "incident_drop",
    )["incident_drop"]
    fixed = measure(
        model.change({"trust.hostile_follows": 0.0}).with_mechanism("risk_management", intensity),
        "incident_drop",
    )["incident_drop"]
    told = old["incident_drop"] > 0
    assert (part >= old["incident_drop"] - ROUNDING)[told].all()
    assert (part <= fixed + ROUNDING)[told].all()
    if intensity < 1:
        rarer = old["incident_drop"] - np.log(1 - intensity)
        np.testing.assert_allclose(fixed[told], rarer[told])


def test_managed_risks_teach_less_in_quiet_periods():
    """Where losses stay, so does the margin; trust then takes longer to become incident-proof."""
    rng = np.random.default_rng(8)
    values = {
        "relation.alignment": 0.9,
        "relation.payment": 0.08,
        "trust.government": rng.uniform(0.6, 0.99, COUNT),
        "relation.incident_risk": rng.uniform(0.02, 0.2, COUNT),
        "trust.incident_if_hostile": rng.uniform(0.25, 0.9, COUNT),
        "government.incident_loss": 0.0,
        "organisation.incident_loss": 0.0,
    }
    name, model = "quiet_periods_needed", relationship(values)
    needed = [
        measure(model.with_mechanism("risk_management", e), name)[name] for e in (0, 0.3, 0.6, 0.9)
    ]
    young = needed[0] > 0
    assert young.mean() > 0.05
    for less, more in pairwise(needed):
        assert (more >= less)[young].all()
    assert (needed[-1] > needed[0])[young].mean() > 0.5


def test_managed_risks_do_not_break_a_recorded_path():
    """Only at a fixed hostile risk does the incident of 2013 become damning."""
    intensities = np.linspace(0, 1, 101)
    followed, fixed = (
        measure(
            load("ai-mier")
            .change({"trust.hostile_follows": follows})
            .with_mechanism("risk_management", intensities),
            "cooperation_periods",
        )["cooperation_periods"]
        for follows in (1.0, 0.0)
    )
    assert (followed >= 14).all()
    assert (fixed[intensities < 0.67] >= 14).all()
    assert (fixed[intensities > 0.68] == 0).all()


def test_collaborative_forum(model):
    equal = model.change({"organisation.public_weight": model.points["government.public_weight"]})
    before, after = pair(equal, "collaborative_forum")
    for old, new in zip(sides(before), sides(after), strict=True):
        assert rises(new.loss, old.loss)
    shares, later = dependence(before), dependence(after)
    gap = np.abs(shares.share[0] - shares.share[1])
    assert rises(np.abs(later.share[0] - later.share[1]), gap)
    plain = equal.change({"organisation.legitimacy_need": 0.0, "organisation.diversion": 0.0})
    before, after = pair(plain, "collaborative_forum")
    assert rises(prices(before).surplus, prices(after).surplus)
    assert (incentives(after)[0] < incentives(before)[0] - 1e-6).any()


def test_control_emphasis(model):
    before, after = pair(model, "control_emphasis")
    assert rises(incentives(after)[0], incentives(before)[0])
    limit = measure(relationship(), "control_limit")["control_limit"]
    for intensity, kind in ((limit - 1e-3, "cooperation"), (limit + 1e-3, "capture")):
        found = measure(
            relationship().with_mechanism("control_emphasis", intensity), "relationship_type"
        )
        assert found == {"relationship_type": kind}


def test_supervision(model):
    for name, other in (("internal", "external"), ("external", "internal")):
        before, after = pair(model, f"{name}_supervision")
        assert rises(sides(after)[1].temptation, sides(before)[1].temptation)
        alone = model.change({f"relation.{other}_supervision": 0.0})
        before, after = pair(alone, f"{name}_supervision")
        np.testing.assert_array_equal(sides(after)[1].temptation, sides(before)[1].temptation)
    before, after = pair(model, "external_supervision")
    old, new = repetition(before).sides, repetition(after).sides
    dilemma = (new.status != Status.SELF_ENFORCING) & (old.status != Status.SELF_ENFORCING)
    assert (dilemma.mean(axis=-1) > 0.1).all()
    assert rises(old.incident_limit[dilemma], new.incident_limit[dilemma])


def test_detection_pays_its_penalty(model):
    point = model.points
    step = 1e-6
    watched = model.change(
        {
            "relation.internal_supervision": 1.0,
            "relation.external_supervision": np.linspace(0.1, 0.9, COUNT) ** 2,
        }
    )
    more = watched.change(
        {"relation.external_supervision": (np.linspace(0.1, 0.9, COUNT) + step) ** 2}
    )
    slope = (incentives(more.points)[1] - incentives(watched.points)[1]) / step
    np.testing.assert_allclose(slope, point["relation.penalty"], atol=1e-8)


def test_delegation(model):
    before, after = pair(model, "delegation")
    assert rises(incentives(before)[0], incentives(after)[0])
    types = {
        value: measure(
            relationship({**start, "government.control_preference": 0.3}).with_mechanism(
                "delegation"
            ),
            "relationship_type",
        )["relationship_type"]
        for value, start in (
            ("cooperates", {}),
            ("captures", {"government.performance_competition": 0.6}),
        )
    }
    assert types == {"cooperates": "cooperation", "captures": "capture"}


def test_evaluated_competition(model):
    before, after = pair(model, "evaluated_competition")
    assert rises(dependence(after).share[1], dependence(before).share[1])
    effort, more = (
        RELATIONSHIP.measure("contest_total_effort").compute(point) for point in (before, after)
    )
    assert rises(effort, more)
    hold_up = relationship(
        {
            "relation.alignment": 0.9,
            "relation.payment": 0.05,
            "government.temptation": 0.25,
            "relation.organisations": 4,
            "relation.diversity_cost": 0.002,
            "relation.incident_risk": 0.0,
        }
    )
    limit = measure(hold_up, "partners_bound")["partners_bound"]
    assert 4 < limit < 8
    doubled = hold_up.with_mechanism("evaluated_competition")
    assert float(doubled.points["relation.organisations"]) > limit


def test_capacity_building(model):
    plain = model.change(
        {
            "relation.substitution": 0.0,
            "organisation.legitimacy_need": 0.0,
            "relation.information_sharing": 0.0,
        }
    )
    before, after = pair(plain, "capacity_building", 0.001)
    assert (produce(after).organisation > produce(before).organisation).all()
    mix_O = before["organisation.technology"] / before["organisation.mobilisation"]
    mix_G = before["government.technology"] / before["government.mobilisation"]
    rise = produce(after).synergy - produce(before).synergy
    clear = np.abs(np.log(mix_O / mix_G)) > 0.02
    clear &= np.abs(before["relation.technology_share"] - 0.5) < 0.45
    np.testing.assert_array_equal((rise > 0)[clear], (mix_O > mix_G)[clear])
    change = incentives(after)[0] - incentives(before)[0]
    assert (change > 0).any()
    assert (change < 0).any()


def test_mobilisation_building(model):
    plain = model.change(
        {
            "relation.substitution": 0.0,
            "organisation.legitimacy_need": 0.0,
            "relation.information_sharing": 0.0,
        }
    )
    before, after = pair(plain, "mobilisation_building", 0.001)
    burdens = [RELATIONSHIP.measure("exposure_shelter").compute(p) for p in (before, after)]
    assert rises(burdens[1], burdens[0])
    mix_O = before["organisation.technology"] / before["organisation.mobilisation"]
    mix_G = before["government.technology"] / before["government.mobilisation"]
    clear = np.abs(np.log(mix_O / mix_G)) > 0.02
    clear &= np.abs(before["relation.technology_share"] - 0.5) < 0.45
    rise = produce(after).synergy - produce(before).synergy
    np.testing.assert_array_equal((rise < 0)[clear], (mix_O > mix_G)[clear])


def test_public_relations(model):
    before, after = pair(model, "public_relations", 0.5)
    odds = np.log(before["trust.government"] / (1 - before["trust.government"]))
    later = np.log(after["trust.government"] / (1 - after["trust.government"]))
    np.testing.assert_allclose(later - odds, 1.5)
    gain = sides(before)[0].gain
    rose = incentives(after)[0] > incentives(before)[0]
    clear = np.abs(gain) > 1e-9
    np.testing.assert_array_equal(rose[clear], (gain > 0)[clear])
    assert rises(dependence(before).share[1], dependence(after).share[1])


def test_mutual_understanding(model):
    exists = RELATIONSHIP.measure("cooperative_bayesian_equilibrium")
    before, after = pair(model, "mutual_understanding", 1.0)
    assert (exists.compute(after) >= exists.compute(before)).all()
    government, organisation = sides(after)
    willing = (government.incentive >= 0) & (organisation.incentive >= 0)
    np.testing.assert_array_equal(exists.compute(after) == 1, willing)


def test_non_distribution_and_legitimacy(model):
    before, after = pair(model, "non_distribution")
    assert rises(sides(after)[1].temptation, sides(before)[1].temptation)
    before, after = pair(model, "legitimacy")
    np.testing.assert_allclose(incentives(after)[1] - incentives(before)[1], 0.07)


def test_events_beat_mechanisms_at_their_date():
    """A dated rate replaces the rate a mechanism has raised."""
    path = Timeline("2000Q1", 3, (Event("2000Q2", set={"trust.reporting_outside": 0.0}),))
    values = {"trust.government": 0.05, "trust.organisation": 0.05}
    model = relationship(values, path=path).with_mechanism("information_sharing")
    odds = replay(model).log_odds[0]
    np.testing.assert_allclose(np.diff(odds), [0.25, 0.0], atol=1e-12)
