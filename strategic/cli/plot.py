"""``strategic plot``: a figure of a sweep."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from strategic.cli import output
from strategic.cli.render import checked_file
from strategic.cli.sweep_argument import read_sweep
from strategic.errors import UsageError, nearest

_LINES = 8
"""Values of a second axis that are drawn as lines or bands; more of them make a map."""


def plot(
    sweep: Annotated[
        Path,
        typer.Argument(
            metavar="OUT", help="What sweep wrote: .zarr, .nc, .csv, .parquet or .xlsx."
        ),
    ],
    figure: Annotated[
        Path,
        typer.Option("-o", "--output", "--out", metavar="FIG", help="A .png, .svg or .pdf file."),
    ],
    measure: Annotated[
        str | None,
        typer.Option("--measure", metavar="M", help="Measure to draw; the first by default."),
    ] = None,
    at: Annotated[
        list[str] | None,
        typer.Option(
            "--at", metavar="NAME=VALUE", help="Hold an axis at its nearest value; repeat for more."
        ),
    ] = None,
) -> None:
    """Plot a sweep: a line along one axis, a phase diagram over two.

    Example: strategic plot map.zarr -o map.png
    """
    import numpy as np

    from strategic.reports.figures import cut, phase_diagram, save_figure
    from strategic.reports.figures.style import FIGURE_ENDINGS

    checked_file(str(figure), *FIGURE_ENDINGS)
    dataset = read_sweep(sweep)
    for text in at or []:
        name, _, value = text.partition("=")
        if name not in dataset.dims:
            remedy = nearest(name, map(str, dataset.dims))
            raise UsageError("no such axis", where="--at", value=text, remedy=remedy)
        try:
            number = float(value)
        except ValueError:
            raise UsageError("must read NAME=VALUE", where="--at", value=text) from None
        values = np.asarray(dataset[name].values, dtype=float)
        # An unset parameter is NaN, and whatever equals the number lies nearest, infinite or not.
        same = (values == number) | (np.isnan(values) & np.isnan(number))
        with np.errstate(invalid="ignore"):  # infinity less itself
            away = np.where(same, 0.0, np.nan_to_num(np.abs(values - number), nan=np.inf))
        if not np.isfinite(away).any():
            raise UsageError("has no value near that", where="--at", value=text)
        taken = float(values[np.argmin(away)])
        dataset = dataset.isel({name: int(np.argmin(away))})
        output.note(f"{name} held at {taken:g}" + " (nearest)" * bool(away.min()))
    shape = tuple(dataset.sizes.values())
    draw = phase_diagram if len(shape) == 2 and shape[1] > _LINES else cut
    save_figure(draw(dataset, measure), figure)
    output.wrote(figure)
