"""Payoffs as a labelled array, and as a table with one row per game."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from strategic.arrays import Array
from strategic.errors import GameError
from strategic.games.matrix import payoff_columns

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


def labelled_array(
    payoffs: Sequence[Array],
    players: Sequence[str],
    actions: Sequence[Sequence[str]],
    attributes: Mapping[str, str],
) -> xr.DataArray:
    """Label batch axes, players and actions; see `Game.to_xarray`."""
    import xarray as xr

    count, first = len(payoffs), payoffs[0].ndim - len(payoffs)
    suffixes = ("row", "column") if count == 2 else [f"player_{i}" for i in range(count)]
    axes = [f"action_{suffix}" for suffix in suffixes]
    labels = {axis: list(names) for axis, names in zip(axes, actions, strict=True)}
    return xr.DataArray(
        np.stack(payoffs, axis=first),
        dims=[*(f"batch_{axis}" for axis in range(first)), "player", *axes],
        coords={"player": list(players)} | labels,
        name="payoff",
        attrs=dict(attributes),
    )


def games_frame(payoffs: Sequence[Array], batch_shape: tuple[int, ...]) -> pd.DataFrame:
    """Lay games out, one row per game; see `Game.to_pandas`."""
    import pandas as pd

    if len(payoffs) < 2:
        raise GameError("a table holds games of two or more players", value="1 player")
    shape = payoffs[0].shape[len(batch_shape) :]
    cells = np.concatenate([p.reshape(-1, prod(shape)) for p in payoffs], axis=1)
    index = None
    if len(batch_shape) > 1:
        names = [f"batch_{axis}" for axis in range(len(batch_shape))]
        index = pd.MultiIndex.from_product(map(range, batch_shape), names=names)
    return pd.DataFrame(cells, columns=payoff_columns(shape), index=index)
