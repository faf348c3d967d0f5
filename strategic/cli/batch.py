"""``strategic batch``: every equilibrium of a whole file of games, part by part."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from strategic.cli import output
from strategic.cli.exit_codes import DONE, IN_PART
from strategic.cli.method_flags import (
    ListMethodsOption,
    MethodNameOption,
    errors_as_typed,
    options_given,
    with_flags_of_methods,
)
from strategic.cli.options import (
    ColumnOption,
    ForceOption,
    JsonOption,
    PlayersOption,
    RationaliseOption,
    RowOption,
    SchedulerOption,
    SeedOption,
    WorkersOption,
    executor_at,
    names_of_players,
)
from strategic.cli.progress import progress_bar
from strategic.games.io.tables.kinds import in_short


class Want(StrEnum):
    """What is wanted of the equilibria instead of everything."""

    COUNT = "count"
    SUPPORTS = "supports"
    STRATEGIES = "strategies"


@partial(with_flags_of_methods, batches=True)
def batch(
    games: Annotated[
        list[str],
        typer.Argument(
            metavar="IN...",
            help=f"Games of one shape: {in_short()}; several of them, a folder, a 'pattern*', an "
            "address (s3://..) or -. Tables have a row per game or per payoff.",
        ),
    ],
    out: Annotated[
        str,
        typer.Option(
            "-o",
            "--output",
            "--out",
            metavar="OUT",
            help="OUT.parquet, OUT.csv or OUT.feather, with the count and status of each game "
            "beside it in OUT.games.parquet (.csv, .feather); OUT.npz, which holds both; or a "
            "folder OUT, which is written part by part and can be resumed.",
        ),
    ],
    row: RowOption = None,
    column: ColumnOption = None,
    players: PlayersOption = None,
    method: MethodNameOption = "all",
    list_methods: ListMethodsOption = False,
    rationalise: RationaliseOption = None,
    backend: Annotated[
        str | None,
        typer.Option(
            metavar="numpy|torch|cupy|jax",
            help="Array library that proves which supports are equilibria, if it is installed "
            "(method all).",
        ),
    ] = None,
    device: Annotated[
        str | None,
        typer.Option(metavar="DEVICE", help="Where that library computes, such as cuda."),
    ] = None,
    workers: WorkersOption = None,
    scheduler: SchedulerOption = None,
    shared: Annotated[
        bool,
        typer.Option(
            "--shared",
            help="With --scheduler: its workers see the same files under the same paths, and read "
            "and write themselves.",
        ),
    ] = False,
    want: Annotated[
        Want | None,
        typer.Option(
            "--want",
            help="Compute and write no more than this: count (OUT has one row per game), supports "
            "(1 for an action in use), strategies (no payoffs, index or regret). What is "
            "proved stays the same (method all).",
        ),
    ] = None,
    part: Annotated[
        int | None,
        typer.Option(
            "--part",
            metavar="N",
            min=1,
            help="Games per part; a million by default, or about a minute's.",
        ),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Continue a folder that the same command began.")
    ] = False,
    force: ForceOption = False,
    limit: Annotated[
        int | None,
        typer.Option("--limit", metavar="N", min=1, help="Solve the first N games."),
    ] = None,
    sample: Annotated[
        int | None,
        typer.Option(
            "--sample",
            metavar="N",
            min=1,
            help="Solve N games drawn at random without replacement; rows keep their numbers.",
        ),
    ] = None,
    seed: SeedOption = 0,
    json: JsonOption = False,
    **flags: Any,
) -> int:
    """Find all equilibria of every game in a file, a row per equilibrium, or apply another method.

    Examples: strategic batch games.csv -o equilibria.csv

    strategic batch games.npz -o counts.parquet --want count

    strategic batch payoffs.npz --row mine --column theirs -o found.parquet

    strategic batch games.parquet -o found --resume

    strategic batch games.csv -o play.parquet --method logit --rationality 0.5,1,2
    """
    del list_methods  # answered before a game is read
    flags |= {"want": None if want is None else want.value, "backend": backend, "device": device}
    options = options_given(method, flags)
    from strategic.batches import batch as run

    with (
        executor_at(scheduler) as executor,
        progress_bar("games") as move,
        _kept_on_interrupt(out),
        errors_as_typed(flags),
    ):
        found = run(
            games[0] if len(games) == 1 else games, out, method=method, rationalise=rationalise,
            part=part, resume=resume, force=force, limit=limit, sample=sample, seed=seed,
            names=names_of_players(row, column, players), workers=workers, progress=move,
            executor=executor, shared=shared, **options,
        )  # fmt: skip
    output.result_is_in_file()
    output.note_guesses(found.notes)
    if json:
        output.echo_json(found.document())
    else:
        output.echo(repr(found))
        output.note(f"{found.seconds:.1f} s")
    return IN_PART if found.failures else DONE


@contextmanager
def _kept_on_interrupt(out: str) -> Iterator[None]:
    """Say what a run that is stopped leaves, and how to go on."""
    try:
        yield
    except KeyboardInterrupt:
        kept = len(list(Path(out, "games").glob("part-*.parquet")))
        if kept:
            parts = "1 finished part is" if kept == 1 else f"{kept:,} finished parts are"
            output.note(f"stopped; {parts} in {out}, the same command with --resume goes on")
        elif Path(out).suffix and not Path(out).is_dir():
            output.note(f"stopped; {out} was not written, a folder would keep finished parts")
        raise
