"""One equilibrium, Lemke-Howson, polytopes and zero-sum games: known games and hard cases."""

import numpy as np
import pytest

from strategic.equilibria import regret, solve
from strategic.equilibria.concepts.dominance import undominated
from strategic.equilibria.pivoting.lemke_howson import (
    LemkeHowson,
    lemke_howson_path,
    lemke_howson_restarts,
)
from strategic.equilibria.pivoting.single_equilibrium import One
from strategic.equilibria.pivoting.zero_sum import zero_sum
from strategic.errors import MethodError
from strategic.games import Game
from strategic.status import Status

UNIQUE = [
    (
        [[2, 3, 3], [8, 9, 6], [10, 0, 8]],
        [[2, 3, 7], [0, 6, 10], [4, 10, 5]],
        [0, 5 / 9, 4 / 9],
        [0, 2 / 11, 9 / 11],
    ),
    (
        [[19, 98, 3], [70, 86, 86], [39, 40, 52]],
        [[30, 0, 76], [40, 61, 36], [44, 57, 10]],
        [25 / 101, 76 / 101, 0],
        [0, 83 / 95, 12 / 95],
    ),
    (
        [[2, 1, 2, 0], [3, 3, 3, 5], [0, 0, 0, 2], [0, 0, 4, 3]],
        [[2, 3, 5, 2], [3, 0, 5, 4], [4, 3, 0, 3], [0, 4, 0, 5]],
        [0, 5 / 6, 0, 1 / 6],
        [0, 0, 2 / 3, 1 / 3],
    ),
    (
        [[3, -2, 1], [0, 4, -1], [2, 1, 5]],
        [[1, 4, 0], [2, -3, 5], [6, 1, -2]],
        [5 / 8, 0, 3 / 8],
        [3 / 4, 1 / 4, 0],
    ),
]
METHODS = ["one", "lemke_howson", "lemke_howson_all", "polytopes"]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("game", UNIQUE)
def test_unique_equilibria_are_found_whatever_the_scale_and_shift(game, method):
    row, column = np.array(game[0], dtype=float), np.array(game[1], dtype=float)
    for factor, shift in ((1, 0), (1e10, 0), (1e15, 0), (1e-12, 0), (1, 1e9), (1e-300, 0)):
        found = solve(row * factor + shift, column * factor + shift, method=method)
        np.testing.assert_allclose(found.row, [game[2]], atol=1e-12)
        np.testing.assert_allclose(found.column, [game[3]], atol=1e-12)


@pytest.mark.parametrize("method", METHODS)
def test_ties_that_make_unguarded_paths_cycle(method):
    row, column = [[0, 0, 0], [0, 1, 1], [1, 1, 0]], [[1, 1, 0], [0, 1, 0], [1, 0, 2]]
    found = solve(row, column, method=method)
    extreme = solve(row, column)
    known = {tuple(e) for e in np.hstack([extreme.row, extreme.column]).round(9).tolist()}
    assert len(found) >= 1
    assert {tuple(e) for e in np.hstack([found.row, found.column]).round(9).tolist()} <= known


def test_what_is_near_a_tie_is_decided_exactly():
    row = [[3, 3], [2, 5], [0, 6]]
    for nudge, count in ((1e-15, 1), (-1e-15, 3)):
        column = [[3, 3 + nudge], [2, 6], [3, 1]]
        every = solve(row, column)
        assert len(every) == count, nudge
        for method in METHODS:
            found = solve(row, column, method=method)
            assert len(found) >= 1
            for x in found.row:
                assert any(np.allclose(x, known, atol=1e-9) for known in every.row)


@pytest.mark.parametrize("method", [*METHODS, "all"])
def test_payoffs_may_be_kept_as_the_texts_written(method):
    texts = np.array([["0.12345678901234567891", "0"], ["0", "1"]], dtype=object)
    game = Game(payoffs=(texts.astype(float),) * 2, exact=(texts, texts))
    found = solve(game, method=method)
    assert len(found) >= 1
    assert (found.regret < 1e-15).all()


def test_one_equilibrium_is_the_same_alone_in_any_batch_and_with_any_workers():
    rng = np.random.default_rng(8)
    for shape in [(2, 2), (3, 3), (4, 4), (3, 6), (8, 8)]:
        row, column = rng.integers(0, 9, (2, 300, *shape)) + 0.1 * rng.integers(
            0, 3, (2, 300, *shape)
        )
        whole = solve(row, column, method="one", workers=2)
        assert (whole.status == Status.FOUND).all()
        assert whole.regret.max() < 1e-13
        for part in (slice(0, 1), slice(5, 6), slice(7, 120), slice(299, 300)):
            alone = solve(row[part], column[part], method="one", workers=1)
            assert np.array_equal(alone.row, whole.row[part])
            assert np.array_equal(alone.column, whole.column[part])


def test_a_cut_path_says_so_and_leaves_the_other_games_alone():
    rng = np.random.default_rng(9)
    row, column = rng.standard_normal((2, 4, 25, 25))
    row[1], column[1] = np.eye(25), np.eye(25)
    row[0], column[0] = np.eye(25), -np.eye(25)
    found = solve(row, column, method=One(max_pivots=1))
    assert found.status[:2].tolist() == [Status.NOT_FINISHED, Status.FOUND]
    assert found.of(0).count == 0
    path = lemke_howson_path(row[0], column[0], max_pivots=1)
    assert path.status == Status.NOT_FINISHED
    assert path.x.size == 0


def test_large_games_end_by_short_tries():
    rng = np.random.default_rng(10)
    row, column = rng.standard_normal((2, 200, 200))
    end = lemke_howson_restarts(row, column)
    assert end.status == Status.FOUND
    assert regret(Game.from_payoffs(row, column), [end.x[None], end.y[None]]) < 1e-12


