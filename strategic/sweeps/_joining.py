"""The axes of parts joined to those of the whole."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np

from strategic.arrays import Array
from strategic.errors import Problem, SweepError
from strategic.sweeps._axes import Axis
from strategic.sweeps._growth import StoredSweep, compared
from strategic.sweeps._source import Places, codes_of, turns
from strategic.sweeps._tables import POINT


def joined_axes(
    stored: Sequence[StoredSweep], given: Sequence[Axis]
) -> tuple[list[Axis], list[list[Places]]]:
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
    places: list[list[Places]] = [[] for _ in stored]
    problems = []
    for number, dim in enumerate(stored[0].dims):
        pieces = [part.axes[number] for part in stored]
        _check_columns(pieces, stored)
        whole, found = _whole(pieces, asked.get(dim))
        axes.append(whole)
        for part, piece, mine, place in zip(stored, pieces, places, found, strict=True):
            mine.append(place)
            if len(place.at) < piece.size:
                rule = "has values that the whole lacks"
                problems.append(Problem(rule, dim, file=str(part.path)))
    if problems:
        raise SweepError.from_problems(problems)
    return axes, places


def _whole(pieces: Sequence[Axis], asked: Axis | None) -> tuple[Axis, list[Places]]:
    """Join the pieces of one axis, or find them on the one that is asked for."""
    first = pieces[0]
    if asked is None and first.name == POINT and POINT not in compared(first):
        return _one_after_another(pieces)
    all_pieces = [*pieces] if asked is None else [asked, *pieces]
    columns = {key: [{**p.levers, **p.extra}[key] for p in all_pieces] for key in compared(first)}
    codes = codes_of(columns)
    which = np.repeat(np.arange(len(all_pieces)), [piece.size for piece in all_pieces])
    # A value counts where it comes more often than in the parts before.
    keys = codes * (len(codes) + 1) + turns(codes * len(all_pieces) + which)
    _, where, numbers = np.unique(keys, return_index=True, return_inverse=True)
    order = np.sort(where)
    if asked is not None:
        order = order[: asked.size]
    elif first.name in first.levers:
        values = np.concatenate(columns[first.name])[order]
        order = order[_in_order(values, columns[first.name])]
    position = np.full(len(where), -1, dtype=np.int64)
    position[numbers[order]] = np.arange(len(order))
    at = np.split(position[numbers], np.cumsum([piece.size for piece in all_pieces])[:-1])
    found = [_sorted(place) for place in at[len(all_pieces) - len(pieces) :]]
    if asked is not None:
        return asked, found
    return _axis_like(first, {key: _together(c)[order] for key, c in columns.items()}), found


def _sorted(position: Array) -> Places:
    """Turn the positions of a part's values on the whole into pairs that ascend."""
    own = np.argsort(position, kind="stable")
    own = own[position[own] >= 0]
    return Places(position[own], own)


def _one_after_another(pieces: Sequence[Axis]) -> tuple[Axis, list[Places]]:
    """Put numbered rows of tables below one another; a table that comes again is the same."""
    kinds: list[Axis] = []
    which, known = [], {}
    for piece in pieces:
        content = _content(compared(piece))
        if content not in known:
            known[content] = len(kinds)
            kinds.append(piece)
        which.append(known[content])
    starts = np.cumsum([0, *(kind.size for kind in kinds)])
    joined = {key: _together([{**k.levers, **k.extra}[key] for k in kinds])
              for key in compared(kinds[0])}  # fmt: skip
    places = [
        Places(np.arange(starts[kind], starts[kind + 1]), np.arange(kinds[kind].size))
        for kind in which
    ]
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


def _content(columns: Mapping[str, Array]) -> bytes:
    """Tell tables apart by their content."""
    digest = hashlib.sha256()
    for name, values in sorted(columns.items()):
        entries = (
            values.tobytes() if values.dtype.kind in "biuf" else repr(values.tolist()).encode()
        )
        digest.update(f"{name} {values.dtype.kind} {len(entries)} ".encode() + entries)
    return digest.digest()
