"""Propositions about payoffs, over thousands of random relationships each."""

import numpy as np
import pytest

from strategic.catalogue import load
from strategic.equilibria import solve
from strategic.equilibria.concepts.pure import pure_mask
from strategic.evolution.coordination_games import FIRST, basin, conserved, coordination
from strategic.families.relationship import relationship
from strategic.families.relationship._bargaining import dependence, prices
from strategic.families.relationship._base_game import (
    base_game,
    base_terms,
    challenge,
    competition,
    cooperation_is_equilibrium,
    detection,
    exposure,
    risk_dominant,
    shelter,
    threshold_belief,
)
from strategic.families.relationship._choices import choices_game, commit
from strategic.families.relationship._organisations import government_count, planner_count
from strategic.families.relationship._production import produce
from strategic.modelling import measure

COUNT = 5000
P, Y, X, E = range(4)
C, K, R, S = range(4)


def col(model, name):
    return model.points[name]


def own_costs(point):
    """The costs of proposition 1: everything but the public interest, with b_O at d u = 0."""
    government, organisation = point.once(base_terms).sides()
    return (
        point["government.cost_cooperate"]
        + point["organisation.cost_partner"]
        + government.temptation
        - detection(point) * point["relation.penalty"]
        + shelter(point)
        + challenge(point)
        + point["government.control_preference"] / 2
        + point["relation.incident_risk"] * point["organisation.incident_loss"]
        - point["organisation.legitimacy_gain"]
    ) + 0 * organisation.loss


@pytest.fixture(scope="module")
def model(draw):
    return draw(COUNT, 11)


def test_lemma_1_synergy_is_never_negative(draw):
    plain = {"organisation.legitimacy_need": 0.0, "relation.information_sharing": 0.0}
    synergy = produce(draw(COUNT, 1, plain).points).synergy
    assert (synergy >= -1e-12).all()
    assert (synergy > 1e-6).mean() > 0.5
    linear = produce(draw(COUNT, 2, {**plain, "relation.substitution": 1.0}).points).synergy
    np.testing.assert_allclose(linear, 0, atol=1e-12)


def test_lemma_1_no_synergy_iff_the_mixes_agree(draw):
    plain = {"organisation.legitimacy_need": 0.0, "relation.information_sharing": 0.0}
    model = draw(COUNT, 3, plain)
    scale = np.random.default_rng(0).uniform(0.1, 3, COUNT)
    alike = model.change(
        {
            "organisation.technology": scale * col(model, "government.technology"),
            "organisation.mobilisation": scale * col(model, "government.mobilisation"),
        }
    )
    np.testing.assert_allclose(produce(alike.points).synergy, 0, atol=1e-11)
    ratio = np.log(
        col(model, "government.technology")
        / col(model, "government.mobilisation")
        * col(model, "organisation.mobilisation")
        / col(model, "organisation.technology")
    )
    share = col(model, "relation.technology_share")
    clear = (
        (np.abs(ratio) > 0.3)
        & (col(model, "relation.substitution") < 0.8)
        & (np.abs(share - 0.5) < 0.4)
    )
    output = produce(model.points)
    assert (output.synergy > 1e-7 * output.joint)[clear].all()


def test_lemma_1_with_fixed_proportions(draw):
    fixed = {
        "organisation.legitimacy_need": 0.0,
        "relation.information_sharing": 0.0,
        "relation.substitution": -np.inf,
    }
    model = draw(COUNT, 4, fixed)
    short_G = col(model, "government.technology") <= col(model, "government.mobilisation")
    short_O = col(model, "organisation.technology") <= col(model, "organisation.mobilisation")
    synergy = produce(model.points).synergy
    np.testing.assert_array_equal(synergy < 1e-12, short_G == short_O)


def test_pure_complements(draw):
    model = draw(
        COUNT,
        5,
        {
            "government.technology": 0.0,
            "organisation.mobilisation": 0.0,
            "relation.substitution": 0.0,
            "relation.technology_share": 0.5,
            "relation.productivity": 1.0,
            "relation.information_sharing": 0.0,
        },
    )
    expected = np.sqrt(
        col(model, "organisation.technology") * col(model, "government.mobilisation")
    )
    np.testing.assert_allclose(produce(model.points).synergy, expected)


