"""The two promises the certificate stands on: rounding stays within its bound, or there is none."""

from fractions import Fraction

import numpy as np
import pytest

from strategic.equilibria.enumeration._minors import error_bounds, exact_range, minors
from strategic.equilibria.enumeration._planes import PRECISIONS, in_precision
from strategic.equilibria.enumeration._support_tables import minor_count, minor_layout

SHAPES = [(2, 2), (3, 3), (3, 5), (5, 3), (4, 4), (6, 6), (2, 8), (8, 2)]


def table_of(differences, layout):
    table = np.empty((layout.entries, differences.shape[2]), dtype=differences.dtype)
    table[0] = 1
    for _ in minors(differences, layout, table):
        pass
    return table


def bordered(payoffs, rows, columns):
    """Determinant of ``[1 | A_IK]`` by Laplace expansion, as a check on the whole scheme."""
    if not columns:
        return 1
    last = columns[-1]
    return sum(
        (-1) ** (p + len(rows) - 1)
        * payoffs[row, last]
        * bordered(payoffs, rows[:p] + rows[p + 1 :], columns[:-1])
        for p, row in enumerate(rows)
    )


@pytest.mark.parametrize("shape", [(3, 3), (4, 3), (3, 4)])
def test_every_entry_is_its_determinant(shape):
    payoffs = np.random.default_rng(0).integers(-9, 10, (*shape, 1)).astype(object)
    layout = minor_layout(*shape)
    table = table_of(payoffs[1:] - payoffs[0], layout)
    for (rows, columns), entry in layout.place.items():
        assert table[entry, 0] == bordered(payoffs[..., 0], rows, columns)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("kind", ["uniform", "cancelling", "wild"])
@pytest.mark.parametrize("precision", [np.float32, np.float64])
def test_rounding_stays_within_its_bound(shape, kind, precision):
    rng = np.random.default_rng(SHAPES.index(shape))
    payoffs = rng.random((*shape, 6))
    if kind == "cancelling":
        payoffs = np.round(payoffs * 3) + 1e-13 * payoffs
    if kind == "wild":
        payoffs *= 10.0 ** rng.integers(-8, 9, payoffs.shape)
    layout = minor_layout(*shape)
    differences = payoffs[1:] - payoffs[0]
    largest = np.abs(differences).max(axis=0, initial=2.0**-900)
    rounded = table_of(in_precision(differences / largest, precision), layout)
    assert rounded.dtype == precision
    fraction = np.frompyfunc(Fraction, 1, 1)
    exact = fraction(payoffs)
    exact = table_of((exact[1:] - exact[0]) / fraction(largest), layout)
    off = np.abs(fraction(rounded.astype(float)) - exact).astype(float).max(axis=1)
    unit = PRECISIONS[precision]
    bound = error_bounds(layout, unit, 2.5 * unit)
    assert (off <= bound).all()
    assert (np.abs(exact).astype(float).max(axis=1)[1:] <= (shape[0] ** 0.5) ** shape[0] * 2).all()


@pytest.mark.parametrize("shape", [(1, 3), (3, 1), (2, 2), (4, 7), (7, 4), (6, 6)])
def test_minors_are_counted_without_laying_them_out(shape):
    assert minor_count(*shape) == minor_layout(*shape).entries


@pytest.mark.parametrize("shape", [*SHAPES, (8, 8)])
def test_whole_payoffs_in_range_do_not_round(shape):
    layout = minor_layout(*shape)
    widest = min(int(exact_range(layout, 53)), 2**52)
    rng = np.random.default_rng(1)
    corners = rng.choice([0, widest], (*shape, 2))
    inner = rng.integers(0, widest, (*shape, 2), endpoint=True)
    payoffs = np.concatenate([corners, inner], axis=2)
    whole = table_of((payoffs[1:] - payoffs[0]).astype(object), layout)
    doubles = table_of((payoffs[1:] - payoffs[0]).astype(float), layout)
    assert (whole == doubles.astype(object)).all()
