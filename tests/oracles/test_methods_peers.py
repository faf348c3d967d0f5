"""Every method against QuantEcon and Gambit, on random and degenerate games."""

from fractions import Fraction

import numpy as np
import pygambit
import pytest
import quantecon.game_theory as qe
from quantecon.optimize.minmax import minmax

from strategic.equilibria import solve
from strategic.equilibria.concepts.dominance import undominated
from strategic.equilibria.pivoting.lemke_howson import LemkeHowson
from strategic.equilibria.pivoting.zero_sum import zero_sum
from strategic.status import Status

SHAPES = [(2, 2), (2, 3), (3, 3), (4, 3), (4, 4), (5, 5)]


def quantecon(row, column):
    return qe.NormalFormGame((qe.Player(row), qe.Player(np.ascontiguousarray(column.T))))


def gambit(row, column):
    exact = np.frompyfunc(lambda v: Fraction(float(v)), 1, 1)
    return pygambit.Game.from_arrays(exact(row), exact(column))


def profile(game, solution):
    return [[float(solution[s]) for s in player.strategies] for player in game.players]


def profiles(x, y):
    return sorted({tuple(row) for row in np.hstack([x, y]).round(8).tolist()})


@pytest.mark.parametrize("shape", SHAPES)
def test_one_is_one_of_gambits_extreme_equilibria(shape):
    rng = np.random.default_rng(1)
    for highest in (2, 4, 10**6):
        games = rng.integers(0, highest, (2, 25, *shape)).astype(float)
        found = solve(*games, method="one")
        assert len(found) == 25
        for number, (row, column) in enumerate(zip(*games, strict=True)):
            game = gambit(row, column)
            listed = [profile(game, e) for e in pygambit.nash.enummixed_solve(game).equilibria]
            known = {tuple(np.concatenate(e).round(8).tolist()) for e in listed}
            assert tuple(np.hstack([found.row, found.column])[number].round(8).tolist()) in known


@pytest.mark.parametrize("shape", [*SHAPES, (12, 9), (30, 30)])
def test_every_label_leads_where_quantecon_goes(shape):
    rng = np.random.default_rng(2)
    for _ in range(10 if sum(shape) < 20 else 2):
        row, column = rng.standard_normal((2, *shape))
        game = quantecon(row, column)
        for label in range(sum(shape)):
            found = solve(row, column, method=LemkeHowson(label=label))
            x, y = qe.lemke_howson(game, init_pivot=label, max_iter=10**6)
            np.testing.assert_allclose(found.row[0], x, atol=1e-9)
            np.testing.assert_allclose(found.column[0], y, atol=1e-9)


def test_polytopes_find_what_vertex_enumeration_finds_beyond_sixteen_actions():
    rng = np.random.default_rng(3)
    for shape in [(9, 8), (9, 9), (10, 7), (10, 10)]:
        row, column = rng.standard_normal((2, *shape))
        found = solve(row, column, method="polytopes")
        peers = qe.vertex_enumeration(quantecon(row, column))
        assert profiles(found.row, found.column) == profiles(
            np.array([x for x, _ in peers]), np.array([y for _, y in peers])
        )
        assert len(found) % 2 == 1
        assert found.regret.max() < 1e-12


def test_polytopes_find_the_extreme_equilibria_of_degenerate_games():
    rng = np.random.default_rng(4)
    for _ in range(60):
        shape = rng.integers(2, 5, 2)
        row, column = rng.integers(0, 3, (2, *shape)).astype(float)
        found, game = solve(row, column, method="polytopes"), gambit(row, column)
        listed = [profile(game, e) for e in pygambit.nash.enummixed_solve(game).equilibria]
        assert profiles(found.row, found.column) == profiles(
            np.array([x for x, _ in listed]), np.array([y for _, y in listed])
        )


@pytest.mark.parametrize("shape", [*SHAPES, (2, 7), (6, 2), (1, 4), (25, 25)])
def test_values_of_zero_sum_games_agree_with_quantecon(shape):
    rng = np.random.default_rng(5)
    games = np.concatenate(
        [rng.standard_normal((20, *shape)), rng.integers(-2, 3, (20, *shape)).astype(float)]
    )
    found = zero_sum(games)
    assert np.abs(found.gap).max() < 1e-12
    for game, value in zip(games, found.value, strict=True):
        assert minmax(game)[0] == pytest.approx(value, abs=1e-9)


