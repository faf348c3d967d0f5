"""``strategic evolve`` and ``st.evolve``: one paper from one file, in every format."""

import json
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import numpy as np
import pytest

import strategic as st
from strategic.catalogue.game_template import game_template
from strategic.cli import main

PAPER = """
title = "Regulation by shares"
kind = "game"
players = ["government", "firms", "public"]
actions = [["regulate", "leave alone"], ["comply", "violate"], ["report", "ignore"]]
shares = ["x", "y", "z"]
advantages = ["b - c + f * (1 - y) * z", "f * x - k", "r * (1 - y) - e"]
[parameters]
b = { value = 1.0, bounds = [0, 3], meaning = "Credit for regulating" }
c = { value = 0.8, bounds = [0, 3] }
f = { value = 1.0, bounds = [0, 5], meaning = "Fine" }
k = { value = 0.4, bounds = [0, 5] }
r = { value = 0.5 }
e = { value = 0.1 }
[evolution]
starts = [[0.2, 0.5, 0.8], [0.5, 0.5, 0.5]]
"""
STAGED = (
    PAPER
    + """
horizon = 300.0
[[stages]]
from = 10
name = "The fine falls"
set = { f = 0.2 }
"""
)


@pytest.fixture
def paper(tmp_path):
    file = tmp_path / "paper.toml"
    file.write_text(PAPER)
    return file


def run(capsys, *words):
    code = main(["evolve", *map(str, words)])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def test_the_document_has_every_key_of_the_interface(paper, capsys):
    code, out, _ = run(capsys, paper, "--json")
    document = json.loads(out)
    assert code == 0
    assert document["schema"] == 1
    assert [entry["name"] for entry in document["populations"]] == ["government", "firms", "public"]
    assert document["equations"][0].startswith(r"\dot{x} = x \left(1 - x\right)")
    corners = {e["name"]: e for e in document["rest_points"] if e["kind"] == "corner"}
    assert len(corners) == 8
    stable = corners["regulate-comply-ignore"]
    assert stable["verdict"] == "ESS"
    assert stable["nash"] is True
    assert stable["shares"]["government"] == {"regulate": 1.0, "leave alone": 0.0}
    np.testing.assert_allclose(sorted(stable["eigenvalues"]), [[-0.6, 0], [-0.2, 0], [-0.1, 0]])
    assert sorted(stable["conditions"]) == ["-e < 0", "c - b < 0", "k - f < 0"]
    assert stable["thresholds"]["f"] == [0.4]
    assert stable["thresholds"]["b"] == [0.8]
    for path in document["paths"]:
        assert path["at"] == "regulate-comply-ignore"
        assert set(path) >= {"start", "end", "t", "settled_at"}
    assert document["basins"]["regulate-comply-ignore"]["share"] == 1.0
    # from x above k / f = .4 and y above 1 - e / r = .8 on, the three actions stay best
    certified = document["basins"]["regulate-comply-ignore"]["certified"]
    assert certified == pytest.approx(0.6 * 0.2, abs=0.04)


def test_stretches_of_parameters_agree_with_measures(paper):
    model = st.load(paper)
    along = st.evolve(model).document["stable_along"]
    assert set(along) == {"b", "c", "e", "f", "k"}
    for name, stretches in along.items():
        lower, upper = model.family.parameters[name].lower, model.family.parameters[name].upper
        assert (stretches[0]["from"], stretches[-1]["to"]) == (lower, upper)
        ends = np.clip([[s["from"], s["to"]] for s in stretches], -9, 9)
        middles = ends.mean(axis=1)
        found = st.measure(model.change({name: middles}), "ess")["ess"]
        assert found.tolist() == [" + ".join(s["ess"]) or "none" for s in stretches]


