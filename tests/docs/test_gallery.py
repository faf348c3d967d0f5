"""The gallery shows every figure there is, each in a few lines of code."""

from pathlib import Path

import pytest
from _ext.blocks import blocks_of

from strategic.families.relationship.reporting import figures as of_relationships
from strategic.reports import figures
from strategic.reports.figures import evolution

GALLERY = Path(__file__).resolve().parents[2] / "docs" / "gallery"
PAGES = sorted(page for page in GALLERY.glob("*.md") if page.stem != "index")
MOST_LINES = 8
IN_REPORTS = {
    "draw_beliefs": "beliefs", "draw_effects": "mechanisms", "draw_faces": "faces",
    "draw_intensities": "intensities-relationship-type", "draw_limits": "limits",
    "draw_over_time": "over-time", "draw_path": "path", "draw_square": "square",
    "draw_survival": "survival", "draw_triangle": "triangle", "draw_basins": "basins",
    "draw_fan": "fan-0", "draw_line": "line", "draw_stages": "stages-alone",
}  # fmt: skip
"""Figures that pages take from a report, by their names there."""
NO_FIGURES = {"in_style", "save_figure", "DrawnPaths", "Rest"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_figure_takes_a_few_lines(page):
    for block in blocks_of(page.read_text(encoding="utf8")):
        lines = [line for line in block.text.splitlines() if line.strip()]
        written = [line for line in lines if not line.startswith(("import ", "from "))]
        assert block.file or len(written) <= MOST_LINES, f"{page.name}, line {block.line}"


@pytest.mark.parametrize(
    "offered", [figures, of_relationships, evolution], ids=lambda m: m.__name__
)
def test_every_figure_is_shown(offered):
    pages = "".join(page.read_text(encoding="utf8") for page in PAGES)
    for name in set(offered.__all__) - NO_FIGURES:
        drawn = f".{name}(" in pages
        assert drawn or f'figures["{IN_REPORTS.get(name, name)}"]' in pages, name
