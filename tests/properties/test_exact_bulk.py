"""Exact shares, payoffs and components of whole batches, against plain fractions game by game."""

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest

from strategic.equilibria import solve
from strategic.equilibria._connected import equal_rows
from strategic.equilibria._whole_numbers import WholeNumbers
from strategic.equilibria._whole_payoffs import whole_best_replies, whole_payoffs_and_gains
from strategic.equilibria.enumeration.exact_fallback import exact_extremes
from strategic.games import Game


def _sevenths(rng, shape):
    numbers = rng.integers(0, 8, shape).reshape(-1).tolist()
    table = np.empty(len(numbers), dtype=object)
    table[:] = [Fraction(number, 7) for number in numbers]
    return table.reshape(shape)


def _neighbours(rng, shape):
    tenths = rng.integers(1, 5, shape) / 10
    return np.nextafter(tenths, tenths + rng.integers(-1, 2, shape))


def _batches():
    rng = np.random.default_rng(20)
    near = rng.integers(0, 3, (2, 60, 3, 3)) + rng.integers(-1, 2, (2, 60, 3, 3)) * 2.0**-48
    sized = rng.integers(0, 4, (2, 60, 3, 3)) * 2.0 ** rng.integers(-70, 70, (2, 60, 3, 3))
    return {
        "random 2x2": Game.from_payoffs(*rng.random((2, 400, 2, 2))),
        "random 3x3": Game.from_payoffs(*rng.random((2, 100, 3, 3))),
        "random 4x4": Game.from_payoffs(*rng.random((2, 60, 4, 4))),
        "0..3": Game.from_payoffs(*rng.integers(0, 4, (2, 200, 3, 3))),
        "0..2, 4x4": Game.from_payoffs(*rng.integers(0, 3, (2, 100, 4, 4))),
        "0..1, 2x5": Game.from_payoffs(*rng.integers(0, 2, (2, 100, 2, 5))),
        "thousands": Game.from_payoffs(*rng.integers(0, 10**4, (2, 60, 5, 5))),
        "millions": Game.from_payoffs(*rng.integers(-(10**9), 10**9, (2, 60, 4, 4))),
        "a level": Game.from_payoffs(*(rng.integers(0, 3, (2, 60, 3, 3)) + 10.0**15)),
        "decimals": Game.from_payoffs(*(rng.integers(0, 4, (2, 100, 3, 3)) / 10), decimal=True),
        "sevenths": Game.from_payoffs(*_sevenths(rng, (2, 30, 3, 3))),
        "nearly tied": Game.from_payoffs(*near),
        "last place, 2x2": Game.from_payoffs(*_neighbours(rng, (2, 200, 2, 2))),
        "of mixed sizes": Game.from_payoffs(*sized),
    }


BATCHES = _batches()


@pytest.mark.parametrize("name", BATCHES)
def test_exact_equilibria_hold_in_plain_fractions(name):
    games = BATCHES[name]
    found = solve(games, workers=1)
    exact, tables = found.exact(), games.fractions()
    assert len(exact) == len(found)
    for e, game in enumerate(found.game.tolist()):
        x, y = (side[e] for side in exact.strategies)
        row, column = tables[0][game], tables[1][game]
        for shares, near in ((x, found.row[e]), (y, found.column[e])):
            assert sum(shares) == 1
            assert ((shares > 0) == (near > 0)).all()
            assert np.abs(shares.astype(float) - near).max() < 1e-9
        earned = [row @ y, x @ column]
        for player, (replies, shares) in enumerate(zip(earned, (x, y), strict=True)):
            assert exact.payoffs[e, player] == replies.max()
            assert {reply for reply, s in zip(replies, shares, strict=True) if s} == {replies.max()}
    assert not exact.regret.any()


@pytest.mark.parametrize("name", BATCHES)
def test_a_batch_is_exact_game_by_game(name):
    games = BATCHES[name]
    found = solve(games, workers=1)
    exact, parts = found.exact(), found.components()
    for game in range(0, len(games.payoffs[0]), 7):
        one = solve(games.of_batch(game))
        rows = slice(found.starts[game], found.starts[game + 1])
        for side, alone in zip(exact.strategies, one.fractions(), strict=True):
            assert (side[rows] == alone).all()
        assert (exact.payoffs[rows] == one.fraction_payoffs()).all()
        mine = [parts[int(c)] for c in np.flatnonzero(parts.games == game)]
        assert [c.index for c in mine] == [c.index for c in one.components()]
        assert [c.subsets for c in mine] == [c.subsets for c in one.components()]


