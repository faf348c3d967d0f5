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
        (("t.npz", "new.nfg"), "new.nfg: holds one game"),
        (("t.npz", "-", "--to", "md"), "holds one game"),
        (("t.npz", "new.nfg", "--number", "3"), r"holds 3 games, numbered from 0"),
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


def test_formats_of_other_programs_come_back(strategic, folder):
    targets = ("a.gam", "a.jsonl", "a.tsv", "a.xlsx", "a.feather", "a.arrow", "a.nc", "a.npy")
    for target in targets:
        assert strategic("convert", "game.nfg", target).out == f"{target}: 1 game\n"
        assert strategic("convert", target, "back.nfg", "--force").code == 0
        game = read_game(folder / "back.nfg")
        assert np.array_equal(game.row, DILEMMA.row)
        assert np.array_equal(game.column, DILEMMA.column)
        if target in ("a.jsonl", "a.feather", "a.arrow", "a.nc"):
            assert (game.title, game.players) == (DILEMMA.title, DILEMMA.players)
            assert (game.actions, game.comment) == (DILEMMA.actions, DILEMMA.comment)


def test_what_a_format_does_not_keep_is_said_in_one_line(strategic, folder):
    assert strategic("convert", "game.nfg", "a.gam").err == (
        ".gam keeps no names of players and actions, no title and no comment; "
        "a .nfg file keeps all that\n"
    )
    thirds = strategic("convert", "1/3,0 / 0.1,2", "thirds.gam")
    assert "it holds numbers that were rounded to doubles; a .nfg file" in thirds.err
    assert strategic("convert", "0.1,0 / 0.1,2", "b.gam").err == ""
    header = "id,row_0_0,row_0_1,column_0_0,column_0_1\n"
    (folder / "in.csv").write_text(f"{header}x,1/3,2,3,4\ny,1,2,3,4\nz,1,,3,4\n")
    result = strategic("convert", "in.csv", "out.npz", "--force")
    assert result.err.count("\n") == 1
    assert ".npz keeps no column id; a .csv file keeps all that" in result.err
    assert "1 of them lacks payoffs, which are gaps in the file" in result.err
    assert "keeps no" not in strategic("convert", "in.csv", "out.xlsx").err


def test_a_row_per_payoff(strategic, folder):
    result = strategic("convert", "game.nfg", "-", "--to", "csv", "--long")
    lines = result.out.splitlines()
    assert lines[0] == "game,player,i,j,payoff"
    assert lines[2] == "0,R&D,x|y,$,0"
    assert len(lines) == 9
    assert strategic("convert", "game.nfg", "long.parquet", "--long").code == 0
    assert strategic("convert", "long.parquet", "back.json").code == 0
    back = read_game(folder / "back.json")
    assert back.actions == DILEMMA.actions
    assert np.array_equal(back.column, DILEMMA.column)


def test_pipes_take_and_give_every_kind(strategic, folder, monkeypatch):
    import io
    import sys

    class Pipe:
        def __init__(self, content):
            self.buffer = io.BytesIO(content)

        def isatty(self):
            return False

    for ending in ("csv", "tsv", "jsonl", "parquet", "feather", "npz", "npy", "xlsx", "nc", "gam"):
        strategic("convert", "game.nfg", f"a.{ending}")
        monkeypatch.setattr(sys, "stdin", Pipe((folder / f"a.{ending}").read_bytes()))
        assert strategic("convert", "-", "back.json", "--force").code == 0
        assert np.array_equal(read_game(folder / "back.json").row, DILEMMA.row)
    sink = Pipe(b"")
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", sink)
        assert strategic("convert", "game.nfg", "-", "--to", "npy").code == 0
    (folder / "out.npy").write_bytes(sink.buffer.getvalue())
    assert np.load("out.npy").tolist() == [[DILEMMA.row.tolist(), DILEMMA.column.tolist()]]
    model = 'kind = "game"\ntitle = "t"\n[game]\n'  # a model, which lacks its game
    result = strategic("convert", "-", "x.nfg", stdin=model)
    assert result.code == 2
    assert "column" not in result.err


