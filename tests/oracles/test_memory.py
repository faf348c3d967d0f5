"""Memory-one matches against published numbers, dense linear algebra and Cesaro limits."""

import itertools

import numpy as np
import pytest

from strategic.errors import GameError
from strategic.repeated import memory_payoffs, outcome_law, payoffs_of

PAYOFFS = [3.0, 0.0, 5.0, 1.0]
TFT, WSLS = [1, 0, 1, 0], [1, 0, 0, 1]
GTFT, ALLC, ALLD = [1, 1 / 3, 1, 1 / 3], [1, 1, 1, 1], [0, 0, 0, 0]


def dense_chain(p, q, noise):
    p, q = np.asarray(p, float), np.asarray(q, float)[..., [0, 2, 1, 3]]
    p, q = p * (1 - noise) + (1 - p) * noise, q * (1 - noise) + (1 - q) * noise
    return np.stack([p * q, p * (1 - q), (1 - p) * q, (1 - p) * (1 - q)], axis=-1)


@pytest.mark.parametrize(
    ("row", "column", "expected"),
    [(TFT, TFT, 2.25), (GTFT, GTFT, 2.859375), (WSLS, WSLS, 2.7765), (ALLC, ALLD, 0.2025)],
)
def test_noisy_long_run(row, column, expected):
    earned = memory_payoffs(row, column, PAYOFFS, noise=0.05)
    assert earned[0] == pytest.approx(expected, abs=1e-14)


def test_nice_pairs_earn_the_reward_without_noise():
    for row, column in itertools.product([TFT, WSLS, GTFT, ALLC], repeat=2):
        assert memory_payoffs(row, column, PAYOFFS).tolist() == [3, 3]


def test_extortion_and_equaliser():
    earned = memory_payoffs([11 / 13, 1 / 2, 7 / 26, 0], ALLC, PAYOFFS)
    np.testing.assert_allclose(earned, [41 / 11, 21 / 11], rtol=1e-14)
    others = np.random.default_rng(0).random((50, 4))
    earned = memory_payoffs([0.9, 0.7, 0.2, 0.1], others, PAYOFFS)
    np.testing.assert_allclose(earned[1], 2.0, rtol=1e-12)


def test_long_run_agrees_with_a_dense_solve():
    rng = np.random.default_rng(1)
    p, q, noise = rng.random((300, 4)), rng.random((300, 4)), rng.uniform(0, 0.5, 300)
    chain = dense_chain(p, q, noise[:, None])
    system = np.swapaxes(chain, 1, 2) - np.eye(4)
    system[:, 3] = 1.0
    law = np.linalg.solve(system, np.broadcast_to([[0.0], [0], [0], [1]], (300, 4, 1)))[..., 0]
    np.testing.assert_allclose(outcome_law(p, q, noise=noise), law, atol=1e-12)


def test_discounting_agrees_with_a_dense_solve():
    rng = np.random.default_rng(2)
    p, q = rng.random((300, 4)).round(), rng.random((300, 4)).round(1)
    noise, delta, first = rng.uniform(0, 0.1, 300), rng.uniform(0, 0.99, 300), rng.random((300, 2))
    noise[:100] = 0.0
    chain = dense_chain(p, q, noise[:, None])
    x, y = (first * (1 - noise[:, None]) + (1 - first) * noise[:, None]).T
    start = np.stack([x * y, x * (1 - y), (1 - x) * y, (1 - x) * (1 - y)], axis=-1)
    system = np.eye(4) - delta[:, None, None] * np.swapaxes(chain, 1, 2)
    dense = np.linalg.solve(system, ((1 - delta)[:, None] * start)[..., None])[..., 0]
    ours = outcome_law(p, q, noise=noise, discount=delta, opening=first.T)
    np.testing.assert_allclose(ours, dense, atol=1e-12)


