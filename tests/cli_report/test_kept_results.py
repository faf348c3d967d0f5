"""What is left of a run that could not write: its result elsewhere, or nothing at all."""

import errno
import io
import os
import random
import re
from pathlib import Path

import numpy as np
import pytest

import strategic as st
from strategic.games.io import files
from strategic.modelling import Family, Measure, Parameter
from strategic.sweeps import open_sweep

MODEL = st.load("ai-mier")
OVER = {"relation.alignment": "0:1:41"}
KEPT = re.compile(r"error: (\S+): cannot write it: no space left on device; the result is in (\S+)")


@pytest.fixture
def full(tmp_path, monkeypatch):
    """A folder on a disk that is full, and a folder for temporary files that is not."""
    folder, spare = tmp_path / "full", tmp_path / "spare"
    folder.mkdir()
    spare.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(spare))
    real = files.beside

    def beside(path):
        if folder in Path(path).parents:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(path)

    monkeypatch.setattr(files, "beside", beside)
    return folder


@pytest.mark.parametrize("ending", ["csv", "nc"])
def test_a_sweep_that_finds_no_room_is_kept(full, strategic, ending):
    words = ("sweep", "ai-mier", "--over", "relation.alignment=0:1:41", "--measure", "surplus")
    failed = strategic(*words, "-o", full / f"out.{ending}")
    assert failed.code == 2
    (line,) = [line for line in failed.err.splitlines() if line.startswith("error: ")]
    spare = Path(KEPT.fullmatch(line)[2])
    assert spare.parent.parent == full.parent / "spare"
    whole = st.sweep(MODEL, OVER, "surplus")
    np.testing.assert_array_equal(open_sweep(spare)["surplus"], whole["surplus"])
    assert not any(full.iterdir())


def test_a_report_that_finds_no_room_is_kept(full, strategic):
    failed = strategic("report", "hawk-dove", "-o", full / "out.json")
    spare = Path(KEPT.search(failed.err)[2])
    assert '"Hawk' in spare.read_text()
    assert failed.code == 2


def test_where_there_is_no_room_anywhere_the_error_is_that_of_the_output(
    full, strategic, monkeypatch
):
    monkeypatch.setattr("tempfile.tempdir", str(full))
    error = strategic("report", "hawk-dove", "-o", full / "out.json").err
    assert error.startswith(f"error: {full}/out.json: cannot write it: no space left on device")
    assert "the result is in" not in error
    assert not any(full.iterdir())


def failing_at(points):
    if (points["a"] >= 0.0).all():
        raise RuntimeError("no such value")
    return points["a"]


FAILING = Family(
    "failing", "", {"a": Parameter("a", 0.0, "")}, {}, {"m": Measure("m", failing_at, "")}
)


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("first", [-4.0, 4.0])
def test_a_store_without_a_block_is_not_left_behind(tmp_path, workers, first):
    """Of a run that fails at its first block nothing is left; finished blocks stay."""
    model = st.Model(FAILING, {})
    over = {"a": np.linspace(first, 8.0, 12)}
    out, there = tmp_path / "out.zarr", tmp_path / "there.zarr"
    there.mkdir()
    for path in (out, there):
        with pytest.raises(Exception, match="no such value"):
            st.sweep(model, over, "m", out=path, block=1, workers=workers)
    finished = first < 0
    assert out.exists() == finished
    assert any(there.iterdir()) == finished


def test_no_bar_goes_to_a_stream_that_is_no_terminal(strategic, monkeypatch):
    words = ("sweep", "ai-mier", "--over", "relation.alignment=0:1:41", "--measure", "surplus")
    assert strategic(*words).err == ""

    class Terminal(io.StringIO):
        def isatty(self):
            return True

    shown = Terminal()
    monkeypatch.setattr("sys.stderr", shown)
    monkeypatch.setenv("TERM", "xterm")
    strategic(*words)
    assert "41/41" in shown.getvalue()


def test_texts_that_a_spreadsheet_takes_for_formulas_come_back_as_they_were(tmp_path):
    rng = random.Random(3)  # noqa: S311 - a seed is wanted
    texts = [
        "=1+1",
        "+2",
        "-x",
        "@SUM(A1)",
        '=HYPERLINK("http://a","b")',
        "\tcmd",
        "a,b",
        'say "x"',
    ]
    rng.shuffle(texts)
    points = {"relation.alignment": np.linspace(0, 1, len(texts)), "label": texts}
    made = st.sweep(MODEL, None, "surplus", points=points, out=tmp_path / "out.csv")
    back = open_sweep(tmp_path / "out.csv")
    assert back["label"].values.tolist() == made["label"].values.tolist() == texts