def test_lemma_2_gains_of_joint_action(model):
    output, alpha = produce(model.points), col(model, "relation.alignment")
    kappa = (1 + alpha) / 2
    government, organisation = base_terms(model.points).sides()
    q_G, q_O = output.government, output.organisation
    for side, own, other, weight in (
        (government, q_G, q_O, col(model, "government.public_weight")),
        (organisation, q_O, q_G, col(model, "organisation.public_weight")),
    ):
        expected = weight * (kappa * output.synergy - (1 - kappa) * (own - other))
        np.testing.assert_allclose(side.gain, expected, atol=1e-12)
    equal = model.change({"organisation.public_weight": col(model, "government.public_weight")})
    total = sum(side.gain for side in base_terms(equal.points).sides())
    weight = col(model, "government.public_weight")
    np.testing.assert_allclose(total, 2 * weight * kappa * output.synergy, atol=1e-12)


@pytest.fixture(scope="module")
def equal_weights(draw):
    """Equal weights and nothing to divert, where propositions 1 and 1' are stated."""
    model = draw(COUNT, 12, {"organisation.diversion": 0.0})
    return model.change({"organisation.public_weight": col(model, "government.public_weight")})


def test_p1_two_prerequisites(equal_weights):
    model = equal_weights.change({"government.performance_competition": 0.0})
    point = model.points
    costs = own_costs(point)
    synergy, alpha = produce(point).synergy, point["relation.alignment"]
    weight = point["government.public_weight"]
    interval = prices(point)
    some_price = interval.highest >= interval.lowest
    clear = (np.abs((1 + alpha) * weight * synergy - costs) > 1e-9) & (costs > 0)
    holds = (1 + alpha) / 2 * synergy >= costs / (2 * weight)
    np.testing.assert_array_equal(some_price[clear], holds[clear])
    with np.errstate(divide="ignore"):
        by_alignment = alpha >= costs / (weight * synergy) - 1
        by_synergy = synergy >= costs / (weight * (1 + alpha))
    np.testing.assert_array_equal(by_alignment[clear], holds[clear])
    np.testing.assert_array_equal(by_synergy[clear], holds[clear])
    assert 0.1 < holds[clear].mean() < 0.9
    _check_feasible_prices(model)
    opposed = model.change({"relation.alignment": -1.0}).points
    assert not (prices(opposed).highest >= prices(opposed).lowest)[own_costs(opposed) > 1e-9].any()
    needed = measure(model, "alignment_needed")["alignment_needed"]
    np.testing.assert_array_equal((alpha >= needed)[clear], holds[clear])


def _check_feasible_prices(model):
    """Where a price is feasible CC is an equilibrium at it; elsewhere at no price of a grid."""
    interval = prices(model.points)
    inside = (np.maximum(interval.lowest, 0) + interval.highest) / 2
    at_price = model.change({"relation.payment": np.where(interval.feasible, inside, 0.0)})
    room = interval.highest - np.maximum(interval.lowest, 0) > 1e-9
    assert cooperation_is_equilibrium(at_price.points)[interval.feasible & room].all()
    for payment in np.linspace(0, 2, 41):
        tried = cooperation_is_equilibrium(model.change({"relation.payment": payment}).points)
        assert not tried[~interval.feasible].any()


def test_p1_prime_competition_taxes_synergy(equal_weights):
    point = equal_weights.points
    output, phi = produce(point), point["government.performance_competition"]
    kappa, weight = (1 + point["relation.alignment"]) / 2, point["government.public_weight"]
    expected = (
        (2 * weight * kappa - phi / 2) * output.synergy
        - phi * output.organisation
        - own_costs(point)
    )
    np.testing.assert_allclose(prices(point).surplus, expected, atol=1e-12)


