"""``strategic simulate``: random paths of a model, their spread and how long cooperation lasts."""

from __future__ import annotations

from typing import Annotated

import typer

from strategic.cli import output
from strategic.cli.options import (
    JsonOption,
    MechanismOption,
    ModelArgument,
    SeedOption,
    SetOption,
    WorkersOption,
    read_model,
)


def simulate(
    model: ModelArgument,
    paths: Annotated[
        int, typer.Option("--paths", metavar="N", min=1, max=10**8, help="Number of random paths.")
    ] = 1000,
    periods: Annotated[
        int | None,
        typer.Option(
            "--periods",
            metavar="N",
            min=1,
            max=100_000,
            help="Horizon; that of the model's timeline, or 40.",
        ),
    ] = None,
    seed: SeedOption = 0,
    workers: WorkersOption = None,
    out: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            "--out",
            metavar="FILE",
            help="Write one row per period (.csv, .parquet), .json, or a figure (.png, .svg, "
            ".pdf); - prints the table as CSV.",
        ),
    ] = None,
    settings: SetOption = None,
    mechanisms: MechanismOption = None,
    json: JsonOption = False,
) -> int:
    """Simulate random paths of a model: averages, their spread, and how long cooperation lasts.

    Example: strategic simulate ai-mier --paths 5000 --seed 1
    """
    from strategic.cli.render import checked_file, show, write
    from strategic.games.io.columns import TABLES, columns_text
    from strategic.modelling import simulate as draw
    from strategic.reports.figures.style import FIGURE_ENDINGS
    from strategic.reports.sections import answer_of

    named = None if out == "-" else out
    file = checked_file(named, *TABLES, ".json", *FIGURE_ENDINGS, inputs=[model])
    loaded = read_model(model, settings, mechanisms)
    tell = answer_of(loaded.family, "simulate")
    drawn = draw(loaded, paths=paths, periods=periods, seed=seed, workers=workers)
    answer = tell(loaded, drawn)
    if out == "-" and not json:
        output.echo(columns_text(answer.columns or {}))
        return 0
    if file is not None:
        write(answer, file)
    return show(answer, json=json)
