"""Runs in files: ``history/<date>-<commit>.json``, one a run, and the names they go by."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from benchmarks._lines import Check, Line
from benchmarks._machine import git

HISTORY = Path(__file__).resolve().parent / "history"
FORMAT = 1


class UnknownRunError(Exception):
    """No stored run goes by a name; the text is one line for the terminal."""


@dataclass(frozen=True)
class Run:
    """One run of some topics at one commit.

    Parameters
    ----------
    commit : str
        Twelve digits of the commit that was measured.
    dirty : bool
        Whether the code differed from the commit, or changed while it was measured.
    date : str
        When the run began, in UTC: ``2026-11-26T10:40:12Z``.
    quick : bool
        Whether cases were fewer and smaller; such a run is comparable with its like only.
    sittings : int
        Processes that measured each topic, one after the other.
    machine : dict
        See `_machine.machine`.
    load : list of float
        Load of the system before each sitting, and at the end.
    lines, checks : tuple
        What was found.
    failed : dict of str to str
        Topics that ended in an error, and its last line.
    """

    commit: str
    dirty: bool
    date: str
    quick: bool
    sittings: int
    machine: dict[str, Any]
    load: list[float]
    lines: tuple[Line, ...]
    checks: tuple[Check, ...] = ()
    failed: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Name of the file, in which runs sort by time."""
        plain = self.date.replace("-", "").replace(":", "").removesuffix("Z")
        return f"{plain}-{self.commit}{'-dirty' * self.dirty}"

    def line(self, topic: str, case: str) -> Line | None:
        """Find a line by its name."""
        return next((one for one in self.lines if (one.topic, one.case) == (topic, case)), None)

    def store(self, path: Path | None = None) -> Path:
        """Write the run to the history, or to a file; give where it is."""
        path = path or HISTORY / f"{self.name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        rest = {k: v for k, v in asdict(self).items() if k not in ("lines", "checks")}
        head = json.dumps({"format": FORMAT, **rest}, indent=1)[:-2]
        lines = ",\n  ".join(json.dumps(line.stored()) for line in self.lines)
        checks = ",\n  ".join(json.dumps(check.stored()) for check in self.checks)
        text = f'{head},\n "lines": [\n  {lines}\n ],\n "checks": [\n  {checks}\n ]\n}}\n'
        path.write_text(text, encoding="utf8")
        return path

    @classmethod
    def read(cls, path: Path) -> Run:
        """Read a file that `store` wrote."""
        try:
            stored = json.loads(path.read_text(encoding="utf8"))
            if stored.pop("format") != FORMAT:
                raise ValueError
            lines = tuple(Line.read(line) for line in stored.pop("lines"))
            checks = tuple(Check.read(check) for check in stored.pop("checks"))
            return cls(lines=lines, checks=checks, **stored)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise UnknownRunError(
                f"{path.name}: must be a run stored by `python -m benchmarks` "
                f"(got {type(error).__name__}); run it again"
            ) from None


def merged(parts: Sequence[Run]) -> Run:
    """Take several runs of one commit for one with more sittings."""
    lines: dict[tuple[str, str], Line] = {}
    for part in parts:
        for line in part.lines:
            key = line.topic, line.case
            lines[key] = lines[key].joined(line) if key in lines else line
    checks = {(check.topic, check.case): check for part in parts for check in part.checks}
    load = [value for part in parts for value in part.load]
    return replace(
        parts[-1],
        sittings=sum(part.sittings for part in parts),
        load=load,
        lines=tuple(lines.values()),
        checks=tuple(checks.values()),
    )


def found(name: str, history: Path | None = None) -> Run:
    """Find a run by a file, ``last``, ``last~N``, or anything git takes for a commit.

    A commit stands for all its clean full runs on the machine of its latest one.
    """
    history = HISTORY if history is None else history
    if name.endswith(".json"):
        path = Path(name) if Path(name).exists() else history / Path(name).name
        return Run.read(path)
    files = sorted(history.glob("*.json"))
    if name == "last" or name.startswith("last~"):
        back = name.removeprefix("last").removeprefix("~") or "0"
        if not back.isdigit() or int(back) >= len(files):
            raise UnknownRunError(
                f"RUN: must be one of {len(files)} stored runs, last or last~1 and so on "
                f"(got {name!r}); `python -m benchmarks` stores one"
            )
        return Run.read(files[-1 - int(back)])
    commit = git("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}") or name
    runs = [Run.read(file) for file in files if file.stem.split("-")[1] == commit[:12]]
    runs = [run for run in runs if not run.dirty and not run.quick]
    if not runs:
        raise UnknownRunError(
            f"RUN: must be a file, last, last~N or a commit with a stored run (got {name!r}); "
            f"check it out and run `python -m benchmarks`, or name one of {_names(files)}"
        )
    return merged([run for run in runs if run.machine == runs[-1].machine])


def _names(files: Sequence[Path]) -> str:
    return ", ".join(file.stem for file in files[-3:]) or "none so far"
