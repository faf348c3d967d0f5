"""Batches that are killed, interrupted, or find no room: what is done stays, nothing is torn."""

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import strategic as st
from strategic.errors import FileError
from strategic.games import Game, write

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux")

SCRIPT = """
import sys
import strategic as st
import strategic.batches._batch, strategic.games.io.parquet_files
import strategic.equilibria.enumeration, pyarrow.parquet
print("ready", flush=True)
sys.stdin.readline()
st.batch(sys.argv[1], sys.argv[2], part=250, resume=True, workers=2)
"""
"""A run in a process of its own, which begins its work when it is told to."""


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """Games with ties, of which each takes a while, and one that lacks a payoff."""
    payoffs = np.random.default_rng(3).integers(0, 3, (2, 12_000, 3, 3)).astype(float)
    payoffs[0, 5000, 1, 1] = np.nan
    table = pa.table(
        {
            f"{name}_{i}_{j}": side[:, i, j]
            for name, side in zip(("row", "column"), payoffs, strict=True)
            for i in range(3)
            for j in range(3)
        }
    )
    path = tmp_path_factory.mktemp("games") / "in.parquet"
    pq.write_table(table, path)
    return path


@pytest.fixture(scope="module")
def calm(source):
    """The folder of a run that nothing disturbs, and how long one takes."""
    out = source.parent / "calm"
    run = start(source, out)
    began = time.monotonic()
    go(run)
    assert ended(run)[0] == 0
    return contents(out), time.monotonic() - began


def start(source, out):
    words = [sys.executable, "-c", SCRIPT, str(source), str(out)]
    run = subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert run.stdout.readline() == b"ready\n"
    return run


def go(run):
    run.stdin.write(b"\n")
    run.stdin.flush()


def ended(run):
    """Wait for the end; give the exit code and what was said."""
    _, told = run.communicate(timeout=120)
    return run.returncode, told.decode()


