"""How a replayed path is laid out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from strategic.markup import Table
from strategic.reports.blocks import Block, Data, Figure
from strategic.reports.figures.path import draw_path
from strategic.reports.sections.path import by_year

YEARS_A_LINE = 8


def path_block(section: Data) -> Block:
    """Lay out the path: a strip of regimes with its years, the events, the beliefs."""
    return Block(
        name="path",
        title="The path: who cooperated when",
        sentences=section["sentences"],
        lines=strip_table(_strips(section), section["periods"]),
        tables=_tables(section),
        notes=[
            "One letter a quarter: C both, d only the organisation, o only the government, . none.",
        ],
        figures=[
            Figure(
                "path",
                "Trust over time",
                "What each side believes of the other, what it needs to believe, "
                "who cooperated in each quarter, the numbered events, and who would have "
                "cooperated without each of them.",
                lambda: draw_path(section),
            )
        ],
    )


def _tables(section: Data) -> list[Table]:
    events = [[str(k), e["date"], e["says"]] for k, e in enumerate(section["events"], start=1)]
    tables = [Table(["", "date", "what happened"], events, caption="Events")]
    return [table for table in tables if table.rows]


def _strips(section: Data) -> dict[str, str]:
    """Name the path, and the paths that differ from it without one event."""
    played = section["regimes"]
    others = {
        f"without {c['without']}": c["regimes"]
        for c in section["counterfactuals"]
        if c["regimes"] != played
    }
    return {"as it was" if others else "": played, **others}


def strip_table(strips: Mapping[str, str], dates: Sequence[str]) -> list[str]:
    r"""Write several strips of regimes under their years, one below the other.

    Examples
    --------
    >>> strips = {"as it was": "dd.C", "without 2014Q1": "dd.."}
    >>> print("\n".join(strip_table(strips, ["2013Q3", "2013Q4", "2014Q1", "2014Q2"])))
                    2013  2014
    as it was       dd    .C
    without 2014Q1  dd    ..
    """
    width = max(map(len, strips))
    indent = width + 2 if width else 0
    written = {name: strip_lines(regimes, dates) for name, regimes in strips.items()}
    lines: list[str] = []
    for row in range(0, len(next(iter(written.values()))), 2):
        years = next(iter(written.values()))[row]
        lines.append(" " * indent + years)
        lines += [
            f"{name:<{width}}  {of[row + 1]}" if indent else of[row + 1]
            for name, of in written.items()
        ]
    return lines


def strip_lines(regimes: str, dates: Sequence[str]) -> list[str]:
    r"""Write a strip of regimes under its years.

    Examples
    --------
    >>> print("\n".join(strip_lines("dd.C", ["2013Q3", "2013Q4", "2014Q1", "2014Q2"])))
    2013  2014
    dd    .C
    """
    years, lines = by_year(regimes, list(dates)), []
    for start in range(0, len(years), YEARS_A_LINE):
        some = years[start : start + YEARS_A_LINE]
        lines.append("  ".join(f"{year:<4}" for year, _ in some).rstrip())
        lines.append("  ".join(f"{spell:<4}" for _, spell in some).rstrip())
    return lines
