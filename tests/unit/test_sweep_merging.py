"""Stores of parts put together: the bytes of one run, or an error that names what is wrong."""

from pathlib import Path

import numpy as np
import pytest

import strategic as st
from strategic.errors import FileError, SweepError
from strategic.status import Status
from strategic.sweeps import merge_sweeps, open_sweep

MODEL = st.relationship({"relation.alignment": 0.7})
PHI, RISK = "government.performance_competition", "relation.incident_risk"
RULED = {"relation.organisations": "1:4:6", "relation.contest_exponent": "1.6:3:5"}


def run(path, over=None, measures="surplus,relationship_type", model=MODEL, **options):
    return st.sweep(model, over, measures, out=path, workers=1, **options)


def content(path):
    files = (file for file in Path(path).rglob("*") if file.is_file())
    return {str(file.relative_to(path)): file.read_bytes() for file in files}


@pytest.fixture
def parts(tmp_path):
    """Three stores of one sweep, in an order of their own."""
    stores = []
    for number, values in enumerate(("0:.3:4", "0.7:1:4", "0.4:.6:3")):
        stores.append(tmp_path / f"part-{number}.zarr")
        run(stores[-1], {PHI: values, RISK: "0:.5:6"}, block=5)
    return stores


@pytest.fixture
def whole(tmp_path):
    path = tmp_path / "whole.zarr"
    run(path, {PHI: "0:1:11", RISK: "0:.5:6"})
    return content(path)


def test_parts_of_an_axis_in_any_order_are_one_run(tmp_path, parts, whole):
    out = tmp_path / "out.zarr"
    found = merge_sweeps(parts, out)
    assert content(out) == whole
    assert found.load().identical(open_sweep(tmp_path / "whole.zarr").load())
    assert not list(tmp_path.glob(".*"))
    with pytest.raises(SweepError, match=r"out\.zarr: exists already; replace it with --force"):
        merge_sweeps(parts[:2], out)
    merge_sweeps(parts[:2], out, force=True)
    merge_sweeps([out, parts[2]], out, force=True)
    assert content(out) == whole


@pytest.mark.parametrize("seed", range(8))
def test_a_grid_in_random_overlapping_pieces_is_one_run(tmp_path, seed):
    rng = np.random.default_rng(seed)
    over = {name: np.linspace(*ends, n) for name, ends, n in
            (("relation.organisations", (1, 4), 6), ("relation.contest_exponent", (1.6, 3), 5))
            }  # fmt: skip
    measures = ["contest_effort", "surplus"]
    stores, covered = [], np.zeros((6, 5), dtype=bool)
    while not covered.all():
        chosen = [np.sort(rng.choice(n, rng.integers(1, n + 1), replace=False)) for n in (6, 5)]
        covered[np.ix_(*chosen)] = True
        stores.append(tmp_path / f"{len(stores)}.zarr")
        piece = {name: over[name][places] for name, places in zip(over, chosen, strict=True)}
        run(stores[-1], piece, [str(m) for m in rng.permutation(measures)],
            block=int(rng.integers(1, 9)))  # fmt: skip
    block = int(rng.integers(1, 12))
    merge_sweeps(stores, tmp_path / "merged.zarr", block=block)
    first = str(open_sweep(stores[0]).attrs["measures"])
    run(tmp_path / "once.zarr", over, first.split(), block=block)
    assert content(tmp_path / "merged.zarr") == content(tmp_path / "once.zarr")
    merge_sweeps(stores, tmp_path / "asked.zarr", block=block, gaps=True)
    assert content(tmp_path / "asked.zarr") == content(tmp_path / "once.zarr")


