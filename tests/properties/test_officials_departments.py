"""Officials who change and departments that decide together, on replayed and simulated paths."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

import strategic as st
from strategic.families.relationship import relationship, replay
from strategic.families.relationship._departments import DECISIONS, Department, Departments
from strategic.families.relationship._trust import COOPERATION, logistic, trust_thresholds
from strategic.modelling import Event, Timeline

WILLING = {
    "relation.alignment": 0.9,
    "relation.payment": 0.1,
    "trust.government": 0.9,
    "trust.organisation": 0.9,
}
QUARTERS = Timeline("2020Q1", 12)


def test_survival_is_that_of_the_hazard_where_every_incident_is_fatal():
    """(1-h)(1-nu(1-pi)) a period: margins of trust stay below what one incident costs."""
    turnover, supportive = np.meshgrid([0.0, 0.1, 0.4], [0.0, 0.5, 0.9], indexing="ij")
    model = relationship(
        WILLING
        | {
            "relation.incident_risk": 0.05,
            "trust.incident_if_hostile": 0.06,
            "officials.turnover": turnover,
            "officials.supportive": supportive,
        }
    )
    needed = logistic(trust_thresholds(model.points))[0]
    model = model.change({"trust.government": needed + 1e-9})
    found = st.simulate(model, paths=20_000, periods=12, seed=3)
    hazard = st.measure(model, "breakdown_hazard")["breakdown_hazard"]
    for lasts in (1, 2, 4, 8, 11):
        expected = (1 - hazard) ** lasts
        error = np.sqrt(expected * (1 - expected) / 20_000)
        assert (np.abs(found.survival.estimate[lasts] - expected) < 4 * error).all(), lasts
    gone = found.by_successor["hostile"]
    drawn = gone.started > 0
    np.testing.assert_array_equal(gone.estimate[1][drawn], 0.0)
    stays = found.by_successor["supportive"].estimate[1]
    with np.errstate(invalid="ignore"):
        assert (np.abs(stays - 0.95)[found.by_successor["supportive"].started > 500] < 0.05).all()


def test_turnover_of_supportive_officials_who_remember_changes_nothing():
    plain = relationship(WILLING, path=QUARTERS)
    busy = plain.change({"officials.turnover": 0.7, "officials.supportive": 1.0})
    first, second = (st.simulate(model, paths=300, seed=5) for model in (plain, busy))
    for name in ("regimes", "trust_mean", "trust_band", "payoff", "incidents", "value"):
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name))
    against = plain.change({"officials.turnover": 0.5, "officials.supportive": 0.0})
    third = st.simulate(against, paths=300, seed=5)
    assert third.breakdown > first.breakdown + 0.5
    assert not first.opposed.any()
    # Half the officials are replaced a quarter, and whoever follows withholds.
    expected = 1 - 0.5 ** np.arange(12)
    np.testing.assert_allclose(third.opposed, expected, atol=4 * 0.5 / np.sqrt(300))


@pytest.mark.parametrize("memory", [0.0, 0.25, 1.0])
def test_a_successor_keeps_a_share_of_the_trust(memory):
    path = replace(QUARTERS, events=(Event("2021Q1", effects={"official": "supportive"}),))
    values = WILLING | {"officials.memory": memory, "relation.organisations": [1.0, 2.0]}
    played = replay(relationship(values, path=path))
    before = replay(relationship(values, path=QUARTERS))
    start = played.log_odds[0, 0]
    expected = start + memory * (before.log_odds[0, 4] - start)
    np.testing.assert_allclose(played.log_odds[0, 4], expected, rtol=1e-12)
    np.testing.assert_array_equal(played.log_odds[1, 4], before.log_odds[1, 4])
    if memory == 1:
        np.testing.assert_array_equal(played.log_odds, before.log_odds)


def test_a_hostile_official_withholds_until_the_next():
    events = (
        Event("2020Q3", effects={"official": "hostile"}),
        Event("2021Q2", effects={"official": "supportive"}),
    )
    model = relationship(WILLING, path=replace(QUARTERS, events=events))
    assert replay(model).strip() == "CCdddCCCCCCC"
    found = st.simulate(model.change({"relation.incident_risk": 0.0}), paths=20)
    assert set(found.examples) == {"CCdddCCCCCCC"}
    turns = st.verdict(model).path.turns
    assert [(turn.kind, turn.cause, turn.sides) for turn in turns] == [
        ("start", "initial trust", ()),
        ("breakdown", "official", ("government",)),
        ("start", "event", ()),
    ]
    assert replay(model.without("2021Q2")).strip() == "CC" + "d" * 10


def some_departments(count, seed):
    rng = np.random.default_rng(seed)
    return tuple(
        Department(
            f"number {k}",
            {
                "trust.government": float(rng.uniform(0.6, 0.98)),
                "government.performance_competition": float(rng.uniform(0, 0.08)),
                "trust.reporting": float(rng.uniform(0, 0.3)),
            },
            weight=float(rng.integers(1, 5)) / 10,
            lead=k == 1,
        )
        for k in range(count)
    )


@pytest.fixture
def grid():
    """Random relationships, a block of points each played on its own path."""
    rng = np.random.default_rng(8)
    values = WILLING | {
        "relation.alignment": rng.uniform(0.6, 1, 400),
        "relation.payment": rng.uniform(0.02, 0.12, 400),
        "trust.organisation": rng.uniform(0.2, 0.9, 400),
        "relation.incident_risk": 0.05,
    }
    hits = tuple(Event(f"{2020 + k}Q3", effects={"incident": True}) for k in range(2))
    thaw = Event("2022Q1", effects={"government": 1.5, "organisation": 1.0})
    return values, replace(QUARTERS, events=(*hits, thaw))


@pytest.mark.parametrize("decision", DECISIONS)
def test_identical_departments_equal_one(grid, decision):
    values, path = grid
    same = tuple(Department(f"number {k}", {}, weight=0.3, lead=k == 2) for k in range(3))
    alone = relationship(
        values | {"officials.turnover": 0.2, "officials.supportive": 0.5}, path=path
    )
    several = relationship(alone.values, path=path, departments=Departments(same, decision))
    first, second = replay(alone), replay(several)
    for name in ("regimes", "log_odds", "thresholds", "final", "incidents"):
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name), err_msg=name)
    drawn, again = (st.simulate(model, paths=50, seed=2) for model in (alone, several))
    for name in ("regimes", "trust_band", "payoff", "value", "breakdown", "opposed"):
        np.testing.assert_array_equal(getattr(drawn, name), getattr(again, name), err_msg=name)
    one, other = (st.measure(model, "trust_margin_government") for model in (alone, several))
    name = "trust_margin_government"
    np.testing.assert_array_equal(one[name], other[name])


def test_departments_decide_as_they_would_one_by_one(grid):
    """Period by period, from each one's own log-odds: a second, plain engine."""
    values, path = grid
    for decision, seed in product(DECISIONS, (1, 2)):
        members = some_departments(3, seed)
        model = relationship(values, path=path, departments=Departments(members, decision))
        played = replay(model)
        own, needed = played.votes.log_odds, played.votes.thresholds
        willing = own >= needed
        np.testing.assert_array_equal(willing, played.votes.willing)
        weights = np.array([round(member.weight * 10) for member in members])[:, None, None]
        agreed = {
            "all": willing.all(axis=0),
            "majority": willing.sum(axis=0) >= 2,
            "lead": willing[1],
            "weights": 2 * (weights * willing).sum(axis=0) > weights.sum(),
        }[decision]
        np.testing.assert_array_equal(played.regimes >= 2, agreed)
        # The belief shown as the government's meets its threshold iff the government cooperates.
        np.testing.assert_array_equal(played.log_odds[0] >= played.thresholds[0], agreed)
        assert 0.02 < agreed.mean() < 0.98
        together = played.regimes == COOPERATION
        for k, member in enumerate(members):
            alone = relationship(values | dict(member.set)).points
            drop = np.log(0.25 / 0.05)
            odds = np.log(alone["trust.government"] / (1 - alone["trust.government"]))
            for period in range(12):
                struck = period in (2, 6)
                odds = odds - drop * struck + 1.5 * (period == 8)
                np.testing.assert_allclose(own[k, period], odds, atol=1e-9)
                quiet = together[period] & (not struck)
                report = alone["trust.reporting"] * together[period]
                refused = (played.regimes[period] == 2) * 0.05
                odds = odds + quiet * np.log(0.95 / 0.75) - refused + report


