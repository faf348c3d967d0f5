"""The verdict on a model: one object that every sentence, table and figure of a report reads."""

import json

import pytest

import strategic as st
from strategic.errors import ModelError, ParameterError


def test_a_verdict_says_what_is_missing_and_from_which_foresight_on_it_would_not_be():
    found = st.verdict(st.load("ai-mier"))
    assert found.one_shot.equilibrium == "CC, DD"
    assert (found.trust.status, found.trust.all_periods) == ("missing", "enough")
    assert found.trust.foresight_to_start == pytest.approx(0.2516, abs=1e-4)
    assert found.repetition.status == "not needed"
    assert (found.path.cooperation, found.path.first, found.path.last) == (14, "2014Q3", "2017Q4")
    assert [turn.cause for turn in found.path.turns] == ["event"]
    assert (found.incident.now, found.incident.absorbed) == ("absorbed", 3)


def test_a_second_incident_changes_the_verdict_on_the_path_alone():
    first, second = (st.verdict(st.load(slug)) for slug in ("ai-mier", "ai-mier-second-incident"))
    assert second.path.cooperation == 1
    assert (second.path.breakdowns, second.path.cause) == (1, "incident")
    assert second.incident.now == "nothing to end"
    assert first.trust == second.trust


def test_a_verdict_is_computed_once_per_model_and_seed():
    model = st.load("capture")
    assert model.verdict() is st.verdict(model)
    assert model.verdict(seed=1).robustness != model.verdict().robustness
    assert model.verdict(seed=1).trust == model.verdict().trust


def test_a_report_holds_the_verdict_as_plain_data():
    document = json.loads(st.report(st.load("capture")).json())
    assert document["verdict"]["one_shot"]["blocked_by"] == ["government"]
    assert document["verdict"]["constraint"] == {"kind": "interest", "sides": ["government"]}
    assert document["verdict"]["path"] is None


def test_grids_and_families_without_verdicts_say_so():
    with pytest.raises(ParameterError, match="a verdict needs a single model"):
        st.verdict(st.relationship({"relation.alignment": [0.1, 0.2]}))
    with pytest.raises(ModelError, match="have no verdict"):
        st.verdict(st.load("hawk-dove"))


def test_any_family_may_bring_a_verdict():
    pool = st.Family(
        "pool", "Fishery", {"pool.growth": st.Parameter("pool.growth", 2.0, "Growth.")}, {},
        verdict=lambda model, **_: {"sustainable": bool(model.points["pool.growth"] > 1)},
    )  # fmt: skip
    model = st.Model(pool)
    assert model.verdict() == {"sustainable": True}
    assert st.report(model).document["verdict"] == {"sustainable": True}
