"""The argument that names a game: a file, a model, standard input or a game typed in place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from strategic.cli import output
from strategic.cli.options import read_model, text_or_name
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
    from strategic.games.io.read import GAME_ENDINGS, is_game_text, read_one_game

    text = text_or_name(name)
    if not (is_game_text(text) or text.lower().endswith(GAME_ENDINGS)):
        return read_model(text, settings, mechanisms).game(game_name)
    if game_name or settings or mechanisms:
        raise UsageError(
            "--game, --set and --mechanism need a model",
            where="GAME",
            value=name,
            remedy="see 'strategic models'",
        )
    game, notes = read_one_game(text)
    output.note_guesses(notes)
    return game
