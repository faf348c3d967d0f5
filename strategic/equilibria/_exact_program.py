"""The one linear program behind all methods that mix, solved exactly.

Zero-sum play, correlated play, commitment and dominance by mixtures all ask for the mixture whose
worst of several linear aims is as good as can be, under linear constraints. Which vertex is
optimal, and whether a constraint holds, are questions about signs that no tolerance answers for
payoffs of mixed size, so the answer here is exact: small programs are pivoted in whole numbers;
large ones are solved in doubles, and the vertex found is solved again and checked in whole numbers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._exact import as_fraction, integer_pivot, solve_whole

SMALL = 1500
"""Cells up to which pivoting in whole numbers is faster than calling a solver and checking it."""
NEARLY = 1e-9
"""What counts as zero in the guess from doubles; a wrong guess costs time only."""
ACCURATE = 2.0**-36
"""Largest error of a value from doubles, relative to what `accurate` says."""
PROVED = 2.0**-30
"""The same where it is proved which actions are played."""
UNIT = 2.0**-53
"""Relative rounding error of one operation on doubles."""
MOST_WORK = 100_000_000
"""Cells updated (long numbers count more) before the exact solver gives up: a minute or so."""

_ratio = np.frompyfunc(lambda number: number.as_integer_ratio(), 1, 2)


class GaveUp(Exception):  # noqa: N818 - a signal between modules, turned into a status
    """The exact solver has reached its limit on work."""


@dataclass(frozen=True, eq=False)
class BestMixture:
    """An optimal vertex of a program, exactly.

    Parameters
    ----------
    mixture : array ``(variables,)`` of Fraction
    value : Fraction
        The least of the aims at the mixture.
    weights : array ``(aims,)`` of Fraction
        The mixture of the aims that holds the value down (from the dual program).
    """

    mixture: Array
    value: Fraction
    weights: Array


def best_mixture(aims: Array, limits: Array | None = None) -> BestMixture | None:
    """Maximise the least of ``aims @ x`` over mixtures ``x`` with ``limits @ x <= 0``, exactly.

    Parameters
    ----------
    aims : array ``(aims, variables)``
        Fractions, integers, or doubles, which are taken as the dyadic numbers they are.
    limits : array ``(constraints, variables)``, optional
        The same; each row may have a scale of its own.

    Returns
    -------
    BestMixture, or None
        None where no mixture satisfies the limits.

    Raises
    ------
    GaveUp
        When the program is too large for exact arithmetic.

    Notes
    -----
    Aims are first made positive, which adds a constant to the value. With ``q`` the mixture over
    the value, the program is then ``min sum(q)`` with ``aims @ q >= 1``, ``limits @ q <= 0`` and
    ``q >= 0``: no equation, no free variable, and a dual that is feasible from the start. The
    integers it is brought to, hence the vertex found for a small program, do not change when
    a constant is added to all aims, or when anything is scaled.

    Examples
    --------
    >>> found = best_mixture(np.array([[2, 0], [0, 1]]))
    >>> str(found.value), [str(share) for share in found.mixture]
    ('2/3', ['1/3', '2/3'])
    """
    numbers, unit = in_whole_numbers(aims)
    low = int(numbers.min())
    spread = int(numbers.max()) - low or 1
    positive = numbers - low + spread
    shared = math.gcd(*positive.flat)
    rows = [positive // shared]
    if limits is not None and len(limits):
        whole = in_whole_numbers(limits)[0]
        sizes = np.gcd.reduce(whole, axis=1)
        rows.append(-whole // np.where(sizes > 0, sizes, 1)[:, None])
    matrix = np.concatenate(rows)
    right = np.array([1] * len(positive) + [0] * (len(matrix) - len(positive)), dtype=object)
    solved = None if matrix.size <= SMALL else _checked_vertex(matrix, right)
    solved = solved or _pivoted(matrix, right)
    if solved is None:
        return None
    shares, duals, denominator = solved
    total = int(shares.sum())
    weights = duals[: len(positive)]
    return BestMixture(
        mixture=np.asarray(as_fraction(shares, total)),
        value=Fraction(denominator * shared + total * (low - spread), total * unit),
        weights=np.asarray(as_fraction(weights, int(weights.sum()))),
    )


def accurate(values: Array, first: Array, errors: Array, *, share: float = ACCURATE) -> Array:
    """Tell which values found in doubles, as sums with one payoff, are as good as exact ones.

    Parameters
    ----------
    values, first, errors : arrays ``(..., games)``
        What is found, the payoff of the game added to it, and a bound on the error before that.
    share : float
        The largest error, relative both to the value and to what it is above ``first``, so that
        neither small values nor a common level hide it. NaN, from an overflow, is not accurate.
    """
    return np.asarray(errors <= share * np.minimum(np.abs(values), np.abs(values - first)))


def smallest_payoffs(payoffs: Array) -> Array:
    """Give the payoff nearest to zero of games ``(m, n, games)``; differences keep its digits.

    Examples
    --------
    >>> smallest_payoffs(np.array([[[1e9], [-2.0]], [[3.0], [4.0]]]))
    array([-2.])
    """
    flat = payoffs.reshape(math.prod(payoffs.shape[:-1]), payoffs.shape[-1])
    return np.asarray(flat[np.abs(flat).argmin(axis=0), np.arange(flat.shape[1])])


def in_whole_numbers(numbers: Array) -> tuple[Array, int]:
    """Scale numbers to Python integers by one positive factor, which is given too.

    Examples
    --------
    >>> in_whole_numbers(np.array([0.5, Fraction(1, 3)], dtype=object))
    (array([3, 2], dtype=object), 6)
    """
    numerators, denominators = _ratio(np.asarray(numbers, dtype=object))
    unit = math.lcm(*denominators.flat)
    return np.asarray(numerators * (unit // denominators), dtype=object), unit


def _pivoted(matrix: Array, right: Array) -> tuple[Array, Array, int] | None:
    """Solve ``min sum(q)``, ``matrix @ q >= right``, ``q >= 0`` by the dual simplex method.

    The first row of the table is the sum, the others are the slacks ``matrix @ q - right``; the
    first column holds constants, and every entry is over one positive denominator. The first row
    never becomes negative, so what is left is to make the constants positive.

    References
    ----------
    Bland, R. G. (1977). New finite pivoting rules for the simplex method. Mathematics of Operations
    Research 2, 103-107.
    """
    count, variables = matrix.shape
    top = np.array([[0] + [1] * variables], dtype=object)
    table = np.vstack([top, np.hstack([-right[:, None], matrix])])
    basic = list(range(variables, variables + count))  # labels: variables first, then slacks
    free = list(range(variables))
    denominator, work, steps = 1, 0, 0
    while True:
        constants = table[1:, 0]
        short = np.flatnonzero(constants < 0)
        if not short.size:
            break
        # The shortest row first; least labels, which cannot cycle, if that takes long.
        bland, steps = steps > 4 * (count + variables), steps + 1
        chosen = min(short.tolist(), key=basic.__getitem__ if bland else constants.__getitem__)
        line, costs = table[1 + chosen].tolist(), table[0].tolist()
        enters, least = 0, 0
        for place in range(1, variables + 1):
            if line[place] > 0:
                # Ratios are compared crosswise; both divisors are positive.
                ours, best = costs[place] * line[enters], costs[enters] * line[place]
                if not enters or ours < best or (ours == best and free[place - 1] < least):
                    enters, least = place, free[place - 1]
        if not enters:
            return None
        work += table.size * (1 + abs(line[enters]).bit_length() // 1000)
        if work > MOST_WORK:
            raise GaveUp
        after = integer_pivot(
            table[None], 1 + chosen, enters, np.array([denominator], dtype=object)
        )[0]
        after[:, enters] = table[:, enters]
        after[1 + chosen] = -table[1 + chosen]
        after[1 + chosen, enters] = denominator
        table, denominator = after, line[enters]
        basic[chosen], free[enters - 1] = least, basic[chosen]
    values = np.zeros(variables + count, dtype=object)
    values[basic] = table[1:, 0]
    duals = np.zeros(variables + count, dtype=object)
    duals[free] = table[0, 1:]
    return values[:variables], duals[variables:], denominator


def _checked_vertex(matrix: Array, right: Array) -> tuple[Array, Array, int] | None:
    """Solve the same in doubles, and the equations of the vertex found in whole numbers.

    Any pair of feasible solutions of the program and its dual with one value is optimal, so the
    guess need not be a basis: the equations that are nearly tight must have one solution. None
    where they have not, or where it is not feasible.
    """
    from scipy.optimize import linprog

    sizes = np.maximum(np.abs(matrix).max(axis=1), 1)
    doubles = (matrix / sizes[:, None]).astype(float)
    bounds = np.asarray(right / sizes * sizes[0], dtype=float)  # in units of the first row
    found = linprog(np.ones(matrix.shape[1]), A_ub=-doubles, b_ub=-bounds, method="highs-ds")
    if not found.success:
        return None
    prices = -found.ineqlin.marginals
    used, priced = found.x > NEARLY, prices > NEARLY
    tight = (np.abs(found.slack) <= NEARLY) | priced
    cheap = (np.abs(1.0 - doubles.T @ prices) <= NEARLY) | used
    sides = []
    for system, constants in (
        (matrix[np.ix_(tight, used)], right[tight]),
        (matrix[np.ix_(priced, cheap)].T, np.ones(int(cheap.sum()), dtype=object)),
    ):
        if system.shape[0] < system.shape[1]:
            return None
        numbers, (total,) = solve_whole(np.hstack([system, constants[:, None]])[None])
        if total <= 0 or (numbers < 0).any():
            return None
        sides.append((numbers[0], int(total)))
    (shares, total), (multipliers, divisor) = sides
    feasible = (matrix[:, used] @ shares >= right * total).all()
    affordable = (matrix[priced].T @ multipliers <= divisor).all()
    alike = shares.sum() * divisor == (right[priced] @ multipliers) * total
    if not (feasible and affordable and alike):
        return None
    values, duals = np.zeros(matrix.shape[1], dtype=object), np.zeros(len(matrix), dtype=object)
    values[used] = shares
    duals[priced] = multipliers
    return values, duals, total
