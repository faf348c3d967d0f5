"""``strategic report MODEL --brief``: the verdict, one figure, what to do, what to watch."""

import re

import numpy as np
import pytest
from briefs import TITLES, check_brief

import strategic as st
from strategic.reports.figures._swept import looks
from strategic.reports.sweep_report import text_map


@pytest.mark.parametrize("slug", [m.slug for m in st.models() if m.kind != "relationship"])
def test_every_brief_says_what_its_report_says(slug):
    """Those of relationships stand beside the claims of their reports."""
    check_brief(st.report(st.load(slug)))


def test_the_document_of_a_brief(strategic):
    document = strategic("report", "ai-mier", "--brief", "--json").json
    assert list(document) == ["schema", "model", "brief", "verdict", "provenance", "references"]
    whole = strategic("report", "ai-mier", "--json").json
    assert document["verdict"] == whole["verdict"]
    assert document["provenance"] == whole["provenance"]
    brief = document["brief"]
    assert brief["verdict"] == whole["story"]
    assert brief["figure"] == "path"
    assert "".join(brief["lines"][1].split()) == whole["path"]["regimes"]
    together = strategic("report", "ai-mier", "capture", "--brief", "--json").json
    assert together["reports"][0]["brief"] == brief


def test_a_brief_in_every_format(strategic, failing, tmp_path):
    shown = strategic("report", "capture", "--brief").out
    headings = {
        "md": "## What to do",
        "tex": r"\subsection{What to do}",
        "html": '<h2 id="do">What to do</h2>',
        "txt": "What to do",
    }
    for ending, heading in headings.items():
        file = tmp_path / f"brief.{ending}"
        assert strategic("report", "capture", "--brief", "-o", file).code == 0
        text = file.read_text(encoding="utf8")
        assert heading in text
        assert "every functional form and number here is ours" in " ".join(text.split())
        assert st.load("capture").origin["sha256"] in text
        assert ("<svg" in text) == (ending == "html")
        assert ("RRR" in text) == (ending != "html")  # the map in letters where none is drawn
    assert "K capture  R restriction" in shown
    assert "a brief has no sliders" in failing(
        "report", "capture", "--brief", "--explore", "trust.government", "-o", tmp_path / "a.html"
    )


def test_briefs_side_by_side(strategic, tmp_path):
    file = tmp_path / "both.html"
    assert strategic("report", "ai-mier", "hawk-dove", "--brief", "-o", file).code == 0
    text = file.read_text(encoding="utf8")
    assert re.findall(r"<summary><h2[^>]*>([^<]*)", text) == TITLES
    assert "This model has no such section." in text
    assert "14 of 32" in text.split("At a glance")[1].split("</table>")[0]  # of the verdict


def test_the_map_in_letters_is_the_measured_one():
    model = st.load("capture")
    axes = {
        "government.performance_competition": np.linspace(0, 1, 5),
        "government.shelter_responsibility": np.linspace(0, 0.5, 3),
    }
    [found] = st.sweep(model, axes, "relationship_type").data_vars.values()
    lines = text_map(found, looks(found, "relationship"), place=(0.6, 0.1))
    assert lines[0] == "government.shelter_responsibility, upwards"
    letters = {"capture": "K", "restriction": "R", "cooperation": "C", "substitution": "S"}
    for line, shelter in zip(lines[1:4], (0.5, 0.25, 0), strict=True):
        label, row = line.split()
        assert float(label) == shelter
        for letter, competition in zip(row, np.linspace(0, 1, 5), strict=True):
            changes = dict(zip(axes, (float(competition), float(shelter)), strict=True))
            kind = st.measure(model.change(changes), "relationship_type")["relationship_type"]
            assert letter in ("*", letters[kind])
    assert lines[3].split()[1][2] == "*"
    assert lines[-1].endswith("* the model")


def test_the_brief_of_three_players_shows_all_slices(strategic):
    shown = strategic("report", "volunteers-dilemma", "--brief").out
    assert "(third: volunteer)" in shown
    assert "(third: wait)" in shown
    assert "marks a best reply" in shown
