"""What was written to a file of games, by whatever names, is what is read, to the last digit."""

import csv
import gzip
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest

from strategic.games import open_games

PLAYERS = {
    2: [("row", "column"), ("a", "b"), ("A", "B"), ("Row", "Col"), ("p1", "p2"), ("U_x", "U_y"),
        ("payoff row", "payoff col"), ("player_1", "player_2"), ("mine", "theirs")],
    3: [("player_0", "player_1", "player_2"), ("a", "b", "c"), ("u1", "u2", "u3"), ("X", "Y", "Z"),
        ("Ann", "Bob", "Cy")],
}  # fmt: skip
FORMS = ["{0}_{1}", "{0}{1}", "{0}[{1}]", "{0}.{1}", "{0} ({1})"]
BETWEEN = {"{0}_{1}": "_", "{0}{1}": "_", "{0}[{1}]": ",", "{0}.{1}": ".", "{0} ({1})": "; "}
EXTRA = ["id", "label", "x1", "year_2020", "q_1_2", "note 7", "weight"]


def texts(rng, size):
    """Numbers as people write them: whole, decimals, fractions, very long and very small ones."""
    kinds = [
        lambda: str(rng.integers(-20, 20)),
        lambda: f"{rng.normal():.{rng.integers(1, 6)}f}",
        lambda: f"{rng.integers(-9, 9)}/{rng.integers(1, 99)}",
        lambda: f"{rng.normal():.20f}",
        lambda: f"{rng.normal():.3e}",
        lambda: str(2**53 + int(rng.integers(9))),
        lambda: f"+{rng.integers(9)}.5",
    ]
    some = rng.choice(len(kinds), size=rng.integers(1, 4), replace=False)
    return np.array([kinds[rng.choice(some)]() for _ in range(int(np.prod(size)))]).reshape(size)


def columns_of(rng, payoffs):
    """Name the columns of the payoffs in a random style; payoffs ``(p, N, n_1, ..)``."""
    players = len(payoffs)
    shape = payoffs.shape[2:]
    names = PLAYERS[players][rng.integers(len(PLAYERS[players]))]
    form = FORMS[rng.integers(len(FORMS))]
    between, base = BETWEEN[form], rng.integers(2)
    if names[0][-1].isdigit() and form == "{0}{1}":
        form = "{0}_{1}"
    elif max(shape) + base < 10 and rng.random() < 0.4:
        between = ""
    columns = {}
    for name, own in zip(names, payoffs, strict=True):
        for place in np.ndindex(*shape):
            actions = between.join(str(a + base) for a in place)
            columns[form.format(name, actions)] = own[(slice(None), *place)]
    further = {
        name: np.array([f"{name} {i}" for i in range(payoffs.shape[1])])
        for name in rng.permutation(EXTRA)[: rng.integers(3)]
    }
    everything = list((columns | further).items())
    if set(names) <= {"mine", "theirs", "Ann", "Bob", "Cy"}:
        order = range(len(everything))  # who comes first is first
    else:
        order = rng.permutation(len(everything))
    return dict(everything[i] for i in order), further


def write_csv(rng, path, columns):
    separator = rng.choice([",", ";", "\t"])
    comma = separator == ";" and rng.random() < 0.5
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "wt", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file, delimiter=separator, quoting=int(rng.integers(3)))
        writer.writerow(columns)
        for row in zip(*columns.values(), strict=True):
            cells = [str(cell) for cell in row]
            writer.writerow([c.replace(".", ",") for c in cells] if comma else cells)


def write_arrow(rng, path, columns):
    table = pa.table({name: pa.array(column) for name, column in columns.items()})
    if path.suffix == ".parquet":
        pq.write_table(table, path, row_group_size=int(rng.integers(1, 30)))
    else:
        compression = str(rng.choice(["uncompressed", "lz4", "zstd"]))
        pa.feather.write_feather(table, path, compression, chunksize=int(rng.integers(1, 30)))


def check(rng, path, expected, further=None):
    """Read some part in blocks of some size, and compare every number and every further entry."""
    table = open_games(path)
    total = expected.shape[1]
    assert table.shape == expected.shape[2:], table.notes
    assert table.count in (None, total)
    assert set(table.extra) == set(further or {})
    start = int(rng.integers(total))
    stop = None if rng.random() < 0.3 else int(rng.integers(start, total + 1))
    blocks = list(table.parts(int(rng.integers(1, 12)), start=start, stop=stop))
    assert [block.first for block in blocks] == sorted(block.first for block in blocks)
    assert sum(map(len, blocks)) == (total if stop is None else stop) - start
    for block in blocks:
        part = slice(block.first, block.first + len(block))
        exact = block.games.fractions()
        for player, own in enumerate(expected):
            assert (exact[player] == own[part]).all(), (path, player)
            doubles = own[part].astype(float)
            assert np.array_equal(block.games.payoffs[player], doubles)
        for name, column in (further or {}).items():
            assert block.extra.column(name).to_pylist() == column[part].tolist()


