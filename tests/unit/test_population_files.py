"""Game files of populations: shares, advantages, one population, ways to adapt, stages."""

import numpy as np
import pytest

from strategic.catalogue import load
from strategic.cli import main
from strategic.errors import StrategicError
from strategic.modelling import measure, population_game

THREE = """
title = "three"
kind = "game"
players = ["government", "firm", "public"]
actions = [["regulate", "leave"], ["comply", "violate"], ["report", "ignore it"]]
shares = ["x", "y", "z"]
advantages = ["b - c + f * (1 - y) * z", "f * x - k", "r * (1 - y) - 0.1"]
[parameters]
b = { value = 0.5 }
c = { value = 0.8 }
f = { value = 1.0, bounds = [0, 5] }
k = { value = 0.4 }
r = { value = 0.5 }
[evolution]
dynamics = "replicator"
starts = [[0.2, 0.5, 0.75]]
[[stages]]
from = 5
set = { f = 2.0 }
[[stages]]
from = 9.5
set = { k = 0.1 }
"""
HAWKS = """
title = "hawks"
kind = "game"
populations = "one"
players = ["animal"]
actions = [["hawk", "dove"]]
payoffs = [[["(v - c) / 2", "v"], [0, "v / 2"]]]
[parameters]
v = { value = 2.0 }
c = { value = 3.0 }
"""
TABLE = """
title = "table"
kind = "game"
players = ["a", "b"]
actions = [["l", "r"], ["l", "m", "r"]]
payoffs = [[["p", 0, 1], [0, 2, "p"]], [[1, 0, 2], ["3 * p", 1, 0]]]
[parameters]
p = { value = 0.5 }
"""


def test_advantages_are_payoffs_beyond_the_second_action():
    model = load(THREE)
    game = population_game(model)
    x, y, z = 0.3, 0.6, 0.9
    found = game.payoffs_at([[x, 1 - x], [y, 1 - y], [z, 1 - z]])
    expected = [0.5 - 0.8 + (1 - y) * z, x - 0.4, 0.5 * (1 - y) - 0.1]
    np.testing.assert_allclose([own[0] - own[1] for own in found], expected, atol=1e-15)
    grid = population_game(model.change({"f": [1.0, 2.0]}))
    assert grid.batch_shape == (2,)


def test_settings_and_stages_are_read_and_kept_until_changed():
    model = load(THREE)
    settings = model.parts["evolution"]
    assert settings.starts == (((0.2, 0.8), (0.5, 0.5), (0.75, 0.25)),)
    staged = settings.staged(model.points)
    assert [since for since, _ in staged] == [0.0, 5.0, 9.5]
    assert [float(points["f"]) for _, points in staged] == [1.0, 2.0, 2.0]
    assert [float(points["k"]) for _, points in staged] == [0.4, 0.4, 0.1]


def test_a_stage_from_the_beginning_replaces_the_first():
    model = load(THREE.replace("from = 5", "from = 0"))
    staged = model.parts["evolution"].staged(model.points)
    assert [(since, float(points["f"])) for since, points in staged] == [(0.0, 2.0), (9.5, 2.0)]


def test_payoffs_with_and_without_names_of_shares_are_the_same_game():
    plain, named = (
        load(TABLE),
        load(TABLE.replace("payoffs", 'shares = ["x", ["u","v","w"]]\npayoffs')),
    )
    shares = [[0.3, 0.7], [0.2, 0.5, 0.3]]
    for model in (plain, named):
        game = population_game(model)
        table = model.game().payoffs
        found = game.payoffs_at(shares)
        np.testing.assert_allclose(found[0], table[0] @ shares[1])
        np.testing.assert_allclose(found[1], shares[0] @ table[1])
        values = {"p": 0.5} | dict(zip(game.formulas.shares, (0.3, 0.2, 0.5, 0.3), strict=False))
        for own, formulas in zip(found, game.formulas.payoffs, strict=True):
            np.testing.assert_allclose(own, [float(f.evaluate(values)) for f in formulas])


