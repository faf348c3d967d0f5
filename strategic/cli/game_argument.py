"""The argument that names a game: a file, a model, standard input or a game typed in place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from strategic.cli import output
from strategic.cli.options import named_or_piped, read_model
from strategic.errors import UsageError

if TYPE_CHECKING:
    from strategic.games import Game

GameArgument = Annotated[
    str,
    typer.Argument(
        metavar="GAME",
        help="A file (.nfg, .gam, .csv, .json, .xlsx, ..), a model, a typed game such as "
        '"3,0;5,1 / 3,5;0,1", or - for standard input.',
    ),
]
GameNameOption = Annotated[
    str | None,
    typer.Option("--game", metavar="NAME", help="Which game of a model; the first by default."),
]


def read_game_argument(
    name: str,
    game_name: str | None = None,
    settings: Sequence[str] | None = None,
    mechanisms: Sequence[str] | None = None,
) -> Game:
    """Read a game, or the game of a model with its settings and mechanisms applied.

    Raises
    ------
    UsageError
        When options of a model come with a game that is none.
    """
    from strategic.games.io.read import read_one_game

    source = named_or_piped(name)
    if isinstance(source, str) and not _is_game(source):
        return read_model(source, settings, mechanisms).game(game_name)
    if game_name or settings or mechanisms:
        raise UsageError(
            "--game, --set and --mechanism need a model",
            where="GAME",
            value=name,
            remedy="see 'strategic models'",
        )
    game, notes = read_one_game(source)
    output.note_guesses(notes)
    return game


def _is_game(source: str) -> bool:
    from strategic.games.io.read import GAME_ENDINGS, is_game_text

    return is_game_text(source) or source.lower().endswith(GAME_ENDINGS)
