"""Each family has the properties it is known for."""

import math
from itertools import product

import numpy as np
import pytest

import strategic as st
from strategic.errors import GameError
from strategic.games import families

DRAWN = {
    "random": lambda **k: families.random_games((2, 3, 2), **k),
    "integer": lambda **k: families.integer_games((3, 2), **k),
    "zero-sum": lambda **k: families.zero_sum_games((3, 2), **k),
    "covariant": lambda **k: families.covariant_games((2, 2, 2), correlation=0.3, **k),
    "coordination": lambda **k: families.coordination_games(3, **k),
    "blotto": lambda **k: families.blotto_games(3, 3, **k),
    "ranking": lambda **k: families.ranking_games(4, **k),
    "unit vector": lambda **k: families.unit_vector_games(4, **k),
    "unit vector without pure": lambda **k: families.unit_vector_games(2, avoid_pure=True, **k),
    "tournament": lambda **k: families.tournament_games(4, 2, **k),
}


@pytest.mark.parametrize("draw", DRAWN.values(), ids=DRAWN)
def test_a_seed_fixes_the_games(draw):
    games = draw(count=20, rng=7)
    assert games.batch_shape == (20,)
    again, other = draw(count=20, rng=np.random.default_rng(7)), draw(count=20, rng=8)
    assert all(np.array_equal(a, b) for a, b in zip(games.payoffs, again.payoffs, strict=True))
    assert not np.array_equal(games.payoffs[0], other.payoffs[0])
    assert draw(rng=7).batch_shape == ()
    assert len({p.tobytes() for p in games.payoffs[0]}) > 1


def test_the_namespaces_say_what_they_hold():
    assert [name for name in families.__all__ if f"`{name}`" not in families.__doc__] == []
    for namespace in (st.games, families):
        for name in namespace.__all__:
            assert getattr(namespace, name).__doc__, name
    assert st.games.families is families


def test_random_payoffs_fill_their_range():
    games = families.random_games((4, 4), 2000, rng=1)
    for payoffs in games.payoffs:
        assert payoffs.min() >= 0
        assert payoffs.max() < 1
        assert abs(payoffs.mean() - 0.5) < 0.01
    assert not np.array_equal(games.row, games.column)


def test_the_number_of_pure_equilibria_is_nearly_poisson():
    games = families.random_games((8, 8), 4000, rng=2)
    best = (games.row == games.row.max(-2, keepdims=True)) & (
        games.column == games.column.max(-1, keepdims=True)
    )
    counts = best.sum(axis=(-2, -1))
    assert abs(counts.mean() - 1) < 0.06
    assert abs((counts == 0).mean() - (1 - 1 / 8) ** 8) < 0.04


def test_whole_payoffs_reach_both_ends():
    games = families.integer_games((2, 2), 500, low=-1, high=2, rng=3)
    for payoffs in games.payoffs:
        assert np.unique(payoffs).tolist() == [-1, 0, 1, 2]


def test_what_one_wins_the_other_loses():
    games = families.zero_sum_games((3, 4), 500, rng=4)
    assert np.array_equal(games.row, -games.column)
    assert games.row.min() >= -1
    assert games.row.max() < 1


@pytest.mark.parametrize("correlation", [-0.5, 0.0, 0.7, 1.0])
def test_correlations_and_variances_of_three_players(correlation):
    games = families.covariant_games((3, 3, 3), 3000, correlation=correlation, rng=5)
    measured = np.cov([p.ravel() for p in games.payoffs])
    expected = np.full((3, 3), correlation)
    np.fill_diagonal(expected, 1)
    assert np.abs(measured - expected).max() < 0.03


def test_perfect_correlation_is_a_common_interest_or_a_fight():
    common = families.covariant_games((3, 3), 9, correlation=1, rng=6)
    np.testing.assert_allclose(common.row, common.column, atol=1e-7)
    fight = families.covariant_games((3, 3), 9, correlation=-1, rng=6)
    np.testing.assert_allclose(fight.row, -fight.column, atol=1e-7)


@pytest.mark.parametrize("actions", [1, 2, 3, 5])
def test_every_set_of_actions_supports_one_equilibrium(actions):
    games = families.coordination_games(actions, 20, rng=7)
    found = st.solve(games)
    assert (found.count == 2**actions - 1).all()
    assert not np.array_equal(games.row, games.column)


def test_blotto_counts_fields_won():
    game = families.blotto_games(3, 2, correlation=1, rng=8)
    spreads = [s for s in product(range(3), repeat=3) if sum(s) == 2]
    assert game.shape == (math.comb(4, 2),) * 2
    assert game.actions[0] == tuple("-".join(map(str, s)) for s in spreads)
    total = game.row + game.column
    np.testing.assert_allclose(total, total[0, 0])  # the same values, shared out
    np.testing.assert_allclose(np.diag(game.row), np.diag(game.column))
    first, second = spreads.index((2, 0, 0)), spreads.index((0, 1, 1))
    value = game.row[first, second] - game.row[second, first]
    v = np.linalg.lstsq(_shares(spreads), game.row.ravel(), rcond=None)[0]
    assert math.isclose(value, v[0] - v[1] - v[2])
    assert families.blotto_games(1, 4, rng=8).shape == (1, 1)
    assert families.blotto_games(3, 0, rng=8).shape == (1, 1)


