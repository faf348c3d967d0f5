"""Games in the files that people make: each is read rightly, or refused with what to do about it.

Six games of 2x3 with whole payoffs are written as numpy, pandas, polars, json, R, MATLAB, Stata,
Excel and Gambit users write them. What ``strategic batch`` finds must be what the same games have
in memory.
"""

import bz2
import gzip
import io
import json
import lzma
import sys
from dataclasses import dataclass, field
from types import SimpleNamespace

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest
import scipy.io

import strategic as st
from strategic.games import Game, write

GAMES = 6
RNG = np.random.default_rng(18)
A, B = RNG.integers(0, 9, (2, GAMES, 2, 3)).astype(float)
BOTH = np.stack([A, B], axis=1)
IDS = [f"g{number}" for number in (7, 3, 5, 1, 2, 9)]
YEARS = list(range(1990, 1990 + GAMES))

SHAPES = {}
REFUSED = {}


@dataclass(frozen=True)
class Shape:
    """How a file is written, what else the command is told, and what is carried along."""

    make: object
    words: tuple = ()
    extra: dict = field(default_factory=dict)
    stdin: bool = False


def shape(*words, stdin=False, **extra):
    def register(make):
        SHAPES[make.__name__] = Shape(make, words, extra, stdin)
        return make

    return register


def wide(prefixes=("row", "column"), start=0, between="_"):
    columns = {}
    for prefix, payoffs in zip(prefixes, (A, B), strict=True):
        for i, j in np.ndindex(2, 3):
            columns[f"{prefix}{between}{i + start}{between}{j + start}"] = payoffs[:, i, j]
    return pd.DataFrame(columns)


def long(*, start=0, players=(0, 1)):
    game, player, i, j = (axis.reshape(-1) for axis in np.indices(BOTH.shape))
    return pd.DataFrame(
        {
            "game": game,
            "player": np.array(players)[player],
            "i": i + start,
            "j": j + start,
            "payoff": BOTH.reshape(-1),
        }
    )


def profiles(**names):
    game, i, j = (axis.reshape(-1) for axis in np.indices(A.shape))
    columns = {"game": game, "i": i, "j": j, "row": A.reshape(-1), "column": B.reshape(-1)}
    return pd.DataFrame({names.get(name, name): column for name, column in columns.items()})


# -- numpy -----------------------------------------------------------------------------------


@shape()
def npz_row_column(path):
    np.savez(path / "in.npz", row=A, column=B)


@shape()
def npz_a_b_compressed(path):
    np.savez_compressed(path / "in.npz", A=A, B=B)


@shape()
def npz_without_names(path):
    np.savez(path / "in.npz", A, B)


@shape(year=YEARS)
def npz_two_other_names_and_a_covariate(path):
    np.savez(path / "in.npz", home=A, away=B, year=YEARS)


@shape()
def npy_of_both_players(path):
    np.save(path / "in.npy", BOTH)


@shape()
def npy_in_fortran_order_and_single_precision(path):
    np.save(path / "in.npy", np.asfortranarray(BOTH.astype(np.float32)))


# -- wide tables ------------------------------------------------------------------------------


@shape()
def csv_of_this_package(path):
    write(Game.from_payoffs(A, B), path / "in.csv")


@shape(id=IDS)
def csv_a11_with_ids(path):
    wide(("a", "b"), 1, "").assign(id=IDS).to_csv(path / "in.csv", index=False)


@shape()
def csv_with_the_index_of_pandas(path):
    wide(("A", "B"), 1).to_csv(path / "in.csv")


@shape()
def csv_of_r(path):
    frame = wide(("a", "b"), 1, "")
    frame.index = [str(k + 1) for k in range(GAMES)]
    text = frame.to_csv(quoting=2)
    (path / "in.csv").write_text(text)


@shape()
def txt_of_rs_write_table(path):
    frame = wide(("a", "b"), 1, "")
    lines = [" ".join(f'"{name}"' for name in frame.columns)]
    rows = frame.to_numpy().astype(int)
    lines += [f'"{k + 1}" ' + " ".join(map(str, row)) for k, row in enumerate(rows)]
    (path / "in.txt").write_text("\n".join(lines) + "\n")


