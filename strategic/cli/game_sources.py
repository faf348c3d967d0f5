"""Games of any kind of source: one game, a table, a model, standard input."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from strategic.cli.game_argument import read_game_argument
from strategic.cli.options import standard_input
from strategic.errors import StrategicError, UsageError

if TYPE_CHECKING:
    from strategic.games import Game, GameTable

_ONE_GAME = (".nfg", ".gam", ".efg", ".agg", ".bagg", ".gbt")


@dataclass(frozen=True)
class Asked:
    """What was asked for besides the source.

    Parameters
    ----------
    game_name, settings, mechanisms
        Of a model.
    names : sequence of str, optional
        Whose payoffs are where in a table.
    """

    game_name: str | None = None
    settings: Sequence[str] | None = None
    mechanisms: Sequence[str] | None = None
    names: Sequence[str] | None = None

    @property
    def of_model(self) -> bool:
        """Whether options were given that only models have."""
        return bool(self.game_name or self.settings or self.mechanisms)


def read_source(source: str, asked: Asked) -> Game | GameTable:
    """Read a game, or open a table of games, from whatever the user names.

    Raises
    ------
    StrategicError
        When it is neither, or options do not fit what it is.
    """
    from strategic.games.io.read import is_game_text, open_games

    if source == "-":
        content = standard_input()
        text = _text(content)
        if text is not None and (asked.of_model or _is_one_game(text) or _is_model(text)):
            return _argument(text if "\n" in text else f"{text}\n", asked)
        return _kept_whole(open_games(content, names=asked.names), text or "")
    if asked.of_model or is_game_text(source) or not _is_table(source):
        return _argument(source, asked)
    return _kept_whole(open_games(source, names=asked.names), source)


def _argument(source: str, asked: Asked) -> Game:
    if asked.names is not None:
        raise UsageError("needs a table of games", where="--row, --column, --players", value=source)
    return read_game_argument(source, asked.game_name, asked.settings, asked.mechanisms)


def _is_table(source: str) -> bool:
    """Whether a name is that of a table, a folder or several files rather than one game or a model.

    A file with another ending is a table unless it reads as a model.
    """
    from strategic.games.io.tables.kinds import kind_of

    kind = kind_of(source)
    if kind is not None:  # folders, patterns and addresses may end in anything
        return kind.recognise is not None or not source.lower().endswith(_ONE_GAME)
    path = Path(source)
    return path.is_file() and path.suffix.lower() != ".toml" and not _is_model_file(path)


def _is_model_file(path: Path) -> bool:
    try:
        return _is_model(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError):
        return False


def _is_model(text: str) -> bool:
    try:
        return bool(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, RecursionError):
        return False


def _is_one_game(text: str) -> bool:
    """Whether a text is one game; one in JSON may be the first of many."""
    from strategic.games.io.read import is_game_text

    return is_game_text(text) and not text.lstrip("\ufeff \t\r\n").startswith("{")


def _text(content: bytes) -> str | None:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def _kept_whole(table: GameTable, source: str) -> Game | GameTable:
    """Read a JSON document of one game as such, with its title and comment."""
    from strategic.games.io.read import read_one_game

    is_document = source.lower().endswith(".json") or source.lstrip().startswith("{")
    if is_document and table.count == 1:
        try:
            game, notes = read_one_game(source)
        except StrategicError:
            return table
        return table if notes else game  # arrays by name are no document
    return table