def test_the_text_says_what_the_document_says(paper, capsys):
    code, out, _ = run(capsys, paper)
    assert code == 0
    for words in (
        "1 of 8 corners is evolutionarily stable: regulate-comply-ignore.",
        "Of 2 paths 2 end at regulate-comply-ignore.",
        "x' = x*(1 - x)*",
        "k - f < 0",
        "above 0.4",
    ):
        assert words in out


def test_rest_points_are_told_to_be_those_as_filed_where_stages_change_them(tmp_path, capsys):
    file = tmp_path / "staged.toml"
    file.write_text(STAGED)
    told = "The rest points are those of the parameters as filed; stages change them."
    assert told in json.loads(run(capsys, file, "--json")[1])["sentences"]
    file.write_text(PAPER)
    assert told not in json.loads(run(capsys, file, "--json")[1])["sentences"]


def test_stages_change_where_paths_go(tmp_path, capsys):
    file = tmp_path / "staged.toml"
    file.write_text(STAGED)
    code, out, _ = run(capsys, file, "--json")
    document = json.loads(out)
    assert code == 0
    assert [stage["ess"] for stage in document["stages"]] == [
        ["regulate-comply-ignore"],
        ["regulate-violate-report"],
    ]
    assert document["stages"][1] | {"rest_points": 0} == {
        "from": 10.0, "name": "The fine falls", "set": {"f": 0.2},
        "ess": ["regulate-violate-report"], "rest_points": 0,
    }  # fmt: skip
    ends = [path["end"]["firms"]["comply"] for path in document["paths"]]
    assert max(ends) < 0.01
    whole = st.measure(st.load(file), "long_run.firms.comply")["long_run.firms.comply"]
    assert whole == pytest.approx(ends[0], abs=1e-5)


@pytest.mark.parametrize("ending", ["html", "tex", "md", "txt", "json", "xlsx", "csv", "svg"])
def test_every_format_is_written(paper, tmp_path, capsys, ending):
    file = tmp_path / f"out.{ending}"
    code, out, err = run(capsys, paper, "-o", file)
    assert (code, out) == (0, "")
    assert err == f"wrote {file}\n"
    assert file.stat().st_size > 500


def test_the_page_names_every_axis_by_player_and_action(paper, tmp_path, capsys):
    file = tmp_path / "page.html"
    assert run(capsys, paper, "--starts", "27", "--vary", "f", "--vary", "k", "-o", file)[0] == 0
    page = file.read_text()
    for name in ("cube", "faces", "over-time", "fan-0", "fan-1", "map"):
        assert f'id="{name}-title"' in page, name
    cube = page[page.index('aria-labelledby="cube-title') :]
    cube = cube[: cube.index("</svg>")]
    for player, action in [("government", "regulate"), ("firms", "comply"), ("public", "report")]:
        assert f"{player}:" in cube
        assert f"{action} (share)" in cube
    assert "<math" in page


def test_the_paper_has_equations_conditions_and_parameters(paper, tmp_path, capsys):
    file = tmp_path / "paper.tex"
    assert run(capsys, paper, "-o", file)[0] == 0
    text = file.read_text()
    assert r"\begin{align*}" in text
    assert r"\dot{x} &= x \left(1 - x\right)" in text
    assert "$c - b < 0$" in text
    assert "Credit for regulating" in text
    for kind in ("align*", "table", "tabular"):
        assert text.count(rf"\begin{{{kind}}}") == text.count(rf"\end{{{kind}}}")
    assert text.count("{") == text.count("}")


