"""``strategic report``: what models say, in the terminal, as JSON or as a page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

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
        typer.Option("--explore", metavar="NAME", help="A slider of the page; up to three."),
    ] = None,
    settings: SetOption = None,
    mechanisms: MechanismOption = None,
    seed: SeedOption = 0,
    json: JsonOption = False,
) -> None:
    """Report on models: equilibria, thresholds, path, and what would change them.

    Example: strategic report ai-mier -o ai-mier.html
    """
    from strategic.reports import report as analyse

    if explore and (len(models) > 1 or not _is_page(out)):
        raise UsageError(
            "sliders stand on the page of one model", where="--explore", remedy="add -o FILE.html"
        )
    options: dict[str, Any] = {"set": settings, "mechanism": mechanisms}
    asked = {name: value for name, value in options.items() if value}
    reports = [
        analyse(read_model(model, settings, mechanisms), options=asked, seed=seed)
        for model in models
    ]
    if out is not None and out != "-":
        _write(reports, Path(out), explore or [])
    elif json:
        output.echo(_json(reports))
    elif out == "-":
        output.echo(_page(reports, explore or []))
    else:
        _show(reports)


def _is_page(out: str | None) -> bool:
    return out == "-" or (out is not None and Path(out).suffix.lower() in (".html", ".htm"))


def _write(reports: list[Report], file: Path, explore: list[str]) -> None:
    from strategic.games.io.files import write_text

    match file.suffix.lower():
        case ".html" | ".htm":
            text = _page(reports, explore)
        case ".json":
            text = _json(reports)
        case ".txt":
            text = "\n".join(report.text() for report in reports)
        case ".md":
            text = "\n".join(report.to_markdown() for report in reports)
        case ".tex":
            text = "\n".join(report.to_latex() for report in reports)
        case _:
            raise FileError("a report ends in .html, .json, .txt, .md or .tex", where=str(file))
    write_text(file, text)
    output.note(f"wrote {file}")


def _json(reports: list[Report]) -> str:
    from strategic.reports.strict_json import to_json

    if len(reports) == 1:
        return reports[0].json()
    return to_json({"reports": [report.document for report in reports]})


def _page(reports: list[Report], explore: list[str]) -> str:
    from strategic.reports.page import comparison_page

    return reports[0].html(explore=explore) if len(reports) == 1 else comparison_page(reports)


def _show(reports: list[Report]) -> None:
    from strategic.reports.terminal import report_parts

    console = output.console()
    for made in reports:
        for part in report_parts(made):
            console.print(part)
