"""Equilibria that comparisons and error bounds can prove, for a block of games."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._regret import payoffs_and_regret_of_many
from strategic.equilibria.enumeration._equilibrium_blocks import (
    EquilibriumBlock,
    profile_lines,
    table_height,
)
from strategic.equilibria.enumeration.players._enclosures import roots_of_cells
from strategic.equilibria.enumeration.players._patterns import patterns
from strategic.equilibria.enumeration.players._striking import surviving_supports
from strategic.equilibria.enumeration.players._tensors import Gains, Roots, ScaledGames, judged
from strategic.equilibria.enumeration.players._three_mixers import roots_of_three
from strategic.equilibria.enumeration.players._two_mixers import roots_of_two
from strategic.games.game import Game
from strategic.status import Status


def certified_equilibria(games: Game) -> tuple[EquilibriumBlock, Array]:
    """Enumerate the equilibria of games in which nothing that matters is in doubt.

    Parameters
    ----------
    games : Game
        A batch with one axis.

    Returns
    -------
    block : EquilibriumBlock
        All equilibria of the settled games, numbered within the block.
    status : array ``(games,)`` of int8
        Not finished for the games left to exact arithmetic; nothing is listed for them.
    """
    shape, count = games.shape, len(games.payoffs[0])
    payoffs = np.stack([table.reshape(count, -1).T for table in games.payoffs])
    scaled = ScaledGames.of(payoffs, shape, games.rounded)
    open_games = ~scaled.sound
    if games.exact is not None:  # payoffs that are equal as doubles may differ as written
        open_games[:] = True
    alive = surviving_supports(payoffs, shape).reshape(-1, count)
    alive &= ~open_games
    parts = []
    for pattern in patterns(shape):
        support, game = np.nonzero(alive[_places(shape, pattern.sizes)] & ~open_games)
        if not len(game):
            continue
        gains = Gains.of(scaled, pattern, support, game)
        roots, doubtful = _roots(gains)
        accepted, unsure = judged(gains, roots)
        doubtful[roots.place[unsure]] = True
        open_games[game[doubtful]] = True
        parts.append((gains, roots, np.flatnonzero(accepted)))
    return _block(payoffs, shape, parts, open_games)


@lru_cache(maxsize=4096)
def _places(shape: tuple[int, ...], sizes: tuple[int, ...]) -> Array:
    """Give the numbers of a pattern's supports among all."""
    pattern = next(p for p in patterns(shape) if p.sizes == sizes)
    numbers = np.ravel_multi_index(tuple(pattern.subsets), tuple(2**n - 1 for n in shape))
    return np.asarray(numbers)


def _roots(gains: Gains) -> tuple[Roots, Array]:
    """Solve the indifference equations of a pattern; gives the roots, and what is in doubt."""
    sizes, mixers = gains.pattern.sizes, gains.pattern.mixers
    if not mixers:
        return _pure(gains)
    if len(mixers) == 1:  # survives only where payoffs are tied
        return _none(gains), np.ones(len(gains.game), dtype=bool)
    if max(sizes) > 2 or len(mixers) > 3:
        return roots_of_cells(gains)
    if len(mixers) == 2:
        return roots_of_two(gains)
    roots, doubtful = roots_of_three(gains)
    # A 2x2x2 game has an exact closed form as well, which takes less than cutting cells.
    if not doubtful.any() or (all(len(table) == 1 for table in gains.tables) and len(sizes) == 3):
        return roots, doubtful
    again = np.flatnonzero(doubtful)
    more, doubtful[again] = roots_of_cells(gains.of_some(again))
    return roots.joined(more, again), doubtful


def _pure(gains: Gains) -> tuple[Roots, Array]:
    """Take pure profiles for what comparing has shown them to be, ties apart."""
    every = np.arange(len(gains.game))
    shares = (np.ones((1, len(every))),) * len(gains.tables)
    tied = np.zeros(len(every), dtype=bool)
    for table in gains.tables:
        tied |= (table == 0).reshape(-1, len(every)).any(axis=0)
    return Roots(every, shares, np.zeros((len(shares), len(every))), np.ones(len(every))), tied


def _none(gains: Gains) -> Roots:
    shares = tuple(np.empty((k, 0)) for k in gains.pattern.sizes)
    return Roots(np.empty(0, dtype=np.int64), shares, np.empty((len(shares), 0)), np.empty(0))


def _block(
    payoffs: Array,
    shape: tuple[int, ...],
    parts: list[tuple[Gains, Roots, Array]],
    open_games: Array,
) -> tuple[EquilibriumBlock, Array]:
    """Write out the equilibria of the games in which everything was settled."""
    count = len(open_games)
    none = np.empty(0, dtype=np.int64)
    game = np.concatenate([none, *(g.game[roots.place[kept]] for g, roots, kept in parts)])
    index = np.concatenate([none, *(roots.index[kept] for _, roots, kept in parts)])
    # Indices add up to one where nothing is tied (Harsanyi 1973, Ritzberger 1994): this checks the
    # arithmetic, and a game that breaks it is left open as well.
    open_games |= np.bincount(game, weights=index, minlength=count) != 1
    strategies = [np.zeros((n, len(game))) for n in shape]
    start = 0
    for gains, roots, kept in parts:
        columns = np.arange(start, start + len(kept))
        support = gains.support[roots.place[kept]]
        for strategy, actions, share in zip(
            strategies, gains.pattern.actions, roots.shares, strict=True
        ):
            used = actions[: len(share), support]
            strategy[used, columns] = share[:, kept]
        start += len(kept)
    settled = np.flatnonzero(~open_games[game])
    order = settled[np.argsort(game[settled], kind="stable")]
    game = game[order]
    table = np.empty((table_height(shape), len(game)))
    lines = profile_lines(table, shape)
    for line, strategy in zip(lines.strategies, strategies, strict=True):
        line[:] = strategy[:, order]
    lines.index[:] = index[order]
    own = payoffs.take(game, axis=2).reshape(len(shape), *shape, -1)
    lines.payoffs[:], lines.regret[:] = payoffs_and_regret_of_many(own, lines.strategies)
    status = np.where(open_games, Status.NOT_FINISHED, Status.COMPLETE).astype(np.int8)
    return EquilibriumBlock(np.bincount(game, minlength=count), table), status