@shape()
def csv_of_excel_in_europe(path):
    frame = wide(("a", "b"), 1, "")
    text = frame.map(lambda number: f"{number:.1f}".replace(".", ",")).to_csv(sep=";", index=False)
    (path / "in.csv").write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())


@shape()
def tsv(path):
    wide(("row", "col")).to_csv(path / "in.tsv", sep="\t", index=False)


@shape()
def csv_gz(path):
    wide().to_csv(path / "in.csv.gz", index=False)


@shape()
def parquet_of_polars(path):
    pl.from_pandas(wide(("a", "b"), 1, "")).write_parquet(path / "in.parquet")


@shape(year=YEARS)
def parquet_of_integers_with_a_year(path):
    frame = wide(("u1", "u2")).astype(np.int16).assign(year=YEARS)
    frame.to_parquet(path / "in.parquet")


@shape()
def feather(path):
    pyarrow.feather.write_feather(wide(("A", "B"), 1), path / "in.feather")


@shape()
def arrow_stream(path):
    table = pa.Table.from_pandas(wide(), preserve_index=False)
    with pa.ipc.new_stream(path / "in.arrows", table.schema) as stream:
        stream.write_table(table)


@shape(id=IDS)
def excel_of_pandas(path):
    wide(("a", "b"), 1, "").assign(id=IDS).to_excel(path / "in.xlsx", index=False)


@shape()
def excel_with_a_title_above_and_a_second_sheet(path):
    with pd.ExcelWriter(path / "in.xlsx") as book:
        wide(("a", "b"), 1, "").to_excel(book, sheet_name="games", startrow=3, startcol=2)
        book.sheets["games"]["C1"] = "Games of the pilot"
        pd.DataFrame({"note": ["read me"]}).to_excel(book, sheet_name="notes")


# -- long tables ------------------------------------------------------------------------------


@shape()
def long_csv(path):
    long().to_csv(path / "in.csv", index=False)


@shape()
def long_csv_in_any_order_with_row_numbers(path):
    long().sample(frac=1, random_state=3).to_csv(path / "in.csv")


@shape(game=IDS, year=YEARS)
def long_csv_of_named_games_players_and_actions(path):
    frame = long(players=("row", "column"))
    frame["year"] = np.array(YEARS)[frame["game"]]
    frame["game"] = np.array(IDS)[frame["game"]]
    frame["i"] = np.array(["up", "down"])[frame["i"]]
    frame["j"] = np.array(["left", "middle", "right"])[frame["j"]]
    frame.to_csv(path / "in.csv", index=False)


@shape(game=list(range(1, GAMES + 1)))
def long_parquet_from_one(path):
    frame = long(start=1, players=(1, 2))
    frame["game"] += 1
    frame.sample(frac=1, random_state=5).to_parquet(path / "in.parquet")


@shape()
def long_feather(path):
    pyarrow.feather.write_feather(long(), path / "in.feather")


@shape()
def long_excel(path):
    long(start=1, players=("Ann", "Bob")).to_excel(path / "in.xlsx", index=False)


@shape()
def long_stata(path):
    long(players=("row", "column")).to_stata(path / "in.dta", write_index=False)


@shape()
def profiles_csv(path):
    profiles().to_csv(path / "in.csv", index=False)


@shape()
def profiles_parquet_with_other_names(path):
    names = {"game": "game_id", "i": "a1", "j": "a2", "row": "u1", "column": "u2"}
    profiles(**names).to_parquet(path / "in.parquet", index=False)


@shape()
def profiles_of_players_by_name(path):
    names = {"i": "Ann", "j": "Bob", "row": "payoff Ann", "column": "payoff Bob"}
    profiles(**names).to_csv(path / "in.csv", index=False)


