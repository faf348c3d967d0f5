"""One self-contained page."""

from strategic.reports.page._render import comparison_page, report_page

__all__ = ["comparison_page", "report_page"]
