"""All equilibria of three and more players against plain fractions and Gambit."""

from fractions import Fraction

import numpy as np
import pygambit
import pytest

from benchmarks._plain_players import plain_equilibria
from benchmarks.players import SHAPES as SHAPES_TO_CONFIRM
from benchmarks.players import near_ties, wrongly_complete
from strategic.equilibria import regret, solve
from strategic.equilibria.enumeration._equilibrium_blocks import profile_lines
from strategic.equilibria.enumeration.players._exact import exact_equilibria
from strategic.equilibria.sizes import enumerations
from strategic.games import Game, from_gambit
from strategic.status import Status

SHAPES = {
    (2, 2, 2): 40,
    (3, 2, 2): 25,
    (2, 2, 2, 2): 12,
    (3, 3, 2): 10,
    (3, 3, 3): 3,
    (2, 2, 2, 2, 2): 3,
}
"""With the number of games that Gambit solves in a second or so."""
PROVED = (Status.COMPLETE, Status.COMPLETE_EXACT)


def second_shares(found):
    """Shares of the second actions, a row per equilibrium."""
    return sorted(tuple(side[e][1] for side in found.strategies) for e in range(len(found)))


def compare_with_plain(games):
    """Compare every game with the oracle; gives how many were compared in full."""
    found, compared = solve(games), 0
    tables = games.fractions()
    for number in range(len(games.payoffs[0])):
        plain = plain_equilibria([table[number].tolist() for table in tables])
        ours = found.of(number)
        if plain is None:
            continue
        assert ours.status in PROVED, number
        compared += 1
        assert len(ours) == len(plain), number
        np.testing.assert_allclose(
            second_shares(ours), [[float(s) for s in p] for p in plain], atol=1e-9
        )
        assert ours.index.sum() == 1
    return compared


def test_random_games_of_three_players_match_plain_fractions():
    payoffs = np.random.default_rng(1).standard_normal((3, 50, 2, 2, 2))
    assert compare_with_plain(Game.from_payoffs(*payoffs)) == 50


@pytest.mark.parametrize("bits", [10, 20, 30, 40, 48])
def test_near_ties_of_three_players_match_plain_fractions(bits):
    rng = np.random.default_rng(bits)
    payoffs = (
        rng.integers(0, 4, (3, 30, 2, 2, 2)) + rng.uniform(-1, 1, (3, 30, 2, 2, 2)) * 2.0**-bits
    )
    assert compare_with_plain(Game.from_payoffs(*payoffs)) > 25


def test_integer_games_of_three_players_match_plain_fractions():
    payoffs = np.random.default_rng(2).integers(-9, 10, (3, 80, 2, 2, 2))
    assert compare_with_plain(Game.from_payoffs(*payoffs)) > 30


def test_decimals_are_solved_as_written():
    payoffs = np.round(np.random.default_rng(3).uniform(0, 1, (3, 50, 2, 2, 2)), 2)
    assert compare_with_plain(Game(payoffs=tuple(payoffs), decimal=True)) > 30


def test_fractions_beyond_doubles_are_solved_as_written():
    rng = np.random.default_rng(4)
    payoffs = np.frompyfunc(lambda n: Fraction(int(n), 3) + 10**18, 1, 1)(
        rng.integers(-99, 99, (3, 20, 2, 2, 2))
    )
    assert compare_with_plain(Game.from_payoffs(*payoffs)) > 15


def enumpoly(game):
    """Equilibria that Gambit's solver of polynomial systems finds, as arrays by player."""
    theirs = pygambit.nash.enumpoly_solve(game.to_gambit(), stop_after=None)
    return [
        [
            np.array([float(profile[s]) for s in player.strategies])
            for player in profile.game.players
        ]
        for profile in theirs.equilibria
    ]


def assert_among_ours(theirs, found):
    for profile in theirs:
        distance = sum(
            np.abs(side - other).max(axis=1)
            for side, other in zip(found.strategies, profile, strict=True)
        )
        assert distance.min() < 1e-4, (profile, found)


@pytest.mark.parametrize(("shape", "count"), SHAPES.items())
def test_what_gambit_finds_is_among_ours(shape, count):
    payoffs = np.random.default_rng(5).standard_normal((len(shape), count, *shape))
    games = Game.from_payoffs(*payoffs)
    found = solve(games)
    assert set(found.status) <= set(PROVED)
    total = 0
    for number in range(count):
        theirs = enumpoly(games.of_batch(number))
        total += len(theirs)
        assert_among_ours(theirs, found.of(number))
    assert total >= count // 2


