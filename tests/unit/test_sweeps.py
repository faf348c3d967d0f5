"""Sweeps: the values of direct measurement, labelled, whatever the blocks and workers."""

import json
import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import strategic as st
from strategic.errors import FileError, StrategicError, SweepError
from strategic.sweeps import bad_rows, meanings, open_sweep, summarise, texts
from strategic.sweeps._axes import axes_of, ranges_of
from strategic.sweeps._grid import grid_of

MODEL = st.relationship({"relation.alignment": 0.7})
OVER = {
    "government.performance_competition": "0:1:7",
    "organisation.technology": [0.3, 1.0, 2.5],
    "mechanism.risk_management": "0,.5",
}
MEASURES = ["relationship_type", "incident_limit", "base_equilibrium_count"]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("0:1:5", [0, 0.25, 0.5, 0.75, 1]),
        ("2:0:3", [2, 1, 0]),
        ("1:100:3:log", [1, 10, 100]),
        ("3:3:1", [3]),
        ("0, .5,1e-3", [0, 0.5, 1e-3]),
        ("-inf,0", [-np.inf, 0]),
        ([1, 2], [1, 2]),
        (4.0, [4]),
    ],
)
def test_axes_are_read_as_written(text, values):
    [axis] = axes_of({"x": text})
    np.testing.assert_allclose(axis.levers["x"], values, rtol=1e-15)


@pytest.mark.parametrize(
    "text", ["0:1", "0:1:x", "0:1:0", "0:1:2:lin", "a,b", "", "0:inf:3", "-1:1:3:log", [[1, 2]], []]
)
def test_a_text_that_is_no_axis_is_refused_by_name(text):
    with pytest.raises(SweepError, match=r"^x: "):
        axes_of({"x": text})


def test_ends_of_an_axis_are_exact():
    [axis] = axes_of(["x=0.1:0.7:1001"])
    assert (axis.levers["x"][0], axis.levers["x"][-1]) == (0.1, 0.7)
    [logarithmic] = axes_of(["x=0.1:0.7:1001:log"])
    assert (logarithmic.levers["x"][0], logarithmic.levers["x"][-1]) == (0.1, 0.7)


@pytest.mark.parametrize("text", ["1:0", "0:1:3", "x:1", "0:1:log"])
def test_a_text_that_is_no_range_is_refused(text):
    with pytest.raises(SweepError, match=r"^x: "):
        ranges_of({"x": text})


def test_a_sweep_holds_what_measuring_point_by_point_gives():
    result = st.sweep(MODEL, OVER, MEASURES)
    assert result["incident_limit"].dims == tuple(OVER)
    for place in [(0, 0, 0), (3, 1, 1), (6, 2, 0)]:
        at = {name: result[name].values[i] for name, i in zip(OVER, place, strict=True)}
        intensity = at.pop("mechanism.risk_management")
        one = MODEL.change(at).with_mechanism("risk_management", intensity)
        want = st.measure(one, *MEASURES)
        assert texts(result["relationship_type"])[place] == want["relationship_type"]
        assert result["incident_limit"].values[place] == pytest.approx(want["incident_limit"])
        assert result["base_equilibrium_count"].values[place] == want["base_equilibrium_count"]


def test_a_result_says_what_its_numbers_are():
    result = st.sweep(MODEL, OVER, MEASURES, seed=7)
    kind = result["relationship_type"]
    assert kind.dtype == np.int16
    assert kind.attrs["flag_meanings"].split()[:2] == ["undefined", "cooperation"]
    assert kind.attrs["flag_values"][:2] == [-1, 0]
    assert result["organisation.technology"].attrs["units"] == "service input"
    assert result["incident_limit"].attrs["units"] == "per period"
    told = result.attrs
    assert (told["strategic_version"], told["seed"]) == (st.__version__, 7)
    assert json.loads(told["base_parameters"])["relation.alignment"] == 0.7
    assert len(told["model_hash"]) == 64
    changed = st.sweep(MODEL.change({"relation.penalty": 0.3}), OVER, MEASURES)
    assert changed.attrs["model_hash"] != told["model_hash"]


@pytest.mark.parametrize("block", [1, 2, 5, 13, 1000])
def test_values_do_not_depend_on_the_block_size(block):
    whole = st.sweep(MODEL, OVER, MEASURES, workers=1)
    cut = st.sweep(MODEL, OVER, MEASURES, block=block, workers=2)
    for name in MEASURES:
        assert whole[name].values.tobytes() == cut[name].values.tobytes()


