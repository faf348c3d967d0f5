"""Every file or object a game comes from or goes to.

===============  ==================================================================================
`read`           one game, a table of games, or a table block by block
`write`          games to a file, in the format of its ending
`interop`        games from nashpy, Gambit, pandas and xarray
`nfg`            Gambit's format as text
`gam`            the format of GameTracer and GAMUT as text
`other_formats`  trees by Gambit's own reader; action graphs and workbooks by their names
`table`          what an open table of games is
`columns`        the writer of tables, by columns
`findings`       the equilibria of a table of games, written block by block
`files`          whole files: errors that name the file, outputs that appear complete or not at all
===============  ==================================================================================

What a user needs is in `strategic.games`.
"""

from strategic.namespaces import listing, loaded_when_used

__all__ = [
    "columns",
    "files",
    "findings",
    "gam",
    "interop",
    "nfg",
    "other_formats",
    "read",
    "table",
    "write",
]

__getattr__ = loaded_when_used(__name__, dict.fromkeys(__all__, ""))
__dir__ = listing(__all__)
