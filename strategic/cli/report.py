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
            "-o",
            "--output",
            "--out",
            metavar="FILE",
            help="Write a page (.html), .json, .txt, .md or .tex.",
        ),
    ] = None,
    explore: Annotated[
        list[str] | None,
        typer.Option(
            "--explore", metavar="NAME", help="Parameter for a slider of the page; up to three."
        ),
    ] = None,
    brief: Annotated[
        bool,
        typer.Option(
            "--brief", help="One page: the verdict, one figure, what to do, what to watch."
        ),
    ] = False,
    settings: SetOption = None,
    mechanisms: MechanismOption = None,
    seed: SeedOption = 0,
    json: JsonOption = False,
) -> None:
    """Report on models: equilibria, thresholds, paths, mechanisms, robustness.

    Example: strategic report ai-mier -o ai-mier.html
    """
    from strategic.games.io.targets import check_target
    from strategic.reports import report as analyse

    ending = ".json" if json else ".html"
    if out is not None and out != "-":
        ending = _ending(out)
        check_target(out, *models)
    page = out is not None and ending == ".html"
    if explore and (len(models) > 1 or not page):
        rule = "sliders need the page of one model"
        raise UsageError(rule, where="--explore", remedy="add -o FILE.html")
    if explore and brief:
        raise UsageError("a brief has no sliders", where="--explore", remedy="leave out --brief")
    options = {"set": settings, "mechanism": mechanisms}
    asked = {name: value for name, value in options.items() if value}
    reports = [
        analyse(
            read_model(model, settings, mechanisms, several=len(models) > 1),
            options=asked,
            seed=seed,
        )
        for model in models
    ]
    if brief:
        reports = [made.brief() for made in reports]
    if out is not None and out != "-":
        from strategic.games.io.files import write_or_keep, write_text

        text = _text(reports, ending, explore or [])
        write_or_keep(out, lambda path: write_text(path, text))
        output.wrote(out)
    elif json or out == "-":
        output.echo(_text(reports, ending, explore or []))
    else:
        from strategic.reports.terminal import report_parts

        console = output.console()
        for made in reports:
            for part in report_parts(made):
                console.print(part)


def _ending(file: str) -> str:
    """Take the ending that says what to write, before anything is analysed."""
    from strategic.reports import FORMATS

    ending = Path(file).suffix.lower()
    ending = ".html" if ending == ".htm" else ending
    if ending not in FORMATS:
        rule = f"a report ends in one of {', '.join(FORMATS)}"
        raise FileError(rule, where=file, value=Path(file).suffix)
    return ending


def _text(reports: list[Report], ending: str, explore: list[str]) -> str:
    """Write one report, or several together, in the format of an ending."""
    from strategic.reports import FORMATS
    from strategic.reports.page import comparison_page
    from strategic.reports.strict_json import to_json

    if len(reports) == 1:
        return reports[0].html(explore=explore) if explore else FORMATS[ending](reports[0])
    if ending == ".html":
        return comparison_page(reports)
    if ending == ".json":
        return to_json({"reports": [report.document for report in reports]})
    return "\n".join(FORMATS[ending](report) for report in reports)
