"""What every solution of games has: a status per game, a table, plain data, a notebook view."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._labelled import arrow_table, solution_dataset
from strategic.equilibria.listing import games_line, plain
from strategic.equilibria.methods import METHODS
from strategic.errors import MethodError
from strategic.games.game import Game
from strategic.games.matrix import number_texts, player_columns
from strategic.markup import Table, Tabled
from strategic.papers import Cited
from strategic.status import Status

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa
    import xarray as xr

MOST_ROWS = 100
"""Rows of a table; longer solutions say how many more there are."""


def place_of(batch: tuple[int, ...], game: tuple[int, ...]) -> tuple[int, tuple[int, ...]]:
    """Give the flat number of a game of a batch and its place, from one of the two.

    Examples
    --------
    >>> place_of((2, 3), (4,)), place_of((2, 3), (1, 1)), place_of((), (0,))
    ((4, (1, 1)), (4, (1, 1)), (0, ()))
    """
    number = game[0] if len(game) == 1 else int(np.ravel_multi_index(game, batch))
    number = range(int(np.prod(batch, dtype=np.int64)))[number]
    return number, tuple(int(i) for i in np.unravel_index(number, batch)) if batch else ()


class Solution(Cited, Tabled, ABC):
    """What a method found out about one game or a batch; concrete solutions are dataclasses.

    Attributes
    ----------
    games : Game
        What was solved.
    method : str
        Name of the method.
    status : array of int8, shape of the batch
        Values of :class:`strategic.status.Status`.

    Examples
    --------
    >>> from strategic.equilibria import solve
    >>> found = solve([[3, 0], [5, 1]], [[3, 5], [0, 1]], method="correlated")
    >>> isinstance(found, Solution), found.method, int(found.status)
    (True, 'correlated', 6)
    """

    games: Game
    method: str
    status: Array
    row_axis: ClassVar[str] = "entry"
    """What a row of the table is called where it is not a game."""

    def behind(self) -> Iterable[Any]:
        """Name what was used, as the method tells it; see `strategic.equilibria.Method.behind`."""
        record = METHODS.get(self.method)
        return super().behind() if record is None else record.load().behind(self)

    @abstractmethod
    def columns(self) -> dict[str, Any]:
        """Give the columns of the table, all of one length."""

    @abstractmethod
    def rows(self) -> dict[str, Array]:
        """Give what was found as files of batches hold it: one row per equilibrium, say.

        The first column is ``game``, the flat number of each row's game, ascending. Which columns
        there are depends on the method, its options and the shape of the games, never on payoffs;
        a masked entry is none. Games without an answer have no row. Nothing at all where no rows
        were wanted.
        """

    def by_game(self) -> dict[str, Array]:
        """Give what else files of batches hold of every game, beside its count and status.

        Columns ``(games,)``; one whose name ends in ``status`` holds codes of `Status`.
        """
        return {}

    def named_columns(self) -> dict[str, Any]:
        """Give the columns for reading: players and actions by name, and no number of one game."""
        games = self.games.told_apart()
        titles: dict[str, str] = {}
        named = zip(player_names(games), games.players, games.actions, strict=True)
        for name, player, actions in named:
            titles |= {f"{name}_{k}": f"{player}: {action}" for k, action in enumerate(actions)}
            titles[f"payoff_{name}"] = f"payoff {player}"
        columns = self.columns()
        if not games.batch_shape:
            columns.pop("game", None)
        return {titles.get(name, name): column for name, column in columns.items()}

    @abstractmethod
    def details(self) -> dict[str, Any]:
        """Describe what was found out about a single game, as plain data."""

    @abstractmethod
    def lines(self) -> list[str]:
        """Say the same in words, line by line."""

    def tables(self) -> list[Table]:
        """Give the tables that belong below the lines; none by default."""
        return []

    def notes(self) -> list[str]:
        """Say what remains to be said below the tables; nothing by default."""
        return []

    @property
    def message(self) -> str:
        """What is known about a single game, in one sentence, and what to do about it.

        Examples
        --------
        >>> from strategic.equilibria import solve
        >>> solve([[3, 0], [5, 1]], [[3, 5], [0, 1]]).message
        'Every equilibrium was found; a sign certificate proves the list complete.'
        """
        self._check_single()
        return Status(int(self.status)).message

    @property
    def in_fractions(self) -> bool:
        """Whether the numbers are exact fractions rather than doubles."""
        return False

    def document(self) -> dict[str, Any]:
        """Describe the solution of a single game as plain data: what ``--json`` prints.

        Raises
        ------
        MethodError
            When this is the solution of a batch.
        """
        self._check_single("a document describes one game")
        game = self.games
        payoffs = game.fractions() if self.in_fractions else game.payoffs
        return {
            "game": {
                "title": game.title,
                "players": list(game.players),
                "actions": [list(actions) for actions in game.actions],
                "payoffs": [plain(table) for table in payoffs],
            },
            "method": self.method,
            "status": Status(int(self.status)).label,
            **self.details(),
            "references": list(self.references().keys),
        }

    def _check_single(self, rule: str = "only the solution of one game is put in words") -> None:
        if self.games.batch_shape:
            raise MethodError(
                rule,
                value=f"a batch of shape {self.games.batch_shape}",
                remedy="solve one game, or use to_pandas()",
            )

    def told_apart(self) -> Self:
        """Give the solution for reading: players and actions of equal names get numbers."""
        games = self.games.told_apart()
        return self if games is self.games else replace(self, games=games)  # type: ignore[type-var]

    def to_pandas(self) -> pd.DataFrame:
        """Give the solution as a data frame."""
        import pandas as pd

        return pd.DataFrame(self.columns())

    def to_arrow(self) -> pa.Table:
        """Give the solution as a table of Arrow, with the columns of batch files.

        Fractions are texts such as ``"1/3"``; an equilibrium without an index has null.

        Examples
        --------
        >>> from strategic.equilibria import solve
        >>> found = solve([[3, 0], [5, 1]], [[3, 5], [0, 1]], method="pure")
        >>> found.to_arrow().select(["row_1", "column_1", "regret"]).to_pylist()
        [{'row_1': 1.0, 'column_1': 1.0, 'regret': 0.0}]
        """
        return arrow_table(self.columns())

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Hand the table of `to_arrow` to any package that speaks the Arrow PyCapsule interface.

        So ``polars.DataFrame(found)``, ``pyarrow.table(found)``, ``duckdb.from_arrow(found)`` and
        ``pandas.DataFrame.from_arrow(found)`` work.
        """
        return self.to_arrow().__arrow_c_stream__(requested_schema)

    def to_polars(self) -> pl.DataFrame:
        """Give the solution as a polars data frame; see `to_arrow`.

        Raises
        ------
        ModuleNotFoundError
            When the optional package polars is not installed.
        """
        import polars as pl

        return pl.DataFrame(self.to_arrow())

    def to_xarray(self) -> xr.Dataset:
        """Give the solution as a labelled dataset.

        Variables with one value per game have the axes of the batch; where a game may have any
        number of rows there is one axis of rows, with the number of its game beside each. Players
        and actions are named along their axes, and ``status`` says what its codes mean.

        Examples
        --------
        >>> from strategic.equilibria import solve
        >>> found = solve([[3, 0], [5, 1]], [[3, 5], [0, 1]], method="logit").to_xarray()
        >>> found["strategy_row"].dims, found["rationality"].item()
        (('action_row',), 1.0)
        """
        return solution_dataset(self)

    def table(self) -> Table:
        """Lay the solution out as a table; the first hundred rows of a long one."""
        columns = self.named_columns()
        shown = [number_texts(column[:MOST_ROWS]) for column in columns.values()]
        rows = [list(row) for row in zip(*shown, strict=True)]
        left = len(next(iter(columns.values()))) - len(rows)
        more = f"; {left} more not shown" if left else ""
        return Table(list(columns), rows, caption=games_line(self.games, self.status) + more)

    def __repr__(self) -> str:
        head = f"<{type(self).__name__}: {games_line(self.games, self.status)}>"
        if self.games.batch_shape:
            return head
        return "\n".join([head, *(f"  {line}" for line in self.told_apart().lines())])


