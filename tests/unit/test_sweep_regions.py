"""Regions of a measure over two parameters: borders as exact as the closed forms."""

import numpy as np
import pytest

import strategic as st
from strategic.errors import SweepError
from strategic.modelling import Family, Measure, Model, Parameter
from strategic.reports.figures import phase_diagram
from strategic.sweeps import regions

PHI, LAM = "government.performance_competition", "government.shelter_responsibility"
PLANE = {PHI: (0.0, 1.0), LAM: (0.0, 1.0)}
REPLIES = [f"reply_to_{action}" for action in ("cooperate", "capture", "restrict", "substitute")]


def area(polygon):
    x, y = polygon.T
    return (x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2


def planes(model):
    """Return what each type earns the government over (1, phi, lam), by P7's inequalities."""
    p, m = model.points, st.measure(model, *(
        "output_government", "output_organisation", "output_joint", "output_captured",
        "output_substituted", "synergy",
    ))  # fmt: skip
    w, alpha = p["government.public_weight"], p["relation.alignment"]
    q_O, credit = m["output_organisation"], m["output_organisation"] + m["synergy"] / 2
    M_G, M_O = p["government.mobilisation"], p["organisation.mobilisation"]
    sheltered = M_G / (M_G + M_O)
    incidents = p["relation.incident_risk"] * p["government.incident_loss"]
    small, pay = p["relation.permitted_scale"], p["relation.payment"]
    challenge = p["relation.sensitivity"] * p["organisation.challenge_capacity"]
    control = p["government.control_preference"] / 2
    cost = {verb: p[f"government.cost_{verb}"] for verb in
            ("cooperate", "capture", "restrict", "substitute")}  # fmt: skip
    joint = w * (1 + alpha) / 2 * m["output_joint"]
    return {
        "cooperation": [joint - pay - cost["cooperate"] - incidents - challenge - control,
                        -credit, -sheltered],
        "capture": [w * m["output_captured"] - pay - cost["capture"] - incidents, 0, -sheltered],
        "restriction": [w * (m["output_government"] + alpha * small * q_O) - cost["restrict"],
                        -small * q_O, 0],
        "substitution": [w * m["output_substituted"] - cost["substitute"], 0, 0],
    }  # fmt: skip


def random_models(count, rng):
    """Draw models in which the organisation answers P, Y, Y, E, as P7 has it."""
    found = []
    while len(found) < count:
        values = {
            "relation.alignment": rng.uniform(0.3, 1), "relation.payment": rng.uniform(0, 0.2),
            "organisation.technology": rng.uniform(0.5, 1.5),
            "organisation.mobilisation": rng.uniform(0.05, 0.5),
            "government.technology": rng.uniform(0.05, 0.4),
            "government.cost_capture": rng.uniform(0, 0.3),
            "government.cost_restrict": rng.uniform(0, 0.1),
            "government.cost_substitute": rng.uniform(0, 0.4),
            "government.control_preference": rng.uniform(0, 0.1),
            "relation.incident_risk": rng.uniform(0, 0.1),
            "relation.permitted_scale": rng.uniform(0.2, 0.7),
        }  # fmt: skip
        model = st.relationship(values)
        if "".join(st.measure(model, *REPLIES).values()) == "PYYE":
            found.append(model)
    return found


@pytest.mark.parametrize("model", random_models(8, np.random.default_rng(7)))
def test_borders_lie_where_the_closed_forms_have_them(model):
    found = regions(model, PLANE, "relationship_type", cells=25)
    labels = model.family.measures["relationship_type"].labels
    earned = np.array(list(planes(model).values()))
    kinds = [labels.index(name) for name in planes(model)]
    for label, pieces in found.pieces.items():
        for piece in pieces:
            assert area(piece) >= 0  # anticlockwise: no piece crosses itself
            best = earned @ np.array([1, *piece.mean(axis=0)])
            if area(piece) > 1e-5:
                assert kinds[int(best.argmax())] == label
        traced = sum(area(loop) for loop in found.outlines(label))
        assert traced == pytest.approx(sum(map(area, pieces)), abs=1e-9)
        assert sum(map(len, found.outlines(label))) < 60  # straight borders: few corners
    total = sum(area(piece) for pieces in found.pieces.values() for piece in pieces)
    assert total == pytest.approx(1, abs=1e-9)
    lengths = np.linalg.norm(found.borders[:, 1] - found.borders[:, 0], axis=1)
    for place in found.borders[lengths > 1e-3].reshape(-1, 2):
        first, second = np.sort(earned @ np.array([1, *place]))[::-1][:2]
        assert first - second < 1e-9  # the two best commitments tie
    for place in found.borders[lengths <= 1e-3].reshape(-1, 2):  # where three of them meet
        first, second = np.sort(earned @ np.array([1, *place]))[::-1][:2]
        assert first - second < 2e-3 / 25


def test_borders_of_the_defaults_are_those_of_the_theory():
    found = regions(st.relationship(), PLANE, "relationship_type")
    x, y = found.borders.reshape(-1, 2).T
    assert np.abs(x[y == 0] - 0.1003).max() < 5e-5  # cooperation ends, capture begins
    assert np.abs(y[x == 0] - 0.2705).max() < 5e-5  # cooperation ends, restriction begins
    assert np.abs(x[y == 1] - 0.5447).max() < 5e-5  # restriction ends, substitution begins
    assert np.abs(y[x == 1] - 0.3152).max() < 5e-5  # capture ends, substitution begins


def test_bent_borders_are_followed_and_round_regions_close():
    plane = {name: Parameter(name, 0.0, name, lower=-1, upper=1) for name in ("x", "y")}
    disc = Measure(
        "disc", lambda p: (p["x"] ** 2 + p["y"] ** 2 < 0.5).astype(int), "In it.",
        kind="label", labels=("out", "in"),
    )  # fmt: skip
    model = Model(Family("plane", "Plane", plane, {}, {"disc": disc}), {})
    found = regions(model, {"x": (-1, 1), "y": (-1, 1)}, "disc", cells=40)
    radii = np.linalg.norm(found.borders.reshape(-1, 2), axis=1)
    np.testing.assert_allclose(radii, np.sqrt(0.5), atol=1e-9)
    [outside, hole] = sorted(found.outlines(0), key=area, reverse=True)
    assert area(outside) == pytest.approx(4)
    [disc_] = found.outlines(1)
    assert area(hole) == pytest.approx(-area(disc_))
    assert area(disc_) == pytest.approx(sum(map(area, found.pieces[1])))
    assert sum(map(area, found.pieces[1])) == pytest.approx(np.pi / 2, rel=2e-3)


def test_a_side_that_two_cells_share_is_searched_once():
    asked = []

    def disc(points):
        asked.append(np.column_stack(np.broadcast_arrays(points["x"], points["y"])))
        return (points["x"] ** 2 + points["y"] ** 2 < 0.5).astype(int)

    plane = {name: Parameter(name, 0.0, name, lower=-1, upper=1) for name in ("x", "y")}
    measure = Measure("disc", disc, "In it.", kind="label", labels=("out", "in"))
    model = Model(Family("plane", "Plane", plane, {}, {"disc": measure}), {})
    regions(model, {"x": (-1, 1), "y": (-1, 1)}, "disc", cells=20)
    _grid, _corners, *searches = asked
    for places in searches:
        assert len(np.unique(places, axis=0)) == len(places)


def test_the_map_is_filled_to_its_borders_and_marks_no_cells():
    found = regions(st.load("ai-mier"), PLANE, "relationship_type", cells=12)
    ax = phase_diagram(found.dataset, boundaries=found)
    drawn = {patch.get_gid(): patch.get_path() for patch in ax.patches if patch.get_gid()}
    assert set(drawn) == {"borders", *(f"region-{label}" for label in found.pieces)}
    np.testing.assert_array_equal(drawn["borders"].vertices.reshape(-1, 2, 2), found.borders)
    assert not ax.collections  # no cells


def test_regions_are_of_labels_over_two_parameters():
    model = st.load("ai-mier")
    with pytest.raises(SweepError, match="two parameters"):
        regions(model, {PHI: (0, 1)}, "relationship_type")
    with pytest.raises(SweepError, match="a label or a whole number"):
        regions(model, PLANE, "surplus")


def test_the_table_of_regions_draws_what_their_dataset_draws():
    found = regions(st.load("restriction"), PLANE, "relationship_type", cells=12)
    ways = (found.dataset, found.table)
    one, other = (phase_diagram(way, boundaries=found) for way in ways)
    assert one.get_title(loc="left") == other.get_title(loc="left") != ""
    assert one.get_xlabel() == other.get_xlabel()
    assert one.get_ylabel() == other.get_ylabel()
    assert [t.get_text() for t in one.texts] == [t.get_text() for t in other.texts] != []
    assert len(one.patches) == len(other.patches) > 2
    swept = st.sweep(st.load("restriction"), dict.fromkeys(PLANE, "0:1:13"), "relationship_type")
    np.testing.assert_array_equal(swept["relationship_type"], found.dataset["relationship_type"])