def test_the_workbook_holds_numbers_and_texts(paper, tmp_path, capsys):
    file = tmp_path / "paper.xlsx"
    assert run(capsys, paper, "-o", file)[0] == 0
    with ZipFile(file) as archive:
        book = archive.read("xl/workbook.xml").decode()
        first = ET.fromstring(archive.read("xl/worksheets/sheet1.xml"))  # noqa: S314 - our own file
    names = re.findall(r'<sheet name="([^"]*)"', book)
    assert names[:2] == ["rest points", "thresholds"]
    assert {"paths", "ends", "basins", "parameters", "equations"} <= set(names)
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    rows = first.findall(f".//{space}row")
    assert len(rows) == 1 + len(st.evolve(st.load(paper)).rest_points)
    cells = rows[1].findall(f"{space}c")
    assert cells[0].find(f".//{space}t").text == "regulate-comply-report"
    assert cells[2].find(f"{space}v").text == "1.0"
    openpyxl = pytest.importorskip("openpyxl")
    sheet = openpyxl.load_workbook(file)["rest points"]
    assert sheet["A2"].value == "regulate-comply-report"


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--start", ".2,.5"], "--start: needs 3 shares, one per population (got '.2,.5'); such"),
        (["--start", ".2,.5,2"], "--start: must be shares between 0 and 1"),
        (["--start", "q=.2,y=.5,z=.1"], "--start: no such population or share; known: x, y, z"),
        (["--starts", "many"], "--starts: must be a number of starts up to 1,000,000, or random:N"),
        (["--start", ".2,.5,.5", "--starts", "9"], "--start: cannot be combined with --starts"),
        (["--dynamics", "replikator"], "dynamics: no such dynamics (got 'replikator'); did you me"),
        (["--dynamics", "logit"], "noise: the logit dynamics need noise above 0"),
        (["--vary", "g"], "vary: no such parameter (got 'g')"),
        (["--vary", "f=a"], "--vary: must read NAME or NAME=A,B,... (got 'f=a')"),
        (["--vary", "f=9"], "f: must be at least 0 and at most 5 (got 9.0)"),
        (["--figure", "cube"], "--figure: needs a file of a figure (got 'cube'); add -o FILE.png"),
        (["-o", "out.docx"], "out.docx: must end in one of .html"),
        (["--finite", "many"], "--finite: must be whole numbers (got 'many')"),
        (["--finite", "5,6"], "finite: must be one number, or one for each of 3 populations"),
        (["--finite", "1"], "size: needs at least 2 individuals per population"),
    ],
)  # fmt: skip
def test_bad_options_are_one_line(paper, capsys, words, line):
    code, out, err = run(capsys, paper, *words)
    assert (code, out) == (2, "")
    assert err.startswith(f"error: {line}"), err
    assert err.count("\n") == 1


def test_finite_populations_are_told_in_numbers_and_words(paper, capsys):
    code, out, _ = run(capsys, paper, "--finite", "30", "--intensity", "2", "--json")
    found = json.loads(out)["finite"]
    exact = st.evolution.finite_populations(st.evolve(st.load(str(paper))).game, 30, 2.0)
    assert code == 0
    assert (found["sizes"], found["intensity"]) == ([30, 30, 30], 2.0)
    np.testing.assert_allclose(list(found["long_run"].values()), exact.law.ravel())
    assert sum(found["long_run"].values()) == pytest.approx(1.0)
    for entry in found["invasions"]:
        assert entry["times_neutral"] == pytest.approx(30 * entry["fixation"])
    _, out, _ = run(capsys, paper, "--finite", "30,20,10", "--horizon", "5")
    most = max(found["long_run"], key=found["long_run"].get)
    assert "In finite populations of 30, 20, 10 individuals" in " ".join(out.split())
    assert most
    assert "Finite populations" in out


def test_payoffs_in_doubles_are_written_as_people_write_numbers():
    """A thousandth is 0.001, not a fraction of powers of two; halves and thirds stay fractions."""
    for slug in ("parents-2013", "ai-mier"):
        for equation in st.evolve(st.load(slug)).symbols.equations:
            assert not re.search(r"\d{8,}", equation.text + equation.latex), equation.text
            assert "1/4" in equation.text or "0." in equation.text


def test_mixed_rest_points_are_written_as_formulas(capsys):
    code, out, _ = run(capsys, "inspection", "--json")
    (mixed,) = json.loads(out)["mixed"]
    assert code == 0
    assert mixed["shares"]["x"] == "effort/pay"
    values = {name: float(v) for name, v in st.load("inspection").points.items()}
    points = st.evolve(st.load("inspection")).rest_points
    inside = [k for k, kind in enumerate(points.kind) if kind == "interior"]
    assert points.shares[0][inside[0]][0] == pytest.approx(values["effort"] / values["pay"])


