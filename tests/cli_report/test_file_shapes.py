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
from datetime import date
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
from strategic.games.io.nfg import format_nfg
from strategic.games.io.tables.kinds import KINDS, NOT_READ

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


@shape("A.npy", "B.npy")
def npy_of_each_player(path):
    np.save(path / "A.npy", A)
    np.save(path / "B.npy", B.astype(">i2"))


@shape("in.npz", "--row", "home", "--column", "away")
def npz_of_many_arrays_named_by_the_user(path):
    np.savez(path / "in.npz", welfare=A + B, home=A, away=B, model=np.ones((GAMES, 4)), seed=3)


@shape(who=IDS)
def npy_of_records(path):
    table = wide(("a", "b"), 1, "").assign(who=IDS)
    np.save(path / "in.npy", table.to_records(index=False, column_dtypes={"who": "U2"}))


@shape(year=YEARS)
def npz_of_columns(path):
    columns = wide(("A", "B"), 1).assign(year=YEARS)
    np.savez_compressed(path / "in.npz", **{name: columns[name].to_numpy() for name in columns})


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


@shape(when=[date(2026, 1, day) for day in range(1, 1 + GAMES)])
def csv_zst_in_any_order_and_case(path):
    columns = wide(("Row", "Col"), 1, ".").assign(when=[f"2026-01-0{d}" for d in range(1, 7)])
    text = columns[sorted(columns, key=lambda name: name[::-1])].to_csv(index=False)
    with pa.output_stream(str(path / "in.csv.zst"), compression="zstd") as file:
        file.write(text.encode())


@shape(treatment=["low", "high"] * 3)
def parquet_of_pandas_with_an_index_and_categories(path):
    columns = wide(("payoff a", "payoff b"), 0, " ")
    columns["treatment"] = pd.Categorical(["low", "high"] * 3)
    columns.set_axis(range(GAMES)).to_parquet(path / "in.parquet", row_group_size=2)


@shape()
def parquet_of_exact_texts(path):
    columns = {name: column.map("{:.2f}".format) for name, column in wide(("u1", "u2"), 1).items()}
    pd.DataFrame(columns).to_parquet(path / "in.parquet")


def levels_of_columns():
    columns = pd.MultiIndex.from_product([["row", "column"], range(2), range(3)])
    return pd.DataFrame(BOTH.reshape(GAMES, -1), columns=columns)


@shape()
def parquet_of_pandas_with_levels_of_columns(path):
    levels_of_columns().to_parquet(path / "in.parquet")


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
def pivot_of_pandas(path):
    frame = long(players=("Ann", "Bob"))
    table = frame.set_index(["game", "i", "j", "player"])["payoff"].unstack()  # noqa: PD010
    table.to_csv(path / "in.csv")


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


@shape(name=IDS)
def json_games_with_one_array_of_both_players(path):
    games = [{"name": n, "payoff_matrix": g} for n, g in zip(IDS, BOTH.tolist(), strict=True)]
    (path / "in.json").write_text(json.dumps({"study": "pilot", "list": games}))


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


# -- what is refused, and what to do ------------------------------------------------------------


@dataclass(frozen=True)
class Refusal:
    """What the line says, how the file is mended, and what else the command is then told."""

    make: object
    says: str
    words: tuple
    mend: object
    then: tuple | None
    stdin: bytes | None


def refused(says, *words, then=None, mend=None, stdin=None):
    def register(make):
        REFUSED[make.__name__] = Refusal(make, says, words, mend, then, stdin)
        return make

    return register


@refused(
    "name those of the players, such as --row home --column away",
    "in.npz",
    then=("in.npz", "--row", "home", "--column", "away"),
)
def npz_of_four_arrays(path):
    np.savez(path / "in.npz", home=A, away=B, weights=A, errors=B)


@refused("name them, such as --row ", "in.csv", then=("in.csv", "--row", "u", "--column", "v"))
def csv_with_three_sets_of_columns(path):
    further = wide(("w", "z"))[[f"w_{i}_{j}" for i in range(2) for j in range(3)]]
    pd.concat([wide(("u", "v")), further], axis=1).to_csv(path / "in.csv", index=False)


def split_by_shape(path):
    (path / "in" / "other.nfg").unlink()


