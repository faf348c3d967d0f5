"""``strategic solve`` and ``batch`` of payoffs typed as rounded fractions."""

import numpy as np

import strategic as st
from strategic.games import Game, read_game, write

GAME = ".333333333,1;1/3,0 / 1,0;0,1"


def test_rounding_that_matters_is_told(strategic):
    result = strategic("solve", GAME)
    assert result.code == 0
    said = " ".join(result.out.split())
    assert "0.333333333 is near 1/3: payoffs may have been rounded." in said
    assert "degenerate, with 2 equilibria: see --rationalise 3." in said
    rounded = strategic("solve", GAME, "--json").json["rounded"]
    assert rounded["payoffs"] == {"0.333333333": "1/3"}
    assert (rounded["largest_denominator"], rounded["equilibria"]) == (3, 2)
    assert rounded["degenerate"] is True


def test_rationalised_games_are_solved_as_fractions(strategic):
    result = strategic("solve", GAME, "--rationalise", 3, "--json")
    document = result.json
    assert document["rationalised"] == {
        "largest_denominator": 3,
        "replaced": {"0.333333333": "1/3"},
        "kept": [],
    }
    assert document["rounded"] is None
    assert document["status"] == "components"
    assert len(document["equilibria"]) == len(st.solve(read_game("1/3,1;1/3,0 / 1,0;0,1"))) == 2
    assert "0.333333333 = 1/3" in strategic("solve", GAME, "--rationalise", 3).out


def test_rounding_that_does_not_matter_is_not(strategic):
    for game in (".333333333,1;0,2 / 1,0;0,1", "3,0;5,1 / 3,5;0,1", ".3141,1;.3142,0 / 1,0;0,1"):
        document = strategic("solve", game, "--json").json
        assert document["rounded"] is None
        assert document["rationalised"] is None
        assert "rounded" not in strategic("solve", game).out


def test_equilibria_nearer_than_the_digits_are_named(strategic):
    # The third row is best where the second player mixes 1/3 and 2/3, give or take the rounding.
    game = "2,0;0,1;.666667,.666667 / 0,1;1,0;.5,.5"
    rounded = strategic("solve", game, "--json").json["rounded"]
    assert rounded["near"]
    pair = " and ".join(map(str, rounded["near"][0]))
    assert f"Equilibria {pair}" in " ".join(strategic("solve", game).out.split())


def test_three_players_and_files(tmp_path, strategic):
    rng = np.random.default_rng(1)
    thirds = rng.integers(0, 4, (3, 2, 2, 2)) / 3
    exact = Game.from_payoffs(*np.round(thirds, 6)).rationalised(3)
    write(Game(payoffs=tuple(np.round(thirds, 6)), decimal=True), tmp_path / "three.nfg")
    document = strategic("solve", tmp_path / "three.nfg", "--rationalise", 3, "--json").json
    found = st.solve(exact)
    assert len(document["equilibria"]) == len(found)
    assert document["degenerate"] == bool(found.degenerate)
    assert document["game"]["payoffs"] == [table.tolist() for table in exact.payoffs]


def test_batches_are_rationalised(tmp_path, strategic):
    rng = np.random.default_rng(2)
    thirds = rng.integers(0, 7, (2, 40, 2, 2)) / 6
    file = tmp_path / "games.csv"
    write(Game(payoffs=tuple(np.round(thirds, 5)), decimal=True), file)
    result = strategic("batch", file, "-o", tmp_path / "out.csv", "--rationalise", 6, "--json")
    assert result.code == 0, result.err
    exact = np.frompyfunc(lambda x: round(x * 6), 1, 1)(thirds)
    found = st.solve(*exact.astype(float))
    assert result.json["equilibria"] == len(found)
    plain = strategic("batch", file, "-o", tmp_path / "as.csv", "--json").json
    assert plain["statuses"] != result.json["statuses"]


def test_a_denominator_out_of_range_is_one_line(strategic):
    result = strategic("solve", GAME, "--rationalise", 0)
    assert result.code == 2
    assert result.err.count("\n") == 1
    assert "--rationalise" in result.err
