"""A game of a batch that lacks a payoff is invalid; every other one is solved as ever."""

from fractions import Fraction
from itertools import permutations

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

import strategic as st
from strategic.equilibria import METHODS, Equilibria
from strategic.errors import FileError, GameError, MethodError
from strategic.games import read_games
from strategic.games.io.nfg import format_nfg
from strategic.status import Status

SINGLE = {"logit_path"}
"""Methods that take one game, where a missing payoff is an error."""
OF_TWO = {"polytopes", "one", "lemke_howson", "lemke_howson_all", "zero_sum", "commitment"}
"""Methods for two players."""
SHAPES = ((2, 2), (3, 2), (3, 3), (2, 2, 2), (2, 3, 2), (2, 2, 2, 2))
CASES = [
    (name, shape)
    for name in METHODS
    for shape in SHAPES
    if name not in SINGLE and not (name in OF_TWO and len(shape) > 2)
]


def batch(rng, shape, games, *, zero_sum=False):
    payoffs = [rng.integers(-5, 6, (games, *shape)).astype(float) for _ in shape]
    return [payoffs[0], -payoffs[0]] if zero_sum else payoffs


def with_gaps(rng, payoffs, missing):
    """Take one payoff out of each of the games named."""
    gapped = [p.copy() for p in payoffs]
    for game in missing:
        player = rng.integers(len(gapped))
        place = tuple(rng.integers(gapped[player].shape[1:]))
        gapped[player][(game, *place)] = np.nan
    return gapped


def alike(mine, theirs):
    """Whether two columns agree to the last bit, gaps included."""
    gaps = [np.ma.getmaskarray(side) for side in (mine, theirs)]
    there = ~gaps[0]
    return (
        mine.dtype == theirs.dtype
        and (gaps[0] == gaps[1]).all()
        and np.array_equal(np.ma.getdata(mine)[there], np.ma.getdata(theirs)[there],
                           equal_nan=mine.dtype.kind == "f")
    )  # fmt: skip


def of_kind(rng, method, shape, games, *, tied):
    """Games that most methods take: every other one fits the method, where some would not."""
    low, high = (-2, 3) if tied else (-(10**6), 10**6)
    payoffs = [rng.integers(low, high, (games, *shape)).astype(float) for _ in shape]
    if method == "zero_sum":
        payoffs[1][::2] = -payoffs[0][::2]
    if method in ("symmetric", "selection") and len(set(shape)) == 1:
        own = payoffs[0][::2]
        if len(shape) > 2:  # what the others play counts, not who plays it
            others = range(2, own.ndim)
            own = sum(np.moveaxis(own, 2, axis) for axis in others)
            own = sum(own.transpose(0, 1, *order) for order in permutations(others))
        for player in range(len(shape)):
            payoffs[player][::2] = np.moveaxis(own, 1, player + 1)
    return payoffs


@pytest.mark.parametrize(("method", "shape"), CASES)
@pytest.mark.parametrize("tied", [False, True], ids=["untied", "tied"])
def test_every_method_solves_around_games_that_lack_payoffs(method, shape, tied):
    """Neighbours of invalid games have the answers they have without them, to the last bit."""
    rng = np.random.default_rng([tied, *shape, *method.encode()])
    payoffs = of_kind(rng, method, shape, 9, tied=tied)
    if method == "symmetric" and len(set(shape)) > 1:
        with pytest.raises(MethodError, match="can be exchanged"):
            st.solve(*payoffs, method=method)
        return
    missing = rng.choice(9, 3, replace=False)
    kept = np.flatnonzero(~np.isin(np.arange(9), missing))
    gapped = with_gaps(rng, payoffs, missing)
    gapped[0][missing[0]].flat[0] = -np.inf
    found = st.solve(*gapped, method=method, workers=1)
    alone = st.solve(*(p[kept] for p in payoffs), method=method, workers=1)
    assert (found.status[missing] == Status.INVALID).all()
    np.testing.assert_array_equal(found.status[kept], alone.status)
    assert (alone.status == Status.DOES_NOT_FIT).any() == (method in ("zero_sum", "symmetric"))
    rows, other_rows = found.rows(), alone.rows()
    assert list(rows) == list(other_rows)
    np.testing.assert_array_equal(rows.pop("game"), kept[other_rows.pop("game")])
    assert all(alike(rows[name], other) for name, other in other_rows.items())
    by_game, other_games = found.by_game(), alone.by_game()
    assert list(by_game) == list(other_games)
    assert all(alike(by_game[name][kept], other) for name, other in other_games.items())
    for name in ("payoffs", "probabilities", "leader", "value", "strategies", "rationality"):
        if not isinstance(found, Equilibria) and hasattr(found, name):
            for table in _tables(found, name):
                assert np.isnan(np.reshape(table, (9, -1))[missing]).all()
    assert repr(found)
    assert "invalid 3" in found.table().caption


