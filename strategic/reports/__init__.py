"""Reports: one analysis of a model in every output format, and how a family adds to it.

A family brings a `Reporting`: its `Section` records in order (its own, and the generic ``GAME``,
``MEASURES``, ``MECHANISMS``, ``CLAIMS``, ``PARAMETERS`` of `strategic.reports.sections`), the
sentences that open the report, and what the explorer shows.
"""

from strategic.reports.answer import Answer
from strategic.reports.blocks import Block, Figure
from strategic.reports.report import Report, report
from strategic.reports.section import Reporting, Section

__all__ = ["Answer", "Block", "Figure", "Report", "Reporting", "Section", "report"]
