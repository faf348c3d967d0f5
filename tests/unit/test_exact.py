"""Integer elimination against Gauss in fractions: regular, singular, and too many equations."""

from fractions import Fraction

import numpy as np
import pytest

from strategic.equilibria._exact import exact_vertex, integer_pivot, solve_whole, whole_payoffs


def solution(system):
    """Solve by elimination in fractions; None where there is no solution, or more than one."""
    rows = [[Fraction(int(value)) for value in row] for row in system]
    unknowns = len(rows[0]) - 1
    for step in range(unknowns):
        pivot = next((r for r in range(step, len(rows)) if rows[r][step]), None)
        if pivot is None:
            return None
        rows[step], rows[pivot] = rows[pivot], rows[step]
        rows[step] = [value / rows[step][step] for value in rows[step]]
        for r, row in enumerate(rows):
            if r != step:
                rows[r] = [a - row[step] * b for a, b in zip(row, rows[step], strict=True)]
    return None if any(row[-1] for row in rows[unknowns:]) else [r[-1] for r in rows[:unknowns]]


@pytest.mark.parametrize("dtype", [np.int64, object])
@pytest.mark.parametrize("shape", [(1, 1), (2, 2), (3, 3), (4, 4), (3, 2), (4, 2)])
def test_whole_systems_have_the_solution_of_fractions(shape, dtype):
    rng = np.random.default_rng(shape[0])
    systems = rng.integers(-1, 2, (200, shape[0], shape[1] + 1)).astype(dtype)
    numerators, denominators = solve_whole(systems)
    solved = 0
    for system, numerator, denominator in zip(systems, numerators, denominators, strict=True):
        expected = solution(system)
        assert (denominator > 0) == (expected is not None)
        if expected is not None:
            solved += 1
            assert [Fraction(int(n), int(denominator)) for n in numerator] == expected
    assert 0 < solved < 200


def test_digits_do_not_double_at_every_step():
    systems = np.random.default_rng(0).integers(-99, 99, (1, 30, 31)).astype(object)
    numerators, denominators = solve_whole(systems)
    assert max(len(str(abs(n))) for n in [*numerators[0], denominators[0]]) < 30 * 4


def test_a_pivot_leaves_its_row_and_clears_its_column():
    table = np.array([[[2, 3], [4, 5]]])
    pivoted = integer_pivot(table, 0, 0, np.array([1]))
    assert pivoted.tolist() == [[[2, 3], [0, -2]]]


@pytest.mark.parametrize("kind", [float, "fractions", "batch"])
def test_whole_payoffs_are_a_positive_multiple(kind):
    payoffs = np.array([[0.5, -0.375, 0.0], [3.0, 1e-30, 2.0**60]])
    exact = np.frompyfunc(Fraction, 1, 1)(payoffs)
    given = {"fractions": exact, "batch": payoffs[..., None]}.get(kind, payoffs)
    whole = whole_payoffs(given).reshape(payoffs.shape)
    factor = whole[0, 0] / exact[0, 0]
    assert all(isinstance(value, int) for value in whole.flat)
    assert factor > 0
    assert (whole == exact * factor).all()


def test_a_vertex_needs_best_replies_and_one_solution():
    payoffs = np.array([[2, 0], [0, 1], [3, 3]], dtype=object)
    assert exact_vertex(payoffs, [0, 1], [0, 1]) is None  # row 2 earns more
    assert exact_vertex(payoffs[:2], [0], [0, 1]) is None  # any mixture will do
    assert exact_vertex(payoffs, [2], [1]).tolist() == [0, 1]
