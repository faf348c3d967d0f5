"""Open tables of games: any part of them, further columns, and what was guessed."""

import pickle

import numpy as np
import pytest

from strategic.errors import FileError
from strategic.games import Game, open_games, read_games, write

RNG = np.random.default_rng(5)
GAMES = Game.from_payoffs(*RNG.normal(size=(2, 50, 2, 3)))


def parquet(path, group=7, **columns):
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table(columns), path, row_group_size=group)


def written(tmp_path, suffix):
    path = tmp_path / f"games{suffix}"
    write(GAMES, path)
    return path


@pytest.mark.parametrize("suffix", [".npz", ".csv", ".parquet"])
def test_any_part_of_a_table_is_read_by_another_process(suffix, tmp_path):
    table = pickle.loads(pickle.dumps(open_games(written(tmp_path, suffix))))  # noqa: S301
    for size, start, stop in ((7, 0, None), (50, 0, 50), (8, 13, 40), (3, 49, None), (5, 4, 4)):
        blocks = list(table.parts(size, start=start, stop=stop))
        end = 50 if stop is None else stop
        assert [block.first for block in blocks] == list(range(start, end, size))
        assert all(len(block) == size for block in blocks[:-1])
        rows = [block.games.row for block in blocks]
        assert np.array_equal(np.concatenate([*rows, GAMES.row[:0]]), GAMES.row[start:end])
        assert all(block.extra is None for block in blocks)
    assert list(table.parts(4, start=60)) == []
    assert np.array_equal(table.game(31).column, GAMES.column[31])
    with pytest.raises(FileError, match="holds 50 games, numbered from 0"):
        table.game(50)


def test_only_the_groups_of_rows_that_are_wanted_are_read(tmp_path):
    rows = np.arange(40.0)
    parquet(tmp_path / "g.parquet", group=10, row_0_0=rows, column_0_0=-rows)
    table = open_games(tmp_path / "g.parquet")
    content = bytearray((tmp_path / "g.parquet").read_bytes())
    content[4:200] = bytes(196)  # the first group is lost
    (tmp_path / "g.parquet").write_bytes(content)
    assert table.seekable
    read = [block.games.row.ravel().tolist() for block in table.parts(6, start=25)]
    assert read == [[25, 26, 27, 28, 29, 30], [31, 32, 33, 34, 35, 36], [37, 38, 39]]
    with pytest.raises(FileError):
        list(table.parts(6))


def test_further_columns_come_along_with_their_types(tmp_path):
    import pyarrow as pa

    kept = {
        "id": pa.array([7, 5, 5, None], pa.int32()),
        "who": pa.array(["a", "b", None, "ü"]).dictionary_encode(),
        "when": pa.array([1, 2, 3, 4], pa.timestamp("ms", tz="UTC")),
    }
    games = {"B_1_1": [1, 2, 3, 4], "A_1_1": ["1/3", "0.1", "NA", "7"]}
    parquet(tmp_path / "g.parquet", group=2, **kept, **games)
    table = open_games(tmp_path / "g.parquet")
    assert table.extra == ("id", "who", "when")
    (block,) = table.parts(4)
    assert block.extra.equals(pa.record_batch(kept))
    assert [str(n) for n in block.games.fractions()[0].ravel()] == ["1/3", "1/10", "nan", "7"]
    assert table.notes == (
        "columns A_1_1 and B_1_1 were taken as the payoffs of row and column, actions from 1",
    )


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_a_column_that_numbers_the_games_is_passed_over_and_any_other_comes_along(suffix, tmp_path):
    import pyarrow as pa
    from pyarrow import csv

    for numbers, extra in ((range(5), ()), ((0, 1, 2, 4, 3), ("game",)), (range(1, 6), ("game",))):
        path = tmp_path / f"g{suffix}"
        columns = {"game": list(numbers), "row_0_0": range(5), "column_0_0": range(5)}
        if suffix == ".csv":
            csv.write_csv(pa.table(columns), path)
        else:
            parquet(path, **columns)
        assert open_games(path).extra == extra


