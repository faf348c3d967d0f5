"""Where paths start: lattices, random draws, starts as people write them."""

from math import comb, prod

import numpy as np
import pytest

from strategic.errors import UsageError
from strategic.evolution.populations import PopulationGame
from strategic.games import Game
from strategic.reports.evolution._starts import joined_starts, read_start, starts_of


def game_of(*sizes):
    return PopulationGame.of(Game(tuple(np.zeros(sizes) for _ in sizes)))


@pytest.mark.parametrize("sizes", [(2, 2, 2), (2,), (3, 2), (4,), (2, 2, 2, 2), (1, 2)])
@pytest.mark.parametrize("count", [1, 9, 27, 100])
def test_a_lattice_is_inside_even_and_no_larger_than_asked(sizes, count):
    found = starts_of(count, game_of(*sizes))
    number = len(found[0])
    assert 1 <= number <= count
    for own, size in zip(found, sizes, strict=True):
        assert own.shape == (number, size)
        assert (own > 0).all()
        np.testing.assert_allclose(own.sum(axis=1), 1)
        np.testing.assert_allclose(own.mean(axis=0), 1 / size)
    together = np.concatenate(found, axis=1)
    assert len(np.unique(together.round(12), axis=0)) == number
    steps = next(s for s in range(1, count + 2)
                 if prod(comb(s + n - 2, n - 1) for n in sizes) >= number)  # fmt: skip
    assert prod(comb(steps + n - 2, n - 1) for n in sizes) == number


def test_random_starts_follow_their_seed():
    game = game_of(3, 2)
    first, again, other = (starts_of("random:50", game, seed=s) for s in (1, 1, 2))
    np.testing.assert_array_equal(first[0], again[0])
    assert not np.array_equal(first[0], other[0])
    assert first[0].shape == (50, 3)


def test_starts_are_read_by_place_and_by_name():
    game = PopulationGame.from_advantages(["y", "x"], shares=["x", "y"], players=["a", "b"])
    assert read_start("0.25,0.5", game) == [[0.25, 0.75], [0.5, 0.5]]
    assert read_start("y=0.25,x=0.5", game) == [[0.5, 0.5], [0.25, 0.75]]
    three = game_of(3, 2)
    assert read_start("0.2:0.3:0.5,1", three) == [[0.2, 0.3, 0.5], [1.0, 0.0]]
    both = joined_starts([read_start("0.25,0.5", game), read_start("1,0", game)])
    assert [own.shape for own in both] == [(2, 2), (2, 2)]


@pytest.mark.parametrize(
    "text", ["", "0.5", "0.5,0.5,0.5", "a,b", "0.5:0.6,0.5", "0.5,-1", "nan,1"]
)
def test_what_is_no_start_is_refused(text):
    with pytest.raises(UsageError):
        read_start(text, game_of(2, 2))


@pytest.mark.parametrize("wanted", ["", "-3", "random:", "random:x", "0", 10**9, None, [[0.5]]])
def test_what_are_no_starts_is_refused(wanted):
    with pytest.raises(UsageError):
        starts_of(wanted, game_of(2, 2))
