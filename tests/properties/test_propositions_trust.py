"""Propositions about officials, trust, incidents and repetition, over random relationships."""

import numpy as np
import pytest

from strategic.families.relationship import relationship
from strategic.families.relationship._base_game import base_terms, detection
from strategic.families.relationship._officials import Views, cooperative_with_views
from strategic.families.relationship._repetition import repetition
from strategic.families.relationship._trust import (
    COOPERATION,
    incident_drop,
    initial_log_odds,
    play,
    quiet_gain,
    replay,
    trust_thresholds,
)
from strategic.modelling import Event, Timeline, measure
from strategic.status import Status

COUNT = 4000
QUIET = {"trust.reporting": 0.0, "trust.reporting_outside": 0.0, "trust.forgetting": 0.0}
WILLING = {
    "relation.alignment": 0.9,
    "relation.payment": 0.08,
    "organisation.rebuff_loss": 0.05,
    "government.rebuff_loss": 0.1,
}


def quarters(count, *events):
    return Timeline("2000Q1", count, events)


def dated(period):
    return f"{2000 + period // 4}Q{period % 4 + 1}"


def trusting(seed, count=COUNT, **values):
    """Random beliefs and incident probabilities of a pair whose base game has both equilibria."""
    rng = np.random.default_rng(seed)
    return {
        **WILLING,
        **QUIET,
        "trust.government": rng.uniform(0.1, 0.999, count),
        "trust.organisation": 0.99,
        "relation.incident_risk": rng.uniform(0.01, 0.2, count),
        "trust.incident_if_hostile": rng.uniform(0.21, 0.9, count),
        "government.incident_loss": 0.0,
        "organisation.incident_loss": 0.0,
        **values,
    }


def test_p9_supportive_officials(draw):
    model = draw(COUNT, 21)
    government, organisation = base_terms(model.points).sides()
    found = measure(model, "cooperative_bayesian_equilibrium", "supportive_share_needed")
    willing = (government.incentive >= 0) & (organisation.incentive >= 0)
    share, needed = model.points["officials.supportive"], found["supportive_share_needed"]
    expected = willing & (share >= needed)
    exists = found["cooperative_bayesian_equilibrium"] == "yes"
    np.testing.assert_array_equal(exists, expected)
    assert 0.01 < exists.mean() < 0.99
    views = Views.normal(0.0, 0.3)
    continuous = np.asarray(views.cumulative(government.incentive)) >= needed
    np.testing.assert_array_equal(
        cooperative_with_views(model.points, views), continuous & (organisation.incentive >= 0)
    )


@pytest.mark.parametrize("incidents", [1, 2, 3])
def test_p10_incidents_in_a_row(incidents):
    events = tuple(Event(dated(t), effects={"incident": True}) for t in range(incidents))
    model = relationship(trusting(22), path=quarters(incidents, *events))
    margin = initial_log_odds(model.points)[0] - trust_thresholds(model.points)[0]
    drop = incident_drop(model.points)
    survives = replay(model).regimes[-1] == COOPERATION
    clear = np.abs(margin - incidents * drop) > 1e-9
    np.testing.assert_array_equal(survives[clear], (margin >= incidents * drop)[clear])
    absorbed = measure(model, "incidents_absorbed")["incidents_absorbed"]
    with np.errstate(invalid="ignore"):
        np.testing.assert_array_equal(survives[clear], (absorbed >= incidents)[clear])
    assert 0.005 < survives.mean() < 0.98


def test_p11_young_cooperation_is_fragile():
    """An incident after N_q quiet periods is survived, one period earlier it is not."""
    model = relationship(trusting(23), path=quarters(60))
    needed = measure(model, "quiet_periods_needed")["quiet_periods_needed"]
    margin = initial_log_odds(model.points)[0] - trust_thresholds(model.points)[0]
    log_odds = replay(model).log_odds[0]
    threshold, drop = trust_thresholds(model.points)[0], incident_drop(model.points)
    whole = (margin >= 0) & (needed >= 1) & (needed < 60)
    assert whole.mean() > 0.2
    where = np.flatnonzero(whole)
    periods = needed[whole].astype(int)
    after, before = (
        log_odds[periods, where] - drop[where],
        log_odds[periods - 1, where] - drop[where],
    )
    assert (after >= threshold[where] - 1e-9).all()
    assert (before < threshold[where] + 1e-9).all()
    assert np.isnan(needed[margin < 0]).all()
    risk = model.points["relation.incident_risk"]
    young = measure(model, "break_while_young")["break_while_young"]
    np.testing.assert_allclose(young[whole], 1 - (1 - risk[whole]) ** periods)


