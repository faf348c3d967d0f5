"""The command line as a user types it, in this process."""

import io
import json
import sys
from dataclasses import dataclass

import pytest

from strategic.cli import main


@dataclass(frozen=True)
class Run:
    """What one command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        """The one strict JSON document on stdout."""
        return json.loads(self.out, parse_constant=pytest.fail)


@pytest.fixture
def strategic(capsys, monkeypatch):
    """Run a command: ``strategic("solve", "-", stdin="...")``."""

    def run(*arguments: object, stdin: str | None = None) -> Run:
        if stdin is not None:
            monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Run(code, captured.out, captured.err)

    return run


@pytest.fixture
def failing(strategic):
    """Run a command that must fail: exit code 2, one line per error, no traceback, no output."""

    def run(*arguments: object, stdin: str | None = None) -> str:
        result = strategic(*arguments, stdin=stdin)
        assert result.code == 2, result
        assert result.out == ""
        assert "Traceback" not in result.err
        lines = result.err.splitlines()
        assert lines
        assert all(line.startswith("error: ") for line in lines), result.err
        return result.err

    return run
