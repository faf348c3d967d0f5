"""Where outputs go: whole or not at all, alike for every writer, whatever was there before."""

import os
import signal
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import strategic as st
from strategic.errors import FileError, SweepError
from strategic.games import Game, write
from strategic.games.io.columns import written_tables
from strategic.games.io.files import write_text, written_whole
from strategic.games.io.targets import check_target, held
from strategic.sweeps._files import write_dataset

GAMES = Game.from_payoffs(*np.random.default_rng(0).integers(0, 9, (2, 40, 2, 2)))


def findings(path, size=1, value=1.0):
    with written_tables(path, "games") as (equilibria, games):
        for _ in range(size):
            equilibria.append({"game": np.arange(500), "row_0": np.full(500, value)})
            games.append({"count": np.ones(500, dtype=int)})


def swept(path):
    model = st.relationship({"relation.alignment": 0.7})
    write_dataset(st.sweep(model, {"relation.penalty": "0:1:4"}, "surplus"), path)


def figure(path):
    from matplotlib.figure import Figure

    from strategic.reports.figures.style import save_figure

    save_figure(Figure().subplots(), path)


WRITERS = {
    "text.toml": lambda path: write_text(path, "text"),
    "game.nfg": lambda path: write(GAMES.of_batch(0), path),
    "games.npz": lambda path: write(GAMES, path),
    "games.csv": lambda path: write(GAMES, path),
    "games.parquet": lambda path: write(GAMES, path),
    "found.csv": findings,
    "found.npz": findings,
    "sweep.csv": swept,
    "sweep.nc": swept,
    "figure.png": figure,
    "figure.svg": figure,
}
every_writer = pytest.mark.parametrize(("name", "writer"), WRITERS.items(), ids=WRITERS)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@every_writer
def test_a_mode_is_kept_and_a_new_file_has_the_usual_one(name, writer, tmp_path):
    before = os.umask(0o027)
    try:
        writer(tmp_path / name)
        assert mode(tmp_path / name) == 0o640
        for kept in (0o600, 0o664, 0o755):
            (tmp_path / name).chmod(kept)
            writer(tmp_path / name)
            assert mode(tmp_path / name) == kept
    finally:
        os.umask(before)


@every_writer
def test_a_private_file_is_private_while_it_is_written(name, writer, tmp_path, monkeypatch):
    del writer
    (tmp_path / name).touch(0o600)
    monkeypatch.setattr(os, "chown", lambda *_: None)
    with written_whole(tmp_path / name) as part:
        assert mode(part) == 0o600


@every_writer
def test_links_stay_links_and_their_target_is_written(name, writer, tmp_path):
    (tmp_path / "real").mkdir()
    target, link = tmp_path / "real" / name, tmp_path / name
    link.symlink_to(target)  # to nothing yet
    for _ in range(2):
        writer(link)
        assert link.is_symlink()
        assert target.stat().st_size
    assert not [path for path in tmp_path.rglob("*") if path.name.endswith(".part")]


@every_writer
def test_a_read_only_file_is_refused_and_kept(name, writer, tmp_path):
    path, link = tmp_path / name, tmp_path / f"link-{name}"
    path.write_text("old")
    path.chmod(0o444)
    link.symlink_to(path)
    for each in (path, link):
        with pytest.raises(FileError, match="is read-only; choose another name, or make it"):
            writer(each)
    assert (path.read_text(), mode(path)) == ("old", 0o444)


@every_writer
@pytest.mark.parametrize("there", ["folder", "missing", "file for a folder", "loop"])
def test_what_cannot_be_written_is_one_line(name, writer, there, tmp_path):
    path = tmp_path / name
    if there == "folder":
        path.mkdir()
    elif there == "loop":
        path.symlink_to(path)
    else:
        path = tmp_path / "no" / name
        if there == "file for a folder":
            (tmp_path / "no").touch()
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(FileError) as raised:
        writer(path)
    assert "\n" not in str(raised.value)
    assert sorted(tmp_path.rglob("*")) == before


@every_writer
def test_a_device_is_written_to_and_stays(name, writer, tmp_path):
    (tmp_path / name).symlink_to("/dev/null")
    if name.startswith("found") and not name.endswith(".npz"):
        (tmp_path / f"{name[:5]}.games.csv").symlink_to("/dev/null")
    writer(tmp_path / name)
    assert (tmp_path / name).is_char_device()
    assert not [path for path in tmp_path.iterdir() if path.name.endswith(".part")]


