"""A sweep goes to other programs and comes back: every kind of file, every library of tables."""

import importlib

import numpy as np
import pyarrow as pa
import pytest
import xarray

import strategic as st
from strategic.errors import FileError, SweepError
from strategic.modelling import Family, Measure, Mechanism, Model, Parameter, Rule
from strategic.sweeps import (
    is_sweep,
    meanings,
    numbers,
    open_sweep,
    sweep_from_table,
    sweep_table,
    texts,
    write_sweep,
)

FAMILY = Family(
    "kinds",
    "",
    {"a": Parameter("a", 1.0, "first", -9, 9), "b.c": Parameter("b.c", 2.0, "second", unit="EUR"),
     "d": Parameter("d", 0.0, "third")},
    games={},
    measures={
        "number": Measure(
            "number", lambda p: np.where(p["a"] > 2, np.nan, np.sin(p["a"]) / p["b.c"]), "a number"
        ),
        "count": Measure(
            "count", lambda p: np.floor(p["a"] + p["b.c"]) % 4 - 1, "a count", kind="integer"
        ),
        "word": Measure("word", lambda p: np.abs(p["a"] + p["d"]) % 3 // 1 - 1, "a word",
                        kind="label", labels=("not yet", 'höher, "quoted"')),
    },
    mechanisms={"more": Mechanism("more", lambda p, e: {"d": p["d"] + np.asarray(e)}, "")},
    rule=lambda p: [Rule("a", "must be at most 3", p["a"] <= 3)],
)  # fmt: skip
MODEL = Model(FAMILY, title="Kinds; all of them")
ENDINGS = [".zarr", ".nc", ".csv", ".parquet", ".xlsx"]


def drawn(seed):
    """Sweep a random grid, or a table crossed with a grid."""
    rng = np.random.default_rng(seed)
    values = {
        "a": rng.choice([-0.0, 0.0, 1.0, 2.5, 3.0, 1 / 3, 8.0], rng.integers(1, 5), replace=False),
        "b.c": rng.choice([1e-300, 0.5, 7.0, 1e300], rng.integers(1, 4), replace=False),
        "d": np.sort(rng.choice(6, rng.integers(1, 4), replace=False)).astype(float),
    }
    points = None
    names = [str(n) for n in rng.permutation(list(values))]
    if rng.random() < 0.5:
        size = int(rng.integers(1, 6))
        column = names.pop()
        points = {
            column: rng.choice(values[column], size),
            "county": rng.choice(np.array(["", "a", "ü,1", '"'], dtype=object), size),
            "year": rng.integers(1990, 2020, size),
            "treated": rng.choice([True, False], size),
            "weight": rng.choice([0.25, np.nan, -1.5], size),
        }
    over = {name: values[name] for name in names[: rng.integers(int(points is None), 3)]}
    measures = [str(m) for m in rng.permutation(list(FAMILY.measures))[: rng.integers(1, 4)]]
    return st.sweep(MODEL, over, measures, points=points, workers=1)


def assert_same(back, made):
    """Compare values to the bit, labels as words where their numbers may differ."""
    assert list(back.data_vars) == list(made.data_vars)
    assert dict(back.sizes) == dict(made.sizes)
    for name in (*made.coords, *made.data_vars):
        one, other = back[name], made[name]
        assert one.dims == other.dims
        first, second = (texts(v) if meanings(v) else v.values for v in (one, other))
        if second.dtype.kind == "f":
            assert np.array_equal(first.view(np.int64), second.view(np.int64)) or (
                (first == second) | (np.isnan(first) & np.isnan(second))).all()  # fmt: skip
        else:
            assert first.tolist() == second.tolist(), name


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("ending", [".zarr", ".nc", ".parquet", ".xlsx"])
def test_every_file_that_keeps_attributes_gives_the_same_dataset(tmp_path, seed, ending):
    made = drawn(seed)
    path = tmp_path / f"out{ending}"
    write_sweep(made, path)
    back = open_sweep(path)
    assert_same(back, made)
    assert dict(back.attrs) == dict(made.attrs)
    for name in made.variables:
        attributes = {key: np.asarray(v).tolist() for key, v in back[name].attrs.items()}
        assert attributes == dict(made[name].attrs), name
    assert is_sweep(path)
    if ending != ".xlsx":
        assert {n: v.dtype.kind for n, v in back.variables.items() if v.dtype.kind in "iuf"} == {
            n: v.dtype.kind for n, v in made.variables.items() if v.dtype.kind in "iuf"
        }


