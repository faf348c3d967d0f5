"""Payoffs and chances at the ends of what doubles hold: answers or one line, and no warning.

Every warning is an error in the tests, so what numpy would tell a user ends as an internal error.
"""

import random

import numpy as np
import pytest

from strategic.equilibria import METHODS, solve
from strategic.repeated import automata_law, round_robin, strategy
from strategic.repeated.strategies.automata import Automaton
from strategic.repeated.strategies.memory import outcome_law
from strategic.status import Status

NUMBERS = ("5e-324", "-5e-324", "1e-320", "3e-310", "1e308", "-1e308", "1.7e308", "0", "1", "1e16")
CHANCES = ("0", "5e-324", "1e-320", "1e-101", "1e-100", "1e-30", "1e-17", ".5", "1")
FACTORS = ("0", "1e-320", "1e-100", ".5", "0.9999999999999999")


def typed(rng, shape):
    sides = [
        [[rng.choice(NUMBERS) for _ in range(shape[1])] for _ in range(shape[0])] for _ in "ab"
    ]
    return " / ".join(";".join(",".join(row) for row in side) for side in sides)


@pytest.mark.parametrize("method", METHODS)
def test_every_method_takes_payoffs_at_the_ends_of_doubles(strategic, method):
    rng = random.Random(f"extreme {method}")  # noqa: S311 - a seed is wanted
    for _ in range(12):
        game = typed(rng, rng.choice([(2, 2), (2, 3), (3, 3), (1, 3), (1, 1)]))
        found = strategic("solve", game, "--method", method, "--json")
        assert found.code in (0, 2, 3), found.err
        assert "internal" not in found.err
        if found.code == 2:
            assert method in ("zero_sum", "symmetric"), found.err


def test_tournaments_and_payoff_sets_at_the_ends_of_doubles(strategic):
    rng = random.Random(11)  # noqa: S311 - a seed is wanted
    for number in range(60):
        payoffs = ",".join(rng.choice(NUMBERS) for _ in range(4))
        random_play = ["--turns", "5", "--repetitions", "3"]
        more = [["--discount", rng.choice(FACTORS)], random_play, []][number % 3]
        words = ["--payoffs", payoffs, "--noise", rng.choice(CHANCES), *more]
        found = strategic("tournament", *words, *["--json"] * (number % 2))
        if found.code:
            assert found.code == 2, found.err
            assert "must be 0, or at least 1e-100" in found.err or "so rare that" in found.err
        game = typed(rng, (2, 2))
        found = strategic("payoffs", game, "--discount", rng.choice(FACTORS), "--json")
        assert found.code in (0, 3), (game, found.err)


def test_the_mean_of_large_payoffs_is_no_infinity(strategic):
    words = ("--strategies", "AllC,AllD,TFT", "--payoffs", "1e308,-1e308,1e308,0", "--json")
    document = strategic("tournament", *words).json
    assert document["payoffs"][0] == [1e308, -1e308, 1e308]
    assert document["scores"][0] == pytest.approx(1e308 / 3)
    assert document["spread"][0] == pytest.approx(1e308 * np.sqrt(8 / 9))
    small = round_robin(["AllC", "AllD", "TFT"], np.array([1.0, -1.0, 1.0, 0.0]))
    large = round_robin(["AllC", "AllD", "TFT"], np.array([1.0, -1.0, 1.0, 0.0]) * 2.0**1023)
    for name in ("payoffs", "scores", "spread"):
        np.testing.assert_array_equal(getattr(large, name), getattr(small, name) * 2.0**1023)


def test_vanishing_noise_tends_to_a_limit_until_it_is_refused():
    """The limit of no noise is not play without it; below 1e-100 there would be neither."""
    names = ["TFT", "WSLS", "2TFT", "Forgive3", "AllD", "TF2T"]
    noise = [float(f"1e-{power}") for power in range(10, 101, 3)]
    for one in names:
        for other in names:
            law = automata_law(strategy(one), strategy(other), noise=noise)
            known = ~np.isnan(law[:, 0])
            assert known[:7].all()  # down to 1e-28; then several incidents in a row may underflow
            off = np.abs(law[known] - law[0])
            assert off.max() < 1e-8, (one, other)
            rare = automata_law(strategy(one), strategy(other), noise=[1e-101, 5e-324])
            assert np.isnan(rare).all()
    rng = np.random.default_rng(5)
    row, column = rng.integers(0, 2, (2, 300, 1, 4)).astype(float)
    law = outcome_law(row, column, noise=noise)
    np.testing.assert_allclose(law, np.tile(law[:, :1], (1, len(noise), 1)), rtol=0, atol=1e-8)
    assert np.isnan(outcome_law(row, column, noise=[1e-101, 1e-200])).all()
    assert np.isnan(outcome_law([1e-140, 0, 1, 0], [0.0] * 4)).all()


def test_incidents_that_cannot_come_together_in_doubles_are_not_called_impossible():
    """A ladder of 20 incidents in a row leads out of cooperation; at 1e-20 that is 1e-400."""
    steps = 20
    climb = tuple((0, 0, min(k + 1, steps), min(k + 1, steps)) for k in range(steps))
    trap = ((steps,) * 4,)
    patient = Automaton("Patient", (1.0,) * steps + (0.0,), (*climb, *trap))
    always = strategy("AllC")
    law = automata_law(patient, always, noise=[1e-2, 1e-20])
    assert law[0, 2] > 0.9  # trapped in defection in the long run
    assert np.isnan(law[1]).all()


@pytest.mark.parametrize("power", [-1070, -1040, -1000, 0, 1000, 1021])
def test_the_logit_branch_of_any_scale_ends_in_the_same_place_or_says_it_did_not(power):
    table = np.array([[3.0, 0.0], [0.0, 1.0]])
    plain, moved = (solve(t, t, method="logit_path") for t in (table, np.ldexp(table, power)))
    assert np.isfinite(moved.rationality).all()
    if power < -1000:  # no double is as large as the rationality
        assert moved.status == Status.NOT_CONVERGED
        assert not moved.limit
    else:
        assert moved.status == plain.status == Status.FOUND
        np.testing.assert_array_equal(moved.rationality, np.ldexp(plain.rationality, -power))
        np.testing.assert_array_equal(moved.limit, plain.limit)


def test_the_logit_branch_of_payoffs_as_far_apart_as_doubles_go():
    table = np.array([[1.7e308, 0.0], [-1.7e308, 1.0]])
    found = solve(table, table, method="logit_path")
    assert found.status == Status.FOUND
    assert [side.tolist() for side in found.limit] == [[1, 0], [1, 0]]
    assert not solve([[5e-324, 0], [0, 0]], [[5e-324, 0], [0, 0]], method="logit_path").limit
