"""Conditions and thresholds of corners against the eigenvalues themselves."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from strategic.errors import ParameterError
from strategic.evolution import (
    PopulationGame,
    corner_conditions,
    corners,
    stable_ranges,
    thresholds,
)
from strategic.evolution._real_roots import touching_roots
from strategic.games.formula import parse

NAMES = ("a", "b", "c", "d", "e", "f")
CELLS = (
    "a - b",
    "c * d - 2 * e",
    "a * (1 - f)",
    "b - c * f ** 2",
    "(a - e) / (1 + d)",
    "d * e - a * b",
    "3",
    "c * (d - e) + 1 / 2",
)


def random_game(rng, values):
    tables = [rng.choice(CELLS, (2, 2, 2)).tolist() for _ in range(3)]
    return tables, PopulationGame.from_formulas(tables, values=values)


def test_conditions_say_what_eigenvalues_are():
    rng = np.random.default_rng(1)
    for _ in range(10):
        values = dict(zip(NAMES, rng.uniform(0.5, 3, len(NAMES)).round(2).tolist(), strict=True))
        _, game = random_game(rng, values)
        table = corners(game)
        for entry in corner_conditions(game):
            text = entry.formula
            assert float(parse(text, NAMES).evaluate(values)) == pytest.approx(
                float(entry.value), abs=1e-12
            )
            left = entry.condition.removesuffix(" < 0")
            sign = float(parse(left, NAMES).evaluate(values))
            assert np.sign(np.round(sign, 12)) == np.sign(np.round(float(entry.value), 12))
        assert len(corner_conditions(game)) == table.eigenvalues.size


def test_conditions_change_exactly_at_their_thresholds():
    rng, seen = np.random.default_rng(2), 0
    for _ in range(12):
        values = dict(zip(NAMES, rng.uniform(0.5, 3, len(NAMES)).round(2).tolist(), strict=True))
        tables, game = random_game(rng, values)
        for threshold in thresholds(game):
            assert threshold.exact
            roots = [root for root in threshold.values.tolist() if np.isfinite(root)]
            step = 1e-7
            marks = [0.0123, *(place for r in roots for place in (r - step, r + step))]
            marks += [(low + high) / 2 for low, high in pairwise(roots)]
            marks += [roots[0] - 1.0, roots[-1] + 1.0] if roots else [5.0, -5.0]
            swept = PopulationGame.from_formulas(
                tables, values={**values, threshold.parameter: np.array(marks)}
            )
            entry = threshold.condition
            value = corners(swept).eigenvalues[:, entry.corner, entry.population]
            expected = threshold.holds[np.searchsorted(roots, marks)]
            assert ((value < 0) == expected).all()
            seen += len(roots)
    assert seen > 300


def test_thresholds_of_a_batch_are_those_of_its_points():
    rng = np.random.default_rng(3)
    values = {name: rng.uniform(0.5, 3, 15).round(2) for name in NAMES}
    _, game = random_game(rng, values)
    swept = thresholds(game)
    for number in range(15):
        alone = thresholds(game.at(number))
        assert len(alone) == len(swept)
        for one, many in zip(alone, swept, strict=True):
            assert (one.condition.name, one.parameter) == (many.condition.name, many.parameter)
            left = one.values[np.isfinite(one.values)]
            right = many.values[number][np.isfinite(many.values[number])]
            assert left == pytest.approx(right, rel=1e-9)
            kept = len(left) + 1
            assert (one.holds[:kept] == many.holds[number][:kept]).all()


def test_a_condition_that_is_no_polynomial_is_tried_at_many_places():
    game = PopulationGame.from_advantages(
        ["exp(a) - b", "log(b) - min(a, c)"],
        shares=["x", "y"],
        values={"a": 1.0, "b": 2.0, "c": 3.0},
    )
    found = {(t.condition.name, t.condition.population, t.parameter): t for t in thresholds(game)}
    of_a = found["2-1", 0, "a"]
    assert not of_a.exact
    assert of_a.values.tolist() == [pytest.approx(np.log(2.0), abs=1e-15)]
    assert of_a.side == "below"
    assert found["2-1", 0, "b"].exact
    assert found["2-1", 0, "b"].values.tolist() == [pytest.approx(np.exp(1.0), rel=1e-15)]


def test_ties_in_formulas_are_ties():
    """In doubles .1 + .2 - .3 is not zero; in the numbers of the file it is."""
    game = PopulationGame.from_advantages(
        ["a + b - c", "x - c"], shares=["x", "y"], values={"a": 0.1, "b": 0.2, "c": 0.3}
    )
    assert corners(game).verdict[-1] == "non-hyperbolic"
    (threshold, *_) = thresholds(game, "c")
    assert threshold.values.tolist() == [0.3]
    swept = PopulationGame.from_advantages(
        ["a + b - c", "x - c"],
        shares=["x", "y"],
        values={"a": 0.1, "b": 0.2, "c": np.array([0.3, 0.1 + 0.2, 0.31])},
    )
    assert corners(swept).verdict[:, -1].tolist() == ["non-hyperbolic", "ESS", "ESS"]


def test_an_unknown_parameter_is_named():
    game = PopulationGame.from_advantages(["a", "x"], shares=["x", "y"], values={"a": 1.0})
    with pytest.raises(ParameterError, match="no such parameter"):
        thresholds(game, "b")


def test_corners_are_stable_exactly_in_their_ranges():
    rng, changes = np.random.default_rng(5), 0
    for _ in range(6):
        values = dict(zip(NAMES, rng.uniform(0.5, 3, len(NAMES)).round(2).tolist(), strict=True))
        tables, game = random_game(rng, values)
        found = stable_ranges(game)
        assert len(found) == 8 * len(NAMES)
        for name in NAMES:
            marks = np.sort(np.concatenate([rng.uniform(-6, 6, 80), [values[name]]]))
            swept = corners(PopulationGame.from_formulas(tables, values={**values, name: marks}))
            for entry in found:
                if entry.parameter == name:
                    ends = entry.values[np.isfinite(entry.values)]
                    expected = entry.holds[np.searchsorted(ends, marks)]
                    assert (swept.stable[:, entry.corner] == expected).all()
                    changes += len(ends)
    assert changes > 20


def test_ranges_of_a_batch_are_those_of_its_points():
    rng = np.random.default_rng(6)
    values = {name: rng.uniform(0.5, 3, 10).round(2) for name in NAMES}
    _, game = random_game(rng, values)
    swept = stable_ranges(game, "a", "c")
    for number in range(10):
        for one, many in zip(stable_ranges(game.at(number), "a", "c"), swept, strict=True):
            right = many.values[number][np.isfinite(many.values[number])]
            assert one.values == pytest.approx(right, rel=1e-9)
            assert (one.holds == many.holds[number][: len(right) + 1]).all()


def test_values_at_which_a_condition_only_touches_zero_are_listed():
    rng = np.random.default_rng(8)
    for _ in range(200):
        roots = rng.choice(np.arange(-6, 7), size=rng.integers(1, 4), replace=False).tolist()
        powers = rng.integers(1, 5, size=len(roots)).tolist()
        terms = [Fraction(int(rng.choice([-3, 2])))]
        for root, power in zip(roots, powers, strict=True):
            for _ in range(power):
                terms = [
                    a - root * b
                    for a, b in zip([Fraction(0), *terms], [*terms, Fraction(0)], strict=True)
                ]
        even = [r for r, p in zip(roots, powers, strict=True) if p % 2 == 0]
        assert touching_roots(terms) == sorted(map(float, even))
    assert touching_roots([]) == touching_roots([Fraction(3)]) == []
    game = PopulationGame.from_advantages(
        ["(F - 2) ** 2", "x - 2"], shares=["x", "y"], values={"F": 3.0}
    )
    first = thresholds(game, "F")[0]
    assert (first.values.size, first.touches, first.side) == (0, (2.0,), "always")
