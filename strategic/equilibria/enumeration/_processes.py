"""Blocks of games on processes that share memory with this one.

The workers read the payoffs where they are and leave their tables in shared memory, so that
equilibria, many more numbers than payoffs, are never pickled.
"""

from __future__ import annotations

import mmap
from collections.abc import Callable, Generator
from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array
from strategic.blocks import block_slices
from strategic.equilibria.enumeration._equilibrium_blocks import (
    Block,
    EquilibriumBlock,
    TableForm,
)
from strategic.workers import forked

_AHEAD = 3
"""Blocks a worker may finish before the first of them is read: one slot of memory for each."""
_RESERVED_PER_GAME = 32
"""Equilibria per game for which a slot is large enough; memory that is not used is not taken."""


def map_on_processes(
    block: Callable[[slice], tuple[Block, Array]],
    games: int,
    *,
    size: int,
    workers: int,
    form: TableForm,
) -> Generator[tuple[EquilibriumBlock, Array]]:
    """Apply ``block`` to all blocks of games; results come in their order.

    Parameters
    ----------
    block : callable
        Takes a slice of the games, gives what was found and one status per game.
    games, size : int
        Games in all, and games per block.
    workers : int
        Processes.
    form : TableForm
        Of the tables.

    Yields
    ------
    found : EquilibriumBlock
        Valid until the next one is asked for.
    status : array of int8
    """
    slices = list(block_slices(games, size))
    slots = [_Slot.of(form, size) for _ in range(min(_AHEAD * workers, len(slices)))]

    def fill(number: int) -> tuple[int, int] | tuple[EquilibriumBlock, Array]:
        found, status = block(slices[number])
        return slots[number % len(slots)].write(found, status) or (found.sorted(), status)

    # Block k belongs to worker k mod workers and to slot k mod slots. As the number of slots is a
    # multiple of the workers, or covers all blocks, a slot has one writer.
    with forked(fill, workers) as team:
        for number in range(len(slots)):
            team[number % workers].send(number)
        for number in range(len(slices)):
            answer = team[number % workers].receive()
            in_slot = isinstance(answer[0], int)
            yield slots[number % len(slots)].read(*answer) if in_slot else answer
            # Only now has the caller done with the slot, so that it may be filled again.
            if number + len(slots) < len(slices):
                team[(number + len(slots)) % workers].send(number + len(slots))


@dataclass(frozen=True, eq=False)
class _Slot:
    """Shared memory for one block: a count and a status per game, then the table."""

    memory: Array
    form: TableForm
    size: int

    @classmethod
    def of(cls, form: TableForm, size: int) -> _Slot:
        octets = (16 + _octets(form) * _RESERVED_PER_GAME) * size
        return cls(np.frombuffer(mmap.mmap(-1, octets), dtype=np.uint8), form, size)

    def write(self, found: Block, status: Array) -> tuple[int, int] | None:
        """Fill the slot and say how to read it; None if there are too many equilibria for it."""
        games, equilibria = len(status), found.equilibria
        if equilibria > _RESERVED_PER_GAME * self.size:
            return None
        into, state = self.read(games, equilibria)
        found.write_to(into.table)
        into.count[:], state[:] = found.count, status
        return games, equilibria

    def read(self, games: int, equilibria: int) -> tuple[EquilibriumBlock, Array]:
        """See what the slot holds."""
        count, status = self.memory[: 8 * games], self.memory[8 * self.size :][:games]
        table = self.memory[16 * self.size :][: _octets(self.form) * equilibria]
        table = table.view(self.form.kind).reshape(self.form.lines, equilibria)
        return EquilibriumBlock(count.view(np.int64), table), status.view(np.int8)


def _octets(form: TableForm) -> int:
    """Count the octets of one column of a table."""
    return form.lines * np.dtype(form.kind).itemsize
