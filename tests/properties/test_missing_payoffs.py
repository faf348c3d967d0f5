"""A game of a batch that lacks a payoff is invalid; every other one is solved as ever."""

from fractions import Fraction

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

import strategic as st
from strategic.equilibria import METHODS, Equilibria
from strategic.errors import FileError, GameError
from strategic.games import read_games
from strategic.games.io.nfg import format_nfg
from strategic.status import Status

SINGLE = {"dominance", "logit_path"}
"""Methods that take one game, where a missing payoff is an error."""


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


@pytest.mark.parametrize("method", [m.name for m in METHODS.values() if m.name not in SINGLE])
@pytest.mark.parametrize("seed", range(4))
def test_every_method_solves_around_games_that_lack_payoffs(method, seed):
    rng = np.random.default_rng(seed)
    shape = (2, 2) if seed % 2 else (3, 2)
    shape = (3, 3) if method == "symmetric" else shape
    payoffs = batch(rng, shape, 9, zero_sum=method == "zero_sum")
    if method == "symmetric":
        payoffs[1] = payoffs[0].swapaxes(1, 2)
    missing = rng.choice(9, 3, replace=False)
    kept = ~np.isin(np.arange(9), missing)
    found = st.solve(*with_gaps(rng, payoffs, missing), method=method, workers=1)
    alone = st.solve(*(p[kept] for p in payoffs), method=method, workers=1)
    assert (found.status[missing] == Status.INVALID).all()
    np.testing.assert_array_equal(found.status[kept], alone.status)
    if isinstance(found, Equilibria):
        assert (found.count[missing] == 0).all()
        assert not np.isin(found.game, missing).any()
        np.testing.assert_array_equal(found.payoffs, alone.payoffs)
        np.testing.assert_array_equal(found.regret, alone.regret)
    for name in ("payoffs", "probabilities", "leader", "value", "strategies", "rationality"):
        if isinstance(found, Equilibria) or not hasattr(found, name):
            continue
        mine, theirs = (np.concatenate([np.reshape(t, (len(s.status), -1)) for t in tables], 1)
                        for s in (found, alone) for tables in [_tables(s, name)])  # fmt: skip
        np.testing.assert_array_equal(mine[kept], theirs)
        assert np.isnan(mine[missing]).all()
    assert repr(found)
    assert "invalid 3" in found.table().caption


def _tables(solution, name):
    value = getattr(solution, name)
    return value if isinstance(value, tuple) else (value,)


def test_nothing_but_missing_games_is_a_result_too():
    payoffs = np.full((3, 2, 2), np.nan)
    found = st.solve(payoffs, payoffs)
    assert found.status.tolist() == [Status.INVALID] * 3
    assert len(found) == 0
    exact = st.solve([[[Fraction(1, 3), None], [0, 1]], [[Fraction(1, 3), 0], [0, 1]]],
                     [[[1, 0], [0, 1]], [[1, 0], [0, 1]]])  # fmt: skip
    assert exact.count.tolist() == [0, 3]


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


def test_words_and_infinities_in_a_table_stay_errors(tmp_path):
    for cell in ("word", "inf", "-inf", "1e999"):
        path = tmp_path / "games.csv"
        path.write_text(f"row_0_0,column_0_0\n1,2\n{cell},3\n")
        with pytest.raises(FileError, match="game 1, column row_0_0"):
            read_games(path, missing=True)


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
