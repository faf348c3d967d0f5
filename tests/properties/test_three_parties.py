"""Government, organisation and public: propositions over random parameters, and one verdict."""

import itertools
import re
from fractions import Fraction

import numpy as np
import pytest

import strategic as st
from strategic.families.relationship import relationship
from strategic.families.tripartite import TRIPARTITE, tripartite, verdict
from strategic.families.tripartite.reporting import moved, told
from strategic.modelling import Model

RANGES = {"relation.alignment": (-1, 1), "relation.substitution": (-3, 1)}


def drawn(count, seed, **fixed):
    """Draw random models all over the ranges; an underscore stands for the dot of a name."""
    rng = np.random.default_rng(seed)
    values = {}
    for name, parameter in TRIPARTITE.parameters.items():
        low, high = RANGES.get(name, (max(parameter.lower, 0), min(parameter.upper, 1)))
        values[name] = low + (high - low) * rng.random(count) * 0.999
    values["relation.incident_risk"] *= 0.3
    values["relation.required_quality"] = np.where(rng.random(count) < 0.3, 0.5, 0.0)
    given = {key.replace("_", ".", 1): value for key, value in fixed.items()}
    return tripartite({**values, **given})


def nearby(count, seed):
    """Draw random models within half of the defaults, where the public matters most."""
    rng = np.random.default_rng(seed)
    factors = {name: rng.uniform(0.5, 1.5, count) for name in TRIPARTITE.parameters}
    values = {
        name: np.clip(parameter.default * factors[name], parameter.lower, parameter.upper)
        for name, parameter in TRIPARTITE.parameters.items()
    }
    values["public.complaints"] = rng.uniform(0, 0.6, count)
    values["public.voice_cost"] = rng.uniform(0, 0.3, count)
    values["government.temptation"] = rng.uniform(0, 0.1, count)
    return tripartite(values)


def measured(model, name):
    return st.measure(model, name)[name]


def test_a_silent_public_leaves_the_relationship():
    model = drawn(3000, 1)
    shared = {name: value for name, value in model.values.items() if name in relationship().points}
    base = relationship(shared).base
    for three, two in zip(model.tripartite.payoffs[:2], base.payoffs, strict=True):
        np.testing.assert_allclose(three[..., 1], two, rtol=1e-12, atol=1e-12)
    silent = model.silent_public
    for mine, two in zip(silent.payoffs, base.payoffs, strict=True):
        np.testing.assert_array_equal(
            np.sign(mine[..., 0, :] - mine[..., 1, :]), np.sign(two[..., 0, :] - two[..., 1, :])
        )


def test_a_public_that_can_change_nothing_leaves_the_relationship():
    nothing = {"public_opinion": 0.0, "public_watching": 0.0, "public_complaints": 0.0}
    model = drawn(1000, 2, **nothing, public_blame=0.0)
    for quiet, loud in zip(model.silent_public.payoffs, model.active_public.payoffs, strict=True):
        np.testing.assert_array_equal(quiet, loud)
    assert set(measured(model, "public_role")) <= {"witnessing", "powerless"}


def test_separate_action_before_a_silent_public_is_always_an_equilibrium():
    """Where nobody listens, and losses and the cost of voice are positive, silence is best."""
    for payoffs in zip(*(p.reshape(-1, 8) for p in drawn(500, 3).tripartite.payoffs), strict=True):
        government, organisation, public = (p.reshape(2, 2, 2) for p in payoffs)
        assert government[1, 1, 1] >= government[0, 1, 1]
        assert organisation[1, 1, 1] >= organisation[1, 0, 1]
        assert public[1, 1, 1] > public[1, 1, 0]


@pytest.mark.parametrize(
    ("name", "measure", "sign"),
    [
        ("public.watching", "incentive_organisation_speaking", +1),
        ("public.complaints", "incentive_government_speaking", -1),
        ("public.complaints", "incentive_organisation_speaking", -1),
        ("public.complaints", "voice_gain", -1),
        ("public.redress", "voice_gain", +1),
        ("public.participation_benefit", "voice_gain", +1),
        ("public.voice_cost", "voice_gain", -1),
        ("public.blame", "incentive_government_speaking", +1),
        ("public.blame", "incentive_organisation_speaking", +1),
    ],
)
def test_one_parameter_moves_one_way(name, measure, sign):
    model = drawn(1000, 4)
    before = np.minimum(model.values[name], 0.9)
    low, high = (measured(model.change({name: v}), measure) for v in (before, before + 0.1))
    assert (sign * (high - low) >= -1e-12).all()
    assert (sign * (high - low) > 1e-9).any()


def test_opinion_moves_the_government_the_way_of_the_common_gain():
    """d x_G / d opinion = w_G (kappa q_J - q_G - alpha q_O): the gain from joint action."""
    model = drawn(1000, 5)
    opinion = model.values["public.opinion"]
    x = [measured(model.change({"public.opinion": o}), "incentive_government_speaking")
         for o in (opinion, opinion + 1)]  # fmt: skip
    gain = relationship({k: v for k, v in model.values.items() if k in relationship().points})
    from strategic.families.relationship import base_terms

    np.testing.assert_allclose(x[1] - x[0], base_terms(gain.points).gain[0], atol=1e-12)


@pytest.mark.parametrize("name", ["information_disclosure", "collaborative_forum"])
def test_forum_and_disclosure_make_voice_cheaper(name):
    model = drawn(500, 6)
    full = model.with_mechanism(name)
    np.testing.assert_allclose(
        full.points["public.voice_cost"], model.values["public.voice_cost"] / 2
    )
    assert (measured(full, "voice_gain") >= measured(model, "voice_gain") - 1e-12).all()


