"""Mixtures that make a set of actions equally good, for many supports and games at once."""

from __future__ import annotations

import numpy as np

from strategic.arrays import Array
from strategic.equilibria._exact import indifferent_mixtures, kept_shares, whole_payoffs
from strategic.equilibria.enumeration._plain_equilibria import (
    SURE_PIVOT,
    SURE_SHARE,
    SURE_TOTAL,
    TINY,
    kernel,
)

_VERY_FEW = 6  # systems: of fewer, plain numbers are added up before arrays are made
AROUND = (1, 2, 0, 1)
"""Columns of three in turn: of each of them the next, and one place on the last."""

_FIRST, _SECOND = np.array([[0, 0, 0, 1, 1, 2], [1, 2, 3, 2, 3, 3]])
"""The pairs of four columns; the last pair is what the first leaves, and so on inwards."""
_BESIDE = np.concatenate([_FIRST, _SECOND]), np.concatenate([_SECOND, _FIRST]) + 4
"""Lines of twelve differences whose products the minors of the first two rows are made of."""
_OTHERS = np.array([[1, 0, 0, 0], [2, 2, 1, 1], [3, 3, 3, 2]])
_THEIR_PAIRS = np.array([[5, 5, 4, 3], [4, 2, 2, 1], [3, 1, 0, 0]])
"""Of each column the three others, and beside each of these the pair that the other two form."""


def equalising(table: Array) -> Array:
    """Solve for the mixture of columns that makes all rows equal.

    Parameters
    ----------
    table : array ``(k, k, E)``
        Square payoff tables, known to have one strictly positive such mixture.

    Returns
    -------
    array ``(k, E)``

    Notes
    -----
    With two columns a ratio of differences, right to a few units in the last place; with three a
    cross product, with four cofactors; with more by elimination with partial pivoting. Where
    cancellation, underflow, a pivot or a share may have cost digits, the system is solved in whole
    numbers instead.

    Examples
    --------
    >>> equalising(np.array([[[2.0], [0.0]], [[0.0], [1.0]]]))
    array([[0.33333333],
           [0.66666667]])
    """
    with np.errstate(all="ignore"):
        return equal_shares(table)


def equal_shares(table: Array) -> Array:
    """Do the same where the caller ignores errors of floating-point arithmetic."""
    differences = table[1:] - table[0]
    if len(table) not in _DIRECT and table.shape[2] <= _VERY_FEW:
        shares = _one_by_one(differences)
        if shares is not None:
            return shares
    shares, sure = _DIRECT.get(len(table), _by_elimination)(differences)
    if len(table) > 2:
        sure &= (shares > SURE_SHARE).all(axis=0)
    if not sure.all():
        lanes = np.flatnonzero(~sure)
        whole = whole_payoffs(table.take(lanes, axis=2)).transpose(2, 0, 1)
        every = np.tile(np.arange(len(table)), (len(lanes), 1))
        weights, total, proved = indifferent_mixtures(whole, every, every)
        if not proved.all():
            raise ArithmeticError("a certified support has no mixture")
        shares[:, lanes] = kept_shares(weights.T, total)
    return shares


def padded_mixtures(tables: Array, used: int) -> tuple[Array, bool]:
    """Solve for mixtures over up to four columns together: of few games in few calls.

    Parameters
    ----------
    tables : array ``(K, K or 4, 2, E)``
        As for `equalising`, widened to two, three or four rows and columns: a new column holds
        zeros, a new row repeats the first, and where they meet stands a one. So a new column gets
        no share, and the others get the same as without it, to the last bit. Of three columns the
        second comes first, and once more at the end.
    used : int
        How many columns are not new.

    Returns
    -------
    shares : array ``(K, 2, E)``
    sure : bool
        Whether no share lost digits; else each size is for `equalising`.
    """
    differences = tables[1:] - tables[0]
    if len(tables) == 2:
        shares, _ = _of_two(differences)
        sure = True
    else:
        shares, certain = (_around if len(tables) == 3 else _of_four)(differences)
        sure = np.count_nonzero(certain) == certain.size
    shares += 0.0  # no negative zeros
    return shares, sure and np.count_nonzero(shares > SURE_SHARE) == used


def _of_two(differences: Array) -> tuple[Array, Array]:
    first, second = differences[0]
    shares = np.empty_like(differences[0])
    total = second - first
    np.divide(second, total, out=shares[0])
    np.negative(total, out=total)
    np.divide(first, total, out=shares[1])
    sure = shares[0] > 0
    sure &= shares[1] > 0
    sure &= shares[0] <= 1
    return shares, sure


