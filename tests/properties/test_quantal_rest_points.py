"""Rest points of the logit dynamics against fixed points in one unknown and numerical slopes."""

import numpy as np
import pytest

from strategic.errors import GameError
from strategic.evolution import PopulationGame, quantal_rest_points
from strategic.games import Game


def response(payoffs, noise):
    weights = np.exp((payoffs - payoffs.max()) / noise)
    return weights / weights.sum()


def roots_in_one_unknown(row, column, noise):
    """All logit equilibria of a 2x2 game, by changes of sign of x - r(s(x)) on a fine grid."""

    def gap(x):
        y = 1 / (
            1
            + np.exp(
                -(x * (column[0, 0] - column[0, 1]) + (1 - x) * (column[1, 0] - column[1, 1]))
                / noise
            )
        )
        ahead = y * (row[0, 0] - row[1, 0]) + (1 - y) * (row[0, 1] - row[1, 1])
        return x - 1 / (1 + np.exp(-ahead / noise))

    grid = 1 / (1 + np.exp(-np.linspace(-60, 60, 40_001)))
    values = gap(grid)
    found = []
    for k in np.flatnonzero(values[1:] * values[:-1] < 0):
        low, high = grid[k], grid[k + 1]
        for _ in range(80):
            middle = (low + high) / 2
            low, high = (middle, high) if gap(middle) * gap(low) > 0 else (low, middle)
        found.append(low)
    return np.array(found)


def test_all_logit_equilibria_of_small_games_are_found():
    rng, several = np.random.default_rng(9), 0
    for number in range(40):
        row, column = rng.normal(size=(2, 2, 2)) + 1.5 * (number % 2) * np.eye(2)
        noise = float(rng.uniform(0.05, 0.5))
        found = quantal_rest_points(Game.from_payoffs(row, column), noise=noise)
        expected = roots_in_one_unknown(row, column, noise)
        assert np.sort(found.shares[0][:, 0]) == pytest.approx(np.sort(expected), abs=1e-9)
        assert found.residual.max() < 1e-9
        assert not found.complete
        several += len(expected) > 1
    assert several > 3


def test_coordination_splits_where_noise_falls_below_a_half():
    matrix = [[1.0, 0.0], [0.0, 1.0]]
    game = PopulationGame.one_population(matrix)
    assert quantal_rest_points(game, noise=0.51).verdict.tolist() == ["stable"]
    split = quantal_rest_points(game, noise=0.49)
    assert split.verdict.tolist() == ["stable", "unstable", "stable"]
    middle = split.eigenvalues[1, 0]
    assert middle == pytest.approx(0.5 / 0.49 - 1, abs=1e-12)


def test_eigenvalues_are_those_of_numerical_slopes():
    rng = np.random.default_rng(10)
    for sizes in [(2, 2), (3, 2), (2, 2, 2)]:
        game = PopulationGame.of(Game.from_payoffs(*(rng.normal(size=sizes) for _ in sizes)))
        found = quantal_rest_points(game, noise=0.3)
        for row in range(len(found)):
            shares = [share[row] for share in found.shares]

            def field(moved, game=game):
                payoffs = game.payoffs_at(moved)
                return np.concatenate(
                    [(response(u, 0.3) - x)[1:] for x, u in zip(moved, payoffs, strict=True)]
                )

            columns = []
            for i, own in enumerate(shares):
                for a in range(1, len(own)):
                    sides = []
                    for step in (1e-5, -1e-5):
                        moved = [share.copy() for share in shares]
                        moved[i][a] += step
                        moved[i][0] -= step
                        sides.append(field(moved))
                    columns.append((sides[0] - sides[1]) / 2e-5)
            numerical = np.linalg.eigvals(np.array(columns).T)
            for value in found.eigenvalues[row]:
                assert np.abs(numerical - value).min() < 1e-7


def test_small_noise_leads_to_equilibria_and_a_batch_to_those_of_its_games():
    rng = np.random.default_rng(11)
    tables = [rng.normal(size=(6, 2, 2, 2)) for _ in range(3)]
    batch = quantal_rest_points(Game.from_payoffs(*tables), noise=0.02)
    for number in range(6):
        alone = quantal_rest_points(
            Game.from_payoffs(*(table[number] for table in tables)), noise=0.02
        )
        part = batch.of(number)
        assert part.verdict.tolist() == alone.verdict.tolist()
        for mine, theirs in zip(part.shares, alone.shares, strict=True):
            assert np.abs(mine - theirs).max() < 1e-9


def test_noise_must_be_positive():
    with pytest.raises(GameError, match="noise: must be positive"):
        quantal_rest_points(Game.from_payoffs([[1, 0], [0, 1]], [[1, 0], [0, 1]]), noise=0)
