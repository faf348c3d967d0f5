"""Results of a batch opened again, in every form a batch writes."""

import shutil

import numpy as np
import pyarrow as pa
import pytest

import strategic as st
from strategic.batches import StoredBatch, open_batch, write_batch
from strategic.batches._stored_files import is_batch
from strategic.errors import StrategicError
from strategic.games import Game
from strategic.games.families import random_games

FORMS = ["found", "found.parquet", "found.csv", "found.npz", "found.feather"]


def some_games():
    """Games of which one lacks a payoff and one is degenerate."""
    row, column = np.round(np.random.default_rng(5).normal(size=(2, 12, 2, 2)), 2)
    row[3, 0, 1] = np.nan
    row[7], column[7] = [[1, 1], [1, 0]], [[0, 1], [1, 1]]
    return Game.from_payoffs(row, column)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    st.games.write(some_games(), "games.parquet")
    return tmp_path


@pytest.mark.parametrize("form", FORMS)
def test_a_batch_is_opened_as_it_was_solved(folder, form):
    pl, duckdb = map(pytest.importorskip, ("polars", "duckdb"))
    st.batch("games.parquet", form, part=5, workers=1)
    games = some_games()
    solved = st.solve(games)
    found = open_batch(form, games=None if form == "found" else "games.parquet")
    assert isinstance(found, StoredBatch)
    assert is_batch(folder / form)
    assert found.count.tolist() == solved.count.tolist()
    assert found.status.tolist() == solved.status.tolist()
    assert found.statuses["invalid"] == 1
    assert found.method == "all"
    assert len(found) == 12
    assert repr(found).startswith(f"<StoredBatch: {len(solved)} equilibria of 12 games")
    assert found.rows.count_rows() == len(solved)
    table = pl.DataFrame(found)
    assert table["game"].to_list() == solved.game.tolist()
    assert table["index"].null_count() == int(np.isnan(solved.index).sum())
    assert pa.schema(found).names == table.columns
    assert pa.table(found).column("row_1").to_pylist() == solved.row[:, 1].tolist()
    assert found.to_pandas().shape == (len(solved), 9)
    assert duckdb.sql("select max(regret) from found").fetchall()[0][0] <= 1e-12
    for number in (0, 3, 7, 11):
        one, mine = found.of(number), solved.of(number)
        assert one.status == mine.status
        np.testing.assert_array_equal(one.row, mine.row)
        np.testing.assert_array_equal(one.index, mine.index)
        np.testing.assert_allclose(one.payoffs, mine.payoffs)
        assert found.rows_of(number).num_rows == len(mine)
    whole = found.solution()
    np.testing.assert_array_equal(whole.strategies[1], solved.strategies[1])
    data = found.to_xarray()
    theirs = solved.to_xarray()
    np.testing.assert_array_equal(data["strategy_row"], theirs["strategy_row"])
    np.testing.assert_array_equal(data["status"], theirs["status"])
    np.testing.assert_array_equal(data["count"], theirs["count"])


def test_numbers_of_a_sample_are_those_of_the_file():
    st.batch("games.parquet", "found", sample=4, seed=1)
    found = open_batch("found")
    solved = st.solve(some_games())
    assert found.game.tolist() == sorted(found.game.tolist())
    assert found.count.tolist() == solved.count[found.game].tolist()
    number = int(found.game[-1])
    np.testing.assert_array_equal(found.of(number).row, solved.of(number).row)
    assert len(found.solution()) == solved.count[found.game].sum()
    missing = next(n for n in range(12) if n not in found.game)
    with pytest.raises(StrategicError, match="holds 4 games, numbered from"):
        found.of(missing)


def test_finished_parts_of_a_run_that_was_stopped_are_opened(folder):
    st.batch("games.parquet", "found", part=5, workers=1)
    (folder / "found" / "games" / "part-000001.parquet").unlink()  # its equilibria are there
    found = open_batch("found")
    assert found.game.tolist() == [0, 1, 2, 3, 4, 10, 11]
    assert set(found.to_arrow()["game"].to_pylist()) <= set(found.game.tolist())
    shutil.rmtree(folder / "found" / "games")
    with pytest.raises(StrategicError, match="holds no finished part yet"):
        open_batch("found")


@pytest.mark.parametrize("form", FORMS)
def test_counts_alone(form):
    st.batch("games.parquet", form, want="count")
    found = open_batch(form)
    assert found.count.tolist() == st.solve(some_games()).count.tolist()
    assert "equilibria" not in repr(found)
    with pytest.raises(StrategicError, match="only counts were wanted"):
        _ = found.rows
    assert found.to_xarray()["count"].shape == (12,)


def test_three_players_and_other_methods():
    st.games.write(random_games((2, 2, 2), 5, rng=1), "three.npz")
    st.batch("three.npz", "three")
    assert len(open_batch("three").of(2)) == st.solve(random_games((2, 2, 2), 5, rng=1)).count[2]
    st.batch("games.parquet", "logit", method="logit")
    found = open_batch("logit")
    assert found.method == "logit"
    with pytest.raises(StrategicError, match="no equilibria with all that belongs"):
        found.of(0)
    assert found.rows_of(0).num_rows == 1
    st.batch("games.parquet", "pure", method="pure")
    assert open_batch("pure").of(0).method == "pure"


