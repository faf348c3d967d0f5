"""The commands that list, check and compare models, end to end."""

import json
import subprocess
import sys

import pytest

from strategic.cli import main
from strategic.families.relationship import RELATIONSHIP

CLAIM = """
title = "Claims"
[[claims]]
id = "holds"
sources = ["K5"]
says = "It cooperates"
measure = "relationship_type"
equals = "{answer}"
"""


@pytest.fixture
def run(capsys):
    def _run(*words):
        code = main(words)
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return _run


def _json(run, *words, code=0):
    found, out, _ = run(*words, "--json")
    assert found == code
    document = json.loads(out)
    assert document["schema"] == 1
    return document


def test_models(run):
    listed = _json(run, "models")["models"]
    assert {"slug": "stag-hunt", "title": "Stag hunt", "kind": "game"} in listed
    assert all(set(entry) == {"slug", "title", "kind"} for entry in listed)
    code, out, err = run("models")
    assert code == 0
    assert len(out.splitlines()) == len(listed) + 1
    assert "numbers are ours where sources give signs" in err
    assert "experiments name their sources" in err


def test_parameters_show_what_is_set(run):
    document = _json(
        run, "parameters", "ai-mier", "--set", "relation.alignment=.3", "--mechanism", "delegation"
    )
    values = {entry["name"]: entry["value"] for entry in document["parameters"]}
    assert list(values) == list(RELATIONSHIP.parameters)
    assert values["relation.alignment"] == 0.3
    assert values["government.control_preference"] == 0.0
    assert values["government.discount"] is None
    code, out, _ = run("parameters")
    assert code == 0
    assert len(out.splitlines()) == len(RELATIONSHIP.parameters) + 1


def test_parameters_of_a_game(run):
    names = [entry["name"] for entry in _json(run, "parameters", "hawk-dove")["parameters"]]
    assert names == ["value", "harm"]


def test_measures_and_what_they_measure(run):
    plain = _json(run, "measures")["measures"]
    assert [entry["name"] for entry in plain] == list(RELATIONSHIP.measures)
    assert not any("value" in entry for entry in plain)
    measured = {e["name"]: e.get("value") for e in _json(run, "measures", "ai-mier")["measures"]}
    assert measured["cooperation_periods"] == 14
    assert measured["breakdown_period"] is None
    assert measured["risk_dominant"] == "CC"
    code, out, _ = run("measures", "ai-mier")
    assert code == 0
    assert "regime_at@DATE" in out


def test_mechanisms_and_sources(run):
    listed = _json(run, "mechanisms")["mechanisms"]
    assert [entry["name"] for entry in listed] == list(RELATIONSHIP.mechanisms)
    found = _json(run, "sources", "K5", "P10")
    assert [entry["source"] for entry in found["statements"]] == ["A", "model"]
    assert set(found["documents"]) == {"A", "B", "C", "model", "published"}
    assert run("sources", "K55")[0] == 2


def test_schema_is_json(run):
    code, out, _ = run("schema")
    assert code == 0
    assert json.loads(out)["$schema"].startswith("https://json-schema.org/")


def test_new_writes_a_model_that_runs_and_replaces_nothing(run, tmp_path):
    file = tmp_path / "mine.toml"
    assert run("new", str(file))[0] == 0
    assert _json(run, "check", str(file))["models"][0]["slug"] == "mine"
    before = file.read_text()
    code, _, err = run("new", str(file))
    assert code == 2
    remedy = "replace it with --force, or choose another name"
    assert err == f"error: {file}: exists already; {remedy}\n"
    assert file.read_text() == before
    assert run("new", "-")[1] == before
    assert run("new", str(tmp_path / "nowhere" / "mine.toml"))[0] == 2


