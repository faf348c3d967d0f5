"""Departments and officials in model files, on the command line and in reports."""

import json

import numpy as np
import pytest

import strategic as st
from strategic.cli import main
from strategic.errors import ModelError
from strategic.families.relationship import replay

HEAD = """
title = "Two departments"
joint_decision = "{decision}"
[relation]
alignment = 0.9
payment = 0.08
[officials]
turnover = 0.1
supportive = 0.5
[path]
start = "2020Q1"
periods = 12
[[events]]
date = "2021Q1"
official = "hostile"
[[events]]
date = "2021Q3"
official = "supportive"
[[departments]]
name = "health"
belief = 0.8
[[departments]]
name = "police"
says = "wary"
set = {{ "trust.government" = 0.6 }}
"""
TRUSTING = "[trust]\norganisation = 0.9\n"


def text(decision="all", more=""):
    head = HEAD.format(decision=decision)
    return head.replace("[relation]", TRUSTING + "[relation]") + more


def test_a_file_says_who_decides():
    model = st.load(text())
    assert model.parts["departments"].names == ("health", "police")
    assert float(model.points.variants["police"]["trust.government"]) == 0.6
    assert replay(model).strip() == "d" * 12
    leading = text("lead").replace('name = "health"', 'name = "health"\nlead = true')
    assert replay(st.load(leading)).strip() == "CCCCddCCCCCC"
    weighty = text("weights").replace('name = "health"', 'name = "health"\nweight = 1.5')
    assert replay(st.load(weighty)).strip() == "CCCCddCCCCCC"
    assert replay(st.load(text("majority"))).strip() == "d" * 12


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("belief = 0.8", "belief = 1.5"), "departments[0].belief: must be below 1 (got 1.5)"),
        (("belief = 0.8", "weight = 2"), 'departments[0].weight: needs joint_decision = "weights"'),
        (("belief = 0.8", "lead = true"), 'departments[0].lead: needs joint_decision = "lead"'),
        (('"police"', '"health"'), "departments[1].name: is used twice (got 'health')"),
        (('says = "wary"', "belief = 0.5"), "departments[1].belief: is trust.government"),
        (("trust.government", "officials.turnover"), "no such parameter"),
        (("trust.government", "trust.goverment"), "did you mean 'trust.government'?"),
        (('"hostile"', '"angry"'), "events[0].official: must be 'supportive' or 'hostile'"),
        (('"all"', '"lead"'), "departments: needs exactly one department that leads (got 0)"),
        (('"all"', '"some"'), "joint_decision: must be 'all', 'majority', 'lead' or 'weights'"),
    ],
)
def test_bad_departments_are_told_in_one_line(change, told):
    with pytest.raises(ModelError) as error:
        st.load(text().replace(*change))
    assert told in str(error.value)
    assert "\n" not in str(error.value)


def test_deciding_together_needs_departments():
    with pytest.raises(ModelError, match=r"joint_decision: needs \[\[departments\]\]"):
        st.load('title = "x"\njoint_decision = "all"\n')


def test_reports_and_simulations_tell_of_officials_and_departments(tmp_path, capsys):
    file = tmp_path / "two.toml"
    file.write_text(text("lead").replace('name = "health"', 'name = "health"\nlead = true'))
    assert main(["report", str(file), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    members = document["departments"]["members"]
    assert [member["name"] for member in members] == ["health", "police"]
    assert members[0]["willing"] == "C" * 12
    assert document["path"]["events"][0]["official"] == "hostile"
    survival = document["officials"]["survival"]
    assert survival["paths"] == 1000
    assert survival["by_successor"]["hostile"]["estimate"][1] == 0
    assert main(["simulate", str(file), "--json", "--paths", "500"]) == 0
    drawn = json.loads(capsys.readouterr().out)
    assert set(drawn["by_department"]) == {"health", "police"}
    assert drawn["by_department"]["police"]["blocking"] is not None
    assert max(drawn["opposed"]) > 0.3
    for command in (["report"], ["simulate", "--paths", "200"], ["replay"], ["check"]):
        assert main([command[0], str(file), *command[1:]]) == 0
    told = capsys.readouterr().out
    assert "Departments that decide together" in told
    assert "It never survives the arrival of a hostile successor" in " ".join(told.split())
    assert "a hostile official ends it in 2021Q1" in " ".join(told.split())


def test_grids_of_models_with_departments_are_measured_point_by_point():
    model = st.load(text())
    beliefs = np.linspace(0.1, 0.9, 9)
    swept = model.change({"trust.organisation": beliefs, "relation.payment": 0.06})
    found = st.measure(swept, "cooperation_periods", "trust_margin_government")
    for place, belief in enumerate(beliefs):
        one = model.change({"trust.organisation": belief, "relation.payment": 0.06})
        for name, value in st.measure(one, *found).items():
            assert found[name][place] == value if found[name].ndim else found[name] == value
    table = st.sweep(
        model, over={"relation.payment": "0.02:0.12:11"}, measures=["cooperation_periods"]
    )
    each = [
        st.measure(model.change({"relation.payment": p}), "cooperation_periods")[
            "cooperation_periods"
        ]
        for p in np.linspace(0.02, 0.12, 11)
    ]
    np.testing.assert_array_equal(table["cooperation_periods"].to_numpy().ravel(), each)
