"""Parquet files that were damaged after they were written: no number of theirs is believed."""

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

import strategic as st
from strategic.batches import open_batch, write_batch
from strategic.errors import StrategicError
from strategic.estimation import draw, read_observations
from strategic.games import Game, open_games, write
from strategic.games.io.columns import written_tables

GAMES = Game.from_payoffs(*np.random.default_rng(3).normal(size=(2, 50, 2, 2)))


def games():
    write(GAMES, "games.parquet")
    return Path("games.parquet"), lambda: list(open_games("games.parquet").parts())


def long_table():
    write(GAMES, "long.parquet", long=True)
    return Path("long.parquet"), lambda: list(open_games("long.parquet").parts())


def batch(out, table="."):
    write(GAMES, "g.npz")
    st.batch("g.npz", out, part=20, workers=1)
    file = min(Path(out).glob(f"{table}/*-000001.parquet"), default=Path(out))
    return file, lambda: (open_batch(out, games=GAMES).to_pandas(), open_batch(out).count)


def solution():
    file, _ = write_batch(st.solve(GAMES), "found.parquet")
    return file, lambda: open_batch("found.parquet", games=GAMES).to_pandas()


def sweep():
    over = {"harm": "1:4:40"}
    st.sweep(st.load("hawk-dove"), over, "equilibrium_count", out="map.parquet")
    return Path("map.parquet"), lambda: st.open_sweep("map.parquet")


def data():
    columns = draw(st.load("inspection"), play="logit", truth={"rationality": 1.0}, size=50, seed=0)
    with written_tables("data.parquet", quoted=True) as (table,):
        table.append(columns)
    return Path("data.parquet"), lambda: read_observations("data.parquet")


MADE = {
    "games": games,
    "a row per payoff": long_table,
    "a folder": lambda: batch("folder/", "equilibria"),
    "a folder, its games": lambda: batch("folder/", "games"),
    "one file": lambda: batch("joined.parquet"),
    "a solution": solution,
    "a sweep": sweep,
    "data": data,
}


@pytest.mark.parametrize("kind", MADE)
def test_a_byte_that_changed_in_a_page_is_an_error(kind, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file, read = MADE[kind]()
    read()
    whole = file.read_bytes()
    about = pq.read_metadata(file)
    filled = [k for k in range(about.num_row_groups) if about.row_group(k).num_rows]
    assert filled
    for group in filled:
        for number in range(about.num_columns):
            column = about.row_group(group).column(number)
            starts = [column.data_page_offset, column.dictionary_page_offset]
            last = min(filter(None, starts)) + column.total_compressed_size - 1
            damaged = bytearray(whole)
            damaged[last] ^= 1
            file.write_bytes(damaged)
            with pytest.raises(StrategicError, match="CRC checksum") as caught:
                read()
            assert str(caught.value).startswith(str(file).split("/")[0])
            assert "\n" not in str(caught.value)
    file.write_bytes(whole)
    read()
