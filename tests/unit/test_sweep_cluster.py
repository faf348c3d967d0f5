"""A Dask cluster that is lost: one line in good time, and a store that can be resumed."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time

import numpy as np
import pytest
from seeds import seeds

import strategic as st
from strategic.errors import MeasureError, WorkerError
from strategic.executors import _watch
from strategic.modelling import Family, Measure, Model, Parameter
from strategic.sweeps import cluster, open_sweep

distributed = pytest.importorskip("distributed")
pytestmark = pytest.mark.filterwarnings("default")  # how a cluster ends is not ours to judge
OVER = {"a": np.arange(12.0)}


def slow(points):
    time.sleep(0.1)
    return 2 * points["a"]


def slower(points):
    time.sleep(0.5)
    return 2 * points["a"]


def deadly(points):
    if (points["a"] == 3).any() and os.environ.get("DEADLY"):
        os._exit(1)
    return 2 * points["a"]


def wrong(points):
    raise ZeroDivisionError(f"by {points['a'][0]}")


FAMILY = Family(
    "clustered",
    "",
    {"a": Parameter("a", 0.0, "")},
    {},
    {f.__name__: Measure(f.__name__, f, "") for f in (slow, slower, deadly, wrong)},
)


def swept(path, measure, executor, **options):
    model = Model(FAMILY)
    return st.sweep(model, OVER, measure, out=path, block=1, executor=executor, **options)


def finish(path, measure):
    """Resume on this machine; nothing that was done is lost or torn."""
    whole = st.sweep(Model(FAMILY), OVER, measure, out=path, block=1, resume=True)
    np.testing.assert_array_equal(whole[measure].values, 2 * OVER["a"])


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_a_scheduler_that_goes_is_one_line_and_the_store_goes_on(
    running, tmp_path, monkeypatch, how
):
    monkeypatch.setattr(_watch, "PATIENCE", 3.0)
    path = tmp_path / "out.zarr"
    with running(1) as (address, team), cluster(address, timeout=60) as (executor, count):

        def close(done, _all):
            if done == 4:
                team[0].send_signal(how)

        with pytest.raises(WorkerError, match=r"the cluster is lost: .*run again with resume"):
            swept(path, "slow", executor, workers=count, progress=close)
    with pytest.warns(UserWarning, match="unfinished"):
        assert np.isfinite(open_sweep(path)["slow"].values).sum() >= 4
    finish(path, "slow")


def test_a_block_that_kills_its_workers_is_one_line_and_the_store_goes_on(tmp_path, monkeypatch):
    monkeypatch.setenv("DEADLY", "1")
    path = tmp_path / "out.zarr"
    made = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50
    )
    with (
        made,
        cluster(made.scheduler_address) as (executor, count),
        pytest.raises(WorkerError, match="several workers died over the same block"),
    ):
        swept(path, "deadly", executor, workers=count)
    monkeypatch.delenv("DEADLY")
    finish(path, "deadly")


def test_a_cluster_without_workers_is_given_up_in_time(running):
    with running(0) as (address, _):
        distributed.Client(address, timeout=60, set_as_default=False).close()  # it has started
        began = time.monotonic()
        with pytest.raises(WorkerError, match=r"scheduler: the cluster has no workers after 2 sec"):
            cluster(address, timeout=2).__enter__()
        assert time.monotonic() - began < 10


def test_a_cluster_whose_workers_go_away_is_given_up_in_time(running, tmp_path, monkeypatch):
    monkeypatch.setattr(_watch, "PATIENCE", 2.0)
    path = tmp_path / "out.zarr"
    with running(1) as (address, team), cluster(address, timeout=60) as (executor, count):

        def kill(done, _all):
            if done == 3:
                team[1].kill()

        with pytest.raises(WorkerError, match="the cluster is lost"):
            swept(path, "slow", executor, workers=count, progress=kill)
    finish(path, "slow")


def test_an_error_of_the_work_itself_stays_what_it_is(running, tmp_path):
    with (
        running(1) as (address, _),
        cluster(address, timeout=60) as (executor, count),
        pytest.raises(MeasureError, match=r"raised ZeroDivisionError: by 0\.0"),
    ):
        swept(tmp_path / "out.zarr", "wrong", executor, workers=count)


def test_a_lost_cluster_is_one_line_on_the_command_line(running, tmp_path):
    chunks = tmp_path / "out.zarr" / "surplus" / "c"
    with running(1) as (address, team):
        words = [sys.executable, "-m", "strategic", "sweep", "ai-mier", "--measure", "surplus",
                 "--over", "relation.alignment=0:1:400", "--block", "1", "-o",
                 str(tmp_path / "out.zarr"), "--scheduler", address]  # fmt: skip
        distributed.Client(address, timeout=60, set_as_default=False).close()  # it has started
        run = subprocess.Popen(words, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not (chunks.is_dir() and any(chunks.iterdir())):
            time.sleep(0.01)
        team[0].send_signal(signal.SIGTERM)
        _, said = run.communicate(timeout=90)
    errors = [line for line in said.splitlines() if line.strip() and "points " not in line]
    assert run.returncode == 2, said
    assert len(errors) == 1, said
    assert errors[0].startswith("error: scheduler: the cluster is lost"), said
    whole = st.sweep(
        st.load("ai-mier"), {"relation.alignment": "0:1:400"}, "surplus",
        out=tmp_path / "out.zarr", block=1, resume=True,
    )  # fmt: skip
    assert np.isfinite(whole["surplus"].values).all()


def test_another_server_at_the_address_is_no_scheduler():
    """A web server's answer is not taken for the length of a message, nor for a lack of memory."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer():
            while True:
                try:
                    taken, _ = server.accept()
                except OSError:
                    return
                with taken:
                    taken.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n" * 40)

        threading.Thread(target=answer, daemon=True).start()
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(WorkerError, match="scheduler"), cluster(address, timeout=3):
            pass