@refused(
    "in/0.nfg is 2x3, in/other.nfg is 3x2; put the games of each shape", "in", mend=split_by_shape
)
def folder_of_two_shapes(path):
    (path / "in").mkdir()
    write(Game.from_payoffs(A[0].T, B[0].T), path / "in" / "other.nfg")
    for k in range(GAMES):
        write(Game.from_payoffs(A[k], B[k]), path / "in" / f"{k}.nfg")


@refused('name them (--row x --column y), or put them under "games"', "in.json")
def json_two_arrays_that_may_be_two_games(path):
    (path / "in.json").write_text(json.dumps({"x": BOTH[0].tolist(), "y": BOTH[1].tolist()}))


@refused("put the players' axis before the actions'", "in.json")
def json_cells_of_pairs(path):
    cells = np.moveaxis(np.concatenate([BOTH, BOTH[:, :, :1]], axis=2), 1, -1)
    (path / "in.json").write_text(json.dumps(cells.tolist()))


def with_players(path):
    frame = pd.read_csv(path / "in.csv").rename(columns={"payoff": "payoff_1"})
    profile = profiles().sort_values(["game", "i", "j"]).reset_index(drop=True)
    frame.assign(payoff_2=profile["column"]).to_csv(path / "in.csv", index=False)


@refused("give each player a column payoff_1, payoff_2", "in.csv", mend=with_players)
def long_csv_without_players(path):
    frame = profiles().sort_values(["game", "i", "j"]).rename(columns={"row": "payoff"})
    frame.drop(columns="column").to_csv(path / "in.csv", index=False)


def with_plain_names(path):
    text = (path / "in.csv").read_text()
    (path / "in.csv").write_text(text.replace("mine,theirs", "i,j"))


@refused("call them i, j, or a1, a2", "in.csv", mend=with_plain_names)
def long_csv_of_own_and_other_actions(path):
    long().rename(columns={"i": "mine", "j": "theirs"}).to_csv(path / "in.csv", index=False)


def without_the_last_row(path):
    lines = (path / "in.csv").read_text().splitlines()
    (path / "in.csv").write_text("\n".join(lines[:-1]))


@refused(
    "row 74, counting the header: game 0, player 0, i 0, j 0 stands twice, first in row 2",
    "in.csv",
    mend=without_the_last_row,
)
def long_csv_with_a_payoff_twice(path):
    pd.concat([long(), long()[:1]]).to_csv(path / "in.csv", index=False)


def with_a_column_of_games(path):
    long().to_csv(path / "in.csv", index=False)


@refused("a column game tells games apart", "in.csv", mend=with_a_column_of_games)
def long_csv_without_games(path):
    long().drop(columns="game").to_csv(path / "in.csv", index=False)


def in_utf8(path):
    text = (path / "in.csv").read_bytes().decode("latin-1")
    (path / "in.csv").write_text(text.replace("Größe", "a11"), encoding="utf-8")


@refused("must be text in UTF-8 with a header; save it as UTF-8", "in.csv", mend=in_utf8)
def csv_in_latin_1(path):
    text = wide(("a", "b"), 1, "").to_csv(index=False).replace("a11", "Größe")
    (path / "in.csv").write_bytes(text.encode("latin-1"))


def in_one_line(path):
    frame = levels_of_columns()
    frame.columns = ["_".join(map(str, name)) for name in frame.columns]
    frame.to_csv(path / "in.csv")


@refused("give each column its own name, in one line", "in.csv", mend=in_one_line)
def csv_of_pandas_with_levels_of_columns(path):
    levels_of_columns().to_csv(path / "in.csv")


def with_names(path):
    wide().to_csv(path / "in.csv", index=False)


@refused("must have names; these are numbers", "in.csv", mend=with_names)
def csv_without_a_header(path):
    wide().to_csv(path / "in.csv", index=False, header=False)


def as_xlsx(path):
    (path / "in.xls").unlink()
    wide().to_excel(path / "in.xlsx", index=False)


@refused("is a workbook of Excel before 2007, which is not read here; save it as .xlsx or .csv",
         "in.xls", mend=as_xlsx, then=("in.xlsx",))  # fmt: skip
def xls(path):
    (path / "in.xls").write_bytes(b"\xd0\xcf\x11\xe0" + bytes(512))


