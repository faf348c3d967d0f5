"""Games of three and more players: the same answer however they are cut, ordered and scaled."""

import numpy as np
import pytest

from strategic.equilibria import solve
from strategic.status import Status

SHAPES = [(2, 2, 2), (3, 2, 2), (2, 1, 2, 2)]


def payoffs_of(shape, kind, seed=1):
    rng = np.random.default_rng([seed, *shape])
    if kind == "integers":  # mostly tied, which takes exact arithmetic
        games = 40 if shape == (2, 2, 2) else 12
        return rng.integers(0, 4, (len(shape), games, *shape)).astype(float)
    return rng.standard_normal((len(shape), 40, *shape))


def assert_equal(one, other):
    np.testing.assert_array_equal(one.status, other.status)
    np.testing.assert_array_equal(one.count, other.count)
    for mine, theirs in zip(one.strategies, other.strategies, strict=True):
        np.testing.assert_array_equal(mine, theirs)
    np.testing.assert_array_equal(one.index, other.index)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("kind", ["random", "integers"])
def test_blocks_and_workers_change_no_bit(shape, kind):
    payoffs = payoffs_of(shape, kind)
    whole = solve(*payoffs, workers=1)
    for options in (
        {"block": 7, "workers": 1},
        {"block": 1, "workers": 1},
        {"block": 9, "workers": 2},
    ):
        cut = solve(*payoffs, **options)
        assert_equal(whole, cut)
        np.testing.assert_array_equal(whole.payoffs, cut.payoffs)
        np.testing.assert_array_equal(whole.regret, cut.regret)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("kind", ["random", "integers"])
def test_the_order_of_the_batch_changes_no_bit(shape, kind):
    payoffs = payoffs_of(shape, kind)
    whole, order = solve(*payoffs), np.random.default_rng(2).permutation(payoffs.shape[1])
    shuffled = solve(*payoffs[:, order])
    for place, number in enumerate(order):
        assert_equal(whole.of(int(number)), shuffled.of(place))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("kind", ["random", "integers"])
def test_scaling_by_powers_of_two_changes_no_bit(shape, kind):
    payoffs = payoffs_of(shape, kind)
    axes = (*payoffs.shape[:2], *(1,) * len(shape))
    powers = 2.0 ** np.random.default_rng(3).integers(-300, 300, axes)
    assert_equal(solve(*payoffs), solve(*(payoffs * powers)))


@pytest.mark.parametrize("shape", SHAPES)
def test_levels_and_huge_payoffs_are_settled(shape):
    payoffs = np.rint(payoffs_of(shape, "random") * 2.0**20)
    plain, raised = solve(*payoffs), solve(*(payoffs + 2.0**40))
    assert_equal(plain, raised)
    huge = solve(*(payoffs * 2.0**1000))
    assert_equal(plain, huge)
    tiny = solve(*(payoffs * 2.0**-1074))
    assert_equal(plain, tiny)


@pytest.mark.parametrize("shape", SHAPES)
def test_batch_axes_lead_and_gaps_are_invalid(shape):
    payoffs = payoffs_of(shape, "random")[:, :6].reshape(len(shape), 2, 3, *shape)
    payoffs[0, 1, 2] = np.nan
    found = solve(*payoffs)
    assert found.status.shape == (2, 3)
    assert found.status[1, 2] == Status.INVALID
    assert found.count[1, 2] == 0
    assert_equal(found.of(0, 1), solve(*payoffs[:, 0, 1]))