def test_folders_patterns_and_named_arrays(strategic, folder):
    (folder / "many").mkdir()
    for k in range(3):
        write(Game.from_payoffs([[k, 1]], [[2, k]]), folder / "many" / f"g{k}.nfg")
    assert strategic("convert", "many", "all.jsonl").out == "all.jsonl: 3 games\n"
    assert strategic("convert", "many/g*.nfg", "all.csv").out == "all.csv: 3 games\n"
    assert read_games("all.csv").row[:, 0, 0].tolist() == [0, 1, 2]
    np.savez("own.npz", x=np.ones((2, 2, 2)), y=np.zeros((2, 2, 2)), z=np.zeros((2, 2, 2)))
    result = strategic("convert", "own.npz", "own.csv", "--row", "z", "--column", "x")
    assert result.code == 0
    assert read_games("own.csv").column[0, 0, 0] == 1


def test_stored_batches_are_written_anew(strategic, folder):
    import json

    import pyarrow.parquet as pq

    import strategic as st

    games = st.games.families.random_games((2, 2), 30, rng=1)
    write(games, "games.npz")
    found = st.solve(games)
    st.batch("games.npz", "found", part=7)
    for target in ("a.csv", "a.tsv", "a.xlsx", "a.parquet", "a.feather"):
        result = strategic("convert", "found", target)
        stem, ending = target.split(".")
        assert result.out.startswith(f"{target} and {stem}.games.{ending}: <StoredBatch: ")
        assert result.code == 0
    assert pq.read_table("a.parquet")["row_0"].to_pylist() == found.row[:, 0].tolist()
    assert pq.read_table("a.games.parquet")["count"].to_pylist() == found.count.tolist()
    assert strategic("convert", "a.csv", "b.parquet").code == 0
    assert pq.read_table("b.parquet")["row_0"].to_pylist() == found.row[:, 0].tolist()
    assert strategic("convert", "found", "a.nc").code == 0
    import xarray as xr

    with xr.open_dataset("a.nc", engine="scipy") as data:
        assert data["count"].to_numpy().tolist() == found.count.tolist()
    printed = strategic("convert", "found", "-", "--to", "csv").out.splitlines()
    assert len(printed) == len(found) + 1
    assert "can be written to .csv" in strategic("convert", "found", "a.nfg").err
    assert "holds results" in strategic("convert", "found", "a.csv", "--long").err
    assert json.loads((folder / "found" / "_strategic.json").read_text())["format"] == "batch"


def test_an_array_that_could_be_read_in_two_ways_is_told(strategic, folder):
    for players in (2, 3):
        games = np.random.default_rng(0).normal(size=(players, players + 1, *(2,) * players))
        write(Game.from_payoffs(*games), folder / "t.npz")
        told = strategic("convert", "t.npz", "t.npy", "--force").err
        assert f"could be one game of {players + 1} players" in told
        names = told.split("--players ")[1].strip()
        assert strategic("convert", "t.npy", "back.npz", "--force", "--players", names).code == 0
        assert np.array_equal(read_games("back.npz").payoffs[1], games[1])
        write(Game.from_payoffs(*games[:, :2]), folder / "t.npz")
        assert strategic("convert", "t.npz", "t.npy", "--force").err == ""


@pytest.mark.usefixtures("folder")
def test_where_standard_output_takes_texts_only(strategic, monkeypatch):
    import io
    import sys

    for ending, code in (("csv", 0), ("jsonl", 0), ("md", 0), ("npy", 2)):
        notebook = io.StringIO()
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", notebook)
            result = strategic("convert", "game.nfg", "-", "--to", ending)
        assert result.code == code
        assert bool(notebook.getvalue()) == (code == 0)


def test_tables_in_a_pipe_are_byte_for_byte_those_of_a_file(folder):
    import subprocess
    import sys

    odd = Game.from_payoffs([[1, 2]], [[3, 4]], actions=(("a",), ("\x1b[31m", "\ufeffb\r\n")))
    write(odd, folder / "odd.jsonl")
    write(odd, folder / "odd.tsv", long=True)
    for ending, words in (("jsonl", ()), ("tsv", ("--long",))):
        command = [sys.executable, "-m", "strategic", "convert", "odd.jsonl", "-", "--to", ending]
        result = subprocess.run([*command, *words], capture_output=True, check=True)
        assert result.stdout == (folder / f"odd.{ending}").read_bytes()
