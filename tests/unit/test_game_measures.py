"""Names, selections and formulas of measures of games: found everywhere, with clear errors."""

import pickle
from dataclasses import replace

import numpy as np
import pytest

import strategic as st
from strategic.errors import FormulaError, MeasureError, ModelError
from strategic.games import Game
from strategic.modelling import Model
from strategic.modelling.games import game_measures
from strategic.modelling.own_measures import with_measures

ENTRY = """
title = "Entry"
kind = "game"
players = ["firm", "St. Gallen"]
actions = [["in", "stay out"], ["fight", "no.fight"]]
payoffs = [[["bonus", 2], [0, 1]], [[1, 0], [0, 1]]]
[parameters.bonus]
value = 2.0
bounds = [-3, 9]
[measures.gap]
formula = "payoff.firm - payoff.St_Gallen"
of = "best-welfare"
meaning = "How much more the firm earns"
unit = "payoff"
[measures.bet]
formula = "probability.firm.in * bonus + gap + 0 * payoff.firm@risk-dominant"
[[claims]]
id = "gap"
says = "The firm earns more"
measure = "gap"
equals = 1
[[claims]]
id = "support"
says = "It goes in"
measure = "support@best-welfare"
equals = "in | fight"
"""


def test_names_of_players_and_actions_are_written_plainly():
    family = st.load(ENTRY).family
    assert {"probability.firm.stay_out", "probability.St_Gallen.no_fight", "payoff.St_Gallen"} <= (
        set(family.measures)
    )
    assert "in | fight+no.fight" in family.measures["support"].labels
    odd = Game.from_payoffs(
        np.eye(2), np.eye(2), players=("a b", "a.b"), actions=(("?", "!"), ("x+y", "y"))
    )
    found = game_measures(lambda _: odd.payoffs, (2, 2), players=odd.players, actions=odd.actions)
    assert {"payoff.a_b_1", "payoff.a_b_2", "probability.a_b_1.2", "probability.a_b_2.x_y"} <= (
        set(found)
    )
    assert len(set(found["support"].labels)) == 9


def test_an_unknown_measure_or_selection_names_the_nearest():
    family = st.load(ENTRY).family
    with pytest.raises(MeasureError, match=r"did you mean 'payoff\.St_Gallen'\?"):
        family.measure("payoff.St. Gallen")
    with pytest.raises(MeasureError, match=r"no such selection .*did you mean 'best-welfare'\?"):
        family.measure("payoff.firm@best-welfar")
    with pytest.raises(MeasureError, match="one of only, payoff-dominant"):
        family.measure("payoff.firm@x")
    with pytest.raises(MeasureError, match="no such measure"):
        family.measure("pure_count@only")


def test_large_games_name_the_support_of_each_player():
    found = game_measures(lambda _: (np.zeros((4, 10)),) * 2, (4, 10))
    assert "support" not in found
    assert len(found["support.player_2"].labels) == 1023
    wide = game_measures(lambda _: (np.zeros((2, 11)),) * 2, (2, 11))
    assert "support.player_1" in wide
    assert "support.player_2" not in wide
    assert set(game_measures(lambda _: (np.zeros(3),), (3,))) == (
        {"pure_count", "strict_count", "potential"}
    )


def test_every_game_of_a_family_has_them():
    model = st.relationship()
    assert "base.payoff.government" in model.family.of_games
    found = st.measure(model, "base.support@best-welfare", "choices.pure_count")
    assert found["base.support@best-welfare"] in model.family.of_games["base.support"].labels
    with pytest.raises(MeasureError, match=r"did you mean 'base\.payoff\.government'\?"):
        model.family.measure("payoff.government")


def test_a_selection_moves_in_sweeps_and_boundaries():
    hunt = st.load("stag-hunt")
    found = st.sweep(hunt, {"hare": "1:3:3"}, ["payoff.first@payoff-dominant", "payoff.first"])
    np.testing.assert_allclose(found["payoff.first@payoff-dominant"], 4.0)
    assert np.isnan(found["payoff.first"]).all()
    turn = st.boundary(hunt, "hare", "support@risk-dominant", over=(0.5, 3.5))
    np.testing.assert_allclose(turn["at"], 2.0)


def test_own_measures_stand_wherever_measures_stand():
    model = st.load(ENTRY)
    assert st.measure(model, "gap", "bet", "gap@only") == {"gap": 1.0, "bet": 3.0, "gap@only": 1.0}
    assert [c.holds for c in st.check(model)] == [True, True]
    assert "How much more the firm earns" in st.report(model).html()
    assert "rock share" in st.report(st.load("rock-paper-scissors")).html(explore=["bonus"])
    swept = st.sweep(model, {"bonus": "0:2:3"}, "gap")
    np.testing.assert_allclose(swept["gap"], [-1.0, 0.0, 1.0], atol=1e-12)
    copy = pickle.loads(pickle.dumps(model.family))  # noqa: S301
    assert st.measure(Model(copy), "gap") == {"gap": 1.0}


def test_a_nested_measure_keeps_its_own_equilibrium():
    """``gap`` is of the best equilibrium, also inside another formula that names none."""
    hunt = st.load("stag-hunt")
    own = {"best": {"formula": "payoff.first", "of": "payoff-dominant"}, "twice": "2 * best"}
    model = replace(hunt, family=with_measures(hunt.family, own))
    assert st.measure(model, "twice")["twice"] == 8.0
    assert st.measure(model, "twice@risk-dominant")["twice@risk-dominant"] == 6.0
    assert np.isnan(st.measure(model, "twice@only")["twice@only"])


def test_the_relationship_takes_formulas_too():
    text = 'title = "r"\n[measures.net]\nformula = "surplus - 2 * relation.alignment"\n'
    model = st.load(text)
    surplus = st.measure(model, "surplus")["surplus"]
    expected = surplus - 2 * float(model.points["relation.alignment"])
    assert st.measure(model, "net")["net"] == pytest.approx(expected)
    assert len(pickle.dumps(model.family)) < 1000  # made again from its address and formula
    copy = pickle.loads(pickle.dumps(model.family))  # noqa: S301
    assert st.measure(Model(copy), "net")["net"] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("old", "new", "error", "says"),
    [
        ("payoff.St_Gallen", "payoff.St", FormulaError, "no such parameter or measure 'payoff.St'"),
        ('of = "best-welfare"', 'of = "best"', MeasureError, "measures.gap.of: must be the name"),
        ("measures.gap]", "measures.regret]", MeasureError, "a measure has this name"),
        ("measures.gap]", "measures.bonus]", MeasureError, "a parameter has this name"),
        ("+ gap +", "+ degenerate +", MeasureError, "reads 'degenerate', a label"),
        ("payoff.firm -", "payoff.firm[0] -", FormulaError, r"not 'payoff.firm\[0\]'"),
        ("payoff.firm -", "open(1) -", FormulaError, "no such function 'open'"),
        ('unit = "payoff"', "units = 1", ModelError, "measures.gap.units"),
    ],
)
def test_a_wrong_formula_says_where_and_what(old, new, error, says):
    assert old in ENTRY
    with pytest.raises(error, match=says):
        st.load(ENTRY.replace(old, new))


def test_a_selection_without_equilibria_is_refused():
    with pytest.raises(MeasureError, match="the formula selects nothing"):
        st.load(ENTRY.replace("payoff.firm - payoff.St_Gallen", "2 * bonus"))
