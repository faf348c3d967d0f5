"""Equilibria read back from a table: payoffs and regrets are recomputed from the games."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._exact import exact_payoffs_and_regret
from strategic.errors import GameError
from strategic.games._numbers import as_fractions
from strategic.games.game import Game
from strategic.games.matrix import player_columns
from strategic.status import Status

if TYPE_CHECKING:
    import pyarrow as pa

_LABELS = {status.label: int(status) for status in Status}


class FromTables:
    """What `Equilibria` offers to tables of other programs."""

    game: Array
    regret: Array

    if TYPE_CHECKING:

        @classmethod
        def verified(
            cls,
            games: Game,
            strategies: Sequence[Array],
            *,
            game: Array,
            status: Array,
            index: Array | None = None,
            degenerate: Array | None = None,
            method: str,
        ) -> Self: ...

        def __len__(self) -> int: ...

    @classmethod
    def from_table(
        cls,
        games: Game,
        table: Any,
        *,
        status: Any = None,
        method: str = "all",
        tolerance: float = 1e-6,
    ) -> Self:
        """Read equilibria from a table, as `columns` or `to_xarray` give it, or another program.

        Payoffs and regrets are computed here, from the games: what is no equilibrium is refused.

        Parameters
        ----------
        games : Game
            The game or batch that the equilibria are of.
        table : Arrow table, data frame, mapping of columns or xarray.Dataset
            Columns ``row_0``, .., ``column_0``, .. (of more players ``player_0_0``, ..), and where
            there are several games ``game``, in any order; ``index`` where it is known. Texts
            such as ``"1/3"`` are exact. Anything with the Arrow PyCapsule interface is a table.
        status : array of labels or codes, shape of the batch, optional
            What is known of each game. By default what a dataset says, else ``found_some``.
        method : str
            Name of the method that found them.
        tolerance : float
            Largest regret of an equilibrium, per spread of the payoffs of its game.

        Raises
        ------
        GameError
            When a column is missing, or a row is no equilibrium of its game.

        Examples
        --------
        >>> from strategic.equilibria import Equilibria, solve
        >>> found = solve([[2, 0], [0, 1]], [[1, 0], [0, 2]])
        >>> again = Equilibria.from_table(found.games, found.to_pandas(), status="complete")
        >>> again.payoffs[2].round(3), again.message == found.message
        (array([0.667, 0.667]), True)
        """
        read = _profiles(games, table)
        doubles = [np.asarray(own, dtype=np.float64) for own in read["strategies"]]
        codes = _statuses(games, status, table)
        rows = {"game": read["game"], "index": read["index"]}
        rows["degenerate"] = codes == Status.COMPONENTS
        made = cls.verified(games, doubles, **rows, status=codes, method=method)
        _check_equilibria(games, made.game, made.regret, tolerance)
        if any(own.dtype != object for own in read["strategies"]) or not len(made):
            return made
        exact = _in_fractions(games, read["strategies"], made.game)
        return replace(made, **exact)  # type: ignore[type-var]


def _profiles(games: Game, table: Any) -> dict[str, Any]:
    """Read game, strategies and index of every row, in the order of the games.

    Parameters
    ----------
    games : Game
        What the equilibria are of.
    table : mapping of columns, xarray.Dataset, or object with the Arrow PyCapsule interface

    Returns
    -------
    dict
        ``game`` ``(E,)``, ``strategies`` (arrays ``(E, n_i)``, of Fractions where the table holds
        texts) and ``index`` ``(E,)``.

    Raises
    ------
    GameError
        When a column is missing, a row names no game, or a strategy is none.
    """
    columns = _columns(table)
    names = {
        name: [f"{name}_{a}" for a in range(count)]
        for name, count in zip(player_columns(len(games.shape)), games.shape, strict=True)
    }
    for name in (n for own in names.values() for n in own):
        if name not in columns:
            raise GameError("is missing", where=f"column {name}", value=list(columns)[:8])
    sides = {name: [_numbers(columns[n], n) for n in own] for name, own in names.items()}
    # whole numbers among exact ones are exact too; a double makes all of them doubles
    shares = [share for own in sides.values() for share in own]
    kinds = {share.dtype.kind for share in shares}
    exact = "O" in kinds and "f" not in kinds
    strategies = [
        np.stack([as_fractions(s) if exact else s.astype(np.float64) for s in own], axis=-1)
        for own in sides.values()
    ]
    count, most = len(strategies[0]), int(np.prod(games.batch_shape, dtype=np.int64))
    game = np.asarray(columns.get("game", np.zeros(count)), dtype=np.float64)
    wrong = np.flatnonzero(~((game >= 0) & (game < most) & (game == np.floor(game))))
    if wrong.size:
        rule = f"must be the number of one of {most:,} games, from 0"
        raise GameError(rule, where=f"row {wrong[0]}, column game", value=game[wrong[0]])
    for name, own in zip(names, strategies, strict=True):
        _check_mixtures(own, name)
    index = np.asarray(columns.get("index", np.full(count, np.nan)), dtype=np.float64)
    order = np.argsort(game, kind="stable")
    return {
        "game": game[order].astype(np.int64),
        "strategies": tuple(own[order] for own in strategies),
        "index": index[order],
    }


def _columns(table: Any) -> dict[str, Array]:
    if isinstance(table, Mapping) and not hasattr(table, "data_vars"):
        return {str(name): np.asarray(column) for name, column in table.items()}
    if hasattr(table, "data_vars"):
        return _of_dataset(table)
    import pyarrow as pa

    found = pa.table(table)
    return {name: _array(found.column(name)) for name in found.column_names}


def _array(column: pa.ChunkedArray) -> Array:
    import pyarrow as pa

    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_integer(column.type) and column.null_count:
        column = column.cast(pa.float64())
    return np.asarray(column.to_numpy())


def _of_dataset(dataset: Any) -> dict[str, Array]:
    """Give the list of equilibria in a dataset of `Equilibria.to_xarray` as columns."""
    columns: dict[str, Array] = {}
    for name, variable in dataset.data_vars.items():
        if name.startswith("strategy_"):
            sides = np.moveaxis(variable.to_numpy(), -1, 0)
            player = name.removeprefix("strategy_")
            columns |= {f"{player}_{a}": side for a, side in enumerate(sides)}
    rows = len(next(iter(columns.values()), ()))
    for name in ("game", "index"):
        if name in dataset and dataset[name].shape == (rows,):
            columns[name] = dataset[name].to_numpy()
    return columns


def _numbers(column: Array, name: str) -> Array:
    if column.dtype.kind in "biuf":
        return column
    try:
        return as_fractions(column)
    except (GameError, TypeError, ValueError):
        value = str(next((v for v in column if v is None), column[0]))
        raise GameError("must hold numbers", where=f"column {name}", value=value) from None


def _check_mixtures(strategy: Array, name: str) -> None:
    doubles = strategy.astype(np.float64)
    off = ~(np.abs(doubles.sum(axis=1) - 1) < 1e-6) | (doubles < -1e-9).any(axis=1)
    if off.any():
        row = int(np.argmax(off))
        rule, where = "must be probabilities that add up to 1", f"row {row}, columns {name}_.."
        raise GameError(rule, where=where, value=[float(p) for p in doubles[row]])


def _check_equilibria(games: Game, game: Array, regret: Array, tolerance: float) -> None:
    """Check that what a table lists are equilibria of these games.

    Raises
    ------
    GameError
        When somebody gains more than ``tolerance`` of the spread of the payoffs by deviating.
    """
    flat = [own.reshape(-1, int(np.prod(games.shape))) for own in games.payoffs]
    with np.errstate(invalid="ignore", over="ignore"):
        spread = np.maximum.reduce([own.max(axis=1) - own.min(axis=1) for own in flat])
        off = ~(regret <= tolerance * spread[game])
    if off.any():
        row = int(np.argmax(np.where(off, regret, -1)))
        raise GameError(
            f"is no equilibrium of game {int(game[row])}: somebody gains by deviating",
            where=f"row {row}",
            value=float(regret[row]),
            remedy="give the games that were solved, in their order, or a larger tolerance",
        )


def _statuses(games: Game, status: Any, table: Any) -> Array:
    """Read the status of each game: codes, labels, or what a dataset says of them.

    Without one the equilibria are verified, but nobody knows whether they are all.
    """
    if status is None and hasattr(table, "data_vars") and "status" in table:
        status = table["status"].to_numpy()
    if status is None:
        return np.where(games.defined, Status.FOUND_SOME, Status.INVALID).astype(np.int8)
    given = np.asarray(status).reshape(games.batch_shape)
    if given.dtype.kind in "iu":
        return given.astype(np.int8)
    unknown = [label for label in given.flat if label not in _LABELS]
    if unknown:
        raise GameError("no such status", where="status", value=unknown[0])
    codes = [_LABELS[label] for label in given.flat]
    return np.array(codes, dtype=np.int8).reshape(games.batch_shape)


def _in_fractions(games: Game, strategies: tuple[Array, ...], game: Array) -> dict[str, Any]:
    """Give exact strategies with their exact payoffs and regrets."""
    payoffs, regrets = exact_payoffs_and_regret(games, strategies, game)
    return {"strategies": strategies, "payoffs": payoffs, "regret": regrets}
