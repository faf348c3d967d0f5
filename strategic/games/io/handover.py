"""Payoffs handed over to other packages: nashpy, Gambit, pandas and xarray."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from strategic.arrays import Array
from strategic.errors import GameError

if TYPE_CHECKING:
    import nashpy
    import pandas as pd
    import pygambit
    import xarray as xr


def nashpy_game(payoffs: Sequence[Array]) -> nashpy.Game:
    """Make a nashpy game of two payoff matrices.

    Raises
    ------
    GameError
        When there are other than two players.
    """
    import nashpy

    if len(payoffs) != 2:
        raise GameError("nashpy takes two players", where="players", value=len(payoffs))
    return nashpy.Game(*payoffs)


def gambit_game(
    fractions: Sequence[Array],
    *,
    players: Sequence[str],
    actions: Sequence[Sequence[str]],
    title: str,
) -> pygambit.Game:
    """Make a Gambit game of exact payoffs, one object array of Fractions a player.

    Raises
    ------
    GameError
        When Gambit refuses a name.
    ModuleNotFoundError
        When pygambit is not installed.
    """
    import pygambit

    to_rational = np.frompyfunc(lambda f: pygambit.Rational(f.numerator, f.denominator), 1, 1)
    game = pygambit.Game.from_arrays(*map(to_rational, fractions))
    try:
        game.title = title
        for player, name, names in zip(game.players, players, actions, strict=True):
            player.label = name
            for strategy, action in zip(player.strategies, names, strict=True):
                strategy.label = action
    except (ValueError, Warning) as problem:
        raise GameError(f"Gambit refuses a name: {problem}", where="labels") from None
    return game


def payoff_frame(payoffs: Sequence[Array], columns: Sequence[str]) -> pd.DataFrame:
    """Make a table with one row a game and one column a payoff.

    Parameters
    ----------
    payoffs : two arrays ``(*batch, m, n)``
    columns : sequence of str
        Names, the row player's payoffs first.
    """
    import pandas as pd

    batch = payoffs[0].shape[:-2]
    size = payoffs[0].shape[-1] * payoffs[0].shape[-2]
    cells = np.concatenate([p.reshape(-1, size) for p in payoffs], axis=1)
    if len(batch) < 2:
        return pd.DataFrame(cells, columns=list(columns))
    names = [f"batch_{axis}" for axis in range(len(batch))]
    index = pd.MultiIndex.from_product([range(n) for n in batch], names=names)
    return pd.DataFrame(cells, columns=list(columns), index=index)


def payoff_array(
    payoffs: Sequence[Array],
    *,
    players: Sequence[str],
    actions: Sequence[Sequence[str]],
    attributes: Mapping[str, str],
) -> xr.DataArray:
    """Make a labelled array: batch axes, then ``player``, then one axis of actions a player."""
    import xarray as xr

    axes = action_axes(len(payoffs))
    first = payoffs[0].ndim - len(payoffs)
    batch = [f"batch_{axis}" for axis in range(first)]
    labels = {axis: list(names) for axis, names in zip(axes, actions, strict=True)}
    return xr.DataArray(
        np.stack(payoffs, axis=first),
        dims=[*batch, "player", *axes],
        coords={"player": list(players)} | labels,
        name="payoff",
        attrs=dict(attributes),
    )


def action_axes(players: int) -> list[str]:
    """Name the axes of actions.

    Examples
    --------
    >>> action_axes(2), action_axes(3)
    (['action_row', 'action_column'], ['action_player_0', 'action_player_1', 'action_player_2'])
    """
    if players == 2:
        return ["action_row", "action_column"]
    return [f"action_player_{player}" for player in range(players)]
