"""``strategic equations``: a model as formulas, in LaTeX, as text or as a page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from strategic.cli import output
from strategic.cli.options import JsonOption, MechanismOption, SetOption, read_model
from strategic.errors import FileError


def equations(
    model: Annotated[
        str, typer.Argument(metavar="MODEL", help="A slug (see 'strategic models'), a file, or -.")
    ],
    out: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            "--out",
            metavar="FILE",
            help="Write .tex, .md, .txt, .json or a page (.html).",
        ),
    ] = None,
    plain: Annotated[
        bool, typer.Option("--plain", help="Print plain text instead of LaTeX.")
    ] = False,
    settings: SetOption = None,
    mechanisms: MechanismOption = None,
    json: JsonOption = False,
) -> None:
    """Write a model as formulas, in LaTeX: payoffs, conditions, thresholds, motion, numbers.

    Example: strategic equations inspection -o inspection.tex
    """
    from strategic.reports import FORMATS, equations_of
    from strategic.reports.terminal import report_parts

    ending = ".json" if json else ".txt" if plain else ".tex"
    if out is not None and out != "-":
        ending = Path(out).suffix.lower()
        if ending not in FORMATS:
            rule = f"equations end in one of {', '.join(FORMATS)}"
            raise FileError(rule, where=out, value=Path(out).suffix)
    options = {"set": settings, "mechanism": mechanisms}
    asked = {name: value for name, value in options.items() if value}
    made = equations_of(read_model(model, settings, mechanisms), options=asked)
    if out is not None and out != "-":
        from strategic.games.io.files import write_or_keep, write_text
        from strategic.games.io.targets import check_target

        check_target(out, model)
        text = FORMATS[ending](made)
        write_or_keep(out, lambda path: write_text(path, text))
        output.wrote(out)
    elif not plain:
        output.echo(FORMATS[ending](made))
    else:
        console = output.console()
        for part in report_parts(made):
            console.print(part)
