"""``strategic sensitivity``: which parameters a measure hangs on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from strategic.cli import output
from strategic.cli.options import (
    JsonOption,
    MechanismOption,
    ModelArgument,
    SeedOption,
    SetOption,
    read_model,
)


def sensitivity(
    model: ModelArgument,
    measure: Annotated[
        str, typer.Option("--measure", metavar="M", help="What to study; see 'strategic measures'.")
    ],
    over: Annotated[
        list[str],
        typer.Option(
            "--over", metavar="NAME=LO:HI", help="A range: NAME=LO:HI or NAME=LO:HI:log; repeat."
        ),
    ],
    draws: Annotated[int, typer.Option("--draws", min=2, help="A power of two.")] = 4096,
    figure: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="FIG", help="Draw the tornado: .png, .svg or .pdf."),
    ] = None,
    settings: SetOption = None,
    mechanisms: MechanismOption = None,
    seed: SeedOption = 0,
    json: JsonOption = False,
) -> None:
    """Share a measure's variance out over parameters (Sobol), and move each one alone (tornado).

    Example: strategic sensitivity ai-mier --measure surplus --over relation.alignment=0:1
    --over relation.penalty=0:1
    """
    from strategic.reports.sensitivity_report import sensitivity_document, sensitivity_parts
    from strategic.sweeps import sensitivity as study_of

    study = study_of(read_model(model, settings, mechanisms), over, measure, draws=draws, seed=seed)
    if figure is not None:
        from strategic.reports.figures.style import save_figure
        from strategic.reports.figures.tornado import tornado

        save_figure(tornado(study), figure)
    if json:
        output.echo_json(sensitivity_document(study))
        return
    console = output.console()
    for part in sensitivity_parts(study):
        console.print(part)
