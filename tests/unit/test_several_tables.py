"""Several files as one table, streams and remote files as tables that other processes read."""

import gc
import io
import json
import os
import pickle
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from strategic.errors import FileError
from strategic.games import Game, open_games, write
from strategic.games.io.tables._several import natural
from strategic.games.io.tables._sources import CopiedGames
from strategic.games.io.tables._spooled import spooled
from strategic.workers import can_fork, forked

fsspec = pytest.importorskip("fsspec")
A, B = np.random.default_rng(5).integers(0, 9, (2, 20, 2, 2)).astype(float)


def frame(part=slice(None)):
    columns = {}
    for name, own in (("row", A), ("column", B)):
        columns |= {f"{name}_{i}_{j}": own[part, i, j] for i, j in np.ndindex(2, 2)}
    return pd.DataFrame(columns)


@pytest.fixture
def files(tmp_path, monkeypatch):
    """Twenty games in four files of three kinds, in an order of names and one of numbers."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "games").mkdir()
    frame(slice(0, 7)).to_csv("games/part-2.csv", index=False)
    frame(slice(7, 8)).to_parquet("games/part-9.parquet", index=False)
    np.savez("games/part-10.npz", row=A[8:19], column=B[8:19])
    write(Game.from_payoffs(A[19], B[19]), "games/part-11.nfg")
    return ["games/part-2.csv", "games/part-9.parquet", "games/part-10.npz", "games/part-11.nfg"]


@pytest.mark.parametrize("size", [1, 3, 7, 20, 100])
@pytest.mark.parametrize(("start", "stop"), [(0, None), (5, 9), (8, 20), (19, None), (3, 3)])
def test_blocks_reach_across_files(files, size, start, stop):
    table = open_games(files)
    last = 20 if stop is None else stop
    blocks = list(table.parts(size, start=start, stop=stop))
    assert [len(block) for block in blocks[:-1]] == [size] * (len(blocks) - 1)
    assert sum(map(len, blocks)) == last - start
    if not blocks:
        return
    assert [block.first for block in blocks] == list(range(start, last, size))
    rows = np.concatenate([block.games.row for block in blocks])
    np.testing.assert_array_equal(rows, A[start:last])
    names = ["part-2.csv"] * 7 + ["part-9.parquet"] + ["part-10.npz"] * 11 + ["part-11.nfg"]
    told = [name for block in blocks for name in block.extra.column("file").to_pylist()]
    assert told == names[start:last]


def test_folders_and_patterns_are_in_the_order_of_their_numbers(files):
    for source in ("games", Path("games"), "games/part-*", "games/"):
        np.testing.assert_array_equal(open_games(source).read().row, A)
    assert open_games(files[1:3]).count == 12
    assert open_games(files[1:3]).seekable
    assert not open_games(files).seekable


def test_numbers_in_names_are_compared_as_numbers():
    names = ["g10", "g9", "g09", "G1", "g", "h2.5", "h2.10", "9", "10"]
    expected = ["9", "10", "g", "G1", "g09", "g9", "g10", "h2.5", "h2.10"]
    assert sorted(names, key=natural) == expected


def test_folders_inside_a_folder_are_read_where_it_has_no_files_itself(tmp_path):
    for year in (2020, 2021):
        (tmp_path / f"year={year}").mkdir()
        part = slice(0, 9) if year == 2020 else slice(9, 20)
        frame(part).to_parquet(tmp_path / f"year={year}" / "part-0.parquet", index=False)
    (tmp_path / "_temporary").mkdir()
    (tmp_path / "_temporary" / "part-0.parquet").write_text("unfinished")
    table = open_games(tmp_path)
    np.testing.assert_array_equal(table.read().row, A)
    assert next(table.parts(1)).extra.to_pydict() == {"file": ["year=2020/part-0.parquet"]}


def test_a_column_called_file_is_not_lost(tmp_path):
    for k in (0, 1):
        frame(slice(k, k + 1)).assign(file=f"scan {k}").to_csv(tmp_path / f"{k}.csv", index=False)
    (block,) = open_games(tmp_path).parts()
    assert block.extra.to_pydict() == {
        "from_file": ["0.csv", "1.csv"],
        "file": ["scan 0", "scan 1"],
    }


def test_shapes_and_further_columns_must_agree(tmp_path):
    frame().to_csv(tmp_path / "a.csv", index=False)
    np.savez(tmp_path / "b.npz", row=np.zeros((1, 2, 3)), column=np.zeros((1, 2, 3)))
    with pytest.raises(FileError, match=r"a\.csv is 2x2, .*b\.npz is 2x3; put the games of each"):
        open_games([tmp_path / "a.csv", tmp_path / "b.npz"])
    frame().assign(id=1).to_csv(tmp_path / "c.csv", index=False)
    with pytest.raises(FileError, match=r"c\.csv: columns: must have the further columns"):
        open_games([tmp_path / "a.csv", tmp_path / "c.csv"])


def piped(monkeypatch, content):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(content), close=int))
    return open_games("-")


def rows_of(table):
    return np.concatenate([block.games.row for block in table.parts(3)])


def test_other_processes_read_what_was_piped_in(monkeypatch):
    content = io.BytesIO()
    frame().to_parquet(content, index=False)
    table = piped(monkeypatch, content.getvalue())
    assert isinstance(table.reader, CopiedGames)
    assert table.seekable
    again = pickle.loads(pickle.dumps(table))  # noqa: S301
    np.testing.assert_array_equal(rows_of(again), A)
    if can_fork():
        with forked(rows_of, 1) as (worker,):
            worker.send(table)
            np.testing.assert_array_equal(worker.receive(), A)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="the system lists no open files")
def test_a_copy_has_no_name_and_goes_with_its_table(monkeypatch, tmp_path):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    table = piped(monkeypatch, frame().to_csv(index=False).encode())
    path = table.reader.copy.path
    assert path.exists()
    assert not list(tmp_path.iterdir())
    kept = pickle.dumps(table)
    del table
    gc.collect()
    assert not path.exists()
    with pytest.raises(FileError, match="save it to a file that all can read"):
        pickle.loads(kept)  # noqa: S301


def test_without_open_files_in_the_system_a_copy_is_removed_with_its_table(monkeypatch, tmp_path):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    exists = Path.exists
    monkeypatch.setattr(Path, "exists", lambda path: "/proc" not in str(path) and exists(path))
    copy = spooled(io.BytesIO(b"games"), "-")
    assert copy.path.read_bytes() == b"games"
    assert copy.path.parent == tmp_path
    pid = os.fork()
    if pid == 0:  # a worker that ends must leave the file there
        del copy
        gc.collect()
        os._exit(0)
    os.waitpid(pid, 0)
    assert exists(copy.path)
    path = copy.path
    del copy
    gc.collect()
    assert not exists(path)


def test_errors_name_the_pipe_and_not_the_copy(monkeypatch):
    text = frame().to_csv(index=False).replace("\n4", "\nword").encode()
    table = piped(monkeypatch, b"row_0_0,column_0_0\n1,2\nword,3\n" + text[:0])
    with pytest.raises(FileError, match=r"^-: game 1, column row_0_0"):
        list(table.parts())


def test_a_remote_file_is_fetched_again_where_the_copy_is_not(monkeypatch):
    with fsspec.open("memory://again/games.csv", "wb") as file:
        file.write(frame().to_csv(index=False).encode())
    table = open_games("memory://again/games.csv")
    assert table.path == "memory://again/games.csv"
    kept = pickle.dumps(table)
    monkeypatch.setattr("socket.gethostname", lambda: "another machine")
    np.testing.assert_array_equal(rows_of(pickle.loads(kept)), A)  # noqa: S301


@pytest.mark.parametrize("whole", [False, True])
def test_lines_of_json_are_read_block_by_block(whole, tmp_path, monkeypatch):
    monkeypatch.setattr("strategic.games.io.tables._documents._BLOCK", 100)
    if not whole:
        monkeypatch.setattr("strategic.games.io.tables._documents._HELD", 0)
    lines = [
        json.dumps({"row": a, "column": b, "k": k, "note": None if k % 2 else "x"})
        for k, (a, b) in enumerate(zip(A.tolist(), B.tolist(), strict=True))
    ]
    path = tmp_path / "games.jsonl"
    path.write_text("\ufeff" + "\n\n".join(lines) + "\n", encoding="utf-8")
    table = open_games(path)
    assert table.extra == ("k", "note")
    assert table.count == (20 if whole else None)
    blocks = list(table.parts(6))
    assert [len(block) for block in blocks] == [6, 6, 6, 2]
    np.testing.assert_array_equal(np.concatenate([b.games.row for b in blocks]), A)
    assert [k for b in blocks for k in b.extra.column("k").to_pylist()] == list(range(20))
    path.write_text("\n\n".join([*lines, '{"row": [[1]], "column": [[2]]}']), encoding="utf-8")
    with pytest.raises(FileError, match="line 1 is 2x2, line 41 is 1x1"):
        list(open_games(path).parts())
    lines[-1] = lines[-1].replace('"k"', '"other"')
    path.write_text("\n".join(lines), encoding="utf-8")
    if whole:
        (block,) = open_games(path).parts()
        assert block.extra.column("other").to_pylist() == [None] * 19 + [19]
        return
    with pytest.raises(FileError, match="field other: appears from line 19 on"):
        list(open_games(path).parts())


def test_an_address_of_the_web_is_one_file_whatever_it_asks():
    from strategic.games.io.tables._remote import remote_files
    from strategic.games.io.tables.kinds import kind_of

    address = "https://example.org/games.csv?version=2"
    assert "remote" in kind_of(address).what
    assert kind_of("C:\\games.csv").endings
    assert remote_files(address) == [address]