def computed(path):
    wide().to_excel(path / "in.xlsx", index=False)


@refused("sheet Sheet1, cell A2: is a formula without its value; open the workbook in Excel and",
         "in.xlsx", mend=computed)  # fmt: skip
def excel_with_formulas_that_were_never_computed(path):
    wide().astype(object).map(lambda number: f"={number}+0").to_excel(path / "in.xlsx", index=False)


def by_numpy(path):
    np.savez(path / "in.npz", row=A, column=B)


@refused("is a pickle, which could run code, which is not read here; write a table: to_parquet",
         "in.pkl", mend=by_numpy, then=("in.npz",))  # fmt: skip
def pickle_of_pandas(path):
    wide().to_pickle(path / "in.pkl")


@refused("is a file of HDF5, which is not read here; write its arrays with numpy.savez",
         "in.h5", mend=by_numpy, then=("in.npz",))  # fmt: skip
def hdf5(path):
    (path / "in.h5").write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(512))


def by_write_csv(path):
    wide(("a", "b"), 1, "").to_csv(path / "in.csv")


@refused("is an object of R, which is not read here; write it with arrow::write_parquet",
         "in.rds", mend=by_write_csv, then=("in.csv",))  # fmt: skip
def rds_of_r(path):
    (path / "in.rds").write_bytes(b"X\n\0\0\0\x03")


@refused("is a file of MATLAB 7.3 (HDF5), which is not read here; save it with save(FILE, ...",
         "in.mat", mend=matlab)  # fmt: skip
def matlab_7_3(path):
    (path / "in.mat").write_bytes(b"MATLAB 7.3 MAT-file".ljust(124) + b"\x00\x02IM")


def unpacked(path):
    import zipfile

    with zipfile.ZipFile(path / "in.zip") as archive:
        archive.extractall(path / "folder")


@refused("is an archive, which is not read here; unpack it and name the folder", "in.zip",
         mend=unpacked, then=("folder",))  # fmt: skip
def zip_of_gambit_files(path):
    import zipfile

    with zipfile.ZipFile(path / "in.zip", "w") as archive:
        for k in range(GAMES):
            archive.writestr(f"{k}.nfg", format_nfg(Game.from_payoffs(A[k], B[k])))


def with_ids(path):
    wide()[3:].assign(id=IDS[3:]).to_csv(path / "b.csv", index=False)


@refused("b.csv: columns: must have the further columns of a.csv (got 'id'); add them",
         "a.csv", "b.csv", mend=with_ids)  # fmt: skip
def files_with_other_further_columns(path):
    wide()[:3].assign(id=IDS[:3]).to_csv(path / "a.csv", index=False)
    wide()[3:].to_csv(path / "b.csv", index=False)


@refused("standard input is empty; pipe games in", "-", stdin=b"")
def nothing_at_standard_input(_):
    pass


@refused("must be a file of games, not a game (got '3,0;5,1 / 3,5;0,1'); one game is solved by "
         "'strategic solve'", "3,0;5,1 / 3,5;0,1")  # fmt: skip
def a_typed_game(_):
    pass


@refused("holds no file of games; games are read from .npz, .npy, .csv", "in")
def a_folder_without_games(path):
    (path / "in").mkdir()
    (path / "in" / "notes.txt").write_text("nothing")


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_says_what_to_do_and_that_works(name, tmp_path, run):
    case = REFUSED[name]
    case.make(tmp_path)
    result = run(*case.words, stdin=case.stdin)
    assert result.code == 2, result
    (line,) = result.err.splitlines()
    assert case.says in line
    assert not list(tmp_path.glob("out*"))
    if case.mend is None and case.then is None:
        return
    if case.mend is not None:
        case.mend(tmp_path)
    result = run(*(case.then or case.words))
    assert result.code == 0, result.err
    expected = st.solve(A, B, workers=1)
    rows = pq.read_table(tmp_path / "out.parquet")
    assert rows.column("game").to_pylist() == expected.game.tolist()
    assert rows.column("column_2").to_pylist() == expected.column[:, 2].tolist()


