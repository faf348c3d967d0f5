"""Three players who mix two or three actions each, in whole numbers, whatever curves ties leave."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.enumeration.players._crossings import (
    Crossing,
    Eliminated,
    Weights,
    crossings,
    gain_sign,
    is_positive,
    shares_at,
)
from strategic.equilibria.enumeration.players._exact_cell import UnsettledError
from strategic.equilibria.enumeration.players._exact_systems import jacobian_sign
from strategic.equilibria.enumeration.players._findings import Profile
from strategic.equilibria.enumeration.players._patterns import Pattern
from strategic.equilibria.enumeration.players._untold import index_at, kernel, untold
from strategic.equilibria.enumeration.players._whole_polynomials import (
    Form,
    Line,
    form_added,
    form_multiplied,
    put,
)
from strategic.equilibria.enumeration.players._whole_roots import WholeRoot, positive_roots

_RATIOS: tuple[Form, ...] = ([[1]], [[0, 1]], [[], [1]])
"""Weights of the actions of a player: polynomials in two unknowns."""
_PLAYERS = 3
_BITS = 120
"""Of shares that the sign of a determinant is computed from."""


@dataclass(frozen=True)
class _Place:
    """A place where all equations may hold, and whether they surely hold there alone."""

    point: Crossing
    simple: bool


@dataclass(frozen=True)
class _Candidate:
    """Mixtures of the three at which all equations hold; ``simple`` is None where not known."""

    root: WholeRoot
    weights: Sequence[Weights]
    simple: bool | None


def two_eliminated(
    gains: Sequence[Array], pattern: Pattern, outside: Sequence[Array]
) -> Eliminated | None:
    """Solve the equations of three players, two of whom mix equally many actions, two or three.

    Parameters
    ----------
    gains : sequence of object arrays ``(n_i - 1, k_1, .., 1, .., k_p)``
    pattern : Pattern
    outside : sequence of object arrays
        What must not be positive.

    Returns
    -------
    Eliminated or None
        None where the support is another, or ties hide unknowns whichever are eliminated first.

    Notes
    -----
    Call the two A and B, and the third player C. The equations of A are linear in the mixture of
    B, with coefficients linear in that of C, so minors of their matrix are weights of the mixture
    of B, and the other way round. Put into the equations of C they leave one or two polynomials in
    the ratios of C, of degree ``2 k - 2``: a regular root is a simple root of the one, or a
    transversal crossing of both. Where all minors are zero, mixtures are not told by these weights;
    such places are looked at apart.
    """
    mixers, sizes = pattern.mixers, pattern.sizes
    if len(mixers) != _PLAYERS or max(sizes) > _PLAYERS:
        return None
    for last in mixers:
        first, second = (i for i in mixers if i != last)
        if sizes[first] == sizes[second]:
            try:
                return _solved((first, second, last), gains, pattern, outside)
            except UnsettledError:
                continue
    return None


def _solved(
    players: tuple[int, int, int],
    gains: Sequence[Array],
    pattern: Pattern,
    outside: Sequence[Array],
) -> Eliminated:
    sizes = pattern.sizes
    # By equation, and then by the actions of the players in this order.
    tables = [
        np.moveaxis(gains[own][: sizes[own] - 1], [1 + i for i in players], [1, 2, 3]).reshape(
            -1, *(1 if i == own else sizes[i] for i in players)
        )
        for own in players
    ]
    ratios = _RATIOS[: sizes[players[2]]]
    binding_second = _mixed_with(tables[0][:, 0], ratios)
    binding_first = _mixed_with(tables[1][:, :, 0], ratios)
    seconds, firsts = kernel(binding_second), kernel(binding_first)
    parts = (
        untold(binding_first, firsts, seconds, tables[2][..., 0]),
        untold(binding_second, seconds, firsts, tables[2][..., 0].swapaxes(1, 2)),
    )
    left = [_sum_of(table, firsts, seconds) for table in tables[2][..., 0]]
    curve, places = _places(left) if all(left) else (True, iter(()))
    candidates = [
        *(_mixed(place.point, (firsts, seconds, ratios), place.simple) for place in places),
        *(_told_by_all(ratios, one) for one in parts[0].places),
        *(_told_by_all(ratios, one, swapped=True) for one in parts[1].places),
    ]
    roots = []
    for candidate in candidates:
        root = candidate.root
        weights: list[Weights] = [([1],)] * len(sizes)
        for player, own in zip(players, candidate.weights, strict=True):
            weights[player] = own
        if not all(is_positive(root, own) for own in weights):
            continue
        gain = max((gain_sign(root, weights, row) for row in outside), default=-1)
        if gain > 0:
            continue
        shares = shares_at(root, weights)
        index = None
        if candidate.simple is None and gain < 0:
            index = index_at(root, gains, sizes, weights) or None
        elif candidate.simple and gain < 0:
            index = jacobian_sign(gains, sizes, _rounded(shares), exact=False)
            if not index:
                raise UnsettledError
        roots.append((shares, index))
    return Eliminated(roots, curve or any(part.curve for part in parts))


def _mixed(point: Crossing, forms: Sequence[Sequence[Form]], simple: bool) -> _Candidate:
    weights = [put(own, point.first, point.second) for own in forms]
    return _Candidate(point.root, weights, simple)


def _told_by_all(
    ratios: Sequence[Form], place: tuple[Crossing, Weights, Weights], *, swapped: bool = False
) -> _Candidate:
    point, own, other = place
    pair = [other, own] if swapped else [own, other]
    return _Candidate(point.root, [*pair, put(ratios, point.first, point.second)], None)


def _mixed_with(tables: Array, ratios: Sequence[Form]) -> list[list[Form]]:
    """Mix ``[equation][action][action of the last]`` by the ratios of the last."""
    matrix = []
    for table in tables:
        line = []
        for numbers in table:
            total: Form = []
            for number, ratio in zip(numbers, ratios, strict=True):
                total = form_added(total, ratio, int(number))
            line.append(total)
        matrix.append(line)
    return matrix


def _sum_of(table: Array, firsts: Sequence[Form], seconds: Sequence[Form]) -> Form:
    total: Form = []
    for (i, one), (k, other) in product(enumerate(firsts), enumerate(seconds)):
        if table[i, k]:
            total = form_added(total, form_multiplied(one, other), int(table[i, k]))
    return total


def _places(left: list[Form]) -> tuple[bool, Iterator[_Place]]:
    """Find where one polynomial in one unknown, or two in two, are zero; and whether on curves."""
    if len(left) == 1:
        line = left[0][0]
        slope: Line = [place * c for place, c in enumerate(line)][1:]
        return False, (
            _Place(Crossing(root, ([1], [0, 1]), ([1], [1])), root.sign(slope) != 0)
            for root in positive_roots(line)
        )
    crossed = crossings(left[0], left[1])
    return crossed.curve, (
        _Place(point, point.root.sign(put([crossed.slopes], point.first, point.second)[0]) != 0)
        for point in crossed.points
        if not crossed.curve or point.root.sign(put([crossed.factor], point.first, point.second)[0])
    )


def _rounded(shares: Profile) -> Profile:
    """Round shares so that they still add up to one."""
    short = []
    for mixture in shares:
        rest = [Fraction(round(share * (1 << _BITS)), 1 << _BITS) for share in mixture[1:]]
        short.append((1 - sum(rest, Fraction(0)), *rest))
    return tuple(short)
