"""Strategies from observed matches: trembles of several kinds, own automata, errors, bad data."""

import numpy as np
import pytest

import strategic as st
from strategic.errors import StrategicError
from strategic.estimation._histories import follow, read_histories
from strategic.estimation._strategy_likelihood import StrategyLikelihood
from strategic.estimation._strategy_mixtures import best_mixture
from strategic.estimation.drawing import draw
from strategic.estimation.observations import read_observations
from strategic.repeated.strategies.tables import automata_of_tables
from strategic.repeated.strategies.typed import typed_strategies

MODEL = st.load("prisoners-dilemma")
SLOW = {"name": "Slow", "states": [1, 1, 0], "next": [[1, 2, 1, 2], [1, 3, 1, 3], [1, 3, 1, 3]]}


def drawn(truth, *, size=60, seed=0, **options):
    """A table drawn from a known truth; 4 matches of 5 rounds unless said otherwise."""
    options = {"matches": 4, "rounds": 5, **options}
    return draw(MODEL, play="strategies", truth=truth, size=size, seed=seed, **options)


def fitted(table, strategies="AllD,TFT,AllC", **options):
    options = {"bootstrap": 0, **options}
    return st.estimate(MODEL, table, play="strategies", strategies=strategies, **options)


def numbers(found, key="estimate"):
    return {one.name: getattr(one, key) for one in found.parameters}


def test_followers_of_each_strategy_may_err_with_a_chance_of_their_own():
    truth = {"share.AllD": 0.5, "share.TFT": 0.5, "tremble.AllD": 0.02, "tremble.TFT": 0.2}
    found = fitted(drawn(truth, size=100, rounds=8), "AllD,TFT", tremble="strategy")
    assert list(numbers(found)) == list(truth)
    for one in found.parameters:
        assert one.low <= truth[one.name] <= one.high
        assert one.error < 0.06
    assert found.parts[""].certificate["scope"] == "local"
    common = fitted(drawn(truth, size=100, rounds=8), "AllD,TFT")
    assert found.log_likelihood > common.log_likelihood + 10


def test_samples_may_err_with_a_chance_of_their_own():
    truth = {"share.AllD": 0.4, "share.TFT": 0.6, "tremble.early": 0.25, "tremble.late": 0.05}
    table = drawn(truth, size=100, rounds=6)
    assert set(table["sample"]) == {"early", "late"}
    found = fitted(table, "AllD,TFT", tremble="sample")
    assert list(numbers(found)) == list(truth)
    for one in found.parameters:
        assert one.low <= truth[one.name] <= one.high


@pytest.mark.parametrize("tremble", ["one", "strategy", "sample"])
def test_no_nearby_and_no_far_numbers_are_more_likely(tremble):
    """Against 3,000 random mixtures and trembles, and 3,000 close to the estimate."""
    truth = {"share.AllD": 0.4, "share.TFT": 0.6, "tremble.a": 0.25, "tremble.b": 0.05}
    histories = read_histories(
        read_observations(drawn(truth, size=20, seed=3)), MODEL.game().actions[0]
    )
    strategies = typed_strategies("AllD,TFT,Grim,AllC")
    fits = follow(histories, strategies, tremble=tremble)
    found = best_mixture(fits, np.ones((1, 20)))
    one = likelihood(fits)
    here = one.per_unit(one.point(found.shares, found.tremble))[0].sum()
    rng = np.random.default_rng(1)
    far = rng.dirichlet(np.full(4, 0.5), 3000), rng.random((3000, fits.trembles)) / 2
    near = np.abs(found.shares + rng.normal(0, 0.02, (3000, 4)))
    near /= near.sum(axis=1, keepdims=True)
    close = near, np.clip(found.tremble + rng.normal(0, 0.02, far[1].shape), 0, 0.5)
    for shares, trembles in (far, close):
        assert one.per_unit(one.point(shares, trembles)).sum(axis=1).max() <= here + 1e-9


def likelihood(fits, cluster=None, rest=1):
    people, strategies = fits.mixed.shape
    names = [str(k) for k in range(strategies + fits.trembles - 1)]
    cluster = np.arange(people) if cluster is None else cluster
    units = int(cluster.max()) + 1
    return StrategyLikelihood(
        fits, cluster, units, tuple(names), rest, "left", 0.0, 0.0, lambda *_: []
    )


