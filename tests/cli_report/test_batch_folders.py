"""``strategic batch`` into a folder of parts: the same results, stopped and continued at will."""

import json

import numpy as np
import pyarrow.parquet as pq
import pytest

from strategic.games import Game, write


@pytest.fixture
def run(tmp_path, monkeypatch, strategic):
    monkeypatch.chdir(tmp_path)
    return lambda *words: strategic("batch", *words)


@pytest.fixture(autouse=True)
def games(tmp_path):
    rng = np.random.default_rng(5)
    games = Game.from_payoffs(*rng.integers(0, 6, size=(2, 700, 3, 2)) / 10)
    for suffix in ("npz", "csv", "parquet"):
        write(games, tmp_path / f"in.{suffix}")


def contents(folder):
    """Every file by its name, byte for byte; the manifest too."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_folder_holds_what_one_file_holds(tmp_path, run):
    assert run("in.npz", "-o", "whole.parquet").code == 0
    result = run("in.npz", "-o", "parts/", "--part", 150, "--json")
    assert result.code == 0, result.err
    assert (result.json["parts"], result.json["kept"], result.json["games"]) == (5, 0, 700)
    for name, file in (("equilibria", "whole.parquet"), ("games", "whole.games.parquet")):
        parts = sorted((tmp_path / "parts" / name).iterdir())
        assert [p.name for p in parts] == [f"part-00000{k}.parquet" for k in range(5)]
        assert pq.read_table(tmp_path / "parts" / name).equals(pq.read_table(tmp_path / file))


def test_what_is_there_is_continued_or_replaced_only_when_asked(tmp_path, run):
    words = "in.csv", "-o", "parts", "--part", 150
    assert run(*words).code == 0
    whole = contents(tmp_path / "parts")
    refused = run(*words)
    assert (refused.code, refused.out) == (2, "")
    assert refused.err == (
        "error: parts: exists already; continue it with --resume, replace it with --force, or "
        "choose another name\n"
    )
    again = run(*words, "--resume", "--json")
    assert (again.code, again.json["kept"]) == (0, 5)
    (tmp_path / "parts" / "games" / "part-000002.parquet").unlink()
    torn = tmp_path / "parts" / "equilibria" / "part-000004.parquet"
    torn.write_bytes(torn.read_bytes()[:-100])
    mended = run(*words, "--resume", "--json")
    assert (mended.code, mended.json["kept"], mended.json["games"]) == (0, 3, 700)
    assert contents(tmp_path / "parts") == whole
    assert run(*words, "--force", "--limit", 200).code == 0
    assert len(contents(tmp_path / "parts")) == 5
    assert json.loads((tmp_path / "parts" / "_strategic.json").read_text())["limit"] == 200


def test_one_file_is_replaced_only_when_asked(tmp_path, run):
    (tmp_path / "out.games.csv").write_text("old")
    refused = run("in.csv", "-o", "out.csv")
    assert refused.code == 2
    assert refused.err.startswith("error: out.games.csv: exists already; replace it with --force")
    assert not (tmp_path / "out.csv").exists()
    assert run("in.csv", "-o", "out.csv", "--force").code == 0
    assert (tmp_path / "out.games.csv").read_text().startswith("game,count,status\n")
    own = run("in.csv", "-o", "in.csv", "--force")
    assert own.code == 2
    assert "is the input" in own.err
