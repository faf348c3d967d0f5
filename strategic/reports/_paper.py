"""A report for a paper: its sentences and tables in markdown and LaTeX."""

from __future__ import annotations

from typing import TYPE_CHECKING

from strategic.markup import (
    escape_latex,
    escape_markdown,
    verbatim_latex,
    verbatim_markdown,
)
from strategic.reports.origin import origin_line

if TYPE_CHECKING:
    from strategic.reports._report import Report


def markdown_paper(report: Report) -> str:
    """Write every section but the reference tables as markdown.

    Examples
    --------
    >>> import strategic as st
    >>> print(markdown_paper(st.report(st.load("hawk-dove"))).splitlines()[0])
    # Hawk and dove
    """
    provenance = report.document["provenance"]
    lines = [f"# {escape_markdown(report.document['model']['title'])}"]
    lines += ["", f"*{escape_markdown(provenance['caveat'])}*"] if provenance["caveat"] else []
    for block in report.blocks:
        if block.detail:
            continue
        lines += ["", f"## {escape_markdown(block.title)}", ""]
        lines += [f"- {escape_markdown(sentence)}" for sentence in block.sentences]
        if block.lines:
            lines += ["", verbatim_markdown(block.lines)]
        for table in block.tables:
            lines += ["", table.markdown()]
            lines += ["", f"*{escape_markdown(table.caption)}*"] if table.caption else []
    return "\n".join([*lines, "", escape_markdown(origin_line(provenance)), ""])


def latex_paper(report: Report) -> str:
    """Write every section but the reference tables for LaTeX."""
    provenance = report.document["provenance"]
    lines = [rf"\section{{{escape_latex(report.document['model']['title'])}}}"]
    lines += [rf"\emph{{{escape_latex(provenance['caveat'])}}}"] if provenance["caveat"] else []
    for block in report.blocks:
        if block.detail:
            continue
        lines += [rf"\subsection{{{escape_latex(block.title)}}}"]
        lines += [escape_latex(sentence) for sentence in block.sentences]
        if block.lines:
            lines += [verbatim_latex(block.lines)]
        for table in block.tables:
            caption = [rf"\caption{{{escape_latex(table.caption)}}}"] if table.caption else []
            lines += [r"\begin{table}[ht]", r"\centering", table.latex(), *caption, r"\end{table}"]
    # The hash is one long word: the paragraph that holds it may be set loosely.
    origin = [r"{\footnotesize\sloppy", escape_latex(origin_line(provenance)), r"\par}"]
    return "\n".join([*lines, "", *origin, ""])
