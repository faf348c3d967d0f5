"""What an estimation says, in every output format; and how well a truth is recovered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from strategic.namespaces import listing, loaded_when_used

if TYPE_CHECKING:
    from strategic.reports.estimation._fitted import Fitted, fitted
    from strategic.reports.estimation._recovered import recovery_report

_MODULE_OF = {"Fitted": "_fitted", "fitted": "_fitted", "recovery_report": "_recovered"}

__all__ = ["Fitted", "fitted", "recovery_report"]

__getattr__ = loaded_when_used(__name__, _MODULE_OF)
__dir__ = listing(__all__)
