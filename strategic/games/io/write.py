"""Games written to files, in the format of the file's ending."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from string import ascii_uppercase
from typing import Any, NamedTuple

import numpy as np

from strategic.errors import GameError
from strategic.games._checks import checked_labels
from strategic.games.game import Game
from strategic.games.io.formats import COLUMNS, EXACT, NAMES, TITLE, Format, format_of, keeping
from strategic.games.io.gam import gam_rounds
from strategic.games.io.game_tables import long_names


class Written(NamedTuple):
    """What was written.

    Parameters
    ----------
    games : int
        How many games.
    rounded : int
        How many of them hold numbers that this format may have rounded to doubles.
    lost : tuple of str
        What this format does not keep of these games, such as ``"title"``.
    better : str
        Ending of the first format that keeps all of it; empty where none does, or nothing is lost.
    missing : int
        How many of them lack a payoff, which is a gap in the file.
    notes : tuple of str
        What else there is to know to read the file.

    Examples
    --------
    >>> Written(games=3, rounded=1)
    Written(games=3, rounded=1, lost=(), better='', missing=0, notes=())
    """

    games: int
    rounded: int = 0
    lost: tuple[str, ...] = ()
    better: str = ""
    missing: int = 0
    notes: tuple[str, ...] = ()


def write(
    games: Game | Iterable[Any], path: str | os.PathLike[str], *, long: bool = False
) -> Written:
    r"""Write a game, a batch or blocks of games; the file appears complete or not at all.

    Parameters
    ----------
    games : Game, or iterable of Game or GameBlock
        One game for ``.nfg``, ``.gam``, ``.json``, ``.md``, ``.tex`` and ``.html``; any number
        of games of one shape for the others. The further columns of blocks
        (`GameTable.parts`) are written too where the format has columns.
    path : path-like
        The file. Tables hold arrays ``row`` and ``column`` (``.npz``) or columns ``row_I_J`` and
        ``column_I_J``, one row per game; of more players ``player_0``, .. or ``player_0_I_J_K``,
        .. Exact numbers are kept by texts (``.nfg``, ``.json``, ``.jsonl``, ``.csv``, ``.tsv``,
        ``.xlsx``); the others hold doubles.
    long : bool, default False
        Write one row per payoff instead: columns ``game``, ``player``, ``i``, ``j``, ..,
        ``payoff``.

    Returns
    -------
    Written
        Number of games, how many of them may have been rounded, and what else was lost.

    Raises
    ------
    FileError
        When the ending is unknown, the format holds one game only, or the system cannot write.
    GameError
        When a table is to hold games of a single player.

    Examples
    --------
    >>> import tempfile
    >>> from strategic.games import read_games
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = write(Game.from_payoffs([[3, 0]], [[1, 2]]), f"{folder}/game.md")
    ...     print((Path(folder) / "game.md").read_text().splitlines()[2])
    ...     written = write(Game.from_payoffs([[1, 2]], [[3, 4]]), f"{folder}/games.csv")
    ...     written.games, read_games(f"{folder}/games.csv").row.tolist()
    | 1 | 3\*, 1 | 0\*, 2\* |
    (1, [[[1.0, 2.0]]])
    """
    known = format_of(path, long=long)
    tally = _Tally(known, long)
    blocks = [games] if isinstance(games, Game) else games
    known.writer(long=long)(tally.passed(blocks), Path(path))
    return tally.written()


@dataclass
class _Tally:
    """Counts games on their way to a file, and what the file does not keep of them."""

    format: Format
    long: bool
    games: int = 0
    rounded: int = 0
    missing: int = 0
    players: int = 0
    lost: dict[str, str] = field(default_factory=dict)

    def passed(self, blocks: Iterable[Any]) -> Iterator[tuple[Game, Any]]:
        """Hand on blocks of games with their further columns."""
        waiting = iter(blocks)
        first, second = next(waiting, None), next(waiting, None)
        if first is None:
            raise GameError("there must be at least one", where="games", value="none")
        alone = second is None
        for block in chain([first] if alone else [first, second], waiting):
            games, extra = (block, None) if isinstance(block, Game) else (block.games, block.extra)
            if alone and extra is not None:
                games, extra = _titled(games, extra)
            self.players = len(games.payoffs)
            self.games += int(np.prod(games.batch_shape))
            self.missing += int((~games.defined).sum())
            self._count(games, extra)
            yield games, extra

    def written(self) -> Written:
        """Sum up."""
        needs = set(self.lost.values()) | ({EXACT} if self.rounded else set())
        better = keeping(needs, many=self.games != 1) if needs else ""
        notes: tuple[str, ...] = ()
        if self.format.ending == ".npy" and self.games == self.players + 1:
            # (N, p, n, ..) has the axes of (p, n, ..) with a player more
            names = ",".join(ascii_uppercase[: self.players])
            how = f"read it with --players {names}"
            notes = (f"the array could be one game of {self.games} players: {how}",)
        return Written(self.games, self.rounded, tuple(self.lost), better, self.missing, notes)

    def _count(self, games: Game, extra: Any) -> None:
        keeps = self.format.keeps
        if self.format.ending == ".gam":
            self.rounded += gam_rounds(games)
        elif EXACT not in keeps:
            # a schema with names says too where doubles stand for decimals, which they then hold
            known = NAMES in keeps and COLUMNS in keeps and not self.long
            exact = np.full(games.batch_shape, games.exact is not None)
            self.rounded += int((exact if known else games.rounded).sum())
        self.lost |= dict.fromkeys(self._names(games), NAMES)
        if TITLE not in keeps or self.long:
            self.lost |= {name: TITLE for name in ("title", "comment") if getattr(games, name)}
        if COLUMNS not in keeps and extra is not None and extra.num_columns:
            self.lost |= {f"column {name}": COLUMNS for name in extra.schema.names}

    def _names(self, games: Game) -> Iterator[str]:
        """Say which names are lost; those that any game has are not missed."""
        if NAMES in self.format.keeps and not self.long:
            return
        players, actions = checked_labels((), (), games.shape)
        told: Any = long_names(games) if self.long else ((), [()] * len(actions))
        each = zip(games.actions, actions, told[1], strict=True)
        lost = {
            "players": games.players not in (players, ("row", "column"), told[0]),
            "actions": any(own not in (usual, kept) for own, usual, kept in each),
        }
        if any(lost.values()):
            yield f"names of {' and '.join(what for what, is_lost in lost.items() if is_lost)}"


def _titled(games: Game, extra: Any) -> tuple[Game, Any]:
    """Take the title and the comment of a game alone from the columns of those names."""
    for name in ("title", "comment"):
        if extra.num_rows == 1 and name in extra.schema.names:
            text = extra.column(name)[0].as_py()
            if isinstance(text, str | None) and not getattr(games, name):
                told: dict[str, Any] = {name: text or ""}
                games = replace(games, **told)
                extra = extra.drop_columns([name])
    return games, extra