@pytest.mark.parametrize("seed", range(30))
def test_a_chain_of_files_ends_where_it_began(tmp_path, seed):
    rng = np.random.default_rng(seed)
    made = drawn(seed)
    first = tmp_path / "first.zarr"
    write_sweep(made, first)
    now = open_sweep(first)
    for number, ending in enumerate(rng.permutation([".nc", ".parquet", ".xlsx", ".zarr"])):
        path = tmp_path / f"{number}{ending}"
        write_sweep(now, path)
        now = open_sweep(path)
    assert_same(now, made)
    write_sweep(now, tmp_path / "last.zarr")
    files = [
        {str(f.relative_to(path)): f.read_bytes() for f in path.rglob("*") if f.is_file()}
        for path in (first, tmp_path / "last.zarr")
    ]
    assert files[0] == files[1]


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("library", ["polars", "pandas", "pyarrow", "duckdb"])
def test_libraries_of_tables_read_it_and_give_it_back(seed, library):
    pytest.importorskip(library)
    made = drawn(seed)
    table = sweep_table(made)
    if library == "polars":
        import polars as pl

        frame = pl.DataFrame(table)
        given = frame
    elif library == "pandas":
        import pandas as pd

        frame = pd.DataFrame.from_arrow(table) if hasattr(pd.DataFrame, "from_arrow") else None
        frame = pa.table(table).to_pandas() if frame is None else frame
        given = frame
    elif library == "duckdb":
        import duckdb

        rows = pa.table(table)  # noqa: F841 - DuckDB finds it by its name
        frame = given = duckdb.sql("select * from rows").to_arrow_table()
    else:
        frame = given = pa.table(table)
    assert len(frame) == np.prod(list(made.sizes.values()))
    for name, variable in made.data_vars.items():
        column = pa.table(given)[str(name)].to_pylist()
        spread = np.broadcast_arrays(variable.values, *[np.zeros(tuple(made.sizes.values()))])[0]
        if meanings(variable):
            words = [meanings(variable)[int(code)] for code in spread.ravel()]
            assert column == [None if word == "undefined" else word for word in words]
        else:
            gap = variable.attrs.get("undefined", np.nan)
            gone = np.isnan(spread) if np.isnan(gap) else spread == gap
            assert column == [None if g else v for v, g in
                              zip(spread.ravel().tolist(), gone.ravel(), strict=True)]  # fmt: skip
    back = sweep_from_table(given)
    if library == "pyarrow":  # others drop what the columns are, and that is guessed
        assert_same(back, made)
    elif "point" in made.dims:
        assert_same_values(back, made)


def assert_same_values(back, made):
    """Compare what is measured, words as words, undefined as undefined."""
    for name, variable in made.data_vars.items():
        other = back[name]  # without the axes along which nothing varies
        if meanings(variable):
            assert texts(other).ravel().tolist() == texts(variable).ravel().tolist()
        else:
            np.testing.assert_array_equal(numbers(other).ravel(), numbers(variable).ravel())
        long = [dim for dim in made.dims if made.sizes[dim] > 1 and dim != "point"]
        assert [dim for dim in back.dims if dim != "point"] == long or made.sizes["point"] == 1


@pytest.mark.parametrize("seed", range(30))
def test_rows_in_another_order_find_their_places(seed):
    rng = np.random.default_rng(seed)
    made = drawn(seed)
    rows = pa.table(sweep_table(made))
    mixed = rows.take(rng.permutation(rows.num_rows))
    unique = all(
        len(np.unique(made[d].values)) == made.sizes[d] for d in made.dims if d in made.coords
    )
    if not unique:  # -0 is 0 where numbers are compared
        return
    back = sweep_from_table(mixed)
    assert_same(back.reindex({d: made[d] for d in made.dims}), made)


def test_rows_of_no_metadata_in_any_order_make_a_grid():
    rng = np.random.default_rng(1)
    a, b = np.meshgrid([3.0, 1.0, 2.0], [0.5, 0.25], indexing="ij")
    rows = {"a": a.ravel(), "b": b.ravel(), "c": np.arange(6.0)}
    for _ in range(20):
        order = rng.permutation(6)
        found = sweep_from_table({name: values[order] for name, values in rows.items()})
        for x, y, value in zip(*rows.values(), strict=True):
            assert found["c"].sel(a=x, b=y).item() == value


def test_what_was_taken_out_of_rows_is_no_longer_a_grid():
    made = st.sweep(MODEL, {"a": [0.0, 1.0], "d": [0.0, 1.0, 2.0]}, "number")
    rows = pa.table(sweep_table(made))
    fewer = sweep_from_table(rows.slice(0, 5))
    assert dict(fewer.sizes) == {"point": 5}
    twice = rows.take([0, 1, 2, 3, 4, 4])
    with pytest.raises(SweepError, match="two rows are of one point"):
        sweep_from_table(twice)