def test_gaps_are_an_error_that_names_them(tmp_path, parts):
    out = tmp_path / "out.zarr"
    with pytest.raises(
        SweepError,
        match=r"no part has 24 of 66 points at government.performance_competition 0.7, 0.8, 0.9, 1",
    ):
        merge_sweeps([parts[0], parts[2]], out, over={PHI: "0:1:11", RISK: "0:.5:6"})
    with pytest.raises(SweepError, match=r"part-1\.zarr: .*: has values that the whole lacks"):
        merge_sweeps(parts, out, over={PHI: "0:.6:7"})
    with pytest.raises(SweepError, match=r"relation.penalty: the parts have no such axis"):
        merge_sweeps(parts, out, over={"relation.penalty": "0:.6:7"})
    other = tmp_path / "other.zarr"
    run(other, {PHI: [0.3, 2 / 3], RISK: "0:.6:3"})
    with pytest.raises(SweepError, match="no part has 7 of 35 points") as raised:
        merge_sweeps([parts[0], other], out)
    assert "relation.incident_risk 0.1, 0.2, 0.4, 0.5, 0.6" in str(raised.value)
    assert not out.exists()
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize("model_and_axes", [
    (MODEL, {PHI: "0:1:11", RISK: "0:.5:6"}, {PHI: "0:.5:6", RISK: "0:.5:6"}, 30),
    (st.load("ai-mier"), RULED, {**RULED, "relation.organisations": "1:2.8:4"}, 10),
])  # fmt: skip
def test_gaps_left_undefined_are_counted_and_filled_by_growing(tmp_path, model_and_axes):
    model, over, piece, gaps = model_and_axes
    measures = ["contest_effort", "surplus"]
    run(tmp_path / "once.zarr", over, measures, model)
    part, out = tmp_path / "part.zarr", tmp_path / "out.zarr"
    run(part, piece, measures, model)
    found = merge_sweeps([part], out, over=over, gaps=True)
    assert found.attrs["gaps"] == gaps
    assert found.attrs["unfinished"] == f"{gaps} points"
    assert (found["status"] == Status.MISSING).sum() == gaps
    with pytest.warns(UserWarning, match=f"unfinished: {gaps} points are missing"):
        defined = open_sweep(out)["surplus"].notnull()
    once = open_sweep(tmp_path / "once.zarr").load()
    np.testing.assert_array_equal(
        defined, once["surplus"].notnull() & (found["status"] != Status.MISSING)
    )
    with pytest.raises(SweepError, match=rf"no value at {gaps} points; fill them with grow"):
        run(out, over, measures, model, resume=True)
    again = merge_sweeps([out], tmp_path / "again.zarr", gaps=True)
    assert again.attrs["gaps"] == gaps
    assert content(tmp_path / "again.zarr") == content(out)
    merge_sweeps([out, tmp_path / "once.zarr"], tmp_path / "both.zarr")
    assert content(tmp_path / "both.zarr") == content(tmp_path / "once.zarr")
    run(out, None, (), model, grow=True)
    assert content(out) == content(tmp_path / "once.zarr")


def test_an_unfinished_or_damaged_part_leaves_gaps(tmp_path, parts, whole):
    chunks = sorted(file for file in (parts[0] / "surplus" / "c").rglob("*") if file.is_file())
    chunks[0].unlink()
    chunks[1].write_bytes(chunks[1].read_bytes()[:-3])
    with pytest.raises(SweepError, match="no part has 6 of 66 points") as raised:
        merge_sweeps(parts, tmp_path / "out.zarr")
    assert "finish or add the parts that have them" in str(raised.value)
    run(parts[0], {PHI: "0:.3:4", RISK: "0:.5:6"}, block=5, resume=True)
    merge_sweeps(parts, tmp_path / "out.zarr")
    assert content(tmp_path / "out.zarr") == whole


def test_parts_that_disagree_are_refused_at_the_first_point(tmp_path, parts):
    import zarr

    again = tmp_path / "again.zarr"
    run(again, {PHI: [0.1, 0.2, 0.25], RISK: "0:.5:6"})
    array = zarr.open_group(again, mode="r+")["surplus"]
    array[1, 2] = np.nextafter(array[1, 2], 1)
    with pytest.raises(
        SweepError,
        match=r"again\.zarr: 'surplus' differs from that of an earlier part at "
        r"government.performance_competition=0.2, relation.incident_risk=0.2; make both",
    ):
        merge_sweeps([*parts, again], tmp_path / "out.zarr")
    assert not (tmp_path / "out.zarr").exists()


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"model": MODEL.change({"relation.penalty": 0.3})},
         r"relation.penalty: the store was made with 0.3 (got 0.2)"),
        ({"measures": "surplus"}, "measures: the store was made with surplus (got "),
        ({"over": {RISK: "0:.5:6"}}, "government.performance_competition"),
        ({"over": {RISK: "0:.5:6", PHI: [0.5]}}, "axes: the store was made with the axes "),
        ({"seed": 3}, "seed: the store was made with 3 (got 0)"),
    ],
)  # fmt: skip
def test_parts_of_another_sweep_are_refused(tmp_path, parts, change, text):
    run(tmp_path / "other.zarr", **{"over": {PHI: [0.5], RISK: "0:.5:6"}, **change})
    with pytest.raises(SweepError) as raised:
        merge_sweeps([*parts, tmp_path / "other.zarr"], tmp_path / "out.zarr")
    assert text in str(raised.value)
    assert "other.zarr" in str(raised.value)
    assert not (tmp_path / "out.zarr").exists()


