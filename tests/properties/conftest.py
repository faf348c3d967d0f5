"""Random relationships by the thousand, for tests of propositions."""

import math

import numpy as np
import pytest

import strategic as st
from strategic.errors import ParameterError
from strategic.families.relationship import (
    RELATIONSHIP,
    Department,
    Departments,
    relationship,
)
from strategic.modelling import Event, Timeline

HIGHEST = {
    "government.public_weight": 2.0,
    "government.technology": 0.7,
    "government.mobilisation": 1.5,
    "government.information": 1.0,
    "government.cost_cooperate": 0.1,
    "government.cost_capture": 0.3,
    "government.cost_restrict": 0.1,
    "government.cost_substitute": 0.5,
    "government.rebuff_loss": 0.4,
    "government.temptation": 0.2,
    "government.performance_competition": 0.8,
    "government.shelter_responsibility": 0.3,
    "government.control_preference": 0.3,
    "government.incident_loss": 0.3,
    "government.contest_cost": 0.6,
    "government.absorption": 1.0,
    "organisation.public_weight": 2.0,
    "organisation.technology": 1.5,
    "organisation.mobilisation": 0.7,
    "organisation.rebuff_loss": 0.4,
    "organisation.incident_loss": 0.4,
    "organisation.cost_partner": 0.6,
    "organisation.cost_comply": 0.3,
    "organisation.legitimacy_gain": 0.2,
    "organisation.autonomy_loss": 0.5,
    "organisation.diversion": 1.0,
    "organisation.retained_technology": 1.0,
    "organisation.legitimacy_need": 0.5,
    "organisation.challenge_capacity": 1.0,
    "organisation.alternatives": 1.0,
    "relation.technology_share": 1.0,
    "relation.productivity": 2.0,
    "relation.information_sharing": 1.0,
    "relation.payment": 0.4,
    "relation.advance": 1.0,
    "relation.internal_supervision": 1.0,
    "relation.external_supervision": 1.0,
    "relation.penalty": 0.5,
    "relation.sanction": 1.0,
    "relation.permitted_scale": 1.0,
    "relation.sensitivity": 0.2,
    "relation.bargaining_equality": 1.0,
    "relation.incident_risk": 0.3,
}


@pytest.fixture(scope="session")
def draw():
    """Draw a grid of random relationships; values given by name are kept."""

    def drawn(count, seed, values=None):
        rng = np.random.default_rng(seed)
        random = {name: high * (1 - rng.random(count) * 0.999999) for name, high in HIGHEST.items()}
        random["relation.alignment"] = 1 - 2 * rng.random(count) ** 1.5
        random["relation.substitution"] = np.where(
            rng.random(count) < 0.2, 0.0, rng.uniform(-3, 1, count)
        )
        random["relation.organisations"] = rng.uniform(1, 12, count)
        # P1 to P29 are stated for the costs of a single organisation; test_sector.py adds the rest.
        random |= {"relation.diversity_cost": 0.0, "relation.contest_prize": 0.0}
        random["relation.discount"] = rng.uniform(0.05, 0.98, count)
        random["organisation.outside_option"] = rng.uniform(-0.5, 0.5, count)
        random["trust.government"] = rng.uniform(0.02, 0.98, count)
        random["trust.organisation"] = rng.uniform(0.02, 0.98, count)
        random["officials.supportive"] = rng.random(count)
        return relationship({**random, **(values or {})})

    return drawn


SET_ON_THE_WAY = {
    "trust.reporting": 0.4,
    "trust.reporting_outside": 0.2,
    "trust.foresight": 1.0,
    "relation.incident_risk": 0.4,
    "government.temptation": 0.5,
    "trust.incident_if_hostile": 0.9,
}
"""Parameters that events change, and the highest value they take."""


@pytest.fixture(scope="session")
def random_model():
    """Draw single relationships, most of them with a path of dated events."""
    return _random_model


def _random_model(rng, *, departments=False):
    """Draw a relationship: near the case for one half, anywhere in the ranges for the other."""
    while True:
        near = rng.random() < 0.5
        values = dict(st.load("ai-mier").values) if near else {}
        share = 0.08 if near else 0.6
        for name, parameter in RELATIONSHIP.parameters.items():
            if rng.random() < share:
                values[name] = _random_value(parameter, rng)
        path = _random_path(rng) if rng.random() < 0.6 else None
        several = _random_departments(rng) if departments else None
        names = {"slug": "drawn", "title": "A drawn relationship"}
        try:
            return relationship(values, path=path, departments=several, **names)
        except ParameterError:
            continue  # a rule between parameters


def _random_departments(rng):
    """Draw two or three departments that differ in belief and in what cooperation costs them."""
    members = tuple(
        Department(
            f"department {number}",
            {
                "trust.government": round(0.05 + 0.9 * rng.random(), 2),
                "government.cost_cooperate": round(0.3 * rng.random(), 2),
            },
            lead=number == 0,
        )
        for number in range(rng.integers(2, 4))
    )
    return Departments(members, str(rng.choice(["all", "majority", "lead"])))


def _random_value(parameter, rng):
    """Draw a value: a bound, a round number or any number of the range."""
    low = parameter.lower if math.isfinite(parameter.lower) else -1.0
    scale = abs(parameter.default) if parameter.default == parameter.default else 1.0
    high = parameter.upper if math.isfinite(parameter.upper) else max(1.0, 4 * scale)
    if parameter.integer:
        return float(rng.integers(low, high + 1))
    kind = rng.random()
    if kind < 0.1 and not parameter.open_lower:
        return low
    if kind < 0.2 and not parameter.open_upper:
        return high
    drawn = low + (high - low) * (1e-3 + 0.998 * rng.random())
    return max(round(drawn, 2), low + 0.01) if kind < 0.6 and high - low > 0.05 else drawn


def _random_path(rng):
    """Draw a horizon of up to 20 quarters with up to 5 dated events."""
    periods = int(rng.integers(1, 21))
    dates = Timeline("2010Q1", periods).dates
    return Timeline(
        "2010Q1",
        periods,
        tuple(_random_event(str(rng.choice(dates)), k, rng) for k in range(rng.integers(0, 6))),
    )


def _random_event(date, number, rng):
    """Draw an event that moves beliefs, is an incident, or changes a parameter."""
    kind, effects, set_ = rng.random(), {}, {}
    if kind < 0.6:
        effects = {
            side: round(float(rng.normal(0, 2)), 2)
            for side in ("government", "organisation")
            if rng.random() < 0.7
        }
    elif kind < 0.8:
        effects = {"incident": True}
    elif kind < 0.9:
        effects = {"official": str(rng.choice(["hostile", "supportive"]))}
    if kind > 0.8:
        name = str(rng.choice(list(SET_ON_THE_WAY)))
        set_ = {name: round(max(0.01, SET_ON_THE_WAY[name] * rng.random()), 3)}
    return Event(date, says="Something happens", name=f"event {number}", effects=effects, set=set_)
