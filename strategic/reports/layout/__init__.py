"""How the sections of a report are laid out, whatever the face."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from strategic.reports.blocks import Block, Data
from strategic.reports.layout.changes import mechanisms_block, robustness_block
from strategic.reports.layout.claims import claims_block
from strategic.reports.layout.games import base_block, choices_block, game_block
from strategic.reports.layout.parameters import parameters_block
from strategic.reports.layout.path import path_block
from strategic.reports.layout.repeated import repeated_block
from strategic.reports.layout.surroundings import officials_block, organisations_block


def story_block(sentences: list[str]) -> Block:
    """Lay out the story."""
    return Block("story", "In five sentences", sentences)


LAYOUTS: Mapping[str, Callable[[Any], Block]] = {
    "story": story_block,
    "game": game_block,
    "base": base_block,
    "choices": choices_block,
    "path": path_block,
    "repeated": repeated_block,
    "officials": officials_block,
    "organisations": organisations_block,
    "mechanisms": mechanisms_block,
    "robustness": robustness_block,
    "claims": claims_block,
    "parameters": parameters_block,
}
"""One layout a section, in the order of the report."""


def blocks(document: Data) -> list[Block]:
    """Lay out every section the document has something in."""
    return [layout(document[name]) for name, layout in LAYOUTS.items() if document.get(name)]
