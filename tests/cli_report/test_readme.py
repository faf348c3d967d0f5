"""The README tells the truth: its code runs, its commands work, its table names what exists."""

import re
import shlex
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


def test_what_is_linked_is_there():
    for link in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / link).exists(), link


def test_it_fits_on_one_screen_and_a_half():
    assert README.count("\n") < 90


def test_commands_named_in_the_table_exist():
    named = set(re.findall(r"`strategic ([a-z]+)", README))
    known = {name for names in COMMANDS.values() for name in names}
    assert named <= known


def test_two_commands_set_everything_up():
    found = re.search(r"<!-- set-up -->(.*?)<!-- end of set-up -->", README, re.DOTALL)
    assert len([line for line in found[1].splitlines() if ".venv" in line]) == 2
