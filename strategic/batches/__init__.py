"""Whole files of games solved part by part: runs that may be as long as they need to be.

A batch reads a table of games, solves every game with one method and writes what it finds, as one
file or as a folder of parts, each of which is a whole file. A run into a folder may be stopped,
killed or started again at any time: its bytes depend on neither that nor the number of workers.

Examples
--------
>>> import tempfile
>>> from pathlib import Path
>>> import strategic as st
>>> with tempfile.TemporaryDirectory() as folder:
...     games = st.games.families.random_games((2, 2), 100, rng=0)
...     _ = st.games.write(games, Path(folder) / "games.parquet")
...     found = st.batch(f"{folder}/games.parquet", f"{folder}/found", part=40)
...     sorted(file.name for file in Path(folder, "found", "games").iterdir())
['part-000000.parquet', 'part-000001.parquet', 'part-000002.parquet']
>>> found.games, found.parts, found.statuses
(100, 3, {'complete': 100})
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from strategic.namespaces import listing, loaded_when_used

if TYPE_CHECKING:
    from strategic.batches._batch import batch
    from strategic.batches._jobs import PartJob, PartResult, solve_part
    from strategic.batches._stored_files import is_batch
    from strategic.batches._summary import BatchSummary
    from strategic.batches.rewriting import write_batch
    from strategic.batches.stored import StoredBatch, open_batch

_MODULE_OF = {
    "BatchSummary": "_summary",
    "PartJob": "_jobs",
    "PartResult": "_jobs",
    "StoredBatch": "stored",
    "batch": "_batch",
    "is_batch": "_stored_files",
    "open_batch": "stored",
    "solve_part": "_jobs",
    "write_batch": "rewriting",
}

__all__ = [
    "BatchSummary",
    "PartJob",
    "PartResult",
    "StoredBatch",
    "batch",
    "is_batch",
    "open_batch",
    "solve_part",
    "write_batch",
]

__getattr__ = loaded_when_used(__name__, _MODULE_OF)
__dir__ = listing(__all__)
