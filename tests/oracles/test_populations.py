"""Population dynamics against closed forms, exact chains, long integrations and nashpy."""

from fractions import Fraction

import nashpy
import numpy as np
import pytest

from strategic.chains import exit_times, long_run_law
from strategic.errors import GameError, MethodError
from strategic.evolution import (
    FIRST,
    NEITHER,
    NO_COORDINATION,
    SECOND,
    PopulationGame,
    basin,
    basin_share,
    conserved,
    coordination,
    fictitious_play,
    fixation_probability,
    log_fixation,
    logit_field,
    paths,
    replicator_field,
    separatrix,
    small_mutation_law,
    two_population_field,
)
from strategic.games import Game

HAWK_DOVE = [[-0.5, 2.0], [0.0, 0.0]]


def test_one_hawk_among_ninety_nine_doves():
    assert fixation_probability(HAWK_DOVE, 100, 1.0) == pytest.approx(0.86411557424626, abs=1e-14)
    assert fixation_probability(HAWK_DOVE, 100, 0.0) == pytest.approx(0.01, rel=1e-13)


@pytest.mark.parametrize("process", ["fermi", "moran"])
def test_fixation_is_the_absorption_of_the_birth_death_chain(process):
    payoffs, size, w = np.array([[1.0, 4.0], [2.0, 3.0]]), 12, 0.3
    rise, fall = np.zeros((2, size - 1))
    for k in range(1, size):
        mutant = ((k - 1) * 1.0 + (size - k) * 4.0) / (size - 1)
        resident = (k * 2.0 + (size - k - 1) * 3.0) / (size - 1)
        if process == "fermi":
            up = 1 / (1 + np.exp(-w * (mutant - resident)))
            rise[k - 1], fall[k - 1] = up, 1 - up
        else:
            fit, unfit = 1 - w + w * mutant, 1 - w + w * resident
            total = k * fit + (size - k) * unfit
            rise[k - 1] = k * fit / total * (size - k) / size
            fall[k - 1] = (size - k) * unfit / total * k / size
    chain = np.eye(size + 1)
    for k in range(1, size):
        chain[k, [k - 1, k, k + 1]] = fall[k - 1], 1 - rise[k - 1] - fall[k - 1], rise[k - 1]
    for mutants in (1, 5):
        law = long_run_law(chain, np.eye(size + 1)[mutants])
        ours = fixation_probability(payoffs, size, w, mutants=mutants, process=process)
        assert ours == pytest.approx(law[-1], rel=1e-12)


def test_fixation_over_grids_and_beyond_the_range_of_floats():
    payoffs = np.random.default_rng(0).normal(size=(5, 1, 2, 2))
    beta = np.array([0.0, 0.1, 3.0])
    logs = log_fixation(payoffs, 60, beta)
    assert logs.shape == (5, 3)
    for i in range(5):
        assert logs[i, 2] == log_fixation(payoffs[i, 0], 60, 3.0)
    deep = log_fixation([[0, 0], [1, 1]], 1000, 10.0)
    assert deep == pytest.approx(-9990, abs=0.01)
    both = log_fixation([HAWK_DOVE, [[np.nan, 0], [0, 0]]], 50, 1.0)
    assert both[0] == log_fixation(HAWK_DOVE, 50, 1.0)
    assert np.isnan(both[1])
    assert np.isnan(fixation_probability(HAWK_DOVE, 10, 0.9, process="moran"))
    with pytest.raises(MethodError, match="process"):
        fixation_probability(HAWK_DOVE, 10, 1.0, process="wright")


def test_small_mutation_law_of_two_types_is_the_ratio_of_fixations():
    forward = fixation_probability(HAWK_DOVE, 40, 0.5)
    reverse = fixation_probability(np.array(HAWK_DOVE)[::-1, ::-1], 40, 0.5)
    law = small_mutation_law(HAWK_DOVE, 40, 0.5)
    np.testing.assert_allclose(law, [forward / (forward + reverse), reverse / (forward + reverse)])


