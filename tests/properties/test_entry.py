"""Entry from drawn markets: known truths, private shocks, numbers of entrants, bad data."""

from itertools import product

import numpy as np
import pytest
from covering import holds_its_rate, samples
from scipy.optimize import brentq
from scipy.stats import norm

import strategic as st
from strategic.errors import StrategicError
from strategic.estimation import draw, entry, estimate
from strategic.estimation._entry_incomplete import PrivateShocks, joint
from strategic.estimation._private_beliefs import all_beliefs, value_and_jacobian
from strategic.estimation.climbing import climb


def firms(count):
    """Model file of firms whose profits are ``base + slope x + rival (number of rivals)``."""
    names = ["one", "two", "three"][:count]
    lines = ['title = "Firms"', 'kind = "game"', f"players = {names!r}".replace("'", '"')]
    lines.append(f"actions = {[['enter', 'out']] * count!r}".replace("'", '"'))

    def table(i, cell=()):
        if len(cell) < count:
            return [table(i, (*cell, action)) for action in (0, 1)]
        if cell[i]:
            return 0
        others = count - 1 - sum(cell)
        return f"base_{names[i]} + slope * x_{names[i]} + rival_{names[i]} * {others}"

    lines.append(f"payoffs = {[table(i) for i in range(count)]!r}".replace("'", '"'))
    lines.append("[parameters]")
    numbers = [f"{kind}_{one}" for kind in ("base", "rival", "x") for one in names] + ["slope"]
    lines += [f"{name} = {{ value = 0.0, bounds = [-30.0, 30.0] }}" for name in numbers]
    return st.load("\n".join(lines) + "\n")


TWO, THREE = firms(2), firms(3)
FREE = ("base_one", "base_two", "slope", "rival_one", "rival_two")
TRUTH = {"base_one": 0.5, "base_two": 0.2, "slope": 1.0, "rival_one": -1.0, "rival_two": -1.0}
WAYS = {
    "known shocks": ({}, {"selection": 0.7}),
    "known shocks, mixed": ({"mixed": True}, {"selection": 0.7, "selection.mixed": 0.3}),
    "all alike": ({"selection": "equal"}, {}),
    "private shocks": ({"information": "incomplete", "selection": "equal"}, {}),
    "number of entrants": ({"entrants": True}, {}),
}


def drawn(seed=0, size=1_000, model=TWO, truth=TRUTH, **options):
    names = ",".join(f"x_{name}" for name in model.game().players)
    return draw(model, play="entry", truth=truth, size=size, seed=seed, covariates=names, **options)


def likelihood_of(fit):
    (part,) = fit.parts.values()
    return part.likelihood, part.maximum.point


def unfitted(monkeypatch, table, options):
    """Give the likelihood of an estimation before it is climbed, which takes far longer."""
    held = []
    monkeypatch.setattr(entry, "maximise", lambda likelihood, _: held.append(likelihood))
    with pytest.raises(StrategicError, match="no start"):
        estimate(TWO, table, play="entry", free=FREE, **options)
    return held[0]


@pytest.mark.parametrize(("options", "more"), WAYS.values(), ids=WAYS)
def test_known_numbers_come_back(options, more):
    truth = {**TRUTH, **more}
    fit = estimate(TWO, drawn(3, 1_000, truth=truth, **options), play="entry", free=FREE, **options)
    assert fit.certified
    for one in fit.parameters:
        if one.status == "ok":
            assert abs(one.estimate - truth[one.name]) < 4 * one.error, one
        else:
            assert one.low - 0.1 <= truth[one.name] <= one.high + 0.1
    sure = likelihood_of(fit)[0].every(likelihood_of(fit)[1])
    assert np.abs(sure.sum(axis=1) - 1).max() < 1e-12


