"""``strategic batch`` from end to end: files in, files out, nothing left behind."""

import os
import resource
import signal
import subprocess
import sys

import numpy as np
import pytest

import strategic as st
from strategic.games import Game, read_games, write


@pytest.fixture
def run(tmp_path, monkeypatch, strategic):
    monkeypatch.chdir(tmp_path)
    return lambda *words: strategic("batch", *words)


@pytest.fixture(autouse=True)
def games(tmp_path):
    rng = np.random.default_rng(5)
    games = Game.from_payoffs(*rng.integers(0, 6, size=(2, 700, 3, 2)) / 10)
    for suffix in ("npz", "csv", "parquet"):
        write(games, tmp_path / f"in.{suffix}")


@pytest.mark.parametrize("suffix", ["npz", "csv", "parquet"])
def test_every_equilibrium_of_every_game(suffix, tmp_path, run):
    result = run(f"in.{suffix}", "-o", f"out.{suffix}", "--json", "--workers", 1)
    assert result.code == 0, result.err
    summary = result.json
    expected = st.solve(read_games(tmp_path / f"in.{suffix}"))
    assert summary["schema"] == 1
    assert summary["games"] == 700
    assert summary["equilibria"] == len(expected)
    assert sum(summary["statuses"].values()) == 700
    columns = read_columns(tmp_path / f"out.{suffix}")
    assert columns["game"].tolist() == expected.game.tolist()
    for name, strategies in (("row", expected.row), ("column", expected.column)):
        for action in range(strategies.shape[1]):
            assert columns[f"{name}_{action}"].tolist() == strategies[:, action].tolist()
    assert columns["payoff_row"].tolist() == expected.payoffs[:, 0].tolist()
    assert columns["payoff_column"].tolist() == expected.payoffs[:, 1].tolist()
    np.testing.assert_array_equal(columns["index"], expected.index)
    assert columns["regret"].tolist() == expected.regret.tolist()
    assert columns["count"].tolist() == expected.count.tolist()


@pytest.mark.parametrize("suffix", ["npz", "csv", "parquet"])
@pytest.mark.parametrize("want", ["count", "supports", "strategies"])
def test_no_more_than_is_wanted(want, suffix, tmp_path, run):
    result = run("in.npz", "-o", f"out.{suffix}", "--want", want, "--json", "--workers", 1)
    assert result.code == 0, result.err
    assert result.json["largest_regret"] is None
    expected = st.solve(read_games(tmp_path / "in.npz"))
    assert result.json["equilibria"] == len(expected)
    columns = read_columns(tmp_path / f"out.{suffix}")
    assert columns["count"].tolist() == expected.count.tolist()
    assert "payoff_row" not in columns
    assert ("row_0" in columns) == (want != "count")
    if want != "count":
        assert columns["game"].tolist() == expected.game.tolist()
        numbers = expected.column[:, 1] > 0 if want == "supports" else expected.column[:, 1]
        assert columns["column_1"].tolist() == numbers.tolist()
    elif suffix != "npz":
        assert not (tmp_path / f"out.games.{suffix}").exists()


@pytest.mark.parametrize("suffix", ["npz", "csv", "parquet"])
def test_games_of_three_players(suffix, tmp_path, run):
    games = Game.from_payoffs(*np.random.default_rng(6).integers(0, 99, (3, 700, 2, 2, 2)) / 8)
    write(games, tmp_path / f"three.{suffix}")
    again = read_games(tmp_path / f"three.{suffix}")
    for mine, theirs in zip(games.payoffs, again.payoffs, strict=True):
        np.testing.assert_array_equal(mine, theirs)
    result = run(f"three.{suffix}", "-o", f"out.{suffix}", "--json", "--workers", 1)
    assert result.code == 0, result.err
    expected = st.solve(games)
    assert result.json["equilibria"] == len(expected)
    columns = read_columns(tmp_path / f"out.{suffix}")
    for player, strategy in enumerate(expected.strategies):
        for action in range(2):
            assert columns[f"player_{player}_{action}"].tolist() == strategy[:, action].tolist()
        payoffs = columns[f"payoff_player_{player}"]
        assert payoffs.tolist() == expected.payoffs[:, player].tolist()
    assert columns["count"].tolist() == expected.count.tolist()


