"""Zero-sum games: the value, optimal strategies, and whether they are the only ones."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.blocks import block_slices, map_blocks
from strategic.equilibria._exact import nearest_doubles
from strategic.equilibria._exact_program import (
    ACCURATE,
    PROVED,
    UNIT,
    accurate,
    smallest_payoffs,
)
from strategic.equilibria._fitting import placed
from strategic.equilibria._two_players import check_two_players, with_one_axis
from strategic.equilibria.listing import mixture_lines
from strategic.equilibria.method import Method
from strategic.equilibria.pivoting._support_check import mixtures_on
from strategic.equilibria.pivoting._two_rows import two_row_optima
from strategic.equilibria.pivoting._zero_sum_programs import exact_optima, only_optima
from strategic.equilibria.pivoting.single_equilibrium import CELLS, one_equilibrium
from strategic.equilibria.result import Equilibria
from strategic.equilibria.sizes import advice
from strategic.errors import GameError, MethodError
from strategic.games._numbers import as_fractions
from strategic.games.game import Game
from strategic.games.matrix import number_text
from strategic.markup import Table
from strategic.status import Status

TOGETHER = 40
BLOCK = 2048
PLAYED = 1e-9
CONSTANT = 32.0 * UNIT
"""How much the sum of a cell may be off, relative to its payoffs: the rounding of some sums."""


@dataclass(frozen=True, eq=False, repr=False)
class ZeroSumEquilibria(Equilibria):
    """Optimal strategies of zero-sum games, at most one profile per game, and their value.

    The status is ``ok``; ``does_not_fit`` where the sum of payoffs is not the same in every cell;
    or ``not_finished`` where a game is too large for exact arithmetic. Games that are not ``ok``
    have no row.

    Parameters
    ----------
    values : array ``(E,)``
        The value of the game of each profile.
    gaps : array ``(E,)``
        How far what both players guarantee is apart, beyond the rounding of their strategies.

    Examples
    --------
    >>> solved = zero_sum([[1, -2, -3], [-1, 1, 5], [7, 1, -3]])
    >>> float(solved.value), bool(solved.unique_row), bool(solved.unique_column)
    (1.0, False, True)
    """

    values: Array = field(default_factory=lambda: np.zeros(0))
    gaps: Array = field(default_factory=lambda: np.zeros(0))
    per_row: ClassVar[tuple[str, ...]] = (*Equilibria.per_row, "values", "gaps")

    @property
    def value(self) -> Array:
        """What the row player can secure and the column player must concede, ``(*batch,)``."""
        return self._of_games(self.values, np.nan)

    @property
    def gap(self) -> Array:
        """How far the two guarantees are apart beyond rounding: zero if ``ok``, ``(*batch,)``."""
        return self._of_games(self.gaps, np.nan)

    @property
    def unique_row(self) -> Array:
        """Whether the row player has no other optimal strategy, ``(*batch,)``."""
        return self._of_games(self._unique[0], False)  # noqa: FBT003 - the filling

    @property
    def unique_column(self) -> Array:
        """Whether the column player has no other optimal strategy, ``(*batch,)``."""
        return self._of_games(self._unique[1], False)  # noqa: FBT003 - the filling

    def _of_games(self, found: Array, nothing: float) -> Array:
        every = np.full(self.count.size, nothing, dtype=found.dtype)
        every[self.game] = found
        return every.reshape(self.games.batch_shape)

    @cached_property
    def _unique(self) -> Array:
        flat = with_one_axis(self.games)
        tables, x, y = flat.row[self.game], self.row, self.column
        proved = np.zeros(len(x), dtype=bool)
        played = (x > 0).sum(axis=1)
        sizes = np.where(played == (y > 0).sum(axis=1), played, 0)
        sizes[flat.rounded[self.game]] = 0  # the certificate is about payoffs that doubles hold
        for size in range(1, min(self.games.shape) + 1):
            alike = np.flatnonzero(sizes == size)
            if alike.size:
                supports = (np.nonzero(s[alike])[1].reshape(-1, size) for s in (x, y))
                proved[alike] = mixtures_on(tables[alike], -tables[alike], *supports)[2]
        unique = np.stack([proved, proved])
        left = np.flatnonzero(~proved)
        for part in block_slices(len(left), BLOCK):
            unique[:, left[part]] = only_optima(flat, self.game[left[part]])
        return unique

    def by_game(self) -> dict[str, Array]:
        """Value and gap of each game, and whose optimal strategy is the only one."""
        names = "value", "gap", "unique_row", "unique_column"
        return {name: getattr(self, name).reshape(-1) for name in names}

    def details(self) -> dict[str, Any]:
        """Describe the solution of a single game; nothing where none was found."""
        self._check_single()
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
        self._check_single()
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
    all (every equilibrium is optimal), beyond that by one linear program each (HiGHS). What both
    strategies guarantee bounds the value, rounding included; where the bounds are not as close
    as doubles allow, the program is solved exactly, on the payoffs as written.
    Uniqueness is computed on first use: a strategy that solves its indifference equations with
    strict signs is unique (Shapley and Snow 1950); where signs tie, exact programs look for
    another optimal strategy (False where a game is too large for them), those of all games at
    once where payoffs are whole numbers, decimals or fractions of few digits.

    The sum of payoffs must be the same in every cell, up to the rounding of doubles; exact if the
    payoffs are fractions or long integers. A single game for which it is not is refused; such games
    of a batch have the status ``does_not_fit``.

    References
    ----------
    von Neumann, J. (1928). Zur Theorie der Gesellschaftsspiele. Mathematische Annalen 100, 295-320.
    Shapley, L. S. and Snow, R. N. (1950). Basic solutions of discrete games. In Contributions to
    the Theory of Games I, 27-35. Princeton University Press.

    Examples
    --------
    >>> from strategic.equilibria import solve
    >>> solve([[1, -1], [-1, 1]], [[-1, 1], [1, -1]], method="zero_sum").row
    array([[0.5, 0.5]])
    """

    def solve(self, games: Game, *, workers: int | None = None) -> ZeroSumEquilibria:
        """Solve one game or a batch; see the class."""
        check_two_players(games, "zero_sum")
        fits = _have_constant_sums(games)
        if fits.all():
            return self._solved(games, workers)
        places = np.flatnonzero(fits)
        some = with_one_axis(games).of_batch(places)  # type: ignore[arg-type]
        return placed(self._solved(some, workers), games, places)

    def _solved(self, games: Game, workers: int | None) -> ZeroSumEquilibria:
        m, n = games.shape
        flat = with_one_axis(games)
        count, rounded = len(flat.row), flat.rounded
        x, y, earned = np.zeros((count, m)), np.zeros((count, n)), np.zeros((2, count))
        left = np.arange(count)
        if games.exact is None:
            parts = map_blocks(
                lambda p: _block(flat.row[p], rounded[p]), count, size=BLOCK, workers=workers
            )
            for part, found in zip(block_slices(count, BLOCK), parts, strict=True):
                x[part], y[part], earned[:, part], rounded[part] = found
            left = np.flatnonzero(~rounded)  # what the doubles have not settled
        status = np.full(count, Status.OK, dtype=np.int8)
        exactly = map_blocks(
            lambda p: exact_optima(flat, left[p]), len(left), size=512, workers=workers
        )
        for part, exact in zip(block_slices(len(left), 512), exactly, strict=True):
            x[left[part]], y[left[part]], earned[:, left[part]] = exact
        status[~np.isfinite(earned).all(axis=0) | (earned[1] > 0.0)] = Status.NOT_FINISHED
        there = np.flatnonzero(status == Status.OK)
        solved = ZeroSumEquilibria.verified(
            games,
            (x[there], y[there]),
            game=there,
            status=status.reshape(games.batch_shape),
            method="zero_sum",
        )
        values, gaps = earned[:, there]
        return replace(solved, values=values, gaps=gaps)


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
    row = Game.from_payoffs(payoffs, payoffs).row
    return ZeroSum().solve(Game(payoffs=(row, -row)), workers=workers)


