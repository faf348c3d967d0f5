"""Blocks of games joined and cut anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from strategic.games.game import Game
from strategic.games.io.table import GameBlock


def recut(
    blocks: Iterable[GameBlock], size: int, start: int, stop: int | None
) -> Iterator[GameBlock]:
    """Cut consecutive blocks into blocks of ``size`` games, from ``start`` to ``stop``.

    Blocks may begin before ``start`` and end after ``stop``.
    """
    waiting: list[GameBlock] = []
    held = 0
    for given in blocks:
        block = _within(given, start, stop)
        while len(block):
            taken = min(size - held, len(block))
            waiting.append(_slice(block, 0, taken))
            held += taken
            block = _slice(block, taken, len(block))
            if held == size:
                yield joined(waiting)
                waiting, held = [], 0
        if stop is not None and given.first + len(given) >= stop:
            break
    if waiting:
        yield joined(waiting)


def joined(blocks: Sequence[GameBlock]) -> GameBlock:
    """Join blocks to one."""
    if len(blocks) == 1:
        return blocks[0]
    import pyarrow as pa

    extra = None
    if blocks[0].extra is not None:
        batches = [block.extra for block in blocks]
        table = pa.Table.from_batches(batches).combine_chunks()
        extra = pa.RecordBatch.from_arrays(
            [column.chunk(0) for column in table.columns], schema=table.schema
        )
    return GameBlock(blocks[0].first, stacked([block.games for block in blocks]), extra)


def stacked(batches: Sequence[Game]) -> Game:
    """Put batches of games of one shape one after the other.

    Examples
    --------
    >>> one = Game.from_payoffs([[[1, 2]]], [[[3, 4]]])
    >>> stacked([one, one])
    <Game: 2 games 1x2>
    """
    first = batches[0]
    if len(batches) == 1:
        return first
    # Blocks whose numbers are all of one kind stay cheap; any other mix becomes exact.
    plain = len({b.decimal for b in batches}) == 1 and all(b.exact is None for b in batches)
    payoffs = zip(*(batch.payoffs for batch in batches), strict=True)
    exact = [] if plain else zip(*(batch.fractions() for batch in batches), strict=True)
    return replace(
        first,
        payoffs=tuple(map(np.concatenate, payoffs)),
        exact=tuple(map(np.concatenate, exact)) or None,
        decimal=plain and first.decimal,
    )


def _within(block: GameBlock, start: int, stop: int | None) -> GameBlock:
    last = len(block) if stop is None else min(len(block), stop - block.first)
    return _slice(block, max(start - block.first, 0), last)


def _slice(block: GameBlock, first: int, last: int) -> GameBlock:
    if first == 0 and last == len(block):
        return block
    first, last = min(first, len(block)), max(last, min(first, len(block)))
    games = block.games.of_batch(slice(first, last))  # type: ignore[arg-type]
    extra = None if block.extra is None else block.extra.slice(first, last - first)
    return GameBlock(block.first + first, games, extra)