def test_small_mutation_law_is_stationary_and_survives_strong_selection():
    payoffs = np.random.default_rng(1).normal(size=(3, 4, 4))
    law = small_mutation_law(payoffs, 20, 0.2)
    for A, shares in zip(payoffs, law, strict=True):
        chain = np.zeros((4, 4))
        for i in range(4):
            for j in range(4):
                if i != j:
                    pair = A[np.ix_([j, i], [j, i])]
                    chain[i, j] = fixation_probability(pair, 20, 0.2) / 3
            chain[i, i] = 1 - chain[i].sum()
        np.testing.assert_allclose(shares @ chain, shares, atol=1e-15)
    strong = small_mutation_law([[3.0, 0.0], [5.0, 1.0]], 200, 1e4)
    assert strong.tolist() == [0, 1]
    np.testing.assert_allclose(small_mutation_law(payoffs, 20, 0.0), 0.25)


def random_coordination(count, seed=2):
    gains = np.random.default_rng(seed).uniform(0.05, 3.0, (count, 4))
    a, b, c, d = gains.T
    zero = np.zeros(count)
    row = np.stack([a, -b, zero, zero], axis=-1).reshape(-1, 2, 2)
    column = np.stack([c, zero, -d, zero], axis=-1).reshape(-1, 2, 2)
    return row, column


def test_basins_agree_with_long_integrations():
    row, column = random_coordination(200)
    game = coordination(row, column)
    x, y = np.random.default_rng(3).uniform(0.02, 0.98, (2, 200))
    ends = basin(game, x, y)
    first = np.stack([x, 1 - x], axis=-1)
    second = np.stack([y, 1 - y], axis=-1)
    p, q = paths(Game((row, column)), [first[:, None], second[:, None]]).end
    near = np.abs(conserved(game, x, y) - conserved(game, *game.saddle)) < 1e-3
    assert near.sum() < 5
    expected = np.where((p[:, 0, 0] > 0.5) & (q[:, 0, 0] > 0.5), FIRST, SECOND)
    assert (ends == expected)[~near].all()
    assert 30 < (ends == FIRST).sum() < 170


def test_h_is_conserved_along_paths():
    row, column = random_coordination(20, seed=4)
    game = coordination(row, column)
    start = [0.5, 0.5]
    p, q = paths(Game((row, column)), [start, start], times=np.linspace(0, 3, 7)).shares
    level = conserved(coordination(row[:, None], column[:, None]), p[..., 0], q[..., 0])
    np.testing.assert_allclose(level, level[:, :1] + np.zeros(7), rtol=1e-7, atol=1e-7)
    assert game.holds.all()


