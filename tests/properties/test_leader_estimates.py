"""A leader and a follower: chances, derivatives, estimates, and what the data cannot tell."""

import numpy as np
import pytest
from covering import holds_its_rate, samples
from scipy.optimize import minimize
from scipy.special import ndtr

import strategic as st
from strategic.errors import StrategicError
from strategic.estimation import Request, draw, estimate, read_observations
from strategic.estimation._leader_choices import Choices, Tree, chances
from strategic.estimation._leader_drawing import played
from strategic.estimation._leader_starts import starts_of
from strategic.estimation.leader import likelihood_of

TREES = [(True, False), (False, True), (True, True), (False, False)]
KINDS = ["agent", "private"]
CONTRACT = '[[["worth", "-setback"], [0, 0]], [["gain", 0], [0, 0]]]'
FORMULAS = {"worth": "need + budget", "gain": "capacity"}
TRUTH = {
    "setback": 0.7, "worth.constant": 0.5, "worth.need": 0.6, "worth.budget": -0.4,
    "gain.constant": 0.4, "gain.capacity": 0.8,
}  # fmt: skip


@pytest.fixture
def game(tmp_path):
    """Load a game of a government that offers and an organisation that accepts."""

    def made(
        payoffs=CONTRACT,
        names="worth setback gain",
        value=0.5,
        *,
        players=None,
        actions=None,
        bounds="",
    ):
        text = [
            'title = "Contracts"',
            'kind = "game"',
            f"players = {players or ['government', 'organisation']}",
            f"actions = {actions or [['offer', 'none'], ['accept', 'decline']]}",
            f"payoffs = {payoffs}",
            *[
                f"[parameters.{name}]\nvalue = {value}\nmeaning = 'a payoff'\n{bounds}"
                for name in names.split()
            ],
        ]
        file = tmp_path / "game.toml"
        file.write_text("\n".join(text))
        return st.load(file)

    return made


def contracts(game, size, seed=3, **options):
    """Outcomes drawn from the truth."""
    return draw(
        game, play="leader", truth=TRUTH, size=size, seed=seed, formulas=FORMULAS, **options
    )


def fitted(game, table, **options):
    chosen = {"free": ["setback"], "formulas": FORMULAS, **options}
    return estimate(game, table, play="leader", **chosen)


def contrasts_of(tree, own, other):
    return np.moveaxis(tree.compare(own, other), -1, 0)


# Chances


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("answered", TREES)
def test_chances_are_those_of_simulated_shocks(answered, kind):
    """The shocks of every row are drawn and everybody takes the best action."""
    rng = np.random.default_rng(1)
    tree, draws = Tree(answered, private=kind == "private"), 200_000
    own, other = rng.normal(size=(2, 2, 2)) * 1.5
    for action in (0, 1):
        if not answered[action]:
            own[action, 1], other[action, 1] = own[action, 0], other[action, 0]
    many = (np.broadcast_to(side, (draws, 2, 2)) for side in (own, other))
    action, answer = played(tree, *many, rng)
    seen = [np.mean((action == a) & ((answer == b) | (not answered[a]))) for a, b in tree.outcomes]
    told = chances(tree, contrasts_of(tree, own, other))
    assert told.sum() == pytest.approx(1.0, abs=1e-14)
    assert (np.abs(told - seen) < 5 * np.sqrt(told * (1 - told) / draws)).all()


@pytest.mark.parametrize("answered", TREES[:3])
def test_private_shocks_integrated_by_quadrature(answered):
    """The leader's shocks of the outcomes after one action are integrated over a grid."""
    rng = np.random.default_rng(2)
    tree = Tree(answered, private=True)
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    weights /= weights.sum()
    for _ in range(5):
        own, other = rng.normal(size=(2, 2, 2))
        q = [ndtr((other[a, 0] - other[a, 1]) / np.sqrt(2)) if answered[a] else 1.0 for a in (0, 1)]
        value = [q[a] * own[a, 0] + (1 - q[a]) * own[a, 1] for a in (0, 1)]
        last = np.hypot(q[1], 1 - q[1])
        shocks = q[0] * nodes[:, None] + (1 - q[0]) * nodes[None, :]
        first = (ndtr((value[0] - value[1] + shocks) / last) * np.outer(weights, weights)).sum()
        if not answered[0]:  # its payoffs do not depend on the answer
            own[0, 1] = own[0, 0]
        if not answered[1]:
            own[1, 1] = own[1, 0]
        told = chances(tree, contrasts_of(tree, own, other))
        share = sum(c for c, (a, _) in zip(told, tree.outcomes, strict=True) if a == 0)
        assert share == pytest.approx(first, abs=1e-11)


