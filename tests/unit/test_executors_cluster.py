"""Work on a real cluster, of which workers and the scheduler come and go."""

import itertools
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

import strategic as st
from strategic._version import __version__
from strategic.errors import WorkerError
from strategic.estimation import draw, recover
from strategic.executors import _watch, cluster, places, run_in_order
from strategic.repeated.strategies.tournament import simulated_round_robin

distributed = pytest.importorskip("distributed")
pytestmark = pytest.mark.filterwarnings("default")  # how a cluster ends is not ours to judge
MODEL = st.load("cooperation")
PATIENT = 60.0
"""Seconds for what takes two on a quiet machine."""


def slowly(number):
    time.sleep(0.1)
    return number**2


def until(done):
    """Give numbers until something has happened, and ten more."""
    deadline, more = time.monotonic() + PATIENT, 10
    for number in itertools.count():
        if more == 0:
            return
        assert time.monotonic() < deadline
        more -= done()
        yield number


def test_simulations_and_matches_are_the_same_on_a_cluster(running):
    with running(2) as (address, _), cluster(address, timeout=PATIENT) as (executor, _):
        there = st.simulate(MODEL, paths=30_000, periods=4, seed=3, executor=executor)
        matches = simulated_round_robin(["TFT", "AllD"], turns=9, noise=0.1, executor=executor)
    here = st.simulate(MODEL, paths=30_000, periods=4, seed=3)
    assert there.trust_band.tobytes() == here.trust_band.tobytes()
    assert there.value_error.tobytes() == here.value_error.tobytes()
    assert repr(there.survival) == repr(here.survival)
    alone = simulated_round_robin(["TFT", "AllD"], turns=9, noise=0.1)
    assert matches.payoffs.tobytes() == alone.payoffs.tobytes()


def test_workers_that_come_later_get_work_and_those_that_die_are_done_without(running):
    with running(1) as (address, team), cluster(address, timeout=PATIENT) as (executor, count):
        assert count == 1
        team.join()
        squares = []
        for square in run_in_order(
            slowly, until(lambda: team[1].poll() is not None), executor=executor
        ):
            squares.append(square)
            if places(executor) == 2 and team[1].poll() is None:
                team[1].kill()  # the first worker: the second does its block again
        assert len(squares) > 10
        assert squares == [n**2 for n in range(len(squares))]
        assert team[1].poll() is not None


def test_a_lost_scheduler_ends_a_simulation_in_one_line_in_time(running, monkeypatch):
    monkeypatch.setattr(_watch, "PATIENCE", 2.0)
    with running(1) as (address, team), cluster(address, timeout=PATIENT) as (executor, _):
        found = run_in_order(slowly, range(1000), executor=executor, remedy="run it again")
        next(found)
        team[0].send_signal(signal.SIGKILL)
        began = time.monotonic()
        with pytest.raises(WorkerError, match=r"scheduler: the cluster is lost: .*; run it again$"):
            list(found)
        assert time.monotonic() - began < 20
        with pytest.raises(WorkerError, match="scheduler: the cluster is lost"):
            st.simulate(MODEL, paths=9000, periods=3, executor=executor)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("raise ModuleNotFoundError(\"No module named 'strategic'\", name='strategic')",
         "strategic is not installed there .*; install version"),
        ("", f"has version 0.0.7 of strategic, and this process version {__version__}; install"),
    ],
    ids=["no package", "another version"],
)  # fmt: skip
def test_a_worker_without_this_version_is_one_line(running, tmp_path, content, told):
    package = tmp_path / "strategic"
    package.mkdir()
    (package / "__init__.py").write_text(content)
    (package / "_version.py").write_text("__version__ = '0.0.7'")
    with running(0) as (address, team):
        team.join(tmp_path)
        with pytest.raises(WorkerError, match=rf"tcp://127.0.0.1:\d+: {told}"):
            cluster(address, timeout=PATIENT).__enter__()
        team.join()
        team[1].kill()
        with cluster(address, timeout=PATIENT) as (executor, _):
            team.join(tmp_path)  # comes when work is under way: it cannot open it, and ends
            tasks = until(lambda: team[-1].poll() is not None)
            squares = list(run_in_order(slowly, tasks, executor=executor))
    assert squares == [n**2 for n in range(len(squares))]


def test_a_worker_with_another_numpy_is_told_of(running, monkeypatch):
    monkeypatch.setattr(np, "__version__", "1.0")
    with (
        running(1) as (address, _),
        pytest.warns(UserWarning, match=r"tcp://.* has numpy .*, and this process 1\.0: results"),
        cluster(address, timeout=PATIENT) as (executor, _),
    ):
        assert list(run_in_order(abs, [-1], executor=executor)) == [1]


def test_a_large_task_goes_through_without_a_word(running, recwarn):
    with running(1) as (address, _), cluster(address, timeout=PATIENT) as (executor, _):
        sent = [np.full(3_000_000, float(k)) for k in range(3)]
        assert list(run_in_order(np.sum, sent, executor=executor)) == [0.0, 3e6, 6e6]
    assert not [str(told.message) for told in recwarn if "graph" in str(told.message)]


def test_estimates_and_recoveries_are_the_same_on_a_cluster_and_a_lost_one_is_one_line(
    running, monkeypatch
):
    monkeypatch.setattr(_watch, "PATIENCE", 2.0)
    model = st.load("inspection")
    data = draw(model, play="logit", truth={"rationality": 1.5}, size=40, seed=1)
    asked = {"truth": {"rationality": 1.0}, "size": 20, "seed": 3}
    here = st.estimate(model, data, bootstrap=600)
    with running(2) as (address, team), cluster(address, timeout=PATIENT) as (executor, _):
        there = st.estimate(model, data, bootstrap=600, executor=executor)
        assert repr(there.parameters) == repr(here.parameters)
        found = recover(model, samples=9, executor=executor, **asked)
        assert repr(found.rows()) == repr(recover(model, samples=9, **asked).rows())

        def kill(done, _all):
            if done == 20:
                team[0].kill()

        with pytest.raises(WorkerError, match=r"the cluster is lost: .*; nothing is kept"):
            recover(model, samples=10**5, executor=executor, progress=kill, **asked)


def test_an_estimate_on_the_command_line_says_what_it_did_not_send(running, tmp_path):
    table = tmp_path / "choices.csv"
    table.write_text("player,action,count\ninspector,inspect,30\ncontractor,work,20\n")
    words = [sys.executable, "-m", "strategic", "estimate", "inspection", str(table)]

    def said(*more):
        run = subprocess.run([*words, *more], capture_output=True, text=True, check=False)
        return run.returncode, run.stdout, run.stderr

    code, alone, _ = said("--bootstrap", "20")
    assert code == 0
    with running(1) as (address, _):
        distributed.Client(address, timeout=PATIENT, set_as_default=False).close()
        assert said("--bootstrap", "20", "--scheduler", address) == (0, alone, "")
        code, _, notes = said("--scheduler", address)
        assert code == 0
        assert notes.startswith("nothing was sent to the cluster: one fit is one search; with --b")
