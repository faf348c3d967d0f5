"""What must be zero for the equilibria of a game to change: polynomials in its payoffs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, product
from math import comb, prod

import numpy as np

from strategic.arrays import Array

MOST_MARGINS = 3432
"""Margins per player that are followed: all minors of 7x7 games."""
Minors = dict[tuple[tuple[int, ...], tuple[int, ...]], Array]
"""By rows and columns; rows are one more, as a column of ones is added."""


def margins(payoffs: Sequence[Array], *, pure: bool = False) -> Array:
    """Compute all margins of games: while none of them is zero, no support of equilibria changes.

    Parameters
    ----------
    payoffs : sequence of arrays ``(*batch, n_1, ..., n_p)``
        One per player; doubles or fractions.
    pure : bool, default False
        Only those that equilibria in pure strategies, potentials and risk dominance depend on.

    Returns
    -------
    array ``(margins, *batch)``
        Polynomials of `most_factors` payoffs at most.

    Notes
    -----
    Of two players, the bordered minors of both matrices: of k columns and k + 1 rows, with a column
    of ones. Ratios of them are the mixtures that leave a player indifferent, and what another
    action would gain; so their signs say which supports have equilibria, and whether these are
    degenerate. Of three players with two actions: gains from deviating, the third player's gain
    where two mix, and the discriminant of the quadratic of which the completely mixed equilibria
    are roots. Besides, what a game must satisfy to have an exact potential, and the products of
    deviation losses that risk dominance compares.

    Examples
    --------
    >>> row, column = np.array([[3.0, 0], [5, 1]]), np.array([[3.0, 5], [0, 1]])
    >>> len(margins((row, column)))
    7
    """
    shape = payoffs[0].shape[payoffs[0].ndim - len(payoffs) :]
    found: list[Array] = []
    if len(payoffs) == 2 and not pure:
        row, column = payoffs
        found += _bordered_minors(row)
        found += _bordered_minors(np.swapaxes(column, -1, -2))
    else:
        found += _gains(payoffs)
    if shape == (2, 2):
        found += _risk(*payoffs)
    if shape == (2, 2, 2) and not pure:
        found += _mixed_binary(payoffs)
    found += _not_potential(payoffs)
    return np.stack(found)


def are_known(shape: Sequence[int], *, pure: bool = False) -> bool:
    """Say whether the margins of games of this shape tell all changes of their equilibria.

    Examples
    --------
    >>> [are_known(shape) for shape in ((3, 3), (7, 7), (2, 500), (2, 2, 2), (3, 2, 2))]
    [True, True, False, True, False]
    """
    if pure:
        return are_few(shape, pure=True)
    return (len(shape) == 2 and are_few(shape)) or tuple(shape) == (2, 2, 2)


def are_few(shape: Sequence[int], *, pure: bool = False) -> bool:
    """Say whether the margins are few enough to be computed, whether or not they tell all."""
    if len(shape) == 2 and not pure:
        return comb(sum(shape), min(shape)) <= MOST_MARGINS
    return prod(shape) * sum(shape) <= 2 * MOST_MARGINS


def most_factors(shape: Sequence[int], *, pure: bool = False) -> int:
    """Bound the degree of the margins as polynomials in the payoffs.

    Examples
    --------
    >>> [most_factors(shape) for shape in ((2, 2), (3, 5), (2, 2, 2))]
    [2, 3, 6]
    """
    if len(shape) == 2 and not pure:
        return max(2, min(max(shape) - 1, *shape))
    if tuple(shape) == (2, 2, 2) and not pure:
        return 6
    return 2 if tuple(shape) == (2, 2) else 1


def _bordered_minors(table: Array) -> Iterator[Array]:
    """Yield the determinants of k + 1 rows and k columns bordered by ones, for every k >= 1."""
    rows, columns = table.shape[-2:]
    smaller: Minors = {((i,), ()): np.ones((), dtype=int) for i in range(rows)}
    for size in range(1, min(rows - 1, columns) + 1):
        found: Minors = {}
        for those, js in product(
            combinations(range(rows), size + 1), combinations(range(columns), size)
        ):
            # Laplace expansion along the first of the columns.
            terms = (
                (-1) ** k * table[..., i, js[0]] * smaller[those[:k] + those[k + 1 :], js[1:]]
                for k, i in enumerate(those)
            )
            found[those, js] = _sum(terms)
        yield from found.values()
        smaller = found


def _sum(terms: Iterator[Array]) -> Array:
    total = next(terms)
    for term in terms:
        total = total + term
    return total


def _gains(payoffs: Sequence[Array]) -> Iterator[Array]:
    """Yield what each player gains by each change of action, whatever pure actions others play."""
    players = len(payoffs)
    for i, table in enumerate(payoffs):
        own = np.moveaxis(table, table.ndim - players + i, -1)
        others = own.reshape(*own.shape[: own.ndim - players], -1, own.shape[-1])
        for a, b in combinations(range(own.shape[-1]), 2):
            yield from np.moveaxis(others[..., a] - others[..., b], -1, 0)


def _risk(row: Array, column: Array) -> Iterator[Array]:
    """Yield the difference of both products of deviation losses, on either diagonal."""
    for first, second in (((0, 0), (1, 1)), ((0, 1), (1, 0))):
        products = [
            (row[..., r, c] - row[..., 1 - r, c]) * (column[..., r, c] - column[..., r, 1 - c])
            for r, c in (first, second)
        ]
        yield products[0] - products[1]


def _not_potential(payoffs: Sequence[Array]) -> Iterator[Array]:
    """Yield what must vanish in potential games, square by square of two actions of two players."""
    players = len(payoffs)
    for i, j in combinations(range(players), 2):
        around = payoffs[i] - payoffs[j]
        around = np.diff(np.diff(around, axis=i - players), axis=j - players)
        yield from np.moveaxis(around.reshape(*around.shape[: around.ndim - players], -1), -1, 0)


def _mixed_binary(payoffs: Sequence[Array]) -> Iterator[Array]:
    """Yield the margins of mixed equilibria of three players with two actions."""
    gains = [_bilinear(table, i) for i, table in enumerate(payoffs)]
    for i in range(3):
        j, k = (n for n in range(3) if n != i)
        constant, by_j, by_k, both = gains[i]
        yield from (by_j, by_k, by_j + both, by_k + both)
        yield constant * both - by_j * by_k  # indifferent to everything at one mixture of another
        for pure in (0, 1):  # i plays it, j and k make each other indifferent, and i may deviate
            e, f = _line(gains[j], _place(j, k)), _line(gains[k], _place(k, j))
            c, d = (part + pure * slope for part, slope in zip(*e, strict=True))
            a, b = (part + pure * slope for part, slope in zip(*f, strict=True))
            # j is indifferent at x_k = -c/d, k at x_j = -a/b.
            yield constant * b * d - by_j * a * d - by_k * b * c + both * a * c
    yield _discriminant(gains)


Bilinear = tuple[Array, Array, Array, Array]
"""Gain of the second action: constant, slopes in the two others' mixtures, and in their product."""


