"""Further columns of a table of games, of every type, in every form of the results."""

import datetime as dt
import json

import numpy as np
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest
from pyarrow import csv

import strategic as st

TOTAL = 12
ROW, COLUMN = np.random.default_rng(2).normal(size=(2, TOTAL, 2, 2))
KEPT = {
    "id": pa.array([None if i > 8 else 7 * i for i in range(TOTAL)], pa.int32()),
    "large": pa.array([None if i == 11 else 2**60 + i for i in range(TOTAL)]),
    "name": pa.array(["x" * i for i in range(TOTAL)]),
    "kind": pa.array([None, "low", "high", "none"] * 3).dictionary_encode(),
    "when": pa.array([None, *range(1, TOTAL)], pa.timestamp("ms")),
    "day": pa.array(range(TOTAL), pa.date32()),
    "time": pa.array([dt.time(i) for i in range(TOTAL)]),
    "price": pa.array([f"{i}.10" for i in range(TOTAL)]).cast(pa.decimal128(9, 2)),
    "true": pa.array([None, True, False] * 4),
    "list": pa.array([[i] * (i % 3) for i in range(TOTAL)]),
    "pair": pa.array([{"a": i, "b": "ü"} for i in range(TOTAL)]),
    "none": pa.nulls(TOTAL),
    "bytes": pa.array([b"\xff" if i == 3 else b"z" for i in range(TOTAL)]),
    "count": pa.array(range(TOTAL)),
}


@pytest.fixture
def games(tmp_path):
    names = [f"{side}{i}{j}" for side in "ab" for i in "12" for j in "12"]
    cells = np.concatenate([ROW.reshape(-1, 4), COLUMN.reshape(-1, 4)], axis=1)
    table = pa.table(KEPT | dict(zip(names, cells.T, strict=True)))
    path = tmp_path / "games.parquet"
    pq.write_table(table, path, row_group_size=4)
    return path


def run(games, out):
    found = st.batch(games, out, part=4, workers=1)
    assert found.games == TOTAL
    assert found.equilibria == st.solve(ROW, COLUMN).count.sum()


@pytest.mark.parametrize("ending", [".parquet", ".feather", ""])
def test_types_stay_where_files_have_types(ending, games, tmp_path):
    run(games, tmp_path / f"out{ending}")
    if ending == ".feather":
        read = pa.feather.read_table(tmp_path / "out.games.feather")
    else:
        read = pq.read_table(tmp_path / ("out/games" if not ending else "out.games.parquet"))
    for name, column in KEPT.items():
        written = read.column("input_count" if name == "count" else name).combine_chunks()
        plain = column.dictionary_decode() if name == "kind" else column
        assert written.to_pylist() == plain.to_pylist(), name
        assert str(written.type).replace("element:", "item:") == str(plain.type)


def test_csv_holds_what_texts_can_say(games, tmp_path):
    run(games, tmp_path / "out.csv")
    options = csv.ConvertOptions(column_types={"price": pa.string(), "time": pa.string()})
    read = csv.read_csv(tmp_path / "out.games.csv", convert_options=options).to_pydict()
    assert read["id"] == KEPT["id"].to_pylist()
    assert read["name"] == KEPT["name"].to_pylist()
    assert read["price"] == [f"{i}.10" for i in range(TOTAL)]
    assert [json.loads(text) for text in read["list"]] == KEPT["list"].to_pylist()
    assert [json.loads(text) for text in read["pair"]] == KEPT["pair"].to_pylist()
    assert read["bytes"][2:5] == ["7a", "ff", "7a"]


def test_arrays_hold_every_entry_of_every_block(games, tmp_path):
    run(games, tmp_path / "out.npz")
    read = np.load(tmp_path / "out.npz")
    places = {name: f"games_{name}" if f"games_{name}" in read else name for name in KEPT}
    places["count"] = "games_input_count" if "games_input_count" in read else "input_count"
    got = {name: read[place].tolist() for name, place in places.items()}
    assert got["name"] == KEPT["name"].to_pylist()  # later texts are longer
    assert got["kind"] == ["", "low", "high", "none"] * 3
    assert np.isnan(got["id"][9:]).all()  # only the last block has gaps
    assert got["id"][:9] == [7 * i for i in range(9)]
    assert [text for text in got["large"] if text][:2] == [str(2**60), str(2**60 + 1)]
    assert got["price"] == [f"{i}.10" for i in range(TOTAL)]
    assert [json.loads(text) for text in got["list"]] == KEPT["list"].to_pylist()
    assert read[places["day"]][3] == np.datetime64("1970-01-04")
    assert read["count"].tolist() == st.solve(ROW, COLUMN).count.tolist()