def test_edges_and_corners_of_the_square():
    game = coordination([[1, 0], [0, 1]], [[1, 0], [0, 1]])
    cases = {
        (0, 0): SECOND,
        (1, 1): FIRST,
        (0, 1): NEITHER,
        (1, 0): NEITHER,
        (0.5, 0.5): NEITHER,
        (0, 0.9): SECOND,
        (1, 0.1): FIRST,
        (0.9, 0): SECOND,
        (0.1, 1): FIRST,
        (0.5, 0.6): FIRST,
        (0.5, 0.4): SECOND,
        (0.4, 0.6): NEITHER,
        (0.7, 0.3): NEITHER,
    }
    x, y = np.array(list(cases)).T
    assert basin(game, x, y).tolist() == list(cases.values())
    dilemma = coordination([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    assert basin(dilemma, 0.9, 0.9) == NO_COORDINATION
    assert np.isnan(basin_share(dilemma))
    both = coordination([[[1, 0], [0, 1]], [[3, 0], [5, 1]]], [[[1, 0], [0, 1]], [[3, 5], [0, 1]]])
    np.testing.assert_array_equal(basin_share(both), [basin_share(game), np.nan])
    with pytest.raises(GameError, match=r"column: must hold 2x2 games \(got \(2, 3\)\)"):
        coordination(np.zeros((2, 2)), np.zeros((2, 3)))


def test_separatrix_separates_and_basin_share_is_its_area():
    row, column = random_coordination(6, seed=5)
    game = coordination(row[:, None], column[:, None])
    x = np.linspace(0.01, 0.99, 25)
    y = separatrix(game, x)
    assert (np.diff(y, axis=-1) < 0).all()
    assert (basin(game, x, np.minimum(y + 1e-9, 1.0))[(y < 0.99)] == FIRST).all()
    assert (basin(game, x, np.maximum(y - 1e-9, 0.0))[(y > 0.01)] == SECOND).all()
    grid = (np.arange(400) + 0.5) / 400
    flat = coordination(row[:, None, None], column[:, None, None])
    counted = (basin(flat, grid[:, None], grid) == FIRST).mean(axis=(1, 2))
    np.testing.assert_allclose(basin_share(coordination(row, column)), counted, atol=3e-3)


def test_a_symmetric_pair_has_the_mirrored_share():
    row, column = random_coordination(5, seed=6)
    share = basin_share(coordination(row, column))
    mirrored = basin_share(coordination(row[:, ::-1, ::-1], column[:, ::-1, ::-1]))
    np.testing.assert_allclose(share + mirrored, 1.0, atol=1e-9)


def test_fields_agree_with_nashpys_replicator():
    A = np.array([[0.0, 2.0, -1.0], [1.0, 0.5, 0.0], [0.3, -1.0, 1.0]])
    times = np.linspace(0, 4, 5)
    start = np.array([0.2, 0.5, 0.3])
    theirs = nashpy.Game(A).replicator_dynamics(y0=start, timepoints=times)
    (ours,) = paths(PopulationGame.one_population(A), [start], times=times).shares
    np.testing.assert_allclose(ours, theirs, atol=2e-6)
    x, y = two_population_field(A, A.T, start, start)
    np.testing.assert_allclose(x, replicator_field(A, start), atol=1e-15)
    np.testing.assert_allclose(x, y, atol=1e-15)


def test_logit_paths_end_at_a_logit_equilibrium():
    A, B = np.random.default_rng(7).normal(size=(2, 4, 3, 2))
    game = Game((A, np.ascontiguousarray(B)))
    for precision in (0.5, 1.0, 2.0, 3.0):
        found = paths(game, [[1 / 3] * 3, [0.5, 0.5]], dynamics="logit", noise=1 / precision)
        assert found.settled.all()
        for field in logit_field(A, B, *found.end, precision):
            np.testing.assert_allclose(field, 0.0, atol=1e-10)


def test_fictitious_play_finds_the_value_of_matching_pennies():
    pennies = np.array([[1.0, -1.0], [-1.0, 1.0]])
    ours, theirs = fictitious_play(pennies, -pennies, 3000, seed=1)
    np.testing.assert_allclose([ours[-1], theirs[-1]], 0.5, atol=0.05)
    again, _ = fictitious_play(pennies, -pennies, 3000, seed=1)
    np.testing.assert_array_equal(ours, again)
    noisy, _ = fictitious_play(pennies, -pennies, 200, logit=0.5)
    assert noisy.shape == (200, 2)
    with pytest.raises(MethodError, match="logit"):
        fictitious_play(pennies, -pennies, 5, logit=0.0)


def test_exit_times_where_play_may_be_trapped():
    """State 0 may be swallowed by 1, state 2 only leaves."""
    flow = np.array([[0.0, 0.5, 0.0], [0.0, 1.0, 0.0], [0.5, 0.0, 0.25]])
    flow[2, 0] = 0.0
    leak = np.array([0.5, 0.0, 0.75])
    assert exit_times(flow, leak).tolist() == [np.inf, np.inf, float(Fraction(4, 3))]
