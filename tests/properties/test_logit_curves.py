"""Logit equilibria as curves over rationality, against scans, paths and differences."""

import numpy as np
import pytest

import strategic as st
from strategic.equilibria.quantal.curves import curves_of
from strategic.equilibria.quantal.one_curve import LostError, OneCurve, Place
from strategic.equilibria.quantal.other_branches import logit_equilibria_from, other_arms
from strategic.equilibria.quantal.two_by_two import TwoByTwo
from strategic.games import Game
from strategic.status import Status


def random_tables(rng, shape, games, kind="normal"):
    draw = rng.normal if kind == "normal" else lambda size: rng.integers(0, 4, size).astype(float)
    return [draw(size=(*shape, games)) for _ in shape]


def one(tables, place):
    return Game(tuple(table[..., place].copy() for table in tables))


def rates_of(tables, points, largest=300.0):
    size = np.max([np.ptp(t.reshape(-1, t.shape[-1]), axis=0) for t in tables], axis=0)
    grid = np.r_[0.0, np.geomspace(0.05, largest, points)]
    return grid[:, None] / np.where(size > 0, size, 1.0)


def logistic(x):
    return 1.0 / (1.0 + np.exp(-x))


@pytest.mark.parametrize("kind", ["normal", "whole"])
def test_no_equilibrium_of_a_2x2_game_is_missed(kind):
    """Sign changes of the fixed-point equation over 40,001 log-odds, game by game."""
    rng = np.random.default_rng(1)
    row, column = random_tables(rng, (2, 2), 60, kind)
    row *= np.exp(rng.normal(size=60))
    rates = rates_of([row, column], 6, 30.0)[1:]
    found = TwoByTwo(row, column).roots(rates)
    for game in range(60):
        (a, b), (c, d) = row[..., game]
        (e, f), (g, h) = column[..., game]
        for point, rate in enumerate(rates[:, game]):
            far = rate * max(abs(a - c), abs(b - d)) + 1.0
            x = np.linspace(-far, far + 1e-5, 40_001)
            p = logistic(x)
            q = logistic(rate * (p * (e - f) + (1 - p) * (g - h)))
            gap = x - rate * (q * (a - c) + (1 - q) * (b - d))
            places = np.flatnonzero((gap[1:] > 0) != (gap[:-1] > 0))
            mine = np.unique(found[:, point, game])
            crossing = x[places]
            for root in crossing:  # several roots closer than the scan's step are one change
                assert np.abs(mine - root).min() <= 2 * (x[1] - x[0])
            assert len(mine) in (1, 3)
            assert len(crossing) in (len(mine), 1)


def test_which_equilibria_are_principal_is_what_the_path_follows():
    rng = np.random.default_rng(2)
    for kind in ("normal", "whole"):
        row, column = random_tables(rng, (2, 2), 200, kind)
        row *= np.exp(1.5 * rng.normal(size=200))
        rates = rates_of([row, column], 25)
        games = TwoByTwo(row, column)
        roots = games.roots(rates)
        held = games.principal(rates, roots)
        batch = Game(tuple(np.broadcast_to(np.moveaxis(t, -1, 0), (26, 200, 2, 2)).copy()
                           for t in (row, column)))  # fmt: skip
        path = st.solve(batch, method="logit", rationality=rates)
        with np.errstate(over="ignore"):
            away = np.where(held, np.abs(logistic(roots) - path.row[..., 0]), np.inf).min(axis=0)
        assert away[path.status == Status.OK].max() < 1e-8


def test_a_branch_that_turns_back_has_three_arms():
    """Nearly dominant: uniform play leads to the second column, whence the branch must return."""
    row = np.array([[1.01, 0.01], [0.0, 0.0]])[..., None]
    column = np.array([[1.0, 0.0], [0.0, 9.0]])[..., None]
    rates = np.r_[0.0, np.geomspace(0.1, 1e3, 80)][:, None]
    games = TwoByTwo(row, column)
    roots = games.roots(rates)
    held = games.principal(rates, roots)
    several = roots[0] != roots[2]
    assert several.any()
    assert not several[-1, 0]
    assert held[:, several].all()
    branch = st.solve(Game((row[..., 0], column[..., 0])), method="logit_path")
    assert (np.diff(branch.rationality) < 0).any()
    for rate, p in zip(branch.rationality, branch.strategies[0][:, 0], strict=True):
        if 0.1 < rate < 1e3:
            x = logistic(games.roots(np.array([[rate]]))[:, 0, 0])
            assert np.abs(x - p).min() < 1e-5