@samples(20)
def test_intervals_cover_the_truth_at_their_rate(samples):
    """Measured over 500 samples (base, base, slope, rival, rival, selection).

    400 markets with known shocks .936 .926 .960 .958 .938 .976, their numbers of entrants .936
    .950 .932 .942 .936, and 300 markets with private shocks .920 .958 .956 .928 .960.
    """
    options = {"selection": "equal"}
    held = []
    for seed in range(samples):
        table = drawn(100 + seed, 250, **options)
        fit = estimate(TWO, table, play="entry", free=FREE, **options)
        held += [[one.low <= TRUTH[one.name] <= one.high for one in fit.parameters]]
    holds_its_rate(held)


@pytest.mark.parametrize(("options", "more"), WAYS.values(), ids=WAYS)
def test_scores_are_those_of_differences(options, more, monkeypatch):
    likelihood = unfitted(monkeypatch, drawn(5, 40, truth={**TRUTH, **more}, **options), options)
    rng = np.random.default_rng(1)
    points = np.r_[1.0 * np.array([*TRUTH.values()]), [0.4] * len(likelihood.names)]
    points = points[: len(likelihood.names)] + rng.uniform(-0.2, 0.2, (3, len(likelihood.names)))
    exact, step = likelihood.gradient(points), 1e-6
    for k in range(points.shape[1]):
        move = step * np.eye(points.shape[1])[k]
        slope = likelihood.per_unit(points + move) - likelihood.per_unit(points - move)
        np.testing.assert_allclose(exact[:, :, k], slope / (2 * step), atol=2e-6, rtol=1e-6)


def test_assuming_one_selection_moves_the_constants():
    """Pitfall: 7% of the markets have two equilibria, player 1's is played in all of them.

    Whoever assumes the other one finds constants .61 and .02 instead of .5 and .2 (10,000 markets).
    """
    table = drawn(1, 4_000, truth={**TRUTH, "selection": 1.0})
    fit = estimate(TWO, table, play="entry", free=FREE)
    likelihood, point = likelihood_of(fit)
    assert 0.06 < likelihood.several(point) < 0.08
    assert any("of the markets several equilibria are expected" in note for note in fit.notes)
    assert fit.value("base_one") == pytest.approx(0.5, abs=0.1)
    assert fit.value("base_two") == pytest.approx(0.2, abs=0.1)
    assert fit.value("selection") > 0.8
    assumed = np.where(np.array(likelihood.names) == "selection", 0.0, point)
    held = np.array(likelihood.names) == "selection"
    other = climb(likelihood, assumed[None], fixed=held)
    wrong = dict(zip(likelihood.names, other.points[0], strict=True))
    assert wrong["base_one"] > fit.value("base_one") + 0.08
    assert wrong["base_two"] < fit.value("base_two") - 0.1
    assert fit.log_likelihood - other.values[0] > 10


def test_numbers_of_entrants_need_no_selection():
    """The same counts whoever is selected, so the same estimates."""
    fits = []
    for share in (0.0, 1.0):
        options = {"truth": {**TRUTH, "selection": share}}
        table = drawn(1, 1_500, **options)
        counts = [(a == "enter") + (b == "enter") for a, b in zip(table["one"], table["two"],
                                                                 strict=True)]  # fmt: skip
        table = {"count": counts, "x_one": table["x_one"], "x_two": table["x_two"]}
        fits.append(estimate(TWO, table, play="entry", free=FREE))
    for one, other in zip(fits[0].parameters, fits[1].parameters, strict=True):
        assert abs(one.estimate - other.estimate) < 2.5 * np.hypot(one.error, other.error)
    assert fits[0].notes


