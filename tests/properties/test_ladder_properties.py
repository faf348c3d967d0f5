"""What must hold for every trust ladder and every match of memory-one strategies."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from strategic.repeated import (
    ladder_values,
    memory_payoffs,
    outcome_law,
    solve_ladder,
    trust_ladder,
)
from strategic.status import Status

CHANCE = st.floats(0.0, 1.0)
NO_RARER = st.one_of(st.just(0.0), st.floats(1e-8, 1.0))
"""Chances that one less them keeps to some digits."""
PAYOFF = st.floats(0.0, 10.0)
SIDES = st.tuples(PAYOFF, PAYOFF)
LADDERS = st.fixed_dictionaries(
    {
        "dependence": SIDES,
        "temptation": SIDES,
        "loss": SIDES,
        "discount": st.tuples(st.floats(0.0, 0.999), st.floats(0.0, 0.999)),
        "incident_risk": CHANCE,
        "up": CHANCE,
        "down": CHANCE,
        "floor": CHANCE,
        "shock": CHANCE,
        "rungs": st.integers(1, 11),
        "erosion": st.integers(0, 11),
        "crash": st.integers(0, 11),
        "shock_rungs": st.integers(0, 11),
    }
)
RULES = st.lists(NO_RARER, min_size=4, max_size=4)


@given(LADDERS)
def test_defection_everywhere_is_always_an_equilibrium_and_reversion_only_adds(values):
    answer = solve_ladder(trust_ladder(**values))
    assert answer.status != Status.INVALID
    assert answer.equilibria[..., -1]
    assert answer.reversion[..., -1]
    assert 0 <= answer.best <= values["rungs"]
    assert 0 <= answer.reversion_best <= values["rungs"]


@given(LADDERS)
def test_swapping_the_sides_swaps_the_values(values):
    sides = ("dependence", "temptation", "loss", "discount")
    plain = solve_ladder(trust_ladder(**values))
    swapped = solve_ladder(
        trust_ladder(**{**values, **{name: values[name][::-1] for name in sides}})
    )
    assert (plain.equilibria == swapped.equilibria).all()
    assert (plain.reversion == swapped.reversion).all()
    np.testing.assert_array_equal(plain.value, swapped.value[::-1])


@given(LADDERS, st.floats(1.0, 3.0))
def test_more_temptation_never_adds_an_equilibrium(values, factor):
    weak = solve_ladder(trust_ladder(**values))
    more = tuple(factor * gain for gain in values["temptation"])
    strong = solve_ladder(trust_ladder(**{**values, "temptation": more}))
    assert not (strong.equilibria & ~weak.equilibria).any()
    assert not (strong.reversion & ~weak.reversion).any()


@given(LADDERS)
def test_values_fall_in_the_cutoff(values):
    ladder = trust_ladder(**values)
    tower = np.stack([ladder_values(ladder, cutoff) for cutoff in range(values["rungs"] + 1)])
    assert (np.diff(tower, axis=0) <= 1e-12).all()
    assert (tower[-1] == 0).all()


@given(RULES, RULES, NO_RARER, NO_RARER, st.tuples(NO_RARER, NO_RARER))
@settings(max_examples=150)
def test_laws_are_laws_and_names_of_actions_do_not_matter(p, q, noise, discount, opening):
    how = {"noise": noise, "discount": discount}
    law = outcome_law(p, q, opening=opening, **how)
    assert (law >= 0).all()
    assert abs(law.sum() - 1) < 1e-12
    renamed = outcome_law(
        [1 - chance for chance in p[::-1]],
        [1 - chance for chance in q[::-1]],
        opening=[1 - chance for chance in opening],
        **how,
    )
    np.testing.assert_allclose(renamed[::-1], law, atol=1e-6)


@given(RULES, RULES, st.floats(0.01, 0.5), st.sampled_from([1e-9, 1.0, 1e9]))
def test_payoffs_follow_scale_and_shift(p, q, noise, scale):
    plain = memory_payoffs(p, q, [3, 0, 5, 1], noise=noise)
    scaled = memory_payoffs(p, q, np.array([3, 0, 5, 1]) * scale + 2 * scale, noise=noise)
    np.testing.assert_allclose(scaled, (plain + 2) * scale, rtol=1e-12)
