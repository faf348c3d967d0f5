"""A report for a paper: its sentences and tables in markdown and LaTeX."""

from __future__ import annotations

import re
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
        for equation in block.equations:
            lines += ["", f"$${equation}$$"]
        if block.lines and not block.equations:
            lines += ["", verbatim_markdown(block.lines)]
        for table in block.tables:
            lines += ["", table.markdown()]
            lines += ["", f"*{escape_markdown(table.caption)}*"] if table.caption else []
    lines += ["", "## References", ""]
    lines += [f"- {escape_markdown(str(one))}" for one in report.references()]
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
        if block.equations:
            rows = " \\\\\n".join(map(_aligned, block.equations))
            lines += [r"\begin{align*}", rows, r"\end{align*}"]
        if block.lines and not block.equations:  # equations say the same
            lines += [verbatim_latex(block.lines)]
        lines += block.latex
        for table in block.tables if not block.latex else ():
            caption = [rf"\caption{{{escape_latex(table.caption)}}}"] if table.caption else []
            lines += [r"\begin{table}[ht]", r"\centering", table.latex(), *caption, r"\end{table}"]
    cited = [rf"\item {escape_latex(str(one))}" for one in report.references()]
    lines += [r"\subsection{References}", r"\begin{itemize}", *cited, r"\end{itemize}"]
    # The hash is one long word: the paragraph that holds it may be set loosely.
    origin = [r"{\footnotesize\sloppy", escape_latex(origin_line(provenance)), r"\par}"]
    return "\n".join([*lines, "", *origin, ""])


_WIDEST = 80
"""Characters of a line of an equation, as they are seen, before it goes on in the next one."""
_UNSEEN = re.compile(r"\\\w+|[{}^_\\]")


def _aligned(equation: str) -> str:
    r"""Align an equation at its sign, and break a long one before a sign between terms.

    Examples
    --------
    >>> print(_aligned(r"\dot{x} = x \left(a + b\right)"))
    \dot{x} &= x \left(a + b\right)
    """
    aligned = equation.replace("=", "&=", 1)
    if _seen(aligned) <= _WIDEST:
        return aligned
    # Brackets that grow with what they hold cannot be split between lines.
    parts = re.split(r"(?= [+-] )", aligned.replace(r"\left", "").replace(r"\right", ""))
    lines, braces, brackets = [""], 0, 0
    for part in parts:
        outside = braces == 0 and brackets <= 1
        if outside and _seen(lines[-1]) + _seen(part) > _WIDEST:
            lines.append(r"&\quad" + part)
        else:
            lines[-1] += part
        braces += part.count("{") - part.count("}")
        brackets += part.count("(") - part.count(")")
    return " \\\\\n".join(lines)


def _seen(text: str) -> int:
    return len(_UNSEEN.sub("", text))
