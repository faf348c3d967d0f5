"""Single games from files and text: what they mean, and every broken one in one line."""

from fractions import Fraction

import numpy as np
import pytest

from strategic.errors import FileError, GameError, StrategicError
from strategic.games import Game, read_game, write
from strategic.games.io._typed import looks_typed, parse_typed
from strategic.games.io.nfg import format_nfg, parse_nfg

HEAD = 'NFG 1 R "t" { "a" "b" } '
NAMED = HEAD + '{ { "x" "y" } { "u" } } '
FIGURE_2 = """NFG 1 R "Selten (IJGT, 75), Figure 2, normal form"
{ "Player 1" "Player 2" } { 3 2 }

1 1 0 2 0 2 1 1 0 3 2 0
"""
FIGURE_2_OUTCOMES = """NFG 1 R "Selten (IJGT, 75), Figure 2, normal form" { "Player 1" "Player 2" }
{ { "1" "2" "3" } { "1" "2" } }
{ { "" 1, 1 } { "" 0, 2 } { "" 0, 2 } { "" 1, 1 } { "" 0, 3 } { "" 2, 0 } }
1 2 3 4 5 6
"""


def test_the_example_of_the_format_in_both_versions():
    for text in (FIGURE_2, FIGURE_2_OUTCOMES):
        game = parse_nfg(text)
        assert game.title == "Selten (IJGT, 75), Figure 2, normal form"
        assert game.players == ("Player 1", "Player 2")
        assert game.row.tolist() == [[1, 1], [0, 0], [0, 2]]
        assert game.column.tolist() == [[1, 1], [2, 3], [2, 0]]
        assert game.exact is None


def test_player_1_counts_fastest_with_three_players():
    numbers = " ".join(map(str, range(2 * 3 * 4 * 3)))
    game = parse_nfg(f'NFG 1 R "" {{ "a" "b" "c" }} {{ 2 3 4 }} {numbers}')
    for i, j, k in np.ndindex(2, 3, 4):
        first = 3 * (i + 2 * j + 6 * k)
        assert [p[i, j, k] for p in game.payoffs] == [first, first + 1, first + 2]


def test_outcome_zero_pays_nothing_and_commas_are_optional():
    game = parse_nfg(NAMED + '"a comment" { { "o" 1/3 -.5 } { "" 2, 1e1, } } 2 0')
    assert game.comment == "a comment"
    assert game.actions == (("x", "y"), ("u",))
    assert game.row.tolist() == [[2], [0]]
    assert game.column.tolist() == [[10], [0]]


def test_numbers_are_what_the_text_says():
    game = parse_nfg(HEAD + "{ 1 2 } 0.1 1/3 1e-3 -2.50")
    assert game.fractions()[0].tolist() == [[Fraction(1, 10), Fraction(1, 1000)]]
    assert game.fractions()[1].tolist() == [[Fraction(1, 3), Fraction(-5, 2)]]
    assert game.rounded
    assert not parse_nfg(HEAD + "{ 1 2 } 0.5 3 1e3 -2.50").rounded


@pytest.mark.parametrize(
    "name", ['say "hi"', "a\\b", 'x\\"', "tab\tnew\nline", "{ } , //", "é☃", ""]
)
def test_names_survive(name):
    game = Game.from_payoffs(
        [[1]], [[2]], title=name, players=(name, "b"), actions=((name,), ("c",))
    )
    again = parse_nfg(format_nfg(game))
    assert (again.title, again.players, again.actions) == (name, (name, "b"), ((name,), ("c",)))


def test_a_name_the_format_cannot_hold_is_refused(tmp_path):
    with pytest.raises(FileError, match="backslash"):
        write(Game.from_payoffs([[1]], [[2]], title="C:\\"), tmp_path / "g.nfg")
    assert not list(tmp_path.iterdir())


BROKEN_NFG = {
    "nothing": "   \n",
    "other word": "EFG 2 R",
    "version": 'NFG 2 R "t"',
    "kind": 'NFG 1 X "t"',
    "title": "NFG 1 R t { }",
    "open name": 'NFG 1 R "t { "a"',
    "no players": 'NFG 1 R "t" { } { }',
    "player name": 'NFG 1 R "t" { a "b" } { 2 2 }',
    "players end": 'NFG 1 R "t" { "a" "b"',
    "few sizes": HEAD + "{ 2 } 1 2",
    "many sizes": HEAD + "{ 2 2 2 } 1 2",
    "size zero": HEAD + "{ 2 0 }",
    "size negative": HEAD + "{ 2 -1 }",
    "size decimal": HEAD + "{ 2 1.5 }",
    "size huge": HEAD + "{ 2 99999999999999999999 }",
    "size too large to hold": HEAD + "{ 999999 999999 } 1 2 3",
    "no strategies": HEAD + '{ { } { "u" } }',
    "mixed sizes": HEAD + '{ { "x" } 2 } 1',
    "too few": HEAD + "{ 2 2 } 1 2 3 4 5 6 7",
    "too many": HEAD + "{ 2 2 } 1 2 3 4 5 6 7 8 9",
    "word": HEAD + "{ 1 1 } 1 x",
    "quoted number": HEAD + '{ 1 1 } 1 "2"',
    "nan": HEAD + "{ 1 1 } 1 nan",
    "inf": HEAD + "{ 1 1 } 1 inf",
    "over zero": HEAD + "{ 1 1 } 1 1/0",
    "fraction of decimals": HEAD + "{ 1 1 } 1 1.5/2",
    "too large": HEAD + "{ 1 1 } 1 1e309",
    "exponent": HEAD + "{ 1 1 } 1 1e-999999999",
    "comma": HEAD + "{ 1 1 } 1, 2",
    "hexadecimal": HEAD + "{ 1 1 } 1 0x10",
    "no payoffs": HEAD + "{ 1 1 }",
    "outcome unknown": NAMED + '{ { "" 1 2 } } 1 2',
    "outcome negative": NAMED + '{ { "" 1 2 } } 1 -1',
    "outcome short": NAMED + '{ { "" 1 } } 1 1',
    "outcome long": NAMED + '{ { "" 1 2 3 } } 1 1',
    "outcome without name": NAMED + "{ { 1 2 } } 1 1",
    "outcomes open": NAMED + '{ { "" 1 2 } 1 1',
    "outcomes missing": NAMED + '{ { "" 1 2 } } 1',
}


