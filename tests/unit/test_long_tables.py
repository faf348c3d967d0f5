"""Long tables: any names, any order of rows, whole or in blocks; what is missing, what is twice."""

from fractions import Fraction

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest

from strategic.errors import FileError
from strategic.games import from_arrow, open_games
from strategic.games.io.tables import _long_reader
from strategic.games.io.tables._long_columns import long_columns

PAIRS = [
    *[("i", "j"), ("a1", "a2"), ("row_action", "column_action"), ("action_0", "action_1")],
    *[("p1_action", "p2_action"), ("strategy 1", "strategy 2"), ("choice.1", "choice.2")],
]
PAYOFFS = [
    *[("row", "column"), ("payoff_1", "payoff_2"), ("u1", "u2"), ("payoff_row", "payoff_col")],
    *[("p1_payoff", "p2_payoff"), ("pi1", "pi2"), ("Ann", "Bob"), ("0", "1")],
]


def tables(rng, shape, games, *, most=9):
    return rng.integers(0, most, (games, len(shape), *shape)).astype(float)


def long(payoffs, names=None, *, start=0):
    players = payoffs.ndim - 2
    game, player, *actions = (axis.reshape(-1) for axis in np.indices(payoffs.shape))
    names = names or "ijklmn"[:players]
    columns = {name: own + start for name, own in zip(names, actions, strict=True)}
    values = payoffs.reshape(-1)
    return pd.DataFrame({"game": game, "player": player + start, **columns, "payoff": values})


def read(frame):
    return np.stack(from_arrow(pa.Table.from_pandas(frame, preserve_index=False)).payoffs, axis=1)


@pytest.mark.parametrize("seed", range(30))
def test_any_shape_and_any_order_of_rows(seed):
    rng = np.random.default_rng(seed)
    shape = tuple(rng.integers(1, 4, rng.integers(2, 5)))
    payoffs = tables(rng, shape, int(rng.integers(1, 9)))
    names = [f"a{k + 1}" for k in range(len(shape))] if rng.random() < 0.5 else None
    frame = long(payoffs, names, start=int(rng.integers(2))).sample(frac=1, random_state=seed)
    frame = frame[rng.permutation(frame.columns)]
    frame = frame.assign(year=frame["game"] % 3)
    table = open_games(frame)
    if len(payoffs) > 1 or frame["game"].iloc[0] == 0:
        assert table.extra == ("year",)
    np.testing.assert_array_equal(read(frame), payoffs)


@pytest.mark.parametrize("actions", PAIRS)
@pytest.mark.parametrize("payoffs", PAYOFFS)
@pytest.mark.parametrize("change", [str, str.upper, str.title])
def test_a_row_per_action_profile_under_many_names(actions, payoffs, change):
    own = tables(np.random.default_rng(1), (2, 3), 4)
    game, i, j = (axis.reshape(-1) for axis in np.indices(own[:, 0].shape))
    columns = dict(
        zip((*actions, *payoffs), (i, j, *own.swapaxes(0, 1).reshape(2, -1)), strict=True)
    )
    frame = pd.DataFrame({change(name): column for name, column in columns.items()})
    frame.insert(0, "Game", game)
    np.testing.assert_array_equal(read(frame), own)


@pytest.mark.parametrize(
    ("players", "order"),
    [
        (("row", "column"), (0, 1)),
        (("column", "row"), (1, 0)),
        (("Col", "Row"), (1, 0)),
        (("player 2", "player 1"), (1, 0)),
        (("p10", "p9"), (1, 0)),
        ((7, 3), (1, 0)),
        (("1", "2"), (0, 1)),
        (("Zoe", "Ann"), (0, 1)),
    ],
)
def test_players_are_ordered_by_what_their_names_say(players, order):
    own = tables(np.random.default_rng(2), (2, 2), 3)
    frame = long(own)
    frame["player"] = np.array(players)[frame["player"]]
    np.testing.assert_array_equal(read(frame), own[:, order])


def test_players_named_like_the_columns_of_their_actions_stand_in_that_order():
    own = tables(np.random.default_rng(3), (2, 3), 3)
    frame = long(own, ["Zoe", "Ann"])
    frame["player"] = np.array(["Zoe", "Ann"])[frame["player"]]
    shuffled = frame.sort_values("player")
    np.testing.assert_array_equal(read(shuffled), own)


def test_players_may_hold_the_actions_beside_their_payoffs():
    found = long_columns(["match", "player1", "player2", "payoff1", "payoff2"])
    assert (found.game, found.actions) == ("match", ("player1", "player2"))
    assert found.payoffs == ("payoff1", "payoff2")