def test_a_store_is_written_as_rows_a_block_at_a_time(tmp_path):
    over = {"a": np.linspace(0, 2, 50), "d": np.arange(60.0)}
    made = st.sweep(MODEL, over, ["number", "word"], out=tmp_path / "out.zarr")
    batches = list(sweep_table(made).batches(rows=500))
    assert max(map(len, batches)) <= 500
    rows = pa.Table.from_batches(batches)
    assert rows.equals(pa.table(sweep_table(made.load())))


def test_every_output_of_a_sweep_is_written_and_refused_the_second_time(tmp_path):
    for ending in ENDINGS:
        path = tmp_path / f"out{ending}"
        made = st.sweep(MODEL, {"a": [0.0, 1.0]}, "number,word", out=path)
        np.testing.assert_array_equal(open_sweep(path)["number"], made["number"])
        with pytest.raises(SweepError, match="exists already"):
            st.sweep(MODEL, {"a": [0.0, 2.0]}, "number,word", out=path)
        with pytest.raises(SweepError, match="exists already"):
            write_sweep(made, path)
        write_sweep(made, path, force=True)
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(f"out{e}" for e in ENDINGS)


def test_too_many_rows_for_a_sheet_are_refused_and_leave_nothing(tmp_path):
    made = st.sweep(MODEL, {"a": np.linspace(0, 2, 400), "d": np.arange(300.0)}, "number")
    with pytest.raises(FileError, match=r"100,000 rows \(got 120000\); write \.parquet"):
        write_sweep(made, tmp_path / "out.xlsx")
    assert not list(tmp_path.iterdir())


def test_without_h5netcdf_files_are_netcdf_3(tmp_path, monkeypatch):
    pytest.importorskip("h5netcdf")
    pytest.importorskip("h5py")
    made = drawn(3)
    write_sweep(made, tmp_path / "four.nc")
    assert (tmp_path / "four.nc").read_bytes()[:4] == b"\x89HDF"
    assert_same(open_sweep(tmp_path / "four.nc"), made)
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    write_sweep(made, tmp_path / "three.nc")
    assert (tmp_path / "three.nc").read_bytes()[:3] == b"CDF"
    assert_same(open_sweep(tmp_path / "three.nc"), made)
    with pytest.raises(FileError, match=r"NetCDF 4, which h5netcdf reads; install"):
        open_sweep(tmp_path / "four.nc")


def test_an_unfinished_store_becomes_no_other_store(tmp_path):
    out = tmp_path / "out.zarr"
    st.sweep(MODEL, {"a": np.linspace(0, 2, 50)}, "number", out=out, block=20)
    next(f for f in (out / "number" / "c").rglob("*") if f.is_file()).unlink()
    with pytest.warns(UserWarning, match="unfinished: 1 of 3 blocks are missing"):
        found = open_sweep(out)
    with pytest.raises(SweepError, match="is unfinished: 1 of 3 blocks are missing; finish"):
        write_sweep(found, tmp_path / "other.zarr")
    write_sweep(found, tmp_path / "other.parquet")
    assert open_sweep(tmp_path / "other.parquet").attrs["unfinished"] == "1 of 3 blocks"


def test_rows_of_csv_become_a_store(tmp_path):
    made = st.sweep(MODEL, {"a": [0.0, 1.0], "d": [0.0, 1.0]}, "number,word",
                    out=tmp_path / "out.csv")  # fmt: skip
    write_sweep(open_sweep(tmp_path / "out.csv"), tmp_path / "out.zarr")
    back = open_sweep(tmp_path / "out.zarr")
    np.testing.assert_array_equal(back["number"], made["number"])
    assert isinstance(back, xarray.Dataset)


def test_what_is_no_sweep_is_told(tmp_path):
    (tmp_path / "a.zarr").mkdir()
    (tmp_path / "b.parquet").write_bytes(b"none")
    (tmp_path / "c.nc").write_bytes(b"none")
    parquet = importlib.import_module("pyarrow.parquet")
    parquet.write_table(pa.table({"a11": [1.0]}), tmp_path / "d.parquet")
    xarray.Dataset({"a": 1}).to_netcdf(tmp_path / "e.nc", engine="scipy")
    for path in [*tmp_path.iterdir(), tmp_path / "nothing.zarr", tmp_path / "f.csv"]:
        assert not is_sweep(path), path