@shape()
def long_table_of_xarray(path):
    frame = Game.from_payoffs(A, B).to_xarray().to_dataframe().reset_index()
    frame.to_csv(path / "in.csv", index=False)


# -- JSON ---------------------------------------------------------------------------------------


@shape()
def json_nested_lists(path):
    (path / "in.json").write_text(json.dumps(BOTH.tolist()))


@shape(id=IDS)
def json_games_with_ids(path):
    games = [
        {"id": name, "A": a, "B": b} for name, a, b in zip(IDS, A.tolist(), B.tolist(), strict=True)
    ]
    (path / "in.json").write_text(json.dumps({"source": "pilot", "games": games}, indent=1))


@shape(year=YEARS)
def json_arrays_of_players(path):
    document = {"row": A.tolist(), "column": B.tolist(), "year": YEARS}
    (path / "in.json").write_text(json.dumps(document))


@shape(game=IDS)
def json_games_by_name(path):
    document = dict(zip(IDS, BOTH.tolist(), strict=True))
    (path / "in.json").write_text(json.dumps(document))


@shape(id=IDS)
def json_lines(path):
    lines = [
        json.dumps({"id": name, "row": a, "column": b})
        for name, a, b in zip(IDS, A.tolist(), B.tolist(), strict=True)
    ]
    (path / "in.jsonl").write_text("\n".join(lines))


@shape()
def json_lines_of_polars(path):
    pl.from_pandas(wide(("a", "b"), 1, "")).write_ndjson(path / "in.ndjson")


@shape()
def json_of_pandas(path):
    wide().to_json(path / "in.json")


@shape()
def json_records_of_a_long_table(path):
    long().to_json(path / "in.json", orient="records")


@shape()
def json_split_of_pandas(path):
    wide(("A", "B"), 1).to_json(path / "in.json", orient="split")


@shape(id=IDS)
def parquet_with_matrices_in_columns(path):
    frame = pl.DataFrame({"A": A.tolist(), "B": B.tolist(), "id": IDS})
    frame.write_parquet(path / "in.parquet")


# -- other programs -----------------------------------------------------------------------------


@shape(year=YEARS)
def matlab(path):
    matrices = {"A": np.moveaxis(A, 0, -1), "B": np.moveaxis(B, 0, -1), "year": YEARS}
    scipy.io.savemat(path / "in.mat", matrices)


@shape(file=[f"game{k}.nfg" for k in range(1, GAMES + 1)])
def folder_of_gambit_files(path):
    (path / "in").mkdir()
    (path / "in" / "README.txt").write_text("Six games.")
    for k in range(GAMES):
        write(Game.from_payoffs(A[k], B[k]), path / "in" / f"game{k + 1}.nfg")


@shape("in/*.gam", file=[f"{k}.gam" for k in range(5, 5 + GAMES)])
def pattern_of_gametracer_files_of_gamut(path):
    (path / "in").mkdir()
    for k in range(GAMES):
        write(Game.from_payoffs(A[k], B[k]), path / "in" / f"{k + 5}.gam")


@shape("in/*.json", file=[f"{k}.json" for k in range(GAMES)])
def pattern_of_json_games(path):
    (path / "in").mkdir()
    for k in range(GAMES):
        write(Game.from_payoffs(A[k], B[k]), path / "in" / f"{k}.json")


@shape(file=["part-0.parquet"] * 4 + ["part-1.parquet"] * 2)
def data_set_of_parquet_files(path):
    (path / "in").mkdir()
    wide()[:4].to_parquet(path / "in" / "part-0.parquet")
    wide()[4:].to_parquet(path / "in" / "part-1.parquet")
    (path / "in" / "_SUCCESS").write_text("")


@shape("b.csv", "a.npz", file=["b.csv"] * 2 + ["a.npz"] * 4)
def several_files_of_several_kinds(path):
    wide()[:2].to_csv(path / "b.csv", index=False)
    np.savez(path / "a.npz", row=A[2:], column=B[2:])


# -- streams and remote files -------------------------------------------------------------------


def stream(make):
    return shape("-", stdin=True)(make)


