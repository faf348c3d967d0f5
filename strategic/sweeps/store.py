"""A Zarr store that survives being killed: one region a block, each chunk whole or absent."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from strategic.arrays import Array
from strategic.errors import FileError, SweepError
from strategic.sweeps.grid import Grid, Region, evaluate
from strategic.sweeps.layout import Layout, Variable
from strategic.sweeps.provenance import differences

if TYPE_CHECKING:
    import zarr

_ROOT = "zarr.json"


@dataclass(frozen=True, eq=False)
class SweepStore:
    """An open store: which blocks it holds, and a way to add one.

    Parameters
    ----------
    path : Path
        Where it is.
    grid : Grid
        What is swept.
    arrays : dict of str to zarr.Array
        One a measure.
    """

    path: Path
    grid: Grid
    arrays: dict[str, zarr.Array[Any]]

    def holds(self, number: int) -> bool:
        """Whether every chunk of a block is there and passes its checksum."""
        region = self.grid.region(number)
        return all(self._whole(array, region) for array in self.arrays.values())

    def write(self, number: int, results: dict[str, Array]) -> None:
        """Add a block; a chunk appears under its name only when it is complete.

        Raises
        ------
        FileError
            When the disk is full or gone; what was written before stays good.
        """
        _write(self.path, self.arrays, self.grid.region(number), results)

    def close(self) -> None:
        """Remove what killed workers of an earlier run may have left behind meanwhile."""
        _clear_parts(self.path)

    def _whole(self, array: zarr.Array[Any], region: Region) -> bool:
        place = tuple(part.start // size for part, size in zip(region, array.chunks, strict=True))
        key = array.metadata.encode_chunk_key(place)
        if not (self.path / array.path / key).is_file():
            return False
        try:
            array[region]
        except Exception:  # noqa: BLE001 - whatever a torn chunk makes the codec raise
            return False
        return True


@dataclass(frozen=True, eq=False)
class Block:
    """One block as a task that brings its result into the store where it is computed.

    Parameters
    ----------
    path : Path
        The store, reachable from the worker.
    run : str
        Tells one run from another, so that what a worker has open is never an older store.
    region : tuple of slice
        Where the block lies.
    grid : Grid
        The part of the grid in this region.
    """

    path: Path
    run: str
    region: Region
    grid: Grid

    def compute_and_write(self, names: Sequence[str]) -> None:
        """Measure the block and add it to the store."""
        results = evaluate(self.grid, names)
        _write(self.path, _arrays(self.path, self.run, tuple(results)), self.region, results)


def _write(
    path: Path, arrays: Mapping[str, zarr.Array[Any]], region: Region, results: Mapping[str, Array]
) -> None:
    try:
        for name, array in arrays.items():
            array[region] = results[name]
    except OSError as problem:
        raise _unwritten(path, problem) from problem


@lru_cache(maxsize=2)
def _arrays(path: Path, run: str, names: tuple[str, ...]) -> dict[str, zarr.Array[Any]]:
    import zarr

    del run  # part of the key only
    group = zarr.open_group(path, mode="r+", use_consolidated=False)
    return {name: group[name] for name in names}  # type: ignore[misc]


def open_store(path: Path, grid: Grid, layout: Layout, *, resume: bool) -> SweepStore:
    """Make a store, or continue one that was begun with the very same sweep.

    Raises
    ------
    SweepError
        When the path exists and ``resume`` is off, is no sweep, or holds another sweep: each
        difference is named.
    """
    path.mkdir(parents=True, exist_ok=True) if not path.exists() else _check(path, layout, resume)
    _clear_parts(path)
    try:
        _complete(path, _skeleton(grid, layout))
    except OSError as problem:
        raise _unwritten(path, problem) from problem
    names = tuple(variable.name for variable in layout.measured)
    return SweepStore(path, grid, _arrays(path, uuid4().hex, names))


def _clear_parts(path: Path) -> None:
    for torn in path.rglob("*.partial"):
        torn.unlink(missing_ok=True)


def _check(path: Path, layout: Layout, resume: bool) -> None:
    if not path.is_dir():
        raise SweepError("exists and is not a store", where=str(path), remedy="choose another name")
    inside = {entry.name for entry in path.iterdir()}
    if not inside:
        return
    if not resume:
        raise SweepError(
            "exists already",
            where=str(path),
            remedy="continue it with resume, or choose another name",
        )
    attributes = _attributes(path / _ROOT)
    if attributes is None:
        ours = {_ROOT, *(v.name for v in (*layout.coordinates, *layout.measured))}
        if {name for name in inside if not name.endswith(".partial")} <= ours:
            return
        raise SweepError("is not a sweep", where=str(path), remedy="choose another name")
    problems = differences(attributes, layout.attributes, str(path))
    if problems:
        raise SweepError.of(problems)


def _attributes(root: Path) -> dict[str, Any] | None:
    """Read the attributes of a group; None where there is none or it was torn while written."""
    try:
        found = json.loads(root.read_text("utf-8"))["attributes"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return found if isinstance(found, dict) else None


def _skeleton(grid: Grid, layout: Layout) -> dict[str, bytes]:
    """Make everything but the measured chunks, as files; the root comes first."""
    import zarr
    from zarr.storage import MemoryStore

    files: dict[str, Any] = {}
    group = zarr.create_group(MemoryStore(files), attributes=dict(layout.attributes))
    for variable in layout.coordinates:
        array = _create(group, variable, (len(_known(variable)),), (len(_known(variable)),))
        array[...] = _known(variable)
    for variable in layout.measured:
        _create(group, variable, layout.shape, grid.block_shape)
    return {name: files[name].to_bytes() for name in sorted(files, key=lambda n: (n != _ROOT, n))}


def _known(variable: Variable) -> Array:
    assert variable.values is not None  # noqa: S101 - coordinates are known beforehand
    return variable.values


def _create(
    group: zarr.Group, variable: Variable, shape: tuple[int, ...], chunks: tuple[int, ...]
) -> zarr.Array[Any]:
    from zarr.codecs import ZstdCodec

    text = variable.dtype.kind not in "biuf"
    fill = "" if text else variable.dtype.type(variable.undefined)
    return group.create_array(
        variable.name,
        shape=shape,
        chunks=chunks,
        dtype=str if text else variable.dtype,
        fill_value=fill,
        attributes=dict(variable.attributes),
        dimension_names=variable.dims,
        compressors=ZstdCodec(level=1, checksum=True),
        config={"write_empty_chunks": True},
    )


def _complete(path: Path, files: dict[str, bytes]) -> None:
    """Write the files that are missing or torn, each by rename."""
    for name, content in files.items():
        place = path / name
        if place.is_file() and place.read_bytes() == content:
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        beside = place.with_name(place.name + ".partial")
        try:
            beside.write_bytes(content)
            beside.replace(place)
        finally:
            beside.unlink(missing_ok=True)


def _unwritten(path: Path, problem: OSError) -> FileError:
    return FileError(
        f"cannot write: {problem.strerror or problem}",
        where=str(path),
        remedy="make room and run again with resume; finished blocks are kept",
    )
