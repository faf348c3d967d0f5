"""Roots of the indifference equations of one common mixture, enclosed in cells of a simplex."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.enumeration.symmetric._cells import Cells
from strategic.equilibria.enumeration.symmetric._image import SHARE_BITS, Image

_CUT, _PARTS = 31, 64  # half itself would hit the mixtures of simple games
_SHRUNK_ENOUGH = 0.7
_MOST_CELLS = {True: 60, False: 400}
_SMALLEST = {True: 2.0**-50, False: 2.0**-20}
_POLISHED = {True: 2.0**-120, False: 2.0**-46}
_SHARP = 1 << 35
"""Largest payoff over the largest gain at a root that is listed."""
_REFINEMENTS = 60


@np.errstate(over="ignore")  # of payoffs that are very different
def roots_of(gains: Array, unit: Array | None = None) -> tuple[Array, Array, Array, Array]:
    """Enclose all roots in the interior of the simplex at which no other action earns more.

    Parameters
    ----------
    gains : array ``(rows, k, .., k, systems)``
        As for `Cells`, with ``k >= 2``.
    unit : object array ``(systems,)``, optional
        What gains in Python integers are over; doubles otherwise.

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
    pool, exact = Cells.whole(gains, unit), unit is not None
    unsettled = np.zeros(gains.shape[-1], dtype=bool)
    used = np.zeros(gains.shape[-1], dtype=int)
    found = pool.of(np.zeros(len(pool.place), dtype=bool))
    while len(pool.place):
        excluded = _excluded(pool)
        tiny = pool.width() < _SMALLEST[exact]
        # A cell that shrank to one point may be excluded there, but not by sums with errors.
        unsettled[pool.place[tiny & ~excluded if exact else tiny]] = True
        pool = pool.of(~(excluded | unsettled[pool.place]))
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


def _shrunk(cells: Cells, image: Image, mask: Array) -> Cells:
    part = cells.of(mask)
    if not len(part.place):
        return part
    least, rest, total = image.least[:, mask], image.rest[mask], 1
    if part.is_exact:
        total = 1 << SHARE_BITS
        rest = total - least.sum(axis=0)
    k = len(least)
    weights = np.repeat(least[:, None], k, axis=1)
    weights[np.arange(k), np.arange(k)] += rest
    return part.transformed(weights, total)


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
        effects.append(_sum_of_ratios(change, scale))
    # Where nothing changes the longest edge will do.
    corners = cells.shares(cells.corners)
    lengths = [np.abs(corners[:, one] - corners[:, other]).max(axis=0) for one, other in pairs]
    longest = np.argmax(np.array(effects) + 1e-6 * np.array(lengths), axis=0)
    kept, moved = np.array(pairs).T[:, longest]
    number, parts = np.arange(count), []
    unit = _PARTS if cells.is_exact else 1
    for stays, goes, share in ((kept, moved, _CUT), (moved, kept, _PARTS - _CUT)):
        weights = np.zeros((k, k, count), dtype=cells.gains.dtype)
        weights[np.arange(k), np.arange(k)] = unit
        weights[goes, goes, number] = share if cells.is_exact else share / _PARTS
        weights[stays, goes, number] = unit - weights[goes, goes, number]
        parts.append(cells.transformed(weights, unit))
    return parts[0].joined(parts[1])


def _sum_of_ratios(above: Array, below: Array) -> Array:
    """Add up the quotients of lines ``(rows, cells)``; of whole numbers, rounded once."""
    if above.dtype != object:
        return np.asarray((above / below).sum(axis=0))
    total, common = above[0], below[0]
    for one, other in zip(above[1:], below[1:], strict=True):
        total, common = total * other + one * common, common * other
    return np.asarray(total / common, dtype=float)


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
    order = np.lexsort((*cells.shares(cells.corners.sum(axis=1)), cells.place))
    cells = cells.of(order)
    low, high = _ranges(cells)
    beaten = (low > cells.error)[k - 1 :].any(axis=0)
    strict = (high < -cells.error)[k - 1 :].all(axis=0)
    unsettled = unsettled.copy()
    # Roots that errors keep from being shrunk further are not known well enough to be listed.
    blurred = np.maximum(-low, high)[: k - 1] * _SHARP > cells.scale[: k - 1]
    unsettled[cells.place[~(beaten | strict) | blurred.any(axis=0)]] = True
    kept = np.flatnonzero(~np.asarray(beaten, dtype=bool) & ~unsettled[cells.place])
    shares = cells.shares(cells.corners.sum(axis=1))[:, kept]
    sign = Image.of(cells.of(kept)).sign
    return cells.place[kept], shares / shares.sum(axis=0), sign, unsettled
