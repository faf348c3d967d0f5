"""Exact enumeration: games whose signs floating point leaves undecided, and degenerate games."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from strategic.arrays import Array
from strategic.blocks import block_slices
from strategic.equilibria._exact import whole_payoffs
from strategic.equilibria._two_players import with_one_axis
from strategic.equilibria.enumeration._equilibrium_blocks import (
    Block,
    EquilibriumBlock,
    PendingBlock,
    TableForm,
    fill_payoffs,
    lines_of,
    table_height,
)
from strategic.equilibria.enumeration._exact_pairs import walked_extremes
from strategic.equilibria.enumeration._extreme_equilibria import (
    ExtremeEquilibria,
    extreme_equilibria,
    listed_extremes,
)
from strategic.equilibria.enumeration._few_ties import few_tied_equilibria
from strategic.equilibria.enumeration._listed_payoffs import ListedTable
from strategic.equilibria.enumeration._minors import exact_range
from strategic.equilibria.enumeration._support_tables import MinorLayout, minor_layout
from strategic.equilibria.enumeration._vertex_pairs import ISOLATED
from strategic.equilibria.sizes import MOST_MINORS_ACTIONS
from strategic.games.game import Game
from strategic.status import Status

_MANTISSA = 53
_GAMES_AT_ONCE = 256


def exact_equilibria(games: Game, want: str | None = None) -> tuple[Block, Array]:
    """Enumerate all extreme equilibria of a block of games exactly.

    Parameters
    ----------
    games : Game
        A batch with one axis. Doubles are taken as they are, rounded payoffs as written.
    want : {"count", "supports", "strategies"}, optional
        What is to be in the table; everything by default.

    Returns
    -------
    block : Block
        All extreme equilibria, numbered within the block. Its table is to be written before the
        next games are solved.
    status : array ``(games,)`` of int8
    """
    if sum(games.shape) > MOST_MINORS_ACTIONS:
        walked, status = _walked_block(games)
        return walked.cut(games.shape, want), status
    row, column = (np.ascontiguousarray(payoffs) for payoffs in games.payoffs)
    few = None if games.rounded.any() else few_tied_equilibria(row, column, want)
    if few is not None:
        return few
    form, indices = TableForm.of(games.shape, want), ISOLATED if want is None else None
    status = np.empty(len(row), np.int8)
    block: Block = EquilibriumBlock(np.zeros(len(row), np.intp), form.empty(0))
    for number, differences, arithmetic in _whole_differences(games, row, column):
        found, every = listed_extremes(*differences, indices=indices), len(number) == len(row)
        pairs = found.pairs
        known = np.where(pairs.degenerate, np.int8(Status.COMPONENTS), np.int8(arithmetic))
        status[number] = np.where(pairs.sound, known, np.int8(Status.NOT_FINISHED))
        listed = ListedTable(found, (row, column), None if every else number, want)
        count = np.bincount(pairs.game, minlength=len(number))
        part = PendingBlock(count, len(pairs.game), form, listed.write_to)
        # Vertices are in memory that is written over for the next games.
        block = part if every else block.sorted().completed(number, part.sorted())
    return block, status


def _walked_block(games: Game) -> tuple[EquilibriumBlock, Array]:
    """Do the same for games of more actions."""
    extremes = _walked(games, fractions=False)
    table = np.empty((table_height(games.shape), len(extremes.game)))
    lines, pure = lines_of(table, games.shape), (np.empty(0, dtype=np.intp),) * 2
    lines.x[:], lines.y[:], lines.index[:] = extremes.x, extremes.y, extremes.isolated_index
    fill_payoffs(lines, (games.row, games.column), pure, extremes.game)
    known = np.where(extremes.degenerate, Status.COMPONENTS, Status.COMPLETE_EXACT)
    status = np.where(extremes.sound, known, Status.NOT_FINISHED).astype(np.int8)
    return EquilibriumBlock(np.bincount(extremes.game, minlength=len(status)), table), status


def exact_strategies(games: Game) -> tuple[Array, Array]:
    """Give the strategies of all extreme equilibria as fractions, in the order of the solver."""
    number = [np.empty(0, dtype=np.int64)]
    sides: tuple[list[Array], ...] = tuple([np.empty((0, n), dtype=object)] for n in games.shape)
    for game, extremes in exact_extremes(games, fractions=True):
        number.append(game)
        sides[0].append(extremes.x.T)
        sides[1].append(extremes.y.T)
    order = np.argsort(np.concatenate(number), kind="stable")
    x, y = (np.concatenate(side)[order] for side in sides)
    return x, y


def exact_extremes(
    games: Game, *, fractions: bool = False
) -> Iterator[tuple[Array, ExtremeEquilibria]]:
    """Go through the extreme equilibria of a batch, one part after the other.

    Yields the flat number of the game of each equilibrium, ascending, and the part itself. Games
    that lack payoffs have none.
    """
    flat = with_one_axis(games)
    there = flat.defined.nonzero()[0]
    for block in block_slices(len(there), _GAMES_AT_ONCE):
        part = flat.of_batch(there[block])  # type: ignore[arg-type]
        for number, extremes in _by_arithmetic(part, fractions=fractions):
            yield there[block][number[extremes.game]], extremes


def _by_arithmetic(
    games: Game, *, fractions: bool = False
) -> Iterator[tuple[Array, ExtremeEquilibria]]:
    """Solve games by the arithmetic they need; yields their numbers and extreme equilibria."""
    if sum(games.shape) > MOST_MINORS_ACTIONS:
        yield np.arange(len(games.row)), _walked(games, fractions=fractions)
        return
    for number, differences, _ in _whole_differences(games, *games.payoffs):
        yield number, extreme_equilibria(*differences, fractions=fractions)


def _walked(games: Game, *, fractions: bool) -> ExtremeEquilibria:
    row, column = games.fractions() if games.exact is not None else games.payoffs
    wholes = whole_payoffs(row.transpose(1, 2, 0)), whole_payoffs(column.transpose(1, 2, 0))
    return walked_extremes(*wholes, fractions=fractions)


def _whole_differences(
    games: Game, row: Array, column: Array
) -> Iterator[tuple[Array, tuple[Array, Array], Status]]:
    """Make differences from the first reply whole: in short numbers, or in Python integers.

    Yields the numbers of the games, both players' differences, and the status for that arithmetic.
    """
    mine = _short_differences(row.transpose(1, 2, 0))
    theirs = _short_differences(column.transpose(2, 1, 0))
    short = ~games.rounded & mine.short & theirs.short
    number = short.nonzero()[0]
    if len(number):
        kind = np.promote_types(mine.kind, theirs.kind)
        some = slice(None) if len(number) == len(short) else number
        tables = (side.whole[..., some].astype(kind, copy=False) for side in (mine, theirs))
        yield number, tuple(tables), Status.COMPLETE  # type: ignore[misc]
    number = (~short).nonzero()[0]
    if len(number):
        rest = games.of_batch(number)  # type: ignore[arg-type]
        payoffs = rest.fractions() if rest.rounded.any() else rest.payoffs
        wholes = (
            whole_payoffs(payoffs[0].transpose(1, 2, 0)),
            whole_payoffs(payoffs[1].transpose(2, 1, 0)),
        )
        yield from _by_length(number, *(np.ascontiguousarray(w[1:] - w[0]) for w in wholes))


def _by_length(
    number: Array, row: Array, column: Array
) -> Iterator[tuple[Array, tuple[Array, Array], Status]]:
    """Put differences in Python integers into the shortest type that holds their minors.

    Decimals and fractions as written are often short once they are whole.
    """
    widest = [np.abs(side).max(axis=(0, 1), initial=0) for side in (row, column)]
    layouts = [minor_layout(len(side) + 1, side.shape[1]) for side in (row, column)]
    # Sums of a game's minors stay exact in doubles, so shares are rounded once.
    short = np.ones(len(number), dtype=bool)
    for most, layout in zip(widest, layouts, strict=True):
        short &= (2 * most <= int(exact_range(layout, _MANTISSA - 4))).astype(bool)
    some = short.nonzero()[0]
    if len(some):
        kinds = [
            _shortest(2.0 * most[some].max(), layout)
            for most, layout in zip(widest, layouts, strict=True)
        ]
        kind = np.promote_types(*kinds)
        tables = row[..., some].astype(kind), column[..., some].astype(kind)
        yield number[some], tables, Status.COMPLETE_EXACT
    some = (~short).nonzero()[0]
    if len(some):
        yield number[some], (row[..., some], column[..., some]), Status.COMPLETE_EXACT


class _Short(NamedTuple):
    """Differences of payoffs made whole; where no minor is too large, and the type for minors."""

    whole: Array
    short: Array
    kind: np.dtype[Any]


def _short_differences(payoffs: Array) -> _Short:
    """Make differences from row 0 whole by a power of two, and tell where minors are short."""
    layout = minor_layout(payoffs.shape[0], payoffs.shape[1])
    widest = exact_range(layout, _MANTISSA)
    with np.errstate(invalid="ignore"):  # what is too large is not equal
        whole: Array = payoffs.astype(np.int16, order="K")
    if not (whole == payoffs).all():
        whole = payoffs
    low, high = float(whole.min(initial=0)), float(whole.max(initial=0))
    if max(-low, high) <= 0.5 * widest and (
        whole is not payoffs or (payoffs == np.rint(payoffs)).all()
    ):
        kind = _shortest(high - low, layout)
        if max(-low, high) < 2.0 ** (8 * kind.itemsize - 2):
            whole = whole.astype(kind, order="K", copy=False)
        whole = np.ascontiguousarray(whole)
        every = np.ones(payoffs.shape[2], dtype=bool)
        return _Short((whole[1:] - whole[0]).astype(kind, copy=False), every, kind)
    payoffs = np.ascontiguousarray(payoffs)
    first, others = payoffs[0], payoffs[1:]
    with np.errstate(all="ignore"):
        differences = others - first
        # The rounding error of a difference, exactly (two-sum, Knuth 1969): none may have any.
        virtual = differences - others
        error = (others - (differences - virtual)) - (first + virtual)
        spread = np.ptp(payoffs, axis=0).max(axis=0)
        power = np.floor(np.log2(widest / spread))
        power = np.where(np.isfinite(power), power, 0).astype(np.int64)
        whole = np.ldexp(differences, power)
        short = (error == 0) & (whole == np.rint(whole)) & ((whole == 0) == (differences == 0))
        short &= np.abs(whole) <= widest
        short = short.all(axis=(0, 1))
        whole = np.where(short, whole, 0.0)  # others are too large for any type
    # Powers of two that all share are taken off again: halves are as short as whole numbers.
    bits = np.bitwise_or.reduce(np.abs(whole).astype(np.int64).reshape(-1, len(short)), axis=0)
    whole /= np.maximum(bits & -bits, 1)
    return _Short(whole, short, _shortest(2.0 * np.abs(whole).max(initial=0.0), layout))


def _shortest(spread: float, layout: MinorLayout) -> np.dtype[Any]:
    """Find the shortest type that holds the minors of payoffs within ``spread`` of each other."""
    for kind in (np.int8, np.int16, np.int32):
        if spread <= exact_range(layout, 8 * kind().itemsize - 1):
            return np.dtype(kind)
    return np.dtype(np.int64)
