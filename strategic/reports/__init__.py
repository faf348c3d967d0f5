"""An analysis of a model and its three faces: terminal, JSON, HTML."""

from strategic.reports.report import Report, report

__all__ = ["Report", "report"]