@pytest.mark.parametrize("tremble", ["one", "strategy", "sample"])
def test_derivatives_are_those_of_differences(tremble):
    truth = {"share.AllD": 0.4, "share.GTFT": 0.6, "tremble.a": 0.25, "tremble.b": 0.05}
    histories = read_histories(
        read_observations(drawn(truth, size=12, seed=4)), MODEL.game().actions[0]
    )
    fits = follow(histories, typed_strategies("AllD,TFT,GTFT,AllC"), tremble=tremble)
    one = likelihood(fits, cluster=np.arange(12) // 3)
    rng = np.random.default_rng(2)
    shares, trembles = rng.dirichlet(np.ones(4), 5), 0.05 + 0.4 * rng.random((5, fits.trembles))
    points = one.point(shares, trembles)
    step = 1e-6
    scores, bends = [], []
    for k in range(points.shape[1]):
        up, down = (points + sign * step * np.eye(points.shape[1])[k] for sign in (1, -1))
        scores.append((one.per_unit(up) - one.per_unit(down)) / (2 * step))
        bends.append((one.gradient(up) - one.gradient(down)).sum(axis=1) / (2 * step))
    assert one.per_unit(points).shape == (5, 4)
    np.testing.assert_allclose(
        one.gradient(points), np.moveaxis(scores, 0, 2), rtol=1e-5, atol=1e-5
    )
    np.testing.assert_allclose(one.hessian(points), np.moveaxis(bends, 0, 2), rtol=1e-5, atol=1e-4)
    weights = rng.integers(0, 3, (5, 4)).astype(float)
    bends = [
        np.einsum("pu,puk->pk", weights, one.gradient(points + step * axis))
        - np.einsum("pu,puk->pk", weights, one.gradient(points - step * axis))
        for axis in np.eye(points.shape[1])
    ]
    expected = np.moveaxis(bends, 0, 2) / (2 * step)
    np.testing.assert_allclose(one.hessian(points, weights), expected, rtol=1e-5, atol=1e-4)


def test_what_was_implemented_counts_and_not_what_was_meant():
    """With a fifth of all actions flipped, whoever ignores the columns finds other strategies."""
    truth = {"share.TFT": 1.0, "tremble": 0.02}
    table = drawn(truth, noise=0.2, size=40, rounds=8)
    assert any(a != b for a, b in zip(table["choice"], table["observed_own"], strict=True))
    strategies = "TFT,WSLS,Grim,AllD"
    found = numbers(fitted(table, strategies))
    assert found["share.TFT"] > 0.99
    assert found["tremble"] == pytest.approx(0.02, abs=0.01)
    blind = {name: column for name, column in table.items() if not name.startswith("observed")}
    assert numbers(fitted(blind, strategies))["tremble"] > 0.1


def test_own_automata_are_estimated_like_the_named_ones():
    """A table of the automaton of TF2T gives what TF2T gives."""
    truth = {"share.AllD": 0.5, "share.Slow": 0.5, "tremble": 0.05}
    table = drawn(truth, automata=[SLOW], size=50)
    own = fitted(table, "AllD,Slow", automata=[SLOW])
    named = fitted(table, "AllD,TF2T")
    assert list(numbers(own).values()) == list(numbers(named).values())
    assert own.log_likelihood == named.log_likelihood
    usual = fitted(table, "", automata=[SLOW])
    assert "share.Slow" in numbers(usual)
    assert "share.T2" in numbers(usual)


def test_own_memory_one_rules_are_four_or_five_numbers():
    truth = {"share.Mine": 0.6, "share.AllD": 0.4, "tremble": 0.1}
    rule = "AllD,Mine:0.9,0.2,0.7,0.3,0.5"
    table = drawn(truth, strategies=rule, size=80, rounds=10)
    found = fitted(table, rule)
    for one in found.parameters:
        assert one.low <= truth[one.name] <= one.high
    same = fitted(
        table, "AllD,Mine", automata=[{"name": "Mine", "memory": [0.9, 0.2, 0.7, 0.3, 0.5]}]
    )
    assert numbers(same) == numbers(found)


def test_zero_determinant_strategies_are_those_of_the_game():
    game = MODEL.game()
    letters = np.asarray(game.payoffs[0]).ravel()
    (own,) = typed_strategies("extortion(2)", letters)
    table = drawn({"share.extortion(2)": 1.0, "tremble": 0.0}, size=4)
    histories = read_histories(read_observations(table), game.actions[0])
    expected = follow(histories, [own]).mixed.sum()
    assert fitted(table, "extortion(2)").log_likelihood == pytest.approx(expected)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"nmae": "x"}, "did you mean 'name'?"),
        ({"name": "a,b"}, "must be a name"),
        ({"states": []}, "must be a list of probabilities"),
        ({"states": [1, 2, 0]}, "states[2]: must be a probability"),
        ({"next": [[1, 2, 1, 2]]}, "must have one row per state, 3"),
        ({"next": [[1, 2, 1], [1, 2, 1, 2], [3] * 4]}, "next[1]: must have four next states"),
        ({"next": [[0, 1, 0, 1], [0, 2, 0, 2], [0, 2, 0, 2]]}, "counted from 1"),
        ({"next": [[1, 2, 1, 2], [1, 2, 1, 2], [1] * 4]}, "must lead to every state"),
        ({"memory": [1, 0, 1, 0]}, "needs states and next, or memory alone"),
    ],
)
def test_tables_that_make_no_automaton_are_told(change, words):
    with pytest.raises(StrategicError) as told:
        automata_of_tables([{**SLOW, **change}], where="estimate.automata")
    assert words in str(told.value)
    assert "estimate.automata[1]" in str(told.value)


