"""Solutions as tables of Arrow and as labelled arrays, made from their columns."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.arrays import Array
from strategic.games.game import Game
from strategic.games.matrix import player_columns
from strategic.status import Status

if TYPE_CHECKING:
    import pyarrow as pa
    import xarray as xr

    from strategic.equilibria.solution import Solution

_WITH_GAPS = ("index",)
"""Columns of whole numbers that have none in some rows."""


def arrow_table(columns: Mapping[str, Any]) -> pa.Table:
    """Make a table of Arrow from the columns of a solution, as batch files hold them.

    Parameters
    ----------
    columns : mapping of str to arrays or lists of one length
        Fractions become texts, an index is a whole number or null.

    Examples
    --------
    >>> found = {"row_0": np.array([Fraction(1, 3)], object), "index": np.array([np.nan])}
    >>> arrow_table(found).to_pylist()
    [{'row_0': '1/3', 'index': None}]
    """
    import pyarrow as pa

    made = {}
    for name, column in columns.items():
        values = np.asarray(column) if not isinstance(column, list) else column
        if name in _WITH_GAPS:
            known = np.isnan(np.asarray(values, dtype=np.float64))
            made[name] = pa.array(values, mask=known).cast(pa.int32())
        elif isinstance(values, np.ndarray) and values.dtype == object:
            made[name] = _texts(values)
        else:
            made[name] = pa.array(values)
    return pa.table(made)


def _texts(values: Array) -> pa.Array:
    """Write Fractions as texts, NaN as null; equal ones that are one object are written once."""
    import pyarrow as pa

    objects = np.fromiter(map(id, values), dtype=np.int64, count=len(values))
    _, first, same = np.unique(objects, return_index=True, return_inverse=True)
    texts = [str(v) if isinstance(v, Fraction) else v for v in values[first]]
    return pa.array(texts, from_pandas=True).take(pa.array(same))


def solution_dataset(found: Solution, *, further: Mapping[str, int] | None = None) -> xr.Dataset:
    """Label the columns of a solution: one row per game along the axes of the batch, else a list.

    Columns of one player's actions become one array with an axis of these actions; lists of
    unequal lengths are filled up with NaN. ``further`` names axes behind those of the batch, and
    gives their lengths, where a game has several rows.
    """
    import xarray as xr

    columns, games = found.columns(), found.games
    axes = batch_axes(games)
    of_games = "status" in columns
    inner = further or {}
    each = (*axes, *inner), (*games.batch_shape, *inner.values())
    rows, shape = each if of_games else ((found.row_axis,), (-1,))
    data: dict[str, Any] = {}
    for name, count in zip(player_columns(len(games.shape)), games.shape, strict=True):
        own = [columns.pop(f"{name}_{a}") for a in range(count) if f"{name}_{a}" in columns]
        if own:
            table = np.stack(own, axis=-1).reshape(*shape, count)
            data[f"strategy_{name}"] = ((*rows, f"action_{name}"), table)
    for name, column in columns.items():
        if name == "status" or (name == "game" and of_games):
            continue
        data[name] = _variable(name, column, rows, shape)
    data["status"] = status_variable(axes, found.status)
    return xr.Dataset(data, coords=label_coordinates(games, data), attrs={"method": found.method})


def _variable(name: str, column: Any, rows: tuple[str, ...], shape: tuple[int, ...]) -> Any:
    entries = list(column) if isinstance(column, list) else []
    if any(isinstance(entry, list | tuple) for entry in entries):
        longest = max(map(len, entries))
        table = np.full((len(entries), longest), np.nan)
        for line, entry in zip(table, entries, strict=True):
            line[: len(entry)] = entry
        return ((*rows, f"{name}_entry"), table)
    return (rows, np.asarray(column).reshape(shape))


def batch_axes(games: Game) -> tuple[str, ...]:
    """Name the axes of a batch as `Game.to_xarray` does."""
    return tuple(f"batch_{i}" for i in range(len(games.batch_shape)))


def status_variable(axes: tuple[str, ...], status: Array) -> tuple[Any, ...]:
    """Give the status with what its codes mean, as the CF conventions of netCDF have it."""
    meanings = {
        "flag_values": np.array([int(code) for code in Status], dtype=np.int8),
        "flag_meanings": " ".join(code.label for code in Status),
    }
    return (axes, np.asarray(status, dtype=np.int8), meanings)


def label_coordinates(games: Game, data: Mapping[str, Any]) -> dict[str, Any]:
    """Name players and actions along the axes that the variables have."""
    used = {axis for variable in data.values() for axis in variable[0]}
    names: dict[str, Any] = {"player": list(games.players)}
    for name, actions in zip(player_columns(len(games.shape)), games.actions, strict=True):
        names[f"action_{name}"] = list(actions)
    return {axis: labels for axis, labels in names.items() if axis in used}