def test_tables_follow_one_another(tmp_path):
    rng = np.random.default_rng(1)
    points = {
        "relation.alignment": rng.choice([0.1, 0.4, 3.0], 12),
        "county": np.array([f"c {n % 5}" for n in range(12)], dtype=object),
        "year": rng.integers(2000, 2003, 12),
    }
    stores = []
    for number, part in enumerate((slice(0, 5), slice(5, 12))):
        for risk in ("0:.2:3", "0.3:0.4:2"):
            stores.append(tmp_path / f"{number}{risk[0:3]}.zarr")
            rows = {name: values[part] for name, values in points.items()}
            run(stores[-1], {RISK: risk}, points=rows)
    merge_sweeps(stores, tmp_path / "out.zarr")
    run(tmp_path / "once.zarr", {RISK: "0:.4:5"}, points=points)
    assert content(tmp_path / "out.zarr") == content(tmp_path / "once.zarr")


def test_rows_with_numbers_of_their_own_are_told_apart_by_them(tmp_path):
    rng = np.random.default_rng(1)
    points = {"relation.alignment": rng.uniform(0, 1, 9), "point": rng.permutation(100)[:9]}
    stores = []
    for number, rows in enumerate(([0, 1, 2, 3], [3, 4, 5], [5, 6, 7, 8, 0])):
        stores.append(tmp_path / f"{number}.zarr")
        run(stores[-1], points={name: values[rows] for name, values in points.items()})
    merge_sweeps(stores, tmp_path / "out.zarr")
    run(tmp_path / "once.zarr", points=points)
    assert content(tmp_path / "out.zarr") == content(tmp_path / "once.zarr")
    other = tmp_path / "texts.zarr"
    run(other, points={"relation.alignment": [0.1], "point": ["a"]})
    with pytest.raises(
        SweepError, match=r"texts\.zarr: point: holds texts in one part and numbers"
    ):
        merge_sweeps([*stores, other], tmp_path / "more.zarr")


def test_what_is_no_store_is_refused(tmp_path, parts):
    (tmp_path / "empty.zarr").mkdir()
    for path, text in [("nothing.zarr", "no such store"), ("empty.zarr", "is not a sweep")]:
        with pytest.raises(SweepError, match=f"{path}: {text}"):
            merge_sweeps([*parts, tmp_path / path], tmp_path / "out.zarr")
    with pytest.raises(SweepError, match="nothing to merge"):
        merge_sweeps([], tmp_path / "out.zarr")
    with pytest.raises(SweepError, match=r"only \.zarr stores are merged"):
        merge_sweeps(parts, tmp_path / "out.nc")
    (next(file for file in (parts[1] / PHI / "c").iterdir())).write_bytes(b"x")
    with pytest.raises(FileError, match=f"part-1.zarr: '{PHI}' is damaged"):
        merge_sweeps(parts, tmp_path / "out.zarr")


def test_gaps_of_tables_are_filled_by_growing(tmp_path):
    points = {"relation.alignment": [0.1, 3.0, 0.4], "county": ["a", "b", "c"], "point": [7, 8, 9]}
    run(tmp_path / "once.zarr", {RISK: "0:.4:5"}, points=points)
    for number, (risk, rows) in enumerate((("0:.2:3", slice(0, 2)), ("0.3:0.4:2", slice(0, 3)))):
        part = {name: values[rows] for name, values in points.items()}
        run(tmp_path / f"{number}.zarr", {RISK: risk}, points=part)
    parts, out = [tmp_path / "0.zarr", tmp_path / "1.zarr"], tmp_path / "out.zarr"
    with pytest.raises(SweepError, match="no part has 3 of 15 points at point 9"):
        merge_sweeps(parts, out)
    found = merge_sweeps(parts, out, gaps=True)
    assert found["status"].values.tolist() == [
        [Status.OK] * 5, [Status.INVALID] * 5, [Status.MISSING] * 3 + [Status.OK] * 2
    ]  # fmt: skip
    run(out, None, (), grow=True)
    assert content(out) == content(tmp_path / "once.zarr")
