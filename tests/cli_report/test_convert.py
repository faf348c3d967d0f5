"""``strategic convert`` from end to end."""

from itertools import pairwise

import numpy as np
import pytest

from strategic.games import Game, read_game, read_games, write

DILEMMA = Game.from_payoffs(
    [[3, 0], [5, 1]],
    [[3, 5], [0, 1]],
    title="The <b>dilemma</b>",
    players=("R&D", "b_1"),
    actions=(("x|y", "D"), ("C", "$")),
    comment="a comment",
)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(DILEMMA, "game.nfg")
    return tmp_path


def test_there_and_back_through_every_format_keeps_the_payoffs(strategic, folder):
    chain = ["game.nfg", "a.json", "b.nfg", "c.csv", "d.parquet", "e.npz", "f.nfg"]
    for source, target in pairwise(chain):
        result = strategic("convert", source, target)
        assert (result.code, result.out) == (0, f"{target}: 1 game\n")
        lost = ".csv keeps no names of players and actions, no title and no comment; a .nfg file "
        assert result.err == (f"{lost}keeps all that\n" if target == "c.csv" else "")
        game = read_game(folder / target)
        assert np.array_equal(game.row, DILEMMA.row)
        assert np.array_equal(game.column, DILEMMA.column)
    for kept in ("a.json", "b.nfg"):
        game = read_game(folder / kept)
        for label in ("title", "players", "actions", "comment"):
            assert getattr(game, label) == getattr(DILEMMA, label)
    assert len(list(folder.iterdir())) == len(chain)


def test_pictures_of_a_game_escape_its_names(strategic, folder):
    expected = {
        "md": r"| R&D \\ b\_1 | C | $ |",
        "tex": r"R\&D \textbackslash{} b\_1 & C & \$ \\",
        "html": '<th scope="col">R&amp;D \\ b_1</th>',
    }
    for ending, line in expected.items():
        assert strategic("convert", "game.nfg", f"game.{ending}").code == 0
        text = (folder / f"game.{ending}").read_text()
        assert line in text
        assert "<b>" not in text
        printed = strategic("convert", "game.nfg", "-", "--to", ending)
        assert printed.out == text


def test_a_typed_game_and_a_game_from_a_pipe(strategic, folder):
    assert strategic("convert", "1/3,0 / 0.1,2", "g.nfg").code == 0
    assert [e.tolist() for e in read_game("g.nfg").fractions()] == [
        e.tolist() for e in read_game("1/3,0 / 0.1,2").fractions()
    ]
    text = (folder / "game.nfg").read_text()
    assert strategic("convert", "-", "-", "--to", "nfg", stdin=text).out == text


def test_tables_keep_exact_numbers_or_say_that_they_round(strategic, folder):
    (folder / "in.csv").write_text("row_0_0,column_0_0\n1/3,1\n0.1,2\n0.5,3\n")
    result = strategic("convert", "in.csv", "out.csv")
    assert (result.out, result.err) == ("out.csv: 3 games\n", "")
    assert (folder / "out.csv").read_text() == (folder / "in.csv").read_text()
    result = strategic("convert", "in.csv", "out.npz")
    assert result.out == "out.npz: 3 games\n"
    assert "up to 3 of them hold numbers that were rounded to doubles" in result.err
    assert np.array_equal(read_games("out.npz").row.ravel(), [1 / 3, 0.1, 0.5])


def test_one_game_of_a_table(strategic, folder):
    write(Game.from_payoffs(np.arange(12).reshape(3, 2, 2), np.zeros((3, 2, 2))), folder / "t.npz")
    assert strategic("convert", "t.npz", "g.json", "--number", "2").code == 0
    assert read_game("g.json").row.tolist() == [[8, 9], [10, 11]]


def test_the_game_of_a_model(strategic, folder):
    result = strategic(
        "convert", "ai-mier", "g.nfg", "--game", "base", "--set", "relation.alignment=0.5"
    )
    assert result.code == 0
    assert read_game(folder / "g.nfg").shape == (2, 2)


def test_what_cannot_be_converted(failing, folder):
    write(Game.from_payoffs(np.zeros((3, 2, 2)), np.zeros((3, 2, 2))), folder / "t.npz")
    write(Game.from_payoffs(np.zeros(2)), folder / "one.nfg")
    before = sorted(folder.iterdir())
    for words, rule in (
        (("game.nfg", "game.doc"), "can be written to .nfg"),
        (("game.nfg", "game"), "can be written to .nfg"),
        (("t.npz", "game.nfg"), "game.nfg: holds one game"),
        (("t.npz", "-", "--to", "md"), "holds one game"),
        (("t.npz", "game.nfg", "--number", "3"), r"holds 3 games, numbered from 0"),
        (("game.nfg", "g.nfg", "--number", "0"), "--number: needs a table"),
        (("one.nfg", "one.csv"), "two or more players"),
        (("game.nfg", "-"), "--to: must be one of nfg, gam, json, md, tex, html"),
        (("game.nfg", "-", "--to", "doc"), "--to: must be one of"),
        (("game.nfg", "-", "--to", "nfg", "--long"), "--to: must be one of csv, tsv, xlsx"),
        (("game.nfg", "g.json", "--long"), "a row per payoff"),
        (("game.nfg", "g.json", "--to", "md"), "--to: applies only where OUT is -"),
        (("game.nfg", "no-such/g.json"), "no such file"),
        (("no-such.nfg", "g.json"), "no such file"),
        (("game.nfg", "g.json", "--set", "a=1"), "need a model"),
        (("t.npz", "g.csv", "--game", "base"), "need a model"),
    ):
        assert rule in failing("convert", *words)
        assert sorted(folder.iterdir()) == before