def test_a_scheduler_that_cannot_be_reached_is_one_line_and_nothing_at_the_end():
    """Nobody listens, or somebody who never answers: no traceback when the process ends."""
    code = (
        "import sys; from strategic.sweeps import cluster\n"
        "try:\n    with cluster(sys.argv[1], timeout=1): pass\n"
        "except ValueError as problem: sys.exit(f'error: {problem}')"
    )
    with socket.create_server(("127.0.0.1", 0)) as silent, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        for port in (silent.getsockname()[1], free.getsockname()[1]):
            run = [sys.executable, "-c", code, f"127.0.0.1:{port}"]
            done = subprocess.run(run, capture_output=True, text=True, check=False, timeout=60)
            (line,) = done.stderr.splitlines()
            assert line.startswith("error: scheduler: ")


def test_a_cluster_that_works_for_long_is_not_given_up(running, tmp_path, monkeypatch):
    """Recent schedulers tell how many workers they have without listing them."""
    monkeypatch.setattr(_watch, "PATIENCE", 1.0)
    with running(1) as (address, _), cluster(address, timeout=60) as (executor, _):
        found = swept(tmp_path / "out.zarr", "slower", executor)
    assert np.isfinite(found["slower"].values).all()


def content(store):
    files = sorted(path for path in store.rglob("*") if path.is_file())
    return {path.relative_to(store).as_posix(): path.read_bytes() for path in files}


@pytest.mark.parametrize("seed", seeds(2, 3))
def test_a_worker_and_then_the_scheduler_are_killed_and_the_bytes_are_the_same(
    running, tmp_path, monkeypatch, seed
):
    monkeypatch.setattr(_watch, "PATIENCE", 2.0)
    rng, whole, path = np.random.default_rng(seed), tmp_path / "whole.zarr", tmp_path / "out.zarr"
    st.sweep(Model(FAMILY), OVER, "slow", out=whole, block=1, workers=1)
    first = int(rng.integers(1, 5))
    moments = {first: int(rng.integers(1, 3)), first + int(rng.integers(1, 4)): 0}
    with running(2) as (address, team), cluster(address, timeout=60) as (executor, _):

        def kill(done, _all):
            if done in moments:
                team[moments.pop(done)].kill()

        with pytest.raises(WorkerError, match="the cluster is lost"):
            swept(path, "slow", executor, progress=kill)
    with running(1) as (address, _), cluster(address, timeout=60) as (executor, _):
        swept(path, "slow", executor, resume=True)
    assert content(path) == content(whole)
