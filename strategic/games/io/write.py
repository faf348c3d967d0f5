"""Tables of two-player games, written a block at a time."""

from __future__ import annotations

import os
from collections.abc import Iterable

import numpy as np

from strategic.arrays import Array
from strategic.errors import GameError
from strategic.games.game import Game
from strategic.games.io.arrays_file import ArraysFile
from strategic.games.io.columns import checked_suffix, written_tables
from strategic.games.io.files import written_whole
from strategic.games.matrix import payoff_columns

_PLAYERS = ("row", "column")


def write_games(blocks: Game | Iterable[Game], path: str | os.PathLike[str]) -> int:
    """Write two-player games as a table, one row a game; it appears whole or not at all.

    Parameters
    ----------
    blocks : Game or iterable of Game
        A game, a batch, or blocks of games of one shape.
    path : path-like
        ``.npz`` (arrays ``row``, ``column``), ``.csv`` or ``.parquet`` (columns ``row_I_J``,
        ``column_I_J``). Exact numbers are kept by csv; the others hold doubles.

    Returns
    -------
    int
        How many games were written.

    Raises
    ------
    GameError
        When the games have other than two players.
    FileError
        When the system cannot write there.

    Examples
    --------
    >>> import tempfile
    >>> from strategic.games.io.read import read_games
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     written = write_games(Game.of([[1, 2]], [[3, 4]]), f"{folder}/games.csv")
    ...     written, read_games(f"{folder}/games.csv").row.tolist()
    (1, [[[1.0, 2.0]]])
    """
    suffix = checked_suffix(path)
    games = [blocks] if isinstance(blocks, Game) else blocks
    if suffix == ".npz":
        return _write_npz(games, path)
    count = 0
    with written_tables(path) as (table,):
        for block in games:
            columns = _payoffs_by_column(block, texts=suffix == ".csv")
            table.append(columns)
            count += len(columns["row_0_0"])
    return count


def _write_npz(games: Iterable[Game], path: str | os.PathLike[str]) -> int:
    count = 0
    with written_whole(path) as beside, ArraysFile.opened(beside) as arrays:
        for block in games:
            _check_two_players(block)
            for name, payoffs in zip(_PLAYERS, block.payoffs, strict=True):
                arrays.append(name, payoffs.reshape(-1, *block.shape))
            count += int(np.prod(block.batch_shape))
    return count


def _payoffs_by_column(games: Game, *, texts: bool) -> dict[str, Array]:
    _check_two_players(games)
    payoffs = games.texts() if texts and games.exact is not None else games.payoffs
    cells = np.concatenate([p.reshape(-1, p.shape[-1] * p.shape[-2]) for p in payoffs], axis=1)
    return dict(zip(payoff_columns(games.shape), cells.T, strict=True))


def _check_two_players(games: Game) -> None:
    if len(games.payoffs) != 2:
        raise GameError("a table holds two-player games", where="players", value=len(games.payoffs))
