"""Symmetric equilibria of symmetric games: against closed forms and all equilibria."""

from fractions import Fraction
from itertools import product
from math import comb, lcm

import numpy as np
import pytest
import sympy

from strategic.equilibria import solve
from strategic.equilibria.enumeration.symmetric._cell_search import roots_of
from strategic.equilibria.enumeration.symmetric._lasting_ties import lasting_ties
from strategic.equilibria.enumeration.symmetric._polynomial import shares_of_two
from strategic.equilibria.enumeration.symmetric._symmetry import symmetric_games
from strategic.equilibria.enumeration.symmetric._whole_shares import whole_shares
from strategic.equilibria.messages import message
from strategic.errors import MethodError
from strategic.games import Game
from strategic.status import Status

PROVED = (Status.COMPLETE, Status.COMPLETE_EXACT, Status.COMPONENTS)


def _symmetric(draw, n, players, count):
    """Draw one number per own action and multiset of the others' actions."""
    numbers, table = {}, np.empty((count,) + (n,) * players)
    for profile in product(range(n), repeat=players):
        key = profile[0], tuple(sorted(profile[1:]))
        if key not in numbers:
            numbers[key] = draw(count)
        table[(slice(None), *profile)] = numbers[key]
    return Game.from_payoffs(*(np.moveaxis(table, 1, 1 + i) for i in range(players)))


def _kinds(seed):
    rng = np.random.default_rng(seed)
    return {
        "random": rng.standard_normal,
        "whole": lambda count: rng.integers(0, 4, count).astype(float),
    }


@pytest.mark.parametrize(
    ("kind", "n", "players", "count"),
    [
        *(("random", *size) for size in ((2, 2, 200), (3, 2, 200), (2, 3, 200), (2, 4, 40))),
        ("random", 3, 3, 8),
        *(("whole", *size) for size in ((2, 2, 200), (3, 2, 200), (2, 3, 30), (2, 4, 1))),
    ],
)
def test_they_are_the_symmetric_ones_among_all_equilibria(kind, n, players, count):
    games = _symmetric(_kinds(n * players)[kind], n, players, count)
    found, every = solve(games, method="symmetric"), solve(games)
    alike = np.logical_and.reduce(
        [np.abs(every.strategies[0] - side).max(axis=1) < 1e-9 for side in every.strategies]
    )
    assert found.regret.max() < 1e-10
    for number in range(count):
        mine = found.of(number).row
        rows = np.arange(every.starts[number], every.starts[number + 1])
        listed = every.row[rows[alike[rows]]]
        # No equilibrium is missing, whatever is known of the game ...
        for mixture in listed:
            assert np.abs(mine - mixture).max(axis=1).min() < 1e-7
        # ... and where both lists are proved complete there is none too many.
        if every.status[number] in PROVED and found.status[number] in PROVED:
            assert len(mine) == len(listed)
            index = found.of(number).index
            theirs = every.index[rows[alike[rows]]]
            np.testing.assert_array_equal(np.sort(index), np.sort(theirs))
    proved = np.isin(found.status, PROVED)
    assert proved.all()


@pytest.mark.parametrize("players", [3, 5, 8])
def test_two_actions_are_the_roots_of_the_gain_that_numpy_finds(players):
    rng = np.random.default_rng(players)
    gains = rng.standard_normal((60, players))
    # The first action pays nothing, the second one the gain by how many others use it.
    table = np.zeros((60,) + (2,) * players)
    for profile in product((0, 1), repeat=players):
        if profile[0]:
            table[(slice(None), *profile)] = gains[:, sum(profile[1:])]
    games = Game.from_payoffs(*(np.moveaxis(table, 1, 1 + i) for i in range(players)))
    found = solve(games, method="symmetric")
    assert np.isin(found.status, (Status.COMPLETE, Status.COMPLETE_EXACT)).all()
    for number, gain in enumerate(gains):
        odds = np.roots([comb(players - 1, j) * g for j, g in enumerate(gain)][::-1])
        odds = odds[(np.abs(odds.imag) < 1e-9 * np.abs(odds)) & (odds.real > 0)].real
        expected = list(odds / (1 + odds)) + [0.0] * int(gain[0] < 0)
        expected += [1.0] * int(gain[-1] > 0)
        np.testing.assert_allclose(
            np.sort(found.of(number).row[:, 1]), np.sort(expected), atol=1e-8
        )


