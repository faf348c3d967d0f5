"""Measures of any game against one game at a time, plain loops and fractions."""

from fractions import Fraction
from itertools import combinations, product

import numpy as np
import pytest

from strategic.catalogue import family
from strategic.equilibria import solve
from strategic.equilibria.concepts.choice import RULES, choose
from strategic.equilibria.concepts.selection import coordination
from strategic.games import Game
from strategic.modelling import Model, measure
from strategic.modelling.games import has_potential, pure_count

SHAPES = [(2, 2), (3, 3), (2, 3), (2, 2, 2), (3, 2, 2)]
NAMES = ("one", "two", "three")


def batch(shape, rng, count):
    """Whole numbers with many ties, so that every kind of degenerate game turns up."""
    return tuple(rng.integers(0, 4, (count, *shape)).astype(float) for _ in shape)


def model_of(payoffs, shape):
    def chosen(which):
        return [p[np.asarray(which, dtype=int)] for p in payoffs]

    players = NAMES[: len(shape)]
    made = family(chosen, {"which": (0.0, 0.0, 1e9)}, players=players)
    return Model(made, {"which": np.arange(len(payoffs[0]))})


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("rule", list(RULES))
def test_the_selected_equilibrium_is_measured(shape, rule):
    # The largest entropy is found by iteration, where it is flat, to the root of its accuracy.
    near = {"rtol": 0, "atol": 1e-6 if rule == "maximum-entropy" else 0, "equal_nan": True}
    payoffs = batch(shape, np.random.default_rng(5), 30)
    model = model_of(payoffs, shape)
    names = [n for n, m in model.family.measures.items() if m.selections]
    found = measure(model, *(f"{n}@{rule}" for n in names))
    unnamed = measure(model, *names)
    assert all(unnamed[n].shape == (30,) for n in names)
    if rule == "only":
        for n in names:
            np.testing.assert_array_equal(unnamed[n], found[f"{n}@only"])
    for k in range(30):
        game = Game(tuple(p[k] for p in payoffs))
        alone = choose(solve(game), rule)
        label = " | ".join("+".join(str(a + 1) for a in np.flatnonzero(s)) for s in alone.supports)
        assert found[f"support@{rule}"][k] == (label if alone.is_defined else "")
        for i, player in enumerate(NAMES[: len(shape)]):
            payoff = found[f"payoff.{player}@{rule}"][k]
            np.testing.assert_allclose(payoff, alone.payoffs[i], **near)
            for a in range(shape[i]):
                value = found[f"probability.{player}.{a + 1}@{rule}"][k]
                np.testing.assert_allclose(value, alone.strategies[i][a], **near)
        np.testing.assert_allclose(found[f"regret@{rule}"][k], alone.regret, **near)


def potential_by_loops(payoffs, shape):
    """Four deviations around every square of two actions of two players add up to zero."""
    tables = [np.vectorize(Fraction, otypes=[object])(p) for p in payoffs]
    for i, j in combinations(range(len(shape)), 2):
        for profile in product(*map(range, shape)):
            for a, b in product(range(shape[i]), range(shape[j])):
                moved = list(profile)
                moved[i] = a
                both, other = list(moved), list(profile)
                both[j] = other[j] = b
                around = (
                    tables[i][tuple(moved)] - tables[i][profile]
                    + tables[j][tuple(both)] - tables[j][tuple(moved)]
                    + tables[i][tuple(other)] - tables[i][tuple(both)]
                    + tables[j][profile] - tables[j][tuple(other)]
                )  # fmt: skip
                if around:
                    return False
    return True


@pytest.mark.parametrize("shape", SHAPES)
def test_potential_games_are_known(shape):
    rng = np.random.default_rng(8)
    everyone = rng.integers(-5, 6, (40, *shape)).astype(float)
    payoffs = []
    for i in range(len(shape)):  # a common function, and what no player's own action changes
        others = [n if k != i else 1 for k, n in enumerate(shape)]
        payoffs.append(everyone + rng.integers(-5, 6, (40, *others)))
    spoiled = [p.copy() for p in payoffs]
    spoiled[0][::2, ..., 0] += rng.integers(0, 2, (20, *shape[:-1]))
    for tables in (payoffs, spoiled, batch(shape, rng, 40)):
        found = has_potential(tuple(tables), len(shape))
        expected = [potential_by_loops([p[k] for p in tables], shape) for k in range(40)]
        np.testing.assert_array_equal(found, expected)
        # Multiples of a tenth are not doubles: rounding makes no difference.
        np.testing.assert_array_equal(has_potential(tuple(p * 0.1 for p in tables), len(shape)),
                                      found)  # fmt: skip
    assert has_potential(tuple(payoffs), len(shape)).all()


@pytest.mark.parametrize("shape", SHAPES)
def test_strict_equilibria_are_counted(shape):
    payoffs = batch(shape, np.random.default_rng(2), 50)
    found = pure_count(payoffs, len(shape), strict=True)
    for k in range(50):
        expected = 0
        for profile in product(*map(range, shape)):
            expected += all(
                payoffs[i][(k, *profile)] > payoffs[i][(k, *profile[:i], a, *profile[i + 1 :])]
                for i in range(len(shape))
                for a in range(shape[i])
                if a != profile[i]
            )
        assert found[k] == expected


def test_risk_dominance_is_that_of_coordination_games():
    payoffs = batch((2, 2), np.random.default_rng(3), 2000)
    found = measure(model_of(payoffs, (2, 2)), "risk_dominant")["risk_dominant"]
    along = coordination(*payoffs)
    across = coordination(*(p[..., ::-1] for p in payoffs))
    assert min(along.coordinates.sum(), across.coordinates.sum()) > 20
    words = {0: "1 | 1", 1: "2 | 2", -1: "tie"}, {0: "1 | 2", 1: "2 | 1", -1: "tie"}
    for k, label in enumerate(found):
        kinds = [c for c, x in enumerate((along, across)) if x.coordinates[k]]
        expected = words[kinds[0]][int((along, across)[kinds[0]].risk[k])] if kinds else ""
        assert label == expected