@pytest.mark.parametrize("name", list(TRIPARTITE.mechanisms))
def test_a_mechanism_starts_at_nothing_stays_in_range_and_is_paid_for(name):
    model = drawn(300, 7)
    untouched = model.with_mechanism(name, 0.0)
    for key in TRIPARTITE.parameters:
        np.testing.assert_array_equal(untouched.points[key], model.points[key])
    full = model.with_mechanism(name, 1.0)
    assert full.points.valid.all()
    if f"costs.{name}" in TRIPARTITE.parameters:
        paid = full.points["government.cost_cooperate"] - model.points["government.cost_cooperate"]
        np.testing.assert_allclose(paid, model.points[f"costs.{name}"], atol=1e-12)


def test_the_limit_of_the_cost_of_voice_is_where_the_public_is_indifferent():
    model = drawn(1000, 8)
    limit = measured(model, "voice_cost_limit")
    there = model.change({"public.voice_cost": np.maximum(limit, 0.0)})
    gain = measured(there, "voice_gain")
    np.testing.assert_allclose(np.where(limit >= 0, gain, 0.0), 0.0, atol=1e-12)


def test_a_tie_as_written_is_a_tie():
    """B = v and nothing else at stake: .1 + .2 against .3 must tie, and in a grid too."""
    values = {
        "public.incident_loss": 0.1,
        "public.redress": 0.0,
        "public.complaints": 0.0,
        "public.participation_benefit": [0.1, 0.3, 0.7],
        "public.voice_cost": [0.1, 0.3, 0.7],
    }
    assert measured(tripartite(values), "public_speaks").tolist() == ["tie"] * 3
    exact = Fraction("0.3") + Fraction("0.1") * (
        Fraction("0.05") - Fraction("0.5") * Fraction("0.069")
    )
    limit = tripartite({"public.participation_benefit": 0.3, "public.incident_loss": 0.1})
    assert abs(Fraction(float(measured(limit, "voice_cost_limit"))) - exact) < Fraction(1, 10**15)
    at_limit = limit.change({"public.voice_cost": 0.30155})
    assert measured(at_limit, "public_speaks") == "tie"


def nash(game):
    """Every pure equilibrium of a 2x2x2 game, by comparing payoffs one by one."""
    found = set()
    for profile in itertools.product((0, 1), repeat=3):
        values = []
        for player, payoffs in enumerate(game.payoffs):
            other = list(profile)
            other[player] = 1 - other[player]
            values.append(payoffs[profile] >= payoffs[tuple(other)])
        if all(values):
            found.add(profile)
    return found


def singles(grid):
    for number in range(*grid.points.shape):
        values = {name: float(value[number]) for name, value in grid.values.items()}
        yield Model(TRIPARTITE, values)


def test_the_verdict_is_what_brute_force_finds():
    for model in [*singles(drawn(200, 9)), *singles(nearby(200, 9))]:
        found, game = verdict(model), model.tripartite
        equilibria = nash(game)
        assert found.cooperation == bool(equilibria & {(0, 0, 0), (0, 0, 1)})
        for held, state in ((found.with_active_public, 0), (found.with_silent_public, 1)):
            government, organisation, _ = game.payoffs
            by_hand = (
                government[0, 0, state] >= government[1, 0, state]
                and organisation[0, 0, state] >= organisation[0, 1, state]
            )
            assert held == by_hand
        public = game.payoffs[2]
        assert (found.speaks == "yes") == (public[0, 0, 0] > public[0, 0, 1])
        assert found.cooperation == (found.margin >= 0)


CLAIMS = {
    r"The public makes cooperation possible": lambda v: v.cooperation and not v.with_silent_public,
    r"A public that spoke up would make": lambda v: not v.cooperation and v.with_active_public,
    r"The public makes cooperation impossible": lambda v: (
        not v.cooperation and v.with_silent_public
    ),
    r"because the public keeps silent": lambda v: v.cooperation and not v.with_active_public,
    r"cooperate in equilibrium whether or not": lambda v: (
        v.with_silent_public and v.with_active_public
    ),
    r"do not cooperate in any equilibrium": lambda v: (
        not v.with_silent_public and not v.with_active_public
    ),
    r"the public speaks up: speaking": lambda v: v.speaks == "yes" and v.voice_gain > 0,
    r"the public keeps silent: speaking": lambda v: v.speaks == "no" and v.voice_gain < 0,
    r"exactly what it is worth": lambda v: v.speaks == "tie" and v.voice_gain == 0,
    r"While the public keeps silent, .* by withholding": lambda v: not v.with_silent_public,
    r"While the public speaks up, .* by withholding": lambda v: not v.with_active_public,
}


def test_every_sentence_is_true():
    said = set()
    for model in [*singles(drawn(100, 10)), *singles(nearby(300, 10))]:
        found = verdict(model)
        for sentence in told(found):
            matching = [claim for claim in CLAIMS if re.search(claim, sentence)]
            assert len(matching) == 1, sentence
            assert CLAIMS[matching[0]](found), (sentence, found)
            said.add(matching[0])
    assert len(said) >= len(CLAIMS) - 1  # a tie of voice and silence has its own test


def test_what_moves_is_told_and_nothing_else():
    for model in singles(drawn(50, 11)):
        found, sentence = verdict(model), moved(verdict(model))
        for words, number in (
            ("weight of public value", found.public_weight),
            ("detecting a deviation", found.detection),
            ("probability of an incident", found.incident_risk),
        ):
            assert (words in sentence) == (number.speaking > number.silent)
    still = tripartite(dict.fromkeys(("public.opinion", "public.watching", "public.complaints"), 0))
    assert "none" in moved(verdict(still))
