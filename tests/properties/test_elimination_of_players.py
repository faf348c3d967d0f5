"""Tied supports of three and four who mix two actions each, against cells and Newton's method."""

from fractions import Fraction

import numpy as np
import pytest

from strategic.equilibria import solve
from strategic.equilibria.enumeration.players._eliminated_pairs import two_eliminated
from strategic.equilibria.enumeration.players._exact_cell import UnsettledError
from strategic.equilibria.enumeration.players._exact_four import four_mixers
from strategic.equilibria.enumeration.players._exact_search import ExactSearch
from strategic.equilibria.enumeration.players._exact_systems import ExactSystem
from strategic.equilibria.enumeration.players._exact_three import three_mixers
from strategic.equilibria.enumeration.players._patterns import support_pattern
from strategic.equilibria.enumeration.players._whole_polynomials import multiplied, trimmed
from strategic.equilibria.enumeration.players._whole_roots import positive_roots
from strategic.status import Status

PLAYERS = 4
CELLS = 300
BINARY = support_pattern(((0, 1),) * 3, (2, 2, 2))


def rows_of(rng, most):
    """Draw what four players gain by their second actions."""
    sizes = [tuple(1 + (i != own) for i in range(PLAYERS)) for own in range(PLAYERS)]
    return [rng.integers(-most, most + 1, size).astype(object) for size in sizes]


FREE = np.array([[[1, 1], [1, -1]], [[-1, 1], [-1, -1]]], dtype=object)


def make_even_a_root(rows):
    """Change each equation so that it holds where everybody mixes evenly."""
    for row in rows:
        row.reshape(-1)[0] -= row.sum()


def in_order(roots):
    """Sort pairs of shares and index by shares as far as both ways know them."""
    return sorted(roots, key=lambda root: [round(float(x), 9) for side in root[0] for x in side])


def check_against_cells(seed, count):
    rng, compared = np.random.default_rng(seed), 0
    for number in range(count):
        rows = rows_of(rng, 1 + number % 3)
        if number % 4 > 1:
            make_even_a_root(rows)
            if number % 4 == 3:  # where the first two mix evenly, the mixture of a third is free
                own = 2 + number // 4 % 2
                rows[own] = FREE.reshape(rows[own].shape)
        outside = rng.integers(-1, 2, (number % 2, *(2,) * PLAYERS)).astype(object)
        try:
            cells = ExactSearch(CELLS).roots((*rows, *outside), PLAYERS, (2,) * PLAYERS, most=CELLS)
        except UnsettledError:
            continue
        solved = four_mixers(rows, outside)
        if solved is None:
            continue
        compared += 1
        mine, theirs = in_order(solved.roots), in_order((r.shares, r.sign) for r in cells)
        assert [index for _, index in mine] == [index for _, index in theirs]
        for (shares, _), (others, _) in zip(mine, theirs, strict=True):
            np.testing.assert_allclose(
                np.array(shares, dtype=float), np.array(others, dtype=float), atol=1e-15
            )
        tied = in_order(four_mixers(rows, [*outside, 5 * rows[0]]).roots)
        assert tied == [(shares, None) for shares, _ in mine]
    assert compared > 0.6 * count


def test_elimination_finds_what_cells_find():
    check_against_cells(9, 8)


@pytest.mark.slow
def test_elimination_finds_what_cells_find_in_many_systems():
    check_against_cells(2, 3000)


FACTORS = (1, -1), (1, -2), (2, 1), (3, -1)


def check_with_a_common_factor(seed, count):
    """Where the third makes it zero, two equations leave a curve; other roots are as without it."""
    rng, curves, kept = np.random.default_rng(seed), 0, 0
    for number in range(count):
        rows = rows_of(rng, 3)
        for own in (0, 1):
            rows[own] = rows[own][:, :, :1]  # nothing depends on the third
        factor = np.array(FACTORS[number % 4], dtype=object)
        tied = [row * factor[:, None] for row in rows[:2]] + rows[2:]
        plain, solved = four_mixers(rows, ()), four_mixers(tied, ())
        if plain is None or solved is None or plain.curve:
            continue
        expected = [root for root in plain.roots if factor.dot(root[0][2])]
        assert sorted(solved.roots) == sorted(expected)
        passes = factor.prod() < 0 and goes_through(rows[2], rows[3], abs(factor[::-1]))
        assert solved.curve or not passes
        curves, kept = curves + passes, kept + len(expected)
    assert min(curves, kept) > 0


def goes_through(third, fourth, weights):
    """Whether some profile in which the third mixes so is a zero of both equations."""
    fourth = fourth[:, :, :, 0].dot(weights)  # by first and second
    for first in np.arange(1, 40) / 40:
        a, b = fourth.T.dot([1 - first, first])
        if a * b >= 0:
            continue
        c, d = third[:, :, 0].T.dot([1 - first, first]).dot([abs(b), abs(a)])
        if c * d < 0:
            return True
    return False


