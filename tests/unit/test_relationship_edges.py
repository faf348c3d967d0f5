"""Parameters at the ends of their ranges, and numbers beyond doubles: undefined at worst."""

import numpy as np
import pytest

import strategic as st
import strategic.families.relationship as relationship_package
from strategic.errors import ParameterError
from strategic.families.relationship import RELATIONSHIP, relationship
from strategic.modelling import Event, Model, Timeline

PATH = Timeline(
    "2000Q1",
    5,
    (
        Event("2000Q2", effects={"incident": True}),
        Event("2000Q4", effects={"government": 2.0}, set={"trust.reporting": 0.1}),
    ),
)


def ends(parameter, rng, count):
    """Draw among the ends of a parameter's range, its default and, where it has one, "unset"."""
    if parameter.optional:
        some = 0.5 if parameter.name.endswith("discount") else 2.0
        return np.where(rng.random(count) < 0.5, np.nan, some)
    low = parameter.lower if np.isfinite(parameter.lower) else -1.0
    high = parameter.upper if np.isfinite(parameter.upper) else 3.0
    low = np.nextafter(low, high) if parameter.open_lower else low
    high = np.nextafter(high, low) if parameter.open_upper else high
    more = [-np.inf, 0.0, 1e-300] if parameter.infinite else []
    return rng.choice([low, high, parameter.default, parameter.default, *more], count)


@pytest.fixture(scope="module")
def corners():
    rng = np.random.default_rng(1)
    values = {
        name: ends(parameter, rng, 600) for name, parameter in RELATIONSHIP.parameters.items()
    }
    values["relation.contest_exponent"] = rng.choice([0.5, 1.0], 600)
    return values


@pytest.fixture(scope="module")
def at_the_ends(corners):
    return RELATIONSHIP.points(corners, path=PATH)


@pytest.mark.parametrize("name", RELATIONSHIP.measures)
def test_measures_at_the_ends_of_the_ranges(at_the_ends, name):
    measure = RELATIONSHIP.measures[name]
    values = measure.compute(at_the_ends)
    assert values.shape == (600,)
    if measure.kind == "label":
        assert values.min() >= -1
        assert values.max() < len(measure.labels)
    defined = values != -1 if measure.kind == "label" else ~np.isnan(values.astype(float))
    assert defined.any()


def test_mechanisms_at_the_ends_of_the_ranges(corners):
    for name in RELATIONSHIP.mechanisms:
        changed = Model(RELATIONSHIP, corners, ((name, 1.0),)).points
        RELATIONSHIP.check({key: changed[key] for key in RELATIONSHIP.parameters})


@pytest.mark.parametrize("name", RELATIONSHIP.measures)
def test_numbers_beyond_doubles_harm_no_neighbour(name):
    huge = {"relation.productivity": [1.0, 1e308], "organisation.mobilisation": [0.2, 1e308]}
    usual = {"relation.productivity": 1.0, "organisation.mobilisation": 0.2}
    measure = RELATIONSHIP.measures[name]
    both = measure.compute(relationship(huge, path=PATH).points)
    alone = measure.compute(relationship(usual, path=PATH).points)
    np.testing.assert_array_equal(both[0], alone)


@pytest.mark.parametrize("name", relationship_package.__all__)
def test_public_names_have_an_example(name):
    public = getattr(relationship_package, name)
    if name != "RELATIONSHIP":
        assert ">>> " in public.__doc__


def test_what_overflows_is_undefined():
    point = relationship(
        {"relation.productivity": 1e308, "organisation.mobilisation": 1e308}
    ).points
    for name in ("relationship_type", "equilibrium_count", "situation_government"):
        assert RELATIONSHIP.measures[name].compute(point) == -1
    assert np.isnan(RELATIONSHIP.measures["surplus"].compute(point))


def test_shapes_that_do_not_fit_are_named():
    with pytest.raises(ParameterError, match=r"payment: must broadcast against relation.a"):
        relationship({"relation.alignment": [0.1, 0.5], "relation.payment": [0.0, 0.1, 0.2]})


def test_a_grid_is_not_reported():
    with pytest.raises(ParameterError, match=r"single model \(got 'a grid of shape \(2,\)'\)"):
        st.report(relationship({"relation.alignment": [0.1, 0.5]}))


def test_a_replay_shows_itself_on_one_line():
    played = st.replay(st.load("ai-mier"))
    assert repr(played) == "<TrustPath 2010Q1 to 2017Q4: dddddddddddddd...dCCCCCCCCCCCCCC>"


def test_results_show_themselves_on_one_line():
    case = st.load("ai-mier")
    assert repr(st.simulate(case, paths=50)).startswith("<Simulation of 50 paths over 32 periods, ")
    compared = repr(st.compare(case, ["legitimacy"], "surplus", "synergy"))
    assert compared.endswith(": 1 of 2 measures change>")
