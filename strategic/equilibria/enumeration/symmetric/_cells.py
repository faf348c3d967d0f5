"""Roots of the indifference equations of one common mixture, enclosed in cells of a simplex.

What an action earns more than another against ``d`` opponents who all use the mixture ``x`` is a
polynomial of degree ``d``. On a cell, the simplex of some mixtures ``v_1 .. v_k``, its values at
``d`` opponents who use any of these are its Bernstein coefficients, so they bound it.
The last axis counts cells. The same code runs on doubles, with a bound on every error, and on
Fractions, where the bounds are zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np

from strategic.arrays import Array

_UNIT = float(np.finfo(float).eps)
_CUT = 31  # of 64 parts: half itself would hit the mixtures of simple games
_CONTRACTS = 0.9
_SINGULAR = 1e-9
_SHRUNK_ENOUGH = 0.7
_MOST_CELLS = {True: 60, False: 400}
_SMALLEST = {True: 2.0**-50, False: 2.0**-20}
_POLISHED = {True: 2.0**-120, False: 2.0**-46}
_SHARP = 2.0**-35
"""Largest gain at a root that is listed, as a share of the largest payoff."""
_REFINEMENTS = 60


@dataclass(frozen=True, eq=False)
class Cells:
    """Simplices of mixtures, each of one system.

    Parameters
    ----------
    gains : array ``(rows, k, .., k, cells)``
        Bernstein coefficients, one axis per opponent: of the second to the last action in use
        over the first (``k - 1`` rows), then of the others.
    corners : array ``(k, k, cells)``
        By action in use and vertex.
    error : array ``(rows, cells)``
        Bounds of the rounding of ``gains``.
    scale : array ``(rows, cells)``
        Largest coefficient on the whole simplex, which bounds what one more step rounds.
    place : array ``(cells,)`` of int
        Number of the system.
    """

    gains: Array
    corners: Array
    error: Array
    scale: Array
    place: Array

    @classmethod
    def whole(cls, gains: Array) -> Cells:
        """Start from the whole simplex of each system, gains having been rounded once."""
        k, count = gains.shape[1], gains.shape[-1]
        corners = np.zeros((k, k, count), dtype=gains.dtype)
        corners[np.arange(k), np.arange(k)] = _one(gains)
        axes = tuple(range(1, gains.ndim - 1))
        scale = np.abs(gains).max(axis=axes)
        unit = 0 if gains.dtype == object else 2.0 * _UNIT
        return cls(gains, corners, unit * scale, scale, np.arange(count))

    @property
    def is_exact(self) -> bool:
        return bool(self.gains.dtype == object)

    @property
    def opponents(self) -> int:
        return self.gains.ndim - 2

    def of(self, cells: Array) -> Cells:
        return Cells(*(getattr(self, name)[..., cells] for name in self.__dataclass_fields__))

    def joined(self, other: Cells) -> Cells:
        names = self.__dataclass_fields__
        return Cells(
            *(np.concatenate([getattr(self, n), getattr(other, n)], axis=-1) for n in names)
        )

    def transformed(self, weights: Array) -> Cells:
        """Take mixtures of the vertices: ``weights`` ``(old, new, cells)``, nonnegative."""
        gains = self.gains
        for axis in range(1, gains.ndim - 1):
            gains = _contracted(gains, weights, axis)
        k = len(weights)
        rounding = 0 if self.is_exact else 2.0 * self.opponents * (k + 1) * _UNIT * self.scale
        corners = _contracted(self.corners, weights, 1)
        return Cells(gains, corners, self.error + rounding, self.scale, self.place)

    def width(self) -> Array:
        """Largest range of a share, as doubles."""
        return np.asarray(
            (self.corners.max(axis=1) - self.corners.min(axis=1)).max(axis=0), dtype=float
        )


def _one(like: Array) -> Fraction | float:
    return Fraction(1) if like.dtype == object else 1.0


def _contracted(table: Array, weights: Array, axis: int) -> Array:
    lines = np.moveaxis(table, axis, 0)
    new = []
    for vertex in range(weights.shape[1]):
        total = lines[0] * weights[0, vertex]
        for old in range(1, len(weights)):
            total = total + lines[old] * weights[old, vertex]
        new.append(total)
    return np.moveaxis(np.stack(new), 0, axis)


def roots_of(gains: Array) -> tuple[Array, Array, Array, Array]:
    """Enclose all roots in the interior of the simplex at which no other action earns more.

    Parameters
    ----------
    gains : array ``(rows, k, .., k, systems)``
        As for `Cells`, with ``k >= 2``.

    Returns
    -------
    place : array ``(roots,)`` of int
    shares : array ``(k, roots)``
    index : array ``(roots,)``
        Sign of the determinant of minus the Jacobian of the gains in the shares, the first of
        which is eliminated.
    open : array ``(systems,)`` of bool
        Whether cells remain that nothing settles; roots of such a system may be missing.
    """
    pool, exact = Cells.whole(gains), gains.dtype == object
    unsettled = np.zeros(gains.shape[-1], dtype=bool)
    used = np.zeros(gains.shape[-1], dtype=int)
    found = pool.of(np.zeros(len(pool.place), dtype=bool))
    while len(pool.place):
        pool = pool.of(~(_excluded(pool) | unsettled[pool.place]))
        np.add.at(used, pool.place, 1)
        unsettled |= used > _MOST_CELLS[exact]
        image = Image.of(pool)
        parts = [pool.of(image.singular & ~image.empty)]
        inside = image.proves & ~image.empty
        found = found.joined(_shrunk(pool, image, inside))
        rest = ~(image.singular | image.empty | inside)
        smaller = _shrunk(pool, image, rest)
        done = image.rest[rest] < _SHRUNK_ENOUGH
        parts.append(smaller.of(~done))
        pool = smaller.of(done)
        for part in parts:
            pool = pool.joined(_halves(part))
        tiny = pool.width() < _SMALLEST[exact]
        unsettled[pool.place[tiny]] = True
    return _judged(found, unsettled)


def _ranges(cells: Cells) -> tuple[Array, Array]:
    axes = tuple(range(1, cells.gains.ndim - 1))
    return cells.gains.min(axis=axes), cells.gains.max(axis=axes)


def _excluded(cells: Cells) -> Array:
    """Mark cells in which an equation has no root, or another action earns more throughout."""
    k = cells.gains.shape[1]
    low, high = _ranges(cells)
    excluded = ((low > cells.error) | (high < -cells.error))[: k - 1].any(axis=0)
    excluded |= (low > cells.error)[k - 1 :].any(axis=0)
    axes = tuple(range(cells.gains.ndim - 2))
    for one, other in combinations(range(k - 1), 2):
        apart = cells.gains[one] - cells.gains[other]
        doubt = 2 * (cells.error[one] + cells.error[other])
        excluded |= (apart.min(axis=axes) > doubt) | (apart.max(axis=axes) < -doubt)
    return np.asarray(excluded, dtype=bool)


@dataclass(frozen=True, eq=False)
class Image:
    """Where a Newton step from the middle of a cell takes it.

    Parameters
    ----------
    least : array ``(k, cells)``
        Lower bounds of the barycentric coordinates of any root.
    rest : array ``(cells,)``
        One less their sum; a cell with a negative one holds no root.
    proves : array ``(cells,)`` of bool
        Whether the step maps the cell into its own interior and contracts it, so that it holds
        exactly one root (Brouwer, Banach).
    singular : array ``(cells,)`` of bool
        Whether there is no step.
    sign : array ``(cells,)``
        Index of the one root.
    """

    least: Array
    rest: Array
    proves: Array
    singular: Array
    sign: Array

    @property
    def empty(self) -> Array:
        return np.asarray(self.rest < 0, dtype=bool) & ~self.singular

    @classmethod
    def of(cls, cells: Cells) -> Image:
        k, degree, count = cells.gains.shape[1], cells.opponents, len(cells.place)
        inner = cells.gains[: k - 1]
        slopes = _middle_slopes(inner, degree)
        # Scaled, so that small cells are not taken for singular ones.
        sizes = np.abs(slopes).max(axis=1)
        sizes = np.where(sizes > 0.0, sizes, 1.0)
        lines = [slopes / sizes[:, None], np.ones((1, k, count))]
        system = np.concatenate(lines).transpose(2, 0, 1)
        determinant = np.linalg.det(system)
        singular = ~(np.abs(determinant) > _SINGULAR)
        system[singular] = np.eye(k)
        inverse = np.linalg.inv(system)[:, :, : k - 1].transpose(1, 2, 0) / sizes
        step = _as_fractions(inverse) if cells.is_exact else inverse
        image = _identity(k, degree, cells.gains)
        for row in range(k - 1):
            image = image - step[:, row].reshape(k, *(1,) * degree, count) * inner[row]
        axes = tuple(range(1, degree + 1))
        slack: Array | int = 0
        if not cells.is_exact:
            slack = (np.abs(inverse) * (cells.error[: k - 1] * (1.0 + 4.0 * k))).sum(axis=1)
            slack = slack + 16.0 * k * _UNIT * (
                1.0 + (np.abs(inverse) * cells.scale[: k - 1]).sum(axis=1)
            )
        low = image.min(axis=axes) - slack
        least = np.where(low > 0, low, 0)
        proves = (low > 0).all(axis=0) & (_stretch(image, slack) < _CONTRACTS) & ~singular
        sign = np.sign(determinant) * _orientation(cells)
        return cls(least, 1 - least.sum(axis=0), proves, singular, sign)


def _middle_slopes(inner: Array, degree: int) -> Array:
    """Slopes of the equations at the centre along the vertices, up to a common term, as doubles."""
    total = inner
    for _ in range(degree - 1):  # in a fixed order, so that the bits do not depend on the batch
        lines = np.moveaxis(total, 2, 0)
        total = lines[0]
        for line in lines[1:]:
            total = total + line
    return np.asarray(degree * (total / inner.shape[1] ** (degree - 1)), dtype=float)


def _identity(k: int, degree: int, like: Array) -> Array:
    """Bernstein coefficients of the coordinates themselves: ``(k, k, .., k, 1)``."""
    table = np.zeros((k,) * (degree + 1) + (1,), dtype=like.dtype)
    share: Any = Fraction(1, degree) if like.dtype == object else 1.0 / degree
    for axis in range(1, degree + 1):
        for j in range(k):
            place: list[slice | int] = [j] + [slice(None)] * degree
            place[axis] = j
            table[tuple(place)] += share
    return table


def _stretch(image: Array, slack: Array | int) -> Array:
    """Bound how much the step stretches distances within a cell, in the sum norm."""
    k, degree = len(image), image.ndim - 2
    most = np.zeros(image.shape[-1])
    for one, other in combinations(range(k), 2):
        along = image[:, one] - image[:, other]
        total = np.abs(along).sum(axis=0)
        largest = total.max(axis=tuple(range(degree - 1))) if degree > 1 else total
        most = np.maximum(most, np.asarray(degree * largest / 2, dtype=float))
    return np.asarray(most + degree * np.asarray(np.sum(slack, axis=0), dtype=float))


def _orientation(cells: Cells) -> Array:
    """Sign that turns the determinant in barycentric coordinates into the index.

    With the first coordinate eliminated, the determinant of minus the Jacobian is that of the
    system: its row of ones stands last, which passes as many lines as are negated.
    """
    corners = np.asarray(cells.corners, dtype=float).transpose(2, 0, 1)
    width = np.maximum(cells.width(), 1e-300)[:, None, None]
    # Differences of vertices, enlarged, so that tiny cells have a determinant.
    edges = (corners[:, 1:, 1:] - corners[:, 1:, :1]) / width
    return np.asarray(np.sign(np.linalg.det(edges)))


def _as_fractions(numbers: Array) -> Array:
    return np.asarray(np.frompyfunc(lambda number: Fraction(float(number)), 1, 1)(numbers))


def _shrunk(cells: Cells, image: Image, mask: Array) -> Cells:
    part = cells.of(mask)
    if not len(part.place):
        return part
    least, rest = image.least[:, mask], image.rest[mask]
    if part.is_exact:  # 32 bits are enough, and keep the fractions short
        least = np.asarray(np.frompyfunc(lambda v: Fraction(int(v * 2**32), 2**32), 1, 1)(least))
        rest = 1 - least.sum(axis=0)
    k = len(least)
    weights = np.repeat(least[:, None], k, axis=1)
    weights[np.arange(k), np.arange(k)] += rest
    return part.transformed(weights)


def _halves(cells: Cells) -> Cells:
    """Cut cells across the edge along which the equations change most."""
    k, count = cells.gains.shape[1], len(cells.place)
    if not count:
        return cells
    inner, pairs = cells.gains[: k - 1], list(combinations(range(k), 2))
    scale = np.abs(inner).max(axis=tuple(range(1, inner.ndim - 1)))
    scale = np.where(scale > 0, scale, 1)
    effects = []
    for one, other in pairs:
        change = np.abs(inner[:, one] - inner[:, other])
        change = change.max(axis=tuple(range(1, change.ndim - 1))) if change.ndim > 2 else change
        effects.append(np.asarray((change / scale).sum(axis=0), dtype=float))
    # Where nothing changes the longest edge will do.
    corners = np.asarray(cells.corners, dtype=float)
    lengths = [np.abs(corners[:, one] - corners[:, other]).max(axis=0) for one, other in pairs]
    longest = np.argmax(np.array(effects) + 1e-6 * np.array(lengths), axis=0)
    kept, moved = np.array(pairs).T[:, longest]
    number, parts = np.arange(count), []
    for stays, goes, share in ((kept, moved, _CUT), (moved, kept, 64 - _CUT)):
        weights = np.zeros((k, k, count), dtype=cells.gains.dtype)
        weights[np.arange(k), np.arange(k)] = _one(weights)
        weights[goes, goes, number] = _one(weights) * share / 64
        weights[stays, goes, number] = _one(weights) * (64 - share) / 64
        parts.append(cells.transformed(weights))
    return parts[0].joined(parts[1])


def _judged(cells: Cells, unsettled: Array) -> tuple[Array, Array, Array, Array]:
    """Shrink certain cells to their roots, and drop those at which another action earns more."""
    exact, k = cells.is_exact, cells.gains.shape[1]
    for _ in range(_REFINEMENTS):
        wide = np.flatnonzero(cells.width() > _POLISHED[exact])
        if not len(wide):
            break
        part = cells.of(wide)
        smaller = _shrunk(part, Image.of(part), np.ones(len(wide), dtype=bool))
        cells = cells.of(np.delete(np.arange(len(cells.place)), wide)).joined(smaller)
    order = np.lexsort((*np.asarray(cells.corners.sum(axis=1), dtype=float), cells.place))
    cells = cells.of(order)
    low, high = _ranges(cells)
    beaten = (low > cells.error)[k - 1 :].any(axis=0)
    strict = (high < -cells.error)[k - 1 :].all(axis=0)
    unsettled = unsettled.copy()
    # Roots that errors keep from being shrunk further are not known well enough to be listed.
    blurred = np.maximum(-low, high)[: k - 1] > _SHARP * cells.scale[: k - 1]
    unsettled[cells.place[~(beaten | strict) | blurred.any(axis=0)]] = True
    kept = np.flatnonzero(~np.asarray(beaten, dtype=bool) & ~unsettled[cells.place])
    shares = np.asarray(cells.corners.sum(axis=1), dtype=float)[:, kept]
    sign = Image.of(cells.of(kept)).sign
    return cells.place[kept], shares / shares.sum(axis=0), sign, unsettled
