"""Rounded decimals turned back into fractions, against a search over all fractions."""

from fractions import Fraction
from math import ceil, floor

import numpy as np
import pytest

from strategic.errors import GameError
from strategic.games import Game, rationalise, read_game
from strategic.games._numbers import WrittenDecimal, parse_number, shortest_decimals
from strategic.games._rational import near_fraction, rational_numbers, rounded_fraction
from strategic.games.io.nfg import format_nfg


def typed(fraction, digits):
    """Write a fraction with a number of digits after the point, zeros included."""
    whole = round(abs(fraction) * 10**digits)
    text = str(whole).rjust(digits + 1, "0")
    return f"{'-' if fraction < 0 else ''}{text[:-digits]}.{text[-digits:]}"


def test_fractions_come_back_from_enough_digits():
    rng = np.random.default_rng(1)
    for _ in range(5000):
        largest = int(rng.integers(1, 500))
        q = int(rng.integers(1, largest + 1))
        fraction = Fraction(int(rng.integers(-5 * q, 5 * q + 1)), q)
        number = parse_number(typed(fraction, len(str(largest**2))))
        assert near_fraction(number, largest) == fraction


def test_the_only_fraction_near_enough_is_found():
    rng = np.random.default_rng(2)
    replaced = 0
    for _ in range(4000):
        largest, digits = int(rng.integers(1, 40)), int(rng.integers(1, 5))
        text = typed(Fraction(int(rng.integers(-3000, 3000)), 1000), digits)
        number, slack = parse_number(text), Fraction(1, 2 * 10**digits)
        near = {
            Fraction(p, q)
            for q in range(1, largest + 1)
            for p in range(ceil((number - slack) * q), floor((number + slack) * q) + 1)
        }
        expected = near.pop() if len(near) == 1 else None
        if number.denominator <= largest:
            expected = number
        assert near_fraction(number, largest) == expected, (text, largest)
        replaced += expected not in (None, number)
    assert replaced > 200


def test_few_decimals_look_like_fractions_by_chance():
    rng = np.random.default_rng(3)
    numbers = [
        parse_number(typed(Fraction(int(n), 10**9), 9)) for n in rng.integers(0, 10**9, 4000)
    ]
    assert sum(rounded_fraction(number) is not None for number in numbers) < 4000 / 50
    for q in range(3, 200):
        fraction = Fraction(int(rng.integers(1, q)), q)
        found = rounded_fraction(parse_number(typed(fraction, 8)))
        assert found in (fraction, None)
        assert (found is None) == (10**8 % fraction.denominator == 0)


@pytest.mark.parametrize("shape", [(2, 3), (2, 2, 2), (3, 1, 2, 2)])
def test_a_typed_game_of_fractions_comes_back(shape):
    rng = np.random.default_rng([4, *shape])
    exact = np.frompyfunc(lambda p, q: Fraction(int(p), int(q)), 2, 1)(
        rng.integers(-60, 60, (len(shape), *shape)), rng.integers(1, 13, (len(shape), *shape))
    )
    texts = np.frompyfunc(lambda fraction: typed(fraction, 5), 1, 1)(exact)
    lines = " ".join(" ".join(cell) for cell in texts.T.reshape(-1, len(shape)))
    head = (
        f'NFG 1 R "rounded" {{ {" ".join(f"{chr(34)}p{i}{chr(34)}" for i in range(len(shape)))} }}'
    )
    game = read_game(f"{head} {{ {' '.join(map(str, shape))} }}\n\n{lines}\n")
    back = game.rationalised(12)
    for table, fractions in zip(back.fractions(), exact, strict=True):
        assert (table == fractions).all()
    again = read_game(format_nfg(back))
    assert all((a == b).all() for a, b in zip(again.fractions(), back.fractions(), strict=True))


def test_doubles_and_batches_are_read_as_their_shortest_decimals():
    rng = np.random.default_rng(5)
    q = rng.integers(1, 60, (2, 50, 2, 2))
    p = rng.integers(-200, 200, q.shape)
    payoffs = p / q
    payoffs[0, 3, 1, 1] = np.nan
    games = Game(payoffs=tuple(np.round(payoffs, 6)), decimal=True)
    done = rationalise(games, 60)
    for table, numerators, denominators in zip(done.game.fractions(), p, q, strict=True):
        for number, top, bottom in zip(table.flat, numerators.flat, denominators.flat, strict=True):
            assert isinstance(number, float) or number == Fraction(int(top), int(bottom))
    assert not done.kept
    assert done.replaced[Fraction("0.333333")] == Fraction(1, 3)


def test_zeros_at_the_end_count_as_typed():
    assert near_fraction(parse_number("0.333"), 5) == Fraction(1, 3)
    assert near_fraction(parse_number("0.3330"), 5) is None
    assert near_fraction(parse_number("333.0e-3"), 5) is None


def test_what_has_no_single_fraction_near_stays_and_is_told():
    done = rationalise(read_game("0.1 0.3141 1/30 / 0.6667 2.5 0.125"), 9)
    assert done.replaced == {Fraction("0.6667"): Fraction(2, 3)}
    assert done.kept == (Fraction("0.1"), Fraction("0.3141"))
    assert done.game.fractions()[0].tolist() == [
        [Fraction(1, 10), Fraction("0.3141"), Fraction(1, 30)]
    ]


@pytest.mark.parametrize("largest", [0, -1, 10**6 + 1, 2.0, True])
def test_denominators_out_of_range_are_refused(largest):
    with pytest.raises(GameError, match=r"largest denominator.*from 1 to 1,000,000"):
        read_game("1 2 / 3 4").rationalised(largest)


def test_numbers_that_come_again_are_converted_as_each_would_be_alone():
    rng = np.random.default_rng(2)
    numbers = np.round(rng.standard_normal((100, 2, 3)), 2)
    numbers[::7] *= -0.0
    alone = [[Fraction(repr(float(number))) for number in row] for row in numbers.reshape(-1, 3)]
    np.testing.assert_array_equal(shortest_decimals(numbers).reshape(-1, 3), alone)
    written = np.array(
        [WrittenDecimal("0.3330", 4), Fraction("0.333"), Fraction("0.333"), np.nan], dtype=object
    )
    read = rational_numbers(written, 9)
    assert read[0] is written[0]  # four places: a third would have been .3333
    assert read[1] == read[2] == Fraction(1, 3)
