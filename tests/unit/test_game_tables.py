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
    path.write_text("row_0_0,column_0_0\n1,2\n-,2\n1,--\n")
    with pytest.raises(FileError, match=r"game 2, column column_0_0: must be a number .*'--'"):
        read_games(path, missing=True)
    np.savez(tmp_path / "g.npz", row=[[[np.inf]], [[1.0]]], column=[[[0.0]], [[-np.inf]]])
    assert read_games(tmp_path / "g.npz", missing=True).defined.tolist() == [False, False]
