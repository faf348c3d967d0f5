"""Csv files read from any row on, by several processes: the same games as from the beginning."""

from pathlib import Path

import numpy as np
import pytest

import strategic as st
from strategic.errors import FileError
from strategic.games import Game, open_games, write
from strategic.games.io.tables import _csv

GAMES = Game.from_payoffs(*np.random.default_rng(8).normal(size=(2, 500, 2, 2)).round(6))
HEADER = "row_0_0,row_0_1,row_1_0,row_1_1,column_0_0,column_0_1,column_1_0,column_1_1"


@pytest.fixture(autouse=True)
def small_places(monkeypatch, tmp_path):
    monkeypatch.setattr(_csv, "_LEAST_BYTES", 1000)
    monkeypatch.chdir(tmp_path)


def text_of(form):
    write(GAMES, "plain.csv")
    lines = Path("plain.csv").read_text().splitlines()
    assert lines[0] == HEADER
    if form == "Windows":
        return "\r\n".join(lines) + "\r\n"
    if form == "no line break at the end":
        return "\n".join(lines)
    if form == "remarks":
        return "# from a lab\n\n" + "\n".join(lines) + "\n"
    if form == "Europe":
        return "sep=;\n" + "\n".join(lines).replace(",", ";").replace(".", ",") + "\n"
    if form == "further columns":
        return "\n".join(f"{line},{(k and k % 7) or 'week'}" for k, line in enumerate(lines)) + "\n"
    assert form == "Unix"
    return "\n".join(lines) + "\n"


FORMS = ["Unix", "Windows", "no line break at the end", "remarks", "Europe", "further columns"]


@pytest.mark.parametrize("form", FORMS)
def test_any_row_is_read_as_from_the_beginning(form, tmp_path):
    (tmp_path / "games.csv").write_bytes(text_of(form).encode())
    plain = open_games("games.csv")
    found = plain.indexed()
    assert (plain.count, plain.seekable) == (None, False)
    assert (found.count, found.seekable) == (500, True)
    assert len(found.reader.places) > 20
    for start, stop, size in (
        (0, None, 64),
        (1, 2, 1),
        (137, 311, 50),
        (499, 500, 9),
        (480, None, 3),
    ):
        ours = list(found.parts(size, start=start, stop=stop))
        theirs = list(plain.parts(size, start=start, stop=stop))
        assert [part.first for part in ours] == [part.first for part in theirs]
        for one, other in zip(ours, theirs, strict=True):
            assert np.array_equal(one.games.row, other.games.row)
            assert one.games.decimal == other.games.decimal
            assert (one.extra is None) == (other.extra is None)
            assert one.extra is None or one.extra.equals(other.extra)
    assert np.array_equal(found.game(333).column, GAMES.column[333])
    for number in (500, 10_000):
        with pytest.raises(FileError, match="holds 500 games"):
            found.game(number)


@pytest.mark.parametrize(
    ("old", "new"),
    [("\n", "\n\n"), ("\n", "\r"), ("0.", '"0."'), ("\n", "\n \n\n")],
)
def test_a_file_whose_lines_need_not_be_rows_is_read_from_its_beginning(old, new, tmp_path):
    lines = text_of("Unix").split("\n")
    text = "\n".join(lines[:400]) + "\n" + "\n".join(lines[400:]).replace(old, new)
    (tmp_path / "games.csv").write_bytes(text.encode())
    assert not open_games("games.csv").indexed().seekable


def test_an_error_names_the_game_and_the_line_of_the_file(tmp_path):
    lines = text_of("remarks").splitlines()
    bad = [*lines]
    bad[453] = lines[453].replace(lines[453].split(",")[3], "many")
    (tmp_path / "bad.csv").write_text("\n".join(bad))
    short = [*lines]
    short[453] = "1,2,3"
    (tmp_path / "short.csv").write_text("\n".join(short))
    for name in ("bad.csv", "short.csv"):
        told = []
        for table in (open_games(name), open_games(name).indexed()):
            with pytest.raises(FileError) as caught:
                list(table.parts(50, start=300))
            told.append(str(caught.value))
        assert told[0] == told[1]
        assert (
            "game 450, column row_1_1" if name == "bad.csv" else "row 454, counting the header"
        ) in told[0]


@pytest.mark.parametrize("out", ["found/", "found.parquet", "found.csv"])
def test_a_batch_by_several_is_that_by_one_to_the_last_byte(out, tmp_path, monkeypatch):
    (tmp_path / "games.csv").write_bytes(text_of("further columns").encode())
    looked = []
    monkeypatch.setattr(
        _csv, "row_places", lambda *a, real=_csv.row_places: looked.append(a) or real(*a)
    )
    kept = []
    for workers in (1, 2):
        summary = st.batch("games.csv", out, part=37, workers=workers, force=workers > 1)
        assert summary.games == 500
        assert len(looked) == workers - 1
        files = sorted(file for file in tmp_path.rglob("found*/**/*.parquet"))
        files += sorted(tmp_path.glob("found*.*"))
        kept.append({file.name: file.read_bytes() for file in files})
    assert kept[0]
    assert kept[0] == kept[1]


def test_a_sample_is_the_same_however_it_is_read(tmp_path):
    (tmp_path / "games.csv").write_bytes(text_of("Unix").encode())
    (tmp_path / "blank.csv").write_bytes(text_of("Unix").encode() + b"\n")  # is not looked through
    for name in ("games", "blank"):
        for workers in (1, 2):
            out = f"{name}{workers}.csv"
            st.batch(f"{name}.csv", out, sample=40, seed=3, part=9, workers=workers)
    first = (tmp_path / "games1.csv").read_bytes()
    for name in ("games2", "blank1", "blank2"):
        assert (tmp_path / f"{name}.csv").read_bytes() == first
