"""Few games with ties go through a kernel of their own; that of many games must say the same."""

import numpy as np
import pytest

from strategic.equilibria.enumeration._few_ties import few_tied_equilibria
from strategic.equilibria.enumeration.exact_fallback import exact_equilibria
from strategic.games.game import Game

SHAPES = [(1, 1), (1, 4), (2, 2), (2, 3), (3, 2), (3, 3), (5, 3), (4, 4), (2, 9), (5, 5), (6, 6)]


def games_of(kind, games, shape, rng):
    row, column = rng.random((2, games, *shape))
    if kind == "repeated":
        column[:, -1], row[:, -1] = column[:, 0], row[:, 0]
    most = {"bits": 2, "small": 4, "repeated": 5, "whole": 100, "quarters": 12}[kind]
    part = 4.0 if kind == "quarters" else 1.0
    return (np.floor(most * row) - most // 2) / part, np.floor(most * column) / part


def bits(values):
    return np.ascontiguousarray(values).tobytes()


@pytest.mark.parametrize("kind", ["bits", "small", "repeated", "whole", "quarters"])
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


@pytest.mark.parametrize("payoff", [0.1, -0.0, 40_000.0, 3000.0, np.nan])
def test_what_is_no_small_whole_number_or_eighth_is_left_to_the_other_kernel(payoff):
    row = np.arange(36.0).reshape(1, 6, 6)
    assert few_tied_equilibria(row, row) is not None
    row[0, 2, 3] = payoff
    assert few_tied_equilibria(row, row) is None
