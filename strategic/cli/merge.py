"""``strategic merge``: stores of the parts of a sweep, put together."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from strategic.cli import output
from strategic.cli.options import ForceOption, JsonOption
from strategic.cli.render import show


def merge(
    parts: Annotated[
        list[Path], typer.Argument(metavar="PART...", help="The .zarr stores of the parts.")
    ],
    out: Annotated[
        Path,
        typer.Option("-o", "--output", "--out", metavar="OUT.zarr", help="The store of the whole."),
    ],
    over: Annotated[
        list[str] | None,
        typer.Option(
            "--over",
            metavar="NAME=LO:HI:N",
            help="An axis of the whole, so that missing parts are noticed; repeat for more.",
        ),
    ] = None,
    gaps: Annotated[
        bool, typer.Option("--gaps", help="Leave points that no part has undefined.")
    ] = False,
    force: ForceOption = False,
    block: Annotated[
        int | None,
        typer.Option("--block", metavar="N", min=1, help="Largest number of points per block."),
    ] = None,
    json: JsonOption = False,
) -> int:
    """Merge the stores of the parts of a sweep, such as those of a job array.

    Example: strategic merge part-1.zarr part-2.zarr -o map.zarr
    """
    from strategic.reports.sweep_report import sweep_answer
    from strategic.sweeps import merge_sweeps

    result = merge_sweeps(parts, out, over=over, gaps=gaps, force=force, block=block)
    output.result_is_in_file()
    code = show(sweep_answer(result, out=out), json=json)
    output.wrote(out)
    if missing := result.attrs.get("gaps"):
        output.note(f"{missing:,} points are in no part; strategic sweep ... --grow computes them")
    return code