def contents(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def children(pid):
    try:
        return [int(c) for c in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def check_kills(source, calm, kills, seed):
    """Kill runs at moments from their first to their last, go on with each, compare every byte."""
    whole, seconds = calm
    rng, killed, in_the_middle = random.Random(seed), 0, 0  # noqa: S311 - moments, not secrets
    out = source.parent / "killed"
    while killed < kills:
        shutil.rmtree(out, ignore_errors=True)
        for _ in range(rng.choice([1, 1, 2])):  # some are killed again when they have gone on
            run = start(source, out)
            go(run)
            time.sleep(rng.uniform(0, seconds))
            workers = children(run.pid)
            run.send_signal(signal.SIGKILL)
            killed += ended(run)[0] != 0  # 0: it was faster
            wait_for_the_end_of(workers)
        done = list((out / "games").glob("part-*.parquet"))
        in_the_middle += 0 < len(done) < 48
        for file in done:  # whatever has a name is whole
            pq.read_table(file)
        found = st.batch(source, out, part=250, resume=True, workers=2)
        assert found.kept == len(done)
        assert (found.games, found.statuses["invalid"], found.failures) == (12_000, 1, 1)
        assert contents(out) == whole
    return in_the_middle


def wait_for_the_end_of(workers):
    deadline = time.monotonic() + 20
    while any(map(is_alive, workers)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not any(map(is_alive, workers))


def test_three_kills_of_three_leave_the_same_bytes(source, calm):
    check_kills(source, calm, 3, seed=1)


@pytest.mark.slow
def test_twenty_kills_of_twenty_leave_the_same_bytes(source, calm):
    assert (
        check_kills(source, calm, 20, seed=2) >= 5
    )  # the others: before the first part or after the last


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_says_what_is_kept_and_how_to_go_on(number, source, calm, tmp_path):
    words = "batch", source, "-o", tmp_path / "out", "--part", 250, "--workers", 2
    run = command(words)
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob("out/games/part-*")) and time.monotonic() < deadline:
        time.sleep(0.005)
    workers = children(run.pid)
    run.send_signal(number)
    code, told = ended(run)
    assert code == 130, told
    kept = len(list(tmp_path.glob("out/games/part-*")))
    parts = "1 finished part is" if kept == 1 else f"{kept} finished parts are"
    assert told.splitlines() == [
        f"stopped; {parts} in {tmp_path / 'out'}, the same command with --resume goes on",
        "error: stopped",
    ]
    wait_for_the_end_of(workers)
    assert not list(tmp_path.rglob(".*"))
    assert ended(command([*words, "--resume"]))[0] == 3  # one game lacks a payoff
    assert contents(tmp_path / "out") == calm[0]


def command(words, **how):
    return subprocess.Popen(
        [sys.executable, "-m", "strategic", *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **how,
    )


def test_an_interrupt_of_a_run_into_one_file_says_what_would_be_kept(source, tmp_path):
    run = command(["batch", source, "-o", "out.csv", "--part", 250], cwd=tmp_path)
    deadline = time.monotonic() + 60
    while not children(run.pid) and time.monotonic() < deadline:
        time.sleep(0.002)
    run.send_signal(signal.SIGINT)
    code, told = ended(run)
    assert code == 130
    assert told.splitlines() == [
        "stopped; out.csv was not written, a folder would keep finished parts",
        "error: stopped",
    ]
    assert not list(tmp_path.iterdir())


def test_what_a_killed_run_into_one_file_leaves_goes_with_the_next(source, tmp_path):
    words = ["batch", source, "-o", "out.parquet", "--part", 250]
    run = command(words, cwd=tmp_path)
    deadline = time.monotonic() + 60
    while not children(run.pid) and time.monotonic() < deadline:
        time.sleep(0.002)
    workers = children(run.pid)
    run.send_signal(signal.SIGKILL)
    ended(run)
    wait_for_the_end_of(workers)
    assert not list(tmp_path.glob("out*"))
    assert ended(command(words, cwd=tmp_path))[0] == 3  # one game lacks a payoff
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out.games.parquet", "out.parquet"]


def test_nothing_stays_of_a_run_that_is_stopped_before_its_first_part(source, tmp_path):
    run = command(["batch", source, "-o", tmp_path / "out", "--workers", 1])
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob("out/games/.*")) and time.monotonic() < deadline:
        time.sleep(0.001)
    run.send_signal(signal.SIGINT)
    assert ended(run) == (130, "error: stopped\n")
    assert not list(tmp_path.iterdir())


def test_of_two_runs_on_one_folder_the_second_is_refused(source, tmp_path, monkeypatch):
    monkeypatch.setattr("strategic.games.io.targets._PATIENCE", 0.1)
    first = start(source, tmp_path / "out")
    go(first)
    while not list(tmp_path.glob("out/games/*")):
        time.sleep(0.005)
    first.send_signal(signal.SIGSTOP)  # however busy the machine, it is not done too early
    with pytest.raises(FileError, match="out: another run is writing it; wait for its end"):
        st.batch(source, tmp_path / "out", part=250, resume=True)
    first.send_signal(signal.SIGCONT)
    assert ended(first)[0] == 0


@pytest.mark.parametrize("workers", [1, 2])
def test_a_full_disk_keeps_finished_parts_and_a_later_run_goes_on(workers, tmp_path):
    own = np.arange(4.0)
    few = np.array([own[:, None] + np.zeros(4), own + np.zeros((4, 1))])  # dominant actions
    few = np.repeat(few[:, None], 300, axis=1)
    many = 9 * np.eye(4) + np.random.default_rng(0).random((2, 300, 4, 4))  # 15 equilibria each
    write(Game.from_payoffs(*np.concatenate([few, many], axis=1)), tmp_path / "in.npz")
    words = "batch", "in.npz", "-o", "out", "--part", 100, "--workers", workers

    def few_bytes():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    code, told = ended(command(words, cwd=tmp_path, preexec_fn=few_bytes))
    assert code == 2
    assert told == (
        "error: out: cannot write it: file too large; make room and run again with --resume; "
        "finished parts are kept\n"
    )
    names = {p.name for p in (tmp_path / "out" / "games").iterdir()}
    assert names
    assert names <= {f"part-00000{k}.parquet" for k in range(3)}
    assert not list(tmp_path.rglob(".*"))
    assert ended(command([*words, "--resume"], cwd=tmp_path))[0] == 0
    assert ended(command([*words[:3], "calm", *words[4:]], cwd=tmp_path))[0] == 0
    assert contents(tmp_path / "out") == contents(tmp_path / "calm")


@pytest.mark.parametrize(
    ("name", "workers"),
    [("out.csv", 2), ("out.parquet", 1), ("out.npz", 2), ("out.feather", 1), ("out", 2)],
)
def test_no_room_at_all_leaves_nothing(name, workers, tmp_path):
    write(Game.from_payoffs(*np.random.default_rng(0).random((2, 600, 4, 4))), tmp_path / "in.npz")

    def few_bytes():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))

    words = "batch", "in.npz", "-o", name, "--part", 200, "--workers", workers
    code, told = ended(command(words, cwd=tmp_path, preexec_fn=few_bytes))
    assert code == 2
    assert told.count("\n") == 1, told
    assert told.startswith(f"error: {name}: cannot write it: file too large; make room")
    assert [p.name for p in tmp_path.iterdir()] == ["in.npz"]


def test_a_place_where_nobody_may_write_is_told_in_one_line(source):
    for name, remedy in (("", "choose another name, or make it writable"), (".csv", "")):
        with pytest.raises(FileError) as caught:
            st.batch(source, f"/sys/strategic-out{name}", part=250)
        assert "\n" not in str(caught.value)
        assert "cannot write it: " in str(caught.value)
        assert remedy in str(caught.value)


def test_a_killed_worker_is_told_and_the_run_can_be_continued(source, calm, tmp_path):
    run = start(source, tmp_path / "out")
    go(run)
    while not list(tmp_path.glob("out/games/part-*")):
        time.sleep(0.005)
    run.send_signal(signal.SIGSTOP)
    for worker in children(run.pid):
        os.kill(worker, signal.SIGKILL)
    run.send_signal(signal.SIGCONT)
    code, told = ended(run)
    assert code == 1
    assert told.splitlines()[-1].endswith("finished parts are kept; run again with --resume")
    assert not list(tmp_path.rglob(".*"))
    assert st.batch(source, tmp_path / "out", part=250, resume=True, workers=2).kept >= 1
    assert contents(tmp_path / "out") == calm[0]
