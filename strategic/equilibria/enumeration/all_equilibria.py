"""All equilibria of two-player games, certified, in bulk."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass

import numpy as np

from strategic.blocks import available_cores, map_blocks
from strategic.equilibria._two_players import check_two_players, with_one_axis
from strategic.equilibria.enumeration._certified import certified_equilibria
from strategic.equilibria.enumeration._equilibrium_blocks import (
    Collector,
    lines_of,
    table_height,
)
from strategic.equilibria.enumeration._processes import Block, map_on_processes
from strategic.equilibria.enumeration._support_tables import minor_layout
from strategic.equilibria.enumeration._two_by_two import two_by_two_equilibria
from strategic.equilibria.enumeration.exact_fallback import exact_equilibria
from strategic.equilibria.method import Method
from strategic.equilibria.result import Equilibria
from strategic.equilibria.sizes import MOST_ACTIONS, advice
from strategic.errors import MethodError
from strategic.games.game import Game
from strategic.status import Status
from strategic.workers import can_fork

MOST_GAMES = 1 << 16
"""Games per block: those are sorted by numbers of 16 bits."""
_LARGEST = 16384  # games per block
_SMALLEST_EXACT = 64
_MANY = 86_000  # games per block times the root of the minors per game
_EXACT_IS_SLOWER = 15
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
    sign that matters is in doubt goes to exact arithmetic. So the list is proved complete.
    Degenerate games give all extreme equilibria.

    Examples
    --------
    >>> AllEquilibria().solve(Game.from_payoffs([[1, 0], [0, 1]], [[1, 0], [0, 1]])).count
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
        check_two_players(games, "all")
        shape = m, n = games.shape
        if m + n > MOST_ACTIONS:
            raise MethodError(
                f"method 'all' takes at most {MOST_ACTIONS} actions in all",
                value=f"{m} + {n} = {m + n}",
                remedy=advice(games.shape),
            )
        flat = with_one_axis(games)
        (row, column), rounded = flat.payoffs, flat.rounded
        certify = two_by_two_equilibria if shape == (2, 2) else certified_equilibria
        if shape == (2, 2) and flat.exact is None:
            rounded = np.zeros_like(rounded)  # different decimals keep their order as doubles
        minors = minor_layout(m, n).entries, minor_layout(n, m).entries
        microseconds = 0.05 + 0.003 * sum(minors)  # per game, roughly
        # Balance calls (many games per block) against cache (few): measured at all sizes.
        size = self.block or int(min(2 ** round(np.log2(_MANY / np.sqrt(max(minors)))), _LARGEST))
        found = Collector(table_height(shape), len(row))
        _collect(
            found,
            lambda part: certify(row[part], column[part], rounded[part]),
            size=size,
            workers=workers,
            microseconds=microseconds,
        )
        undecided = np.flatnonzero(found.status == Status.NOT_FINISHED)
        exact = Collector(table_height(shape), len(undecided))
        _collect(
            exact,
            lambda part: exact_equilibria(flat.of_batch(undecided[part])),  # type: ignore[arg-type]
            size=self.block or max(_SMALLEST_EXACT, size // 8),
            workers=workers,
            microseconds=_EXACT_IS_SLOWER * microseconds,
        )
        found.insert(exact, undecided)
        batch, lines = games.batch_shape, lines_of(found.table, shape)
        return Equilibria(
            games=games,
            count=found.count.reshape(batch),
            status=found.status.reshape(batch),
            degenerate=(found.status == Status.COMPONENTS).reshape(batch),
            game=np.repeat(np.arange(len(found.count)), found.count),
            strategies=(lines.x.T, lines.y.T),
            payoffs=lines.payoffs.T,
            index=lines.index,
            regret=lines.regret,
            method="all",
        )


def _collect(
    found: Collector, block: Block, *, size: int, workers: int | None, microseconds: float
) -> None:
    """Go through the blocks, on processes where the work is worth starting them."""
    games = len(found.count)
    team = min(workers or available_cores(), -(-games // size))
    if team > 1 and games * microseconds > _WORTH_FORKING and can_fork():
        lines = len(found.table)
        results = map_on_processes(block, games, size=size, workers=team, lines=lines)
    else:
        results = map_blocks(block, games, size=size, workers=workers)
    # Closed here, not when the last traceback that refers to it is: the workers end with it.
    with closing(results):
        for equilibria, status in results:
            found.add(equilibria, status)
