"""Roots of any support, enclosed by cutting cells until each holds one root or none."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.enumeration.players._cells import Cells
from strategic.equilibria.enumeration.players._images import (
    MOST_BEFORE_WIDENING,
    MOST_TRANSFORMS,
    SLACK,
    Images,
    images,
)
from strategic.equilibria.enumeration.players._linear import along, inverse, mixed_line, system
from strategic.equilibria.enumeration.players._tensors import Gains, Roots

_AT_ONCE = 1 << 17
"""Numbers of all tables of the cells handled together."""
_MOST_CELLS = 250
"""Of one support of one game, times two for every free share; curves of equilibria never end."""
_CUT = 31 / 64
_CONTRACTS = 0.9
_WORTH_KEEPING = 0.5
"""Share of a cell's volume: if less is left, it is not cut as well."""
_SMALLEST = 1e-7
_SMALL_ENOUGH = 2.0**-28
_WIDER = 8.0


class _Search:
    """The pool of cells of one pattern, and what has been found.

    What becomes of a cell depends on itself alone, so neither the order nor the company of cells
    changes a bit.
    """

    def __init__(self, gains: Gains, most: int) -> None:
        pattern, count = gains.pattern, len(gains.game)
        self.sizes = pattern.sizes
        self.regular = pattern.is_regular
        self.tables, self.slack = _normalised(gains)
        self.doubtful = np.zeros(count, dtype=bool)
        for table in self.tables:
            self.doubtful |= (table == 0).all(axis=tuple(range(1, table.ndim - 1))).any(axis=0)
        self.seen = np.zeros(count, dtype=np.int64)
        self.edges = _edges(pattern.sizes)
        self.most = most << (sum(self.sizes) - len(self.sizes))
        self.found: list[tuple[Cells, Array]] = []
        self.at_once = max(16, _AT_ONCE // sum(t.size // max(count, 1) for t in self.tables))

    def run(self) -> None:
        """Empty the pool."""
        whole = Cells.whole(self.tables, self.sizes)
        starts = range(0, len(whole), self.at_once)
        pool = [whole.take(np.arange(s, min(s + self.at_once, len(whole)))) for s in starts]
        while pool:
            cells = pool.pop()
            while pool and len(cells) < self.at_once:
                cells = Cells.joined([cells, pool.pop()])
            self.seen += np.bincount(cells.owner, minlength=len(self.seen))
            self.doubtful |= self.seen > self.most
            self.doubtful[cells.owner[cells.steps > MOST_TRANSFORMS]] = True
            left = self._step(cells.take(np.flatnonzero(~self.doubtful[cells.owner])))
            pool += [part for part in left if len(part)]

    def _step(self, cells: Cells) -> list[Cells]:
        """Discard, contract, finish or cut; gives the cells that remain."""
        if not len(cells):
            return []
        slack = [off[:, cells.owner] for off in self.slack]
        open_cells = np.flatnonzero(~self._excluded(cells, slack))
        cells = cells.take(open_cells)
        if not len(cells):
            return []
        if not self.regular:
            return self._cut(cells)
        with np.errstate(all="ignore"):
            image = images(cells.tables, self.sizes, [off[:, open_cells] for off in slack])
        return self._contracted(cells, image)

    def _excluded(self, cells: Cells, slack: Sequence[Array]) -> Array:
        """Tell the cells in which some gain cannot be zero, or some deviation always pays."""
        excluded = np.zeros(len(cells), dtype=bool)
        for table, off, size in zip(cells.tables, slack, self.sizes, strict=True):
            if not len(table):
                continue
            flat = table.reshape(len(table), -1, len(cells))
            above = flat.min(axis=1) > off
            below = flat.max(axis=1) < -off
            excluded |= above.any(axis=0) | below[: size - 1].any(axis=0)
            for first, second in combinations(range(size - 1), 2):
                difference = flat[first] - flat[second]
                margin = off[first] + off[second]
                excluded |= (difference.min(axis=0) > margin) | (difference.max(axis=0) < -margin)
        return excluded

    def _contracted(self, cells: Cells, image: Images) -> list[Cells]:
        with np.errstate(all="ignore"):
            usable = np.isfinite(image.factor)
            inside = usable & (image.factor < _CONTRACTS)
            empty = np.zeros(len(cells), dtype=bool)
            least, volume = [], np.ones(len(cells))
            for low, high, size in zip(image.low, image.high, self.sizes, strict=True):
                bound = np.where(usable, np.maximum(low, 0.0), 0.0)
                if size > 1:
                    inside &= (low > 0).all(axis=0)
                    rest = 1.0 - bound.sum(axis=0)
                    empty |= usable & ((high < 0).any(axis=0) | (rest < 0))
                    volume *= np.maximum(rest, 0.0) ** (size - 1)
                least.append(bound)
        # A cell that is mapped into itself by a contraction holds exactly one root (Brouwer,
        # Banach), and no vertex of a face is it.
        certain = cells.certain | inside
        kept = np.flatnonzero(~empty)
        lost = empty & cells.certain  # cannot be, but for errors beyond the bounds
        self.doubtful[cells.owner[lost]] = True
        cells = Cells(
            cells.owner, cells.steps, certain, cells.widened, cells.tables, cells.corners
        ).take(kept)
        cells = cells.shrunk([low[:, kept] for low in least])
        volume, sign = volume[kept], image.sign[kept]
        small = cells.diameter()
        done = cells.certain & (small < _SMALL_ENOUGH)
        ready = np.flatnonzero(done)
        self.found.append((cells.take(ready), sign[ready]))
        again = ~done & (cells.certain | (volume < _WORTH_KEEPING))
        hopeless = ~done & ~cells.certain & cells.widened
        tiny = ~done & ~cells.certain & ~cells.widened & (small < _SMALLEST)
        hopeless |= tiny & (cells.steps > MOST_BEFORE_WIDENING)
        tiny &= ~hopeless
        self.doubtful[cells.owner[hopeless]] = True
        rest = ~(done | again | hopeless | tiny)
        repeated = cells.take(np.flatnonzero(again & ~hopeless & ~tiny))
        left = [*self._cut(cells.take(np.flatnonzero(rest))), repeated]
        return [*left, self._widened(cells.take(np.flatnonzero(tiny)))] if tiny.any() else left

    def _widened(self, cells: Cells) -> Cells:
        """Widen tiny cells about their centres: a root on their boundary is then inside."""
        least = [np.full((k, len(cells)), (1.0 - _WIDER) / k) for k in self.sizes]
        wide = cells.shrunk(least)
        return Cells(wide.owner, wide.steps, wide.certain, ~wide.widened, wide.tables, wide.corners)

    def _cut(self, cells: Cells) -> list[Cells]:
        """Cut cells across the edge along which the gains in question change most."""
        if not len(cells):
            return []
        if not self.regular:
            tiny = cells.diameter() < _SMALLEST
            self.doubtful[cells.owner[tiny]] = True
            cells = cells.take(np.flatnonzero(~tiny))
            if not len(cells):
                return []
        free = sum(self.sizes) - len(self.sizes)
        # Where one player's equations are too many, they alone can exclude cells.
        deciding = [k > 1 and (self.regular or 2 * (k - 1) > free) for k in self.sizes]
        effects = []
        for player, first, second in self.edges:
            effect = np.zeros(len(cells))
            for other, (table, size) in enumerate(zip(cells.tables, self.sizes, strict=True)):
                if other != player and deciding[other]:
                    lines = along(table[: size - 1], 1 + player)
                    change = np.abs(lines[:, first] - lines[:, second]).reshape(-1, len(cells))
                    effect += change.max(axis=0)
            effects.append(effect)
        return [cells.halves(np.argmax(effects, axis=0), self.edges, _CUT)]


def roots_of_cells(gains: Gains, *, most: int | None = None) -> tuple[Roots, Array]:
    """Enclose the roots of the indifference equations of any support.

    Parameters
    ----------
    gains : Gains
    most : int, optional
        Cells of one support, times two for every free share.

    Returns
    -------
    roots : Roots
        Of the columns that are not doubtful, all roots that may be equilibria.
    doubtful : array ``(E,)`` of bool

    Notes
    -----
    A cell is a product of simplices. It is discarded where the values at its vertices exclude a
    root or an equilibrium, before or after preconditioning; shrunk to the range of its image; done
    when it is mapped into itself by a contraction, which proves one root and no more; else cut.

    References
    ----------
    Krawczyk, R. (1969). Newton-Algorithmen zur Bestimmung von Nullstellen mit Fehlerschranken.
    Computing 4, 187-201.
    """
    search = _Search(gains, most or _MOST_CELLS)
    search.run()
    cells = Cells.joined([part for part, _ in search.found]) if search.found else None
    if cells is None or not len(cells):
        return _no_roots(gains), search.doubtful
    sign = np.concatenate([signs for _, signs in search.found])
    shares, distance = _polished(search, cells)
    radius = cells.diameter() + 2 * SLACK
    search.doubtful[cells.owner[~(distance <= radius)]] = True
    order = np.lexsort((*(row for share in shares[::-1] for row in share[::-1]), cells.owner))
    owner, shares = cells.owner[order], tuple(share[:, order] for share in shares)
    radius, sign = radius[order], sign[order]
    # Cells that were widened may share a root; roots so close are left to exact arithmetic.
    apart = np.zeros(max(len(owner) - 1, 0))
    for share in shares:
        np.maximum(apart, np.abs(np.diff(share, axis=1)).max(axis=0), out=apart)
    near = (owner[1:] == owner[:-1]) & (apart < 4 * _WIDER * _SMALLEST)
    search.doubtful[owner[1:][near]] = True
    widened, outside = cells.widened[order], np.zeros(len(owner), dtype=bool)
    for share in shares:
        outside |= (share < -radius).any(axis=0)
        near_face = widened & (np.abs(share) <= radius).any(axis=0)
        search.doubtful[owner[near_face]] = True
    kept = np.flatnonzero(~outside & ~search.doubtful[owner])
    radii = np.where(np.array(gains.pattern.sizes)[:, None] > 1, radius[kept], 0.0)
    shares = tuple(share[:, kept] for share in shares)
    return Roots(owner[kept], shares, radii, sign[kept]), search.doubtful


def _no_roots(gains: Gains) -> Roots:
    shares = tuple(np.empty((k, 0)) for k in gains.pattern.sizes)
    return Roots(np.empty(0, dtype=np.int64), shares, np.empty((len(shares), 0)), np.empty(0))


def _normalised(gains: Gains) -> tuple[list[Array], list[Array]]:
    """Scale every gain by a power of two, so that near ties are judged by their own size."""
    tables, slack = [], []
    for table, noise in zip(gains.tables, gains.noise, strict=True):
        flat = np.abs(table).reshape(len(table), int(np.prod(table.shape[1:-1])), table.shape[-1])
        _, exponent = np.frexp(flat.max(axis=1))
        along = (len(table), *(1,) * (table.ndim - 2), table.shape[-1])
        tables.append(np.ldexp(table, -exponent.reshape(along)))
        slack.append(SLACK + 1.1 * np.ldexp(np.broadcast_to(noise, exponent.shape), -exponent))
    return tables, slack


def _edges(sizes: Sequence[int]) -> list[tuple[int, int, int]]:
    return [
        (player, first, second)
        for player, size in enumerate(sizes)
        for first, second in combinations(range(size), 2)
    ]


def _polished(search: _Search, cells: Cells) -> tuple[tuple[Array, ...], Array]:
    """Improve the centres of cells by Newton's method in the coordinates of the support.

    Gives the shares, and how far the farthest has moved from the centre.
    """
    tables = [table[..., cells.owner] for table in search.tables]
    centre = tuple(mixed_line(c, np.full((c.shape[1], 1), 1 / c.shape[1])) for c in cells.corners)
    shares = [share / _sum(share) for share in centre]
    for _ in range(2):
        values, jacobian = system(tables, search.sizes, shares)
        inverses, _ = inverse(jacobian)
        row = 0
        for player, size in enumerate(search.sizes):
            if size == 1:
                continue
            share = shares[player].copy()
            for action in range(1, size):
                for column, value in enumerate(values):
                    share[action] -= inverses[row, column] * value
                row += 1
            share[0] = 1.0 - _sum(share[1:])
            shares[player] = share / _sum(share)
    distance = np.zeros(len(cells))
    for share, start in zip(shares, centre, strict=True):
        np.maximum(distance, np.abs(share - start).max(axis=0), out=distance)
    return tuple(shares), distance


def _sum(shares: Array) -> Array:
    total: Array = shares[0].copy()
    for share in shares[1:]:
        total += share
    return total
