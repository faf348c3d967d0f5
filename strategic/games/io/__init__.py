"""Every file or object a game comes from or goes to.

===============  ==================================================================================
`read`           one game, a table of games, or a table block by block
`write`          games to a file, in the format of its ending
`formats`        the list of these formats: what each holds, keeps and is written by
`pictures`       one game as a text
`game_tables`    tables of games, arrays, JSON Lines, netCDF
`arrow_files`    any table of Arrow as csv, parquet, feather or an Excel sheet
`workbook`       tables as an Excel workbook
`interop`        games from nashpy, Gambit, pandas and xarray
`nfg`            Gambit's format as text
`gam`            the format of GameTracer and GAMUT as text
`other_formats`  trees by Gambit's own reader; action graphs and workbooks by their names
`table`          what an open table of games is
`tables`         every kind of table that games are read from
`columns`        the writer of tables, by columns
`files`          whole files: errors that name the file, outputs that appear complete or not at all
===============  ==================================================================================

What a user needs is in `strategic.games`.
"""

from strategic.namespaces import listing, loaded_when_used

__all__ = [
    "arrow_files",
    "columns",
    "files",
    "formats",
    "gam",
    "game_tables",
    "interop",
    "nfg",
    "other_formats",
    "pictures",
    "read",
    "table",
    "tables",
    "workbook",
    "write",
]

__getattr__ = loaded_when_used(__name__, dict.fromkeys(__all__, ""))
__dir__ = listing(__all__)
