"""Warnings of incidents on record that the model thinks nearly impossible."""

import json

import numpy as np
import pytest

import strategic as st
from strategic.families.relationship import relationship
from strategic.families.relationship._trust import STRONG_EVIDENCE
from strategic.families.relationship.reporting._readings import _record
from strategic.modelling import Event, Family, Measure, Model, Timeline, warnings_of
from strategic.reports.page._explorer import explorer_data
from strategic.reports.sections import reporting_of

RECORD = (Event("2000Q3", effects={"incident": True}),)


def recorded(friendly, hostile=0.25, events=RECORD):
    values = {"relation.incident_risk": friendly, "trust.incident_if_hostile": hostile}
    return relationship(values, path=Timeline("2000Q1", 5, events))


@pytest.mark.parametrize("ratio", [0.5, 1, 5, 19.9, 20.1, 1000])
def test_an_incident_is_damning_from_strong_evidence_on(ratio):
    model = recorded(0.2 / ratio, 0.2)
    warned = warnings_of(model)
    assert bool(warned) == (ratio > STRONG_EVIDENCE)
    label = "damning" if ratio > STRONG_EVIDENCE else "plausible"
    assert st.measure(model, "recorded_incident") == {"recorded_incident": label}


def test_the_warning_has_the_numbers_of_the_path():
    [told] = warnings_of(recorded(0.002))
    played = st.replay(recorded(0.002))
    after = float(played.beliefs[0, 2])
    odds = played.log_odds[0, 2] + np.log(0.25 / 0.002)
    before = 1 / (1 + np.exp(-odds))
    for number in ("2000Q3", "0.002 per period", "125 times", f"{before:.2f} to {after:.2f}"):
        assert number in told
    assert "impossible" in warnings_of(recorded(0.0))[0]


def test_dated_risks_count_at_their_date():
    events = (Event("2000Q2", set={"relation.incident_risk": 0.001}), *RECORD)
    assert len(warnings_of(recorded(0.1, events=events))) == 1
    later = (*RECORD, Event("2000Q4", set={"relation.incident_risk": 0.001}))
    assert warnings_of(recorded(0.1, events=later)) == []


def test_nothing_on_record_is_nothing_to_warn_of():
    assert warnings_of(recorded(0.001, events=())) == []
    assert warnings_of(relationship({"relation.incident_risk": 0.001})) == []
    plain = Measure("one", lambda _points: 1.0, "One.")
    assert warnings_of(Model(Family("plain", "Plain", {}, {}, {"one": plain}))) == []
    found = st.measure(recorded([0.001, 0.1]), "recorded_incident")["recorded_incident"]
    assert found.tolist() == ["damning", "plausible"]
    assert warnings_of(recorded([0.001, 0.1])) == []


def test_reports_warn_once_below_the_summary():
    quiet = st.report(st.load("ai-mier"))
    assert "warnings" not in quiet.document
    model = st.load("ai-mier").change({"relation.incident_risk": 0.005})
    loud = st.report(model)
    assert json.loads(loud.json())["warnings"] == warnings_of(model)
    assert [block.name for block in loud.blocks[:2]] == ["story", "warnings"]
    for text in (loud.text(width=2000), loud.html(), loud.to_markdown()):
        assert "An incident is on record in 2013Q1" in text


def test_the_explorer_marks_where_a_slider_makes_the_record_damning():
    reporting = reporting_of(st.load("ai-mier").family)
    data = json.loads(explorer_data(st.load("ai-mier"), reporting, ["relation.incident_risk"]))
    [reading] = [r for r in data["readings"] if r["label"] == "incident on record"]
    assert set(reading["texts"]) == {"plausible", "damning: proof of hostility"}  # at a risk of 0
    own = st.load("ai-mier").change({"relation.incident_risk": 0.005})
    [told] = _record(own.change({"trust.government": [0.4]}).points)
    assert told == "damning: 50 times likelier if hostile"
