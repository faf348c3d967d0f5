"""Games and solutions in polars, pandas, DuckDB, Arrow and xarray, and back."""

from fractions import Fraction

import numpy as np
import pyarrow as pa
import pytest

import strategic as st
from strategic.equilibria.methods import METHODS
from strategic.errors import StrategicError
from strategic.games import Game
from strategic.games._arrow import LABELS, labels_of
from strategic.games.families import random_games
from strategic.status import Status

ODD = ("é\n", "\ud800", '"', "", "a")
BATCH = random_games((2, 3), 7, rng=0)


def by_arrow(games):
    """Read a table of Arrow back with the names that its schema carries."""
    table = pa.table(games)
    cells = np.array([column.to_pylist() for column in table.columns], dtype=object)
    shape, players = games.shape, len(games.shape)
    kept = labels_of(table.schema.metadata, shape)
    numbers = [
        [Fraction(c) for c in part.reshape(-1)]
        for part in np.split(cells[-players * np.prod(shape) :], players)
    ]
    tables = [
        np.array(own, dtype=object).reshape(np.prod(shape), -1).T.reshape(-1, *shape)
        for own in numbers
    ]
    kept.pop("decimal", None)
    return Game.from_payoffs(*tables, **kept)


@pytest.mark.parametrize("shape", [(2, 3), (1, 1), (2, 2, 3), (2, 1, 2, 2)])
def test_games_go_through_arrow_with_their_names(shape):
    rng = np.random.default_rng(1)
    names = tuple(tuple(rng.choice(ODD, n)) for n in shape)
    players = tuple(rng.choice(ODD, len(shape)))
    games = Game.from_payoffs(
        *rng.normal(size=(len(shape), 5, *shape)), players=players, actions=names, title="t\u2028"
    )
    again = by_arrow(games)
    assert (again.players, again.actions, again.title) == (players, names, "t\u2028")
    for mine, theirs in zip(games.payoffs, again.payoffs, strict=True):
        np.testing.assert_array_equal(mine, theirs)


def test_exact_numbers_are_texts_and_gaps_are_null():
    game = st.read_game("1/3,0 / 1,100000000000000000001")
    assert game.to_arrow().to_pylist() == [
        {
            "row_0_0": "1/3",
            "row_0_1": "0",
            "column_0_0": "1",
            "column_0_1": "100000000000000000001",
        }
    ]
    assert by_arrow(game).fractions()[0].tolist() == [game.fractions()[0].tolist()]
    gap = Game.from_payoffs([[[1, np.nan]]], [[[1, 2]]])
    assert gap.to_arrow().to_pylist()[0]["row_0_1"] is None
    decimals = Game.from_payoffs([[0.1]], [[1]], decimal=True).to_arrow()
    assert labels_of(decimals.schema.metadata, (1, 1))["decimal"] is True


def test_several_axes_of_a_batch_are_columns():
    games = Game.from_payoffs(*np.arange(24.0).reshape(2, 3, 2, 2, 1))
    table = games.to_arrow()
    assert table.column_names[:3] == ["batch_0", "batch_1", "row_0_0"]
    assert table["batch_1"].to_pylist() == [0, 1] * 3
    assert table["row_1_0"].to_pylist() == games.row[..., 1, 0].ravel().tolist()


def test_names_of_other_games_are_left_out():
    labels = {LABELS: b'{"players": ["A", "B"], "title": "x", "actions": [["u"], ["l", "r"]]}'}
    assert labels_of(labels, (1, 2))["actions"] == (("u",), ("l", "r"))
    for text in (b"{", b"[1]", b"{" * 10**5, b'{"players": ["A", 1]}', b'{"players": 3}'):
        assert labels_of({LABELS: text}, (1, 2)) == {}
    assert labels_of(labels, (2, 2)) == {}


def solutions():
    """Every method on one game and, where it takes one, on a batch."""
    square = random_games((3, 3), 4, rng=1)
    symmetric = Game.from_payoffs(square.row, np.swapaxes(square.row, -1, -2))
    opposed = Game.from_payoffs(square.row, -square.row)
    for name, record in METHODS.items():
        games = {"symmetric": symmetric, "zero_sum": opposed}.get(name, square)
        yield f"{name} of one", st.solve(games.of_batch(1), method=name)
        if record.batch:
            yield f"{name} of a batch", st.solve(games, method=name)


SOLUTIONS = dict(solutions())


@pytest.mark.parametrize("name", SOLUTIONS)
def test_a_solution_goes_to_every_package(name, tmp_path):
    duckdb, pl, pd = map(pytest.importorskip, ("duckdb", "polars", "pandas"))
    found = SOLUTIONS[name]
    columns = found.columns()
    table = pa.table(found)
    assert table.column_names == list(columns)
    assert table.num_rows == len(found.to_pandas())
    assert pl.DataFrame(found).equals(found.to_polars())
    assert pl.DataFrame(found).rows() == [tuple(row.values()) for row in table.to_pylist()]
    assert duckdb.sql("select count(*) from found").fetchall() == [(table.num_rows,)]
    assert duckdb.from_arrow(found).columns == table.column_names
    if hasattr(pd.DataFrame, "from_arrow"):
        assert list(pd.DataFrame.from_arrow(found).columns) == list(columns)
    for column, values in columns.items():
        for theirs, mine in zip(table[column].to_pylist(), values, strict=True):
            if theirs is None:
                assert mine is None or np.isnan(mine)
            elif isinstance(theirs, float):
                assert theirs == mine
    dataset = found.to_xarray()
    assert dataset.attrs["method"] == found.method
    assert dataset["status"].shape == found.games.batch_shape
    assert dataset["status"].attrs["flag_meanings"].split()[int(found.status.flat[0])]
    dataset.to_netcdf(tmp_path / "found.nc", engine="scipy", format="NETCDF3_64BIT")


