"""Rest points of one pattern of supports, for many parameter points at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._whole_games import as_integers
from strategic.evolution._affine import AffineRoots, affine_roots, on_boundary
from strategic.evolution._overdetermined import without_roots
from strategic.evolution._payoff_polynomials import PayoffPolynomials
from strategic.evolution._polar_forms import Frame
from strategic.evolution._root_search import Found, interior_roots
from strategic.evolution._scan import scanned_roots
from strategic.evolution._supports import (
    Pattern,
    Support,
    equations,
    whole_equations,
    without_share_factors,
)
from strategic.evolution.populations import Payoffs

MOST_EXACT, MOST_SCANNED = 20_000, 1_000
"""Points of a batch in which supports are settled one by one: in fractions, by scans."""


@dataclass(frozen=True, eq=False)
class Members:
    """Rest points with one support."""

    support: Support
    point: Array
    shares: tuple[Array, ...]
    """Per population ``(n_i, rows)``."""
    isolated: Array


def members_of(
    payoffs: PayoffPolynomials,
    pattern: Pattern,
    source_at: Callable[[int], Payoffs],
    unsettled: Array,
    *,
    batch: int = 1,
) -> Iterator[Members]:
    """Find the rest points that use as many actions as a pattern says.

    Parameters
    ----------
    payoffs : PayoffPolynomials
    pattern : Pattern
        Other than that of corners.
    source_at : callable
        Gives the payoffs of one point.
    unsettled : array ``(points,)`` of bool
        Set at points whose list is not proved complete.
    batch : int
        Number of points in all: what the search leaves open is settled one by one in small
        batches only.
    """
    frame, points = pattern.frame(payoffs.degrees()), payoffs.points
    parts = [equations(payoffs, support, frame) for support in pattern.supports]
    table, error = (np.concatenate(same, axis=-1) for same in zip(*parts, strict=True))
    linear = len(frame.sizes) <= (2 if payoffs.of_others_only else 1) and max(frame.degrees) == 1
    apart = linear and len(frame.sizes) == 2
    some = np.arange(table.shape[-1])
    if apart:
        some = np.flatnonzero(~without_roots(frame, table, error))
    found = _roots_of_some(frame, table, error, some, linear=linear)
    whole = np.flatnonzero((table == 0).reshape(-1, table.shape[-1]).all(axis=0))
    is_open = found.unsettled.copy()
    is_open[[column for column, _ in found.suspects]] = True
    is_open[whole] = False
    remainder = _Remainder(payoffs, pattern, frame, source_at, batch)
    settled, others = remainder.settled_exactly(np.flatnonzero(is_open), apart=apart)
    rows = remainder.rows(found, others, unsettled)
    slow = np.array([row.column for row in rows], dtype=np.int64)
    columns = [found.column, whole, *(part.column for part in settled), slow]
    alone = [
        np.ones(len(found.column)),
        np.zeros(len(whole)),
        *(part.isolated for part in settled),
        np.array([row.isolated for row in rows]),
    ]
    order = np.argsort(np.concatenate(columns), kind="stable")
    places = np.concatenate(columns)[order]
    is_isolated = np.concatenate(alone)[order].astype(bool)
    stacked = []
    for mixer, (size, share) in enumerate(zip(frame.sizes, found.shares, strict=True)):
        more = np.array([row.shares[mixer] for row in rows]).reshape(-1, size).T
        middle = np.full((size, len(whole)), 1.0 / size)
        exact = [part.shares[mixer] for part in settled]
        stacked.append(np.concatenate([share, middle, *exact, more], axis=1)[:, order])
    for number, support in enumerate(pattern.supports):
        chosen = np.flatnonzero(places // points == number)
        if len(chosen):
            own = tuple(part[:, chosen] for part in stacked)
            yield Members(
                support,
                places[chosen] % points,
                placed(own, support, payoffs.sizes, len(chosen)),
                is_isolated[chosen],
            )


def _roots_of_some(frame: Frame, table: Array, error: Array, some: Array, *, linear: bool) -> Found:
    """Find the roots in some of the columns; the others have none."""
    unsettled = np.zeros(table.shape[-1], dtype=bool)
    if not len(some):
        return Found(some, tuple(np.empty((k, 0)) for k in frame.sizes), unsettled, [])
    if len(some) < len(unsettled):
        table, error = table[..., some], error[..., some]
    found = interior_roots(frame, *without_share_factors(frame, table, error), linear=linear)
    unsettled[some] = found.unsettled
    return Found(
        some[found.column],
        found.shares,
        unsettled,
        [(int(some[column]), shares) for column, shares in found.suspects],
    )


def placed(
    shares: tuple[Array, ...], support: Support, sizes: tuple[int, ...], rows: int
) -> tuple[Array, ...]:
    """Give the shares of all actions of all populations, from those of the populations that mix."""
    mixing, full = iter(shares), []
    for used, n in zip(support, sizes, strict=True):
        whole = np.zeros((n, rows))
        whole[list(used)] = next(mixing) if len(used) > 1 else 1.0
        full.append(whole)
    return tuple(full)


class _Row(NamedTuple):
    column: int
    shares: list[Array]
    isolated: bool


@dataclass(frozen=True, eq=False)
class _Remainder:
    """Settles supports of single points that the search for roots leaves open."""

    payoffs: PayoffPolynomials
    pattern: Pattern
    frame: Frame
    source_at: Callable[[int], Payoffs]
    batch: int

    def settled_exactly(
        self, columns: Array, *, apart: bool
    ) -> tuple[list[AffineRoots], dict[int, Array]]:
        """Solve the equations that are linear; gives the others in whole numbers, by column."""
        place, point = np.divmod(columns, self.payoffs.points)
        tables: dict[Any, list[tuple[Array, Array]]] = {}
        distinct, same = np.unique(point, return_inverse=True)
        for part, payoffs in self.payoffs.in_whole_numbers(distinct):
            at = np.full(len(distinct), -1)
            at[part] = np.arange(len(part))
            for number in np.unique(place):
                chosen = np.flatnonzero((place == number) & (at[same] >= 0))
                own = payoffs.at(at[same][chosen])
                table = whole_equations(own, self.pattern.supports[number], self.frame)
                tables.setdefault(table.dtype, []).append((columns[chosen], table))
        settled, others = [], {}
        for parts in tables.values():
            numbers = np.concatenate([part for part, _ in parts])
            table = np.concatenate([table for _, table in parts], axis=-1)
            found = affine_roots(self.frame, table, apart=apart)
            settled.append(replace(found, column=numbers[found.column]))
            for column in np.flatnonzero(~found.linear):
                others[int(numbers[column])] = as_integers(table[..., column])
        return settled, others

    def rows(self, found: Found, tables: dict[int, Array], unsettled: Array) -> list[_Row]:
        """Give the rest points of columns whose equations are not linear."""
        suspects: dict[int, list[tuple[Array, ...]]] = {}
        for column, root in found.suspects:
            suspects.setdefault(column, []).append(root)
        rows = []
        for column, table in sorted(tables.items()):
            place, point = divmod(column, self.payoffs.points)
            support = self.pattern.supports[place]
            roots = None if found.unsettled[column] else suspects[column]
            known, some = self.settled(support, point, table, roots)
            unsettled[point] |= not known
            rows += [_Row(column, shares, isolated) for shares, isolated in some]
        return rows

    def settled(
        self,
        support: Support,
        point: int,
        table: Array,
        suspects: list[tuple[Array, ...]] | None,
    ) -> tuple[bool, list[tuple[list[Array], bool]]]:
        """Give whether all is known, and rows of shares, each with whether it is isolated."""
        if self.batch > MOST_EXACT:
            return False, []
        if suspects is not None and all(on_boundary(self.frame, table, s) for s in suspects):
            return True, []
        if self.batch > MOST_SCANNED:
            return False, []
        shares, isolated = scanned_roots(self.source_at(point), self.payoffs.sizes, support)
        return False, [
            ([shares[i][list(support[i]), row] for i in self.pattern.mixers], bool(alone))
            for row, alone in enumerate(isolated)
        ]
