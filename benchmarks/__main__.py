"""Run benchmarks by topic, compare stored runs, and write the speed tables from one.

``python -m benchmarks [TOPIC ...]`` measures, prints and stores; ``python -m benchmarks compare A
B`` says what changed beyond noise; ``python -m benchmarks tables [RUN]`` writes the tables of the
README and the page of all results.
"""

from __future__ import annotations

import argparse
import pkgutil
import sys
from pathlib import Path

from benchmarks._machine import HOME
from benchmarks._runs import UnknownRunError
from benchmarks._sittings import measured
from benchmarks._tables import in_words

SITTINGS = 5
"""Fewer tell changes of a fifth too seldom: see `_compare`."""


def topics() -> list[str]:
    """Name the files of this folder that have a ``run`` function to offer."""
    named = (module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)]))
    return sorted(name for name in named if not name.startswith("_"))


def main(words: list[str]) -> int:
    try:
        if words[:1] == ["compare"]:
            from benchmarks._compare import main as compare

            return compare(words[1:])
        if words[:1] == ["tables"]:
            from benchmarks._documents import main as tables

            return tables(words[1:])
        return _measure(_asked(words))
    except UnknownRunError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


def _asked(words: list[str]) -> argparse.Namespace:
    known = topics()
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        epilog="`compare A B` says what changed between two stored runs (files, commits, last, "
        "last~1); `tables [RUN]` writes the speed tables and the page of results.",
    )
    parser.add_argument("topics", nargs="*", metavar="TOPIC", help=f"any of {', '.join(known)}")
    parser.add_argument("--quick", action="store_true", help="fewer sizes and fewer games")
    parser.add_argument(
        "--large", action="store_true",
        help="also what needs gigabytes of disk and minutes (files: 100 million games)",
    )  # fmt: skip
    parser.add_argument(
        "--sittings", type=int, default=SITTINGS, metavar="N",
        help="processes that measure each topic, one after the other (default %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--beside", metavar="COMMIT",
        help="measure another commit in turn, and say what changed since",
    )  # fmt: skip
    parser.add_argument(
        "--out", type=Path, metavar="FILE",
        help="store here (default: benchmarks/history; with --quick nowhere)",
    )  # fmt: skip
    asked = parser.parse_args(words)
    for topic in asked.topics:
        if topic not in known:
            parser.error(f"TOPIC: must be one of {', '.join(known)} (got {topic!r})")
    if asked.sittings < 1:
        parser.error(f"--sittings: must be at least 1 (got {asked.sittings})")
    asked.topics = asked.topics or known
    return asked


def _measure(asked: argparse.Namespace) -> int:
    """Print and store runs; a wrong answer or a topic that fails ends with code 1."""
    runs = measured(
        asked.topics,
        sittings=asked.sittings,
        quick=asked.quick,
        large=asked.large,
        beside=asked.beside,
    )
    print(in_words(runs[-1]))
    for run in runs:
        if asked.out or not asked.quick:
            beside = asked.out and run is not runs[-1]
            stored = run.store(asked.out.with_stem(run.commit) if beside else asked.out)
            print(f"stored: {stored.relative_to(HOME) if stored.is_relative_to(HOME) else stored}")
    if len(runs) > 1:
        from benchmarks._compare import told

        print(f"\n{told(*runs)}")
    ours = runs[-1]
    return int(bool(ours.failed) or any(check.of and not check.passed for check in ours.checks))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
