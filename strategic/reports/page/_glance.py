"""Several models at a glance: one row per question, one column per model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from strategic.markup import Table

if TYPE_CHECKING:
    from strategic.reports._report import Report


def glance(reports: Sequence[Report]) -> Table:
    """Lay the main answers of several reports out side by side.

    Parameters
    ----------
    reports : sequence of Report
        The questions are those of their families; families that do not ask one leave it empty.

    Examples
    --------
    >>> import strategic as st
    >>> table = glance([st.report(st.load(slug)) for slug in ("ai-mier", "hawk-dove")])
    >>> table.rows[1]
    ['equilibria of the one-shot game', '3', '3']
    """
    questions = dict.fromkeys(q for report in reports for q in report.reporting.glance)
    rows = [
        [question, *(_answered(question, report) for report in reports)] for question in questions
    ]
    shown = [[cell or "-" for cell in row] for row in rows if any(row[1:])]
    titles = [report.document["model"]["title"] for report in reports]
    return Table(["", *titles], shown, caption="At a glance; -: the model has no such section")


def _answered(question: str, report: Report) -> str:
    answer = report.reporting.glance.get(question)
    try:
        return answer(report.document) if answer else ""
    except KeyError:  # the model has no such section
        return ""
