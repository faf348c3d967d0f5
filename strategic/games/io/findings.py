"""The equilibria of a table of games: one row per equilibrium, a count and a status per game."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from strategic.arrays import Array
from strategic.games.io.columns import ColumnWriter, written_tables
from strategic.games.matrix import player_columns
from strategic.status import Status


@dataclass
class FindingsWriter:
    """Writes the equilibria of one block of games after another, and counts them.

    Parameters
    ----------
    equilibria, games : ColumnWriter
        Tables with one row per equilibrium, None where only counts are wanted, and one row per
        game.
    one_file : bool
        Whether both go to one file, where no two columns may share a name.
    games_done, equilibria_done : int
        Rows written so far.
    largest_regret : float, optional
        The largest regret of any equilibrium so far; None where regrets are not computed.
    """

    equilibria: ColumnWriter | None
    games: ColumnWriter
    one_file: bool
    games_done: int = 0
    equilibria_done: int = 0
    largest_regret: float | None = 0.0
    _statuses: Array = field(default_factory=lambda: np.zeros(len(Status), dtype=np.int64))

    @property
    def failures(self) -> int:
        """How many games have no usable answer."""
        return int(sum(self._statuses[status] for status in Status if status.failed))

    def statuses(self) -> dict[str, int]:
        """How many games have each status, by its label."""
        return {s.label: int(self._statuses[s]) for s in Status if self._statuses[s]}

    def append(
        self,
        *,
        count: Array,
        status: Array,
        game: Array | None = None,
        strategies: tuple[Array, ...] = (),
        payoffs: Array | None = None,
        index: Array | None = None,
        regret: Array | None = None,
    ) -> None:
        """Write the equilibria of the next block of games; what is not given has no columns.

        Parameters
        ----------
        count, status : arrays ``(games,)`` of int
            How many equilibria each game has, and what is known about it.
        game : array ``(E,)`` of int
            Number of the game of each equilibrium within the block, ascending.
        strategies : arrays ``(E, n_i)``, one per player
            Mixed strategies, or flags of the actions in use.
        payoffs : array ``(E, players)``
        index, regret : arrays ``(E,)``
            The index is NaN where there is none.
        """
        first = self.games_done
        if self.equilibria is not None and game is not None:
            columns: dict[str, Array] = {"game": first + np.asarray(game, dtype=np.int64)}
            names = player_columns(len(strategies))
            for name, side in zip(names, strategies, strict=True):
                shares = side.astype(np.int8) if side.dtype == bool else side
                columns |= {f"{name}_{a}": shares[:, a] for a in range(side.shape[1])}
            if payoffs is not None:
                columns |= {f"payoff_{name}": payoffs[:, i] for i, name in enumerate(names)}
            further = {"index": index, "regret": regret}
            columns |= {name: found for name, found in further.items() if found is not None}
            self.equilibria.append(columns)
        if regret is None:
            self.largest_regret = None
        elif self.largest_regret is not None:
            self.largest_regret = max(self.largest_regret, float(regret.max(initial=0.0)))
        count, status = np.asarray(count, dtype=np.int32), np.asarray(status, dtype=np.int8)
        of_games = {"count": count, "status": status}
        # in one file, `game` is the column of the equilibria
        numbers = np.arange(first, first + len(count), dtype=np.int64)
        self.games.append(of_games if self.one_file else {"game": numbers} | of_games)
        self.games_done += len(count)
        self.equilibria_done += int(count.sum(dtype=np.int64))
        self._statuses += np.bincount(status, minlength=len(Status))


@contextmanager
def written_findings(
    path: str | os.PathLike[str], *inputs: str | os.PathLike[str], counts: bool = False
) -> Iterator[FindingsWriter]:
    """Open the tables of equilibria and of games; they appear when the block ends well.

    Parameters
    ----------
    path : path-like
        ``OUT.parquet`` or ``OUT.csv``: one row per equilibrium with columns ``game``, ``row_0``
        .., ``column_0`` .., ``payoff_row``, ``payoff_column``, ``index``, ``regret`` (of more
        players ``player_0_0`` .., ``payoff_player_0`` ..); count and status of each game go to
        ``OUT.games.parquet`` or ``OUT.games.csv``. ``OUT.npz`` holds an array for each of these
        columns, ``count`` and ``status`` (a code into ``status_labels``) with one entry per game.
    *inputs : path-like
        Files of games, which the tables must not take the place of.
    counts : bool, optional
        Whether there are no equilibria to write: ``OUT`` then has the row per game.

    Yields
    ------
    FindingsWriter

    Raises
    ------
    FileError
        When the ending is none of the three, a file is an input, or the system cannot write there.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with written_findings(f"{folder}/out.csv") as findings:
    ...         findings.append(
    ...             count=np.array([1, 0]),
    ...             status=np.array([Status.COMPLETE, Status.NOT_FINISHED]),
    ...             game=np.array([0]),
    ...             strategies=(np.array([[0.5, 0.5]]), np.array([[1.0]])),
    ...             payoffs=np.array([[2.0, 1.0]]),
    ...             index=np.array([1.0]),
    ...             regret=np.array([0.0]),
    ...         )
    ...     print(Path(folder, "out.csv").read_text() + Path(folder, "out.games.csv").read_text())
    game,row_0,row_1,column_0,payoff_row,payoff_column,index,regret
    0,0.5,0.5,1,2,1,1,0
    game,count,status
    0,1,complete
    1,0,not_finished
    """
    one_file = Path(path).suffix.lower() == ".npz"
    labels = {"status": [status.label for status in Status]}
    if counts:
        with written_tables(path, labels=labels, inputs=inputs) as (games,):
            yield FindingsWriter(None, games, one_file)
        return
    with written_tables(path, "games", gaps=("index",), labels=labels, inputs=inputs) as (
        equilibria,
        games,
    ):
        yield FindingsWriter(equilibria, games, one_file)
