"""Games as the objects of other packages: nashpy, Gambit, pandas, polars, Arrow, xarray."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from strategic.arrays import Array
from strategic.errors import GameError
from strategic.games._arrow import games_arrow
from strategic.games._checks import ExactPayoffs, checked_payoffs
from strategic.games._gambit import gambit_game
from strategic.games._labelled import games_frame, labelled_array

if TYPE_CHECKING:
    import nashpy
    import pandas as pd
    import polars as pl
    import pyarrow as pa
    import pygambit
    import xarray as xr


class Faces:
    """What `Game` offers to other packages."""

    payoffs: tuple[Array, ...]
    players: tuple[str, ...]
    actions: tuple[tuple[str, ...], ...]
    title: str
    exact: ExactPayoffs | None
    decimal: bool
    comment: str

    if TYPE_CHECKING:

        @property
        def batch_shape(self) -> tuple[int, ...]: ...

        @property
        def rounded(self) -> Array: ...

        def fractions(self) -> ExactPayoffs: ...

        def texts(self) -> tuple[Array, ...]: ...

        def _check_single(self, rule: str) -> None: ...

    def to_nashpy(self) -> nashpy.Game:
        """Make a nashpy game of a single two-player game, from its doubles.

        Raises
        ------
        GameError
            When this is a batch, or there are other than two players.
        """
        import nashpy

        self._check_single("nashpy takes one game")
        checked_payoffs(self.payoffs)
        if len(self.payoffs) != 2:
            raise GameError("nashpy takes two players", where="players", value=len(self.payoffs))
        return nashpy.Game(*self.payoffs)

    def to_gambit(self) -> pygambit.Game:
        """Make a Gambit game of a single game, with any number of players and exact payoffs.

        For what Gambit does and this package does not, such as extensive forms. Names that Gambit
        would reject are adapted: equal and empty ones get numbers, and letters outside ASCII the
        nearest ones in it.

        Raises
        ------
        GameError
            When this is a batch.
        ModuleNotFoundError
            When the optional package pygambit is not installed.
        """
        self._check_single("Gambit takes one game")
        checked_payoffs(self.payoffs)
        return gambit_game(
            self.fractions(),
            players=self.players,
            actions=self.actions,
            title=self.title,
            comment=self.comment,
        )

    def to_pandas(self) -> pd.DataFrame:
        """Make a table of games, one row per game, with the columns of table files.

        Holds Fractions where doubles cannot hold the numbers. Several batch axes become levels
        of the index.

        Raises
        ------
        GameError
            When there is only one player.

        Examples
        --------
        >>> from strategic.games import Game
        >>> Game.from_payoffs([[1, 2]], [[3, 4]]).to_pandas()
           row_0_0  row_0_1  column_0_0  column_0_1
        0      1.0      2.0         3.0         4.0
        """
        numbers = self.fractions() if self.rounded.any() else self.payoffs
        return games_frame(numbers, self.batch_shape)

    def to_arrow(self) -> pa.Table:
        """Make an Arrow table of games, one row per game, with the columns of table files.

        Numbers that doubles cannot hold are texts such as ``"1/3"``, and what is missing is null.
        Several batch axes become columns ``batch_0``, .. in front. Names, title and comment go
        along as metadata of the schema, from which `from_arrow` takes them back.

        Raises
        ------
        GameError
            When there is only one player.

        Examples
        --------
        >>> from strategic.games import Game
        >>> Game.from_payoffs([[1, 2]], [[3, 4]]).to_arrow().to_pylist()
        [{'row_0_0': 1.0, 'row_0_1': 2.0, 'column_0_0': 3.0, 'column_0_1': 4.0}]
        """
        return games_arrow(
            self.payoffs if self.exact is None else self.texts(),
            self.payoffs,
            batch_shape=self.batch_shape,
            labels={
                "title": self.title,
                "comment": self.comment,
                "players": self.players,
                "actions": self.actions,
                "decimal": self.decimal,
            },
        )

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Hand the table of `to_arrow` to any package that speaks the Arrow PyCapsule interface.

        So ``polars.DataFrame(games)``, ``pyarrow.table(games)``, ``duckdb.from_arrow(games)`` and
        ``pandas.DataFrame.from_arrow(games)`` work.
        """
        return self.to_arrow().__arrow_c_stream__(requested_schema)

    def to_polars(self) -> pl.DataFrame:
        """Make a polars table of games; see `to_arrow`.

        Raises
        ------
        GameError
            When there is only one player.
        ModuleNotFoundError
            When the optional package polars is not installed.
        """
        import polars as pl

        return pl.DataFrame(self.to_arrow())

    def to_xarray(self) -> xr.DataArray:
        """Make a labelled array: batch axes, ``player``, then one axis of actions per player.

        The axes of actions are ``action_row`` and ``action_column`` for two players, else
        ``action_player_0`` and so on.
        """
        attributes: dict[str, Any] = {"title": self.title, "comment": self.comment}
        return labelled_array(self.payoffs, self.players, self.actions, attributes)
