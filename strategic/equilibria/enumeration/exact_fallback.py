"""Exact enumeration: games whose signs floating point leaves undecided, and degenerate games."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from strategic.arrays import Array
from strategic.blocks import block_slices
from strategic.equilibria._exact import whole_payoffs
from strategic.equilibria._regret import payoffs_and_regret_of_pure, payoffs_and_regret_of_two
from strategic.equilibria._two_players import with_one_axis
from strategic.equilibria.enumeration._equilibrium_blocks import (
    EquilibriumBlock,
    TableLines,
    lines_of,
    table_height,
)
from strategic.equilibria.enumeration._exact_pairs import walked_extremes
from strategic.equilibria.enumeration._minors import exact_range
from strategic.equilibria.enumeration._support_tables import minor_layout
from strategic.equilibria.enumeration._vertices import ExtremeEquilibria, extreme_equilibria
from strategic.equilibria.sizes import MOST_MINORS_ACTIONS
from strategic.games.game import Game
from strategic.status import Status

_MANTISSA = 53
_GAMES_AT_ONCE = 256


def exact_equilibria(games: Game) -> tuple[EquilibriumBlock, Array]:
    """Enumerate all extreme equilibria of a block of games exactly.

    Parameters
    ----------
    games : Game
        A batch with one axis. Doubles are taken as they are, rounded payoffs as written.

    Returns
    -------
    block : EquilibriumBlock
        All extreme equilibria, numbered within the block.
    status : array ``(games,)`` of int8
    """
    row, column = (np.ascontiguousarray(payoffs) for payoffs in (games.row, games.column))
    status = np.empty(len(games.row), dtype=np.int8)
    parts = []
    for number, extremes, arithmetic in _by_arithmetic(games):
        known = np.where(extremes.degenerate, Status.COMPONENTS, arithmetic)
        status[number] = np.where(extremes.sound, known, Status.NOT_FINISHED)
        game = number[extremes.game]
        table = np.empty((table_height(games.shape), len(game)))
        lines = lines_of(table, games.shape)
        lines.x[:], lines.y[:] = extremes.x, extremes.y
        used = (lines.x > 0.0).sum(axis=0), (lines.y > 0.0).sum(axis=0)
        pure = used[0] + used[1] == 2
        _fill_payoffs(lines, (row, column), game, np.flatnonzero(pure), np.flatnonzero(~pure))
        lines.index[:] = extremes.isolated_index
        parts.append((game, table))
    game = np.concatenate([number for number, _ in parts])
    table = np.concatenate([found for _, found in parts], axis=1)
    if len(parts) > 1:
        table = table[:, np.argsort(game, kind="stable")]
    return EquilibriumBlock(np.bincount(game, minlength=len(status)), table), status


def _fill_payoffs(
    lines: TableLines, payoffs: tuple[Array, Array], game: Array, pure: Array, mixed: Array
) -> None:
    """Compute payoffs and regrets; those of pure equilibria are looked up."""
    row, column = payoffs
    i, j = (
        (np.arange(len(side)) @ side.take(pure, axis=1)).astype(np.intp)
        for side in (lines.x, lines.y)
    )
    lines.payoffs[:, pure], lines.regret[pure] = payoffs_and_regret_of_pure(
        row, column, i, j, game[pure]
    )
    lines.payoffs[:, mixed], lines.regret[mixed] = payoffs_and_regret_of_two(
        row.take(game[mixed], axis=0).transpose(1, 2, 0).copy(),
        column.take(game[mixed], axis=0).transpose(2, 1, 0).copy(),
        lines.x.take(mixed, axis=1),
        lines.y.take(mixed, axis=1),
    )


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
    there = np.flatnonzero(flat.defined)
    for block in block_slices(len(there), _GAMES_AT_ONCE):
        part = flat.of_batch(there[block])  # type: ignore[arg-type]
        for number, extremes, _ in _by_arithmetic(part, fractions=fractions):
            yield there[block][number[extremes.game]], extremes


def _by_arithmetic(
    games: Game, *, fractions: bool = False
) -> Iterator[tuple[Array, ExtremeEquilibria, Status]]:
    """Solve games by the arithmetic they need: doubles with few bits, or Python integers.

    Yields the numbers of the games, their extreme equilibria, and the status for that arithmetic.
    """
    if sum(games.shape) > MOST_MINORS_ACTIONS:
        row, column = games.fractions() if games.exact is not None else games.payoffs
        wholes = whole_payoffs(row.transpose(1, 2, 0)), whole_payoffs(column.transpose(1, 2, 0))
        extremes = walked_extremes(*wholes, fractions=fractions)
        yield np.arange(len(games.row)), extremes, Status.COMPLETE_EXACT
        return
    scaled = [
        _short_differences(games.row.transpose(1, 2, 0)),
        _short_differences(games.column.transpose(2, 1, 0)),
    ]
    short = ~games.rounded & scaled[0][1] & scaled[1][1]
    number = np.flatnonzero(short)
    if len(number):
        row, column = (table.take(number, axis=2) for table, _ in scaled)
        yield number, extreme_equilibria(row, column, fractions=fractions), Status.COMPLETE
    number = np.flatnonzero(~short)
    if len(number):
        rest = games.of_batch(number)  # type: ignore[arg-type]
        row, column = rest.fractions() if rest.rounded.any() else rest.payoffs
        wholes = whole_payoffs(row.transpose(1, 2, 0)), whole_payoffs(column.transpose(2, 1, 0))
        row, column = (np.ascontiguousarray(whole[1:] - whole[0]) for whole in wholes)
        yield number, extreme_equilibria(row, column, fractions=fractions), Status.COMPLETE_EXACT


def _short_differences(payoffs: Array) -> tuple[Array, Array]:
    """Make differences from row 0 whole by a power of two, and tell where no minor can round."""
    widest = exact_range(minor_layout(payoffs.shape[0], payoffs.shape[1]), _MANTISSA)
    first, others = payoffs[0], payoffs[1:]
    if np.abs(payoffs).max(initial=0.0) <= 0.5 * widest and (payoffs == np.rint(payoffs)).all():
        return others - first, np.ones(payoffs.shape[2], dtype=bool)
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
    return whole, short.all(axis=(0, 1))
