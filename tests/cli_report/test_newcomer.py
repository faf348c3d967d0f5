"""What somebody types who has not read the manual."""

import pytest

DILEMMA = "3,0;5,1 / 3,5;0,1"


@pytest.mark.parametrize(
    "typed",
    [
        "[[3,0],[5,1]] / [[3,5],[0,1]]",
        "[[3, 0], [5, 1]] / [[3, 5], [0, 1]]",
        "[3 0; 5 1] / [3 5; 0 1]",
    ],
)
def test_matrices_in_brackets(typed, strategic):
    assert strategic("solve", typed, "--json").json == strategic("solve", DILEMMA, "--json").json


def test_a_typed_game_is_a_model_too(strategic, failing):
    assert "a single equilibrium" in strategic("report", DILEMMA).out
    assert "pure_count" in strategic("measures", DILEMMA).out
    assert "row 2, entry 2: must be a number" in failing("report", "3,0;5,x / 3,5;0,1")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("solve", DILEMMA, "--lambda", "2"), "did you mean '--rationality'?"),
        (("solve", DILEMMA, "--fractions"), "did you mean '--exact'?"),
        (("solve",), "Missing argument 'GAME'; see 'strategic solve --help'"),
        (("batch", DILEMMA, "-o", "x.csv"), "one game is solved by 'strategic solve'"),
    ],
)
def test_an_error_says_what_to_do(words, says, failing):
    assert says in failing(*words)


def test_another_word_for_a_key_leads_to_it(tmp_path, failing):
    path = tmp_path / "game.toml"
    path.write_text(
        'title = "t"\nkind = "game"\nplayers = ["a", "b"]\nactions = [["x"], ["y"]]\n'
        'payoffs = [[["v", 1]]]\n[parameters.v]\nvalue = 1\nlower = 0\nmaximum = 3\n'
    )
    said = failing("solve", path)
    assert "parameters.v.lower: no such key (got 0); did you mean 'bounds'" in said
    assert "parameters.v.maximum: no such key (got 3); did you mean 'bounds'" in said


def test_discount_factors_may_be_fractions(strategic):
    written, halves = (
        strategic("payoffs", DILEMMA, "--discount", d, "--json").json for d in ("0.5", "1/2")
    )
    assert written["sets"] == halves["sets"]
