"""Output options: inputs are never replaced, and bad places are told before the work."""

import os
import shutil

import numpy as np
import pytest

import strategic as st
from strategic.games import Game, write

GAMES = Game.from_payoffs(*np.random.default_rng(0).integers(0, 9, (2, 40, 2, 2)))


def test_inputs_are_not_replaced_by_outputs(tmp_path, failing, strategic, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(GAMES, tmp_path / "g.npz")
    write(GAMES, tmp_path / "g.csv")
    write(GAMES, tmp_path / "o.games.csv")
    write(GAMES.of_batch(0), tmp_path / "game.json")
    (tmp_path / "p.csv").write_text("relation.alignment\n0.1\n0.2\n")
    (tmp_path / "soft.npz").symlink_to("g.npz")
    os.link(tmp_path / "g.npz", tmp_path / "hard.npz")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    for words in (
        ("batch", "g.npz", "-o", "g.npz"),
        ("batch", "g.npz", "-o", "./g.npz"),
        ("batch", "g.npz", "-o", "soft.npz"),
        ("batch", "soft.npz", "-o", "g.npz"),
        ("batch", "g.npz", "-o", "hard.npz"),
        ("batch", "g.csv", "-o", "g.csv"),
        ("batch", "o.games.csv", "-o", "o.csv"),
        ("convert", "g.csv", "g.csv"),
        ("convert", "soft.npz", "hard.npz"),
        ("report", "game.json", "-o", "game.json"),
        ("sweep", "ai-mier", "--points", "p.csv", "--measure", "surplus", "-o", "p.csv"),
    ):
        assert "is the input, which it would replace; choose another name" in failing(*words), words
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    assert strategic("batch", "g.npz", "-o", "h.npz").code in (0, 3)


@pytest.mark.parametrize(
    "words",
    [
        ("report", "ai-mier", "-o", "no/a.html"),
        ("simulate", "ai-mier", "-o", "no/a.csv"),
        ("payoffs", "3,0;5,1 / 3,5;0,1", "--discount", ".5", "-o", "no/a.svg"),
        ("sweep", "ai-mier", "--over", "relation.alignment=0:1:3", "--measure", "surplus",
         "-o", "no/a.csv"),
        ("sensitivity", "ai-mier", "--over", "relation.alignment=0:1", "--measure", "surplus",
         "-o", "no/a.svg"),
    ],
)  # fmt: skip
def test_a_place_that_cannot_be_written_is_told_before_the_work(words, failing, monkeypatch):
    def work(*_, **__):
        pytest.fail("worked before looking")

    import strategic.modelling
    import strategic.repeated
    import strategic.reports
    import strategic.sweeps
    import strategic.sweeps._run

    monkeypatch.setattr(strategic.reports, "report", work)
    monkeypatch.setattr(strategic.modelling, "simulate", work)
    monkeypatch.setattr(strategic.repeated, "equilibrium_payoffs", work)
    monkeypatch.setattr(strategic.sweeps, "sensitivity", work)
    monkeypatch.setattr(strategic.sweeps._run, "evaluate_grid", work)
    assert "cannot write it: no such file or directory" in failing(*words)


SWEPT = ("--over", "relation.alignment=0:1:3", "--measure", "surplus")
DILEMMA = "3,0;5,1 / 3,5;0,1"
PENNIES = """
players = ["row", "column"]
actions = [["up", "down"], ["left", "right"]]
payoffs = [[[2, 0], [0, 1]], [[0, 1], [1, 0]]]
"""
DATA = [
    ("batch", "g.npz", "-o", "out.csv"),
    ("batch", "g.npz", "-o", "out.npz"),
    ("batch", "g.npz", "-o", "out/"),
    ("sweep", "ai-mier", *SWEPT, "-o", "out.nc"),
    ("sweep", "ai-mier", *SWEPT, "-o", "out.zarr"),
    ("merge", "part.zarr", "-o", "out.zarr"),
    ("convert", "g.npz", "out.csv"),
    ("convert", "g.npz", "out.jsonl"),
    ("convert", DILEMMA, "out.nfg"),
    ("convert", DILEMMA, "out.tex"),
    ("convert", "found", "out.parquet"),
    ("convert", "found", "out.nc"),
    ("convert", "part.zarr", "out.xlsx"),
    ("convert", "part.zarr", "out.zarr"),
    ("new", "out.toml"),
    ("simulate", "inspection", "--data", "out.csv", "--truth", "rationality=1"),
    ("estimate", "inspection", "counts.csv", "--free", "cost", "-o", "out.toml"),
]  # fmt: skip
"""Commands that write what others read on: none replaces a file unless it is told to."""
TOLD = [
    ("report", "ai-mier", "-o", "out.md"),
    ("equations", "ai-mier", "-o", "out.tex"),
    ("evolve", "hawk-dove", "-o", "out.json"),
    ("payoffs", DILEMMA, "--discount", ".5", "-o", "out.svg"),
    ("plot", "part.zarr", "-o", "out.svg"),
    ("sensitivity", "ai-mier", "--over", "relation.alignment=0:1", "--measure", "surplus",
     "-o", "out.svg"),
    ("simulate", "ai-mier", "--paths", "10", "-o", "out.csv"),
    ("estimate", "inspection", "counts.csv", "-o", "out.csv"),
    ("recover", "inspection", "--truth", "rationality=1", "--samples", "3", "-o", "out.json"),
]  # fmt: skip
"""Commands that say something of one model: their last version is replaced."""


@pytest.fixture(scope="module")
def material(tmp_path_factory):
    folder = tmp_path_factory.mktemp("material")
    write(GAMES, folder / "g.npz")
    st.batch(folder / "g.npz", folder / "found")
    over = {"relation.alignment": "0:1:3"}
    st.sweep(st.load("ai-mier"), over, "surplus", out=folder / "part.zarr")
    (folder / "counts.csv").write_text(
        "player,action,count\ninspector,inspect,25\ninspector,trust,25\n"
        "contractor,work,34\ncontractor,shirk,16\n"
    )
    return folder


@pytest.fixture
def workshop(material, tmp_path, monkeypatch):
    shutil.copytree(material, tmp_path / "here")
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here"


def _held(path):
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    return {str(file): file.read_bytes() for file in files if file.is_file()}


@pytest.mark.parametrize("words", DATA, ids=" ".join)
def test_data_that_are_there_are_replaced_with_force_only(workshop, strategic, failing, words):
    (name,) = (word for word in words if word.startswith("out"))
    out = workshop / name
    assert strategic(*words).code in (0, 3)
    before = _held(out)
    err = failing(*words)
    assert "exists already; " in err
    assert "replace it with --force, or choose another name" in err
    assert _held(out) == before
    assert strategic(*words, "--force").code in (0, 3)
    assert _held(out).keys() == before.keys()
    if out.is_file():
        out.write_text("")  # as mktemp leaves it: nothing is lost
        for beside in workshop.glob("out.games.*"):
            beside.unlink()
        assert strategic(*words).code in (0, 3)
        assert out.stat().st_size


@pytest.mark.parametrize("words", TOLD, ids=" ".join)
def test_what_is_said_of_one_model_takes_the_place_of_its_last_version(workshop, strategic, words):
    out = workshop / words[-1]
    out.write_text("the last version")
    assert strategic(*words).code == 0
    assert b"the last version" not in out.read_bytes()


def test_every_command_that_writes_files_keeps_one_of_the_two_rules():
    import typer

    from strategic.cli.app import COMMANDS, _application

    known = typer.main.get_command(_application("")).commands
    options = {
        name: {option for one in command.params for option in one.opts}
        for name, command in known.items()
    }
    assert options.keys() == {name for names in COMMANDS.values() for name in names}
    forced = {name for name, given in options.items() if "--force" in given}
    assert forced == {words[0] for words in DATA}
    writing = {name for name, given in options.items() if "--output" in given}
    assert writing | {"convert", "new"} == {words[0] for words in (*DATA, *TOLD)}


def test_no_second_file_is_replaced_either(workshop, failing):
    (workshop / "out.games.parquet").write_bytes(b"mine")
    for words in (("convert", "found", "out.parquet"), ("batch", "g.npz", "-o", "out.parquet")):
        assert failing(*words).startswith("error: out.games.parquet: exists already; replace it")
        assert not (workshop / "out.parquet").exists()
    assert (workshop / "out.games.parquet").read_bytes() == b"mine"


def test_inputs_are_not_replaced_even_with_force(workshop, failing):
    entry = f'kind = "game"\n{PENNIES}\n[estimate]\ndata = "counts.csv"\n'
    (workshop / "one.toml").write_text(f'title = "One"\n{entry}')
    (workshop / "two.toml").write_text(f'title = "Two"\n{entry}')
    os.link("g.npz", "hard.npz")
    for words in (
        ("convert", "g.npz", "hard.npz", "--force"),
        ("convert", "part.zarr", "part.zarr", "--force"),
        ("batch", "g.npz", "-o", "hard.npz", "--force"),
        ("estimate", "inspection", "counts.csv", "-o", "counts.csv"),
        ("estimate", "one.toml", "-o", "counts.csv"),
        ("estimate", "one.toml,two.toml", "counts.csv", "-o", "two.toml", "--force"),
        ("recover", "one.toml", "--truth", "rationality=1", "-o", "./counts.csv"),
    ):
        assert "is the input, which it would replace; choose another name" in failing(*words)
