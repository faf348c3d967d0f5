"""How the sections of a report are laid out, whatever the face."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from strategic.reports.layout.block import Block, Data
from strategic.reports.layout.games import base_block
from strategic.reports.layout.path import path_block

LAYOUTS: Mapping[str, Callable[[Data], Block]] = {
    "base": base_block,
    "path": path_block,
}
"""One layout a section, in the order of the report."""


def blocks(document: Data) -> list[Block]:
    """Lay out every section the document has."""
    return [layout(document[name]) for name, layout in LAYOUTS.items() if name in document]