def test_blocks_tile_the_grid():
    for shape in [(7, 3, 2), (1, 100), (5, 1, 1), (3, 50)]:
        over = {f"a{i}": range(n) for i, n in enumerate(shape)}
        family = st.Family(
            "plain", "", {name: st.Parameter(name, 0.0, "") for name in over}, games={}
        )
        grid = grid_of(st.Model(family), axes_of(over), block=8)
        seen = np.zeros(shape, dtype=int)
        for number in range(grid.tiling.count):
            seen[grid.tiling.region(number)] += 1
            assert seen[grid.tiling.region(number)].size <= 8
        assert (seen == 1).all()


def test_an_intensity_on_an_axis_replaces_the_models_own():
    with_own = MODEL.with_mechanism("risk_management", 0.9)
    result = st.sweep(with_own, {"mechanism.risk_management": [0.0, 0.5]}, "incident_limit")
    plain = st.sweep(MODEL, {"mechanism.risk_management": [0.0, 0.5]}, "incident_limit")
    np.testing.assert_array_equal(result["incident_limit"], plain["incident_limit"])


def test_families_of_formulas_and_of_functions_are_swept_alike():
    hunt = st.load("stag-hunt")
    name = next(iter(hunt.family.parameters))
    value = float(hunt.points[name])
    result = st.sweep(hunt, {name: [value, value + 0.5]}, ["equilibrium_count", "best_welfare"])
    assert result["equilibrium_count"].values.tolist() == [3, 3]

    def payoffs(gain, loss):
        return [[[gain, -loss], [0, 0]], [[gain, 0], [-loss, 0]]]

    family = st.family(payoffs, {"gain": (1.0, -1, 1), "loss": (0.5, 0, 2)})
    found = st.sweep(st.Model(family), {"gain": [-0.5, 0.5]}, "equilibrium_count")
    assert found["equilibrium_count"].values.tolist() == [1, 3]


def test_a_table_of_points_keeps_its_other_columns_and_judges_rows_one_by_one(tmp_path):
    file = tmp_path / "counties.csv"
    file.write_text(
        "county,relation.alignment,relation.penalty,year\n"
        '"Ü, north",0.5,0.1,2011\nEast,7,0.1,\nSouth,0.9,,2013\nWest,0.9,0.2,2014\n',
        encoding="utf-8",
    )
    result = st.sweep(MODEL, points=file, measures="surplus,relationship_type")
    assert result["county"].values.tolist() == ["Ü, north", "East", "South", "West"]
    assert np.isnan(result["year"].values[1])
    assert result["point"].values.tolist() == [1, 2, 3, 4]
    assert meanings(result["status"]) == {6: "ok", 7: "invalid"}
    assert result["status"].values.tolist() == [6, 7, 7, 6]
    np.testing.assert_array_equal(np.isnan(result["surplus"]), [False, True, True, False])
    assert result["relationship_type"].values[[1, 2]].tolist() == [-1, -1]
    want = st.measure(MODEL.change({"relation.alignment": 0.9, "relation.penalty": 0.2}), "surplus")
    assert result["surplus"].values[3] == pytest.approx(want["surplus"], rel=1e-14)
    problems = [str(problem) for problem in bad_rows(MODEL, result)]
    assert problems == [
        "row 2, relation.alignment: must be at least -1 and at most 1 (got 7.0)",
        "row 3, relation.penalty: must be at least 0 (got nan)",
    ]


@pytest.mark.parametrize("ending", [".zarr", ".nc"])
def test_a_swept_table_comes_back_with_its_other_columns(tmp_path, ending):
    points = {
        "relation.alignment": [0.2, 3.0, 0.8], "name": ["a", "", "Ü, c"],
        "year": [2011, 2012, 2013], "GDP a head": [1.5, np.nan, 2.5],
    }  # fmt: skip
    made = st.sweep(MODEL, points=points, measures="surplus", out=tmp_path / f"out{ending}")
    back = open_sweep(tmp_path / f"out{ending}")
    np.testing.assert_array_equal(back["surplus"], made["surplus"])
    assert [str(name) for name in back["name"].values] == points["name"]
    assert back["year"].values.tolist() == points["year"]
    np.testing.assert_array_equal(back["GDP_a_head"], points["GDP a head"])
    assert set(back.data_vars) == {"surplus", "status"}
    assert summarise(back)["surplus"]["undefined"] == 1
    assert texts(back["status"]).tolist() == ["ok", "invalid", "ok"]


