"""Tables of games, and tables of what was found in them, written a block at a time."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from strategic.errors import GameError
from strategic.games.arrays_file import ArraysFile
from strategic.games.columns import ColumnWriter, checked_suffix, written_tables
from strategic.games.files import written_whole
from strategic.games.game import Game
from strategic.games.table import payoff_columns
from strategic.status import Status

Array = np.ndarray[Any, Any]


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
    >>> from strategic.games.read import read_games
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


@dataclass
class FoundWriter:
    """Takes what was found in each block of games and writes it.

    Parameters
    ----------
    equilibria, games : ColumnWriter
        Tables with one row an equilibrium and one row a game.
    one_file : bool
        Whether both go to one file, where no two columns may share a name.
    """

    equilibria: ColumnWriter
    games: ColumnWriter
    one_file: bool
    totals: dict[str, int] = field(default_factory=lambda: {"games": 0, "equilibria": 0})
    statuses: Array = field(default_factory=lambda: np.zeros(len(Status), dtype=np.int64))

    def append(
        self,
        *,
        count: Array,
        status: Array,
        game: Array,
        strategies: tuple[Array, Array],
        payoffs: Array,
        index: Array,
        regret: Array,
    ) -> None:
        """Write the equilibria of the next block of games.

        Parameters
        ----------
        count, status : arrays ``(games,)`` of int
            How many equilibria each game has, and what is known about it.
        game : array ``(E,)`` of int
            Number of the game of each equilibrium within the block, ascending.
        strategies : two arrays ``(E, m)`` and ``(E, n)``
        payoffs : array ``(E, 2)``
        index, regret : arrays ``(E,)``
            The index is NaN where there is none.
        """
        first = self.totals["games"]
        numbers = np.arange(first, first + len(count), dtype=np.int64)
        columns = {"game": first + np.asarray(game, dtype=np.int64)}
        for name, strategy in zip(_PLAYERS, strategies, strict=True):
            columns |= {f"{name}_{a}": strategy[:, a] for a in range(strategy.shape[1])}
        columns |= {f"payoff_{name}": payoffs[:, i] for i, name in enumerate(_PLAYERS)}
        self.equilibria.append(columns | {"index": index, "regret": regret})
        count, status = np.asarray(count, dtype=np.int32), np.asarray(status, dtype=np.int8)
        self.games.append(self._of_games(numbers, count, status))
        self.totals["games"] += len(count)
        self.totals["equilibria"] += len(game)
        self.statuses += np.bincount(status, minlength=len(Status))

    def _of_games(self, numbers: Array, count: Array, status: Array) -> Mapping[str, Array]:
        columns = {"count": count, "status": status}
        # in one file, `game` is the column of the equilibria
        return columns if self.one_file else {"game": numbers} | columns


@contextmanager
def written_findings(path: str | os.PathLike[str]) -> Iterator[FoundWriter]:
    """Open the tables of equilibria and of games; they appear when all went well.

    Parameters
    ----------
    path : path-like
        ``OUT.parquet`` or ``OUT.csv``: one row an equilibrium with columns ``game``, ``row_0``
        .., ``column_0`` .., ``payoff_row``, ``payoff_column``, ``index``, ``regret``; count and
        status of each game go to ``OUT.games.parquet`` or ``OUT.games.csv``. ``OUT.npz`` holds
        an array for each of these columns, ``count`` and ``status`` (a code into
        ``status_labels``) one entry a game.

    Yields
    ------
    FoundWriter

    Raises
    ------
    FileError
        When the ending is none of the three, or the system cannot write there.
    """
    one_file = checked_suffix(path) == ".npz"
    labels = {"status": [status.label for status in Status]}
    with written_tables(path, "games", gaps=("index",), labels=labels) as (equilibria, games):
        yield FoundWriter(equilibria, games, one_file)


_PLAYERS = ("row", "column")


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
