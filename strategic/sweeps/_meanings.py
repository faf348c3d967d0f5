"""What the numbers of labels and statuses in a store mean, and whether they still do."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from strategic.errors import Problem
from strategic.status import Status
from strategic.sweeps._evaluate import STATUS
from strategic.sweeps._layout import Variable, flags_in

_REMEDY = "make it anew with force"


def stored_flags(path: Path, names: Iterable[str]) -> dict[str, dict[int, str]]:
    """Read from a store what its numbers mean; nothing of what is not there, or is torn."""
    found = {}
    for name in names:
        try:
            content = json.loads((path / name / "zarr.json").read_text("utf-8"))["attributes"]
            found[name] = flags_in(content)
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return found


def changed_flags(path: Path, measured: Iterable[Variable]) -> list[Problem]:
    """Name every number of a store that means another thing now, or nothing any more.

    Numbers that have come since change nothing in it.
    """
    now = {variable.name: flags_in(variable.attributes) for variable in measured}
    now[STATUS] = {int(status): status.label for status in Status}
    return differing_flags(stored_flags(path, now), now, str(path))


def differing_flags(
    was: Mapping[str, Mapping[int, str]], now: Mapping[str, Mapping[int, Any]], file: str
) -> list[Problem]:
    """Name the numbers that have another meaning in ``was`` than in ``now``, or none there.

    Examples
    --------
    >>> old, new = {"kind": {0: "capture"}}, {"kind": {0: "exit", 1: "capture"}}
    >>> [str(problem) for problem in differing_flags(old, new, "a.zarr")]
    ["a.zarr: kind: 0 stood for capture (got 'exit'); make it anew with force"]
    >>> differing_flags(new, {"kind": {0: "exit", 1: "capture", 2: "new"}}, "a.zarr")
    []
    """
    return [
        Problem(f"{number} stood for {word}", name, now[name].get(number, "nothing"), _REMEDY, file)
        for name, flags in was.items()
        for number, word in flags.items()
        if now[name].get(number) != word
    ]