def test_numbers_of_three_entrants_are_those_of_enumerated_equilibria():
    rng = np.random.default_rng(2)
    truth = {"base_one": 0.9, "base_two": 0.5, "base_three": 1.2, "slope": 0.0, "rival_one": -0.3,
             "rival_two": -0.9, "rival_three": -0.6}  # fmt: skip
    size = 20_000
    point = {name: truth.get(name, 0.0) for name in THREE.family.parameters}
    tables = [np.repeat(own[None], size, axis=0) for own in THREE.change(point).game().payoffs]
    for i, own in enumerate(tables):
        shock = rng.standard_normal(size)[:, None, None]
        np.moveaxis(own, i + 1, 1)[:, 0] += shock
    found = st.solve(*tables, method="pure")
    number = sum(side[:, 0] for side in found.strategies)
    low, high = np.full(size, 9.0), np.full(size, -9.0)
    np.minimum.at(low, found.game, number)
    np.maximum.at(high, found.game, number)
    np.testing.assert_array_equal(low, high)  # the theorem
    table = {"count": low, "x_one": rng.normal(size=size)}
    fit = estimate(THREE, table, play="entry", free=["base_one"])
    likelihood, _ = likelihood_of(fit)
    chances = likelihood.rule.every(gains_at(THREE, point)[None, None], np.zeros((1, 0)))[0, 0]
    share = np.bincount(low.astype(int), minlength=4) / size
    assert (np.abs(share - chances) < 5 * np.sqrt(chances / size)).all()


def gains_at(model, point):
    from strategic.estimation._entry_likelihood import gains_of

    return gains_of(model.change(point).game().payoffs)


def test_gains_that_depend_on_who_the_rivals_are_are_told():
    text = """
title = "t"
kind = "game"
players = ["a", "b", "c"]
actions = [["in", "out"], ["in", "out"], ["in", "out"]]
payoffs = [
    [[["k - 3", "k - 2"], ["k - 1", "k"]], [[0, 0], [0, 0]]],
    [[["k - 2", "k - 1"], [0, 0]], [["k - 1", "k"], [0, 0]]],
    [[["k - 2", 0], ["k - 1", 0]], [["k - 1", 0], ["k", 0]]],
]
[parameters]
k = { value = 1.0, bounds = [-9.0, 9.0] }
"""
    with pytest.raises(StrategicError, match="gain of a: depends on which rivals enter"):
        estimate(st.load(text), {"count": [0, 1, 2, 3]}, play="entry", free=["k"])


def test_all_bayesian_equilibria_of_two_players_are_those_of_a_fine_scan():
    rng = np.random.default_rng(8)
    gains = rng.normal(size=(300, 2, 2)) * 4
    found = all_beliefs(gains)
    assert found.proved.all()
    grid = np.linspace(0.0, 1.0, 20_001)
    for number, (one, two) in enumerate(gains):

        def gap(x, one=one, two=two):
            reply = norm.cdf(two[1] + (two[0] - two[1]) * x)
            return norm.cdf(one[1] + (one[0] - one[1]) * reply) - x

        values = gap(grid)
        turns = np.flatnonzero(np.sign(values[1:]) != np.sign(values[:-1]))
        roots = sorted(brentq(gap, grid[t], grid[t + 1], xtol=1e-14) for t in turns)
        mine = np.sort(found.chances[found.game == number, 0])
        np.testing.assert_allclose(mine, roots, atol=1e-9)


@pytest.mark.parametrize("players", [3, 4])
def test_bayesian_equilibria_solve_their_equations_and_searches_find_no_more(players):
    rng = np.random.default_rng(9)
    count = 200
    gains = rng.normal(size=(count, players, 2 ** (players - 1))) * 3
    found = all_beliefs(gains)
    value, _ = value_and_jacobian(gains[found.game], found.chances)
    assert np.abs(value - found.chances).max() < 1e-11
    total = np.zeros(count)
    np.add.at(total, found.game, found.index)
    assert (total == 1).all()  # the indices of all solutions add up to 1
    assert (np.bincount(found.game) > 1).sum() > 5
    for _ in range(40):  # Newton from anywhere
        x = rng.random((count, players))
        for _ in range(30):
            value, jacobian = value_and_jacobian(gains, x)
            matrix = np.eye(players) - jacobian + 1e-9 * rng.normal(size=jacobian.shape)
            x = np.clip(x + np.linalg.solve(matrix, (value - x)[..., None])[..., 0], 0, 1)
        good = np.flatnonzero(np.abs(value_and_jacobian(gains, x)[0] - x).max(axis=1) < 1e-10)
        for game in good:
            own = found.chances[found.game == game]
            assert np.abs(own - x[game]).max(axis=1).min() < 1e-6