def _bilinear(table: Array, player: int) -> Bilinear:
    gain = np.diff(table, axis=player - 3)
    gain = np.squeeze(gain, axis=player - 3)
    zero, second, first, both = (gain[..., a, b] for a, b in ((0, 0), (0, 1), (1, 0), (1, 1)))
    return zero, first - zero, second - zero, both - first - second + zero


def _place(player: int, other: int) -> int:
    """Which of the two others of a player another one is: the first or the second."""
    return [n for n in range(3) if n != player].index(other)


def _line(gain: Bilinear, which: int) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """Write a gain as (c + c' y) + (d + d' y) x, x the mixture of the ``which``-th other."""
    constant, first, second, both = gain
    if which == 0:
        return (constant, first), (second, both)
    return (constant, second), (first, both)


def _discriminant(gains: Sequence[Bilinear]) -> Array:
    """Eliminate two mixtures: the discriminant of the quadratic in that of the second player."""
    a0, a1, a2, a3 = gains[0]  # in q and r
    b0, b1, b2, b3 = gains[1]  # in p and r
    c0, c1, c2, c3 = gains[2]  # in p and q
    # r = -N/D with N = a0 + a1 q and D = a2 + a3 q; p = -(b0 D - b2 N)/(b1 D - b3 N).
    top, bottom = (b0 * a2 - b2 * a0, b0 * a3 - b2 * a1), (b1 * a2 - b3 * a0, b1 * a3 - b3 * a1)
    # (c0 + c2 q)(b1 D - b3 N) - (c1 + c3 q)(b0 D - b2 N) = 0.
    low = c0 * bottom[0] - c1 * top[0]
    middle = c0 * bottom[1] + c2 * bottom[0] - c1 * top[1] - c3 * top[0]
    high = c2 * bottom[1] - c3 * top[1]
    return np.asarray(middle * middle - 4 * low * high)