def test_p11_breaks_no_more_often_than_the_bound():
    paths, horizon = 10_000, 200
    certain = {
        "trust.government": 0.75,
        "relation.incident_risk": 0.05,
        "trust.incident_if_hostile": 0.2,
    }
    model = relationship(trusting(24, 1) | certain)
    draws = np.random.default_rng(7).random((horizon, paths)) < 0.05
    played = play(model.points, quarters(horizon), incidents=draws, shape=(paths,))
    together = played.regimes == COOPERATION
    assert together[0].all()
    broken = (~together).any(axis=0)
    bound = float(measure(model, "break_bound")["break_bound"])
    needed = int(measure(model, "quiet_periods_needed")["quiet_periods_needed"])
    error = np.sqrt(bound * (1 - bound) / paths)
    assert 0.02 < broken.mean() <= bound + 4 * error
    early = (~together[: needed + 1]).any(axis=0).mean()
    exact = 1 - 0.95**needed
    assert abs(early - exact) < 4 * np.sqrt(exact * (1 - exact) / paths)
    settled = together[-1]
    assert (played.log_odds[0][-1][settled] > played.log_odds[0][0].max()).mean() > 0.99


def test_p11_inverse_odds_are_a_martingale():
    point = relationship(trusting(25)).points
    risk = point["relation.incident_risk"]
    expected = risk * np.exp(incident_drop(point)) + (1 - risk) * np.exp(-quiet_gain(point))
    np.testing.assert_allclose(expected, 1)


def test_p12_stalemate_persists_until_events_thaw_it():
    rng = np.random.default_rng(26)
    push = {"government": 1.5, "organisation": 1.0}
    values = trusting(26) | {
        "trust.government": rng.uniform(0.01, 0.4, COUNT),
        "trust.organisation": rng.uniform(0.01, 0.4, COUNT),
    }
    quiet = relationship(values, path=quarters(12))
    stuck = replay(quiet).regimes[0] == 0
    assert stuck.mean() > 0.1
    assert (replay(quiet).regimes[:, stuck] == 0).all()
    thaw = relationship(values, path=quarters(12, Event(dated(6), effects=push)))
    odds, thresholds = initial_log_odds(thaw.points), trust_thresholds(thaw.points)
    enough = np.logical_and(
        *(
            (o >= t) | (push[side] >= t - o)
            for o, t, side in zip(odds, thresholds, push, strict=True)
        )
    )
    thawed = replay(thaw).regimes[6] == COOPERATION
    np.testing.assert_array_equal(thawed[stuck], enough[stuck])
    assert 0.02 < thawed[stuck].mean() < 0.98
    for way_out in ("trust.reporting_outside", "trust.forgetting"):
        moved = relationship(values | {way_out: 0.2}, path=quarters(60))
        starts = replay(moved).regimes[0] == 0
        later = replay(moved).regimes[-1] != 0
        assert later[starts].any() == (way_out == "trust.reporting_outside")


def test_p15_many_organisations_undo_the_promise(draw):
    model = draw(COUNT, 27, {"organisation.alternatives": 0.0, "government.temptation": 0.6})
    point = model.points
    R, b = base_terms(point).sides()[0].reward, base_terms(point).sides()[0].temptation
    n, delta, watch = point["relation.organisations"], point["relation.discount"], detection(point)
    keeps = (1 - delta) * b + delta * (watch * (1 - 1 / n) * R + (1 - watch) * R) <= R
    limit = measure(model, "hold_up_limit")["hold_up_limit"]
    relevant = (R > 0) & (np.abs(n - limit) > 1e-9) & (b > R)
    np.testing.assert_array_equal(keeps[relevant], (n <= limit)[relevant])
    assert keeps[relevant].any()
    assert (limit[R <= 0] == 0).all()


