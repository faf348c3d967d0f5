"""Thin and larger games: vertices of best-reply polytopes against minors, Qhull and fractions."""

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest

from strategic.equilibria import solve
from strategic.equilibria._exact import whole_payoffs
from strategic.equilibria.enumeration import _certified, _certified_vertices, _exact_walk
from strategic.equilibria.enumeration._certified import certified_equilibria
from strategic.equilibria.enumeration._certified_walk import walked_supports
from strategic.equilibria.enumeration._exact_pairs import walked_extremes
from strategic.equilibria.enumeration._matched_vertices import matched_supports
from strategic.equilibria.enumeration._pruned_vertices import pruned_vertices
from strategic.equilibria.enumeration._support_tables import minor_count
from strategic.equilibria.enumeration._supports import assembled
from strategic.equilibria.enumeration.exact_fallback import exact_extremes
from strategic.games import Game
from strategic.status import Status

SHAPES = [(1, 4), (4, 1), (2, 2), (3, 3), (2, 6), (6, 2), (4, 4), (3, 7), (6, 6), (8, 8)]


def drawn(rng, kind, shape):
    sizes = 10.0 ** rng.integers(-9, 9, shape)
    return {
        "plain": lambda: rng.random(shape),
        "whole": lambda: rng.integers(0, 1000, shape).astype(float),
        "mixed sizes": lambda: rng.random(shape) * sizes,
        "level": lambda: 1e9 + rng.random(shape),
    }[kind]()