def test_what_is_missing_or_infinite_makes_the_game_invalid_and_words_are_errors(tmp_path):
    marks = ["", "NaN", "na", "N/A", "null", "None", ".", "-", "?", "#N/A", "inf", "-Infinity", " "]
    path = tmp_path / "g.csv"
    path.write_text("row_0_0,column_0_0\n" + "".join(f"{m},1\n1,2\n" for m in marks))
    games = read_games(path, missing=True)
    assert games.defined.tolist() == [False, True] * len(marks)
    with pytest.raises(FileError, match=r"game 0, column row_0_0: must not be empty"):
        read_games(path)
    path.write_text("a11,b11\n1,2\n3,\n")
    with pytest.raises(FileError, match=r"game 1, column b11: must not be empty"):
        read_games(path)
    path.write_text("row_0_0,column_0_0\n1,2\n-,2\n1,--\n")
    with pytest.raises(FileError, match=r"game 2, column column_0_0: must be a number .*'--'"):
        read_games(path, missing=True)
    np.savez(tmp_path / "g.npz", row=[[[np.inf]], [[1.0]]], column=[[[0.0]], [[-np.inf]]])
    assert read_games(tmp_path / "g.npz", missing=True).defined.tolist() == [False, False]


ROW, COLUMN = np.arange(24.0).reshape(4, 2, 3), -np.arange(24.0).reshape(4, 2, 3)
BOTH = np.stack([ROW, COLUMN], axis=1)
THREE = np.random.default_rng(1).integers(-9, 9, size=(3, 5, 4, 2, 3))


@pytest.mark.parametrize(
    ("arrays", "names", "note"),
    [
        ({"B": COLUMN, "A": ROW}, None, "arrays A and B were taken as the payoffs of row and col"),
        ({"arr_1": COLUMN, "arr_0": ROW}, None, "arrays arr_0 and arr_1"),
        ({"mine": ROW, "theirs": COLUMN}, None, "arrays mine and theirs"),
        ({"col": COLUMN, "ROW": ROW}, None, "arrays ROW and col"),
        ({"u2": COLUMN, "u1": ROW, "f": np.ones((4, 7)), "g": np.ones((4, 7))}, None, "u1 and u2"),
        ({"payoffs": BOTH}, None, r"array payoffs of shape \(4, 2, 2, 3\) was taken as games of 2"),
        ({"x": ROW, "y": COLUMN, "z": ROW}, ["x", "y"], "array z of shape"),
        ({"player_0": ROW, "player_1": COLUMN}, None, "arrays player_0 and player_1"),
        ({"A": ROW, "B": COLUMN, "row": np.arange(4)}, None, "arrays A and B"),
    ],
)
@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_arrays_of_any_names_are_games(arrays, names, note, save, tmp_path):
    import re

    save(tmp_path / "g.npz", **arrays)
    table = open_games(tmp_path / "g.npz", names=names)
    assert (table.shape, table.count, table.seekable) == ((2, 3), 4, save is np.savez)
    assert re.search(note, " ".join(table.notes))
    games = table.read()
    assert np.array_equal(games.row, ROW)
    assert np.array_equal(games.column, COLUMN)


def test_arrays_of_three_players_and_of_one_game(tmp_path):
    for arrays in (
        {f"player_{i}": own for i, own in enumerate(THREE)},
        dict(zip("abc", THREE, strict=True)),
        {"all": np.moveaxis(THREE, 0, 1)},
    ):
        np.savez(tmp_path / "g.npz", **arrays)
        games = read_games(tmp_path / "g.npz")
        assert all(np.array_equal(p, own) for p, own in zip(games.payoffs, THREE, strict=True))
    for arrays in ({"all": THREE[:, 0]}, dict(zip("xyz", THREE[:, 0], strict=True))):
        np.savez(tmp_path / "g.npz", **arrays)
        table = open_games(tmp_path / "g.npz")
        assert (table.shape, table.count) == ((4, 2, 3), 1)
        assert "one game" in table.notes[0]
        assert np.array_equal(table.read().payoffs[2][0], THREE[2, 0])


def test_three_arrays_of_three_axes_may_be_something_else(tmp_path):
    arrays = {"mine": ROW, "theirs": COLUMN, "welfare": ROW + COLUMN}
    np.savez(tmp_path / "g.npz", **arrays)
    said = "1 game of 3 players, or 4 games of 2 .*--players mine,theirs,welfare, or --row mine"
    with pytest.raises(FileError, match=said):
        open_games(tmp_path / "g.npz")
    assert open_games(tmp_path / "g.npz", names=["mine", "theirs"]).count == 4
    assert open_games(tmp_path / "g.npz", names=list(arrays)).shape == (4, 2, 3)


