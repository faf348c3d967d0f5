"""What errors advise is there: every option that a message names is one of the command it names."""

import ast
import inspect
import re
from importlib import import_module

import numpy as np
import pytest
import typer

from strategic.cli import app
from strategic.cli.app import COMMANDS, main

NAMES = [name for names in COMMANDS.values() for name in names]
GENERAL = {"--debug", "--quiet", "--version", "--help"}
_QUOTED = re.compile(r"strategic ([a-z]+)\b([^']*)")
_OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")


@pytest.fixture(scope="module")
def options():
    """Options of every command, by its name."""
    found = {}
    for name in NAMES:
        command = typer.main.get_command(app._application(name)).commands[name]
        found[name] = GENERAL | {o for p in command.params for o in (*p.opts, *p.secondary_opts)}
    return found


def unknown(text, command, options):
    """List what a message names and the command lacks: its own, or the one that it names."""
    if "' takes that" in text:  # what is advised is advised of the command that is named
        command = _QUOTED.search(text)[1]
    own = [(command, _QUOTED.sub("", text)), *(m.groups() for m in _QUOTED.finditer(text))]
    return [
        (name, option)
        for name, said in own
        for option in _OPTION.findall(said)
        if option not in options.get(name, ())
    ]


@pytest.mark.parametrize("name", NAMES)
def test_a_command_names_options_that_it_has(name, options):
    module = import_module(f"strategic.cli.{name}")
    texts = [
        node.value
        for node in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    assert not [found for text in texts for found in unknown(text, name, options)]


A = np.arange(12.0).reshape(3, 2, 2)
FILES = {
    "many.npy": np.zeros((5, 2, 2, 2)),
    "lone.npz": {"x": A},
    "three.npz": {"x": A[:1], "y": A[:1], "z": A[:1]},
    "sets.npz": {"x": A, "y": A, "C": A[0], "D": A[0]},
    "four.npz": {"p": A, "x": A, "q": A, "y": A},
    "sets.csv": "row_0_0,column_0_0,x_0_0\n1,2,3\n",
    "none.csv": "a,b\n1,2\n",
    "names.json": f'{{"x": {A[:2].tolist()}, "y": {A[:2].tolist()}, "z": {A[:2].tolist()}}}',
    "model.toml": 'kind = "nothing"\n',
    "archive.zip": "PK",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """One file of each kind of doubt."""
    made = tmp_path_factory.mktemp("files")
    for name, content in FILES.items():
        path = made / name
        if isinstance(content, str):
            path.write_text(content)
        elif name.endswith(".npz"):
            np.savez(path, **content)
        else:
            np.save(path, content)
    return made


@pytest.mark.parametrize("file", [*FILES, "."])
def test_errors_advise_what_the_command_can_do(file, folder, options, capsys):
    source, out = str(folder / file), str(folder / "out.nfg")
    for words in (
        ["solve", source], ["batch", source, "-o", f"{out}.parquet"], ["convert", source, out],
        ["payoffs", source, "--discount", ".5"], ["report", source], ["check", source],
        ["evolve", source], ["boundary", source, "--measure", "equilibrium_count"],
        ["sweep", source, "--over", "a=0:1:3"], ["estimate", source, source],
    ):  # fmt: skip
        code, told = main(words), capsys.readouterr().err
        assert code in (0, 2), told
        assert not unknown(told, words[0], options), told


def test_one_game_is_read_where_only_one_can_be_meant(strategic, tmp_path):
    games = np.random.default_rng(1).integers(0, 9, (3, 2, 2, 2)).astype(float)
    np.save(tmp_path / "games.npy", games)
    found = strategic("solve", tmp_path / "games.npy", "--json")
    assert found.json["game"]["payoffs"] == games.tolist()
    assert "taken as one game of 3 players" in found.err
    assert "--players A,B,C for 3, --row A --column B for 2" in strategic(
        "batch", tmp_path / "games.npy", "-o", tmp_path / "out.parquet"
    ).err  # fmt: skip
