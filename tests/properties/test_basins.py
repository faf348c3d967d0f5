"""Basins: counted shares, certified ones below them, and exact ones of 2x2 games."""

from __future__ import annotations

import numpy as np
import pytest

from strategic.errors import StrategicError
from strategic.evolution import PopulationGame, basin_share, basins, coordination, paths, starts_of
from strategic.games import Game


def test_counted_shares_agree_with_exact_ones_of_coordination_games():
    rng = np.random.default_rng(8)
    gains = rng.uniform(0.2, 3.0, (12, 4))
    row, column = np.zeros((2, 12, 2, 2))
    row[:, 0, 0], row[:, 1, 1], column[:, 0, 0], column[:, 1, 1] = gains.T
    found = basins(Game((row, column)), "random:4000", seed=3)
    exact = basin_share(coordination(row, column))
    apart = np.abs(found.share[:, 0, 0] - exact) / np.maximum(found.error[:, 0, 0], 1e-3)
    assert apart.max() < 4
    assert (found.share[:, 0, 1] == 0).all()
    np.testing.assert_allclose(found.share.sum(axis=(1, 2)) + found.moving + found.elsewhere, 1.0)


@pytest.mark.parametrize("sizes", [(2, 2, 2), (3, 2), (2, 2, 2, 2)])
@pytest.mark.parametrize("dynamics", ["replicator", "smith"])
def test_certified_starts_end_in_their_corner(sizes, dynamics):
    """10,000 starts in all over random games; a certificate is never contradicted by a path."""
    rng = np.random.default_rng(9)
    games = Game(tuple(rng.normal(size=(20, *sizes)) for _ in sizes))
    count = 500 if dynamics == "replicator" else 25
    found = basins(games, f"random:{count}", dynamics=dynamics, seed=5, max_steps=500)
    certificates = found.certificates
    assert (certificates >= 0).mean() > 0.02
    reached = np.ravel_multi_index([end.argmax(axis=-1) for end in found.paths.end], sizes)
    close = np.logical_and.reduce([end.max(axis=-1) > 1 - 1e-5 for end in found.paths.end])
    proved = certificates >= 0
    assert close[proved].all()
    assert (reached == certificates)[proved].all()
    assert (found.certified <= found.share + 1e-12).all()


def test_one_population_has_certified_basins_too():
    game = PopulationGame.one_population([[3, 0, 0], [0, 2, 0], [0, 0, 1]])
    found = basins(game, "random:3000", seed=2)
    assert found.share.sum() == pytest.approx(1)
    assert (np.diff(found.share) < 0).all()
    assert (found.certified <= found.share).all()
    assert (found.certified > 0).all()
    # first strategy best on the whole box iff 3 s > 2 (1 - s): s > 2 / 5
    mine = found.certificates == 0
    starts = starts_of((3,), "random:3000", seed=2)[0]
    np.testing.assert_array_equal(mine, starts[:, 0] > 0.4)


def test_mixed_ends_and_endless_circles_are_counted_apart():
    hawks = basins(PopulationGame.one_population([[-0.5, 2], [0, 1]]), 50)
    assert (hawks.elsewhere, hawks.moving) == (1, 0)
    ((end,), share), *rest = hawks.ends
    np.testing.assert_allclose(end, [2 / 3, 1 / 3], atol=1e-6)
    assert share == 1
    assert not rest
    pennies = Game.from_payoffs([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    assert basins(pennies, 9, max_steps=300).moving == pytest.approx(8 / 9)


def test_payoffs_that_use_shares_have_no_certificate_but_a_count():
    game = PopulationGame.from_advantages(["2 * x - y ** 2", "x - 0.5"], shares=["x", "y"])
    found = basins(game, "random:200")
    assert np.isnan(found.certified).all()
    assert found.share.sum() + found.elsewhere + found.moving == pytest.approx(1)


def test_starts_spread_evenly():
    drawn = starts_of((2, 3), "random:9000", seed=1)
    np.testing.assert_allclose([x.mean(axis=0)[0] for x in drawn], [1 / 2, 1 / 3], atol=0.01)
    np.testing.assert_allclose(drawn[1].sum(axis=1), 1.0)
    assert [x.shape for x in starts_of((2, 2, 2), 27)] == [(27, 2)] * 3
    lattice = starts_of((3,), 36)[0]
    assert (lattice > 0).all()
    np.testing.assert_allclose(lattice.sum(axis=1), 1.0)
    game = Game.from_payoffs([[2, 0], [0, 1]], [[1, 0], [0, 2]])
    assert paths(game, starts_of((2, 2), 9)).status.shape == (9,)
    for bad in ("random", "random:0", "grid:3", 0):
        with pytest.raises(StrategicError, match="starts"):
            starts_of((2,), bad)


def test_advantages_are_certified_like_the_game_they_come_from():
    """Formulas that are linear in every share say the same as their table at the corners."""
    rng = np.random.default_rng(11)
    for _ in range(10):
        tables = [rng.integers(-9, 10, (2, 2, 2)).astype(float) for _ in range(3)]
        names, advantages = ["x", "y", "z"], []
        for player, table in enumerate(tables):
            turned = np.moveaxis(table, player, 0)
            others = [name for k, name in enumerate(names) if k != player]
            terms = [
                f"({turned[0, a, b] - turned[1, a, b]:g})"
                f" * ({others[0] if a == 0 else f'(1 - {others[0]})'})"
                f" * ({others[1] if b == 0 else f'(1 - {others[1]})'})"
                for a in (0, 1)
                for b in (0, 1)
            ]
            advantages.append(" + ".join(terms))
        written = PopulationGame.from_advantages(advantages, shares=names, values={})
        game = Game(tuple(tables))
        one, other = (basins(p, "random:300", seed=3, horizon=10) for p in (game, written))
        np.testing.assert_array_equal(one.certified, other.certified)
        # Near a cycle of corners rounding may decide where a path ends.
        np.testing.assert_allclose(one.share, other.share, atol=0.1)


def test_formulas_that_bend_are_not_certified():
    bent = PopulationGame.from_advantages(["y**2 - 0.2", "x - 0.5"], shares=["x", "y"], values={})
    assert np.isnan(basins(bent, "random:50").certified).all()
