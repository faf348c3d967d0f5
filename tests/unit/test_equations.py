"""Models as formulas: payoffs, the conditions of pure equilibria, motion, and the numbers."""

import json
from itertools import product

import numpy as np
import pytest

import strategic as st
from strategic.catalogue import family
from strategic.cli import main
from strategic.errors import ParameterError
from strategic.latex import symbol, symbols
from strategic.modelling import Model
from strategic.reports import FORMATS, equations_of

GAMES = [entry.slug for entry in st.catalogue.models() if entry.kind == "game"]


@pytest.mark.parametrize("slug", GAMES)
def test_a_condition_holds_where_no_deviation_from_the_profile_gains(slug):
    model = st.load(slug)
    document = equations_of(model).document["equations"]
    if not model.family.games:
        assert not any(entry["profile"] == "" for entry in document["conditions"])
        return
    game = model.game()
    tables = game.fractions()
    names = [[action.replace(" ", "_") for action in own] for own in game.actions]
    strict = {}
    for profile in product(*map(range, game.shape)):
        others = [
            (player, (*profile[:player], other, *profile[player + 1 :]))
            for player, size in enumerate(game.shape)
            for other in range(size)
            if other != profile[player]
        ]
        key = "-".join(own[action] for own, action in zip(names, profile, strict=True))
        strict[key] = all(
            tables[player][profile] > tables[player][other] for player, other in others
        )
    for entry in document["conditions"]:
        if entry["profile"] in strict:
            assert entry["holds"] == strict[entry["profile"]], entry


def test_payoffs_are_written_as_the_file_has_them():
    document = equations_of(st.load("inspection")).document["equations"]
    cells = document["payoffs"]["game"]["formulas"]
    assert cells["inspector"][0] == r"\mathrm{value} - \mathrm{pay} - \mathrm{cost}"
    assert cells["contractor"] == [
        r"\mathrm{pay} - \mathrm{effort}", "0", r"\mathrm{pay} - \mathrm{effort}", r"\mathrm{pay}",
    ]  # fmt: skip
    assert [entry["name"] for entry in document["parameters"]] == ["value", "pay", "effort", "cost"]


def test_populations_are_written_as_shares_advantages_and_motion():
    document = equations_of(st.load("digital-sharing-2026")).document["equations"]
    assert [*document["payoffs"]] == ["advantages"]
    assert document["motion"][0].startswith(r"\dot{x} = x \left(1 - x\right)")
    text = equations_of(st.load("digital-sharing-2026")).text()
    assert "u_government(regulate) - u_government(leave) = 2 p M + L - Cg" in text


def test_payoffs_of_a_python_function_are_numbers_alone():
    def pool(a):
        return [[a, 0], [0, 1]], [[1, 0], [0, a]]

    found = equations_of(Model(family(pool, {"a": 2.0}), {}))
    assert found.document["equations"]["payoffs"] == {}
    assert found.document["equations"]["motion"] == []
    assert "2*, 1*" in found.text()


def test_a_grid_has_no_equations_of_one_model():
    model = st.load("inspection")
    with pytest.raises(ParameterError, match="a single model"):
        equations_of(Model(model.family, {"cost": [1.0, 2.0]}))


@pytest.mark.parametrize("ending", FORMATS)
def test_every_format_holds_the_equations(ending, tmp_path, capsys):
    file = tmp_path / f"equations{ending}"
    assert main(["equations", "hawk-dove", "-o", str(file)]) == 0
    written = file.read_text(encoding="utf-8")
    assert "harm" in written
    assert "strict equilibrium where" in written or ending == ".json"
    if ending == ".json":
        assert json.loads(written)["equations"]["conditions"]
    capsys.readouterr()
    assert main(["equations", "hawk-dove"]) == 0
    assert r"\begin{align*}" in capsys.readouterr().out
    assert main(["equations", "hawk-dove", "--plain"]) == 0
    assert "u_first(hawk, dove) = value" in capsys.readouterr().out
    assert main(["equations", "hawk-dove", "-o", str(tmp_path / "equations.doc")]) == 2


def test_a_paper_on_a_model_holds_its_equations_and_its_numbers():
    paper = st.report(st.load("inspection")).to_latex()
    assert r"\begin{array}{l|cc}" in paper
    assert "$-\\mathrm{cost} < 0,\\ \\mathrm{effort} < 0$" in paper
    assert "1, 2*" in paper


@pytest.mark.parametrize(
    ("name", "latex"),
    [
        ("C1", "C_{1}"),
        ("lam", r"\lambda"),
        ("lambda_2", r"\lambda_{2}"),
        ("DeltaC1", r"\Delta C_{1}"),
        ("relation.alignment", r"\mathrm{relation}_{\mathrm{alignment}}"),
        ("CG1", r"\mathrm{CG1}"),
        ("fine_high", r"\mathrm{fine}_{\mathrm{high}}"),
        ("_odd_", r"\mathrm{\_odd\_}"),
    ],
)
def test_names_become_symbols_that_can_be_read_back(name, latex):
    assert symbol(name) == latex
    assert symbols(latex)


def test_different_names_are_different_symbols():
    rng = np.random.default_rng(1)
    letters = [*"abAB12_", "alpha", "Delta", "cost"]
    names = {"".join(rng.choice(letters, rng.integers(1, 4))) for _ in range(2000)}
    names = {name for name in names if name.isidentifier() and not name.startswith("_")}
    written = {}
    for name in sorted(names):
        written.setdefault(symbol(name), []).append(name)
    for same in written.values():
        assert len({name.replace("_", "") for name in same}) == 1, same


def test_a_game_with_too_many_players_for_a_table_keeps_the_other_equations():
    model = st.relationship({"relation.candidates": 40})
    document = equations_of(model).document["equations"]
    assert [*document["payoffs"]] == ["base", "choices", "repeated"]
    assert document["thresholds"]


def test_papers_on_populations_hold_their_payoffs_and_conditions():
    paper = st.report(st.load("digital-sharing-2026")).to_latex()
    assert r"u_{\text{government}}(\text{regulate})" in paper
    assert "strict equilibrium where" in paper
    assert r"\theta_{s}" in paper


def test_the_origin_of_equations_names_what_was_set(capsys):
    assert main(["equations", "inspection", "--set", "cost=2", "--json"]) == 0
    origin = json.loads(capsys.readouterr().out)["provenance"]
    assert origin["options"] == {"set": ["cost=2"]}