def test_p2_prices_between_the_limits(model):
    interval, payment = prices(model.points), col(model, "relation.payment")
    government, organisation = base_terms(model.points).sides()
    inside = (payment >= interval.lowest) & (payment <= interval.highest)
    margin = np.minimum(np.abs(payment - interval.lowest), np.abs(payment - interval.highest))
    clear = margin > 1e-9
    np.testing.assert_array_equal(cooperation_is_equilibrium(model.points)[clear], inside[clear])
    gains = (government.reward > 0) & (organisation.reward > 0)
    point = model.points
    low = (
        point["organisation.cost_partner"]
        + point["relation.incident_risk"] * point["organisation.incident_loss"]
        - organisation.gain
        - point["organisation.legitimacy_gain"]
    )
    high = government.gain - point["government.cost_cooperate"] - exposure(point)
    np.testing.assert_array_equal(gains, (payment > low) & (payment < high))
    assert 0.03 < inside.mean() < 0.95


def test_payment_cancels_in_the_surplus(model):
    honest = model.change({"organisation.diversion": 0.0})
    dear = honest.change({"relation.payment": 3.0})
    np.testing.assert_allclose(
        prices(honest.points).surplus, prices(dear.points).surplus, atol=1e-12
    )


def test_bargained_price_gives_each_its_share(model):
    later = model.change({"relation.advance": 0.0})
    interval, shares = prices(later.points), dependence(later.points)
    bargained = later.change({"relation.payment": interval.agreed})
    government, organisation = base_terms(bargained.points).sides()
    inside = interval.feasible & (interval.agreed > 0)
    assert inside.sum() > 100
    surplus = interval.surplus
    np.testing.assert_allclose(
        government.incentive[inside], (shares.share[0] * surplus)[inside], atol=1e-12
    )
    np.testing.assert_allclose(
        organisation.incentive[inside], (shares.share[1] * surplus)[inside], atol=1e-12
    )
    unmoved = ~interval.feasible
    np.testing.assert_array_equal(interval.agreed[unmoved], col(model, "relation.payment")[unmoved])


def test_p3_interest_relations(model):
    government, organisation = base_terms(model.points).sides()
    found = measure(model, "interest_relation_government", "interest_relation_organisation")
    for side, name in ((government, "government"), (organisation, "organisation")):
        public, own = side.gain, side.incentive - side.gain
        signs = found[f"interest_relation_{name}"]
        cooperates = side.incentive >= 0
        assert cooperates[signs == "++"].all()
        assert not cooperates[signs == "--"].any()
        mixed = signs == "+-"
        np.testing.assert_array_equal(cooperates[mixed], (public >= np.abs(own))[mixed])
        mixed = signs == "-+"
        np.testing.assert_array_equal(cooperates[mixed], (own >= np.abs(public))[mixed])
        possible = {"+-", "--"} if name == "government" else {"++", "+-", "-+", "--"}
        assert set(signs) == possible


def test_p4_insensitive_fields_cooperate_more(model):
    point = model.points
    limit = measure(model, "challenge_limit")["challenge_limit"]
    organisation = base_terms(point).sides()[1]
    clear = np.abs(challenge(point) - limit) > 1e-9
    expected = (challenge(point) <= limit) & (organisation.incentive >= 0)
    np.testing.assert_array_equal(cooperation_is_equilibrium(point)[clear], expected[clear])
    output, game, weight = produce(point), choices_game(point), point["government.public_weight"]
    kappa = (1 + point["relation.alignment"]) / 2
    bound = (
        weight * (kappa * output.joint - output.captured)
        + point["government.cost_capture"]
        - point["government.cost_cooperate"]
        - competition(point)
        - point["government.control_preference"] / 2
    )
    beats = game.row[:, C, P] > game.row[:, K, Y]
    clear = np.abs(challenge(point) - bound) > 1e-9
    np.testing.assert_array_equal(beats[clear], (challenge(point) < bound)[clear])


def test_p5_alignment(model, equal_weights):
    point = model.points
    output, government = produce(point), base_terms(point).sides()[0]
    cost = government.gain - government.incentive
    weight, kappa = point["government.public_weight"], (1 + point["relation.alignment"]) / 2
    slope = output.synergy + output.government - output.organisation
    with np.errstate(divide="ignore"):
        needed = (cost / weight + output.government - output.organisation) / slope
    clear = (slope > 1e-3) & (np.abs(kappa - needed) > 1e-9)
    np.testing.assert_array_equal((government.incentive >= 0)[clear], (kappa >= needed)[clear])
    nearer = np.minimum(equal_weights.points["relation.alignment"] + 0.05, 1)
    aligned = equal_weights.change({"relation.alignment": nearer})
    rise = prices(aligned.points).surplus - prices(equal_weights.points).surplus
    synergy = produce(equal_weights.points).synergy
    assert (rise >= -1e-12)[synergy >= 0].all()
    change = (
        base_terms(aligned.points).sides()[0].incentive
        - base_terms(equal_weights.points).sides()[0].incentive
    )
    free_rides = (
        produce(equal_weights.points).joint < 2 * produce(equal_weights.points).organisation
    )
    moved = nearer - equal_weights.points["relation.alignment"] > 1e-6
    assert (change < 0)[free_rides & moved].all()
    assert (change >= 0)[~free_rides].all()
    assert free_rides.any()


