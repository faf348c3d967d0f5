"""One self-contained page."""

from strategic.namespaces import listing
from strategic.reports.page._render import comparison_page, report_page

__all__ = ["comparison_page", "report_page"]

__dir__ = listing(__all__)
