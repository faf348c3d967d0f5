"""Fractions made in bulk against the constructor, and exact lists that make them when read."""

import pickle
from copy import copy
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from strategic.equilibria import Equilibria, solve
from strategic.equilibria._exact import nearest_doubles
from strategic.equilibria._fractions_in_bulk import fractions_in_bulk
from strategic.equilibria._whole_numbers import WholeNumbers
from strategic.errors import MethodError
from strategic.games import Game

FIELDS = {"strategies", "payoffs", "regret"}


@pytest.mark.parametrize("shared", [1, 6, 2**20])
@pytest.mark.parametrize("below", ["any", "powers of two", "small"])
@pytest.mark.parametrize("bits", [2, 8, 31, 40, 61, 62, 120, 400])
def test_fractions_in_bulk_are_those_of_the_constructor(bits, below, shared):
    rng = np.random.default_rng(bits)
    digits = [int.from_bytes(rng.bytes(64), "big") for _ in range(600)]
    most = max((1 << bits) // shared, 2)
    above = [shared * (d % most) * (-1) ** k for k, d in enumerate(digits[:300])]
    sizes = {"any": most, "powers of two": max(most.bit_length() - 1, 1), "small": 3}
    drawn = [d % sizes[below] for d in digits[300:]]
    under = [2**d if below == "powers of two" else d + (below == "small" or not d) for d in drawn]
    under = [shared * u if below == "any" and shared * u < 2**bits else u for u in under]
    expected = [Fraction(a, b) for a, b in zip(above, under, strict=True)]
    kinds = [object, np.int64] if max(*map(abs, above), *under) < 2**62 else [object]
    for kind in kinds:
        found = fractions_in_bulk(np.array(above, dtype=kind), np.array(under, dtype=kind))
        assert found.tolist() == expected
        told = [(type(f), type(f.numerator), type(f.denominator)) for f in found]
        assert set(told) == {(Fraction, int, int)}
        assert list(map(hash, found)) == list(map(hash, expected))
        assert list(map(str, found)) == list(map(str, expected))
        assert [f + 1 for f in found] == [f + 1 for f in expected]


@pytest.mark.parametrize("bits", [40, 62, 120, 400, 1200])
def test_quotients_of_long_numbers_are_rounded_once(bits):
    rng = np.random.default_rng(bits)
    above, below = (
        np.array([int.from_bytes(rng.bytes(160), "big") % 2**bits + 1 for _ in range(60)], object)
        for _ in range(2)
    )
    above[:5], above[5:20] = 0, -above[5:20]
    above[30:40] = 3 * above[30:40] * below[30:40]  # with a divisor in common
    for shift in (0, 900, 1300):  # too small, and beyond the doubles
        for lanes in ((above, below << shift), (above << shift, below)):
            expected = nearest_doubles(np.array(list(map(Fraction, *lanes)), dtype=object))
            assert WholeNumbers(*lanes).doubles().tobytes() == expected.tobytes()


def test_no_fractions_are_made_of_no_numbers():
    for kind in (np.int64, object):
        none = np.empty(0, dtype=kind)
        assert fractions_in_bulk(none, none).shape == (0,)


def test_equal_short_fractions_are_one_object():
    made = WholeNumbers(np.array([[1, 2, 3, 4]] * 50), np.arange(50) % 10 * 5 + 5).fractions()
    kept = {}
    for fraction in made.reshape(-1):
        assert kept.setdefault(fraction, fraction) is fraction
    assert len(kept) < made.size


def _lists():
    rng = np.random.default_rng(5)
    tables = {
        "random": rng.random((2, 40, 3, 3)),
        "tied": rng.integers(0, 4, (2, 40, 4, 4)).astype(float),
        "wide": rng.normal(size=(2, 40, 2, 4)),
        "huge": rng.integers(0, 3, (2, 40, 3, 3)) * 2.0 ** rng.integers(-90, 90, (2, 40, 3, 3)),
    }
    games = {name: Game.from_payoffs(*table) for name, table in tables.items()}
    tenths = rng.integers(0, 5, (2, 40, 3, 3)) / 10
    games["decimals"] = Game.from_payoffs(*tenths, decimal=True)
    return {name: solve(batch, workers=1) for name, batch in games.items()}


LISTS = _lists()


@pytest.fixture(params=LISTS)
def found(request):
    return LISTS[request.param]


def test_an_exact_list_makes_its_fractions_when_they_are_read(found):
    exact = found.exact()
    assert type(exact) is Equilibria
    assert exact.in_fractions
    assert not FIELDS & vars(exact).keys()
    assert len(exact) == len(found)
    assert len(exact.components()) == len(found.components())
    exact.of(3)
    assert not FIELDS & vars(exact).keys()
    exact.table()  # reads the largest regret of all, and the first hundred of the others
    assert not {"strategies", "payoffs"} & vars(exact).keys()
    strategies = exact.strategies
    assert exact.strategies is strategies
    assert "payoffs" not in vars(exact)
    for side, doubles in zip(strategies, found.strategies, strict=True):
        assert isinstance(side, np.ndarray)
        assert (side.dtype, side.shape) == (np.dtype(object), doubles.shape)
        assert {type(share) for share in side.reshape(-1)} == {Fraction}
    assert exact.payoffs.shape == found.payoffs.shape
    assert exact.regret.tolist() == [0] * len(found)
    assert {type(v) for v in (*exact.regret, *exact.payoffs.reshape(-1))} == {Fraction}


def test_an_exact_list_is_the_same_in_whichever_way_it_is_taken(found):
    exact = found.exact()
    whole = replace(exact, method=exact.method)  # reads everything
    assert vars(whole).keys() >= FIELDS
    for other in (copy(found.exact()), found.exact().exact(), exact):
        _assert_same(other, whole)
    for game in range(0, 40, 5):
        one = found.exact().of(game)
        assert not FIELDS & vars(one).keys()
        _assert_same(one, whole.of(game))
        _assert_same(one, found.of(game).exact())
        assert one.document() == whole.of(game).document() == found.of(game).exact().document()
        assert repr(one) == repr(whole.of(game))
    assert repr(found.exact()) == repr(whole)
    assert found.exact().to_markdown() == whole.to_markdown()
    assert found.exact().to_arrow().equals(whole.to_arrow())


@pytest.mark.parametrize("order", ["up", "down", "any"])
def test_games_read_one_by_one_are_those_read_at_once(order):
    found = solve(*np.random.default_rng(1).integers(0, 4, (2, 400, 3, 3)), workers=1)
    games = {"up": range(400), "down": range(399, -1, -1)}
    numbers = games.get(order, np.random.default_rng(2).permutation(400).tolist())
    expected, exact = _fields(found.exact()), found.exact()
    for game in numbers:
        one, rows = exact.of(game), slice(found.starts[game], found.starts[game + 1])
        for mine, all_of_it in zip(_fields(one), expected, strict=True):
            assert mine.tolist() == all_of_it[rows].tolist()
        assert one.whole_payoffs()[0].fractions().tolist() == one.payoffs.tolist()
        assert [side.fractions().tolist() for side in one.whole_strategies()] == [
            side.tolist() for side in one.strategies
        ]


def _fields(found):
    return [*found.strategies, found.payoffs, found.regret]


def test_readings_one_by_one_are_made_together_before_they_cost_much(monkeypatch):
    found = solve(*np.random.default_rng(1).random((2, 3000, 2, 2)), workers=1)
    exact, made = found.exact(), []
    fractions = WholeNumbers.fractions
    monkeypatch.setattr(
        WholeNumbers, "fractions", lambda self: made.append(len(self.numerators)) or fractions(self)
    )
    assert exact.of(7).payoffs.shape == exact.of(7).payoffs.shape
    assert sum(made) == 2 * found.count[7]
    for game in range(3000):
        assert len(exact.of(game).payoffs) == found.count[game]
    assert len(made) < 40
    assert sum(made) < 1.1 * len(found)


def test_one_game_of_an_exact_list_is_sent_without_the_others():
    found = solve(*np.random.default_rng(1).random((2, 3000, 2, 2)), workers=1)
    one = found.exact().of(5)
    sent = pickle.dumps(one)
    assert len(sent) < 5_000
    _assert_same(pickle.loads(sent), found.of(5).exact())  # noqa: S301  what was just written


def _assert_same(one, other):
    for side, plain in zip(one.strategies, other.strategies, strict=True):
        assert side.tolist() == plain.tolist()
    assert one.payoffs.tolist() == other.payoffs.tolist()
    assert one.regret.tolist() == other.regret.tolist()
    assert one.game.tolist() == other.game.tolist()
    assert one.count.tolist() == other.count.tolist()


def test_what_cannot_be_exact_is_refused_at_once():
    with pytest.raises(MethodError, match="exact fractions need all equilibria"):
        solve([[2, 0], [0, 1]], [[1, 0], [0, 2]], method="pure").exact()
