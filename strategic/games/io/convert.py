"""Games from one format into another, by the ending of the file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from strategic.errors import FileError
from strategic.games.game import Game
from strategic.games.io.columns import FORMATS as TABLES
from strategic.games.io.files import write_text
from strategic.games.io.json_file import format_json
from strategic.games.io.nfg import format_nfg
from strategic.games.io.write import write_games
from strategic.games.matrix import MARK
from strategic.markup import escape_html, escape_markdown


@dataclass(frozen=True)
class Written:
    """What was written.

    Parameters
    ----------
    games : int
        How many games.
    rounded : int
        How many of them hold numbers that were rounded to doubles for this format.
    """

    games: int
    rounded: int = 0


def write_game(games: Game | Iterable[Game], path: str | os.PathLike[str]) -> Written:
    r"""Write a game, or blocks of games, in the format of the file's ending.

    Parameters
    ----------
    games : Game or iterable of Game
        One game for ``.nfg``, ``.json``, ``.md``, ``.tex`` and ``.html``; any number of two
        players for ``.npz``, ``.csv`` and ``.parquet``.
    path : path-like
        The file; it appears whole or not at all.

    Returns
    -------
    Written

    Raises
    ------
    FileError
        When the ending is not known, the format holds one game only, or the system cannot write.
    GameError
        When the format holds two-player games only.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = write_game(Game.of([[3, 0]], [[1, 2]]), f"{folder}/game.md")
    ...     print((Path(folder) / "game.md").read_text().splitlines()[2])
    | 1 | 3\*, 1 | 0\*, 2\* |
    """
    suffix = Path(path).suffix.lower()
    blocks = [games] if isinstance(games, Game) else games
    if suffix in TABLES:
        return _write_table(blocks, path, exact=suffix == ".csv")
    if suffix not in TEXTS:
        rule = f"a game can be written to {', '.join((*TEXTS, *TABLES))}"
        raise FileError(rule, value=suffix).in_file(path)
    text = game_text(only_game(blocks, path), suffix)
    write_text(path, text)
    return Written(1)


def only_game(games: Game | Iterable[Game], target: str | os.PathLike[str]) -> Game:
    """Give the only game there is, for a target that holds just one.

    Raises
    ------
    FileError
        When there are more.

    Examples
    --------
    >>> only_game([Game.of([[[1]]], [[[2]]])], "game.nfg")
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


def game_text(game: Game, suffix: str) -> str:
    r"""Write one game as text.

    Parameters
    ----------
    game : Game
        One game.
    suffix : str
        ``.nfg``, ``.json``, ``.md``, ``.tex`` or ``.html``.

    Returns
    -------
    str
        Ending with a line break.

    Examples
    --------
    >>> print(game_text(Game.of([[1]], [[2]]), ".tex"))
    \begin{tabular}{lr}
    \toprule
    player 1 \textbackslash{} player 2 & 1 \\
    \midrule
    1 & 1*, 2* \\
    \bottomrule
    \end{tabular}
    <BLANKLINE>
    """
    return TEXTS[suffix](game)


def _markdown(game: Game) -> str:
    title = f"{escape_markdown(game.title)}\n\n" if game.title else ""
    return f"{title}{game.to_markdown()}\n\n\\{MARK} marks a best reply.\n"


def _html(game: Game) -> str:
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape_html(game.title or 'Game')}</title></head>\n"
        f"<body>\n{game.table().html()}\n</body></html>\n"
    )


TEXTS: dict[str, Callable[[Game], str]] = {
    ".nfg": format_nfg,
    ".json": format_json,
    ".md": _markdown,
    ".tex": lambda game: game.to_latex() + "\n",
    ".html": _html,
}
"""Endings of files that hold one game as text, and how it is written."""


def _write_table(blocks: Iterable[Game], path: str | os.PathLike[str], *, exact: bool) -> Written:
    rounded = 0

    def counted() -> Iterator[Game]:
        nonlocal rounded
        for block in blocks:
            rounded += 0 if exact else int(block.rounded.sum())
            yield block

    games = write_games(counted(), path)
    return Written(games, rounded)
