"""The README tells the truth: its code runs, its commands work, its table names what exists."""

import re
import shlex
import tomllib
from pathlib import Path

import pytest

from strategic.cli.app import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def commands() -> list[str]:
    lines = [line for block in blocks("sh") for line in block.splitlines()]
    return [line for line in lines if line.startswith("strategic ")]


def test_the_tour_runs():
    for block in blocks("python"):
        exec(compile(block, "README.md", "exec"), {})  # noqa: S102


@pytest.mark.parametrize("line", commands())
def test_every_command_runs(strategic, line, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = strategic(*shlex.split(line, comments=True)[1:])
    assert result.code == 0, result.err


def test_the_custom_game_is_a_model(strategic, tmp_path):
    block, populations, study, measure = blocks("toml")
    for text in (block, populations, study):
        assert tomllib.loads(text)["kind"] == "game"
        other = tmp_path / "game.toml"
        other.write_text(text, encoding="utf8")
        assert strategic("report", other).code == 0
    file = tmp_path / "mine.toml"
    file.write_text(f"{block}\n{measure}", encoding="utf8")
    assert "gap" in strategic("measures", file).out
    assert len(strategic("report", file, "--json").json["game"]["equilibria"]) == 3
    file.write_text(study, encoding="utf8")
    assert strategic("check", file).code == 0
    file.write_text(populations, encoding="utf8")
    assert len(strategic("evolve", file, "--json").json["stages"]) == 2


def test_commands_named_in_the_table_exist():
    named = set(re.findall(r"`strategic ([a-z]+)", README))
    known = {name for names in COMMANDS.values() for name in names}
    assert named <= known


def test_two_commands_set_everything_up():
    found = re.search(r"<!-- set-up -->(.*?)<!-- end of set-up -->", README, re.DOTALL)
    assert len([line for line in found[1].splitlines() if ".venv" in line]) == 2