def test_volunteers_and_multiple_roots_are_found_exactly():
    for players in (3, 4, 6):
        cost, table = Fraction(1, 5), np.empty((2,) * players, dtype=object)
        for profile in product((0, 1), repeat=players):
            table[profile] = 1 - cost if not profile[0] else Fraction(int(not all(profile)))
        game = Game.from_payoffs(*(np.moveaxis(table, 0, i) for i in range(players)))
        found = solve(game, method="symmetric")
        np.testing.assert_allclose(found.row[:, 1], [0.2 ** (1 / (players - 1))], rtol=1e-14)
    # (q - 1/3)^2 touches zero: an equilibrium, though no sign changes; beside the pure one.
    touching = [1, -2, 4]
    assert [(s.second, s.index) for s in shares_of_two(touching, [])] == [(Fraction(1, 3), None)]
    table = np.zeros((2, 2, 2), dtype=object)
    for profile in product((0, 1), repeat=3):
        table[profile] = Fraction(touching[sum(profile[1:])] if profile[0] else 0, 9)
    found = solve(*(np.moveaxis(table, 0, i) for i in range(3)), method="symmetric")
    assert found.status == Status.COMPLETE_EXACT
    np.testing.assert_allclose(found.row[:, 1], [1, 1 / 3])
    assert message(found).startswith("Every symmetric equilibrium was found")


def test_ends_of_what_other_actions_allow_are_found():
    # Two actions always tie; a third earns 1 - 4q(1-q) - c more: the ends are the roots.
    ends = [s.second for s in shares_of_two([0] * 3, [[1, -3, 1]])]
    value = [(1 - q) ** 2 / 2 - 3 * q * (1 - q) + q * q / 2 for q in ends]
    assert len(ends) == 2
    assert max(abs(v) for v in value) < 1e-30
    # A tie with a third action at a root is noticed exactly.
    assert [s.index for s in shares_of_two([1, -2], [[2, -4]])] == [None]
    assert shares_of_two([1, -2], [[2, -3]]) == []


@pytest.mark.parametrize(("n", "players"), [(3, 4), (4, 3), (2, 10)])
def test_larger_games_have_indices_that_add_up_and_do_not_depend_on_the_batch(n, players):
    games = _symmetric(_kinds(n)["random"], n, players, 6)
    found = solve(games, method="symmetric")
    assert (found.status == Status.COMPLETE).all()
    assert found.regret.max() < 1e-10
    assert (found.count % 2 == 1).all()
    for number in range(6):
        one = solve(games.of_batch(number), method="symmetric")
        np.testing.assert_array_equal(one.row, found.of(number).row)
    scaled = Game.from_payoffs(*(table * 2.0**-40 for table in games.payoffs))
    np.testing.assert_array_equal(solve(scaled, method="symmetric").row, found.row)


def test_symmetry_is_decided_as_written_and_other_games_have_none():
    rng = np.random.default_rng(4)
    games = _symmetric(_kinds(1)["random"], 3, 3, 5)
    assert symmetric_games(games).all()
    tables = [table.copy() for table in games.payoffs]
    tables[1][2, 0, 1, 2] = np.nextafter(tables[1][2, 0, 1, 2], 9)
    assert symmetric_games(*tables).tolist() == [True, True, False, True, True]
    found = solve(*tables, method="symmetric")
    assert found.status[2] == Status.DOES_NOT_FIT
    assert found.count[2] == 0
    np.testing.assert_array_equal(found.of(3).row, solve(games, method="symmetric").of(3).row)
    long = np.array([[10**18, 0], [0, 10**18 + 1]], dtype=object)
    assert symmetric_games(long, long)
    assert not symmetric_games(long, long.T + np.array([[0, 0], [0, 1]], dtype=object))
    with pytest.raises(MethodError, match="can be exchanged"):
        solve(rng.random((2, 2)), rng.random((2, 2)), method="symmetric")
    with pytest.raises(MethodError, match="can be exchanged"):
        solve(rng.random((2, 3)), rng.random((2, 3)), method="symmetric")
    with pytest.raises(MethodError, match="coefficients"):
        solve(*[np.zeros((9, 9, 9))] * 3, method="symmetric")


