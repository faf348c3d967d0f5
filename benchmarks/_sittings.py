"""Sittings: each topic in processes of its own, topics and code bases in turn.

Two commits measured hours apart on a shared machine differ by the hours as well. So `measured` can
take a second commit along, whose sittings alternate with those of this tree: the same topics, the
same peers, the same minutes, and only ``strategic`` is another.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from benchmarks._lines import Check, Line
from benchmarks._machine import HOME, commit, git, load, machine
from benchmarks._runs import Run, UnknownRunError, merged

ONE_CORE = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
ONCE = ("agreement", "mixed_sizes")
"""Topics of checks alone: the machine does not matter, so one sitting is enough."""


@dataclass
class _Code:
    """A code base that is measured, and what was found so far."""

    folder: Path
    commit: str
    dirty: bool
    parts: list[Run] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)


def measured(
    topics: Sequence[str],
    *,
    sittings: int,
    quick: bool,
    large: bool = False,
    beside: str | None = None,
) -> list[Run]:
    """Measure topics of this tree, and of another commit in turn with it.

    Parameters
    ----------
    topics : sequence of str
        Names of topics.
    sittings : int
        Processes per topic and code base.
    quick : bool
        Whether cases are fewer and smaller.
    large : bool, optional
        Whether there are those too that need gigabytes of disk and minutes.
    beside : str, optional
        A commit by any name git knows.

    Returns
    -------
    list of Run
        Of the other commit if there is one, then of this tree.
    """
    shared = {"date": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", "quick": quick,
              "machine": machine()}  # fmt: skip
    loads = [load()]
    with _codes(beside) as codes:
        for sitting in range(sittings):
            for topic in topics:
                for code in codes[:: -1 if sitting % 2 else 1]:
                    if topic in code.failed or (sitting and topic in ONCE):
                        continue
                    print(f"== {topic}, {code.commit[:7]}, sitting {sitting + 1} of {sittings}",
                          flush=True)  # fmt: skip
                    words = ["--quick"] * quick + ["--large"] * large
                    lines, checks, error = _sitting(code.folder, topic, words)
                    if error:
                        code.failed[topic] = error
                    part = {"lines": lines, "checks": checks, "sittings": 1, "load": []}
                    code.parts.append(Run(code.commit, code.dirty, **part, **shared))
            loads.append(load())
        now, changed = commit()  # the tree may have been edited meanwhile
        codes[-1].dirty |= changed or now != codes[-1].commit
    shared |= {"sittings": sittings, "load": loads}
    runs = []
    for code in codes:
        whole = merged(code.parts)
        found = {"lines": whole.lines, "checks": whole.checks, "failed": code.failed}
        runs.append(Run(code.commit, code.dirty, **found, **shared))
    return runs


@contextmanager
def _codes(beside: str | None) -> Iterator[list[_Code]]:
    """Lay out the code bases: the other commit gets a folder with the topics of this tree."""
    ours = _Code(HOME, *commit())
    if beside is None:
        yield [ours]
        return
    other = git("rev-parse", "--verify", "--quiet", f"{beside}^{{commit}}")
    if other is None:
        raise UnknownRunError(f"--beside: must be a commit (got {beside!r}); see `git log`")
    with tempfile.TemporaryDirectory() as temporary:
        tree, folder = Path(temporary) / "tree", Path(temporary) / "code"
        if git("worktree", "add", "--detach", str(tree), other) is None:
            raise UnknownRunError(f"--beside: git could not check out {other[:12]}")
        try:
            folder.mkdir()
            for name, home in (("strategic", tree), ("models", tree), ("benchmarks", HOME)):
                (folder / name).symlink_to(home / name)
            yield [_Code(folder, other[:12], dirty=False), ours]
        finally:
            git("worktree", "remove", "--force", str(tree))


def _sitting(
    code: Path, topic: str, further: list[str]
) -> tuple[tuple[Line, ...], tuple[Check, ...], str]:
    """Measure one topic in a process of its own; give what it found, or its error."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "sitting.json"
        words = [sys.executable, "-m", "benchmarks._sitting", topic, str(out), *further]
        done = subprocess.run(
            words, cwd=code, stderr=subprocess.PIPE, text=True, check=False,
            env={**os.environ, **ONE_CORE, "PYTHONPATH": str(code)},
        )  # fmt: skip
        if done.returncode or not out.exists():
            print(done.stderr, file=sys.stderr)
            last = (done.stderr.strip().splitlines() or ["no word"])[-1]
            return (), (), last
        stored = json.loads(out.read_text(encoding="utf8"))
    lines = tuple(Line.read(line) for line in stored["lines"])
    return lines, tuple(Check.read(check) for check in stored["checks"]), ""
