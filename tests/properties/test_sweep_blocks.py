"""Every measure gives the same bytes whatever block a point is computed in."""

import numpy as np
import pytest

import strategic as st

POINTS = 40
RANGES = {
    "relation.alignment": (-1, 1), "organisation.technology": (0.1, 2),
    "relation.payment": (0, 0.3),
    "government.temptation": (0, 0.5), "relation.incident_risk": (0, 0.3),
    "government.performance_competition": (0, 1), "relation.organisations": (1, 9),
    "relation.substitution": (-2, 1), "trust.government": (0.1, 0.9),
}  # fmt: skip


@pytest.mark.parametrize("block", [1, 7])
def test_no_measure_of_a_relationship_depends_on_the_block(block):
    rng = np.random.default_rng(5)
    points = {name: rng.uniform(*ends, POINTS) for name, ends in RANGES.items()}
    model = st.load("ai-mier")
    names = [name + "@2014Q3" * m.dated for name, m in model.family.measures.items()]
    whole = st.sweep(model, points=points, measures=names, workers=1)
    cut = st.sweep(model, points=points, measures=names, block=block, workers=1)
    different = [
        name for name in names if whole[name].values.tobytes() != cut[name].values.tobytes()
    ]
    assert different == []