def test_all_equals_the_most_cautious(grid):
    """Where only the initial beliefs differ, the least trusting department decides alone."""
    values, path = grid
    beliefs = (0.9, 0.55, 0.7)
    members = tuple(Department(f"b{b}", {"trust.government": b}) for b in beliefs)
    several = relationship(values, path=path, departments=Departments(members, "all"))
    cautious = relationship(values | {"trust.government": min(beliefs)}, path=path)
    for name in ("regimes", "log_odds", "thresholds", "final"):
        np.testing.assert_array_equal(
            getattr(replay(several), name), getattr(replay(cautious), name)
        )
    names = ("trust_margin_government", "incidents_absorbed", "foresight_to_start_government",
             "belief_needed_government", "trust_status")  # fmt: skip
    found, expected = st.measure(several, *names), st.measure(cautious, *names)
    for name in names:
        np.testing.assert_array_equal(found[name], expected[name], err_msg=name)
    drawn, again = (st.simulate(model, paths=40, seed=4) for model in (several, cautious))
    np.testing.assert_array_equal(drawn.regimes, again.regimes)
    broke = drawn.breakdown > 0
    assert (drawn.blocking[0] <= drawn.blocking[1])[broke].all()  # the more trusting blocks less
    assert broke.any()


def test_mechanisms_and_settings_reach_departments():
    members = (Department("rivals", {"government.performance_competition": 0.6}),)
    model = relationship(WILLING, path=QUARTERS, departments=Departments(members))
    assert "C" not in replay(model).strip()
    helped = model.with_mechanism("performance_evaluation")  # phi becomes 0, the department's too
    assert replay(helped).strip() == "C" * 12
    swept = model.change({"government.performance_competition": np.linspace(0, 1, 5)})
    assert (replay(swept).regimes == replay(swept).regimes[:, :1]).all()  # its own value stays
    events = (Event("2021Q1", set={"relation.payment": 0.5}),)
    dearer = relationship(
        WILLING, path=replace(QUARTERS, events=events),
        departments=Departments((Department("any", {}),)),
    )  # fmt: skip
    assert replay(dearer).strip() == "CCCCdddddddd"


def test_exactly_half_the_weight_does_not_carry():
    """0.1 + 0.2 exceeds 0.3 in doubles; the decimals written decide."""
    members = tuple(Department(str(w), {}, weight=w) for w in (0.1, 0.2, 0.3))
    votes = np.array([[True], [True], [False]])
    assert not Departments(members, "weights").decide(votes)[0]
    assert Departments(members, "weights").decide(np.array([[True], [False], [True]]))[0]


def test_simulated_blocks_do_not_depend_on_workers(grid):
    values, path = grid
    values = values | {"officials.turnover": np.linspace(0, 0.4, 400), "trust.noise": 0.3,
                       "officials.supportive": 0.5}  # fmt: skip
    model = relationship(values, path=path, departments=Departments(some_departments(2, 3)))
    first, second = (st.simulate(model, paths=30, seed=1, workers=w) for w in (1, 3))
    for name in ("regimes", "willing", "blocking", "opposed", "value"):
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name), err_msg=name)
    for who, curve in first.by_successor.items():
        np.testing.assert_array_equal(curve.estimate, second.by_successor[who].estimate)