@pytest.mark.parametrize(("shape", "count"), SHAPES.items())
def test_random_games_are_settled_with_index_one(shape, count):
    payoffs = np.random.default_rng(8).standard_normal((len(shape), 6 * count, *shape))
    found = solve(*payoffs)
    assert set(found.status) <= set(PROVED)
    assert (np.bincount(found.game, weights=found.index) == 1).all()
    assert (found.count % 2 == 1).all()
    assert found.regret.max() < 1e-11
    again = regret(found.games, found.strategies, game=found.game)
    np.testing.assert_allclose(again, found.regret, atol=1e-13)


@pytest.mark.parametrize("bits", [10, 36, 48])
@pytest.mark.parametrize("shape", [(2, 2, 2), (3, 2, 2), (2, 2, 2, 2)])
def test_near_ties_are_complete_in_doubles_only_where_exact_arithmetic_agrees(shape, bits):
    rng = np.random.default_rng([bits, *shape])
    size = (len(shape), 12, *shape)
    payoffs = rng.integers(0, 4, size) + rng.uniform(-1, 1, size) * 2.0**-bits
    games = Game.from_payoffs(*payoffs)
    found = solve(games)
    block, status = exact_equilibria(games, doubles=False)
    lines = profile_lines(block.table, shape)
    exact = np.concatenate([*lines.strategies]).T
    game = np.repeat(np.arange(12), block.count)
    for number in range(12):
        ours = found.of(number)
        if ours.status != Status.COMPLETE:
            continue
        assert status[number] == Status.COMPLETE_EXACT
        mine = np.concatenate([*ours.strategies], axis=1)
        theirs = exact[game == number]
        assert len(mine) == len(theirs)
        apart = np.abs(mine[:, None] - theirs).max(axis=2)
        assert (apart.min(axis=0) < 1e-9).all()
        assert (apart.min(axis=1) < 1e-9).all()


@pytest.mark.parametrize("number", [36, 148])
def test_near_ties_that_take_many_cells_are_confirmed(number):
    games = near_ties((3, 3, 3), 250, 3).of_batch(slice(number, number + 1))
    assert wrongly_complete(games)[:2] == (1, 0)


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES_TO_CONFIRM)
def test_none_of_ten_thousand_near_ties_is_wrongly_called_complete(shape):
    complete, wrong, _ = wrongly_complete(near_ties(shape, SHAPES_TO_CONFIRM[shape][3], 3))
    assert complete > SHAPES_TO_CONFIRM[shape][3] / 2
    assert wrong == 0


PEER_DOES_NOT_RETURN = {"journals/ijgt/nau2004/sec6"}


def test_the_public_games_of_more_players():
    solved = 0
    for name in pygambit.catalog.games()["Game"]:
        theirs = pygambit.catalog.load(name)
        if len(theirs.players) < 3 or not enumerations(from_gambit(theirs).shape):
            continue
        found = solve(from_gambit(theirs))
        assert found.status in (*PROVED, Status.FOUND_SOME), name
        if name in PEER_DOES_NOT_RETURN:
            continue
        equilibria = pygambit.nash.enumpoly_solve(theirs, use_strategic=True).equilibria
        profiles = [
            [np.array([float(p[s]) for s in player.strategies]) for player in theirs.players]
            for p in equilibria
        ]
        assert_among_ours(profiles, found)
        solved += 1
    assert solved >= 3


def test_all_random_2x2x2_games_are_settled_with_index_one():
    payoffs = np.random.default_rng(6).standard_normal((3, 20_000, 2, 2, 2))
    found = solve(*payoffs)
    assert (found.status == Status.COMPLETE).mean() > 0.999
    assert set(found.status) <= set(PROVED)
    assert (np.bincount(found.game, weights=found.index) == 1).all()
    assert (found.count % 2 == 1).all()
    assert found.regret.max() < 1e-12
    again = regret(found.games, found.strategies, game=found.game)
    np.testing.assert_allclose(again, found.regret, atol=1e-14)


def test_ties_are_told_and_never_called_complete():
    payoffs = np.random.default_rng(7).integers(0, 3, (3, 300, 2, 2, 2))
    games = Game.from_payoffs(*payoffs)
    found = solve(games)
    assert set(found.status) <= {*PROVED, Status.FOUND_SOME}
    assert found.regret.max() < 1e-14
    assert (found.count > 0).all()
    pure = solve(games, method="pure")
    for number in range(300):
        ours, theirs = found.of(number), pure.of(number)
        listed = {tuple(map(tuple, profile)) for profile in ours}
        assert {tuple(map(tuple, profile)) for profile in theirs} <= listed
        # An equilibrium is not regular exactly if somebody has a best reply to spare, or the
        # equations are singular; weak pure ones show the first.
        assert bool(ours.degenerate) == (ours.status == Status.FOUND_SOME)
        if ours.status in PROVED:
            assert not np.isnan(ours.index).any()
