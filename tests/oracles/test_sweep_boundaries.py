"""Boundaries found by search against thresholds known in closed form."""

import numpy as np
import pytest

import strategic as st
from strategic.errors import StrategicError
from strategic.modelling import Family, Measure, Model, Parameter
from strategic.repeated import enforce, repeated_game
from strategic.status import Status
from strategic.sweeps import meanings, texts

EXACT = {"atol": 2e-10, "rtol": 0}
PHI, LAM = "government.performance_competition", "government.shelter_responsibility"
DEFAULTS = st.relationship()
TYPE = "relationship_type"


def terms(model):
    """What the linear partition of the (phi, lam) plane is made of, from the model itself."""
    p = {name: float(value) for name, value in model.points.items()}
    names = "output_government output_organisation output_joint output_captured output_substituted"
    q_G, q_O, J1, Jd, JS = st.measure(model, *names.split()).values()
    alpha, w = p["relation.alignment"], p["government.public_weight"]
    return {
        "w": w, "kap": (1 + alpha) / 2, "al": alpha, "q_O": q_O, "J1": J1, "Jd": Jd, "JS": JS,
        "q_G": q_G, "psi": p["relation.permitted_scale"], "credit": q_O + (J1 - q_G - q_O) / 2,
        "share": p["government.mobilisation"]
        / (p["government.mobilisation"] + p["organisation.mobilisation"]),
        "challenge": p["relation.sensitivity"] * p["organisation.challenge_capacity"]
        + p["government.control_preference"] / 2,
        "HG": p["relation.incident_risk"] * p["government.incident_loss"],
        "p": p["relation.payment"], "kC": p["government.cost_cooperate"],
        "kK": p["government.cost_capture"], "kR": p["government.cost_restrict"],
        "kS": p["government.cost_substitute"],
    }  # fmt: skip


def line_capture(t):
    room = t["w"] * (t["kap"] * t["J1"] - t["Jd"]) + t["kK"] - t["kC"] - t["challenge"]
    return room / t["credit"]


def line_restriction(t, phi):
    alone = t["q_G"] + t["al"] * t["psi"] * t["q_O"]
    room = t["w"] * (t["kap"] * t["J1"] - alone) - t["p"] - t["kC"] + t["kR"]
    left = phi * t["credit"] - t["psi"] * phi * t["q_O"] + t["challenge"] + t["HG"]
    return (room - left) / t["share"]


def line_capture_restriction(t, phi):
    alone = t["q_G"] + t["al"] * t["psi"] * t["q_O"]
    room = t["w"] * (t["Jd"] - alone) - t["p"] - t["kK"] + t["kR"] + t["psi"] * phi * t["q_O"]
    return (room - t["HG"]) / t["share"]


def line_restriction_substitution(t):
    alone = t["q_G"] + t["al"] * t["psi"] * t["q_O"]
    return (t["w"] * (alone - t["JS"]) - t["kR"] + t["kS"]) / (t["psi"] * t["q_O"])


def line_capture_substitution(t):
    room = t["w"] * (t["Jd"] - t["JS"]) - t["p"] - t["kK"] + t["kS"]
    return (room - t["HG"]) / t["share"]


def test_the_partition_of_the_phase_plane_comes_back():
    t = terms(DEFAULTS)
    assert line_capture(t) == pytest.approx(0.1003, abs=5e-5)
    assert line_restriction_substitution(t) == pytest.approx(0.5447, abs=5e-5)
    assert line_capture_substitution(t) == pytest.approx(0.3152, abs=5e-5)
    assert line_restriction(t, 0.0) == pytest.approx(0.2705, abs=5e-5)
    assert line_capture_restriction(t, 0.0) == pytest.approx(0.1983, abs=5e-5)

    low = st.boundary(DEFAULTS, PHI, TYPE, over=(0, 1), grid={LAM: "0:.2:9"})
    assert (low["count"] == 1).all()
    np.testing.assert_allclose(low["at"].values[:, 0], line_capture(t), **EXACT)

    high = st.boundary(DEFAULTS, PHI, TYPE, over=(0, 1), grid={LAM: "0.35:.5:7"})
    np.testing.assert_allclose(high["at"].values[:, 0], line_restriction_substitution(t), **EXACT)
    assert set(texts(high["after"]).ravel()) == {"substitution"}

    up = st.boundary(DEFAULTS, LAM, TYPE, over=(0, 1), grid={PHI: "0:1:41"})
    assert (up["count"] == 1).all()
    for phi, at, before, after in zip(
        up[PHI].values, up["at"].values[:, 0], texts(up["before"])[:, 0], texts(up["after"])[:, 0],
        strict=True,
    ):  # fmt: skip
        want = {
            ("cooperation", "restriction"): line_restriction(t, phi),
            ("capture", "restriction"): line_capture_restriction(t, phi),
            ("capture", "substitution"): line_capture_substitution(t),
        }[before, after]
        assert at == pytest.approx(want, abs=2e-10)


