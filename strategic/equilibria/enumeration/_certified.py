"""Equilibria whose signs floating-point arithmetic can prove, for a block of games."""

from __future__ import annotations

from math import comb
from typing import TYPE_CHECKING

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.enumeration._equilibrium_blocks import (
    COUNT,
    Block,
    EquilibriumBlock,
    PendingBlock,
    TableForm,
)
from strategic.equilibria.enumeration._placed_equilibria import Placed
from strategic.equilibria.enumeration._planes import PRECISIONS, payoff_planes
from strategic.equilibria.enumeration._pruned_supports import pruned_supports
from strategic.equilibria.enumeration._signs import (
    bits_at,
    bits_by_game,
    classify_supports,
    set_bits,
)
from strategic.equilibria.enumeration._support_tables import (
    minor_count,
    prunes,
    support_pairs,
)
from strategic.equilibria.enumeration._tied_games import crowded, tied
from strategic.status import Status

if TYPE_CHECKING:
    from strategic.equilibria.enumeration._array_kernel import ArrayKernel

_FEW_PAIRS = 128  # of supports; with more most bits are not set
_SINGLE_FROM = 700  # minors of a player; with fewer other things take the time


def certified_equilibria(
    row: Array,
    column: Array,
    rounded: Array,
    want: str | None = None,
    *,
    kernel: ArrayKernel | None = None,
) -> tuple[Block, Array]:
    """Enumerate the equilibria of games in which no sign that matters is in doubt.

    Parameters
    ----------
    row, column : arrays ``(games, m, n)``
        Payoffs.
    rounded : array ``(games,)`` of bool
        Games whose payoffs as written are only nearest to these doubles.
    want : str, optional
        What of the equilibria is wanted; everything by default.
    kernel : ArrayKernel, optional
        What computes the signs of minors; numpy by default.

    Returns
    -------
    block : Block
        All equilibria of the settled games, numbered within the block.
    status : array ``(games,)`` of int8
        Not finished for the games left to exact arithmetic; nothing is listed for them.
    """
    row, column = np.ascontiguousarray(row), np.ascontiguousarray(column)
    games, m, n = row.shape
    left, found = np.ones(games, dtype=bool), []
    open_ = ~crowded(row, column)
    if not open_.any():
        nothing = TableForm.of((m, n), want).empty(0)
        status = np.full(games, Status.NOT_FINISHED, dtype=np.int8)
        return EquilibriumBlock(np.zeros(games, dtype=np.intp), nothing), status
    single = minor_count(m, n) > _SINGLE_FROM or prunes((m, n))
    for precision in PRECISIONS:
        if precision is np.float32 and not single:
            continue
        some = np.flatnonzero(~tied(row, column) if precision is np.float32 else left & open_)
        if not len(some):
            continue
        part: slice | Array = slice(None) if len(some) == games else some
        pair, game, negative, left[some] = _settled(
            row[part], column[part], rounded[part], precision, kernel
        )
        found.append((pair, game if len(some) == games else some.take(game), negative))
    if not found:
        none = np.empty(0, dtype=np.intp)
        found.append((none, none, np.empty(0, dtype=bool)))
    pair, game, negative = found[0]
    if len(found) > 1:
        pair, game, negative = (np.concatenate(parts) for parts in zip(*found, strict=True))
    count = np.bincount(game, minlength=games)
    status = np.where(left, Status.NOT_FINISHED, Status.COMPLETE).astype(np.int8)
    if want == COUNT:
        return EquilibriumBlock(count, np.empty((0, 0))), status

    def fill(target: Array) -> None:
        Placed.of(pair, game, negative).write_to(target, (row, column), want)

    return PendingBlock(count, len(game), TableForm.of((m, n), want), fill), status


def _settled(
    row: Array,
    column: Array,
    rounded: Array,
    precision: type[np.floating],
    kernel: ArrayKernel | None = None,
) -> tuple[Array, Array, Array, Array]:
    """Find the equilibria of the games settled in arithmetic of one precision.

    Returns the pair of supports, ascending in each game, the game of each equilibrium and whether
    its index is -1; and which games are left open.
    """
    games, m, n = row.shape
    if kernel is not None:
        pair, game, opposed, left = kernel.settled(row, column, rounded, precision)
    elif precision is np.float32 and prunes((m, n)):
        pair, game, opposed, left = _by_pruning(row, column, rounded)
    else:
        pair, game, opposed, left = _by_tables(row, column, rounded, precision)
    # The index of an equilibrium with k actions each is (-1)**(k+1) times the signs of both
    # players' minors (Shapley 1974); a pure equilibrium without ties has index +1.
    negative = opposed ^ (support_pairs(m, n).size % 2 == 0).take(pair)
    # Two theorems check the arithmetic: without ties equilibria are odd in number (Lemke and
    # Howson 1964), and their indices add up to one, which implies that. A game that breaks them
    # is left open as well.
    count = np.bincount(game, minlength=games)
    count -= 2 * np.bincount(game[negative], minlength=games)
    left |= count != 1
    if left.any():
        kept = np.flatnonzero(~left.take(game))
        pair, game, negative = pair[kept], game[kept], negative[kept]
    return pair, game, negative, left


def _by_tables(
    row: Array, column: Array, rounded: Array, precision: type[np.floating]
) -> tuple[Array, Array, Array, Array]:
    """Compare the signs of all minors of both players.

    Returns the pair of supports, ascending in each game, the game, and whether the signs of both
    players differ; and which games are left open.
    """
    games, m, n = row.shape
    with np.errstate(all="ignore"):
        row_planes = payoff_planes(row.transpose(1, 2, 0), rounded, precision)
        column_planes = payoff_planes(column.transpose(2, 1, 0), rounded, precision)
    signs = classify_supports(m, n, row_planes, column_planes)
    bits = bits_by_game if len(signs.accepted) <= _FEW_PAIRS else set_bits
    pair, game = bits(signs.accepted & ~signs.undecided)
    left = np.unpackbits(signs.undecided.view(np.uint8), count=games, bitorder="little")
    return pair, game, bits_at(signs.opposed, pair, game), left.view(bool)


def _by_pruning(row: Array, column: Array, rounded: Array) -> tuple[Array, Array, Array, Array]:
    """Compare the signs of one player's minors; results are as of `_by_tables`."""
    (_, m, n), parts = row.shape, []
    found, left = pruned_supports(row, column, rounded)
    first = support_pairs(m, n).first
    for size, part in enumerate(found, start=1):
        parts.append(first[size] + part.rows * comb(n, size) + part.columns)
    game = np.concatenate([part.game for part in found])
    return np.concatenate(parts), game, np.concatenate([part.opposed for part in found]), left