MISSING = {
    "fsspec": ("memory://pilot/games.csv", "pip install 'strategic[remote]'"),
    "openpyxl": ("in.xlsx", "pip install 'strategic[excel]'"),
    "pygambit": ("in.efg", "install pygambit"),
    "pandas": ("in.dta", "install pandas, or save it as csv"),
}


@pytest.mark.parametrize("library", MISSING)
def test_a_missing_library_is_named_with_the_way_round_it(library, tmp_path, run, monkeypatch):
    words, says = MISSING[library]
    wide().to_excel(tmp_path / "in.xlsx", index=False)
    long().to_stata(tmp_path / "in.dta")
    (tmp_path / "in.efg").write_text('EFG 2 R "" { "A" "B" } t "" 0')
    for loaded in list(sys.modules):
        if loaded.partition(".")[0] == library:
            monkeypatch.delitem(sys.modules, loaded)
    monkeypatch.setitem(sys.modules, library, None)
    result = run(words)
    assert result.code == 2, result
    (line,) = result.err.splitlines()
    assert says in line


def test_a_file_system_that_is_not_installed_is_named(run):
    fsspec = pytest.importorskip("fsspec")
    try:
        fsspec.get_filesystem_class("s3")
    except ImportError:
        result = run("s3://bucket/games.parquet")
        assert result.code == 2
        assert "s3fs" in result.err
        assert "copy the file here first" in result.err


@pytest.mark.parametrize("kind", ["long", "profiles", "lines", "npy", "folder", "lists"])
def test_games_of_three_players(kind, tmp_path, run):
    payoffs = np.random.default_rng(3).integers(0, 9, (5, 3, 2, 2, 2)).astype(float)
    game, player, *actions = (axis.reshape(-1) for axis in np.indices(payoffs.shape))
    names = {f"a{k + 1}": own for k, own in enumerate(actions)}
    words = ["in.csv"]
    match kind:
        case "long":
            frame = pd.DataFrame({"game": game, "player": player + 1, **names})
            frame.assign(payoff=payoffs.reshape(-1)).to_csv(tmp_path / "in.csv", index=False)
        case "profiles":
            frame = pd.DataFrame({"game": game, **names})[player == 0]
            for k in range(3):
                frame[f"u{k + 1}"] = payoffs[:, k].reshape(-1)
            frame.to_csv(tmp_path / "in.csv", index=False)
        case "lines":
            words = ["in.jsonl"]
            lines = [
                json.dumps({f"player_{k}": one for k, one in enumerate(g)})
                for g in payoffs.tolist()
            ]
            (tmp_path / "in.jsonl").write_text("\n".join(lines))
        case "npy":
            words = ["in.npy"]
            np.save(tmp_path / "in.npy", payoffs)
        case "folder":
            words = ["in"]
            (tmp_path / "in").mkdir()
            for k, own in enumerate(payoffs):
                write(Game.from_payoffs(*own), tmp_path / "in" / f"{k}.nfg")
        case _:
            words = ["in.parquet"]
            columns = {f"p{k}": payoffs[:, k].tolist() for k in range(3)}
            pl.DataFrame(columns).write_parquet(tmp_path / "in.parquet")
    result = run(*words)
    assert result.code == 0, result.err
    expected = st.solve(Game.from_payoffs(*payoffs.swapaxes(0, 1)), workers=1)
    games = pq.read_table(tmp_path / "out.games.parquet")
    assert games.column("count").to_pylist() == expected.count.tolist()
    rows = pq.read_table(tmp_path / "out.parquet")
    np.testing.assert_allclose(rows.column("player_2_1"), expected.strategies[2][:, 1], atol=1e-12)


def test_help_and_errors_read_the_one_list_of_kinds(tmp_path, run, strategic):
    told = " ".join(strategic("batch", "--help").out.replace("│", " ").split())
    (tmp_path / "in").mkdir()
    error = run("in").err
    for ending in (kind.endings[0] for kind in KINDS if kind.endings):
        assert ending in told
        assert ending in error


def test_documentation_reads_the_one_list_of_kinds():
    pytest.importorskip("docutils")
    from _ext.files import kinds_table, refused_table

    for ending in (ending for kind in KINDS for ending in kind.endings):
        assert f"`{ending}`" in kinds_table()
    assert all(f"`{ending}`" in refused_table() for ending in NOT_READ)
