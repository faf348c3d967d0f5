"""``strategic simulate``: random paths of a model, their spread and how long cooperation lasts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from strategic.cli import output
from strategic.cli.options import (
    JsonOption,
    MechanismOption,
    ModelArgument,
    SeedOption,
    SetOption,
    WorkersOption,
    output_path,
    read_model,
)
from strategic.errors import FileError, UsageError

if TYPE_CHECKING:
    from strategic.families.relationship import Simulation
    from strategic.modelling import Model

_TABLES, _FIGURES = (".csv", ".parquet"), (".png", ".svg", ".pdf")


def simulate(
    model: ModelArgument,
    paths: Annotated[int, typer.Option("--paths", min=1, help="Random paths.")] = 1000,
    periods: Annotated[
        int | None,
        typer.Option("--periods", min=1, help="Horizon; that of the model's path, or 40."),
    ] = None,
    seed: SeedOption = 0,
    workers: WorkersOption = None,
    out: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="Write a table a period (.csv, .parquet), .json, or a figure (.png, .svg, .pdf); "
            "- prints the table as CSV.",
        ),
    ] = None,
    settings: SetOption = None,
    mechanisms: MechanismOption = None,
    json: JsonOption = False,
) -> None:
    """Draw random paths: trust and behaviour with their spread, and how long cooperation lasts.

    Example: strategic simulate ai-mier --paths 5000 --seed 1
    """
    from strategic.families.relationship import simulate as draw
    from strategic.games.io.columns import columns_text
    from strategic.reports.simulation_report import (
        period_rows,
        simulation_document,
        simulation_parts,
    )

    file = None if out == "-" else _checked(output_path(out))
    loaded = read_model(model, settings, mechanisms)
    if loaded.family.name != "relationship":
        raise UsageError("only relationships have paths", where="MODEL", value=model)
    found = draw(loaded, paths=paths, periods=periods, seed=seed, workers=workers)
    if out == "-" and not json:
        output.echo(columns_text(period_rows(found)))
        return
    document = simulation_document(loaded, found)
    if file is not None:
        _write(loaded, found, file)
        output.note(f"wrote {file}")
    if json:
        output.echo_json(document)
        return
    console = output.console()
    for part in simulation_parts(document):
        console.print(part)


def _checked(file: Path | None) -> Path | None:
    """Refuse an unknown ending before anything is drawn."""
    known = (*_TABLES, ".json", *_FIGURES)
    if file is not None and file.suffix.lower() not in known:
        raise FileError(
            f"the file must end in one of {', '.join(known)}", where=str(file), value=file.suffix
        )
    return file


def _write(model: Model, found: Simulation, file: Path) -> None:
    from strategic.reports.simulation_report import period_rows, simulation_document

    kind = file.suffix.lower()
    if kind == ".json":
        from strategic.games.io.files import write_text
        from strategic.reports.strict_json import to_json

        write_text(file, to_json(simulation_document(model, found)) + "\n")
    elif kind in _TABLES:
        from strategic.games.io.columns import written_tables

        with written_tables(file, quoted=True) as (table,):
            table.append(period_rows(found))
    else:
        from strategic.reports.figures.simulation import draw_simulation
        from strategic.reports.figures.style import save_figure

        save_figure(draw_simulation(found), file)
