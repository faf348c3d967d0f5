"""A family of another package goes through every command like the one that comes with this one."""

import json
import os
import sys
from pathlib import Path

import numpy as np
import pytest
from jsonschema import Draft202012Validator

import strategic as st
from strategic.modelling import registry

HERE = Path(__file__).parent / "other_package"
MODEL = """\
title = "Two bakers"
kind = "cournot"
[market]
demand = 12
[entrant]
cost = 3
[[claims]]
id = "price-rises-with-cost"
says = "A dearer entrant raises the price"
measure = "cournot_price"
increases_with = "entrant.cost"
over = [0, 5]
[[claims]]
id = "subsidy-lowers-the-price"
says = "A subsidy lowers the price"
measure = "cournot_price"
decreases_with = "mechanism.subsidy"
[[claims]]
id = "duopoly"
says = "Both produce"
measure = "structure"
equals = "duopoly"
"""


@pytest.fixture(autouse=True)
def _installed(monkeypatch):
    """Put the package on the path, as installing its wheel would."""
    monkeypatch.syspath_prepend(str(HERE))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(HERE), os.environ.get("PYTHONPATH", "")]))
    registry._of_other_packages.cache_clear()
    yield
    registry._of_other_packages.cache_clear()
    sys.modules.pop("cournot", None)


@pytest.fixture
def bakers(tmp_path):
    file = tmp_path / "bakers.toml"
    file.write_text(MODEL)
    return file


def test_the_family_is_found_by_its_kind(failing, tmp_path):
    assert "cournot" in registry.kinds()
    (tmp_path / "typo.toml").write_text('title = "x"\nkind = "cournott"\n')
    assert "did you mean 'cournot'?" in failing("report", tmp_path / "typo.toml")
    assert "no such family" in failing("parameters", "--kind", "cournott")


def test_new_writes_a_template_that_runs(strategic, tmp_path):
    file = tmp_path / "new.toml"
    assert strategic("new", file, "--kind", "cournot").code == 0
    text = file.read_text()
    assert 'kind = "cournot"' in text
    assert "# The inverse demand." in text
    assert "# A textbook duopoly" in text
    assert strategic("report", file).code == 0
    assert st.load(file).path.events[0].effects == {"news": 0.5}


def test_schema_knows_the_family(strategic):
    import tomllib

    for arguments in (("schema",), ("schema", "--kind", "cournot")):
        schema = json.loads(strategic(*arguments).out)
        Draft202012Validator.check_schema(schema)
        validator = Draft202012Validator(schema)
        assert not list(validator.iter_errors(tomllib.loads(MODEL)))
        wrong = tomllib.loads(MODEL.replace("demand = 12", "demnd = 12"))
        assert list(validator.iter_errors(wrong))


def test_listings_name_parameters_measures_and_mechanisms(strategic, bakers):
    listed = strategic("parameters", "--kind", "cournot", "--json").json["parameters"]
    assert [p["name"] for p in listed][:2] == ["market.demand", "market.slope"]
    values = {
        p["name"]: p["value"] for p in strategic("parameters", bakers, "--json").json["parameters"]
    }
    assert values["market.demand"] == 12
    measured = strategic("measures", bakers, "--json").json["measures"]
    assert {m["name"]: m["value"] for m in measured} == {
        "cournot_price": pytest.approx((12 + 1 + 3) / 3),
        "structure": "duopoly",
    }
    assert "cournot_price" in strategic("measures", "--kind", "cournot").out
    mechanisms = strategic("mechanisms", "--kind", "cournot", "--json").json["mechanisms"]
    assert [m["name"] for m in mechanisms] == ["subsidy"]
    assert "subsidy" in strategic("mechanisms", bakers).out


def test_check_measures_the_claims(strategic, bakers):
    checked = strategic("check", bakers, "--json").json["models"][0]["claims"]
    assert [claim["holds"] for claim in checked] == [True] * 3


