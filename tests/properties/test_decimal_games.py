"""Games written in decimals have the equilibria of the integers they are tenths of."""

import numpy as np
import pytest

import strategic as st
from strategic.games import Game
from strategic.games.families import integer_games


@pytest.mark.parametrize(("shape", "count"), [((2, 2), 1000), ((2, 3), 300), ((3, 3), 200)])
@pytest.mark.parametrize("high", [3, 30])
def test_tenths_solve_like_whole_numbers(shape, count, high):
    whole = integer_games(shape, count, high=high, rng=1)
    tenths = tuple(payoffs / 10 for payoffs in whole.payoffs)
    texts = tuple(np.frompyfunc(str, 1, 1)(payoffs) for payoffs in tenths)
    expected = st.solve(whole)
    for written in (Game(payoffs=tenths, decimal=True), Game(payoffs=tenths, exact=texts)):
        found = st.solve(written)
        assert np.array_equal(found.count, expected.count)
        assert np.array_equal(found.row > 0, expected.row > 0)
        assert np.array_equal(found.column > 0, expected.column > 0)
        np.testing.assert_array_equal(found.index, expected.index)