def test_errors_of_sessions_are_larger_where_sessions_agree():
    """Every subject four times over: sessions of copies carry no more than one subject each."""
    once = drawn({"share.AllD": 0.5, "share.TFT": 0.5, "tremble": 0.1}, size=30, seed=5)
    names = list(once)
    rows = list(zip(*once.values(), strict=True))
    table = {
        name: [
            row[k] if name != "subject" else f"{row[k]}-{copy}" for copy in range(4) for row in rows
        ]
        for k, name in enumerate(names)
    }
    table["session"] = [row[0] for _ in range(4) for row in rows]
    single, copied = fitted(once, "AllD,TFT"), fitted(table, "AllD,TFT")
    sessions = fitted(table, "AllD,TFT", cluster="session")
    assert sessions.clusters == 30
    for name, error in numbers(single, "error").items():
        assert numbers(sessions, "error")[name] == pytest.approx(error)
        assert numbers(copied, "error")[name] < 0.6 * error
    drawn_errors = numbers(fitted(table, "AllD,TFT", cluster="session", bootstrap=400), "error")
    for name, error in numbers(single, "error").items():
        assert drawn_errors[name] == pytest.approx(error, rel=0.2)


def test_naive_errors_are_several_times_too_small():
    """Subjects with trembles of their own: choices of one subject are no independent draws.

    The binomial error of the tremble, as if every round were an independent draw, is a quarter of
    what subjects drawn again show.
    """
    rng = np.random.default_rng(8)
    tables = [
        drawn({"share.AllD": share, "share.TFT": 1 - share, "tremble": tremble}, size=2,
              seed=int(rng.integers(1 << 30)), matches=20, rounds=8)
        for share, tremble in zip(rng.integers(0, 2, 40), rng.choice([0.01, 0.3], 40), strict=True)
    ]  # fmt: skip
    table = {name: [x for one in tables for x in one[name]] for name in tables[0]}
    table["subject"] = [f"{k}-{x}" for k, one in enumerate(tables) for x in one["subject"]]
    honest = fitted(table, "AllD,TFT", bootstrap=300)
    tremble = honest.parameters[-1]
    naive = np.sqrt(tremble.estimate * (1 - tremble.estimate) / honest.observations)
    assert tremble.error > 4 * naive
    sandwich = fitted(table, "AllD,TFT").parameters[-1]
    assert sandwich.error == pytest.approx(tremble.error, rel=0.2)


def test_one_subject_has_no_errors():
    one = {"subject": [1] * 4, "match": [1] * 4, "round": [1, 2, 3, 4], "choice": list("cdcc"),
           "other": list("dccd")}  # fmt: skip
    for bootstrap in (0, 50):
        found = fitted(one, "TFT,AllD", bootstrap=bootstrap)
        assert all(np.isnan(e.error) and np.isnan(e.low) for e in found.parameters)
        assert "only one independent unit" in " ".join(found.summary().split())


