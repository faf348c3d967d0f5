"""Games in netCDF: the labelled array of `Game.to_xarray`, with its names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.errors import FileError
from strategic.games._arrow import LABELS, labels_of
from strategic.games.io.interop import from_xarray
from strategic.games.io.table import GameTable, HeldGames
from strategic.games.io.tables._players import PlayersError, flags_for

if TYPE_CHECKING:
    import xarray as xr

_HDF = b"\x89HDF"


def open_netcdf(path: Path, names: Sequence[str] | None = None) -> GameTable:
    """Open a netCDF file with an array of payoffs; all games are in memory then."""
    array = _payoffs(path, names)
    games = from_xarray(array)
    text = str(array.attrs.get(LABELS.decode(), "{}")).encode()
    labels = labels_of({LABELS: text}, games.shape)
    flat = replace(
        games, payoffs=tuple(own.reshape(-1, *games.shape) for own in games.payoffs), **labels
    )
    return GameTable(path, flat.shape, len(flat.payoffs[0]), HeldGames(flat))


def _payoffs(path: Path, names: Sequence[str] | None) -> xr.DataArray:
    import xarray as xr

    with path.open("rb") as file:
        engine = "h5netcdf" if file.read(4) == _HDF else "scipy"
    options: dict[str, Any] = {"decode_times": False, "decode_timedelta": False}
    try:
        with xr.open_dataset(path, engine=engine, **options) as dataset:
            if names:
                return _of_players([dataset[name].load() for name in names])
            if "payoff" in dataset:
                return dataset["payoff"].load()
            found = [array for array in dataset.data_vars.values() if "player" in array.dims]
            if len(found) == 1:
                return found[0].load()
            listed = list(dataset.data_vars)
    except (ImportError, ModuleNotFoundError):
        remedy = "install h5netcdf and h5py, or save it as netCDF 3"
        raise FileError("is netCDF 4, which h5netcdf reads", remedy=remedy) from None
    except FileError:
        raise
    except Exception as problem:  # noqa: BLE001 - whatever damage makes other packages raise
        raise FileError(f"cannot be read as netCDF: {problem}") from None
    rule = "must hold an array payoff with an axis player and one axis action.. per player"
    if len(listed) < 2:
        raise FileError(rule, value=listed)
    remedy = (
        f"name the arrays of the players, such as {flags_for([str(name) for name in listed[:2]])}"
    )
    raise PlayersError(rule, value=listed[:8], remedy=remedy)


def _of_players(arrays: list[xr.DataArray]) -> xr.DataArray:
    """Put one array per player together; its last axes are the actions."""
    import xarray as xr

    count = len(arrays)
    if len({array.shape for array in arrays}) > 1 or arrays[0].ndim < count:
        rule = f"must have one shape with {count} axes of actions at the end"
        raise FileError(rule, value=[array.shape for array in arrays])
    whole = np.stack([array.to_numpy() for array in arrays])
    batch = [f"batch_{k}" for k in range(whole.ndim - 1 - count)]
    return xr.DataArray(whole, dims=["player", *batch, *(f"action_{k}" for k in range(count))])
