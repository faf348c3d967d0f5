"""Rest points of one pattern of supports, for many parameter points at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array
from strategic.evolution._affine import affine_roots, on_boundary
from strategic.evolution._payoff_polynomials import PayoffPolynomials
from strategic.evolution._polar_forms import Frame
from strategic.evolution._root_search import interior_roots
from strategic.evolution._scan import scanned_roots
from strategic.evolution._supports import (
    Pattern,
    Support,
    equations,
    exact_equations,
    without_share_factors,
)
from strategic.evolution.populations import Payoffs


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
    """
    frame, points = pattern.frame(payoffs.degrees()), payoffs.points
    parts = [equations(payoffs, support, frame) for support in pattern.supports]
    table, error = (np.concatenate(same, axis=-1) for same in zip(*parts, strict=True))
    axes = tuple(range(table.ndim - 1))
    whole = (table == 0).all(axis=axes)
    linear = len(frame.sizes) <= (2 if payoffs.of_others_only else 1) and max(frame.degrees) == 1
    found = interior_roots(frame, *without_share_factors(frame, table, error), linear=linear)
    shares = [list(share.T) for share in found.shares]
    isolated, numbers = [True] * len(found.column), found.column.tolist()
    remainder = _Remainder(payoffs, pattern, frame, source_at)
    suspects: dict[int, list[tuple[Array, ...]]] = {}
    for number, root in found.suspects:
        suspects.setdefault(number, []).append(root)
    for number in sorted({*np.flatnonzero(found.unsettled | whole).tolist(), *suspects}):
        place, point = divmod(number, points)
        known, more = remainder.settled(
            pattern.supports[place],
            point,
            whole=whole[number],
            suspects=None if found.unsettled[number] else suspects[number],
        )
        unsettled[point] |= not known
        for entry, alone in more:
            numbers.append(number)
            isolated.append(alone)
            for rows, part in zip(shares, entry, strict=True):
                rows.append(part)
    if not numbers:
        return
    order = np.argsort(numbers, kind="stable")
    places, is_isolated = np.array(numbers)[order], np.array(isolated)[order]
    stacked = [np.array(part).T[:, order] for part in shares]
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


@dataclass(frozen=True, eq=False)
class _Remainder:
    """Settles supports of single points that the search for roots leaves open."""

    payoffs: PayoffPolynomials
    pattern: Pattern
    frame: Frame
    source_at: Callable[[int], Payoffs]

    def settled(
        self,
        support: Support,
        point: int,
        *,
        whole: bool,
        suspects: list[tuple[Array, ...]] | None,
    ) -> tuple[bool, list[tuple[list[Array], bool]]]:
        """Give whether all is known, and rows of shares, each with whether it is isolated."""
        if whole:
            return True, [([np.full(k, 1.0 / k) for k in self.frame.sizes], False)]
        table = exact_equations(self.payoffs.exactly(point), support, self.frame)
        if suspects is not None:
            judged = [on_boundary(self.frame, table, root) for root in suspects]
            if all(judged):
                return True, []
        exact = affine_roots(self.frame, table)
        if exact is not None and exact.dimension is not None:
            some = [] if exact.shares is None else [(list(exact.shares), exact.dimension == 0)]
            return True, some
        shares, isolated = scanned_roots(self.source_at(point), self.payoffs.sizes, support)
        return False, [
            ([shares[i][list(support[i]), row] for i in self.pattern.mixers], bool(alone))
            for row, alone in enumerate(isolated)
        ]