def test_report_shows_its_sections_in_every_format(strategic, bakers, tmp_path):
    document = strategic("report", bakers, "--json").json
    assert list(document) == [
        "schema", "model", "story", "market", "game", "game_entry", "mechanisms", "claims",
        "parameters", "provenance", "references",
    ]  # fmt: skip
    assert document["model"]["title"] == "Two bakers"
    assert document["game"]["players"] == ["incumbent", "entrant"]
    for ending in ("html", "md", "tex", "txt", "json"):
        out = tmp_path / f"report.{ending}"
        assert strategic("report", bakers, "-o", out).code == 0
        text = out.read_text()
        assert "Two bakers" in text
        assert "Cournot price" in text or ending == "json"
    page = (tmp_path / "report.html").read_text()
    assert "A textbook duopoly" in page
    assert "Cournot, A. (1838)" in page
    assert '"name":"cournot_price"' in page  # the explorer's reading
    both = strategic("report", bakers, "ai-mier", "-o", tmp_path / "both.html")
    assert both.code == 0


def test_grids_measure_the_family(strategic, bakers, tmp_path):
    store = tmp_path / "map.zarr"
    over = ("--over", "entrant.cost=0:5:6", "--over", "mechanism.subsidy=0:1:3")
    done = strategic("sweep", bakers, *over, "--measure", "cournot_price", "-o", store)
    assert done.code == 0, done.err
    grid = st.open_sweep(store)["cournot_price"]
    cost, subsidy = grid["entrant.cost"].values, grid["mechanism.subsidy"].values
    np.testing.assert_allclose(
        grid.values, (12 + 1 + cost[:, None] * (1 - subsidy[None])) / 3, rtol=1e-12
    )
    assert strategic("plot", store, "-o", tmp_path / "map.png").code == 0
    found = strategic(
        "boundary", bakers, "--over", "entrant.cost=0:11.9", "--measure", "structure", "--json"
    ).json
    assert found["changes"][0]["at"] == pytest.approx(6.5)
    assert strategic("boundary", bakers, "--measure", "structure").code == 0
    studied = strategic(
        "sensitivity", bakers, "--over", "market.demand=11:13", "--over", "entrant.cost=0:5",
        "--measure", "cournot_price", "--draws", "64", "--json",
    ).json  # fmt: skip
    assert {p["name"] for p in studied["outputs"][0]["parameters"]} == {
        "market.demand",
        "entrant.cost",
    }


def test_games_are_solved_converted_and_compared(strategic, bakers, tmp_path):
    solved = strategic("solve", bakers, "--json").json
    assert solved["game"]["actions"][0] == ["cartel", "cournot", "leader"]
    entry = strategic("solve", bakers, "--game", "entry", "--json").json
    assert len(entry["equilibria"]) >= 2
    assert strategic("convert", bakers, tmp_path / "bakers.nfg", "--game", "entry").code == 0
    changed = strategic("compare", bakers, "--mechanism", "subsidy=0.5", "--json").json
    assert changed["changes"]["cournot_price"][1] == pytest.approx((12 + 1 + 1.5) / 3)
    ranked = strategic("compare", bakers, "--rank", "cournot_price", "--json").json
    assert ranked["mechanisms"][0]["name"] == "subsidy"


def test_joint_rules_and_missing_paths_are_clear_errors(failing, bakers):
    assert "must be above both unit costs" in failing("report", bakers, "--set", "market.demand=2")
    for verb in ("replay", "simulate"):
        assert f"have no paths to {verb}" in failing(verb, bakers)


def test_a_broken_package_is_one_line(failing, tmp_path, monkeypatch):
    package = tmp_path / "broken"
    info = package / "broken-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[strategic.families]\nbroken = no_such_module:FAMILY\n")
    monkeypatch.syspath_prepend(str(package))
    registry._of_other_packages.cache_clear()
    assert "cannot be imported" in failing("parameters", "--kind", "broken")


def test_a_family_of_ones_own_is_reported_without_registration():
    import cournot

    family = st.Family(
        name="mine",
        title="My duopoly",
        parameters=cournot.FAMILY.parameters,
        games={"base": cournot.quantities},
        measures=cournot.FAMILY.measures,
    )
    report = st.report(st.Model(family, {}))
    assert report.document["model"]["title"] == "My duopoly"
    assert {"game", "measures", "parameters"} <= set(report.document)
    assert "Cournot price." in report.text()
    assert st.Model(family, {}).base.shape == (3, 3)
