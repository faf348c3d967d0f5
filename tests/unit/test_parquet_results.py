"""How results are encoded as parquet, and row groups of several files joined to one."""

import datetime as dt
import io
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from strategic import solve
from strategic.errors import FileError
from strategic.games.io.parquet_files import parquet_writer
from strategic.games.io.row_groups import _STRUCT, RowGroupJoiner, _footer_of, _written
from strategic.status import Status


def _many_kinds(rows: int, seed: int) -> pa.Table:
    """Columns of every kind that people carry along, some of them nested."""
    rng = np.random.default_rng(seed)
    words = np.array(["a", "ünïcode", ""])[rng.integers(0, 3, rows)]
    return pa.table(
        {
            "game": np.arange(rows),
            "share": rng.random(rows),
            "flag": rng.random(rows) < 0.5,
            "small": rng.integers(-100, 100, rows).astype(np.int8),
            "word": words,
            "kind": pa.array(words).dictionary_encode(),
            "sum": pa.array([Decimal(f"{k}.25") for k in range(rows)], pa.decimal128(20, 2)),
            "day": pa.array([dt.date(2020, 1, 1)] * rows, pa.date32()),
            "moment": pa.array([10**15] * rows, pa.timestamp("us", "Europe/Vienna")),
            "while": pa.array([10**9] * rows, pa.duration("us")),
            "list": pa.array([[float(k)] * (k % 3) for k in range(rows)], pa.list_(pa.float64())),
            "pair": pa.array(
                [{"x": k, "y": None if k % 2 else "text"} for k in range(rows)],
                pa.struct({"x": pa.int64(), "y": pa.string()}),
            ),
        },
        metadata={"note": "kept"},
    )


OPTIONS = (
    {},
    {"row_group_size": 3},
    {"write_page_index": True},
    {"compression": "zstd", "use_dictionary": False, "data_page_version": "2.0"},
    {"write_statistics": False, "version": "1.0", "store_schema": False},
)


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("rows", [0, 1, 70])
def test_footers_are_written_back_as_they_are_read(options, rows):
    file = io.BytesIO()
    parquet.write_table(_many_kinds(rows, 1), file, **options)
    end, footer = _footer_of(file)
    assert _written(_STRUCT, footer) == file.getvalue()[end:-8]


@pytest.mark.parametrize("options", OPTIONS)
def test_joined_row_groups_are_the_tables_one_after_the_other(options):
    tables = [_many_kinds(rows, rows) for rows in (40, 1, 0, 17)]
    joined = io.BytesIO()
    joiner = RowGroupJoiner(joined)
    for table in tables:
        part = io.BytesIO()
        parquet.write_table(table, part, **options)
        joiner.append(part)
    joiner.close()
    whole = io.BytesIO()
    parquet.write_table(pa.concat_tables(tables).unify_dictionaries(), whole, **options)
    found, wanted = parquet.read_table(joined), parquet.read_table(whole)
    assert found.schema.equals(wanted.schema, check_metadata=True)
    assert found.to_pylist() == wanted.to_pylist()
    groups = parquet.ParquetFile(joined)
    starts = np.cumsum([0, *(groups.metadata.row_group(k).num_rows for k in range(3))])
    assert groups.read_row_group(3)["game"][0].as_py() == wanted["game"][int(starts[3])].as_py()


def test_joined_row_groups_are_read_by_others(tmp_path):
    polars, duckdb = pytest.importorskip("polars"), pytest.importorskip("duckdb")
    path = tmp_path / "joined.parquet"
    with path.open("wb") as sink:
        joiner = RowGroupJoiner(sink)
        for first in (0, 1000):
            part = io.BytesIO()
            block = _solved(1000, first)
            with parquet_writer(part, block.schema) as writer:
                writer.write_batch(block)
            joiner.append(part)
        joiner.close()
    wanted = pa.concat_tables([pa.table(_solved(1000, first)) for first in (0, 1000)])
    table = polars.read_parquet(path)
    assert table.schema["status"] == polars.String
    for name in ("game", "row_0", "payoff_column", "index", "status"):
        asked = [value for (value,) in duckdb.read_parquet(str(path)).select(name).fetchall()]
        assert asked == table[name].to_list() == wanted[name].to_pylist()


def test_parts_with_other_columns_are_refused():
    joiner = RowGroupJoiner(io.BytesIO())
    for name in ("a", "b"):
        part = io.BytesIO()
        parquet.write_table(pa.table({name: [1]}), part)
        if name == "b":
            with pytest.raises(FileError, match="same columns"):
                joiner.append(part)
        else:
            joiner.append(part)


def _solved(games: int, first: int) -> pa.RecordBatch:
    found = solve(*np.random.default_rng(first).random((2, games, 2, 2)))
    labels = pa.array([status.label for status in Status])
    index = pa.array(found.index, mask=np.isnan(found.index)).cast(pa.int32())
    codes = pa.array(found.status[found.game])
    return pa.record_batch(
        {
            "game": first + found.game,
            "row_0": found.row[:, 0],
            "column_0": found.column[:, 0],
            "payoff_column": found.payoffs[:, 1],
            "index": index,
            "status": pa.DictionaryArray.from_arrays(codes, labels),
        }
    )


def test_results_are_no_larger_than_by_default_and_keep_their_kinds():
    block = _solved(50_000, 0)
    ours, theirs = io.BytesIO(), io.BytesIO()
    with parquet_writer(ours, block.schema) as writer:
        writer.write_batch(block)
    texts = block.set_column(5, "status", block["status"].cast(pa.string()))
    parquet.write_table(pa.table(texts), theirs)
    assert len(ours.getvalue()) < len(theirs.getvalue())
    found = parquet.read_table(ours)
    assert found.schema.equals(texts.schema)
    assert found.to_pylist() == texts.to_pylist()


def test_every_kind_of_column_is_read_back_as_it_was():
    table = _many_kinds(70, 3)
    file = io.BytesIO()
    with parquet_writer(file, table.schema) as writer:
        writer.write_table(table)
    found = parquet.read_table(file)
    place = table.schema.get_field_index("kind")
    assert found.equals(table.set_column(place, "kind", table["kind"].cast(pa.string())))
    assert found.schema.metadata[b"note"] == b"kept"
