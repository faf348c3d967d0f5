"""Equilibria are put in the order of the games, and written in their place."""

import numpy as np
import pytest

from strategic.equilibria._regret import payoffs_and_regret_of_two
from strategic.equilibria.enumeration._certified import certified_equilibria
from strategic.equilibria.enumeration._equilibrium_blocks import lines_of, tables_of
from strategic.equilibria.enumeration._placed_equilibria import Placed
from strategic.equilibria.enumeration._support_tables import support_pairs

SHAPES = [(2, 3), (3, 2), (3, 3), (3, 5), (5, 3), (4, 4), (5, 5)]


@pytest.mark.parametrize("shape", [(2, 3), (3, 3), (5, 4), (8, 8)])
def test_games_are_put_in_order_and_equilibria_within_them_stay_so(shape):
    rng, pairs = np.random.default_rng(shape), len(support_pairs(*shape).size)
    game, pair = rng.integers(0, 1 << 16, 5000), rng.integers(0, pairs, 5000)
    game[7], pair[7] = (1 << 16) - 1, pairs - 1
    pair.sort()
    negative = rng.random(5000) < 0.5
    placed = Placed.of(pair, game, negative)
    order = np.lexsort((np.arange(5000), game))
    for found, given in zip(
        (placed.pair, placed.game, placed.negative), (pair, game, negative), strict=True
    ):
        assert np.array_equal(found, given[order])


@pytest.mark.parametrize("kind", ["plain", "level", "huge", "signed zeros"])
@pytest.mark.parametrize("shape", SHAPES)
def test_payoffs_and_regrets_are_those_of_whole_strategies_to_the_bit(shape, kind):
    rng = np.random.default_rng([*shape, len(kind)])
    row, column = rng.random((2, 400, *shape))
    if kind == "level":
        row, column = 1e14 + row, column - 1e9
    if kind == "huge":
        row, column = (row - 0.5) * 1.79e308, column * 1.79e308
    if kind == "signed zeros":
        row, column = np.where(row < 0.3, -0.0, row), np.where(column < 0.3, -0.0, -column)
    block, _ = certified_equilibria(row, column, np.zeros(400, dtype=bool))
    found, game = block.sorted(), np.repeat(np.arange(400), block.count)
    lines = lines_of(found.table, shape)
    own, other = tables_of(row, game), tables_of(column, game).swapaxes(0, 1)
    payoffs, regret = payoffs_and_regret_of_two(own, other, lines.x, lines.y)
    assert len(game) > 100
    assert np.array_equal(lines.payoffs, payoffs)  # but for the signs of zeros, when pure
    mixed = (lines.x > 0).sum(axis=0) > 1
    assert lines.payoffs[:, mixed].tobytes() == payoffs[:, mixed].tobytes()
    assert np.array_equal(lines.regret, regret)
    assert not lines.regret[~mixed].any()
