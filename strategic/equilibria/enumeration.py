"""All equilibria of two-player games, certified, in bulk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
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
_LARGEST_BLOCK = 16384
_SMALLEST_JUDGED = 64
_MANY = 1 << 17
Block = Callable[[slice], tuple[Found, Array]]


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
        flat = _as_list(games)
        size = self.block or _block_of(games.shape)
        parts, status = _in_blocks(_certifier(flat), len(flat.row), size, workers)
        unsettled = np.flatnonzero(status == Status.NOT_FINISHED)

        def judge(part: slice) -> tuple[Found, Array]:
            return judged_equilibria(flat.of_batch(unsettled[part]))  # type: ignore[arg-type]

        size = self.block or max(_SMALLEST_JUDGED, size // 8)
        judged, status[unsettled] = _in_blocks(judge, len(unsettled), size, workers)
        return _result(games, put_together(parts, judged, unsettled, games.shape), status)


def _as_list(games: Game) -> Game:
    """Give the batch one axis."""
    shape = (-1, *games.shape)
    return replace(
        games,
        payoffs=tuple(table.reshape(shape) for table in games.payoffs),
        exact=games.exact and tuple(table.reshape(shape) for table in games.exact),
    )


def _certifier(games: Game) -> Block:
    """Choose the fast path: what settles a block of games, or leaves it to the judge."""
    row, column = games.payoffs
    rounded = games.rounded
    certify = two_by_two_equilibria if games.shape == (2, 2) else certified_equilibria
    if games.shape == (2, 2) and games.exact is None:
        rounded = np.zeros_like(rounded)  # different decimals keep their order as doubles
    return lambda part: certify(row[part], column[part], rounded[part])


def _in_blocks(
    block: Block, games: int, size: int, workers: int | None
) -> tuple[list[Found], Array]:
    """Go through blocks of games on threads; in order."""
    parts, status = [], [np.zeros(0, dtype=np.int8)]
    blocks = map_blocks(block, games, size=size, workers=workers)
    for found, state in blocks:
        parts.append(found)
        status.append(state)
    return parts, np.concatenate(status)


def _result(games: Game, found: Found, status: Array) -> Equilibria:
    batch, columns = games.batch_shape, found.columns
    return Equilibria(
        games=games,
        count=found.count.reshape(batch),
        status=status.reshape(batch),
        degenerate=(status == Status.COMPONENTS).reshape(batch),
        game=np.repeat(np.arange(len(status)), found.count),
        strategies=(columns["x"].T, columns["y"].T),
        payoffs=columns["payoffs"].T,
        index=columns["index"][0],
        regret=columns["regret"][0],
        method="all",
    )


def _block_of(shape: tuple[int, ...]) -> int:
    """Balance calls (many games a block) against cache (few): measured on tables of all sizes."""
    m, n = shape
    entries = max(layout_of(m, n).entries, layout_of(n, m).entries)
    size = 2 ** round(np.log2(_MANY / np.sqrt(entries)))
    return int(min(size, _LARGEST_BLOCK))


def _check_size(games: Game) -> None:
    shape = games.shape
    if len(shape) != 2:
        raise MethodError("method 'all' needs two players", value=f"{len(shape)} players")
    if sum(shape) > MOST_ACTIONS:
        raise MethodError(
            f"method 'all' takes at most {MOST_ACTIONS} actions in all",
            value=f"{shape[0]} + {shape[1]} = {sum(shape)}",
        )