@pytest.mark.parametrize("private", [False, True])
@pytest.mark.parametrize("answered", TREES)
def test_derivatives_by_the_contrasts_are_those_of_differences(answered, private):
    rng = np.random.default_rng(3)
    tree, rows, step = Tree(answered, private=private), 50, 1e-5
    at = rng.normal(size=(len(tree.contrasts), 2, rows)) * 1.5
    done = np.array(tree.outcomes)[rng.integers(0, len(tree.outcomes), rows)].T
    here = Choices(tree, at, *done)
    np.testing.assert_allclose(
        np.exp(here.value),
        [chances(tree, at[:, p])[[tree.outcomes.index((a, b)) for a, b in done.T], range(rows)]
         for p in (0, 1)],
        rtol=1e-12,
    )  # fmt: skip
    for j in range(len(at)):
        move = step * (np.arange(len(at)) == j)[:, None, None]
        up, down = Choices(tree, at + move, *done), Choices(tree, at - move, *done)
        np.testing.assert_allclose((up.value - down.value) / (2 * step), here.first[j], atol=1e-8)
        np.testing.assert_allclose((up.first - down.first) / (2 * step), here.second[j], atol=1e-8)


def test_far_away_contrasts_give_finite_logs_and_slopes():
    tree, none = Tree((True, False), private=True), np.array([0])
    for size in (30.0, 1e3, 1e8):
        done = Choices(tree, np.full((3, 1, 1), -size), none, none)
        assert np.isfinite(done.value).all()
        assert done.first[0, 0, 0] == pytest.approx(size, rel=1e-2)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("scaled", [False, True])
def test_derivatives_by_the_numbers_are_those_of_differences(game, kind, scaled):
    """Also by ``sigma``, with rows in clusters, and with weights on the clusters."""
    payoffs = CONTRACT.replace('"-setback"', '"height - setback"') if scaled else CONTRACT
    model = game(payoffs, "worth setback gain height")
    rng = np.random.default_rng(4)
    table = contracts(model, 90, shocks=kind)
    table |= {"city": rng.integers(0, 30, 90).tolist(), "height": rng.normal(size=90).tolist()}
    if not scaled:
        del table["height"]
    own = likelihood_of(
        Request({"": model}, read_observations(table), free=("setback",), formulas=FORMULAS,
                cluster="city", options={"shocks": kind})
    )  # fmt: skip
    assert own.names[-1] == ("sigma" if scaled else "gain.capacity")
    points = rng.normal(size=(3, len(own.names))) * 0.5
    points[:, -1] = np.abs(points[:, -1]) + 0.5
    weights = rng.integers(0, 3, (3, own.units)).astype(float)
    scores, bends = own.gradient(points), own.hessian(points)
    weighted = own.hessian(points, weights)
    np.testing.assert_allclose(own.slope(points), scores.sum(axis=1), atol=1e-10)
    np.testing.assert_allclose(
        own.slope(points, weights), np.einsum("pu,puk->pk", weights, scores), atol=1e-10
    )
    for k in range(len(own.names)):
        move = 1e-5 * (np.arange(len(own.names)) == k)
        rise = (own.per_unit(points + move) - own.per_unit(points - move)) / 2e-5
        np.testing.assert_allclose(rise, scores[:, :, k], atol=1e-7)
        bend = (own.gradient(points + move) - own.gradient(points - move)) / 2e-5
        np.testing.assert_allclose(bend.sum(axis=1), bends[:, :, k], atol=1e-6)
        both = np.einsum("pu,puk->pk", weights, bend)
        np.testing.assert_allclose(both, weighted[:, :, k], atol=1e-6)


