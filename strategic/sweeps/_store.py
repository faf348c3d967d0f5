"""A Zarr store that survives being killed: one region per block, each chunk whole or absent."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from strategic.arrays import Array
from strategic.errors import FileError, SweepError
from strategic.games.io.files import FULL
from strategic.games.io.targets import held
from strategic.sweeps._grid import Grid
from strategic.sweeps._layout import Layout
from strategic.sweeps._provenance import differences

if TYPE_CHECKING:
    import zarr

_ROOT = "zarr.json"
_PATIENCE = 10.0
"""Seconds to wait for another run: the workers of one that was killed need a moment to end."""


@dataclass(frozen=True, eq=False)
class SweepStore:
    """A store on the way to hold a sweep.

    Parameters
    ----------
    path : Path
        Where it is.
    grid : Grid
        What is swept.
    layout : Layout
        Its arrays and attributes.
    """

    path: Path
    grid: Grid
    layout: Layout

    @cached_property
    def _arrays(self) -> dict[str, zarr.Array[Any]]:
        """The measured arrays; every process opens its own, when it first needs them."""
        import zarr

        group = zarr.open_group(self.path, mode="r+", use_consolidated=False)
        # What is rare comes first: it is there when the rest of its block is.
        names = [v.name for v in sorted(self.layout.measured, key=lambda v: not v.rare)]
        # A chunk of undefined values only must be there too, or its block would count as missing;
        # arrays take that setting over from the moment they are opened.
        with zarr.config.set({"array.write_empty_chunks": True}):
            return {name: group[name] for name in names}  # type: ignore[misc]

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
            remedy = "continue it with resume, or choose another name"
            raise SweepError("exists already", where=where, remedy=remedy)
        try:
            attributes = dict(json.loads((self.path / _ROOT).read_text("utf-8"))["attributes"])
        except (OSError, ValueError, KeyError, TypeError):
            # No root, or one torn while it was written: ours if nothing else lies there.
            ours = {_ROOT, *(v.name for v in (*self.layout.coordinates, *self.layout.measured))}
            if {name for name in inside if not name.endswith(".partial")} <= ours:
                return
            rule = "is not a sweep"
            raise SweepError(rule, where=where, remedy="choose another name") from None
        problems = differences(attributes, self.layout.attributes, where)
        if problems:
            raise SweepError.from_problems(problems)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Be the only run that writes here, workers included; others wait a little, then give up.

        Raises
        ------
        SweepError
            When another run goes on writing.
        FileError
            When there can be no folder at the path.
        """
        try:
            folder = self.path.resolve()
            folder.mkdir(parents=True, exist_ok=True)
            with held(folder, patience=_PATIENCE):
                yield
        except BlockingIOError:
            rule, remedy = "another run is writing it", "wait for its end, or choose another name"
            raise SweepError(rule, where=str(self.path), remedy=remedy) from None
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
        return [n for n in range(self.grid.block_count) if fresh or not self._holds(n)]

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
                array[self.grid.region(number)] = results[name]
        except OSError as problem:
            raise self._unwritten(problem) from problem

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
        region = self.grid.region(number)
        for array in self._arrays.values():
            # A block is one chunk of every array: the store was created with its shape.
            position = tuple(p.start // size for p, size in zip(region, array.chunks, strict=True))
            key = array.metadata.encode_chunk_key(position)
            if not (self.path / array.path / key).is_file():
                if array.path in self._rare:
                    continue
                return False
            try:
                array[region]
            except Exception:  # noqa: BLE001 - whatever a torn chunk makes the codec raise
                return False
        return True

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
                shape=self.grid.shape if known is None else known.shape,
                chunks=self.grid.block_shape if known is None else known.shape,
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
        again = "run again with resume; finished blocks are kept"
        return FileError(
            f"cannot write: {problem.strerror or problem}",
            where=str(self.path),
            remedy=f"make room and {again}" if full else again,
        )
