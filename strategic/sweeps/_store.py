"""A Zarr store that survives being killed: one region per block, each chunk whole or absent."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.errors import FileError, SweepError
from strategic.games.io.files import FULL
from strategic.games.io.targets import sole_writer
from strategic.sweeps._chunks import Arrays, measured_arrays, stored_block
from strategic.sweeps._layout import Layout
from strategic.sweeps._meanings import changed_flags
from strategic.sweeps._provenance import differences
from strategic.sweeps._tiling import Tiling

_ROOT = "zarr.json"
EXISTS = (
    "continue it with --resume, extend it with --grow, replace it with --force, "
    "or choose another name"
)
"""What to do about a store that exists."""


@dataclass(frozen=True, eq=False)
class SweepStore:
    """A store on the way to hold a sweep.

    Parameters
    ----------
    path : Path
        Where it is.
    tiling : Tiling
        The blocks of what is swept.
    layout : Layout
        Its arrays and attributes.
    place : Path, optional
        Where it will be, if it is made beside another store that it replaces.
    again : str
        The option that goes on with it.
    """

    path: Path
    tiling: Tiling
    layout: Layout
    place: Path | None = None
    again: str = "resume"

    @cached_property
    def _arrays(self) -> Arrays:
        """The measured arrays; every process opens its own, when it first needs them."""
        # What is rare comes first: it is there when the rest of its block is.
        names = [v.name for v in sorted(self.layout.measured, key=lambda v: not v.rare)]
        return measured_arrays(self.path, names, mode="r+")

    @property
    def shown(self) -> str:
        """What messages call it."""
        return str(self.place or self.path)

    @property
    def _rare(self) -> set[str]:
        return {v.name for v in self.layout.measured if v.rare}

    def check(self, *, resume: bool) -> None:
        """Refuse to touch what is not an empty folder or a store of this very sweep.

        Raises
        ------
        SweepError
            When the path exists and ``resume`` is off, is no sweep, or holds another sweep: each
            difference is named.
        """
        where = str(self.path)
        if not self.path.exists():
            return
        if not self.path.is_dir():
            raise SweepError("exists and is not a store", where=where, remedy="choose another name")
        inside = {entry.name for entry in self.path.iterdir()}
        if not inside:
            return
        if not resume:
            raise SweepError("exists already", where=where, remedy=EXISTS)
        attributes = stored_attributes(self.path)
        if attributes is None:
            # No root, or one torn while it was written: ours if nothing else lies there.
            if _looks_ours(self.path, self.layout):
                return
            rule = "is not a sweep"
            raise SweepError(rule, where=where, remedy="choose another name")
        problems = differences(attributes, self.layout.attributes, where)
        problems = problems or changed_flags(self.path, self.layout.measured)
        if problems:
            raise SweepError.from_problems(problems)

    def held(self) -> AbstractContextManager[None]:
        """Be the only run that writes here, workers included; others wait a little, then give up.

        Raises
        ------
        SweepError
            When another run goes on writing.
        FileError
            When there can be no folder at the path.
        """
        return sole_writer(self.path, SweepError, self._unwritten, shown=self.shown)

    @contextmanager
    def errors_named(self) -> Iterator[None]:
        """Turn errors of the system into one that names the store and says how to go on."""
        try:
            yield
        except OSError as problem:
            raise self._unwritten(problem) from problem

    def open(self) -> list[int]:
        """Make the store, or mend it; return the numbers of the blocks that are missing.

        Raises
        ------
        FileError
            When the disk is full or the path cannot be written.
        """
        try:
            fresh = not any(self.path.iterdir())
            self.clear()
            self._complete()
        except OSError as problem:
            raise self._unwritten(problem) from problem
        return [n for n in range(self.tiling.count) if fresh or not self._holds(n)]

    def write(self, number: int, results: dict[str, Array]) -> None:
        """Add a block; a chunk appears under its name only when it is complete.

        Raises
        ------
        FileError
            When the disk is full or gone; what was written before stays good.
        """
        try:
            # A block is whole chunks, and zarr writes a chunk beside the old one and renames it: no
            # two workers share a chunk, and a killed one leaves it absent, not torn.
            for name, array in self._arrays.items():
                if name in self._rare and (results[name] == array.fill_value).all():
                    continue
                array[self.tiling.region(number)] = results[name]
        except OSError as problem:
            raise self._unwritten(problem) from problem

    def finish(self) -> None:
        """Make the store say what this layout says, without arrays that the layout lacks."""
        with self.errors_named():
            self._complete()
            for entry in self.path.iterdir():
                if entry.is_dir() and entry.name not in self._ours():
                    shutil.rmtree(entry)

    def _ours(self) -> set[str]:
        return {v.name for v in (*self.layout.coordinates, *self.layout.measured)}

    def discard_empty(self, *, folder: bool) -> None:
        """Remove the store again if it holds no block, its folder too where that is asked for."""
        for variable in self.layout.measured:
            chunks = self.path / variable.name / "c"
            if any(file.is_file() for file in (chunks, *chunks.rglob("*"))):
                return
        for entry in self.path.iterdir():
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
        if folder:
            self.path.rmdir()

    def clear(self) -> None:
        """Remove the beginnings of chunks that a worker was killed over."""
        for torn in self.path.rglob("*.partial"):
            torn.unlink(missing_ok=True)

    def _holds(self, number: int) -> bool:
        """Whether every chunk of a block is there and passes its checksum."""
        position = np.unravel_index(number, self.tiling.along)
        place = [int(n) for n in position]
        return stored_block(self.path, self._arrays, self._rare, place) is not None

    def _complete(self) -> None:
        """Write everything but the measured chunks where it is missing or torn, each by rename."""
        skeleton = self._skeleton()
        # The root comes first: whoever is stopped in between leaves a store that says what it is.
        for name in sorted(skeleton, key=lambda name: (name != _ROOT, name)):
            file, content = self.path / name, skeleton[name].to_bytes()
            if file.is_file() and file.read_bytes() == content:
                continue
            file.parent.mkdir(parents=True, exist_ok=True)
            beside = file.with_name(file.name + ".partial")
            try:
                beside.write_bytes(content)
                beside.replace(file)
            finally:
                beside.unlink(missing_ok=True)

    def _skeleton(self) -> dict[str, Any]:
        """Make the store in memory: metadata, coordinates, and measured arrays without a chunk."""
        import zarr
        from zarr.codecs import ZstdCodec
        from zarr.storage import MemoryStore

        files: dict[str, Any] = {}
        group = zarr.create_group(MemoryStore(files), attributes=dict(self.layout.attributes))
        for variable in (*self.layout.coordinates, *self.layout.measured):
            is_text = variable.dtype.kind not in "biuf"
            known = variable.values
            array = group.create_array(
                variable.name,
                shape=self.tiling.shape if known is None else known.shape,
                chunks=self.tiling.block_shape if known is None else known.shape,
                dtype=str if is_text else variable.dtype,
                fill_value="" if is_text else variable.dtype.type(variable.undefined),
                attributes=variable.attributes,
                dimension_names=variable.dims,
                compressors=ZstdCodec(level=1, checksum=True),
                config={"write_empty_chunks": True},
            )
            if known is not None:
                array[...] = known
        return files

    def _unwritten(self, problem: OSError) -> FileError:
        full = problem.errno in FULL
        again = f"run again with {self.again}; finished blocks are kept"
        return FileError(
            f"cannot write: {problem.strerror or problem}",
            where=self.shown,
            remedy=f"make room and {again}" if full else again,
        )


def stored_attributes(path: Path) -> dict[str, Any] | None:
    """Read what a store says of itself; None where it does not, or is no sweep."""
    try:
        attributes = dict(json.loads((path / _ROOT).read_text("utf-8"))["attributes"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return attributes if {"measures", "axes"} <= attributes.keys() else None


def replaceable(path: Path, layout: Layout) -> dict[str, Any] | None:
    """Check that what is at a path is a sweep, which may be replaced; give its attributes.

    Raises
    ------
    SweepError
        When it is something else.
    """
    attributes = stored_attributes(path)
    if attributes is None and not (path.is_dir() and _looks_ours(path, layout)):
        raise SweepError("is not a sweep", where=str(path), remedy="choose another name")
    return attributes


def _looks_ours(path: Path, layout: Layout) -> bool:
    """Whether nothing lies in a folder but what a store of this layout puts there."""
    inside = {entry.name for entry in path.iterdir() if not entry.name.endswith(".partial")}
    return inside <= {_ROOT, *(v.name for v in (*layout.coordinates, *layout.measured))}