@pytest.mark.parametrize("text", BROKEN_NFG.values(), ids=BROKEN_NFG)
def test_a_broken_gambit_file_is_told_in_one_line(text, tmp_path):
    path = tmp_path / "broken.nfg"
    path.write_text(text)
    with pytest.raises(FileError) as caught:
        read_game(path)
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(f"{path}: ")
    assert "line 1" in message or "empty" in message


def test_an_error_names_the_line_and_the_payoff():
    with pytest.raises(FileError) as caught:
        parse_nfg(HEAD + "{ 2 2 }\n1 2 3 4\n5 6 seven 8")
    assert str(caught.value) == (
        "line 3: payoff 7 must be a number such as 3, -1.5, 2e-3 or 1/3 (got 'seven')"
    )


TYPED = {
    "3,0;5,1 / 3,5;0,1": [[3, 0], [5, 1]],
    "3 0;5 1/ 3 5; 0 1": [[3, 0], [5, 1]],
    " 1/2,.5 ; 1e1 -3 / 1,2;3,4 ": [[0.5, 0.5], [10, -3]],
    "1 / 2": [[1]],
}


@pytest.mark.parametrize("text", TYPED)
def test_typed_games(text):
    assert looks_typed(text)
    assert read_game(text).row.tolist() == TYPED[text]


BROKEN_TYPED = (
    "3,0;5,1",
    "1,2 / 3,4 / 5,6",
    "1,2;3 / 1,2;3,4",
    "1,2;3,4 / 1,2",
    "1,,2 / 1,2,3",
    "1,2;;3,4 / 1,2",
    "1/0 / 2,",
    "3,0;5,1/3,5;0,1",
    "1e999,1 / 1,2",
    "/ 1,2",
)


@pytest.mark.parametrize("text", BROKEN_TYPED)
def test_a_broken_typed_game_is_told_in_one_line(text):
    with pytest.raises(GameError) as caught:
        parse_typed(text)
    assert "\n" not in str(caught.value)


BROKEN_JSON = {
    "syntax": "{",
    "no payoffs": '{"title": "x"}',
    "unknown key": '{"payoff": []}',
    "schema": '{"schema": 2, "payoffs": [[[1]], [[1]]]}',
    "ragged": '{"payoffs": [[[1, 2], [3]], [[1, 2], [3, 4]]]}',
    "shapes": '{"payoffs": [[[1, 2]], [[1], [2]]]}',
    "word": '{"payoffs": [[["x"]], [[1]]]}',
    "true": '{"payoffs": [[[true]], [[1]]]}',
    "null": '{"payoffs": [[[null]], [[1]]]}',
    "nan": '{"payoffs": [[[NaN]], [[1]]]}',
    "empty": '{"payoffs": [[[]], [[]]]}',
    "no list": '{"payoffs": 3}',
    "players": '{"payoffs": [[[1]], [[1]]], "players": ["a"]}',
    "players type": '{"payoffs": [[[1]], [[1]]], "players": "ab"}',
    "actions": '{"payoffs": [[[1]], [[1]]], "actions": [["a", "b"], ["c"]]}',
    "large": '{"payoffs": [[[1e999]], [[1]]]}',
    "deep": '{"payoffs": ' + "[" * 100_000,
}


@pytest.mark.parametrize("text", BROKEN_JSON.values(), ids=BROKEN_JSON)
def test_a_broken_json_game_is_told_in_one_line(text, tmp_path):
    path = tmp_path / "game.json"
    path.write_text(text)
    with pytest.raises(StrategicError) as caught:
        read_game(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["no-such.nfg", "no-such.csv", "no-such.npz", "no-such.parquet"])
def test_a_missing_file_is_told_in_one_line(name, tmp_path):
    with pytest.raises(FileError, match="no such file"):
        read_game(tmp_path / name)


def test_a_folder_and_bytes_are_no_games(tmp_path):
    with pytest.raises(FileError, match="holds no file of games"):
        read_game(tmp_path)
    path = tmp_path / "bytes.nfg"
    path.write_bytes(b'NFG 1 R "\xe9" { "a" }')
    with pytest.raises(FileError, match=r"UTF-8 \(got 233\)"):
        read_game(path)
