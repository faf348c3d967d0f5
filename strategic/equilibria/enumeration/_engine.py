"""How an enumeration goes through a batch: certified in doubles, the rest in exact arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from strategic.arrays import Array
from strategic.blocks import available_cores, map_blocks
from strategic.equilibria.enumeration._equilibrium_blocks import Collector, EquilibriumBlock
from strategic.status import Status

if TYPE_CHECKING:
    from strategic.equilibria.enumeration._processes import Block

_WORTH_FORKING = 500_000.0  # microseconds: starting processes takes some twenty thousand


@dataclass(frozen=True, eq=False)
class Engine:
    """What enumerates the equilibria of games of one shape.

    Parameters
    ----------
    certify : callable
        Takes a slice of the games; gives what was found, and a status which is not finished for
        the games it leaves open.
    exact : callable
        Takes the numbers of games left open.
    lines : int
        Height of the tables of what is found.
    size, exact_size : int
        Games per block.
    microseconds, exact_microseconds : float
        Per game, roughly: what is worth starting processes for.
    """

    certify: Callable[[slice], tuple[EquilibriumBlock, Array]]
    exact: Callable[[Array], tuple[EquilibriumBlock, Array]]
    lines: int
    size: int
    exact_size: int
    microseconds: float
    exact_microseconds: float

    def run(self, games: int, *, workers: int | None) -> Collector:
        """Go through ``games`` games; the answer depends on neither blocks nor workers."""
        found = Collector(self.lines, games)
        _collect(found, self.certify, self.size, workers, self.microseconds)
        undecided = np.flatnonzero(found.status == Status.NOT_FINISHED)
        exact = Collector(self.lines, len(undecided))
        _collect(
            exact,
            lambda part: self.exact(undecided[part]),
            self.exact_size,
            workers,
            self.exact_microseconds,
        )
        found.insert(exact, undecided)
        return found


def _collect(
    found: Collector, block: Block, size: int, workers: int | None, microseconds: float
) -> None:
    """Go through the blocks, on processes where the work is worth starting them."""
    games = len(found.count)
    team = min(workers or available_cores(), -(-games // size))
    results = None
    if team > 1 and games * microseconds > _WORTH_FORKING:
        # Loaded here: a few games need no processes, and loading them takes longer than solving.
        from strategic.equilibria.enumeration._processes import map_on_processes
        from strategic.workers import can_fork

        if can_fork():
            lines = len(found.table)
            results = map_on_processes(block, games, size=size, workers=team, lines=lines)
    if results is None:
        results = map_blocks(block, games, size=size, workers=workers)
    # Closed here, not when the last traceback that refers to it is: the workers end with it.
    with closing(results):
        for equilibria, status in results:
            found.add(equilibria, status)