def _tables(solution, name):
    value = getattr(solution, name)
    return value if isinstance(value, tuple) else (value,)


@pytest.mark.parametrize("kind", [float, np.int64, np.float32])
def test_masked_payoffs_are_missing(kind):
    rows = np.ma.array(np.arange(12).reshape(3, 2, 2).astype(kind), mask=False)
    whole = st.solve(rows, rows)
    rows[1, 0, 1] = np.ma.masked
    found = st.solve(rows, rows)
    assert found.status.tolist() == [whole.status[0], Status.INVALID, whole.status[2]]
    with pytest.raises(GameError, match=r"payoffs must be finite \(got nan\)"):
        st.solve(rows[1], rows[1])


def test_nothing_but_missing_games_is_a_result_too():
    payoffs = np.full((3, 2, 2), np.nan)
    found = st.solve(payoffs, payoffs)
    assert found.status.tolist() == [Status.INVALID] * 3
    assert len(found) == 0
    exact = st.solve([[[Fraction(1, 3), None], [0, 1]], [[Fraction(1, 3), 0], [0, 1]]],
                     [[[1, 0], [0, 1]], [[1, 0], [0, 1]]])  # fmt: skip
    assert exact.count.tolist() == [0, 3]


@pytest.mark.parametrize("gap", [None, np.nan, np.inf])
def test_fractions_beside_a_gap_stay_exact(gap):
    """A third is no double: what is tied as written stays tied though another game has a gap."""
    third = Fraction(1, 3)
    rows = [[[third, third], [third, 1 - 2 * third]]] * 2
    lacking = [rows[0], [[gap, third], [third, third]]]
    whole, gapped = (st.solve(given, [[[1, 0], [0, 1]]] * 2) for given in (rows, lacking))
    assert gapped.games.exact is not None
    assert gapped.status.tolist() == [whole.status[0], Status.INVALID]
    np.testing.assert_array_equal(gapped.of(0).row, whole.of(0).row)


@pytest.mark.parametrize("method", ["all", "pure", "logit", "dominance"])
def test_a_single_game_with_a_gap_stays_an_error(method):
    with pytest.raises(GameError, match=r"payoffs must be finite \(got nan\)"):
        st.solve([[1, np.nan], [0, 1]], [[1, 0], [0, 1]], method=method)
    games = st.Game.from_payoffs(np.full((2, 2, 2), np.nan), np.zeros((2, 2, 2)))
    with pytest.raises(GameError, match="payoffs must be finite"):
        st.solve(games.of_batch(0), method=method)
    with pytest.raises(GameError, match=r"payoffs must be finite \(got inf\)"):
        st.Game.from_payoffs(np.full((2, 2), np.inf), np.zeros((2, 2)))


def test_the_workers_do_not_matter():
    rng = np.random.default_rng(3)
    payoffs = batch(rng, (4, 4), 4000)
    missing = rng.choice(4000, 400, replace=False)
    gapped = with_gaps(rng, payoffs, missing)
    one, two = (st.solve(*gapped, workers=workers) for workers in (1, 2))
    for name in ("count", "status", "game", "payoffs", "index"):
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name))
    assert (one.status == Status.INVALID).sum() == 400


def write(path, gapped, written):
    size = gapped[0][0].size
    names = [f"{who}_{i}_{j}" for who in ("row", "column") for i in range(2) for j in range(2)]
    cells = np.concatenate([p.reshape(-1, size) for p in gapped], axis=1).T
    if path.suffix == ".npz":
        np.savez(path, row=gapped[0], column=gapped[1])
    elif path.suffix == ".parquet":
        pq.write_table(pa.table(dict(zip(names, (pa.array(c, from_pandas=True) for c in cells),
                                         strict=True))), path)  # fmt: skip
    else:
        texts = [[written if np.isnan(v) else f"{v:g}" for v in row] for row in cells.T]
        path.write_text("\n".join([",".join(names), *(",".join(row) for row in texts)]) + "\n")