@pytest.mark.parametrize(
    ("array", "names", "said"),
    [
        (BOTH, None, None),
        (np.asfortranarray(BOTH), None, None),
        (BOTH.astype(">f4"), None, None),
        (np.stack([BOTH, BOTH])[:1].reshape(4, 2, 2, 3) > 3, None, None),
        (np.ones((3, 2, 5, 6)), None, "3 games of 2 players .*; name the players"),
        (np.ones((3, 2, 5, 6)), ["row", "column"], None),
        (ROW, None, "must have an axis of the players"),
        (np.array([{}]), None, "must hold numbers .*save it as numbers"),
        (np.array([["1/3"]]), None, "must hold numbers .*texts such as 1/3"),
    ],
)
def test_one_array_of_all_players(array, names, said, tmp_path):
    np.save(tmp_path / "g.npy", array, allow_pickle=True)
    if said:
        with pytest.raises(FileError, match=said):
            open_games(tmp_path / "g.npy", names=names)
        return
    table = open_games(tmp_path / "g.npy", names=names)
    assert table.seekable
    blocks = [block.games for block in table.parts(2, start=1)]
    for player in (0, 1):
        read = np.concatenate([block.payoffs[player] for block in blocks])
        assert np.array_equal(read, array[1:, player].astype(float))


def test_files_of_one_array_per_player(tmp_path):
    paths = [str(tmp_path / f"{name}.npy") for name in ("B", "A")]
    for path, own in zip(paths, (COLUMN, ROW), strict=True):
        np.save(path, own)
    table = open_games(paths)
    assert table.notes == ("arrays A and B were taken as the payoffs of row and column",)
    assert table.seekable
    assert np.array_equal(table.read().row, ROW)
    assert np.array_equal(open_games(paths, names=["B", "A"]).read().row, COLUMN)
    for path, own in zip(paths, (COLUMN, ROW), strict=True):
        np.save(path, own[:2])  # two games of one player, or one game of two players
    with pytest.raises(FileError, match=r"could hold one player's payoffs each.*--row B --column"):
        open_games(paths)
    assert np.array_equal(open_games(paths, names=["A", "B"]).read().row, ROW[:2])
    for path, own in zip(paths, (BOTH, BOTH + 1), strict=True):
        np.save(path, own)
    assert np.array_equal(open_games(paths).read().row, np.concatenate([ROW, ROW + 1]))


def test_arrays_with_one_entry_per_game_come_along(tmp_path):
    kept = {
        "id": np.array(["a", "b", "", "ü"]),
        "day": np.array(["2026-01-01"] * 4, "M8[D]"),
        "weight": np.arange(4, dtype=">i2"),
        "code": np.array([b"x"] * 4),
    }
    np.savez(tmp_path / "g.npz", row=ROW, column=COLUMN, seed=3, **kept)
    table = open_games(tmp_path / "g.npz")
    assert table.extra == ("id", "day", "weight", "code")
    assert table.notes == ("the array seed of shape () was passed over",)
    (block,) = table.parts(2, start=2)
    assert block.extra.to_pydict()["id"] == ["", "ü"]
    assert block.extra.column("weight").to_pylist() == [2, 3]
    assert str(block.extra.schema.field("day").type) == "date32[day]"
    assert block.extra.column("code").to_pylist() == ["x", "x"]


def test_only_the_games_that_are_wanted_are_read_of_arrays(tmp_path):
    np.savez(tmp_path / "g.npz", row=ROW, column=COLUMN)
    table = open_games(tmp_path / "g.npz")
    content = bytearray((tmp_path / "g.npz").read_bytes())
    content[content.index(ROW[1].tobytes())] ^= 1
    (tmp_path / "g.npz").write_bytes(content)
    (block,) = table.parts(2, start=2)
    assert np.array_equal(block.games.row, ROW[2:])
    with pytest.raises(FileError, match="cannot be read as a table: Bad CRC"):
        list(table.parts(2))  # read through, the sums of the archive tell


@pytest.mark.parametrize("version", ["file", "stream", "lz4"])
def test_feather_is_read_by_record_batches_and_streams_in_order(version, tmp_path):
    import pyarrow as pa
    from pyarrow import ipc

    columns = {
        f"{side}{i + 1}{j + 1}": own[:, i, j]
        for side, own in zip("ab", (ROW, COLUMN), strict=True)
        for i in range(2)
        for j in range(3)
    }
    table = pa.table({"name": pa.array(["x", "y", None, "x"], pa.string_view())} | columns)
    path = tmp_path / "g.feather"
    options = ipc.IpcWriteOptions(compression="lz4" if version == "lz4" else None)
    make = ipc.new_stream if version == "stream" else ipc.new_file
    with make(str(path), table.schema, options=options) as file:
        file.write_table(table, max_chunksize=3)
    opened = pickle.loads(pickle.dumps(open_games(path)))  # noqa: S301
    assert opened.seekable == (version != "stream")
    assert opened.count == (None if version == "stream" else 4)
    assert np.array_equal(opened.read().column, COLUMN)
    blocks = list(opened.parts(2, start=1))
    assert [block.extra.column("name").to_pylist() for block in blocks] == [["y", None], ["x"]]
    assert np.array_equal(blocks[1].games.row, ROW[3:])


