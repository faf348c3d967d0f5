"""Finite populations against the full Markov chain of all their members."""

from __future__ import annotations

import numpy as np
import pytest

from strategic.chains import long_run_law
from strategic.errors import MethodError
from strategic.evolution import (
    PopulationGame,
    finite_populations,
    fixation_probability,
    small_mutation_law,
)
from strategic.games import Game


def compositions(total, parts):
    if parts == 1:
        return [(total,)]
    return [(k, *rest) for k in range(total, -1, -1) for rest in compositions(total - k, parts - 1)]


def full_chain(game, sizes, intensity, process, mutation):
    """One individual after another may change; states are the counts of every population."""
    states = [()]
    for size, actions in zip(sizes, game.sizes, strict=True):
        states = [(*state, part) for state in states for part in compositions(size, actions)]
    place = {state: number for number, state in enumerate(states)}
    chain = np.zeros((len(states), len(states)))
    for state in states:
        shares = [np.array(part) / sum(part) for part in state]
        earned = game.payoffs_at(shares)
        for own, size in enumerate(sizes):
            chosen = size / sum(sizes)
            actions = game.sizes[own]
            moves = np.zeros((actions, actions))  # from, to
            counts = state[own]
            for a in range(actions):
                for b in range(actions):
                    if a == b or not counts[a]:
                        continue
                    if process == "fermi":
                        up = 1 / (1 + np.exp(-intensity * (earned[own][b] - earned[own][a])))
                        imitate = counts[a] / size * counts[b] / (size - 1) * up
                    else:
                        fit = 1 - intensity + intensity * earned[own]
                        total = sum(c * f for c, f in zip(counts, fit, strict=True))
                        imitate = counts[b] * fit[b] / total * counts[a] / size
                    stray = counts[a] / size / (actions - 1)
                    moves[a, b] = (1 - mutation) * imitate + mutation * stray
            for a, b in np.argwhere(moves > 0):
                part = list(counts)
                part[a] -= 1
                part[b] += 1
                other = place[(*state[:own], tuple(part), *state[own + 1 :])]
                chain[place[state], other] += chosen * moves[a, b]
    np.fill_diagonal(chain, 1 - chain.sum(axis=1))
    return states, chain


def law_of_chain(game, sizes, intensity, process):
    """Long-run shares of uniform profiles, mutations being rare."""
    states, chain = full_chain(game, sizes, intensity, process, 1e-8)
    law = long_run_law(chain, np.full(len(states), 1 / len(states)))
    found = np.zeros(game.sizes)
    for state, share in zip(states, law, strict=True):
        if all(max(part) == sum(part) for part in state):
            found[tuple(int(np.argmax(part)) for part in state)] += share
    return found


@pytest.mark.parametrize("process", ["fermi", "moran"])
@pytest.mark.parametrize(
    ("actions", "sizes"), [((2, 2), (4, 3)), ((3, 2), (3, 4)), ((2, 2, 2), (3, 2, 3))]
)
def test_the_long_run_is_that_of_the_full_chain(process, actions, sizes):
    rng = np.random.default_rng(11)
    game = PopulationGame.of(Game(tuple(rng.uniform(0, 2, size=actions) for _ in actions)))
    found = finite_populations(game, sizes, 0.8, process=process)
    np.testing.assert_allclose(
        found.law, law_of_chain(game, sizes, 0.8, process), atol=1e-6, rtol=0
    )


@pytest.mark.parametrize("process", ["fermi", "moran"])
def test_payoffs_that_use_own_shares_agree_with_the_full_chain_too(process):
    game = PopulationGame.from_advantages(["1 + y - 2 * x", "x - 0.3 * y ** 2"], shares=["x", "y"])
    found = finite_populations(game, (4, 5), 0.3, process=process)
    np.testing.assert_allclose(
        found.law, law_of_chain(game, (4, 5), 0.3, process), atol=1e-6, rtol=0
    )
    # a constant advantage by formulas and by a table is the same
    table = Game.from_payoffs([[3, 1], [1, 2]], [[1, 0], [0, 2]])
    formulas = PopulationGame.from_formulas(
        [[["3 + 0 * x", 1], [1, 2]], [[1, 0], [0, 2]]], shares=["x", "y"]
    )
    assert formulas.game is None
    for ours, theirs in zip(
        finite_populations(formulas, 7, 0.4, process=process).log_fixation,
        finite_populations(table, 7, 0.4, process=process).log_fixation,
        strict=True,
    ):
        np.testing.assert_allclose(ours, theirs, atol=1e-12)


def test_one_population_is_that_of_the_closed_forms():
    rng = np.random.default_rng(12)
    matrix = rng.normal(size=(3, 4, 4))
    found = finite_populations(PopulationGame.one_population(matrix), 30, 0.7)
    np.testing.assert_allclose(found.law, small_mutation_law(matrix, 30, 0.7), rtol=1e-12)


def test_a_constant_advantage_has_the_fixation_of_the_two_type_formula():
    """Against a fixed partner only the payoff difference counts: a matrix of equal columns."""
    game = Game.from_payoffs([[1.5, 0.2], [1.1, 0.9]], [[1, 0], [0, 1]])
    for process, intensity in (("fermi", 2.0), ("moran", 0.6)):
        found = finite_populations(game, 9, intensity, process=process)
        for column in (0, 1):
            a, b = game.row[:, column]
            mutant = fixation_probability([[a, a], [b, b]], 9, intensity, process=process)
            assert found.fixation[0][1, column, 0] == pytest.approx(mutant, rel=1e-12)


def test_strong_selection_and_large_populations_stay_in_range():
    game = Game.from_payoffs([[2, 0], [0, 1]], [[1, 0], [0, 2]])
    batch = Game(tuple(np.stack([p, 1e6 * p, 0 * p]) for p in game.payoffs))
    found = finite_populations(batch, 100_000, 3.0)
    assert np.isfinite(found.law).all()
    np.testing.assert_allclose(found.law.sum(axis=(1, 2)), 1.0)
    np.testing.assert_allclose(found.law[2], 0.25)
    # the way out of each convention costs its smaller loss: 1 for either side here, twice
    np.testing.assert_allclose(found.law[0], [[0.5, 0], [0, 0.5]], atol=1e-9)
    np.testing.assert_allclose(found.shares[0].sum(axis=1), 1.0)
    assert found.log_fixation[0][1, 0, 0, 1] == pytest.approx(-99_999 * 6e6)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"size": 1}, "size: needs at least 2 individuals"),
        ({"size": [5, 5, 5]}, "size: needs one number of individuals, or 2"),
        ({"intensity": -1.0}, "intensity: must be finite and at least 0"),
        ({"intensity": 2.0, "process": "moran"}, "intensity: must lie between 0 and 1"),
        ({"process": "wright"}, "process: must be 'fermi' or 'moran'"),
    ],
)
def test_numbers_out_of_range_are_told(change, words):
    given = {"size": 5, "intensity": 0.5, "process": "fermi"} | change
    game = Game.from_payoffs([[2, 0], [0, 1]], [[1, 0], [0, 2]])
    with pytest.raises(MethodError) as problem:
        finite_populations(game, given["size"], given["intensity"], process=given["process"])
    assert words in str(problem.value)