def test_all_one_action_tells_the_sum_of_the_shares_only():
    table = drawn({"share.AllC": 1.0, "tremble": 0.0}, size=6)
    found = fitted(table, "AllC,TFT,Grim,AllD", bootstrap=20)
    status = numbers(found, "status")
    assert [status[f"share.{name}"] for name in ("AllC", "TFT", "Grim")] == ["not_identified"] * 3
    assert "only their sum, 1, is told" in found.parameters[0].note
    assert np.isnan(found.parameters[0].error)
    assert status["share.AllD"] == status["tremble"] == "at_bound"


def test_trembles_of_nobody_do_not_matter():
    table = drawn({"share.AllC": 1.0, "tremble": 0.1}, size=30, rounds=8)
    found = fitted(table, "AllC,AllD", tremble="strategy")
    lost = found.parameters[-1]
    assert (lost.name, lost.status) == ("tremble.AllD", "not_identified")
    assert np.isnan(lost.estimate)
    assert "nobody follows" in lost.note


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"choice": ["c", "x", "c", "d"]}, "must be one of cooperate, defect"),
        ({"choice": ["c", None, "c", "d"]}, "must be one of cooperate, defect"),
        ({"choice": ["c", float("nan"), "c", "d"]}, "must be one of cooperate, defect"),
        ({"other": None}, "needs a column 'other'"),
        ({"subject": None}, "needs a column 'subject' or 'id'"),
        ({"round": [1, float("nan"), 1, 2]}, "must be a finite number"),
        ({"round": [1, 1, 1, 2]}, "must count the rounds of every match one by one"),
        ({"round": [1, 3, 1, 2]}, "must count the rounds of every match one by one"),
        ({"round": [2, 3, 1, 2]}, "from the same first round"),
        ({"session": ["a", "b", "a", "a"]}, "must be one and the same for all rows of a subject"),
    ],
)
def test_bad_matches_are_one_clear_line(change, words):
    table = {"subject": [1, 1, 2, 2], "match": [1, 1, 1, 1], "round": [1, 2, 1, 2],
             "choice": list("cdcd"), "other": list("cddd"), **change}  # fmt: skip
    table = {name: column for name, column in table.items() if column is not None}
    with pytest.raises(StrategicError) as told:
        fitted(table, cluster="session" if "session" in table else None)
    assert words in str(told.value)
    assert len(str(told.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"tremble": "stratgy"}, "did you mean 'strategy'?"),
        ({"tremble": "sample"}, "needs a column"),
        ({"strategies": "AllD,AllD"}, "is listed twice"),
        ({"strategies": "AllD,Tff"}, "is not a strategy"),
        ({"automata": {"name": "x"}}, "must be a list of tables"),
        ({"cluster": "nobody"}, "needs a column"),
    ],
)
def test_what_cannot_be_asked_is_one_clear_line(options, words):
    table = drawn({"share.AllC": 1.0, "tremble": 0.1}, size=4)
    with pytest.raises(StrategicError) as told:
        fitted(table, **options)
    assert words in str(told.value)


@pytest.mark.parametrize(
    ("truth", "words"),
    [
        ({"share.AllD": 0.5, "tremble": 0.1}, "must be shares that sum to 1"),
        ({"share.AllD": 1.0}, "needs its true value"),
        ({"share.AllD": 1.0, "tremble": 0.7}, "must be from 0 to 1/2"),
        ({"share.AllD": 1.0, "tremble": float("nan")}, "must be a finite number"),
        ({"share.AllD": 0.5, "share.TFT": 0.5, "tremble.TFT": 0.1}, "needs its true value"),
    ],
)
def test_truths_that_cannot_be_drawn_are_told(truth, words):
    with pytest.raises(StrategicError, match=words):
        drawn(truth)


@pytest.fixture(scope="module")
def four():
    """A fit whose largest share is left out of the free numbers, and one share is 0."""
    truth = {"share.AllD": 0.5, "share.TFT": 0.3, "share.Grim": 0.2, "tremble": 0.1}
    return fitted(drawn(truth, size=50, seed=11), "AllD,TFT,Grim,WSLS")


