"""Zero-sum games: the value, optimal strategies, and whether they are the only ones."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.blocks import map_blocks
from strategic.equilibria._mixture_program import mixture_program
from strategic.equilibria._two_players import check_two_players
from strategic.equilibria.listing import mixture_lines
from strategic.equilibria.method import Method
from strategic.equilibria.pivoting._support_check import mixtures_on
from strategic.equilibria.pivoting.single_equilibrium import one_equilibrium
from strategic.equilibria.result import Equilibria
from strategic.errors import GameError, MethodError
from strategic.games.game import Game
from strategic.games.matrix import number_text
from strategic.markup import Table
from strategic.status import Status

TOGETHER = 40
BLOCK = 2048
UNIQUE = 1e-7


@dataclass(frozen=True, eq=False, repr=False)
class ZeroSumEquilibria(Equilibria):
    """Optimal strategies of zero-sum games, at most one profile per game, and their value.

    The status is ``ok``, or ``not_finished`` where a linear program or a path gave up; such a
    game has no row.

    Examples
    --------
    >>> solved = zero_sum([[1, -2, -3], [-1, 1, 5], [7, 1, -3]])
    >>> float(solved.value), bool(solved.unique_row), bool(solved.unique_column)
    (1.0, False, True)
    """

    @property
    def value(self) -> Array:
        """What the row player can secure and the column player must concede, ``(*batch,)``."""
        low, high = self._guarantees
        return np.asarray(0.5 * (low + high))

    @property
    def gap(self) -> Array:
        """How far the two guarantees are apart: zero up to rounding, ``(*batch,)``."""
        low, high = self._guarantees
        return np.asarray(high - low)

    @property
    def unique_row(self) -> Array:
        """Whether the row player has no other optimal strategy, ``(*batch,)``."""
        return np.asarray(self._unique[0])

    @property
    def unique_column(self) -> Array:
        """Whether the column player has no other optimal strategy, ``(*batch,)``."""
        return np.asarray(self._unique[1])

    @cached_property
    def _guarantees(self) -> Array:
        tables = self.games.row.reshape(-1, *self.games.shape)[self.game]
        found = np.full((2, self.count.size), np.nan)
        found[0, self.game] = (self.row[:, None, :] @ tables)[:, 0, :].min(axis=1)
        found[1, self.game] = (tables @ self.column[:, :, None])[:, :, 0].max(axis=1)
        return found.reshape(2, *self.games.batch_shape)

    @cached_property
    def _unique(self) -> Array:
        tables = self.games.row.reshape(-1, *self.games.shape)[self.game]
        x, y = self.row, self.column
        proved = np.zeros(len(x), dtype=bool)
        played = (x > 0).sum(axis=1)
        sizes = np.where(played == (y > 0).sum(axis=1), played, 0)
        for size in range(1, min(self.games.shape) + 1):
            alike = np.flatnonzero(sizes == size)
            if alike.size:
                supports = (np.nonzero(s[alike])[1].reshape(-1, size) for s in (x, y))
                proved[alike] = mixtures_on(tables[alike], -tables[alike], *supports)[2]
        unique = np.stack([proved, proved])
        for number in np.flatnonzero(~proved):
            unique[0, number] = _only_optimum(tables[number], x[number])
            unique[1, number] = _only_optimum(-tables[number].T, y[number])
        found = np.zeros((2, self.count.size), dtype=bool)
        found[:, self.game] = unique
        return found.reshape(2, *self.games.batch_shape)

    def details(self) -> dict[str, Any]:
        """Describe the solution of a single game; nothing where none was found."""
        if not len(self):
            return {}
        return {
            "value": float(self.value),
            "strategies": [self.row[0].tolist(), self.column[0].tolist()],
            "unique": [bool(self.unique_row), bool(self.unique_column)],
            "gap": float(self.gap),
        }

    def lines(self) -> list[str]:
        """Say what a single game is worth and how it is played."""
        if not len(self):
            return []
        mixtures = mixture_lines(self.games, (self.row[0], self.column[0]))
        unique = (self.unique_row, self.unique_column)
        return [
            f"value {number_text(float(self.value))} to {self.games.players[0]}",
            *(
                f"{line} ({'the only optimum' if only else 'one of several optima'})"
                for line, only in zip(mixtures, unique, strict=True)
            ),
        ]

    def tables(self) -> list[Table]:
        """No table: the lines say it all."""
        return []


@dataclass(frozen=True)
class ZeroSum(Method):
    """Optimal strategies of zero-sum and constant-sum games.

    Notes
    -----
    ``max_x min_j (x A)_j = min_y max_i (A y)_i`` (von Neumann 1928). Games with two rows or two
    columns are solved in closed form, in bulk: the value is the least over the 2x2 games of any
    two columns. Others are solved by saddle points and Lemke-Howson in bulk up to 40 actions in
    all (every equilibrium is optimal), beyond that by one linear program each (HiGHS).
    Uniqueness is computed on first use: a strategy that solves its indifference equations with
    strict signs is unique (Shapley and Snow 1950); where signs tie, two linear programs per player
    find the ends of the optimal set in a generic direction, to 1e-7.

    References
    ----------
    von Neumann, J. (1928). Zur Theorie der Gesellschaftsspiele. Mathematische Annalen 100.
    Shapley, L. S. and Snow, R. N. (1950). Basic solutions of discrete games.

    Examples
    --------
    >>> from strategic.equilibria import solve
    >>> solve([[1, -1], [-1, 1]], [[-1, 1], [1, -1]], method="zero_sum").row
    array([[0.5, 0.5]])
    """

    def solve(self, games: Game, *, workers: int | None = None) -> ZeroSumEquilibria:
        """Solve one game or a batch; see the class."""
        check_two_players(games, "zero_sum")
        sums = games.row + games.column
        spread = np.ptp(sums, axis=(-2, -1))
        largest = np.maximum(np.abs(games.row), np.abs(games.column)).max(axis=(-2, -1))
        if (spread > 1e-12 * largest).any():
            raise MethodError(
                "method 'zero_sum' needs payoffs whose sum is the same in every cell",
                where="payoffs",
                value=float(spread.max()),
                remedy="use method='all' or 'one'",
            )
        m, n = games.shape
        tables = games.row.reshape(-1, m, n)
        parts = list(
            map_blocks(lambda p: _block(tables[p]), len(tables), size=BLOCK, workers=workers)
        )
        parts.append((np.zeros((0, m)), np.zeros((0, n)), np.zeros(0, dtype=np.int8)))
        x, y, status = (np.concatenate(columns) for columns in zip(*parts, strict=True))
        there = np.flatnonzero(status == Status.OK)
        return ZeroSumEquilibria.verified(
            games,
            (x[there], y[there]),
            game=there,
            status=status.reshape(games.batch_shape),
            method="zero_sum",
        )


def zero_sum(payoffs: ArrayLike, /, *, workers: int | None = None) -> ZeroSumEquilibria:
    """Solve zero-sum games given by what the row player earns; see `ZeroSum`.

    Parameters
    ----------
    payoffs : array_like ``(*batch, m, n)``
        What the column player pays to the row player.
    workers : int, optional
        Threads; all available cores by default.

    Returns
    -------
    ZeroSumEquilibria

    Raises
    ------
    GameError
        When the array is not a game, or holds NaN or infinite payoffs.

    Examples
    --------
    >>> float(zero_sum([[2, -1], [-1, 2]]).value)
    0.5
    """
    if np.ndim(payoffs) < 2:
        raise GameError("must have at least two axes", where="payoffs", value=np.shape(payoffs))
    row = Game.of(payoffs, payoffs).row
    return ZeroSum().solve(Game(payoffs=(row, -row)), workers=workers)


def _block(games: Array) -> tuple[Array, Array, Array]:
    """Solve a block of games: both optimal strategies, and a status per game."""
    _, m, n = games.shape
    status = np.full(len(games), Status.OK, dtype=np.int8)
    if m == 2:
        return (*_two_rows(games), status)
    if n == 2:  # the column player's game is the negative transpose
        y, x = _two_rows(-games.swapaxes(1, 2))
        return x, y, status
    if m + n <= TOGETHER:
        x, y, found = one_equilibrium(games, -games, 1_000_000)
        return x, y, np.where(found == Status.FOUND, Status.OK, Status.NOT_FINISHED)
    solved = [_program(game) for game in games]
    x, y = (np.array([pair[side] for pair in solved]) for side in (0, 1))
    status[np.isnan(x).any(axis=1) | np.isnan(y).any(axis=1)] = Status.NOT_FINISHED
    return x, y, status


def _two_rows(games: Array) -> tuple[Array, Array]:
    """Solve two rows in closed form: the lowest envelope of one line per column.

    With probability ``p`` of the first row a column costs a linear function of ``p``, and the row
    player seeks the top of the lower envelope. It is where two lines cross, or at an end; the two
    columns that meet there (or one of them) hold the row player down to it.
    """
    top, bottom = games[:, 0], games[:, 1]
    pairs = np.array([(j, k) for j in range(top.shape[1]) for k in range(j, top.shape[1])]).T
    left, right = top[:, pairs[0]], top[:, pairs[1]]
    under_left, under_right = bottom[:, pairs[0]], bottom[:, pairs[1]]
    across, down = left - right, under_left - under_right
    crossing = (down < 0) & (across > 0) | (down > 0) & (across < 0)
    p = np.where(crossing, down / np.where(crossing, down - across, 1.0), 0.0)
    at_cross = p * left + (1.0 - p) * under_left
    at_zero, at_one = np.minimum(under_left, under_right), np.minimum(left, right)
    at_end = np.maximum(at_zero, at_one)
    value = np.where(crossing, np.maximum(at_cross, at_end), at_end)
    p = np.where(crossing & (at_cross >= at_end), p, np.where(at_one >= at_zero, 1, 0))
    # The value is the least over the games of any two columns.
    chosen = value.argmin(axis=1)[:, None]
    best = np.take_along_axis(p, chosen, axis=1)[:, 0]
    y = _two_columns_mixture(games, pairs[:, chosen[:, 0]], best)
    # Optimal against the two columns that decide is not yet optimal against all where they tie.
    slopes = top - bottom
    limits = (value.min(axis=1)[:, None] - bottom) / np.where(slopes != 0.0, slopes, 1.0)
    low = np.where(slopes > 0.0, limits, 0.0).max(axis=1)
    high = np.where(slopes < 0.0, limits, 1.0).min(axis=1)
    best = np.clip(np.maximum(np.minimum(best, high), low), 0.0, 1.0)
    return np.stack([best, 1.0 - best], axis=1), y


def _two_columns_mixture(games: Array, pair: Array, p: Array) -> Array:
    """Mix the two columns of each game that decide it so that the row player gains nowhere."""
    numbers = np.arange(len(games))
    slopes = games[:, 0] - games[:, 1]
    first, second = slopes[numbers, pair[0]], slopes[numbers, pair[1]]
    inner = (p > 0.0) & (p < 1.0) & (first != second)
    weight = np.where(inner, second / np.where(inner, second - first, 1.0), 0.0)
    # At an end, the lower line; where both are as low, the one that does not rise inwards.
    row = np.where(p > 0.0, 0, 1)
    difference = games[numbers, row, pair[0]] - games[numbers, row, pair[1]]
    steeper = np.where(p > 0.0, first >= second, first <= second)
    lower = (difference < 0.0) | ((difference == 0.0) & steeper)
    weight = np.where(inner, weight, np.where(lower, 1.0, 0.0))
    y = np.zeros(games.shape[::2])
    y[numbers, pair[1]] = 1.0 - weight
    y[numbers, pair[0]] += weight
    return y


def _program(game: Array) -> tuple[Array, Array]:
    """Solve one large game: the dual of the row player's program is the column player's."""
    m, n = game.shape
    low, spread = game.min(), max(float(np.ptp(game)), 1e-300)
    rows = np.hstack([-((game - low) / spread).T, np.ones((n, 1))])
    solved = mixture_program(np.append(np.zeros(m), -1.0), rows, last=(None, None))
    if not solved.success:
        return np.full(m, np.nan), np.full(n, np.nan)
    x, y = np.maximum(solved.x[:m], 0.0), np.maximum(-solved.ineqlin.marginals, 0.0)
    return x / x.sum(), y / y.sum()


def _only_optimum(game: Array, x: Array) -> bool:
    """Whether both ends of the optimal set in a generic direction are one point."""
    scaled = (game - game.min()) / max(float(np.ptp(game)), 1e-300)
    direction = np.sqrt(np.arange(2, len(x) + 2)) % 1.0
    slack, ends = 1e-12 - (x @ scaled).min(), []
    for sign in (1.0, -1.0):
        solved = mixture_program(sign * direction, -scaled.T, right=slack)
        ends.append(solved.x if solved.success else x)
    return bool(np.abs(ends[0] - ends[1]).max() <= UNIQUE)
