"""Numbers and names as people read them: what differs looks different."""

from fractions import Fraction

import numpy as np
import pytest

import strategic as st
from strategic.equilibria import METHODS, solve
from strategic.games import Game, read_game
from strategic.games.matrix import number_text, number_texts
from strategic.games.names import distinct


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1234567.0, "1234567"),
        (-999999999999999.0, "-999999999999999"),
        (1e15, "1e+15"),
        (0.1 + 0.2, "0.3"),
        (-0.0, "0"),
        (1234567.25, "1.23457e+06"),
        (float("nan"), "nan"),
        (float("-inf"), "-inf"),
        (Fraction(1234567, 2), "1234567/2"),
        (12345678, "12345678"),
    ],
)
def test_one_number(value, text):
    assert number_text(value) == text


def test_given_numbers_that_differ_look_different():
    rng = np.random.default_rng(0)
    for _ in range(300):
        base = float(rng.choice([1.0, 1e6, 1e9, 1e-9, 1e14, 1e17, 0.3])) * rng.choice([1.0, 1.25])
        step = float(rng.choice([0.0, 1e-16, 1e-13, 1e-7, 1e-3, 1.0]))
        values = [*(base * (1.0 + step * rng.integers(-2, 3, size=6))).tolist(), 0.1 + 0.2, 0.3]
        texts = number_texts(values, given=True)
        assert len(set(texts)) == len(set(values)), values
        # and nothing is shown that is farther off than six digits
        assert all(abs(float(t) - v) <= 1e-5 * abs(v) for t, v in zip(texts, values, strict=True))


def test_computed_numbers_that_differ_by_rounding_look_alike():
    third = 1.0 / 3.0
    assert number_texts([third, third * (1 + 2e-16), 0.333334]) == ["0.333333"] * 2 + ["0.333334"]
    assert number_texts([0.33333331, 0.33333332]) == ["0.33333331", "0.33333332"]
    assert number_texts(["1/3", 1234567.0, 1234567.25]) == ["1/3", "1234567", "1.23457e+06"]


def test_tables_of_games_and_equilibria_tell_neighbours_apart():
    game = Game.from_payoffs([[1234567, 0], [0, 1234568]], [[0.1 + 0.2, 0], [0, 0.3]])
    shown = game.to_markdown()
    for text in ("1234567\\*", "1234568\\*", "0.30000000000000004\\*", "0.3\\*"):
        assert text in shown
    found = solve([[1234567.25, 0], [0, 1234568.5]], [[1, 0], [0, 1]])
    payoffs = [row[3].partition(",")[0] for row in found.table().rows]
    assert payoffs[:2] == ["1234567.2", "1234568.5"]


def test_decimals_are_shown_as_written_and_as_fractions_where_asked():
    game = read_game("0.1,1/3;123456789012.5,.30000000000000004 / 3,5;0,0.3")
    assert [row[1:] for row in game.table().rows] == [
        ["0.1, 3", "1/3*, 5*"],
        ["1.23457e+11*, 0", "0.30000000000000004, 0.3*"],
    ]
    assert game.table(exact=True).rows[0][1] == "1/10, 3"


def test_components_of_an_exact_solution_are_fractions():
    found = solve([[2, 0, 1], [0, 1, 1]], [[3, 1, 0], [1, 1, 3]])
    shares = found.exact().components()[1].subsets[0].rows[1]
    assert shares == (Fraction(2, 5), Fraction(3, 5))
    assert "(2/5, 3/5)" in "\n".join(found.exact().notes())
    assert "(0.4, 0.6)" in "\n".join(found.notes())
    for number in range(20):
        rng = np.random.default_rng(number)
        found = solve(*rng.integers(0, 3, size=(2, 3, 3)))
        pairs = zip(found.components(), found.exact().components(), strict=True)
        for rounded, exact in pairs:
            for near, true in zip(rounded.subsets, exact.subsets, strict=True):
                assert all(isinstance(share, Fraction) for side in true.rows for share in side)
                assert near.rows == tuple(tuple(map(float, side)) for side in true.rows)


def test_equal_names_are_told_apart_wherever_a_method_speaks():
    names = {"players": ("firm", "firm"), "actions": (("up", "up"), ("", "left"))}
    game = Game.from_payoffs([[3, 0], [5, 1]], [[3, 5], [0, 1]], **names)
    assert game.told_apart().actions == (("up (1)", "up (2)"), ("(1)", "left"))
    assert game.told_apart().told_apart().actions == game.told_apart().actions
    for method in METHODS:
        constant = Game.from_payoffs([[3, 0], [5, 1]], [[-3, 0], [-5, -1]], **names)
        found = solve(constant if method == "zero_sum" else game, method=method)
        said = "\n".join(found.told_apart().lines())
        said += "\n".join(str(table.rows) for table in found.told_apart().tables())
        assert "up (1)" in said or "up (2)" in said, method
        assert found.document()["game"]["actions"] == [["up", "up"], ["", "left"]]
    assert "up (2)" in game.to_markdown()


def test_names_told_apart_never_collide():
    rng = np.random.default_rng(1)
    words = ["", " ", "a", "a (1)", "a (2)", "(1)", "(2)", "(3)'", "(3)"]
    for _ in range(500):
        names = rng.choice(words, size=rng.integers(1, 8)).tolist()
        shown = distinct(names)
        assert len(set(shown)) == len(names)
        assert all(name.strip() for name in shown)
        assert all(s == n for s, n in zip(shown, names, strict=True) if n in shown)


def test_a_comparison_shows_flips_as_a_list_and_what_has_no_value_in_words():
    found = st.compare(st.load("ai-mier"), {"control_emphasis": 1.0}, "first_cooperation_period")
    shown = found._repr_html_()
    assert found.flips
    assert shown.count("<li>") == len(found.notes)
    assert "<td>undefined</td>" in shown
    assert "nan" not in shown
