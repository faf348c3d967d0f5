"""Methods that mix give exact answers: payoffs of mixed size, ties, levels, long numbers.

The games, the oracle and the tolerances are those of ``python -m benchmarks mixed_sizes``, which
compares 100,000 games per method.
"""

from fractions import Fraction
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from strategic.equilibria import _exact_program, solve
from strategic.equilibria._exact_program import best_mixture
from strategic.equilibria.concepts import commitment, correlated
from strategic.equilibria.concepts.correlated import gain_from_disobeying
from strategic.equilibria.pivoting import _zero_sum_programs
from strategic.equilibria.pivoting import zero_sum as zero_sum_module
from strategic.errors import MethodError
from strategic.games.game import Game
from strategic.games.io._typed import parse_typed
from strategic.status import Status

ROOT = Path(__file__).parents[2]
METHODS = ("correlated", "coarse", "zero_sum", "commitment", "pessimistic")
CHUNKS = 12
LONG = 10**18


@pytest.fixture
def oracle(monkeypatch):
    monkeypatch.syspath_prepend(ROOT)
    return import_module("benchmarks.mixed_sizes")


@pytest.mark.parametrize("method", METHODS)
def test_random_games_have_the_exact_answers(oracle, method):
    wrong = [told for seed in range(CHUNKS) for told in oracle.differences(method, 10**6 + seed)]
    assert not wrong, wrong[0]


@pytest.mark.slow
@pytest.mark.parametrize("method", METHODS)
def test_many_random_games_have_the_exact_answers(oracle, method):
    for seed in range(400):
        assert not list(oracle.differences(method, 2 * 10**6 + seed))


def test_correlated_play_whatever_the_size_of_other_payoffs():
    game = parse_typed("5,-2,3;-4e6,2e6,5;-5,1,3 / -3e6,-4,-2;2,1,4;0,3,-5e6")
    found = solve(game, method="correlated")
    assert (found.value, found.gain, found.status) == (9.0, 0.0, Status.OK)
    found = solve(parse_typed("5,0;3,5e8 / 2,3;-2,-2e8"), method="coarse")
    assert (found.gain, found.status) == (0.0, Status.OK)
    assert gain_from_disobeying(found.games, found.probabilities, coarse=True) < 1e-7
    row = np.array([[3.0, 0.0], [5.0, 1.0]])
    for level in (0.0, 1e9, 1e12, 2.0**52):
        for method in ("correlated", "coarse"):
            dilemma = solve(row + level, row.T + level, method=method)
            assert dilemma.probabilities.tolist() == [[0, 0], [0, 1]]
            assert dilemma.payoffs.tolist() == [level + 1, level + 1]


@pytest.mark.parametrize("depth", ["-1e7,-5e7", "-1e9,-5e9", "-1e15,-5e15", "-100,-500"])
def test_mixed_commitment_earns_two_thirds_whatever_is_never_played(depth):
    found = solve(parse_typed(f"{depth};-3,4;-4,0 / -1,0;5,-5;3,5"), method="commitment")
    assert found.payoffs[0] == float(Fraction(2, 3))
    assert found.payoffs[0] >= found.pure.payoffs[0]


def test_the_value_of_zero_sum_games_and_who_has_a_choice():
    found = solve(parse_typed("-3,3;3e10,2 / 3,-3;-3e10,-2"), method="zero_sum")
    exact = 3 - Fraction(6, 30_000_000_004) * 1  # worked by hand: p = (3e10 - 2) / (3e10 + 4)
    assert abs(Fraction(float(found.value)) - exact) < Fraction(1, 10**9)
    assert (found.gap, found.status) == (0.0, Status.OK)
    found = solve(parse_typed("0,-30000,3;0,2,0 / 0,30000,-3;0,-2,0"), method="zero_sum")
    assert (found.value, found.unique_row, found.unique_column) == (0.0, False, True)


