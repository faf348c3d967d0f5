"""``strategic recover``: what an estimation would find in data drawn from a known truth."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from strategic.cli import output
from strategic.cli.estimate import (
    BootstrapOption,
    ClusterOption,
    FreeOption,
    ListPlaysOption,
    StrategiesOption,
    WayOptionsOption,
    check_keeps_data,
)
from strategic.cli.exit_codes import DONE
from strategic.cli.options import (
    JsonOption,
    ModelArgument,
    SchedulerOption,
    SeedOption,
    SetOption,
    executor_at,
    read_model,
    read_numbers,
    read_options,
)
from strategic.cli.progress import progress_bar
from strategic.cli.render import checked_ending

if TYPE_CHECKING:
    from strategic.estimation import Recovery
    from strategic.reports import Report

TruthOption = Annotated[
    list[str] | None,
    typer.Option(
        "--truth",
        metavar="NAME=VALUE",
        help="A true number, by the name of its estimate: rationality=2, tau=1.5, "
        "share.TFT=.6, tremble=.05, trust.noise=.5; repeat for more.",
    ),
]
PlayOption = Annotated[
    str, typer.Option("--play", metavar="WAY", help="The way of play; see --list-plays.")
]
SizeOption = Annotated[
    int,
    typer.Option(
        "--size",
        metavar="N",
        min=1,
        max=10**7,
        help="Size of a sample: choices per player, subjects, or histories.",
    ),
]
_TABLES = (".csv", ".parquet")


def recover(
    model: ModelArgument,
    play: PlayOption = "logit",
    list_plays: ListPlaysOption = False,
    truth: TruthOption = None,
    size: SizeOption = 100,
    samples: Annotated[
        int, typer.Option("--samples", metavar="N", min=1, max=10**6, help="Number of samples.")
    ] = 200,
    strategies: StrategiesOption = None,
    free: FreeOption = None,
    options: WayOptionsOption = None,
    cluster: ClusterOption = None,
    bootstrap: BootstrapOption = None,
    seed: SeedOption = 0,
    scheduler: SchedulerOption = None,
    out: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            "--out",
            metavar="FILE",
            help="Write a page (.html), .json, .txt, .md, .tex, one row per number (.csv, "
            ".parquet), or a figure (.png, .svg, .pdf).",
        ),
    ] = None,
    settings: SetOption = None,
    json: JsonOption = False,
) -> int:
    """Draw data from a known truth, estimate each sample: bias, coverage and power of a study.

    Example: strategic recover inspection --truth rationality=2 --size 60
    """
    del list_plays  # answered before a model is read
    from strategic.estimation import recover as drawn
    from strategic.reports import FORMATS
    from strategic.reports.estimation import recovery_report
    from strategic.reports.figures.style import FIGURE_ENDINGS

    endings = (*FORMATS, *_TABLES, *FIGURE_ENDINGS)
    ending = checked_ending(out, endings, model)
    loaded = read_model(model, settings)
    check_keeps_data(out, loaded)
    given = {"strategies": strategies, "free": free, "cluster": cluster, "bootstrap": bootstrap}
    fit = {name: value for name, value in given.items() if value is not None}
    known, chosen = read_numbers(truth or (), "--truth"), read_options(options)
    with executor_at(scheduler) as executor, progress_bar("samples") as move:
        found = drawn(
            loaded, play=play, truth=known, size=size, samples=samples, seed=seed, fit=fit,
            progress=move, executor=executor, **chosen,
        )  # fmt: skip
    asked: dict[str, Any] = {"play": play, "truth": truth, "size": size, "samples": samples,
                             "option": options, **fit}  # fmt: skip
    asked = {name: value for name, value in asked.items() if value}
    made = recovery_report(loaded, found, size, asked)
    if out is not None and out != "-":
        _write(made, found, Path(out), ending)
    if json:
        output.echo_json(made.document)
        return DONE
    from strategic.reports.terminal import block_parts

    console = output.console()
    for part in block_parts(made.blocks[0]):
        console.print(part)
    return DONE


def _write(made: Report, found: Recovery, file: Path, ending: str) -> None:
    from strategic.games.io.files import write_or_keep, write_text
    from strategic.reports import FORMATS

    if ending in _TABLES:
        from strategic.games.io.columns import written_tables

        rows = found.rows()
        with written_tables(file, quoted=True) as (table,):
            table.append({name: [row[name] for row in rows] for name in rows[0]})
    elif ending in FORMATS:
        text = FORMATS[ending](made)
        write_or_keep(str(file), lambda path: write_text(path, text))
    else:
        from strategic.reports.figures.style import in_style, save_figure

        save_figure(in_style(made.blocks[0].figures[0].draw), file)
    output.wrote(file)
