"""``strategic batch --method``: every method from file to file, with the flags of ``solve``."""

import json
import re
import shlex
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest

import strategic as st
from strategic.cli import main
from strategic.equilibria import METHODS
from strategic.errors import MethodError
from strategic.status import Status

BATCHES = [record.name for record in METHODS.values() if not record.single]
MORE = [m for m in BATCHES
        if m in ("all", "pure", "symmetric", "correlated", "coarse", "logit", "dominance",
                 "selection")]  # fmt: skip


def games(rng, shape, count=40):
    """Random and tied games, two of them without a payoff, half of them zero-sum or symmetric."""
    payoffs = [rng.integers(-3, 4, (count, *shape)).astype(float) for _ in shape]
    payoffs[0][: count // 4] += rng.random((count // 4, *shape))
    if len(shape) == 2:
        payoffs[1][::2] = -payoffs[0][::2]
        if shape[0] == shape[1]:
            payoffs[1][1::4] = payoffs[0][1::4].swapaxes(1, 2)
    payoffs[0][7].flat[0], payoffs[-1][21].flat[-1] = np.nan, np.inf
    return payoffs


def written(path, payoffs):
    names = ("row", "column") if len(payoffs) == 2 else (f"player_{i}" for i in range(9))
    np.savez(path, **dict(zip(names, payoffs, strict=False)))
    return str(path)


def run(*command):
    return main([part for text in command for part in shlex.split(str(text))])


CASES = [(m, s) for m in BATCHES for s in ((2, 2), (3, 2))]
CASES += [(m, s) for m in MORE for s in ((2, 2, 2), (2, 2, 2, 2))]


@pytest.mark.parametrize(("method", "shape"), CASES)
def test_files_hold_what_single_games_give(tmp_path, capsys, method, shape):
    """Rows and statuses are those of `solve`, game by game; gaps end in 3 and change nothing."""
    payoffs = games(np.random.default_rng([*shape]), shape)
    source, out = written(tmp_path / "games.npz", payoffs), tmp_path / "out.parquet"
    if method == "symmetric" and len(set(shape)) > 1:
        assert run("batch", source, "-o", out, "--method", method) == 2
        assert capsys.readouterr().err.count("\n") == 1
        assert not list(tmp_path.glob("out*"))
        return
    assert run("batch", source, "-o", out, "--method", method, "--part", 16) == 3
    said = capsys.readouterr().out
    assert "of 40 games" in said
    assert "invalid 2" in said
    rows, of_games = pd.read_parquet(out), pd.read_parquet(tmp_path / "out.games.parquet")
    assert of_games["game"].tolist() == list(range(40))
    assert of_games["status"][7] == of_games["status"][21] == "invalid"
    assert (of_games["count"] == np.bincount(rows["game"], minlength=40)).all()
    for number in np.setdiff1d(np.arange(0, 40), [7, 21])[::3]:
        own = rows[rows["game"] == number]
        status = of_games["status"][number]
        try:
            one = st.solve(*(p[number] for p in payoffs), method=method)
        except MethodError:  # a single game of another kind is refused
            assert status == "does_not_fit"
            assert not len(own)
            continue
        assert status == Status(int(one.status)).label
        for name, column in one.rows().items():
            if name == "game" or (isinstance(column, np.ma.MaskedArray) and column.mask.any()):
                continue
            np.testing.assert_allclose(
                own[name].to_numpy(float), np.asarray(column, float), rtol=0, atol=1e-12
            )


def test_several_rationalities_are_rows_of_their_game(tmp_path, capsys):
    payoffs = games(np.random.default_rng(1), (3, 2))
    source = written(tmp_path / "games.npz", payoffs)
    flags = "--method logit --rationality 0.5,1,20 --json"
    assert run("batch", source, "-o", tmp_path / "out.csv", flags) == 3
    assert json.loads(capsys.readouterr().out)["equilibria"] == 38 * 3
    rows = pd.read_csv(tmp_path / "out.csv")
    assert rows["rationality"].tolist() == [0.5, 1.0, 20.0] * 38
    assert rows["game"].is_monotonic_increasing
    for rationality in (0.5, 20.0):
        found = st.solve(*payoffs, method="logit", rationality=rationality)
        own = rows[rows["rationality"] == rationality]
        want = found.row[found.status == Status.OK]
        np.testing.assert_allclose(own[["row_0", "row_1", "row_2"]], want, rtol=0, atol=1e-14)
    summary = st.batch(
        source, tmp_path / "again.csv", method="logit", rationality=[0.5, 1, 20], workers=1
    )
    assert summary.equilibria == 114
    assert (tmp_path / "again.csv").read_bytes() == (tmp_path / "out.csv").read_bytes()


@pytest.mark.parametrize("objective", ["welfare", "egalitarian", "2"])
def test_correlated_takes_its_objective(tmp_path, objective):
    payoffs = games(np.random.default_rng(2), (2, 2, 2))
    source, out = written(tmp_path / "games.npz", payoffs), tmp_path / "out.csv"
    assert run("batch", source, "-o", out, "--method correlated --objective", objective) == 3
    rows, of_games = pd.read_csv(out), pd.read_csv(tmp_path / "out.games.csv")
    chosen = int(objective) - 1 if objective.isdecimal() else objective
    found = st.solve(*payoffs, method="correlated", objective=chosen)
    np.testing.assert_allclose(of_games["value"], found.value)
    np.testing.assert_allclose(of_games["payoff_player_2"], found.payoffs[:, 2])
    place = tuple(rows[name] for name in ("game", "player_0", "player_1", "player_2"))
    np.testing.assert_allclose(rows["probability"], found.probabilities[place])
    assert np.isclose(rows["probability"].sum(), 38)


def test_whole_files_end_with_0_and_the_kind_of_game_with_3(tmp_path, capsys):
    row = np.random.default_rng(3).integers(-3, 4, (6, 2, 3)).astype(float)
    source, out = tmp_path / "games.npz", tmp_path / "out.csv"
    written(source, (row, 1 - row))
    assert run("batch", source, "-o", out, "--method zero_sum") == 0
    assert "6 equilibria of 6 games (ok 6; regret at most" in capsys.readouterr().out
    column = 1 - row
    column[2, 0, 0] += 1
    written(source, (row, column))
    assert run("batch", source, "-o", out, "--force --method zero_sum") == 3
    assert "ok 5, does_not_fit 1" in capsys.readouterr().out
    games_of = pd.read_csv(tmp_path / "out.games.csv")
    assert games_of["value"].isna().tolist() == [False, False, True, False, False, False]
    assert run("batch", source, "-o", out, "--force --method dominance") == 0
    assert "dominated actions of 6 games" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("flags", "says"),
    [
        ("--method logit_path", "'logit_path' takes one game.*'logit' with several rationalities"),
        ("--method logti", "--method: no such method .*did you mean 'logit'"),
        (
            "--method one --rationality 2",
            "--rationality: is not an option of method 'one'; .*logit",
        ),
        ("--method logit --want count", "--want: is not an option of method 'logit'.*: all"),
        ("--method pure --backend numpy", "--backend: is not an option of method 'pure'.*: all"),
        ("--method logit --rationality 1,,2", "--rationality: must be a number of at least 0"),
        ("--method logit --rationality -1", "--rationality: must be a number of at least 0"),
        ("--method logit --rationality inf", "rationality: must be at least 0 and finite"),
        ("--method correlated --objective 4", "objective: must be 'welfare', 'egalitarian'"),
        ("--method lemke_howson --label 9", "label: must be a label from 0 to 4"),
        ("--weak", "--weak: is not an option of method 'all'; .*dominance"),
    ],
)
@pytest.mark.parametrize("out", ["out.csv", "folder"])
def test_what_does_not_fit_is_one_line_and_leaves_nothing(tmp_path, capsys, flags, says, out):
    source = written(tmp_path / "games.npz", games(np.random.default_rng(4), (3, 2)))
    assert run("batch", source, "-o", tmp_path / out, flags) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert re.search(says, error), error
    assert [path.name for path in tmp_path.iterdir()] == ["games.npz"]


