"""Automata and tournaments against Axelrod's long matches, closed forms and naive play."""

import itertools
import json
from pathlib import Path

import numpy as np
import pytest

from strategic.errors import GameError
from strategic.repeated import (
    Automaton,
    automata_law,
    equaliser,
    extortion,
    memory_payoffs,
    outcome_law,
    punisher,
    remembering,
    round_robin,
    simulate_matches,
    simulated_round_robin,
    strategy,
    strategy_names,
)
from strategic.repeated.strategies.automata import product

STORED = json.loads((Path(__file__).parent / "tournament_axelrod.json").read_text())
MEMORY_ONE = {
    "AllC": ([1, 1, 1, 1], 1),
    "AllD": ([0, 0, 0, 0], 0),
    "TFT": ([1, 0, 1, 0], 1),
    "STFT": ([1, 0, 1, 0], 0),
    "GTFT": ([1, 1 / 3, 1, 1 / 3], 1),
    "WSLS": ([1, 0, 0, 1], 1),
    "Random": ([0.5] * 4, 0.5),
}


def test_exact_payoffs_lie_within_the_error_of_axelrods_long_matches():
    names = list(dict.fromkeys(match["pair"][0] for match in STORED["matches"]))
    ours = round_robin(names, noise=STORED["noise"])
    deviations = []
    for match in STORED["matches"]:
        i, j = (names.index(name) for name in match["pair"])
        exact = np.array([ours.payoffs[i, j], ours.payoffs[j, i]])
        deviations.append((exact - match["payoffs"]) / match["error"])
        coop = [ours.cooperation[i, j], ours.cooperation[j, i]]
        np.testing.assert_allclose(coop, match["cooperation"], atol=0.02)
    assert np.abs(deviations).max() < 4.5
    assert 0.7 < np.std(deviations) < 1.3


@pytest.mark.parametrize("pair", list(itertools.product(MEMORY_ONE, repeat=2)), ids="-".join)
def test_automata_agree_with_memory_one_chains(pair):
    row, column = map(strategy, pair)
    (p, first), (q, second) = (MEMORY_ONE[name] for name in pair)
    noise, delta = np.array([0.0, 0.03, 0.3]), np.array([1.0, 1.0, 0.9])
    chain = outcome_law(p, q, noise=noise, discount=delta, opening=(first, second))
    law = automata_law(row, column, noise=noise, discount=delta)
    np.testing.assert_allclose(law, chain, atol=1e-13)
    how = {"noise": noise, "discount": delta, "horizon": 7}
    short = automata_law(row, column, **how)
    np.testing.assert_allclose(short, outcome_law(p, q, opening=(first, second), **how), atol=1e-13)


def naive_play(row, column, turns):
    """Play deterministic automata without noise, one turn at a time."""
    counts, one, other = np.zeros(4), 0, 0
    for _ in range(turns):
        outcome = 2 * (row.cooperation[one] == 0) + (column.cooperation[other] == 0)
        counts[outcome] += 1
        swapped = (0, 2, 1, 3)[outcome]
        one, other = row.following[one][outcome], column.following[other][swapped]
    return counts


def test_random_play_without_chance_is_play():
    names = [name for name in strategy_names() if name not in ("Random", "GTFT")]
    pairs = [(strategy(a), strategy(b)) for a, b in itertools.product(names, repeat=2)]
    counts = simulate_matches(pairs, turns=60, repetitions=2)
    for k, (row, column) in enumerate(pairs):
        expected = naive_play(row, column, 60)
        assert (counts[k] == expected).all()
        np.testing.assert_allclose(automata_law(row, column, horizon=60), expected / 60, atol=1e-15)


def test_grim_never_forgives():
    grim, copy = strategy("Grim"), strategy("TFT")
    assert automata_law(grim, copy).tolist() == [1, 0, 0, 0]
    law = automata_law(grim, grim, noise=0.05)
    np.testing.assert_allclose(law, [0.05**2, 0.05 * 0.95, 0.05 * 0.95, 0.95**2], rtol=1e-12)
    delta, noise = 0.9, 0.05
    calm = (1 - delta) / (1 - delta * (1 - noise) ** 2)
    share = calm * (1 - noise) ** 2 + (1 - calm) * noise**2
    assert automata_law(grim, grim, noise=noise, discount=delta)[0] == pytest.approx(share)


@pytest.mark.parametrize("periods", [1, 2, 5])
def test_share_of_time_outside_punishment(periods):
    """The chain of two punishers spends 1/(1 + pT) of the time cooperating."""
    noise = np.array([0.01, 0.1])
    bad = 1 - (1 - noise) ** 2
    law = automata_law(punisher("P", periods), punisher("P", periods), noise=noise)
    share = 1 / (1 + bad * periods)
    np.testing.assert_allclose(
        law[:, 0], share * (1 - noise) ** 2 + (1 - share) * noise**2, rtol=1e-12
    )