def test_p6_both_abilities_limit_the_service(draw):
    model = draw(
        COUNT,
        13,
        {
            "government.technology": 0.0,
            "organisation.mobilisation": 0.0,
            "relation.substitution": 0.0,
            "relation.technology_share": 0.5,
            "relation.productivity": 1.0,
            "relation.information_sharing": 0.0,
            "government.performance_competition": 0.0,
            "organisation.diversion": 0.0,
            "government.public_weight": 1.3,
            "organisation.public_weight": 1.3,
        },
    )
    point = model.points
    costs, kappa = own_costs(point), (1 + point["relation.alignment"]) / 2
    needed = (costs / (2 * 1.3 * kappa)) ** 2 / point["government.mobilisation"]
    interval = prices(point)
    clear = (costs > 0) & (np.abs(point["organisation.technology"] - needed) > 1e-9)
    holds = interval.highest >= interval.lowest
    np.testing.assert_array_equal(holds[clear], (point["organisation.technology"] >= needed)[clear])
    assert 0.1 < holds[clear].mean() < 0.9


def test_p7_partition_of_the_plane(model):
    """The ten pairwise comparisons given the replies P, Y, Y, E."""
    point = model.points
    game, out = choices_game(point), produce(point)
    w, alpha = point["government.public_weight"], point["relation.alignment"]
    kappa, p = (1 + alpha) / 2, point["relation.payment"]
    k_C, k_K, k_R, k_S = (
        point[f"government.cost_{name}"]
        for name in ("cooperate", "capture", "restrict", "substitute")
    )
    phi, psi = point["government.performance_competition"], point["relation.permitted_scale"]
    credit, burden, Z = competition(point), shelter(point), challenge(point)
    om, small = point["government.control_preference"], phi * psi * out.organisation
    restricted = out.government + alpha * psi * out.organisation
    J1, Jd, JS = out.joint, out.captured, out.substituted
    conditions = {
        (C, K): (credit + Z + om / 2, w * (kappa * J1 - Jd) + k_K - k_C),
        (C, R): (
            credit - small + burden + Z + om / 2,
            w * (kappa * J1 - restricted) - p - k_C + k_R,
        ),
        (C, S): (credit + burden + Z + om / 2, w * (kappa * J1 - JS) - p - k_C + k_S),
        (K, R): (burden, w * (Jd - restricted) - p - k_K + k_R + small),
        (K, S): (burden, w * (Jd - JS) - p - k_K + k_S),
        (R, S): (small, w * (restricted - JS) - k_R + k_S),
    }
    reply = {C: P, K: Y, R: Y, S: E}
    for (first, second), (left, right) in conditions.items():
        better = game.row[:, first, reply[first]] > game.row[:, second, reply[second]]
        clear = np.abs(left - right) > 1e-9
        np.testing.assert_array_equal(better[clear], (left < right)[clear])
        assert 0.02 < better.mean() < 0.98


