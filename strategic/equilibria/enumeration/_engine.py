"""How an enumeration goes through a batch: certified in doubles, the rest in exact arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

from strategic.arrays import Array
from strategic.blocks import available_cores, block_slices, keep_freed_memory, map_blocks
from strategic.equilibria.enumeration._equilibrium_blocks import (
    NEW,
    Block,
    Collector,
    Columns,
    EquilibriumBlock,
    TableForm,
)

_WORTH_FORKING = 500_000.0  # microseconds: starting processes takes some twenty thousand


@dataclass(eq=False, slots=True)  # not frozen: one is made for every call
class Engine:
    """What enumerates the equilibria of games of one shape.

    Parameters
    ----------
    certify : callable
        Takes a slice of the games; gives what was found, and a status which is not finished for
        the games it leaves open.
    exact : callable
        Takes the numbers of games left open.
    form : TableForm
        Of the tables of what is found.
    size, exact_size : int
        Games per block.
    microseconds, exact_microseconds : float
        Per game, roughly: what is worth starting processes for.
    counts_on_threads : bool
        Whether ``certify`` only counts, in calls so few and long that threads do not wait for one
        another.
    """

    certify: Callable[[slice], tuple[Block, Array]]
    exact: Callable[[Array], tuple[Block, Array]]
    form: TableForm
    size: int
    exact_size: int
    microseconds: float
    exact_microseconds: float
    counts_on_threads: bool = False

    def run(self, games: int, *, workers: int | None, into: Columns = NEW) -> Collector:
        """Go through ``games`` games; the answer depends on neither blocks nor workers."""
        keep_freed_memory()
        if self.counts_on_threads and games > self.size:
            found = Collector.expecting(games, self.form, into)
            self._count(found, games, workers or available_cores())
        else:
            found = _collected(
                self.certify,
                games,
                self.form,
                self.size,
                workers=workers,
                microseconds=self.microseconds,
                into=into,
            )
        undecided = found.undecided()
        if len(undecided):
            some = lambda part: self.exact(undecided[part])  # noqa: E731
            number, size, cost = len(undecided), self.exact_size, self.exact_microseconds
            late = _collected(some, number, self.form, size, workers=workers, microseconds=cost)
            found.insert(late, undecided)
        return found

    def _count(self, found: Collector, games: int, workers: int) -> None:
        """Let each thread write the counts of a stretch of blocks where they are to be."""
        blocks = -(-games // self.size)
        together = -(-blocks // workers)

        def count(stretch: slice) -> None:
            for part in list(block_slices(games, self.size))[stretch]:
                found.put(*self.certify(part), part)

        for _ in map_blocks(count, blocks, size=together, workers=workers):
            pass


def _collected(
    block: Callable[[slice], tuple[Block, Array]],
    games: int,
    form: TableForm,
    size: int,
    *,
    workers: int | None,
    microseconds: float,
    into: Columns = NEW,
) -> Collector:
    """Go through the blocks, on processes where the work is worth starting them."""
    if 0 < games <= size:
        return Collector.of_block(*block(slice(games)), form, into)
    found = Collector.expecting(games, form, into)
    team = min(workers or available_cores(), -(-games // size))
    if team <= 1:
        for part in block_slices(games, size):
            found.add(*block(part))  # written where it is to be
        return found

    def done(part: slice) -> tuple[EquilibriumBlock, Array]:
        equilibria, status = block(part)
        return equilibria.sorted(), status

    results = None
    if games * microseconds > _WORTH_FORKING:
        # Loaded here: a few games need no processes, and loading them takes longer than solving.
        from strategic.equilibria.enumeration._processes import map_on_processes
        from strategic.workers import can_fork

        if can_fork():
            results = map_on_processes(block, games, size=size, workers=team, form=form)
    if results is None:
        results = map_blocks(done, games, size=size, workers=workers)
    # Closed here, not when the last traceback that refers to it is: the workers end with it.
    with closing(results):
        for equilibria, status in results:
            found.add(equilibria, status)
    return found
