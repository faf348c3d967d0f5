"""Games from whatever a user names: a file, its text, or a game typed in place."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from strategic.errors import FileError
from strategic.games.game import Game
from strategic.games.io._typed import looks_typed, parse_typed
from strategic.games.io.files import read_text, reading
from strategic.games.io.gam import looks_gam, parse_gam
from strategic.games.io.nfg import parse_nfg
from strategic.games.io.other_formats import OTHER_FORMATS, other_format, parse_other
from strategic.games.io.tables._players import PlayersError
from strategic.games.io.tables.kinds import NOT_READ, file_endings

if TYPE_CHECKING:
    from strategic.games.io.table import GameTable

# Both the kind of numbers and the title must follow, so that a file may be called "NFG 1.txt".
_NFG = re.compile(r'\ufeff?\s*NFG\s+\d+\s+[A-Z]\s*["\s]')


_BINARY = re.compile(rb"[^\t\n\f\r\x20-\xff]")
"""A byte that no text has: what came in is compressed, or stored as numbers."""
_TOML_TABLE = re.compile(r"\[{1,2}\s*[A-Za-z_\"']")
"""How a table of a model in TOML begins; lists of JSON hold numbers or lists."""
_SEVERAL = re.compile(r'.*[,;\t|]|[^" ]+( [^" ]+)+$|"[^"]*" "')
"""Names of columns and what is between them; blanks are, if all or none have quotation marks."""

_TEXTS = (".nfg", ".gam", ".json", *OTHER_FORMATS)
"""Of files whose text is one game."""
_TABLES = (*file_endings(), *NOT_READ)
PICK = "strategic convert IN OUT.nfg --number 0"
"""How one game of a table becomes a file that is read wherever one game is."""
GAME_ENDINGS = tuple(dict.fromkeys((*_TEXTS, *file_endings())))
"""Of files that hold games rather than models."""


def read_game(source: str | os.PathLike[str]) -> Game:
    """Read one game.

    Parameters
    ----------
    source : str or path-like
        A file (``.nfg``, ``.gam``, ``.json``, or a table of any kind that `open_games` reads,
        with one game; with pygambit installed also ``.efg``, as its reduced normal form), the text
        of such a file, or a game typed in place such as ``"3,0;5,1 / 3,5;0,1"``. A ``.csv`` may
        also have one row per outcome: columns with the players' actions, then ``payoff PLAYER``
        for each.

    Returns
    -------
    Game

    Raises
    ------
    FileError, GameError
        When it cannot be read, or is not a game.

    Examples
    --------
    >>> read_game("3,0;5,1 / 3,5;0,1").shape
    (2, 2)
    """
    return read_one_game(source)[0]


def read_one_game(source: str | os.PathLike[str] | bytes) -> tuple[Game, tuple[str, ...]]:
    """Read one game as `read_game` does; also what was guessed, a sentence each.

    Bytes are a table that came in through standard input.

    Examples
    --------
    >>> read_one_game("3,0;5,1 / 3,5;0,1")
    (<Game: a 2x2 game>, ())
    """
    if isinstance(source, bytes):
        with reading("-"):
            return _game_of(_open_one(source))
    text = os.fspath(source)
    if is_game_text(text):
        return _parse(text), ()
    path = Path(text)
    with reading(path):
        if not is_table(path):
            content, suffix = read_text(path), path.suffix.lower()
            if not is_table_text(content, suffix):
                return _parse(content, suffix), ()
        return _game_of(_open_one(path))


def _game_of(table: GameTable) -> tuple[Game, tuple[str, ...]]:
    """Read the only game of a table."""
    blocks = table.blocks(2)
    games = next(blocks)
    if games.batch_shape != (1,) or next(blocks, None) is not None:
        remedy = f"solve them all with 'strategic batch', or pick one with '{PICK}'"
        raise FileError("holds more than one game", remedy=remedy)
    return games.of_batch(0), table.notes


def _open_one(path: Path | bytes) -> GameTable:
    """Open a table of which one game is wanted; of several ways to read it, the one that gives it.

    Whose payoffs are where is said to 'strategic convert', which all that read one game lack.
    """
    try:
        return open_games(path)
    except PlayersError as error:
        if error.one_game:
            return open_games(path, names=error.one_game)
        more = "; 'strategic convert IN OUT.nfg' takes that, and OUT.nfg is read here"
        told = [replace(problem, remedy=f"{problem.remedy}{more}") for problem in error.problems]
        raise FileError.from_problems(told) from None


def is_table(path: Path) -> bool:
    """Tell a file of a table of games, a folder, or what nobody reads, from the text of one game.

    Examples
    --------
    >>> is_table(Path("games.CSV")), is_table(Path("game.nfg")), is_table(Path("model.toml"))
    (True, False, False)
    """
    name = path.name.lower()
    return path.is_dir() or (path.suffix.lower() not in _TEXTS and name.endswith(_TABLES))


def is_table_text(content: str, suffix: str) -> bool:
    """Tell a table of games in JSON from a game or a model.

    Examples
    --------
    >>> is_table_text('{"A": [[1]], "B": [[2]]}', ".json"), is_table_text('title = "x"', ".toml")
    (True, False)
    """
    return suffix == ".json" and '"payoffs"' not in content


def is_table_content(content: bytes) -> bool:
    r"""Tell a table of games without a name from the text of one game or of a model.

    Examples
    --------
    >>> texts = (b"a11;b11\n3;0", b'title = "x"', b"3,0;5,1 / 3,5;0,1", b'[{"A": 1}]')
    >>> [is_table_content(text) for text in texts]
    [True, False, False, True]
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        if _BINARY.search(content):
            return True
        text = content.decode("latin-1")
    if text.lstrip().startswith("{"):
        return is_table_text(text, ".json")
    if is_game_text(text):
        return False
    lines = (line.strip() for line in text.split("\n"))
    first = next((line for line in lines if line and not line.startswith("#")), "")
    if first.startswith("["):
        return not _TOML_TABLE.match(first)
    return first.startswith("sep=") or ("=" not in first and bool(_SEVERAL.match(first)))