def test_p22_patience_and_incidents_bound_cooperation(draw):
    values = {"government.temptation": 0.5, "relation.alignment": 0.95}
    model = draw(COUNT, 28, values | {"relation.organisations": 1.0})
    point, found = model.points, repetition(model.points)
    h, m, delta = point["relation.incident_risk"], detection(point), point["relation.discount"]
    terms, answer = base_terms(point), found.sides
    R, b = terms.reward, terms.temptation
    with np.errstate(divide="ignore", invalid="ignore"):
        value = (1 - delta) * R / (1 - delta * (1 - h))
        grim = (1 - delta) * (b - R) <= delta * (1 - h) * m * value
        limit = 1 - (b - R) / (delta * (b - R + m * R))
    dilemma = (R > 0) & (b > R)
    assert (answer.critical_discount[b <= R] == 0).all()
    assert (answer.incident_limit[b <= R] == 1).all()
    lost = (b > R) & (R <= 0)
    assert np.isposinf(answer.critical_discount[lost]).all()
    assert (answer.incident_limit[lost] == 0).all()
    assert (answer.status[lost] == Status.NO_VALUE).all()
    np.testing.assert_allclose(
        answer.incident_limit[dilemma], np.maximum(limit, 0)[dilemma], atol=1e-12
    )
    clear = dilemma & (np.abs(delta - answer.critical_discount) > 1e-9)
    clear &= np.abs(h - answer.incident_limit) > 1e-9
    np.testing.assert_array_equal(grim[clear], (delta >= answer.critical_discount)[clear])
    np.testing.assert_array_equal(grim[clear], (h <= answer.incident_limit)[clear])
    both = np.maximum(*answer.critical_discount)
    np.testing.assert_array_equal(found.critical_discount, both)
    holds = (found.share > 0) | (np.isposinf(found.punishment_length))
    decided = (np.abs(delta - both) > 1e-9) & (R > 0).all(axis=0)
    np.testing.assert_array_equal(holds[decided], (delta >= both)[decided])
    assert 0.01 < holds.mean() < 0.99


def test_p22_published_numbers():
    """R = .35, b = .5: delta* = .3 without incidents; at delta = .95, m = .6: h* = .5614."""
    lifted = relationship(
        {
            "relation.incident_risk": 0.0,
            "relation.discount": 0.95,
            "relation.alignment": 1.0,
            "relation.payment": 0.0,
            "organisation.technology": 3.0,
            "government.temptation": 0.5,
            "government.cost_cooperate": 0.0,
        }
    )
    excess = float(base_terms(lifted.points).sides()[0].reward) - 0.35
    exact = lifted.change({"government.cost_cooperate": excess})
    sure = exact.change(
        {"relation.internal_supervision": 1.0, "relation.external_supervision": 1.0}
    )
    assert measure(sure, "critical_discount_government") == {
        "critical_discount_government": pytest.approx(0.3)
    }
    watched = exact.change(
        {"relation.internal_supervision": 0.6, "relation.external_supervision": 0.6}
    )
    assert measure(watched, "incident_limit_government") == {
        "incident_limit_government": pytest.approx(0.5614, abs=5e-5)
    }


def test_p23_public_relations_cross_the_threshold():
    model = relationship(trusting(29) | {"trust.government": np.linspace(0.001, 0.6, COUNT)})
    odds, threshold = initial_log_odds(model.points)[0], trust_thresholds(model.points)[0]
    for push in (0.5, 2.0):
        path = quarters(1, Event(dated(0), effects={"government": push}))
        cooperates = replay(relationship(model.values, path=path)).regimes[0] == COOPERATION
        clear = np.abs(push - threshold + odds) > 1e-9
        np.testing.assert_array_equal(cooperates[clear], (push >= threshold - odds)[clear])
        assert 0.02 < cooperates.mean() < 0.98


def test_p28_rarer_incidents_are_more_damning():
    risk = np.linspace(0.2, 0.001, 400)
    model = relationship(
        trusting(30, 1) | {"trust.government": 0.9, "relation.incident_risk": risk}
    )
    found = measure(model, "incident_drop", "break_while_young", "break_bound")
    assert (np.diff(found["incident_drop"]) > 0).all()
    young = found["break_while_young"]
    assert (np.diff(young) > 1e-6).any()
    assert (np.diff(young) < -1e-6).any()
    assert young[-1] < 0.02
    assert (young <= found["break_bound"] + 1e-9)[young > 0].all()