def test_equilibria_in_xarray_are_one_ragged_list_with_names():
    games = Game.from_payoffs(BATCH.row, BATCH.column, players=("A", "B"), actions=("ud", "lmr"))
    found = st.solve(games)
    data = found.to_xarray()
    assert data["count"].attrs["sample_dimension"] in data.sizes
    lengths = data["count"].to_numpy()
    assert data["game"].to_numpy().tolist() == np.repeat(np.arange(7), lengths).tolist()
    assert data["strategy_row"].sel(action_row="d").to_numpy().tolist() == found.row[:, 1].tolist()
    assert data["payoff"].sel(player="B").to_numpy().tolist() == found.payoffs[:, 1].tolist()


def test_one_value_a_game_keeps_the_axes_of_the_batch():
    games = Game.from_payoffs(*np.random.default_rng(2).normal(size=(2, 3, 4, 2, 2)))
    found = st.solve(games, method="logit")
    data = found.to_xarray()
    assert data["regret"].dims == ("batch_0", "batch_1")
    np.testing.assert_array_equal(data["regret"], found.regret)
    np.testing.assert_array_equal(data["strategy_column"], found.strategies[1])


def test_exact_equilibria_are_texts():
    found = st.solve([[2, 0], [0, 1]], [[1, 0], [0, 2]]).exact()
    assert found.to_arrow()["row_0"].to_pylist() == ["1", "0", "2/3"]
    assert found.to_arrow()["index"].type == pa.int32()


def same_list(found, again):
    for name in ("game", "count", "status", "index", "degenerate"):
        np.testing.assert_array_equal(getattr(found, name), getattr(again, name), err_msg=name)
    for mine, theirs in zip(found.strategies, again.strategies, strict=True):
        np.testing.assert_array_equal(mine, theirs)
    np.testing.assert_allclose(
        found.payoffs.astype(float), again.payoffs.astype(float), rtol=1e-12, atol=1e-12
    )


@pytest.mark.parametrize("shape", [(2, 2), (3, 3), (2, 2, 2)])
@pytest.mark.parametrize("form", ["arrow", "polars", "pandas", "xarray", "mapping", "duckdb"])
def test_equilibria_come_back_from_every_table(shape, form):
    games = random_games(shape, 6, rng=4)
    found = st.solve(games)
    if form == "duckdb":
        duckdb = pytest.importorskip("duckdb")
        table = duckdb.sql("from found order by regret, row_0" if len(shape) == 2 else "from found")
    elif form == "mapping":
        table = found.columns()
    else:
        table = getattr(found, f"to_{form}")()
    labels = [Status(code).label for code in found.status] if form != "xarray" else None
    again = st.Equilibria.from_table(games, table, status=labels)
    if form != "duckdb":  # another order within a game is another list
        same_list(found, again)
    assert sorted(map(str, again.payoffs.round(9).tolist())) == sorted(
        map(str, found.payoffs.round(9).tolist())
    )
    assert not again.regret.max() > 1e-9


def test_exact_equilibria_come_back_exactly():
    found = st.solve([[2, 0], [0, 1]], [[1, 0], [0, 3]]).exact()
    again = st.Equilibria.from_table(found.games, found.to_arrow(), status="complete")
    same_list(found, again)
    assert again.row[2].tolist() == [Fraction(3, 4), Fraction(1, 4)]
    assert again.regret.tolist() == [0, 0, 0]
    assert again.payoffs.tolist() == found.payoffs.tolist()


def test_degenerate_games_and_games_without_rows_come_back():
    rows = [[[0, 0], [0, 1]], [[1, 1], [1, 1]]]
    games = Game.from_payoffs(rows, rows)
    found = st.solve(games)
    again = st.Equilibria.from_table(games, found.to_xarray())
    same_list(found, again)
    assert [c.index for c in again.components()] == [c.index for c in found.components()]
    none = st.Equilibria.from_table(games, found.to_arrow().slice(0, 0))
    assert (len(none), none.count.tolist()) == (0, [0, 0])
    assert {Status(code).label for code in none.status} == {"found_some"}


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"row_0": None}, "column row_0: is missing"),
        ({"row_0": [2.0, 0, 0]}, "must be probabilities"),
        ({"row_0": ["x", "1", "0"]}, "must hold numbers"),
        ({"row_0": [np.nan, 0, 0]}, "must be probabilities"),
        ({"game": [0, 1, 0]}, "must be the number of one of 1 games"),
        ({"game": [0, 0.5, 0]}, "row 1, column game"),
        ({"row_0": [0.0, 1, 2 / 3], "row_1": [1.0, 0, 1 / 3]}, "is no equilibrium of game 0"),
    ],
)
def test_a_table_that_is_no_list_of_equilibria(change, rule):
    found = st.solve([[2, 0], [0, 1]], [[1, 0], [0, 2]])
    columns = {
        name: values for name, values in (found.columns() | change).items() if values is not None
    }
    with pytest.raises(StrategicError, match=rule) as caught:
        st.Equilibria.from_table(found.games, columns)
    assert "\n" not in str(caught.value)