def is_game_text(text: str) -> bool:
    """Tell a game given as text (Gambit, JSON or typed) from the name of a file.

    Examples
    --------
    >>> is_game_text("3,0;5,1 / 3,5;0,1"), is_game_text("chicken.nfg")
    (True, False)
    """
    written = bool(_NFG.match(text)) or text.lstrip().startswith("{") or looks_typed(text)
    return written or other_format(text) is not None or looks_gam(text)


def open_games(source: object, *, names: Sequence[str] | None = None) -> GameTable:
    r"""Open a table of games without reading them.

    Parameters
    ----------
    source : path, address, sequence of these, or table
        A file, a folder, a pattern of names, an address that fsspec opens, ``"-"`` for standard
        input, several of these as one table, or an object with ``__arrow_c_stream__`` (pandas,
        polars, DuckDB, pyarrow). ``.npz`` and ``.npy``: an array ``(N, m, n)`` per player, or one
        of all players, ``(N, 2, m, n)``. ``.csv``, ``.parquet``, ``.feather``, ``.xlsx``: one row
        per game with columns such as ``row_0_0`` and ``column_0_0``, ``a11`` and ``b11``, or
        ``player_0_0_0_0``, or one row per payoff. ``.json``, ``.jsonl``, ``.nfg``, ``.gam``. Texts
        and decimals are exact, doubles are the doubles they are. A ``.csv`` of a single game may
        have one row per outcome, as for `read_game`.
    names : sequence of str, optional
        The arrays of the players in their order, or what stands before the actions in the names
        of their columns; guessed by default.

    Returns
    -------
    GameTable

    Raises
    ------
    FileError
        When the file cannot be read, or its arrays or columns do not make games.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "games.csv"
    ...     _ = path.write_text("id,a11,a12,b11,b12\nx,1,2,3,0.1\n")
    ...     table = open_games(path)
    ...     table.shape, table.extra, [block.row.tolist() for block in table.blocks()]
    ((1, 2), ('id',), [[[[1.0, 2.0]]]])
    """
    from strategic.games.io.tables.kinds import open_source

    return open_source(source, names)


def read_games(
    source: object, *, names: Sequence[str] | None = None, missing: bool = False
) -> Game:
    r"""Read a whole table of games as one batch; `open_games` reads it block by block.

    Parameters
    ----------
    source, names
        As for `open_games`.
    missing : bool
        Let games lack payoffs: an empty cell or NaN is then NaN in the game, which is solved as
        ``invalid`` and harms no other.

    Returns
    -------
    Game
        A batch with one leading axis.

    Raises
    ------
    FileError
        When the file cannot be read, or does not hold games.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "games.csv"
    ...     _ = path.write_text("row_0_0,row_0_1,column_0_0,column_0_1\n1,2,3,0.1\n1,,2,2\n")
    ...     games = read_games(path, missing=True)
    >>> games, games.defined.tolist()
    (<Game: 2 games 1x2>, [True, False])
    """
    return open_games(source, names=names).read(missing=missing)


def parse_game_file(text: str, suffix: str = "") -> Game | None:
    r"""Read the text of a file that holds one game; None where it is no format of games.

    Parameters
    ----------
    text : str
        The content.
    suffix : str
        How the name of the file ends, where it has one; else the text shows what it is.

    Returns
    -------
    Game or None

    Examples
    --------
    >>> parse_game_file("2\n1 2\n1 2\n3 4"), parse_game_file('title = "a model"')
    (<Game: a 1x2 game>, None)
    """
    other, text = OTHER_FORMATS.get(suffix) or other_format(text), text.removeprefix("\ufeff")
    if other is not None:
        return parse_other(text, other)
    if suffix == ".nfg" or text.lstrip().startswith("NFG"):
        return parse_nfg(text)
    if suffix == ".json" or text.lstrip().startswith("{"):
        from strategic.games.io._json import parse_json

        return parse_json(text)
    return parse_gam(text) if suffix == ".gam" or looks_gam(text) else None


def _parse(text: str, suffix: str = "") -> Game:
    game = parse_game_file(text, suffix)
    if game is None:
        return parse_typed(text) if looks_typed(text) else parse_nfg(text)
    return game
