"""Logit equilibria are on the branch from uniform play: against short steps, labels and proofs.

Short steps along the branch, which never leave it, are the oracle for strides and for 2x2 games
that are looked up; where these are proved, they are the oracle for strides in turn.
"""

import numpy as np
import pytest

from strategic.equilibria import solve
from strategic.equilibria.quantal import _tracker
from strategic.equilibria.quantal._first_root import first_root
from strategic.equilibria.quantal._rising import climb
from strategic.equilibria.quantal._system import (
    from_log_odds,
    logit_system,
    scaled_tables,
    unique_below,
)
from strategic.equilibria.quantal.two_by_two import TwoByTwo
from strategic.status import Status

SHORT = 0.08


def kernel(row, column):
    """Payoffs of many games with the games last, as kernels have them."""
    return [np.ascontiguousarray(np.moveaxis(table, 0, -1)) for table in (row, column)]


def step_by_step(tables, rationality, monkeypatch):
    """First mixture of the system where the branch first meets a rationality, in short steps."""
    monkeypatch.setattr(_tracker, "CROSSING", 1e-6)
    system, _ = logit_system(tables)
    target = np.full(tables[0].shape[-1], rationality)
    tracked = _tracker.follow(
        system,
        target,
        first=np.minimum(unique_below(tables), 0.5),
        max_steps=20_000,
        largest=SHORT,
    )
    assert tracked.reached.all()
    return from_log_odds(_tracker.polished(system, tracked.w, target)[0])


@pytest.mark.parametrize(("shape", "seed"), [((2, 3), 1), ((3, 3), 2), ((4, 4), 4)])
def test_strides_lead_where_short_steps_lead(shape, seed, monkeypatch):
    row, column = np.random.default_rng(seed).random((2, 200, *shape))
    found = solve(row, column, rationality=30.0, method="logit")
    assert (found.status == Status.OK).all()
    tables, _ = scaled_tables(kernel(row, column))
    scaled = solve(*(np.moveaxis(t, -1, 0) for t in tables), rationality=30.0, method="logit")
    oracle = step_by_step(tables, 30.0, monkeypatch)
    np.testing.assert_allclose(scaled.strategies[0].T, oracle, atol=1e-8)


def test_branches_that_turn_back_are_followed_around_their_folds(monkeypatch):
    # Every one of these 4x4 games turns back before rationality 50.
    row, column = np.random.default_rng(4).random((2, 8192, 4, 4))
    some = [13, 461, 1735, 2529, 2785, 5995, 6138]
    found = solve(row[some], column[some], rationality=50.0, method="logit")
    assert (found.status == Status.OK).all()
    tables, _ = scaled_tables(kernel(row[some], column[some]))
    oracle = step_by_step(tables, 45.0, monkeypatch)
    scaled = solve(*(np.moveaxis(t, -1, 0) for t in tables), rationality=45.0, method="logit")
    np.testing.assert_allclose(scaled.strategies[0].T, oracle, atol=1e-8)
    assert found.steps.max() < 150  # strides grow again behind the folds


def test_strides_do_not_leave_the_branch_of_a_tied_game_before_its_fold():
    # Steps of a hundredth lead here; strides once accepted a point of another branch.
    row = [[2, 1, 0, 0], [1, 2, 1, 2], [2, 0, 0, 1], [1, 3, 3, 2]]
    column = [[3, 1, 0, 3], [1, 3, 3, 1], [2, 1, 3, 0], [2, 2, 1, 1]]
    found = solve(row, column, rationality=50.0 / 3.0, method="logit")
    np.testing.assert_allclose(found.strategies[0], [0.5, 0.0, 0.5, 0.0], atol=1e-4)
    np.testing.assert_allclose(found.strategies[1], [1.0, 0.0, 0.0, 0.0], atol=1e-4)


