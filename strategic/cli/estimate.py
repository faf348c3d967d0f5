"""``strategic estimate``: the numbers of a model from observed behaviour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from strategic.cli.options import JsonOption, SetOption, read_model

if TYPE_CHECKING:
    from strategic.modelling import Model


def _ways(incomplete: str) -> list[str]:
    from strategic.estimation import WAYS

    return [name for name in WAYS if name.startswith(incomplete)]


def estimate(
    model: Annotated[
        str,
        typer.Argument(
            metavar="MODEL",
            help="A slug (see 'strategic models'), a file, or -; several slugs, separated by "
            "commas, are the games that the column 'game' names.",
        ),
    ],
    data: Annotated[
        str | None,
        typer.Argument(
            metavar="[DATA]",
            help="A csv file, one row per choice or count; by default what the [estimate] block "
            "of the model's file names.",
        ),
    ] = None,
    play: Annotated[
        str | None,
        typer.Option(
            "--play",
            metavar="WAY",
            help="The way of play (default: that of the model's file, or logit); an unknown "
            "name lists them all.",
            autocompletion=_ways,
        ),
    ] = None,
    strategies: Annotated[
        str | None,
        typer.Option(
            "--strategies",
            metavar="A,B,...",
            help="Strategies of the repeated game, as for tournaments "
            "(default AllD,AllC,Grim,TFT,WSLS,T2).",
        ),
    ] = None,
    free: Annotated[
        list[str] | None,
        typer.Option("--free", metavar="NAME", help="A parameter to be estimated too; repeat."),
    ] = None,
    by: Annotated[
        str | None,
        typer.Option("--by", metavar="COL", help="Column that divides the data."),
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option("--cluster", metavar="COL", help="Column of independent units."),
    ] = None,
    bootstrap: Annotated[
        int | None,
        typer.Option(
            "--bootstrap", metavar="N", min=0, max=10**6, help="Bootstrap samples of units."
        ),
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", metavar="N", min=0, help="Random seed (default 0).")
    ] = None,
    out: Annotated[
        str | None,
        typer.Option(
            "-o",
            "--output",
            "--out",
            metavar="FILE",
            help="Write one row per number (.csv, .parquet), .json, or a figure (.png, .svg, "
            ".pdf).",
        ),
    ] = None,
    settings: SetOption = None,
    json: JsonOption = False,
) -> int:
    """Estimate the numbers of a model from observed behaviour, with errors and what is proved.

    Example: strategic estimate prisoners-dilemma choices.csv --play strategies --by treatment
    """
    from strategic.cli.render import checked_file, show, write
    from strategic.estimation import estimate as fit
    from strategic.games.io.columns import TABLES
    from strategic.reports.estimates_report import estimates_answer
    from strategic.reports.figures.style import FIGURE_ENDINGS

    file = checked_file(out, *TABLES, ".json", *FIGURE_ENDINGS, inputs=[data] if data else ())
    found = fit(
        _models(model, settings), data, play=play, free=free, by=by, cluster=cluster,
        bootstrap=bootstrap, seed=seed, strategies=strategies,
    )  # fmt: skip
    answer = estimates_answer(found)
    if file is not None:
        write(answer, file)
    return show(answer, json=json)


def _models(text: str, settings: list[str] | None) -> dict[str, Model]:
    names = [name.strip() for name in text.split(",") if name.strip()] if "," in text else [text]
    return {name: read_model(name, settings) for name in names}
