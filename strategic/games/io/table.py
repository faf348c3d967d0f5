"""A table of games in a file, read one block of games at a time."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

import numpy as np

from strategic.errors import FileError, nearest
from strategic.games._checks import MOST_PLAYERS
from strategic.games.game import Game
from strategic.games.io.files import reading
from strategic.games.matrix import payoff_columns, player_columns

_PAYOFF = re.compile(r"(?:row|column)_(\d+_\d+)", re.ASCII)
_PAYOFF_OF_MANY = re.compile(r"player_(\d+)_(\d+(?:_\d+)+)", re.ASCII)
_NUMBERING = ("", "game", "index", "__index_level_0__")
"""Columns that number the games, as pandas and others write them; they are passed over."""
_BLOCK_ENTRIES = 2**20


@dataclass(frozen=True)
class GameTable:
    """Games of one shape in a file, which may be larger than memory.

    Parameters
    ----------
    path : Path
    shape : tuple of int
        Number of actions of each player.
    count : int or None
        Number of games; None where only reading to the end tells (csv).
    open_blocks : callable
        Takes the number of games per block and gives an iterator of games with one batch axis.
    damage : tuple of exception types
        What ``open_blocks`` raises at a damaged file.

    Examples
    --------
    >>> import tempfile
    >>> from strategic.games import families, open_games, write
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = write(families.random_games((2, 2), 5, rng=0), Path(folder) / "games.npz")
    ...     table = open_games(Path(folder) / "games.npz")
    ...     [len(block.row) for block in table.blocks(2)]
    [2, 2, 1]
    >>> table.shape, table.count
    ((2, 2), 5)
    """

    path: Path
    shape: tuple[int, ...]
    count: int | None
    open_blocks: Callable[[int], Iterator[Game]]
    damage: tuple[type[Exception], ...] = ()

    def blocks(self, size: int | None = None, *, missing: bool = False) -> Iterator[Game]:
        """Read the games block by block.

        Parameters
        ----------
        size : int, optional
            Most games per block; about 16 megabytes of payoffs by default. A csv file is cut by
            bytes first, so its blocks may be smaller.
        missing : bool
            Let games lack payoffs: an empty cell or NaN is then NaN in the game, not an error.

        Yields
        ------
        Game
            A batch with one leading axis.

        Raises
        ------
        FileError
            When the rest of the file is damaged or an entry is not a number.
        """
        games = size or max(64, _BLOCK_ENTRIES // math.prod(self.shape))
        with reading(self.path, *self.damage):
            start = 0
            for block in self.open_blocks(games):
                if not (missing or block.is_complete):
                    raise _gap(block, start)
                yield block
                start += len(block.payoffs[0])

    def game(self, number: int) -> Game:
        """Read one game.

        Raises
        ------
        FileError
            When the file is damaged before it, or holds fewer games.
        """
        start = 0
        for block in self.blocks():
            games = len(block.payoffs[0])
            if number < start + games:
                return block.of_batch(number - start)
            start += games
        rule = f"holds {start} games, numbered from 0"
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


def _gap(block: Game, start: int) -> FileError:
    """Name the first payoff that a block lacks; its games are numbered from ``start``."""
    cells = np.concatenate([p.reshape(len(p), -1) for p in block.payoffs], axis=1)
    game, column = map(int, np.argwhere(np.isnan(cells))[0])
    place = f"game {start + game}, column {payoff_columns(block.shape)[column]}"
    return FileError("must not be empty: payoffs must be finite", where=place, value=np.nan)


def shape_of_columns(names: Sequence[str]) -> tuple[int, ...]:
    """Infer the shape of the games from the names of a table's columns.

    Raises
    ------
    FileError
        When a column is unknown, missing or repeated.

    Examples
    --------
    >>> shape_of_columns(["column_0_1", "row_0_0", "row_0_1", "column_0_0"])
    (1, 2)
    >>> shape_of_columns(["player_0_0_0_0", "player_1_0_0_0", "player_2_0_0_0"])
    (1, 1, 1)
    """
    shape = _largest_profile(names)
    known = set(names)
    if math.prod(shape) > len(names):  # one is missing; do not list a billion names to say which
        wanted = (_column(place, shape) for place in count())
        raise FileError(f"{next(n for n in wanted if n not in known)} is missing", where="columns")
    listed = dict.fromkeys(payoff_columns(shape))
    for name in listed:
        if name not in known:
            rule = f"{name} is missing for {' x '.join(map(str, shape))} games"
            raise FileError(rule, where="columns")
    for name in names:
        if name not in listed and name not in _NUMBERING:
            remedy = nearest(name, listed)
            raise FileError("unknown column", where="columns", value=name, remedy=remedy)
        if name not in known:
            raise FileError("must appear only once", where="columns", value=name)
        known.remove(name)
    return shape


def _column(place: int, shape: tuple[int, ...]) -> str:
    """Name one of the columns without listing all."""
    player, profile = divmod(place, math.prod(shape))
    actions = []
    for size in reversed(shape):
        profile, action = divmod(profile, size)
        actions.append(str(action))
    return "_".join([player_columns(len(shape))[player], *reversed(actions)])


def _largest_profile(names: Sequence[str]) -> tuple[int, ...]:
    """Count the actions of each player by the columns of payoffs."""
    # nine digits hold any size that fits; more would overflow products
    two = [found[1].split("_") for name in names if (found := _PAYOFF.fullmatch(name))]
    many = [found for name in names if (found := _PAYOFF_OF_MANY.fullmatch(name))]
    if two or not many:
        if not two:
            rule = "must have columns row_0_0, ... and column_0_0, ..., or player_0_0_0_0, ..."
            remedy = "one game may have a row per outcome: Ann, Bob, payoff Ann, payoff Bob"
            raise FileError(rule, where="columns", value=names[:4], remedy=remedy)
        return tuple(1 + max(int(place[axis][:9]) for place in two) for axis in (0, 1))
    places = [found[2].split("_") for found in many]
    players = len(places[0])
    if not 3 <= players <= MOST_PLAYERS or any(len(place) != players for place in places):
        rule = f"must have one action per player, of three to {MOST_PLAYERS} players"
        name = next(
            (f[0] for f, p in zip(many, places, strict=True) if len(p) != players), names[0]
        )
        raise FileError(rule, where="columns", value=name)
    return tuple(1 + max(int(place[axis][:9]) for place in places) for axis in range(players))