def test_strides_do_not_pass_where_another_branch_comes_near(monkeypatch):
    # Between two strides the determinant fell to zero and rose again, on another branch.
    row = [[[7, 7, 5, 1], [2, 1, 3, 5], [9, 6, 1, 2], [0, 1, 9, 7]],
           [[9, 4, 0, 9], [1, 3, 0, 3], [2, 5, 7, 0], [9, 5, 4, 5]],
           [[1, 8, 5, 9], [6, 8, 9, 1], [0, 1, 0, 7], [2, 6, 0, 9]],
           [[5, 6, 8, 3], [1, 1, 6, 4], [6, 7, 9, 0], [9, 1, 5, 1]],
           [[3, 4, 7, 9], [8, 2, 0, 6], [5, 6, 6, 8], [0, 1, 0, 5]]]  # fmt: skip
    column = [[[7, 2, 9, 0], [7, 1, 6, 1], [5, 4, 1, 9], [1, 6, 2, 7]],
              [[9, 1, 2, 9], [4, 3, 5, 5], [0, 0, 8, 4], [9, 3, 0, 5]],
              [[1, 6, 1, 2], [8, 8, 1, 6], [5, 9, 0, 0], [9, 1, 7, 9]],
              [[5, 1, 6, 9], [6, 2, 7, 1], [8, 6, 9, 5], [3, 4, 0, 1]],
              [[3, 8, 5, 0], [4, 2, 6, 1], [7, 0, 6, 0], [9, 6, 8, 6]]]  # fmt: skip
    tables, units = scaled_tables(kernel(np.array(row, float), np.array(column, float)))
    np.testing.assert_array_equal(units.scaled(2.0), 18.0)
    found = solve(row, column, rationality=2.0, method="logit")
    assert (found.status == Status.OK).all()
    oracle = step_by_step(tables, 18.0, monkeypatch)
    np.testing.assert_allclose(found.strategies[0].T, oracle, atol=1e-8)
    # A fold faces another one across a gap of a thousandth.
    row = [[0, 2, 2, 1], [0, 1, 3, 1], [0, 0, 2, 2], [3, 3, 0, 1]]
    column = [[2, 2, 2, 1], [2, 3, 2, 1], [2, 1, 0, 1], [3, 2, 3, 3]]
    found = solve(row, column, rationality=200.0 / 3.0, method="logit")
    assert found.status == Status.OK
    np.testing.assert_allclose(found.strategies[0], [0.0, 0.4556, 0.0, 0.5444], atol=1e-4)


@pytest.mark.parametrize("highest", [3, 10**9])
def test_symmetric_games_with_other_labels_are_as_symmetric(highest):
    # With the labels of one player moved on by one nothing tells that the game is symmetric:
    # the bifurcations where unequal play begins are then met and crossed.
    rng = np.random.default_rng(highest)
    for size in (3, 4):
        row = rng.integers(0, highest, (400, size, size), endpoint=True) / highest * 3.0
        column = row.swapaxes(1, 2)
        moved = [np.roll(table, 1, axis=2) for table in (row, column)]
        for rationality in (3.0, 20.0):
            plain = solve(row, column, rationality=rationality, method="logit")
            other = solve(*moved, rationality=rationality, method="logit")
            for found in (plain, other):
                assert (found.status == Status.OK).all()
            assert np.array_equal(plain.strategies[0], plain.strategies[1])
            np.testing.assert_allclose(other.strategies[0], plain.strategies[0], atol=1e-8)
            np.testing.assert_allclose(
                other.strategies[1], np.roll(plain.strategies[1], 1, axis=1), atol=1e-8
            )


def with_sides(rng, games, shares):
    """2x2 games whose players lean to opposite sides at uniform play, by shares of half a slope."""
    slope_a, slope_b = rng.uniform(0.5, 1.0, (2, games))
    a = (shares[1] - 1.0) * slope_a / 2.0
    b = -(shares[0] + 1.0) * slope_b / 2.0
    zero = np.zeros(games)
    row = np.array([[a + slope_a, a], [zero, zero]])
    column = np.array([[b + slope_b, zero], [b, zero]])
    mirrored = rng.random(games) < 0.5  # the other player leans to the first action then
    return [np.where(mirrored, table[::-1, ::-1], table) for table in (row, column)]


