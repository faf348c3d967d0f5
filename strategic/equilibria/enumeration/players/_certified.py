"""Equilibria that comparisons and error bounds can prove, for a block of games."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._exact import ordinal_payoffs
from strategic.equilibria.enumeration._equilibrium_blocks import EquilibriumBlock
from strategic.equilibria.enumeration.players._enclosures import roots_of_cells
from strategic.equilibria.enumeration.players._found_profiles import (
    FoundProfiles,
    block_of,
    index_sums,
)
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
    alive = surviving_supports(ordered_payoffs(games), shape).reshape(-1, count)
    alive &= ~open_games
    found = []
    for pattern in patterns(shape):
        support, game = np.nonzero(alive[support_numbers(shape, pattern.sizes)] & ~open_games)
        if not len(game):
            continue
        gains = Gains.of(scaled, pattern, support, game)
        roots, doubtful = strict_equilibria(gains)
        open_games[game[doubtful]] = True
        support, game = support[roots.place], game[roots.place]
        found.append(FoundProfiles(pattern, support, game, roots.shares, roots.index))
    # Indices add up to one where nothing is tied (Harsanyi 1973, Ritzberger 1994): this checks the
    # arithmetic, and a game that breaks it is left open as well.
    open_games |= index_sums(found, count) != 1
    status = np.where(open_games, Status.NOT_FINISHED, Status.COMPLETE).astype(np.int8)
    return block_of(found, payoffs, shape, ~open_games), status


def ordered_payoffs(games: Game) -> Array:
    """Give doubles ``(players, profiles, games)`` in the order of the payoffs as written."""
    tables = ordinal_payoffs(games)
    return np.stack([table.reshape(len(table), -1).T for table in tables])


@lru_cache(maxsize=4096)
def support_numbers(shape: tuple[int, ...], sizes: tuple[int, ...]) -> Array:
    """Give the numbers of a pattern's supports among all."""
    pattern = next(p for p in patterns(shape) if p.sizes == sizes)
    numbers = np.ravel_multi_index(tuple(pattern.subsets), tuple(2**n - 1 for n in shape))
    return np.asarray(numbers)


def strict_equilibria(gains: Gains, *, most: int | None = None) -> tuple[Roots, Array]:
    """Find the strict equilibria with the supports of one pattern.

    ``most`` limits the cells of a support, see `roots_of_cells`.

    Returns
    -------
    equilibria : Roots
    doubtful : array ``(E,)`` of bool
        Columns that rounding leaves open; what is listed of them need not be all.
    """
    roots, doubtful = _roots(gains, most)
    accepted, unsure = judged(gains, roots)
    doubtful[roots.place[unsure]] = True
    return roots.of_some(np.flatnonzero(accepted)), doubtful


def _roots(gains: Gains, most: int | None) -> tuple[Roots, Array]:
    """Solve the indifference equations of a pattern; gives the roots, and what is in doubt."""
    sizes, mixers = gains.pattern.sizes, gains.pattern.mixers
    if not mixers:
        return _pure(gains)
    if len(mixers) == 1:  # survives only where payoffs are tied
        return _none(gains), np.ones(len(gains.game), dtype=bool)
    if max(sizes) > 2 or len(mixers) > 3:
        return roots_of_cells(gains, most=most)
    if len(mixers) == 2:
        return roots_of_two(gains)
    roots, doubtful = roots_of_three(gains)
    # A 2x2x2 game has an exact closed form as well, which takes less than cutting cells.
    if not doubtful.any() or (all(len(table) == 1 for table in gains.tables) and len(sizes) == 3):
        return roots, doubtful
    again = np.flatnonzero(doubtful)
    more, doubtful[again] = roots_of_cells(gains.of_some(again), most=most)
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
