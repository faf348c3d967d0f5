"""``strategic sweep``: measures over a grid of parameters."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer

from strategic.cli import output
from strategic.cli.options import (
    ForceOption,
    JsonOption,
    MechanismOption,
    ModelArgument,
    SchedulerOption,
    SeedOption,
    SetOption,
    WorkersOption,
    executor_at,
    measure_names,
    read_model,
)
from strategic.cli.progress import progress_bar
from strategic.cli.render import show

_SHOWN = 5

MeasureOption = Annotated[
    list[str] | None,
    typer.Option(
        "--measure",
        metavar="A,B",
        help="Measures; see 'strategic measures'.",
        autocompletion=measure_names,
    ),
]
OverOption = Annotated[
    list[str] | None,
    typer.Option(
        "--over",
        metavar="NAME=LO:HI:N",
        help="An axis: NAME=LO:HI:N, NAME=LO:HI:N:log or NAME=A,B,C; repeat for more. "
        "NAME is a parameter, or mechanism.NAME for an intensity.",
    ),
]


def sweep(
    model: ModelArgument,
    measure: MeasureOption = None,
    over: OverOption = None,
    points: Annotated[
        Path | None,
        typer.Option(
            "--points", metavar="FILE.csv", help="One point per row, one column per parameter."
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            "--out",
            metavar="OUT",
            help="A .zarr store, or a .nc, .csv, .parquet or small .xlsx file.",
        ),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Continue an unfinished .zarr store.")
    ] = False,
    grow: Annotated[
        bool,
        typer.Option(
            "--grow", help="Extend a .zarr store by new values of its axes, or by new measures."
        ),
    ] = False,
    force: ForceOption = False,
    scheduler: SchedulerOption = None,
    block: Annotated[
        int | None,
        typer.Option("--block", metavar="N", min=1, help="Largest number of points per block."),
    ] = None,
    settings: SetOption = None,
    mechanisms: MechanismOption = None,
    workers: WorkersOption = None,
    seed: SeedOption = 0,
    json: JsonOption = False,
) -> int:
    """Evaluate measures over a grid of parameters, or over a table of points.

    Example: strategic sweep cooperation --over government.performance_competition=0:1:31
    --over government.shelter_responsibility=0:.5:11 --measure relationship_type -o map.zarr
    """
    from strategic.reports.sweep_report import sweep_answer
    from strategic.sweeps import bad_rows, guesses_of_points
    from strategic.sweeps import sweep as run

    loaded = read_model(model, settings, mechanisms)
    names = [name for text in measure or () for name in text.split(",")]
    if points is not None:
        output.note_guesses(f"{points}: {note}" for note in guesses_of_points(loaded, points))
    began = perf_counter()
    with executor_at(scheduler) as executor, progress_bar("points") as move:
        try:
            result = run(
                loaded, over, names, points=points, out=out, resume=resume, grow=grow,
                force=force, workers=workers, executor=executor, block=block,
                seed=seed, progress=move,
            )  # fmt: skip
        except KeyboardInterrupt:
            if out is not None and out.suffix == ".zarr" and out.exists():
                again = "--grow" if grow else "--force" if force else "--resume"
                output.note(f"stopped; finished blocks of {out} are kept, {again} continues")
            raise
    if out is not None:
        output.result_is_in_file()
    code = show(sweep_answer(result, out=out, seconds=perf_counter() - began), json=json)
    if out is not None:
        output.wrote(out)
    shown = 1 if points is None else _SHOWN  # neighbours on a grid break the same rule
    problems = list(islice(bad_rows(loaded, result), shown + 1))
    for problem in problems[:shown]:
        output.note(f"not measured: {problem}")
    if len(problems) > shown:
        output.note("not measured: more of them; see the variable 'status'")
    return code