@pytest.mark.parametrize("rationality", [7.0, 12.0, 40.0])
def test_two_by_two_games_are_looked_up_where_short_steps_lead(rationality, monkeypatch):
    rng = np.random.default_rng(int(rationality))
    shares = rng.uniform(0.0, 1.0, (2, 400))
    shares[0, :150] = rng.uniform(0.95, 1.35, 150)
    shares[1, 100:250] = rng.uniform(0.95, 1.35, 150)
    for tables in (with_sides(rng, 400, shares), list(rng.random((2, 2, 2, 400)))):
        scaled, _ = scaled_tables(tables)
        x, told = first_root(TwoByTwo(*scaled), np.full(400, rationality))
        assert told.mean() > 0.85
        oracle = step_by_step(scaled, rationality, monkeypatch)[0]
        np.testing.assert_allclose(1.0 / (1.0 + np.exp(-x[told])), oracle[told], atol=1e-8)


def test_strides_tell_branches_apart_that_nearly_meet():
    # Nearly mirrored games: where their branch nearly meets another one, at a gap that goes with
    # the root of what breaks the symmetry, it turns off sharply. Proved roots are the oracle.
    rng = np.random.default_rng(3)
    shares = np.repeat(rng.uniform(0.05, 0.9, 600)[None], 2, axis=0)
    slope = rng.uniform(0.6, 1.0, 600)
    shares[1] += 10.0 ** rng.uniform(-5.0, -1.0, 600) * rng.choice([-1.0, 1.0], 600)
    a, b = (shares[1] - 1.0) * slope / 2.0, -(shares[0] + 1.0) * slope / 2.0
    zero = np.zeros(600)
    tables, _ = scaled_tables(
        [np.array([[a + slope, a], [zero, zero]]), np.array([[b + slope, zero], [b, zero]])]
    )
    system, _ = logit_system(tables)
    for rationality in (10.0, 40.0):
        target = np.full(600, rationality)
        x, told = first_root(TwoByTwo(*tables), target)
        climbed = climb(system, target[:, None], unique=unique_below(tables), max_steps=1000)
        both = told & climbed.reached
        assert both.mean() > 0.97
        np.testing.assert_allclose(np.tanh(-climbed.w[0, both]), np.tanh(x[both]), atol=1e-7)
        assert np.median(climbed.steps) < 40


def test_nearly_pure_play_is_reached_in_few_strides():
    # Play settles on dominant actions: strides grow with rationality.
    row = np.array([[4.0, 4, 4], [3, 1, 2], [0, 1, 1]])
    found = solve(
        np.repeat(row[None], 3, axis=0),
        np.repeat((row.T + np.array([0.0, 0.1, 0.2]))[None], 3, axis=0),
        rationality=np.array([10.0, 1e3, 1e6]),
        method="logit",
    )
    assert (found.status == Status.OK).all()
    assert found.steps.max() < 30


def test_the_first_meeting_counts_where_a_branch_turns_back_close_behind():
    # Each of these branches turns back less than a hundredth behind rationality 50: a stride that
    # goes around the fold passes the target twice, and ends below it.
    sizes = {4: [(32, 10561), (33, 10874)], 3: [(33, 14400)]}
    for size, games in sizes.items():
        for seed, number in games:
            tables = np.random.default_rng(seed).random((2, 16000, size, size))[:, [number]]
            scaled, _ = scaled_tables(kernel(*tables))
            both = [np.repeat(np.moveaxis(table, -1, 0), 2, axis=0) for table in scaled]
            found = solve(*both, rationality=[48.0, 50.0], method="logit")
            assert (found.status == Status.OK).all()
            # The two points lie on one arm: nothing lies far from the other one.
            assert np.abs(np.diff(found.strategies[0], axis=0)).max() < 0.03
