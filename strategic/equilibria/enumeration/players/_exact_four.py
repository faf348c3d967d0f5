"""Four players who mix two actions each, in whole numbers, whatever curves their ties leave."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations, product
from math import prod

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.enumeration.players._crossings import (
    Eliminated,
    Weights,
    at_weights,
    crossings,
    gain_sign,
    is_positive,
    shares_at,
)
from strategic.equilibria.enumeration.players._exact_cell import UnsettledError
from strategic.equilibria.enumeration.players._whole_polynomials import (
    Form,
    added,
    form_added,
    form_multiplied,
    form_trimmed,
    multiplied,
    put,
    trimmed,
)
from strategic.equilibria.enumeration.players._whole_roots import positive_roots

Pair = tuple[Form, Form]
_FOUR = 4


def four_mixers(rows: Sequence[Array], outside: Sequence[Array]) -> Eliminated | None:
    """Solve four equations; None where ties hide unknowns, whichever are eliminated first.

    Parameters
    ----------
    rows : four object arrays ``(2 or 1, ..)``
        What the four who mix gain by their second actions, by the actions of the others; an axis of
        length one where nothing depends on a player.
    outside : sequence of such arrays
        What must not be positive.

    Notes
    -----
    Write the mixture of a player as a ratio. The equation of player 4 gives the ratio of player 3
    as a fraction in those of players 1 and 2, and that of player 3 gives the ratio of player 4. Put
    into the other two equations, they leave two polynomials in two unknowns, of degrees 3 and 2,
    and 2 and 3. A common factor is zero on a curve. Apart from it they cross in finitely many
    places, thirteen at most. In four of these, or fewer, an equation holds whatever the player
    does whom it was to give; these are looked at apart. So every regular root is found, as the
    Jacobian is regular where both polynomials cross transversally, and on no curve.
    """
    mixers = [i for i in range(rows[0].ndim) if any(row.shape[i] > 1 for row in rows)]
    if len(mixers) != _FOUR:
        return None
    equations = [
        np.broadcast_to(
            row.reshape([row.shape[i] for i in mixers]), [1 + (i != own) for i in range(_FOUR)]
        )
        for own, row in enumerate(rows)
    ]
    for order in permutations(range(_FOUR)):
        if order[2] < order[3]:
            names = [mixers[own] for own in order]
            try:
                return _solved(
                    [equations[own] for own in order], order, names, outside, rows[0].ndim
                )
            except UnsettledError:
                continue
    return None


def _solved(
    equations: Sequence[Array],
    order: Sequence[int],
    names: Sequence[int],
    outside: Sequence[Array],
    players: int,
) -> Eliminated:
    """Solve the equations of the players in an order, the last two eliminated."""
    first, second, third, fourth = (
        np.squeeze(equation.transpose(order), axis=own) for own, equation in enumerate(equations)
    )
    thirds, fourths = _ratio(fourth), _ratio(third)
    _check_free(thirds, fourths, first, second)
    _check_free(fourths, thirds, first.swapaxes(1, 2), second.swapaxes(1, 2))
    left = (
        _without_two(second, [[0, 1]], thirds, fourths),
        _without_two(first, [[], [1]], thirds, fourths),
    )
    if not all(left):
        return Eliminated([], curve=True)
    crossed = crossings(*left)
    roots = []
    for point in crossed.points:
        root, place = point.root, (point.first, point.second)
        if crossed.curve and not root.sign(put([crossed.factor], *place)[0]):
            continue
        pairs = [*place, put(thirds, *place), put(fourths, *place)]
        if not all(is_positive(root, pair) for pair in pairs):
            continue
        mixed: list[Weights] = [([1],)] * players
        for player, pair in zip(names, pairs, strict=True):
            mixed[player] = pair
        gain = max((gain_sign(root, mixed, row) for row in outside), default=-1)
        if gain <= 0:
            # The equations of the last two change by nothing but the mixture of the other, so the
            # determinant of the Jacobian is that of the first two times these slopes.
            slopes = put([crossed.slopes], *place)[0], pairs[2][0], pairs[3][0]
            index = prod(map(root.sign, slopes)) if gain < 0 else 0
            roots.append((shares_at(root, mixed), index or None))
    return Eliminated(roots, crossed.curve)


def _form(table: Array) -> Form:
    """Write ``[first][second]`` as a polynomial in both ratios."""
    return form_trimmed([trimmed([int(v) for v in line]) for line in table.T])


def _ratio(table: Array) -> Pair:
    """Give the weights of a player's actions at which ``[first][second][own]`` is zero."""
    low, high = (_form(table[..., action]) for action in (0, 1))
    return high, [[-c for c in line] for line in low]


def _without_two(table: Array, unknown: Form, thirds: Pair, fourths: Pair) -> Form:
    """Mix ``[one][third][fourth]`` by ratios, that of the one being unknown."""
    total: Form = []
    for (k, one), (m, other) in product(enumerate(thirds), enumerate(fourths)):
        low, high = (int(v) for v in table[:, k, m])
        factor = form_added([[low]] if low else [], unknown, high)
        total = form_added(total, form_multiplied(factor, form_multiplied(one, other)))
    return total


def _check_free(free: Pair, known: Pair, first: Array, second: Array) -> None:
    """Raise unless a player whose mixture an equation leaves free cannot satisfy the others.

    Parameters
    ----------
    free, known : pairs of Form
        Weights of that player, both zero in the places in question, and of the other eliminated.
    first : array ``[second][free][known]``
    second : array ``[first][free][known]``

    Raises
    ------
    UnsettledError
        When they do not rule it out.
    """
    (a, b), (c, d) = ([*form, [], []][:2] for form in free)
    equation = added(multiplied(a, d), multiplied(b, c), -1)
    if not equation:
        raise UnsettledError
    for root in positive_roots(equation):
        ratio = next((pair for pair in ((b, a), (d, c)) if any(map(root.sign, pair))), None)
        if ratio is None:
            raise UnsettledError
        place: tuple[Weights, Weights] = ([1], [0, 1]), (ratio[0], [-v for v in ratio[1]])
        if not is_positive(root, place[1]):
            continue
        others = put(known, *place)
        if not any(map(root.sign, others)):
            raise UnsettledError
        if not is_positive(root, others):
            continue
        means = [
            [at_weights(table[:, action], (weights, others)) for action in (0, 1)]
            for table, weights in ((first, place[1]), (second, place[0]))
        ]
        product_ = multiplied(means[0][0], means[1][1])
        if not root.sign(added(product_, multiplied(means[0][1], means[1][0]), -1)):
            raise UnsettledError