def test_private_selection_follows_its_rule():
    """Each wants to do as the other does: equilibria near all, half (left out), and none."""
    gains = np.array([[[[3.0, -3.0], [3.0, -3.0]]]])
    high = brentq(lambda x: norm.cdf(-3 + 6 * x) - x, 0.6, 1.0)
    tables = tuple(np.moveaxis(np.array([[[[3.0, -3.0], [0.0, 0.0]]]]), 2, 2 + i) for i in range(2))
    labels = ("11", "10", "01", "00")
    for rule, own, weight in (("share", 0.8, 0.8), ("equal", None, 0.5), ("welfare", 0.0, 0.5)):
        rules = PrivateShocks(("a", "b"), labels, rule)
        number = np.zeros((1, 0)) if own is None else np.array([[own]])
        chances = rules.every(gains, number, tables)[0, 0]
        ends = joint(np.array([[high, high], [1 - high, 1 - high]]))
        np.testing.assert_allclose(chances, weight * ends[0] + (1 - weight) * ends[1], atol=1e-12)
    rng = np.random.default_rng(0)  # what a player expects, by simulation
    gain = 3 * (2 * high - 1)
    simulated = np.maximum(gain + rng.standard_normal(400_000), 0).mean()
    low = np.maximum(-gain + rng.standard_normal(400_000), 0).mean()
    chances = PrivateShocks(("a", "b"), labels, "payoff.a").every(gains, np.ones((1, 1)), tables)
    weight = 1 / (1 + np.exp(low - simulated))
    mix = weight * ends[0] + (1 - weight) * ends[1]
    np.testing.assert_allclose(chances[0, 0], mix, atol=2e-3)


def test_three_players_with_private_shocks_come_back():
    truth = {"base_one": 0.5, "base_two": 0.2, "base_three": -0.2, "slope": 1.0, "rival_one": -0.6,
             "rival_two": -0.6, "rival_three": -0.6}  # fmt: skip
    options = {"information": "incomplete", "selection": "equal"}
    table = drawn(1, 200, THREE, truth, **options)
    fit = estimate(THREE, table, play="entry", free=tuple(truth), **options)
    assert fit.certified
    for one in fit.parameters:
        assert abs(one.estimate - truth[one.name]) < 4 * one.error
    assert any("up to rounding, in 100.0%" in note for note in fit.notes)


BAD = {
    "a column is missing": ({"one": [1, 0]}, {}, "needs a column 'two' or 'second'"),
    "an action is unknown": ({"one": ["enter", "stay"], "two": [1, 0]}, {}, "must be one of enter"),
    "neither 0 nor 1": ({"one": [1, 2], "two": [1, 0]}, {}, "must be one of enter, out"),
    "a count too many": ({"count": [1, 3]}, {}, "must be a whole number of entrants, 0 to 2"),
    "a count below 0": ({"count": [1, -1]}, {}, "column 'count'"),
    "a part of an entrant": ({"count": [1, 0.5]}, {}, "must be a whole number"),
    "both tables": ({"count": [1], "one": [1], "two": [0]}, {}, "say entrants=true"),
    "a gap": ({"one": [1, 0], "two": [1, 0], "x_one": [0.5, "nan"]}, {}, "column 'x_one'"),
    "what players know": ({"one": [1], "two": [1]}, {"information": "some"}, "complete or incompl"),
    "rule": ({"one": [1], "two": [1]}, {"selection": "shares"}, "did you mean 'share'"),
    "flag": ({"one": [1], "two": [1]}, {"mixed": "perhaps"}, "must be true or false"),
    "option": ({"one": [1], "two": [1]}, {"mix": True}, "did you mean 'mixed'"),
    "private counts": ({"count": [1]}, {"information": "incomplete"}, "needs columns of players"),
}


