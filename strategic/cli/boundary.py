"""``strategic boundary``: where a measure changes, and the smallest change that flips it."""

from __future__ import annotations

from typing import Annotated

import typer

from strategic.cli.options import (
    JsonOption,
    MechanismOption,
    ModelArgument,
    SetOption,
    WorkersOption,
    measure_names,
    read_model,
)
from strategic.cli.render import show
from strategic.errors import UsageError


def boundary(
    model: ModelArgument,
    measure: Annotated[
        str,
        typer.Option(
            "--measure",
            metavar="M",
            help="Measure to watch; see 'strategic measures'.",
            autocompletion=measure_names,
        ),
    ],
    over: Annotated[
        str | None,
        typer.Option(
            "--over",
            metavar="NAME[=LO:HI]",
            help="The parameter to move, by default over its bounds or a tenth to ten times its "
            "value. Without it: the smallest change of every parameter and mechanism that flips "
            "the outcome.",
        ),
    ] = None,
    grid: Annotated[
        list[str] | None,
        typer.Option(
            "--grid", metavar="NAME=LO:HI:N", help="An axis of another parameter; repeat for more."
        ),
    ] = None,
    level: Annotated[
        float | None,
        typer.Option("--level", metavar="X", help="Threshold for a numeric measure (default 0)."),
    ] = None,
    scan: Annotated[
        int,
        typer.Option(
            "--scan",
            metavar="N",
            min=2,
            max=10**8,
            help="Number of values scanned first; measures of most games need none.",
        ),
    ] = 257,
    settings: SetOption = None,
    mechanisms: MechanismOption = None,
    workers: WorkersOption = None,
    json: JsonOption = False,
) -> int:
    """Find where along a parameter a measure changes, to 1e-10; for games exactly, without a scan.

    Example: strategic boundary cooperation --over government.performance_competition=0:1
    --measure relationship_type
    """
    from strategic.reports.boundary_report import boundary_answer
    from strategic.sweeps import boundary as search

    loaded = read_model(model, settings, mechanisms)
    if over is None and grid:
        raise UsageError("--grid needs --over", where="--grid", value=" ".join(grid))
    if level is not None and loaded.family.measure(measure).kind == "label":
        raise UsageError("a label has no threshold", where="--level", value=level)
    name, _, span = (over or "").partition("=")
    found = search(
        loaded,
        name.strip() or None,
        measure,
        over=span.strip() or None,
        grid=grid or None,
        level=level or 0.0,
        scan=scan,
        workers=workers,
    )
    return show(boundary_answer(found), json=json)
