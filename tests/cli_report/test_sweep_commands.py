"""sweep, boundary, sensitivity and plot as a user types them."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

from strategic.sweeps import open_sweep

PHI, LAM = "government.performance_competition", "government.shelter_responsibility"
PHASE_MAP = {
    "0": "CCCCKKKKKKKKKKKKKKKKKKKKKKKKKKK",
    "0.05": "CCCCKKKKKKKKKKKKKKKKKKKKKKKKKKK",
    "0.1": "CCCCKKKKKKKKKKKKKKKKKKKKKKKKKKK",
    "0.15": "CCCCKKKKKKKKKKKKKKKKKKKKKKKKKKK",
    "0.2": "CCCCKKKKKKKKKKKKKKKKKKKKKKKKKKK",
    "0.25": "CCRRRRRRKKKKKKKKKKKKKKKKKKKKKKK",
    "0.3": "RRRRRRRRRRRRRRRKKKKKKKKKKKKKKKK",
    "0.35": "RRRRRRRRRRRRRRRRRSSSSSSSSSSSSSS",
    "0.4": "RRRRRRRRRRRRRRRRRSSSSSSSSSSSSSS",
    "0.45": "RRRRRRRRRRRRRRRRRSSSSSSSSSSSSSS",
    "0.5": "RRRRRRRRRRRRRRRRRSSSSSSSSSSSSSS",
}
"""Type of the defaults, phi from 0 to 1 to the right; K is capture."""


@pytest.fixture
def defaults(tmp_path):
    """A model file that changes nothing."""
    file = tmp_path / "defaults.toml"
    file.write_text('title = "Defaults"\n')
    return file


@pytest.fixture
def over():
    return ["--over", f"{PHI}=0:1:31", "--over", f"{LAM}=0:.5:11"]


def test_the_phase_map_of_the_defaults(strategic, defaults, over):
    run = strategic("sweep", defaults, *over, "--measure", "relationship_type")
    assert run.code == 0
    rows = dict(line.split() for line in run.out.splitlines() if line.strip()[:1] in "0123456789"
                and len(line.split()) == 2)  # fmt: skip
    assert rows == PHASE_MAP
    assert next(iter(rows)) == "0.5"
    assert "C cooperation  K capture  R restriction  S substitution" in run.out
    assert run.err == ""  # the bar of progress is for terminals


def test_a_sweep_as_json(strategic, defaults):
    run = strategic(
        "sweep", defaults, "--over", "relation.discount=.5,.9", "--measure",
        "relationship_type,critical_discount", "--json",
    )  # fmt: skip
    found = run.json
    assert (found["schema"], found["points"]) == (1, 2)
    assert found["axes"] == {"relation.discount": [0.5, 0.9]}
    assert found["values"]["relationship_type"] == ["cooperation", "cooperation"]
    assert found["values"]["critical_discount"] == ["inf", "inf"]
    assert found["provenance"]["base_parameters"]["relation.payment"] == 0.15


@pytest.mark.parametrize("ending", ["zarr", "nc", "csv"])
def test_a_sweep_is_written_and_drawn(strategic, tmp_path, defaults, over, ending):
    out = tmp_path / f"map.{ending}"
    words = ["sweep", defaults, *over, "--measure", "relationship_type,surplus", "-o", out]
    assert strategic(*words, "--json").json["out"] == str(out)
    starts = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}
    for kind, start in starts.items():
        figure = tmp_path / f"map.{kind}"
        assert strategic("plot", out, "-o", figure).code == 0
        assert figure.read_bytes().startswith(start)
    drawn = (tmp_path / "map.svg").read_text()
    for word in ("restriction", "substitution", "capture", "cooperation"):
        assert word in drawn
    line = strategic("plot", out, "--measure", "surplus", "--at", f"{LAM}=.21", "-o", figure)
    assert line.code == 0
    assert f"{LAM} held at 0.2 (nearest)" in line.err


def test_an_existing_store_needs_resume(strategic, tmp_path, defaults, over):
    words = ["sweep", defaults, *over, "--measure", "surplus", "-o", tmp_path / "out.zarr"]
    assert strategic(*words).code == 0
    again = strategic(*words)
    assert again.code == 2
    assert again.err.count("error: ") == 1
    assert "out.zarr: exists already" in again.err
    assert strategic(*words, "--resume").code == 0
    other = strategic(*words, "--resume", "--set", "relation.penalty=.3")
    assert other.code == 2
    assert "relation.penalty: the store was made with 0.2 (got 0.3)" in other.err


def test_rows_that_break_a_rule_are_named_and_the_rest_measured(strategic, tmp_path, defaults):
    points = tmp_path / "points.csv"
    points.write_text("name,relation.alignment\na,.5\nb,3\n")
    run = strategic("sweep", defaults, "--points", points, "--measure", "surplus", "--json")
    assert run.code == 3
    assert "not measured: row 2, relation.alignment: must be at least -1" in run.err
    assert run.json["values"]["surplus"][1] is None
    assert run.json["columns"]["name"] == ["a", "b"]


def test_points_that_break_a_joint_rule_are_named_and_the_rest_measured(strategic):
    axes = ["--over", "relation.organisations=1:4:31", "--over",
            "relation.contest_exponent=1.6:3:15"]  # fmt: skip
    for words in (axes, axes[2:] + axes[:2], [*axes, "--block", 40]):
        run = strategic("sweep", "ai-mier", *words, "--measure", "contest_effort", "--json")
        assert run.code == 3
        assert run.json["measures"]["status"]["counts"] == {"ok": 141, "invalid": 324}
        assert run.json["measures"]["contest_effort"]["undefined"] == 324
        assert "must be at most n/(n-1), n = relation.organisations (got " in run.err
        assert run.err.count("not measured") == 2


def test_what_is_plotted_of_a_table_is_its_measure(strategic, tmp_path):
    table, out = tmp_path / "points.csv", tmp_path / "out.csv"
    table.write_text("relation.alignment,year\n.9,2001\n.1,2002\n.5,2003\n")
    words = ["sweep", "ai-mier", "--points", table, "--measure", "surplus", "-o", out]
    assert strategic(*words).code == 0
    assert strategic("plot", out, "-o", tmp_path / "out.svg").code == 0
    drawn = (tmp_path / "out.svg").read_text()
    assert "surplus" in drawn
    assert "alignment" not in drawn


def test_damaged_and_unfinished_stores_are_said_in_plots(strategic, tmp_path, defaults, over):
    out, figure = tmp_path / "out.zarr", tmp_path / "out.svg"
    words = ["sweep", defaults, *over, "--measure", "surplus", "-o", out, "--block", 100]
    assert strategic(*words).code == 0
    chunk, *_, last = sorted(f for f in (out / "surplus" / "c").rglob("*") if f.is_file())
    last.unlink()
    unfinished = strategic("plot", out, "-o", figure)
    assert unfinished.code == 0
    assert (
        "unfinished: 1 of 4 blocks are missing; strategic sweep --resume makes them"
        in unfinished.err
    )
    chunk.write_bytes(chunk.read_bytes()[:-4])
    run = strategic("plot", out, "-o", figure)
    assert run.code == 2
    [line] = [line for line in run.err.splitlines() if line.startswith("error: ")]
    assert "out.zarr: a block of 'surplus' is damaged" in line
    assert strategic(*words, "--resume").code == 0
    assert strategic("plot", out, "-o", figure).err.splitlines() == [f"wrote {figure}"]


def test_axes_without_order_or_end_are_drawn_or_refused(strategic, tmp_path, defaults):
    out, figure = tmp_path / "out.zarr", tmp_path / "out.svg"
    mixed = ["--over", f"{PHI}=.5,0,1,.2", "--over", f"{LAM}=0:.5:11"]
    run = strategic("sweep", defaults, *mixed, "--measure", "relationship_type", "-o", out)
    assert "0 to 1, not in order" in run.out
    assert strategic("plot", out, "-o", figure).code == 0
    held = strategic("plot", out, "-o", figure, "--at", f"{PHI}=.19")
    assert f"{PHI} held at 0.2 (nearest)" in held.err
    endless = ["--over", "relation.substitution=-inf,0,1", "--over", f"{LAM}=0:.5:11"]
    out = tmp_path / "endless.zarr"
    assert strategic("sweep", defaults, *endless, "--measure", "surplus", "-o", out).code == 0
    refused = strategic("plot", out, "-o", figure)
    assert refused.code == 2
    assert "relation.substitution: an axis of a figure must be finite (got -inf)" in refused.err
    held = strategic("plot", out, "-o", figure, "--at", "relation.substitution=-inf")
    assert held.code == 0
    assert "relation.substitution held at -inf\n" in held.err


def test_a_boundary_as_json(strategic, defaults):
    run = strategic(
        "boundary", defaults, "--over", f"{PHI}=0:1", "--measure", "relationship_type", "--json"
    )
    found = run.json
    assert [change["after"] for change in found["changes"]] == ["capture"]
    assert found["changes"][0]["at"] == pytest.approx(0.1003, abs=5e-5)
    assert (found["scan"], found["resolution"]) == (257, 1 / 256)
    words = ["boundary", defaults, "--over", f"{PHI}=0:1", "--measure", "relationship_type"]
    grid = strategic(*words, "--grid", f"{LAM}=0:.5:3", "--json").json
    assert [point["at"][LAM] for point in grid["points"]] == [0, 0.25, 0.5]
    assert [len(point["changes"]) for point in grid["points"]] == [1, 2, 1]
    text = strategic(*words, "--scan", 11).out
    assert "cooperation [0.100" in text
    assert "closer together than 0.1 may both be missed" in " ".join(text.split())


def test_the_smallest_changes_that_flip_the_outcome(strategic, defaults):
    found = strategic("boundary", defaults, "--measure", "relationship_type", "--json").json
    assert found["before"] == "cooperation"
    flips = [lever for lever in found["levers"] if lever["after"]]
    changes = [lever["relative"] for lever in flips]
    assert changes == sorted(changes)
    assert {lever["name"] for lever in found["levers"] if not lever["after"]} >= {
        "relation.penalty"
    }
    text = strategic("boundary", defaults, "--measure", "relationship_type").out
    assert flips[0]["name"] in text
    assert "Smallest change that flips the outcome" in text
    assert "relationship_type is cooperation." in text


def test_sensitivity_as_json_and_as_a_figure(strategic, tmp_path, defaults):
    words = ["sensitivity", defaults, "--measure", "surplus", "--over", "relation.alignment=0:1"]
    words += ["--over", "relation.payment=0:.3", "--draws", 256]
    found = strategic(*words, "--json", "-o", tmp_path / "tornado.svg").json
    [output] = found["outputs"]
    assert output["name"] == "surplus"
    assert output["parameters"][0]["name"] == "relation.alignment"
    assert (tmp_path / "tornado.svg").read_text().count("relation.alignment") == 1
    assert "one at a time" in strategic(*words).out.lower()
    label = strategic(*words[:3], "relationship_type", *words[4:], "--json")
    assert np.isclose(sum(o["mean"] for o in label.json["outputs"]), 1)
    assert json.loads(label.out)["base"] == "cooperation"


def test_the_surplus_does_not_depend_on_the_payment(strategic):
    words = ["sensitivity", "ai-mier", "--measure", "surplus", "--over",
             "relation.payment=0.01:0.5", "--over", "trust.ignored=0:1"]  # fmt: skip
    [output] = strategic(*words, "--json").json["outputs"]
    assert output["constant"]
    assert output["variance"] == 0
    assert [row["total"] for row in output["parameters"]] == [None, None]
    text = " ".join(strategic(*words).out.split())
    assert "surplus is constant over these ranges (0.656848)" in text
    assert "nan" not in text


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["sweep", "MODEL", "--measure", "surplus"], "over: nothing to vary"),
        (["sweep", "MODEL", "--over", "x=1", "--measure", "surplus"], "x: no such parameter"),
        (["sweep", "MODEL", "--over", "x", "--measure", "surplus"], "must read NAME=VALUES"),
        (
            ["boundary", "MODEL", "--measure", "relationship_typ"],
            "did you mean 'relationship_type'",
        ),
        (["boundary", "MODEL", "--measure", "surplus", "--grid", "x=1"], "--grid needs --over"),
        (
            ["boundary", "MODEL", "--measure", "surplus", "--level", "nan"],
            "level: must be a number",
        ),
        (["plot", "nothing.zarr", "-o", "x.png"], "nothing.zarr: no such file"),
        (["sensitivity", "MODEL", "--measure", "surplus", "--over", "relation.penalty=1"], "LO:HI"),
    ],
)
def test_what_does_not_fit_is_one_line(strategic, defaults, words, text):
    run = strategic(*[defaults if word == "MODEL" else word for word in words])
    assert run.code == 2
    assert run.out == ""
    assert run.err.startswith("error: ")
    assert run.err.count("\n") == 1
    assert text in run.err


def test_figures_that_cannot_be_drawn_say_why(strategic, tmp_path, defaults):
    out = tmp_path / "cube.zarr"
    axes = [f"--over={name}=0:1:9" for name in (PHI, LAM, "relation.penalty")]
    assert strategic("sweep", defaults, *axes, "--measure", "surplus", "-o", out).code == 0
    run = strategic("plot", out, "-o", tmp_path / "x.png")
    assert (run.code, "--at NAME=VALUE" in run.err) == (2, True)
    assert "did you mean" in strategic("plot", out, "--at", "relation.penalt=1", "-o", "x.png").err
    assert (
        ".png, .svg, .pdf"
        in strategic("plot", out, "--at", "relation.penalty=1", "-o", tmp_path / "x.gif").err
    )
    assert not list(tmp_path.glob("x.*"))


def stored(path):
    files = (file for file in path.rglob("*") if file.is_file())
    return {str(file.relative_to(path)): file.read_bytes() for file in files}


def test_parts_are_merged_and_stores_grow_and_are_replaced(strategic, tmp_path, defaults):
    out, once, parts = tmp_path / "out.zarr", tmp_path / "once.zarr", []
    words = ["sweep", defaults, "--over", f"{LAM}=0:.5:6", "--measure", "surplus"]
    for number, values in enumerate(("0:.3:4", ".7:1:4", ".4:.6:3")):
        parts.append(tmp_path / f"part-{number}.zarr")
        made = strategic(*words, "--over", f"{PHI}={values}", "-o", parts[-1])
        assert made.err == f"wrote {parts[-1]}\n"
        assert "wrote" not in made.out
    swept = [*words, "--over", f"{PHI}=0:1:11"]
    assert strategic(*swept, "-o", once).code == 0
    whole = stored(once)
    done = strategic("merge", *parts, "-o", out)
    assert (done.code, done.err) == (0, f"wrote {out}\n")
    assert "66 points" in done.out
    assert stored(out) == whole
    again = strategic("merge", *parts, "-o", out)
    assert (again.code, again.out, again.err.count("\n")) == (2, "", 1)
    words = ["merge", *parts[:2], "-o", out, "--over", f"{PHI}=0:1:11", "--force", "--json"]
    assert strategic(*words).code == 2
    some = strategic(*words, "--gaps")
    assert some.code == 3
    assert some.json["measures"]["status"]["counts"] == {"ok": 48, "missing": 18}
    assert "18 points are in no part; strategic sweep ... --grow computes them" in some.err
    drawn = strategic("plot", out, "-o", tmp_path / "map.png")
    assert "unfinished: 18 points are missing; strategic sweep --grow makes them" in drawn.err
    grow = ["sweep", defaults, "--over", f"{PHI}=0:1:11", "-o", out]
    grown = strategic(*grow, "--grow")
    assert (grown.code, grown.err) == (0, f"wrote {out}\n")
    assert stored(out) == whole
    more = strategic("sweep", defaults, "-o", out, "--grow", "--measure", "relationship_type")
    assert more.code == 0
    assert list(open_sweep(out).data_vars) == ["surplus", "relationship_type"]
    refused = strategic(*swept, "-o", out)
    assert (
        "exists already; continue it with --resume, extend it with --grow, replace" in refused.err
    )
    assert strategic(*swept, "-o", out, "--force").code == 0
    assert stored(out) == whole


def test_a_sweep_is_converted_to_every_kind_of_file_and_back(strategic, tmp_path, defaults, over):
    first, words = tmp_path / "map.zarr", ["--measure", "relationship_type,surplus"]
    assert strategic("sweep", defaults, *over, *words, "-o", first).code == 0
    now = first
    for ending in ("nc", "xlsx", "parquet", "csv"):
        after = tmp_path / f"map.{ending}"
        done = strategic("convert", now, after)
        assert (done.code, done.out) == (0, f"{after}: 341 points\n")
        now = after if ending != "csv" else now
    assert strategic("convert", now, tmp_path / "last.zarr").code == 0
    assert stored(tmp_path / "last.zarr") == stored(first)
    again = strategic("convert", now, first)
    assert (again.code, again.err.count("\n")) == (2, 1)
    assert "map.zarr: exists already; replace it with --force" in again.err
    assert strategic("convert", now, first, "--force").code == 0
    assert stored(tmp_path / "last.zarr") == stored(first)
    assert strategic("convert", tmp_path / "map.csv", tmp_path / "rows.zarr").code == 0
    for same in (now, first):
        refused = strategic("convert", same, same, "--force")
        assert "is the input, which it would replace" in refused.err
    next(file for file in (first / "surplus" / "c").rglob("*") if file.is_file()).unlink()
    part = strategic("convert", first, tmp_path / "part.parquet")
    assert "map.zarr: unfinished: 1 of " in part.err
    assert strategic("plot", now, "-o", tmp_path / "map.svg").code == 0


def test_the_shell_completes_measures_and_selections():
    line = {"_STRATEGIC_COMPLETE": "complete_bash", "COMP_CWORD": "4"}
    for typed, expected in (("payoff.f", ["payoff.first"]), ("regret@b", ["regret@best-welfare"])):
        line["COMP_WORDS"] = f"strategic boundary stag-hunt --measure {typed}"
        done = subprocess.run(
            [sys.executable, "-m", "strategic"],
            env=os.environ | line,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stdout.split() == expected
