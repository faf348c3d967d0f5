"""Rules between parameters: an error alone, a mark in a grid, wherever points are measured."""

import json

import numpy as np
import pytest

import strategic as st
from strategic.errors import ParameterError, Problem
from strategic.families.relationship.reporting import REPORTING
from strategic.modelling import Family, Measure, Model, Parameter, Rule
from strategic.reports.page._explorer import explorer_data
from strategic.reports.sections.mechanisms import MechanismTable
from strategic.sweeps import rank_mechanisms

N, E = "relation.organisations", "relation.contest_exponent"
CONTEST = st.relationship({N: 2.0, E: 1.9})


def test_a_single_point_that_breaks_a_rule_is_an_error_that_says_where():
    broken = st.relationship({N: 3.0}).change({E: 1.6})
    with pytest.raises(ParameterError) as raised:
        st.measure(broken, "contest_effort")
    assert str(raised.value) == (
        f"{E}: must be at most n/(n-1), n = {N} (got 1.6); n/(n-1) is 1.5 here"
    )


def test_in_a_grid_of_models_the_others_are_measured():
    grid = st.relationship({N: [1.0, 2.0, 3.0, 4.0], E: 1.6})
    found = st.measure(grid, "contest_effort", "surplus", "base_equilibrium_count")
    alone = st.measure(st.relationship({N: 2.0, E: 1.6}), "contest_effort")["contest_effort"]
    assert found["contest_effort"][1] == alone
    for name in ("contest_effort", "surplus"):
        assert np.isnan(found[name]).tolist() == [False, False, True, True]
    assert found["base_equilibrium_count"][2:].tolist() == [-1, -1]
    with pytest.raises(ParameterError):  # the rule is broken by what does not vary
        st.measure(st.relationship({"relation.alignment": [0.1, 0.2]}).change({N: 3.0, E: 1.6}))


def test_mechanisms_that_break_a_rule_are_refused_alone_and_marked_in_a_grid():
    with pytest.raises(ParameterError, match="must be at most"):
        st.measure(CONTEST.with_mechanism("evaluated_competition"), "surplus")
    grid = CONTEST.with_mechanism("evaluated_competition", [0.0, 0.02, 0.9])
    assert np.isnan(st.measure(grid, "contest_effort")["contest_effort"]).tolist() == [
        False, False, True,
    ]  # fmt: skip
    effects = {e.mechanism: e for e in rank_mechanisms(CONTEST, "surplus")}
    assert np.isnan(effects["evaluated_competition"].after)
    assert np.isfinite(effects["capacity_building"].after)
    table = MechanismTable(measures=("surplus",))
    listed = {entry["name"]: entry for entry in table.describe(CONTEST, 0)}
    assert "must be at most" in listed["evaluated_competition"]["refused"]
    details = table.layout(list(listed.values()), CONTEST).tables[-1].rows
    told = {name: changes for name, changes, _ in details}
    assert told["evaluated competition"].startswith("not possible in full: ")


def test_a_model_near_a_rule_is_reported_in_full(strategic_report):
    assert "not possible in full" in strategic_report(CONTEST)


@pytest.fixture
def strategic_report():
    return lambda model: " ".join(st.report(model).text().split())


def test_the_explorer_of_a_page_marks_the_points_that_break_a_rule():
    data = json.loads(explorer_data(st.relationship({N: 2.0}), REPORTING, [N, E]))
    n, e = (np.array([float(text) for text in p["texts"]]) for p in data["parameters"])
    with np.errstate(divide="ignore"):
        kept = e[None] <= n[:, None] / (n[:, None] - 1)
    assert 0 < kept.mean() < 1
    for reading in data["readings"]:
        told = np.array(reading["texts"])[reading["values"]].reshape(kept.shape)
        assert len(set(told[~kept])) == 1, reading["name"]  # undefined, in the reading's words
    [kind] = [r for r in data["readings"] if r["name"] == "relationship_type"]
    told = np.array(kind["texts"])[kind["values"]].reshape(kept.shape)
    assert (told[~kept] == "undefined").all()
    assert (told[kept] != "undefined").all()


def test_a_problem_in_place_of_a_rule_says_that_no_point_is_valid():
    def rule(points):
        if not np.any(points["a"] > 0):
            yield Problem("must be above 0 somewhere", "a")

    family = Family(
        "old", "", {"a": Parameter("a", 1.0, "")}, {},
        {"a": Measure("a", lambda p: p["a"], "")}, rule=rule,
    )  # fmt: skip
    with pytest.raises(ParameterError, match="must be above 0 somewhere"):
        st.measure(Model(family, {"a": -1.0}), "a")
    assert np.isnan(st.measure(Model(family, {"a": [-1.0, -2.0]}), "a")["a"]).all()
    assert st.measure(Model(family, {"a": [-1.0, 2.0]}), "a")["a"].tolist() == [-1, 2]


def test_a_rule_says_what_is_wrong_at_its_first_bad_point():
    points = st.relationship({N: [[2.0], [5.0]], E: [1.0, 1.5]}).family.points(
        {N: [[2.0], [5.0]], E: [1.0, 1.5]}
    )
    assert points.valid.tolist() == [[True, True], [True, False]]
    rule = Rule("relation.penalty", "must be calm", kept=False)
    assert str(rule.problem(points)) == "relation.penalty: must be calm (got 0.2)"


def test_a_dated_event_may_not_break_a_rule():
    text = (
        'title = "x"\n[relation]\ncontest_exponent = 1.5\n[path]\nstart = "2020Q1"\nperiods = 8\n'
        '[[events]]\ndate = "2021Q1"\nset = { "relation.organisations" = 12 }\n'
    )
    with pytest.raises(ParameterError, match=r"must be at most n/\(n-1\).*n/\(n-1\) is 1.09"):
        st.load(text)
    model = st.load(text.replace("1.5", "1.05"))
    grid = model.change({E: np.array([1.0, 1.05, 1.5])})
    found = st.measure(grid, "trust_margin_organisation")["trust_margin_organisation"]
    assert np.isfinite(found[:2]).all()
    assert np.isnan(found[2])