@pytest.mark.parametrize("shape", [(2, 2), (3, 3), (2, 4), (4, 2), (2, 2, 2), (3,)])
@pytest.mark.parametrize("kind", ["normal", "whole"])
def test_curves_are_the_solutions_that_are_followed_one_by_one(shape, kind):
    rng = np.random.default_rng(3)
    tables = random_tables(rng, shape, 40, kind)
    rates = rates_of(tables, 30)
    curves = curves_of(tables)
    arms = curves.arms(rates)
    points, games = rng.integers(0, 31, 40), np.arange(40)
    first = arms.principal[:, points, games].argmax(axis=0)
    assert arms.principal[:, points, games].any(axis=0).all()
    found = curves.settle(arms.w[first, :, points, games].T, rates[points, games])
    batch = Game(tuple(np.moveaxis(t, -1, 0).copy() for t in tables))
    apart = st.solve(batch, method="logit", rationality=rates[points, games])
    assert found.found.all()
    played = np.concatenate(apart.strategies, axis=1)
    np.testing.assert_allclose(np.exp(found.logs[0]).T, played, atol=1e-9)


@pytest.mark.parametrize("shape", [(2, 2), (3, 3), (3, 2), (2, 3, 2)])
def test_derivatives_along_curves_are_differences(shape):
    rng = np.random.default_rng(4)
    tables = random_tables(rng, shape, 30)
    curves = curves_of(tables)
    rates = rates_of(tables, 12, 8.0)
    arms = curves.arms(rates)
    for point in (1, 6, 11):
        here = curves.settle(arms.w[0, :, point], rates[point])
        step = 1e-4 * rates[point]
        ends = [curves.settle(here.w + sign * step * here.slope, rates[point] + sign * step)
                for sign in (1, -1)]  # fmt: skip
        logs, (high, low) = here.logs, (end.logs for end in ends)
        size = np.abs(logs).max(axis=(1, 2))
        np.testing.assert_allclose((high[0] - low[0]) / (2 * step), logs[1],
                                   atol=1e-5 * size[1], rtol=1e-4)  # fmt: skip
        np.testing.assert_allclose((high[1] - low[1]) / (2 * step), logs[2],
                                   atol=1e-4 * size[2], rtol=1e-3)  # fmt: skip


def test_the_curve_of_one_game_is_that_of_many():
    """Log-odds and both derivatives, also where the column player's actions change places."""
    rng = np.random.default_rng(6)
    tables = random_tables(rng, (2, 2), 300)
    rates = rates_of(tables, 12, 50.0)
    many = curves_of(tables)
    arms = many.arms(rates)
    flipped = 0
    for game in range(300):
        alone = OneCurve.of(many.keep(np.array([game])).games)
        flipped += alone.flipped
        for node, rate in enumerate(rates[:, game].tolist()):
            x = arms.w[:1, 0, node, game]
            wanted = many.keep(np.array([game])).settle(x[None], np.array([rate]))
            found = alone.settle(float(x[0]), rate)
            np.testing.assert_allclose(
                found.row, [wanted.w[0, 0], wanted.slope[0, 0], wanted.bend[0, 0]],
                rtol=1e-9, atol=1e-12 * (1.0 + rate),
            )  # fmt: skip
            odds = found.column[0]
            assert wanted.logs[0, 2:, 0] == pytest.approx(
                [-np.logaddexp(0.0, -odds), -np.logaddexp(0.0, odds)], rel=1e-9
            )
            assert wanted.logs[1, 2, 0] - wanted.logs[1, 3, 0] == pytest.approx(found.column[1])
            assert wanted.logs[2, 2, 0] - wanted.logs[2, 3, 0] == pytest.approx(
                found.column[2], abs=1e-9
            )
    assert 10 < flipped < 290


