"""Bits that are set are found by line and by game."""

import numpy as np
import pytest

from strategic.equilibria.enumeration._signs import (
    bit_keys,
    bits_at,
    bits_by_game,
    games_in_order,
    set_bits,
    words_of,
)


@pytest.mark.parametrize("share", [0.0, 0.02, 0.5, 1.0])
@pytest.mark.parametrize("lines", [1, 7, 8, 9, 23, 128])
@pytest.mark.parametrize("games", [1, 64, 65, 700])
def test_all_ways_to_find_bits_agree(lines, games, share):
    flags = np.random.default_rng([lines, games]).random((lines, games)) < share
    words = words_of(flags)
    line, game = flags.nonzero()
    assert all(map(np.array_equal, set_bits(words), (line, game)))
    keys = bit_keys([words[: lines // 2], words[lines // 2 :]], 8)
    assert np.array_equal(keys, game << 8 | line)
    order = games_in_order(game)
    assert all(map(np.array_equal, bits_by_game(words), (line[order], game[order])))
    assert np.array_equal(order, np.lexsort((line, game)))
    assert bits_at(words, line, game).all()
