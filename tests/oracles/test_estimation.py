"""Estimates against published ones and against Gambit's, from the same payoffs and counts."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import brentq, minimize_scalar
from scipy.special import expit

import strategic as st
from strategic.catalogue.custom import fixed
from strategic.estimation._mixtures import GAP, fit_shares
from strategic.games import Game

HERE = Path(__file__).parent
GAMBIT = json.loads((HERE / "estimation_gambit.json").read_text())
STATISTICS = json.loads((HERE / "estimation_strategies.json").read_text())
TWELVE = [entry for entry in GAMBIT if entry["name"].startswith("selten-chmura")]


def of(entry, name=None):
    """A game of the file, and its counts as the table that `estimate` reads."""
    game = Game.from_payoffs(*entry["payoffs"])
    rows = [
        (name, player, action, count)
        for player, actions, own in zip(game.players, game.actions, entry["counts"], strict=True)
        for action, count in zip(actions, own, strict=True)
    ]
    columns = map(list, zip(*rows, strict=True))
    table = dict(zip(("game", "player", "action", "count"), columns, strict=True))
    return fixed(game), table


def untitled(entry):
    """The same without a column of games."""
    model, table = of(entry)
    table.pop("game")
    return model, table


def together(entries):
    """Several games by name, and one table of their counts."""
    games, table = {}, {"game": [], "player": [], "action": [], "count": []}
    for entry in entries:
        games[entry["name"]], own = of(entry, entry["name"])
        for column, values in own.items():
            table[column] += values
    return games, table


def test_no_fit_of_gambit_is_more_likely_and_the_same_fit_is_at_the_same_rationality():
    """Gambit ends within 2e-4 of the best lambda, at a profile that is not quite on the branch.

    Its log likelihood may therefore be higher than any on the branch, by 2e-9 of it.
    """
    same = 0
    for entry in GAMBIT:
        if entry["name"] == "all-defect":
            continue  # no finite rationality is right: the next test
        found = st.estimate(*untitled(entry))
        peer = entry["found"]
        slack = 2e-9 * abs(peer["log_likelihood"])
        assert found.log_likelihood >= peer["log_likelihood"] - slack, entry["name"]
        if found.log_likelihood <= peer["log_likelihood"] + slack:
            same += 1
            (rationality,) = found.parameters
            assert rationality.estimate == pytest.approx(peer["rationality"], abs=3e-4)
    assert same >= 0.8 * len(GAMBIT)


def test_where_gambit_names_a_number_there_is_none_or_a_better_one_off_the_branch():
    """All defect: likelier the more rational. The other equilibrium is played: lambda 0 is best."""
    entries = {entry["name"]: entry for entry in GAMBIT}
    assert entries["all-defect"]["found"]["rationality"] == pytest.approx(39.81, abs=0.01)
    (endless,) = st.estimate(*untitled(entries["all-defect"])).parameters
    assert (endless.status, endless.estimate) == ("infinite", np.inf)
    assert entries["off-the-branch"]["found"]["rationality"] == 0.0
    (elsewhere,) = st.estimate(*untitled(entries["off-the-branch"])).parameters
    assert (elsewhere.status, elsewhere.estimate) == ("at_bound", 0.0)
    assert "off it would fit better" in elsewhere.note


def plain_logit(entry, rationality):
    """First actions in the only logit equilibrium of a completely mixed 2x2 game, by bisection."""
    (row, column) = (np.array(own, float) for own in entry["payoffs"])

    def left(up):
        gains = np.array([up, 1 - up]) @ (column[:, 0] - column[:, 1])
        return expit(rationality * gains)

    def miss(up):
        gains = (row[0] - row[1]) @ np.array([left(up), 1 - left(up)])
        return expit(rationality * gains) - up

    up = brentq(miss, 0.0, 1.0, xtol=1e-15)
    return np.array([up, left(up)])


def test_the_twelve_games_are_fitted_as_exactly_as_bisection_and_a_bracket_can_tell():
    for entry in TWELVE:
        counts = np.array(entry["counts"])

        def height(rationality, entry=entry, counts=counts):
            first = plain_logit(entry, rationality)
            return -float((counts * np.log(np.stack([first, 1 - first], axis=1))).sum())

        best = minimize_scalar(height, bounds=(0.2, 5.0), method="bounded",
                               options={"xatol": 1e-9})  # fmt: skip
        found = st.estimate(*untitled(entry))
        assert found.parameters[0].estimate == pytest.approx(best.x, abs=1e-6)
        assert found.log_likelihood == pytest.approx(-best.fun, abs=1e-8)


def test_one_rationality_for_the_twelve_games_hides_what_each_of_them_shows():
    """From .45 to 2.34 by game, .99 together; the likelihood-ratio test rejects pooling."""
    games, table = together(TWELVE)
    apart = st.estimate(games, table, by="game")
    pooled = st.estimate(games, table)
    by_game = {one.group: one for one in apart.parameters}
    values = [by_game[entry["name"]].estimate for entry in TWELVE]
    assert (round(min(values), 2), round(max(values), 2)) == (0.45, 2.34)
    assert (int(np.argmin(values)), int(np.argmax(values))) == (6, 8)
    (together_,) = pooled.parameters
    assert together_.estimate == pytest.approx(0.99459, abs=1e-5)
    outside = [one for one in by_game.values() if not one.low < together_.estimate < one.high]
    assert len(outside) >= 8
    assert 2 * (apart.log_likelihood - pooled.log_likelihood) > 31.3  # 99.9% of chi2 with 11


def frequencies(entry):
    return np.array([own[0] / sum(own) for own in entry["counts"]])


def played(entry, rationality):
    """First actions in the logit equilibrium on the principal branch."""
    game = Game.from_payoffs(*entry["payoffs"])
    sides = st.solve(game, method="logit", rationality=float(rationality)).strategies
    return np.array([side[0] for side in sides])


def test_least_squares_over_the_twelve_games_is_what_brunner_camerer_and_goeree_print():
    """Stationary concepts for experimental 2x2 games: comment (2011): lambda 1.05."""

    def distance(rationality):
        misses = [played(entry, rationality) - frequencies(entry) for entry in TWELVE]
        return float(np.mean(np.square(misses)))

    found = minimize_scalar(distance, bounds=(0.2, 4.0), method="bounded")
    assert found.x == pytest.approx(1.05, abs=0.005)


PRINTED = [(0.070, 0.882), (0.172, 0.711), (0.250, 0.898), (0.348, 0.812), (0.354, 0.721),
           (0.449, 0.634)]  # fmt: skip
"""Quantal response equilibria as Selten and Chmura (2008) print them: up and left, games 1 to 6."""


def test_the_printed_quantal_response_equilibria_are_those_of_a_rationality_of_8_84():
    """Eight times the best one, which is why the comment of 2011 corrects the comparison."""
    for one, twin, printed in zip(TWELVE[:6], TWELVE[6:], PRINTED, strict=True):
        np.testing.assert_allclose(played(one, 8.84), printed, atol=1.1e-3)
        np.testing.assert_allclose(played(twin, 8.84), played(one, 8.84), atol=1e-9)


TABLE_7 = {
    "D5R32": {"AllD": 0.92, "TFT": 0.08},
    "D5R40": {"AllD": 0.78, "AllC": 0.08, "Grim": 0.04, "TFT": 0.10},
    "D5R48": {"AllD": 0.53, "AllC": 0.07, "TFT": 0.38, "WSLS": 0.02},
}
"""Dal Bo and Frechette (2011), Table 7, discount factor 1/2: shares that are not 0."""


def mixture(treatment):
    """Shares at the best tremble, which scipy finds, and the log likelihood."""
    rows = np.array(STATISTICS[treatment], dtype=float)
    rounds, mistakes = rows[:, :1], rows[:, 1:]
    weights = np.ones((1, len(rows)))

    def fit(tremble):
        logs = mistakes * np.log(tremble) + (rounds - mistakes) * np.log1p(-tremble)
        return fit_shares(logs[None], weights)

    best = minimize_scalar(
        lambda e: -float(fit(e).value[0]), bounds=(1e-4, 0.5), method="bounded",
        options={"xatol": 1e-9},
    )  # fmt: skip
    found = fit(best.x)
    assert found.gap[0] < GAP
    return found.shares[0], float(found.value[0]) * len(rows)


@pytest.mark.parametrize("treatment", TABLE_7)
def test_shares_of_strategies_are_those_of_table_7(treatment):
    shares, _ = mixture(treatment)
    names = STATISTICS["columns"][1:]
    printed = [TABLE_7[treatment].get(name, 0.0) for name in names]
    np.testing.assert_allclose(shares, printed, atol=0.005 + 1e-9)


def test_the_six_treatments_together_are_as_likely_as_stratest_finds():
    """stratEst 1.1.8 prints -2217.194 for the six treatments, each with a tremble of its own."""
    total = sum(mixture(name)[1] for name in STATISTICS if name != "columns")
    assert total == pytest.approx(-2217.194, abs=5e-4)