@stream
def stdin_csv(path):
    (path / "stdin").write_text(wide(("a", "b"), 1, "").to_csv(index=False))


@stream
def stdin_json(path):
    (path / "stdin").write_text(json.dumps(BOTH.tolist()))


@stream
def stdin_json_lines(path):
    lines = (json.dumps(game) for game in BOTH.tolist())
    (path / "stdin").write_text("\n".join(lines))


@stream
def stdin_npz(path):
    np.savez(path / "made.npz", row=A, column=B)
    (path / "made.npz").rename(path / "stdin")


@stream
def stdin_npy(path):
    with (path / "stdin").open("wb") as file:
        np.save(file, BOTH)


@stream
def stdin_parquet(path):
    wide().to_parquet(path / "stdin")


@stream
def stdin_arrow(path):
    pyarrow.feather.write_feather(wide(), path / "stdin")


@stream
def stdin_excel(path):
    wide().to_excel(path / "made.xlsx", index=False)
    (path / "made.xlsx").rename(path / "stdin")


@stream
def stdin_compressed_long_table(path):
    (path / "stdin").write_bytes(gzip.compress(long().to_csv(index=False).encode()))


@shape()
def json_lines_bz2(path):
    lines = "\n".join(json.dumps(game) for game in BOTH.tolist())
    (path / "in.jsonl.bz2").write_bytes(bz2.compress(lines.encode()))


@shape()
def csv_xz(path):
    (path / "in.csv.xz").write_bytes(lzma.compress(long().to_csv(index=False).encode()))


@shape("memory://pilot/games.csv")
def remote_csv(_):
    fsspec = pytest.importorskip("fsspec")
    with fsspec.open("memory://pilot/games.csv", "wb") as file:
        file.write(wide().to_csv(index=False).encode())


@shape("memory://parts", file=["9.csv"] * 3 + ["10.csv"] * 3)
def remote_folder(_):
    fsspec = pytest.importorskip("fsspec")
    for name, rows in (("9.csv", slice(0, 3)), ("10.csv", slice(3, GAMES))):
        with fsspec.open(f"memory://parts/{name}", "wb") as file:
            file.write(wide()[rows].to_csv(index=False).encode())


@pytest.fixture
def run(tmp_path, monkeypatch, strategic):
    """Run the command in a folder of its own, with bytes at standard input."""
    monkeypatch.chdir(tmp_path)

    def batch(*words, stdin=None):
        if stdin is not None:
            monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(stdin)))
        return strategic("batch", *words, "-o", "out.parquet", "--workers", 1)

    return batch


def test_there_are_as_many_as_there_should_be():
    assert len(SHAPES) >= 40


@pytest.mark.parametrize("name", SHAPES)
def test_equilibria_are_those_of_the_same_games_in_memory(name, tmp_path, run):
    made = SHAPES[name]
    made.make(tmp_path)
    found = [path.name for path in tmp_path.iterdir()]
    words = made.words or (next(n for n in found if n.startswith("in")),)
    stdin = (tmp_path / "stdin").read_bytes() if made.stdin else None
    result = run(*words, stdin=stdin)
    assert result.code == 0, result.err
    check(tmp_path, made.extra)


def check(path, extra):
    """Compare what was written with what is found in memory, and with the further columns."""
    expected = st.solve(A, B, workers=1)
    rows, games = pq.read_table(path / "out.parquet"), pq.read_table(path / "out.games.parquet")
    assert rows.column("game").to_pylist() == expected.game.tolist()
    for side, name in ((expected.row, "row"), (expected.column, "column")):
        for action in range(side.shape[1]):
            assert rows.column(f"{name}_{action}").to_pylist() == side[:, action].tolist()
    assert games.column("count").to_pylist() == expected.count.tolist()
    own = {"game": "input_game"}
    for name, column in extra.items():
        assert games.column(own.get(name, name)).to_pylist() == list(column)
    carried = set(games.column_names) - {"game", "count", "status"}
    assert carried == {own.get(name, name) for name in extra}
