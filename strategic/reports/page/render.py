"""From analyses to one self-contained page: no network, the same bytes for the same input."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from strategic.reports.blocks import Block, Data, Figure
from strategic.reports.figures.style import in_style, inline_svg, is_wide
from strategic.reports.layout import blocks
from strategic.reports.page.explorer import explorer_data
from strategic.reports.page.formulas import FORMULAS
from strategic.reports.page.glance import glance
from strategic.reports.page.methods import citations
from strategic.reports.page.phase import with_phase_diagram
from strategic.reports.terminal import caveat

if TYPE_CHECKING:
    from jinja2 import Environment

    from strategic.reports.report import Report


def report_page(report: Report, *, explore: Sequence[str] = ()) -> str:
    """Render one report.

    Parameters
    ----------
    report : Report
        The analysis.
    explore : sequence of str
        Three parameters for the sliders; a choice that fits the family by default.
    """
    laid_out = with_phase_diagram(blocks(report.document), report.model)
    explorer = explorer_data(report.model, explore)
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            document=report.document,
            blocks=[_shown(block) for block in laid_out],
            caveat=caveat(report.document),
            explorer=explorer,
            citations=citations(report.document),
            **_constants(),
        )
    )


def comparison_page(reports: Sequence[Report]) -> str:
    """Render several reports side by side, section by section."""
    laid_out = [
        {block.name: _shown(block, prefix=f"m{k}-") for block in blocks(report.document)}
        for k, report in enumerate(reports)
    ]
    names = list(dict.fromkeys(name for sections in laid_out for name in sections))
    return (
        _environment()
        .get_template("comparison.html.j2")
        .render(
            caveat=next(filter(None, (caveat(report.document) for report in reports)), ""),
            documents=[report.document for report in reports],
            glance=glance([report.document for report in reports]).html(),
            sections=[[sections.get(name) for sections in laid_out] for name in names],
            **_constants(),
        )
    )


def _constants() -> dict[str, Any]:
    return {
        "css": _source("page.css"),
        "script": _source("explorer.js"),
        "formulas": FORMULAS,
    }


def _shown(block: Block, *, prefix: str = "") -> Data:
    """Draw a block's figures and write its tables."""
    return {
        "name": prefix + block.name,
        "title": block.title,
        "sentences": block.sentences,
        "tables": [table.html() for table in block.tables],
        "lines": "\n".join(block.lines),
        "notes": block.notes,
        "figures": [_drawn(figure, prefix) for figure in block.figures],
        "formulas": [] if prefix else block.formulas,
        "detail": block.detail,
    }


def _drawn(figure: Figure, prefix: str) -> Data:
    ax = in_style(figure.draw)
    svg = inline_svg(
        ax,
        name=prefix + figure.name,
        title=figure.title,
        description=figure.description,
    )
    named = {"title": figure.title, "description": figure.description}
    return {"svg": svg, "wide": is_wide(ax), **named}


def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("strategic.reports.page", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _source(name: str) -> str:
    """Read a style sheet or script as it is; it is no template."""
    return files("strategic.reports.page").joinpath("templates", name).read_text(encoding="utf8")
