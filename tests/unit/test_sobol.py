"""Sobol' points against scipy's, to the last bit."""

import numpy as np
import pytest
from scipy.stats import qmc

from strategic.sobol import _table, sobol_points


@pytest.mark.parametrize("dimensions", [1, 2, 3, 7, 60, 399, 400, 401])
@pytest.mark.filterwarnings("ignore:The balance properties")
def test_points_are_those_of_scipy(dimensions):
    for count in (1, 2, 5, 64, 100):
        plain = qmc.Sobol(dimensions, scramble=False).random(count)
        np.testing.assert_array_equal(sobol_points(count, dimensions), plain)
        ours, theirs = (np.random.default_rng([3, count]) for _ in range(2))
        for _ in range(2):  # a generator scrambles anew every time
            found = sobol_points(count, dimensions, rng=ours)
            expected = qmc.Sobol(dimensions, seed=theirs).random(count)
            np.testing.assert_array_equal(found, expected)


def test_scrambled_points_are_spread_evenly_and_without_bias():
    rng = np.random.default_rng(0)
    means = []
    for _ in range(200):
        points = sobol_points(64, 5, rng=rng)
        assert ((points >= 0) & (points < 1)).all()
        counts = np.apply_along_axis(np.bincount, 0, (64 * points).astype(int))
        assert (counts == 1).all()  # one point in each of 64 strips, along every axis
        means.append(points.mean(axis=0))
    assert np.abs(np.mean(means, axis=0) - 0.5).max() < 2e-3


def test_the_table_has_primitive_numbers_only():
    assert len(_table()) == 400
    for polynomial, *first in _table()[1:]:
        assert len(first) == polynomial.bit_length() - 1
        assert all(m % 2 and m < 2 << place for place, m in enumerate(first))