@pytest.mark.parametrize("method", ["one", "zero_sum", "commitment", "polytopes", "lemke_howson"])
def test_methods_for_two_say_so_before_anything_is_written(tmp_path, capsys, method):
    source = written(tmp_path / "games.npz", games(np.random.default_rng(5), (2, 2, 2)))
    assert run("batch", source, "-o", tmp_path / "folder", "--method", method) == 2
    assert f"method '{method}' is for two players (got '3 players')" in capsys.readouterr().err
    assert not (tmp_path / "folder").exists()


def test_solve_takes_several_rationalities_too(capsys):
    game = shlex.quote("9,0;8,7 / 9,8;0,7")
    assert run("solve", game, "--method logit --rationality 0.5,1 --json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["rationality"] == [0.5, 1.0]
    assert len(found["strategies"]) == 2
    assert run("solve", game, "--method logit_path --rationality 0.5,1") == 2
    assert "--rationality: must be one number (got '0.5,1')" in capsys.readouterr().err


def test_help_lists_flags_of_methods_that_take_batches(capsys):
    assert run("batch", "--help") == 0
    page = " ".join(capsys.readouterr().out.replace("│", " ").split())
    assert "--method" in page
    assert "--objective" in page
    assert "(logit_path)" not in page


@pytest.mark.parametrize("method", BATCHES)
def test_every_form_of_file_holds_the_same(tmp_path, method):
    """Columns of the games whose names the method needs are told apart in all of them."""
    row, column = games(np.random.default_rng(6), (2, 2), 30)
    names = [f"{who}_{i}_{j}" for who in ("row", "column") for i in (0, 1) for j in (0, 1)]
    cells = np.concatenate([side.reshape(30, 4) for side in (row, column)], axis=1)
    table = pd.DataFrame(dict(zip(names, cells.T, strict=True)))
    for name in ("value", "rationality", "only_status", "probability", "game"):
        table[name] = np.arange(30)[::-1]
    source = tmp_path / "games.parquet"
    table.to_parquet(source)
    found = {}
    for form in ("parquet", "feather", "csv", "npz"):
        out = tmp_path / f"out.{form}"
        st.batch(source, out, method=method, workers=1)
        found[form] = st.open_batch(out)
    st.batch(source, tmp_path / "folder", method=method, part=7, workers=1)
    found["folder"] = st.open_batch(tmp_path / "folder")
    first = found.pop("parquet")
    rows, of_games = first.to_arrow(), first.games.to_table()
    assert "input_game" in rows.column_names
    assert ("input_value" in rows.column_names) == ("value" in of_games.column_names[6:])
    for form, other in found.items():
        for mine, theirs in ((rows, other.to_arrow()), (of_games, other.games.to_table())):
            if form != "npz":
                assert mine.column_names == theirs.column_names
            for name in mine.column_names:
                if name in theirs.column_names:
                    one, two = (side[name].to_pandas() for side in (mine, theirs))
                    if one.dtype == object or str(one.dtype).startswith("str"):
                        assert one.tolist() == two.tolist(), (form, name)
                    else:
                        np.testing.assert_allclose(
                            one.to_numpy(float), two.to_numpy(float), rtol=1e-15, err_msg=name
                        )


@pytest.mark.parametrize(
    ("method", "options"),
    [
        ("logit", {"rationality": [0.5, 3]}),
        ("correlated", {"objective": "egalitarian"}),
        ("selection", {}),
        ("polytopes", {}),
        ("dominance", {"weak": True}),
    ],
)
def test_workers_and_executors_leave_the_same_bytes(tmp_path, method, options):
    source = written(tmp_path / "games.npz", games(np.random.default_rng(7), (3, 3), 60))
    with ThreadPoolExecutor(2) as pool:
        ways = {"one": {"workers": 1}, "two": {"workers": 2}, "pool": {"executor": pool}}
        for name, way in ways.items():
            st.batch(source, tmp_path / name, method=method, part=16, **options, **way)
    parts = sorted(p.relative_to(tmp_path / "one") for p in (tmp_path / "one").rglob("*.parquet"))
    assert len(parts) == 8
    for part in parts:
        written_by = {(tmp_path / name / part).read_bytes() for name in ways}
        assert len(written_by) == 1, part
