"""A relationship on one page."""

from __future__ import annotations

from collections.abc import Mapping

from strategic.families.relationship.reporting._choices import PHASE_AXES
from strategic.families.relationship.reporting._path import LEGEND, REGIME_WORDS, strip_table
from strategic.modelling import Model
from strategic.reports.blocks import VERDICT, Block, Data
from strategic.reports.brief import MOST, Brief, to_watch

_ACROSS, _UP = 31, 11
"""Points of the map that text shows."""


def brief(document: Data, blocks: Mapping[str, Block], model: Model) -> Brief:
    """Make one page: the path where there is one, else the map of types."""
    path = document.get("path")
    lines = strip_table({"": path["regimes"]}, path["periods"]) if path else _map(model)
    return Brief(
        verdict=document[VERDICT],
        do=[*blocks["mechanisms"].sentences][:MOST],
        watch=to_watch(document, blocks),
        figure="path" if path else "phase",
        lines=[*lines, *([LEGEND] if path else [])],
        letters="".join(REGIME_WORDS) if path else "",
    )


def _map(model: Model) -> list[str]:
    from strategic.reports.figures._swept import looks
    from strategic.reports.sweep_report import text_map
    from strategic.sweeps import sweep

    over = dict(zip(PHASE_AXES, (f"0:1:{_ACROSS}", f"0:1:{_UP}"), strict=True))
    found = sweep(model, over, "relationship_type", workers=1)["relationship_type"]
    across, up = (float(model.points[name]) for name in PHASE_AXES)
    on_map = (across, up) if max(across, up) <= 1 else None
    return text_map(found, looks(found, model.family.name), place=on_map, plain=True)