def test_shares_in_payoffs_take_the_matrix_away_and_nothing_else():
    text = TABLE.replace("payoffs", 'shares = ["x", ["u", "v", "w"]]\npayoffs')
    model = load(text.replace('"3 * p"', '"3 * p * (1 - x)"'))
    assert model.family.games == {}
    game, shares = population_game(model), [[0.3, 0.7], [0.2, 0.5, 0.3]]
    row = np.array([[0.5, 0, 1], [0, 2, 0.5]])
    column = np.array([[1, 0, 2], [1.5 * 0.7, 1, 0]])
    np.testing.assert_allclose(game.payoffs_at(shares)[0], row @ shares[1])
    np.testing.assert_allclose(game.payoffs_at(shares)[1], shares[0] @ column)
    with pytest.raises(StrategicError, match=r"no payoff matrix.*try 'strategic evolve'"):
        model.game()


@pytest.mark.parametrize("command", ["solve", "convert"])
def test_commands_that_need_a_matrix_say_so_in_one_line(command, tmp_path, capsys):
    file = tmp_path / "three.toml"
    file.write_text(THREE)
    further = [str(tmp_path / "three.nfg")] if command == "convert" else []
    assert main([command, str(file), *further]) == 2
    assert capsys.readouterr().err == (
        f"error: {file}: game: the model has no payoff matrix: its payoffs are formulas in shares; "
        "try 'strategic evolve'\n"
    )


def test_one_population_is_a_symmetric_game_of_two_for_solvers():
    model = load(HAWKS)
    game = model.game()
    assert game.players == ("animal 1", "animal 2")
    np.testing.assert_array_equal(game.row, [[-0.5, 2], [0, 1]])
    np.testing.assert_array_equal(game.column, game.row.T)
    populations = population_game(model)
    assert populations.players == ("animal",)
    np.testing.assert_allclose(populations.payoffs_at([[0.25, 0.75]])[0], [1.375, 0.75])
    dependent = load(HAWKS.replace("[parameters]", 'shares = ["h"]\n[parameters]').replace(
        '"v / 2"', '"v / 2 + h"'))  # fmt: skip
    assert dependent.family.games == {}
    np.testing.assert_allclose(
        population_game(dependent).payoffs_at([[0.25, 0.75]])[0], [1.375, 0.75 + 0.75 * 0.25]
    )


def test_advantages_over_the_last_action_for_more_than_two():
    text = THREE.replace('["comply", "violate"]', '["comply", "violate", "leave"]')
    text = text.replace("0.5, 0.75]", "[0.5, 0.5, 0], 0.75]")
    text = text.replace('"y", "z"', '["y", "y2", "y3"], "z"')
    text = text.replace('"f * x - k"', '["f * x - k", "0.25 - y2"]')
    game = population_game(load(text))
    shares = [[0.5, 0.5], [0.2, 0.5, 0.3], [0.9, 0.1]]
    np.testing.assert_allclose(game.payoffs_at(shares)[1], [0.1, -0.25, 0.0], atol=1e-15)
    np.testing.assert_allclose(game.payoffs_at(shares)[0][0], -0.3 + 0.8 * 0.9)


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ('"y", "z"]', '"y"]', "shares: must have 3 entries, one per player (got 2)"),
        ('"y", "z"]', '"y", "y"]', "shares[2]: is used twice (got 'y')"),
        ('"y", "z"]', '"y", "f"]', "shares[2]: is the name of a parameter (got 'f'); rename one"),
        ('"y", "z"]', '"y", "max"]', "shares[2]: must be a plain name, and not one of min"),
        ('"y", "z"]', '"y", ["z","u","v"]]', "shares[2]: must be an array of 2 names, one per act"),
        ('shares = ["x", "y", "z"]', "", "shares: needs names for the shares that advantages"),
        ('"f * x - k", ', "", "advantages: must have 3 entries, one per player (got 2)"),
        ('"f * x - k"', '["1", "2"]', "advantages[1]: must have 1 entries: each action but the"),
        ('"f * x - k"', '"f * q - k"', "advantages[1]: no such parameter 'q' (got 'f * q - k')"),
        ('"f * x - k"', '"1 / (b - 0.5)"', "payoff of comply, firm: has no finite value at these"),
        ("advantages =", "advantage =", "advantage: no such key"),
        ("advantages =", "payoffs = [1,2,3]\nadvantages =", "needs either payoffs or advantages"),
        ("from = 9.5", "from = 5", "stages[1].from: must begin after the stage before it (got 5"),
        ("{ f = 2.0 }", "{ f = 7.0 }", "stages[0].set.f: must be at least 0 and at most 5 (got 7"),
        ("{ f = 2.0 }", "{ g = 7.0 }", "stages[0].set.g: no such parameter (got 7.0)"),
        ("from = 5", "until = 5", "stages[0].until: no such key"),
        ("0.2, 0.5, 0.75", "0.2, 0.5", "evolution.starts[0]: must have 3 entries, one per popul"),
        ("0.2, 0.5, 0.75", "0.2, 1.5, 0.1", "evolution.starts[0][1]: must be shares between 0 an"),
        ("0.2, 0.5", "0.2, [0.5, 0.4]", "evolution.starts[0][1]: must be 2 shares that sum to 1"),
        ('"replicator"', '"replicater"', "evolution.dynamics: must be one of replicator, logit"),
        ('"game"', '"game"\npopulations = "one"', "players: must have 1 entry with populations ="),
    ],
)  # fmt: skip
def test_a_bad_file_is_told_where_and_why(old, new, line):
    assert old in THREE
    with pytest.raises(StrategicError) as caught:
        load(THREE.replace(old, new, 1))
    messages = str(caught.value).splitlines()
    assert any(message.startswith("-: ") and line in message for message in messages), messages


