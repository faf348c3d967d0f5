"""One registration per thing: a dummy of each kind is added in one place and found everywhere."""

import importlib
import inspect
import io
import sys
import types
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from typing import get_type_hints

import numpy as np
import pytest

import strategic as st
from strategic.cli import app, main
from strategic.cli import estimate as estimate_command
from strategic.cli import solve as solve_command
from strategic.equilibria import METHODS, Equilibria, Method, MethodOption, MethodRecord
from strategic.equilibria.methods import methods_table
from strategic.errors import MethodError
from strategic.estimation import WAYS
from strategic.families.relationship import RELATIONSHIP
from strategic.games import GameTable
from strategic.games.io.table import HeldGames
from strategic.games.io.tables import kinds as tables
from strategic.games.io.tables.kinds import Kind
from strategic.markup import Table
from strategic.modelling import Measure, Mechanism, Parameter, kinds, registry
from strategic.reports import Block, Section
from strategic.reports.sections import reporting_of


def run(*arguments):
    """Run a command and return its exit code, output and messages."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main([str(argument) for argument in arguments])
    return code, out.getvalue(), err.getvalue()


@dataclass(frozen=True)
class FirstActions(Method):
    """Everybody plays the first action."""

    shift: int = 0

    def solve(self, games, *, workers=None):
        del workers
        strategies = [np.eye(n)[[self.shift % n]] for n in games.shape]
        return Equilibria.verified(
            games, strategies, game=np.zeros(1, dtype=int), status=np.asarray(4), method="firsts"
        )


@pytest.fixture
def method(monkeypatch):
    record = MethodRecord(
        "firsts",
        "What if everybody plays the first action?",
        "any game",
        "one profile",
        f"{__name__}:FirstActions",
        (MethodOption("shift", int, 0, "Play the next action.", "K"),),
    )
    monkeypatch.setitem(METHODS, "firsts", record)
    importlib.reload(solve_command)  # its flags are made from the records
    yield record
    monkeypatch.undo()
    importlib.reload(solve_command)


def test_a_method_is_found_everywhere(method):
    dilemma = "3,0;5,1 / 3,5;0,1"
    assert any("firsts" in row[0] for row in methods_table().rows)
    assert method.question in run("solve", "--list-methods")[1]
    assert "--shift" in run("solve", "--help")[1]
    row, column = [[3, 0], [5, 1]], [[3, 5], [0, 1]]
    assert st.solve(row, column, method="firsts").row.tolist() == [[1, 0]]
    assert st.solve(row, column, method="firsts", shift=1).row.tolist() == [[0, 1]]
    code, out, _ = run("solve", dilemma, "--method", "firsts", "--shift", 1)
    assert code == 0
    assert "1 equilibrium" in out
    with pytest.raises(MethodError, match="did you mean 'firsts'"):
        st.solve(row, column, method="first")
    assert "did you mean 'firsts'" in run("solve", dilemma, "--method", "first")[2]
    completed = inspect.signature(solve_command.solve).parameters["method"]
    (option,) = completed.annotation.__metadata__
    assert ("firsts", method.question) in option.autocompletion()


def open_lines(path, names=None):
    """Read a row player's and a column player's payoff per line, of games without a choice."""
    del names
    row, column = np.loadtxt(path, ndmin=2).T.reshape(2, -1, 1, 1)
    return GameTable(path, (1, 1), len(row), HeldGames(st.Game.from_payoffs(row, column)))


def test_a_kind_of_file_is_found_everywhere(monkeypatch, tmp_path):
    kind = Kind("lines of numbers", "two numbers a line", f"{__name__}:open_lines", (".lines",))
    monkeypatch.setattr(tables, "KINDS", [kind, *tables.KINDS])
    path = tmp_path / "games.lines"
    path.write_text("1 2\n3 4\n")
    assert st.games.open_games(path).read().row.ravel().tolist() == [1, 3]
    code, out, err = run("batch", path, "-o", tmp_path / "out.csv", "--workers", 1)
    assert (code, err.count("error")) == (0, 0), err
    assert "2 equilibria of 2 games" in out
    assert run("convert", path, tmp_path / "out.npz")[0] == 0
    assert ".lines" in tables.file_endings()
    (tmp_path / "games.odd").write_bytes(b"\x00\x01")
    assert ".lines" in run("batch", tmp_path / "games.odd", "-o", tmp_path / "no.csv")[2]


def test_a_way_of_play_is_found_everywhere(monkeypatch):
    way = replace(WAYS["logit"], name="dummies", meaning="Everybody is a dummy",
                  options={"depth": "how dumb"})  # fmt: skip
    monkeypatch.setitem(WAYS, "dummies", way)
    assert "Everybody is a dummy" in run("estimate", "--list-plays")[1]
    assert "dummies: --option depth=...: how dumb" in run("recover", "--list-plays")[1]
    assert "did you mean 'dummies'" in run("recover", "inspection", "--play", "dummie")[2]
    annotated = get_type_hints(estimate_command.estimate, include_extras=True)["play"]
    (option,) = annotated.__metadata__
    assert option.autocompletion("dum") == ["dummies"]
    counts = {"player": ["inspector"], "action": ["inspect"], "count": [3]}
    found = st.estimate(st.load("inspection"), counts, play="dummies")
    assert found.document()["play"] == "dummies"
    with pytest.raises(MethodError, match="did you mean 'depth'"):
        st.estimate(st.load("inspection"), counts, play="dummies", dept=3)


@pytest.fixture
def family(monkeypatch):
    """A family with one more parameter, measure, mechanism and section, under a kind of its own."""
    section = Section(
        "dummy_section",
        lambda model, _seed: {"twice": 2 * float(model.points["dummy.size"])},
        lambda data, _model: Block(
            "dummy",
            "A dummy section",
            ["Dummy says so."],
            [Table(["", "v"], [["twice", str(data)]])],
        ),
        references=("Dummy, D. (2001). On dummies.",),
    )
    reporting = reporting_of(RELATIONSHIP)
    made = replace(
        RELATIONSHIP,
        name="dummy",
        title="A dummy family",
        parameters={
            **RELATIONSHIP.parameters,
            "dummy.size": Parameter("dummy.size", 1.0, "Size of the dummy.", lower=0.0),
        },
        measures={
            **RELATIONSHIP.measures,
            "dummy_size": Measure(
                "dummy_size", lambda points: points["dummy.size"], "How large the dummy is."
            ),
        },
        mechanisms={
            **RELATIONSHIP.mechanisms,
            "inflate": Mechanism(
                "inflate",
                lambda points, e: {"dummy.size": points["dummy.size"] + np.asarray(e)},
                "Inflates the dummy.",
            ),
        },
        reporting=replace(reporting, sections=(section, *reporting.sections)),
        home="",
    )
    holder = types.ModuleType("dummy_family_of_the_tests")
    holder.FAMILY = made
    monkeypatch.setitem(sys.modules, holder.__name__, holder)
    monkeypatch.setitem(registry.FAMILIES, "dummy", f"{holder.__name__}:FAMILY")
    return made


MODEL = """\
title = "A dummy"
kind = "dummy"
[dummy]
size = 3
[[claims]]
id = "inflating-helps"
says = "Inflating makes it larger"
measure = "dummy_size"
increases_with = "mechanism.inflate"
"""


@pytest.fixture
def file(family, tmp_path):
    written = tmp_path / f"{family.name}.toml"
    written.write_text(MODEL)
    return written


def test_a_family_is_found_everywhere(file, tmp_path):
    assert "dummy" in kinds()
    assert st.load(file).family.title == "A dummy family"
    assert '"const": "dummy"' in run("schema")[1]
    assert run("new", tmp_path / "new.toml", "--kind", "dummy")[0] == 0
    assert run("report", tmp_path / "new.toml", "--json")[0] == 0
    (tmp_path / "typo.toml").write_text('title = "x"\nkind = "dumy"\n')
    assert "did you mean 'dummy'" in run("report", tmp_path / "typo.toml")[2]


def test_a_parameter_is_found_everywhere(file):
    assert "dummy.size" in run("parameters", file)[1]
    assert "# size = 1" in run("new", "-", "--kind", "dummy")[1]
    assert "Size of the dummy." in run("schema", "--kind", "dummy")[1]
    assert "must be at least 0" in run("report", file, "--set", "dummy.size=-1")[2]
    assert "dummy.size" in run("report", file, "--json")[1]


def test_a_measure_is_found_everywhere(file):
    assert "How large the dummy is." in run("measures", file)[1]
    assert st.measure(st.load(file), "dummy_size") == {"dummy_size": 3.0}
    swept = st.sweep(st.load(file), {"dummy.size": "0:2:3"}, "dummy_size")
    assert swept["dummy_size"].values.tolist() == [0, 1, 2]
    assert st.boundary(st.load(file), "dummy.size", "dummy_size", level=1.5)["count"] == 1
    code, out, _ = run("check", file)
    assert code == 0
    assert "1 of 1 claims hold" in out


def test_a_mechanism_is_found_everywhere(file):
    assert "Inflates the dummy." in run("mechanisms", file)[1]
    assert "dummy_size" in run("compare", file, "--mechanism", "inflate")[1]
    assert "inflate" in run("report", file)[1]
    assert '"inflate"' in run("schema", "--kind", "dummy")[1]
    assert (
        "mechanism.inflate" in run("boundary", file, "--measure", "dummy_size", "--level", 3.5)[1]
    )


def test_a_section_is_found_in_every_format(file, tmp_path):
    assert '"dummy_section": {"twice": 6.0}' in run("report", file, "--json")[1]
    assert "Dummy says so." in run("report", file)[1]
    for ending in ("txt", "html", "md", "tex"):
        out = tmp_path / f"report.{ending}"
        assert run("report", file, "-o", out)[0] == 0
        assert "Dummy says so." in out.read_text()
        assert ("On dummies" in out.read_text()) == (ending != "txt")


def test_a_command_is_found_everywhere(monkeypatch):
    module = types.ModuleType("strategic.cli.greet")

    def greet() -> None:
        """Greet the world."""
        from strategic.cli import output

        output.echo("hello")

    module.greet = greet
    monkeypatch.setitem(sys.modules, "strategic.cli.greet", module)
    monkeypatch.setitem(app.COMMANDS, "Dummies", ("greet",))
    assert run("greet") == (0, "hello\n", "")
    shown = run("--help")[1]
    assert "Dummies" in shown
    assert "Greet the world." in shown
    assert "did you mean 'greet'" in run("gret")[2]
