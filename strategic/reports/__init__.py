"""Reports: one analysis of a model in every output format, and how a family adds to it.

A family brings a `Reporting`: its `Section` records in order (its own, and the generic ``GAME``,
``MEASURES``, ``MECHANISMS``, ``CLAIMS``, ``PARAMETERS`` of `strategic.reports.sections`), the
sentences that open the report, and what the explorer shows.

Names load when they are first used: an answer about one game needs no section of a report.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from strategic.namespaces import listing, loaded_when_used

if TYPE_CHECKING:
    from strategic.reports._report import FORMATS, Report, report
    from strategic.reports.answer import Answer
    from strategic.reports.blocks import Block, Figure
    from strategic.reports.equations import equations_of
    from strategic.reports.evolution import Evolution, evolve
    from strategic.reports.section import Reading, Reporting, Section

_MODULE_OF = {
    "FORMATS": "_report",
    "Answer": "answer",
    "Block": "blocks",
    "Evolution": "evolution",
    "Figure": "blocks",
    "Report": "_report",
    "Reading": "section",
    "Reporting": "section",
    "Section": "section",
    "equations_of": "equations",
    "evolve": "evolution",
    "report": "_report",
}
"""No module may be called like a name: loading it would hide the name."""

__all__ = [
    "FORMATS",
    "Answer",
    "Block",
    "Evolution",
    "Figure",
    "Reading",
    "Report",
    "Reporting",
    "Section",
    "equations_of",
    "evolve",
    "report",
]

__getattr__ = loaded_when_used(__name__, _MODULE_OF)
__dir__ = listing(__all__)
