"""Batches of games: the same results in every form, for any workers, parts, and way of running."""

import gzip
import itertools
import json
import os
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.dataset
import pyarrow.feather
import pyarrow.parquet as pq
import pytest

import strategic as st
from strategic.batches import _jobs, _tables
from strategic.batches._jobs import _tally
from strategic.batches._plan import drawn
from strategic.errors import FileError, UsageError
from strategic.games import Game, write
from strategic.status import Status

GAMES = 500


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The same games, ties and a missing payoff among them, in every kind of file."""
    folder = tmp_path_factory.mktemp("games")
    payoffs = np.random.default_rng(7).integers(0, 5, (2, GAMES, 2, 3)).astype(float)
    payoffs[0, 77, 1, 1] = np.nan
    payoffs[:, 201] = payoffs[:, 200]  # duplicates are kept
    names = [f"{side}_{i}_{j}" for side in ("row", "column") for i in range(2) for j in range(3)]
    cells = np.moveaxis(payoffs, 1, 0).reshape(GAMES, -1).T
    table = pa.table(dict(zip(names, cells, strict=True)))
    pq.write_table(table, folder / "in.parquet", row_group_size=90)
    pyarrow.csv.write_csv(table, folder / "in.csv")
    np.savez(folder / "in.npz", row=payoffs[0], column=payoffs[1])
    further = table.append_column("id", pa.array([f"g,{k}" for k in range(GAMES)]))
    further = further.append_column("count", pa.array(np.arange(GAMES) / 2))
    pq.write_table(further, folder / "further.parquet")
    return folder


@pytest.fixture(scope="module")
def expected(folder):
    """What one call of the solver gives."""
    found = st.solve(st.games.read_games(folder / "in.npz", missing=True))
    return {name: np.asarray(column) for name, column in found.columns().items()}, found


def tables(path, name):
    """Read the rows and the games of any output."""
    if path.is_dir():
        read = pyarrow.dataset.dataset(path / name).to_table()
    elif path.suffix == ".npz":
        with np.load(path) as arrays:
            names = [n for n in arrays if (len(arrays[n]) == GAMES) == (name == "games")]
            labels = arrays["status_labels"]
            columns = {n: arrays[n] for n in names if n != "status_labels"}
        if name == "games":
            columns["status"] = labels[columns["status"]]
        return columns
    else:
        file = path.with_suffix(f".games{path.suffix}") if name == "games" else path
        read = {
            ".csv": pyarrow.csv.read_csv,
            ".parquet": pq.read_table,
            ".feather": pyarrow.feather.read_table,
        }[path.suffix](file)
    return {n: read[n].to_numpy() for n in read.column_names}


WAYS = list(
    itertools.product(["csv", "parquet", "npz"], ["folder", "csv", "parquet", "npz", "feather"])
)


@pytest.mark.parametrize(("kind", "to"), WAYS)
def test_every_way_through_gives_the_same(kind, to, folder, expected, tmp_path):
    rows, found = expected
    written = []
    for workers, part in ((1, None), (1, 120), (3, 120)):
        (tmp_path / f"{workers}{part}").mkdir()
        out = tmp_path / f"{workers}{part}" / ("out" if to == "folder" else f"out.{to}")
        done = st.batch(folder / f"in.{kind}", out, workers=workers, part=part)
        assert (done.games, done.equilibria) == (GAMES, len(found))
        assert done.statuses["invalid"] == done.failures == 1
        assert done.parts == (1 if part is None else 5)
        got = tables(out, "equilibria")
        assert list(got) == list(rows)
        for name, column in rows.items():
            np.testing.assert_array_equal(got[name].astype(float), column, strict=False)
        games = tables(out, "games")
        np.testing.assert_array_equal(games["count"], found.count)
        assert games["status"].tolist() == [Status(code).label for code in found.status]
        if to != "npz":
            assert games["game"].tolist() == list(range(GAMES))
        if part is not None:
            written.append(contents(out.parent))
    assert written[0] == written[1]  # not a byte depends on the workers


@pytest.mark.parametrize("to", ["out", "out.parquet", "out.csv"])
def test_an_executor_gives_the_same_bytes(to, folder, tmp_path):
    (tmp_path / "here").mkdir()
    st.batch(folder / "in.parquet", tmp_path / "here" / to, part=60, workers=2)
    for name, pool in (
        ("threads", ThreadPoolExecutor(3)),
        ("processes", ProcessPoolExecutor(2, mp_context=get_context("spawn"))),
    ):
        (tmp_path / name).mkdir()
        with pool as executor:
            st.batch(folder / "in.parquet", tmp_path / name / to, part=60, executor=executor)
        assert contents(tmp_path / name) == contents(tmp_path / "here")
    if to == "out":
        with ThreadPoolExecutor(2) as executor:
            out = tmp_path / "shared"
            st.batch(folder / "in.parquet", out, part=60, executor=executor, shared=True)
        assert contents(out) == contents(tmp_path / "here" / "out")


def contents(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_further_columns_stand_in_both_tables(folder, tmp_path):
    for to in ("out", "out.parquet", "out.csv", "out.feather"):
        done = st.batch(folder / "further.parquet", tmp_path / to, part=200, workers=2)
        rows, games = tables(tmp_path / to, "equilibria"), tables(tmp_path / to, "games")
        assert list(games) == ["game", "id", "input_count", "count", "status"]
        assert list(rows)[:3] == ["game", "id", "input_count"]
        assert games["id"].tolist() == [f"g,{k}" for k in range(GAMES)]
        assert rows["id"].tolist() == [f"g,{k}" for k in rows["game"]]
        np.testing.assert_array_equal(rows["input_count"], rows["game"] / 2)
        assert done.notes == ("the column count of the games is written as input_count",)
    table = pq.read_table(folder / "further.parquet")
    pq.write_table(table.append_column("input_count", table["id"]), tmp_path / "both.parquet")
    done = st.batch(tmp_path / "both.parquet", tmp_path / "both", workers=1)
    names = ["game", "id", "input_input_count", "input_count", "count", "status"]
    assert list(tables(tmp_path / "both", "games")) == names
    assert done.notes == ("the column count of the games is written as input_input_count",)
    st.batch(folder / "further.parquet", tmp_path / "out.npz", workers=1)
    with np.load(tmp_path / "out.npz") as arrays:
        assert arrays["games_id"].tolist() == [f"g,{k}" for k in range(GAMES)]
        assert arrays["id"].tolist() == [f"g,{k}" for k in arrays["game"]]


@pytest.mark.parametrize("kind", ["csv", "parquet", "npz"])
def test_a_sample_depends_on_its_seed_alone(kind, folder, expected, tmp_path):
    found = expected[1]
    numbers = drawn(GAMES, 60, 3)
    assert len(set(numbers)) == 60
    for part, workers in ((None, 1), (7, 1), (25, 2)):
        out = tmp_path / f"{part}"
        source = folder / f"in.{kind}"
        done = st.batch(source, out, sample=60, seed=3, part=part, workers=workers)
        games = tables(out, "games")
        assert done.games == 60
        assert games["game"].tolist() == numbers.tolist()
        assert games["count"].tolist() == found.count[numbers].tolist()
        rows = tables(out, "equilibria")
        chosen = np.isin(found.game, numbers)
        assert rows["game"].tolist() == found.game[chosen].tolist()
        assert rows["row_0"].tolist() == found.row[chosen, 0].tolist()
    st.batch(folder / f"in.{kind}", tmp_path / "few", sample=60, seed=3, limit=90)
    assert tables(tmp_path / "few", "games")["game"].max() < 90
    with pytest.raises(UsageError, match="sample: must be at most the 500 games there are"):
        st.batch(folder / f"in.{kind}", tmp_path / "more", sample=501)
    assert not (tmp_path / "more").exists()


def test_samples_are_uniform():
    counts = np.zeros(20)
    for seed in range(4000):
        counts[drawn(20, 5, seed)] += 1
    # a binomial count of mean 1000 and deviation 27.4
    assert np.abs(counts - 1000).max() < 4 * 27.4
    together = np.zeros((6, 6))
    for seed in range(3000):
        chosen = drawn(6, 4, seed)  # more than half: the others are drawn
        together[np.ix_(chosen, chosen)] += 1
    pairs = together[~np.eye(6, dtype=bool)]
    assert np.abs(pairs - 1200).max() < 4 * 26.8  # 3000 times 4 x 3 of 6 x 5
    assert drawn(7, 7, 0).tolist() == list(range(7))
    few = drawn(10**12, 1000, 0)
    assert len(few) == 1000
    assert (np.diff(few) > 0).all()


@pytest.mark.parametrize("kind", ["csv", "parquet", "npz"])
def test_the_first_games_only(kind, folder, expected, tmp_path):
    for limit, part in ((130, 50), (50, 50), (9999, 300)):
        out = tmp_path / f"{limit}"
        done = st.batch(folder / f"in.{kind}", out, limit=limit, part=part, workers=2)
        count = min(limit, GAMES)
        assert done.games == count
        assert tables(out, "games")["count"].tolist() == expected[1].count[:count].tolist()


def test_other_programs_read_a_finished_folder(folder, expected, tmp_path):
    rows, found = expected
    out = tmp_path / "found"
    st.batch(folder / "in.parquet", out, part=90, workers=2)
    import pandas as pd

    assert pyarrow.dataset.dataset(out / "equilibria").count_rows() == len(found)
    frame = pd.read_parquet(out / "equilibria")
    np.testing.assert_array_equal(frame["payoff_row"], rows["payoff_row"])
    assert pd.read_parquet(out / "games")["status"].value_counts()["invalid"] == 1
    polars = pytest.importorskip("polars")
    lazy = polars.scan_parquet(out / "equilibria").filter(polars.col("game") == 200)
    assert lazy.collect()["row_0"].to_list() == found.row[found.game == 200, 0].tolist()
    duckdb = pytest.importorskip("duckdb")
    joined = duckdb.sql(
        f"select g.status, count(*) from '{out}/games/*.parquet' g "  # noqa: S608 - a test's folder
        f"join '{out}/equilibria/*.parquet' e using (game) group by all order by all"
    ).fetchall()
    labels, counts = np.unique(
        [Status(found.status[g]).label for g in found.game], return_counts=True
    )
    assert joined == list(zip(labels.tolist(), counts.tolist(), strict=True))


def test_counts_alone_are_one_table(folder, expected, tmp_path):
    done = st.batch(folder / "in.csv", tmp_path / "found", want="count", part=100)
    assert done.largest_regret is None
    assert sorted(p.name for p in (tmp_path / "found").iterdir()) == ["_strategic.json", "games"]
    games = tables(tmp_path / "found", "games")
    assert games["count"].tolist() == expected[1].count.tolist()


CHANGES = {
    "method.options.backend": {"backend": "torch"},
    "method.options.want": {"want": "supports"},
    "rationalise": {"rationalise": 10},
    "part": {"part": 101},
    "limit": {"limit": 400},
    "sample": {"sample": 30},
    "method.name": {"method": "pure"},
}


@pytest.mark.parametrize("name", CHANGES)
def test_each_difference_is_named_in_one_line(name, folder, tmp_path):
    if name == "method.options.backend":
        pytest.importorskip("torch")
    out = tmp_path / "found"
    st.batch(folder / "in.npz", out, part=100)
    before = contents(out)
    with pytest.raises(FileError) as caught:
        st.batch(folder / "in.npz", out, **({"part": 100, "resume": True} | CHANGES[name]))
    (line,) = (line for line in str(caught.value).splitlines() if f"found: {name}: " in line)
    assert "the folder was begun with " in line
    assert contents(out) == before


def test_a_source_that_has_changed_is_noticed(folder, tmp_path):
    games = st.games.read_games(folder / "in.csv", missing=True)
    payoffs = [table.copy() for table in games.payoffs]
    np.savez(tmp_path / "in.npz", row=payoffs[0], column=payoffs[1])
    st.batch(tmp_path / "in.npz", tmp_path / "found", part=100)
    payoffs[0][499, 0, 0] += 1
    np.savez(tmp_path / "in.npz", row=payoffs[0], column=payoffs[1])
    rule = (
        r"found: source: has changed since the folder was begun \(got 'in.npz \([0-9,]+ bytes\)'\);"
    )
    with pytest.raises(FileError, match=rule):
        st.batch(tmp_path / "in.npz", tmp_path / "found", part=100, resume=True)
    rule = r"found: source: the folder was begun with in.npz \([0-9,]+ bytes\) \(got 'in.csv"
    with pytest.raises(FileError, match=rule):
        st.batch(folder / "in.csv", tmp_path / "found", part=100, resume=True)
    st.batch(tmp_path / "in.npz", tmp_path / "found", part=100, force=True)


@pytest.mark.parametrize("table", ["games", "equilibria"])
@pytest.mark.parametrize("damage", ["cut", "empty", "gone", "noise", "other"])
def test_a_damaged_part_is_made_anew(table, damage, folder, tmp_path):
    out = tmp_path / "found"
    st.batch(folder / "in.npz", out, part=100)
    whole = contents(out)
    file = out / table / "part-000003.parquet"
    content = file.read_bytes()
    if damage == "gone":
        file.unlink()
    else:
        file.write_bytes(
            {
                "cut": content[:-1],
                "empty": b"",
                "noise": content[:-208] + bytes(200) + content[-8:],  # in its footer
                "other": (out / table / "part-000001.parquet").read_bytes(),
            }[damage]
        )
    (out / table / ".part-000009.parquet.part").write_bytes(b"left by a killed run")
    done = st.batch(folder / "in.npz", out, part=100, resume=True)
    assert (done.kept, done.parts, done.games) == (4, 5, GAMES)
    assert contents(out) == whole


def test_parts_written_before_the_last_status_was_known_are_kept(folder, tmp_path, monkeypatch):
    out, whole = tmp_path / "found", tmp_path / "whole"
    labels = [status.label for status in Status]
    with monkeypatch.context() as earlier:
        for module in (_tables, _jobs):
            earlier.setattr(module, "LABELS", labels[:-1])
        st.batch(folder / "in.npz", out, part=100, workers=1)
        for form in ("parquet", "feather"):
            st.batch(folder / "in.npz", tmp_path / f"found.{form}", workers=1)
    (out / "games" / "part-000003.parquet").unlink()
    done = st.batch(folder / "in.npz", out, part=100, resume=True)
    assert (done.kept, done.parts) == (4, 5)
    assert done.statuses == st.batch(folder / "in.npz", whole, part=100).statuses
    np.testing.assert_equal(tables(out, "games"), tables(whole, "games"))
    stored = st.open_batch(whole)
    for form in ("", ".parquet", ".feather"):
        again = st.open_batch(f"{out}{form}")
        np.testing.assert_array_equal(again.status, stored.status)
        assert again.statuses == stored.statuses


def test_only_a_batch_is_continued_or_replaced(folder, tmp_path):
    source = folder / "in.npz"
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    for how in ({}, {"force": True}, {"resume": True}):
        with pytest.raises(FileError, match="something else than a batch"):
            st.batch(source, tmp_path / "mine", **how)
    (tmp_path / "file").write_text("mine")
    with pytest.raises(FileError, match="exists and is no folder; choose another name"):
        st.batch(source, tmp_path / "file", force=True)
    st.batch(source, tmp_path / "found", part=100)
    (tmp_path / "found" / "_strategic.json").write_text(json.dumps({"format": "else"}))
    with pytest.raises(FileError, match="is not a batch that can be continued"):
        st.batch(source, tmp_path / "found", part=100, resume=True)
    with pytest.raises(UsageError, match="either continue a folder or replace it"):
        st.batch(source, tmp_path / "found", resume=True, force=True)
    with pytest.raises(UsageError, match="only a folder can be continued"):
        st.batch(source, tmp_path / "found.csv", resume=True)
    (tmp_path / "empty").mkdir()
    assert st.batch(source, tmp_path / "empty", part=100, resume=True).kept == 0
    write(Game.from_payoffs(np.ones((3, 2, 2)), np.ones((3, 2, 2))), tmp_path / "ones.npz")
    (tmp_path / "found" / "games" / "in.npz").write_bytes((tmp_path / "ones.npz").read_bytes())
    with pytest.raises(FileError, match="holds the input"):
        st.batch(tmp_path / "found" / "games" / "in.npz", tmp_path / "found", force=True)


def test_progress_counts_games_of_this_run_and_of_earlier_ones(folder, tmp_path):
    told = []
    st.batch(folder / "in.npz", tmp_path / "out", part=200, progress=lambda *t: told.append(t))
    assert told == [(0, 500), (200, 500), (400, 500), (500, 500)] or len(told) == 4
    (tmp_path / "out" / "games" / "part-000001.parquet").unlink()
    again = []
    st.batch(
        folder / "in.npz", tmp_path / "out", part=200, resume=True,
        progress=lambda *t: again.append(t),
    )  # fmt: skip
    assert again == [(300, 500), (500, 500)]
    lines = (folder / "in.csv").read_bytes()
    (tmp_path / "in.csv.gz").write_bytes(gzip.compress(lines))
    for source, total in ((folder / "in.csv", 500), (tmp_path / "in.csv.gz", None)):
        of_lines = []
        st.batch(
            source, tmp_path / f"{total}.csv", progress=lambda *t, told=of_lines: told.append(t)
        )
        assert of_lines == [(0, total), (500, total)]


def test_a_finished_folder_is_not_read_again(folder, tmp_path, monkeypatch):
    out = tmp_path / "out"
    st.batch(folder / "in.csv", out, part=100)
    assert json.loads((out / "_strategic.json").read_text())["games"] == GAMES
    before = contents(out)

    def nobody(*_args, **_options):
        raise AssertionError

    monkeypatch.setattr("strategic.batches._plan.portions", nobody)
    done = st.batch(folder / "in.csv", out, part=100, resume=True)
    assert (done.kept, done.parts, done.games, done.failures) == (5, 5, GAMES, 1)
    assert contents(out) == before


def test_one_file_is_the_same_however_it_is_cut(folder, tmp_path, monkeypatch):
    monkeypatch.setattr("strategic.batches._jobs._LEAST", 1)
    monkeypatch.setattr("strategic.batches._jobs._BLOCK_GAMES", 30)
    files = []
    for workers, parts in ((1, 3), (2, 5), (3, 9)):
        (tmp_path / f"{workers}").mkdir()
        for suffix in ("parquet", "csv", "feather", "npz"):
            out = tmp_path / f"{workers}" / f"out.{suffix}"
            done = st.batch(folder / "in.parquet", out, workers=workers)
            assert done.parts == parts
        files.append(contents(tmp_path / f"{workers}"))
    assert files[0] == files[1] == files[2]


def test_pipes_are_known_by_their_first_games(tmp_path, monkeypatch):
    import io

    def piped(payoff):
        text = "row_0_0,column_0_0\n" + f"{payoff},1\n" * 50
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        return st.batch("-", tmp_path / "out", part=20, resume=True)

    assert piped(3).kept == 0
    assert piped(3).kept == 3
    with pytest.raises(FileError, match="source: has changed since the folder was begun"):
        piped(4)


def test_a_folder_of_games_may_hold_the_folder_of_its_results(folder, tmp_path):
    games = st.games.read_games(folder / "in.npz", missing=True)
    for k in range(7):
        write(games.of_batch(k), tmp_path / f"game{k}.nfg")
    words = {"part": 2, "workers": 1}
    st.batch(tmp_path, tmp_path / "found", **words)
    (tmp_path / "found" / "games" / "part-000001.parquet").unlink()
    assert st.batch(tmp_path, tmp_path / "found", resume=True, **words).kept == 3
    (tmp_path / "game6.nfg").unlink()
    with pytest.raises(FileError) as caught:
        st.batch(tmp_path, tmp_path / "found", resume=True, **words)
    assert str(caught.value).count("\n") == 0
    assert "source: the folder was begun with 7 files" in str(caught.value)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_parts_need_not_be_whole_blocks(kind, folder, expected, tmp_path, monkeypatch):
    monkeypatch.setattr("strategic.batches._jobs._LEAST", 1)
    monkeypatch.setattr("strategic.batches._jobs._BLOCK_GAMES", 30)
    for part, sample in ((100, None), (29, None), (70, 200), (1, 20)):
        made = []
        for workers in (1, 2):
            out = tmp_path / f"{part}-{workers}"
            st.batch(folder / f"in.{kind}", out, part=part, sample=sample, workers=workers)
            made.append(contents(out))
            games = tables(out, "games")
            assert games["count"].tolist() == expected[1].count[games["game"]].tolist()
            first = pq.ParquetFile(out / "games" / "part-000000.parquet").metadata
            sizes = [first.row_group(k).num_rows for k in range(first.num_row_groups)]
            assert sizes == [30] * (part // 30) + [part % 30] * (part % 30 > 0)
        assert made[0] == made[1]


def test_a_regret_that_is_no_number_is_not_the_largest():
    status = pa.DictionaryArray.from_arrays(pa.array([0], pa.int8()), pa.array(["complete"]))
    games = pa.table({"count": pa.array([3], pa.int32()), "status": status})
    rows = pa.table({"regret": pa.array([1e-9, np.nan, None], pa.float64())})
    assert _tally(rows, games).largest_regret == 1e-9


def test_names_that_are_no_utf8(folder, tmp_path):
    source = tmp_path / os.fsdecode(b"in\xfe.parquet")
    source.write_bytes((folder / "in.parquet").read_bytes())
    out = tmp_path / os.fsdecode(b"out\xff")
    st.batch(source, out, part=100)
    assert st.batch(source, out, part=100, resume=True).kept == 5


@pytest.mark.parametrize("name", ["part-000001 (copy).parquet", "part-1.parquet", "notes.txt"])
def test_a_stray_file_among_the_parts_is_told(name, folder, tmp_path):
    out = tmp_path / "out"
    st.batch(folder / "in.npz", out, part=100)
    (out / "equilibria" / name).write_bytes(b"mine")
    (out / "games" / ".hidden").write_bytes(b"of the system")
    before = contents(out)
    with pytest.raises(FileError, match="is no part of the batch that lies there; move it away"):
        st.batch(folder / "in.npz", out, part=100, resume=True)
    assert contents(out) == before
    (out / "equilibria" / name).unlink()
    assert st.batch(folder / "in.npz", out, part=100, resume=True).kept == 5