def test_degenerate_large_games_do_not_cycle():
    rng = np.random.default_rng(11)
    row, column = rng.integers(0, 3, (2, 35, 30)).astype(float)
    found = solve(row, column, method=LemkeHowson(label=3))
    assert found.status == Status.FOUND
    assert found.regret.max() < 1e-12


def test_payoffs_as_written_decide_ties_that_doubles_break():
    from fractions import Fraction

    written = np.array([[Fraction(1, 10), Fraction(3, 10)], [Fraction(3, 10), Fraction(1, 10)]])
    column = np.array([[Fraction(3, 10), Fraction(1, 10)], [Fraction(1, 10), Fraction(3, 10)]])
    game = Game(payoffs=(written.astype(float), column.astype(float)), exact=(written, column))
    for method in METHODS:
        found = solve(game, method=method)
        np.testing.assert_array_equal(found.row, [[0.5, 0.5]])


def test_labels_and_sizes_that_do_not_fit_are_named():
    with pytest.raises(MethodError, match="label from 0 to 3"):
        solve(np.eye(2), np.eye(2), method=LemkeHowson(label=4))
    with pytest.raises(MethodError, match="two players"):
        solve(*np.zeros((3, 2, 2, 2)), method="one")
    with pytest.raises(MethodError, match="vertices"):
        solve(np.zeros((40, 40)), np.zeros((40, 40)), method="polytopes")
    with pytest.raises(MethodError, match="sum is the same"):
        solve(np.eye(2), np.eye(2), method="zero_sum")


def test_value_and_uniqueness_of_zero_sum_games():
    solved = zero_sum([[1, -2, -3], [-1, 1, 5], [7, 1, -3]])
    assert solved.value == pytest.approx(1.0, abs=1e-12)
    assert not solved.unique_row
    assert solved.unique_column
    pennies = zero_sum([[[1, -1], [-1, 1]], [[2, 2], [2, 2]]])
    np.testing.assert_allclose(pennies.value, [0, 2])
    assert pennies.unique_row.tolist() == [True, False]


def test_uniqueness_agrees_with_the_list_of_all_equilibria():
    rng = np.random.default_rng(12)
    for _ in range(60):
        game = rng.integers(0, 3, rng.integers(1, 5, 2)).astype(float)
        solved, every = zero_sum(game), solve(game, -game)
        assert bool(solved.unique_row) == (len(np.unique(every.row.round(9), axis=0)) == 1)
        assert bool(solved.unique_column) == (len(np.unique(every.column.round(9), axis=0)) == 1)


def test_pure_equilibria_of_many_players():
    rng = np.random.default_rng(13)
    tables = rng.integers(0, 5, (3, 40, 2, 3, 2)).astype(float)
    found = solve(*tables, method="pure")
    assert found.regret.max(initial=0.0) == 0.0
    listed = {
        (int(g), *(int(s.argmax()) for s in e)) for g, e in zip(found.game, found, strict=True)
    }
    for game in range(40):
        for cell in np.ndindex(2, 3, 2):
            best = all(
                tables[i][game][cell]
                >= max(tables[i][game][(*cell[:i], a, *cell[i + 1 :])] for a in range((2, 3, 2)[i]))
                for i in range(3)
            )
            assert ((game, *cell) in listed) == best
    assert (found.status[found.count == 0] == Status.NO_EQUILIBRIUM).all()


def test_no_games_have_no_equilibria():
    none = np.zeros((0, 3, 2))
    for method in (*METHODS, "pure", "zero_sum"):
        found = solve(none, none, method=method)
        assert len(found) == 0
        assert found.status.shape == (0,)
    assert zero_sum(none).unique_row.shape == (0,)
    assert solve(none, none, rationality=1.0, method="logit").strategies[1].shape == (0, 2)
    assert solve(none, none, method="correlated").probabilities.shape == (0, 3, 2)
    assert solve(none, none, method="commitment").leader.shape == (0, 3)
    assert [mask.shape for mask in undominated(none, none)] == [(0, 3), (0, 2)]


def test_sums_beyond_the_doubles_are_told_apart():
    row = np.array([[[1.7e308, 1.6e308]], [[1.7e308, 1.7e308]], [[3.0, 1.0]]])
    column = np.array([[[1.6e308, 1.7e308]], [[1.6e308, 1.7e308]], [[-3.0, -1.0]]])
    found = solve(row, column, method="zero_sum")
    assert found.status.tolist() == [Status.OK, Status.DOES_NOT_FIT, Status.OK]
    with pytest.raises(MethodError, match=r"sums 1e\+307 apart"):
        solve(row[1], column[1], method="zero_sum")


def test_a_player_without_a_choice_among_three():
    rng = np.random.default_rng(12)
    games = rng.random((3, 20, 3, 1, 2))
    found = solve(*games, method="logit", rationality=5.0)
    assert (found.status == Status.OK).all()
    two = solve(games[0, :, :, 0], games[2, :, :, 0], method="logit", rationality=5.0)
    np.testing.assert_allclose(found.strategies[0], two.row, atol=1e-9)
    alone = [np.full((4, 1, 1, 1), 2.0)] * 3
    assert solve(*alone, method="symmetric").count.tolist() == [1] * 4


def test_games_listed_one_by_one_do_not_depend_on_the_processes():
    row, column = np.random.default_rng(13).integers(0, 4, (2, 90, 3, 3)).astype(float)
    row[40, 0, 0] = np.nan
    alone, together = (solve(row, column, method="polytopes", workers=w) for w in (1, 2))
    for name in ("row", "column", "game", "count", "status"):
        np.testing.assert_array_equal(getattr(alone, name), getattr(together, name))
    assert alone.count[40] == 0
    assert alone.status[41] == Status.FOUND_SOME