def test_p8_uneven_cooperation_is_fragile():
    rng = np.random.default_rng(14)
    many = relationship(
        {
            "government.technology": 0.0,
            "organisation.mobilisation": 0.0,
            "relation.organisations": rng.uniform(1, 40, COUNT),
            "relation.alignment": rng.uniform(0, 1, COUNT),
            "organisation.technology": rng.uniform(0.2, 2, COUNT),
            "relation.advance": 0.0,
            "organisation.cost_partner": 0.6,
            "organisation.legitimacy_gain": 0.0,
            "government.rebuff_loss": rng.uniform(0.01, 0.3, COUNT),
            "organisation.rebuff_loss": rng.uniform(0.01, 0.3, COUNT),
        }
    )
    interval = prices(many.points)
    bargained = many.change({"relation.payment": interval.agreed})
    point = bargained.points
    government, organisation = base_terms(point).sides()
    surplus, share = interval.surplus, 1 / (many.points["relation.organisations"] + 1)
    np.testing.assert_allclose(dependence(point).share[1], share)
    inside = interval.feasible & (interval.agreed > 1e-9) & (surplus > 0)
    expected = organisation.loss / (share * surplus + organisation.loss)
    np.testing.assert_allclose(threshold_belief(organisation)[inside], expected[inside])
    limit = measure(bargained, "dominance_count")["dominance_count"]
    dominant = (many.points["relation.organisations"] < limit)[inside]
    np.testing.assert_array_equal((risk_dominant(point) == 0)[inside], dominant)
    product = (1 - share) * share * surplus**2 > government.loss * organisation.loss
    np.testing.assert_array_equal(dominant, product[inside])
    assert 0.05 < dominant.mean() < 0.95
    crowd = bargained.change({"relation.organisations": 1e9, "relation.payment": 0.0}).points
    crowd = crowd.change({"relation.payment": np.maximum(prices(crowd).agreed, 0)})
    fair = prices(crowd).feasible & (prices(crowd).agreed > 1e-9)
    assert (threshold_belief(base_terms(crowd).sides()[1])[fair] > 0.999).all()


def test_p8_prime_capture_needs_dependence(model):
    point = model.points
    out, w, alpha = produce(point), point["organisation.public_weight"], point["relation.alignment"]
    ell, aut = point["organisation.legitimacy_gain"], point["organisation.autonomy_loss"]
    k_Y, p = point["organisation.cost_comply"], point["relation.payment"]
    refused = point["organisation.cost_partner"] + point["organisation.rebuff_loss"]
    stays = point["organisation.outside_option"] - (
        w * alpha * (out.captured - out.government) + p + ell - aut - k_Y
    )
    yields = (
        w * (out.organisation + alpha * out.government)
        - w * alpha * out.captured
        - p
        - ell
        + aut
        + k_Y
        - point["relation.sanction"]
    )
    tame = w * alpha * (out.joint - out.captured) - (refused - k_Y)
    complies = commit(point).replies[:, K] == Y
    expected = (stays <= 0) & (yields <= 0) & (tame < 0)
    clear = np.min(np.abs([stays, yields, tame]), axis=0) > 1e-9
    np.testing.assert_array_equal(complies[clear], expected[clear])
    assert 0.05 < complies.mean() < 0.95


def test_p29_restriction_holds_only_with_sanctions(model):
    point = model.points
    out, w, psi = (
        produce(point),
        point["organisation.public_weight"],
        point["relation.permitted_scale"],
    )
    ell, k_Y = point["organisation.legitimacy_gain"], point["organisation.cost_comply"]
    needed = w * (1 - psi) * out.organisation - psi * ell + k_Y
    leaves = w * psi * out.organisation + psi * ell - k_Y
    dear = point["organisation.cost_partner"] + point["organisation.rebuff_loss"] > k_Y
    complies = commit(point).replies[:, R] == Y
    expected = (point["relation.sanction"] >= needed) & (
        point["organisation.outside_option"] <= leaves
    )
    clear = dear & (np.abs(point["relation.sanction"] - needed) > 1e-9)
    clear &= np.abs(point["organisation.outside_option"] - leaves) > 1e-9
    np.testing.assert_array_equal(complies[clear], expected[clear])
    sanction = measure(model, "sanction_needed")["sanction_needed"]
    np.testing.assert_allclose(sanction, np.maximum(needed, 0), atol=1e-12)