# Estimates


@pytest.mark.parametrize("kind", KINDS)
def test_estimates_are_those_of_a_likelihood_written_anew(game, kind):
    """The formula as printed, with complex steps for the gradient, climbed by L-BFGS."""
    model = game()
    table = contracts(model, 800, shocks=kind)
    need, budget, capacity = (np.array(table[name]) for name in ("need", "budget", "capacity"))
    seen = np.array(table["outcome"])

    def negative(b):
        gain, worth = b[4] + b[5] * capacity, b[1] + b[2] * need + b[3] * budget
        accept, decline = ndtr(gain / np.sqrt(2)), ndtr(-gain / np.sqrt(2))
        width = np.sqrt(2) if kind == "agent" else np.sqrt(1 + accept**2 + decline**2)
        index = (accept * worth - decline * b[0]) / width
        chance = {
            "offer-accept": ndtr(index) * accept,
            "offer-decline": ndtr(index) * decline,
            "none": ndtr(-index),
        }
        return -sum(np.log(chance[name][seen == name]).sum() for name in chance)

    def slope(b):
        return np.array([negative(b + 1e-30j * axis).imag / 1e-30 for axis in np.eye(6)])

    peer = minimize(negative, np.zeros(6), jac=slope, method="L-BFGS-B",
                    options={"ftol": 1e-16, "gtol": 1e-9, "maxiter": 1000})  # fmt: skip
    found = fitted(model, table, shocks=kind)
    ours = np.array([found.value(name) for name in TRUTH])
    assert found.log_likelihood == pytest.approx(-peer.fun, abs=1e-9)
    np.testing.assert_allclose(ours, peer.x, atol=1e-6)  # as far as L-BFGS goes
    bend = np.array([(slope(ours + 1e-5 * axis) - slope(ours - 1e-5 * axis)) / 2e-5
                     for axis in np.eye(6)])  # fmt: skip
    assert np.abs(np.linalg.solve(bend, slope(ours))).max() < 1e-8  # what is left of a Newton step
    errors = [next(e.error for e in found.parameters if e.name == name) for name in TRUTH]
    np.testing.assert_allclose(errors, np.sqrt(np.diag(np.linalg.inv(bend))), rtol=1e-6)
    assert found.certified


def test_answers_that_the_leader_does_not_care_about_leave_two_probits(game):
    """The same data in ``statsmodels.Probit`` 0.15.0, whose coefficients are ours over root 2."""
    model = game('[[["w", "w"], [0, 0]], [["v", 0], [0, 0]]]', "w v")
    rng = np.random.default_rng(5)
    need, capacity = rng.normal(size=(2, 300))
    shock = rng.normal(size=(2, 300))
    offer = 0.3 + 0.7 * need + shock[0] > 0
    accept = 0.5 - 0.6 * capacity + shock[1] > 0
    outcome = np.where(offer, np.where(accept, "offer-accept", "offer-decline"), "none")
    table = {"outcome": outcome, "need": need, "capacity": capacity}
    found = estimate(model, table, play="leader", formulas={"w": "need", "v": "capacity"})
    values = np.array([[one.estimate, one.error] for one in found.parameters]) / np.sqrt(2)
    theirs = [[0.25230034, 0.07796084], [0.60394225, 0.09071893],
              [0.73400888, 0.11631774], [-0.61206619, 0.12581555]]  # fmt: skip
    np.testing.assert_allclose(values, theirs, atol=2e-8)
    assert found.log_likelihood == pytest.approx(-178.887127237211 - 85.80744847372962, abs=1e-9)


def test_the_second_player_may_lead(game):
    """The game with its players exchanged, and the same table, give the same estimates."""
    exchanged = game(
        '[[["gain", 0], [0, 0]], [["worth", 0], ["-setback", 0]]]',
        players=["organisation", "government"],
        actions=[["accept", "decline"], ["offer", "none"]],
    )
    table = contracts(exchanged, 300, leader="government")
    there = fitted(exchanged, table, leader="government")
    here = fitted(game(), table)
    assert here.log_likelihood == pytest.approx(there.log_likelihood, abs=1e-10)
    for name in TRUTH:
        assert here.value(name) == pytest.approx(there.value(name), abs=1e-8)


