"""Mechanisms at all intensities: ranks, flips, identity at zero, and what changes nothing."""

import numpy as np
import pytest

import strategic as st
from strategic.errors import SweepError
from strategic.families.relationship.reporting._mechanisms import MECHANISMS
from strategic.modelling import Event, Model, Timeline
from strategic.sweeps import along_intensities, outcomes_of

STORY = Timeline(
    "2000Q1",
    10,
    (
        Event("2000Q2", effects={"incident": True}),
        Event("2000Q4", effects={"government": 1.5, "organisation": 1.0}),
    ),
)
SEEDS = range(6)
ROUNDING = {"rtol": 1e-12, "atol": 1e-15, "equal_nan": True}


def random_model(draw, seed):
    drawn = draw(1, seed)
    values = {name: float(np.ravel(value)[0]) for name, value in drawn.values.items()}
    return Model(drawn.family, values, path=STORY)


def applicable(model):
    known = model.family.measures.values()
    return [m for m in known if not m.dated and (model.path is not None or not m.of_path)]


def moved(model, measures, intensities):
    """Which measures each mechanism changes at any of some intensities, by brute force."""
    found = {}
    for name in model.family.mechanisms:
        points = model.with_mechanism(name, intensities).points
        found[name] = set()
        for measure in measures:
            before = measure.numbers(measure.compute(model.points))
            after = measure.numbers(measure.compute(points))
            if not np.isclose(before, after, **ROUNDING)[points.valid].all():
                found[name].add(measure.name)
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_ranks_are_those_of_every_mechanism_computed_alone(draw, seed):
    model = random_model(draw, seed)
    entries = {entry["name"]: entry for entry in MECHANISMS.describe(model, 0)}
    assert set(entries) == set(model.family.mechanisms)
    for measure in ("joint_incentive", "cooperation_periods"):
        before = st.measure(model, measure)[measure]
        after = {
            name: st.measure(model.with_mechanism(name), measure)[measure] - before
            for name, entry in entries.items()
            if "refused" not in entry
        }
        for name, change in after.items():
            assert entries[name]["effects"][measure] == pytest.approx(change, abs=1e-12)
            above = sum(other > change + 1e-12 for other in after.values())
            ties = sum(abs(other - change) <= 1e-12 for other in after.values())
            assert above < entries[name]["ranks"][measure] <= above + ties
    incentives = st.measure(model, "incentive_government", "incentive_organisation")
    total = st.measure(model, "joint_incentive")["joint_incentive"]
    assert total == pytest.approx(sum(incentives.values()), abs=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_flips_are_exact_on_both_sides(draw, seed):
    model = random_model(draw, seed)
    outcomes = outcomes_of(model)
    found = along_intensities(model, [*model.family.mechanisms], (), outcomes)
    for flip in found.flips:
        sides = [
            st.measure(model.with_mechanism(flip.mechanism, at), flip.measure)[flip.measure]
            for at in (flip.at - 1e-6, flip.at + 1e-6)
        ]
        assert sides == [flip.before, flip.after], flip
    # Between neighbouring intensities that differ there is a flip, and they lead from end to end.
    for name in found.mechanisms:
        for outcome in outcomes:
            curve = [outcome.decode(value) for value in found.of(name, outcome.name)]
            path = found.flips_of(name, outcome.name)
            if found.allowed[found.mechanisms.index(name)].all():
                at = [flip.at for flip in path]
                assert at == sorted(at)
                ends = [curve[0], *(flip.after for flip in path)]
                assert ends[-1] == curve[-1]
                assert all(f.before == end for f, end in zip(path, ends, strict=False))


@pytest.mark.parametrize("seed", SEEDS[:3])
def test_without_intensity_every_mechanism_is_the_identity(draw, seed):
    model = random_model(draw, seed)
    measures = applicable(model)
    found = along_intensities(model, [*model.family.mechanisms], measures)
    for measure in measures:
        own = measure.numbers(measure.compute(model.points))
        start = measure.numbers(found.curves[measure.name][:, 0])
        assert np.isclose(start, own, **ROUNDING).all(), measure.name


@pytest.mark.parametrize("name", ["ai-mier", "capture", "substitution", "random"])
def test_nothing_changes_only_where_no_measure_does_at_any_intensity(draw, name):
    if name == "random":
        bounds = {
            "officials.supportive": 1.0,
            "organisation.diversion": 0.0,
            "relation.external_supervision": 0.0,
            "relation.penalty": 0.0,
        }
        model = random_model(draw, 2).change(bounds)
    else:
        model = st.load(name)
    entries = {entry["name"]: entry for entry in MECHANISMS.describe(model, 0)}
    dense = moved(model, applicable(model), np.linspace(0, 1, 201))
    for mechanism, entry in entries.items():
        assert bool(dense[mechanism]) != ("nothing" in entry), mechanism
        assert set(entry["curves"]) <= dense[mechanism]
    idle = [entry for entry in entries.values() if "nothing" in entry]
    assert idle
    for entry in idle:
        ways = entry["parameters"].items()
        stuck = [parameter for parameter, way in ways if np.isclose(*way, **ROUNDING)]
        assert stuck == list(entry["parameters"]) or "depends on" in entry["nothing"]
        for parameter in stuck:
            value = float(model.points[parameter])
            bounds = model.family.parameters[parameter]
            at_bound = value in (bounds.lower, bounds.upper)
            there = "is already at its bound" if at_bound else "stays at"
            assert f"{parameter} {there} {value:g}" in entry["nothing"]


def test_the_forum_leads_emil_to_capture_and_back():
    [document] = [
        entry
        for entry in st.report(st.load("ai-mier")).document["mechanisms"]
        if entry["name"] == "collaborative_forum"
    ]
    types = document["curves"]["relationship_type"]
    assert document["intensities"] == pytest.approx(np.linspace(0, 1, 21))
    assert types[6:11] == ["capture"] * 5  # from .3 to .5
    assert types[0] == types[-1] == "cooperation"
    turns = [flip for flip in document["flips"] if flip["measure"] == "relationship_type"]
    assert [flip["after"] for flip in turns] == ["capture", "cooperation"]


def test_a_report_says_where_risk_management_destroys_cooperation():
    model = st.load("ai-mier").change({"trust.hostile_follows": 0.0})
    told = st.report(model).text(width=3000)
    assert (
        "14 as the model is, falls with risk management (to 0 from an intensity of 0.675 on)"
        in told
    )
    assert "With risk management in full: An incident is on record in 2013Q1" in told
    assert "falls with risk management" not in st.report(st.load("ai-mier")).text(width=3000)


def test_the_surplus_is_a_false_guide_where_money_is_diverted():
    """Forbidding it raises x_O and leaves x_G alone; the surplus, in prices, falls."""
    model = st.load("ai-mier").with_mechanism("non_distribution")
    before, after = (
        st.measure(m, "joint_incentive", "surplus") for m in (st.load("ai-mier"), model)
    )
    assert after["joint_incentive"] > before["joint_incentive"]
    assert after["surplus"] < before["surplus"]


def test_flips_of_a_grid_are_refused():
    grid = st.load("ai-mier").change({"relation.alignment": [0.1, 0.2]})
    compared = st.compare(grid, ["delegation"], "synergy")
    assert compared.notes == []
    with pytest.raises(SweepError, match="must be a single number here"):
        compared.flips  # noqa: B018 - a property


def test_a_report_leads_with_what_relaxes_the_obstacle(draw):
    """First those that remove it, soonest first, then those that relax it most."""
    for model in (
        *map(st.load, ("ai-mier", "capture", "one-incident-robust")),
        random_model(draw, 4),
    ):
        document = st.report(model).document
        entries = {e["name"].replace("_", " "): e for e in document["mechanisms"]}
        block = MECHANISMS.layout(document["mechanisms"], model)
        ranked = [entries[row[0]] for row in block.tables[0].rows]
        places = [
            (np.inf if e["lifts"] is None else e["lifts"], -e["relaxes"]["by"]) for e in ranked
        ]
        assert places == sorted(places)
        slack = ranked[0]["relaxes"]["measure"]
        constraint = document["verdict"]["constraint"]
        assert (slack is None) == (not constraint["sides"])
        for entry in ranked:
            changed = model.with_mechanism(entry["name"])
            if slack and "refused" not in entry:
                before, after = (st.measure(m, slack)[slack] for m in (model, changed))
                gain = after - before if np.isfinite(after - before) else 0.0
                assert entry["relaxes"]["by"] == pytest.approx(gain, abs=1e-12)
            if entry["lifts"] is not None and constraint["kind"] != "none":
                lifted = model.with_mechanism(entry["name"], entry["lifts"] + 2e-6)
                assert st.verdict(lifted).constraint.kind == "none"
                assert entry["name"].replace("_", " ") in block.sentences[0]


def test_curves_of_a_government_of_departments_are_those_of_models_one_by_one():
    model = st.load("cautious-department")
    measure = model.family.measure("cooperation_periods")
    found = along_intensities(
        model, ["risk_management", "public_relations"], [measure], [], count=5
    )
    for name in found.mechanisms:
        alone = [
            st.measure(model.with_mechanism(name, float(e)), measure.name)[measure.name]
            for e in found.intensities
        ]
        assert found.of(name, measure.name).tolist() == alone, name