def test_p13_nonprofit_and_for_profit(model):
    profit = model.change(
        {
            "organisation.public_weight": 0.0,
            "organisation.diversion": 1.0,
            "relation.advance": 1.0,
            "organisation.legitimacy_gain": 0.0,
        }
    ).points
    penalty = detection(profit) * profit["relation.penalty"]
    costs = (
        profit["organisation.cost_partner"]
        + profit["relation.incident_risk"] * profit["organisation.incident_loss"]
    )
    clear = np.abs(penalty - costs) > 1e-9
    cooperates = base_terms(profit).sides()[1].incentive >= 0
    np.testing.assert_array_equal(cooperates[clear], (penalty >= costs)[clear])
    honest = model.change({"organisation.diversion": 0.0}).points
    side = base_terms(honest).sides()[1]
    gains = (
        side.gain + honest["relation.payment"] + honest["organisation.legitimacy_gain"] + penalty
    )
    clear = np.abs(gains - costs) > 1e-9
    np.testing.assert_array_equal((side.incentive >= 0)[clear], (gains >= costs)[clear])
    assert 0.05 < cooperates.mean() < 0.95


def test_p14_the_temptation_to_capture(model):
    point = model.points
    game, out, w = choices_game(point), produce(point), point["government.public_weight"]
    kappa = (1 + point["relation.alignment"]) / 2
    no_capture = point["government.cost_capture"] - point["government.cost_cooperate"] >= (
        w * (1 - kappa) * out.joint
        + competition(point)
        + challenge(point)
        + point["government.control_preference"] / 2
    )
    rest = (game.row[:, C, P] >= game.row[:, R, P]) & (game.row[:, C, P] >= game.row[:, S, P])
    partner = game.column[:, C, P] >= game.column[:, C, :].max(axis=-1)
    np.testing.assert_array_equal(pure_mask(game)[:, C, P], no_capture & rest & partner)


def test_p16_reverse_substitution(model):
    limit = measure(model, "absorption_limit")["absorption_limit"]
    point = model.points
    inside = np.isfinite(limit) & (limit > 0)
    assert inside.mean() > 0.05
    held = choices_game(point).row[:, C, P]
    shares = np.where(inside, np.minimum(limit, 1), 0.5)
    reached = inside & (limit < 1)
    substituting = choices_game(model.change({"government.absorption": shares}).points).row[:, S, E]
    np.testing.assert_allclose(substituting[reached], held[reached], atol=1e-9)
    beyond = inside & (limit > 1)
    assert (substituting < held)[beyond].all()
    full = choices_game(model.change({"government.absorption": 1.0}).points).row[:, S, E]
    assert (full < held)[np.isposinf(limit)].all()
    none = choices_game(model.change({"government.absorption": 0.0}).points).row[:, S, E]
    assert (none >= held - 1e-12)[limit == 0].all()


def test_p17_internal_supervision_needs_external(model):
    point = model.points
    organisation = base_terms(point).sides()[1]
    needed = measure(model, "detection_needed")["detection_needed"]
    clear = np.abs(detection(point) - needed) > 1e-9
    np.testing.assert_array_equal(
        (organisation.incentive >= 0)[clear], (detection(point) >= needed)[clear]
    )
    blind = model.change({"relation.external_supervision": 0.0})
    strict = blind.change({"relation.internal_supervision": 1.0})
    np.testing.assert_array_equal(
        base_terms(blind.points).sides()[1].incentive,
        base_terms(strict.points).sides()[1].incentive,
    )


def test_p18_the_best_number_of_partners_is_finite():
    """The formulas pick the best number of a fine grid.

    Of n uniform surpluses a planner has the best, and a government keeps the second best.
    """
    rng = np.random.default_rng(31)
    S, k_1 = rng.uniform(0.05, 2, 300), rng.uniform(0.002, 0.05, 300)
    n = np.linspace(1, 60, 59_001)[:, None]
    cost = k_1 * (n - 1)
    for worth, formula in ((n, planner_count(S, k_1)), (n - 1, government_count(S, k_1))):
        best = n[(worth / (n + 1) * S - cost).argmax(axis=0), 0]
        assert (best < 60).all()
        np.testing.assert_allclose(formula, best, atol=1e-3)
    draws = np.sort(rng.random((200_000, 5)), axis=1)
    np.testing.assert_allclose(draws[:, -2:].mean(axis=0), [4 / 6, 5 / 6], atol=3e-3)
    surplus = measure(relationship({"relation.alignment": 0.9}), "surplus", "planner_count")
    expected = planner_count(surplus["surplus"], 0.02)
    assert surplus["planner_count"] == pytest.approx(float(expected))


