"""The tables that files of batches hold: every method has them, whatever the payoffs."""

import json

import numpy as np
import pyarrow as pa
import pytest

import strategic as st
from strategic.batches._tables import row_table_name, solution_tables
from strategic.equilibria import METHODS, method_of
from strategic.errors import MethodError
from strategic.status import Status

OF_TWO = {"polytopes", "one", "lemke_howson", "lemke_howson_all", "zero_sum", "commitment"}
SHAPES = ((2, 2), (2, 3), (3, 3), (2, 2, 2), (2, 3, 2), (2, 2, 2, 2))
BATCHES = [record.name for record in METHODS.values() if not record.single]
CASES = [(m, s) for m in BATCHES for s in SHAPES if len(s) == 2 or m not in OF_TWO]
EXPECTED = {
    "all": "game row_0 row_1 column_0 column_1 payoff_row payoff_column index regret",
    "logit": "game rationality row_0 row_1 column_0 column_1 residual regret steps",
    "correlated": "game row column probability",
    "dominance": "game round player action dominator_0 dominator_1 margin",
    "commitment": "game leader_0 leader_1 reply pure_leader pure_reply payoff_leader "
    "payoff_follower pure_payoff_leader pure_payoff_follower",
}
OF_GAMES = {
    "all": "",
    "zero_sum": "value gap unique_row unique_column",
    "coarse": "value payoff_row payoff_column gain",
    "dominance": "rounds solved left_row_0 left_row_1 left_column_0 left_column_1",
}


def batch(rng, method, shape, games=12):
    payoffs = [rng.integers(-3, 4, (games, *shape)).astype(float) for _ in shape]
    if method == "zero_sum":
        payoffs[1][1:] = 2.0 - payoffs[0][1:]
    if method == "symmetric" and shape == (3, 3):
        payoffs[1][1:] = payoffs[0][1:].swapaxes(1, 2)
    payoffs[0][5].flat[0] = np.nan
    return payoffs


@pytest.mark.parametrize(("method", "shape"), CASES)
def test_rows_and_games_of_every_method(method, shape):
    """Rows belong to games, counts count them, and nothing but the shape decides on columns."""
    rng = np.random.default_rng([*shape, len(method)])
    payoffs = batch(rng, method, shape)
    numbers = np.arange(100, 112)
    extra = pa.record_batch({"label": [f"g{k}" for k in range(12)], "count": np.arange(12.0)})
    if method == "symmetric" and len(set(shape)) > 1:  # whatever the payoffs
        with pytest.raises(MethodError, match="can be exchanged"):
            st.solve(*payoffs, method=method)
        return
    found = st.solve(*payoffs, method=method, workers=1)
    rows, games = solution_tables(found, numbers, extra)
    assert games["game"].to_pylist() == numbers.tolist()
    assert games["label"].to_pylist() == [f"g{k}" for k in range(12)]
    assert games["input_count"].to_pylist() == list(range(12))
    assert games["status"].to_pylist() == [Status(code).label for code in found.status]
    assert games["status"][5].as_py() == "invalid"
    listed = np.array(rows["game"])
    assert (np.diff(listed) >= 0).all()
    np.testing.assert_array_equal(
        np.bincount(listed - 100, minlength=12), games["count"].to_numpy()
    )
    assert rows["label"].to_pylist() == [f"g{k - 100}" for k in listed]
    assert rows["input_count"].to_pylist() == (listed - 100).tolist()
    for name in games.column_names[5:]:  # nothing else is said of a game without payoffs
        told = "invalid" if name.endswith("status") else None
        assert games[name][5].as_py() == told, name
    no_rows = {Status.INVALID, Status.DOES_NOT_FIT}
    assert not games["count"].to_numpy()[np.isin(found.status, list(no_rows))].any()
    for part in (slice(5, 6), slice(0, 0), slice(0, 4)):
        some = st.solve(*(p[part] for p in payoffs), method=method, workers=1)
        fewer, of_games = solution_tables(
            some, numbers[part], extra.slice(part.start, part.stop - part.start)
        )
        assert fewer.schema == rows.schema
        assert of_games.schema == games.schema
        kept = np.isin(listed, numbers[part])
        assert fewer.to_pydict() == rows.filter(pa.array(kept)).to_pydict()


@pytest.mark.parametrize("method", BATCHES)
def test_names_of_columns_are_fixed(method):
    payoffs = batch(np.random.default_rng(0), method, (2, 2), 6)
    rows, games = solution_tables(st.solve(*payoffs, method=method), np.arange(6))
    first = EXPECTED.get(method, EXPECTED["all"]).split()
    if method == "coarse":
        first = EXPECTED["correlated"].split()
    assert rows.column_names[: len(first)] == first
    assert games.column_names[:3] == ["game", "count", "status"]
    if method in OF_GAMES:
        assert games.column_names[3:] == OF_GAMES[method].split()
    assert row_table_name(method_of(method)) in ("equilibria", "solutions")


def test_more_players_and_parts_of_all():
    payoffs = batch(np.random.default_rng(1), "all", (2, 2, 2))
    rows, _ = solution_tables(st.solve(*payoffs), np.arange(12))
    assert rows.column_names[:3] == ["game", "player_0_0", "player_0_1"]
    assert "payoff_player_2" in rows.column_names
    rows, games = solution_tables(st.solve(*payoffs, want="count"), np.arange(12))
    assert rows is None
    assert games.column_names == ["game", "count", "status"]
    rows, _ = solution_tables(st.solve(*payoffs, want="supports"), np.arange(12))
    assert rows["player_0_0"].type == pa.int8()


def test_a_game_taken_out_of_a_ranked_batch_is_what_it_is_alone():
    row, column = np.random.default_rng(4).integers(0, 3, (2, 2, 2, 2, 2)).astype(float)
    column[0] = row[0].swapaxes(1, 2)  # symmetric
    found = st.solve(row, column, method="selection")
    for place in np.ndindex(2, 2):
        one, alone = found.of(*place), st.solve(row[place], column[place], method="selection")
        assert json.dumps(one.document()) == json.dumps(alone.document())
        assert one.lines() == alone.lines()
        assert found.of(place[0] * 2 + place[1]).lines() == alone.lines()
    three = st.solve(*np.zeros((3, 2, 2, 1, 2)), method="selection")
    assert three.of(1).coordination is None
    with pytest.raises(IndexError):
        found.of(4)


def test_marks_of_selection_do_not_depend_on_the_other_games():
    rng = np.random.default_rng(2)
    row = rng.integers(-3, 4, (8, 3, 3)).astype(float)
    column = row.swapaxes(1, 2).copy()
    column[::2] += rng.random((4, 3, 3))
    rows, _ = solution_tables(st.solve(row, column, method="selection"), np.arange(8))
    stable = rows.to_pandas().groupby("game")["evolutionarily_stable"]
    assert [group.isna().all() for _, group in stable] == [True, False] * 4
    symmetric, _ = solution_tables(
        st.solve(row[1::2], column[1::2], method="selection"), np.arange(1, 8, 2)
    )
    odd = rows.filter(pa.compute.equal(pa.compute.bit_wise_and(rows["game"], 1), 1))
    assert odd.to_pydict() == symmetric.to_pydict()
