"""Foresight: one formula from the one-shot threshold to the trust that repetition needs."""

import numpy as np
import pytest

import strategic as st
from strategic.families.relationship import relationship
from strategic.families.relationship._base_game import base_terms, threshold_log_odds
from strategic.families.relationship._foresight import trust_terms
from strategic.families.relationship._repetition import outside_options
from strategic.families.relationship._trust import (
    COOPERATION,
    foresight_to_start,
    replay,
    starts_at,
    trust_thresholds,
)
from strategic.modelling import Event, Timeline, measure

COUNT = 4000
SIDES = ("government", "organisation")
WILLING = {"relation.alignment": 0.95, "relation.payment": 0.05, "relation.organisations": 2.0}


def drawn(draw, seed, **values):
    """Random relationships, one to twelve organisations, whose sides differ in patience."""
    rng = np.random.default_rng(seed)
    patience = {f"{side}.discount": rng.uniform(0.05, 0.98, COUNT) for side in SIDES}
    return draw(COUNT, seed, {**patience, **values})


def of_sides(model, name):
    found = measure(model, *(f"{name}_{side}" for side in SIDES))
    return np.stack([found[f"{name}_{side}"] for side in SIDES])


def together(reward, *, after, weight, risk, periods=4000):
    """Worth of cooperation until the first incident and of what follows, added up by period."""
    lasting = (1 - risk) ** np.arange(periods)
    return (weight ** np.arange(periods) * (lasting * reward + (1 - lasting) * after)).sum()


def test_no_foresight_is_the_one_shot_game_to_the_bit(draw):
    model = drawn(draw, 1)
    terms = model.points.once(base_terms)
    np.testing.assert_array_equal(trust_thresholds(model.points), threshold_log_odds(terms))
    np.testing.assert_array_equal(
        of_sides(model, "belief_needed"), of_sides(model, "trust_threshold")
    )


def test_full_foresight_is_the_trust_that_repetition_needs(draw):
    model = drawn(draw, 2, **{"trust.foresight": 1.0})
    ours, repeated = of_sides(model, "belief_needed"), of_sides(model, "trust_needed")
    np.testing.assert_allclose(ours, np.minimum(repeated, 1.0), rtol=1e-9, atol=1e-12)
    assert 0.02 < (repeated == np.inf).mean() < 0.9
    assert ((ours > 0) & (ours < 1)).mean() > 0.1


def test_the_threshold_is_where_the_sum_over_all_periods_turns(draw):
    model = drawn(draw, 3, **{"trust.foresight": np.random.default_rng(3).uniform(0, 1, COUNT)})
    points, needed = model.points, of_sides(model, "belief_needed")
    terms, rest = base_terms(points), outside_options(points)
    checked = 0
    for side, place in np.argwhere((needed > 1e-6) & (needed < 1 - 1e-6))[::5]:
        patience = points[f"{SIDES[side]}.discount"][place]
        weight, risk = points["trust.foresight"][place] * patience, points["relation.incident_risk"]
        after = rest[side, place]
        later = after * weight / (1 - weight)
        R, b, c = (of[side, place] for of in (terms.reward, terms.temptation, terms.loss))
        trusted = together(R, after=after, weight=weight, risk=risk[place]) - b - later
        for step in (-1e-7, 1e-7):
            belief = needed[side, place] + step
            gain = belief * trusted - (1 - belief) * c
            assert (gain > 0) == (step > 0)
        checked += 1
    assert checked > 100


def test_looking_further_ahead_asks_for_less_belief_where_cooperation_is_worth_something(draw):
    model, steps = drawn(draw, 4), np.linspace(0, 1, 21)
    needed = np.stack([threshold_log_odds(trust_terms(model.points, step)) for step in steps])
    rewarding = base_terms(model.points).reward > 0
    earlier, later = needed[:-1], needed[1:]
    assert (later <= earlier)[:, rewarding].all()
    assert (later >= earlier)[:, ~rewarding].all()
    assert (later < earlier)[:, rewarding].any()
    assert (later > earlier)[:, ~rewarding].any()


