"""Whatever stands in a file: games come out whole, or one line says what is wrong."""

import bz2
import gzip
import io
import json
import lzma
import random
import sys
from types import SimpleNamespace

import numpy as np
import pandas as pd
import polars as pl
import pyarrow.feather
import pytest
import scipy.io

from strategic.errors import StrategicError
from strategic.games import Game, open_games, write

RNG = np.random.default_rng(18)
A, B = RNG.integers(0, 9, (2, 4, 2, 2)).astype(float)
BOTH = np.stack([A, B], axis=1)
PIECES = (
    *(
        b",",
        b"\n",
        b'"',
        b"[",
        b"]",
        b"{",
        b"}",
        b":",
        b";",
        b"\t",
        b"\r",
        b"[[",
        b"]]",
        b"-",
        b".",
    ),
    *(b"NA", b"nan", b"inf", b"1e999", b"1/3", b"1/0", b"9" * 400, b"99999999999999999999", b"1.5"),
    *(b"x", b"\xff", b"\x00", b"\xef\xbb\xbf", b"null", b"true", b'""', b"0", b"2", b"-1"),
    *(b"game", b"payoff", b"A", b'{"games":', b"row", b"column"),
)


def long():
    game, player, i, j = (axis.reshape(-1) for axis in np.indices(BOTH.shape))
    columns = {"game": game, "player": player, "i": i, "j": j, "payoff": BOTH.reshape(-1)}
    return pd.DataFrame(columns | {"year": game + 2000})


def whole_files(folder):
    """Write games in every kind of file, and give their bytes."""
    frame, text = long(), "\n".join(json.dumps(game) for game in BOTH.tolist()).encode()
    csv = frame.to_csv(index=False).encode()
    games = [{"id": k, "A": a, "B": b} for k, (a, b) in enumerate(BOTH.tolist())]
    arrays = {"row": A.tolist(), "column": B.tolist(), "id": [1, 2, 3, 4]}
    files = {
        "long.csv": csv,
        "long.json": frame.to_json(orient="records").encode(),
        "nested.json": json.dumps(BOTH.tolist()).encode(),
        "games.json": json.dumps({"games": games}).encode(),
        "arrays.json": json.dumps(arrays).encode(),
        "nested.jsonl": text,
        "games.jsonl": "\n".join(map(json.dumps, games)).encode(),
        "long.csv.gz": gzip.compress(csv),
        "nested.jsonl.bz2": bz2.compress(text),
        "nested.jsonl.xz": lzma.compress(text),
    }
    frame.to_excel(folder / "long.xlsx", index=False)
    frame.to_stata(folder / "long.dta", write_index=False)
    frame.to_parquet(folder / "long.parquet")
    pyarrow.feather.write_feather(frame, folder / "long.feather")
    pl.DataFrame({"A": A.tolist(), "B": B.tolist()}).write_parquet(folder / "lists.parquet")
    scipy.io.savemat(folder / "games.mat", {"A": A, "B": B, "id": np.array(["x", "y"], object)})
    write(Game.from_payoffs(A[0], B[0]), folder / "one.nfg")
    write(Game.from_payoffs(A[0], B[0]), folder / "one.gam")
    return files | {path.name: path.read_bytes() for path in folder.iterdir()}


def damaged(content, rng):
    """Change, drop, insert and repeat a few bytes or lines."""
    content = bytearray(content)
    for _ in range(rng.choice([1, 1, 1, 2, 3, 8])):
        start = rng.randrange(len(content) + 1)
        end = min(len(content), start + rng.choice([1, 1, 2, 5, 20, 100]))
        match rng.randrange(6):
            case 0:
                content[start:end] = rng.choice(PIECES)
            case 1:
                content[start:start] = rng.choice(PIECES)
            case 2:
                content[start:start] = content[start:end]
            case 3:
                del content[start:end]
            case 4:
                content[start : start + 1] = bytes([rng.randrange(256)])
            case _:
                lines = bytes(content).split(b"\n")
                rng.shuffle(lines)
                content = bytearray(b"\n".join(lines[: rng.randrange(len(lines)) + 1]))
    return bytes(content)


@pytest.mark.parametrize("seed", range(8))
def test_damaged_files_are_told_in_one_line(seed, tmp_path, monkeypatch):
    rng = random.Random(seed)  # noqa: S311 - not for secrets
    (tmp_path / "whole").mkdir()
    files = whole_files(tmp_path / "whole")
    for name, content in files.items():
        for k in range(5):
            made = damaged(content, rng)
            path = tmp_path / f"{k}.{name}"
            path.write_bytes(made)
            monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(made)))
            source = "-" if rng.random() < 0.2 else str(path)
            try:
                table = open_games(source)
                count = 0
                for block in table.parts(3):
                    assert block.games.shape == table.shape
                    assert block.first == count
                    count += len(block)
                    names = () if block.extra is None else tuple(block.extra.schema.names)
                    assert names == table.extra
                assert table.count in {None, count}
            except StrategicError as problem:
                for line in map(str, problem.problems):
                    assert len(line.splitlines()) == 1
                    assert "/proc/" not in line


def test_whole_files_are_read(tmp_path):
    (tmp_path / "whole").mkdir()
    for name, content in whole_files(tmp_path / "whole").items():
        (tmp_path / name).write_bytes(content)
        assert sum(len(block) for block in open_games(tmp_path / name).parts()) in {1, 2, 4}