def test_a_factor_of_two_equations_adds_a_curve_and_no_roots():
    check_with_a_common_factor(5, 16)


@pytest.mark.slow
def test_a_factor_of_two_equations_adds_a_curve_and_no_roots_in_many_systems():
    check_with_a_common_factor(2, 3000)


SIZES = ((2, 2, 2), (3, 2, 2), (2, 3, 2), (2, 2, 3), (3, 3, 2), (3, 2, 3), (2, 3, 3), (3, 3, 3))


UNTOLD = ((3, 3, 2), (3, 2, 3), (2, 3, 3))


def gains_of(rng, sizes, most):
    """Draw what three players gain by their further actions."""
    shapes = [
        (k - 1, *(1 if i == own else n for i, n in enumerate(sizes))) for own, k in enumerate(sizes)
    ]
    return [rng.integers(-most, most + 1, shape).astype(object) for shape in shapes]


def untold_gains(rng, sizes, most):
    """Let those of one player depend on one another where the player of two actions mixes 1:w."""
    gains, last = gains_of(rng, sizes, most), sizes.index(2)
    one, other = (i for i in range(3) if i != last)
    alike = np.outer([1, rng.integers(-2, 3)], rng.integers(-2, 3, 3))
    apart = rng.integers(-2, 3, (2, 3))
    pair = [alike + rng.integers(1, 4) * apart, alike - apart]
    gains[one] = np.stack(pair, axis=2 if other < last else 1).reshape(gains[one].shape)
    gains[one] = gains[one].astype(object)
    return gains


