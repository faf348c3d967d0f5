"""Whether what is said of an estimate is so: what the data cannot tell has no number."""

from __future__ import annotations

import numpy as np
import pytest

import strategic as st
from strategic.catalogue.custom import fixed
from strategic.games import Game

LABELS = ("offer-accept", "offer-decline", "none")


def outcomes(seed: int, size: int = 120) -> dict:
    """Draw outcomes that no covariate explains: two chances are all that they tell."""
    rng = np.random.default_rng(seed)
    counts = rng.multinomial(size, rng.dirichlet([2.0, 2.0, 2.0]))
    return {"outcome": [name for name, n in zip(LABELS, counts, strict=True) for _ in range(n)]}


@pytest.mark.parametrize("idle", [[], ["urgency"], ["urgency", "skill"]])
@pytest.mark.parametrize("seed", range(12))
def test_three_numbers_are_not_told_by_two_chances(seed, idle):
    """What the leader gains and loses move one chance: neither is told, whatever else is free."""
    free = ["worth", "setback", "gain", *idle]
    found = st.estimate(st.load("service-contracts"), outcomes(seed), free=free)
    by_name = {one.name: one for one in found.parameters}
    for name in ("worth", "setback", *idle):
        assert by_name[name].status == "not_identified"
        assert np.isnan([by_name[name].estimate, by_name[name].error]).all()
    assert by_name["gain"].status == "ok"
    assert "in what the data tell" in found.document()["certificate"]["kind"]


def test_the_number_that_is_told_beside_them_has_the_error_of_a_probit():
    table = {"outcome": ["offer-accept"] * 30 + ["offer-decline"] * 20 + ["none"] * 50}
    free = ["worth", "setback", "gain", "urgency"]
    found = st.estimate(st.load("service-contracts"), table, free=free)
    (gain,) = (one for one in found.parameters if one.name == "gain")
    from scipy.stats import norm

    at = norm.ppf(0.6)
    assert gain.estimate == pytest.approx(np.sqrt(2.0) * at, abs=1e-6)
    expected = np.sqrt(2.0) * np.sqrt(0.6 * 0.4 / 50) / norm.pdf(at)
    assert gain.error == pytest.approx(expected, rel=1e-4)


def choices_of(actions: int, first: list[int], second: list[int]) -> dict:
    return {
        "player": ["row"] * actions + ["column"] * actions,
        "action": [str(a + 1) for a in range(actions)] * 2,
        "count": [*first, *second],
    }


def test_a_search_that_ends_where_branches_cross_gives_the_best_value_scanned_and_says_so():
    own = [[5.0, 3.0, 3.0, 0.0], [3.0, 3.0, 3.0, 0.0], [1.0, 1.0, 4.0, 2.0], [3.0, 0.0, 1.0, 4.0]]
    game = Game.from_payoffs(own, np.transpose(own), players=("row", "column"))
    found = st.estimate(fixed(game), choices_of(4, [0, 0, 0, 100], [100, 0, 0, 0]))
    (one,) = found.parameters
    assert one.status == "not_identified"
    assert "not confirmed" in one.note
    assert not found.certified
    play = st.solve(game, method="logit", rationality=one.estimate)
    there = 100.0 * np.log([play.row[3], play.column[0]]).sum()
    assert found.log_likelihood == pytest.approx(there, abs=1.0)
    assert np.isfinite([found.log_likelihood, found.aic]).all()
    assert np.isnan([one.error, one.low, one.high]).all()


@pytest.mark.parametrize("shape", [(2, 3), (3, 3), (2, 2, 2)])
def test_branches_are_followed_to_their_end_whatever_the_unit_of_payoff(shape):
    """Rationality times the unit may lie beyond the end by rounding: one fit in eight was lost."""
    rng = np.random.default_rng(7)
    models, rows = {}, []
    for number in range(60):
        game = Game(tuple(10.0 ** rng.uniform(-6, 6) * rng.normal(size=shape) for _ in shape))
        models[f"g{number}"] = fixed(game)
        for player, actions in zip(game.players, game.actions, strict=True):
            rows += [(f"g{number}", player, a, int(rng.integers(1, 20))) for a in actions]
    table = dict(zip(("game", "player", "action", "count"), zip(*rows, strict=True), strict=True))
    found = st.estimate(models, {name: list(column) for name, column in table.items()}, by="game")
    assert not any("not be followed" in part.certificate["kind"] for part in found.parts.values())


