"""The registry of methods: one record each, and everything that lists methods agrees with it."""

import dataclasses
import inspect
import math
import re
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from _ext.made import escaped
from _ext.names import name_pages

import strategic as st
from strategic.cli.method_flags import with_flags_of_methods
from strategic.equilibria import METHODS, Equilibria, Method, Solution, method_of
from strategic.equilibria.method_records import MethodOption, MethodRecord
from strategic.equilibria.methods import methods_table
from strategic.errors import MethodError, StrategicError
from strategic.status import Status

DOCS = Path(__file__).resolve().parents[2] / "docs"
GAMES = {
    "dominance": ([[3, 0], [5, 1]], [[3, 5], [0, 1]]),
    "zero_sum": ([[1, -1], [-1, 1]], [[-1, 1], [1, -1]]),
}
CHICKEN = ([[6, 2], [7, 0]], [[6, 7], [2, 0]])
ONE_GAME = ("logit_path",)


@pytest.mark.parametrize("record", METHODS.values(), ids=lambda record: record.name)
def test_options_of_a_record_are_the_fields_of_the_class(record):
    made = record.load()
    assert issubclass(made, Method)
    assert made.__dataclass_params__.frozen
    fields = [(f.name, f.default) for f in dataclasses.fields(made) if f.init]
    assert [(option.name, option.default) for option in record.options] == fields
    assert method_of(record.name) == made() or record.name == "logit"


@pytest.mark.parametrize("method", METHODS)
def test_every_method_solves_and_shows_its_solution(method):
    game = GAMES.get(method, CHICKEN)
    found = st.solve(*game, method=method)
    assert isinstance(found, Solution)
    assert not Status(int(found.status)).failed
    assert found.method == method.replace("howson_all", "howson")
    assert found.games.shape == (2, 2)
    assert len(found.to_pandas().columns) > 1
    assert repr(found).startswith(f"<{type(found).__name__}: ")
    assert found._repr_html_().startswith("<table>")
    assert found.to_markdown().startswith("|")
    document = found.document()
    assert list(document)[:3] == ["game", "method", "status"]
    assert all(isinstance(line, str) for line in found.lines())


@pytest.mark.parametrize("method", METHODS)
def test_a_batch_is_solved_or_refused_in_words(method):
    game = [np.stack([side, side]) for side in np.array(GAMES.get(method, CHICKEN), dtype=float)]
    if method in ONE_GAME:
        with pytest.raises(MethodError, match=f"method '{method}' takes one game"):
            st.solve(*game, method=method)
        return
    found = st.solve(*game, method=method)
    assert np.shape(found.status) == (2,)
    assert set(found.to_pandas()["game"]) == {0, 1}
    assert "2 games 2x2" in repr(found)
    with pytest.raises(MethodError, match="one game"):
        found.document()


def test_options_are_keywords_and_a_misspelt_one_is_named():
    far = st.solve(*CHICKEN, method="logit", rationality=2.0)
    assert far.rationality == 2.0
    with pytest.raises(MethodError, match=r"did you mean 'rationality'.*rationality, max_steps"):
        st.solve(*CHICKEN, method="logit", rationalty=2.0)
    with pytest.raises(MethodError, match="it has none"):
        st.solve(*CHICKEN, method="polytopes", label=1)
    with pytest.raises(MethodError, match="did you mean 'logit'"):
        st.solve(*CHICKEN, method="logti")
    with pytest.raises(MethodError, match=r"give them to AllEquilibria\(\.\.\.\)"):
        st.solve(*CHICKEN, method=method_of("all"), block=3)


@pytest.mark.parametrize(
    ("method", "option", "value", "rule"),
    [
        ("all", "block", 1.5, "block: must be a whole number (got 1.5)"),
        ("lemke_howson", "label", "1", "label: must be a whole number (got '1')"),
        ("dominance", "rounds", [1], "rounds: must be a whole number (got [1])"),
        ("dominance", "weak", "no", "weak: must be True or False (got 'no')"),
        ("logit", "rationality", "abc", "rationality: must be a number (got 'abc')"),
        ("logit", "rationality", [1, "2"], "rationality: must be a number (got [1, '2'])"),
        ("logit", "rationality", {}, "rationality: must be a number (got {})"),
        ("logit_path", "rationality", -1, "rationality: must be at least 0 and finite (got -1)"),
        ("logit_path", "rationality", np.inf, "rationality: must be at least 0 and finite"),
        ("logit_path", "rationality", [1, 2], "rationality: must be a number (got [1, 2])"),
    ],
)
def test_a_value_of_the_wrong_kind_is_named(method, option, value, rule):
    with pytest.raises(StrategicError, match=f"^{re.escape(rule)}"):
        st.solve(*CHICKEN, method=method, **{option: value})