def test_sensitivity_at_which_cooperation_stops_being_an_equilibrium():
    model = st.load("ai-mier")
    grid = {PHI: "0:.1:5", "relation.payment": "0:.1:3"}
    limit = model.change({"relation.sensitivity": 0.0})
    room = st.sweep(limit, grid, "incentive_government")["incentive_government"].values
    found = st.boundary(model, "relation.sensitivity", "cooperation_is_equilibrium", grid=grid)
    np.testing.assert_allclose(found["at"].values[..., 0], room, **EXACT)
    number = st.boundary(model, "relation.sensitivity", "incentive_government", grid=grid)
    np.testing.assert_allclose(number["at"].values[..., 0], room, **EXACT)
    assert meanings(number["after"])[0] == "below"


def test_absorption_and_control_at_which_the_government_turns():
    assert st.boundary(DEFAULTS, "government.absorption", TYPE)["at"].values == pytest.approx(
        [0.718403], abs=5e-7
    )
    control = st.boundary(DEFAULTS, "government.control_preference", TYPE)
    assert control["at"].values == pytest.approx([0.0604], abs=5e-5)
    assert texts(control["after"]).tolist() == ["capture"]


DILEMMA = st.relationship(
    {
        "relation.alignment": 0.9, "government.temptation": 0.3, "relation.payment": 0.1,
        "government.incident_loss": 0.0, "organisation.incident_loss": 0.0,
    }
)  # fmt: skip


def test_critical_discount_and_incident_limit_come_back():
    grid = {"government.temptation": "0.25:.55:7"}
    want = st.sweep(DILEMMA, grid, ["critical_discount", "incident_limit"])
    at_discount = st.boundary(DILEMMA, "relation.discount", "enforcement", grid=grid)
    np.testing.assert_allclose(at_discount["at"].values[:, 0], want["critical_discount"], **EXACT)
    at_risk = st.boundary(DILEMMA, "relation.incident_risk", "enforcement", grid=grid)
    inside = want["incident_limit"].values > 0
    assert inside.any()
    assert not inside.all()
    np.testing.assert_allclose(
        at_risk["at"].values[inside, 0], want["incident_limit"].values[inside], **EXACT
    )
    assert (at_risk["count"].values == inside).all()


def sustained(point):
    dependence = (point["joint"] - point["imbalance"]) / 2
    game = repeated_game(
        dependence, 0, dependence + point["gain"], discount=point["discount"],
        incident_risk=point["risk"],
    )  # fmt: skip
    held = enforce(game)
    return np.where(held.status == Status.UNENFORCEABLE, 0, 1)


DEPENDENCE = Family(
    "dependence",
    "Asymmetric dependence without transfers",
    {
        "joint": Parameter("joint", 4.0, "joint dependence", 0),
        "imbalance": Parameter("imbalance", 0.0, "difference of the two", 0),
        "gain": Parameter("gain", 2.0, "temptation", 0),
        "discount": Parameter("discount", 0.9, "discount factor", 0, 1),
        "risk": Parameter("risk", 0.0, "incident risk", 0, 1),
    },
    games={},
    measures={"sustained": Measure("sustained", sustained, "", kind="label", labels=("no", "yes"))},
)


def test_incident_risk_that_an_uneven_relation_survives():
    model = Model(DEPENDENCE)
    found = st.boundary(
        model, "risk", "sustained", grid={"imbalance": "0:3:31", "discount": [0.85, 0.9, 0.99]}
    )
    gap, rate = np.meshgrid(found["imbalance"], found["discount"], indexing="ij")
    limit = 1 - (1 / rate) * 2 / (2 + (4 - gap) / 2)
    np.testing.assert_allclose(found["at"].values[..., 0], limit, **EXACT)
    even = st.boundary(model, "discount", "sustained", grid={"imbalance": [0, 1, 2, 3]})
    np.testing.assert_allclose(even["at"].values[:, 0], [0.5, 4 / 7, 2 / 3, 0.8], **EXACT)


def steps(point):
    return np.digitize(point["a"], [0.1, 0.10001, 0.7]) - 1


def waves(point):
    return np.sin(point["a"] * point["b"])


