"""Random relationships by the thousand, for tests of propositions."""

import numpy as np
import pytest

from strategic.families.relationship import relationship

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
