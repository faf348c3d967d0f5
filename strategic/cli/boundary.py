"""``strategic boundary``: where a measure changes, and what it would take to flip it."""

from __future__ import annotations

from typing import Annotated

import typer

from strategic.cli import output
from strategic.cli.options import (
    JsonOption,
    MechanismOption,
    ModelArgument,
    SetOption,
    WorkersOption,
    read_model,
)
from strategic.errors import UsageError


def boundary(
    model: ModelArgument,
    measure: Annotated[
        str, typer.Option("--measure", metavar="M", help="What to watch; see 'strategic measures'.")
    ],
    over: Annotated[
        str | None,
        typer.Option(
            "--over",
            metavar="NAME[=LO:HI]",
            help="The parameter to move, by default over its bounds or a tenth to ten times its "
            "value. Without it: what would it take? Every parameter and mechanism is tried.",
        ),
    ] = None,
    grid: Annotated[
        list[str] | None,
        typer.Option("--grid", metavar="NAME=LO:HI:N", help="An axis of other values; repeat."),
    ] = None,
    level: Annotated[float, typer.Option("--level", help="What a number is compared with.")] = 0.0,
    scan: Annotated[int, typer.Option("--scan", min=2, help="Places looked at first.")] = 257,
    settings: SetOption = None,
    mechanisms: MechanismOption = None,
    workers: WorkersOption = None,
    json: JsonOption = False,
) -> None:
    """Find where along a parameter a measure changes, to 1e-10.

    Example: strategic boundary cooperation --over government.performance_competition=0:1
    --measure relationship_type
    """
    from strategic.reports import boundary_report as told
    from strategic.sweeps import boundary as search

    loaded = read_model(model, settings, mechanisms)
    if over is None and grid:
        raise UsageError("--grid needs --over", where="--grid", value=" ".join(grid))
    name, _, span = (over or "").partition("=")
    found = search(
        loaded, name.strip() or None, measure, over=span.strip() or None, grid=grid or None,
        level=level, scan=scan, workers=workers,
    )  # fmt: skip
    if json:
        document = told.boundary_document if over else told.takes_document
        output.echo_json(document(found))
        return
    console = output.console()
    for part in (told.boundary_parts if over else told.takes_parts)(found):
        console.print(part)