class WithSides:
    """A solution of mixtures, of which two players call theirs ``row`` and ``column``."""

    if TYPE_CHECKING:

        @property
        def strategies(self) -> tuple[Array, ...]:
            """One mixture per player."""

    @property
    def row(self) -> Array:
        """Strategies of the first player, the first of ``strategies``."""
        return self.strategies[0]

    @property
    def column(self) -> Array:
        """Strategies of the second player, the second of ``strategies``."""
        return self.strategies[1]


def player_names(games: Game) -> list[str]:
    """Name the players in columns: row and column for two, numbers for more.

    Examples
    --------
    >>> player_names(Game.from_payoffs([[1, 0]], [[0, 1]]))
    ['row', 'column']
    """
    return player_columns(len(games.shape))


def strategy_columns(games: Game, strategies: tuple[Array, ...]) -> dict[str, Array]:
    """Give one column per player and action from mixtures ``(..., n_i)``."""
    return {
        f"{name}_{action}": strategy[..., action].reshape(-1)
        for name, strategy in zip(player_names(games), strategies, strict=True)
        for action in range(strategy.shape[-1])
    }


def game_columns(status: Array) -> dict[str, Any]:
    """Give number and status of each game of a batch."""
    codes, place = np.unique(np.ravel(status), return_inverse=True)
    labels = np.array([Status(code).label for code in codes.tolist()], dtype=object)
    return {"game": np.arange(len(place)), "status": labels[place]}
