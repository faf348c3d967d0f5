"""``strategic convert``: games, stored batches and sweeps from one format into another."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from strategic.cli import output
from strategic.cli.game_argument import GameNameOption
from strategic.cli.game_sources import Asked, read_source
from strategic.cli.options import (
    ColumnOption,
    ForceOption,
    MechanismOption,
    PlayersOption,
    RowOption,
    SetOption,
    names_of_players,
)
from strategic.cli.sweep_argument import read_sweep
from strategic.errors import StrategicError, UsageError
from strategic.games.io.formats import FORMATS
from strategic.games.io.tables.kinds import file_endings

if TYPE_CHECKING:
    from strategic.games import Game, Written

Blocks = Any
"""A game, or blocks of games."""
_READ = ", ".join(ending for ending in file_endings() if ending.count(".") == 1)
_ONE, _MANY = (
    ", ".join(ending for ending, found in FORMATS.items() if found.many is many)
    for many in (False, True)
)


def convert(
    source: Annotated[
        str,
        typer.Argument(
            metavar="IN",
            help=f"Games: a file ({_READ}), a folder, a pattern, - or typed text; a model; or what "
            "batch or sweep stored.",
        ),
    ],
    target: Annotated[
        str,
        typer.Argument(
            metavar="OUT",
            help=f"One game: {_ONE}; many: {_MANY}; - prints.",
        ),
    ],
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="FORMAT", help="What to print where OUT is -, as nfg or csv."),
    ] = None,
    number: Annotated[
        int | None,
        typer.Option("--number", metavar="N", min=0, help="Game of a table to convert, from 0."),
    ] = None,
    long: Annotated[
        bool,
        typer.Option("--long", help="A row per payoff: game, player, i, j, .., payoff."),
    ] = False,
    force: ForceOption = False,
    row: RowOption = None,
    column: ColumnOption = None,
    players: PlayersOption = None,
    game_name: GameNameOption = None,
    settings: SetOption = None,
    mechanisms: MechanismOption = None,
) -> None:
    """Convert games, or results of batch and sweep, to the format that a file's ending names.

    Examples: strategic convert game.nfg game.md

    strategic convert games.parquet games.xlsx

    strategic convert games.npz - --to csv --long
    """
    from strategic.games.io.targets import check_new
    from strategic.games.io.write import write

    if to is not None and target != "-":
        raise UsageError(
            "applies only where OUT is -; the ending of a file gives its format", where="--to"
        )
    if target == "-":
        known = [ending for ending, found in FORMATS.items() if found.long or not long]
        suffix = _suffix(to, known)
    asked = Asked(game_name, settings, mechanisms, names_of_players(row, column, players))
    rewrite = _results(source, target)
    if rewrite is not None:
        if number is not None or long or asked != Asked():
            raise UsageError("holds results, not games: IN takes no options", where=source)
        if target == "-":
            _print(suffix, rewrite)
            return
        output.result_is_in_file()
        for line in rewrite(Path(target), force=force):
            output.echo(line)
        return
    games = _games(source, asked, number)
    if target == "-":
        _tell(_print(suffix, lambda path: write(games, path, long=long)), suffix)
        return
    check_new(target, source, force=force)
    written = write(games, target, long=long)
    output.result_is_in_file()
    output.echo(f"{target}: {written.games:,} game{'s' * (written.games != 1)}")
    _tell(written, Path(target).suffix.lower())


def _games(source: str, asked: Asked, number: int | None) -> Game | Iterable[Any]:
    from strategic.games import Game

    found = read_source(source, asked)
    if isinstance(found, Game):
        if number is not None:
            raise UsageError("needs a table of games", where="--number", value=source)
        return found
    output.note_guesses(found.notes)
    if number is None:
        return found.parts()
    return list(found.parts(1, start=number, stop=number + 1)) or found.game(number)


def _results(source: str, target: str) -> Callable[..., Iterable[str]] | None:
    """Give what writes stored results of a batch or a sweep; None where there are none."""
    path = Path(source)
    if not path.exists():
        return None
    from strategic.batches import is_batch, open_batch

    if is_batch(path):
        from strategic.batches.rewriting import check_batch_files, write_batch

        def rewrite(target: Path, *, force: bool = True) -> Iterable[str]:
            found = open_batch(path)
            check_batch_files(found, target, force=force)
            files = write_batch(found, target)
            return [f"{' and '.join(map(str, files))}: {found!r}"]

        return rewrite
    from strategic.sweeps import is_sweep

    # Rows of CSV do not say what they are; only sweeps become stores.
    if is_sweep(path) or Path(target).suffix == ".zarr":
        return partial(_rewrite_sweep, path)
    return None


def _rewrite_sweep(source: Path, target: Path, *, force: bool = True) -> Iterable[str]:
    from strategic.games.io.targets import check_new, check_no_input
    from strategic.sweeps import write_sweep

    if target.suffix == ".zarr":
        check_no_input(target, source)
    else:
        check_new(target, source, force=force)
    found = read_sweep(source)
    write_sweep(found, target, force=force)
    return [f"{target}: {prod(found.sizes.values()):,} points"]


def _suffix(to: str | None, known: list[str]) -> str:
    suffix = f".{(to or '').removeprefix('.').lower()}"
    if suffix not in known:
        formats = ", ".join(s.removeprefix(".") for s in known)
        raise UsageError(f"must be one of {formats} when OUT is -", where="--to", value=to)
    return suffix


def _print(suffix: str, write: Callable[[Path], Any]) -> Any:
    """Write to standard output: what may be looked at as it may be shown, data byte for byte."""
    known, stream = FORMATS[suffix], getattr(sys.stdout, "buffer", None)
    if stream is not None and sys.stdout.isatty():
        stream = None
    if known.binary and stream is None:  # nor does a notebook show bytes
        remedy = f"pipe it into a program or a file: > games{suffix}"
        raise UsageError("a terminal shows texts only", where="--to", value=suffix, remedy=remedy)
    with tempfile.TemporaryDirectory(prefix="strategic-") as folder:
        path = Path(folder, f"standard output{suffix}")
        with _named(path):
            written = write(path)
        if known.many and stream is not None:
            stream.write(path.read_bytes())
            stream.flush()
        else:
            output.echo(path.read_bytes().decode(errors="backslashreplace"))
    return written


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Name standard output where an error names the file that stands for it."""
    try:
        yield
    except StrategicError as error:
        told = [replace(p, file=path.stem) if p.file == str(path) else p for p in error.problems]
        raise type(error).from_problems(told) from None


def _tell(written: Written, suffix: str) -> None:
    """Say in one line what the format does not keep, and which one would."""
    told = []
    if written.rounded:
        which = f"up to {written.rounded:,} of them hold" if written.games > 1 else "it holds"
        told.append(f"{which} numbers that were rounded to doubles")
    if written.lost:
        *first, last = written.lost
        lost = f"{', no '.join(first)} and no {last}" if first else last
        told.append(f"{suffix} keeps no {lost}")
    if told and written.better:
        told.append(f"a {written.better} file keeps all that")
    if written.missing:
        lack = "lacks" if written.missing == 1 else "lack"
        told.append(f"{written.missing:,} of them {lack} payoffs, which are gaps in the file")
    told.extend(written.notes)
    if told:
        output.note("; ".join(told))