@pytest.mark.parametrize("ending", ["npz", "parquet", "csv"])
@pytest.mark.parametrize("written", ["", "nan", "NaN"])
def test_batch_solves_the_others_and_exits_with_3(tmp_path, capsys, ending, written):
    from strategic.cli import main

    rng = np.random.default_rng(1)
    payoffs = batch(rng, (2, 2), 30)
    missing = [0, 7, 29]
    path, out = tmp_path / f"games.{ending}", tmp_path / "out.csv"
    write(path, with_gaps(rng, payoffs, missing), written)
    assert main(["batch", str(path), "-o", str(out)]) == 3
    assert "invalid 3" in capsys.readouterr().out
    games = pa.csv.read_csv(tmp_path / "out.games.csv").to_pydict()
    want = st.solve(*payoffs)
    for game in range(30):
        status = "invalid" if game in missing else Status(int(want.status[game])).label
        assert games["status"][game] == status
        assert games["count"][game] == (0 if game in missing else want.count[game])


def test_words_in_a_table_stay_errors_and_infinities_are_missing(tmp_path):
    path = tmp_path / "games.csv"
    for cell in ("word", "1e999", "--", "1,0"):
        path.write_text(f'row_0_0,column_0_0\n1,2\n"{cell}",3\n')
        with pytest.raises(FileError, match="game 1, column row_0_0"):
            read_games(path, missing=True)
    for cell in ("inf", "-inf", "Infinity", "NA"):
        path.write_text(f"row_0_0,column_0_0\n1,2\n{cell},3\n")
        assert read_games(path, missing=True).defined.tolist() == [True, False]
        with pytest.raises(FileError, match="game 1, column row_0_0: must not be empty"):
            read_games(path)


def test_gaps_among_fractions_are_gaps(tmp_path):
    path = tmp_path / "games.csv"
    path.write_text("row_0_0,row_0_1,column_0_0,column_0_1\n1/3,,1,2\n1/3,0,1,2\n")
    with pytest.raises(FileError, match="game 0, column row_0_1: must not be empty"):
        read_games(path)
    games = read_games(path, missing=True)
    assert games.defined.tolist() == [False, True]
    found = st.solve(games)
    assert found.count.tolist() == [0, 1]
    assert found.status[0] == Status.INVALID


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("written", ["doubles", "fractions"])
def test_what_is_asked_of_a_batch_with_gaps_skips_the_gaps(seed, written):
    """Fractions, components and single games of a batch are those of its whole games alone."""
    rng = np.random.default_rng([seed, len(written)])
    payoffs = batch(rng, (2, 3), 8)
    missing = rng.choice(8, 3, replace=False)
    kept = np.flatnonzero(~np.isin(np.arange(8), missing))
    gapped = with_gaps(rng, payoffs, missing)
    exact = None
    if written == "fractions":
        exact = tuple(np.frompyfunc(lambda v: Fraction(int(v), 3), 1, 1)(p) for p in payoffs)
        gapped = [p / 3 for p in gapped]
    games = st.Game(payoffs=tuple(gapped), exact=exact)
    whole = st.Game(
        payoffs=tuple(p[kept] for p in gapped), exact=exact and tuple(e[kept] for e in exact)
    )
    found, alone = st.solve(games), st.solve(whole)
    for mine, theirs in zip(games.fractions(), whole.fractions(), strict=True):
        assert (mine[kept] == theirs).all()
    for table, doubles in zip(games.fractions(), gapped, strict=True):
        assert [number != number for number in table.flat] == np.isnan(doubles).ravel().tolist()  # noqa: PLR0124
        assert (games.texts()[0] == "nan").sum() == np.isnan(gapped[0]).sum()
    for mine, theirs in zip(found.fractions(), alone.fractions(), strict=True):
        assert (mine == theirs).all()
    assert (found.exact().payoffs == alone.exact().payoffs).all()
    assert [kept[c.game] for c in alone.components()] == [c.game for c in found.components()]
    for number in range(8):
        one = found.of(number)
        if number in missing:
            assert (one.status, len(one)) == (Status.INVALID, 0)
            assert "invalid" in repr(one)
            assert len(one.exact()) == len(one.components()) == 0
            game = games.of_batch(number)
            assert "nan" in game.to_markdown()
            for refuse in (st.solve, format_nfg, st.Game.to_nashpy):
                with pytest.raises(GameError, match="payoffs must be finite"):
                    refuse(game)
        else:
            np.testing.assert_array_equal(one.row, alone.of(int((kept < number).sum())).row)
