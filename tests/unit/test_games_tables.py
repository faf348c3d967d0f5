"""Tables of games: what they mean, and every broken one in one line."""

from fractions import Fraction

import numpy as np
import pytest

from strategic.errors import FileError, StrategicError
from strategic.games import Game, open_games, read_game, read_games, write

GOOD_CSV = "row_0_0,row_0_1,column_0_0,column_0_1\n1,2,3,4\n0.1,1/3,1e-3,-5\n"
BROKEN_CSV = {
    "empty": "",
    "header only": GOOD_CSV.partition("\n")[0] + "\n",
    "no header": "1,2,3,4\n",
    "missing column": "row_0_0,row_0_1,column_0_0\n1,2,3\n",
    "missing place": "row_0_0,row_1_1,column_0_0,column_1_1\n1,2,3,4\n",
    "huge place": "row_0_0,row_999999999_0,column_0_0,column_0_1\n1,2,3,4\n",
    "unknown column": "row_0_0,column_0_0,colunm_0_0\n1,2,3\n",
    "twice": "row_0_0,column_0_0,column_0_0\n1,2,3\n",
    "short row": GOOD_CSV + "1,2,3\n",
    "long row": GOOD_CSV + "1,2,3,4,5\n",
    "word": GOOD_CSV + "1,2,3,four\n",
    "hole": GOOD_CSV + "1,2,,4\n",
    "nan": GOOD_CSV + "1,2,nan,4\n",
    "inf": GOOD_CSV + "1,2,-inf,4\n",
    "too large": GOOD_CSV + "1,2,1e999,4\n",
    "over zero": GOOD_CSV + "1,2,1/0,4\n",
    "open quote": GOOD_CSV + '1,2,"3,4\n',
    "bytes": GOOD_CSV.encode() + b"1,2,\xff,4\n",
    "header bytes": b"row_0_0,\xff\n",
    "nul": GOOD_CSV.encode() + b"1,2,\x00,4\n",
}


@pytest.mark.parametrize("content", BROKEN_CSV.values(), ids=BROKEN_CSV)
def test_a_broken_csv_is_told_in_one_line(content, tmp_path):
    path = tmp_path / "games.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(FileError) as caught:
        read_games(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


def test_an_error_in_a_csv_names_game_and_column(tmp_path):
    path = tmp_path / "games.csv"
    path.write_text(GOOD_CSV + "1,2,3,four\n")
    with pytest.raises(FileError, match=r"game 2, column column_0_1: must be .* \(got 'four'\)"):
        read_games(path)


def test_csv_numbers_are_exact(tmp_path):
    path = tmp_path / "games.csv"
    path.write_text(GOOD_CSV)
    games = read_games(path)
    assert games.batch_shape == (2,)
    assert games.of_batch(1).fractions()[0].tolist() == [[Fraction(1, 10), Fraction(1, 3)]]
    assert games.column.tolist() == [[[3, 4]], [[0.001, -5]]]


def test_short_decimals_cost_no_exact_arrays_and_long_ones_stay_exact(tmp_path):
    path = tmp_path / "games.csv"
    head = "row_0_0,column_0_0\n"
    path.write_text(head + "0.1,3\n0.30000000000000004,0.5\n")
    games = read_games(path)
    assert (games.exact, games.decimal) == (None, True)
    assert games.rounded.tolist() == [True, True]
    assert games.of_batch(1).fractions()[0][0, 0] == Fraction("0.30000000000000004")
    for text in ("1.000000000000000056e-01", "1e-400", "9007199254740993", "2.5e-324"):
        path.write_text(head + f"{text},1\n")
        games = read_games(path)
        assert games.exact is not None
        assert games.fractions()[0][0, 0, 0] == Fraction(text)


def test_columns_in_any_order_and_a_game_number(tmp_path):
    path = tmp_path / "games.csv"
    path.write_text("\ufeffgame,column_0_1,row_0_1,column_0_0,row_0_0\n7,4,2,3,1\n\n8,8,6,7,5\n")
    games = read_games(path)
    assert games.row.tolist() == [[[1, 2]], [[5, 6]]]
    assert games.column.tolist() == [[[3, 4]], [[7, 8]]]


def test_spaces_and_quotes_in_a_csv_do_not_matter(tmp_path):
    path = tmp_path / "games.csv"
    path.write_bytes(b'row_0_0, "column_0_0"\r\n 1 , 2\r\n"+3",.5\r\n')
    games = read_games(path)
    assert games.row.ravel().tolist() == [1, 3]
    assert games.column.ravel().tolist() == [2, 0.5]


def test_a_short_row_is_found_in_any_block(tmp_path):
    path = tmp_path / "games.csv"
    path.write_text("row_0_0,column_0_0\n" + "1,2\n" * 40_000 + "3\n")
    with pytest.raises(FileError, match="row 40002, counting the header: Expected 2 columns"):
        read_games(path)


GOOD = np.arange(8.0).reshape(2, 2, 2)
BROKEN_NPZ = {
    "no column": {"row": GOOD},
    "shapes": {"row": GOOD, "column": GOOD[:1]},
    "text": {"row": GOOD.astype(str), "column": GOOD.astype(str)},
    "complex": {"row": GOOD + 1j, "column": GOOD},
    "vector": {"row": GOOD.ravel(), "column": GOOD.ravel()},
    "no games": {"row": GOOD[:0], "column": GOOD[:0]},
    "no actions": {"row": GOOD[:, :0], "column": GOOD[:, :0]},
    "nan": {"row": np.where(GOOD == 5, np.nan, GOOD), "column": GOOD},
    "inf": {"row": GOOD, "column": np.where(GOOD == 5, np.inf, GOOD)},
}


@pytest.mark.parametrize("name", BROKEN_NPZ)
def test_a_broken_npz_is_told_in_one_line(name, tmp_path):
    path = tmp_path / f"{name}.npz"
    np.savez(path, **BROKEN_NPZ[name])
    with pytest.raises(StrategicError) as caught:
        read_games(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("suffix", [".npz", ".parquet"])
@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.999])
def test_a_half_written_file_is_told_in_one_line(suffix, share, tmp_path):
    rng = np.random.default_rng(1)
    path = tmp_path / f"games{suffix}"
    write(Game.from_payoffs(*rng.normal(size=(2, 500, 2, 2))), path)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(FileError) as caught:
        read_games(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


def test_damage_inside_an_archive_is_noticed(tmp_path):
    path = tmp_path / "games.npz"
    write(Game.from_payoffs(*np.random.default_rng(1).normal(size=(2, 500, 2, 2))), path)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(FileError, match="npz"):
        read_games(path)


def test_column_names_that_are_no_text(tmp_path):
    path = tmp_path / "games.parquet"
    write(Game.from_payoffs([[1]], [[2]]), path)
    path.write_bytes(path.read_bytes().replace(b"row_0_0", b"row_\xff_0"))
    with pytest.raises(FileError, match="cannot be read as a table"):
        open_games(path)


def test_objects_in_an_archive_are_never_unpickled(tmp_path):
    path = tmp_path / "games.npz"
    np.savez(path, row=np.array([[[{}]]], dtype=object), column=np.zeros((1, 1, 1)))
    with pytest.raises(FileError, match="row: must hold numbers"):
        open_games(path)


def parquet(path, **columns):
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table(columns), path)


