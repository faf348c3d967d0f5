"""How a replayed path is laid out."""

from __future__ import annotations

from collections.abc import Sequence

from strategic.markup import Table
from strategic.reports.figures.path import draw_path
from strategic.reports.layout.block import Block, Data, Figure
from strategic.reports.sections.path import by_year

YEARS_A_LINE = 8


def path_block(section: Data) -> Block:
    """Lay out the path: a strip of regimes with its years, the events, the beliefs."""
    return Block(
        name="path",
        title="The path: who cooperated when",
        sentences=section["sentences"],
        strip=strip_lines(section["regimes"], section["periods"]),
        tables=_tables(section),
        notes=[
            "One letter a quarter: C both, d only the organisation, o only the government, . none.",
        ],
        figures=[
            Figure(
                "path",
                "Trust over time",
                "What each side believes of the other, what it needs to believe, "
                "who cooperated in each quarter, and the numbered events.",
                lambda: draw_path(section),
            )
        ],
    )


def _tables(section: Data) -> list[Table]:
    events = [[str(k), e["date"], e["says"]] for k, e in enumerate(section["events"], start=1)]
    others = [[f"without {c['without']}", c["regimes"]] for c in section["counterfactuals"]]
    tables = [
        Table(["", "date", "what happened"], events, caption="Events"),
        Table(["", "path"], others, caption="The path had one event not happened"),
    ]
    return [table for table in tables if table.rows]


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