def _of_three(differences: Array) -> tuple[Array, Array]:
    """Take the cross product of two differences; tell where it does not cancel."""
    first, second = differences
    shares = np.empty_like(first)
    size = np.full(first.shape[1], TINY)
    for place in range(3):
        after, last = (place + 1) % 3, (place + 2) % 3
        plus, minus = first[after] * second[last], first[last] * second[after]
        np.subtract(plus, minus, out=shares[place])
        size += np.abs(plus)
        size += np.abs(minus)
    return _normalised(shares, size)


def _around(differences: Array) -> tuple[Array, Array]:
    """Do the same in fewer calls for columns that stand in turn."""
    terms = np.empty((3, 2, *differences.shape[2:]))
    after, last = differences[:, :3], differences[:, 1:]
    np.multiply(after[0], last[1], out=terms[:, 0])
    np.multiply(last[0], after[1], out=terms[:, 1])
    shares = terms[:, 0] - terms[:, 1]
    np.abs(terms, out=terms)
    size = np.add.reduce(terms.reshape(6, *shares.shape[1:]), axis=0, initial=TINY)
    return _normalised(shares, size)


def _of_four(differences: Array) -> tuple[Array, Array]:
    """Expand the cofactors of three differences along the last; tell where they do not cancel."""
    lines = differences.reshape(12, -1)
    terms = lines.take(_BESIDE[0], axis=0)
    terms *= lines.take(_BESIDE[1], axis=0)
    minors, third = terms[:6] - terms[6:], lines[8:]
    products = third.take(_OTHERS, axis=0)
    products *= minors.take(_THEIR_PAIRS, axis=0)
    shares = products[0] - products[1]
    shares += products[2]
    np.negative(shares[1::2], out=shares[1::2])
    np.abs(terms, out=terms)
    size, third = np.add.reduce(terms.reshape(2, 6, -1), axis=0, initial=TINY), np.abs(third)
    beside = third.take(_FIRST, axis=0)
    beside += third.take(_SECOND, axis=0)
    size *= beside[::-1]
    size = np.add.reduce(size, axis=0, initial=TINY)
    return _normalised(shares.reshape(differences.shape[1:]), size.reshape(differences.shape[2:]))


def _normalised(shares: Array, size: Array) -> tuple[Array, Array]:
    """Make shares add up to one; tell where that many terms' moduli leave digits to the sum."""
    total = np.add.reduce(shares, axis=0)
    shares /= total
    size *= SURE_TOTAL
    return shares, np.abs(total, out=total) > size


def _by_elimination(system: Array) -> tuple[Array, Array]:
    """Find the kernel of ``(k-1, k, E)`` matrices, normalised, and where its digits are sure."""
    (last, size, lanes), flat = system.shape, system.reshape(-1)
    scale = np.maximum.reduce(np.abs(system), axis=(0, 1), initial=TINY)
    place = np.arange(size * lanes).reshape(size, lanes)
    for step in range(last - 1):
        # Partial pivoting: the largest entry of the column, in every lane.
        largest = np.abs(system[step:, step]).argmax(axis=0)
        largest += step
        largest *= size * lanes
        chosen = largest + place
        pivots = flat.take(chosen)
        flat[chosen] = system[step]
        system[step] = pivots
        below = system[step + 1 :, step:]
        factors = below[:, :1] / pivots[step]
        below[:, 1:] -= factors * pivots[step + 1 :]
    every = np.arange(last)
    sure = (np.abs(system[every, every]) > SURE_PIVOT * scale).all(axis=0) & np.isfinite(scale)
    kernel, terms = np.empty((size, lanes)), np.empty((last, lanes))
    kernel[last] = 1.0
    for step in range(last - 1, -1, -1):
        terms[0] = system[step, last]
        later = slice(step + 1, last)
        np.multiply(system[step, later], kernel[later], out=terms[1 : last - step])
        total = np.add.reduce(terms[: last - step], axis=0)
        np.divide(np.negative(total, out=total), system[step, step], out=kernel[step])
    kernel /= np.add.reduce(kernel, axis=0)
    return kernel, sure


_DIRECT = {2: _of_two, 3: _of_three, 4: _of_four}
"""By number of shares how to find them without a pivot: where a sum may have cancelled is told."""


def _one_by_one(systems: Array) -> Array | None:
    """Do the same in plain numbers: of one system calls would take longer than all of its sums.

    None where digits of any are not sure.
    """
    kernels = [kernel(system) for system in systems.transpose(2, 0, 1).tolist()]
    return None if None in kernels else np.array(kernels).T