@pytest.mark.parametrize("kind", KINDS)
def test_both_actions_may_be_answered_and_payoffs_may_fix_the_scale(game, kind):
    """The scale of the shocks grows with the unit of the payoffs that are not free."""
    model = game('[[["a", "-x"], [0, "y"]], [["g", 0], [0, "h + z"]]]', "a g h x y z")
    truth = {"a": 0.8, "g": 0.4, "h": 0.3, "sigma": 1.5}
    rng = np.random.default_rng(6)
    covariates = {name: rng.normal(size=3000) for name in "xyz"}
    table = draw(model, play="leader", truth=truth, size=3000, seed=1, covariates=covariates,
                 shocks=kind)  # fmt: skip
    assert set(table["outcome"]) == {"offer-accept", "offer-decline", "none-accept", "none-decline"}
    found = estimate(model, table, play="leader", free=["a", "g", "h"], shocks=kind)
    assert [one.status for one in found.parameters] == ["ok"] * 4
    for one in found.parameters:
        assert abs(one.estimate - truth[one.name]) < 3.5 * one.error
    large = table | {name: (10 * covariates[name]).tolist() for name in "xyz"}
    tenfold = estimate(model, large, play="leader", free=["a", "g", "h"], shocks=kind)
    assert tenfold.log_likelihood == pytest.approx(found.log_likelihood, abs=1e-8)
    for name in truth:
        assert tenfold.value(name) == pytest.approx(10 * found.value(name), rel=1e-6)
    known = estimate(model, table, play="leader", free=["a", "g", "h"], shocks=kind, sigma=1.5)
    assert [one.name for one in known.parameters] == ["a", "g", "h"]
    assert known.log_likelihood <= found.log_likelihood


def test_a_fixed_payoff_alone_does_not_tell_the_scale_where_outcomes_are_too_few(game):
    """Two free numbers explain the shares of three outcomes; the scale is then 1."""
    table = draw(game(), play="leader", truth={"worth": 0.8, "gain": 0.4}, size=400, seed=1)
    found = estimate(game(), table, play="leader", free=["worth", "gain"])
    assert [(one.name, one.status) for one in found.parameters] == [("worth", "ok"), ("gain", "ok")]
    assert found.log_likelihood == pytest.approx(found.document()["log_likelihood_saturated"])
    for row in found.predict():
        assert row["predicted"] == pytest.approx(row["observed"], abs=1e-7)


def test_payoffs_may_be_products_of_free_numbers(game):
    """The gain is a share of the worth: another name for the same likelihood."""
    table = draw(game(), play="leader", truth={"worth": 0.8, "gain": 0.4}, size=400, seed=1)
    plain = estimate(game(), table, play="leader", free=["worth", "gain"])
    model = game('[[["worth", "-setback"], [0, 0]], [["worth * share", 0], [0, 0]]]',
                 "worth setback share")  # fmt: skip
    product = estimate(model, table, play="leader", free=["worth", "share"])
    assert product.log_likelihood == pytest.approx(plain.log_likelihood, abs=1e-8)
    share = plain.value("gain") / plain.value("worth")
    assert product.value("share") == pytest.approx(share, abs=1e-5)
    assert product.certified


def test_backward_induction_starts_near_the_maximum(game):
    """And no start reaches a higher point."""
    model = game()
    for kind in KINDS:
        table = read_observations(contracts(model, 1000, shocks=kind))
        own = likelihood_of(Request({"": model}, table, free=("setback",), formulas=FORMULAS,
                                    options={"shocks": kind}))  # fmt: skip
        found = fitted(model, table, shocks=kind)
        best = np.array([found.value(name) for name in own.names])
        starts = starts_of(own, 0)
        errors = np.array([one.error for one in found.parameters])
        assert (np.abs(starts[0] - best) < 1.5 * errors).all()
        assert "from 4 starts; 4 of them led to it" in found.document()["certificate"]["kind"]