def test_a_number_that_may_be_anything_is_not_printed():
    found = st.estimate(st.load("service-contracts"), {
        "outcome": ["none"] * 80, "need": np.linspace(-2, 2, 80).tolist()
    })  # fmt: skip
    for one in found.parameters:
        if one.status == "not_identified":
            assert np.isnan([one.estimate, one.error]).all()


@pytest.mark.parametrize("column", ["by", "cluster"])
def test_a_column_sets_its_parameter_even_where_it_divides_the_data(column):
    model = st.load("ochs")
    name = next(iter(model.family.parameters))
    value = float(model.points[name])
    game = model.game()
    counts, ends = [30.0, 34.0, 20.0, 44.0], (value, value * 3.0)
    table: dict = {"player": [], "action": [], "count": [], name: []}
    for end in ends:
        for player, own in zip(game.players, game.actions, strict=True):
            table["player"] += [player] * len(own)
            table["action"] += [*own]
            table[name] += [end] * len(own)
        table["count"] += counts
    alone = [
        st.estimate(model.change({name: end}), {
            key: [x for x, where in zip(table[key], table[name], strict=True) if where == end]
            for key in ("player", "action", "count")
        })
        for end in ends
    ]  # fmt: skip
    assert abs(alone[0].parameters[0].estimate - alone[1].parameters[0].estimate) > 1e-3
    found = st.estimate(model, table, **{column: name})
    if column == "by":
        for one, other in zip(found.parameters, alone, strict=True):
            assert one.estimate == pytest.approx(other.parameters[0].estimate, rel=1e-9)
    else:
        assert found.log_likelihood == pytest.approx(st.estimate(model, table).log_likelihood)


@pytest.mark.parametrize(("play", "of"), [("leader", "need"), ("leader", "capacity")])
def test_clusters_may_be_covariates(play, of):
    model = st.load("service-contracts")
    usual, clustered = st.estimate(model), st.estimate(model, cluster=of)
    assert clustered.play == play
    assert clustered.log_likelihood == pytest.approx(usual.log_likelihood, abs=1e-9)


@pytest.mark.parametrize("cluster", [None, "session"])
def test_a_bootstrap_leaves_the_proof_of_the_maximum(cluster):
    model, parts = st.load("inspection"), []
    for session in range(30):
        drawn = st.estimation.draw(
            model, play="logit", truth={"rationality": 1.5}, size=20, seed=session
        )
        parts.append({**drawn, "session": [session] * len(drawn["count"])})
    table = {name: [one for part in parts for one in part[name]] for name in parts[0]}
    plain = st.estimate(model, table, cluster=cluster)
    drawn = st.estimate(model, table, cluster=cluster, bootstrap=400, seed=2)
    (usual,), (one,) = plain.parameters, drawn.parameters
    assert drawn.document()["certificate"] == plain.document()["certificate"]
    assert drawn.document()["certificate"]["scope"] == "scan"
    assert one.estimate == usual.estimate
    assert one.error == pytest.approx(usual.error, rel=0.2)
    assert one.low < one.estimate < one.high


def test_quantiles_of_a_few_samples_are_no_interval():
    for play in ("leader", "entry"):
        model = st.load({"leader": "service-contracts", "entry": "entry-two-firms"}[play])
        found = st.estimate(model, bootstrap=5)
        for one in found.parameters:
            assert np.isfinite(one.error)
            assert np.isnan([one.low, one.high]).all()


def test_noise_is_never_below_nothing():
    model = st.load("ai-mier")
    truth = {"trust.government": 0.6, "trust.organisation": 0.7, "trust.noise": 1.0}
    for seed in range(6):
        table = st.estimation.draw(model, play="trust", truth=truth, size=1, seed=seed)
        for one in st.estimate(model, table, play="trust").parameters:
            assert one.name != "trust.noise" or not one.low < 0.0


