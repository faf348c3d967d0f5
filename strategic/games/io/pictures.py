"""One game as a text: to be read again, or to be looked at."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from strategic.errors import FileError, StrategicError
from strategic.games.game import Game
from strategic.games.io._json import format_json
from strategic.games.io.files import write_text
from strategic.games.io.gam import format_gam
from strategic.games.io.nfg import format_nfg
from strategic.games.matrix import MARK
from strategic.markup import escape_html, escape_markdown

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

Blocks = Iterable[tuple[Game, Any]]
"""Games and their further columns, block by block."""


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


def write_nfg(blocks: Blocks, path: Path) -> None:
    """Write Gambit's strategic form."""
    _write(blocks, path, format_nfg)


def write_gam(blocks: Blocks, path: Path) -> None:
    """Write a file of GameTracer."""
    _write(blocks, path, format_gam)


def write_json(blocks: Blocks, path: Path) -> None:
    """Write a JSON document."""
    _write(blocks, path, format_json)


def write_markdown(blocks: Blocks, path: Path) -> None:
    """Write a markdown table."""
    _write(blocks, path, _markdown)


def write_latex(blocks: Blocks, path: Path) -> None:
    """Write a LaTeX table."""
    _write(blocks, path, lambda game: game.to_latex() + "\n")


def write_html(blocks: Blocks, path: Path) -> None:
    """Write a page."""
    _write(blocks, path, _html)


def _write(blocks: Blocks, path: Path, form: Callable[[Game], str]) -> None:
    game = only_game((games for games, _ in blocks), path)
    try:
        text = form(game)
    except StrategicError as problem:
        raise problem.in_file(path) from None
    write_text(path, text)


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