def test_a_player_alone_is_no_population(tmp_path, capsys):
    file = tmp_path / "one.nfg"
    file.write_text('NFG 1 R "fixed" { "a" } { 2 }\n3 4\n')
    code, _, err = run(capsys, file)
    assert code == 2
    assert "populations need at least two players" in err
    assert "populations" not in st.report(st.load(file)).document
    assert run(capsys, "1,2 / 3,4")[2].startswith("error: actions: every population needs at least")
    assert st.measure(st.load(file))["pure_count"] == 1


def test_an_unknown_figure_lists_all(paper, tmp_path, capsys):
    code, _, err = run(capsys, paper, "-o", tmp_path / "a.png", "--figure", "sphere")
    assert code == 2
    assert "must be one of cube, faces, over-time" in err


@pytest.mark.parametrize("source", ["3,0;5,1 / 3,5;0,1", "matching-pennies", "coordination"])
def test_any_game_can_evolve(capsys, source):
    code, out, _ = run(capsys, source, "--json", "--starts", "9")
    document = json.loads(out)
    assert code == 0
    assert len(document["paths"]) == 9
    strict = {e["name"] for e in document["rest_points"] if e["verdict"] == "ESS"}
    model = st.load(source)
    assert st.measure(model, "ess_count")["ess_count"] == len(strict)


@pytest.mark.parametrize("dynamics", ["logit", "best-response", "smith", "bnn"])
def test_every_dynamics_leads_somewhere(paper, capsys, dynamics):
    noise = ["--noise", ".01"] if dynamics == "logit" else []
    code, out, _ = run(capsys, paper, "--json", "--dynamics", dynamics, *noise)
    assert code == 0
    for path in json.loads(out)["paths"]:
        assert path["end"]["firms"]["comply"] > 0.9


def test_sweeps_boundaries_and_reports_read_the_measures(paper):
    model = st.load(paper)
    swept = st.sweep(model, {"f": "0:2:5", "k": "0:1:3"}, ["ess", "ess_count", "settling_time"])
    assert swept["ess"].shape == (5, 3)
    found = st.boundary(model, measure="ess", parameter="f", over=(0.0, 2.0))
    assert float(found["at"].values.ravel()[0]) == pytest.approx(0.4, abs=1e-9)
    report = st.report(model)
    assert report.document["populations"]["sentences"][0].startswith("1 of 8 corners is")
    over = {"f": (0.0, 2.0), "k": (0.0, 1.0)}
    shares = st.sensitivity(model, over, "long_run.firms.comply", draws=64)
    assert float(shares["total"].sel(parameter="f").values.ravel()[0]) > 0


def test_the_template_is_a_three_party_paper_that_runs(tmp_path, capsys):
    file = tmp_path / "mine.toml"
    assert main(["new", "--kind", "game", str(file)]) == 0
    assert file.read_text() == game_template()
    assert len(game_template().splitlines()) < 100
    assert main(["check", str(file)]) == 0
    page = tmp_path / "mine.html"
    assert run(capsys, file, "-o", page)[0] == 0
    assert all(f'id="{name}-title"' in page.read_text() for name in ("cube", "over-time", "map"))


def test_long_run_and_settling_agree_with_paths():
    model = st.load("coordination").change({"better": [0.5, 1.5, 3.0]})
    found = st.measure(model, "long_run.first.left", "settling_time", "basin.left-left")
    np.testing.assert_allclose(found["long_run.first.left"], [0.0, 1.0, 1.0], atol=1e-6)
    assert (found["settling_time"] > 0).all()
    assert (np.diff(found["basin.left-left"]) > 0).all()
    for place, better in enumerate([0.5, 1.5, 3.0]):
        alone = st.measure(st.load("coordination").change({"better": better}), *found)
        assert alone["long_run.first.left"] == pytest.approx(found["long_run.first.left"][place])
        assert alone["basin.left-left"] == found["basin.left-left"][place]