@pytest.mark.parametrize("suffix", [".csv", ".csv.gz", ".parquet", ".feather"])
def test_columns_of_texts_are_read_exactly_whatever_their_names(suffix, tmp_path):
    rng = np.random.default_rng(len(suffix))
    for _ in range(40):
        players = int(rng.integers(2, 4))
        shape = rng.integers(1, 12 if players == 2 and rng.random() < 0.2 else 4, size=players)
        written = texts(rng, (players, int(rng.integers(1, 40)), *shape))
        columns, further = columns_of(rng, written)
        path = tmp_path / f"games{suffix}"
        (write_csv if ".csv" in suffix else write_arrow)(rng, path, columns)
        check(rng, path, np.vectorize(Fraction, otypes=[object])(written), further)


@pytest.mark.parametrize("suffix", [".parquet", ".feather"])
def test_numbers_of_every_type_of_arrow_are_read_exactly(suffix, tmp_path):
    rng = np.random.default_rng(7)
    kinds = [
        (pa.float64(), lambda: float(rng.normal())),
        (pa.float32(), lambda: float(np.float32(rng.normal()))),
        (pa.int8(), lambda: int(rng.integers(-128, 127))),
        (pa.uint64(), lambda: int(rng.integers(2**63, 2**64, dtype=np.uint64))),
        (pa.int64(), lambda: int(rng.integers(-(2**62), 2**62))),
        (pa.bool_(), lambda: bool(rng.integers(2))),
        (pa.decimal128(20, 6), lambda: Decimal(int(rng.integers(-(10**12), 10**12))).scaleb(-6)),
        (pa.large_string(), lambda: f"{rng.integers(1, 9)}/7"),
        (pa.dictionary(pa.int8(), pa.string()), lambda: "0.1"),
    ]  # fmt: skip
    for _ in range(40):
        names = ["a11", "a12", "b11", "b12"]
        total = int(rng.integers(1, 30))
        columns, expected = {}, np.empty((2, total, 1, 2), dtype=object)
        for number, name in enumerate(names):
            kind, draw = kinds[rng.integers(len(kinds))]
            values = [draw() for _ in range(total)]
            columns[name] = pa.array(values, kind)
            expected[number // 2, :, 0, number % 2] = [Fraction(v) for v in values]
        write_arrow(rng, tmp_path / f"g{suffix}", columns)
        check(rng, tmp_path / f"g{suffix}", expected)


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed, np.save])
def test_arrays_are_read_whatever_their_names_types_and_layout(save, tmp_path):
    rng = np.random.default_rng(11)
    types = ["<f8", ">f8", "<f4", ">f4", "f2", "i1", ">i2", "u4", "<i8", "?"]
    named = {2: [("row", "column"), ("A", "B"), ("arr_0", "arr_1"), ("me", "you")],
             3: [("player_0", "player_1", "player_2"), ("a", "b", "c")]}  # fmt: skip
    for _ in range(60):
        players = int(rng.integers(2, 4))
        # numbers of games that cannot be taken for players
        shape = (players, int(rng.integers(5, 40)), *rng.integers(1, 5, size=players))
        numbers = rng.integers(0, 100, size=shape).astype(types[rng.integers(len(types))])
        layout = np.asfortranarray if rng.random() < 0.4 else np.ascontiguousarray
        path = tmp_path / ("g.npy" if save is np.save else "g.npz")
        further = {}
        if save is np.save:
            np.save(path, layout(np.moveaxis(numbers, 0, 1)))
        else:
            names = named[players][rng.integers(len(named[players]))]
            arrays = dict(zip(names, map(layout, numbers), strict=True))
            further = {"id": np.arange(shape[1]) * 3, "who": np.array(["x"] * shape[1])}
            arrays |= further
            order = sorted(arrays) if rng.random() < 0.5 else list(arrays)
            save(path, **{name: arrays[name] for name in order})
        expected = np.vectorize(Fraction, otypes=[object])(numbers.astype(float))
        check(rng, path, expected, further)
