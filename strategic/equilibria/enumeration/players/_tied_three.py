"""Three players who mix two actions each, where a deviation gains nothing at an irrational root."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from strategic.arrays import Array
from strategic.equilibria.enumeration.players._crossings import (
    Weights,
    gain_sign,
    is_positive,
    shares_at,
)
from strategic.equilibria.enumeration.players._exact_cell import UnsettledError
from strategic.equilibria.enumeration.players._findings import Profile
from strategic.equilibria.enumeration.players._whole_polynomials import Line, added, multiplied
from strategic.equilibria.enumeration.players._whole_roots import positive_roots

Roots = list[tuple[Profile, int | None]]


def tied_three(
    gains: Sequence[Array], mixers: Sequence[int], outside: Sequence[Array], *, players: int
) -> Roots | None:
    """Find the roots at which no deviation gains, ties told exactly; see `_three_mixers`.

    Parameters
    ----------
    gains : three object arrays ``(2, 2)``
        What the second action of each player earns more than the first, by the actions of the
        other two, in the order of the players.
    mixers : sequence of int
        The three players.
    outside : sequence of object arrays ``(2 or 1, .., 2 or 1)``
        What must not be positive, by the actions of all players.
    players : int
        How many there are.

    Returns
    -------
    list of (shares of all players, index or None), or None
        The index is None at a multiple root, and where some deviation gains nothing. None instead
        of a list where roots form curves, or no player can be eliminated.
    """
    for middle in (1, 0, 2):
        try:
            return _with_middle(middle, gains, mixers, outside, players)
        except UnsettledError:
            continue
    return None


def _with_middle(
    middle: int,
    gains: Sequence[Array],
    mixers: Sequence[int],
    outside: Sequence[Array],
    players: int,
) -> Roots:
    """Write all mixtures in the ratio of one player's, which must tell them."""
    first, third = (i for i in range(3) if i != middle)
    of_first = gains[first] if middle < third else gains[first].T  # by [middle][third]
    of_third = gains[third].T if first < middle else gains[third]  # by [middle][first]
    pairs: list[Weights] = [[[1], [0, 1]]] * 3
    pairs[third] = [_line(of_first[:, 1]), _line(-of_first[:, 0])]
    pairs[first] = [_line(of_third[:, 1]), _line(-of_third[:, 0])]
    equation: Line = []
    for i, k in product(range(2), repeat=2):
        term = multiplied(pairs[first][i], pairs[third][k])
        equation = added(equation, term, int(gains[middle][i, k]))
    if not equation:
        raise UnsettledError
    slope = [place * c for place, c in enumerate(equation)][1:]
    found: Roots = []
    for root in positive_roots(equation):
        if not all(any(map(root.sign, pair)) for pair in pairs):
            raise UnsettledError
        if not all(is_positive(root, pair) for pair in pairs):
            continue
        weights: list[Weights] = [([1],)] * players
        for player, pair in zip(mixers, pairs, strict=True):
            weights[player] = pair
        gain = max((gain_sign(root, weights, row) for row in outside), default=-1)
        if gain <= 0:
            index = root.sign(slope) if gain < 0 else 0
            found.append((shares_at(root, weights), index or None))
    return sorted(found, key=lambda pair: pair[0])


def _line(numbers: Array) -> Line:
    return added([], [int(number) for number in numbers])