def dilemma(defected: list[int], size: int) -> dict:
    """Counts of a dilemma in which defection is dominant, by session."""
    table: dict = {"player": [], "action": [], "count": [], "session": []}
    for session, number in enumerate(defected):
        table["player"] += ["first", "first"]
        table["action"] += ["Cooperate", "Defect"]
        table["count"] += [size - number, number]
        table["session"] += [session, session]
    return table


def in_closed_form(share: np.ndarray) -> np.ndarray:
    """Where level 0 alone cooperates, half of the time, ``exp(-tau)/2`` of the choices do."""
    with np.errstate(divide="ignore"):
        return np.clip(-np.log(2.0 * share), 0.0, 20.0)


def test_levels_of_a_dilemma_have_the_error_of_a_binomial():
    model = st.load("prisoners-dilemma")
    found = st.estimate(model, dilemma([150], 200), play="hierarchy", bootstrap=2000, seed=3)
    (tau,) = found.parameters
    assert tau.estimate == pytest.approx(np.log(2.0), abs=1e-6)
    assert tau.error == pytest.approx(np.sqrt(0.75 / (0.25 * 200)), rel=0.06)
    assert "bootstrap of units, 2000 samples" in found.summary()


def test_levels_by_clusters_are_those_of_samples_of_clusters():
    rng = np.random.default_rng(6)
    defected = rng.binomial(20, rng.beta(3.0, 1.0, size=40)).tolist()
    model = st.load("prisoners-dilemma")
    found = st.estimate(model, dilemma(defected, 20), play="hierarchy", cluster="session", seed=1)
    (tau,) = found.parameters
    assert "bootstrap of session, 1000 samples" in found.summary()
    drawn = rng.integers(0, 40, size=(4000, 40))
    expected = in_closed_form(1.0 - np.array(defected)[drawn].mean(axis=1) / 20.0)
    assert tau.error == pytest.approx(expected.std(ddof=1), rel=0.1)
    assert [tau.low, tau.high] == pytest.approx(np.quantile(expected, [0.025, 0.975]), abs=0.06)
    (naive,) = st.estimate(model, dilemma(defected, 20), play="hierarchy").parameters
    assert tau.high - tau.low > 1.3 * (naive.high - naive.low)


def test_levels_of_a_game_in_which_nothing_matters_are_not_told():
    dull = st.load("prisoners-dilemma").game()
    model = fixed(Game([np.ones((2, 2))] * 2, dull.players, dull.actions))
    (tau,) = st.estimate(model, dilemma([3], 10), play="hierarchy").parameters
    assert tau.status == "not_identified"
    assert np.isnan([tau.estimate, tau.error, tau.low, tau.high]).all()


def test_one_cluster_tells_nothing_of_levels():
    model = st.load("prisoners-dilemma")
    (tau,) = st.estimate(
        model, dilemma([15], 20), play="hierarchy", cluster="session", bootstrap=50
    ).parameters
    assert np.isnan([tau.error, tau.low, tau.high]).all()
    assert tau.estimate == pytest.approx(np.log(2.0), abs=1e-6)


def test_levels_beyond_the_scan_are_told():
    (tau,) = st.estimate(st.load("prisoners-dilemma"), dilemma([40], 40),
                         play="hierarchy").parameters  # fmt: skip
    assert (tau.status, tau.estimate) == ("at_bound", 20.0)
    assert "beyond 20" in tau.note


def _tiny(unit):
    game = Game((unit * np.array([[1.0, 0.0], [0.0, 2.0]]), unit * np.array([[0.0, 1.0], [1, 0]])))
    table = {"player": ["player 1"] * 2 + ["player 2"] * 2, "action": ["1", "2"] * 2,
             "count": [19, 31, 30, 20]}  # fmt: skip
    (one,) = st.estimate(fixed(game), table).parameters
    assert one.status == "ok"
    return one


def test_the_square_of_an_error_may_be_beyond_the_doubles():
    assert _tiny(1e-156).error == pytest.approx(1.45588e156, rel=1e-5)


def test_an_error_that_is_lost_is_told():
    one = _tiny(1e-170)
    assert np.isnan(one.error)
    assert "give payoffs in other units" in one.note
