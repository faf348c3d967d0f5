"""Run benchmarks by topic, and compare stored runs.

``python -m benchmarks [TOPIC ...]`` measures, prints and stores; ``python -m benchmarks compare A
B`` says what changed beyond noise.
"""

from __future__ import annotations

import argparse
import json
import os
import pkgutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from benchmarks._lines import Check, Line
from benchmarks._machine import HOME, commit, load, machine
from benchmarks._runs import Run, UnknownRunError, merged
from benchmarks._tables import in_words

SITTINGS = 5
"""Fewer tell changes of a fifth too seldom: see `_compare`."""
ONE_CORE = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
ONCE = ("agreement", "mixed_sizes")
"""Topics of checks alone: the machine does not matter, so one sitting is enough."""


def topics() -> list[str]:
    """Name the files of this folder that have a ``run`` function to offer."""
    named = (module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)]))
    return sorted(name for name in named if not name.startswith("_"))


def main() -> None:
    try:
        if sys.argv[1:2] == ["compare"]:
            from benchmarks._compare import main as compare

            sys.exit(compare(sys.argv[2:]))
        sys.exit(_measure(_asked()))
    except UnknownRunError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)


def _asked() -> argparse.Namespace:
    known = topics()
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        epilog="`compare A B` says what changed between two stored runs (files, commits, last, "
        "last~1)",
    )
    parser.add_argument("topics", nargs="*", metavar="TOPIC", help=f"any of {', '.join(known)}")
    parser.add_argument("--quick", action="store_true", help="fewer sizes and fewer games")
    parser.add_argument(
        "--sittings", type=int, default=SITTINGS, metavar="N",
        help="processes that measure each topic, one after the other (default %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--out", type=Path, metavar="FILE",
        help="store here (default: benchmarks/history; with --quick nowhere)",
    )  # fmt: skip
    asked = parser.parse_args()
    for topic in asked.topics:
        if topic not in known:
            parser.error(f"TOPIC: must be one of {', '.join(known)} (got {topic!r})")
    if asked.sittings < 1:
        parser.error(f"--sittings: must be at least 1 (got {asked.sittings})")
    asked.topics = asked.topics or known
    return asked


def _measure(asked: argparse.Namespace) -> int:
    """Run sittings of all topics in turn, so that an hour of load hits no topic alone."""
    (before, dirty), date = commit(), f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    shared = {"commit": before, "date": date, "quick": asked.quick, "machine": machine()}
    parts, loads, failed = [], [load()], {}
    for sitting in range(asked.sittings):
        for topic in asked.topics:
            if topic in failed or (sitting and topic in ONCE):
                continue
            print(f"== {topic}, sitting {sitting + 1} of {asked.sittings}", flush=True)
            lines, checks, error = _sitting(topic, quick=asked.quick)
            if error:
                failed[topic] = error
            parts.append(
                Run(dirty=dirty, sittings=1, load=[], lines=lines, checks=checks, **shared)
            )
        loads.append(load())
    whole = merged(parts)
    after, changed = commit()
    run = Run(
        dirty=dirty or changed or after != before, sittings=asked.sittings, load=loads,
        lines=whole.lines, checks=whole.checks, failed=failed, **shared,
    )  # fmt: skip
    print(in_words(run))
    if asked.out or not asked.quick:
        stored = run.store(asked.out)
        print(f"stored: {stored.relative_to(HOME) if stored.is_relative_to(HOME) else stored}")
    return int(bool(failed) or any(check.of and not check.passed for check in run.checks))


def _sitting(topic: str, *, quick: bool) -> tuple[tuple[Line, ...], tuple[Check, ...], str]:
    """Measure one topic in a process of its own; give what it found, or its error."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "sitting.json"
        words = [sys.executable, "-m", "benchmarks._sitting", topic, str(out)]
        done = subprocess.run(
            words + ["--quick"] * quick, cwd=HOME, env={**os.environ, **ONE_CORE},
            stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
        if done.returncode or not out.exists():
            print(done.stderr, file=sys.stderr)
            last = (done.stderr.strip().splitlines() or ["no word"])[-1]
            return (), (), last
        stored = json.loads(out.read_text(encoding="utf8"))
    lines = tuple(Line.read(line) for line in stored["lines"])
    return lines, tuple(Check.read(check) for check in stored["checks"]), ""


if __name__ == "__main__":
    main()