@pytest.mark.parametrize("kind", ["plain", "whole", "mixed sizes", "level"])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("supports", [walked_supports, matched_supports, pruned_vertices])
def test_vertices_and_the_signs_of_minors_give_the_same_to_the_bit(supports, shape, kind):
    rng = np.random.default_rng([*shape, len(kind)])
    games = max(400 // (shape[0] * shape[1]), 4)
    row, column = drawn(rng, kind, (games, *shape)), drawn(rng, kind, (games, *shape))
    rounded = np.zeros(games, dtype=bool)
    by_signs, settled = certified_equilibria(row, column, rounded)
    found, status = assembled(row, column, supports(row, column, rounded))
    both = (status == settled) & (status == Status.COMPLETE)
    if kind == "plain":
        assert both.all()
    mine, theirs = (
        block.sorted().table[:, np.repeat(both, block.count)] for block in (found, by_signs)
    )
    assert np.array_equal(mine, theirs)
    assert mine[-1].max(initial=0) <= 1e-13 * np.abs([row, column]).max()  # regrets


@pytest.mark.parametrize("kind", ["plain", "mixed sizes", "near ties", "ties"])
@pytest.mark.parametrize("shape", [(5, 6), (6, 6), (7, 7)])
def test_no_bit_of_small_games_depends_on_how_many_there_are(shape, kind):
    rng = np.random.default_rng([*shape, len(kind)])
    games, size = 64, (2, 64, *shape)
    if kind.endswith("ties"):
        row, column = rng.integers(0, 12, size).astype(float)
        if kind == "near ties":
            row, column = (row, column) + rng.integers(-9, 10, size) * 2.0**-30
    else:
        row, column = (drawn(rng, kind, size[1:]) for _ in range(2))
    together = solve(row, column)
    assert minor_count(*shape) < games**2  # signs of minors first
    for some in (slice(0, 1), slice(5, 6), slice(20, 30)):
        alone = solve(row[some], column[some])
        for place, game in enumerate(range(games)[some]):
            assert_same(alone.of(place), together.of(game))
    # What either way settles is complete, whatever the order in which they are tried.
    settled = [
        way(row, column, np.zeros(games, dtype=bool))[1] == Status.COMPLETE
        for way in (certified_equilibria, _certified_vertices._untied_equilibria)
    ]
    assert (together.status[settled[0] | settled[1]] == Status.COMPLETE).all()


@pytest.mark.parametrize("kind", ["plain", "whole", "mixed sizes", "level"])
@pytest.mark.parametrize("shape", [(3, 3), (4, 4), (5, 3), (6, 6)])
def test_single_precision_settles_games_as_double_does(shape, kind, monkeypatch):
    rng = np.random.default_rng([*shape, len(kind)])
    row, column = (drawn(rng, kind, (200, *shape)) for _ in range(2))
    answers = []
    for fewest in (0, 1 << 60):
        monkeypatch.setattr(_certified, "_SINGLE_FROM", fewest)
        block, status = certified_equilibria(row, column, np.zeros(200, dtype=bool))
        answers.append((block.sorted().table, block.count, status))
    for one, other in zip(*answers, strict=True):
        assert np.array_equal(one, other)
    single = _certified._settled(row, column, np.zeros(200, dtype=bool), np.float32)
    settled = ~single[3]
    assert (answers[1][2][settled] == Status.COMPLETE).all()
    assert np.array_equal(np.bincount(single[1], minlength=200)[settled], answers[1][1][settled])
    assert settled.any() or kind != "plain"


@pytest.mark.parametrize("shape", [*SHAPES[:8], (5, 5), (2, 9), (3, 8)])
@pytest.mark.parametrize("top", [2, 3, 6])
def test_ties_give_the_extreme_equilibria_and_indices_of_exact_minors(shape, top):
    rng = np.random.default_rng([*shape, top])
    row, column = rng.integers(0, top, (2, 15, *shape)).astype(float)
    wholes = (whole_payoffs(table.transpose(1, 2, 0)) for table in (row, column))
    walked = walked_extremes(*wholes, fractions=True)
    numbers, places = zip(
        *exact_extremes(Game.from_payoffs(row, column), fractions=True), strict=True
    )
    for name in ("x", "y", "index"):
        listed = np.concatenate([getattr(part, name).T for part in places])
        assert np.array_equal(getattr(walked, name).T, listed), name
    assert np.array_equal(walked.game, np.concatenate(numbers))
    assert walked.sound.all()
    assert np.array_equal(
        walked.isolated_index, np.concatenate([p.isolated_index for p in places]), equal_nan=True
    )


def two_by_many(row, column):
    """List the regular equilibria of a 2 x n game in fractions, from every pair of columns."""
    a, b = ([[Fraction(v) for v in line] for line in table] for table in (row, column))
    found = []
    for j in range(len(a[0])):
        best = max((0, 1), key=lambda i: a[i][j])
        if b[best][j] == max(b[best]):
            found.append(({best: Fraction(1)}, {j: Fraction(1)}))
    for j, k in combinations(range(len(a[0])), 2):
        # x makes columns j and k equally good, y makes both rows equally good.
        lines = [b[i][j] - b[i][k] for i in (0, 1)]
        gains = [a[0][c] - a[1][c] for c in (j, k)]
        if lines[0] * lines[1] >= 0 or gains[0] * gains[1] >= 0:
            continue
        x = lines[1] / (lines[1] - lines[0])
        y = gains[1] / (gains[1] - gains[0])
        level = x * b[0][j] + (1 - x) * b[1][j]
        if all(x * one + (1 - x) * other <= level for one, other in zip(*b, strict=True)):
            found.append(({0: x, 1: 1 - x}, {j: y, k: 1 - y}))
    return found


@pytest.mark.parametrize("n", [15, 40, 120])
def test_two_by_many_is_what_all_pairs_of_columns_give(n):
    rng = np.random.default_rng(n)
    for kind in ("plain", "mixed sizes", "level"):
        row, column = drawn(rng, kind, (4, 2, n)), drawn(rng, kind, (4, 2, n))
        found = solve(row, column)
        for game in range(4):
            expected = two_by_many(row[game].tolist(), column[game].tolist())
            here = found.of(game)
            assert int(here.count) == len(expected)
            supports = {
                (tuple(np.flatnonzero(x)), tuple(np.flatnonzero(y)))
                for x, y in zip(here.row, here.column, strict=True)
            }
            assert supports == {(tuple(sorted(x)), tuple(sorted(y))) for x, y in expected}
            for x, y in zip(here.row, here.column, strict=True):
                key = tuple(np.flatnonzero(x)), tuple(np.flatnonzero(y))
                ((mine, theirs),) = (
                    (p, q) for p, q in expected if (tuple(sorted(p)), tuple(sorted(q))) == key
                )
                assert all(abs(x[i] - float(share)) < 1e-9 for i, share in mine.items())
                assert all(abs(y[j] - float(share)) < 1e-9 for j, share in theirs.items())


@pytest.mark.parametrize("shape", [(9, 9), (4, 20), (20, 4), (3, 25), (10, 10), (11, 8), (7, 10)])
def test_larger_games_have_the_equilibria_that_qhull_finds(shape):
    rng = np.random.default_rng(shape)
    row, column = rng.random((2, 2, *shape))
    found, theirs = solve(row, column), solve(row, column, method="polytopes")
    assert set(found.status.tolist()) == {int(Status.COMPLETE)}
    assert np.array_equal(found.count, theirs.count)
    for game in range(2):
        one, other = found.of(game), theirs.of(game)
        profiles = [np.unique(np.hstack([r.row, r.column]).round(9), axis=0) for r in (one, other)]
        assert np.allclose(*profiles, atol=2e-9)
    assert found.regret.max() < 1e-14


@pytest.mark.parametrize("shape", [(12, 14), (16, 16)])
def test_the_largest_games_have_the_equilibria_that_lemke_and_howson_find(shape):
    row, column = np.random.default_rng(shape).random((2, *shape))
    found = solve(row, column)
    assert int(found.status) == Status.COMPLETE
    assert found.index.sum() == 1
    assert found.regret.max() < 1e-14
    ours = np.hstack([found.row, found.column])
    some = solve(row, column, method="lemke_howson_all")
    for profile in np.hstack([some.row, some.column]):
        assert np.abs(ours - profile).max(axis=1).min() < 1e-9
    assert len(some) > 1


@pytest.mark.parametrize(("shape", "digits"), [((3, 20), 1), ((9, 8), 2)])
def test_no_bit_depends_on_blocks_workers_neighbours_or_powers_of_two(shape, digits):
    rng = np.random.default_rng(5)
    row, column = rng.random((2, 40, *shape))
    # Ties, for the exact walk.
    row[7], column[11] = row[7].round(digits), column[11].round(digits)
    whole = solve(row, column)
    for options in ({"block": 1}, {"block": 7}, {"block": 64, "workers": 2}):
        workers = options.pop("workers", 1)
        again = solve(row, column, method="all", workers=workers, **options)
        assert_same(again, whole)
    order = rng.permutation(40)
    moved = solve(row[order], column[order])
    for place, game in enumerate(order):
        assert_same(moved.of(place), whole.of(int(game)))
    scaled = solve(row * 2.0**40, column * 2.0**-70)
    for name in ("row", "column", "index", "status"):
        assert np.array_equal(getattr(scaled, name), getattr(whole, name), equal_nan=True)


def assert_same(one, other):
    for name in ("row", "column", "payoffs", "index", "regret", "count", "status"):
        assert np.array_equal(getattr(one, name), getattr(other, name), equal_nan=True), name


@pytest.mark.parametrize(("shape", "games"), [((3, 15), 12), ((9, 8), 2)])
def test_near_ties_are_decided_and_ties_are_components(shape, games):
    rng = np.random.default_rng(8)
    for power in (10, 30, 48):
        size = 2, games, *shape
        row, column = rng.integers(0, 4, size) + rng.integers(-1, 2, size) * 2.0**-power
        found = solve(row, column)
        assert (found.status != Status.NOT_FINISHED).all()
        for game in range(games):
            components = found.of(game).components()
            assert sum(component.index for component in components) == 1
        exact = solve(row.astype(object), column.astype(object))
        assert np.array_equal(exact.row, found.row)


def test_games_whose_ties_are_all_of_the_game():
    nothing = solve(np.zeros((12, 12)), np.zeros((12, 12)))
    assert int(nothing.count) == 144
    assert len(nothing.components()) == 1
    same = solve(np.eye(10), np.eye(10))
    assert int(same.count) == 2**10 - 1
    assert int(same.status) == Status.COMPLETE


def test_a_game_with_more_bases_than_are_worth_visiting_says_so(monkeypatch):
    monkeypatch.setattr(_exact_walk, "MOST_BASES", 5)
    ties = np.random.default_rng(1).integers(0, 2, (2, 9, 9)).astype(float)
    found = solve(*ties)
    assert int(found.status) == Status.NOT_FINISHED
    assert int(found.count) == 0
    (note,) = found.notes()
    assert "too many ties" in note
    assert len(solve(*ties, method="polytopes"))
    assert "'polytopes'" in note