def test_a_letter_after_those_of_the_actions_may_be_something_else():
    own = tables(np.random.default_rng(3), (2, 3), 3)
    game, i, j = (axis.reshape(-1) for axis in np.indices(own[:, 0].shape))
    row, column = own.swapaxes(0, 1).reshape(2, -1)
    columns = {"game": game, "i": i, "j": j, "k": game * 2, "A": row, "B": column}
    table = open_games(pd.DataFrame(columns))
    assert table.extra == ("k",)
    np.testing.assert_array_equal(np.stack(table.read().payoffs, axis=1), own)
    assert long_columns(["game", "a1", "a2", "a3", "u1", "u2"]) is None


@pytest.mark.parametrize("actions", [(0.5, 2.5), (False, True), (-3, 10), ("1e1", "2e1")])
def test_numbers_and_yes_and_no_are_in_ascending_order_wherever_they_first_come(actions, tmp_path):
    own = tables(np.random.default_rng(14), (2, 2), 3)
    frame = long(own)[::-1]
    frame["i"] = np.array(actions)[frame["i"]]
    frame.to_csv(tmp_path / "games.csv", index=False)
    payoffs = np.stack(open_games(tmp_path / "games.csv").read().payoffs, axis=1)
    np.testing.assert_array_equal(payoffs, own)
    np.testing.assert_array_equal(read(frame), own)


def test_names_of_games_players_and_actions_are_kept():
    own = tables(np.random.default_rng(4), (2, 2), 2)
    frame = long(own)
    frame["game"] = np.array(["x", "w"])[frame["game"]]
    frame["player"] = np.array(["Ann", "Bob"])[frame["player"]]
    frame["i"] = np.array(["up", "down"])[frame["i"]]
    table = open_games(frame)
    (block,) = table.parts()
    assert block.extra.to_pydict() == {"game": ["x", "w"]}
    assert block.games.players == ("Ann", "Bob")
    assert block.games.actions == (("up", "down"), ("0", "1"))
    assert "column i holds up, down, in this order" in table.notes


def test_numbers_of_games_decide_their_order_and_come_along_where_they_do_not_count_from_0():
    own = tables(np.random.default_rng(5), (1, 2), 3)
    frame = long(own)
    frame["game"] = np.array([30, 10, 20])[frame["game"]]
    (block,) = open_games(frame).parts()
    assert block.extra.to_pydict() == {"game": [10, 20, 30]}
    np.testing.assert_array_equal(block.games.row, own[[1, 2, 0], 0])


def test_numbers_are_as_written(tmp_path):
    path = tmp_path / "games.csv"
    long_number = "0.1234567890123456789"
    path.write_text(
        f"game,player,i,j,payoff\n0,0,0,0,1/3\n0,1,0,0,{long_number}\n1,0,0,0,.5\n1,1,0,0,-2e-1\n"
    )
    first, second = open_games(path).read().fractions()
    assert first.ravel().tolist() == [Fraction(1, 3), Fraction(1, 2)]
    assert second.ravel().tolist() == [Fraction(long_number), Fraction(-1, 5)]
    path.write_text("game,player,i,j,payoff\n0,0,0,0,0.1\n0,1,0,0,0.2\n")
    games = open_games(path).read()
    assert games.decimal
    assert games.exact is None


@pytest.mark.parametrize("mark", ["", "NA", "nan", ".", "inf", None])
def test_a_game_that_lacks_a_payoff_is_invalid_and_harms_no_other(mark, tmp_path):
    own = tables(np.random.default_rng(6), (2, 2), 4)
    frame = long(own).astype({"payoff": object})
    if mark is None:
        frame = frame.drop(index=11)  # no row at all
    else:
        frame.loc[11, "payoff"] = mark
    frame.to_csv(tmp_path / "games.csv", index=False)
    games = open_games(tmp_path / "games.csv").read(missing=True)
    assert games.defined.tolist() == [True, False, True, True]
    np.testing.assert_array_equal(games.row[[0, 2, 3]], own[[0, 2, 3], 0])


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            lambda f: pd.concat([f, f[:1]]),
            "row 18, counting the header: game 0, player 0, i 0, j 0",
        ),
        (
            lambda f: f.assign(payoff="x"),
            "row 2, counting the header, column payoff: must be a num",
        ),
        (
            lambda f: f.assign(i=[None, *f["i"][1:]]),
            "row 2, counting the header, column i: must not",
        ),
        (lambda f: f.assign(i=["up", "NA", *["up"] * 14]), "row 3, counting the header, column i"),
        (lambda f: f.assign(player=f.index % 3), "column player: must hold 2 players"),
        (lambda f: f[(f["game"] == 0) | (f["i"] == 0)], "game 0 is 2x2 .* game 1 is 1x2"),
        (lambda f: f.assign(i=f.index), "all games must have one shape and the same actions"),
        (lambda f: f.rename(columns={"j": "I"}), "columns: must"),
        (lambda f: f[:0], "must hold at least one game"),
    ],
)
def test_what_is_wrong_is_told_by_row_and_column(change, says, tmp_path):
    frame = change(long(tables(np.random.default_rng(7), (2, 2), 2)))
    frame.to_csv(tmp_path / "games.csv", index=False)
    with pytest.raises(FileError, match=says) as caught:
        open_games(tmp_path / "games.csv").read(missing=True)
    assert len(str(caught.value).splitlines()) == 1