def test_clusters_count_each_row_once_and_may_come_in_any_order(game):
    """Rows told twice leave estimates and clustered errors of the pairs alone."""
    model, table = game(), contracts(game(), 300)
    rng = np.random.default_rng(7)
    order = rng.permutation(600)
    twice = {name: np.array([*column, *column], object)[order] for name, column in table.items()}
    twice["city"] = np.tile(np.arange(300), 2)[order]
    once = fitted(model, table | {"city": np.arange(300)}, cluster="city")
    both = fitted(model, twice, cluster="city")
    assert both.clusters == 300
    for one, other in zip(once.parameters, both.parameters, strict=True):
        assert other.estimate == pytest.approx(one.estimate, abs=1e-6)
        assert other.error == pytest.approx(one.error, rel=1e-5)


@samples(40)
@pytest.mark.parametrize("kind", KINDS)
def test_known_truths_are_inside_their_intervals(game, kind, samples):
    """Of 500 samples of 500 rows, 94.0 to 97.2% of the intervals hold the truth with agent error
    (six numbers, 95.9% on average), and 93.6 to 96.0% with private information (94.8%).
    """
    model, inside = game(), []
    for seed in range(samples):
        found = fitted(model, contracts(model, 300, seed=seed, shocks=kind), shocks=kind)
        assert [one.status for one in found.parameters] == ["ok"] * len(TRUTH)
        inside.append([one.low <= TRUTH[one.name] <= one.high for one in found.parameters])
    holds_its_rate(inside)


# What the data cannot tell


def statuses(found):
    return {one.name: one.status for one in found.parameters}


def test_three_outcomes_do_not_tell_four_numbers(game):
    found = estimate(game(), contracts(game(), 300), play="leader",
                     free=["worth", "setback", "gain"])  # fmt: skip
    told = {one.name: one for one in found.parameters}
    assert told["gain"].status == "ok"
    assert told["worth"].status == told["setback"].status == "not_identified"
    assert "setback" in told["worth"].note
    assert np.isnan(told["worth"].estimate)


def test_answers_that_a_covariate_predicts_have_no_finite_coefficients(game):
    table = contracts(game(), 300)
    seen, capacity = np.array(table["outcome"]), np.array(table["capacity"])
    answer = np.where(capacity > 0, "offer-accept", "offer-decline")
    found = fitted(game(), table | {"outcome": np.where(seen == "none", seen, answer)})
    assert statuses(found)["gain.capacity"] == "infinite"
    assert found.value("gain.capacity") == np.inf
    assert statuses(found)["worth.need"] == "ok"


def test_an_offer_that_a_covariate_predicts_has_no_finite_coefficients(game):
    table = contracts(game(), 300)
    seen, need = np.array(table["outcome"]), np.array(table["need"])
    offered = np.where(seen == "none", "offer-accept", seen)
    found = fitted(game(), table | {"outcome": np.where(need > 0, offered, "none")})
    assert statuses(found)["worth.need"] == "infinite"
    assert found.value("worth.need") == np.inf
    assert statuses(found)["gain.capacity"] == "ok"


def test_perfect_prediction_is_told_from_what_it_leaves_open(game):
    """The covariate's coefficient grows; bounded and free numbers beside it may be anything."""
    model = game(names="worth gain setback", bounds="bounds = [-100.0, 100.0]")
    table = contracts(model, 300)
    seen, need = np.array(table["outcome"]), np.array(table["need"])
    offered = np.where(seen == "none", "offer-accept", seen)
    found = fitted(model, table | {"outcome": np.where(need > 0, offered, "none")})
    assert statuses(found)["worth.need"] == "infinite"
    assert statuses(found)["worth.budget"] == "not_identified"


