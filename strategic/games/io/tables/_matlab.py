"""Games in files of MATLAB: one matrix per player, games along the last axis as is usual there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from strategic.arrays import Array
from strategic.games.game import Game
from strategic.games.io.table import GameTable
from strategic.games.io.tables._array_layout import ArrayLayout, layout_of_arrays, layout_of_one
from strategic.games.io.tables._held import held
from strategic.games.io.tables._mat5 import read_arrays


def open_matlab(path: Path, names: Sequence[str] | None = None) -> GameTable:
    """Open matrices of MATLAB; vectors with one entry per game are carried along."""
    with path.open("rb") as file:
        arrays = read_arrays(file.read())
    numbers = {name: a for name, a in arrays.items() if a.dtype.kind in "biuf" and a.size > 1}
    layout, found = _arranged(numbers, names)
    count = layout.count
    taken = [found[name] for name in layout.names]
    if layout.stacked:
        taken = list(np.moveaxis(taken[0].reshape(count, layout.players, *layout.shape), 1, 0))
    finite = (np.where(np.isfinite(own), own, np.nan) for own in taken)
    games = Game.from_payoffs(*(own.reshape(count, *layout.shape) for own in finite))
    further = {
        name: _column(array)
        for name, array in arrays.items()
        if name not in layout.names and array.size == count > 1 and array.dtype.kind in "biufUO"
    }
    notes = [layout.note] if layout.note else []
    if layout.batch:
        notes.append("the last axis of the matrices counts the games")
    return held(games, pa.table(further), path, notes)


def _arranged(
    numbers: dict[str, Array], names: Sequence[str] | None
) -> tuple[ArrayLayout, dict[str, Array]]:
    """Find the payoffs, and put their axis of games first; those of one game stay as they are."""
    games_first = {n: np.moveaxis(a, -1, 0) if a.ndim > 2 else a for n, a in numbers.items()}
    many, one = ({n: a.shape for n, a in held.items()} for held in (games_first, numbers))
    alone = layout_of_one(many, one, players=names)
    layout = alone or layout_of_arrays(many, players=names)
    if layout.batch:
        return layout, games_first
    # a third axis was that of a third player
    return alone or layout_of_arrays(one, players=names), numbers


def _column(array: Array) -> pa.Array:
    """Make a column of a vector."""
    return pa.array(array.reshape(-1, order="F").tolist())
