"""Starts of paths: shares of every population, for one game or for each of a batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.errors import GameError
from strategic.evolution.populations import PopulationGame

_ROUNDING = 1e-9
"""Shares may miss a sum of one by this, and are divided by their sum."""


@dataclass(frozen=True, eq=False)
class Lanes:
    """Some of the starts, points last, and which game of the batch each belongs to."""

    numbers: Array
    shares: list[Array]
    game: Array


@dataclass(frozen=True, eq=False)
class Starts:
    """All starts.

    ``shares[i]`` has shape ``(1 or games, N, n_i)``; every game of the batch starts from each.
    """

    shares: tuple[Array, ...]
    games: int
    shape: tuple[int, ...]

    @property
    def count(self) -> int:
        """Number of paths."""
        return self.games * int(self.shares[0].shape[1])

    def lanes(self, part: slice) -> Lanes:
        """Take some paths: all starts of the first game come first."""
        numbers = np.arange(part.start, part.stop)
        game, start = np.divmod(numbers, self.shares[0].shape[1])
        found = [
            np.ascontiguousarray(x[game if len(x) > 1 else np.zeros_like(game), start].T)
            for x in self.shares
        ]
        return Lanes(numbers, found, game)


def read_starts(starts: Sequence[ArrayLike], games: Sequence[PopulationGame]) -> Starts:
    """Check starts and spread them over the batch of the games.

    Raises
    ------
    GameError
        When shapes do not fit, or shares are negative or do not sum to one.
    """
    sizes = games[0].sizes
    batch = max((game.batch_shape for game in games), key=len)
    for game in games:
        if game.batch_shape not in ((), batch):
            rule = f"games of all stages must be one or a batch of shape {batch}"
            raise GameError(rule, where="stages", value=game.batch_shape)
    if len(starts) != len(sizes):
        rule = f"needs one array per population, {len(sizes)} in all"
        raise GameError(rule, where="starts", value=len(starts))
    arrays = [
        _checked(start, size, f"starts[{number}]")
        for number, (start, size) in enumerate(zip(starts, sizes, strict=True))
    ]
    single = all(array.ndim == 1 for array in arrays)
    spread = []
    for number, array in enumerate(arrays):
        whole = array[None] if array.ndim == 1 else array
        lead = whole.shape[:-2]
        try:
            fits = not lead or np.broadcast_shapes(lead, batch) == batch
        except ValueError:
            fits = False
        if not fits:
            rule = f"axes before the starts must be those of the batch, {batch}"
            raise GameError(rule, where=f"starts[{number}]", value=array.shape)
        own = np.broadcast_to(whole, (*batch, *whole.shape[-2:])) if lead else whole
        spread.append(own.reshape(-1, *own.shape[-2:]))
    count = max(x.shape[1] for x in spread)
    if any(x.shape[1] not in (1, count) for x in spread):
        rule = "every population needs as many starts"
        raise GameError(rule, where="starts", value=[x.shape[1] for x in spread])
    given = tuple(np.broadcast_to(x, (len(x), count, x.shape[2])) for x in spread)
    shape = batch if single else (*batch, count)
    return Starts(given, int(np.prod(batch)), shape)


def _checked(start: ArrayLike, size: int, where: str) -> Array:
    try:
        array = np.asarray(start, float)
    except (TypeError, ValueError):
        raise GameError("must be an array of shares", where=where, value=start) from None
    if not array.ndim or array.shape[-1] != size:
        rule = f"needs {size} shares on its last axis"
        raise GameError(rule, where=where, value=array.shape)
    total = array.sum(axis=-1)
    bad = ~((array >= 0.0).all(axis=-1) & (np.abs(total - 1.0) <= _ROUNDING))
    if bad.any():
        value = array[bad][0].tolist()
        raise GameError("shares must be at least 0 and sum to 1", where=where, value=value)
    return np.asarray(array / total[..., None])