def test_extreme_symmetric_equilibria_of_two_players_with_ties_are_vertices_of_one_polytope():
    # An all-zero game: every pair is an equilibrium, and the symmetric extremes are the corners.
    found = solve(np.zeros((3, 3)), np.zeros((3, 3)), method="symmetric")
    np.testing.assert_array_equal(found.row, np.eye(3))
    rng = np.random.default_rng(5)
    for _ in range(40):
        table = rng.integers(0, 3, (3, 3)).astype(float)
        found = solve(table, table.T, method="symmetric")
        assert len(found)  # Nash: there is one
        assert found.regret.max() < 1e-12
        for x in rng.dirichlet(np.ones(3), 200).round(1):
            # A symmetric equilibrium on the grid lies in the hull of the listed ones.
            earned = table @ x
            if x.sum() == 1 and (earned[x > 0] >= earned.max() - 1e-12).all():
                weights = np.linalg.lstsq(found.row.T, x, rcond=None)[0]
                np.testing.assert_allclose(found.row.T @ weights, x, atol=1e-9)


def _paying(*gains):
    """Make a game of three players whose first action pays nothing, the others ``gains``."""
    table = np.stack([np.zeros_like(gains[0]), *gains]).astype(float)
    return Game.from_payoffs(*(np.moveaxis(table, 0, i) for i in range(3)))


def _same_shares(gains):
    """Compare all systems at once with one after the other, by exact roots."""
    found = whole_shares(gains)
    assert (np.diff(found.place) >= 0).all()
    for number in range(gains.shape[-1]):
        gain, *others = gains[..., number].tolist()
        one = shares_of_two(gain, others)
        mine = found.place == number
        expected = np.array([[1 - s.second, s.second] for s in one], dtype=float).reshape(-1, 2)
        np.testing.assert_array_equal(found.shares[:, mine].T, expected)
        index = [np.nan if s.index is None else s.index for s in one]
        np.testing.assert_array_equal(found.index[mine], index)


def _check_shares(rows, degree, count):
    rng = np.random.default_rng(10 * rows + degree)
    for high in (1, 3, 10**17):
        _same_shares(rng.integers(-high, high + 1, (rows, degree + 1, count)))
    # Another action that gains a multiple ties at every root, a root of 1/2 is a rational one.
    tied = rng.integers(-2, 3, (rows, degree + 1, count))
    tied[-1] = -2 * tied[0]
    _same_shares(tied)
    _same_shares(rng.integers(-1, 2, (rows, degree + 1, count)).astype(object) << 300)