def test_a_table_can_be_crossed_with_axes():
    points = {"relation.alignment": [0.2, 0.8], "name": ["a", "b"]}
    result = st.sweep(MODEL, {"relation.penalty": "0:1:3"}, "surplus", points=points)
    assert result["surplus"].dims == ("point", "relation.penalty")
    assert result["name"].values.tolist() == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("relation.aligment,x\n.1,2\n", "relation.aligment: no such parameter; did you mean"),
        ("x,y\n1,2\n", "points: no column is a parameter"),
        ("relation.alignment\n", "points: has no rows"),
        ("relation.alignment\nhigh\n", "row 1, relation.alignment: must be a number (got 'high')"),
        ("relation.alignment,relation.alignment\n1,1\n", "two columns have the same name"),
        ("relation.alignment,surplus\n.1,2\n", "surplus: a column has the name of a result"),
        ("", "must name the columns"),
    ],
)
def test_a_table_that_does_not_fit_is_refused(tmp_path, text, error):
    file = tmp_path / "points.csv"
    file.write_text(text)
    with pytest.raises(ValueError) as raised:
        st.sweep(MODEL, points=file, measures="surplus")
    assert error in str(raised.value)


@pytest.mark.parametrize("ending", [".zarr", ".nc", ".csv"])
def test_files_give_back_what_was_swept(tmp_path, ending):
    path = tmp_path / f"out{ending}"
    made = st.sweep(MODEL, OVER, MEASURES)
    st.sweep(MODEL, OVER, MEASURES, out=path)
    back = open_sweep(path)
    assert list(back.data_vars) == MEASURES
    for name in MEASURES:
        assert back[name].dims == made[name].dims
        if meanings(made[name]):
            np.testing.assert_array_equal(texts(back[name]), texts(made[name]))
        else:
            np.testing.assert_array_equal(back[name], made[name])
    for name in OVER:
        np.testing.assert_array_equal(back[name], made[name])
    if ending != ".csv":
        assert back.attrs == made.attrs
        assert back["relationship_type"].attrs["flag_meanings"].split()[0] == "undefined"
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def test_netcdf_and_csv_replace_a_file_only_when_complete(tmp_path, monkeypatch):
    path = tmp_path / "out.nc"
    path.write_text("before")

    def half(self, content):
        self.write_text(str(len(content)))
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", half)
    with pytest.raises(FileError, match="no space left"):
        st.sweep(MODEL, OVER, "surplus", out=path, force=True)
    assert path.read_text() == "before"
    assert [entry.name for entry in tmp_path.iterdir()] == ["out.nc"]


HUGE = {"relation.penalty": "0:1:1000000", "relation.alignment": "0:1:1000000"}


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ({"over": {}}, "over: nothing to vary"),
        ({"measures": ""}, "measures: nothing to measure"),
        ({"measures": "surpluss"}, "did you mean 'surplus'"),
        ({"over": {"relation.penalti": [1]}}, "did you mean 'relation.penalty'"),
        ({"over": {"mechanism.risk_managment": [1]}}, "did you mean 'mechanism.risk_management'"),
        ({"over": {"relation.penalty": [1, -2]}}, "must be at least 0 (got -2.0)"),
        ({"over": ["relation.penalty=1", "relation.penalty=2"]}, "moved twice"),
        ({"over": HUGE}, "GB"),
        ({"workers": 0}, "workers: must be"),
        ({"block": 0}, "block: must be"),
        ({"out": "x.txt"}, "out: must end in .zarr, .nc, .csv"),
        ({"out": "x.nc", "resume": True}, "only a .zarr"),
    ],
)
def test_what_does_not_fit_is_refused(tmp_path, monkeypatch, asked, text):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StrategicError) as raised:
        st.sweep(MODEL, **{"over": {"relation.penalty": [1]}, "measures": "surplus", **asked})
    assert text in str(raised.value)
    assert not list(tmp_path.iterdir())


def test_a_grid_of_models_is_no_model_to_sweep():
    grid = st.relationship({"relation.alignment": [0.1, 0.2]})
    with pytest.raises(SweepError, match=r"relation\.alignment: must be a single number"):
        st.sweep(grid, {"relation.penalty": [1]}, "surplus")


def test_a_summary_counts_labels_and_bounds_numbers():
    result = st.sweep(MODEL, OVER, ["relationship_type", "critical_discount"])
    found = summarise(result)
    assert sum(found["relationship_type"]["counts"].values()) == 42
    values = result["critical_discount"].values
    assert found["critical_discount"]["infinite"] == np.isinf(values).sum()
    finite = values[np.isfinite(values)]
    assert found["critical_discount"]["largest"] == finite.max()


def test_errors_read_the_same_after_the_way_from_another_process():
    for error in (SweepError("must be a number", where="x"), FileError("gone", value=None)):
        assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301 - our own


def test_a_family_travels_by_its_address_and_a_changed_copy_as_itself():
    family = MODEL.family
    assert pickle.loads(pickle.dumps(family)) is family  # noqa: S301 - our own
    fewer = {"relation.penalty": family.parameters["relation.penalty"]}
    changed = replace(family, parameters=fewer, games={}, measures={}, mechanisms={})
    back = pickle.loads(pickle.dumps(changed))  # noqa: S301 - our own
    assert list(back.parameters) == ["relation.penalty"]
