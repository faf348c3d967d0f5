"""Rest points of tied games against all vertices of their families, in fractions."""

from fractions import Fraction
from itertools import combinations, permutations, product

import numpy as np
import pytest

from strategic.evolution._most_even import most_even
from strategic.evolution._overdetermined import without_roots
from strategic.evolution._polar_forms import Frame
from strategic.evolution.all_rest_points import rest_points
from strategic.evolution.populations import PopulationGame
from strategic.games import Game


def solved(matrix, right):
    """The only solution of equations, the number of free unknowns, or None where there is none."""
    rows, width, done = [[*a, b] for a, b in zip(matrix, right, strict=True)], len(matrix[0]), 0
    for column in range(width):
        lead = next((r for r in range(done, len(rows)) if rows[r][column]), None)
        if lead is None:
            continue
        rows[done], rows[lead] = rows[lead], rows[done]
        rows[done] = [value / rows[done][column] for value in rows[done]]
        for other in range(len(rows)):
            if other != done and rows[other][column]:
                factor = rows[other][column]
                rows[other] = [a - factor * b for a, b in zip(rows[other], rows[done], strict=True)]
        done += 1
    if any(row[-1] for row in rows[done:]):
        return None
    return [row[-1] for row in rows[:done]] if done == width else width - done


def vertices(matrix, right):
    """All vertices of the solutions that are not negative: with as many zeros as are needed."""
    width, found = len(matrix[0]), []
    for count in range(1, width + 1):
        for used in combinations(range(width), count):
            own = solved([[row[j] for j in used] for row in matrix], right)
            if isinstance(own, list) and min(own) >= 0:
                whole = [Fraction(0)] * width
                for place, value in zip(used, own, strict=True):
                    whole[place] = value
                if whole not in found:
                    found.append(whole)
    return found


def family(equations, width):
    """Whether mixtures that solve equations use everything, are single, and the largest minimum."""
    matrix = [*equations, [Fraction(1)] * width]
    right = [Fraction(0)] * len(equations) + [Fraction(1)]
    corners = vertices(matrix, right)
    if not corners or any(not any(corner[j] for corner in corners) for j in range(width)):
        return None
    lifted = vertices([[*row, sum(row)] for row in matrix], right)
    return len(corners) == 1, max(corner[-1] for corner in lifted)


def differences(table, rows, columns):
    return [
        [Fraction(float(table[a, b])) - Fraction(float(table[rows[0], b])) for b in columns]
        for a in rows[1:]
    ]


def subsets(count):
    return [s for k in range(1, count + 1) for s in combinations(range(count), k)]


def families_of_one_population(matrix):
    for used in subsets(len(matrix)):
        found = family(differences(matrix, used, used), len(used))
        if found is not None:
            yield (used,), *found


def families_of_two_populations(row, column):
    for rows, columns in product(*map(subsets, row.shape)):
        second = family(differences(row, rows, columns), len(columns))
        first = family(differences(column.T, columns, rows), len(rows))
        if first is not None and second is not None:
            yield (rows, columns), first[0] and second[0], min(first[1], second[1])


KINDS = {
    "0..1": lambda rng, shape: rng.integers(0, 2, shape) * 1.0,
    "0..3": lambda rng, shape: rng.integers(0, 4, shape) * 1.0,
    "all equal": lambda rng, shape: np.full(shape, rng.normal()),
    "mostly zero": lambda rng, shape: rng.integers(-3, 4, shape) * (rng.random(shape) < 0.3),
    "duplicated": lambda rng, shape: rng.random(shape)[..., [0, *range(shape[1] - 1)]],
    "near ties": lambda rng, shape: (
        rng.integers(1, 3, shape) + 2.0**-52 * rng.integers(0, 2, shape)
    ),
    "large": lambda rng, shape: rng.integers(-3, 4, shape) * 1e300,
    "decimals": lambda rng, shape: rng.integers(0, 4, shape) * 0.1,
    "wild": lambda rng, shape: (
        rng.integers(-2, 3, shape) * 10.0 ** rng.choice([-300, 0, 15, 300], shape)
    ),
    "mixed": lambda rng, shape: rng.integers(-2, 3, shape) * 10.0 ** rng.integers(-9, 9, shape),
}


def compare(found, expected):
    """Every family once and nothing else, by a member that is as even as can be."""
    assert found.complete
    listed = {}
    for number in range(len(found)):
        used = tuple(tuple(np.flatnonzero(own[number]).tolist()) for own in found.support)
        least = min(own[number][list(k)].min() for own, k in zip(found.shares, used, strict=True))
        listed[used] = (found.kind[number] != "continuum", least)
    assert len(listed) == len(found)
    assert listed.keys() == {used for used, _, _ in expected}
    for used, alone, least in expected:
        assert listed[used][0] == alone
        slack = 1e-15 if alone else 0.0
        assert listed[used][1] == pytest.approx(max(float(least), 5e-324), rel=1e-9, abs=slack)


