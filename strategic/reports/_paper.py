"""A report for a paper: its sentences and tables in markdown and LaTeX."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from strategic.markup import (
    breakable_latex,
    escape_latex,
    escape_markdown,
    verbatim_latex,
    verbatim_markdown,
)
from strategic.reports.origin import origin_line

if TYPE_CHECKING:
    from strategic.reports._report import Report


def markdown_paper(report: Report) -> str:
    """Write every section but the reference tables, and what formulas stand there, as markdown.

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
        if block.detail and not block.equations:
            continue
        lines += ["", f"## {escape_markdown(block.title)}", ""]
        lines += [f"- {escape_markdown(sentence)}" for sentence in block.sentences]
        for equation in block.equations:
            # To Markdown a bare sign would open a tag of HTML.
            written = equation.replace("<", r"\lt ").replace(">", r"\gt ")
            lines += ["", f"$${written}$$"]
        if block.lines and not block.equations:
            lines += ["", verbatim_markdown(block.lines)]
        for table in block.tables:
            lines += ["", table.markdown()]
            lines += ["", f"*{escape_markdown(table.caption)}*"] if table.caption else []
    lines += ["", "## References", ""] if report.cited else []
    lines += [f"- {escape_markdown(one)}" for one in report.cited]
    return "\n".join([*lines, "", escape_markdown(origin_line(provenance)), ""])


def latex_paper(report: Report) -> str:
    """Write every section but the reference tables for LaTeX."""
    provenance = report.document["provenance"]
    lines = [_PREAMBLE, rf"\section{{{escape_latex(report.document['model']['title'])}}}"]
    lines += [rf"\emph{{{escape_latex(provenance['caveat'])}}}"] if provenance["caveat"] else []
    for block in report.blocks:
        if block.detail and not block.equations:
            continue
        lines += [rf"\subsection{{{escape_latex(block.title)}}}"]
        lines += [breakable_latex(sentence) for sentence in block.sentences]
        if block.equations:
            rows = _rows(block.equations)
            lines += [r"{\allowdisplaybreaks", r"\begin{align*}", rows, r"\end{align*}}"]
        if block.lines and not block.equations:  # equations say the same
            lines += [verbatim_latex(block.lines)]
        lines += block.latex
        lines += [table.latex_float() for table in block.tables if not block.latex]
    cited = [rf"\item {escape_latex(one)}" for one in report.cited]
    if cited:
        lines += [r"\subsection{References}", r"\begin{itemize}", *cited, r"\end{itemize}"]
    told = origin_line(provenance)
    # The hash is one long word, which may go on in the next line anywhere.
    broken = re.sub(r"[0-9a-f]{16}(?=[0-9a-f])", r"\g<0>\\allowbreak{}", escape_latex(told))
    origin = [f"% {told}", r"{\footnotesize\sloppy", broken, r"\par}"]
    return "\n".join([*lines, "", *origin, ""])


_PREAMBLE = (
    "% To be put into a document with these packages: amsmath, amssymb, array, booktabs, longtable"
)
_WIDEST = 80
"""Characters of a line of an equation, as they are seen, before it goes on in the next one."""
_UNSEEN = re.compile(r"\\\w+|[{}^_\\]")


def _rows(equations: Sequence[str]) -> str:
    """Align equations at their signs, or where left sides are long at their starts."""
    long = any(_seen(equation.partition("=")[0]) > _WIDEST / 3 for equation in equations)
    return " \\\\\n".join(_aligned(equation, start=long) for equation in equations)


def _aligned(equation: str, *, start: bool = False) -> str:
    r"""Align an equation at its sign or its start, and break a long one between terms.

    Examples
    --------
    >>> print(_aligned(r"\dot{x} = x \left(a + b\right)"))
    \dot{x} &= x \left(a + b\right)
    """
    aligned = f"&{equation}" if start else equation.replace("=", "&=", 1)
    if _seen(aligned) <= _WIDEST or r"\begin{" in aligned:  # a table says where its lines end
        return aligned
    left, equals, right = aligned.partition("= ")
    # Brackets that grow with what they hold cannot be split between lines.
    parts = re.split(r"(?= [+-] )", right.replace(r"\left", "").replace(r"\right", ""))
    for depth in (0, 1):
        terms = _terms(parts, depth)
        if max(map(_seen, terms)) <= _WIDEST:
            break
    # Where equations start, what is on the left has a line of its own.
    lines = [left.rstrip(), rf"&\qquad {equals}{terms[0]}"] if start else [left + equals + terms[0]]
    for term in terms[1:]:
        if _seen(lines[-1]) + _seen(term) > _WIDEST:
            lines.append((r"&\qquad\quad" if start else r"&\quad") + term)
        else:
            lines[-1] += term
    return " \\\\\n".join(lines)


def _terms(parts: list[str], depth: int) -> list[str]:
    """Join what is split inside of braces, and inside of more than ``depth`` brackets."""
    terms: list[str] = []
    braces = brackets = 0
    for part in parts:
        if terms and (braces or brackets > depth):
            terms[-1] += part
        else:
            terms.append(part)
        braces += part.count("{") - part.count("}")
        brackets += part.count("(") - part.count(")")
    return terms


def _seen(text: str) -> int:
    return len(_UNSEEN.sub("", text))
