"""``strategic convert``: games from one format into another."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from strategic.cli import output
from strategic.cli.game_argument import GameNameOption, read_game_argument
from strategic.cli.options import MechanismOption, SetOption
from strategic.errors import UsageError

if TYPE_CHECKING:
    from strategic.games import Game, Written


def convert(
    source: Annotated[
        str,
        typer.Argument(
            metavar="IN",
            help="Games: .nfg, .efg, .gam, .json, .npz, .csv, .parquet; a model, - or typed text.",
        ),
    ],
    target: Annotated[
        str,
        typer.Argument(
            metavar="OUT",
            help="One game: .nfg, .gam, .json, .md, .tex, .html; many: .jsonl, .csv, .tsv, .xlsx, "
            ".parquet, .feather, .arrow, .nc, .npz, .npy; - prints.",
        ),
    ],
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="FORMAT", help="With OUT -: one of these, as nfg or csv."),
    ] = None,
    number: Annotated[
        int | None,
        typer.Option("--number", metavar="N", min=0, help="Game of a table, counted from 0."),
    ] = None,
    long: Annotated[
        bool,
        typer.Option("--long", help="A row per payoff: game, player, i, j, .., payoff."),
    ] = False,
    game_name: GameNameOption = None,
    settings: SetOption = None,
    mechanisms: MechanismOption = None,
) -> None:
    """Convert games to another format, chosen by the file name.

    Example: strategic convert game.nfg game.md
    """
    from strategic.games.io.targets import check_target
    from strategic.games.io.write import write

    if to is not None and target != "-":
        raise UsageError(
            "applies only where OUT is -; the ending of a file gives its format", where="--to"
        )
    games = _read(source, game_name, settings, mechanisms, number)
    if target == "-":
        suffix = _suffix(to, long=long)
        _tell(_printed(games, suffix, long=long), suffix)
        return
    check_target(target, source)
    written = write(games, target, long=long)
    output.result_is_in_file()
    output.echo(f"{target}: {written.games:,} game{'s' * (written.games != 1)}")
    _tell(written, Path(target).suffix.lower())


def _read(
    source: str,
    game_name: str | None,
    settings: list[str] | None,
    mechanisms: list[str] | None,
    number: int | None,
) -> Game | Iterable[Any]:
    from strategic.games import open_games
    from strategic.games.io.columns import FORMATS

    is_table = Path(source).suffix.lower() in FORMATS
    if number is not None and not is_table:
        raise UsageError("needs a table of games", where="--number", value=source)
    if not is_table or game_name or settings or mechanisms:
        return read_game_argument(source, game_name, settings, mechanisms)
    table = open_games(source)
    return table.blocks() if number is None else table.game(number)


def _suffix(to: str | None, *, long: bool) -> str:
    from strategic.games.io.formats import FORMATS

    suffix = f".{(to or '').removeprefix('.').lower()}"
    known = [ending for ending, found in FORMATS.items() if found.long or not long]
    if suffix not in known:
        formats = ", ".join(s.removeprefix(".") for s in known)
        raise UsageError(f"must be one of {formats} when OUT is -", where="--to", value=to)
    return suffix


def _printed(games: Game | Iterable[Any], suffix: str, *, long: bool) -> Written:
    """Write to standard output: texts as they may be shown, other files byte for byte."""
    from strategic.games.io.formats import FORMATS
    from strategic.games.io.write import write

    binary = FORMATS[suffix].binary
    if binary and sys.stdout.isatty():
        remedy = f"pipe it into a program or a file: > games{suffix}"
        raise UsageError("a terminal shows texts only", where="--to", value=suffix, remedy=remedy)
    with tempfile.TemporaryDirectory(prefix="strategic-") as folder:
        path = Path(folder, f"standard output{suffix}")
        written = write(games, path, long=long)
        if binary:
            sys.stdout.buffer.write(path.read_bytes())
            sys.stdout.buffer.flush()
        else:
            output.echo(path.read_bytes().decode(errors="backslashreplace"))
    return written


def _tell(written: Written, suffix: str) -> None:
    """Say in one line what the format does not keep, and which one would."""
    told = []
    if written.rounded:
        which = f"up to {written.rounded:,} of them hold" if written.games > 1 else "it holds"
        told.append(f"{which} numbers that were rounded to doubles")
    if written.lost:
        *first, last = written.lost
        told.append(
            f"{suffix} keeps no {' and no '.join([', no '.join(first), last] if first else [last])}"
        )
    if told:
        better = f"a {written.better} file keeps all that" if written.better else ""
        output.note("; ".join([*told, better] if better else told))
