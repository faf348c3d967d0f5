"""Polar forms: the same polynomial in fractions, and errors within their bounds."""

from fractions import Fraction
from itertools import combinations, product

import numpy as np
import pytest

from strategic.evolution._polar_forms import Frame, mixed, moved, polar_form, system
from strategic.evolution._supports import without_share_factors

FRAMES = (Frame((2, 2), (1, 1)), Frame((2, 3), (2, 1)), Frame((3,), (2,)), Frame((2, 2), (3, 2)))


def monomials(frame):
    """All monomials of at most the degrees, by simplex."""
    each = [
        [e for e in product(range(d + 1), repeat=k) if sum(e) <= d]
        for k, d in zip(frame.sizes, frame.degrees, strict=True)
    ]
    return list(product(*each))


def drawn(frame, rng, *, factor=None):
    """Random polynomials in fractions: their terms and polar forms, one per unknown."""
    terms, tables = [], []
    for _ in range(frame.unknowns):
        signs = rng.choice([-1, 1], len(monomials(frame)))
        own = {
            m: Fraction(int(s * rng.integers(1, 10)), 7)
            for m, s in zip(monomials(frame), signs, strict=True)
        }
        if factor is not None:
            simplex, vertex = factor
            own = {m: c for m, c in own.items() if m[simplex][vertex]}
        table = np.full(int(np.prod(frame.shape)), Fraction(0), dtype=object)
        for m, c in own.items():
            line = np.array([Fraction(1)], dtype=object)
            for k, d, e in zip(frame.sizes, frame.degrees, m, strict=True):
                line = np.multiply.outer(line, polar_form(k, d, e)).ravel()
            table = table + c * line
        terms.append(own)
        tables.append(table.reshape(frame.shape))
    return terms, np.array(tables, dtype=object)[..., None]


def shares_of(frame, rng):
    found = []
    for k in frame.sizes:
        parts = [int(n) for n in rng.integers(1, 9, k)]
        found.append(np.array([Fraction(n, sum(parts)) for n in parts], dtype=object)[:, None])
    return found


def value_of(terms, shares):
    total = Fraction(0)
    for m, c in terms.items():
        part = c
        for share, e in zip(shares, m, strict=True):
            for x, power in zip(share[:, 0], e, strict=True):
                part *= x**power
        total += part
    return total


@pytest.mark.parametrize("frame", FRAMES)
def test_polar_forms_have_the_values_of_their_polynomials(frame):
    rng = np.random.default_rng(1)
    terms, table = drawn(frame, rng)
    for _ in range(5):
        shares = shares_of(frame, rng)
        expected = [value_of(own, shares) for own in terms]
        assert mixed(frame, table, shares)[:, 0].tolist() == expected


@pytest.mark.parametrize("frame", FRAMES)
def test_slopes_are_derivatives(frame):
    rng = np.random.default_rng(2)
    _, table = drawn(frame, rng)
    shares = shares_of(frame, rng)
    _, slopes = system(frame, table, shares)
    column, step = 0, Fraction(1, 10**9)
    for simplex, k in enumerate(frame.sizes):
        for vertex in range(1, k):
            up = [share.copy() for share in shares]
            up[simplex][vertex] += step
            up[simplex][0] -= step
            change = (mixed(frame, table, up) - mixed(frame, table, shares))[:, 0] / step
            assert np.array(slopes[:, column, 0] - change, dtype=float) == pytest.approx(
                0, abs=1e-6
            )
            column += 1


@pytest.mark.parametrize("frame", FRAMES)
def test_moving_vertices_errs_within_its_bounds(frame):
    rng = np.random.default_rng(3)
    _, exact = drawn(frame, rng)
    table = exact.astype(float)
    error = np.abs(table) * 2.0**-53
    for step in range(60):
        simplex = step % len(frame.sizes)
        k = frame.sizes[simplex]
        weights = np.eye(k)
        a, b = rng.permutation(k)[:2]
        ratio = 31 / 64 if step % 7 else -0.75  # cells are widened now and then
        weights[a, a], weights[a, b] = ratio, 1 - ratio
        table, error = moved(frame, table, error, simplex, weights[:, :, None])
        whole = np.frompyfunc(Fraction, 1, 1)(weights)
        for axis in frame.axes(simplex):
            mixed_along = np.tensordot(whole, exact, axes=(1, 1 + axis))
            exact = np.moveaxis(mixed_along, 0, 1 + axis)
        off = np.abs(np.frompyfunc(Fraction, 1, 1)(table) - exact)
        assert (off <= np.frompyfunc(Fraction, 1, 1)(error)).all()
    assert error.max() < 1e-6 * max(np.abs(table).max(), 1.0)


@pytest.mark.parametrize("frame", FRAMES)
def test_share_factors_are_divided_out(frame):
    rng = np.random.default_rng(4)
    for simplex, k in enumerate(frame.sizes):
        terms, table = drawn(frame, rng, factor=(simplex, k - 1))
        values = table.astype(float)
        found, error = without_share_factors(frame, values, np.abs(values) * 2.0**-53)
        shares = shares_of(frame, rng)
        doubles = [share.astype(float) for share in shares]
        ratios = [float(value_of(own, shares)) for own in terms]
        ratios = np.array(ratios) / mixed(frame, found, doubles)[:, 0]
        own = float(shares[simplex][k - 1, 0])
        everyone = [x for share in doubles for x in share[:, 0]]
        # by chance there may be more factors than the one that was put in
        products = own * np.array([np.prod(c) for c in combinations([1.0] * 3 + everyone, 3)])
        for ratio in ratios:
            assert np.abs(products / ratio - 1).min() < 1e-12
        assert (error >= 0).all()
        assert (found[:, *(-1,) * found[0, ..., 0].ndim, 0] != 0).any()