@pytest.mark.parametrize("shape", [(2, 2), (3, 3), (2, 4), (4, 4), (2, 2, 2), (3, 2, 2)])
@pytest.mark.parametrize("rationality", [0.5, 4.0, 30.0])
def test_logit_follows_gambits_branch(shape, rationality):
    rng = np.random.default_rng(6)
    tables = rng.random((len(shape), 12, *shape))
    found = solve(*tables, rationality=rationality, method="logit")
    assert found.residual.max() < 1e-12
    for number in range(12):
        game = pygambit.Game.from_arrays(*tables[:, number])
        (point,) = pygambit.qre.logit_solve_lambda(game, [rationality])
        for mine, theirs in zip(found.strategies, profile(game, point.profile), strict=True):
            np.testing.assert_allclose(mine[number], theirs, atol=1e-6)


def test_logit_never_jumps_to_another_branch():
    # The first of these games folds just before the target: a careless step lands elsewhere.
    rng = np.random.default_rng(4)
    tables = rng.random((2, 32768, 2, 2))[:, [216, 346, 1005, 1034, 1074, 1445, *range(200)]]
    found = solve(*tables, rationality=20.0, method="logit")
    assert (found.status == Status.OK).all()
    for number in range(tables.shape[1]):
        game = pygambit.Game.from_arrays(*tables[:, number])
        (point,) = pygambit.qre.logit_solve_lambda(game, [20.0])
        for mine, theirs in zip(found.strategies, profile(game, point.profile), strict=True):
            np.testing.assert_allclose(mine[number], theirs, atol=1e-6)


@pytest.mark.parametrize("shape", [(3, 3), (2, 3), (3, 4)])
def test_logit_follows_gambits_branch_in_tied_games(shape):
    # At pitchforks the branch goes straight on and Gambit may turn off: these games have none.
    tables = np.random.default_rng(12).integers(0, 4, (2, 40, *shape)).astype(float)
    for rationality in (3.0, 12.0):
        found = solve(*tables, rationality=rationality, method="logit")
        assert (found.status == Status.OK).all()
        for number in range(40):
            game = pygambit.Game.from_arrays(*tables[:, number])
            (point,) = pygambit.qre.logit_solve_lambda(game, [rationality])
            for mine, theirs in zip(found.strategies, profile(game, point.profile), strict=True):
                np.testing.assert_allclose(mine[number], theirs, atol=1e-6)


def test_logit_follows_gambits_branch_to_high_rationality():
    tables = np.random.default_rng(14).random((2, 40, 4, 4))
    found = solve(*tables, rationality=50.0, method="logit")
    assert found.residual.max() < 1e-11
    for number in range(40):
        game = pygambit.Game.from_arrays(*tables[:, number])
        (point,) = pygambit.qre.logit_solve_lambda(game, [50.0])
        for mine, theirs in zip(found.strategies, profile(game, point.profile), strict=True):
            np.testing.assert_allclose(mine[number], theirs, atol=1e-5)


def test_dominated_actions_are_quantecons_and_those_of_the_definition():
    # Gambit 16.7 is no oracle here: it also drops undominated strategies, as in [[0, 2], [5, 3],
    # [3, 4], [2, 2]] against [[4, 0], [5, 2], [3, 5], [4, 4]], where it drops the third row.
    rng = np.random.default_rng(7)
    for _ in range(100):
        row, column = rng.integers(0, 6, (2, *rng.integers(2, 5, 2))).astype(float)
        peer = quantecon(row, column)
        first = solve(row, column, rounds=1, method="dominance").eliminations
        for player in range(2):
            mine = {e.action for e in first if e.player == player}
            assert mine == set(peer.players[player].dominated_actions())
        strict = undominated(row, column, iterated=False)
        weak = undominated(row, column, kind="weak", iterated=False)
        for player, own in enumerate((row, column.T)):
            gains = own[:, None] - own
            worse = (gains <= 0).all(axis=2) & (gains < 0).any(axis=2)
            assert strict[player].tolist() == (~(gains < 0).all(axis=2).any(axis=1)).tolist()
            assert weak[player].tolist() == (~worse.any(axis=1)).tolist()