def test_columns_of_three_players_are_checked(tmp_path, run):
    for names, rule in (
        ("player_0_0_0_0,player_1_0_0_0", "player_2_0_0_0 is missing"),
        ("player_0_0_0_0,player_1_0_0", "one action per player"),
        ("player_0_0,player_1_0", "must have columns row_0_0"),
        ("player_0_0_0_999999999,player_1_0_0_0", "player_0_0_0_0 is missing"),
    ):
        (tmp_path / "bad.csv").write_text(f"{names}\n1,2\n")
        result = run("bad.csv", "-o", "out.csv")
        assert result.code == 2
        assert rule in result.err
    two = {f"player_{i}": np.ones((4, 2, 2, 2)) for i in range(2)}
    np.savez(tmp_path / "bad.npz", **two)
    assert "must hold an array player_2" in run("bad.npz", "-o", "out.csv").err
    three = {f"player_{i}": np.ones((4, 2, 2, 2 + (i == 2))) for i in range(3)}
    np.savez(tmp_path / "bad.npz", **three)
    assert (
        "player_2: must have shape (4, 2, 2, 2) like player_0" in run("bad.npz", "-o", "o.csv").err
    )


def read_columns(path):
    import pandas as pd

    if path.suffix == ".npz":
        with np.load(path) as arrays:
            return dict(arrays)
    read = pd.read_csv if path.suffix == ".csv" else pd.read_parquet
    beside = path.with_suffix(f".games{path.suffix}")
    table = read(path)
    of_games = read(beside) if beside.exists() else table  # counts alone are one table
    assert of_games["game"].tolist() == list(range(700))
    return {name: table[name].to_numpy() for name in table} | {"count": of_games["count"]}


def test_decimal_ties_in_csv_are_ties(tmp_path, run):
    (tmp_path / "tie.csv").write_text(
        "row_0_0,row_1_0,row_0_1,row_1_1,column_0_0,column_0_1,column_1_0,column_1_1\n"
        "0.3,0.30000000000000000,0,0,1,0,1,0\n"
        "0.3,0.30000000000000004,0,0,1,0,1,0\n"
    )
    result = run("tie.csv", "-o", "out.csv")
    assert result.code == 0
    lines = (tmp_path / "out.games.csv").read_text().splitlines()[1:]
    assert [line.split(",")[1] for line in lines] == ["2", "1"]


def test_the_summary_is_the_result_and_progress_is_not(run):
    result = run("in.npz", "-o", "out.csv")
    assert result.out.startswith("out.csv: ")
    assert result.out.count("\n") == 1
    assert "700 games" in result.out
    assert result.err.endswith(" s\n")


BAD = {
    "no input": ("no-such.npz", "-o", "out.csv"),
    "no output option": ("in.npz",),
    "ending of the output": ("in.npz", "-o", "out.txt"),
    "ending of the input": ("in.nfg", "-o", "out.csv"),
    "folder that is not there": ("in.npz", "-o", "no-such/out.csv"),
    "folder for a file": (".", "-o", "out.csv"),
    "file for a folder": ("in.npz", "-o", "in.csv/out.csv"),
    "no workers": ("in.npz", "-o", "out.csv", "--workers", "0"),
    "half a file": ("half.npz", "-o", "out.parquet"),
    "bad later": ("late.csv", "-o", "out.npz"),
    "too large": ("large.csv", "-o", "out.csv"),
}


@pytest.mark.parametrize("words", BAD.values(), ids=BAD)
def test_bad_input_is_one_line_and_leaves_nothing(words, tmp_path, run):
    (tmp_path / "half.npz").write_bytes((tmp_path / "in.npz").read_bytes()[:5000])
    (tmp_path / "late.csv").write_text((tmp_path / "in.csv").read_text() + "1,2,3\n")
    write(Game.from_payoffs(*np.zeros((2, 1, 17, 17))), tmp_path / "large.csv")
    before = sorted(tmp_path.iterdir())
    result = run(*words)
    assert result.code == 2
    assert result.out == ""
    errors = [line for line in result.err.splitlines() if line.startswith("error: ")]
    assert len(errors) == 1
    assert "Traceback" not in result.err
    assert sorted(tmp_path.iterdir()) == before


def test_a_disk_that_fills_up(tmp_path):
    def few_bytes():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (8000, 8000))

    before = sorted(tmp_path.iterdir())
    result = subprocess.run(
        [sys.executable, "-m", "strategic", "batch", "in.npz", "-o", "out.csv"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=few_bytes,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert result.returncode == 2
    assert result.stderr.splitlines()[-1] == (
        "error: out.csv: cannot write it: file too large; make room, or write it elsewhere"
    )
    assert sorted(tmp_path.iterdir()) == before