def compare_games(kind, count, shapes):
    rng = np.random.default_rng(sorted(KINDS).index(kind))
    for size in (2, 3):
        matrices = np.array([KINDS[kind](rng, (size, size)) for _ in range(count)])
        batch = rest_points(PopulationGame.one_population(matrices))
        for number, matrix in enumerate(matrices):
            compare(batch.of(number), list(families_of_one_population(matrix)))
    for shape in shapes:
        tables = [np.array([KINDS[kind](rng, shape) for _ in range(count)]) for _ in range(2)]
        batch = rest_points(Game.from_payoffs(*tables))
        for number in range(count):
            own = (table[number] for table in tables)
            compare(batch.of(number), list(families_of_two_populations(*own)))


@pytest.mark.parametrize("kind", KINDS)
def test_families_of_tied_games_are_those_their_vertices_span(kind):
    compare_games(kind, 1, [(2, 2), (2, 3)])


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_families_of_many_tied_games_are_those_their_vertices_span(kind):
    compare_games(kind, 60, [(2, 2), (2, 3), (3, 3)])


def test_a_family_with_a_very_small_share_is_found():
    """The row player is indifferent, the column player where one row has a share of 2^-52."""
    column = np.array([[1.0, 0.0], [0.0, 2.0**-52]])
    found = rest_points(Game.from_payoffs(np.zeros((2, 2)), column))
    [row] = np.flatnonzero(np.all(found.support[0] & found.support[1], axis=1))
    assert found.complete
    assert found.kind[row] == "continuum"
    assert found.shares[0][row].tolist() == [2.0**-52 / (1 + 2.0**-52), 1 / (1 + 2.0**-52)]
    assert found.shares[1][row].tolist() == [0.5, 0.5]


@pytest.mark.slow
def test_tied_games_of_large_batches_are_settled():
    column = np.array([[1.0, 0.0], [0.0, 1.0]])
    tables = [np.broadcast_to(table, (20_001, 2, 2)) for table in (np.zeros((2, 2)), column)]
    found = rest_points(Game.from_payoffs(*tables))
    assert found.complete.all()
    assert found.count.tolist() == [found.count[0]] * 20_001


def test_the_member_of_a_family_does_not_depend_on_the_order_of_actions():
    """The least share is 0.2 for many members, and the others are largest for one of them."""
    systems = [[[*order, 0], [1, 1, 1, 1, 1]] for order in permutations([3, -1, -1, 0])]
    found = most_even(np.array(systems))
    assert found.exist.all()
    for (line, _), shares in zip(systems, found.shares.T, strict=True):
        expected = {3: 0.2, -1: 0.3, 0: 0.2}
        assert shares == pytest.approx([expected[value] for value in line[:-1]], rel=1e-15)


def test_rounding_makes_no_member_of_a_family_unstable():
    """Where zero is an eigenvalue several times, rounding moves it by far more than itself."""
    threefold = [[0, 1, 1, 0], [0, 0, 1, 1], [1, 0, 1, 0], [0, 0, 1, 1]]
    twofold = [[1, 0, 0, 0], [1, 0, 0, 1], [1, 1, 0, 0], [1, 0, 0, 1]]
    found = rest_points(PopulationGame.one_population([threefold, twofold]))
    for game, used, expected in ((0, [1, 1, 1, 1], [0, 0, 0]), (1, [0, 1, 1, 1], [0, 0, -1 / 3])):
        [row] = np.flatnonzero((found.point == game) & (found.support[0] == used).all(axis=1))
        assert found.kind[row] == "continuum"
        assert found.verdict[row] == "non-hyperbolic"
        assert found.eigenvalues[row] == pytest.approx(expected, rel=1e-14, abs=0)


def test_families_in_games_of_mixed_size_are_found():
    """Ratios of payoffs beyond the range of doubles: a share rounds to the least double."""
    first, second = np.array([[1e300, 0.0], [0.0, 1e-300]]), np.zeros((2, 2))
    found = rest_points(Game.from_payoffs(first, second))
    [row] = np.flatnonzero(np.all(found.support[0] & found.support[1], axis=1))
    assert found.complete
    assert found.shares[0][row].tolist() == [0.5, 0.5]
    assert found.shares[1][row].tolist() == [5e-324, 1.0]


@pytest.mark.parametrize("sizes", [(3, 2), (2, 3), (4, 2), (3, 4), (5, 2)])
def test_equations_without_a_common_root_are_told_and_no_others(sizes):
    rng = np.random.default_rng(sum(sizes))
    few, first = min(sizes), sizes[0] > sizes[1]
    square = rng.integers(-2, 3, (few, few, 300)).astype(float)
    table = rng.standard_normal((sum(sizes) - 2, *sizes, 300))
    start = 0 if first else sizes[0] - 1
    rows = np.expand_dims(square, 1 if first else 2)  # alike whatever the own population does
    table[start : start + few] = rows
    singular = np.array([abs(np.linalg.det(square[..., i])) < 0.5 for i in range(300)])
    assert 0 < singular.sum() < 300
    told = without_roots(Frame(sizes, (1, 1)), table, np.abs(table) * 2.0**-52)
    np.testing.assert_array_equal(told, ~singular)
    assert not without_roots(Frame(sizes, (1, 1)), table, np.abs(table)).any()
    assert not without_roots(Frame(sizes, (1, 1)), table * 2.0**300, table * 0).any()
