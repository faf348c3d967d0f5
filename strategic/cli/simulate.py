"""``strategic simulate``: random paths of a model, their spread and how long cooperation lasts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from strategic.cli import output
from strategic.cli.estimate import WayOptionsOption
from strategic.cli.options import (
    JsonOption,
    MechanismOption,
    ModelArgument,
    SchedulerOption,
    SeedOption,
    SetOption,
    WorkersOption,
    executor_at,
    read_model,
    read_numbers,
    read_options,
)
from strategic.cli.recover import PlayOption, SizeOption, TruthOption
from strategic.errors import UsageError

if TYPE_CHECKING:
    from strategic.modelling import Model


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
            help="Horizon; by default that of the model's timeline, or else 40.",
        ),
    ] = None,
    seed: SeedOption = 0,
    workers: WorkersOption = None,
    scheduler: SchedulerOption = None,
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
    data: Annotated[
        str | None,
        typer.Option(
            "--data",
            metavar="FILE",
            help="Write data for 'strategic estimate' instead (.csv, .parquet; - prints them), "
            "drawn from --truth under the way of play of --play.",
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="With --data: replace an output that exists.")
    ] = False,
    play: PlayOption = "logit",
    truth: TruthOption = None,
    size: SizeOption = 100,
    options: WayOptionsOption = None,
    settings: SetOption = None,
    mechanisms: MechanismOption = None,
    json: JsonOption = False,
) -> int:
    """Simulate random paths of a model: averages, their spread, and how long cooperation lasts.

    Example: strategic simulate ai-mier --paths 5000 --seed 1
    """
    if data is not None:
        if scheduler is not None:
            remedy = "leave it out: a table of data is drawn at once"
            raise UsageError("cannot be combined with --data", where="--scheduler", remedy=remedy)
        drawn_from = read_model(model, settings, mechanisms)
        numbers = read_numbers(truth or (), "--truth")
        chosen = read_options(options)
        return _write_data(
            drawn_from, data, play=play, truth=numbers, size=size, seed=seed, force=force, **chosen
        )
    from strategic.cli.render import checked_file, show, write
    from strategic.games.io.columns import TABLES, columns_text
    from strategic.modelling import simulate as draw
    from strategic.reports.figures.style import FIGURE_ENDINGS
    from strategic.reports.sections import answer_of

    named = None if out == "-" else out
    file = checked_file(named, *TABLES, ".json", *FIGURE_ENDINGS, inputs=[model])
    loaded = read_model(model, settings, mechanisms)
    tell = answer_of(loaded.family, "simulate")
    with executor_at(scheduler) as executor:
        drawn = draw(
            loaded, paths=paths, periods=periods, seed=seed, workers=workers,
            **({} if executor is None else {"executor": executor}),  # families may know of none
        )  # fmt: skip
    answer = tell(loaded, drawn)
    if out == "-" and not json:
        output.echo(columns_text(answer.columns or {}))
        return 0
    if file is not None:
        write(answer, file)
    return show(answer, json=json)


def _write_data(
    model: Model,
    target: str,
    *,
    play: str,
    truth: dict[str, float],
    size: int,
    seed: int,
    force: bool,
    **options: Any,
) -> int:
    """Write a table of choices drawn from a known truth."""
    from strategic.cli.render import checked_file
    from strategic.estimation import draw
    from strategic.games.io.columns import TABLES, columns_text, written_tables
    from strategic.games.io.targets import check_new

    file = None if target == "-" else checked_file(target, *TABLES)
    if file is not None:
        check_new(file, force=force)
    columns = draw(model, play=play, truth=truth, size=size, seed=seed, **options)
    if file is None:
        output.echo(columns_text(columns))
        return 0
    with written_tables(file, quoted=True) as (table,):
        table.append(columns)
    output.wrote(file)
    return 0
