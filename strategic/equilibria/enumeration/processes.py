"""Blocks of games on processes that share memory with this one.

Threads share one interpreter lock. A block is thousands of short array operations, and two threads
that hand the lock to each other after every one of them are hardly faster than one. Forked
processes read the payoffs where they are and leave their tables in shared memory.
"""

from __future__ import annotations

import mmap
import multiprocessing
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.blocks import block_slices
from strategic.equilibria.enumeration.found import Found
from strategic.errors import MethodError

Block = Callable[[slice], tuple[Found, Array]]
_SLOTS = 3
_ROOM_PER_GAME = 32  # equilibria; memory that is not used is not taken


def can_fork() -> bool:
    """Tell whether processes can be forked here: on Linux, outside of daemons."""
    return sys.platform == "linux" and not multiprocessing.current_process().daemon


def map_on_processes(
    block: Block, games: int, *, size: int, workers: int, lines: int
) -> Iterator[tuple[Found, Array]]:
    """Apply ``block`` to all blocks of games; results come in their order.

    Parameters
    ----------
    block : callable
        Takes a slice of the games, gives what was found and a status a game.
    games, size : int
        Games in all, and games a block.
    workers : int
        Processes.
    lines : int
        Height of the tables.

    Yields
    ------
    found : Found
        Valid until the next one is asked for.
    status : array of int8
    """
    slices = list(block_slices(games, size))
    team = [_Worker.start(block, slices[w::workers], lines, size) for w in range(workers)]
    try:
        for number in range(len(slices)):
            yield from team[number % workers].result()
    finally:
        for worker in team:
            worker.stop()


@dataclass(frozen=True, eq=False)
class _Worker:
    """One process: its end of a pipe, and slots of shared memory it fills in turn."""

    process: Any
    pipe: Any
    slots: _Slots

    @classmethod
    def start(cls, block: Block, slices: list[slice], lines: int, size: int) -> _Worker:
        fork = multiprocessing.get_context("fork")
        slots = _Slots.of(lines, size)
        ours, theirs = fork.Pipe()
        process = fork.Process(target=_work, args=(block, slices, slots, theirs), daemon=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # the child starts no threads
            process.start()
        theirs.close()
        return cls(process, ours, slots)

    def result(self) -> Iterator[tuple[Found, Array]]:
        """Hand out the next block, then its slot may be filled again."""
        try:
            message = self.pipe.recv()
        except EOFError:
            message = MethodError(
                "a worker process ended before its games were done",
                remedy="it may have run out of memory; try workers=1",
            )
        if isinstance(message, BaseException):
            raise message
        if isinstance(message, tuple):
            yield message
        else:
            yield self.slots.read(*message)
        with suppress(BrokenPipeError):  # it may have ended after its last block
            self.pipe.send_bytes(b"-")

    def stop(self) -> None:
        self.pipe.close()
        self.process.terminate()
        self.process.join()


def _work(block: Block, slices: list[slice], slots: _Slots, pipe: Any) -> None:
    """Go through the blocks of one process, at most as many ahead as there are slots."""
    try:
        for number, part in enumerate(slices):
            if number >= _SLOTS:
                pipe.recv_bytes()
            found, status = block(part)
            told = slots.write(number % _SLOTS, found, status)
            pipe.send(told or (found.sorted(), status))
    except (EOFError, KeyboardInterrupt):
        return  # the other side has gone
    except Exception as problem:  # noqa: BLE001 - raised again on the other side
        pipe.send(problem)


@dataclass(frozen=True, eq=False)
class _Slots:
    """Shared memory for a few blocks."""

    memory: mmap.mmap
    lines: int
    size: int

    @classmethod
    def of(cls, lines: int, size: int) -> _Slots:
        return cls(mmap.mmap(-1, _SLOTS * cls._doubles(lines, size) * 8), lines, size)

    @staticmethod
    def _doubles(lines: int, size: int) -> int:
        return (lines * _ROOM_PER_GAME + 2) * size

    def write(self, slot: int, found: Found, status: Array) -> list[int] | None:
        """Fill a slot; None if there are too many equilibria for it."""
        equilibria = found.table.shape[1]
        if equilibria > _ROOM_PER_GAME * self.size:
            return None
        table, count, state = self._views(slot, len(status), equilibria)
        found.write_to(table)
        count[:], state[:] = found.count, status
        return [slot, len(status), equilibria]

    def read(self, slot: int, games: int, equilibria: int) -> tuple[Found, Array]:
        """See what a slot holds."""
        table, count, status = self._views(slot, games, equilibria)
        return Found(count, table), status

    def _views(self, slot: int, games: int, equilibria: int) -> tuple[Array, Array, Array]:
        doubles = self._doubles(self.lines, self.size)
        room = np.frombuffer(self.memory, dtype=np.float64)[slot * doubles :][:doubles]
        table = room[2 * self.size :][: self.lines * equilibria].reshape(self.lines, equilibria)
        count = room[: self.size].view(np.int64)[:games]
        status = room[self.size : 2 * self.size].view(np.int8)[:games]
        return table, count, status