def test_a_forgiving_punisher_lets_single_incidents_pass():
    noise, periods = 0.1, 3
    bad = 1 - (1 - noise) ** 2
    calm = 1 / (1 + bad + bad**2 * periods)
    kind = punisher("F", periods, forgiving=True)
    law = automata_law(kind, kind, noise=noise)
    peace = calm * (1 + bad)
    assert law[0] == pytest.approx(peace * (1 - noise) ** 2 + (1 - peace) * noise**2, rel=1e-12)
    strict = automata_law(punisher("P", periods), punisher("P", periods), noise=noise)
    assert law[0] > strict[0]


def test_simulated_tournament_agrees_with_the_exact_one():
    names = ["AllC", "TFT", "GTFT", "WSLS", "TF2T", "2TFT", "Punish2", "Forgive2", "Grim"]
    drawn = simulated_round_robin(names, turns=400, repetitions=200, noise=0.05, seed=2)
    exact = round_robin(names, noise=0.05, horizon=400)
    assert (np.abs(drawn.payoffs - exact.payoffs) / drawn.error).max() < 4.5
    np.testing.assert_allclose(drawn.cooperation, exact.cooperation, atol=0.02)


def test_random_matches_do_not_depend_on_workers():
    pairs = [(strategy("GTFT"), strategy("Random")), (strategy("WSLS"), strategy("TF2T"))]
    plain = simulate_matches(pairs, turns=50, noise=0.1, repetitions=5000, seed=1, workers=1)
    for workers in (2, 7):
        other = simulate_matches(
            pairs, turns=50, noise=0.1, repetitions=5000, seed=1, workers=workers
        )
        np.testing.assert_array_equal(plain, other)
    assert plain.shape == (2, 5000, 4)
    assert (plain.sum(axis=-1) == 50).all()


def test_tournament_over_a_grid():
    grid = round_robin(["TFT", "Grim", "AllD"], noise=[[0.0], [0.1]], discount=[0.9, 1.0, 0.5])
    assert grid.payoffs.shape == (2, 3, 3, 3)
    single = round_robin(["TFT", "Grim", "AllD"], noise=0.1, discount=0.5)
    np.testing.assert_allclose(grid.payoffs[1, 2], single.payoffs, rtol=1e-14)
    assert grid.order[1, 2].tolist() == single.order.tolist()
    with pytest.raises(GameError, match="point by point"):
        _ = grid.ranking


def test_ties_keep_the_order_given():
    assert round_robin(["WSLS", "TFT", "AllC"]).ranking == ("WSLS", "TFT", "AllC")


def test_extortion_and_equaliser_over_grids():
    payoffs = np.array([[3.0, 0, 5, 1], [2, -1, 3, 0]])
    rule = extortion(payoffs, [[1.5], [3.0]])
    assert rule.shape == (2, 2, 4)
    np.testing.assert_allclose(rule[1, 0], [11 / 13, 1 / 2, 7 / 26, 0], rtol=1e-14)
    others = np.random.default_rng(3).uniform(0.1, 0.9, (20, 4))
    for k, factor in enumerate((1.5, 3.0)):
        for m in range(2):
            earned = memory_payoffs(rule[k, m], others, payoffs[m])
            own, their = earned - payoffs[m][3]
            np.testing.assert_allclose(own, factor * their, atol=1e-12)
    pinned = equaliser(payoffs[0], [1.5, 2.0, 2.9, 3.5])
    assert np.isnan(pinned[3]).all()
    for rule_of, goal in zip(pinned[:3], (1.5, 2.0, 2.9), strict=True):
        earned = memory_payoffs(rule_of, others, payoffs[0])
        np.testing.assert_allclose(earned[1], goal, rtol=1e-11)


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: strategy("Tit"), "Tit: is not a strategy"),
        (lambda: Automaton("X", (1.0,), ((0, 0, 0, 1),)), "X: must move between its own states"),
        (lambda: Automaton("X", (2.0,), ((0, 0, 0, 0),)), "X: must cooperate with probabilities"),
        (lambda: Automaton("X", (), ()), "X: needs one row"),
        (lambda: remembering("X", [1, 0], 1), "X: needs four probabilities"),
        (lambda: punisher("X", 0), "X: must punish"),
        (lambda: simulate_matches([], turns=5), "needs at least one pairing"),
    ],
)
def test_errors_say_what_is_wrong(make, text):
    with pytest.raises(GameError, match=text):
        make()


def test_products_keep_reachable_pairs_only():
    assert len(product(strategy("TFT"), strategy("TFT")).pairs) == 4
    assert len(product(strategy("Grim"), strategy("Grim")).pairs) == 2