def test_a_curve_that_has_ended_is_lost():
    """Battle of the sexes: far from uniform play, from an arm whose fold is behind."""
    game = TwoByTwo(
        np.array([[3.0, 0], [0, 1]])[..., None], np.array([[1.0, 0], [0, 3]])[..., None]
    )
    curve = OneCurve.of(game)
    low = game.roots(np.array([[20.0]]))[2, 0, 0]
    place = curve.settle(float(low), 20.0)
    assert curve.onwards(place, 19.0).row[0] == pytest.approx(
        game.roots(np.array([[19.0]]))[2, 0, 0]
    )
    with pytest.raises(LostError):
        curve.onwards(Place(20.0, (-50.0, 0.0, 0.0), place.column), 0.1)


@pytest.mark.parametrize(
    ("kind", "shape", "games"),
    [("normal", (3, 3), 30), ("whole", (2, 3), 30),
     *(pytest.param(kind, shape, 1000, marks=pytest.mark.slow)
       for kind in ("normal", "whole") for shape in ((3, 3), (2, 4), (4, 4), (2, 2, 2)))],
)  # fmt: skip
def test_equilibria_off_the_branch_are_those_of_strides_a_fifth_as_long(kind, shape, games):
    rng = np.random.default_rng(8)
    curves = curves_of(random_tables(rng, shape, games, kind))
    fine = np.geomspace(300.0, 0.5, 101)[::-1, None] * np.ones(games)
    nobody = np.full((1, curves.system.unknowns(), games), np.nan)
    some, far = other_arms(curves.tables, fine[::5], nobody)
    again, near = other_arms(curves.tables, fine, nobody)
    np.testing.assert_array_equal(some, again)
    near = near[:, :, ::5]
    found, other = (np.isfinite(part).all(axis=1) for part in (far, near))
    assert found.sum() > 5 * len(some)
    assert np.count_nonzero(found != other) <= 0.03 * found.sum()  # where they end is not exact
    arm, point, place = np.nonzero(found)
    games_there, rate = some[place], fine[::5][point, some[place]]
    values, _ = curves.keep(games_there).system.equations(far[arm, :, point, place].T, rate)
    assert np.abs(values).max() < 1e-5
    both = found & other
    gap = np.abs(logistic(far) - logistic(near)).max(axis=1)[both]
    assert np.count_nonzero(gap > 1e-6) <= 0.002 * gap.size


@pytest.mark.parametrize("shape", [(3, 3), (2, 4), (2, 2, 2)])
def test_some_branch_leads_to_every_strict_equilibrium_and_none_twice(shape):
    rng = np.random.default_rng(11)
    for _ in range(6):
        game = Game(tuple(rng.integers(0, 3, shape) + 0.9 * rng.random(shape) for _ in shape))
        sides = logit_equilibria_from(game, [1e3])
        ends = np.concatenate([side[:, 0] for side in sides], axis=1)
        ends = ends[np.isfinite(ends).all(axis=1)]
        best = [side == side.max(axis=i, keepdims=True) for i, side in enumerate(game.payoffs)]
        strict = np.argwhere(np.logical_and.reduce(best))
        for places in strict:
            pure = np.concatenate([np.eye(n)[k] for n, k in zip(shape, places, strict=True)])
            assert np.count_nonzero(np.abs(ends - pure).max(axis=1) < 0.1) == 1
        near = np.abs(ends[:, None] - ends).max(axis=2) < 1e-9
        assert np.count_nonzero(near) == len(ends) >= len(strict)


def test_equilibria_that_lead_to_one_branch_are_followed_once():
    # Against the first column both rows are best replies: a continuum, with one limit of play.
    row, column = np.array([[1.0, 0.0], [1.0, 0.0]]), np.array([[2.0, 0.0], [2.0, 0.0]])
    lone = np.array([[0.0, 0.0, 0.0]])
    game = Game((np.vstack([np.c_[row, [0, 0]], lone]), np.vstack([np.c_[column, [0, 0]], lone])))
    first, second = (side[:, 0] for side in logit_equilibria_from(game, [1e3]))
    there = np.isfinite(first).all(axis=1)
    ends = np.c_[first, second][there].round(3).tolist()
    assert ends.count([0.5, 0.5, 0.0, 1.0, 0.0, 0.0]) == 1