@pytest.mark.parametrize("bits", [8, 30, 50, 53, 60])
def test_replies_that_differ_in_the_last_bit_are_told_apart(bits):
    """Against any mixture: payoffs, gains and best replies are those of plain fractions."""
    rng = np.random.default_rng(bits)
    count, m, n = 300, 3, 4
    tables = rng.integers(-(2**bits), 2**bits, (2, count, m, n)) // 2 ** max(bits - 53, 0)
    tables *= 2 ** max(bits - 53, 0)  # as doubles they are what they are here
    near = rng.integers(-1, 2, (2, count, m, n)) * 2 ** max(bits - 53, 0)
    tables[0, ::2] = tables[0, ::2, :1] + near[0, ::2]  # of the others replies are far apart
    tables[1, ::2] = tables[1, ::2, :, :1] + near[1, ::2]
    games = Game.from_payoffs(*tables.astype(float))
    assert (np.stack(games.payoffs) == tables).all()
    weights = [rng.integers(0, 2 ** min(bits, 58), (count, k)) for k in (m, n)]
    for side in weights:
        side[rng.random(side.shape) < 0.4] = 0
        side[:, 0] += side.sum(axis=1) == 0
    mixtures = [WholeNumbers(side, side.sum(axis=1)) for side in weights]
    game = np.arange(count)
    payoffs, gains = (part.fractions() for part in whole_payoffs_and_gains(games, mixtures, game))
    best = whole_best_replies(games, mixtures, game)
    x, y = (side.fractions() for side in mixtures)
    exact = tables.astype(object)
    close = 0
    for g in range(count):
        replies = exact[0, g] @ y[g], x[g] @ exact[1, g]
        for player, (earned, shares) in enumerate(zip(replies, (x[g], y[g]), strict=True)):
            assert payoffs[g, player] == earned @ shares
            assert gains[g, player] == earned.max() - earned @ shares
            assert (best[player][g] == (earned == earned.max())).all()
            close += len(set(map(float, earned))) < len(set(earned))
    assert bits < 53 or close > 25


@pytest.mark.parametrize("bits", [3, 20, 45, 60])
def test_equal_mixtures_of_a_game_and_no_others_share_a_number(bits):
    rng = np.random.default_rng(bits)
    few = rng.integers(1, 2**bits, (300, 3))
    weights = few[rng.integers(0, 300, 4000)] * rng.integers(1, 4, (4000, 1))
    game = np.sort(rng.integers(0, 900, 4000))
    plain = [
        (key, *(Fraction(share, sum(shares)) for share in shares))
        for key, *shares in zip(game.tolist(), *weights.T.tolist(), strict=True)
    ]
    numbers = equal_rows(game, weights).tolist()
    told = set(plain)
    assert len(set(zip(plain, numbers, strict=True))) == len(told) == len(set(numbers))


@pytest.mark.parametrize("name", ["0..3", "0..2, 4x4", "0..1, 2x5", "decimals", "a level"])
def test_components_are_those_of_plain_sets(name):
    """Connected by shared strategies, cut into all maximal products, indices of the perturbed."""
    found = solve(BATCHES[name], workers=1)
    parts, exact = found.components(), found.exact()
    pairs = [tuple(tuple(side[e]) for side in exact.strategies) for e in range(len(found))]
    indices = np.zeros(len(found), dtype=int)
    for game, extremes in exact_extremes(found.games):
        for number in np.unique(game):
            start = int(found.starts[number])
            some = extremes.index[game == number]
            indices[start : start + len(some)] = some
    several = 0
    for component in exact.components():
        members = component.equilibria
        outside = set(np.flatnonzero(found.game == component.game).tolist()) - set(members)
        shares_one = [
            pairs[e][player] == pairs[f][player]
            for e in members
            for f in outside
            for player in (0, 1)
        ]
        assert not any(shares_one)
        assert component.index == indices[list(members)].sum()
        mine = {pairs[e] for e in members}
        assert _maximal_products(mine) == {
            (frozenset(s.rows), frozenset(s.columns)) for s in component.subsets
        }
        several += len(component.subsets) > 1
    assert several >= 5
    assert [c.equilibria for c in parts] == [c.equilibria for c in exact.components()]
    assert (
        parts.component[np.concatenate([c.equilibria for c in parts])]
        == np.repeat(np.arange(len(parts)), parts.sizes)
    ).all()


def _maximal_products(pairs):
    """Every set of rows whose common columns have no other row in common."""
    rows = {x for x, _ in pairs}
    partners = {x: frozenset(y for r, y in pairs if r == x) for x in rows}
    found = set()
    for size in range(1, len(rows) + 1):
        for chosen in combinations(rows, size):
            shared = frozenset.intersection(*(partners[x] for x in chosen))
            if shared and frozenset(x for x in rows if shared <= partners[x]) == set(chosen):
                found.add((frozenset(chosen), shared))
    return found
