"""A store written at one go: beside the place it is for, and put there when it is whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.errors import SweepError
from strategic.games.io.targets import holds_something, keep_what_is_there
from strategic.status import Status
from strategic.sweeps._axes import Axis
from strategic.sweeps._evaluate import STATUS
from strategic.sweeps._layout import Layout, Variable
from strategic.sweeps._provenance import axes_text
from strategic.sweeps._store import SweepStore, replaceable
from strategic.sweeps._successor import recover, remove_successor, successor
from strategic.sweeps._tiling import Tiling

if TYPE_CHECKING:
    import xarray


@contextmanager
def placed(path: Path, tiling: Tiling, layout: Layout, *, force: bool) -> Iterator[SweepStore]:
    """Give a store to fill that appears at a path when the block ends well, or not at all.

    Raises
    ------
    SweepError
        When something is there that may not be replaced, or another run writes it.
    FileError
        When it cannot be written.
    """
    recover(path)
    keep_what_is_there(path, force=force, error=SweepError)
    if holds_something(path):
        replaceable(path, layout)
    is_new = not path.exists()
    place = SweepStore(path, tiling, layout, again="force")
    with place.held():
        try:
            remove_successor(path)  # of another run
            with place.errors_named(), successor(path, "whole") as folder:
                yield SweepStore(folder, tiling, layout, path, "force")
        except BaseException:
            with suppress(OSError):
                remove_successor(path)
                if is_new:
                    path.rmdir()
            raise


def write_store(dataset: xarray.Dataset, path: Path, *, force: bool) -> None:
    """Write a dataset as the store that its sweep would have made.

    Raises
    ------
    SweepError
        When something is there that may not be replaced.
    FileError
        When it cannot be written.
    """
    attributes = _attributes(dataset)
    tiling = _tiling(dataset, attributes)
    attributes["block_shape"] = " ".join(map(str, tiling.block_shape))
    judged = [name for name in dataset.data_vars if name == STATUS]
    names = [*(n for n in dataset.data_vars if n != STATUS), *judged]
    coordinates = [_variable(str(n), c, known=True) for n, c in dataset.coords.items()]
    measured = [
        _variable(str(n), dataset[n], rare=n == STATUS and "columns" not in attributes)
        for n in names
    ]
    layout = Layout(tuple(coordinates), tuple(measured), attributes)
    with placed(path, tiling, layout, force=force) as store:
        for number in store.open():
            region = tiling.region(number)
            store.write(number, {str(n): np.asarray(dataset[n][region].values) for n in names})


def _attributes(dataset: xarray.Dataset) -> dict[str, Any]:
    """Take over what a dataset says of itself; what came from rows alone says little."""
    attributes = {
        str(name): value.tolist() if hasattr(value, "tolist") else value
        for name, value in dataset.attrs.items()
    }
    if "axes" not in attributes:
        axes = [Axis(str(d), {str(d): np.asarray(dataset[d].values, float)}) for d in dataset.dims
                if dataset[d].dtype.kind in "iuf"]  # fmt: skip
        attributes["axes"] = axes_text(axes)
    attributes.setdefault("measures", " ".join(str(n) for n in dataset.data_vars if n != STATUS))
    return attributes


def _tiling(dataset: xarray.Dataset, attributes: Mapping[str, Any]) -> Tiling:
    """Cut into the blocks that the dataset had as a store, if it had any."""
    shape = tuple(dataset.sizes.values())
    had = tuple(int(n) for n in str(attributes.get("block_shape", "")).split())
    same = Tiling(shape, int(np.prod(had)) or 1) if had else Tiling(shape)
    return same if same.block_shape == had else Tiling(shape)


def _variable(
    name: str, values: xarray.DataArray, *, known: bool = False, rare: bool = False
) -> Variable:
    attributes = {
        str(key): value.tolist() if hasattr(value, "tolist") else value
        for key, value in values.attrs.items()
    }
    kind = values.dtype.kind
    empty: float | int = {"f": np.nan, "b": 0}.get(kind, -1)
    if name == STATUS:
        empty = int(Status.OK if rare else Status.INVALID)
    held = np.asarray(values.values) if known else None
    if held is not None and kind not in "biuf":
        held = held.astype(object)
    dims = tuple(map(str, values.dims))
    return Variable(name, dims, values.dtype, attributes, empty, held, rare)
