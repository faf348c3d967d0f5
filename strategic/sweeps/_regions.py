"""Regions of a measure over two parameters, with borders that are lines and not a staircase.

A grid of cells is labelled at its corners. Where the label changes along the side of a cell, the
place is bisected; a cell that two labels share is cut along the line between its two changes, and
one that more of them share is divided until the cell in which they meet is tiny. Straight borders
come out exact, bent ones as chords of one cell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from strategic.arrays import Array
from strategic.errors import SweepError
from strategic.modelling import Model
from strategic.papers import Cited
from strategic.sweeps._axes import Over, axes_of, ranges_of
from strategic.sweeps._bisection import Sides, brackets_of, narrow_all
from strategic.sweeps._evaluate import evaluate_grid
from strategic.sweeps._grid import grid_of
from strategic.sweeps._layout import Layout, layout_of
from strategic.whole_numbers import check_whole

if TYPE_CHECKING:
    import xarray


CELLS = 60
"""Cells along each side of the map."""
_DIVIDED, _PARTS = 4, 4
"""How often a cell where several labels meet is divided, and into how many parts along a side."""
_CORNERS = np.array([[0, 0], [1, 0], [1, 1], [0, 1]])
"""The corners of a cell, anticlockwise; side k runs from corner k to the next."""

Place = tuple[float, float]
LabelAt = Callable[[Array], Array]
"""From places, one per row, to labels."""
Walk = list[tuple[Array, int]]
"""Where the label changes round a cell, each place with the label that follows it."""


@dataclass(frozen=True, eq=False)
class Regions(Cited):
    """The regions of a measure over two parameters.

    Parameters
    ----------
    layout : Layout
        What the measure is, and over what.
    measured : mapping of str to ndarray
        The measure at the corners of the cells, and which of them are valid where some may not be.
    borders : ndarray of shape (segments, 2, 2)
        Straight pieces of border: both ends, each with its value of the first and of the second
        parameter.
    pieces : mapping of int to list of ndarray of shape (corners, 2)
        Polygons that together fill the region of each label, by its number; -1 is undefined.

    Examples
    --------
    >>> import strategic as st
    >>> over = {"relation.alignment": (0, 1), "relation.sanction": (0, 1)}
    >>> found = regions(st.load("restriction"), over, "relationship_type", cells=8)
    >>> sorted(found.pieces) == sorted(set(np.unique(found.dataset["relationship_type"]).tolist()))
    True
    """

    layout: Layout
    measured: Mapping[str, Array]
    borders: Array
    pieces: Mapping[int, list[Array]]

    def behind(self) -> list[str]:
        """Name what stands behind the measure, as attributes keep it."""
        return str(self.layout.attributes["references"]).split()

    @cached_property
    def dataset(self) -> xarray.Dataset:
        """The measure at the corners of the cells, as a sweep gives it."""
        return self.layout.dataset(self.layout.data(self.measured))

    @property
    def table(self) -> xarray.Dataset:
        """The same for a figure, which loads nothing."""
        return self.layout.table(self.layout.data(self.measured))

    def outlines(self, label: int) -> list[Array]:
        """Trace the outline of a region: loops anticlockwise round it, clockwise round holes.

        A side that two pieces share is run through both ways and drops out.
        """
        ends: dict[Place, list[Place]] = {}
        for piece in self.pieces[label]:
            places = [(float(x), float(y)) for x, y in piece]
            for start, stop in pairwise([*places, places[0]]):
                back = ends.get(stop, [])
                if start in back:
                    back.remove(start)
                elif start != stop:
                    ends.setdefault(start, []).append(stop)
        loops = []
        for first, left in ends.items():
            while left:
                loop, place = [first], left.pop()
                while place != first:
                    loop.append(place)
                    place = ends[place].pop()
                loops.append(_without_straight(np.array(loop)))
        return loops


def regions(
    model: Model,
    over: Over,
    measure: str,
    *,
    cells: int = CELLS,
    tolerance: float = 1e-10,
) -> Regions:
    """Find the regions of a label or a whole number over two parameters.

    Parameters
    ----------
    model : Model
        A single model; the other parameters keep its values.
    over : mapping or sequence of str
        The two parameters and their ranges: ``(low, high)`` or ``"LO:HI"`` by name, or
        ``"NAME=LO:HI"`` texts; ``"LO:HI:log"`` has cells even in the logarithm.
    measure : str
        A measure of labels or whole numbers.
    cells : int
        Cells along each axis; a region that passes between their corners and touches no side of
        them twice is missed.
    tolerance : float
        Largest error of a border where it crosses the side of a cell, as a share of that side.

    Raises
    ------
    SweepError
        When there are not two parameters, or the measure is a number with a fraction.

    Examples
    --------
    >>> import strategic as st
    >>> over = {"relation.alignment": (0, 1), "relation.sanction": (0, 1)}
    >>> found = regions(st.load("restriction"), over, "relationship_type", cells=8)
    >>> found.borders.shape[1:]
    (2, 2)
    """
    check_whole(cells=cells)
    watched = Sides(model.family.measure(measure))
    if watched.measure.kind == "float":
        raise SweepError("regions need a label or a whole number", where="measure", value=measure)
    ranges = ranges_of(over)
    if len(ranges) != 2:
        given = ", ".join(one.name for one in ranges)
        raise SweepError("regions need two parameters", where="over", value=given)
    axes = {
        one.name: one.values(cells + 1) if one.log else np.linspace(one.lower, one.upper, cells + 1)
        for one in ranges
    }
    name = watched.measure.name
    grid = grid_of(model, axes_of(axes), None)
    measured = evaluate_grid(grid, [name])
    labels = measured[name].astype(np.int64)

    def label_at(places: Array) -> Array:
        return watched.of(model, dict(zip(axes, places.T, strict=True)), 1)

    corners = np.stack(np.meshgrid(*axes.values(), indexing="ij"), axis=-1)
    same = _uniform(labels)
    pieces = _columns(corners, labels, same)
    borders: list[Array] = []
    i, j = np.nonzero(~same)
    open_ = np.stack([corners[i, j], corners[i + 1, j + 1]], axis=1)  # low and high corner
    for depth in range(_DIVIDED + 1):
        if not len(open_):
            break
        left = []
        for box, label, walk in _walks(open_, label_at, tolerance):
            if len(walk) > 2 and depth < _DIVIDED:
                left.append(box)
            elif walk:
                _cut(box, walk, pieces, borders)
            else:
                pieces.setdefault(label, []).append(_rectangle(*box))
        open_ = _divided(np.array(left).reshape(-1, 2, 2))
    borders_ = np.array(borders).reshape(-1, 2, 2)
    return Regions(layout_of(grid, [name], 0), measured, borders_, pieces)


def _uniform(labels: Array) -> Array:
    """Mark the cells whose four corners have one label."""
    first = labels[:-1, :-1]
    return np.asarray(
        (first == labels[1:, :-1]) & (first == labels[:-1, 1:]) & (first == labels[1:, 1:])
    )


def _columns(corners: Array, labels: Array, same: Array) -> dict[int, list[Array]]:
    """Cover the cells of one label with rectangles, each a stretch of one column of cells."""
    pieces: dict[int, list[Array]] = {int(label): [] for label in np.unique(labels)}
    kind = np.where(same, labels[:-1, :-1], np.iinfo(np.int64).min)
    for i, column in enumerate(kind):
        starts = [0, *(np.flatnonzero(column[1:] != column[:-1]) + 1), len(column)]
        for start, end in pairwise(starts):
            if same[i, start]:  # with the corners of all its cells, as its neighbours have them
                left, right = corners[i, start : end + 1], corners[i + 1, start : end + 1]
                pieces[int(column[start])].append(np.concatenate([right, left[::-1]]))
    return pieces


def _rectangle(low: Array, high: Array) -> Array:
    return np.where(_CORNERS, high, low)  # to the bit, so that neighbours share their corners


def _without_straight(loop: Array) -> Array:
    """Leave out the places of a loop in which it runs straight on."""
    before, after = loop - np.roll(loop, 1, axis=0), np.roll(loop, -1, axis=0) - loop
    turn = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]
    scale = np.linalg.norm(before, axis=1) * np.linalg.norm(after, axis=1)
    return np.asarray(loop[np.abs(turn) > 1e-7 * scale])


def _walks(boxes: Array, label_at: LabelAt, tolerance: float) -> Iterator[tuple[Array, int, Walk]]:
    """Walk round every cell anticlockwise from its first corner, whose label comes along.

    A side is searched once for both cells that share it, in the direction in which coordinates
    grow.
    """
    corners = np.where(_CORNERS, boxes[:, 1:], boxes[:, :1])  # (cells, 4, 2)
    labels = label_at(corners.reshape(-1, 2)).reshape(-1, 4)
    ends = np.array([[0, 1], [1, 2], [3, 2], [0, 3]])  # of each side, the low end first
    cell, side = np.nonzero(labels[:, ends[:, 0]] != labels[:, ends[:, 1]])
    low, high = ends[side].T
    sides = np.hstack([corners[cell, low], corners[cell, high]])
    sides, first, number = np.unique(sides, axis=0, return_index=True, return_inverse=True)
    start, stop = sides[:, :2], sides[:, 2:]

    def place_at(search: Array, share: Array) -> Array:
        return np.asarray(start[search] + share[:, None] * (stop - start)[search])

    before, after = labels[cell, low][first], labels[cell, high][first]
    found = narrow_all(
        brackets_of(np.arange(len(sides)), 0.0, 1.0, before, after),
        lambda search, share: label_at(place_at(search, share)),
        tolerance,
    )
    found = found[np.lexsort((found.near, found.search))]
    places = place_at(found.search, (found.near + found.far) / 2)
    changes: list[list[tuple[Array, int, int]]] = [[] for _ in sides]
    for search, place, *labelled in zip(
        found.search, places, found.before, found.after, strict=True
    ):
        changes[search].append((place, *map(int, labelled)))
    walks: list[Walk] = [[] for _ in boxes]
    for k, along, which in zip(cell, side, number.ravel(), strict=True):
        if along < 2:
            walks[k] += [(place, after) for place, _, after in changes[which]]
        else:  # anticlockwise the last two sides run backwards
            walks[k] += [(place, before) for place, before, _ in reversed(changes[which])]
    return zip(boxes, labels[:, 0].tolist(), walks, strict=True)


def _cut(box: Array, walk: Walk, pieces: dict[int, list[Array]], borders: list[Array]) -> None:
    """Cut a cell along the line between its two changes, or from each of several to their mean."""
    corners = _rectangle(*box)
    places = np.array([place for place, _ in walk])
    middle = places.mean(axis=0)
    for k, (place, label) in enumerate(walk):
        following = walk[(k + 1) % len(walk)][0]
        if len(walk) > 2:
            borders.append(np.stack([place, middle]))
        elif k:
            borders.append(np.stack([following, place]))
        outline = [place, *_between(corners, place, following), following]
        outline += [middle] if len(walk) > 2 else []
        pieces.setdefault(label, []).append(np.array(outline))


def _between(corners: Array, first: Array, second: Array) -> list[Array]:
    """List the corners that lie between two places on the outline of a cell, anticlockwise."""
    low, size = corners[0], corners[2] - corners[0]

    def round_(place: Array) -> float:
        x, y = ((place - low) / size).tolist()
        sides = [(abs(y), x), (abs(1 - x), 1 + y), (abs(1 - y), 3 - x), (abs(x), 4 - y)]
        return float(min(sides)[1]) % 4  # the side it lies on

    begin, end = round_(first), round_(second)
    end += 4 * (end <= begin)
    return [corners[k % 4] for k in range(8) if begin < k < end]


def _divided(boxes: Array) -> Array:
    """Divide every cell into parts of one size."""
    place = np.stack(np.meshgrid(*[np.arange(_PARTS)] * 2), axis=-1).reshape(-1, 2)
    low, size = boxes[:, :1], (boxes[:, 1:] - boxes[:, :1]) / _PARTS
    return np.stack([low + place * size, low + (place + 1) * size], axis=2).reshape(-1, 2, 2)
