"""Blocks on disk: the measured arrays of a store, and one block of them if it is whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from strategic.arrays import Array

if TYPE_CHECKING:
    import zarr

Arrays = Mapping[str, "zarr.Array[Any]"]


def measured_arrays(path: Path, names: Iterable[str], *, mode: str) -> Arrays:
    """Open arrays of a store by name; every process opens its own."""
    import zarr

    group = zarr.open_group(path, mode=mode, use_consolidated=False)  # type: ignore[arg-type]
    # A chunk of undefined values only must be there too, or its block would count as missing;
    # arrays take that setting over from the moment they are opened.
    with zarr.config.set({"array.write_empty_chunks": True}):
        return {name: group[name] for name in names}  # type: ignore[misc]


def stored_block(
    path: Path, arrays: Arrays, rare: Iterable[str], position: Sequence[int]
) -> dict[str, Array] | None:
    """Read a block of a store by its place among the blocks.

    Parameters
    ----------
    path : Path
        Of the store.
    arrays : mapping of str to zarr.Array
        What to read; a block is one chunk of every array.
    rare : iterable of str
        Arrays whose chunks are absent where they hold nothing special.
    position : sequence of int
        Number of the block along each axis.

    Returns
    -------
    dict of str to array, or None
        None when some chunk is absent or fails its checksum.
    """
    passed_over, values = set(rare), {}
    for name, array in arrays.items():
        key = array.metadata.encode_chunk_key(tuple(position))
        if name not in passed_over and not (path / array.path / key).is_file():
            return None
        spans = zip(position, array.chunks, array.shape, strict=True)
        region = tuple(slice(n * size, min((n + 1) * size, end)) for n, size, end in spans)
        try:
            values[name] = array[region]
        except Exception:  # noqa: BLE001 - whatever a torn chunk makes the codec raise
            return None
    return values  # type: ignore[return-value]