def test_action_numbers_without_end_do_not_fill_the_memory():
    rows = 200_000
    number = np.arange(rows)
    columns = {"game": number // 2, "i": number % 9_000, "j": number % 9_000}
    frame = pd.DataFrame({**columns, "row": 1.0, "column": 2.0})
    with pytest.raises(FileError, match=r"one shape|too few"):
        open_games(frame)


@pytest.fixture
def in_blocks(monkeypatch):
    """Read every file in small blocks, as those larger than memory are."""
    monkeypatch.setattr(_long_reader, "_HELD", 0)
    monkeypatch.setattr(_long_reader, "_ROWS", 7)


def written(frame, path, suffix):
    if suffix == "csv":
        frame.to_csv(path, index=False)
    elif suffix == "parquet":
        frame.to_parquet(path, index=False, row_group_size=5)
    else:
        pyarrow.feather.write_feather(frame, path, chunksize=5)
    return path


@pytest.mark.usefixtures("in_blocks")
@pytest.mark.parametrize("suffix", ["csv", "parquet", "feather"])
@pytest.mark.parametrize("start", [0, 1])
def test_sorted_tables_are_read_in_blocks(suffix, start, tmp_path):
    rng = np.random.default_rng(8)
    own = tables(rng, (2, 3), 23)
    frame = long(own)
    frame = frame.sample(frac=1, random_state=1).sort_values("game", kind="stable")
    frame["game"] = frame["game"] * (1 + start) + start
    frame["year"] = frame["game"] + 1990
    table = open_games(written(frame, tmp_path / f"games.{suffix}", suffix))
    assert table.count == 23
    assert isinstance(table.reader, _long_reader.LongReader)
    assert table.extra == (("game", "year") if start else ("year",))
    blocks = list(table.parts(5, start=3, stop=20))
    assert [len(block) for block in blocks] == [5, 5, 5, 2]
    assert [block.first for block in blocks] == [3, 8, 13, 18]
    payoffs = np.concatenate([np.stack(block.games.payoffs, axis=1) for block in blocks])
    np.testing.assert_array_equal(payoffs, own[3:20])
    years = np.concatenate([block.extra.column("year").to_numpy() for block in blocks])
    np.testing.assert_array_equal(years, np.arange(3, 20) * (1 + start) + start + 1990)


@pytest.mark.usefixtures("in_blocks")
def test_tables_that_are_not_sorted_are_read_whole_up_to_a_size(tmp_path, monkeypatch):
    own = tables(np.random.default_rng(9), (2, 2), 9)
    frame = long(own).sample(frac=1, random_state=2)
    path = written(frame, tmp_path / "games.csv", "csv")
    np.testing.assert_array_equal(np.stack(open_games(path).read().payoffs, axis=1), own)
    monkeypatch.setattr(_long_reader, "_MOST_HELD", 0)
    with pytest.raises(FileError, match="must be sorted by game; sort its rows by"):
        open_games(path)


@pytest.mark.usefixtures("in_blocks")
def test_what_is_wrong_in_a_later_block_is_told_by_its_row(tmp_path):
    frame = long(tables(np.random.default_rng(10), (2, 2), 9)).astype({"payoff": object})
    frame.loc[50, "payoff"] = "word"
    table = open_games(written(frame, tmp_path / "games.csv", "csv"))
    with pytest.raises(FileError, match="row 52, counting the header, column payoff"):
        list(table.parts())


def test_a_million_rows_take_about_a_second(tmp_path):
    import time

    own = tables(np.random.default_rng(11), (2, 2), 125_000)
    frame = long(own)
    path = tmp_path / "games.parquet"
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), path)
    start = time.process_time()
    games = open_games(path).read()
    assert time.process_time() - start < 5  # .3 s on a quiet machine
    np.testing.assert_array_equal(np.stack(games.payoffs, axis=1), own)


