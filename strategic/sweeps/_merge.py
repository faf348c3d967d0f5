"""Stores of parts put together: the store of the whole, as one run makes it."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.arrays import Array
from strategic.errors import Problem, SweepError
from strategic.status import Status
from strategic.sweeps._axes import Axis, Over, axes_of
from strategic.sweeps._evaluate import STATUS
from strategic.sweeps._files import check_suffix, open_sweep
from strategic.sweeps._growth import StoredSweep, stored_sweep
from strategic.sweeps._joining import joined_axes
from strategic.sweeps._layout import Layout, Variable, status_attributes
from strategic.sweeps._meanings import differing_flags, stored_flags
from strategic.sweeps._placing import placed
from strategic.sweeps._provenance import GAPS, axes_text, differences
from strategic.sweeps._source import Source
from strategic.sweeps._store import SweepStore
from strategic.sweeps._successor import recover
from strategic.sweeps._tables import POINT
from strategic.sweeps._tiling import Tiling
from strategic.whole_numbers import check_whole

if TYPE_CHECKING:
    import xarray

_NAMED = 5
"""Values of an axis that an error lists."""


def merge_sweeps(
    parts: Sequence[str | Path],
    out: str | Path,
    *,
    over: Over | None = None,
    gaps: bool = False,
    force: bool = False,
    block: int | None = None,
) -> xarray.Dataset:
    """Put stores together that hold parts of one sweep, such as those of a job array.

    The result is, byte for byte, the store of a single run over all values of every axis: in order
    where the parts are in order, else as they first come. Rows of tables follow one another,
    except that equal tables are one, and rows with numbers of their own (a column ``point``) are
    told apart by their columns.

    Parameters
    ----------
    parts : sequence of path
        Zarr stores of one model, with the same measures and axes. Where they overlap they must
        agree to the bit.
    out : path
        The ``.zarr`` store to write; it appears when it is whole.
    over : mapping or sequence of str, optional
        Axes of the whole, as in `sweep`: parts that are missing altogether are then missed.
    gaps : bool
        Leave points that no part has undefined, with the status ``missing``; the attribute
        ``gaps`` says how many, and growing the store computes them. Otherwise they are an error.
    force : bool
        Replace a store that exists, at the end; it may be one of the parts.
    block : int, optional
        Most points per block.

    Returns
    -------
    xarray.Dataset
        The whole, as `open_sweep` gives it.

    Raises
    ------
    SweepError
        When the parts are not of one sweep, disagree at a point, or leave gaps.
    FileError
        When a part cannot be read, or the store cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> import strategic as st
    >>> model = st.load("hawk-dove")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     stores = [f"{folder}/{name}.zarr" for name in ("low", "high")]
    ...     for store, harm in zip(stores, ("1:2:2", "3:4:2")):
    ...         _ = st.sweep(model, {"harm": harm}, "equilibrium_count", out=store)
    ...     merge_sweeps(stores, f"{folder}/all.zarr")["equilibrium_count"].values.tolist()
    [1, 3, 3, 3]
    """
    check_whole(block=block)
    target = Path(out)
    if check_suffix(target) != ".zarr":
        raise SweepError("only .zarr stores are merged", where="out", value=str(target))
    if not parts:
        raise SweepError("nothing to merge", where="parts", remedy="name at least one store")
    stored = [_opened(Path(part)) for part in parts]
    _check_same(stored)
    axes, places = joined_axes(stored, axes_of(over) if over is not None else ())
    tiling = Tiling(tuple(axis.size for axis in axes), block)
    layout = _layout(stored, axes, tiling)
    sources = [part.at(place) for part, place in zip(stored, places, strict=True)]
    merger = _Merger(sources, axes, tiling, layout, gaps=gaps)
    merger.write(target, force=force)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # gaps were asked for
        return open_sweep(target)


@dataclass(frozen=True, eq=False)
class _Merger:
    """Stores, where their values lie in the whole, and what is still missing."""

    sources: Sequence[Source]
    axes: Sequence[Axis]
    tiling: Tiling
    layout: Layout
    gaps: bool
    missed: list[Array] = field(default_factory=list)

    def write(self, path: Path, *, force: bool) -> None:
        """Write the whole beside the place it is for, and put it there."""
        layout = _with_gaps(self.layout) if self.gaps else self.layout
        with placed(path, self.tiling, layout, force=force) as store:
            missing = sum(self._write_block(store, number) for number in store.open())
            if missing and not self.gaps:
                raise SweepError(self._told(missing), where="parts", remedy=_REMEDY)
            self._finish(store, missing)

    def _write_block(self, store: SweepStore, number: int) -> int:
        """Gather a block from the parts; return how many of its points none of them has."""
        region = self.tiling.region(number)
        shape = [part.stop - part.start for part in region]
        known = np.zeros(shape, dtype=bool)
        values = {v.name: np.full(shape, v.undefined, v.dtype) for v in store.layout.measured}
        for source in self.sources:
            if not source.touches(region):
                continue
            own = {v.name: np.full(shape, v.undefined, v.dtype) for v in store.layout.measured}
            marked = source.read(region, own)
            for name, array in own.items():
                unlike = marked & known & (_bits(array) != _bits(values[name]))
                if unlike.any():
                    raise self._disagreement(name, region, unlike, source)
                values[name] = np.where(marked, array, values[name])
            known |= marked
        if not known.all():
            gaps = np.argwhere(~known) + [part.start for part in region]
            self.missed[:] = [
                np.union1d(had, gaps[:, axis])
                for axis, had in enumerate(self.missed or [np.zeros(0, np.int64)] * len(shape))
            ]
            if STATUS in values:
                values[STATUS][~known] = Status.MISSING
        store.write(number, values)
        return int((~known).sum())

    def _finish(self, store: SweepStore, missing: int) -> None:
        """Let the store say how many of its points are missing, or nothing of the kind."""
        layout = self.layout
        if missing:
            layout = _with_gaps(layout)
            layout = replace(layout, attributes={**layout.attributes, GAPS: missing})
        replace(store, layout=layout).finish()

    def _disagreement(
        self, name: str, region: Sequence[slice], unlike: Array, source: Source
    ) -> SweepError:
        """Name the first point at which a part says something else than those before it."""
        at = [int(i) + part.start for i, part in zip(np.argwhere(unlike)[0], region, strict=True)]
        point = ", ".join(_shown(axis, i) for axis, i in zip(self.axes, at, strict=True))
        rule = f"'{name}' differs from that of an earlier part at {point}"
        remedy = "make both with one version of the model and of this package"
        return SweepError(rule, where=str(source.path), remedy=remedy)

    def _told(self, missing: int) -> str:
        """Say which points no part has."""
        where = []
        for axis, places in zip(self.axes, self.missed, strict=True):
            shown = ", ".join(_shown(axis, int(i)).partition("=")[2] for i in places[:_NAMED])
            more = f" and {len(places) - _NAMED:,} more" * (len(places) > _NAMED)
            if len(places) < axis.size or len(self.axes) == 1:
                where.append(f"{axis.name} {shown}{more}")
        told = f" at {'; '.join(where)}" if where else ""
        return f"no part has {missing:,} of {self.tiling.size:,} points{told}"


_REMEDY = "finish or add the parts that have them, or leave gaps undefined (gaps)"


def _opened(path: Path) -> StoredSweep:
    """Open a part."""
    recover(path)
    found = stored_sweep(path)
    if found is None:
        rule = "is not a sweep" if path.exists() else "no such store"
        raise SweepError(rule, where=str(path), remedy="name .zarr stores that sweep wrote")
    return found


def _check_same(stored: Sequence[StoredSweep]) -> None:
    """Refuse parts of other sweeps than that of the first."""
    first = stored[0]
    problems: list[Problem] = []
    for part in stored[1:]:
        same = {key: first.attributes[key] for key in ("axes", "block_shape")}
        was = {**{k: v for k, v in part.attributes.items() if k != GAPS}, **same}
        if sorted(part.measures) == sorted(first.measures):
            was["measures"] = first.attributes["measures"]
        found = differences(was, first.attributes, str(part.path))
        if not found and part.dims != first.dims:
            found = [Problem(f"the store was made with the axes {', '.join(part.dims)}", "axes",
                             ", ".join(first.dims), file=str(part.path))]  # fmt: skip
        problems += found
    if not problems:
        most = _most_flags(stored)
        problems = [
            problem
            for part in stored
            for problem in differing_flags(
                stored_flags(part.path, part.measures), most, str(part.path)
            )
        ]
    if problems:
        raise SweepError.from_problems(problems)


def _most_flags(stored: Sequence[StoredSweep]) -> dict[str, dict[int, str]]:
    """Tell what numbers mean by the part that tells most: later ones may have more labels."""
    told = [stored_flags(part.path, part.measures) for part in stored]
    names = stored[0].measures
    return {name: max((own.get(name, {}) for own in told), key=len) for name in names}


def _layout(stored: Sequence[StoredSweep], axes: Sequence[Axis], tiling: Tiling) -> Layout:
    """Describe the whole as the first part describes itself, with the labels of all."""
    part, most = stored[0], _most_flags(stored)

    def variable(name: str, values: Array | None) -> Variable:
        array: Any = part.group[name]
        dtype = array.dtype if values is None else values.dtype
        rare = name == STATUS and "columns" not in part.attributes
        dims = tuple(array.metadata.dimension_names)
        attributes = dict(array.attrs.asdict())
        if told := most.get(name):
            attributes |= {"flag_values": [*told], "flag_meanings": " ".join(told.values())}
        return Variable(name, dims, dtype, attributes, array.fill_value, values, rare)

    coordinates = [
        variable(name, values)
        for axis in axes
        for name, values in {**axis.levers, **axis.extra}.items()
    ]
    measured = [variable(name, None) for name in part.measures]
    if STATUS in part.group:
        status = variable(STATUS, None)
        # Where there are gaps, everything has a status; some sweeps have one without.
        if int(Status.INVALID) in status.attributes["flag_values"]:
            attributes = status_attributes(Status.OK, Status.INVALID)
            measured.append(replace(status, attributes=attributes))
    attributes = {key: value for key, value in part.attributes.items() if key != GAPS}
    attributes["axes"] = axes_text(axes)
    attributes["block_shape"] = " ".join(map(str, tiling.block_shape))
    return Layout(tuple(coordinates), tuple(measured), attributes)


def _with_gaps(layout: Layout) -> Layout:
    """Give a layout whose status tells the points that no part has."""
    *measured, last = layout.measured
    if last.name == STATUS:
        kinds = [Status.OK, Status.INVALID, Status.MISSING]
    else:
        kinds, measured = [Status.OK, Status.MISSING], [*measured, last]
        last = Variable(STATUS, last.dims, np.dtype(np.int8), {}, int(Status.OK), rare=True)
    status = replace(last, attributes=status_attributes(*kinds))
    return replace(layout, measured=(*measured, status))


def _bits(values: Array) -> Array:
    return values.view(np.int64) if values.dtype == float else values


def _shown(axis: Axis, position: int) -> str:
    """Name a position of an axis."""
    if axis.name in axis.levers:
        return f"{axis.name}={axis.levers[axis.name][position]:.12g}"
    return f"{axis.name}={axis.extra.get(POINT, np.arange(1, axis.size + 1))[position]}"