def test_numbers_of_numpy_and_fractions_are_numbers():
    expected = st.solve(*CHICKEN, method="logit", rationality=2.0)
    for value in (2, np.float32(2), np.int8(2), Fraction(2), Decimal(2)):
        found = st.solve(*CHICKEN, method="logit", rationality=value)
        np.testing.assert_array_equal(found.row, expected.row)
    assert (
        st.solve(*CHICKEN, method="dominance", rounds=np.int64(1), weak=np.True_).status
        == Status.OK
    )


OTHERS = {
    bool: ("no", 2, [True]),
    int: (1.5, "1", [1], None),
    float: ("abc", {}, None),
    str: (2.5, b"a"),
}
"""Values of another kind than that of an option."""


@pytest.mark.parametrize("record", METHODS.values(), ids=lambda record: record.name)
def test_every_option_is_checked_however_the_method_is_made(record):
    made = record.load()
    for option in record.options:
        wrong = [value for value in OTHERS[option.kind] if value is not option.default]
        kinds = {field.name: str(field.type) for field in dataclasses.fields(made)}
        if "None" in kinds[option.name] and None in wrong:
            wrong.remove(None)
            assert getattr(made(**{option.name: None}), option.name) is None
        least = None if option.least is None else option.least - option.first
        if least is not None:
            wrong += [least - 1, -math.inf if option.kind is float else -(10**30)]
        for value in wrong:
            # It names the option, the rule, the value and what to do.
            told = rf"^{option.name}: must be .*\(got .*\); leave it out (for the default|to)"
            with pytest.raises(MethodError, match=told):
                made(**{option.name: value})
            with pytest.raises(MethodError, match=told):
                method_of(record.name, **{option.name: value})
        kept = option.default if least is None else option.kind(least)
        assert getattr(made(**{option.name: kept}), option.name) == kept
        if least is not None and option.several:
            with pytest.raises(MethodError, match=f"at least {least:g}"):
                made(**{option.name: [least, least - 1]})


@pytest.mark.parametrize("workers", [0, -1, 1.5, "2", np.nan])
def test_workers_are_counted_from_one(workers):
    with pytest.raises(MethodError, match=r"^workers: must be a whole number of at least 1"):
        st.solve(*CHICKEN, workers=workers)


def test_players_are_named_or_numbered():
    row = st.solve(*CHICKEN, method="correlated", objective=0)
    named = st.solve(*CHICKEN, method="correlated", objective="player 1")
    assert row.document()["objective"] == "1"
    assert named.document()["objective"] == "player 1"
    np.testing.assert_array_equal(row.probabilities, named.probabilities)


def test_value_and_uniqueness_come_with_the_list_of_optimal_strategies():
    rows = np.array([GAMES["zero_sum"][0], [[2, 2], [2, 2]]], dtype=float)
    found = st.solve(rows, 4 - rows, method="zero_sum")
    assert isinstance(found, Equilibria)
    np.testing.assert_allclose(found.value, [0, 2])
    assert found.unique_row.tolist() == [True, False]
    assert found.of(1).value == 2
    assert (found.row.shape, found.payoffs.shape, found.regret.shape) == ((2, 2), (2, 2), (2,))


def test_the_registry_is_light():
    program = "import sys, strategic.equilibria.methods; print('\\n'.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    assert not loaded & {"numpy", "scipy", "strategic.equilibria.result", "strategic.games"}


def test_the_documentation_shows_the_registry():
    page = name_pages(DOCS)["methods/index.md"]
    for name, question, takes, returns, _ in methods_table().rows:
        cells = [f"[`{name}`]({name}.md)", *map(escaped, (question, takes, returns))]
        assert f"| {' | '.join(cells)} |" in page


@dataclasses.dataclass(frozen=True)
class First(Method):
    """Plays the first action."""

    depth: int = 3

    def solve(self, games, *, workers=None):
        del workers
        profile = [np.eye(n)[:1] for n in games.shape]
        return Equilibria.verified(games, profile, game=[0], status=Status.FOUND, method="first")


def test_a_method_that_is_added_is_found_everywhere(monkeypatch):
    option = MethodOption("depth", int, 3, "How deep.", metavar="D", least=1)
    home = f"{__name__}:First"
    monkeypatch.setitem(sys.modules, __name__, SimpleNamespace(First=First))
    record = MethodRecord("first", "Is it there?", "any", "one profile", home, (option,))
    monkeypatch.setitem(METHODS, "first", record)
    assert "| first | Is it there? | any | one profile | --depth D |" in methods_table().markdown()
    assert st.solve(*CHICKEN, method="first", depth=4).payoffs.tolist() == [[6, 6]]
    with pytest.raises(MethodError, match="did you mean 'first'"):
        method_of("frst")

    def command(game: str, **flags):
        del game, flags
        return 0

    assert "depth" in inspect.signature(with_flags_of_methods(command)).parameters