def _have_constant_sums(games: Game) -> Array:
    """Say in which games of a batch payoffs have the same sum everywhere; refuse a single one."""
    row, column = games.payoffs if games.exact is None else games.fractions()
    if (row == -column).all():
        return np.ones(games.batch_shape, dtype=bool)
    power = _power(games)
    if games.exact is None:  # no sum overflows, and no bit of a payoff that counts is lost
        row, column = (np.ldexp(table, -power) for table in (row, column))
    with np.errstate(under="ignore"):
        sums, sizes = row + column, np.abs(row) + np.abs(column)
        shape = *games.batch_shape, math.prod(games.shape)
        cells = [table.reshape(shape) for table in (sums, sizes)]
        # The sum of the smallest payoffs is the best known; each is off by its own rounding.
        first = cells[1].argmin(axis=-1)[..., None]
        known, size = (np.take_along_axis(table, first, axis=-1) for table in cells)
        off = np.abs(cells[0] - known)
        wrong = off > (CONSTANT * (cells[1] + size) if games.exact is None else 0)
    if wrong.any() and not games.batch_shape:
        raise MethodError(
            "method 'zero_sum' needs payoffs whose sum is the same in every cell",
            where="payoffs",
            value=f"sums {_apart(off, power):.3g} apart",
            remedy=advice(games.shape),
        )
    return np.asarray(~wrong.any(axis=-1))


def _apart(off: Array, power: Array) -> float:
    """Give how far the sums of a single game are apart, at most the largest double."""
    apart = as_fractions(off).max() * 2 ** int(power.max())
    return float(nearest_doubles(np.array([min(apart, Fraction(np.finfo(float).max))]))[0])


def _power(games: Game) -> Array:
    """Give the power of two by which each game is made smaller before its payoffs are added up."""
    if games.exact is not None:
        return np.zeros(1, dtype=int)
    axes = tuple(range(-len(games.payoffs), 0))
    largest = np.maximum(*(np.abs(table).max(axis=axes, keepdims=True) for table in games.payoffs))
    return np.where(largest > 1e300, 4, 0)


