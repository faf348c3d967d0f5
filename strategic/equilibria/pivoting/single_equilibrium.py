"""One equilibrium of every game: pure first, then two actions each, then Lemke-Howson."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from math import comb
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.blocks import block_slices, map_blocks
from strategic.equilibria._exact import ordinal_payoffs, short_integer_mixtures
from strategic.equilibria._regret import (
    payoffs_and_regret,
    payoffs_and_regret_of_two,
    without_level,
)
from strategic.equilibria._two_players import check_two_players, with_one_axis
from strategic.equilibria.method import REGRET, Method
from strategic.equilibria.pivoting._lemke_howson_batch import lemke_howson_bases
from strategic.equilibria.pivoting._lemke_howson_bulk import different_ends
from strategic.equilibria.pivoting._support_check import NINE_DIGITS, mixtures_on
from strategic.equilibria.pivoting._supports import first_of_size_two, first_pure
from strategic.equilibria.pivoting.lemke_howson import lemke_howson_path, lemke_howson_restarts
from strategic.equilibria.result import Equilibria
from strategic.games.game import Game
from strategic.status import Status

Step = Callable[[Array, Array, int], tuple[Array, Array, Array]]
BLOCK_NUMBERS = 1 << 20  # payoffs per block
CACHED = 2048  # games whose payoffs fit the cache
CELLS = 256  # from here on BLAS is faster than sums with the batch last
PAIRED = 1024  # games whose minors of all pairs of supports fit the cache
TOGETHER = 40  # actions up to which games are pivoted together
_PAIR = 2
TRIPLES = 800  # minors per game, above which Lemke-Howson is faster than pairs of actions


@dataclass(frozen=True)
class One(Method):
    """One proved equilibrium of every two-player game of a batch.

    Parameters
    ----------
    max_pivots : int, default 1_000_000
        Cap on the Lemke-Howson pivots of a game, over all labels tried.

    Notes
    -----
    Pure equilibria come first, by row and column maxima (about 63% of large random games have
    one); then two actions each, with conditional dominance, up to 7x7 (larger games have too many
    pairs); then Lemke-Howson, many games at a time up to 40 actions in all, beyond that by short
    tries from every label. The equilibrium found depends on the payoffs only, never on the batch.

    The status of a game is ``found``: the payoffs as given have an equilibrium on the supports
    shown, by float error bounds or by exact arithmetic; or ``not_finished``: the cap on pivots
    was reached. Cost: a few comparisons per payoff where a pure equilibrium exists, else about ten
    pivots of ``m n`` operations for small games; the worst case is exponential.

    References
    ----------
    Porter, R., Nudelman, E. and Shoham, Y. (2008). Simple search methods for finding a Nash
    equilibrium. Games and Economic Behavior 63, 642-662.
    Lemke, C. E. and Howson, J. T. (1964). Equilibrium points of bimatrix games. Journal of the
    Society for Industrial and Applied Mathematics 12, 413-423.

    Examples
    --------
    >>> from strategic.equilibria import solve
    >>> solve([[1, -1], [-1, 1]], [[-1, 1], [1, -1]], method="one")
    <Equilibria: 1 equilibrium of a 2x2 game (found), regret at most 0>
      (0.5, 0.5)  (0.5, 0.5)
    """

    max_pivots: int = 1_000_000

    def solve(self, games: Game, *, workers: int | None = None) -> Equilibria:
        """Solve one game or a batch; see the class."""
        check_two_players(games, "one")
        m, n = games.shape
        flat = with_one_axis(games)
        row, column = flat.payoffs
        if games.exact is not None:
            found = [_exact_block(flat, self.max_pivots)]
        else:
            found = list(
                map_blocks(
                    lambda part: _verified_block(row[part], column[part], self.max_pivots),
                    len(row),
                    size=min(max(BLOCK_NUMBERS // (m * n), 256), 32768),
                    workers=workers,
                )
            )
        found.append(tuple(np.zeros((0, *tail)) for tail in ((m,), (n,), (), (2,), ())))
        x, y, status, payoffs, regret = (np.concatenate(p) for p in zip(*found, strict=True))
        there = status == Status.FOUND
        return Equilibria(
            games=games,
            count=there.astype(np.intp).reshape(games.batch_shape),
            status=status.astype(np.int8).reshape(games.batch_shape),
            degenerate=np.zeros(games.batch_shape, dtype=bool),
            game=np.flatnonzero(there),
            strategies=(x[there], y[there]),
            payoffs=payoffs[there],
            index=np.full(int(there.sum()), np.nan),
            regret=regret[there],
            method="one",
        )

    @classmethod
    def behind(cls, found: Any) -> Iterable[Any]:
        """Name the search by supports, or the paths, or both, as the supports found need."""
        m, n = found.games.shape
        here, size = "strategic.equilibria.pivoting", (found.row > 0.0).sum(axis=1).max(initial=1)
        paths = size > _PAIR or (size == _PAIR and not _tries_pairs(m, n))
        used = [REGRET, f"{here}._supports:first_of_size_two"]
        return [*used, f"{here}.lemke_howson:lemke_howson_path"] if paths else used


def one_equilibrium(row: Array, column: Array, max_pivots: int) -> tuple[Array, Array, Array]:
    """Find one equilibrium of every game of a block.

    Parameters
    ----------
    row, column : array (games, m, n)
        Payoffs.
    max_pivots : int
        Cap on the pivots per game.

    Returns
    -------
    x, y : array (games, m), (games, n)
        The mixtures; zeros where none was found.
    status : array of int8 (games,)
        ``FOUND`` or ``NOT_FINISHED``.
    """
    games, m, n = row.shape
    x, y = np.zeros((games, m)), np.zeros((games, n))
    status = np.full(games, Status.NOT_FINISHED, dtype=np.int8)
    cell = np.concatenate(
        [
            first_pure(_batch_last(row[part]), _batch_last(column[part]))
            for part in block_slices(games, CACHED)
        ]
    )
    pure = np.flatnonzero(cell >= 0)
    x[pure, cell[pure] // n], y[pure, cell[pure] % n] = 1.0, 1.0
    status[pure] = Status.FOUND
    steps: tuple[Step, ...] = (_by_paths_alone,)
    if m + n <= TOGETHER:
        steps = (_by_paths_together, *steps)
    if _tries_pairs(m, n):
        steps = (_by_pairs, *steps)
    for step in steps:  # each for the games that those before have left
        left = np.flatnonzero(status != Status.FOUND)
        if left.size:
            proved, mine, theirs = step(row[left], column[left], max_pivots)
            x[left[proved]], y[left[proved]] = mine, theirs
            status[left[proved]] = Status.FOUND
    return x, y, status


def _verified_block(row: Array, column: Array, cap: int) -> tuple[Array, ...]:
    """Solve a block of games, with payoffs and regrets."""
    x, y, status = one_equilibrium(row, column, cap)
    if row[0].size > CELLS:  # large games: products of matrices
        (mine, first), (theirs, second) = (
            without_level(np.moveaxis(side, 0, -1)) for side in (row, column)
        )
        replies = (
            (np.moveaxis(mine, -1, 0) @ y[:, :, None])[:, :, 0],
            (x[:, None] @ np.moveaxis(theirs, -1, 0))[:, 0],
        )
        payoffs = np.stack(
            [(side * reply).sum(axis=1) for side, reply in zip((x, y), replies, strict=True)],
            axis=1,
        )
        gains = np.stack([reply.max(axis=1) for reply in replies], axis=1) - payoffs
        payoffs[:, 0] += first
        payoffs[:, 1] += second
        return x, y, status, payoffs, np.maximum(gains.max(axis=1), 0.0)
    earned = [
        payoffs_and_regret_of_two(
            _batch_last(row[part]), _batch_last(column[part].swapaxes(1, 2)), x[part].T, y[part].T
        )
        for part in block_slices(len(row), CACHED)
    ]
    payoffs, regret = (np.concatenate(side, axis=-1) for side in zip(*earned, strict=True))
    return x, y, status, payoffs.T, regret


def _tries_pairs(m: int, n: int) -> bool:
    """Whether two actions of each player are tried before paths: there are few enough pairs."""
    few = comb(m, 3) * comb(n, 2) + comb(n, 3) * comb(m, 2) <= 2 * TRIPLES
    return few and min(m, n) > 1 and m + n <= TOGETHER


def _by_pairs(row: Array, column: Array, _: int) -> tuple[Array, Array, Array]:
    """Try two actions each: which games are solved, and both mixtures of these."""
    games, m, n = row.shape
    x, y = np.zeros((games, m)), np.zeros((games, n))
    found = [
        first_of_size_two(
            _apart_by_one(_batch_last(row[part])), _apart_by_one(_batch_last(column[part]))
        )
        for part in block_slices(games, PAIRED)
    ]
    supports, mine, theirs = (np.concatenate(side, axis=1) for side in zip(*found, strict=True))
    proved = supports[0] >= 0
    numbers = np.flatnonzero(proved)
    for place in range(2):
        x[numbers, supports[place, numbers]] = mine[place, numbers]
        y[numbers, supports[2 + place, numbers]] = theirs[place, numbers]
    return proved, x[proved], y[proved]


def _by_paths_together(row: Array, column: Array, cap: int) -> tuple[Array, Array, Array]:
    """Pivot all games at once, and prove their ends size by size."""
    games, m, n = row.shape
    x, y, proved = np.zeros((games, m)), np.zeros((games, n)), np.zeros(games, dtype=bool)
    rows, columns, finished = lemke_howson_bases(
        _batch_last(row), _batch_last(column), max_pivots=min(cap, 20 * (m + n))
    )
    sizes = np.where(finished & (rows.sum(axis=0) == columns.sum(axis=0)), rows.sum(axis=0), 0)
    for size in range(1, min(m, n) + 1):
        alike = np.flatnonzero(sizes == size)
        bases = [np.nonzero(s[:, alike].T)[1].reshape(-1, size) for s in (rows, columns)]
        # Floats prove the generic ends; ties and ill-conditioned ends need whole numbers.
        for check in (partial(mixtures_on, accuracy=NINE_DIGITS), short_integer_mixtures):
            if alike.size:
                found = check(row[alike], column[alike], *bases)
                x[alike], y[alike], proved[alike] = found
                alike, bases = alike[~found[2]], [basis[~found[2]] for basis in bases]
    return proved, x[proved], y[proved]


def _by_paths_alone(row: Array, column: Array, cap: int) -> tuple[Array, Array, Array]:
    """Pivot one game after the other, with exact arithmetic where floats fail."""
    _, m, n = row.shape
    follow = lemke_howson_path if m + n <= TOGETHER else lemke_howson_restarts
    ends = [follow(*game, max_pivots=cap) for game in zip(row, column, strict=True)]
    proved = np.array([end.status == Status.FOUND for end in ends])
    x = np.array([end.x for end in ends if end.status == Status.FOUND]).reshape(-1, m)
    y = np.array([end.y for end in ends if end.status == Status.FOUND]).reshape(-1, n)
    return proved, x, y


def _exact_block(games: Game, cap: int) -> tuple[Array, ...]:
    """Solve a batch whose payoffs doubles cannot hold, as written: see `_exact_one`."""
    (m, n), count = games.shape, len(games.row)
    x, y, status = np.zeros((count, m)), np.zeros((count, n)), np.zeros(count, dtype=np.int8)
    payoffs, regret = np.zeros((count, 2)), np.zeros(count)
    cell = first_pure(*(np.moveaxis(ranks, 0, -1) for ranks in ordinal_payoffs(games)))
    pure = np.flatnonzero(cell >= 0)
    x[pure, cell[pure] // n], y[pure, cell[pure] % n] = 1.0, 1.0
    solved = cell >= 0
    if m + n <= TOGETHER:
        mine, theirs, _, proved, tied = different_ends(games, slice(None), range(1), min(cap, 64))
        ended = np.flatnonzero(~solved & proved & ~tied)
        x[ended], y[ended] = mine[0, ended], theirs[0, ended]
        solved[ended] = True
    there = np.flatnonzero(solved)
    status[there] = Status.FOUND
    payoffs[there], regret[there] = payoffs_and_regret(games, (x[there], y[there]), there)
    for number in np.flatnonzero(~solved):
        part = slice(number, number + 1)
        x[part], y[part], status[part], payoffs[part], regret[part] = _exact_one(
            games.of_batch(int(number)), cap
        )
    return x, y, status, payoffs, regret


def _exact_one(game: Game, cap: int) -> tuple[Array, ...]:
    """Solve a game whose payoffs doubles cannot hold, as written."""
    row, column = game.fractions()
    pure = np.argwhere((row == row.max(axis=0)) & (column == column.max(axis=1)[:, None]))
    x, y = np.zeros((1, game.shape[0])), np.zeros((1, game.shape[1]))
    status = np.array([Status.FOUND], dtype=np.int8)
    if len(pure):
        x[0, pure[0, 0]], y[0, pure[0, 1]] = 1.0, 1.0
    else:
        end = lemke_howson_restarts(*game.payoffs, max_pivots=cap, exact_payoffs=(row, column))
        status[0] = end.status
        if end.status == Status.FOUND:
            x, y = end.x[None], end.y[None]
    return (x, y, status, *payoffs_and_regret(game, (x, y), np.zeros(1, dtype=np.intp)))


def _apart_by_one(payoffs: Array) -> Array:
    """Scale games to a range of at most 1, by powers of two so that no bit of a payoff changes."""
    flat = payoffs.reshape(-1, payoffs.shape[2])
    # Half the range, which cannot overflow.
    _, power = np.frexp(0.5 * flat.max(axis=0) - 0.5 * flat.min(axis=0))
    return np.asarray(np.ldexp(payoffs, -power - 1))


def _batch_last(payoffs: Array) -> Array:
    return np.ascontiguousarray(payoffs.transpose(1, 2, 0))