def test_stable_corners_are_measured_at_every_point():
    model = load(THREE).change({"f": [0.25, 1.0, 2.0], "b": [[0.5], [1.0]]})
    found = measure(model, "ess", "ess_count", "stable.regulate-comply-ignore_it")
    assert found["ess"].tolist() == [
        ["leave-violate-report", "none", "none"],
        ["regulate-violate-report", "regulate-comply-ignore_it", "regulate-comply-ignore_it"],
    ]
    assert found["ess_count"].tolist() == [[1, 0, 0], [1, 1, 1]]
    assert (found["stable.regulate-comply-ignore_it"] == "yes").tolist() == [
        [False, False, False],
        [False, True, True],
    ]


def test_ties_of_decimals_are_no_strict_equilibria():
    text = TABLE.replace('["p", 0, 1], [0,', '["p - 0.2", 0, 1], ["0.1 + 0.1 + 0.1",')
    assert 0.5 - 0.2 != 0.1 + 0.1 + 0.1
    corner = "stable.l-l"
    tied = load(text.replace("[1, 0, 2]", "[3, 0, 2]"))
    assert measure(tied, corner) == {corner: "no"}
    assert measure(tied.change({"p": 0.6}), corner) == {corner: "yes"}


def test_a_point_without_payoffs_is_undefined_and_harms_no_other():
    model = load(TABLE.replace('[["p", 0', '[["log(p)", 0')).change({"p": [-1.0, 0.5]})
    found = measure(model, "ess", "ess_count", "stable.r-m")
    assert found["ess"].tolist()[0] == ""
    assert found["ess_count"].tolist()[0] == -1
    assert found["ess_count"].tolist()[1] >= 0


def test_an_unknown_corner_names_the_nearest():
    with pytest.raises(StrategicError, match=r"did you mean 'stable\.regulate-comply-report'"):
        load(THREE).family.measure("stable.regulate-comply-reprot")


def test_corners_of_any_random_game_are_strict_equilibria():
    rng = np.random.default_rng(5)
    from strategic.catalogue.custom import fixed
    from strategic.games import Game

    for shape in [(2, 2), (3, 2), (2, 2, 2), (2, 3, 2), (2, 2, 2, 2)] * 20:
        game = Game(tuple(rng.integers(0, 5, size=shape).astype(float) for _ in shape))
        strict = []
        for corner in np.ndindex(*shape):
            gains = [
                game.payoffs[i][(*corner[:i], a, *corner[i + 1 :])] - game.payoffs[i][corner]
                for i in range(len(shape)) for a in range(shape[i]) if a != corner[i]
            ]  # fmt: skip
            if max(gains) < 0:
                strict.append("-".join(str(c + 1) for c in corner))
        found = measure(fixed(game), "ess", "ess_count")
        assert found["ess_count"] == len(strict)
        assert found["ess"] in (" + ".join(strict) or "none", "several")
