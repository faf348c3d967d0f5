"""Whose payoffs are where in a file: guessed and told, or named by the user."""

import numpy as np
import pytest

ROW, COLUMN = np.random.default_rng(3).integers(-5, 5, size=(2, 6, 2, 2)).astype(float)


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    from strategic.cli import main

    monkeypatch.chdir(tmp_path)

    def command(*arguments):
        code = main(["batch", *arguments, "--workers", "1"])
        return code, *capsys.readouterr()

    return command


def counts(path):
    import pyarrow.parquet as pq

    return pq.read_table(path).column("count").to_pylist()


def test_a_guess_is_told_and_the_user_may_decide(run, tmp_path):
    import strategic as st
    from strategic.games import Game

    np.savez(tmp_path / "g.npz", x=ROW, y=COLUMN)
    code, _, err = run("g.npz", "-o", "a.parquet")
    assert code == 0
    assert "arrays x and y were taken as the payoffs of row and column" in err
    assert counts("a.games.parquet") == st.solve(Game.from_payoffs(ROW, COLUMN)).count.tolist()
    code, _, err = run("g.npz", "--row", "y", "--column", "x", "-o", "b.parquet")
    assert (code, "taken" in err) == (0, False)
    assert counts("b.games.parquet") == st.solve(Game.from_payoffs(COLUMN, ROW)).count.tolist()
    np.savez(tmp_path / "g.npz", x=ROW, y=COLUMN, z=ROW, w=ROW)
    code, _, err = run("g.npz", "-o", "c.parquet")
    assert code == 2
    assert err.count("\n") == 1
    assert "--row" in err
    assert run("g.npz", "--row", "w", "--column", "y", "-o", "c.parquet")[0] == 0


def test_players_are_named_in_columns_too(run, tmp_path):
    names = [f"{p}_{i}_{j}" for p in ("x", "y", "z") for i in (1, 2) for j in (1, 2)]
    cells = np.concatenate([m.reshape(6, 4) for m in (ROW, COLUMN, -ROW)], axis=1)
    np.savetxt(tmp_path / "g.csv", cells, delimiter=",", header=",".join(names), comments="")
    code, _, err = run("g.csv", "-o", "a.parquet")
    assert code == 2
    assert "x, y, z" in err
    assert "--row x --column y" in err
    assert run("g.csv", "--players", "x, z", "-o", "a.parquet")[0] == 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--row", "x"], "--row: needs --column too"),
        (["--column", "x"], "--column: needs --row too"),
        (["--players", "x"], "--players: must name two or more players"),
        (["--players", "x,,y"], "--players: must name two or more players"),
        (["--players", "x,y", "--row", "x"], "--players: does not go with --row"),
        (["--row", "x", "--column", "x"], "each once"),
        (["--row", "x", "--column", "q"], "must hold an array q"),
    ],
)
def test_names_that_make_no_sense_are_told(options, said, run, tmp_path):
    np.savez(tmp_path / "g.npz", x=ROW, y=COLUMN)
    code, _, err = run("g.npz", *options, "-o", "a.parquet")
    assert code == 2
    assert said in err
    assert err.count("\n") == 1
