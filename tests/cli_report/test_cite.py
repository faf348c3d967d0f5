"""``strategic cite``, as a user types it, and the references that results carry."""

import io
import json
import re
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

import strategic as st
from strategic.cli import main

ROOT = Path(__file__).resolve().parents[2]
DILEMMA = "3,0;5,1 / 3,5;0,1"


def run(*arguments):
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main([str(one) for one in arguments])
    return code, out.getvalue(), err.getvalue()


def test_without_a_name_it_cites_the_package():
    code, out, _ = run("cite")
    assert code == 0
    assert out.startswith("The strategic authors (")


def test_papers_of_methods_and_measures_as_text_bibtex_and_json():
    assert "Equilibrium points of bimatrix games" in run("cite", "lemke_howson")[1]
    assert "Noncooperative collusion" in run("cite", "incident_limit")[1]
    entry = run("cite", "Nash1951", "--bibtex")[1]
    assert re.search(r"@article\{Nash1951,\n  author = \{Nash, J\. F\.\},", entry)
    found = json.loads(run("cite", "logit", "--json")[1])["references"]
    assert [one["key"] for one in found][:3] == ["strategic", "McKelveyPalfrey1995", "Turocy2005"]
    assert found[1]["link"] == "https://doi.org/10.1006/game.1995.1023"


def test_a_result_in_a_file_is_cited_by_the_keys_it_carries(tmp_path):
    held = json.loads(run("solve", DILEMMA, "--json", "--method", "lemke_howson")[1])
    assert held["references"] == ["strategic", "LemkeHowson1964", "VonStengel2002"]
    file = tmp_path / "found.json"
    file.write_text(json.dumps(held))
    assert "Howson, J. T. (1964)" in " ".join(run("cite", file)[1].split())


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"references": 3}'])
def test_a_file_without_references_is_one_line_of_error(tmp_path, text):
    file = tmp_path / "other.json"
    file.write_text(text)
    code, _, err = run("cite", file)
    assert code == 2
    assert err.count("\n") == 1
    assert "key 'references'" in err


def test_a_name_that_nothing_has_is_one_line_of_error():
    code, _, err = run("cite", "incident_limits")
    assert code == 2
    assert err.count("\n") == 1
    assert "did you mean 'incident_limit'" in err


def test_reports_carry_their_references_in_every_format(tmp_path):
    held = json.loads(run("report", "coordination", "--json")[1])
    assert held["references"][0] == "strategic"
    for ending in ("html", "md", "tex"):
        file = tmp_path / f"report.{ending}"
        assert run("report", "coordination", "-o", file)[0] == 0
        assert "Evolutionary Games and Population Dynamics" in file.read_text(encoding="utf8")


def test_the_citation_file_says_the_version_of_the_changelog():
    cited = re.search(r"^version: (.+)$", (ROOT / "CITATION.cff").read_text(), re.MULTILINE)
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert cited[1] == newest[1] == st.__version__


def test_the_citation_file_has_what_its_schema_asks_for():
    lines = (ROOT / "CITATION.cff").read_text(encoding="utf8").splitlines()
    keys = {line.partition(":")[0] for line in lines if re.match(r"[a-z]", line)}
    assert {"cff-version", "message", "title", "authors"} <= keys
    known = {"type", "version", "date-released", "license", "keywords", "abstract", "doi", "url"}
    assert keys <= known | {"cff-version", "message", "title", "authors", "repository-code"}
    assert "cff-version: 1.2.0" in lines
    assert any(re.fullmatch(r"date-released: \d{4}-\d{2}-\d{2}", line) for line in lines)
