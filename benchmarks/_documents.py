"""What readers see of a stored run: a table in the README, more on a page, and all results.

All stand between markers that name the run, so that a test can hold them against its file.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Sequence

from benchmarks._lines import OURS, Line
from benchmarks._machine import HOME
from benchmarks._runs import Run, UnknownRunError, found
from benchmarks._tables import about, faster, targets

README, PAGE = HOME / "README.md", HOME / "benchmarks" / "results.md"
SPEED = HOME / "docs" / "about" / "speed.md"
BEGIN, END = "<!-- speed of {} -->", "<!-- end of speed -->"
PART = re.compile(r"<!-- speed of (\S+) -->.*?<!-- end of speed -->", re.DOTALL)
SIZES = tuple(f"{n}x{n}" for n in range(2, 9))
THIN = ("9x9", "10x10", "4x20", "20x4", "3x60")


def brief(run: Run) -> str:
    """Write the README's table: all equilibria of random square games."""
    return "\n\n".join(part for part in (_random(run), f"Measured on: {about(run)}.") if part)


def speed(run: Run) -> str:
    """Write the tables of the page: all equilibria of square games, of ties, of larger games."""
    tables = [
        _random(run),
        _table("whole payoffs 0..3", "microseconds", SIZES,
               _lines(run, "solve", "payoffs 0..3 ", SIZES)),
        _table("larger and thin games", "milliseconds", THIN, _lines(run, "thin", "", THIN)),
    ]  # fmt: skip
    return "\n\n".join([*(table for table in tables if table), f"Measured on: {about(run)}."])


def _random(run: Run) -> str:
    lines = _lines(run, "solve", "random ", SIZES)
    return _table("random payoffs", "microseconds", SIZES, lines)


def _lines(run: Run, topic: str, kind: str, sizes: Sequence[str]) -> list[Line | None]:
    lines = [run.line(topic, f"{kind}{size}") for size in sizes]
    return [line if line is not None and line.others else None for line in lines]


def _table(title: str, unit: str, sizes: Sequence[str], lines: Sequence[Line | None]) -> str:
    """Write one table, sizes as columns; nothing where the run has none of its lines."""
    fastest = {line.others[0] for line in lines if line}
    if not fastest:
        return ""
    alone = next(iter(fastest)) if len(fastest) == 1 else ""
    rows: dict[str, Callable[[Line], str]] = {
        f"{unit} per game": lambda line: str(line.spread(OURS)),
        f"times as fast as {alone or 'the fastest peer'}": lambda line: str(
            line.ratio(line.others[0])
        ),
        "which is": lambda line: line.others[0],
        "wanted at least": _wanted,
    }
    if alone:
        del rows["which is"]
    text = [f"| {title} | {' | '.join(sizes)} |", f"|---|{'---|' * len(sizes)}"]
    for name, cell in rows.items():
        text.append(f"| {name} | {' | '.join(cell(line) if line else '' for line in lines)} |")
    return "\n".join(text)


def _wanted(line: Line) -> str:
    return "; ".join(
        f"{verdict.brief.removeprefix('at least ')}: {'met' if verdict.met else '**missed**'}"
        for verdict in line.verdicts()
    )


def page(run: Run) -> str:
    """Write all lines of a run, by topic, with ranges, targets and checks."""
    text = [f"Measured on: {about(run)}.", "", *_as_list(targets(run))]
    for topic in dict.fromkeys(line.topic for line in run.lines):
        text += ["", f"## {topic}", "", "| case | ours | beside others | targets | also |"]
        text.append("|---|---|---|---|---|")
        text += [_row(line) for line in run.lines if line.topic == topic]
    if run.checks:
        text += ["", "## Checks", "", "| topic | case | result | also |", "|---|---|---|---|"]
        for check in run.checks:
            text.append(_bars(check.topic, check.case, str(check), _also(check.told)))
    return "\n".join(text)


def _row(line: Line) -> str:
    others = "; ".join(faster(line, name) for name in line.others)
    wanted = "; ".join(f"{v.brief}: {'met' if v.met else '**missed**'}" for v in line.verdicts())
    own = f"{line.spread(OURS)} {line.unit}"
    return _bars(line.case, own, others, wanted, _also(line.told))


def _also(told: dict[str, str]) -> str:
    return "; ".join(f"{key}: {value}" for key, value in told.items() if key != "digest")


def _bars(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _as_list(text: str) -> list[str]:
    first, *rest = text.splitlines()
    return [first, *([""] if rest else []), *(f"- {line.strip()}" for line in rest)]


def between_markers(text: str, run: Run) -> str:
    """Surround a text with its markers, the first of which names the run's file."""
    return f"{BEGIN.format(run.name)}\n\n{text}\n\n{END}"


def replaced(document: str, part: str, *, name: str) -> str:
    """Put a part in place of the one that stands between the markers of a document."""
    if not PART.search(document):
        raise UnknownRunError(
            f"{name}: must hold {BEGIN.format('RUN')} and {END} (got no such pair); add them"
        )
    return PART.sub(lambda _: part, document)


def main(words: Sequence[str]) -> int:
    """Write the README's table and the pages of speed and of all results from a stored run."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks tables",
        description="Write the speed tables of README.md and docs/about/speed.md, and "
        "benchmarks/results.md, from stored runs.",
    )
    parser.add_argument(
        "run", nargs="?", default="last", metavar="RUN",
        help="a file, last~1 and so on, or a commit (default: last)",
    )  # fmt: skip
    run = found(parser.parse_args(words).run)
    if run.dirty or run.quick:
        raise UnknownRunError(
            "RUN: must be a full run of a committed tree, so that others can repeat it "
            f"(got {run.name}); commit, and run `python -m benchmarks`"
        )
    for path, make in ((README, brief), (SPEED, speed), (PAGE, page)):
        text = path.read_text(encoding="utf8")
        text = replaced(text, between_markers(make(run), run), name=path.name)
        path.write_text(text, encoding="utf8")
        print(f"written: {path.relative_to(HOME)}")
    return 0
