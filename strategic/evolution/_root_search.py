"""All roots of polynomial equations in the interior of a product of simplices, with proof."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

from strategic.arrays import Array
from strategic.evolution._cells import Cells, joined, one_sign
from strategic.evolution._polar_forms import Frame, system

_AT_ONCE = 1 << 18
"""Numbers of all tables of the cells handled together."""
_MOST_CELLS, _MOST_OF_ALL, _MOST_LINEAR = 60, 64_000, 64
"""Of one column, doubled for every unknown up to six; beyond; and of linear equations, which are
easily solved otherwise. Curves of roots would never end."""
_MOST_STEPS = 300
_CUT, _OVERLAP = 31 / 64, 1 / 64
_CONTRACTS = 0.5
"""A map that contracts so much is iterated by Newton's method."""
_FAINTEST = 2.0**-960
"""Numbers that much smaller than others of their equation may be lost on the way."""
_WORTH_KEEPING = 0.5
_TINY = 1e-6
_WIDER = 8.0
_MARGIN = 1 / 32
"""Room around an image, so that no simplex becomes much smaller than the others at once."""
_SAME = 1e-9


class Found(NamedTuple):
    """Roots, by the column they belong to, and what is left open.

    Parameters
    ----------
    column : int array ``(roots,)``
    shares : tuple of arrays ``(k, roots)``
    unsettled : bool array ``(columns,)``
        Columns that may have other roots.
    suspects : list of (int, tuple of arrays ``(k,)``)
        Single roots that lie on the boundary or so close to it that doubles cannot tell: all that
        is open in columns that are settled.
    """

    column: Array
    shares: tuple[Array, ...]
    unsettled: Array
    suspects: list[tuple[int, tuple[Array, ...]]]


class _Images(NamedTuple):
    """What the preconditioned map makes of cells: see `_images`."""

    low: list[Array]
    high: list[Array]
    factor: Array


def interior_roots(frame: Frame, table: Array, error: Array, *, linear: bool = False) -> Found:
    """Find all roots with positive shares.

    Parameters
    ----------
    frame : Frame
    table : array ``(unknowns, *frame.shape, columns)``
        The equations of each column by their polar forms.
    error : array of the same shape
        How far the numbers may be off; where it is zero a zero is none of rounding.
    linear : bool
        Whether the equations are known to be linear.

    Returns
    -------
    Found
        Of the columns that are settled, exactly the roots there are, each of them simple.

    Notes
    -----
    A cell is discarded where one equation has one sign at all its vertices, before or after
    preconditioning; it holds exactly one root where the preconditioned map contracts and leads
    inside (Krawczyk 1969; Brouwer and Banach); it is shrunk to the image of the map or cut
    otherwise.
    """
    return _Search(frame, table, error, linear=linear).run()


