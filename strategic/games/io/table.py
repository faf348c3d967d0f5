"""A table of two-player games in a file, read one block of games at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from strategic.arrays import Array
from strategic.errors import FileError, nearest
from strategic.games.game import Game
from strategic.games.io.files import errors_named
from strategic.games.matrix import payoff_columns

FORMATS = (".npz", ".csv", ".parquet")
"""Endings of files that hold tables of games."""

_PAYOFF = re.compile(r"(row|column)_(\d+)_(\d+)", re.ASCII)
_PLAYERS = ("row", "column")
_NUMBERING = ("", "game", "index", "__index_level_0__")
_BLOCK_ENTRIES = 2**20


@dataclass(frozen=True)
class GameTable:
    """Games of one shape in a file, which may be larger than memory.

    Parameters
    ----------
    path : Path
    shape : tuple of two int
        Number of actions of the row and the column player.
    count : int or None
        Number of games; None where only reading to the end tells (csv).
    open_blocks : callable
        Takes the number of games a block and gives an iterator of games with one batch axis.
    """

    path: Path
    shape: tuple[int, int]
    count: int | None
    open_blocks: Callable[[int], Iterator[Game]]

    def blocks(self, size: int | None = None) -> Iterator[Game]:
        """Read the games block by block.

        Parameters
        ----------
        size : int, optional
            Most games a block; about 16 megabytes of payoffs by default. A csv file is cut by
            bytes first, so its blocks may be smaller.

        Yields
        ------
        Game
            A batch with one leading axis.

        Raises
        ------
        FileError
            When the rest of the file is damaged or an entry is no number.
        """
        games = size or max(64, _BLOCK_ENTRIES // (self.shape[0] * self.shape[1]))
        with errors_named(self.path, "read"):
            yield from self.open_blocks(games)

    def game(self, number: int) -> Game:
        """Read one game.

        Raises
        ------
        FileError
            When the file is damaged before it, or holds fewer games.
        """
        start = 0
        for block in self.blocks():
            if number < start + len(block.row):
                return block.of_batch(number - start)
            start += len(block.row)
        rule = f"holds {start} games, numbered from 0"
        raise FileError(rule, where="game", value=number).in_file(self.path)

    def read(self) -> Game:
        """Read all games at once.

        Raises
        ------
        FileError
            When the file is damaged or an entry is no number.
        """
        return joined(list(self.blocks()))


def joined(blocks: Sequence[Game]) -> Game:
    """Put blocks of games together along their first axis.

    Examples
    --------
    >>> block = Game.of([[[1, 2]]], [[[3, 4]]])
    >>> joined([block, block]).batch_shape
    (2,)
    """
    if len(blocks) == 1:
        return blocks[0]
    same_kind = len({block.decimal for block in blocks}) == 1
    plain = same_kind and all(block.exact is None for block in blocks)
    return replace(
        blocks[0],
        payoffs=_concatenated(block.payoffs for block in blocks),
        exact=None if plain else _concatenated(block.fractions() for block in blocks),
    )


def shape_of_columns(names: Sequence[str]) -> tuple[int, int]:
    """Read the shape of the games off the names of a table's columns.

    Raises
    ------
    FileError
        When a column is unknown, missing or there twice.

    Examples
    --------
    >>> shape_of_columns(["column_0_1", "row_0_0", "row_0_1", "column_0_0"])
    (1, 2)
    """
    places = [found.groups() for name in names if (found := _PAYOFF.fullmatch(name))]
    if not places:
        raise FileError(
            "must have columns row_0_0, ... and column_0_0, ...", where="columns", value=names[:4]
        )
    rows, columns = (1 + max(int(place[axis][:9]) for place in places) for axis in (1, 2))
    if rows * columns > len(names):
        missing = next(n for n in _all_names(rows, columns) if n not in names)
        raise FileError(f"{missing} is missing", where="columns")
    wanted = payoff_columns((rows, columns))
    _check_names(names, wanted, f"{rows} x {columns} games")
    return rows, columns


def _concatenated(blocks: Iterable[Sequence[Array]]) -> tuple[Array, ...]:
    return tuple(np.concatenate(tables) for tables in zip(*blocks, strict=True))


def _all_names(rows: int, columns: int) -> Iterator[str]:
    return (f"{p}_{i}_{j}" for p in _PLAYERS for i in range(rows) for j in range(columns))


def _check_names(names: Sequence[str], wanted: Collection[str], what: str) -> None:
    known = set(names)
    for name in wanted:
        if name not in known:
            raise FileError(f"{name} is missing for {what}", where="columns")
    for place, name in enumerate(names):
        if name in names[:place]:
            raise FileError("must stand only once", where="columns", value=name)
        if name not in wanted and name not in _NUMBERING:
            remedy = nearest(name, wanted)
            raise FileError("unknown column", where="columns", value=name, remedy=remedy)