@pytest.mark.parametrize(
    "names",
    [
        ["row_0_0", "row_0_1", "column_0_0", "column_0_1"],
        ["game", "a11", "a12", "b11", "b12", "player", "payoff"],
        ["id", "A", "B"],
        ["game", "player1", "player2", "a11", "b11"],
        ["game", "i", "j", "a11", "b11"],
        ["round", "period", "row_0_0", "column_0_0"],
        ["player", "payoff"],
        [],
    ],
)
def test_other_tables_are_not_taken_for_long_ones(names):
    assert long_columns(names) is None


def objects():
    """Give the same long table as the objects of other libraries."""
    duckdb, polars = pytest.importorskip("duckdb"), pytest.importorskip("polars")
    frame = long(tables(np.random.default_rng(12), (2, 2), 5))
    frame["player"] = np.array(["row", "column"])[frame["player"]]
    table = pa.Table.from_pandas(frame, preserve_index=False)
    coded = table.set_column(1, "player", table.column("player").dictionary_encode())
    views = table.set_column(1, "player", table.column("player").cast(pa.string_view()))
    return {
        "pandas": frame,
        "pandas, categories": frame.astype({"player": "category", "i": "category"}),
        "polars": polars.from_pandas(frame),
        "polars, categories": polars.from_pandas(frame).cast({"player": polars.Categorical}),
        "DuckDB": duckdb.from_arrow(table),
        "pyarrow": table,
        "pyarrow, codes": coded,
        "pyarrow, views": views,
        "pyarrow, pieces": pa.concat_tables([table[:7], table[7:9], table[9:]]),
        "pyarrow, stream": pa.RecordBatchReader.from_batches(
            table.schema, table.to_batches(max_chunksize=3)
        ),
        "pyarrow, batch": table.to_batches()[0],
    }


@pytest.mark.parametrize("name", objects())
def test_tables_of_any_library(name):
    own = tables(np.random.default_rng(12), (2, 2), 5)
    games = from_arrow(objects()[name])
    np.testing.assert_array_equal(np.stack(games.payoffs, axis=1), own)


def test_what_is_no_table_of_games_is_told_in_one_line():
    class Broken:
        def __arrow_c_stream__(self, _schema=None):
            raise TypeError("nothing here")

    for source, says in (
        (Broken(), "cannot be read as a table of Arrow: nothing here"),
        (pa.table({"a": [1]}), "pyarrow.Table: columns: must"),
        (
            pa.table({"player": [0, 1], "i": [0, 0], "j": [0, 0], "payoff": [b"x"] * 2}),
            "must hold numb",
        ),
        (7, "must be a file, an address, several of these, or a table"),
        (np.zeros((3, 2, 2, 2)), "arrays make a game by strategic.games.Game.from_payoffs"),
    ):
        with pytest.raises(FileError, match=says) as caught:
            open_games(source)
        assert len(str(caught.value).splitlines()) == 1


def columns_of_lists():
    own = tables(np.random.default_rng(13), (2, 3), 6)
    lists = {"A": own[:, 0].tolist(), "B": own[:, 1].tolist()}
    fixed = pa.list_(pa.list_(pa.float64(), 3), 2)
    table = pa.table(lists)
    return own, {
        "lists": table,
        "pieces": pa.concat_tables([table[:2], table[2:3], table[3:]]),
        "slice": pa.concat_tables([table[:3], table])[3:],
        "fixed": pa.table({name: pa.array(column, fixed) for name, column in lists.items()}),
        "other order": pa.table({"p2": lists["B"], "p1": lists["A"]}),
        "whole numbers": pa.table({n: own[:, k].astype(int).tolist() for k, n in enumerate("AB")}),
        "texts": pa.table({n: own[:, k].astype(str).tolist() for k, n in enumerate("AB")}),
        "one column": pa.table({"payoffs": own.tolist()}),
    }


@pytest.mark.parametrize("name", columns_of_lists()[1])
def test_columns_of_lists(name):
    own, made = columns_of_lists()
    table = made[name].append_column("day", pa.array(range(6), pa.date32()))
    opened = open_games(table)
    (block,) = opened.parts()
    np.testing.assert_array_equal(np.stack(block.games.payoffs, axis=1), own)
    assert block.extra.schema.field("day").type == pa.date32()


def test_columns_of_lists_of_several_shapes_are_refused_by_name():
    table = pa.table({"A": [[[1, 2]], [[1, 2], [3, 4]]], "B": [[[1, 2]], [[1, 2], [3, 4]]]})
    with pytest.raises(FileError, match=r"all games must have one shape: .* is 1x2, .* is 2x2"):
        open_games(table)
    gap = pa.table({"A": [[[1, None]], [[1, 2]]], "B": [[[1, 2]], [[3, 4]]]})
    assert from_arrow(gap).defined.tolist() == [False, True]
