"""All equilibria of two-player games, certified, in bulk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

import numpy as np

from strategic.blocks import map_blocks
from strategic.equilibria.certified import certified_equilibria
from strategic.equilibria.found import Found, put_together
from strategic.equilibria.judge import judged_equilibria
from strategic.equilibria.method import Method
from strategic.equilibria.patterns import layout_of
from strategic.equilibria.result import Equilibria
from strategic.equilibria.two_by_two import two_by_two_equilibria
from strategic.errors import MethodError
from strategic.games.game import Game
from strategic.status import Status

Array = np.ndarray[Any, Any]
MOST_ACTIONS = 16
_SMALLEST_BLOCK, _LARGEST_BLOCK = 512, 16384
_SMALLEST_JUDGED = 64
_CACHE = 1 << 20


@dataclass(frozen=True)
class AllEquilibria(Method):
    """Enumerate every equilibrium of two-player games with at most 16 actions in all.

    Parameters
    ----------
    block : int, optional
        Games handled at once; by default as many as keep the tables in the cache.

    Notes
    -----
    A pair of supports is an equilibrium if and only if certain bordered minors of both payoff
    matrices agree in sign. Each is computed with a bound on its rounding error; a game in which a
    sign that matters is in doubt goes to exact arithmetic. So the set is proved complete.
    Degenerate games give all extreme equilibria.

    Examples
    --------
    >>> AllEquilibria().solve(Game.of([[1, 0], [0, 1]], [[1, 0], [0, 1]])).count
    array(3)
    """

    block: int | None = None

    def solve(self, games: Game, *, workers: int | None = None) -> Equilibria:
        """Find all extreme equilibria of every game of the batch."""
        _check_size(games)
        row, column = (table.reshape(-1, *games.shape) for table in games.payoffs)
        written = _as_written(games)
        if written:
            size = self.block or max(_SMALLEST_JUDGED, _block_of(games.shape) // 8)
            pool = _Pool(len(row), size, workers)
            parts, status = pool.run(lambda part: _judged(row, column, written, part))
        elif games.shape == (2, 2):
            pool = _Pool(len(row), self.block or _LARGEST_BLOCK, workers)
            parts, status = pool.run(lambda part: two_by_two_equilibria(row[part], column[part]))
        else:
            parts, status = self._certified_then_judged(row, column, workers)
        return _result(games, parts, status)

    def _certified_then_judged(
        self, row: Array, column: Array, workers: int | None
    ) -> tuple[list[Found], Array]:
        size = self.block or _block_of(row.shape[1:])
        pool = _Pool(len(row), size, workers)
        parts, status = pool.run(lambda part: certified_equilibria(row[part], column[part]))
        unsettled = np.flatnonzero(status == Status.NOT_FINISHED)
        pool = _Pool(len(unsettled), self.block or max(_SMALLEST_JUDGED, size // 8), workers)
        judged, status[unsettled] = pool.run(
            lambda part: judged_equilibria(row[unsettled[part]], column[unsettled[part]])
        )
        for part in judged:
            part.game = unsettled[part.game]
        return parts + judged, status


@dataclass(frozen=True)
class _Pool:
    """Blocks of games on threads; what is found in them, numbered through."""

    games: int
    block: int
    workers: int | None

    def run(self, solve: Callable[[slice], tuple[Found, Array]]) -> tuple[list[Found], Array]:
        parts, status = [], [np.zeros(0, dtype=np.int8)]
        blocks = map_blocks(solve, self.games, size=self.block, workers=self.workers)
        for start, (found, state) in zip(count(step=self.block), blocks, strict=False):
            found.game += start
            parts.append(found)
            status.append(state)
        return parts, np.concatenate(status)


def _judged(
    row: Array, column: Array, written: tuple[Array, Array], part: slice
) -> tuple[Found, Array]:
    return judged_equilibria(row[part], column[part], (written[0][part], written[1][part]))


def _result(games: Game, parts: list[Found], status: Array) -> Equilibria:
    batch = games.batch_shape
    found, count = put_together(parts, len(status), games.shape)
    columns = found.columns
    return Equilibria(
        games=games,
        count=count.reshape(batch),
        status=status.reshape(batch),
        degenerate=(status == Status.COMPONENTS).reshape(batch),
        game=found.game,
        strategies=(columns["x"].T, columns["y"].T),
        payoffs=columns["payoffs"].T,
        index=columns["index"][0],
        regret=columns["regret"][0],
        method="all",
    )


def _as_written(games: Game) -> tuple[Array, Array] | None:
    """Give the payoffs as written, where doubles do not hold them all."""
    if games.exact is None:
        return None
    held = all(value == float(value) for table in games.exact for value in np.asarray(table).flat)
    if held:
        return None
    row, column = (np.asarray(table).reshape(-1, *games.shape) for table in games.exact)
    return row, column


def _block_of(shape: tuple[int, ...]) -> int:
    """Games a block: as many as the cache holds the tables of, within bounds."""
    m, n = shape
    entries = max(layout_of(m, n).entries, layout_of(n, m).entries, 2 * m * n)
    size: int = 2 ** int(np.log2(4 * _CACHE / (8 * entries)))
    return min(max(size, _SMALLEST_BLOCK), _LARGEST_BLOCK)


def _check_size(games: Game) -> None:
    shape = games.shape
    if len(shape) != 2:
        raise MethodError("method 'all' needs two players", value=f"{len(shape)} players")
    if sum(shape) > MOST_ACTIONS:
        raise MethodError(
            f"method 'all' takes at most {MOST_ACTIONS} actions in all",
            value=f"{shape[0]} + {shape[1]} = {sum(shape)}",
        )