def _shares(spreads):
    compare = {True: 1.0, False: 0.0}
    return np.array(
        [
            [0.5 if a == b else compare[a > b] for a, b in zip(s, t, strict=True)]
            for s in spreads
            for t in spreads
        ]
    )


def test_blotto_values_are_correlated():
    games = families.blotto_games(2, 1, 20_000, correlation=0.6, mean=3, rng=9)
    # with one troop, meeting on the same field shares both fields equally
    row = games.row[:, 0, 1]
    column = games.column[:, 1, 0]
    assert abs(row.mean() - 3) < 0.05
    assert abs(np.corrcoef(row, column)[0, 1] - 0.6) < 0.03


def test_ranking_shares_one_prize_and_costs_rise():
    games = families.ranking_games(5, 300, steps=4, rng=10)
    # losing for sure leaves the cost alone: the row of no effort costs nothing
    prize_and_costs = games.row + games.column
    spent = 1 - prize_and_costs
    row_cost = spent[:, :, 0]
    column_cost = spent[:, 0, :]
    np.testing.assert_allclose(spent, row_cost[:, :, None] + column_cost[:, None, :], atol=1e-12)
    for cost in (row_cost, column_cost):
        assert np.allclose(cost[:, 0], 0)
        assert (np.diff(cost) > 1e-12).all()
        assert cost.max() < 1
    won = games.row + row_cost[:, :, None]
    assert set(np.unique(won.round(9))) == {0.0, 0.5, 1.0}
    assert (np.diff(won, axis=1) >= -1e-9).all()
    assert (np.diff(won, axis=2) <= 1e-9).all()


def test_one_level_of_effort_is_a_draw():
    game = families.ranking_games(1, rng=0)
    assert game.row.item() in (0.0, 0.5, 1.0)
    assert game.row.item() + game.column.item() == 1


def test_columns_are_unit_vectors():
    games = families.unit_vector_games(5, 400, rng=11)
    assert np.isin(games.row, (0, 1)).all()
    assert (games.row.sum(axis=-2) == 1).all()
    np.testing.assert_allclose(games.row.mean(axis=0), 0.2, atol=0.09)


@pytest.mark.parametrize("actions", [2, 3, 6])
def test_unit_vectors_without_pure_equilibria(actions):
    games = families.unit_vector_games(actions, 300, avoid_pure=True, rng=12)
    assert (games.row.sum(axis=-2) == 1).all()
    pure = (games.row == 1) & (games.column == games.column.max(-1, keepdims=True))
    assert not pure.any()


@pytest.mark.parametrize("size", [1, 2])
def test_the_half_support_game_has_one_equilibrium(size):
    game = families.half_support_game(size)
    found = st.solve(game)
    assert found.count == 1
    core = 2 * size - 1
    expected = np.where(np.arange(4 * size - 1) < core, 1 / core, 0)
    np.testing.assert_allclose(found.row[0], expected, atol=1e-12)
    np.testing.assert_allclose(found.column[0], expected, atol=1e-12)


def test_the_half_support_game_is_quantecons():
    from quantecon.game_theory import sgc_game

    for size in (2, 3, 4):
        row, column = (p.payoff_array for p in sgc_game(size).players)
        game = families.half_support_game(size)
        assert np.array_equal(game.row, row)
        assert np.array_equal(game.column, column.T)


def test_tournaments_and_subsets():
    games = families.tournament_games(5, 1, 200, rng=13)
    beats = games.row.astype(bool)  # a subset of one node is that node
    off = ~np.eye(5, dtype=bool)
    assert ((beats ^ np.swapaxes(beats, -1, -2)) == off).all()
    assert np.array_equal(games.column, np.broadcast_to(np.eye(5), games.column.shape))
    assert abs(beats[:, 0, 1].mean() - 0.5) < 0.12
    pairs = families.tournament_games(5, 2, 200, rng=13)
    assert (pairs.column.sum(axis=-2) == 2).all()
    assert np.array_equal(pairs.row[..., 0], games.row[..., 0] * games.row[..., 1])
    assert not (pairs.row * pairs.column).any()


@pytest.mark.parametrize(
    ("make", "rule"),
    [
        (lambda: families.random_games((), rng=0), "shape: must name"),
        (lambda: families.random_games((2, 0), rng=0), r"shape\[1\]: .* at least 1 \(got 0\)"),
        (lambda: families.random_games((2, 2), -1, rng=0), "count: .* at least 0"),
        (lambda: families.integer_games((2, 2), low=3, high=1, rng=0), "high: must be at least"),
        (lambda: families.zero_sum_games((2, 2, 2), rng=0), "two players"),
        (lambda: families.covariant_games((2, 2), correlation=-1.1, rng=0), "correlation: "),
        (lambda: families.covariant_games((2,) * 3, correlation=-0.6, rng=0), "at least -0.5"),
        (lambda: families.covariant_games((2, 2), correlation=np.nan, rng=0), "correlation: "),
        (lambda: families.coordination_games(1.5, rng=0), "actions: must be a whole number"),
        (lambda: families.blotto_games(2, 2, correlation=2, rng=0), "from -1 to 1"),
        (lambda: families.unit_vector_games(1, avoid_pure=True, rng=0), "at least 2"),
        (lambda: families.tournament_games(3, 4, rng=0), "subset: must be at most nodes = 3"),
        (lambda: families.half_support_game(0), "size: "),
    ],
)
def test_impossible_families_say_why(make, rule):
    with pytest.raises(GameError, match=rule):
        make()
