"""``strategic sensitivity``: which parameters a measure depends on."""

from __future__ import annotations

from typing import Annotated

import typer

from strategic.cli.options import (
    JsonOption,
    MechanismOption,
    ModelArgument,
    SeedOption,
    SetOption,
    measure_names,
    read_model,
)
from strategic.cli.render import checked_file, show, write


def sensitivity(
    model: ModelArgument,
    measure: Annotated[
        str,
        typer.Option(
            "--measure",
            metavar="M",
            help="Measure to study; see 'strategic measures'.",
            autocompletion=measure_names,
        ),
    ],
    over: Annotated[
        list[str],
        typer.Option(
            "--over",
            metavar="NAME=LO:HI",
            help="A range: NAME=LO:HI or NAME=LO:HI:log; repeat for more.",
        ),
    ],
    draws: Annotated[
        int,
        typer.Option(
            "--draws", metavar="N", min=2, max=2**30, help="Number of draws, a power of two."
        ),
    ] = 4096,
    figure: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            "--out",
            metavar="FIG",
            help="Draw the tornado plot: .png, .svg or .pdf.",
        ),
    ] = None,
    settings: SetOption = None,
    mechanisms: MechanismOption = None,
    seed: SeedOption = 0,
    json: JsonOption = False,
) -> int:
    """Decompose a measure's variance by parameter (Sobol), and vary each one alone (tornado).

    Example: strategic sensitivity ai-mier --measure surplus --over relation.alignment=0:1
    --over relation.penalty=0:1
    """
    from strategic.reports.figures.style import FIGURE_ENDINGS
    from strategic.reports.sensitivity_report import sensitivity_answer
    from strategic.sweeps import sensitivity as study_of

    file = checked_file(figure, *FIGURE_ENDINGS)
    loaded = read_model(model, settings, mechanisms)
    answer = sensitivity_answer(study_of(loaded, over, measure, draws=draws, seed=seed))
    if file is not None:
        write(answer, file)
    return show(answer, json=json)
