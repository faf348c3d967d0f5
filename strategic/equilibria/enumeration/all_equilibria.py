"""All equilibria of two-player games, certified, in bulk."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from strategic.arrays import Array
from strategic.blocks import available_cores, map_blocks
from strategic.equilibria.enumeration._processes import Block, map_on_processes
from strategic.equilibria.enumeration._certified import certified_equilibria
from strategic.equilibria.enumeration.exact_fallback import judged_equilibria
from strategic.equilibria.enumeration._equilibrium_blocks import Collector, interleave
from strategic.equilibria.enumeration._support_tables import layout_of
from strategic.equilibria.enumeration._two_by_two import two_by_two_equilibria
from strategic.equilibria.method import Method
from strategic.equilibria.result import Equilibria
from strategic.errors import MethodError
from strategic.games.game import Game
from strategic.status import Status
from strategic.workers import can_fork

MOST_ACTIONS = 16
MOST_GAMES = 1 << 16
"""Games a block can number with 16 bits."""
_LARGEST_BLOCK = 16384
_SMALLEST_JUDGED = 64
_MANY = 86_000
_JUDGE_IS_SLOWER = 15
_WORTH_FORKING = 500_000.0  # microseconds: starting processes takes some twenty thousand


@dataclass(frozen=True)
class AllEquilibria(Method):
    """Enumerate every equilibrium of two-player games with at most 16 actions in all.

    Parameters
    ----------
    block : int, optional
        Games handled at once, at most 65536; by default as many as keep the tables in the cache.

    Raises
    ------
    MethodError
        When ``block`` is out of range.

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

    def __post_init__(self) -> None:
        if self.block is not None and not 1 <= self.block <= MOST_GAMES:
            raise MethodError(
                f"must be from 1 to {MOST_GAMES} games", where="block", value=self.block
            )

    def solve(self, games: Game, *, workers: int | None = None) -> Equilibria:
        """Find all extreme equilibria of every game of the batch."""
        _check_size(games)
        flat = _as_list(games)
        size = self.block or _block_of(games.shape)
        found = Collector(sum(games.shape) + 4, len(flat.row))
        cost = _microseconds(games.shape)
        _collect(found, _certifier(flat), size, (workers, cost))
        unsettled = np.flatnonzero(found.status == Status.NOT_FINISHED)
        judged = Collector(sum(games.shape) + 4, len(unsettled))
        size = self.block or max(_SMALLEST_JUDGED, size // 8)
        _collect(judged, _judge(flat, unsettled), size, (workers, _JUDGE_IS_SLOWER * cost))
        interleave(found, judged, unsettled)
        return _result(games, found)


def _as_list(games: Game) -> Game:
    """Give the batch one axis."""
    if len(games.batch_shape) == 1:
        return games
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


def _judge(games: Game, unsettled: Array) -> Block:
    return lambda part: judged_equilibria(games.of_batch(unsettled[part]))  # type: ignore[arg-type]


def _collect(found: Collector, block: Block, size: int, effort: tuple[int | None, float]) -> None:
    """Go through the blocks, on processes where the work is worth starting them."""
    games, (workers, microseconds) = len(found.count), effort
    team = min(workers or available_cores(), -(-games // size))
    if team > 1 and games * microseconds > _WORTH_FORKING and can_fork():
        lines = len(found.table)
        results = map_on_processes(block, games, size=size, workers=team, lines=lines)
    else:
        results = map_blocks(block, games, size=size, workers=workers)
    for one, status in results:
        found.add(one, status)


def _microseconds(shape: tuple[int, ...]) -> float:
    """Estimate the time of a game from the number of minors."""
    m, n = shape
    return 0.05 + 0.003 * (layout_of(m, n).entries + layout_of(n, m).entries)


def _result(games: Game, found: Collector) -> Equilibria:
    batch, (m, n), table = games.batch_shape, games.shape, found.table
    return Equilibria(
        games=games,
        count=found.count.reshape(batch),
        status=found.status.reshape(batch),
        degenerate=(found.status == Status.COMPONENTS).reshape(batch),
        game=np.repeat(np.arange(len(found.count)), found.count),
        strategies=(table[:m].T, table[m : m + n].T),
        payoffs=table[m + n : -2].T,
        index=table[-2],
        regret=table[-1],
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
        raise MethodError(
            "method 'all' needs two players",
            value=f"{len(shape)} players",
            remedy="use method='pure' or logit, or hand over with to_gambit()",
        )
    if sum(shape) > MOST_ACTIONS:
        raise MethodError(
            f"method 'all' takes at most {MOST_ACTIONS} actions in all",
            value=f"{shape[0]} + {shape[1]} = {sum(shape)}",
            remedy="use method='polytopes' for more, or 'one' for one of them",
        )