CSV = {
    "plain": ("id,a11,a12,b11,b12\n7,1,0.5,1/3,4\n8,5,6,7,8\n", ","),
    "tabs": ("id\ta11\ta12\tb11\tb12\n7\t1\t0.5\t1/3\t4\n8\t5\t6\t7\t8\n", "\t"),
    "semicolons": ("id;a11;a12;b11;b12\n7;1;0,5;1/3;4\n8;5;6;7;8\n", ";"),
    "Excel": ('\ufeffsep=;\r\n"id";"a11";"a12";"b11";"b12"\r\n7;1;0,5;1/3;4\r\n8;5;6;7;8\r\n', ";"),
    "remarks": ("\n# my games\n\nid,a11,a12,b11,b12\n7,1,0.5,1/3,4\n8,5,6,7,8\n", ","),
    "pandas": ("\tid\ta11\ta12\tb11\tb12\n0\t7\t1\t0.5\t1/3\t4\n1\t8\t5\t6\t7\t8\n", "\t"),
    "savetxt": ("# study 7\n# id a11 a12 b11 b12\n7 1 0.5 1/3 4\n8 5 6 7 8\n", " "),
    "order": ("b12,a12,id,b11,a11\n4,0.5,7,1/3,1\n8,6,8,7,5\n", ","),
}


@pytest.mark.parametrize("form", CSV)
@pytest.mark.parametrize("pack", ["", ".gz", ".zst"])
def test_csv_of_any_form_is_read_exactly(form, pack, tmp_path):
    import pyarrow as pa

    path = tmp_path / f"g.csv{pack}"
    kind = {"": None, ".gz": "gzip", ".zst": "zstd"}[pack]
    with pa.output_stream(str(path), compression=kind) as stream:
        stream.write(CSV[form][0].encode())
    table = open_games(path)
    games = table.read()
    assert [str(n) for n in games.fractions()[0].ravel()] == ["1", "1/2", "5", "6"]
    assert [str(n) for n in games.fractions()[1].ravel()] == ["1/3", "4", "7", "8"]
    assert next(table.parts(2)).extra.column("id").to_pylist() == [7, 8]
    assert any("decimal comma" in note for note in table.notes) == (form in ("semicolons", "Excel"))


def test_two_marks_of_decimals_in_one_file_are_an_error(tmp_path):
    (tmp_path / "g.csv").write_text("a11;b11\n1,5;2\n1.5;2\n")
    with pytest.raises(FileError, match=r"game 0, column a11: .*'1,5'"):
        read_games(tmp_path / "g.csv")
    (tmp_path / "g.csv").write_text("a11;b11\n" + "1,5;2\n" * 2000 + "1.500;2\n")
    with pytest.raises(FileError, match=r"game 2000, column a11: .*'1.500'\); write all"):
        read_games(tmp_path / "g.csv")


def test_columns_of_csv_come_along_as_what_they_are(tmp_path):
    rows = {
        "int": ["7", "", "-3"], "zeros": ["007", "8", "9"], "float": ["0.5", "1.0", "1e-05"],
        "version": ["1.1", "1.10", "1"], "day": ["2026-01-01", "", "2026-02-28"],
        "time": ["2026-01-01 10:00:00", "2026-01-01 10:00:01", ""], "text": ["a,b", "", "c\nd"],
        "empty": ["", "", ""], "long": ["12345678901234567890", "1", "2"],
    }  # fmt: skip
    names = list(rows)
    lines = [",".join([*names, "row_0_0", "column_0_0"])]
    lines += [",".join([*(f'"{rows[n][i]}"' for n in names), "1", "2"]) for i in range(3)]
    (tmp_path / "g.csv").write_text("\n".join(lines))
    (block,) = open_games(tmp_path / "g.csv").parts(9)
    kinds = [str(kind) for kind in block.extra.schema.types]
    assert kinds == [
        *("int64", "string", "double", "string", "date32[day]"),
        *("timestamp[s]", "string", "string", "string"),
    ]
    assert block.extra.column("int").to_pylist() == [7, None, -3]
    assert block.extra.column("zeros").to_pylist() == rows["zeros"]
    assert block.extra.column("text").to_pylist() == rows["text"]
    assert block.extra.column("version").to_pylist() == rows["version"]


