"""Games in files of MATLAB: one matrix per player, games along the last axis as is usual there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from strategic.arrays import Array
from strategic.errors import FileError
from strategic.games.game import Game
from strategic.games.io.table import GameTable
from strategic.games.io.tables._array_layout import layout_of_arrays
from strategic.games.io.tables._held import held


def open_matlab(path: Path, names: Sequence[str] | None = None) -> GameTable:
    """Open matrices of MATLAB; vectors with one entry per game are carried along."""
    arrays = _arrays(path)
    numbers = {name: a for name, a in arrays.items() if a.dtype.kind in "biuf" and a.size > 1}
    games_first = {n: np.moveaxis(a, -1, 0) if a.ndim > 2 else a for n, a in numbers.items()}
    layout = layout_of_arrays({n: a.shape for n, a in games_first.items()}, players=names)
    if not layout.batch:  # a third axis was that of a third player
        games_first = numbers
        layout = layout_of_arrays({n: a.shape for n, a in numbers.items()}, players=names)
    count = layout.count
    taken = [games_first[name] for name in layout.names]
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


def _arrays(path: Path) -> dict[str, Array]:
    from scipy.io import loadmat
    from scipy.io.matlab import MatReadError

    damage = (MatReadError, ValueError, TypeError, KeyError, IndexError, EOFError, OSError)
    try:
        with path.open("rb") as file:
            held: dict[str, Any] = loadmat(file, verify_compressed_data_integrity=True)
    except NotImplementedError:
        rule = "is a file of MATLAB 7.3 (HDF5), which is not read here"
        raise FileError(rule, remedy="save it with save(FILE, ..., '-v7'), or as csv") from None
    except (*damage, MemoryError, OverflowError) as problem:
        raise FileError(f"is no file of MATLAB that can be read: {problem}") from None
    return {name: array for name, array in held.items() if isinstance(array, np.ndarray)}


def _column(array: Array) -> pa.Array:
    """Make a column of a vector; cells of texts are read as texts."""
    flat = array.reshape(-1, order="F")
    if array.dtype.kind == "O":
        return pa.array([_text(cell) for cell in flat])
    return pa.array(flat.tolist())


def _text(cell: Any) -> str:
    found = np.asarray(cell).reshape(-1)
    return str(found[0]) if found.size else ""
