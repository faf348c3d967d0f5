"""The games of a part: a range of a table, or the games of a sample."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from strategic.arrays import Array
from strategic.games import Game, GameTable

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, eq=False)
class Portion:
    """Some games of a table.

    Parameters
    ----------
    numbers : array ``(games,)`` of int
        Their numbers in the table, ascending.
    games : Game
        A batch with one leading axis; what is missing is NaN.
    extra : pyarrow.RecordBatch, optional
        Further columns of the table.
    """

    numbers: Array
    games: Game
    extra: pa.RecordBatch | None = None

    def part(self, index: slice | Array) -> Portion:
        """Take some of the games, by a slice or an array of places."""
        games, extra = self.games.of_batch(index), self.extra  # type: ignore[arg-type]
        if extra is not None and isinstance(index, slice):
            start, stop, _ = index.indices(len(self.numbers))
            extra = extra.slice(start, max(stop - start, 0))
        elif extra is not None:
            import pyarrow as pa

            extra = extra.take(pa.array(index))
        return Portion(self.numbers[index], games, extra)


def portions(
    table: GameTable,
    size: int,
    *,
    part: int | None = None,
    start: int = 0,
    stop: int | None = None,
    chosen: Array | None = None,
) -> Iterator[Portion]:
    """Read games in portions of ``size``, cut at the ends of parts.

    Parameters
    ----------
    table : GameTable
    size : int
    part : int, optional
        Games per part: the last portion of a part is smaller where ``size`` does not divide it.
    start, stop : int
        Of the games to read.
    chosen : array of int, optional
        Ascending numbers of the games of a sample; the others are read over.
    """
    if chosen is not None:
        if not len(chosen):
            return
        start, stop = int(chosen[0]), int(chosen[-1]) + 1
    part = part or size
    size = min(size, part)
    blocks: Iterator[Portion] = (
        Portion(np.arange(block.first, block.first + len(block)), block.games, block.extra)
        for block in table.parts(size, start=start, stop=stop)
    )
    if chosen is None and part % size == 0:
        yield from blocks
        return
    if chosen is not None:
        blocks = _chosen_of(blocks, chosen)
    held: list[Portion] = []
    count = done = 0
    for block in blocks:
        taken = block
        while count + len(taken.numbers) >= (wanted := min(size, part - done)):
            cut = wanted - count
            yield _joined([*held, taken.part(slice(0, cut))])
            taken, held, count = taken.part(slice(cut, None)), [], 0
            done = (done + wanted) % part
        if len(taken.numbers):
            held.append(taken)
            count += len(taken.numbers)
    if held:
        yield _joined(held)


def _chosen_of(blocks: Iterable[Portion], chosen: Array) -> Iterator[Portion]:
    for block in blocks:
        first, last = np.searchsorted(chosen, [block.numbers[0], block.numbers[-1] + 1])
        yield block.part(chosen[first:last] - block.numbers[0])


def count_games(table: GameTable, most: int | None = None) -> int:
    """Count the games of a table that does not tell, by reading it; stop at ``most``."""
    count = 0
    for block in table.parts(stop=most):
        count += len(block)
        if most is not None and count >= most:
            return most
    return count


def _joined(portions: Sequence[Portion]) -> Portion:
    if len(portions) == 1:
        return portions[0]
    import pyarrow as pa

    games = [portion.games for portion in portions]
    # Games whose numbers are all of one kind stay cheap; any other mix becomes exact.
    plain = len({g.decimal for g in games}) == 1 and all(g.exact is None for g in games)
    exact = [] if plain else [g.fractions() for g in games]
    extras = [portion.extra for portion in portions if portion.extra is not None]
    return Portion(
        np.concatenate([portion.numbers for portion in portions]),
        replace(
            games[0],
            payoffs=tuple(map(np.concatenate, zip(*(g.payoffs for g in games), strict=True))),
            exact=tuple(map(np.concatenate, zip(*exact, strict=True))) or None,
        ),
        pa.Table.from_batches(extras).combine_chunks().to_batches()[0] if extras else None,
    )
