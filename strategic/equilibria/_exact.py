"""Exact linear algebra on whole numbers, which every exact engine of the package shares.

Payoffs are scaled to whole numbers once; all that follows is integer pivoting, in which every
division is exact, so 64-bit integers do where they are large enough and Python integers elsewhere.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from strategic.arrays import Array
from strategic.games.game import Game

_LARGEST = 2.0**62
_LARGEST_PAYOFF = 2.0**52
_MANTISSA = 53
_SMALLEST_DOUBLE = 2.0**-1074

_ratio = np.frompyfunc(lambda number: number.as_integer_ratio(), 1, 2)
as_fraction = np.frompyfunc(Fraction, 2, 1)
"""Fractions from arrays of numerators and denominators."""


def nearest_doubles(numbers: Array) -> Array:
    """Round fractions once, to doubles of the same sign; infinite where there are none so large.

    A share too small for a double stays in the support, and such a gain stays a gain.

    Examples
    --------
    >>> nearest_doubles(np.array([Fraction(1, 3), Fraction(1, 10**400), -(10**400)], dtype=object))
    array([3.33333333e-001, 4.94065646e-324,            -inf])
    """
    return np.asarray(_nearest_double(numbers), dtype=np.float64)


def kept_shares(weights: Array, total: Array) -> Array:
    """Divide whole weights by their total; a share that underflows stays in the support.

    Examples
    --------
    >>> kept_shares(np.array([1, 10**400], dtype=object), np.array(1 + 10**400, dtype=object))
    array([5.e-324, 1.e+000])
    """
    shares: Array = np.abs((weights / total).astype(np.float64))  # -0.0 is no share
    if weights.dtype == object:  # whole numbers in doubles have too few digits to underflow
        shares[(shares == 0.0) & (weights != 0)] = _SMALLEST_DOUBLE
    return shares


def _rounded(number: Fraction) -> float:
    try:
        nearest = number.numerator / number.denominator
    except OverflowError:
        return math.inf if number > 0 else -math.inf
    size = max(abs(nearest), _SMALLEST_DOUBLE) if number else 0.0
    return -size if number < 0 else size


_nearest_double = np.frompyfunc(_rounded, 1, 1)


def ordinal_payoffs(games: Game) -> tuple[Array, ...]:
    """Give doubles in the order of the payoffs as written, which is all that comparisons need.

    Different decimals of up to 15 digits differ as doubles, so only numbers kept in full (integers
    beyond 2^53, fractions) need their ranks instead.

    Examples
    --------
    >>> ordinal_payoffs(Game.from_payoffs([[10**18, 10**18 + 1]], [[3, 5]]))
    (array([[0., 1.]]), array([[0., 1.]]))
    """
    if games.exact is None:
        return games.payoffs
    ranked = []
    for table in games.fractions():
        _, rank = np.unique(table.reshape(-1), return_inverse=True)
        ranked.append(rank.reshape(table.shape).astype(np.float64))
    return tuple(ranked)


def whole_payoffs(payoffs: Array) -> Array:
    """Scale payoffs to Python integers, by one positive factor per game.

    Parameters
    ----------
    payoffs : array ``(m, n, *games)``
        Fractions, integers or doubles; doubles are taken as the dyadic numbers they are.

    Returns
    -------
    object array of int, same shape
        A player's payoffs times a positive factor have the same equilibria.

    Examples
    --------
    >>> whole_payoffs(np.array([[Fraction(1, 2), Fraction(1, 3)]]))
    array([[3, 2]], dtype=object)
    """
    if payoffs.dtype == np.float64 and payoffs.ndim > 2:  # by powers of two, faster in bulk
        mantissa, exponent = np.frexp(payoffs)
        exponent = np.where(mantissa == 0, np.iinfo(np.int32).max, exponent)
        shift = np.where(mantissa == 0, 0, exponent - exponent.min(axis=(0, 1)))
        digits = np.ldexp(mantissa, _MANTISSA).astype(np.int64)
        return np.asarray(digits.astype(object) << shift.astype(object), dtype=object)
    numerators, denominators = _ratio(payoffs)
    common = np.lcm.reduce(denominators.reshape(-1, *payoffs.shape[2:]), axis=0)
    return np.asarray(numerators * (common // denominators), dtype=object)


def integer_pivot(tables: Array, row: Array | int, column: Array | int, previous: Array) -> Array:
    """Eliminate one column of each table by one row, keeping every entry a whole number.

    Parameters
    ----------
    tables : integer array ``(tables, rows, columns)``
    row, column : int or array ``(tables,)`` of int
        The pivots, none of them zero.
    previous : array ``(tables,)``
        The pivots of the step before; 1 at first.

    Notes
    -----
    Every entry is a minor of the table at the start (Sylvester's identity), hence whole, and no
    longer than Hadamard's bound allows: without the division digits would double at every step.
    The pivot row is left as it is; it is over the new denominator, the pivot.

    References
    ----------
    Bareiss, E. H. (1968). Sylvester's identity and multistep integer-preserving Gaussian
    elimination. Mathematics of Computation 22, 565-578.
    """
    numbers = np.arange(len(tables))
    line, entries = tables[numbers, row], tables[numbers, :, column]
    pivot = entries[numbers, row]
    tables = pivot[:, None, None] * tables - entries[:, :, None] * line[:, None, :]
    tables //= previous[:, None, None]
    tables[numbers, row] = line
    return tables


def solve_whole(systems: Array) -> tuple[Array, Array]:
    """Solve systems of linear equations in whole numbers, right-hand side last.

    Parameters
    ----------
    systems : integer array ``(systems, equations, unknowns + 1)``
        At least as many equations as unknowns.

    Returns
    -------
    numerators : array ``(systems, unknowns)``
    denominator : array ``(systems,)``
        Positive; 0 where there is no solution, or more than one.
    """
    numbers, unknowns = np.arange(len(systems)), systems.shape[2] - 1
    systems = systems.copy()
    previous = np.ones(len(systems), dtype=systems.dtype)
    solvable = np.ones(len(systems), dtype=bool)
    for step in range(unknowns):
        row = step + (systems[:, step:, step] != 0).argmax(axis=1)
        lower, upper = systems[numbers, row], systems[:, step].copy()
        systems[numbers, row], systems[:, step] = upper, lower
        singular = systems[:, step, step] == 0
        if singular.any():  # goes on with an empty system, which cannot overflow
            solvable &= ~singular
            systems[singular], systems[singular, step, step] = 0, 1
        pivot = systems[:, step, step].copy()
        systems = integer_pivot(systems, step, step, previous)
        previous = pivot
    solvable &= (systems[:, unknowns:, unknowns] == 0).all(axis=1)
    sign = np.where(previous > 0, 1, -1) * solvable
    return sign[:, None] * systems[:, :unknowns, unknowns], sign * previous


def indifferent_mixtures(payoffs: Array, rows: Array, columns: Array) -> tuple[Array, Array, Array]:
    """Mix ``columns`` so that all ``rows`` are best replies, one pair of sets per game.

    Parameters
    ----------
    payoffs : integer array ``(games, m, n)``
        Payoffs of the player who is made indifferent.
    rows, columns : arrays ``(games, r)``, ``(games, k)`` of int
        At least as many rows as columns; in a degenerate game the equations are too many.

    Returns
    -------
    weights : array ``(games, k)``
        To be divided by their sum; some may be zero.
    total : array ``(games,)``
        That sum.
    proved : array ``(games,)`` of bool
        Whether there is exactly one such mixture, and no other row earns more against it.
    """
    numbers = np.arange(len(payoffs))[:, None]
    every = np.arange(payoffs.shape[1])[:, None]
    against = payoffs[numbers[:, :, None], every, columns[:, None]]
    losses = against[numbers[:, 0], rows[:, 0]][:, None] - against
    systems = np.zeros((*rows.shape, columns.shape[1] + 1), dtype=payoffs.dtype)
    systems[:, :, :-1] = losses[numbers, rows]
    systems[:, 0] = 1  # replaces the loss of the first row, which is zero
    weights, total = solve_whole(systems)
    lost = (losses * weights[:, None, :]).sum(axis=2)
    proved = (total > 0) & (weights >= 0).all(axis=1) & (lost >= 0).all(axis=1)
    return weights, total, np.asarray(proved, dtype=bool)


def exact_vertex(
    payoffs: Array, rows: Sequence[int] | Array, columns: Sequence[int] | Array
) -> Array | None:
    """Mix ``columns`` so that all ``rows`` are best replies, if exactly one mixture does that.

    Parameters
    ----------
    payoffs : array ``(m, n)`` of Python int
        Payoffs of the player who is made indifferent, from `whole_payoffs`.
    rows, columns : sequence of int

    Returns
    -------
    array ``(n,)`` of Fraction, or None

    Examples
    --------
    >>> mixture = exact_vertex(whole_payoffs(np.array([[2, 0], [0, 1]])), [0, 1], [0, 1])
    >>> [str(share) for share in mixture]
    ['1/3', '2/3']
    """
    if not len(rows) or len(rows) < len(columns):
        return None
    weights, total, proved = indifferent_mixtures(
        payoffs[None], np.array([rows]), np.array([columns])
    )
    if not proved[0]:
        return None
    mixture = np.full(payoffs.shape[1], Fraction(0), dtype=object)
    mixture[list(columns)] = as_fraction(weights[0], total[0])
    return mixture


def exact_mixtures(
    row: Array, column: Array, rows: Sequence[int], columns: Sequence[int]
) -> tuple[Array, Array] | None:
    """Solve the indifference equations of a support pair and check every deviation.

    Parameters
    ----------
    row, column : arrays ``(m, n)`` of Python int
        Payoffs, from `whole_payoffs`.
    rows, columns : sequence of int
        Equally many actions of each player; some may end with probability zero.

    Returns
    -------
    pair of arrays of Fraction, or None
        The mixtures; None when the equations are singular or this is no equilibrium.
    """
    y = exact_vertex(row, rows, columns)
    x = None if y is None else exact_vertex(column.T, columns, rows)
    return None if x is None or y is None else (x, y)


def short_integer_mixtures(
    row: Array, column: Array, rows: Array, columns: Array
) -> tuple[Array, Array, Array]:
    """Check one support pair per game in 64-bit integers, ties included.

    Parameters
    ----------
    row, column : arrays ``(games, m, n)``
        Payoffs, as doubles.
    rows, columns : arrays ``(games, k)`` of int
        Equally many actions of each player; some may end with probability zero.

    Returns
    -------
    x, y : arrays ``(games, m)``, ``(games, n)``
        The mixtures, zero outside the supports.
    proved : array ``(games,)`` of bool
        Whether this is an equilibrium; False too where payoffs are no integers times a power of
        two, or so large ones that a determinant might overflow.

    Examples
    --------
    >>> game = np.array([[[1.0, 0.0], [0.0, 0.0]]])
    >>> second = np.array([[1]])
    >>> short_integer_mixtures(game, game, second, second)
    (array([[0., 1.]]), array([[0., 1.]]), array([ True]))
    """
    size, found = rows.shape[1], []
    sides = (row, rows, columns), (column.swapaxes(1, 2), columns, rows)
    for payoffs, best, used in sides:
        numbers = _shortest(payoffs)
        flat = numbers.reshape(len(payoffs), -1)
        fits = np.abs(flat).max(axis=1) < _LARGEST_PAYOFF
        # Minors are at most k^(k/2) R^(k-1) for a payoff range R (Hadamard); a step of the
        # elimination subtracts two products of two of them.
        with np.errstate(over="ignore"):
            largest = size ** (size / 2) * np.maximum(np.ptp(flat, axis=1), 1.0) ** (size - 1)
            fits &= 2.0 * largest * largest * payoffs.shape[1] < _LARGEST
        whole = np.where(fits[:, None, None], numbers, 0.0).astype(np.int64)
        weights, total, proved = indifferent_mixtures(whole, best, used)
        mixture = np.zeros((len(payoffs), payoffs.shape[2]))
        np.put_along_axis(mixture, used, weights / np.where(total > 0, total, 1)[:, None], axis=1)
        found.append((mixture, fits & proved))
    (y, sure_y), (x, sure_x) = found
    return x, y, sure_x & sure_y


def _shortest(payoffs: Array) -> Array:
    """Divide each game's payoffs ``(games, m, n)`` by the power of two they have in common."""
    last = last_places(payoffs.reshape(len(payoffs), -1).T)
    with np.errstate(over="ignore"):
        return np.asarray(np.ldexp(payoffs, -last[:, None, None]))


def last_places(numbers: Array) -> Array:
    """Give, per column, the largest exponent of two that divides all doubles; huge if all are 0.

    Examples
    --------
    >>> last_places(np.array([[0.75, 8.0], [0.5, 24.0]])).tolist()
    [-2, 3]
    """
    mantissa, exponent = np.frexp(numbers)
    digits = np.ldexp(mantissa, _MANTISSA).astype(np.int64)
    last = exponent - _MANTISSA - 1 + np.frexp((digits & -digits).astype(float))[1]
    return np.asarray(np.where(digits != 0, last, np.iinfo(last.dtype).max).min(axis=0))


def exact_payoffs(games: Game, strategies: Sequence[Array], game: Array) -> Array:
    """Give the payoffs of profiles as fractions: object array ``(E, players)``."""
    return exact_payoffs_and_regret(games, strategies, game)[0]


def exact_payoffs_and_regret(
    games: Game, strategies: Sequence[Array], game: Array
) -> tuple[Array, Array]:
    """Give the payoffs ``(E, players)`` and the regrets ``(E,)`` of profiles as fractions."""
    tables = [table.reshape(-1, *games.shape) for table in games.fractions()]
    found = np.empty((len(game), len(tables)), dtype=object)
    gains = np.empty_like(found)
    for player, table in enumerate(tables):
        replies = np.moveaxis(table[game], 1 + player, 1)
        for mixture in reversed([m for i, m in enumerate(strategies) if i != player]):
            shares = mixture.reshape(len(game), *(1,) * (replies.ndim - 2), mixture.shape[1])
            replies = (replies * shares).sum(axis=-1)
        found[:, player] = (replies * strategies[player]).sum(axis=1)
        gains[:, player] = replies.max(axis=1) - found[:, player]
    return found, gains.max(axis=1)
