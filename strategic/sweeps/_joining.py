"""The axes of parts joined to those of the whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from strategic.arrays import Array
from strategic.errors import Problem, SweepError
from strategic.sweeps._axes import Axis
from strategic.sweeps._growth import StoredSweep, compared
from strategic.sweeps._source import places_of
from strategic.sweeps._tables import POINT


def joined_axes(
    stored: Sequence[StoredSweep], given: Sequence[Axis]
) -> tuple[list[Axis], list[list[Array]]]:
    """Join the axes of parts; say for each part, along each axis, where its values are.

    Parameters
    ----------
    stored : sequence of StoredSweep
        With the same axes.
    given : sequence of Axis
        What the whole is along some of them.

    Raises
    ------
    SweepError
        When there is no such axis, the columns of tables do not fit, or a part has values that
        the given whole lacks.
    """
    asked = {axis.name: axis for axis in given}
    for name in asked:
        if name not in stored[0].dims:
            raise SweepError("the parts have no such axis", where=name)
    axes: list[Axis] = []
    places: list[list[Array]] = [[] for _ in stored]
    for number, dim in enumerate(stored[0].dims):
        pieces = [part.axes[number] for part in stored]
        _check_columns(pieces, stored)
        whole, found = _whole(pieces, asked.get(dim))
        axes.append(whole)
        for mine, place in zip(places, found, strict=True):
            mine.append(place)
    if asked:
        lacking = [(part, axis, place) for part, found in zip(stored, places, strict=True)
                   for axis, place in zip(part.axes, found, strict=True)
                   if (place >= 0).sum() < axis.size]  # fmt: skip
        problems = [
            Problem("has values that the whole lacks", axis.name, file=str(part.path))
            for part, axis, _ in lacking
        ]
        if problems:
            raise SweepError.from_problems(problems)
    return axes, places


def _whole(pieces: Sequence[Axis], asked: Axis | None) -> tuple[Axis, list[Array]]:
    """Join the pieces of one axis."""
    name = pieces[0].name
    if asked is not None:
        columns = compared(asked)
        return asked, [places_of(columns, compared(piece)) for piece in pieces]
    if name == POINT and POINT not in compared(pieces[0]):
        return _one_after_another(pieces)
    columns = {key: _together([{**p.levers, **p.extra}[key] for p in pieces])
               for key in compared(pieces[0])}  # fmt: skip
    new = np.zeros(len(next(iter(columns.values()))), dtype=bool)
    start = 0
    for piece in pieces:  # a value counts where it comes more often than in the parts before
        part = slice(start, start + piece.size)
        had = {key: values[:start][new[:start]] for key, values in columns.items()}
        mine = {key: values[part] for key, values in columns.items()}
        new[part] = True if not new.any() else places_of(mine, had) < 0
        start += piece.size
    order = np.flatnonzero(new)
    if name in pieces[0].levers:
        order = order[_in_order(columns[name][order], [piece.levers[name] for piece in pieces])]
    joined = {key: values[order] for key, values in columns.items()}
    axis = _axis_like(pieces[0], joined)
    return axis, [places_of(joined, compared(piece)) for piece in pieces]


def _one_after_another(pieces: Sequence[Axis]) -> tuple[Axis, list[Array]]:
    """Put numbered rows of tables below one another; a table that comes again is the same."""
    kinds: list[Axis] = []
    which = []
    for piece in pieces:
        columns = compared(piece)
        same = [n for n, other in enumerate(kinds) if _equal(compared(other), columns)]
        which.append(same[0] if same else len(kinds))
        kinds += [] if same else [piece]
    starts = np.cumsum([0, *(kind.size for kind in kinds)])
    joined = {key: _together([{**k.levers, **k.extra}[key] for k in kinds])
              for key in compared(kinds[0])}  # fmt: skip
    places = []
    for kind in which:
        place = np.full(starts[-1], -1, dtype=np.int64)
        place[starts[kind] : starts[kind + 1]] = np.arange(kinds[kind].size)
        places.append(place)
    return _axis_like(pieces[0], {**joined, POINT: np.arange(1, starts[-1] + 1)}), places


def _axis_like(first: Axis, columns: Mapping[str, Array]) -> Axis:
    """Make an axis with the columns of another, in its order."""
    levers = {name: columns[name] for name in first.levers}
    return Axis(first.name, levers, {name: columns[name] for name in first.extra})


def _in_order(values: Array, pieces: Sequence[Array]) -> Array:
    """Give the order of joined values: that of the pieces if all have the same one."""
    if all((np.diff(piece) >= 0).all() for piece in pieces):
        return np.argsort(values, kind="stable")
    if all((np.diff(piece) <= 0).all() for piece in pieces):
        return np.argsort(-values, kind="stable")
    return np.arange(len(values))


def _together(columns: Sequence[Array]) -> Array:
    """Put pieces of a column below one another; one that is empty throughout takes any type."""
    if not any(column.dtype.kind == "O" for column in columns):
        return np.concatenate(columns)
    return np.concatenate([
        np.full(len(c), "", dtype=object) if c.dtype.kind == "f" and np.isnan(c).all() else c
        for c in columns
    ])  # fmt: skip


def _check_columns(pieces: Sequence[Axis], stored: Sequence[StoredSweep]) -> None:
    """Refuse tables with other columns, or with texts where the others have numbers."""
    first = {**pieces[0].levers, **pieces[0].extra}
    for piece, part in zip(pieces, stored, strict=True):
        columns = {**piece.levers, **piece.extra}
        if sorted(columns) != sorted(first):
            rule = f"the store has the columns {', '.join(columns)}"
            problem = Problem(rule, piece.name, ", ".join(first), file=str(part.path))
            raise SweepError.from_problems([problem])
        for name, values in columns.items():
            kinds = {v.dtype.kind for v in (values, first[name])
                     if not (v.dtype.kind == "f" and np.isnan(v).all())}  # fmt: skip
            if "O" in kinds and len(kinds) > 1:
                rule = "holds texts in one part and numbers in another"
                problem = Problem(rule, name, remedy="write it one way", file=str(part.path))
                raise SweepError.from_problems([problem])


def _equal(first: Mapping[str, Array], second: Mapping[str, Array]) -> bool:
    lengths = {len(values) for values in (*first.values(), *second.values())}
    return len(lengths) == 1 and bool((places_of(first, second) == np.arange(*lengths)).all())
