"""Parts that begin inside a group of rows of the input are read together, to the same bytes."""

import hashlib
import tracemalloc

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

import strategic as st
from strategic.batches._jobs import block_size, solve_part
from strategic.batches._plan import Asked, default_part, planned
from strategic.equilibria import method_of
from strategic.games import families, open_games, write
from strategic.games.io.tables._parquet import ParquetReader

EVERY = method_of("all")


@pytest.fixture
def plan_of(tmp_path):
    """Make a plan of 2x2 games in a parquet file whose groups of rows have the size asked for."""

    def make(games, group, **asked):
        path = tmp_path / "games.parquet"
        table = families.random_games((2, 2), games, rng=games).to_pandas()
        table["name"] = [f"game {number}" for number in range(games)]
        parquet.write_table(pa.Table.from_pandas(table), path, row_group_size=group)
        return planned(open_games(path), EVERY, Asked(**asked))

    return make


def test_stretches_are_the_parts_that_are_not_done(plan_of):
    plan = plan_of(1000, 100, part=10)
    for done in (set(), {0}, {99}, {10, 11, 12, 55}, set(range(0, 100, 2)), set(range(100))):
        for workers in (1, 2, 3, 40):
            found = list(plan.stretches(done, workers))
            assert [n for some in found for n in some] == sorted({*range(100)} - done)
            # no stretch goes over the end of a group of rows, so that nothing is read twice
            assert all(some[0] // 10 == some[-1] // 10 for some in found)
    assert len(list(plan.stretches((), 1))) == 10
    assert len(list(plan.stretches((), 40))) == 100  # else some of them would have nothing to do


def test_parts_that_end_in_the_midst_of_groups_of_rows_are_read_a_few_at_a_time(plan_of):
    assert {len(s) for s in plan_of(6400, 90, part=100).stretches((), 1)} == {4}
    assert {len(s) for s in plan_of(6400, 110, part=100).stretches((), 1)} == {4}
    assert {len(s) for s in plan_of(6400, 100, part=100).stretches((), 1)} == {1}
    assert {len(s) for s in plan_of(6400, 50, part=100).stretches((), 1)} == {1}
    assert {len(s) for s in plan_of(6400, 90, part=100).stretches((), 16)} == {1}


def test_samples_and_parts_that_are_no_whole_blocks_are_read_alone(plan_of, monkeypatch):
    assert {len(s) for s in plan_of(1000, 1000, part=10, sample=500).stretches((), 1)} == {1}
    monkeypatch.setattr("strategic.batches._plan.block_size", lambda *_: 4)
    assert {len(s) for s in plan_of(1000, 1000, part=10).stretches((), 1)} == {1}
    assert {len(s) for s in plan_of(1000, 1000, part=12).stretches((), 1)} == {20, 4}


def test_a_group_of_rows_is_opened_once_for_all_its_parts(tmp_path, plan_of, monkeypatch):
    plan, opened = plan_of(4000, 500, part=50), []
    batches = ParquetReader.batches
    monkeypatch.setattr(
        ParquetReader,
        "batches",
        lambda self, size, start: opened.append(start) or batches(self, size, start),
    )
    path = tmp_path / "games.parquet"
    st.batch(path, tmp_path / "found", part=50, workers=1)
    assert sorted(opened) == list(range(0, 4000, 500))
    for number in range(plan.parts):
        result = solve_part(plan.job(number))
        for name, content in result.files.items():
            file = tmp_path / "found" / name / f"part-{number:06d}.parquet"
            assert hashlib.sha256(file.read_bytes()).digest() == hashlib.sha256(content).digest()


def test_parts_of_several_files_are_read_together_too(tmp_path):
    for name in "ab":
        write(families.random_games((2, 2), 1000, rng=0), tmp_path / f"{name}.parquet")
    table = open_games([tmp_path / "a.parquet", tmp_path / "b.parquet"])
    plan = planned(table, EVERY, Asked(part=50))
    assert [len(some) for some in plan.stretches((), 1)] == [10, 10, 10, 10]
    together = [solve_part(job) for some in plan.stretches((), 1) for job in plan.jobs(some)]
    alone = [solve_part(plan.job(number)) for number in range(plan.parts)]
    assert [r.files for r in together] == [r.files for r in alone]


@pytest.mark.parametrize("workers", [1, 2])
def test_parts_of_small_size_have_the_same_bytes_however_they_are_read(tmp_path, workers):
    path = tmp_path / "games.parquet"
    write(families.random_games((2, 2), 3000, rng=1), path)
    st.batch(path, tmp_path / "whole", part=100, workers=workers)
    st.batch(path, tmp_path / "few", part=100, workers=1, limit=700)
    for name in ("equilibria", "games"):
        for file in (tmp_path / "few" / name).glob("*.parquet"):
            assert file.read_bytes() == (tmp_path / "whole" / name / file.name).read_bytes()


@pytest.mark.parametrize("shape", [(2, 2), (3, 3), (2, 5), (8, 8), (3, 3, 3)])
def test_parts_are_whole_blocks(shape):
    for method in (EVERY, method_of("pure")):
        size, block = default_part(shape, method), block_size(shape, method)
        assert size % block == 0 or size < block


def test_huge_groups_of_rows_are_read_a_buffer_at_a_time(tmp_path):
    columns = np.random.default_rng(0).random((8, 600_000))
    names = [f"{player}_{i}_{j}" for player in ("row", "column") for i in (0, 1) for j in (0, 1)]
    parquet.write_table(pa.table(dict(zip(names, columns, strict=True))), tmp_path / "one.parquet")
    table = open_games(tmp_path / "one.parquet")
    tracemalloc.start()  # what is read comes as bytes of Python
    try:
        for _ in table.parts(20_000):
            pass
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < columns.nbytes / 2
