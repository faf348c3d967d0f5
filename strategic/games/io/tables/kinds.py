"""The one list of what games are read from; help, errors, documentation and commands read it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from strategic.games.io.table import GameTable


@dataclass(frozen=True)
class Kind:
    """One kind of source of tables of games.

    Parameters
    ----------
    what : str
        What it is, such as "an archive of arrays".
    holds : str
        What it must hold to be games, for help and documentation.
    opener : str
        ``"module:function"``; takes the source (a Path where it is the name of a file) and the
        names of the players' arrays or columns, or None, and gives a `GameTable`.
    endings : tuple of str, optional
        How the names of such files end, in lower case.
    recognise : callable, optional
        Tells a source of this kind that is no name of a file with one of the endings.
    remedy : str, optional
        What to do where it cannot be read.

    Examples
    --------
    >>> kind_of("games.CSV.gz").what
    'a table of text'
    """

    what: str
    holds: str
    opener: str
    endings: tuple[str, ...] = ()
    recognise: Callable[[object], bool] | None = None
    remedy: str = ""

    def open(self, source: object, names: Sequence[str] | None = None) -> GameTable:
        """Open a source of this kind."""
        module, _, function = self.opener.partition(":")
        table: GameTable = getattr(import_module(module), function)(source, names)
        return table


_HERE = "strategic.games.io.tables"
KINDS: list[Kind] = [
    Kind(
        "an archive of arrays",
        "one array per player, of shape (N, m, n), or one of shape (N, 2, m, n)",
        f"{_HERE}._arrays:open_npz",
        (".npz",),
    ),
    Kind(
        "an array",
        "shape (N, 2, m, n), or (2, m, n) for one game",
        f"{_HERE}._arrays:open_npy",
        (".npy",),
    ),
    Kind(
        "a table of text",
        "one row per game, columns such as row_0_0 or a11",
        f"{_HERE}._csv:open_csv",
        (".csv", ".tsv", ".csv.gz", ".csv.zst", ".tsv.gz", ".tsv.zst"),
    ),
    Kind(
        "a table in parquet",
        "one row per game, columns such as row_0_0 or a11",
        f"{_HERE}._parquet:open_parquet",
        (".parquet",),
    ),
    Kind(
        "a table of Arrow",
        "one row per game, columns such as row_0_0 or a11; a feather file or a stream",
        f"{_HERE}._feather:open_feather",
        (".feather", ".arrow", ".arrows", ".ipc"),
    ),
]
"""In the order in which they are asked."""


def kind_of(source: object) -> Kind | None:
    """Find what kind of source of games this is, by what it is or how its name ends.

    Examples
    --------
    >>> kind_of("games.xyz") is None
    True
    """
    for kind in KINDS:
        if kind.recognise is not None and kind.recognise(source):
            return kind
    name = str(source).lower() if isinstance(source, str | Path) else ""
    return next((k for k in KINDS if k.endings and name.endswith(k.endings)), None)


def table_endings() -> list[str]:
    """List the endings of files that hold tables of games.

    Examples
    --------
    >>> table_endings()[:2]
    ['.npz', '.npy']
    """
    return [ending for kind in KINDS for ending in kind.endings]
