"""The one list of what games are read from; help, errors, documentation and commands read it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from strategic.errors import FileError
from strategic.games.io.files import check_regular, reading

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


_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]+(?:::|://)")
"""Of at least two letters before the colon: one is a drive."""
_PATTERN = re.compile(r"[*?\[]")
_HERE = "strategic.games.io.tables"
_ROWS = "one row per game (row_0_0, a11, ..) or per payoff (game, player, i, j, payoff)"


def _is_address(source: object) -> bool:
    return isinstance(source, str) and bool(_ADDRESS.match(source))


def _is_pattern(source: object) -> bool:
    """Tell a pattern of names from a name, which may have the same marks."""
    if not isinstance(source, str | Path) or _is_address(source):
        return False
    return bool(_PATTERN.search(str(source))) and not os.path.lexists(source)


def _is_folder(source: object) -> bool:
    return isinstance(source, str | Path) and Path(source).is_dir()


def _are_players(source: object) -> bool:
    if not isinstance(source, list | tuple):
        return False
    from strategic.games.io.tables._arrays import hold_players

    return hold_players(source)


def _is_object(source: object) -> bool:
    return hasattr(source, "__arrow_c_stream__") or hasattr(source, "__arrow_c_array__")


KINDS: list[Kind] = [
    Kind(
        "an archive of arrays",
        "one array per player, of shape (N, m, n), or one of shape (N, 2, m, n), or columns",
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
        _ROWS,
        f"{_HERE}._csv:open_csv",
        (".csv", ".tsv", ".csv.gz", ".csv.zst", ".tsv.gz", ".tsv.zst"),
    ),
    Kind("a table in parquet", _ROWS, f"{_HERE}._parquet:open_parquet", (".parquet",)),
    Kind(
        "a feather file or a stream of Arrow",
        _ROWS,
        f"{_HERE}._feather:open_feather",
        (".feather", ".arrow", ".arrows", ".ipc"),
    ),
    Kind(
        "a document of JSON, or one per line",
        'nested lists: [[A, B], ..], {"A": .., "B": ..}, {"games": [..]}; or a table',
        f"{_HERE}._documents:open_json",
        (".json", ".jsonl", ".ndjson"),
    ),
    Kind(
        "a workbook of Excel",
        f"a sheet with {_ROWS}",
        f"{_HERE}._objects:open_workbook",
        (".xlsx", ".xlsm"),
    ),
    Kind(
        "a file with one game",
        "a game of Gambit (.nfg; .efg through pygambit) or GameTracer (.gam)",
        f"{_HERE}._sources:open_game",
        (".nfg", ".gam", ".efg"),
    ),
    Kind(
        "a file of MATLAB",
        "one matrix per player; a third axis counts the games",
        f"{_HERE}._matlab:open_matlab",
        (".mat",),
    ),
    Kind(
        "netCDF",
        "an array payoff with axes player, action_row, action_column, as Game.to_xarray gives it",
        f"{_HERE}._netcdf:open_netcdf",
        (".nc",),
    ),
    Kind("a data set of Stata", _ROWS, f"{_HERE}._objects:open_stata", (".dta",)),
    Kind(
        "a compressed file",
        "any of these files",
        f"{_HERE}._sources:open_compressed",
        (".gz", ".bz2", ".xz", ".zst"),
    ),
    Kind(
        "a folder",
        "any of these files, all games of one shape",
        f"{_HERE}._sources:open_folder",
        recognise=_is_folder,
    ),
    Kind(
        "a pattern of names, such as 'games/*.nfg'",
        "any of these files, all games of one shape",
        f"{_HERE}._sources:open_pattern",
        recognise=_is_pattern,
    ),
    Kind(
        "an array per player, in two or more files",
        "shape (N, m, n), or (m, n) for one game: A.npy B.npy",
        f"{_HERE}._arrays:open_npy_of_players",
        recognise=_are_players,
    ),
    Kind(
        "several files",
        "any of these files, all games of one shape",
        f"{_HERE}._sources:open_list",
        recognise=lambda source: isinstance(source, list | tuple),
    ),
    Kind(
        "standard input (-)",
        "any of these files; the first bytes tell which",
        f"{_HERE}._sources:open_standard_input",
        recognise=lambda source: isinstance(source, str) and source == "-",
    ),
    Kind(
        "what came in through standard input (bytes, in Python)",
        "any of these files; the first bytes tell which",
        f"{_HERE}._sources:open_content",
        recognise=lambda source: isinstance(source, bytes),
    ),
    Kind(
        "a remote file (s3://, https://, ..)",
        "any of these files, through fsspec",
        f"{_HERE}._sources:open_remote",
        recognise=_is_address,
    ),
    Kind(
        "a table of pandas, polars, DuckDB or pyarrow (in Python)",
        _ROWS,
        f"{_HERE}._objects:open_object",
        recognise=_is_object,
    ),
]
"""In the order in which they are asked."""

NOT_READ = {
    ".xls": ("a workbook of Excel before 2007", "save it as .xlsx or .csv"),
    ".xlsb": ("a binary workbook of Excel", "save it as .xlsx or .csv"),
    ".ods": ("a sheet of LibreOffice", "save it as .xlsx or .csv"),
    ".rds": ("an object of R", "write it with arrow::write_parquet or write.csv"),
    ".rdata": ("objects of R", "write them with arrow::write_parquet or write.csv"),
    ".sav": ("a data set of SPSS", "save it as .csv"),
    ".sas7bdat": ("a data set of SAS", "export it as .csv"),
    ".pkl": ("a pickle, which could run code", "write a table: to_parquet or numpy.savez"),
    ".pickle": ("a pickle, which could run code", "write a table: to_parquet or numpy.savez"),
    ".h5": ("a file of HDF5", "write its arrays with numpy.savez"),
    ".hdf5": ("a file of HDF5", "write its arrays with numpy.savez"),
    ".zip": ("an archive", "unpack it and name the folder"),
    ".tar": ("an archive", "unpack it and name the folder"),
    ".agg": ("an action-graph game", "open it in Gambit and save it as .nfg"),
    ".bagg": ("a Bayesian action-graph game", "open it in Gambit and save it as .nfg"),
    ".gbt": ("a workbook of Gambit's", "open it in Gambit and save it as .nfg"),
}
"""What people have that is not read: what it is, and what to do."""


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


def open_source(source: object, names: Sequence[str] | None = None) -> GameTable:
    """Open a source of any kind; see `strategic.games.open_games`.

    Raises
    ------
    FileError
        When it is of no kind that is read, or cannot be read.
    """
    if isinstance(source, os.PathLike):
        source = os.fspath(source)
    kind = kind_of(source)
    if kind is not None and kind.recognise is not None:
        return kind.open(source, names)
    if kind is None and not isinstance(source, str):
        rule = "must be a file, an address, several of these, or a table"
        remedy = "arrays make a game by strategic.games.Game.from_payoffs"
        raise FileError(rule, where="games", value=type(source).__name__, remedy=remedy)
    path = Path(str(source))
    if kind is None and _is_typed(str(source)) and not path.exists():
        remedy = "one game is solved by 'strategic solve'"
        raise FileError("must be a file of games, not a game", value=source, remedy=remedy)
    ending = next((e for e in NOT_READ if path.name.lower().endswith(e)), "")
    if kind is None and ending:
        raise not_read(ending).in_file(path)
    check_regular(path)
    with reading(path):
        if kind is not None:
            return kind.open(path, names)
        return open_file(_by_content(path), path, names)


def _is_typed(text: str) -> bool:
    from strategic.games.io._typed import looks_typed

    return looks_typed(text)


def _by_content(path: Path) -> str:
    """Recognise a file by its content where the name does not tell."""
    from strategic.games.io.tables._spooled import ending_of

    found = ending_of(path)
    if found == ".csv" and path.suffix.lower() not in ("", ".txt", ".dat", ".data", ".tab"):
        rule = "is no file of games, as far as its name and its content tell"
        raise FileError(rule, value=path.suffix, remedy=known_files())
    return found


def open_file(ending: str, path: Path, names: Sequence[str] | None = None) -> GameTable:
    """Open a file whose kind is known by an ending that its name may lack.

    Raises
    ------
    FileError
        When no such files are read, or it cannot be read.
    """
    kind = next((k for k in KINDS if ending in k.endings), None)
    if kind is None:
        raise not_read(ending)
    return kind.open(path, names)


def not_read(ending: str) -> FileError:
    """Say what a file is that is not read here, and what to do."""
    what, remedy = NOT_READ.get(ending, ("of a kind", "save it as .csv or .parquet"))
    return FileError(f"is {what}, which is not read here", remedy=remedy)


def in_short() -> str:
    """List one ending of every kind of file.

    Examples
    --------
    >>> in_short()[:16]
    '.npz, .npy, .csv'
    """
    return ", ".join(kind.endings[0] for kind in KINDS if kind.endings)


def known_files() -> str:
    """Say which files games are read from, as a remedy.

    Examples
    --------
    >>> known_files()[:30]
    'games are read from .npz, .npy'
    """
    return f"games are read from {in_short()}; see 'strategic batch --help'"


def file_endings() -> list[str]:
    """List the endings of files that games are read from.

    Examples
    --------
    >>> file_endings()[:2]
    ['.npz', '.npy']
    """
    return [ending for kind in KINDS for ending in kind.endings]
