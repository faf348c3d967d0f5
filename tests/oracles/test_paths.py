"""Paths of populations against SciPy's integrators, closed forms and conserved quantities."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from seeds import seeds

from strategic.evolution import DYNAMICS, PopulationGame, paths, velocities
from strategic.games import Game
from strategic.status import Status

PENNIES = Game.from_payoffs([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
HAWK_DOVE = PopulationGame.one_population([[-0.5, 2], [0, 1]])


def random_model(seed):
    rng = np.random.default_rng(seed)
    kind = seed % 4
    if kind == 3:
        size = int(rng.integers(2, 5))
        game = PopulationGame.one_population(rng.normal(size=(size, size)) * 3)
    elif kind == 2:  # payoffs that depend on shares, own ones included
        game = PopulationGame.from_advantages(
            [
                "a * y - b * z ** 2 + exp(-x)",
                "c * x * z - a + sqrt(1 + y)",
                "b - c * x - y * max(x, 0.3)",
            ],
            shares=["x", "y", "z"],
            values=dict(zip("abc", rng.normal(size=3) * 3, strict=True)),
        )
    else:
        sizes = rng.integers(2, 4, size=rng.integers(2, 5))
        game = PopulationGame.of(Game(tuple(rng.normal(size=sizes) * 2 for _ in sizes)))
    return game, [rng.dirichlet(np.ones(size)) for size in game.sizes], rng


def integrated(game, starts, horizon, **options):
    """SciPy's answer; the replicator's in logarithms of shares, where none gets lost."""
    cuts = np.cumsum(game.sizes)[:-1]
    if not options:

        def slope(_, logs):
            shares = [np.exp(part - part.max()) for part in np.split(logs, cuts)]
            payoffs = game.payoffs_at([share / share.sum() for share in shares])
            return np.concatenate([payoff - payoff.max() for payoff in payoffs])

        begin = np.log(np.concatenate(starts))
    else:

        def slope(_, shares):
            return np.concatenate(velocities(game, np.split(shares, cuts), **options))

        begin = np.concatenate(starts)
    # kinks would make the steps of a method of high order tiny
    tight, method = (1e-8, "RK45") if options else (1e-10, "DOP853")
    found = solve_ivp(slope, (0, horizon), begin, rtol=tight, atol=tight / 100, method=method)
    ends = np.split(found.y[:, -1], cuts)
    if options:
        return ends
    weights = [np.exp(part - part.max()) for part in ends]
    return [weight / weight.sum() for weight in weights]


@pytest.mark.parametrize("first", seeds(40, 100, step=20))
def test_replicator_paths_equal_those_of_a_tight_integration(first):
    for seed in range(first, first + 20):
        game, starts, rng = random_model(seed)
        horizon = float(rng.choice([3.0, 12.0]))
        found = paths(game, starts, horizon=horizon)
        for ours, theirs in zip(found.end, integrated(game, starts, horizon), strict=True):
            np.testing.assert_allclose(ours, theirs, atol=1e-6, rtol=0, err_msg=str(seed))


@pytest.mark.parametrize(
    "options",
    [{"dynamics": "logit", "noise": 0.3}, {"dynamics": "smith"}, {"dynamics": "bnn"}],
    ids=str,
)
def test_paths_of_other_dynamics_equal_those_of_a_tight_integration(options):
    for seed in range(6):
        game, starts, _ = random_model(seed)
        found = paths(game, starts, horizon=2.0, **options)
        for ours, theirs in zip(found.end, integrated(game, starts, 2.0, **options), strict=True):
            np.testing.assert_allclose(ours, theirs, atol=1e-6, rtol=0, err_msg=str(seed))


def test_hawks_and_doves_settle_where_they_earn_the_same():
    for horizon in (1e4, np.inf):
        found = paths(HAWK_DOVE, [[0.9, 0.1]], horizon=horizon)
        assert found.end[0][0] == pytest.approx(2 / 3, abs=1e-9)
        assert found.status == Status.SETTLED


def test_rock_paper_scissors_keeps_the_product_of_shares():
    game = PopulationGame.one_population(50.0 * np.array([[0, -1, 1], [1, 0, -1], [-1, 1, 0]]))
    start = np.array([0.5, 0.3, 0.2])
    (shares,) = paths(game, [start], times=np.linspace(0, 50, 11)).shares
    np.testing.assert_allclose(shares.prod(axis=-1), start.prod(), atol=1e-6)


def test_noise_settles_matching_pennies_at_even_shares():
    for noise in (1.0, 0.1):
        found = paths(PENNIES, [[0.9, 0.1], [0.2, 0.8]], dynamics="logit", noise=noise, horizon=50)
        np.testing.assert_allclose(np.concatenate(found.end), 0.5, atol=1e-8)
        assert found.status == Status.SETTLED


def test_little_noise_settles_play_where_it_turns_fast():
    """Payoffs 40 times the noise: every error of a step is turned round for a unit of time."""
    game = Game(tuple(40.0 * table for table in PENNIES.payoffs))
    found = paths(game, [[0.9, 0.1], [0.2, 0.8]], dynamics="logit", noise=1.0, horizon=200)
    np.testing.assert_allclose(np.concatenate(found.end), 0.5, atol=1e-9)
    assert found.status == Status.SETTLED
    assert found.steps < 1500


def test_logistic_growth_is_met_at_all_times_and_its_arrival_dated():
    """With a constant advantage g, ``x(t) = 1 / (1 + e^(-g t) (1 - x0) / x0)``."""
    game = PopulationGame.from_advantages(["g"], shares=["x"], values={"g": [0.5, 2.0]})
    times = np.linspace(0, 9, 10)
    found = paths(game, [[[0.1, 0.9], [0.6, 0.4]]], times=times, horizon=1e9)
    gain = np.array([0.5, 2.0])[:, None, None]
    odds = np.array([1 / 9, 1.5])[:, None] * np.exp(gain * times)
    np.testing.assert_allclose(found.shares[0][..., 0], odds / (1 + odds), atol=1e-9)
    assert found.end[0][..., 0].tolist() == [[1, 1], [1, 1]]
    arrival = np.log(999 / np.array([1 / 9, 1.5])) / gain[..., 0]
    np.testing.assert_allclose(found.settled_at, arrival, rtol=1e-9)


def test_an_action_nobody_takes_stays_so_only_under_imitation():
    game = PopulationGame.of(Game.from_payoffs([[2, 1], [0, 0], [3, 3]], [[1, 0], [0, 1], [2, 0]]))
    starts = [[[0.5, 0.5, 0.0], [1, 0, 0]], [[1, 0], [0.0, 1.0]]]
    found = paths(game, starts, times=[0, 1, 7], horizon=1e3)
    assert (found.shares[0][..., 2] == 0).all()
    assert (found.end[0] == [[1, 0, 0], [1, 0, 0]]).all()
    for name in ("logit", "smith", "bnn", "best-response"):
        noise = 0.5 if name == "logit" else None
        found = paths(game, starts, times=[1, 7], dynamics=name, noise=noise)
        assert (found.shares[0][..., 2] > 1e-3).all()


@pytest.mark.parametrize("name", [name for name in DYNAMICS if name != "logit"])
def test_payoffs_a_million_times_as_large_only_speed_things_up(name):
    rng = np.random.default_rng(5)
    tables = [rng.integers(-4, 5, size=(2, 2, 2)).astype(float) for _ in range(3)]
    starts = [rng.dirichlet([1, 1], 30) for _ in range(3)]
    slow = paths(Game(tuple(tables)), starts, dynamics=name, horizon=9.0)
    speed = 1.0 if name == "best-response" else 1e6
    fast = paths(Game(tuple(1e6 * t for t in tables)), starts, dynamics=name, horizon=9.0 / speed)
    for ours, theirs in zip(slow.end, fast.end, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-6)
    far = paths(Game(tuple(1e6 * t for t in tables)), starts, dynamics=name, max_steps=3000)
    assert all(np.isfinite(end).all() for end in far.end)


def test_best_replies_circle_into_the_middle_of_matching_pennies():
    """Regret falls as e^-t exactly; the closed form of each piece is checked by tiny steps."""
    starts = [[0.9, 0.1], [0.2, 0.8]]
    times = [0.5, 1.0, 2.0, 4.0]
    found = paths(PENNIES, starts, dynamics="best-response", times=times)

    def regret(x, y):
        gains = PENNIES.payoffs[0] @ y
        losses = x @ PENNIES.payoffs[1]
        return gains.max() - x @ gains + losses.max() - losses @ y

    begin = regret(*map(np.array, starts))
    for time, x, y in zip(times, found.shares[0], found.shares[1], strict=True):
        assert regret(x, y) == pytest.approx(begin * np.exp(-time), rel=1e-9)
    ended = paths(PENNIES, starts, dynamics="best-response")
    np.testing.assert_allclose(np.concatenate(ended.end), 0.5, atol=1e-12)
    assert ended.status == Status.SETTLED


def test_best_replies_are_dated_when_they_arrive_for_good():
    """Along a piece every gap shrinks as e^-t; in pennies the last way in is looked for in time."""
    both = Game.from_payoffs([[3, 0], [2, 2]], [[3, 2], [0, 2]])
    start = [[0.9, 0.1], [0.8, 0.2]]
    found = paths(both, start, dynamics="best-response")
    assert found.end[0].tolist() == [1.0, 0.0]
    assert found.settled_at == pytest.approx(np.log(0.2 / 1e-3), abs=1e-12)
    assert found.settling_times(0.15) == pytest.approx(np.log(0.2 / 0.15), abs=1e-12)
    starts = [[0.9, 0.1], [0.2, 0.8]]
    circling = paths(PENNIES, starts, dynamics="best-response")
    within = 0.02
    times = np.linspace(0.0, 5.0, 2501)
    x, y = paths(PENNIES, starts, dynamics="best-response", times=times).shares
    far = np.maximum(np.abs(x - 0.5), np.abs(y - 0.5)).max(axis=-1) > within
    assert circling.settling_times(within) == pytest.approx(times[far][-1], abs=2e-3)


def test_paths_under_white_noise_settle_at_no_time():
    found = paths(PENNIES, [[0.9, 0.1], [0.2, 0.8]], noise=0.1, horizon=3.0)
    assert np.isnan(found.settled_at)


def test_best_replies_slide_along_ties():
    """Two of three strategies support each other: their tie attracts, and is followed exactly."""
    game = PopulationGame.one_population([[0, 3, 0], [2, 0, 1], [1, 1.1, 0.5]])
    (shares,) = paths(game, [[0.1, 0.1, 0.8]], dynamics="best-response", times=[2, 3, 5]).shares
    payoffs = game.payoffs_at([shares])[0]
    np.testing.assert_allclose(payoffs[:, 0], payoffs[:, 1], atol=1e-12)
    to_target = shares - [0.6, 0.4, 0.0]
    np.testing.assert_allclose(to_target[1], to_target[0] * np.exp(-1.0), atol=1e-12)
    ends = paths(HAWK_DOVE, [[[0.9, 0.1], [0.1, 0.9]]], dynamics="best-response")
    np.testing.assert_allclose(ends.end[0], [[2 / 3, 1 / 3]] * 2, atol=1e-12)
    # from hawks to the tie at 2/3: .9 e^-t = 2/3
    assert ends.time[0] == pytest.approx(np.log(0.9 * 1.5), abs=1e-12)


@pytest.mark.parametrize("seed", range(6))
def test_best_response_paths_equal_many_small_steps(seed):
    rng = np.random.default_rng(seed)
    sizes = [(2, 2), (3, 2), (2, 2, 2), (3,), (2, 3, 2), (4,)][seed]
    tables = tuple(rng.normal(size=sizes * (2 if len(sizes) == 1 else 1)) for _ in sizes)
    game = (
        PopulationGame.one_population(tables[0])
        if len(sizes) == 1
        else PopulationGame.of(Game(tables))
    )
    starts = [rng.dirichlet(np.ones(size)) for size in sizes]
    found = paths(game, starts, dynamics="best-response", horizon=3.0)
    shares, step = starts, 3.0 / 6000
    for _ in range(6000):
        change = velocities(game, shares, dynamics="best-response")
        shares = [x + step * v for x, v in zip(shares, change, strict=True)]
    for ours, theirs in zip(found.end, shares, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=2e-3)


def test_white_noise_has_the_law_of_its_closed_form():
    """With no payoff differences log-odds are a Brownian motion of variance 2 s^2 t."""
    game = PopulationGame.one_population([[1.0, 1.0], [1.0, 1.0]])
    found = paths(game, [np.full((4000, 2), 0.5)], noise=0.7, times=[1.0, 3.0], seed=4)
    odds = np.log(found.shares[0][..., 0] / found.shares[0][..., 1])
    np.testing.assert_allclose(odds.mean(axis=0), 0.0, atol=0.1)
    np.testing.assert_allclose(odds.var(axis=0), 2 * 0.49 * np.array([1.0, 3.0]), rtol=0.1)
    assert found.error.max() < 1e-12  # nothing to get wrong: both step lengths agree
    again = paths(HAWK_DOVE, [[[0.9, 0.1]] * 5], noise=0.2, horizon=5, seed=1)
    assert 0 < again.error.max() < 1e-2
    assert len(set(again.end[0][:, 0])) == 5
