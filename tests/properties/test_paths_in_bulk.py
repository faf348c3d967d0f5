"""Lemke-Howson in bulk: the ends of paths followed one by one, ties broken lexicographically."""

from fractions import Fraction

import numpy as np
import pytest

from strategic.equilibria import solve
from strategic.equilibria._exact import exact_mixtures, nearest_doubles, whole_payoffs
from strategic.equilibria.pivoting import lemke_howson, single_equilibrium
from strategic.equilibria.pivoting._integer_pivoting import exact_path
from strategic.equilibria.pivoting._lemke_howson_batch import lemke_howson_ends
from strategic.games.game import Game

SHAPES = [(2, 2), (3, 3), (2, 4), (4, 3), (1, 3)]


@pytest.mark.parametrize("shape", SHAPES)
def test_tied_paths_end_where_the_exact_lexicographic_path_does(shape):
    rng = np.random.default_rng(171)
    row, column = rng.integers(0, 4, (2, 60, *shape)).astype(float)
    batch_last = [np.ascontiguousarray(np.moveaxis(side, 0, -1)) for side in (row, column)]
    tied = 0
    for label in range(sum(shape)):
        ends = lemke_howson_ends(*batch_last, label=label, whole=True)
        found = solve(row, column, method="lemke_howson", label=label)
        assert ends.finished.all()
        assert (found.count == 1).all()
        tied += ends.tied.sum()
        for number in range(60):
            whole = [whole_payoffs(side[number]) for side in (row, column)]
            rows, columns, _ = exact_path(*whole, label)
            assert np.flatnonzero(ends.rows[:, number]).tolist() == rows
            assert np.flatnonzero(ends.columns[:, number]).tolist() == columns
            if ends.tied[number]:
                pair = [nearest_doubles(side) for side in exact_mixtures(*whole, rows, columns)]
                np.testing.assert_allclose(found.row[number], pair[0], rtol=1e-15)
                np.testing.assert_allclose(found.column[number], pair[1], rtol=1e-15)
    assert tied > 50


@pytest.mark.parametrize("shape", SHAPES)
def test_every_label_in_bulk_lists_the_ends_of_each_label(shape):
    rng = np.random.default_rng(172)
    for payoffs in (rng.integers(0, 3, (2, 30, *shape)).astype(float), rng.random((2, 30, *shape))):
        every = solve(*payoffs, method="lemke_howson_all")
        ends = [solve(*payoffs, method="lemke_howson", label=k) for k in range(sum(shape))]
        for number in range(30):
            listed = [tuple(np.concatenate([x, y])) for x, y in every.of(number)]
            assert len(set(listed)) == len(listed)
            expected = dict.fromkeys(
                tuple(np.concatenate([one.row[number], one.column[number]])) for one in ends
            )
            assert listed == list(expected)
        assert (every.regret <= 1e-15 * 4).all()


@pytest.mark.parametrize("method", ["lemke_howson", "lemke_howson_all"])
def test_generic_games_end_where_paths_followed_one_by_one_do(method, monkeypatch):
    rng = np.random.default_rng(173)
    for shape in [*SHAPES, (9, 8)]:
        row, column = rng.standard_normal((2, 25, *shape))
        together = solve(row, column, method=method)
        with monkeypatch.context() as alone:
            alone.setattr(lemke_howson, "TOGETHER", 0)
            one_by_one = solve(row, column, method=method)
        np.testing.assert_array_equal(together.game, one_by_one.game)
        np.testing.assert_array_equal(together.status, one_by_one.status)
        np.testing.assert_array_equal(together.row > 0, one_by_one.row > 0)
        np.testing.assert_allclose(together.row, one_by_one.row, rtol=1e-12)
        np.testing.assert_allclose(together.column, one_by_one.column, rtol=1e-12)


def test_neither_batch_nor_order_nor_workers_change_an_end(monkeypatch):
    rng = np.random.default_rng(174)
    tables = np.concatenate(
        [
            rng.integers(0, 3, (2, 20, 3, 3)).astype(float),
            rng.random((2, 20, 3, 3)),
            np.where(rng.random((2, 20, 3, 3)) < 0.3, 0.1, rng.random((2, 20, 3, 3))),
        ],
        axis=1,
    )
    whole = solve(*tables, method="lemke_howson_all", workers=1)
    order = rng.permutation(60)
    monkeypatch.setattr(lemke_howson, "BLOCK", 7)
    mixed = solve(*tables[:, order], method="lemke_howson_all", workers=2)
    for place, number in enumerate(order):
        for mine, theirs in zip(
            whole.of(int(number)).strategies, mixed.of(place).strategies, strict=True
        ):
            np.testing.assert_array_equal(mine, theirs)
    for number in (0, 30, 59):
        alone = solve(*tables[:, number], method="lemke_howson_all")
        np.testing.assert_array_equal(alone.row, whole.of(number).row)


def test_numbers_that_grow_too_long_are_left_to_longer_ones():
    rng = np.random.default_rng(175)
    row, column = rng.integers(0, 4, (2, 10, 4, 4)) * 1e6 + rng.integers(0, 3, (2, 10, 4, 4))
    ends = lemke_howson_ends(
        *(np.ascontiguousarray(np.moveaxis(side, 0, -1)) for side in (row, column)), whole=True
    )
    assert not ends.finished.all()
    found = solve(Game.from_payoffs(row, column), method="lemke_howson")
    assert (found.count == 1).all()
    assert (found.regret <= 1e-8).all()


@pytest.mark.parametrize("shape", SHAPES)
def test_fractions_in_bulk_have_the_equilibrium_found_one_by_one(shape):
    rng = np.random.default_rng(176)
    for most in (3, 40):
        whole = rng.integers(0, most, (2, 30, *shape))
        games = Game.from_payoffs(
            *(np.frompyfunc(lambda v: Fraction(int(v), 3), 1, 1)(t) for t in whole)
        )
        found = solve(games, method="one")
        for number in range(30):
            alone = single_equilibrium._exact_one(games.of_batch(number), 1000)
            one = found.of(number)
            for mine, theirs in zip(
                (one.row, one.column, one.payoffs), (alone[0], alone[1], alone[3]), strict=True
            ):
                np.testing.assert_array_equal(mine, theirs)