PLAIN = Family(
    "plain",
    "",
    {
        "a": Parameter("a", 0.5, "", 0, 1),
        "b": Parameter("b", 1.0, "", 0),
        "n": Parameter("n", 3.0, "", 0, 10, integer=True),
    },
    games={},
    measures={
        "steps": Measure("steps", steps, "", kind="label", labels=("one", "two", "three")),
        "waves": Measure("waves", waves, ""),
        "root": Measure(
            "root", lambda p: np.sqrt(np.where(p["a"] > 0.3, p["a"], np.nan)), "", kind="float"
        ),
        "count": Measure("count", lambda p: p["n"] // 2, "", kind="integer"),
    },
)


def test_a_third_side_between_two_places_of_the_scan_is_found():
    found = st.boundary(Model(PLAIN), "a", "steps", scan=5)
    np.testing.assert_allclose(found["at"].values, [0.1, 0.10001, 0.7], **EXACT)
    assert texts(found["before"]).tolist() == ["undefined", "one", "two"]
    assert texts(found["after"]).tolist() == ["one", "two", "three"]
    assert found.attrs["resolution"] == 0.25


def test_as_many_changes_as_there_are_at_every_point_of_the_grid():
    found = st.boundary(Model(PLAIN), "a", "waves", grid={"b": np.pi * np.array([0.5, 3.0, 40.5])})
    assert found["count"].values.tolist() == [0, 2, 40]
    np.testing.assert_allclose(found["at"].values[1, :2], [1 / 3, 2 / 3], **EXACT)
    np.testing.assert_allclose(found["at"].values[2], np.arange(1, 41) / 40.5, **EXACT)
    assert np.isnan(found["at"].values[0]).all()


def test_a_number_that_stops_being_defined_changes_too():
    found = st.boundary(Model(PLAIN), "a", "root", level=0.8)
    np.testing.assert_allclose(found["at"].values, [0.3, 0.64], **EXACT)
    assert texts(found["after"]).tolist() == ["below", "at_or_above"]


@pytest.mark.parametrize("scan", [2, 4, 257])
def test_along_whole_numbers_a_change_is_at_the_first_one_on_the_new_side(scan):
    found = st.boundary(Model(PLAIN), "n", "count", over=(1, 9), scan=scan)
    assert found["at"].values.tolist() == [2, 4, 6, 8]
    assert found["after"].values.tolist() == found["exactly"].values.tolist() == [1, 2, 3, 4]
    assert found.attrs["events"] == "integers"
    assert (found.attrs["resolution"] == 1) == (scan == 257)


def test_the_smallest_change_that_flips_is_found_for_every_lever():
    found = st.boundary(Model(PLAIN), measure="steps")
    assert found["lever"].values.tolist() == ["a", "b", "n"]
    np.testing.assert_allclose(found["needed"].values[0], 0.7, **EXACT)
    assert found["needed"].values[0] >= 0.7
    np.testing.assert_allclose(found["relative"].values, [0.4, np.inf, np.inf], rtol=1e-9)
    whole = st.boundary(Model(PLAIN), measure="count")
    assert whole["lever"].values[0] == "n"
    assert (whole["needed"].values[0], int(whole["after"].values[0])) == (4.0, 2)


def test_the_smallest_changes_agree_with_the_closed_forms():
    found = st.boundary(DEFAULTS, measure=TYPE).set_index(lever="lever")
    needed = dict(zip(found["lever"].values.tolist(), found["needed"].values, strict=True))
    t = terms(DEFAULTS)
    assert needed[PHI] == pytest.approx(line_capture(t), abs=1e-9)
    assert needed[LAM] == pytest.approx(line_restriction(t, 0.05), abs=1e-9)
    assert needed["mechanism.control_emphasis"] == pytest.approx(
        needed["government.control_preference"], abs=1e-9
    )
    order = found["relative"].values
    assert (np.diff(order[np.isfinite(order)]) >= 0).all()
    flipped = DEFAULTS.change({PHI: needed[PHI]})
    assert st.measure(flipped, TYPE)[TYPE] == "capture"


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ({"parameter": "relation.penalti"}, "did you mean 'relation.penalty'"),
        ({"over": (1, 0)}, "the lower end must lie below"),
        ({"over": (-1, 1)}, "must be at least 0 (got -1.0)"),
        ({"scan": 1}, "scan: must be at least 2"),
        ({"grid": {"relation.penalty": [1.0]}}, "moved twice"),
        ({"measure": "typ"}, "no such measure"),
        ({"parameter": "organisation.discount", "over": None}, None),
        ({"parameter": None}, "needs the parameter to move"),
    ],
)
def test_searches_that_do_not_fit_are_refused(asked, text):
    plain = {"parameter": "relation.penalty", "measure": TYPE, "over": (0, 1)}
    if text is None:
        assert st.boundary(DEFAULTS, **{**plain, **asked}).attrs["range"][0] < 1e-8
        return
    with pytest.raises(StrategicError) as raised:
        st.boundary(DEFAULTS, **{**plain, **asked})
    assert text in str(raised.value)
