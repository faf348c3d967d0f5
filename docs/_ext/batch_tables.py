"""The columns that files of batches hold, method by method."""

import re
from collections.abc import Sequence

import numpy as np

from strategic.batches._tables import solution_tables
from strategic.equilibria import METHODS, method_of
from strategic.games import Game


def batch_columns() -> list[tuple[str, ...]]:
    """Solve a batch of 2x2 games with every method, and name the columns of the tables.

    Of columns that are numbered only the first is named.
    """
    pennies = np.array([[[1.0, -1.0], [-1.0, 1.0]]])
    rows = []
    for record in METHODS.values():
        if not record.single:
            method = method_of(record.name)
            found = method.solve(Game.from_payoffs(pennies, -pennies))
            listed, games = solution_tables(found, np.arange(1))
            names = [listed.column_names, games.column_names[3:]]
            link = f"[`{record.name}`](methods/{record.name}.md)"
            rows.append((link, method.rows_are, *map(_numbered, names)))
    return rows


def _numbered(names: Sequence[str]) -> str:
    shown = [name for name in names if not re.search(r"_[1-9]\d*$", name)]
    return ", ".join(f"`{name}`{' ..' if name.endswith('_0') else ''}" for name in shown)
