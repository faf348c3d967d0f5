"""Paths stop once a box proves where they end: checked by following them all the way."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from strategic.evolution import PopulationGame, _dormand_prince, paths
from strategic.evolution._flows import replicator_flow
from strategic.evolution._gains import gains_of
from strategic.evolution._trapping import time_to_corner
from strategic.games import Game

SIZES = [(2, 2), (2, 2, 2), (2, 2, 2, 2), (3, 2), (3, 3), (2,), (3,), (4, 2, 3)]


def drawn(sizes, rng):
    """A game with a strict corner at the first actions, and starts everywhere."""
    within = len(sizes) == 1
    tables = [rng.normal(size=sizes * (2 if within else 1)) for _ in sizes]
    for player, table in enumerate(tables):
        own = np.moveaxis(table, player, 0)
        own[(0,) * own.ndim] = own[(slice(None), *(0,) * (own.ndim - 1))].max() + 4.0
    game = PopulationGame.one_population(tables[0]) if within else Game(tuple(tables))
    weights = [np.array([3.0] + [1.0] * (size - 1)) for size in sizes]
    return game, [rng.dirichlet(weight, 30) for weight in weights]


@pytest.mark.parametrize("sizes", SIZES, ids=str)
@pytest.mark.parametrize("horizon", [25.0, np.inf])
def test_ends_are_those_of_paths_followed_all_the_way(monkeypatch, sizes, horizon):
    rng = np.random.default_rng([14, *sizes])
    steps = {"foreseen": 0, "followed": 0}
    for _ in range(3):
        game, starts = drawn(sizes, rng)
        foreseen = paths(game, starts, horizon=horizon, max_steps=1000)
        with monkeypatch.context() as change:
            change.setattr(_dormand_prince, "FORESEE_EVERY", 10**9)
            followed = paths(game, starts, horizon=horizon, max_steps=1000)
        for ours, theirs in zip(foreseen.end, followed.end, strict=True):
            np.testing.assert_allclose(ours, theirs, atol=1.1e-9, rtol=0)
        np.testing.assert_array_equal(foreseen.settled_at, followed.settled_at)
        known = foreseen.settled
        assert known[followed.settled].all()
        assert (foreseen.time <= horizon).all()
        assert (foreseen.time[known] >= foreseen.settled_at[known]).all()
        steps["foreseen"] += foreseen.steps.sum()
        steps["followed"] += followed.steps.sum()
    assert steps["foreseen"] < 0.9 * steps["followed"]


@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_nothing_is_left_of_other_actions_when_the_bound_says_so(sizes):
    rng = np.random.default_rng([15, *sizes])
    bounds = 0
    for _ in range(4):
        game, starts = drawn(sizes, rng)
        played = PopulationGame.of(game)
        flow = replicator_flow(gains_of(played), played.sizes)
        state = flow.state([x.T for x in starts])
        slope = np.empty_like(state)
        flow.rates(state, slope)
        width = state.shape[1]
        with np.errstate(all="ignore"):
            needed = time_to_corner(
                flow,
                state,
                slope,
                left=np.full(width, np.inf),
                least=np.zeros(width),
                log_odds=np.log(1e-3),
            )
        for lane in np.flatnonzero(np.isfinite(needed))[:4]:
            bounds += 1

            def rates(_, logs, played=played):
                parts = np.split(logs, np.cumsum(played.sizes)[:-1])
                shares = [np.exp(part - part.max()) for part in parts]
                earned = played.payoffs_at([share / share.sum() for share in shares])
                return np.concatenate(earned)

            begin = np.log(np.concatenate([x[lane] for x in starts]))
            logs = solve_ivp(rates, (0, needed[lane]), begin, rtol=1e-9, atol=1e-9).y[:, -1]
            for start, part in zip(
                starts, np.split(logs, np.cumsum(played.sizes)[:-1]), strict=True
            ):
                odds = np.exp(part - part.max())
                assert part.argmax() == start[lane].argmax()
                assert np.sort(odds)[-2] <= 1e-3 * (1 + 1e-6)
    assert bounds >= 5


def test_moments_before_the_end_are_not_skipped():
    both = Game.from_payoffs([[3, 0], [0, 1]], [[3, 0], [0, 1]])
    starts = [[[0.8, 0.2], [0.1, 0.9]]] * 2
    times = np.linspace(0.1, 60.0, 23)
    found = paths(both, starts, times=times)
    exact = np.array([paths(both, starts, horizon=t, rtol=1e-10).end[0] for t in times])
    np.testing.assert_allclose(found.shares[0], exact.swapaxes(0, 1), atol=1e-7)
    assert found.settled.all()


def test_an_action_nobody_plays_does_not_lead_anywhere():
    """The unplayed third action is best, and a path to the first one ends there all the same."""
    game = PopulationGame.one_population([[2.0, 1.0, 0.0], [0.0, 0.5, 0.0], [5.0, 5.0, 5.0]])
    found = paths(game, [[[0.6, 0.4, 0.0], [0.6, 0.4 - 1e-12, 1e-12]]])
    assert found.end[0].tolist() == [[1, 0, 0], [0, 0, 1]]
    assert found.settled.all()
