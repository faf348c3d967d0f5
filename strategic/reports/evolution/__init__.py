"""What becomes of a model whose players are populations: the analysis, its pages and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from strategic.namespaces import listing, loaded_when_used

if TYPE_CHECKING:
    from strategic.reports.evolution._evolving import Evolution, evolve

_MODULE_OF = {"Evolution": "_evolving", "evolve": "_evolving"}

__all__ = ["Evolution", "evolve"]

__getattr__ = loaded_when_used(__name__, _MODULE_OF)
__dir__ = listing(__all__)