def test_foresight_to_start_is_the_root_that_bisection_finds(draw):
    model = drawn(draw, 5)
    closed, points = foresight_to_start(model.points), model.points
    low, high = np.zeros(closed.shape), np.ones(closed.shape)
    for _ in range(28):  # beyond, nearly all points tie and are compared as decimals
        middle = (low + high) / 2
        enough = starts_at(points, middle)
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    at_once, at_last = starts_at(points, 0.0), starts_at(points, 1.0)
    expected = np.where(at_once, 0.0, np.where(at_last, high, np.inf))
    np.testing.assert_allclose(closed, expected, rtol=0, atol=1e-8)
    shares = [(closed == 0).mean(), np.isinf(closed).mean(), ((closed > 0) & (closed < 1)).mean()]
    assert min(shares) > 0.02


@pytest.mark.parametrize(("side", "bit"), [(0, 2), (1, 1)])
def test_a_replay_switches_exactly_there(draw, side, bit):
    model = drawn(draw, 6, **WILLING)
    switch = of_sides(model, "foresight_to_start")[side]
    inside = (switch > 1e-6) & (switch < 1 - 1e-6)
    assert inside.sum() > 30
    for step, cooperates in ((-1e-9, False), (1e-9, True)):
        foresight = {"trust.foresight": np.where(inside, switch + step, 0.0)}
        once = relationship({**model.values, **foresight}, path=Timeline("2000Q1", 1))
        chosen = (replay(once).regimes[0] & bit) > 0
        assert (chosen[inside] == cooperates).all()


def test_emil_would_have_cooperated_from_the_start_had_it_looked_ahead():
    emil = st.load("ai-mier")
    assert measure(emil, "foresight_to_start_government")[
        "foresight_to_start_government"
    ] == pytest.approx(0.2516, abs=5e-5)
    far = measure(emil.change({"trust.foresight": 1.0}), "belief_needed_government")
    assert far["belief_needed_government"] == pytest.approx(0.0881, abs=5e-5)
    for foresight, first in ((0.25, "d"), (0.2517, "C")):
        assert replay(emil.change({"trust.foresight": foresight})).strip()[0] == first


def test_cooperation_that_pays_no_better_than_acting_alone_needs_more_trust_with_foresight():
    # Coerced: withholding is punished so hard that cooperation is kept up though it costs.
    coerced = relationship(
        {"organisation.cost_partner": 0.5, "relation.penalty": 2.0, "organisation.public_weight": 0}
    )
    reward = base_terms(coerced.points)
    assert reward.temptation[1] < reward.reward[1] < 0
    points = coerced.change({"trust.organisation": 0.8}).points
    assert [bool(starts_at(points, f)[1]) for f in (0.0, 1.0)] == [True, False]
    assert foresight_to_start(points)[1] == 0.0
    doubting = coerced.change({"trust.organisation": 0.2}).points
    assert foresight_to_start(doubting)[1] == np.inf


def test_the_tipping_point_is_the_pair_of_beliefs_needed(draw):
    model = drawn(draw, 7, **WILLING, **{"trust.foresight": 0.6})
    rng = np.random.default_rng(7)
    needed = of_sides(model, "belief_needed")
    inside = ((needed > 0.01) & (needed < 0.99)).all(axis=0)
    assert inside.sum() > 30
    # Above the tipping point in both beliefs lies cooperation, below it in both stalemate.
    for share, answer in ((rng.uniform(0.01, 1, (2, COUNT)), "yes"), (0.0, "no")):
        above = needed + (1 - needed) * share if answer == "yes" else needed * 0.9
        start = {f"trust.{side}": np.clip(above[k], 1e-6, 1 - 1e-6) for k, side in enumerate(SIDES)}
        name = "starts_in_cooperation_basin"
        found = measure(model.change(start), name)[name]
        assert (found[inside] == answer).all()


def test_basins_follow_foresight():
    start = {"trust.government": 0.12, "trust.organisation": 0.12}
    emil, name = st.load("ai-mier").change(start), "starts_in_cooperation_basin"
    answers = [measure(emil.change({"trust.foresight": f}), name)[name] for f in (0.0, 1.0)]
    assert answers == ["no", "yes"]


def test_simulations_start_where_beliefs_suffice():
    emil = st.load("ai-mier")
    shares = [
        st.simulate(emil.change({"trust.foresight": f}), paths=50, seed=1).regimes[0, COOPERATION]
        for f in (0.25, 0.2517)
    ]
    assert shares == [0.0, 1.0]


def test_sides_may_learn_to_look_ahead():
    farther = Event("2001Q1", set={"trust.foresight": 1.0})
    emil = st.load("ai-mier")
    model = relationship(emil.values, path=Timeline("2000Q1", 6, (farther,)))
    assert replay(model).strip() == "ddddCC"
