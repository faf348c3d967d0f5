"""Sobol indices and tornados against functions whose answers are known in closed form."""

import numpy as np
import pytest

import strategic as st
from strategic.errors import StrategicError
from strategic.modelling import Family, Measure, Model, Parameter

PI = np.pi


def ishigami(point):
    x, y, z = (point[name] for name in "xyz")
    return np.sin(x) + 7 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x)


def quadrant(point):
    return np.where(point["x"] > 0, np.where(point["y"] > 0, 1, 0), 2)


FAMILY = Family(
    "known",
    "Known functions",
    {
        **{name: Parameter(name, 0.0, "", -PI, PI) for name in "xyz"},
        "w": Parameter("w", 10.0, "", 0),
        "n": Parameter("n", 2.0, "", 0, 9, integer=True),
    },
    games={},
    measures={
        "ishigami": Measure("ishigami", ishigami, ""),
        "quadrant": Measure("quadrant", quadrant, "", kind="label", labels=("a", "b", "c")),
        "sum": Measure("sum", lambda p: p["n"] + 0 * p["x"], ""),
        "tens": Measure("tens", lambda p: np.log10(p["w"]) + p["x"], ""),
        "constant": Measure("constant", lambda p: 1 + 0 * p["x"], ""),
        "partly": Measure("partly", lambda p: np.where(p["x"] > 2, np.inf, p["x"]), ""),
    },
)
MODEL = Model(FAMILY)
CUBE = dict.fromkeys("xyz", (-PI, PI))


def test_ishigami_indices():
    found = st.sensitivity(MODEL, CUBE, "ishigami", draws=8192)
    v_x, v_y, v_xz = 0.5 * (1 + 0.1 * PI**4 / 5) ** 2, 49 / 8, 0.01 * PI**8 * 8 / 225
    whole = v_x + v_y + v_xz
    first, total = np.array([v_x, v_y, 0]) / whole, np.array([v_x + v_xz, v_y, v_xz]) / whole
    got = found.sel(output="ishigami")
    np.testing.assert_allclose(got["first"], first, atol=0.012)
    np.testing.assert_allclose(got["total"], total, atol=0.012)
    assert float(got["variance"]) == pytest.approx(whole, rel=0.01)
    assert (np.abs(got["first"] - first) < 4 * got["first_error"] + 1e-3).all()
    assert (np.abs(got["total"] - total) < 4 * got["total_error"] + 1e-3).all()


def test_a_label_is_studied_through_its_indicators():
    found = st.sensitivity(MODEL, {"x": (-1, 1), "y": (-1, 1), "z": (-1, 1)}, "quadrant")
    assert found["output"].values.tolist() == ["a", "b", "c"]
    third, both = found.sel(output="c"), found.sel(output="a")
    np.testing.assert_allclose(third["total"], [1, 0, 0], atol=0.01)
    np.testing.assert_allclose(third["mean"], 0.5, atol=0.001)
    np.testing.assert_allclose(both["first"], [1 / 3, 1 / 3, 0], atol=0.04)
    np.testing.assert_allclose(both["total"], [2 / 3, 2 / 3, 0], atol=0.04)


def test_ranges_in_the_logarithm_and_whole_numbers():
    found = st.sensitivity(MODEL, {"w": "1:100:log", "x": (-1, 1)}, "tens", draws=2048)
    np.testing.assert_allclose(found.sel(output="tens")["total"], [0.5, 0.5], atol=0.02)
    whole = st.sensitivity(MODEL, {"n": (0, 3), "x": (0, 1)}, "sum", draws=4096)
    assert float(whole["mean"][0]) == pytest.approx(1.5, abs=0.01)
    assert float(whole["variance"][0]) == pytest.approx(1.25, abs=0.01)


def test_one_output_of_one_parameter():
    found = st.sensitivity(MODEL, {"n": (0, 3)}, "sum", draws=1024)
    assert float(found["total"][0, 0]) == pytest.approx(1, abs=0.02)


def test_what_does_not_vary_or_is_not_finite_has_no_indices_and_says_so():
    constant = st.sensitivity(MODEL, CUBE, "constant", draws=64)
    assert np.isnan(constant["total"]).all()
    assert constant.attrs["finite"] == 1
    partly = st.sensitivity(MODEL, {"x": (0, 2.5)}, "partly", draws=64)
    assert np.isnan(partly["first"]).all()
    assert partly.attrs["finite"] == pytest.approx(0.8, abs=0.02)
    assert float(partly["largest"][0]) == np.inf


def test_the_same_seed_gives_the_same_numbers_and_another_one_others():
    first, again, other = (
        st.sensitivity(MODEL, CUBE, "ishigami", draws=256, seed=seed) for seed in (3, 3, 4)
    )
    assert first.identical(again)
    assert (first["first"] != other["first"]).any()


def test_a_tornado_moves_one_parameter_and_holds_the_rest():
    base = MODEL.change({"x": PI / 2, "z": 1.0})
    found = st.sensitivity(
        base, {"x": (-PI, PI), "y": (0, PI / 2), "n": (0, 4)}, "ishigami", draws=64
    )
    assert float(found["base"]) == pytest.approx(1.1)
    np.testing.assert_allclose(found["low"], [0, 1.1, 1.1], atol=1e-12)
    np.testing.assert_allclose(found["high"], [0, 8.1, 1.1], atol=1e-12)
    np.testing.assert_allclose(found["smallest"], [-1.1, 1.1, 1.1], atol=1e-12)
    np.testing.assert_allclose(found["largest"], [1.1, 8.1, 1.1], atol=1e-12)
    assert found["changed"].values[2] == 0


@pytest.mark.parametrize(
    ("over", "draws", "text"),
    [
        ({"q": (0, 1)}, 64, "q: no such parameter"),
        ({"x": (0, 9)}, 64, "x: must be at least"),
        ({}, 64, "over: nothing to vary"),
        (CUBE, 100, "draws: must be a power of two"),
    ],
)
def test_studies_that_do_not_fit_are_refused(over, draws, text):
    with pytest.raises(StrategicError) as raised:
        st.sensitivity(MODEL, over, "ishigami", draws=draws)
    assert text in str(raised.value)