@pytest.mark.parametrize(("table", "options", "words"), BAD.values(), ids=BAD)
def test_bad_data_are_one_clear_line(table, options, words):
    with pytest.raises(StrategicError) as told:
        estimate(TWO, table, play="entry", free=["base_one"], **options)
    assert words in str(told.value)
    assert "\n" not in str(told.value)


def test_games_that_do_not_fit_are_told():
    with pytest.raises(StrategicError, match="needs a game of 2 to 6 players with two actions"):
        estimate(st.load("rock-paper-scissors"), {"one": [1]}, play="entry", free=["win"])


@pytest.mark.parametrize("takes", [(1, 1), (0, 0), (1, 0)])
def test_all_alike_has_no_finite_maximum(takes):
    table = {"one": [takes[0]] * 30, "two": [takes[1]] * 30}
    fit = estimate(TWO, table, play="entry", free=["base_one", "base_two"])
    assert {one.status for one in fit.parameters} & {"infinite", "at_bound", "not_identified"}
    assert all(one.status != "ok" or np.isfinite(one.error) for one in fit.parameters)


def test_actions_may_be_names_prefixes_or_codes():
    tables = [
        {"one": ["enter", "out", "out", "enter"], "two": ["out", "out", "enter", "enter"]},
        {"one": ["E", "o", "o", "e"], "two": ["o", "o", "e", "e"]},
        {"first": [1, 0, 0, 1], "second": ["0", "0", "1", "1"]},
    ]
    fits = [
        estimate(
            TWO,
            {name: 25 * column for name, column in table.items()},
            play="entry",
            free=["base_one", "base_two"],
        )
        for table in tables
    ]
    assert len({fit.log_likelihood for fit in fits}) == 1


def test_clusters_and_bootstrap_go_through():
    table = drawn(2, 400, truth={**TRUTH, "selection": 0.5})
    table["region"] = [row % 40 for row in range(400)]
    free = ("base_one", "base_two", "slope")
    model = TWO.change({"rival_one": -1.0, "rival_two": -1.0})
    fit = estimate(model, table, play="entry", free=free, cluster="region", bootstrap=30, seed=1)
    assert fit.clusters == 40
    for one in fit.parameters[:3]:
        assert one.low < one.estimate < one.high


def test_outcomes_of_every_kind_of_player_are_covered():
    """Chances of all outcomes add up to 1 for two and three players, whatever the effects."""
    rng = np.random.default_rng(4)
    for players, information in product((2, 3), ("known", "private")):
        if players == 3 and information == "known":
            continue
        names = tuple("abc"[:players])
        labels = tuple(str(k) for k in range(2**players))
        from strategic.estimation._entry_complete import KnownShocks

        rule = KnownShocks(labels) if information == "known" else PrivateShocks(names, labels)
        gains = rng.normal(size=(2, 300, players, 2 ** (players - 1))) * 2
        own = np.array([[0.2], [0.9]])
        chances = rule.every(gains, own)
        assert np.abs(chances.sum(axis=-1) - 1).max() < 1e-11
        seen = rng.integers(0, 2**players, 300)
        some = rule.observed(gains, own, seen).chance
        np.testing.assert_allclose(some, chances[:, np.arange(300), seen], atol=1e-14)


def test_three_firms_that_know_all_shocks_are_drawn_and_read_by_simulation():
    truth = {"base_one": 0.9, "base_two": 0.5, "base_three": 0.2, "slope": 1.0, "rival_one": -0.8,
             "rival_two": -0.8, "rival_three": -0.8, "selection": 0.7}  # fmt: skip
    table = drawn(1, 100, THREE, truth)
    model = THREE.change({name: truth[name] for name in truth if name[:5] == "rival"})
    fit = estimate(model, table, play="entry", free=["base_one"], selection="equal", draws=64)
    assert abs(fit.value("base_one") - 0.9) < 4 * fit.parameters[0].error
    assert any("several equilibria" in note for note in fit.notes)
    with pytest.raises(StrategicError, match="no such rule of selection"):
        drawn(1, 10, THREE, truth, selection="share")
