"""From analyses to one self-contained page: no network, the same bytes for the same input."""

from __future__ import annotations

import hashlib
import html
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from importlib.resources import files
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any

from strategic.printable import printable
from strategic.reports.blocks import VERDICT, WARNINGS, Block, Data, Figure
from strategic.reports.figures.style import in_style, inline_svg, is_wide
from strategic.reports.looks import Look
from strategic.reports.origin import origin
from strategic.reports.page._explorer import explorer_data
from strategic.reports.page._glance import glance
from strategic.reports.together import shared

if TYPE_CHECKING:
    from jinja2 import Environment

    from strategic.reports._report import Report


_WORTH_HELP = 4
"""Figures; to part processes takes as long as to draw one of the simple ones."""


def report_page(report: Report, *, explore: Sequence[str] = ()) -> str:
    """Render one report.

    Parameters
    ----------
    report : Report
        The analysis.
    explore : sequence of str
        Three parameters for the sliders; a choice that fits the family by default.

    Examples
    --------
    >>> import strategic as st
    >>> page = report_page(st.report(st.load("hawk-dove")))
    >>> page[:15], "<script src" in page
    ('<!doctype html>', False)
    """
    explorer = None
    if report.page is None:  # a brief has no sliders
        explorer = explorer_data(report.model, report.reporting, explore)
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            document=report.document,
            blocks=_shown(report.blocks, report.reporting.looks),
            explorer=explorer,
            citations=report.cited,
            **_constants(),
        )
    )


def comparison_page(reports: Sequence[Report]) -> str:
    """Render several reports side by side, section by section.

    Examples
    --------
    >>> import strategic as st
    >>> reports = [st.report(st.load(name)) for name in ("capture", "cooperation")]
    >>> page = comparison_page(reports)
    >>> all(report.model.title in page for report in reports)
    True
    """
    laid_out = []
    for number, report in enumerate(reports):
        shown = _shown(report.blocks, report.reporting.looks, prefix=f"m{number}-")
        laid_out.append({b.name: data for b, data in zip(report.blocks, shown, strict=True)})
    found = dict.fromkeys(name for sections in laid_out for name in sections)
    # What opens each report opens the comparison, whichever model comes first.
    names = sorted(found, key=lambda name: (name != VERDICT, name != WARNINGS))
    rows = [[sections.get(name) for sections in laid_out] for name in names]
    looks = {word: look for report in reports for word, look in report.reporting.looks.items()}
    questions = glance(reports)
    return (
        _environment()
        .get_template("comparison.html.j2")
        .render(
            documents=[report.document for report in reports],
            glance=questions.html(_colours(looks)) if questions.rows else "",
            rows=[
                {"name": name, "title": next(filter(None, row))["title"], "sections": row}
                for name, row in zip(names, rows, strict=True)
            ],
            opening=names[0],
            **_constants(),
        )
    )


def _constants() -> dict[str, Any]:
    script = _source("explorer.js")
    policy = _policy(script)
    return {"css": _source("page.css"), "script": script, "policy": policy, "origin": origin}


def _shown(blocks: Sequence[Block], looks: Mapping[str, Look], *, prefix: str = "") -> list[Data]:
    """Draw the figures of all blocks, and write their tables."""
    figures = [
        [figure for figure in block.figures if not (prefix and figure.alone)] for block in blocks
    ]
    every = [figure for some in figures for figure in some]
    if len(every) < _WORTH_HELP:
        ready = iter([_drawn(figure, prefix) for figure in every])
    else:  # drawing takes longer than all else about a page
        import matplotlib.backends.backend_svg  # once, before processes part
        import matplotlib.figure  # noqa: F401

        # The longest ones first: those of one model alone, which have yet to be computed.
        order = sorted(range(len(every)), key=lambda number: not every[number].alone)
        drawn = shared(lambda place: _drawn(every[order[place]], prefix), len(every))
        ready = iter([drawn[order.index(number)] for number in range(len(every))])
    return [
        _laid_out(block, list(islice(ready, len(some))), looks, prefix)
        for block, some in zip(blocks, figures, strict=True)
    ]


def _laid_out(block: Block, figures: list[Data], looks: Mapping[str, Look], prefix: str) -> Data:
    return {
        "name": prefix + block.name,
        "title": block.title,
        "sentences": block.sentences,
        "tables": [table.html(_colours(looks)) for table in block.tables],
        "lines": "" if block.drawn else _in_colour("\n".join(block.lines), block.letters, looks),
        "notes": block.notes,
        "figures": figures,
        "formulas": [] if prefix else block.formulas,
        "legend": "" if prefix else block.legend,
        "equations": bool(block.equations),
        "detail": block.detail,
    }


def _colours(looks: Mapping[str, Look]) -> dict[str, str]:
    """Take the words that tables mark: those that maps have a letter for."""
    return {word: look.colour for word, look in looks.items() if look.letter}


def _in_colour(text: str, letters: str, looks: Mapping[str, Look]) -> str:
    """Escape lines of fixed width; words that consist of letters for periods get their colours."""
    escaped = html.escape(printable(text))
    if not letters:
        return escaped

    def coloured(word: re.Match[str]) -> str:
        spells = (("".join(spell), looks[letter]) for letter, spell in groupby(word[0]))
        return "".join(
            f'<span style="background: {look.colour}; color: {look.ink}">{spell}</span>'
            for spell, look in spells
        )

    return re.sub(rf"(?<!\S)[{re.escape(letters)}]+(?!\S)", coloured, escaped)


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
        finalize=_finished,
    )


def _finished(value: Any) -> Any:
    """Write control characters out in texts; what is markup was escaped by its writer."""
    return printable(value) if type(value) is str else value


def _policy(script: str) -> str:
    """Say what a page may do: run its own script, style itself, and reach nothing.

    Figures carry style attributes, so styles cannot be listed by hash; they run nothing, and
    with every source closed they can send nothing away.
    """
    digest = b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _source(name: str) -> str:
    """Read a style sheet or script as it is; it is no template."""
    return files("strategic.reports.page").joinpath("templates", name).read_text(encoding="utf8")