def test_check_tells_what_was_measured_and_exits_with_one(run, tmp_path):
    good, bad = tmp_path / "good.toml", tmp_path / "bad.toml"
    good.write_text(CLAIM.format(answer="cooperation"))
    bad.write_text(CLAIM.format(answer="capture"))
    document = _json(run, "check", str(good), str(bad), code=1)
    claims = [model["claims"][0] for model in document["models"]]
    assert [model["slug"] for model in document["models"]] == ["good", "bad"]
    assert [claim["holds"] for claim in claims] == [True, False]
    assert {"id", "sources", "says", "holds", "measured"} <= set(claims[0])
    assert claims[1]["measured"] == "cooperation"
    code, out, _ = run("check", str(bad))
    assert code == 1
    assert "FAILS" in out
    assert "relationship_type equals capture; measured cooperation" in out
    assert out.endswith("In all: 0 of 1 claims hold.\n")
    assert run("check", str(bad), "--set", "government.performance_competition=.5")[0] == 0


def test_the_whole_catalogue_holds(run):
    document = _json(run, "check")
    assert len(document["models"]) == len(_json(run, "models")["models"])
    assert all(claim["holds"] for model in document["models"] for claim in model["claims"])


def test_check_of_bad_input(run, tmp_path):
    file = tmp_path / "broken.toml"
    file.write_text(CLAIM.format(answer="captur"))
    code, out, err = run("check", str(file))
    assert (code, out) == (2, "")
    assert err.startswith(f"error: {file}: claims[0].equals: must be one of cooperation, ")
    assert err.endswith("(got 'captur'); did you mean 'capture'?\n")


def test_compare(run):
    words = ("compare", "ai-mier", "--mechanism", "information_sharing=0.5")
    document = _json(run, *words, "--mechanism", "legitimacy")
    assert document["changes"]["cooperation_periods"] == [14, 30]
    alone = {entry["name"]: entry for entry in document["mechanisms"]}
    assert alone["legitimacy"]["intensity"] == 1.0
    assert "trust_threshold_government" not in alone["legitimacy"]["changes"]
    code, out, _ = run(*words, "--measure", "loss_government")
    assert code == 0
    assert out.splitlines()[1].split() == ["loss_government", "0.11", "0.105"]
    unchanged = _json(run, *words, "--measure", "synergy")
    assert unchanged["measures"]["synergy"][0] == unchanged["measures"]["synergy"][1]
    assert unchanged["changes"] == {}
    assert "synergy" in run(*words, "--measure", "synergy")[1]
    ranked = _json(run, "compare", "cooperation", "--rank", "incentive_government")["mechanisms"]
    gains = [entry["changes"]["incentive_government"][1] for entry in ranked]
    assert gains == sorted(gains, reverse=True)
    some = _json(run, *words, "--mechanism", "legitimacy", "--rank", "surplus")["mechanisms"]
    assert [(entry["name"], entry["intensity"]) for entry in some] == [
        ("legitimacy", 1.0),
        ("information_sharing", 0.5),
    ]
    before, after = some[1]["changes"]["surplus"]
    assert some[1]["effect"] == pytest.approx((after - before) / 0.5)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("compare", "ai-mier"), "--mechanism: needs a mechanism; see strategic mechanisms"),
        (
            ("compare", "ai-mier", "--mechanism", "legitimcy"),
            "no such mechanism of relationship (got 'legitimcy'); did you mean 'legitimacy'?",
        ),
        (
            ("compare", "ai-mier", "--mechanism", "legitimacy=2"),
            "legitimacy: intensity must be at least 0 and at most 1 (got 2.0)",
        ),
        (
            ("parameters", "ai-mier", "--set", "relation.aligment=1"),
            "relation.aligment: no such parameter (got 1.0); did you mean 'relation.alignment'?",
        ),
        (
            ("parameters", "ai-mier", "--set", "relation.alignment=2"),
            "relation.alignment: must be at least -1 and at most 1 (got 2.0)",
        ),
        (("parameters", "ai-mier", "--set", "relation.alignment"), "--set: must read NAME=VALUE"),
        (("check", "ai-meir"), "(got 'ai-meir'); did you mean 'ai-mier'?"),
    ],
)
def test_bad_words_are_one_line_and_exit_two(run, words, line):
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert err.startswith("error: ")
    assert line in err
    assert len(err.splitlines()) == 1


def test_a_model_from_standard_input():
    done = subprocess.run(
        [sys.executable, "-m", "strategic", "check", "-", "--json"],
        input=CLAIM.format(answer="cooperation"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["models"][0]["claims"][0]["holds"] is True
