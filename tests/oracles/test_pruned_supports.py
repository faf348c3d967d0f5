"""Supports judged one by one: against fractions, tables of minors, and both polytopes."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from strategic.equilibria import solve
from strategic.equilibria.enumeration import _certified, _pruned_supports, _pruned_vertices
from strategic.equilibria.enumeration._matched_vertices import matched_supports
from strategic.equilibria.enumeration._pruned_supports import pruned_supports
from strategic.equilibria.enumeration._support_signs import gains, judged
from strategic.equilibria.enumeration._support_tables import support_sets
from strategic.status import Status


def drawn(rng, kind, shape):
    if kind == "near ties":
        return rng.integers(0, 3, shape) + rng.integers(-9, 10, shape) * 2.0**-48
    if kind == "ties":
        return rng.integers(0, 3, shape).astype(float)
    if kind == "mixed sizes":
        return rng.random(shape) * 10.0 ** rng.integers(-9, 9, shape)
    if kind == "level":
        return 1e9 + rng.random(shape)
    return rng.random(shape)


def determinant(table):
    if not table:
        return Fraction(1)
    return sum(
        (-1) ** place * entry * determinant([row[:place] + row[place + 1 :] for row in table[1:]])
        for place, entry in enumerate(table[0])
    )


def signs_in_fractions(payoffs, mixed, used):
    """Weights by Cramer's rule, and what other replies fall short, times the sum of weights."""
    exact = [[Fraction(entry) for entry in row[list(mixed)]] for row in payoffs]
    first = exact[used[0]]
    differences = [[a - b for a, b in zip(exact[j], first, strict=True)] for j in used[1:]]
    weights = [
        (-1) ** p * determinant([row[:p] + row[p + 1 :] for row in differences])
        for p in range(len(mixed))
    ]
    others = [j for j in range(len(payoffs)) if j not in used]
    short = [
        sum(w * (a - b) for w, a, b in zip(weights, first, exact[j], strict=True)) for j in others
    ]
    return weights, short


@pytest.mark.parametrize("kind", ["plain", "near ties", "ties", "mixed sizes", "level"])
@pytest.mark.parametrize("size", [1, 2, 3, 4, 5])
def test_single_supports_are_judged_as_fractions_do(size, kind):
    rng = np.random.default_rng([size, len(kind)])
    payoffs = drawn(rng, kind, (5, 6, 8))  # replies, actions, games
    mixed, used = support_sets(6, size), support_sets(5, size)
    game = rng.integers(0, 8, 60)
    i, j = (rng.integers(0, sets.inside.shape[1], 60) for sets in (mixed, used))
    verdict = judged(gains(payoffs, np.zeros(8, dtype=bool)), game, (mixed, i), (used, j))
    standing = dict(
        zip(verdict.lane, zip(verdict.positive, verdict.sure, strict=True), strict=True)
    )
    told = 0
    for lane in range(60):
        weights, short = signs_in_fractions(
            payoffs[..., game[lane]], mixed.inside[:, i[lane]], used.inside[:, j[lane]]
        )
        sign = 1 if sum(weights) > 0 else -1
        strict = all(sign * value > 0 for value in weights + short)
        refused = lane not in standing
        told += refused
        if refused:
            assert any(a * b < 0 for a, b in product(weights + short, weights)), (
                "refused, although no two signs differ"
            )
        else:
            positive, sure = standing[lane]
            told += sure
            assert strict or not sure
            assert not sure or positive == (sign > 0)
    assert told > (58 if kind in ("plain", "level", "mixed sizes") else 5)


def test_payoffs_as_written_may_be_off_their_doubles():
    payoffs = np.array([[0.1, 0.3], [0.1 + 2.0**-54, 0.3 - 2.0**-54]])[..., None]
    pure = support_sets(2, 1)
    lanes = np.zeros(2, dtype=int), (pure, np.array([0, 1])), (pure, np.array([1, 0]))
    for rounded, sure in ((False, True), (True, False)):
        verdict = judged(gains(payoffs, np.array([rounded])), *lanes)
        assert verdict.lane.tolist() == [0, 1]
        assert verdict.sure.tolist() == [sure, sure]


def test_overflow_refuses_nothing():
    payoffs = np.array([[1e308, 0.0], [-1e308, 1.0]])[..., None]
    pure = support_sets(2, 1)
    verdict = judged(
        gains(payoffs, np.zeros(1, dtype=bool)),
        np.zeros(2, dtype=int),
        (pure, np.array([0, 0])),
        (pure, np.array([0, 1])),
    )
    assert verdict.lane.tolist() == [0, 1]
    assert not verdict.sure.any()