def _products(rng, degree, count):
    """Make gains whose polynomials have roots of any multiplicity, over common denominators."""
    unit = lcm(*(comb(degree, j) for j in range(degree + 1)))
    gains = []
    for _ in range(count):
        terms = [1]
        while len(terms) <= degree:
            factor = rng.integers(-3, 4, rng.integers(2, 4)).tolist()
            for _ in range(rng.integers(1, 4)):
                longer = np.convolve(np.array(terms, dtype=object), factor).tolist()
                terms = longer if len(longer) <= degree + 1 else terms
            if len(terms) == degree:
                terms += [0]
        gains.append([c * unit // comb(degree, j) for j, c in enumerate(terms)])
    return np.array(gains, dtype=object).T[None]


def _has_the_roots_of_sympy(gains):
    t, found = sympy.Symbol("t"), whole_shares(gains)
    for number, line in enumerate(gains[0].T.tolist()):
        terms = [comb(len(line) - 1, j) * c for j, c in enumerate(line)]
        if not any(terms):
            continue
        equation = sympy.Poly(terms[::-1], t)
        roots = sorted({root for root in equation.real_roots() if root.is_positive})
        mine = found.place == number
        slopes = [sympy.sign(equation.diff().eval(root)) for root in roots]
        index = [-float(slope) or np.nan for slope in slopes]
        np.testing.assert_array_equal(found.index[mine], index)
        shares = [float((root / (1 + root)).evalf(30)) for root in roots]
        np.testing.assert_array_equal(found.shares[1, mine], shares)


def test_multiple_roots_of_any_degree_are_those_of_sympy():
    rng = np.random.default_rng(6)
    _has_the_roots_of_sympy(_products(rng, degree=4, count=6))
    _same_shares(_products(rng, degree=6, count=20))


@pytest.mark.slow
@pytest.mark.parametrize("degree", [2, 3, 4, 5])
def test_hundreds_of_multiple_roots_are_those_of_sympy(degree):
    rng = np.random.default_rng(degree)
    _has_the_roots_of_sympy(_products(rng, degree, count=150))
    for high in (1, 3):
        _has_the_roots_of_sympy(rng.integers(-high, high + 1, (1, degree + 1, 75)))


def test_a_tiny_share_stays_in_the_support():
    # Everyone uses the first two actions alike, and the third 2**-50 times as much.
    numbers = [(i == 1, i == 2, j == 1, j == 2) for i in range(3) for j in range(3)]
    uses = np.array(numbers, dtype=float).reshape(3, 3, 4)
    second, third = uses[..., 0] + uses[..., 2], uses[..., 1] + uses[..., 3]
    first = 2 - second - third
    own = np.stack([np.zeros((3, 3)), first - second, 2.0**-50 * first - third])
    found = solve(own, own.swapaxes(0, 1), np.moveaxis(own, 0, 2), method="symmetric")
    assert found.status == Status.COMPLETE_EXACT
    assert found.index.tolist() == [1.0]
    np.testing.assert_allclose(found.strategies[0], [[0.5, 0.5, 2.0**-51]], rtol=1e-15)


def test_a_tie_at_a_root_that_is_known_to_some_bits_is_no_loss():
    # Both have the root 1, of which one lies on a side that depends on rounding.
    gains = np.array([[1, 1, -1, -1], [-1, 1, -1, 1], [0, 0, -1, -1]])[..., None]
    _same_shares(gains)
    _same_shares(np.concatenate([gains, np.ones_like(gains)]))


@pytest.mark.parametrize(("rows", "degree"), [(1, 2), (1, 4), (2, 2), (3, 3)])
def test_shares_of_all_systems_at_once_are_those_of_each(rows, degree):
    _check_shares(rows, degree, count=3)


@pytest.mark.slow
@pytest.mark.parametrize(("rows", "degree"), [(1, 2), (1, 3), (1, 4), (1, 6), (2, 2), (3, 3)])
def test_shares_of_hundreds_of_systems_are_those_of_each(rows, degree):
    _check_shares(rows, degree, count=100)


def test_an_action_that_always_ties_beside_one_that_does_not():
    # It used to end in a division by zero, for the whole batch.
    line = np.array([[1, -2, 0, 0], [-2, 2, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]])
    found = solve(_paying(np.zeros((4, 4)), line, np.zeros((4, 4))), method="symmetric")
    assert found.status == Status.FOUND_SOME
    third = [1, -2, 2]
    assert shares_of_two([0] * 3, [third, [0] * 3]) == shares_of_two([0] * 3, [third])


def test_roots_that_only_whole_numbers_prove_have_an_index():
    # It was computed of a cell narrower than doubles, and was zero: these were not finished.
    rng = np.random.default_rng(1)
    games = _symmetric(lambda count: rng.integers(-(10**6), 10**6, count) / 1e6, 3, 3, 200)
    found = solve(games.of_batch([32]), method="symmetric")
    assert (found.status == Status.COMPLETE_EXACT).all()
    assert (np.abs(found.index) == 1).all()


def test_cells_that_shrink_to_one_point_are_checked_at_it():
    # -(y + z)^2 is zero at x = 1 only, where the other equation is not.
    squares = -np.array([[0, 0, 0], [0, 1, 1], [0, 1, 1]])
    found = solve(_paying(squares, [[-1, -1, 0], [-1, 0, 0], [0, 0, -1]]), method="symmetric")
    assert found.status in PROVED


def test_ties_that_no_cell_settles_are_told_at_once():
    rng = np.random.default_rng(3)
    gains = rng.integers(-1, 2, (3, 3, 3, 60))
    gains = gains + gains.swapaxes(1, 2)
    for part in (gains[:2], gains):
        tied = np.flatnonzero(lasting_ties(part))
        assert len(tied) > 10
        some = part[..., tied[:3]].astype(object)
        assert roots_of(some, np.ones(3, dtype=object))[3].all()
    # A curve inside the triangle, and a root in the middle of an edge, with irrational shares.
    curve, root = np.diag([1, 1, -1]), np.array([[1, 0, 5], [0, -2, 3], [5, 3, 1]])
    some = np.stack([[curve, -2 * curve], [root, 2 * np.diag([1, -2, 3])]]).transpose(1, 2, 3, 0)
    assert lasting_ties(some).all()
