"""Where the logit branch leads: one player, continua of equilibria, irrational limits."""

from fractions import Fraction

import numpy as np
import pygambit
import pytest

from strategic.equilibria import regret, solve
from strategic.games import Game, from_gambit
from strategic.status import Status

MOST_PROFILES = 5000


@pytest.mark.parametrize("payoffs", [[3.0, 1.0, 2.0], [2.0, 2.0, 1.0], [7.0], [0.0, 0.0]])
def test_one_player_chooses_by_the_logit_rule(payoffs):
    weights = np.exp(1.5 * np.array(payoffs))
    found = solve(payoffs, method="logit", rationality=1.5)
    assert found.status == Status.OK
    np.testing.assert_allclose(found.strategies[0], weights / weights.sum(), atol=1e-12)
    path = solve(payoffs, method="logit_path")
    best = np.array(payoffs) == max(payoffs)
    assert path.status == Status.FOUND
    np.testing.assert_array_equal(path.limit[0], best / best.sum())
    assert "-action game" in repr(path)


def test_many_players_alone_at_once():
    payoffs = np.random.default_rng(0).normal(size=(50, 4))
    found = solve(payoffs, method="logit", rationality=3.0)
    weights = np.exp(3.0 * payoffs)
    assert (found.status == Status.OK).all()
    expected = weights / weights.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(found.strategies[0], expected, atol=1e-10)


def test_a_path_reaches_its_end_in_every_file_of_the_catalogue():
    names = pygambit.catalog.games()["Game"]
    loaded = [pygambit.catalog.load(name) for name in names]
    games = [from_gambit(g) for g in loaded if len(g.contingencies) <= MOST_PROFILES]
    statuses = []
    for game in games:
        path = solve(game, method="logit_path")
        statuses.append(Status(int(path.status)))
        span = max(np.ptp(table) for table in game.payoffs)
        assert path.regret[-1] <= 1e-6 * span
        assert (path.status == Status.FOUND) == bool(path.limit)
        assert "regret at the end of the path" in repr(path)
        if path.limit:
            assert regret(game, [end[None] for end in path.limit]).item() <= 1e-15 * span
            gaps = (side[-1] - end for side, end in zip(path.strategies, path.limit, strict=True))
            assert max(np.abs(gap).max() for gap in gaps) < 0.02
    assert set(statuses) <= {Status.FOUND, Status.REACHED}
    assert statuses.count(Status.FOUND) >= 0.8 * len(statuses)


def test_an_irrational_limit_is_reached_but_not_called_found():
    # Nau, Gomez Canovas and Hansen (2004), section 5: weights with square roots of 6
    game = from_gambit(pygambit.catalog.load("journals/ijgt/nau2004/sec5"))
    path = solve(game, method="logit_path")
    assert (path.status, path.limit) == (Status.REACHED, ())
    assert not Status.REACHED.failed
    assert "not verified exactly" in Status.REACHED.message


def test_a_path_cut_short_is_not_reached():
    path = solve([[3, -2], [0, 1]], [[-1, 1], [2, -2]], method="logit_path", max_steps=2)
    assert (path.status, path.limit) == (Status.NOT_CONVERGED, ())


def test_limits_of_random_degenerate_games_are_exact_equilibria():
    rng = np.random.default_rng(4)
    statuses = []
    for _ in range(100):
        shape = tuple(rng.integers(1, 4, size=rng.integers(1, 4)))
        tables = [rng.integers(0, 3, size=shape) for _ in shape]
        path = solve(Game.from_payoffs(*tables), method="logit_path")
        statuses.append(path.status.item())
        if path.limit:
            mixtures = [[Fraction(p).limit_denominator(10**6) for p in s] for s in path.limit]
            assert _largest_gain(tables, mixtures) == 0
    assert statuses.count(Status.FOUND) >= 90
    assert statuses.count(Status.NOT_CONVERGED) <= 1


def _largest_gain(tables, mixtures):
    """In fractions, profile by profile: nothing of the package's own arithmetic."""
    gains = []
    for player, table in enumerate(tables):
        earned = [Fraction(0)] * len(mixtures[player])
        for profile in np.ndindex(*table.shape):
            chance = Fraction(1)
            for other, action in enumerate(profile):
                chance *= mixtures[other][action] if other != player else 1
            earned[profile[player]] += chance * int(table[profile])
        mean = sum(p * e for p, e in zip(mixtures[player], earned, strict=True))
        gains.append(max(earned) - mean)
    return max(gains)


def test_a_branch_that_no_double_follows_is_told_without_a_warning():
    row, column = [[0, 0, 1], [0, 1, 0], [1, 1, 0]], [[0, 1, 0], [0, 0, 1], [0, 1, 0]]
    assert solve(row, column, method="logit", rationality=1e3).status == Status.OK
    found = solve(row, column, method="logit", rationality=1e6)
    assert found.status == Status.NOT_CONVERGED
    assert found.residual < 1e-9