def test_large_csv_is_not_read_twice(tmp_path, monkeypatch):
    from strategic.games.io.tables import _csv

    monkeypatch.setattr(_csv, "_MOST_SCANNED", 10)
    (tmp_path / "g.csv").write_text("game,id,row_0_0,column_0_0\n0,7,1,2\n1,8,3,4\n")
    table = open_games(tmp_path / "g.csv")
    assert "further columns come along as texts" in table.notes[0]
    (block,) = table.parts()
    assert block.extra.to_pydict() == {"game": ["0", "1"], "id": ["7", "8"]}


@pytest.mark.parametrize("suffix", [".parquet", ".feather", ".arrow"])
def test_names_that_were_written_come_back(suffix, tmp_path):
    labels = {"players": ("Ann", "Bob"), "actions": (("up", "down"), ("l", "m", "r"))}
    games = Game.from_payoffs(ROW / 10, COLUMN, title="Pennies", decimal=True, **labels)
    write(games, tmp_path / f"g{suffix}")
    read = read_games(tmp_path / f"g{suffix}")
    assert (read.players, read.actions, read.title) == (*labels.values(), "Pennies")
    assert read.decimal
    assert (read.fractions()[0] == games.fractions()[0]).all()


def test_lists_beside_payoffs_are_carried_along(tmp_path):
    kept = {"who": [["a"], ["b", "c"]], "x.y": [{"z": 1}, {"z": 2}]}
    parquet(tmp_path / "g.parquet", **{"row.0.0": [1.0, 2.0], "col.0.0": [3.0, 4.0]}, **kept)
    (block,) = open_games(tmp_path / "g.parquet").parts()
    assert block.extra.to_pydict() == kept
    assert block.games.row.ravel().tolist() == [1, 2]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1,2,3,4\n", "columns: must have names; these are numbers"),
        ("a11,a12,b11,b12,c11,c12\n1,2,3,4,5,6\n", "(got 'a, b, c'); name them, such as --row a"),
        ("a11,b11,a110\n1,2,3\n", "looks like a payoff, but none of 1 x 1 games (got 'a110')"),
        ("a_1_1,b_1_1,b_1_1_2\n1,2,3\n", "none of 1 x 1 games (got 'b_1_1_2')"),
        ("a_0_0,a_0_1,b_0_0\n1,2,3\n", "b_0_1 is missing for 1 x 2 games"),
        ("a11,b11,x,x\n1,2,3,4\n", "must appear only once (got 'x')"),
        ("a11,b11\n1,0x10\n", "game 0, column b11: must be a number"),
        ("a11;b11\n1,5;2\n1;1.5\n", "game 0, column a11"),
        ("a11,b11\n1,\u22125\n", "game 0, column b11: must be a number"),
        (b"a11,b11,who\n1,2,M\xfcller\n", "row 2, counting the header"),
        ("a11,b11\n1,2\n".encode("utf-16"), "save it as UTF-8"),
        ('id,a11,b11\nx,1,2\n"y,1,2\nz,1,2\n', "row 3, counting the header: Expected 3 col"),
        ("x" * 300_000 + "\n", "line 1: must be text in UTF-8 with a header"),
    ],
)
def test_other_tables_are_told_in_one_line(text, said, tmp_path):
    path = tmp_path / "g.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(FileError) as caught:
        list(open_games(path).parts())
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 600


def test_rows_may_be_long_and_texts_hold_lines_and_quotes(tmp_path):
    texts = ["x" * 300_000, 'say "hi"', "two\nlines", "o'neil", "", "y" * 3_000_000]
    quoted = [text.replace('"', '""') for text in texts]
    rows = "".join(f'"{text}",{i},2\n' for i, text in enumerate(quoted))
    (tmp_path / "g.csv").write_text(f"who,a11,b11\n{rows}")
    (block,) = open_games(tmp_path / "g.csv").parts()
    assert block.extra.column("who").to_pylist() == texts
    assert block.games.row.ravel().tolist() == list(range(6))


