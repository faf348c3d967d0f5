"""``strategic replay`` and ``strategic simulate`` end to end."""

import csv

import pytest

EMIL = "dddddddddddddd...dCCCCCCCCCCCCCC"
STALEMATE = "dddddddddddddd.................."


def test_replay_beside_its_counterfactual(strategic):
    document = strategic(
        "replay", "ai-mier", "--without", "2014Q2", "--without", "2014Q3", "--json"
    ).json
    assert document["path"]["regimes"] == EMIL
    assert document["counterfactual"]["regimes"] == STALEMATE
    assert document["without"] == ["2014Q2", "2014Q3"]
    assert document["path"]["trust"]["government"][0] == pytest.approx(0.42)
    assert len(document["counterfactual"]["trust"]["organisation"]) == 32


def test_replay_alone(strategic):
    document = strategic("replay", "ai-mier", "--json").json
    assert document["counterfactual"] is None
    text = strategic("replay", "ai-mier").out
    assert "From 2014Q3 to 2017Q4 both cooperate." in text
    changed = strategic(
        "replay", "ai-mier", "--set", "trust.reporting=.15",
        "--set", "trust.reporting_outside=.15", "--json",
    )  # fmt: skip
    assert changed.json["path"]["regimes"] == "ddd" + "C" * 29


def test_replay_says_where_the_paths_part(strategic):
    text = strategic("replay", "ai-mier", "--without", "2014Q3").out
    assert "The paths part in 2014Q3" in text
    assert "Both paths are the same." in strategic("replay", "ai-mier", "--without", "2010Q1").out


def test_replay_mistakes(failing):
    told = failing("replay", "ai-mier", "--without", "2014Q9")
    assert "no such event" in told
    assert "did you mean" in told


def test_simulate_is_reproducible(strategic):
    once = strategic("simulate", "ai-mier", "--paths", "300", "--seed", "4", "--json").json
    again = strategic(
        "simulate", "ai-mier", "--paths", "300", "--seed", "4", "--workers", "2", "--json"
    ).json
    assert once == again
    assert once["regimes"]["C"][0] == 0
    assert once["regimes"]["C"][18] == 1
    assert once["trust"]["government"]["mean"][0] == pytest.approx(0.42)
    assert len(once["survival"]["estimate"]) == 33
    assert once["dates"][0] == "2010Q1"


def test_simulate_writes_tables_and_figures(strategic, tmp_path):
    for ending in ("csv", "parquet", "json", "svg"):
        file = tmp_path / f"paths.{ending}"
        result = strategic("simulate", "ai-mier", "--paths", "20", "-o", file)
        assert result.code == 0
        assert file.stat().st_size > 0
    with (tmp_path / "paths.csv").open() as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == 32
    assert float(rows[18]["share_cooperation"]) == 1


def test_simulate_mistakes(failing):
    assert "must end in one of" in failing("simulate", "ai-mier", "-o", "paths.xyz")


def test_simulated_table_is_printed_where_asked_for(strategic, tmp_path):
    asked = ("simulate", "one-incident-fragile", "--paths", "50", "--seed", "2")
    file = tmp_path / "paths.csv"
    assert strategic(*asked, "-o", file).code == 0
    assert strategic(*asked, "-o", "-").out == file.read_text(encoding="utf8")
