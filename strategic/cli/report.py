"""``strategic report``: what models say, in the terminal, as JSON or as a page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from strategic.cli import output
from strategic.cli.options import (
    JsonOption,
    MechanismOption,
    SeedOption,
    SetOption,
    read_model,
)
from strategic.errors import FileError, UsageError

if TYPE_CHECKING:
    from strategic.reports import Report


def report(
    models: Annotated[
        list[str],
        typer.Argument(metavar="MODEL...", help="Slugs (see 'strategic models'), files, or -."),
    ],
    out: Annotated[
        str | None,
        typer.Option(
            "-o", "--output", metavar="FILE", help="Write a page (.html), .json, .txt, .md or .tex."
        ),
    ] = None,
    explore: Annotated[
        list[str] | None,
        typer.Option(
            "--explore", metavar="NAME", help="Parameter for a slider of the page; up to three."
        ),
    ] = None,
    settings: SetOption = None,
    mechanisms: MechanismOption = None,
    seed: SeedOption = 0,
    json: JsonOption = False,
) -> None:
    """Report on models: equilibria, thresholds, paths, mechanisms, robustness.

    Example: strategic report ai-mier -o ai-mier.html
    """
    from strategic.reports import report as analyse

    page = out == "-" or (out is not None and Path(out).suffix.lower() in (".html", ".htm"))
    if explore and (len(models) > 1 or not page):
        rule = "sliders stand on the page of one model"
        raise UsageError(rule, where="--explore", remedy="add -o FILE.html")
    options = {"set": settings, "mechanism": mechanisms}
    asked = {name: value for name, value in options.items() if value}
    reports = [
        analyse(read_model(model, settings, mechanisms), options=asked, seed=seed)
        for model in models
    ]
    if out is not None and out != "-":
        from strategic.games.io.files import write_text

        write_text(out, _text(reports, Path(out).suffix.lower(), explore or [], out))
        output.wrote(out)
    elif json or out == "-":
        output.echo(_text(reports, ".json" if json else ".html", explore or [], "-"))
    else:
        from strategic.reports.terminal import report_parts

        console = output.console()
        for made in reports:
            for part in report_parts(made):
                console.print(part)


def _text(reports: list[Report], ending: str, explore: list[str], file: str) -> str:
    """Write reports in the format of a file's ending."""
    from strategic.reports.page import comparison_page
    from strategic.reports.strict_json import to_json

    alone = len(reports) == 1
    match ending:
        case ".html" | ".htm":
            return reports[0].html(explore=explore) if alone else comparison_page(reports)
        case ".json":
            documents = {"reports": [report.document for report in reports]}
            return reports[0].json() if alone else to_json(documents)
        case ".txt":
            return "\n".join(report.text() for report in reports)
        case ".md":
            return "\n".join(report.to_markdown() for report in reports)
        case ".tex":
            return "\n".join(report.to_latex() for report in reports)
    raise FileError("a report ends in .html, .json, .txt, .md or .tex", where=file)
