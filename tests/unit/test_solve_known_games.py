"""Games whose equilibria are known, among them those that other solvers get wrong."""

from fractions import Fraction

import numpy as np
import pytest

from strategic.equilibria import solve
from strategic.games.game import Game
from strategic.status import Status

F = Fraction


def exact_set(row, column):
    x, y = solve(row, column).fractions()
    return [(tuple(a), tuple(b)) for a, b in zip(x, y, strict=True)]


UNIQUE = [
    (
        [[2, 3, 3], [8, 9, 6], [10, 0, 8]],
        [[2, 3, 7], [0, 6, 10], [4, 10, 5]],
        (0, F(5, 9), F(4, 9)),
        (0, F(2, 11), F(9, 11)),
    ),
    (
        [[19, 98, 3], [70, 86, 86], [39, 40, 52]],
        [[30, 0, 76], [40, 61, 36], [44, 57, 10]],
        (F(25, 101), F(76, 101), 0),
        (0, F(83, 95), F(12, 95)),
    ),
    (
        [[2, 1, 2, 0], [3, 3, 3, 5], [0, 0, 0, 2], [0, 0, 4, 3]],
        [[2, 3, 5, 2], [3, 0, 5, 4], [4, 3, 0, 3], [0, 4, 0, 5]],
        (0, F(5, 6), 0, F(1, 6)),
        (0, 0, F(2, 3), F(1, 3)),
    ),
]
SEVENTH = (
    np.array([[3.0, -2, 1], [0, 4, -1], [2, 1, 5]]),
    np.array([[1.0, 4, 0], [2, -3, 5], [6, 1, -2]]),
)


@pytest.mark.parametrize(("row", "column", "x", "y"), UNIQUE)
def test_unique_equilibria(row, column, x, y):
    assert exact_set(row, column) == [(x, y)]
    found = solve(row, column)
    assert found.status == Status.COMPLETE
    assert not found.degenerate
    assert found.index.tolist() == [1.0]
    np.testing.assert_allclose(found.row[0], np.array(x, dtype=float), atol=1e-15)
    np.testing.assert_allclose(found.column[0], np.array(y, dtype=float), atol=1e-15)


def test_zero_sum_game_with_a_segment():
    row = np.array([[1, -2, -3], [-1, 1, 5], [7, 1, -3]])
    pure = (0, 1, 0)
    assert exact_set(row, -row) == [
        ((0, F(3, 4), F(1, 4)), pure),
        ((0, F(1, 2), F(1, 2)), pure),
    ]
    found = solve(row, -row)
    assert found.status == Status.COMPONENTS
    assert np.isnan(found.index).all()
    [component] = found.components()
    assert (component.equilibria, component.index) == ((0, 1), 1)


def test_game_on_which_lemke_howson_cycles():
    row = [[0, 0, 0], [0, 1, 1], [1, 1, 0]]
    column = [[1, 1, 0], [0, 1, 0], [1, 0, 2]]
    assert len(exact_set(row, column)) == 2
    assert solve(row, column).regret.max() == 0


def test_degenerate_two_by_two():
    assert exact_set([[2, 1], [0, 2]], [[2, 2], [2, 2]]) == [
        ((1, 0), (1, 0)),
        ((1, 0), (F(1, 3), F(2, 3))),
        ((0, 1), (0, 1)),
        ((0, 1), (F(1, 3), F(2, 3))),
    ]
    [component] = solve([[2, 1], [0, 2]], [[2, 2], [2, 2]]).components()
    assert component.index == 1
    assert [(len(s.rows), len(s.columns)) for s in component.subsets] == [(1, 2), (2, 1), (1, 2)]
    assert exact_set([[1, 0], [2, 1]], [[2, 2], [0, 0]]) == [((0, 1), (1, 0)), ((0, 1), (0, 1))]


@pytest.mark.parametrize("shape", [(1, 1), (2, 2), (2, 3), (3, 3), (1, 4), (4, 4)])
def test_all_zero_game_is_one_component(shape):
    found = solve(np.zeros(shape), np.zeros(shape))
    assert found.count == shape[0] * shape[1]
    [component] = found.components()
    assert component.index == 1
    [subset] = component.subsets
    assert (len(subset.rows), len(subset.columns)) == shape


