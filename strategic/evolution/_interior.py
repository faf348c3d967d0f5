"""Rest points of one pattern of supports, for many parameter points at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from strategic.arrays import Array
from strategic.evolution._affine import affine_roots, on_boundary
from strategic.evolution._payoff_polynomials import PayoffPolynomials
from strategic.evolution._polar_forms import Frame
from strategic.evolution._root_search import Found, interior_roots
from strategic.evolution._scan import scanned_roots
from strategic.evolution._supports import (
    Pattern,
    Support,
    equations,
    exact_equations,
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
    found = interior_roots(frame, *without_share_factors(frame, table, error), linear=linear)
    whole = np.flatnonzero((table == 0).reshape(-1, table.shape[-1]).all(axis=0))
    remainder = _Remainder(payoffs, pattern, frame, source_at, batch)
    rows = remainder.rows(found, set(whole.tolist()), unsettled)
    columns = [found.column, whole, np.array([row.column for row in rows], dtype=np.int64)]
    known = np.ones(len(found.column)), np.zeros(len(whole))
    alone = [*known, np.array([row.isolated for row in rows])]
    order = np.argsort(np.concatenate(columns), kind="stable")
    places = np.concatenate(columns)[order]
    is_isolated = np.concatenate(alone)[order].astype(bool)
    stacked = []
    for mixer, (size, share) in enumerate(zip(frame.sizes, found.shares, strict=True)):
        more = np.array([row.shares[mixer] for row in rows]).reshape(-1, size).T
        middle = np.full((size, len(whole)), 1.0 / size)
        stacked.append(np.concatenate([share, middle, more], axis=1)[:, order])
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

    def rows(self, found: Found, whole: set[int], unsettled: Array) -> list[_Row]:
        """Give the rest points of columns that are not settled, nor rest as a whole."""
        suspects: dict[int, list[tuple[Array, ...]]] = {}
        for column, root in found.suspects:
            suspects.setdefault(column, []).append(root)
        rows = []
        for column in sorted({*np.flatnonzero(found.unsettled).tolist(), *suspects} - whole):
            place, point = divmod(column, self.payoffs.points)
            support = self.pattern.supports[place]
            roots = None if found.unsettled[column] else suspects[column]
            known, some = self.settled(support, point, roots)
            unsettled[point] |= not known
            rows += [_Row(column, shares, isolated) for shares, isolated in some]
        return rows

    def settled(
        self, support: Support, point: int, suspects: list[tuple[Array, ...]] | None
    ) -> tuple[bool, list[tuple[list[Array], bool]]]:
        """Give whether all is known, and rows of shares, each with whether it is isolated."""
        if self.batch > MOST_EXACT:
            return False, []
        table = exact_equations(self.payoffs.exactly(point), support, self.frame)
        if suspects is not None and all(on_boundary(self.frame, table, s) for s in suspects):
            return True, []
        exact = affine_roots(self.frame, table)
        if exact is not None and exact.dimension is not None:
            some = [] if exact.shares is None else [(list(exact.shares), exact.dimension == 0)]
            return True, some
        if self.batch > MOST_SCANNED:
            return False, []
        shares, isolated = scanned_roots(self.source_at(point), self.payoffs.sizes, support)
        return False, [
            ([shares[i][list(support[i]), row] for i in self.pattern.mixers], bool(alone))
            for row, alone in enumerate(isolated)
        ]