def test_an_outcome_that_is_never_seen_makes_a_number_infinite(game):
    seen = np.array(contracts(game(), 300)["outcome"])
    accepted = np.where(seen == "none", seen, "offer-accept")
    found = estimate(game(), {"outcome": accepted}, play="leader", free=["worth", "gain"])
    assert statuses(found) == {"worth": "ok", "gain": "infinite"}
    assert found.value("gain") == np.inf
    found = estimate(game(), {"outcome": ["none"] * 300}, play="leader", free=["worth"])
    assert statuses(found) == {"worth": "infinite", "sigma": "not_identified"}
    assert found.value("worth") == -np.inf


# Tables


def test_outcomes_are_matched_like_actions(game):
    table = contracts(game(), 200)
    short = {"offer-accept": "O-a", "offer-decline": "off-dec", "none": "N"}
    found = fitted(game(), table | {"outcome": [short[one] for one in table["outcome"]]})
    assert found.log_likelihood == fitted(game(), table).log_likelihood


def test_actions_may_hold_dashes(game):
    model = game(actions=[["re-open", "re-place"], ["say-yes", "say-no"]])
    table = {"outcome": ["re-open-say-yes", "re-open-say-no", "re-place", "re-o-say-y"] * 5}
    found = estimate(model, table, play="leader", free=["worth", "gain"])
    assert [row["count"] for row in found.predict()] == [10, 5, 5]


@pytest.mark.parametrize(
    ("changed", "options", "told"),
    [
        ({"outcome": "offer"}, {}, "row 1, column 'outcome': must be one of offer-accept, offer-"),
        ({"outcome": "none-accept"}, {}, "must be one of offer-accept, offer-decline, none"),
        ({"outcome": ""}, {}, "row 1, column 'outcome'"),
        ({"need": float("nan")}, {}, "row 1, column 'need': must be a finite number"),
        ({}, {"shocks": "privat"}, "shocks: must be one of agent, private .*did you mean"),
        ({}, {"leader": "goverment"}, "leader: must be one of government, organisation"),
        ({}, {"shock": "agent"}, "no such option of the way of play 'leader'.*'shocks'"),
        ({}, {"sigma": 0}, "sigma: must be a number greater than 0"),
        ({}, {"free": ["setback", "sigma"]}, "sigma: cannot be estimated"),
        ({}, {"free": ["setbak"]}, "no such parameter .*'setback'"),
        ({}, {"formulas": {"worth": "need", "gain": "capacity + I(2 * capacity)"}}, "collinear"),
    ],
)
def test_bad_tables_and_options_are_one_clear_line(game, changed, options, told):
    table = contracts(game(), 60)
    for name, value in changed.items():
        table[name] = [value, *table[name][1:]]
    with pytest.raises(StrategicError, match=told) as caught:
        fitted(game(), table, **options)
    assert "\n" not in str(caught.value)


def test_only_games_of_two_actions_each_are_led():
    with pytest.raises(StrategicError, match="two players with two actions each"):
        estimate(st.load("rock-paper-scissors"), {"outcome": ["rock"]}, play="leader", free=["x"])


def test_a_table_without_outcomes_is_refused(game):
    with pytest.raises(StrategicError, match="outcome"):
        fitted(game(), {"outcomes": ["none"], "need": [1.0]})


# Drawing


def test_covariates_of_drawn_tables_are_given_named_or_read_off_the_formulas(game):
    model = game()
    plain = contracts(model, 50)
    assert list(plain) == ["outcome", "need", "budget", "capacity"]
    named = contracts(model, 50, covariates="need, budget, capacity, other")
    assert list(named)[-1] == "other"
    given = {name: plain[name][:7] for name in ("need", "budget", "capacity")}
    taken = contracts(model, 20, covariates=given)
    assert taken["need"] == (plain["need"][:7] * 3)[:20]
    assert contracts(model, 50) == plain
    with pytest.raises(StrategicError, match=r"truth: no such number .*'worth.need'"):
        draw(model, play="leader", truth={**TRUTH, "worth.ned": 1.0}, formulas=FORMULAS)
    with pytest.raises(StrategicError, match=r"gain\.capacity: needs its true value"):
        draw(model, play="leader", truth={"gain.constant": 1.0}, formulas={"gain": "capacity"})
