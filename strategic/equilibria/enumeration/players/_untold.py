"""Where the equations of one player do not tell the mixture of another, in whole numbers.

Of three players, the equations of the first are linear in the mixture of the second, given that of
the third. Where their rank falls, what they leave open is told by the equations of the third.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from strategic.arrays import Array
from strategic.equilibria.enumeration.players._crossings import (
    Crossing,
    Weights,
    at_weights,
    crossings,
    is_positive,
)
from strategic.equilibria.enumeration.players._exact_cell import UnsettledError
from strategic.equilibria.enumeration.players._whole_polynomials import (
    Form,
    Line,
    added,
    common,
    form_added,
    form_multiplied,
    multiplied,
    put,
)
from strategic.equilibria.enumeration.players._whole_roots import WholeRoot, positive_roots

_PAIR = 2


@dataclass(frozen=True)
class Untold:
    """What is found where all weights of one player are zero.

    Parameters
    ----------
    places : list of (Crossing, Weights, Weights)
        Where the equations hold for one mixture of that player alone, which comes first; then the
        mixture of the other. Both have positive shares.
    curve : bool
        Whether they may hold for many; the Jacobian is singular then.
    """

    places: list[tuple[Crossing, Weights, Weights]]
    curve: bool


def untold(
    binding: list[list[Form]], free: Sequence[Form], known: Sequence[Form], last: Array
) -> Untold:
    """Find the roots at which all weights of one of two players are zero.

    Parameters
    ----------
    binding : list of lists of Form
        The equations that bind that player, by action.
    free, known : sequences of Form
        The weights of that player and of the other.
    last : array ``[equation][action][action of the other]``
        The equations of the third player.

    Raises
    ------
    UnsettledError
        When the weights of both are zero there, and the third player mixes three actions; or when
        they are zero on curves.
    """
    one = len(last) == 1
    places: list[tuple[Crossing, Weights, Weights]] = []
    curve = False
    for point in _all_zero(free, one=one):
        root, at = point.root, (point.first, point.second)
        others = put(known, *at)
        if not any(map(root.sign, others)):
            # One equation is left for what both may do.
            if not one:
                raise UnsettledError
            curve = True
        elif is_positive(root, others):
            lines = [put(forms, *at) for forms in binding]
            lines += [[at_weights(numbers, (others,)) for numbers in table] for table in last]
            own = _solutions(root, lines)
            if own is None:
                curve = True
            elif is_positive(root, own):
                places.append((point, own, others))
    return Untold(places, curve)


def _solutions(root: WholeRoot, lines: list[list[Line]]) -> list[Line] | None:
    """Give weights that linear equations allow, all zero if they allow none; None if many."""
    size = len(lines[0])
    for chosen in combinations(lines, size - 1):
        found = kernel([[[number] if number else [] for number in line] for line in chosen])
        weights = [form[0] if form else [] for form in found]
        if any(map(root.sign, weights)):
            if any(root.sign(_dot(line, weights)) for line in lines):
                return [[]] * size
            return weights
    return None


def _dot(line: Sequence[Line], weights: Sequence[Line]) -> Line:
    total: Line = []
    for number, weight in zip(line, weights, strict=True):
        total = added(total, multiplied(number, weight))
    return total


def kernel(matrix: Sequence[Sequence[Form]]) -> list[Form]:
    """Give what one line of two, or two lines of three, are orthogonal to."""
    if len(matrix) == 1:
        [[low, high]] = matrix
        return [high, form_added([], low, -1)]
    one, other = matrix
    return [
        form_added(form_multiplied(one[i], other[k]), form_multiplied(one[k], other[i]), -1)
        for i, k in ((1, 2), (2, 0), (0, 1))
    ]


def _all_zero(forms: Sequence[Form], *, one: bool) -> list[Crossing]:
    """Find the places where all polynomials are zero, which must not be curves."""
    there = [form for form in forms if form]
    if one and there:
        shared: Line = []
        for form in there:
            shared = common(shared, form[0])
        return [Crossing(root, ([1], [0, 1]), ([1], [1])) for root in positive_roots(shared)]
    if len(there) < _PAIR:
        raise UnsettledError
    crossed = crossings(there[0], there[1])
    if crossed.curve:
        raise UnsettledError
    return [
        point
        for point in crossed.points
        if not any(map(point.root.sign, put(forms, point.first, point.second)))
    ]


def index_at(
    root: WholeRoot, gains: Sequence[Array], sizes: Sequence[int], weights: Sequence[Weights]
) -> int:
    """Give the sign of the determinant of the negative Jacobian at a root: 0 if it is singular.

    Parameters
    ----------
    root : WholeRoot
    gains : sequence of object arrays ``(n_i - 1, k_1, .., 1, .., k_p)``
    sizes : sequence of int
    weights : sequence of Weights
        Of the actions in use, all of one sign for each player.
    """
    positive = [
        [added([], number, -1) for number in own] if root.sign(own[0]) < 0 else own
        for own in weights
    ]
    lines = [
        [slope for i, n in enumerate(sizes) for slope in _slopes(row, i, n, positive)]
        for table, k in zip(gains, sizes, strict=True)
        for row in table[: k - 1]
    ]
    sign = root.sign(_determinant(lines))
    return -sign if len(lines) % 2 else sign


def _slopes(row: Array, player: int, size: int, weights: Sequence[Weights]) -> list[Line]:
    """Differentiate by the shares of a player, times the totals of all whom the row binds."""
    if row.shape[player] == 1:
        return [[]] * (size - 1)
    base, *values = (at_weights(row.take([a], axis=player), weights) for a in range(size))
    return [added(value, base, -1) for value in values]


def _determinant(lines: list[list[Line]]) -> Line:
    if len(lines) == 1:
        return lines[0][0]
    total: Line = []
    for place, factor in enumerate(lines[0]):
        if factor:
            rest = [line[:place] + line[place + 1 :] for line in lines[1:]]
            total = added(total, multiplied(factor, _determinant(rest)), (-1) ** place)
    return total