def test_a_quotation_mark_that_swallows_the_rest_of_a_large_file_is_told(tmp_path, monkeypatch):
    from strategic.games.io.tables import _csv

    monkeypatch.setattr(_csv, "_MOST_BYTES", 2**12)
    (tmp_path / "g.csv").write_text('id,a11,b11\nx,1,2\n"y,1,2\n' + "z,1,2\n" * 5000)
    with pytest.raises(FileError, match=r"is a quotation mark not closed\?"):
        list(open_games(tmp_path / "g.csv").parts())


def test_columns_of_any_case_and_empty_last_cells(tmp_path):
    (tmp_path / "g.csv").write_text("A11,a12,b11,B12,\n1,2,3,4,\n5,6,7,8,\n")
    assert read_games(tmp_path / "g.csv").row.tolist() == [[[1, 2]], [[5, 6]]]
    assert open_games(tmp_path / "g.csv").extra == ()
    (tmp_path / "g.csv").write_text("a11,b11\n1,2,\n3,4,\n")
    with pytest.raises(FileError, match="row 2, counting the header: Expected 2 columns, got 3"):
        read_games(tmp_path / "g.csv")


def test_no_damage_goes_unnoticed_or_is_told_in_many_lines(tmp_path):
    """Bytes of a good file changed at random: it is read, or told in one line."""
    rng = np.random.default_rng(9)
    names = [f"{side}{i}{j}" for side in "ab" for i in (1, 2) for j in (1, 2)]
    for number in range(120):
        suffix = [".npz", ".npy", ".csv", ".csv.gz", ".parquet", ".feather"][number % 6]
        path = tmp_path / f"g{suffix}"
        row, column = rng.normal(size=(2, 20, 2, 2))
        if suffix == ".npz":
            (np.savez_compressed if number % 4 else np.savez)(path, A=row, B=column)
        elif suffix == ".npy":
            np.save(path, np.stack([row, column], 1))
        else:
            import pyarrow as pa
            import pyarrow.feather
            import pyarrow.parquet as pq
            from pyarrow import csv

            cells = np.concatenate([row.reshape(20, 4), column.reshape(20, 4)], axis=1)
            table = pa.table(dict(zip(names, cells.T, strict=True)))
            if suffix == ".parquet":
                pq.write_table(table, path)
            elif suffix == ".feather":
                pa.feather.write_feather(table, path)
            else:
                kind = "gzip" if suffix == ".csv.gz" else None
                with pa.output_stream(str(path), compression=kind) as stream:
                    csv.write_csv(table, stream)
        content = bytearray(path.read_bytes())
        if number % 3 == 0:
            content = content[: rng.integers(len(content))]
        for place in rng.integers(len(content), size=rng.integers(1, 9)) if content else ():
            content[place] = rng.integers(256)
        path.write_bytes(content)
        try:
            list(open_games(path).parts(7))
        except FileError as problem:
            said = str(problem)
            assert said.startswith(f"{path}: ")
            assert "\n" not in said
            assert len(said) < 900


@pytest.mark.parametrize("form", ["arrays", "compressed", "fields"])
def test_arrays_that_are_columns(form, tmp_path):
    columns = {f"a{i + 1}{j + 1}": ROW[:, i, j] for i in range(2) for j in range(3)}
    columns |= {
        f"b{i + 1}{j + 1}": COLUMN[:, i, j].astype("f4") for i in range(2) for j in range(3)
    }
    columns |= {"index": np.arange(4), "who": np.array(["x", "y", "z", "ü"])}
    path = tmp_path / ("g.npy" if form == "fields" else "g.npz")
    if form == "fields":
        np.save(path, np.rec.fromarrays(list(columns.values()), names=list(columns)))
    else:
        (np.savez if form == "arrays" else np.savez_compressed)(path, **columns)
    table = pickle.loads(pickle.dumps(open_games(path)))  # noqa: S301
    assert (table.shape, table.count, table.extra) == ((2, 3), 4, ("who",))
    assert table.seekable == (form != "compressed")
    assert np.array_equal(table.read().column, COLUMN)
    (block,) = table.parts(2, start=2)
    assert np.array_equal(block.games.row, ROW[2:])
    assert block.extra.column("who").to_pylist() == ["z", "ü"]
    np.save(tmp_path / "g.npy", np.array([(1, {})], [("a11", "f8"), ("b11", "O")]))
    with pytest.raises(FileError, match="b11: must hold numbers"):
        open_games(tmp_path / "g.npy")