def _block(games: Array, rounded: Array) -> tuple[Array, Array, Array, Array]:
    """Solve a block of games in doubles: strategies, value and gap, and which are settled."""
    _, m, n = games.shape
    with np.errstate(all="ignore"):  # what overflows is not settled
        # Differences to one payoff, so that a common level costs no accuracy.
        tables = np.ascontiguousarray(games.transpose(1, 2, 0))
        first = smallest_payoffs(tables)
        apart = tables - first
        held = np.isfinite(apart).all(axis=(0, 1))
        apart[:, :, ~held] = 0.0  # no doubles hold the differences of these
        played = apart.transpose(2, 0, 1)
        if m == 2:
            x, y = two_row_optima(played)
        elif n == 2:  # the column player's game is the negative transpose
            y, x = two_row_optima(-played.swapaxes(1, 2))
        elif m + n <= TOGETHER:
            x, y, _ = one_equilibrium(played, -played, 1_000_000)
        else:
            solved = [_program(game) for game in played]
            x, y = (np.array([pair[side] for pair in solved]) for side in (0, 1))
        # What both guarantee, rounding included, bounds the value.
        sizes = np.abs(apart)
        low, below = _mixed(x, apart), _mixed(x, sizes)
        high, above = (_mixed(y, table.swapaxes(0, 1)) for table in (apart, sizes))
        rounding = (m + n + 4) * UNIT
        bottom = (low - rounding * below).min(axis=0)
        top = (high + rounding * above).max(axis=0)
        unheld = 8.0 * UNIT * rounded * (sizes.max(axis=(0, 1)) + np.abs(first))
        error = 0.5 * (top - bottom) + unheld
        values = first + (0.5 * low.min(axis=0) + 0.5 * high.max(axis=0))
        # Digits that doubles do not hold must not matter for the strategies either.
        least = np.where(sizes > 0.0, sizes, np.inf).min(axis=(0, 1))
        settled = accurate(values, first, error, share=ACCURATE if min(m, n) == 2 else PROVED)
        # Between whole payoffs the value is a quotient of whole numbers, the lower one at most
        # Hadamard's bound for differences of differences: below one over that it is zero.
        size = min(m, n) - 1
        bound = np.maximum(2.0 * np.ptp(apart, axis=(0, 1)) * max(size, 1) ** 0.5, 1.0) ** size
        whole = (tables == np.rint(tables)).all(axis=(0, 1)) & (error <= ACCURATE * least)
        for known in (np.zeros(len(games)), first):
            exact = whole & ((np.abs(values - known) + error) * bound < 1.0)
            values, settled = np.where(exact, known, values), settled | exact
    settled &= held & np.isfinite(values) & (unheld <= ACCURATE * least)
    for strategies in (x, y):  # only mixtures guarantee anything
        off = np.abs(strategies.sum(axis=1) - 1.0)
        settled &= (strategies >= 0.0).all(axis=1) & (off <= rounding)
    return x, y, np.stack([values, np.zeros(len(values))]), settled


def _mixed(strategies: Array, tables: Array) -> Array:
    """Mix the first axis in a fixed order, so that the bits do not depend on the batch."""
    if tables[:, :, 0].size > CELLS:  # one product of matrices per game
        mixed = strategies[:, None] @ np.ascontiguousarray(tables.transpose(2, 0, 1))
        return np.asarray(mixed[:, 0].T)
    total = strategies[:, 0] * tables[0]
    for share, table in zip(strategies.T[1:], tables[1:], strict=True):
        total += share * table
    return np.asarray(total)


def _program(game: Array) -> tuple[Array, Array]:
    """Solve one large game: the dual of the row player's program is the column player's.

    With payoffs made positive, mixtures over their value ``q`` solve ``min sum(q)`` where every
    column costs at least 1: no equation, no free variable, and a dual that is feasible from the
    start, so that the simplex needs no presolving.
    """
    from scipy.optimize import linprog

    m, n = game.shape
    low, spread = game.min(), max(float(np.ptp(game)), 1e-300)
    solved = linprog(
        np.ones(m),
        A_ub=-1.0 - ((game - low) / spread).T,
        b_ub=-np.ones(n),
        method="highs-ds",
        options={"presolve": False},
    )
    if not solved.success:
        return np.full(m, np.nan), np.full(n, np.nan)
    x, y = np.maximum(solved.x, 0.0), np.maximum(-solved.ineqlin.marginals, 0.0)
    x, y = x / x.sum(), y / y.sum()
    # The program is accurate to a billionth; the equations of its vertex to the last digits.
    supports = [np.flatnonzero(s > PLAYED)[None] for s in (x, y)]
    if supports[0].size == supports[1].size:
        rows, columns, (sure,) = mixtures_on(game[None], -game[None], *supports)
        if sure:
            return rows[0], columns[0]
    return x, y
