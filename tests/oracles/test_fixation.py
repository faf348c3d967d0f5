"""Fixation with fitnesses of zero, against the chain solved in fractions."""

from fractions import Fraction

import numpy as np
import pytest

from strategic.evolution import fixation_probability, small_mutation_law
from strategic.evolution.small_mutation import invasion_chances


def exact_fixation(payoffs, size, intensity, mutants):
    """Solve the birth-death chain in fractions; None where a fitness is negative or both are 0."""
    (a, b), (c, d) = payoffs
    ups = [None] * (size + 1)
    for k in range(1, size):
        mutant = Fraction((k - 1) * a + (size - k) * b, size - 1)
        resident = Fraction(k * c + (size - k - 1) * d, size - 1)
        fit = 1 - intensity + intensity * mutant
        unfit = 1 - intensity + intensity * resident
        if min(fit, unfit) < 0 or fit == unfit == 0:
            return None
        ups[k] = fit / (fit + unfit)
    # what can reach the end at all, then value iteration is a linear system without closed parts
    able = {size}
    for k in range(size - 1, 0, -1):
        if ups[k] > 0 and k + 1 in able:
            able.add(k)
    states = sorted(able - {size})
    system = [[Fraction(int(i == j)) for j in states] + [Fraction(0)] for i in states]
    for row, k in enumerate(states):
        for to, chance in ((k + 1, ups[k]), (k - 1, 1 - ups[k])):
            if to == size:
                system[row][-1] += chance
            elif to in able:
                system[row][states.index(to)] -= chance
    return dict(zip(states, solved(system), strict=True)).get(mutants, Fraction(0))


def solved(system):
    for step in range(len(system)):
        pivot = next(row for row in range(step, len(system)) if system[row][step])
        system[step], system[pivot] = system[pivot], system[step]
        system[step] = [entry / system[step][step] for entry in system[step]]
        for row in range(len(system)):
            if row != step and system[row][step]:
                factor = system[row][step]
                pairs = zip(system[row], system[step], strict=True)
                system[row] = [mine - factor * its for mine, its in pairs]
    return [row[-1] for row in system]


def test_the_case_of_the_report():
    assert fixation_probability([[1, 5], [0, 3]], 10, 1.0, process="moran") == pytest.approx(
        0.49096, abs=5e-6
    )


def test_fitness_zero_against_fractions():
    rng = np.random.default_rng(0)
    zeros = 0
    for _ in range(3000):
        size = int(rng.integers(2, 8))
        mutants = int(rng.integers(1, size))
        payoffs = rng.integers(-1, 4, size=(2, 2)).tolist()
        intensity = Fraction(int(rng.integers(0, 5)), 4)
        expected = exact_fixation(payoffs, size, intensity, mutants)
        found = fixation_probability(
            payoffs, size, float(intensity), mutants=mutants, process="moran"
        )
        if expected is None:
            assert np.isnan(found)
        else:
            assert found == pytest.approx(float(expected), rel=1e-10, abs=1e-14)
            zeros += expected in (0, 1)
    assert zeros > 100


def test_a_fitness_that_is_zero_but_for_rounding():
    # three times .1 exceeds .3 in doubles: the fitness with four mutants is 0, not below
    found = fixation_probability([[-0.1, 0.3], [1.0, 1.0]], 5, 1.0, process="moran")
    assert found == 0.0


def test_points_of_a_grid_do_not_mind_their_neighbours():
    payoffs = np.random.default_rng(1).integers(0, 3, size=(40, 2, 2))
    together = fixation_probability(payoffs, 6, 1.0, mutants=3, process="moran")
    alone = [fixation_probability(one, 6, 1.0, mutants=3, process="moran") for one in payoffs]
    np.testing.assert_array_equal(together, alone)


def test_long_runs_with_strategies_that_nobody_invades():
    rng = np.random.default_rng(2)
    seen = {"one": 0, "several": 0, "none": 0}
    for _ in range(300):
        payoffs = rng.integers(0, 4, size=(3, 3))
        law = small_mutation_law(payoffs, 5, 1.0, process="moran")
        rates = np.exp(invasion_chances(payoffs, 5, 1.0, process="moran"))
        np.fill_diagonal(rates, 0.0)
        if np.isnan(rates).any():
            continue
        # where the chain is after a long time, from every start
        after = np.eye(3) + (rates - np.diag(rates.sum(axis=1))) / 4
        for _ in range(50):
            after = after @ after
            after /= after.sum(axis=1, keepdims=True)
        if np.allclose(after, after[0], atol=1e-6):
            np.testing.assert_allclose(law, after[0], atol=1e-6)
            seen["none" if (after[0] > 1e-9).all() else "one"] += 1
        else:
            assert np.isnan(law).all()
            seen["several"] += 1
    assert min(seen.values()) > 2