@pytest.mark.parametrize("beaten", [_pruned_supports._beaten, _pruned_vertices._beaten])
def test_beaten_actions_are_those_that_some_other_beats_everywhere(beaten):
    payoffs = np.random.default_rng(2).integers(0, 6, (4, 5, 70)).astype(float)
    table = beaten(payoffs)
    if table.ndim == 3:  # a bit per game, by action
        octets = np.ascontiguousarray(table).view(np.uint8)
        by_action = np.unpackbits(octets, axis=-1, bitorder="little")[..., :70]
    else:  # a bit per action, by game
        by_action = table[:, None] >> np.arange(4, dtype=np.uint16)[:, None] & 1
    for mask in range(1, 32):
        against = payoffs[:, [mask >> action & 1 == 1 for action in range(5)]]
        for action in range(4):
            lost = (against > against[action]).all(axis=1).any(axis=0)
            assert np.array_equal(by_action[mask, action] == 1, lost)


@pytest.mark.parametrize("kind", ["plain", "near ties", "ties", "mixed sizes", "level"])
@pytest.mark.parametrize("shape", [(4, 4), (5, 6), (7, 5), (7, 7), (3, 11)])
def test_pruning_finds_what_both_tables_find_to_the_bit(shape, kind, monkeypatch):
    rng = np.random.default_rng([*shape, len(kind)])
    games = 70
    row, column = (drawn(rng, kind, (games, *shape)) for _ in range(2))
    answers = []
    for pruned in (True, False):
        monkeypatch.setattr(_certified, "prunes", lambda _, pruned=pruned: pruned)
        block, status = _certified.certified_equilibria(row, column, np.zeros(games, dtype=bool))
        answers.append((block.sorted(), status == Status.COMPLETE))
    (pruned, settled), (tables, before) = answers
    assert (settled | ~before).all()
    assert settled.all() or kind not in ("plain", "level")
    mine, theirs = (
        block.table[:, np.repeat(before[complete], block.count[complete])]
        for block, complete in ((pruned, settled), (tables, before))
    )
    assert np.array_equal(mine, theirs)


@pytest.mark.parametrize("shape", [(6, 6), (7, 4), (4, 7)])
def test_signs_that_the_table_leaves_in_doubt_are_judged_by_themselves(shape, monkeypatch):
    rng = np.random.default_rng(shape)
    row, column = rng.random((2, 100, *shape))
    plain = np.zeros(100, dtype=bool)
    known, left = pruned_supports(row, column, plain)
    assert not left.any()
    planes = _pruned_supports.payoff_planes

    def in_doubt(*payoffs):
        signs = planes(*payoffs)
        doubt = rng.integers(0, 1 << 63, (len(signs) // 2, signs.shape[1]), dtype=np.uint64)
        doubt &= rng.integers(0, 1 << 63, doubt.shape, dtype=np.uint64)
        return signs & ~np.concatenate([doubt, doubt])

    monkeypatch.setattr(_pruned_supports, "payoff_planes", in_doubt)
    found, left = pruned_supports(row, column, plain)
    assert not left.any()
    for part, other in zip(found, known, strict=True):
        for one, same in zip(part, other, strict=True):
            assert np.array_equal(one, same)


@pytest.mark.parametrize("kind", ["plain", "near ties", "mixed sizes", "level"])
@pytest.mark.parametrize("shape", [(4, 4), (5, 8), (8, 5), (9, 9), (7, 11), (12, 9)])
def test_one_polytope_gives_the_supports_of_two(shape, kind):
    rng = np.random.default_rng([*shape, len(kind)])
    row, column = (drawn(rng, kind, (12, *shape)) for _ in range(2))
    plain = np.zeros(12, dtype=bool)
    ways = [way(row, column, plain) for way in (_pruned_vertices.pruned_vertices, matched_supports)]
    both = ~(ways[0].left | ways[1].left)
    listed = [
        {
            (g, *i, *j)
            for part in way.parts
            for g, i, j in zip(*(values.tolist() for values in part), strict=True)
            if both[g]
        }
        for way in ways
    ]
    assert listed[0] == listed[1]
    assert both.all() or kind != "plain"
    assert len(listed[0]) >= both.sum()


@pytest.mark.parametrize("kind", ["plain", "mixed sizes"])
def test_no_bit_of_9x9_games_depends_on_how_many_there_are(kind):
    rng = np.random.default_rng(len(kind))
    row, column = (drawn(rng, kind, (40, 9, 9)) for _ in range(2))
    together = solve(row, column)
    assert (together.status == Status.COMPLETE).all()
    for game in (0, 17):
        alone = solve(row[game], column[game])
        for one, other in zip(alone.of(0), together.of(game), strict=True):
            for mine, theirs in zip(one, other, strict=True):
                assert np.array_equal(mine, theirs)
