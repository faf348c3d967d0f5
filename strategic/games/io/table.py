"""A table of games in a file, read one block of games at a time."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from strategic.errors import FileError
from strategic.games.game import Game
from strategic.games.io.files import reading
from strategic.games.matrix import payoff_columns
from strategic.whole_numbers import check_whole

if TYPE_CHECKING:
    import pyarrow as pa

_BLOCK_ENTRIES = 2**20


@dataclass(frozen=True)
class GameBlock:
    """Some games of a table, one after another, and what else the table says of them.

    Parameters
    ----------
    first : int
        Number of the first of them in the table, from 0.
    games : Game
        A batch with one leading axis; NaN where a payoff is missing.
    extra : pyarrow.RecordBatch or None
        One row per game: the columns of the table that are no payoffs, as they stand there.
    """

    first: int
    games: Game
    extra: pa.RecordBatch | None = None

    def __len__(self) -> int:
        return len(self.games.payoffs[0])


class GameReader(ABC):
    """How games come out of one kind of file; knows where they are, and holds nothing open.

    Subclasses are dataclasses of paths and numbers, so that other processes may read too.
    """

    @property
    def together(self) -> int:
        """How many games lie so close that reading the last of them takes reading all."""
        return 1

    @property
    def payoff_names(self) -> Sequence[str]:
        """Names of the columns of payoffs in the file, those of the first player first, if any."""
        return ()

    @property
    @abstractmethod
    def seekable(self) -> bool:
        """Whether some games can be read without reading all before them."""

    def indexed(self) -> tuple[GameReader, int] | None:
        """Look through the file, if need be, for where games begin.

        Returns
        -------
        reader : GameReader
            Of the same games, from any of them on.
        games : int
            How many there are.
        None
            Where reading from the beginning is the only way.
        """
        return None

    @abstractmethod
    def parts(self, size: int, start: int, stop: int | None) -> Iterator[GameBlock]:
        """Read the games from ``start`` to ``stop`` (to the end if None).

        Every block holds ``size`` games, except the last one. A table without games is an error.
        """


@dataclass(frozen=True)
class HeldGames(GameReader):
    """Games that are in memory already.

    Parameters
    ----------
    games : Game
        A batch with one leading axis.
    extra : pyarrow.RecordBatch or None
    """

    games: Game
    extra: pa.RecordBatch | None = None

    seekable = True

    def parts(self, size: int, start: int, stop: int | None) -> Iterator[GameBlock]:
        """Cut the batch."""
        total = len(self.games.payoffs[0])
        stop = total if stop is None else min(stop, total)
        for first in range(start, stop, size):
            last = min(first + size, stop)
            extra = None if self.extra is None else self.extra.slice(first, last - first)
            yield GameBlock(first, self.games.of_batch(slice(first, last)), extra)  # type: ignore[arg-type]


@dataclass(frozen=True)
class GameTable:
    """Games of one shape in a file, which may be larger than memory.

    Can be sent to other processes, which then read the file themselves.

    Parameters
    ----------
    path : Path or str
        The file, or what else to call the source in errors.
    shape : tuple of int
        Number of actions of each player.
    count : int or None
        Number of games; None where only reading to the end tells (csv).
    reader : GameReader
    extra : tuple of str, optional
        Columns that are no payoffs, such as names of games; they are carried along.
    notes : tuple of str, optional
        What was guessed of the file, a sentence each.
    damage : tuple of exception types, optional
        What ``reader`` raises at a damaged file.

    Examples
    --------
    >>> import tempfile
    >>> from strategic.games import families, open_games, write
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = write(families.random_games((2, 2), 5, rng=0), Path(folder) / "games.npz")
    ...     table = open_games(Path(folder) / "games.npz")
    ...     [(block.first, len(block)) for block in table.parts(2, start=1)]
    [(1, 2), (3, 2)]
    >>> table.shape, table.count, table.extra, table.notes
    ((2, 2), 5, (), ())
    """

    path: Path | str
    shape: tuple[int, ...]
    count: int | None
    reader: GameReader
    extra: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    damage: tuple[type[Exception], ...] = ()

    @property
    def seekable(self) -> bool:
        """Whether some games can be read without reading all before them."""
        return self.reader.seekable

    def indexed(self) -> GameTable:
        """Give a table of the same games that is `seekable` and knows their number, if it can.

        Other tables than csv files are given as they are. A csv file is looked through once, which
        is far faster than reading its numbers; it must hold no quotation marks.

        Examples
        --------
        >>> import tempfile
        >>> from strategic.games import families, open_games, write
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     _ = write(families.random_games((2, 2), 5, rng=0), Path(folder) / "games.csv")
        ...     table = open_games(Path(folder) / "games.csv")
        ...     (table.seekable, table.count), (table.indexed().seekable, table.indexed().count)
        ((False, None), (True, 5))
        """
        if self.seekable:
            return self
        with reading(self.path, *self.damage):
            found = self.reader.indexed()
        return self if found is None else replace(self, reader=found[0], count=found[1])

    def parts(
        self, size: int | None = None, *, start: int = 0, stop: int | None = None
    ) -> Iterator[GameBlock]:
        """Read games with their numbers and further columns, block by block.

        Parameters
        ----------
        size : int, optional
            Games per block, fewer in the last one; about 16 megabytes of payoffs by default.
        start, stop : int, optional
            Number of the first game, and of the one after the last; all by default. Cheap where
            the table is `seekable`; else all games before are read too.

        Yields
        ------
        GameBlock
            NaN stands for a payoff that is missing or infinite.

        Raises
        ------
        FileError
            When the rest of the file is damaged or an entry is not a number.
        """
        check_whole(size=size, start=start, stop=stop)
        games = size or max(64, _BLOCK_ENTRIES // math.prod(self.shape))
        with reading(self.path, *self.damage):
            if games < 1 or start < 0:
                value = games if games < 1 else start
                raise FileError("must not be negative", where="games", value=value)
            yield from self.reader.parts(games, start, stop)

    def blocks(
        self,
        size: int | None = None,
        *,
        start: int = 0,
        stop: int | None = None,
        missing: bool = False,
    ) -> Iterator[Game]:
        """Read the games block by block.

        Parameters
        ----------
        size, start, stop : int, optional
            As for `parts`.
        missing : bool
            Let games lack payoffs: an empty cell, NaN or an infinite payoff is then NaN in the
            game, not an error.

        Yields
        ------
        Game
            A batch with one leading axis.

        Raises
        ------
        FileError
            When the rest of the file is damaged or an entry is not a number.
        """
        check_whole(size=size, start=start, stop=stop)
        for block in self.parts(size, start=start, stop=stop):
            if not (missing or block.games.is_complete):
                raise _gap(block.games, block.first, self.reader.payoff_names).in_file(self.path)
            yield block.games

    def game(self, number: int) -> Game:
        """Read one game.

        Raises
        ------
        FileError
            When the file is damaged before it, or holds fewer games.
        """
        check_whole(number=number)
        if number >= 0 and (self.count is None or number < self.count):
            for games in self.blocks(1, start=number, stop=number + 1):
                return games.of_batch(0)
        held = self.count
        if held is None:
            held = sum(len(block) for block in self.parts())
        rule = f"holds {held} games, numbered from 0"
        raise FileError(rule, where="game", value=number).in_file(self.path)

    def read(self, *, missing: bool = False) -> Game:
        """Read all games at once; ``missing`` as for `blocks`.

        Raises
        ------
        FileError
            When the file is damaged or an entry is not a number.
        """
        blocks = list(self.blocks(missing=missing))
        if len(blocks) == 1:
            return blocks[0]
        # Blocks whose numbers are all of one kind stay cheap; any other mix becomes exact.
        plain = len({b.decimal for b in blocks}) == 1 and all(b.exact is None for b in blocks)
        payoffs = [block.payoffs for block in blocks]
        exact = [] if plain else [block.fractions() for block in blocks]
        return replace(
            blocks[0],
            payoffs=tuple(map(np.concatenate, zip(*payoffs, strict=True))),
            exact=tuple(map(np.concatenate, zip(*exact, strict=True))) or None,
        )


def _gap(block: Game, start: int, names: Sequence[str]) -> FileError:
    """Name the first payoff that a block lacks; its games are numbered from ``start``."""
    cells = np.concatenate([p.reshape(len(p), -1) for p in block.payoffs], axis=1)
    game, column = map(int, np.argwhere(np.isnan(cells))[0])
    place = f"game {start + game}, column {(names or payoff_columns(block.shape))[column]}"
    return FileError("must not be empty: payoffs must be finite", where=place, value=np.nan)
