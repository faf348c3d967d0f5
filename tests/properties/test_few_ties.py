"""Few games with ties go through a kernel of their own; that of many games must say the same."""

import numpy as np
import pytest

from strategic.equilibria import solve
from strategic.equilibria.enumeration._few_ties import few_tied_equilibria
from strategic.equilibria.enumeration.exact_fallback import exact_equilibria
from strategic.games.game import Game

KINDS = ["bits", "small", "repeated", "indifferent", "whole", "quarters"]
SHAPES = [(1, 1), (1, 4), (2, 2), (2, 3), (3, 2), (3, 3), (5, 3), (4, 4), (2, 9), (5, 5), (6, 6)]


def games_of(kind, games, shape, rng):
    row, column = rng.random((2, games, *shape))
    if kind == "repeated":
        column[:, -1], row[:, -1] = column[:, 0], row[:, 0]
    if kind == "indifferent":  # one player: mixtures of the same actions, other best replies
        row[::2], column[1::2] = row[::2, :1], column[1::2, :, :1]
    most = {"bits": 2, "small": 4, "repeated": 5, "indifferent": 9, "whole": 100, "quarters": 12}[
        kind
    ]
    part = 4.0 if kind == "quarters" else 1.0
    return (np.floor(most * row) - most // 2) / part, np.floor(most * column) / part


def bits(values):
    return np.ascontiguousarray(values).tobytes()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shape", SHAPES)
def test_both_kernels_list_the_same_to_the_last_bit(shape, kind):
    row, column = games_of(kind, 460 // max(shape) + 1, shape, np.random.default_rng(4))
    assert few_tied_equilibria(row, column) is None
    few = slice(300 // max(shape) // 4)
    for want in (None, "strategies", "supports", "count"):
        block, status = exact_equilibria(Game.from_payoffs(row, column), want)
        found, known = few_tied_equilibria(row[few], column[few], want)
        assert (found.count == block.count[few]).all()
        assert (known == status[few]).all()
        listed = block.sorted().table
        assert bits(found.table) == bits(listed[:, : found.count.sum()])
        assert found.table.dtype == listed.dtype


def test_one_game_gets_the_answer_it_gets_among_others():
    row, column = games_of("small", 30, (4, 3), np.random.default_rng(5))
    every, _ = few_tied_equilibria(row, column)
    alone = [few_tied_equilibria(row[g : g + 1], column[g : g + 1])[0] for g in range(30)]
    assert bits(every.table) == bits(np.concatenate([one.table for one in alone], axis=1))


def test_equilibria_with_the_same_supports_come_in_one_order_alone_in_few_and_in_many():
    """Both mix two actions that are equal; each of the others replies at one end alone."""
    row = np.array([[4, 4, 0, 0], [4, 4, 0, 0], [5, 0, 0, 0], [0, 6, 0, 0]])
    column = np.array([[4, 4, 5, 0], [4, 4, 0, 7], [0, 0, 0, 0], [0, 0, 0, 0]])
    orders = np.random.default_rng(6).permuted(np.tile(np.arange(4), (2, 120, 1)), axis=2)
    games = [payoffs[orders[0, :, :, None], orders[1, :, None]] for payoffs in (row, column)]
    assert few_tied_equilibria(*(own.astype(float) for own in games)) is None
    many = solve(*games, workers=1)
    inside = ((many.row > 0).sum(axis=1) == 2) & ((many.column > 0).sum(axis=1) == 2)
    assert (np.bincount(many.game[inside]) == 4).all()
    few = solve(*(own[:30] for own in games), workers=1)
    for number in range(30):
        alone = solve(*(own[number] for own in games))
        for name in ("row", "column", "payoffs", "index", "regret"):
            assert bits(getattr(alone, name)) == bits(getattr(few.of(number), name))
            assert bits(getattr(alone, name)) == bits(getattr(many.of(number), name))


@pytest.mark.parametrize("payoff", [0.1, -0.0, 40_000.0, 608.0, np.nan])
def test_what_is_no_small_whole_number_or_eighth_is_left_to_the_other_kernel(payoff):
    row = np.arange(36.0).reshape(1, 6, 6)
    row[0, 0, 1] = 607.0  # sums of minors are exact up to this
    assert few_tied_equilibria(row, row) is not None
    row[0, 2, 3] = payoff
    assert few_tied_equilibria(row, row) is None
