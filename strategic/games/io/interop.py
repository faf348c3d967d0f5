"""Games from the objects of other packages: nashpy, Gambit, pandas, xarray, and any Arrow table.

The other direction is a method of the game: ``to_nashpy``, ``to_gambit``, ``to_pandas``,
``to_xarray``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from strategic.errors import GameError
from strategic.games._numbers import as_fractions
from strategic.games.game import Game
from strategic.games.io.tables._columns import layout_of

if TYPE_CHECKING:
    import nashpy
    import pandas as pd
    import pygambit
    import xarray as xr


def from_nashpy(game: nashpy.Game) -> Game:
    """Make a game from a nashpy game.

    Parameters
    ----------
    game : nashpy.Game

    Returns
    -------
    Game

    Examples
    --------
    >>> import nashpy
    >>> from_nashpy(nashpy.Game([[1, -1], [-1, 1]])).column
    array([[-1.,  1.],
           [ 1., -1.]])
    """
    return Game.from_payoffs(*game.payoff_matrices)


def from_gambit(game: pygambit.Game) -> Game:
    """Make a game from a Gambit game; one in extensive form becomes its reduced normal form.

    Parameters
    ----------
    game : pygambit.Game
        Any number of players.

    Returns
    -------
    Game
        With exact payoffs where doubles cannot hold them.

    Examples
    --------
    >>> import pygambit
    >>> from_gambit(pygambit.Game.from_arrays([[1, 2]], [[3, 4]])).column
    array([[3., 4.]])
    """
    import pygambit

    return Game.from_payoffs(
        *(as_fractions(table) for table in game.to_arrays(dtype=pygambit.Rational)),
        players=tuple(player.label for player in game.players),
        actions=tuple(tuple(s.label for s in player.strategies) for player in game.players),
        title=game.title,
        comment=game.description,
    )


def from_pandas(frame: pd.DataFrame, *, names: Sequence[str] | None = None) -> Game:
    """Make a batch of games from a table with one row per game.

    Parameters
    ----------
    frame : pandas.DataFrame
        Columns ``row_0_0``, .. and ``column_0_0``, .., ``player_0_0_0_0``, .. of three and more
        players, or other names such as ``a11`` and ``b11``, as `open_games` takes them; numbers,
        Fractions or texts such as ``"1/3"``. Further columns are passed over.
    names : sequence of str, optional
        What the columns of each player begin with, where that is not clear.

    Returns
    -------
    Game
        A batch with one leading axis.

    Raises
    ------
    FileError, GameError
        When the columns are not the payoffs of games, or an entry is not a number.

    Examples
    --------
    >>> import pandas as pd
    >>> games = from_pandas(pd.DataFrame({"row_0_0": ["1/3", 2], "column_0_0": [3, 4]}))
    >>> games.batch_shape, games.fractions()[0].ravel()
    ((2,), array([Fraction(1, 3), Fraction(2, 1)], dtype=object))
    """
    columns = [str(name) for name in frame.columns]
    layout = layout_of(columns, players=names)
    shape, place = layout.shape, {name: number for number, name in enumerate(columns)}
    payoffs = frame.iloc[:, [place[name] for name in layout.columns]]
    if payoffs.isna().any(axis=None):
        raise GameError("must not be empty", where="some entry of the table")
    cells = payoffs.to_numpy()
    if cells.dtype.kind not in "biuf":
        cells = as_fractions(cells)
    tables = np.split(cells, len(shape), axis=1)  # the first player's payoffs come first
    return Game.from_payoffs(*(own.reshape(-1, *shape) for own in tables))


def from_arrow(table: object, *, names: Sequence[str] | None = None) -> Game:
    """Make a batch of games from any table that gives a stream of Arrow.

    Parameters
    ----------
    table : object with ``__arrow_c_stream__``
        Such as a data frame of polars or pandas, a relation of DuckDB, or a table of pyarrow: one
        row per game, one row per payoff (``game``, ``player``, ``i``, ``j``, ``payoff``), or
        columns of matrices as nested lists.
    names : sequence of str, optional
        What stands before the actions in the columns of each player; guessed by default.

    Returns
    -------
    Game
        A batch with one leading axis; NaN where a payoff is missing. `open_games` takes the same
        tables and gives further columns too.

    Raises
    ------
    FileError
        When the columns are not the payoffs of games, or an entry is not a number.

    Examples
    --------
    >>> import pyarrow as pa
    >>> columns = {"game": [0, 0], "player": ["row", "column"], "i": [1, 1], "j": [1, 1]}
    >>> from_arrow(pa.table({**columns, "payoff": [3, 4]})).payoffs
    (array([[[3.]]]), array([[[4.]]]))
    """
    from strategic.games.io.tables._objects import open_object

    return open_object(table, names).read(missing=True)


def from_xarray(payoffs: xr.DataArray) -> Game:
    """Make a game or a batch from a labelled array.

    Parameters
    ----------
    payoffs : xarray.DataArray
        An axis ``player`` and, in the order of the players, one axis per player whose name starts
        with ``action``; all others are batch axes. Coordinates name players and actions.

    Returns
    -------
    Game

    Raises
    ------
    GameError
        When the axes do not fit.

    Examples
    --------
    >>> games = Game.from_payoffs([[1, 2]], [[3, 4]], actions=(("up",), ("left", "right")))
    >>> from_xarray(games.to_xarray()).actions
    (('up',), ('left', 'right'))
    """
    axes = [str(axis) for axis in payoffs.dims]
    actions = [axis for axis in axes if axis.startswith("action")]
    if "player" not in axes or len(actions) != payoffs.sizes["player"]:
        raise GameError("must have an axis 'player' and one 'action...' per player", value=axes)
    batch = [axis for axis in axes if axis not in ("player", *actions)]
    table = payoffs.transpose("player", *batch, *actions)
    named = [axis for axis in ("player", *actions) if axis in table.coords]
    names = {axis: tuple(map(str, table[axis].to_numpy())) for axis in named}
    return Game.from_payoffs(
        *np.asarray(table),
        players=names.get("player", ()),
        actions=tuple(names[a] for a in actions) if all(a in names for a in actions) else (),
        title=str(payoffs.attrs.get("title", "")),
        comment=str(payoffs.attrs.get("comment", "")),
    )
