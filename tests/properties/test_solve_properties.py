"""What must hold for the equilibria of every two-player game, whatever its payoffs."""

from pathlib import Path
from runpy import run_path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from strategic.equilibria import solve
from strategic.equilibria.enumeration.all_equilibria import AllEquilibria
from strategic.games.game import Game
from strategic.status import Status

ORACLE = Path(__file__).parents[2] / "benchmarks" / "_plain_fractions.py"
ExactGame = run_path(str(ORACLE))["ExactGame"]
BATCH = 12
shapes = st.tuples(st.integers(1, 4), st.integers(1, 4))
kinds = st.sampled_from(["few", "many", "any", "near"])


@st.composite
def batches(draw):
    """A batch of games of one shape: ties, generic numbers, any doubles, or nearly ties."""
    shape, kind = draw(shapes), draw(kinds)
    if kind == "any":
        doubles = st.floats(-1e6, 1e6, allow_nan=False, width=64)
        table = arrays(float, (2, 2, *shape), elements=doubles)
        return tuple(draw(table))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    size = (2, BATCH, *shape)
    if kind == "many":
        return tuple(rng.normal(size=size))
    payoffs = rng.integers(0, 3, size).astype(float)
    if kind == "near":
        payoffs += rng.integers(-1, 2, size) * 1e-15
    return tuple(payoffs)


def same(one, other):
    assert (one.count == other.count).all()
    assert (one.status == other.status).all()
    for mine, theirs in (
        *zip(one.strategies, other.strategies, strict=True),
        (one.payoffs, other.payoffs),
        (one.index, other.index),
        (one.regret, other.regret),
    ):
        np.testing.assert_array_equal(mine, theirs)


def supports(found):
    return np.concatenate([found.row > 0, found.column > 0], axis=1)


@given(batches())
def test_every_answer_is_certified(games):
    found = solve(*games)
    assert (found.count >= 1).all()
    assert (found.status <= Status.COMPONENTS).all()
    assert (found.degenerate == (found.status == Status.COMPONENTS)).all()
    largest = max(np.abs(table).max() for table in games)
    assert (found.regret <= 1e-12 * max(largest, 1e-300)).all()
    np.testing.assert_allclose(found.row.sum(axis=1), 1, rtol=1e-14)
    np.testing.assert_allclose(found.column.sum(axis=1), 1, rtol=1e-14)
    regular = ~found.degenerate
    assert (found.count[regular] % 2 == 1).all()
    total = np.bincount(found.game, weights=found.index, minlength=len(regular))
    assert (total[regular] == 1).all()


@given(batches())
def test_plain_fractions_find_the_same(games):
    found = solve(*games)
    for number in range(len(games[0])):
        one, plain = (
            found.of(number),
            ExactGame.of(Game.from_payoffs(games[0][number], games[1][number])),
        )
        assert len(one) == len(plain.equilibria)
        for (x, y), mine in zip(plain.equilibria, one, strict=True):
            np.testing.assert_allclose(mine[0], [float(p) for p in x.strategy], atol=1e-9)
            np.testing.assert_allclose(mine[1], [float(p) for p in y.strategy], atol=1e-9)
        assert [tuple(map(tuple, pair)) for pair in zip(*one.fractions(), strict=True)] == [
            (x.strategy, y.strategy) for x, y in plain.equilibria
        ]
        assert sum(plain.indices.values()) == 1
        indices = list(plain.indices.values())
        for component in one.components():
            assert component.index == sum(indices[e] for e in component.equilibria)


@given(batches())
def test_components_and_fractions_of_a_batch_are_those_of_its_games(games):
    found = solve(*games)
    ones = [found.of(number) for number in range(len(games[0]))]
    together = [(c.game, c.subsets, c.index) for c in found.components()]
    assert together == [
        (i, c.subsets, c.index) for i, one in enumerate(ones) for c in one.components()
    ]
    for player, side in enumerate(found.fractions()):
        assert (side == np.concatenate([one.fractions()[player] for one in ones])).all()


