"""A report on one page: the verdict, one figure, what to do, what to watch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from strategic.markup import Table
from strategic.modelling import Model
from strategic.reports.blocks import VERDICT, WARNINGS, Block, Data

MOST = 3
"""Sentences about what to do, and about what to watch."""
MOST_TABLES = 4
"""Slices of one game that find room on a page."""


@dataclass(frozen=True)
class Brief:
    """What one page says of a model.

    Parameters
    ----------
    verdict, do, watch : sequence of str
        What decides the outcome, what changes it, and what might; an empty one is left out.
    figure : str
        Name of a figure of the report.
    lines, letters : sequence of str, str
        The same for text, as in a `Block`.
    tables : sequence of Table
        Numbers that belong to the verdict.

    Examples
    --------
    >>> Brief(["They trade."], do=["Lower the tariff."]).document()["do"]
    ['Lower the tariff.']
    """

    verdict: Sequence[str]
    do: Sequence[str] = ()
    watch: Sequence[str] = ()
    figure: str = ""
    lines: Sequence[str] = ()
    letters: str = ""
    tables: Sequence[Table] = ()

    def document(self) -> dict[str, Any]:
        """Give the sentences, the lines and the name of the figure as plain data."""
        return {
            "verdict": list(self.verdict),
            "figure": self.figure or None,
            "lines": list(self.lines),
            "do": list(self.do),
            "watch": list(self.watch),
        }

    def blocks(self, report: Sequence[Block]) -> list[Block]:
        """Lay the page out, with the figure taken from the blocks of the whole report."""
        found = [f for block in report for f in block.figures if f.name == self.figure]
        verdict = Block(
            "verdict",
            "The verdict",
            self.verdict,
            lines=self.lines,
            letters=self.letters,
            tables=self.tables,
            figures=[replace(figure, alone=False) for figure in found],
            drawn=bool(found),
        )
        further = Block("do", "What to do", self.do), Block("watch", "What to watch", self.watch)
        return [verdict, *(block for block in further if block.sentences)]


def usual_brief(document: Data, blocks: Mapping[str, Block], _model: Model) -> Brief:
    """Make the brief of a family that brings none, of what its report has.

    Its opening sentences, or those of its first section, with the first table and figure; what
    mechanisms would do; warnings, the nearest changes that flip an answer, and claims that fail.
    """
    shown = [block for block in blocks.values() if not block.detail]
    opening = document.get(VERDICT) or next((b.sentences for b in shown if b.sentences), ())
    first = next((block for block in shown if block.tables or block.figures), None)
    return Brief(
        verdict=[*opening][:5],
        do=_sentences(blocks, "mechanisms"),
        watch=to_watch(document, blocks),
        figure=next((figure.name for b in shown for figure in b.figures), ""),
        tables=_opening([*first.tables]) if first else [],
    )


def _opening(tables: list[Table]) -> list[Table]:
    """Take the first table, or the first few that one caption joins; of many, what comes after."""
    joined = next((k for k, table in enumerate(tables, start=1) if table.caption), 1)
    return tables[:joined] if joined <= MOST_TABLES else tables[joined : joined + 1]


def to_watch(document: Data, blocks: Mapping[str, Block]) -> list[str]:
    """Collect warnings, the nearest changes that flip an answer, and the claims that fail."""
    failed = [
        f"A claim does not hold: {claim['says']}."
        for claim in document.get("claims", ())
        if not claim["holds"]
    ]
    return [*document.get(WARNINGS, ()), *failed, *_sentences(blocks, "flips")][:MOST]


def _sentences(blocks: Mapping[str, Block], name: str) -> list[str]:
    return [*blocks[name].sentences][:MOST] if name in blocks else []