def check_three_against_cells(seed, count, sizes_of=SIZES, draw=gains_of):
    rng, told = np.random.default_rng(seed), 0
    for number in range(count):
        sizes = sizes_of[number % len(sizes_of)]
        pattern = support_pattern(tuple(tuple(range(k)) for k in sizes), sizes)
        gains = draw(rng, sizes, 1 + number // len(sizes_of) % 4)
        if draw is gains_of and number // 4 % 2:
            make_even_a_root([row for gain in gains for row in gain])
        if not pattern.may_be_regular(gains):
            continue
        rows = ExactSystem.of_support(gains, sizes).rows
        outside = rng.integers(-2, 3, (number // 2 % 2, *sizes)).astype(object)
        solved = two_eliminated(gains, pattern, outside)
        try:
            cells = ExactSearch(CELLS).roots((*rows, *outside), len(rows), sizes, most=CELLS)
        except UnsettledError:
            continue
        if solved is None:
            continue
        told += 1
        mine, theirs = in_order(solved.roots), in_order((r.shares, r.sign) for r in cells)
        assert [index for _, index in mine] == [index for _, index in theirs]
        for (shares, _), (others, _) in zip(mine, theirs, strict=True):
            for side, other in zip(shares, others, strict=True):
                np.testing.assert_allclose(
                    [float(x) for x in side], [float(x) for x in other], atol=1e-15
                )
    assert told > 0.5 * count


def test_elimination_of_two_of_three_players_finds_what_cells_find():
    check_three_against_cells(9, 16)


@pytest.mark.slow
def test_elimination_of_two_of_three_players_finds_what_cells_find_in_many_systems():
    check_three_against_cells(2, 1500)
    check_three_against_cells(4, 3000, UNTOLD, untold_gains)


def test_mixtures_that_one_players_equations_do_not_tell_are_told_by_all():
    for seed in (105, 115):  # each with such a root that is regular
        check_three_against_cells(seed, 3, UNTOLD, untold_gains)


@np.errstate(all="ignore")
def newton(tables, rng, starts):
    """Find regular interior roots of all games at once: ``(games, starts, 4)``, NaN elsewhere."""
    games = len(tables[0])
    x = rng.uniform(0.02, 0.98, (games, starts, PLAYERS))

    def gains(x):
        pairs = np.stack([1 - x, x], axis=-1)
        letters = "abcd"
        found = []
        for own, table in enumerate(tables):
            others = [i for i in range(PLAYERS) if i != own]
            gain = table.take(1, 1 + own) - table.take(0, 1 + own)
            terms = ",".join(f"gs{letters[i]}" for i in others)
            inner = "".join(letters[i] for i in others)
            found.append(
                np.einsum(f"g{inner},{terms}->gs", gain, *(pairs[:, :, i] for i in others))
            )
        return np.stack(found, axis=-1)

    def slopes(x):
        columns = []
        for i in range(PLAYERS):
            high, low = x.copy(), x.copy()
            high[..., i], low[..., i] = 1.0, 0.0  # linear in each share
            columns.append(gains(high) - gains(low))
        return np.stack(columns, axis=-1)

    for _ in range(20):
        jacobian = slopes(x) + 1e-300 * np.eye(PLAYERS)
        singular = np.abs(np.linalg.det(jacobian)) < 1e-12
        jacobian[singular] = np.eye(PLAYERS)
        x = np.clip(x - np.linalg.solve(jacobian, gains(x)[..., None])[..., 0], -2, 3)
    good = (np.abs(gains(x)).max(axis=-1) < 1e-13) & ((x > 1e-6) & (x < 1 - 1e-6)).all(axis=-1)
    good &= np.abs(np.linalg.det(slopes(x))) > 1e-4
    return np.where(good[..., None], x, np.nan)


def check_against_newton(seed, count):
    rng = np.random.default_rng(seed)
    tables = rng.integers(0, 2 + seed % 3, (PLAYERS, count, *(2,) * PLAYERS)).astype(float)
    found = solve(*tables)
    assert (found.status != Status.NOT_FINISHED).all()
    assert found.regret.max() < 1e-14
    seconds = np.stack([side[:, 1] for side in found.strategies], axis=1)
    roots = newton(tables, rng, 20)
    met = 0
    for number in range(count):
        mine = seconds[found.starts[number] : found.starts[number + 1]]
        for root in roots[number][~np.isnan(roots[number, :, 0])]:
            assert np.abs(mine - root).max(axis=1).min() < 1e-9
            met += 1
    assert met > 0.1 * count


def test_tied_games_of_four_are_settled_and_miss_no_regular_mixture():
    check_against_newton(0, 15)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3, 9))
def test_thousands_of_tied_games_of_four_miss_no_regular_mixture(seed):
    check_against_newton(seed, 1000)


def test_a_deviation_that_gains_nothing_at_an_irrational_root_is_a_tie():
    rng, met = np.random.default_rng(3), 0
    for _ in range(150):
        gains = [rng.integers(-3, 4, (2, 2)).astype(object) for _ in range(3)]
        known = three_mixers([gain.tolist() for gain in gains])
        if known is None or known.curve or not known.roots:
            continue
        loss, same = np.full((1, 1, 1), -1, dtype=object), gains[0].reshape(1, 2, 2)
        sizes = (1, 2, 2), (2, 1, 2), (2, 2, 1)
        shaped = [gain.reshape(1, *size) for gain, size in zip(gains, sizes, strict=True)]
        solved = [two_eliminated(shaped, BINARY, [row]) for row in (loss, 5 * same)]
        plain, tied = (sorted(one.roots) if one else [] for one in solved)
        seconds = sorted(([float(side[1]) for side in shares], index) for shares, index in plain)
        expected = sorted(([float(x) for x in shares], index) for shares, index in known.roots)
        np.testing.assert_allclose([x for x, _ in seconds], [x for x, _ in expected], atol=1e-15)
        assert [index for _, index in seconds] == [index for _, index in expected]
        assert tied == [(shares, None) for shares, _ in plain]
        met += 1
    assert met > 20


def test_roots_close_together_are_told_apart():
    near = Fraction(1, 3), Fraction(1, 3) + Fraction(1, 2**70), Fraction(2**40 + 1, 2**40)
    equation = [-2, 0, 1]
    for root in (*near, -Fraction(1, 2**50)):
        equation = multiplied(equation, [-root.numerator, root.denominator])
    found = sorted(
        float(root.shares([[1], [0, 1]])[1]) for root in positive_roots(trimmed(equation))
    )
    expected = sorted([*(float(r / (1 + r)) for r in near), 2**0.5 / (1 + 2**0.5)])
    np.testing.assert_allclose(found, expected, rtol=1e-15)


def test_games_whose_numbers_are_too_long_to_eliminate_are_left_open():
    """One of these took minutes: its numbers have a thousand bits."""
    rng, tables = np.random.default_rng(5), []
    for _ in range(PLAYERS):
        draws = rng.random((3, 2, 2, 2, 2))
        payoffs = np.where(draws < 0.5, 1.7e308, np.floor(3 * draws))
        tables.append(payoffs * rng.choice([-1, 1], payoffs.shape))
    found = solve(*tables, workers=1)
    assert found.status[1] == Status.NOT_FINISHED
    assert found.count[1] > 0


TURN = np.array([[0, 1], [-1, 0]], dtype=object)
"""What is gained where another's ratio differs from that of a third player."""


def test_where_one_equation_says_what_another_says_roots_form_a_curve():
    """All ratios may be any number, the same for all."""
    shapes = [(1, 2, 1, 2), (2, 1, 2, 1), (2, 2, 1, 1), (2, 1, 2, 1)]
    solved = four_mixers([TURN.reshape(shape) for shape in shapes], ())
    assert solved is not None
    assert (solved.roots, solved.curve) == ([], True)


def test_a_root_where_equations_touch_has_no_index():
    """The first two have the ratio of the third, whose gain is ``(1 - ratio) ** 2``."""
    touch = np.array([[1, -1], [-1, 1]], dtype=object)
    gains = [TURN.reshape(1, 1, 2, 2), TURN.reshape(1, 2, 1, 2), touch.reshape(1, 2, 2, 1)]
    solved = two_eliminated(gains, BINARY, ())
    assert solved.roots == [(((Fraction(1, 2),) * 2,) * 3, None)]