class _Search:
    def __init__(self, frame: Frame, table: Array, error: Array, *, linear: bool) -> None:
        count = table.shape[-1]
        size = np.abs(table).reshape(len(table), -1, count).max(axis=1)
        _, power = np.frexp(size)
        along = (len(table), *(1,) * len(frame.shape), count)
        self.frame, self.linear = frame, linear
        scaled = np.ldexp(table, -power.reshape(along))
        faint = (np.abs(scaled) < _FAINTEST) & (table != 0)
        self.faint = faint.reshape(-1, count).any(axis=0)
        power = np.where(self.faint, 0, power).reshape(along)
        self.table, self.error = np.ldexp(table, -power), np.ldexp(error, -power)
        self.unsettled = ~np.isfinite(size).all(axis=0)
        self.cells_of = np.zeros(count, dtype=np.int64)
        self.most = _MOST_CELLS << frame.unknowns if frame.unknowns <= 6 else _MOST_OF_ALL
        if linear:
            self.most = _MOST_LINEAR
        self.coordinates = frame.coordinates[..., None]
        self.edges = [
            (simplex, a, b)
            for simplex, k in enumerate(frame.sizes)
            for a, b in combinations(range(k), 2)
        ]
        self.roots: list[tuple[Array, list[Array]]] = []
        self.suspects: list[tuple[int, tuple[Array, ...]]] = []

    def run(self) -> Found:
        # An equation without content leaves curves of roots, unless another one has none.
        void = (self.table == 0).reshape(len(self.table), -1, len(self.unsettled)).all(axis=1)
        unclear = void.any(axis=0) | self.faint
        if self.linear:
            unclear |= self._unplaced()
        some = np.flatnonzero(unclear)
        self.unsettled[some[~one_sign(self._whole(some), strict=False)]] = True
        columns = np.flatnonzero(~self.unsettled)
        at_once = max(16, _AT_ONCE // int(np.prod(self.table.shape[:-1])))
        pool = [self._whole(columns[s : s + at_once]) for s in range(0, len(columns), at_once)]
        while pool:
            cells = pool.pop()
            while pool and len(cells) + len(pool[-1]) <= at_once:
                cells = joined([cells, pool.pop()])
            np.add.at(self.cells_of, cells.column, 1)
            self.unsettled |= self.cells_of > self.most
            self.unsettled[cells.column[cells.steps > _MOST_STEPS]] = True
            cells = cells.take(~self.unsettled[cells.column])
            pool += [part for part in self._step(cells) if len(part)]
        return self._distinct()

    def _unplaced(self) -> Array:
        """Tell the linear equations whose root doubles place badly: exact numbers are faster."""
        centre = [np.full((k, 1), 1.0 / k) for k in self.frame.sizes]
        values, slopes = system(
            self.frame, np.where(self.unsettled | self.faint, 0.0, self.table), centre
        )
        inverse, usable = _inverses(slopes)
        with np.errstate(all="ignore"):
            step = (inverse * values).sum(axis=1)
        least, row = np.full(len(usable), np.inf), 0
        for size in self.frame.sizes:
            free = 1.0 / size - step[row : row + size - 1]
            least = np.minimum(least, np.minimum(free.min(axis=0), 1.0 - free.sum(axis=0)))
            row += size - 1
        singular = ~usable | (np.abs(inverse).max(axis=(0, 1)) > 1.0 / _SAME)
        return np.asarray(singular | (np.abs(least) < _SAME))

    def _whole(self, columns: Array) -> Cells:
        corners = tuple(
            np.repeat(np.eye(k)[:, :, None], len(columns), axis=2) for k in self.frame.sizes
        )
        steps = np.zeros(len(columns), dtype=np.int64)
        return Cells(columns, steps, self.table[..., columns], self.error[..., columns], corners)

    def _step(self, cells: Cells) -> list[Cells]:
        """Discard, finish, shrink or cut; gives the cells that remain."""
        cells = cells.take(~one_sign(cells, strict=False))
        if not len(cells):
            return []
        image = self._images(cells)
        done = image.factor < _CONTRACTS
        empty = np.zeros(len(cells), dtype=bool)
        volume = np.ones(len(cells))
        least = []
        for low, high in zip(image.low, image.high, strict=True):
            done &= (low > 0).all(axis=0)
            bound = np.where(low > _MARGIN, low - _MARGIN, 0.0)
            rest = 1.0 - bound.sum(axis=0)
            empty |= (high < 0).any(axis=0) | (rest <= 0)
            volume *= np.maximum(rest, 0.0) ** (len(low) - 1)
            least.append(np.where(rest > 0, bound, 0.0))
        self._note(cells.take(done & ~empty))
        left = ~done & ~empty
        tiny = left & (cells.diameter() < _TINY)
        self._settle_tiny(cells.take(tiny))
        worth = left & ~tiny & (volume < _WORTH_KEEPING)
        rest = self._cut(cells.take(left & ~tiny & ~worth))
        if not worth.any():
            return rest
        return [cells.take(worth).shrunk(self.frame, [low[:, worth] for low in least]), *rest]

    def _images(self, cells: Cells) -> _Images:
        """Bound ``h = lambda - Y F(lambda)`` over each cell, in its barycentric coordinates.

        The roots of F are fixed points of h, whatever Y; the inverse slope at the centre makes h
        almost constant.
        """
        frame, count = self.frame, len(cells)
        centre = [np.full((k, 1), 1.0 / k) for k in frame.sizes]
        _, slopes = system(frame, cells.table, centre)
        inverse, usable = _inverses(slopes)
        images = np.repeat(self.coordinates, count, axis=-1)
        errors = np.full(images.shape, 2.0**-50)
        for row in range(frame.unknowns):
            for equation in range(frame.unknowns):
                weight = inverse[row, equation]
                part = weight * cells.table[equation]
                images[row] -= part
                errors[row] += 2.0**-50 * np.abs(part) + np.abs(weight) * cells.error[equation]
        low, high, factor, row = [], [], np.zeros(count), 0
        for size in frame.sizes:
            free = slice(row, row + size - 1)
            lows = (images[free] - errors[free]).reshape(size - 1, -1, count).min(axis=1)
            highs = (images[free] + errors[free]).reshape(size - 1, -1, count).max(axis=1)
            rest, off = 1.0 - images[free].sum(axis=0), errors[free].sum(axis=0)
            first = (rest - off).reshape(-1, count).min(axis=0)
            last = (rest + off).reshape(-1, count).max(axis=0)
            low.append(np.where(usable, np.concatenate([first[None], lows]), -1.0))
            high.append(np.where(usable, np.concatenate([last[None], highs]), 2.0))
            row += size - 1
        off = errors.reshape(frame.unknowns, -1, count).max(axis=1)
        for row in range(frame.unknowns):
            np.maximum(factor, self._slope(images[row], off[row]), out=factor)
        return _Images(low, high, np.where(usable, factor, np.inf))

    def _slope(self, image: Array, off: Array) -> Array:
        """Sum the largest slopes of an image along all free coordinates."""
        frame = self.frame
        total = np.zeros(image.shape[-1])
        for simplex, degree in enumerate(frame.degrees):
            lines = frame.split(image[None], frame.axes(simplex)[0])
            for vertex in range(1, frame.sizes[simplex]):
                steps = np.abs(lines[:, vertex] - lines[:, 0]).max(axis=(0, 1))
                total += degree * (steps + 2 * off)
        return total

    def _cut(self, cells: Cells) -> list[Cells]:
        """Cut cells across the edge along which the equations change most."""
        if not len(cells):
            return []
        effects = []
        for simplex, a, b in self.edges:
            lines = self.frame.split(cells.table, self.frame.axes(simplex)[0])
            change = np.abs(lines[:, a] - lines[:, b]).reshape(len(cells.table), -1, len(cells))
            effects.append(change.max(axis=1).sum(axis=0))
        chosen = np.argmax(effects, axis=0)
        parts = []
        for number, (simplex, a, b) in enumerate(self.edges):
            some = cells.take(chosen == number)
            if len(some):
                parts += [
                    some.moved(self.frame, simplex, self._halving(simplex, a, b, _CUT, len(some))),
                    some.moved(
                        self.frame,
                        simplex,
                        self._halving(simplex, b, a, 1.0 - _CUT + _OVERLAP, len(some)),
                    ),
                ]
        return parts

    def _halving(self, simplex: int, kept: int, gone: int, ratio: float, count: int) -> Array:
        weights = np.eye(self.frame.sizes[simplex])
        weights[gone, gone], weights[gone, kept] = ratio, 1.0 - ratio
        return np.repeat(weights[:, :, None], count, axis=2)

    def _settle_tiny(self, cells: Cells) -> None:
        """Judge tiny cells by wider ones: they may hold a root on the boundary of the whole."""
        if not len(cells):
            return
        least = [np.full((k, len(cells)), (1.0 - _WIDER) / k) for k in self.frame.sizes]
        wide = cells.shrunk(self.frame, least)
        image = self._images(wide)
        empty, sure = one_sign(wide, strict=True), image.factor < _CONTRACTS
        for low, high in zip(image.low, image.high, strict=True):
            empty |= (high < 0).any(axis=0)
            sure &= (low > 0).all(axis=0)
        shares = self._newton(wide)
        nearest = np.min([share.min(axis=0) for share in shares], axis=0)
        at_vertex = self._vanishes_at_vertex(wide.column, shares)
        self._note(wide.take(~empty & sure & (nearest > 1e-12)))
        settled = empty | (sure & ((np.abs(nearest) > 1e-12) | at_vertex))
        self.unsettled[wide.column[~settled & ~sure]] = True
        for cell in np.flatnonzero(~settled & sure).tolist():
            self.suspects.append((int(wide.column[cell]), tuple(s[:, cell] for s in shares)))

    def _vanishes_at_vertex(self, columns: Array, shares: Sequence[Array]) -> Array:
        """Tell where the nearest vertex of the whole is a root beyond doubt."""
        near = np.ones(len(columns), dtype=bool)
        place: list[Array] = []
        for share, degree in zip(shares, self.frame.degrees, strict=True):
            near &= share.max(axis=0) > 1.0 - 1e-9
            place += [share.argmax(axis=0)] * degree
        entries: Any = (slice(None), *place, columns)
        values, errors = self.table[entries], self.error[entries]
        return np.asarray(near & ((values == 0) & (errors == 0)).all(axis=0))

    def _newton(self, cells: Cells) -> list[Array]:
        """Improve the centres of cells by Newton's method."""
        table = self.table[..., cells.column]
        shares = [corner.mean(axis=1) for corner in cells.corners]
        shares = [share / share.sum(axis=0) for share in shares]
        for _ in range(7):
            values, slopes = system(self.frame, table, shares)
            inverse, _ = _inverses(slopes)
            step = sum(inverse[:, e] * values[e] for e in range(len(values)))
            row = 0
            for simplex, size in enumerate(self.frame.sizes):
                free = shares[simplex][1:] - step[row : row + size - 1]
                shares[simplex] = np.concatenate([1.0 - free.sum(axis=0)[None], free])
                row += size - 1
        return shares

    def _note(self, cells: Cells) -> None:
        """Keep the one root of each of these cells."""
        if not len(cells):
            return
        shares = self._newton(cells)
        inside = np.ones(len(cells), dtype=bool)
        for share, corner in zip(shares, cells.corners, strict=True):
            slack = 1e-9 + 1e-6 * np.ptp(corner, axis=1)
            inside &= (share >= corner.min(axis=1) - slack).all(axis=0)
            inside &= (share <= corner.max(axis=1) + slack).all(axis=0)
        self.unsettled[cells.column[~inside]] = True
        self.roots.append((cells.column, [np.maximum(share, 0.0) for share in shares]))

    def _distinct(self) -> Found:
        """List each root once: cells overlap, and so may their roots be the same."""
        if not self.roots:
            none = tuple(np.empty((k, 0)) for k in self.frame.sizes)
            return Found(np.empty(0, dtype=np.int64), none, self.unsettled, self.suspects)
        column = np.concatenate([column for column, _ in self.roots])
        shares = [
            np.concatenate(same, axis=1) for same in zip(*(s for _, s in self.roots), strict=True)
        ]
        rounded = [np.round(row, 7) for share in shares for row in share]
        order = np.lexsort((*rounded[::-1], column))
        column, shares = column[order], [share[:, order] for share in shares]
        kept = np.ones(len(column), dtype=bool)
        for behind in range(1, int(np.bincount(column).max())):
            apart = np.max(
                [np.abs(s[:, behind:] - s[:, :-behind]).max(axis=0) for s in shares],
                axis=0,
                initial=0,
            )
            same = (column[behind:] == column[:-behind]) & (apart < _SAME)
            kept[behind:] &= ~same
            near = (column[behind:] == column[:-behind]) & ~same & (apart < 1e3 * _SAME)
            self.unsettled[column[behind:][near]] = True
        kept &= ~self.unsettled[column]
        shares = [share[:, kept] for share in shares]
        return Found(column[kept], tuple(shares), self.unsettled, self.suspects)


def _inverses(matrices: Array) -> tuple[Array, Array]:
    """Invert ``(m, m, columns)``; tells which are usable."""
    moved_ahead = np.moveaxis(matrices, -1, 0)
    with np.errstate(all="ignore"):
        determinant = np.linalg.det(moved_ahead)
        usable = np.isfinite(determinant) & (determinant != 0)
        safe = np.where(usable[:, None, None], moved_ahead, np.eye(len(matrices)))
        inverse = np.moveaxis(np.linalg.inv(safe), 0, -1)
    usable &= np.isfinite(inverse).all(axis=(0, 1))
    return np.where(usable, inverse, 0.0), usable