def test_without_sympy_conditions_stay_and_one_line_says_what_is_missing(paper):
    script = (
        "import sys; sys.modules['sympy'] = None\n"
        "import strategic as st\n"
        f"found = st.evolve(st.load({str(paper)!r}))\n"
        "print(found.equations, found.document['missing'])\n"
        "print(found.document['rest_points'][0]['conditions'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    first, second = done.stdout.splitlines()
    assert first.startswith("[] equations as formulas need the optional package sympy; install")
    assert "k - f < 0" in second


def test_a_published_model_takes_no_time_to_speak_of(capsys):
    """The table, conditions, thresholds and stages of 24 parameters, in processor time."""
    import time

    began = time.process_time()
    code, out, _ = run(capsys, "air-pollution-2023", "--json")
    taken = time.process_time() - began
    document = json.loads(out)
    assert code == 0
    assert len(st.load("air-pollution-2023").family.parameters) == 24
    assert sum(e["kind"] == "corner" for e in document["rest_points"]) == 8
    assert len(document["stages"]) == 5
    assert taken < 6  # twice what is promised for the command alone, on a machine that is shared


def test_importing_the_package_loads_no_more_than_numpy():
    script = "import sys, strategic, strategic.reports; print('sympy' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"
    assert Path(st.__file__).name == "__init__.py"


def test_functions_and_poles_of_shares_are_written_as_formulas(capsys, tmp_path):
    file = tmp_path / "functions.toml"
    file.write_text(
        PAPER.replace("f * x - k", "max(x, k) - min(y, k) - sqrt(x) * exp(-z) * log(1 + z)")
    )
    code, out, err = run(capsys, file)
    assert (code, err) == (0, "")
    assert "max(k, x)" in out
    assert "min(k, y)" in out
    file.write_text(PAPER.replace("f * x - k", "f * x - k / (1 + z) + 0.1 / x"))
    assert run(capsys, file)[0] == 0


@pytest.mark.parametrize("horizon", ["0", "inf", "nan", "-1"])
def test_a_horizon_is_finite_and_above_0(capsys, paper, tmp_path, horizon):
    code, _, err = run(capsys, paper, "--horizon", horizon, "-o", tmp_path / "paper.xlsx")
    assert code == 2
    assert err.startswith("error: horizon: must be finite and above 0 (got")
    assert err.count("\n") == 1


def test_a_positive_eigenvalue_decides_though_another_is_zero():
    found = st.evolve(st.load("maritime-emissions-trading"), starts=1)
    sentences = " ".join(json.loads(found.json())["sentences"])
    assert "non-hyperbolic, unstable" in found.rest_points.verdict.tolist()
    assert "linearised dynamics do not decide" not in sentences


def test_conditions_that_only_tie_are_listed_beside_those_that_change_sign(tmp_path, capsys):
    file = tmp_path / "ties.toml"
    file.write_text(
        """
title = "A fine that is right"
kind = "game"
players = ["office", "firm"]
actions = [["look", "trust"], ["comply", "violate"]]
shares = ["x", "y"]
advantages = ["-(F - 2)**2", "F - 1"]
parameters = { F = { value = 3.0, bounds = [0.0, 9.0] } }
"""
    )
    code, out, _ = run(capsys, file, "--json")
    corners = {e["name"]: e for e in json.loads(out)["rest_points"] if e["kind"] == "corner"}
    assert code == 0
    assert corners["trust-comply"]["thresholds"] == {"F": [1.0]}
    assert corners["trust-comply"]["ties"] == {"F": [2.0]}
    code, _, _ = run(capsys, file, "-o", tmp_path / "ties.csv")
    assert code == 0
