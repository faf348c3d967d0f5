"""What is guessed of a file is told by every command that reads one, on the screen and in JSON."""

import json

import pytest

import strategic as st

WIDE = "a11;a12;a21;a22;b11;b12;b21;b22\n3,5;0;5;1,25;3,5;5;0;1,25\n"
LONG = "i,j,row,column\nC,C,3,3\nC,D,0,5\nD,C,5,0\nD,D,1,1\n"
ARRAYS = '{"mine": [[3, 0], [5, 1]], "theirs": [[3, 5], [0, 1]]}'
FILES = {
    "wide.csv": (WIDE, (
        "columns a11, a12, .. and b11, b12, .. were taken as the payoffs of row and column, "
        "actions from 1",
        "numbers were read with a decimal comma",
    )),
    "long.csv": (LONG, (
        "columns i, j and row, column were read as one row per action profile",
        "column i holds C, D, in this order",
        "column j holds C, D, in this order",
    )),
    "arrays.json": (ARRAYS, (
        "arrays mine and theirs were taken as the payoffs of row and column in one game",
    )),
}  # fmt: skip
COMMANDS = {
    "solve": (), "payoffs": ("--discount", ".9"), "measures": (), "parameters": (), "check": (),
    "report": (), "evolve": ("--dynamics", "replicator"),
}  # fmt: skip


def written(folder, name):
    text, told = FILES[name]
    (folder / name).write_text(text)
    return folder / name, told


def check(strategic, command, file, told):
    for more in ((), ("--json",), ("--json", "--quiet")):
        found = strategic(command, file, *COMMANDS[command], *more)
        assert found.code == 0
        shown = [line for line in found.err.splitlines() if line in told]
        assert shown == ([] if "--quiet" in more else [*told])
        if more:
            assert found.json.get("provenance", found.json)["notes"] == [*told]


def test_a_command_that_takes_a_model_tells_what_it_guessed(strategic, tmp_path):
    check(strategic, "parameters", *written(tmp_path, "wide.csv"))
    found = strategic("parameters", "hawk-dove", "--json")
    assert (found.err, "notes" in found.json) == ("", False)


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_tells_what_it_guessed(strategic, tmp_path, command, name):
    check(strategic, command, *written(tmp_path, name))


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_reports_and_conversions_tell_what_they_guessed(strategic, tmp_path, name):
    file, told = written(tmp_path, name)
    strategic("report", file, "-o", tmp_path / "out.md")
    assert all(sentence in (tmp_path / "out.md").read_text() for sentence in told)
    found = strategic("convert", file, "-", "--to", "nfg")
    assert found.err.splitlines()[: len(told)] == [*told]
    assert strategic("report", "hawk-dove", "--json").json["provenance"]["notes"] == []


@pytest.mark.parametrize("name", FILES)
def test_models_carry_what_was_guessed(tmp_path, name):
    file, told = written(tmp_path, name)
    assert st.load(file).notes == told


@pytest.mark.slow
def test_estimates_tell_of_the_game_they_read(strategic, tmp_path):
    file, told = written(tmp_path, "arrays.json")
    data = tmp_path / "choices.csv"
    data.write_text("player,action,count\nplayer 1,1,3\nplayer 1,2,7\nplayer 2,1,4\nplayer 2,2,6\n")
    found = strategic("estimate", file, data, "--json")
    assert found.code == 0
    assert set(told) <= {*found.err.splitlines()}
    assert found.json["provenance"]["notes"] == [*told]


def test_named_arrays_of_a_document_are_taken_as_they_are_named(strategic, tmp_path):
    file, _ = written(tmp_path, "arrays.json")
    named = ("--row", "theirs", "--column", "mine")
    found = strategic("convert", file, "-", "--to", "json", *named)
    assert found.err == ""
    assert json.loads(found.out)["payoffs"] == [[[3, 5], [0, 1]], [[3, 0], [5, 1]]]


@pytest.mark.slow
def test_rows_of_a_sweep_tell_what_was_taken_as_axes(strategic, tmp_path):
    rows = tmp_path / "rows.csv"
    rows.write_text("x,y,payoff\n0,0,1\n0,1,2\n1,0,3\n1,1,4\n")
    told = "columns x and y were taken as the axes, the others as what was measured\n"
    assert strategic("convert", rows, tmp_path / "map.zarr").err == told
    assert strategic("plot", rows, "-o", tmp_path / "map.svg").err.startswith(told)


def test_what_was_taken_as_axes_is_an_attribute_of_a_sweep(tmp_path):
    rows = tmp_path / "rows.csv"
    rows.write_text("x,payoff\n0,1\n1,2\n")
    assert st.open_sweep(rows).attrs["read"].startswith("column x was taken as the axis")
    rows.write_text("x,payoff\n0,1\n0,1\n1,2\n")
    assert "each row was taken as a point" in st.open_sweep(rows).attrs["read"]
