"""Gambit's own reader and writer against ours, on its catalogue and on random games."""

import io
from fractions import Fraction

import numpy as np
import pygambit
import pytest

from strategic.games import Game, from_gambit
from strategic.games.io.nfg import format_nfg, parse_nfg

MOST_PROFILES = 5000


def exact_arrays(game):
    arrays = [array.ravel() for array in game.to_arrays(dtype=pygambit.Rational)]
    return [[Fraction(p.numerator, p.denominator) for p in array] for array in arrays]


def labels_of(game):
    players = tuple(p.label for p in game.players)
    return players, tuple(tuple(s.label for s in p.strategies) for p in game.players)


def assert_same(ours, theirs):
    assert ours.title == theirs.title
    assert (ours.players, ours.actions) == labels_of(theirs)
    assert [p.ravel().tolist() for p in ours.fractions()] == exact_arrays(theirs)


def catalogue():
    games = pygambit.catalog.games()["Game"]
    loaded = [(name, pygambit.catalog.load(name)) for name in games]
    return [(name, g) for name, g in loaded if len(g.contingencies) <= MOST_PROFILES]


def test_their_files_of_their_catalogue():
    games = catalogue()
    assert len(games) > 20
    for _, game in games:
        ours = parse_nfg(game.to_nfg())
        assert_same(ours, game)
        assert_same(
            ours, pygambit.read_nfg(io.BytesIO(format_nfg(ours).encode("ascii", "replace")))
        )


def random_game(seed):
    rng = np.random.default_rng(seed)
    shape = tuple(rng.integers(1, 4, size=rng.integers(2, 4)))
    draw = {
        0: lambda: Fraction(int(rng.integers(-9, 9)), int(rng.integers(1, 9))),
        1: lambda: int(rng.integers(-5, 5)) * 10**20,
        2: lambda: float(rng.normal()),
        3: lambda: Fraction(int(rng.integers(-99, 99)), 10 ** int(rng.integers(0, 30))),
    }[seed % 4]
    tables = [np.empty(shape, dtype=object) for _ in shape]
    for table in tables:
        for profile in np.ndindex(*shape):
            table[profile] = draw()
    names = tuple(f'p{i} "{i}" \\ {{' for i in range(len(shape)))
    return Game.from_payoffs(*tables, players=names, title=f"game {seed}, {shape}")


@pytest.mark.parametrize("outcomes", [False, True])
def test_our_files_read_by_them(outcomes):
    for seed in range(60):
        game = random_game(seed)
        theirs = pygambit.read_nfg(io.BytesIO(format_nfg(game, outcomes=outcomes).encode()))
        assert labels_of(theirs) == (game.players, game.actions)
        if seed % 4 != 2:
            assert_same(game, theirs)
        doubles = [[float(x) for x in array] for array in exact_arrays(theirs)]
        assert doubles == [p.ravel().tolist() for p in game.payoffs]


def test_games_handed_over_stay_exact():
    for seed in range(40):
        game = random_game(seed)
        theirs = game.to_gambit()
        assert_same(game, theirs)
        again = from_gambit(theirs)
        assert [p.tolist() for p in again.fractions()] == [p.tolist() for p in game.fractions()]
        assert (again.title, again.players, again.actions) == (
            game.title,
            game.players,
            game.actions,
        )
