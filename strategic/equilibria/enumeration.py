"""All equilibria of two-player games, certified, in bulk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from strategic.blocks import map_blocks
from strategic.equilibria.certified import certified_equilibria
from strategic.equilibria.found import Found, put_together
from strategic.equilibria.judge import judged_equilibria
from strategic.equilibria.method import Method
from strategic.equilibria.patterns import bases_of, layout_of
from strategic.equilibria.result import Equilibria
from strategic.errors import MethodError
from strategic.games.game import Game
from strategic.status import Status

Array = np.ndarray[Any, Any]
MOST_ACTIONS = 16
_SMALLEST_BLOCK, _LARGEST_BLOCK = 512, 16384
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
        fractions = _as_written(games)
        status = np.zeros(len(row), dtype=np.int8)
        degenerate = np.zeros(len(row), dtype=bool)
        parts: list[Found] = []
        unsettled = np.arange(len(row))
        if fractions is None:
            parts, unsettled = self._certified(row, column, workers)
        if len(unsettled):
            size = self.block or max(64, _block_of(games.shape) // 8)

            def judge(part: slice) -> tuple[Found, Array, Array]:
                number = unsettled[part]
                written = fractions and (fractions[0][number], fractions[1][number])
                return judged_equilibria(row[number], column[number], written)

            blocks = map_blocks(judge, len(unsettled), size=size, workers=workers)
            for start, result in zip(range(0, len(unsettled), size), blocks, strict=True):
                found, status_part, degenerate_part = result
                number = unsettled[start : start + size]
                status[number], degenerate[number] = status_part, degenerate_part
                found.game = number[found.game]
                parts.append(found)
        return _result(games, parts, status, degenerate)

    def _certified(
        self, row: Array, column: Array, workers: int | None
    ) -> tuple[list[Found], Array]:
        size = self.block or _block_of(row.shape[1:])

        def certify(part: slice) -> tuple[Found, Array]:
            found, unsettled = certified_equilibria(row[part], column[part])
            found.game = found.game + part.start
            return found, unsettled + part.start

        parts, unsettled = [], []
        for found, open_games in map_blocks(certify, len(row), size=size, workers=workers):
            parts.append(found)
            unsettled.append(open_games)
        return parts, np.concatenate(unsettled or [np.zeros(0, dtype=np.int64)])


def _result(games: Game, parts: list[Found], status: Array, degenerate: Array) -> Equilibria:
    batch = games.batch_shape
    count = np.zeros(len(status), dtype=np.int64)
    for part in parts:
        if len(part.game):
            first, last = part.game[0], part.game[-1] + 1
            count[first:last] += np.bincount(part.game - first)
    found = put_together(parts, count)
    columns = found.columns
    return Equilibria(
        games=games,
        count=count.reshape(batch),
        status=status.reshape(batch),
        degenerate=degenerate.reshape(batch),
        game=found.game,
        strategies=(columns["x"].T, columns["y"].T),
        payoffs=columns["payoffs"].T,
        index=columns["index"][0],
        regret=columns["regret"][0],
        method="all",
    )


def _as_written(games: Game) -> tuple[Array, Array] | None:
    """The payoffs as written, where doubles do not hold them all."""
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
    size = 2 ** int(np.log2(4 * _CACHE / (8 * entries)))
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