def test_only_mixtures_count_as_solutions(monkeypatch):
    row = np.array([[-5.0, 999999995.0], [1000000001.0, 999999997.0]])
    found = solve(row, -row, method="zero_sum")  # the closed form gives a negative share here
    assert found.column.tolist() == [[0.0, 1.0]]
    assert found.unique_row
    assert found.unique_column
    nothing = lambda row, column, cap: (np.zeros((1, 3)), np.zeros((1, 3)), None)  # noqa: ARG005, E731
    monkeypatch.setattr(zero_sum_module, "one_equilibrium", nothing)
    cycle = np.array([[0.0, 1.0, -1.0], [-1.0, 0.0, 1.0], [1.0, -1.0, 0.0]])
    found = solve(cycle + 3.0, -3.0 - cycle, method="zero_sum")
    assert (found.value, found.status) == (3.0, Status.OK)
    np.testing.assert_allclose(found.row, 1 / 3)


@pytest.mark.parametrize("scale", [2.0**-40, 1 / 3, 1.0, 7e5, 2.0**60])
@pytest.mark.parametrize("level", [0, -3, Fraction(1, 7), 10**12])
def test_neither_level_nor_scale_changes_what_is_played(scale, level):
    """Players may have scales of their own except where payoffs are added up."""
    rng = np.random.default_rng(11)
    factor, shift = Fraction(scale), Fraction(level)
    for shape in [(2, 2), (2, 3), (3, 3), (2, 2, 2)]:
        tables = rng.integers(-4, 5, (len(shape), 6, *shape))
        whole = [np.frompyfunc(Fraction, 1, 1)(table) for table in tables]
        plain = Game.from_payoffs(*tables.astype(float))
        first = Game.from_payoffs(whole[0] * factor + shift, *(t / 3 - shift for t in whole[1:]))
        every = Game.from_payoffs(
            *(table * factor + shift * (1 + p) for p, table in enumerate(whole))
        )
        mapped = np.frompyfunc(lambda v: float(Fraction(v) * factor + shift), 1, 1)
        for method in ("correlated", "coarse"):
            for objective, changed in ((0, first), ("welfare", every)):
                before = solve(plain, method=method, objective=objective)
                after = solve(changed, method=method, objective=objective)
                np.testing.assert_array_equal(before.probabilities, after.probabilities)
                assert (after.gain == 0).all()
        if len(shape) > 2:
            continue
        for pessimistic in (False, True):
            before = solve(plain, method="commitment", pessimistic=pessimistic)
            after = solve(first, method="commitment", pessimistic=pessimistic)
            np.testing.assert_allclose(before.leader, after.leader, rtol=0, atol=1e-15)
            np.testing.assert_array_equal(before.reply, after.reply)
            np.testing.assert_array_equal(before.pure.leader, after.pure.leader)
            np.testing.assert_allclose(
                after.payoffs[:, 0], mapped(before.payoffs[:, 0]).astype(float), rtol=1e-14
            )
        before = solve(plain.row, -plain.row, method="zero_sum")
        moved = first.fractions()[0]
        after = solve(moved, -moved, method="zero_sum")
        for side in ("unique_row", "unique_column"):
            np.testing.assert_array_equal(getattr(before, side), getattr(after, side))
        np.testing.assert_allclose(
            after.value, mapped(before.value).astype(float), rtol=1e-14, atol=1e-15 * scale
        )


def test_numbers_too_long_for_doubles_decide():
    row = np.array([[LONG + 1, LONG], [LONG, LONG + 1]], dtype=object)
    column = np.array([[1, 0], [0, 1]], dtype=object)
    best = solve(row, row.T, method="correlated", objective=0)
    assert sorted(np.round(best.probabilities, 9).reshape(-1).tolist()) == [0, 0, 0, 1]
    assert best.probabilities[0, 1] == best.probabilities[1, 0] == 0
    pennies = solve(row, -row, method="zero_sum")
    assert pennies.row.tolist() == [[0.5, 0.5]]
    assert pennies.unique_row
    assert pennies.unique_column
    lead = solve(row, column, method="commitment")
    assert lead.leader.tolist() in ([1, 0], [0, 1])
    lead = solve(column, row[:, ::-1], method="commitment")
    assert lead.payoffs[0] == 0.5  # the follower always avoids the match
    other = -row
    other[0, 0] += 1
    with pytest.raises(MethodError, match="same in every cell"):
        solve(row, other, method="zero_sum")