def test_p21_four_macro_patterns():
    expected = {
        "strong-government-weak-society": "RY",
        "weak-government-strong-society": "RX",
        "strong-government-strong-society": "CP",
        "weak-government-weak-society": "RX",
    }
    found = {
        slug: measure(load(slug), "relationship_cell", "beneficiary_output") for slug in expected
    }
    assert {slug: one["relationship_cell"] for slug, one in found.items()} == expected
    lowest = min(found, key=lambda slug: float(found[slug]["beneficiary_output"]))
    assert lowest == "weak-government-weak-society"


def test_p19_control_hinders_allocation(model):
    point = model.points
    limit = measure(model, "control_limit")["control_limit"]
    game = choices_game(point)
    clear = np.abs(point["government.control_preference"] - limit) > 1e-9
    captures = game.row[:, K, Y] > game.row[:, C, P]
    np.testing.assert_array_equal(
        captures[clear], (point["government.control_preference"] > limit)[clear]
    )
    out = produce(point)
    assert (out.joint >= out.captured - 1e-12).all()


def test_p20_required_quality(draw):
    model = draw(
        COUNT, 15, {"government.performance_competition": 0.0, "organisation.diversion": 0.0}
    )
    alone = produce(model.points)
    higher = np.maximum(alone.government, alone.organisation)
    level = (higher + alone.joint) / 2
    valid = (alone.joint > level) & (higher < level)
    demanding = model.change({"relation.required_quality": level})
    point = demanding.points
    out, kappa = produce(point), (1 + point["relation.alignment"]) / 2
    assert (out.government[valid] == 0).all()
    assert (out.organisation[valid] == 0).all()
    np.testing.assert_array_equal(out.joint[valid], alone.joint[valid])
    weights = point["government.public_weight"] + point["organisation.public_weight"]
    interval, costs = prices(point), own_costs(point)
    clear = valid & (np.abs(kappa * out.joint * weights - costs) > 1e-9)
    holds = interval.highest >= interval.lowest
    np.testing.assert_array_equal(holds[clear], (kappa * out.joint * weights >= costs)[clear])
    assert valid.mean() > 0.3


def test_p23_opinion_and_supporters(model):
    point, step = model.points, 1e-6
    out, kappa = produce(point), (1 + point["relation.alignment"]) / 2
    heavier = model.change({"government.public_weight": point["government.public_weight"] + step})
    slope = (
        base_terms(heavier.points).sides()[0].incentive - base_terms(point).sides()[0].incentive
    ) / step
    expected = kappa * out.synergy - (1 - kappa) * (out.government - out.organisation)
    np.testing.assert_allclose(slope, expected, atol=1e-7)
    freer = model.change({"organisation.alternatives": 1.0})
    before, after = dependence(point), dependence(freer.points)
    assert (after.share[1] >= before.share[1]).all()


def test_p25_a_capable_organisation_is_feared(model):
    step = 1e-5
    sober = model.change({"relation.substitution": 0.0, "relation.technology_share": 0.4})
    point = sober.points
    able = sober.change({"organisation.technology": point["organisation.technology"] + step}).points
    phi, w = point["government.performance_competition"], point["government.public_weight"]
    kappa = (1 + point["relation.alignment"]) / 2
    rise_q = produce(able).organisation - produce(point).organisation
    rise_s = produce(able).synergy - produce(point).synergy
    change = base_terms(able).sides()[0].incentive - base_terms(point).sides()[0].incentive
    expected = (w * (1 - kappa) - phi) * rise_q + (w * kappa - phi / 2) * rise_s
    np.testing.assert_allclose(change, expected, atol=1e-14)


def test_p27_generous_payment(model):
    point, step = model.points, 0.01
    richer = model.change({"relation.payment": point["relation.payment"] + step}).points
    kept = 1 - point["organisation.diversion"] * point["relation.advance"]
    before, after = base_terms(point), base_terms(richer)
    np.testing.assert_allclose(after.incentive[0] - before.incentive[0], -step, atol=1e-12)
    np.testing.assert_allclose(after.incentive[1] - before.incentive[1], kept * step, atol=1e-12)