@pytest.mark.parametrize("name", ["share.AllD", "share.TFT", "share.WSLS", "tremble"])
def test_profiles_are_global_over_the_other_shares(four, name):
    """Against random mixtures of which one number is held; and no lower than any of them."""
    values = np.array([0.02, 0.1, 0.3, 0.45])
    profile = four.profile(name, values)
    part = four.parts[""]
    made, rng = part.likelihood, np.random.default_rng(3)
    names = [one.name for one in four.parameters]
    k = names.index(name)
    for value, height in zip(values, profile.heights, strict=True):
        shares, tremble = rng.dirichlet(np.full(4, 0.5), 3000), rng.random((3000, 1)) / 2
        near = np.array([one.estimate for one in four.parameters])
        shares[:1000] = np.abs(near[:4] + rng.normal(0, 0.05, (1000, 4)))
        tremble[:1000] = np.clip(near[4] + rng.normal(0, 0.02, (1000, 1)), 0, 0.5)
        if k < 4:
            shares[:, k] = 0.0
            shares *= (1.0 - value) / shares.sum(axis=1, keepdims=True)
            shares[:, k] = value
        else:
            shares /= shares.sum(axis=1, keepdims=True)
            tremble[:] = value
        best = made.per_unit(made.point(shares, tremble)).sum(axis=1).max()
        assert best <= height + 1e-9
        assert height - best < 2.0
    whole = four.profile(name)
    assert whole.low <= four.value(name) <= whole.high
    assert np.nanmax(whole.heights) <= four.log_likelihood + 1e-9


def test_a_share_of_nobody_may_be_as_large_as_the_profile_says(four):
    """Of 50 subjects nobody follows it: half of a chi-square is lost at about 1.92 in 50."""
    lost = next(one for one in four.parameters if one.name == "share.WSLS")
    assert (lost.estimate, lost.status, lost.low) == (0.0, "at_bound", 0.0)
    assert lost.high == pytest.approx(four.profile("share.WSLS").high, rel=2e-2)
    assert 1.0 / 50 < lost.high < 4 * 1.92 / 50
    drawn_again = fitted(
        drawn({"share.AllD": 0.5, "share.TFT": 0.3, "share.Grim": 0.2, "tremble": 0.1},
              size=50, seed=11), "AllD,TFT,Grim,WSLS", bootstrap=50)  # fmt: skip
    assert drawn_again.parameters[3].high == pytest.approx(lost.high, abs=1e-9)


def test_few_bootstrap_samples_give_no_intervals():
    table = drawn({"share.AllD": 0.5, "share.TFT": 0.5, "tremble": 0.1}, size=20)
    found = fitted(table, "AllD,TFT", bootstrap=5)
    assert all(np.isnan(one.low) for one in found.parameters)


def test_first_rounds_alone_tell_who_starts_how():
    table = drawn({"share.AllD": 0.5, "share.TFT": 0.5, "tremble": 0.1}, size=20, rounds=1)
    found = fitted(table, "AllD,AllC,Grim,TFT,WSLS,T2", bootstrap=30)
    status = numbers(found, "status")
    assert status["share.AllD"] == "ok"
    assert {status[f"share.{name}"] for name in ("AllC", "Grim", "TFT", "WSLS", "T2")} == {
        "not_identified"
    }


def test_posteriors_and_comparisons_work(four):
    prior = dict.fromkeys(four.parts[""].likelihood.names, "uniform(0, 1)")
    prior["tremble"] = "uniform(0, 0.5)"
    found = four.posterior(prior, draws=4000, seed=1)
    assert found.reliable
    for name, mean, spread in zip(found.names, found.mean, found.deviation, strict=True):
        assert abs(mean - four.value(name)) < 3 * spread
    truth = {"share.AllD": 0.5, "share.TFT": 0.3, "share.Grim": 0.2, "tremble": 0.1}
    other = fitted(drawn(truth, size=50, seed=11), "AllD,AllC,WSLS,T2")
    assert four.log_likelihood > other.log_likelihood
    assert four.predict() == four.document()["predicted"]
    assert np.asarray(four.covariance()).shape == (4, 4)


def test_where_errors_come_from_is_said():
    truth = {"share.AllD": 0.5, "share.TFT": 0.5, "tremble": 0.1}
    table = drawn(truth, size=8)
    table["session"] = [subject // 2 for subject in table["subject"]]
    assert fitted(table, "AllD,TFT").errors == "sandwich of the subjects' scores"
    assert fitted(table, "AllD,TFT", bootstrap=None).errors == "bootstrap of subjects"
    assert fitted(table, "AllD,TFT", cluster="session").errors == "clustered by session"
    sessions = fitted(table, "AllD,TFT", cluster="session", bootstrap=None)
    assert sessions.errors == "bootstrap of session"
