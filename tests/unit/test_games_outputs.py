"""What is written about games, and that nothing is left behind where it cannot be."""

import errno
import os
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from strategic.errors import FileError, GameError
from strategic.games import Game, write
from strategic.games._numbers import format_number, parse_number
from strategic.games.io.columns import written_tables
from strategic.games.io.files import write_text, written_whole
from strategic.status import Status


def append_found(tables, index):
    equilibria, games = tables
    equilibria.append({"row_0": np.array([1 / 3]), "index": np.array([index])})
    games.append({"count": np.array([1, 0]), "status": np.array([0, 3], dtype=np.int8)})


def write_found(path):
    labels = {"status": [status.label for status in Status]}
    with written_tables(path, "games", gaps=("index",), labels=labels) as tables:
        append_found(tables, 1.0)
        append_found(tables, np.nan)


def test_tables_that_belong_together_as_csv_parquet_and_npz(tmp_path):
    write_found(tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text() == (
        "row_0,index\n0.3333333333333333,1\n0.3333333333333333,\n"
    )
    assert (tmp_path / "out.games.csv").read_text() == (
        "count,status\n1,complete\n0,not_finished\n1,complete\n0,not_finished\n"
    )
    write_found(tmp_path / "out.parquet")
    import pyarrow.parquet as pq

    table = pq.read_table(tmp_path / "out.parquet").to_pydict()
    assert table == {"row_0": [1 / 3, 1 / 3], "index": [1, None]}
    games = pq.read_table(tmp_path / "out.games.parquet").to_pydict()
    assert games["status"] == ["complete", "not_finished"] * 2
    write_found(tmp_path / "out.npz")
    with np.load(tmp_path / "out.npz") as arrays:
        assert arrays["status_labels"][arrays["status"]].tolist() == games["status"]
        assert arrays["count"].tolist() == [1, 0, 1, 0]
        assert np.isnan(arrays["index"]).tolist() == [False, True]


def test_arrow_tables_are_written_like_arrays(tmp_path):
    import pyarrow as pa

    labels = pa.array(["complete", "invalid"])
    status = pa.DictionaryArray.from_arrays(pa.array([1, 0], pa.int8()), labels)
    table = pa.table({"index": pa.array([None, 1], pa.int32()), "status": status})
    for suffix in ("csv", "feather", "npz"):
        with written_tables(tmp_path / f"out.{suffix}") as (writer,):
            writer.append(table)
            writer.append(table)
    lines = "index,status\n" + ",invalid\n1,complete\n" * 2
    assert (tmp_path / "out.csv").read_text() == lines
    read = pa.ipc.open_file(tmp_path / "out.feather").read_all().to_pydict()
    assert read == {"index": [None, 1] * 2, "status": ["invalid", "complete"] * 2}
    with np.load(tmp_path / "out.npz") as arrays:
        assert arrays["status_labels"][arrays["status"]].tolist() == ["invalid", "complete"] * 2
        np.testing.assert_array_equal(arrays["index"], [np.nan, 1.0] * 2)


@pytest.mark.parametrize("name", ["out.csv", "out.parquet", "out.npz"])
def test_a_failure_leaves_nothing_behind(name, tmp_path):
    def fail():
        with written_tables(tmp_path / name, "games") as tables:
            append_found(tables, 1.0)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["out.csv", "out.parquet", "out.npz"])
def test_a_failure_keeps_the_old_output(name, tmp_path):
    (tmp_path / name).write_text("old")
    with pytest.raises(RuntimeError), written_tables(tmp_path / name, "games"):
        raise RuntimeError
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [(name, "old")]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".npz"])
def test_a_full_disk_is_told_in_one_line(suffix, tmp_path):
    path = tmp_path / f"full{suffix}"
    path.symlink_to("/dev/full")
    games = Game.from_payoffs(*np.random.default_rng(4).normal(size=(2, 5000, 2, 2)))
    with pytest.raises(FileError, match="cannot write it: no space left on device") as caught:
        write(games, path)
    assert "\n" not in str(caught.value)
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_a_disk_that_fills_up_while_renaming(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(FileError, match="no space left"):
        write_text(tmp_path / "x.txt", "text")
    assert not list(tmp_path.iterdir())


def test_outputs_that_cannot_be(tmp_path):
    with pytest.raises(FileError, match="must end in"), written_tables(tmp_path / "out.txt"):
        pass
    with pytest.raises(FileError, match="no such file"), written_whole(tmp_path / "no" / "x"):
        pass
    with pytest.raises(FileError, match="not a folder"), written_whole(tmp_path):
        pass


@pytest.mark.parametrize(
    ("number", "text"),
    [("0.1", "0.1"), ("-1/3", "-1/3"), ("1e3", "1000"), ("-2.5e-3", "-0.0025"), ("7/8", "0.875")],
)
def test_exact_numbers_are_written_short(number, text):
    assert format_number(parse_number(number)) == text


def test_exact_numbers_must_have_the_shape_of_the_payoffs():
    with pytest.raises(GameError, match="exact: must have the shapes"):
        Game(payoffs=(np.zeros((1, 2)),) * 2, exact=(np.zeros((1, 1), dtype=object),) * 2)


def test_arrays_of_fractions_and_long_integers_stay_exact():
    assert Game.from_payoffs([[Fraction(1, 3)]], [[1]]).fractions()[0].item() == Fraction(1, 3)
    assert Game.from_payoffs([[2**60 + 1]], [[1]]).fractions()[0].item() == 2**60 + 1
    assert Game.from_payoffs(np.array([[np.longdouble("0.1")]]), [[1]]).exact is not None
    assert Game.from_payoffs([[2**60]], [[1]]).exact is None
    with pytest.raises(GameError, match="too large"):
        Game.from_payoffs([[10**400]], [[1]])


def test_names_are_escaped_wherever_a_game_is_shown():
    game = Game.from_payoffs([[1]], [[2]], players=("<b>R&D</b>", "a_1|%"), title="<script>")
    assert "<b>" not in game._repr_html_()
    assert "<script>" not in game._repr_html_()
    assert r"a\_1|\%" in game.to_latex()
    assert r"a\_1\|%" in game.to_markdown()
    assert repr(game) == "<Game: a 1x1 game, <script>>"
    batch = Game.from_payoffs([[[1]]] * 3, [[[2]]] * 3)
    assert batch._repr_html_() == "&lt;Game: 3 games 1x1&gt;"
    with pytest.raises(GameError, match="one game"):
        batch.to_markdown()
