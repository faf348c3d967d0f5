"""``strategic convert``: games from one format into another."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from strategic.cli import output
from strategic.cli.game_argument import GameNameOption, read_game_argument
from strategic.cli.options import MechanismOption, SetOption
from strategic.errors import UsageError

if TYPE_CHECKING:
    from strategic.games import Game


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
            help="One game: .nfg, .json, .md, .tex, .html; many: .npz, .csv, .parquet; - prints.",
        ),
    ],
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="FORMAT", help="With OUT -: nfg, json, md, tex or html."),
    ] = None,
    number: Annotated[
        int | None,
        typer.Option("--number", metavar="N", min=0, help="Game of a table, counted from 0."),
    ] = None,
    game_name: GameNameOption = None,
    settings: SetOption = None,
    mechanisms: MechanismOption = None,
) -> None:
    """Convert games to another format, chosen by the file name.

    Example: strategic convert game.nfg game.md
    """
    from strategic.games.io.targets import check_target
    from strategic.games.io.write import TEXT_FORMATS, only_game, write

    games = _read(source, game_name, settings, mechanisms, number)
    if target == "-":
        game, suffix = only_game(games, "standard output"), _suffix(to, list(TEXT_FORMATS))
        output.echo(TEXT_FORMATS[suffix](game))
        return
    if to is not None:
        raise UsageError(
            "applies only where OUT is -; the ending of a file gives its format", where="--to"
        )
    check_target(target, source)
    written = write(games, target)
    output.result_is_in_file()
    output.echo(f"{target}: {written.games:,} game{'s' * (written.games != 1)}")
    if written.rounded:
        output.note(
            f"up to {written.rounded:,} of them hold numbers that were rounded to doubles; "
            "a .csv file keeps them exact"
        )


def _read(
    source: str,
    game_name: str | None,
    settings: list[str] | None,
    mechanisms: list[str] | None,
    number: int | None,
) -> Game | Iterable[Game]:
    from strategic.games import open_games
    from strategic.games.io.columns import FORMATS

    is_table = Path(source).suffix.lower() in FORMATS
    if number is not None and not is_table:
        raise UsageError("needs a table of games", where="--number", value=source)
    if not is_table or game_name or settings or mechanisms:
        return read_game_argument(source, game_name, settings, mechanisms)
    table = open_games(source)
    return table.blocks() if number is None else table.game(number)


def _suffix(to: str | None, known: list[str]) -> str:
    suffix = f".{(to or '').removeprefix('.').lower()}"
    if suffix not in known:
        formats = ", ".join(s.removeprefix(".") for s in known)
        raise UsageError(f"must be one of {formats} when OUT is -", where="--to", value=to)
    return suffix