def test_games_that_changed_are_not_taken_for_those_solved(folder):
    st.batch("games.parquet", "found")
    st.games.write(random_games((2, 2), 12, rng=9), "games.parquet")
    with pytest.raises(StrategicError, match="or they have changed"):
        open_batch("found").of(0)
    with pytest.raises(StrategicError, match="is no equilibrium of game"):
        open_batch("found", games="games.parquet").solution()
    assert len(open_batch("found", games=some_games()).of(0))
    (folder / "games.parquet").unlink()
    assert open_batch("found").rows_of(0).num_rows


def test_what_is_no_batch(folder):
    (folder / "empty").mkdir()
    (folder / "found.csv").write_text("game,row_0\n0,1\n")
    (folder / "broken.parquet").write_bytes(b"PAR1")
    (folder / "text.txt").write_text("x")
    for name, rule in {
        "nowhere": "no such file",
        "empty": "is no folder that a batch wrote",
        "games.parquet": "holds no results of a batch",
        "found.csv": "needs the counts and statuses in found.games.csv",
        "broken.parquet": "broken.parquet",
        "text.txt": "results of a batch end in",
    }.items():
        with pytest.raises(StrategicError, match=rule) as caught:
            open_batch(name)
        assert "\n" not in str(caught.value)
        assert not is_batch(folder / name)


@pytest.mark.parametrize("form", FORMS)
def test_damage_is_told_in_one_line(folder, form):
    st.batch("games.parquet", form, part=5, workers=1)
    place = folder / form
    files = list(place.rglob("*.parquet")) if place.is_dir() else list(folder.glob("found*"))
    rng, refused = np.random.default_rng(0), 0
    for number in range(40):
        file = files[number % len(files)]
        whole = file.read_bytes()
        content = bytearray(whole)
        for spot in rng.integers(0, len(content), 3):
            content[spot] = rng.integers(256)
        file.write_bytes(content[: rng.integers(len(whole) // 2, 2 * len(whole))])
        try:
            found = open_batch(form, games="games.parquet")
            assert len(found) <= 12
            found.to_xarray()
            found.solution()
        except StrategicError as problem:
            assert len(str(problem).splitlines()) == 1  # noqa: PT017 - others may be read
            refused += 1
        file.write_bytes(whole)
    assert refused > 10


@pytest.mark.parametrize("ending", ["parquet", "csv", "feather"])
@pytest.mark.parametrize("kind", ["batch", "exact", "one", "grid", "count"])
def test_a_solution_in_memory_is_stored_and_opened(ending, kind):
    thirds = Game.from_payoffs([[[2, 0], [0, 1]]] * 2, [[[1, 0], [0, 2]]] * 2)
    games = thirds if kind == "exact" else some_games()
    if kind == "one":
        games = games.of_batch(7)
    if kind == "grid":
        games = Game.from_payoffs(*(own.reshape(3, 4, 2, 2) for own in games.payoffs))
    solved = st.solve(games, **({"want": "count"} if kind == "count" else {}))
    solved = solved.exact() if kind == "exact" else solved
    write_batch(solved, f"kept.{ending}")
    flat = [own.reshape(-1, 2, 2) for own in games.payoffs]
    found = open_batch(f"kept.{ending}", games=Game.from_payoffs(*flat))
    assert found.count.tolist() == np.ravel(solved.count).tolist()
    assert found.status.tolist() == np.ravel(solved.status).tolist()
    if kind == "count":
        return
    again = found.solution()
    assert again.game.tolist() == solved.game.tolist()
    assert again.row.tolist() == solved.row.tolist()
    assert again.in_fractions == (kind == "exact")
    for ours in ("nc", "xlsx", "tsv"):
        assert all(file.exists() for file in write_batch(solved, f"kept.{ours}"))


def test_every_method_can_be_stored(tmp_path):
    square = random_games((3, 3), 2, rng=1)
    for name in st.equilibria.METHODS:
        games = square.of_batch(0)
        if name == "zero_sum":
            games = Game.from_payoffs(games.row, -games.row)
        if name == "symmetric":
            games = Game.from_payoffs(games.row, games.row.T)
        solved = st.solve(games, method=name)
        for ending in ("parquet", "csv", "xlsx", "nc"):
            assert write_batch(solved, tmp_path / f"{name}.{ending}")
        assert len(open_batch(tmp_path / f"{name}.parquet")) == 1


def test_further_columns_stay_what_they_are(folder):
    header = "row_2,name,count,row_0_0,row_0_1,column_0_0,column_0_1\n"
    (folder / "more.csv").write_text(f"{header}x,a,7,1,2,3,4\ny,b,8,2,1,3,5\n")
    options = {"names": ["row", "column"], "workers": 1}
    for form in ("more", "more.parquet", "more.csv.parquet", "more.npz"):
        st.batch("more.csv", form, **options)
        found = open_batch(form, games="more.csv")
        data = found.to_xarray()
        assert data["strategy_row"].shape == (2, 1)
        assert data["row_2"].to_numpy().tolist() == ["x", "y"]
        assert data["input_count"].to_numpy().tolist() == [7, 8]
        assert found.of(1).column.tolist() == [[0.0, 1.0]]
