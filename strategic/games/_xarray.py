"""Payoffs as a labelled array."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from strategic.arrays import Array

if TYPE_CHECKING:
    import xarray as xr


def labelled_array(
    payoffs: Sequence[Array],
    *,
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
