"""Sweeps read back and drawn: tables, axes in any order, stores that are damaged or unfinished."""

import shutil

import numpy as np
import pytest

import strategic as st
from strategic.errors import FileError, SweepError
from strategic.reports.figures import cut, phase_diagram
from strategic.status import Status
from strategic.sweeps import open_sweep, summarise, texts

MODEL = st.relationship({"relation.alignment": 0.7})
PHI, RISK = "government.performance_competition", "relation.incident_risk"
OVER = {PHI: "0:1:12", RISK: "0:.5:9"}


@pytest.mark.parametrize("over", [None, {RISK: "0:.4:3"}, {RISK: "0:.4:3", PHI: [0.9, 0.1]}])
@pytest.mark.parametrize("own", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_a_swept_table_comes_back_from_csv_with_its_inputs_apart(tmp_path, over, own, seed):
    rng = np.random.default_rng(seed)
    points = {
        "relation.alignment": rng.choice([0.1, 0.4, 3.0], 5),
        "relation.penalty": rng.uniform(0, 1, 5),
        "county": [f"c {n}" for n in range(5)],
        "year": rng.integers(2000, 2003, 5),
    }
    if own:
        points["point"] = rng.permutation(50)[:5]
    measures = ["surplus", "relationship_type"]
    made = st.sweep(MODEL, over, measures, points=points, out=tmp_path / "out.csv")
    back = open_sweep(tmp_path / "out.csv")
    assert list(back.data_vars) == [*measures, "status"]
    assert back["surplus"].dims == made["surplus"].dims
    np.testing.assert_array_equal(back["surplus"].values, made["surplus"].values)
    np.testing.assert_array_equal(back["status"].values, made["status"].values)
    for name in (*points, *(over or {})):
        np.testing.assert_array_equal(back[name].values, made[name].values)
    defined = made["relationship_type"].values >= 0
    np.testing.assert_array_equal(
        texts(back["relationship_type"])[defined], texts(made["relationship_type"])[defined]
    )
    assert (back["status"].values == Status.INVALID).any() == (3.0 in points["relation.alignment"])


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("measure", ["surplus", "relationship_type", "base_equilibrium_count"])
def test_axes_in_any_order_are_drawn_in_order(measure, seed):
    rng = np.random.default_rng(seed)
    over = {PHI: np.linspace(0, 1, 12), RISK: np.linspace(0, 0.5, 11)}
    mixed = {name: rng.permutation(values) for name, values in over.items()}
    want, got = (
        phase_diagram(st.sweep(MODEL, axes, measure)).collections[0] for axes in (over, mixed)
    )
    np.testing.assert_array_equal(got.get_coordinates(), want.get_coordinates())
    np.testing.assert_array_equal(got.get_array(), want.get_array())
    lines = [cut(st.sweep(MODEL, axes, "surplus").isel({RISK: [0]})) for axes in (over, mixed)]
    first, second = (ax.lines[0].get_xdata() for ax in lines)
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("value", [np.inf, np.nan])
@pytest.mark.parametrize("draw", [cut, phase_diagram])
def test_an_axis_that_is_not_finite_is_refused_by_name(draw, value):
    found = st.sweep(MODEL, OVER, "surplus").isel({RISK: slice(0, 8)})
    found = found.assign_coords({PHI: [*np.linspace(0, 1, 11), value]})
    with pytest.raises(SweepError, match=f"{PHI}: an axis of a figure must be finite"):
        draw(found)


@pytest.fixture
def store(tmp_path):
    path = tmp_path / "out.zarr"
    st.sweep(MODEL, OVER, ["relationship_type", "surplus"], out=path, block=20)
    return path


def chunks(path, name):
    return sorted(file for file in (path / name / "c").rglob("*") if file.is_file())


@pytest.mark.parametrize(
    "damage", [lambda b: b[:-5], lambda _: b"", lambda b: b[:9] + b"xx" + b[11:]]
)
def test_a_damaged_chunk_is_one_clear_error(store, damage):
    file = chunks(store, "surplus")[1]
    file.write_bytes(damage(file.read_bytes()))
    found = open_sweep(store)
    assert found["relationship_type"].values.size == 108
    uses = (lambda: found["surplus"].values, lambda: summarise(found),
            lambda: phase_diagram(found, "surplus"))  # fmt: skip
    for use in uses:
        with pytest.raises(
            FileError, match=r"out\.zarr: a block of 'surplus' is damaged: .*resume"
        ):
            use()


def test_a_damaged_coordinate_is_one_clear_error(store):
    for name in (PHI, RISK):
        [file] = chunks(store, name)
        file.write_bytes(file.read_bytes()[:-5])
    with pytest.raises(FileError, match=r"out\.zarr: is not a sweep"):
        open_sweep(store)


def test_an_unfinished_store_says_so_everywhere(store):
    whole = open_sweep(store)
    assert "unfinished" not in whole.attrs
    assert not summarise(whole).unfinished
    chunks(store, "surplus")[0].unlink()
    shutil.rmtree(chunks(store, "relationship_type")[-1].parent)
    with pytest.warns(UserWarning, match=r"out\.zarr: unfinished: 2 of 6 blocks are missing"):
        found = open_sweep(store)
    assert found.attrs["unfinished"] == "2 of 6 blocks"
    assert summarise(found).unfinished == "2 of 6 blocks"
    assert "(unfinished) & 2 of 6 blocks are missing" in summarise(found).to_latex()
    title = " ".join(phase_diagram(found).get_title(loc="left").split())
    assert "(unfinished: 2 of 6 blocks are missing)" in title
    st.sweep(MODEL, OVER, ["relationship_type", "surplus"], out=store, block=20, resume=True)
    assert "unfinished" not in open_sweep(store).attrs
