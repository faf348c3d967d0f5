"""The list of formats that games are written in: what each holds, keeps and is written by."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from strategic.errors import FileError

NAMES, TITLE, EXACT, COLUMNS = "names", "title", "exact numbers", "further columns"
"""What a format may keep besides payoffs in doubles."""


@dataclass(frozen=True)
class Format:
    """One format of games.

    Parameters
    ----------
    ending : str
        How its files end, such as ``.nfg``; this is how users choose it.
    what : str
        What it is, for help and documentation.
    keeps : frozenset of str
        Which of `NAMES`, `TITLE` (and comment), `EXACT` and `COLUMNS` come back from it.
    many : bool
        Whether it holds a table of games; else one game.
    read : bool
        Whether this package reads it again.
    binary : bool
        Whether it is no text.
    home : str
        Module and function that writes blocks of games to a path.
    long : str
        The same for a table with one row per payoff; empty where there is none.

    Examples
    --------
    >>> found = FORMATS[".npz"]
    >>> found.what, sorted(found.keeps), found.many
    ('arrays of numpy', [], True)
    """

    ending: str
    what: str
    keeps: frozenset[str]
    home: str
    many: bool = True
    read: bool = True
    binary: bool = False
    long: str = ""

    def writer(self, *, long: bool = False) -> Callable[[Iterable[Any], Path], None]:
        """Load what writes it."""
        module, _, name = (self.long if long else self.home).partition(":")
        write: Callable[[Iterable[Any], Path], None] = getattr(import_module(module), name)
        return write


_ALL = frozenset({NAMES, TITLE, EXACT})
_SCHEMA = frozenset({NAMES, TITLE, COLUMNS})
_PLAIN = frozenset({EXACT, COLUMNS})
_TEXTS, _TABLES = "strategic.games.io.pictures", "strategic.games.io.game_tables"
_WIDE, _LONG = f"{_TABLES}:write_wide", f"{_TABLES}:write_long"
_ARROW: dict[str, Any] = {"home": _WIDE, "long": _LONG, "binary": True}

FORMATS = {
    known.ending: known
    for known in (
        Format(".nfg", "Gambit's strategic form", _ALL, f"{_TEXTS}:write_nfg", many=False),
        Format(".gam", "GameTracer, GAMUT", frozenset(), f"{_TEXTS}:write_gam", many=False),
        Format(".json", "a JSON document", _ALL, f"{_TEXTS}:write_json", many=False),
        Format(".md", "a markdown table", _ALL, f"{_TEXTS}:write_markdown", many=False, read=False),
        Format(".tex", "a LaTeX table", _ALL, f"{_TEXTS}:write_latex", many=False, read=False),
        Format(".html", "a page", _ALL, f"{_TEXTS}:write_html", many=False, read=False),
        Format(".csv", "a row per game, commas", _PLAIN, _WIDE, long=_LONG),
        Format(".tsv", "a row per game, tabs", _PLAIN, _WIDE, long=_LONG),
        Format(".jsonl", "JSON Lines, a game per line", _ALL | {COLUMNS}, f"{_TABLES}:write_lines"),
        Format(".xlsx", "an Excel sheet", _PLAIN, **_ARROW),
        Format(".parquet", "parquet, as DuckDB and others read it", _SCHEMA, **_ARROW),
        Format(".feather", "Arrow's own file", _SCHEMA, **_ARROW),
        Format(".arrow", "the same", _SCHEMA, **_ARROW),
        Format(".nc", "netCDF", frozenset({NAMES, TITLE}), f"{_TABLES}:write_netcdf", binary=True),
        Format(".npz", "arrays of numpy", frozenset(), f"{_TABLES}:write_npz", binary=True),
        Format(".npy", "one array of numpy", frozenset(), f"{_TABLES}:write_npy", binary=True),
    )
}
"""By their endings; the first that keeps what another loses is what is advised."""


def format_of(path: str | os.PathLike[str], *, long: bool = False) -> Format:
    """Find the format of a file by its ending.

    Raises
    ------
    FileError
        When the ending is unknown, or has no table with one row per payoff.

    Examples
    --------
    >>> format_of("game.nfg").what
    "Gambit's strategic form"
    """
    suffix = Path(path).suffix.lower()
    known = [ending for ending, found in FORMATS.items() if found.long or not long]
    if suffix not in known:
        what = "a table with a row per payoff" if long else "a game"
        rule = f"{what} can be written to {', '.join(known)}"
        raise FileError(rule, value=suffix).in_file(path)
    return FORMATS[suffix]


def keeping(needs: Iterable[str], *, many: bool) -> str:
    """Name the first format that keeps all of what is needed; empty where none does.

    Examples
    --------
    >>> keeping({NAMES, EXACT}, many=False), keeping({EXACT}, many=True)
    ('.nfg', '.csv')
    """
    wanted = set(needs)
    return next(
        (f.ending for f in FORMATS.values() if wanted <= f.keeps and f.read and f.many >= many), ""
    )