@given(batches(), st.integers(1, 70), st.integers(1, 3))
def test_blocks_and_workers_change_no_bit(games, block, workers):
    whole = solve(*games, workers=1)
    same(whole, solve(*games, method=AllEquilibria(block=block), workers=workers))
    last = len(games[0]) - 1
    same(whole.of(last), solve(games[0][last], games[1][last]))


@given(batches(), st.integers(-200, 200), st.integers(-200, 200))
def test_powers_of_two_change_no_equilibrium(games, first, second):
    before = solve(*games)
    after = solve(np.ldexp(games[0], first), np.ldexp(games[1], second))
    assert (before.count == after.count).all()
    np.testing.assert_array_equal(supports(before), supports(after))
    np.testing.assert_array_equal(before.index, after.index)
    np.testing.assert_allclose(before.row, after.row, atol=1e-12)
    np.testing.assert_allclose(before.column, after.column, atol=1e-12)


@given(shapes, st.integers(0, 2**32), st.sampled_from([1e9, -1e9, 2.0**50]))
def test_shifts_change_no_equilibrium(shape, seed, shift):
    row, column = np.random.default_rng(seed).integers(0, 4, (2, BATCH, *shape)).astype(float)
    before, after = solve(row, column), solve(row + shift, column - shift)
    assert (before.count == after.count).all()
    np.testing.assert_array_equal(before.row, after.row)
    np.testing.assert_array_equal(before.column, after.column)


@given(batches())
def test_swapping_the_players_swaps_the_strategies(games):
    found = solve(*games)
    swapped = solve(games[1].swapaxes(1, 2), games[0].swapaxes(1, 2))
    assert (found.count == swapped.count).all()
    assert (found.degenerate == swapped.degenerate).all()
    ours = np.column_stack([found.game, found.row, found.column, np.nan_to_num(found.index, nan=9)])
    theirs = np.column_stack(
        [swapped.game, swapped.column, swapped.row, np.nan_to_num(swapped.index, nan=9)]
    )
    np.testing.assert_allclose(_sorted(ours), _sorted(theirs), atol=1e-9)


@given(batches(), st.randoms(use_true_random=False))
def test_new_names_for_actions_change_names_only(games, random):
    m, n = games[0].shape[1:]
    rows, columns = random.sample(range(m), m), random.sample(range(n), n)
    found = solve(*games)
    renamed = solve(*(table[:, rows][:, :, columns] for table in games))
    ours = np.column_stack([found.game, found.row[:, rows], found.column[:, columns]])
    theirs = np.column_stack([renamed.game, renamed.row, renamed.column])
    np.testing.assert_allclose(_sorted(ours), _sorted(theirs), atol=1e-9)
    assert (found.degenerate == renamed.degenerate).all()


@pytest.mark.parametrize("size", [2, 3, 4])
def test_neighbours_in_a_batch_do_not_matter(size):
    rng = np.random.default_rng(size)
    row, column = rng.integers(0, 4, (2, 300, size, size)).astype(float)
    row[::3] += rng.random(row[::3].shape)
    whole = solve(row, column, workers=2)
    for game in range(0, 300, 7):
        same(whole.of(game), solve(row[game], column[game]))


def test_no_regret_is_a_negative_zero():
    row = np.array([[2.0, 0.0], [-1.0, 0.0]])
    wide = np.array([[2.0, -2.0, 0.0, 2.0, 0.0], [1.0, 1.0, 2.0, 0.0, 0.0]])
    for one in (row, wide):
        for games in (one, np.tile(one, (12, 1, 1)), np.tile(one, (600, 1, 1))):
            assert not np.signbit(solve(games, -games, workers=1).regret).any()


def test_payoffs_of_any_size_give_no_warning():
    rng = np.random.default_rng(467)
    game = rng.integers(-9, 10, (2, 5, 5)) * 10.0 ** rng.integers(-300, 300, (2, 5, 5))
    assert solve(*game).status == Status.COMPLETE_EXACT


def _sorted(lines):
    return lines[np.lexsort(np.round(lines, 6).T[::-1])]
