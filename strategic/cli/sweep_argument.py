"""The argument that names a stored sweep, and what is said of how it was read."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from strategic.cli import output

if TYPE_CHECKING:
    import xarray


def read_sweep(path: Path) -> xarray.Dataset:
    """Open a sweep; what was guessed of its rows, and what it lacks, is told in notes."""
    from strategic.sweeps import open_sweep

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # said below, as a note
        found = open_sweep(path)
    if "read" in found.attrs:
        output.note_guesses([found.attrs["read"]])
    if missing := found.attrs.get("unfinished"):
        again = "strategic sweep --grow" if "gaps" in found.attrs else "strategic sweep --resume"
        output.note(f"{path}: unfinished: {missing} are missing; {again} makes them")
    return found