def test_every_deterministic_pair_without_noise_cycles_from_its_start():
    rules = np.array(list(itertools.product([0.0, 1.0], repeat=4)))
    for first in ((1.0, 1.0), (1.0, 0.0), (0.0, 0.0)):
        ours = outcome_law(rules[:, None], rules[None], opening=first)
        for i, j in itertools.product(range(16), repeat=2):
            a, b = first
            seen = []
            while (a, b) not in seen:
                seen.append((a, b))
                k, m = int(2 * (1 - a) + 1 - b), int(2 * (1 - b) + 1 - a)
                a, b = rules[i][k], rules[j][m]
            cycle = seen[seen.index((a, b)) :]
            law = np.zeros(4)
            for x, y in cycle:
                law[int(2 * (1 - x) + 1 - y)] += 1 / len(cycle)
            np.testing.assert_allclose(ours[i, j], law, atol=1e-15)


def test_long_run_is_the_limit_of_discounting_and_of_long_matches():
    rng = np.random.default_rng(3)
    p, q = rng.random((40, 4)).round(), rng.random((40, 4)).round()
    p[20:] = rng.random((20, 4))
    limit = outcome_law(p, q, opening=(1.0, 0.0))
    near = outcome_law(p, q, discount=1 - 1e-10, opening=(1.0, 0.0))
    np.testing.assert_allclose(near, limit, atol=1e-8)
    long = outcome_law(p, q, horizon=4000, opening=(1.0, 0.0))
    np.testing.assert_allclose(long, limit, atol=5e-3)
    discounted = outcome_law(p, q, horizon=400, discount=0.9, opening=(1.0, 0.0))
    exact = outcome_law(p, q, discount=0.9, opening=(1.0, 0.0))
    np.testing.assert_allclose(discounted, exact, atol=1e-12)


def test_tiny_noise_keeps_full_precision():
    """Relative accuracy of rare outcomes does not depend on how rare noise makes them."""
    for noise in (1e-3, 1e-9, 1e-15, 1e-100):
        law = outcome_law(WSLS, WSLS, noise=noise)
        assert law[1:3].sum() / noise == pytest.approx(2, rel=4 * noise + 1e-12)
        tft = outcome_law(TFT, TFT, noise=noise)
        np.testing.assert_allclose(tft, 0.25, rtol=1e-12)


def test_players_swap():
    rng = np.random.default_rng(4)
    p, q = rng.random((2, 30, 4))
    one = memory_payoffs(p, q, PAYOFFS, noise=0.01)
    other = memory_payoffs(q, p, PAYOFFS, noise=0.01)
    np.testing.assert_allclose(one, other[::-1], rtol=1e-12)


def test_payoffs_per_point_are_those_of_the_shares():
    p, q = np.random.default_rng(5).random((2, 30, 4))
    plain = memory_payoffs(p, q, PAYOFFS, noise=0.02)
    np.testing.assert_allclose(
        plain, payoffs_of(outcome_law(p, q, noise=0.02), PAYOFFS), rtol=1e-14
    )
    wide = memory_payoffs(p, q, np.tile(PAYOFFS, (30, 1)), noise=0.02)
    np.testing.assert_allclose(wide, plain, rtol=1e-14)


def test_blocks_workers_and_bad_neighbours_never_change_a_bit():
    rng = np.random.default_rng(6)
    p, q = rng.random((40_000, 4)), rng.random((40_000, 4))
    p[::3], q[::5] = p[::3].round(), q[::5].round()
    noise = np.where(rng.random(40_000) < 0.5, 0.0, 0.01)
    plain = memory_payoffs(p, q, PAYOFFS, noise=noise, workers=1)
    for workers, size in ((2, 9_999), (7, 1_234)):
        other = memory_payoffs(p, q, PAYOFFS, noise=noise, workers=workers, size=size)
        np.testing.assert_array_equal(plain, other)
    p[17], noise[19] = np.nan, -0.1
    broken = memory_payoffs(p, q, PAYOFFS, noise=noise)
    assert np.isnan(broken[:, [17, 19]]).all()
    good = np.delete(np.arange(40_000), [17, 19])
    np.testing.assert_array_equal(broken[:, good], plain[:, good])


def test_shapes_that_do_not_fit_are_named():
    with pytest.raises(GameError, match="row: the last axis must have length 4"):
        outcome_law([1, 0, 1], TFT)
    with pytest.raises(GameError, match="broadcast"):
        outcome_law(np.ones((2, 4)), np.ones((3, 4)))
    assert outcome_law(np.ones((0, 4)), TFT).shape == (0, 4)
