"""From the supports of equilibria to their strategies, for larger games."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._regret import payoffs_and_regret
from strategic.equilibria.enumeration._equilibrium_blocks import (
    EquilibriumBlock,
    fill_payoffs,
    lines_of,
    table_height,
)
from strategic.equilibria.enumeration._mixtures import equalising
from strategic.equilibria.enumeration._verified_mixtures import UNIT, bordered
from strategic.equilibria.sizes import MOST_MINORS_ACTIONS
from strategic.games.game import Game
from strategic.status import Status

_ENTRY_ERROR = 2.5 * UNIT  # of a difference, and of its division by the largest
_SMALLEST_SCALE = 2.0**-900
_SMALLEST_DOUBLE = 2.0**-1074


@dataclass(frozen=True, eq=False)
class Supports:
    """The supports of the equilibria of a block of games.

    Parameters
    ----------
    parts : list of (array ``(E,)``, array ``(E, k)``, array ``(E, k)``)
        For each number k of actions, from 1: games, actions of the row player, of the column
        player.
    left : array ``(games,)`` of bool
        Games in which a sign that matters is in doubt; what is listed of them does not count.
    """

    parts: list[tuple[Array, Array, Array]]
    left: Array

    @classmethod
    def none(cls, games: int, sizes: int) -> Supports:
        """Leave all games open, with supports of so many sizes to come."""
        empty = np.empty(0, dtype=np.intp)
        parts = [(empty, empty.reshape(0, k), empty.reshape(0, k)) for k in range(1, sizes + 1)]
        return cls(parts, np.ones(games, dtype=bool))

    def completed(self, games: Array, found: Supports) -> Supports:
        """Add what was found of some of the games, of which nothing is listed so far."""
        parts = []
        for (game, *sides), (late, *others) in zip(self.parts, found.parts, strict=True):
            i, j = (np.concatenate(pair) for pair in zip(sides, others, strict=True))
            parts.append((np.append(game, games[late]), i, j))
        left = self.left.copy()
        left[games] = found.left
        return Supports(parts, left)


def scaled(payoffs: Array, rounded: Array) -> tuple[Array, Array]:
    """Scale differences from row 0 to at most one, per column, and bound how far they are off.

    A constant taken from a column, or a positive factor on it, changes no support: the mixtures of
    the columns are multiplied by factors of their own.
    """
    with np.errstate(all="ignore"):
        differences = payoffs - payoffs[:, :1]
        largest = np.abs(differences).max(axis=1, keepdims=True, initial=_SMALLEST_SCALE)
        differences /= largest
        # Payoffs as written may be half a unit from their doubles.
        moved = np.abs(payoffs).max(axis=1, keepdims=True) * (2 * UNIT) + _SMALLEST_DOUBLE
        relative = (moved / largest).max(axis=(1, 2))
    doubt = _ENTRY_ERROR + np.where(rounded, relative, 0.0)
    doubt[~np.isfinite(differences).all(axis=(1, 2))] = np.inf
    return np.ascontiguousarray(differences), doubt


def assembled(row: Array, column: Array, found: Supports) -> tuple[EquilibriumBlock, Array]:
    """Compute strategies, payoffs, regrets and indices; leave open what breaks a theorem.

    Parameters
    ----------
    row, column : arrays ``(games, m, n)``
        Payoffs.
    found : Supports

    Returns
    -------
    block : EquilibriumBlock
        All equilibria of the settled games, numbered within the block.
    status : array ``(games,)`` of int8
        Not finished for the games left to exact arithmetic; nothing is listed for them.
    """
    row, column = np.ascontiguousarray(row), np.ascontiguousarray(column)
    (games, m, n), parts, left = row.shape, found.parts, found.left
    game = np.concatenate([number for number, _, _ in parts])
    table = np.zeros((table_height((m, n)), len(game)))
    lines, end = lines_of(table, (m, n)), 0
    for size, part in enumerate(parts, start=1):
        start, end = end, end + len(part[0])
        if start == end:
            continue
        # In the order of supports, as all enumerations list them.
        order = np.lexsort((*part[2].T[::-1], *part[1].T[::-1]))
        number, rows, columns = (values[order] for values in part)
        game[start:end] = number
        lanes = np.arange(start, end)[:, None]
        lines.index[start:end] = 1.0
        if size == 1:
            lines.x[rows, lanes] = lines.y[columns, lanes] = 1.0
            continue
        cut = number[:, None, None], rows[:, :, None], columns[:, None]
        both = np.concatenate([row[cut], column[cut].swapaxes(1, 2)])
        y, x = equalising(np.ascontiguousarray(both.transpose(1, 2, 0))).T.reshape(2, -1, size)
        lines.x[rows, lanes], lines.y[columns, lanes] = x, y
        # The index is (-1)^(k+1) times the signs of both determinants (Shapley 1974).
        signs = _sign(both).reshape(2, -1).prod(axis=0)
        lines.index[start:end] = -signs if size % 2 == 0 else signs
    if m + n > MOST_MINORS_ACTIONS:
        mixtures = lines.x.T, lines.y.T
        earned, lines.regret[:] = payoffs_and_regret(Game((row, column)), mixtures, game)
        lines.payoffs[:] = earned.T
    else:  # to the last bit as where the signs of minors find them
        pure = slice(0, len(parts[0][0]))
        actions = lines.x[:, pure].argmax(axis=0), lines.y[:, pure].argmax(axis=0)
        fill_payoffs(lines, (row, column), actions, game)
    # As a check: without ties equilibria are odd in number, and their indices add up to one.
    count = np.bincount(game, minlength=games)
    total = np.bincount(game, weights=lines.index, minlength=games)
    left = left | (total != 1.0) | (count % 2 == 0)
    status = np.where(left, Status.NOT_FINISHED, Status.COMPLETE).astype(np.int8)
    count[left] = 0
    order = np.flatnonzero(~left[game])
    order = order[np.argsort(game[order], kind="stable")]
    return EquilibriumBlock(count, table.take(order, axis=1)), status


def _sign(tables: Array) -> Array:
    """Sign of the determinant of systems that are known not to be singular."""
    centred, _ = scaled(tables, np.zeros(len(tables), dtype=bool))
    return np.asarray(np.linalg.slogdet(bordered(centred))[0])
