"""Every name that is registered anywhere is explained, and what is said of it can be shown."""

import io
import json
import shlex
from contextlib import redirect_stderr, redirect_stdout

import pytest

from strategic.catalogue.entries import files, sources
from strategic.catalogue.explaining import by_name, explained
from strategic.cli import main
from strategic.equilibria import METHODS
from strategic.equilibria.concepts.choice import RULES
from strategic.errors import UsageError
from strategic.estimation import WAYS
from strategic.evolution import DYNAMICS
from strategic.families.relationship import RELATIONSHIP
from strategic.families.tripartite import TRIPARTITE
from strategic.latex import plain
from strategic.repeated import strategy_names

ENTRIES = [make() for makes in by_name().values() for make in makes]


def run(*arguments):
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main(list(arguments))
    return code, out.getvalue(), err.getvalue()


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("measure", [*RELATIONSHIP.measures, *TRIPARTITE.measures]),
        ("parameter", [*RELATIONSHIP.parameters, *TRIPARTITE.parameters]),
        ("mechanism", [*RELATIONSHIP.mechanisms, *TRIPARTITE.mechanisms]),
        ("method", METHODS),
        ("way of play", [*WAYS, "trust"]),
        ("rule of choice", RULES),
        ("dynamic", DYNAMICS),
        ("strategy", strategy_names()),
        ("model", files()),
        ("statement", [one.id for one in sources().values() if not one.says]),
        ("proposition", [one.id for one in sources().values() if one.source == "model"]),
    ],
)
def test_every_registered_name_is_explained(kind, names):
    for name in names:
        assert kind in [one.kind for one in explained(name)], name


def test_every_entry_says_something_that_can_be_shown():
    for one in ENTRIES:
        assert one.meaning, one.name
        assert plain(one.formula).count("\\") == 0
        for reference in one.references:
            assert reference[0].isupper() or reference.startswith("von "), reference
            assert reference.endswith("."), reference


def test_examples_are_commands_that_run():
    """One of every kind, and every method."""
    chosen = {}
    for one in ENTRIES:
        for example in one.examples:
            chosen[one.name if one.kind == "method" else (one.kind, one.family)] = example
    assert len(chosen) > len(METHODS) + 6
    for example in chosen.values():
        code, _, err = run(*shlex.split(example)[1:])
        assert code == 0, f"{example}: {err}"


def test_the_terminal_and_json_say_the_same():
    code, text, _ = run("explain", "incident_limit_government", "K11", "lemke_howson")
    assert code == 0
    assert "h_i^max = 1 if g_i ≤ 0; 0 if D_i ≤ 0; max(0, 1 - g_i/(δ_i (m D_i + g_i)))" in text
    assert "letters: g_i: gain from breaking cooperation once; D_i: " in " ".join(text.split())
    assert "Lemke, C. E. and Howson, J. T. (1964)." in text
    code, written, _ = run("explain", "incident_limit_government", "--json")
    (entry,) = json.loads(written)["explained"]
    assert code == 0
    assert entry["formula"].startswith(r"h^{\max}_i")
    assert entry["statements"][0]["id"] == "K5"


def test_a_dated_name_and_one_that_goes_on_are_found():
    assert explained("regime_at@2014Q3")[0].name == "regime_at"
    assert explained("stable.anything")[0].name == "stable.CORNER"


def test_an_unknown_name_is_one_line_with_the_nearest():
    with pytest.raises(UsageError, match=r"did you mean 'incident_limit'"):
        explained("incident_limits")


@pytest.mark.parametrize("wrong", [r"\frac{a}", "{a", "a}", r"\unheard{a}", "x^"])
def test_formulas_that_cannot_be_shown_are_errors(wrong):
    with pytest.raises(ValueError, match=r"."):
        plain(wrong)


def test_a_parameter_is_found_without_the_part_of_the_file_it_stands_in():
    assert {one.name for one in explained("alignment")} == {"relation.alignment"}
    found = [one.name for one in explained("technology") if one.family == "relationship"]
    assert found == ["government.technology", "organisation.technology"]
    with pytest.raises(UsageError, match=r"did you mean 'relation\.alignment'"):
        explained("relation.alignmnt")