def test_a_sum_that_is_constant_but_for_the_largest_payoff_is_not_constant():
    row = np.array([[1e13, 3.0], [-3.0, 2.0]])
    column = -row
    column[1, 1] = 3.0
    with pytest.raises(MethodError, match="same in every cell"):
        solve(row, column, method="zero_sum")
    rng = np.random.default_rng(12)
    for shares in rng.random((50, 3, 3)):  # rounding of a constant sum is forgiven
        assert solve(shares, 1.0 - shares, method="zero_sum").status == Status.OK


def test_payoffs_near_the_largest_double_are_solved_or_said_not_to_be():
    rng = np.random.default_rng(13)
    for shape in [(2, 2), (2, 3), (3, 2), (3, 3)]:
        row, column = rng.choice([-1.7e308, -1e-300, 0.0, 1.0, 1.7e308], (2, 20, *shape))
        for method, options in (
            ("correlated", {}),
            ("correlated", {"objective": 0}),
            ("coarse", {}),
            ("commitment", {}),
            ("commitment", {"pessimistic": True}),
        ):
            found = solve(row, column, method=method, **options)
            payoffs = found.payoffs if method == "commitment" else found.value[:, None]
            assert (np.isfinite(payoffs).all(axis=1) | (found.status != Status.OK)).all()
        assert np.isfinite(solve(row, -row, method="zero_sum").value).all()


def test_large_programs_are_checked_vertices():
    """Solved in doubles, then again exactly: the value is that of exact pivoting."""
    rng = np.random.default_rng(14)
    for payoffs in (
        rng.standard_normal((40, 45)),
        rng.integers(-2, 3, (40, 40)),
        rng.integers(-9, 10, (41, 38)) * 10.0 ** rng.integers(-6, 7, (41, 38)),
    ):
        best, other = best_mixture(payoffs), best_mixture(-payoffs.T)
        assert best.value == -other.value
        exact = np.frompyfunc(Fraction, 1, 1)(payoffs)
        assert min(exact @ best.mixture) == best.value == max(best.weights @ exact)
        assert sum(best.mixture) == sum(best.weights) == 1


def test_no_mixture_satisfies_contradicting_limits():
    assert best_mixture(np.eye(2), np.array([[1, 1]])) is None


@pytest.mark.parametrize("method", ["correlated", "coarse", "commitment", "zero_sum"])
def test_a_program_that_is_too_large_is_not_finished_and_does_not_disturb_others(
    monkeypatch, method
):
    monkeypatch.setattr(_exact_program, "MOST_WORK", 0)
    for module in (correlated, commitment, _zero_sum_programs):  # nothing in bulk
        monkeypatch.setattr(module, "LARGEST", 0)
    rng = np.random.default_rng(15)
    row = rng.integers(-3, 4, (20, 3, 3)) * 10.0 ** rng.integers(-9, 10, (20, 3, 3))
    row[0] = np.arange(9).reshape(3, 3)
    column = -row if method == "zero_sum" else row
    found = solve(row, column, method=method)
    assert (found.status == Status.NOT_FINISHED).any()
    if method == "zero_sum":
        assert np.isnan(found.value[found.status == Status.NOT_FINISHED]).all()
        assert found.value[0] == 6.0
    else:
        assert np.isnan(found.payoffs[found.status == Status.NOT_FINISHED]).all()
    worst = int((found.status == Status.NOT_FINISHED).argmax())
    assert "not_finished" in repr(solve(row[worst], column[worst], method=method))
