"""Games written to files, in the format of the file's ending."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np

from strategic.errors import FileError, GameError, StrategicError
from strategic.games.game import Game
from strategic.games.io._json import format_json
from strategic.games.io.columns import FORMATS, written_tables
from strategic.games.io.files import write_text
from strategic.games.io.nfg import format_nfg
from strategic.games.matrix import MARK, payoff_columns, player_columns
from strategic.markup import escape_html, escape_markdown


class Written(NamedTuple):
    """What was written.

    Parameters
    ----------
    games : int
        How many games.
    rounded : int
        How many of them hold numbers that this format may have rounded to doubles.

    Examples
    --------
    >>> Written(games=3, rounded=1)
    Written(games=3, rounded=1)
    """

    games: int
    rounded: int = 0


def write(games: Game | Iterable[Game], path: str | os.PathLike[str]) -> Written:
    r"""Write a game, a batch or blocks of games; the file appears complete or not at all.

    Parameters
    ----------
    games : Game or iterable of Game
        One game for ``.nfg``, ``.json``, ``.md``, ``.tex`` and ``.html``; any number of
        games of one shape for ``.npz``, ``.csv`` and ``.parquet``.
    path : path-like
        The file. Tables hold arrays ``row`` and ``column`` (``.npz``) or columns ``row_I_J`` and
        ``column_I_J``, one row per game; of more players ``player_0``, .. or ``player_0_I_J_K``,
        .. Exact numbers are kept by ``.nfg``, ``.json`` and ``.csv``; ``.npz`` and ``.parquet``
        hold doubles.

    Returns
    -------
    Written
        Number of games, and how many of them may have been rounded.

    Raises
    ------
    FileError
        When the ending is unknown, the format holds one game only, or the system cannot write.
    GameError
        When a table is to hold games of a single player.

    Examples
    --------
    >>> import tempfile
    >>> from strategic.games import read_games
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = write(Game.from_payoffs([[3, 0]], [[1, 2]]), f"{folder}/game.md")
    ...     print((Path(folder) / "game.md").read_text().splitlines()[2])
    ...     written = write(Game.from_payoffs([[1, 2]], [[3, 4]]), f"{folder}/games.csv")
    ...     written.games, read_games(f"{folder}/games.csv").row.tolist()
    | 1 | 3\*, 1 | 0\*, 2\* |
    (1, [[[1.0, 2.0]]])
    """
    suffix = Path(path).suffix.lower()
    blocks = [games] if isinstance(games, Game) else games
    if suffix in TEXT_FORMATS:
        game = only_game(blocks, path)
        try:
            text = TEXT_FORMATS[suffix](game)
        except StrategicError as problem:
            raise problem.in_file(path) from None
        write_text(path, text)
        return Written(1)
    if suffix not in FORMATS:
        rule = f"a game can be written to {', '.join((*TEXT_FORMATS, *FORMATS))}"
        raise FileError(rule, value=suffix).in_file(path)
    count = rounded = 0
    with written_tables(path) as (table,):
        for block in blocks:
            if len(block.payoffs) < 2:
                rule = "a table holds games of two or more players"
                raise GameError(rule, where="players", value=len(block.payoffs))
            count += int(np.prod(block.batch_shape))
            rounded += int(block.rounded.sum()) if suffix != ".csv" else 0
            exact = suffix == ".csv" and block.exact is not None
            tables = block.texts() if exact else block.payoffs
            if suffix == ".npz":
                arrays = dict(zip(player_columns(len(tables)), tables, strict=True))
                table.append({name: a.reshape(-1, *block.shape) for name, a in arrays.items()})
                continue
            size = int(np.prod(block.shape))
            cells = np.concatenate([own.reshape(-1, size) for own in tables], axis=1)
            table.append(dict(zip(payoff_columns(block.shape), cells.T, strict=True)))
    return Written(count, rounded)


def only_game(games: Game | Iterable[Game], target: str | os.PathLike[str]) -> Game:
    """Give the only game there is, for a target that holds no more than one.

    Raises
    ------
    FileError
        When there are more.

    Examples
    --------
    >>> only_game([Game.from_payoffs([[[1]]], [[[2]]])], "game.nfg")
    <Game: a 1x1 game>
    """
    blocks = [games] if isinstance(games, Game) else games
    found = [
        block.of_batch(0) if block.batch_shape == (1,) else block for block in islice(blocks, 2)
    ]
    if len(found) != 1 or found[0].batch_shape:
        remedy = "pick one with --number, or write a table"
        raise FileError("holds one game, not a table", remedy=remedy).in_file(target)
    return found[0]


def _markdown(game: Game) -> str:
    title = f"{escape_markdown(game.title)}\n\n" if game.title else ""
    return f"{title}{game.to_markdown()}\n\n\\{MARK} marks a best reply.\n"


def _html(game: Game) -> str:
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape_html(game.title or 'Game')}</title><style>{_STYLE}</style></head>\n"
        f'<body>\n<div tabindex="0">{game.table().html()}</div>\n</body></html>\n'
    )


# A wide table scrolls in its own box, not with the page.
_STYLE = (
    "body { font: 1rem/1.5 system-ui, sans-serif; margin: 1rem; color-scheme: light dark; } "
    "div { overflow-x: auto; } table { border-collapse: collapse; } "
    "th, td { padding: 0.3rem 0.7rem; text-align: right; border-bottom: 1px solid #8888; } "
    "caption { caption-side: bottom; text-align: left; padding-top: 0.3rem; }"
)


TEXT_FORMATS: dict[str, Callable[[Game], str]] = {
    ".nfg": format_nfg,
    ".json": format_json,
    ".md": _markdown,
    ".tex": lambda game: game.to_latex() + "\n",
    ".html": _html,
}
"""Endings of files that hold one game as text, and how to write it."""
