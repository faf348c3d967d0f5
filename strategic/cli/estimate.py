"""``strategic estimate``: the numbers of a model from observed behaviour."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from strategic.cli import output
from strategic.cli.exit_codes import DONE
from strategic.cli.options import (
    JsonOption,
    SchedulerOption,
    SetOption,
    executor_at,
    read_assignments,
    read_model,
    read_options,
    standard_text,
)
from strategic.cli.render import checked_ending
from strategic.errors import MethodError, UsageError

if TYPE_CHECKING:
    from strategic.estimation import Estimates, Observations
    from strategic.modelling import Model
    from strategic.reports.estimation import Fitted

_ONE_SEARCH = (
    "one fit is one search; with --bootstrap or --by there are several, and the draws of --prior "
    "are divided"
)
_TABLES = (".csv", ".parquet")
_FITTED = ".toml"


def list_plays(wanted: bool) -> None:
    """Print the ways of play of any game, with the columns and options of each, and stop."""
    if not wanted:
        return
    from strategic.cli.listing import listing, wrapped
    from strategic.estimation import WAYS
    from strategic.modelling import family_of, kinds

    ways = {name: ("any game", way) for name, way in WAYS.items()}
    for kind in kinds():
        ways |= {name: (f"kind {kind}", way) for name, way in family_of(kind).ways.items()}
    rows = [(name, of, way.columns, way.meaning) for name, (of, way) in ways.items()]
    output.echo(listing(rows, header=("PLAY", "OF", "COLUMNS OF THE TABLE", "WHAT IS ASSUMED")))
    for name, (_, way) in ways.items():
        for option, meaning in way.options.items():
            output.echo(wrapped(f"{name}: --option {option}=...: {meaning}", indent=0))
    raise typer.Exit


def _ways(incomplete: str) -> list[str]:
    from strategic.estimation import WAYS

    return [name for name in WAYS if name.startswith(incomplete)]


ListPlaysOption = Annotated[
    bool,
    typer.Option(
        "--list-plays",
        callback=list_plays,
        is_eager=True,
        help="List the ways of play, with the columns and options of each.",
    ),
]
StrategiesOption = Annotated[
    str | None,
    typer.Option(
        "--strategies",
        metavar="A,B,...",
        help="Strategies of the repeated game, as for tournaments "
        "(default AllD,AllC,Grim,TFT,WSLS,T2).",
    ),
]
FreeOption = Annotated[
    list[str] | None,
    typer.Option("--free", metavar="NAME", help="Estimate this parameter too; repeat for more."),
]
ClusterOption = Annotated[
    str | None,
    typer.Option("--cluster", metavar="COL", help="Cluster errors by this column."),
]
BootstrapOption = Annotated[
    int | None,
    typer.Option("--bootstrap", metavar="N", min=0, max=10**6, help="Number of bootstrap samples."),
]
WayOptionsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--option",
        metavar="NAME=VALUE",
        help="An option of the way of play, see --list-plays; repeat for more.",
    ),
]


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
            help="A csv, parquet or feather file, one row per choice or count, or -; by default "
            "the data that the block 'estimate' of the model's file names.",
        ),
    ] = None,
    play: Annotated[
        str | None,
        typer.Option(
            "--play",
            metavar="WAY",
            help="The way of play (default: that of the model's file, or logit); see --list-plays.",
            autocompletion=_ways,
        ),
    ] = None,
    list_plays: ListPlaysOption = False,
    strategies: StrategiesOption = None,
    free: FreeOption = None,
    formula: Annotated[
        list[str] | None,
        typer.Option(
            "--formula",
            metavar="'NAME ~ A + B'",
            help="Make a parameter linear in columns of the data; repeat for more.",
        ),
    ] = None,
    options: WayOptionsOption = None,
    by: Annotated[
        str | None,
        typer.Option("--by", metavar="COL", help="Estimate each group that this column names."),
    ] = None,
    cluster: ClusterOption = None,
    bootstrap: BootstrapOption = None,
    profile: Annotated[
        list[str] | None,
        typer.Option(
            "--profile",
            metavar="NAME",
            help="Add the profile likelihood of a number; repeat.",
        ),
    ] = None,
    against: Annotated[
        list[str] | None,
        typer.Option(
            "--against",
            metavar="WAY",
            help="Fit another way of play too and compare; with --by, the same way compares groups "
            "with pooled data; repeat for more.",
            autocompletion=_ways,
        ),
    ] = None,
    prior: Annotated[
        list[str] | None,
        typer.Option(
            "--prior",
            metavar="NAME=DIST",
            help="Add the posterior under a prior: normal(0, 1), gamma(2, 1), uniform(0, 9), ...; "
            "repeat for more.",
        ),
    ] = None,
    draws: Annotated[
        int,
        typer.Option("--draws", metavar="N", min=100, max=10**7, help="Posterior draws per round."),
    ] = 4000,
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
            help="Write a page (.html), .json, .txt, .md, .tex, one row per number (.csv, "
            ".parquet), a figure (.png, .svg, .pdf), or the fitted model (.toml).",
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="With -o FILE.toml: replace a model that exists.")
    ] = False,
    scheduler: SchedulerOption = None,
    settings: SetOption = None,
    json: JsonOption = False,
) -> int:
    """Estimate the numbers of a model from observed behaviour, with standard errors.

    Example: strategic estimate prisoners-dilemma choices.csv --play strategies --by treatment
    """
    del list_plays  # answered before a model is read
    from strategic.estimation import estimate as fit
    from strategic.reports import FORMATS
    from strategic.reports.estimation import fitted
    from strategic.reports.figures.style import FIGURE_ENDINGS

    endings = (*FORMATS, *_TABLES, *FIGURE_ENDINGS, _FITTED)
    ending = checked_ending(out, endings, *model.split(","), data)
    table = None if data is None else _table(data, model)
    models = _models(model, settings)
    check_keeps_data(out, *models.values(), force=force or ending != _FITTED)
    asked = {
        "by": by, "cluster": cluster, "bootstrap": bootstrap, "seed": seed,
        "formulas": read_formulas(formula), "free": free, "strategies": strategies,
    }  # fmt: skip
    with executor_at(scheduler, unused=_ONE_SEARCH) as executor:
        there = {} if executor is None else {"executor": executor}
        found = fit(models, table, play=play, **asked, **there, **read_options(options))
        output.note_guesses(found.guesses)
        study: Any = next(iter(models.values())).parts.get("estimate")
        believed = read_assignments(prior or (), "--prior") or (
            study.prior_of(found.play) if study else {}
        )
        others = [_other(way, found, models, table, asked | there) for way in against or ()]
        typed = {"play": play, "data": data, "option": options, "profile": profile,
                 "against": against, "prior": prior, "set": settings, **asked}  # fmt: skip
        made = fitted(
            found, profiles=profile or (), prior=believed, against=others, draws=draws,
            seed=seed or 0, asked={name: value for name, value in typed.items() if value},
            stated=next(iter(models.values())) if len(models) == 1 else None, **there,
        )  # fmt: skip
    if out is not None and out != "-":
        _write(made, Path(out), ending)
    _show(made, json=json, out=out)
    return DONE


def check_keeps_data(out: str | None, *models: Model, force: bool = True) -> None:
    """Refuse to replace the data that models are estimated from, or whatever is there.

    Raises
    ------
    FileError
        When the output is such a file or, without ``force``, exists.
    """
    if out is None or out == "-":
        return
    from strategic.games.io.targets import check_new

    studies = [model.parts["estimate"] for model in models if "estimate" in model.parts]
    data = [Path(each.folder, each.data) for each in studies if isinstance(each.data, str)]
    check_new(out, *data, force=force)


def read_formulas(texts: list[str] | None) -> dict[str, str] | None:
    """Read ``NAME ~ A + B`` of an option that may be repeated.

    Raises
    ------
    UsageError
        When one has no ``~``.
    """
    read = {}
    for text in texts or ():
        name, tilde, formula = (part.strip() for part in text.partition("~"))
        if not (name and tilde and formula):
            raise UsageError("must read 'NAME ~ A + B'", where="--formula", value=text)
        read[name] = formula
    return read or None


def _table(data: str, model: str) -> Observations:
    """Read the data, from standard input where they are called ``-``."""
    from strategic.estimation import observations

    if data != "-":
        return observations.read_observations(data)
    if model == "-":
        remedy = "name a file for one of them"
        raise UsageError("cannot be standard input too", where="DATA", value=data, remedy=remedy)
    return observations.observations_of_text(standard_text(), "-")


def _models(text: str, settings: list[str] | None) -> dict[str, Model]:
    names = [name.strip() for name in text.split(",") if name.strip()] if "," in text else [text]
    return {name: read_model(name, settings, several=len(names) > 1) for name in names}


def _other(
    way: str, found: Estimates, models: dict[str, Model], table: Any, asked: dict[str, Any]
) -> Estimates:
    """Fit another way of play to the same data; the same one by group is compared with pooling."""
    from strategic.estimation import estimate as fit
    from strategic.estimation import way_of

    if way != found.play:
        reads = way_of(way, next(iter(models.values())).family).reads
        foreign = {"free", "formulas", "strategies"} - {*reads}
        return fit(models, table, play=way, **{**asked, **dict.fromkeys(foreign)})
    if found.settings.get("by") is None:
        remedy = "name another way of play, or divide the data with --by"
        raise UsageError("is the way of play itself", where="--against", value=way, remedy=remedy)
    return fit(models, table, play=way, **{**asked, "by": ""})


def _write(made: Fitted, file: Path, ending: str) -> None:
    """Write the analysis in the format of an ending."""
    from strategic.games.io.files import write_or_keep, write_text

    if ending in _TABLES:
        from strategic.games.io.columns import written_tables

        with written_tables(file, quoted=True) as (table,):
            table.append(made.columns())
    elif ending in (".png", ".svg", ".pdf"):
        from strategic.reports.figures.style import in_style, save_figure

        figures = [figure for block in made.report().blocks for figure in block.figures]
        if not figures:
            raise MethodError("no number is finite: there is nothing to draw", where=str(file))
        wanted = [figure for figure in figures if figure.name.startswith("profile")]
        save_figure(in_style((wanted or figures)[0].draw), file)
    else:
        text = _text(made, ending)
        write_or_keep(str(file), lambda path: write_text(path, text))
    output.wrote(file)


def _text(made: Fitted, ending: str) -> str:
    from strategic.reports import FORMATS
    from strategic.reports.strict_json import to_json

    if ending == ".json":
        return to_json(output.with_guesses(made.document)) + "\n"
    if ending == ".txt":
        return made.text() + "\n"
    if ending == _FITTED:
        return made.model_file()
    return FORMATS[ending](made.report())


def _show(made: Fitted, *, json: bool, out: str | None) -> None:
    """Print the document, or the summary and what was asked besides."""
    if json:
        output.echo_json(made.document)
        return
    from strategic.reports.terminal import block_parts

    output.echo(made.text())
    if out == "-":
        return
    console = output.console()
    for block in made.beyond_numbers():
        console.print()
        for part in block_parts(block):
            console.print(part)