def test_broken_parquet_columns_are_told_in_one_line(tmp_path):
    path = tmp_path / "games.parquet"
    for columns, rule in (
        ({"row_0_0": [1.0, None], "column_0_0": [1.0, 2.0]}, "game 1, column row_0_0: .* empty"),
        ({"row_0_0": [1.0, np.inf], "column_0_0": [1.0, 2.0]}, "game 1, column row_0_0: .* finite"),
        ({"row_0_0": [[1.0]], "column_0_0": [1.0]}, "column row_0_0: must hold numbers"),
        ({"row_0_0": ["x"], "column_0_0": [1.0]}, "game 0, column row_0_0: must be a number"),
        ({"a": [1.0]}, "must have columns row_0_0"),
        ({"row_0_0": np.zeros(0), "column_0_0": np.zeros(0)}, "at least one game"),
    ):
        parquet(path, **columns)
        with pytest.raises(FileError, match=rule) as caught:
            read_games(path)
        assert "\n" not in str(caught.value)


def test_parquet_holds_doubles_and_keeps_what_is_written_exactly(tmp_path):
    path = tmp_path / "games.parquet"
    parquet(path, row_0_0=[0.1, 0.2], column_0_0=np.array([1, 2], dtype=np.int8))
    games = read_games(path)
    assert not games.rounded.any()
    assert games.fractions()[0][0, 0, 0] == Fraction(0.1)
    parquet(path, row_0_0=["0.1", "1/3"], column_0_0=[0.1, 0.2])
    games = read_games(path)
    assert games.fractions()[0].ravel().tolist() == [Fraction(1, 10), Fraction(1, 3)]
    assert games.fractions()[1].ravel().tolist() == [Fraction(0.1), Fraction(0.2)]
    parquet(path, row_0_0=np.array([2**53 + 1]), column_0_0=[3.0])
    assert read_games(path).fractions()[0].item() == 2**53 + 1


@pytest.mark.parametrize("suffix", [".npz", ".csv", ".parquet"])
@pytest.mark.parametrize("size", [1, 64, 10_000])
def test_blocks_of_any_size_make_the_same_batch(suffix, size, tmp_path):
    rng = np.random.default_rng(2)
    games = Game.from_payoffs(*rng.normal(size=(2, 3000, 2, 3)))
    path = tmp_path / f"games{suffix}"
    halves = [games.of_batch(slice(0, 7)), games.of_batch(slice(7, None))]
    assert write(halves, path).games == 3000
    table = open_games(path)
    assert table.shape == (2, 3)
    assert table.count in (3000, None)
    blocks = list(table.blocks(size)) if size > 1 else [next(table.blocks(1))]
    row = np.concatenate([block.row for block in blocks])
    assert np.array_equal(row, games.row[: len(row)])
    assert size == 1 or len(row) == 3000
    assert suffix == ".csv" or len(blocks[0].row) == min(size, 3000)


def test_arrays_of_any_layout_are_streamed(tmp_path):
    rng = np.random.default_rng(3)
    row, column = rng.integers(-9, 9, size=(2, 5, 4, 2, 3))
    path = tmp_path / "games.npz"
    np.savez_compressed(path, row=np.asfortranarray(row), column=column.astype(">i4"))
    games = read_games(path)
    assert np.array_equal(games.row, row.reshape(20, 2, 3))
    assert np.array_equal(games.column, column.reshape(20, 2, 3))


def test_one_game_of_a_table(tmp_path):
    path = tmp_path / "game.csv"
    write(Game.from_payoffs([[1, 2]], [[3, 4]]), path)
    assert read_game(path).batch_shape == ()
    write(Game.from_payoffs([[[1, 2]]] * 2, [[[3, 4]]] * 2), path)
    with pytest.raises(FileError, match=r"more than one game; .*batch"):
        read_game(path)
    path = tmp_path / "game.json"
    for text in ('{"row": [["1/3", 2]], "column": [[3, 4]]}', '[[["1/3", 2]], [[3, 4]]]'):
        path.write_text(text)
        assert str(read_game(path).exact[0][0, 0]) == "1/3"