@pytest.mark.parametrize("scale", [1.0, 1e10, 1e15, 1e-12, 2.0**70, 1e-300, 1e300])
@pytest.mark.parametrize("shift", [0.0, 1e9])
def test_scale_and_shift_change_nothing(scale, shift):
    row, column = (scale * table + (shift if scale == 1 else 0) for table in SEVENTH)
    found = solve(row, column)
    assert not Status(int(found.status)).failed
    np.testing.assert_allclose(found.row, [[5 / 8, 0, 3 / 8]], atol=1e-12)
    np.testing.assert_allclose(found.column, [[3 / 4, 1 / 4, 0]], atol=1e-12)


@pytest.mark.parametrize("power", [1, 2, 10, 40, 52, 60, 70])
def test_battle_of_the_sexes_at_any_stake(power):
    stake = 2.0**power
    other = np.nextafter(stake, 0) if stake - 1 == stake else stake - 1
    found = solve([[other, 0], [0, 1]], [[1, 0], [0, other]])
    assert found.count == 3
    assert found.index.tolist() == [1, 1, -1]
    assert (found.row[2] > 0).all()
    assert (found.column[2] > 0).all()


def test_a_hair_from_a_tie_is_decided():
    row = [[3, 3], [2, 5], [0, 6]]
    below, above = np.nextafter(3, 0), 3 + 1e-15
    assert solve(row, [[3, above], [2, 6], [3, 1]]).count == 1
    assert solve(row, [[3, below], [2, 6], [3, 1]]).count == 3
    tied = solve(row, [[3, 3], [2, 6], [3, 1]])
    assert tied.status == Status.COMPONENTS


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 6, 7, 8])
def test_coordination_games(size):
    found = solve(np.eye(size), np.eye(size))
    assert found.count == 2**size - 1
    sizes = (found.row > 0).sum(axis=1)
    np.testing.assert_array_equal(found.index, np.where(sizes % 2 == 1, 1, -1))
    assert found.regret.max() < 1e-15


def test_isolated_equilibrium_of_index_zero():
    found = solve([[0, 0], [0, 1]], [[0, 0], [0, 1]])
    assert found.index.tolist() == [0, 1]
    assert [c.index for c in found.components()] == [0, 1]
    bordered = solve([[0, 0, -1], [0, 1, -1]], [[0, 0, -1], [0, 1, -1]])
    assert bordered.index.tolist() == [0, 1]


def test_one_action_and_repeated_rows():
    assert exact_set([[5]], [[7]]) == [((1,), (1,))]
    assert exact_set([[1, 2, 3]], [[1, 5, 5]]) == [((1,), (0, 1, 0)), ((1,), (0, 0, 1))]
    assert exact_set([[1], [4], [2]], [[0], [0], [0]]) == [((0, 1, 0), (1,))]
    twice = solve([[1, 2], [1, 2]], [[0, 3], [4, 1]])
    assert twice.status == Status.COMPONENTS
    assert sum(c.index for c in twice.components()) == 1


def test_certificate_refers_to_the_numbers_as_written():
    third = np.array([[F(1, 10) + F(2, 10), F(1)], [F(3, 10), F(0)]], dtype=object)
    written = Game.from_payoffs(third, third)
    doubles = Game.from_payoffs(
        np.array([[0.1 + 0.2, 1], [0.3, 0]]), np.array([[0.1 + 0.2, 1], [0.3, 0]])
    )
    assert solve(written).degenerate
    assert not solve(doubles).degenerate


def test_wildly_scaled_payoffs_go_to_the_judge():
    row = np.array([[1e300, -1e300, 1e-300], [-1e300, 1e300, 0], [0, 0, 0]])
    found = solve(row, -row)
    assert int(found.status) in {Status.COMPLETE_EXACT, Status.COMPONENTS}
    assert len(found) == len(exact_set(row, -row)) > 0
