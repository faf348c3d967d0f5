"""A Zarr store opened for reading: damage and missing blocks are said, not guessed at."""

from __future__ import annotations

import math
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from strategic.errors import FileError
from strategic.sweeps._provenance import GAPS

if TYPE_CHECKING:
    import xarray

_TRIES = 10
UNFINISHED = "unfinished"
"""Attribute of a dataset whose store lacks blocks: how many."""


def open_store(path: Path) -> xarray.Dataset:
    """Open a store with values that are read when they are used.

    Warns
    -----
    UserWarning
        When blocks are missing; their points read as undefined. The dataset's attribute
        ``unfinished`` says how many.

    Raises
    ------
    FileError
        Now or when values are read: when a chunk is damaged.
    """
    for _ in range(_TRIES):
        state = _state(path)
        try:
            dataset = _opened(path, state)
        except Exception:
            if state is None or _state(path) == state:
                raise
        else:
            if _state(path) == state:  # else another store took its place meanwhile
                break
    else:
        rule, remedy = "other stores keep taking its place", "open it when no run writes it"
        raise FileError(rule, where=str(path), remedy=remedy)
    if told := dataset.attrs.get(UNFINISHED):
        rule = f"{path}: unfinished: {told} are missing and read as undefined"
        again = "grow" if GAPS in dataset.attrs else "resume"
        warnings.warn(f"{rule}; run the sweep again with {again}", stacklevel=3)
    return dataset


def _opened(path: Path, state: object) -> xarray.Dataset:
    """Open the store that is at a path now."""
    import xarray
    import zarr
    from xarray.core.indexing import LazilyIndexedArray

    options: dict[str, Any] = {"decode_times": False, "decode_timedelta": False}
    dataset = xarray.open_dataset(path, engine="zarr", chunks=None, consolidated=False, **options)
    group = zarr.open_group(path, mode="r", use_consolidated=False)
    measures = str(dataset.attrs["measures"]).split()
    if "status" not in measures and not (path / "status" / "c").exists():
        dataset = dataset.drop_vars("status", errors="ignore")  # every point of a grid is valid
    stored = [*measures, *(["status"] if "status" in dataset else [])]
    for name in stored:
        variable = dataset[name].variable
        lazy = LazilyIndexedArray(_chunks(path, group[name], state))
        dataset[name] = xarray.Variable(variable.dims, lazy, variable.attrs, variable.encoding)
    missing = _missing(path, [group[name] for name in measures])
    gaps = f"{dataset.attrs[GAPS]} points" if GAPS in dataset.attrs else ""
    if told := " and ".join(filter(None, [missing, gaps])):
        dataset.attrs[UNFINISHED] = told
    # Stores list variables by name and do not tell the columns of a table from its measures.
    dataset = dataset.set_coords([n for n in dataset.data_vars if n not in stored])[stored]
    for coordinate in dataset.coords.values():
        coordinate.load()
    return dataset


def _state(path: Path) -> tuple[int, int] | None:
    """Tell a store from one that has taken its place."""
    try:
        root = (path / "zarr.json").stat()
    except OSError:
        return None
    return root.st_ino, root.st_mtime_ns


def _chunks(path: Path, array: Any, opened: object) -> Any:
    """Wrap an array so that what cannot be read is an error that names the file.

    Chunks of a store that has grown since it was opened lie elsewhere, and would be read as
    values of other points.
    """
    from xarray.backends.common import BackendArray
    from xarray.core.indexing import IndexingSupport, explicit_indexing_adapter

    class Chunks(BackendArray):
        shape, dtype = array.shape, array.dtype

        def __getitem__(self, key: Any) -> Any:
            return explicit_indexing_adapter(key, self.shape, IndexingSupport.OUTER, _read)

    def _read(key: tuple[Any, ...]) -> Any:
        problem: Exception | None = None
        try:
            values = array.oindex[key]
        except Exception as raised:  # noqa: BLE001 - whatever a torn chunk makes the codec raise
            problem = raised
        if _state(path) != opened:
            rule, remedy = "another store has taken its place", "open it again"
            raise FileError(rule, where=str(path), remedy=remedy) from problem
        if problem is not None:
            rule = f"a block of '{array.path}' is damaged: {problem}"
            remedy = "run the sweep again with resume: it makes damaged blocks anew"
            raise FileError(rule, where=str(path), remedy=remedy) from problem
        return values

    return Chunks()


def _missing(path: Path, arrays: list[Any]) -> str:
    """Count the blocks that some measure lacks; nothing where all are there."""
    lengths = zip(arrays[0].shape, arrays[0].chunks, strict=True)
    whole = math.prod(-(-length // size) for length, size in lengths)
    there = set.intersection(*(_names(path / array.path / "c") for array in arrays))
    return f"{whole - len(there):,} of {whole:,} blocks" if len(there) < whole else ""


def _names(folder: Path) -> set[str]:
    files = (file for file in folder.rglob("*") if file.is_file())
    return {str(file.relative_to(folder)) for file in files if file.name.isdecimal()}