def test_leading_pays_at_least_the_best_pure_equilibrium(model):
    game, led = choices_game(model.points), commit(model.points)
    ties = (np.sort(game.column, axis=-1)[..., -1] - np.sort(game.column, axis=-1)[..., -2]) < 1e-12
    mask = pure_mask(game)
    best = np.where(mask, game.row, -np.inf).max(axis=(1, 2))
    generic = ~ties.any(axis=-1)
    assert (led.payoffs[:, 0] >= best)[generic].all()
    assert 0.05 < (~mask.any(axis=(1, 2))).mean() < 0.5


def test_constants_keep_simultaneous_equilibria(model):
    """A constant a column for the government, a row for the organisation, and positive scales."""
    game = choices_game(model.points)
    rng = np.random.default_rng(2)
    row = 3.0 * game.row + rng.integers(-4, 5, (COUNT, 1, 4))
    column = 0.5 * game.column + rng.integers(-4, 5, (COUNT, 4, 1))
    mask = pure_mask(game)

    def gap(payoffs, axis):
        ranked = np.sort(payoffs, axis=axis)
        return np.diff(ranked, axis=axis)

    clear = np.ones(COUNT, dtype=bool)
    for payoffs, axis in ((game.row, 1), (game.column, 2)):
        step = gap(payoffs, axis)
        clear &= ((step == 0) | (step > 1e-9)).all(axis=(1, 2))
    moved = pure_mask(row, column)
    same = (mask == moved).all(axis=(1, 2))
    assert same[clear].mean() > 0.99
    full, plain = base_game(model.points, normalised=False), base_game(model.points)
    assert (pure_mask(full) == pure_mask(plain)).all(axis=(1, 2)).mean() > 0.999


def test_relabelled_relationships_have_the_same_equilibria(draw):
    """Players swapped, actions renamed, payoffs scaled: the same equilibria, renamed."""
    game = choices_game(draw(200, 18).points)
    plain = solve(game)
    rows, columns = [2, 0, 3, 1], [1, 3, 0, 2]
    renamed = solve(game.row[:, rows][:, :, columns], game.column[:, rows][:, :, columns])
    swapped = solve(np.swapaxes(game.column, 1, 2), np.swapaxes(game.row, 1, 2))
    scaled = solve(4.0 * game.row, 0.25 * game.column)
    for k in range(200):
        expected = profiles(plain.of(k))
        assert profiles(renamed.of(k), np.argsort(rows), np.argsort(columns)) == expected
        assert {(y, x) for x, y in profiles(swapped.of(k))} == expected
        assert profiles(scaled.of(k)) == expected


def profiles(found, rows=(0, 1, 2, 3), columns=(0, 1, 2, 3)):
    return {
        (tuple(row[list(rows)].round(9) + 0.0), tuple(column[list(columns)].round(9) + 0.0))
        for row, column in zip(found.row, found.column, strict=True)
    }


def test_p26_initial_attitude_decides(draw):
    model = draw(COUNT, 16, {"relation.alignment": 0.9, "relation.incident_risk": 0.05})
    game = coordination(model.base.row, model.base.column)
    strict = game.holds
    assert strict.mean() > 0.1
    low, high = np.full(COUNT, 1e-4), np.full(COUNT, 1 - 1e-4)
    near = strict & (np.minimum(*game.saddle) > 0.01) & (np.maximum(*game.saddle) < 0.99)
    assert not (basin(game, low, low) == FIRST)[near].any()
    assert (basin(game, high, high) == FIRST)[near].all()


def test_p26_the_invariant_is_conserved(draw):
    base = draw(COUNT, 17, {"relation.alignment": 0.9}).base
    game = coordination(base.row, base.column)
    strict = game.holds
    x, y = np.random.default_rng(3).uniform(0.01, 0.99, (2, COUNT))
    (x_G, x_O), (c_G, c_O) = (game.gain_x, game.gain_y), (game.risk_x, game.risk_y)
    slope_x = x * (1 - x) * ((x_G + c_G) * y - c_G)
    slope_y = y * (1 - y) * ((x_O + c_O) * x - c_O)
    step = 1e-6
    ahead = conserved(game, x + step * slope_x, y + step * slope_y)
    behind = conserved(game, x - step * slope_x, y - step * slope_y)
    np.testing.assert_allclose((ahead - behind)[strict] / (2 * step), 0, atol=1e-7)
