"""``strategic evolve``: what becomes of players that are populations."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from strategic.cli import output
from strategic.cli.exit_codes import DONE
from strategic.cli.options import (
    JsonOption,
    MechanismOption,
    SeedOption,
    SetOption,
    read_model,
)
from strategic.errors import FileError, UsageError

if TYPE_CHECKING:
    from strategic.reports.evolution import Evolution

_TABLES = (".xlsx", ".csv")


def _dynamics(incomplete: str) -> list[tuple[str, str]]:
    from strategic.evolution import DYNAMICS

    return [(d.name, d.meaning) for d in DYNAMICS.values() if d.name.startswith(incomplete)]


def evolve(
    model: Annotated[
        str,
        typer.Argument(metavar="MODEL", help="A slug (see 'strategic models'), a file, a typed "
                       "game, or -."),
    ],
    dynamics: Annotated[
        str | None,
        typer.Option("--dynamics", metavar="NAME", autocompletion=_dynamics,
                     help="replicator, logit, best-response, smith or bnn; that of the file, "
                     "else replicator."),
    ] = None,
    noise: Annotated[
        float | None,
        typer.Option("--noise", metavar="S", min=0,
                     help="Noise of logit, in payoffs; white noise of the replicator."),
    ] = None,
    start: Annotated[
        list[str] | None,
        typer.Option("--start", metavar="A,B,...",
                     help="Share of each population's first action, or all its shares as .2:.3:.5; "
                     "x=A,y=B by name; repeat for more."),
    ] = None,
    starts: Annotated[
        str | None,
        typer.Option("--starts", metavar="N|random:N",
                     help="About N starts on an even lattice, or N random ones; 27 by default."),
    ] = None,
    horizon: Annotated[
        float | None,
        typer.Option("--horizon", metavar="T", help="Time to stop at; by default when settled."),
    ] = None,
    vary: Annotated[
        list[str] | None,
        typer.Option("--vary", metavar="NAME[=A,B,...]",
                     help="Show paths at several values of a parameter; two parameters also "
                     "make a map."),
    ] = None,
    finite: Annotated[
        str | None,
        typer.Option("--finite", metavar="N[,N...]",
                     help="Size of every population, or of each, if finite: adds fixation and the "
                     "long run with rare mutations."),
    ] = None,
    intensity: Annotated[
        float,
        typer.Option("--intensity", metavar="B", min=0,
                     help="Intensity of selection in finite populations."),
    ] = 1.0,
    out: Annotated[
        str | None,
        typer.Option("-o", "--output", "--out", metavar="FILE",
                     help="Write a page (.html), .tex, .md, .txt, .json, .xlsx, the table of rest "
                     "points (.csv), or a figure (.png, .svg, .pdf)."),
    ] = None,
    figure: Annotated[
        str | None,
        typer.Option("--figure", metavar="NAME",
                     help="Figure to write; the first by default, an unknown name lists all."),
    ] = None,
    settings: SetOption = None,
    mechanisms: MechanismOption = None,
    seed: SeedOption = 0,
    json: JsonOption = False,
) -> int:  # fmt: skip
    """Let the players be populations that adapt: rest points, stability, paths, basins, stages.

    Example: strategic evolve hawk-dove --dynamics logit --noise .1
    """
    from strategic.modelling import population_game
    from strategic.reports.evolution import evolve as analyse
    from strategic.reports.evolution._starts import joined_starts, read_start

    ending = _ending(out, model, figure)
    if start and starts:
        raise UsageError("cannot be combined with --starts", where="--start", value=start[0])
    loaded = read_model(model, settings, mechanisms)
    chosen: Any = starts
    if start:
        game = population_game(loaded)
        chosen = joined_starts([read_start(text, game) for text in start])
    asked = {
        "set": settings, "mechanism": mechanisms, "dynamics": dynamics, "noise": noise,
        "start": start, "starts": starts, "horizon": horizon, "vary": vary, "finite": finite,
        "intensity": intensity if finite else None,
    }  # fmt: skip
    made = analyse(
        loaded,
        dynamics=dynamics,
        noise=noise,
        starts=chosen,
        horizon=horizon,
        vary=dict(map(_varied, vary or ())),
        finite=None if finite is None else _whole(finite),
        intensity=intensity,
        seed=seed,
        asked={name: value for name, value in asked.items() if value},
    )
    if out is not None and out != "-":
        _write(made, Path(out), ending, figure)
    elif json or out == "-":
        output.echo(made.json())
    else:
        from strategic.reports.terminal import report_parts

        console = output.console()
        for part in report_parts(made.report()):
            console.print(part)
    return DONE


def _ending(out: str | None, model: str, figure: str | None) -> str:
    """Take the ending that says what to write, before anything is computed."""
    from strategic.games.io.targets import check_target
    from strategic.reports import FORMATS
    from strategic.reports.figures.style import FIGURE_ENDINGS

    known = (*FORMATS, *_TABLES, *FIGURE_ENDINGS)
    ending = "" if out is None or out == "-" else Path(out).suffix.lower()
    ending = ".html" if ending == ".htm" else ending
    if out is not None and out != "-":
        if ending not in known:
            rule = f"must end in one of {', '.join(known)}"
            raise FileError(rule, where=out, value=Path(out).suffix)
        check_target(out, model)
    if figure is not None and ending not in FIGURE_ENDINGS:
        rule, remedy = "needs a file of a figure", "add -o FILE.png"
        raise UsageError(rule, where="--figure", value=figure, remedy=remedy)
    return ending


def _whole(text: str) -> int | list[int]:
    """Read the size of every population, or of each."""
    try:
        sizes = [int(word) for word in text.split(",")]
    except ValueError:
        raise UsageError("must be whole numbers", where="--finite", value=text) from None
    return sizes[0] if len(sizes) == 1 else sizes


def _varied(text: str) -> tuple[str, list[float] | None]:
    name, equals, values = text.partition("=")
    if not equals:
        return name, None
    try:
        return name, [float(value) for value in values.split(",")]
    except ValueError:
        rule = "must read NAME or NAME=A,B,..."
        raise UsageError(rule, where="--vary", value=text) from None


def _write(made: Evolution, file: Path, ending: str, figure: str | None) -> None:
    """Write the analysis in the format of an ending."""
    from strategic.games.io.files import write_or_keep, write_text
    from strategic.reports import FORMATS

    if ending in FORMATS:
        text = made.json() if ending == ".json" else FORMATS[ending](made.report())
        write_or_keep(str(file), lambda path: write_text(path, text))
    elif ending == ".xlsx":
        from strategic.games.io.workbook import write_workbook

        write_workbook(file, made.tables())
    elif ending == ".csv":
        from strategic.games.io.columns import written_tables
        from strategic.reports.evolution._tables import rest_point_columns

        with written_tables(file, quoted=True) as (table,):
            table.append(rest_point_columns(made.document))
    else:
        _draw(made, file, figure)
    output.wrote(file)


def _draw(made: Evolution, file: Path, name: str | None) -> None:
    from strategic.reports.figures.style import in_style, save_figure

    figures = {f.name: f for block in made.report().blocks for f in block.figures}
    chosen = next(iter(figures)) if name is None else name
    if chosen not in figures:
        rule = f"must be one of {', '.join(figures)}"
        raise UsageError(rule, where="--figure", value=chosen)
    save_figure(in_style(figures[chosen].draw), file)