@pytest.mark.parametrize("name", ["found.csv", "found.npz", "found.parquet"])
def test_of_two_writers_at_once_the_last_whole_one_wins(name, tmp_path):
    values = [1.0, 2.0, 3.0, 4.0]
    for value in values:
        findings(tmp_path / f"{value}.{name}", 20, value)
    with ThreadPoolExecutor(4) as pool:
        for _ in range(3):
            list(pool.map(lambda value: findings(tmp_path / name, 20, value), values))
            content = (tmp_path / name).read_bytes()
            assert content in [(tmp_path / f"{value}.{name}").read_bytes() for value in values]
    assert not [path for path in tmp_path.iterdir() if path.name.endswith(".part")]


KILLED = """
import sys, time
import numpy as np
from strategic.games import Game, write

def blocks():
    yield Game.from_payoffs(*np.zeros((2, 50000, 2, 2)))
    print("ready", flush=True)
    time.sleep(300)

write(blocks(), sys.argv[1])
"""


@pytest.mark.parametrize("name", ["out.csv", "out.npz", "out.parquet"])
def test_what_a_killed_writer_leaves_goes_with_the_next_run(name, tmp_path):
    words = [sys.executable, "-c", KILLED, tmp_path / name]
    with subprocess.Popen(words, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"ready\n"
        write(GAMES, tmp_path / name)  # the other still lives: its file stays
        assert len(list(tmp_path.glob(".*.part"))) == 1
        process.send_signal(signal.SIGKILL)
    (tmp_path / f".{name}.mine.txt").touch()
    write(GAMES, tmp_path / name)
    assert sorted(path.name for path in tmp_path.iterdir()) == [f".{name}.mine.txt", name]


def test_a_typed_game_is_no_input_file(tmp_path):
    check_target(tmp_path / "new.csv", "3,0;5,1 / 3,5;0,1", "nothing\0", "x" * 5000)


def test_long_names_are_written(tmp_path):
    for name in ("x" * 251 + ".csv", "模" * 80 + ".csv"):
        write(GAMES, tmp_path / name)
        assert [path.name for path in tmp_path.iterdir()] == [name]
        (tmp_path / name).unlink()


MODEL = st.relationship({"relation.alignment": 0.7})
STORE = {"over": {"relation.penalty": "0:1:6"}, "measures": "surplus", "block": 2}


def test_a_second_writer_of_a_store_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("strategic.games.io.targets._PATIENCE", 0.1)
    (tmp_path / "s.zarr").mkdir()
    with held(tmp_path / "s.zarr"):
        for resume in (False, True):
            with pytest.raises(SweepError, match=r"s\.zarr: another run is writing it; wait"):
                st.sweep(MODEL, out=tmp_path / "s.zarr", resume=resume, **STORE)
    assert not list((tmp_path / "s.zarr").iterdir())
    st.sweep(MODEL, out=tmp_path / "s.zarr", **STORE)


def test_of_two_stores_begun_at_once_one_is_whole_and_one_refused(tmp_path):
    def run(penalty):
        try:
            model = MODEL.change({"relation.alignment": penalty})
            st.sweep(model, out=tmp_path / "s.zarr", workers=1, **STORE)
        except SweepError as problem:
            return str(problem)
        return ""

    with ThreadPoolExecutor(3) as pool:
        told = list(pool.map(run, (0.2, 0.5, 0.9)))
    assert sorted(map(bool, told)) == [False, True, True]
    winner = (0.2, 0.5, 0.9)[told.index("")]
    expected = st.sweep(MODEL.change({"relation.alignment": winner}), **STORE)
    assert st.open_sweep(tmp_path / "s.zarr").load().identical(expected)


def test_a_store_behind_a_link_to_nothing_is_made_there(tmp_path):
    (tmp_path / "link.zarr").symlink_to(tmp_path / "real.zarr")
    st.sweep(MODEL, out=tmp_path / "link.zarr", **STORE)
    assert (tmp_path / "real.zarr" / "zarr.json").is_file()
    assert (tmp_path / "link.zarr").is_symlink()


def test_a_lock_ends_with_its_block_though_a_worker_has_it_open(tmp_path):
    with held(tmp_path):
        child = os.fork()
        if not child:
            time.sleep(300)
            os._exit(0)
    try:
        with held(tmp_path, patience=5):
            pass
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
