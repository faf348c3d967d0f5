"""The smallest changes that flip an answer: exact on both sides, none nearer, ranked."""

import numpy as np
import pytest

import strategic as st
from strategic.families.relationship.measures import MEASURES
from strategic.families.relationship.measures._path import PATHS
from strategic.modelling import Event, Model, Timeline
from strategic.sweeps import Sides, nearest_flips

SECTIONS = ("government", "organisation", "relation", "trust")
WATCHED = ("relationship_type", "cooperation_is_equilibrium", "path_kind")
STORY = Timeline(
    "2000Q1",
    10,
    (
        Event("2000Q2", effects={"incident": True}),
        Event("2000Q4", effects={"government": 1.5, "organisation": 1.0}),
    ),
)


def random_model(draw, seed):
    drawn = draw(1, seed)
    values = {name: float(np.ravel(value)[0]) for name, value in drawn.values.items()}
    return Model(drawn.family, values, path=STORY)


@pytest.mark.parametrize("seed", range(8))
def test_flips_are_exact_on_both_sides_and_none_is_nearer(draw, seed):
    model = random_model(draw, seed)
    names = [n for n in model.family.parameters if n.partition(".")[0] in SECTIONS]
    watched = [Sides(model.family.measure(name)) for name in WATCHED]
    found = nearest_flips(model, watched, names, scan=33, tolerance=1e-10)
    own = st.measure(model, *WATCHED)
    checked = 0
    for k, name in enumerate(WATCHED):
        labels = MEASURES[name].labels
        assert labels[found.before[k]] == own[name]
        for n in np.flatnonzero(np.isfinite(found.relative[k])):
            lever, now, needed = found.levers[n], found.current[n], found.needed[k, n]
            away = needed - now
            # Just short of the crossing the answer is the model's own, and just beyond another.
            width = max(1e-9 * max(abs(away), 20 * abs(now), 1.0), 4 * np.spacing(abs(needed)))
            whole = model.family.parameters[lever].integer
            near = needed - np.sign(away) * (1 if whole else min(width, abs(away)))
            values = np.array([now, near, needed])
            sides = st.measure(model.change({lever: values}), name)[name]
            assert sides.tolist() == [own[name], own[name], labels[found.after[k, n]]], lever
            # No value looked at one by one between them flips it either.
            between = {round(v) if whole else v for v in np.linspace(now, near, 9).tolist()}
            looked = [st.measure(model.change({lever: float(v)}), name)[name] for v in between]
            assert set(looked) == {own[name]}, lever
            checked += 1
    assert checked > 2


def test_moving_levers_together_finds_what_moving_each_alone_finds(draw):
    model = random_model(draw, 3)
    names = ["relation.alignment", "government.cost_capture", "relation.payment", "trust.ignored"]
    watched = [Sides(model.family.measure(name)) for name in WATCHED]
    together = nearest_flips(model, watched, names, scan=65, tolerance=1e-10)
    for k, one in enumerate(watched):
        for n, name in enumerate(names):
            alone = nearest_flips(model, [one], [name], scan=65, tolerance=1e-10)
            np.testing.assert_allclose(alone.needed[0, 0], together.needed[k, n], atol=1e-12)
            assert alone.after[0, 0] == together.after[k, n]


def test_path_kinds_are_what_the_strip_shows(draw):
    model = draw(600, 12, {"trust.ignored": 0.4, "relation.incident_risk": 0.02})
    model = Model(model.family, model.values, path=STORY)
    played = st.replay(model)
    kinds = st.measure(model, "path_kind")["path_kind"]
    for index in range(600):
        strip = played.strip(index)
        together = [regime == "C" for regime in strip]
        if not any(together):
            expected = "never"
        elif all(together):
            expected = "throughout"
        elif not together[-1]:
            expected = "broken"
        else:
            expected = "recovered" if "C" in strip.rstrip("C") else "later"
        assert kinds[index] == expected
    assert len(set(kinds)) >= 4
    assert set(kinds) <= set(PATHS)


def test_the_report_ranks_the_smallest_changes_of_each_answer():
    model = st.load("ai-mier")
    section = st.report(model).document["flips"]
    assert [answer["measure"] for answer in section["answers"]] == list(WATCHED)
    for answer in section["answers"]:
        distances = [change["relative"] for change in answer["changes"]]
        assert distances == sorted(distances)
        assert 0 < len(distances) <= 5
        for change in answer["changes"]:
            changed = model.change({change["parameter"]: change["needed"]})
            name = answer["measure"]
            assert st.measure(changed, name)[name] == change["after"] != answer["now"]
    # Emil's type is nearest to capture, by the cost of complying: U_O(K,P) = U_O(K,Y) there.
    nearest = section["answers"][0]["changes"][0]
    own = model.choices.payoffs
    assert nearest["parameter"] == "organisation.cost_comply"
    assert nearest["needed"] == pytest.approx(own[1][1, 1] - own[1][1, 0], abs=1e-9)


def test_models_without_a_path_are_asked_less():
    section = st.report(st.load("cooperation")).document["flips"]
    assert [answer["measure"] for answer in section["answers"]] == list(WATCHED[:2])


def test_rounding_leads_beyond_no_bound():
    """A value and its distance to 1 may add up to more than 1."""
    values = np.random.default_rng(1).uniform(-30, 1, 20_000)
    beyond = values[values + (1 - values) > 1]
    model = st.load("ai-mier")
    kind = Sides(model.family.measure("relationship_type"))
    for start in beyond[:3]:
        tried = model.change({"relation.substitution": float(start)})
        nearest_flips(tried, [kind], ["relation.substitution"], scan=17, tolerance=1e-6)
    assert beyond.size
