"""The actions that best correlated equilibria can use, and games without the others.

A program without them is smaller, and most games need few: a quarter of random 4x4 games need all.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array
from strategic.blocks import block_slices
from strategic.equilibria.programs.written import Written

FEW = 128
"""Games of one shape that are not worth programs of their own."""
_NARROW = 8.0
"""Range of whole payoffs below which several equilibria often are best: only all actions tell."""
_CACHED = 1024
"""Games whose comparisons fit the cache."""


@dataclass(frozen=True, eq=False)
class Smaller:
    """Games of a batch cut down to actions of one shape.

    Parameters
    ----------
    games : array of int ``(some,)``
        Their numbers in the batch.
    written : Written
        Their payoffs, for the actions that are left.
    profiles : array of int ``(profiles left, some)``
        Numbers of these profiles among all of the game.
    cut : bool
        Whether there were others.
    """

    games: Array
    written: Written
    profiles: Array
    cut: bool


def needed_actions(written: Written, aim: str | int, *, coarse: bool) -> list[Array]:
    """Mark the actions ``(n_i, games)`` of every player that a best device can use.

    Where the aim is largest at one profile that nobody gains by leaving, it is best; of several
    such profiles of whole numbers the program ends at the first. No correlated equilibrium uses
    what iterated strict dominance removes (Aumann 1987); a coarse one may.
    """
    _, *shape, games = written.payoffs.shape
    kept = [np.ones((actions, games), dtype=bool) for actions in shape]
    left = np.arange(games)
    for one in ("welfare", *range(len(shape))) if aim == "egalitarian" else (aim,):
        pure, profile = _best_at_one_profile(written, left, one, least=aim == "egalitarian")
        some, left = left[pure], left[~pure]
        for mask, action in zip(kept, np.unravel_index(profile[pure], shape), strict=True):
            mask[:, some] = np.arange(len(mask))[:, None] == action
    if not coarse:
        flat = written.payoffs.reshape(-1, games).take(left, axis=1)
        wide = flat.max(axis=0) - flat.min(axis=0) >= _NARROW
        left = left[wide | ~written.whole[left]]
        for part in block_slices(left.size, _CACHED):
            some = left[part]
            for mask, fewer in zip(kept, _undominated(written.payoffs.take(some, -1)), strict=True):
                mask[:, some] = fewer
    return kept


def smaller_games(
    written: Written, kept: Sequence[Array], games: Array, most: int
) -> Iterator[Smaller]:
    """Group games by the number of actions kept, up to so many at a time, and cut them down.

    Games of a rare shape are left out, and those that keep everything.
    """
    shape, needed = written.payoffs.shape[1:-1], [mask.take(games, axis=1) for mask in kept]
    sizes = np.stack([mask.sum(axis=0) for mask in needed])
    label = np.ravel_multi_index(tuple(sizes), tuple(n + 1 for n in shape))
    for one, count in zip(*np.unique(label, return_counts=True), strict=True):
        alike = np.flatnonzero(label == one)
        cells = math.prod(sizes[:, alike[0]].tolist())
        if cells == math.prod(shape) or (count < FEW and cells > 1):
            continue
        for part in block_slices(alike.size, most):
            yield _cut(written, [mask.take(alike[part], 1) for mask in needed], games[alike[part]])


def whole_games(written: Written, games: Array, most: int) -> Iterator[Smaller]:
    """Take games with all of their actions, up to so many at a time."""
    profiles = np.arange(math.prod(written.payoffs.shape[1:-1]))[:, None]
    for part in block_slices(games.size, most):
        some = games[part]
        yield Smaller(some, _of(written, written.payoffs.take(some, -1), some), profiles, cut=False)


def _of(written: Written, payoffs: Array, games: Array) -> Written:
    return Written(payoffs, written.unit[games], written.whole[games], written.held[games])


def _cut(written: Written, needed: Sequence[Array], games: Array) -> Smaller:
    players, *shape, _ = written.payoffs.shape
    chosen = []
    for player, mask in enumerate(needed):
        actions = np.nonzero(mask.T)[1].reshape(games.size, -1).T
        around = (1,) * player, (1,) * (players - player - 1)
        chosen.append(actions.reshape(*around[0], len(actions), *around[1], games.size))
    profiles = np.asarray(np.ravel_multi_index(np.broadcast_arrays(*chosen), shape))
    flat = profiles.reshape(-1, games.size)
    tables = written.payoffs.reshape(players, -1, written.payoffs.shape[-1])
    payoffs = tables[np.arange(players)[:, None, None], flat, games]
    return Smaller(
        games, _of(written, payoffs.reshape(players, *profiles.shape), games), flat, cut=True
    )


def _best_at_one_profile(
    written: Written, games: Array, aim: str | int, *, least: bool
) -> tuple[Array, Array]:
    """Tell in which games the aim is largest at a profile that nobody gains by leaving; and it.

    The least payoff is no more than a player's or the mean, so that it is largest there too if it
    is the same.
    """
    payoffs = (
        written.payoffs if games.size == written.whole.size else written.payoffs.take(games, -1)
    )
    players, *shape, _ = payoffs.shape
    flat, numbers = payoffs.reshape(players, math.prod(shape), games.size), np.arange(games.size)
    worth = flat.sum(axis=0) if aim == "welfare" else flat[int(aim)]
    profile = worth.argmax(axis=0)
    # Sums of payoffs are rounded, unless these are whole numbers; one payoff is not.
    lost = 2.0**-50 * players * np.abs(flat).max(axis=(0, 1)) if aim == "welfare" else 0.0
    pure = (worth >= worth[profile, numbers] - lost).sum(axis=0) == 1
    if not least or aim == 0:  # of whole numbers the program ends at the first
        pure |= written.whole[games]
    earned = flat[:, profile, numbers]
    if least:
        pure &= (earned == earned[0] if aim == "welfare" else earned >= earned[int(aim)]).all(
            axis=0
        )
    cell = np.unravel_index(profile, shape)
    for player, table in enumerate(payoffs):
        place = (*cell[:player], slice(None), *cell[player + 1 :], numbers)
        own = np.moveaxis(table, player, 0)[(slice(None), *place[:player], *place[player + 1 :])]
        pure &= (own <= earned[player]).all(axis=0)
    return pure, profile


def _undominated(payoffs: Array) -> list[Array]:
    """Mark the actions that iterated strict dominance by pure actions leaves."""
    players, *shape, games = payoffs.shape
    kept = [np.ones((actions, games), dtype=bool) for actions in shape]
    worse = []
    for player, table in enumerate(payoffs):
        own = np.moveaxis(table, player, 0).reshape(shape[player], -1, games)
        worse.append(own[:, None] < own)
    while True:
        before = sum(int(mask.sum()) for mask in kept)
        for player in range(players):
            others = np.ones((1, games), dtype=bool)
            for mask in kept[:player] + kept[player + 1 :]:
                others = (others[:, None] & mask).reshape(-1, games)
            kept[player] &= ~(worse[player] | ~others).all(axis=2).any(axis=1)
        if sum(int(mask.sum()) for mask in kept) == before:
            return kept
