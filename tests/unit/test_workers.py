"""Workers answer in turn, say when they are gone, and are never left behind."""

import errno
import multiprocessing.connection
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from strategic.errors import WorkerError
from strategic.workers import can_fork, forked

pytestmark = pytest.mark.skipif(not can_fork(), reason="processes are forked on Linux only")


def test_a_worker_that_is_still_busy_is_not_left_behind():
    with forked(time.sleep, 2) as team:
        team[0].send(60)
        assert all(worker.process.is_alive() for worker in team)
    assert not any(worker.process.is_alive() for worker in team)


def test_a_result_that_cannot_be_sent_is_an_error_and_the_worker_goes_on():
    with forked(lambda task: task or iter(lambda: 0, 1), 1) as [worker]:
        worker.send(0)
        worker.send(5)
        with pytest.raises((TypeError, AttributeError, pickle.PicklingError)):
            worker.receive()
        assert worker.receive() == 5


def test_errors_come_back_with_where_they_were_raised():
    with forked(lambda task: 1 / task, 1) as [worker]:
        worker.send(0)
        with pytest.raises(ZeroDivisionError) as raised:
            worker.receive()
    assert "test_workers.py" in raised.value.__notes__[0]


def test_a_killed_worker_is_one_error_and_the_others_go_on():
    with forked(abs, 2) as (first, second):
        os.kill(first.process.pid, signal.SIGKILL)
        first.send(-1)
        second.send(-2)
        with pytest.raises(WorkerError, match="workers: a worker process ended before its work"):
            first.receive()
        assert second.receive() == 2


SCRIPT = """
import sys, time
from strategic.workers import forked

with forked(time.sleep, 2) as team:
    team[0].send(60)
    print(*(worker.process.pid for worker in team), flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_workers_end_with_their_parent_in_the_middle_of_a_task(number):
    words = [sys.executable, "-c", SCRIPT]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as parent:
        pids = parent.stdout.readline().split()
        parent.send_signal(number)
        parent.wait(timeout=30)
    deadline = time.monotonic() + 30
    while running(pids) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert len(pids) == 2
    assert not running(pids)


def test_an_ignored_sigterm_keeps_no_worker_alive():
    script = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)" + SCRIPT.replace(
        "time.sleep(60)", "sys.exit(3)"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as parent:
        pids = parent.stdout.readline().split()
        assert parent.wait(timeout=30) == 3
    assert len(pids) == 2
    assert not running(pids)


def test_a_stopped_worker_is_ended_too():
    with forked(time.sleep, 1) as [worker]:
        os.kill(worker.process.pid, signal.SIGSTOP)
    assert not worker.process.is_alive()


def test_interrupts_of_the_whole_group_are_the_parents():
    with forked(abs, 1) as [worker]:
        os.kill(worker.process.pid, signal.SIGINT)
        os.kill(worker.process.pid, signal.SIGHUP)
        worker.send(-1)
        assert worker.receive() == 1


def test_a_dead_worker_is_found_though_its_pipe_stays_open(monkeypatch):
    copies = []
    close = multiprocessing.connection.Connection.close

    def close_a_copy(pipe):  # the process of another thread, forked in the wrong moment, holds one
        copies.append(os.dup(pipe.fileno()))
        close(pipe)

    monkeypatch.setattr(multiprocessing.connection.Connection, "close", close_a_copy)
    with forked(abs, 1) as [worker]:
        os.kill(worker.process.pid, signal.SIGKILL)
        worker.send(-1)
        with pytest.raises(WorkerError):
            worker.receive()
    assert copies
    for number in copies:
        os.close(number)


class NeedsTwoError(Exception):
    def __init__(self, one, two):
        super().__init__(f"{one} and {two}")


class HoldsALockError(Exception):
    def __init__(self):
        super().__init__("held")
        self.lock = threading.Lock()


def raise_one(task):
    raise NeedsTwoError(1, 2) if task else HoldsALockError


@pytest.mark.parametrize(("task", "text"), [(0, "HoldsALockError: held"), (1, "1 and 2")])
def test_errors_that_cannot_travel_arrive_as_their_text(task, text):
    with forked(raise_one, 1) as [worker]:
        worker.send(task)
        # Some packages teach pickle to copy any error: then it is the error itself.
        with pytest.raises((RuntimeError, NeedsTwoError), match=text) as raised:
            worker.receive()
    assert "raise_one" in raised.value.__notes__[0]


def test_workers_that_cannot_be_started_are_one_error_and_the_started_ones_end(monkeypatch):
    real, forks = os.fork, []

    def fork():
        if len(forks) == 2:
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        forks.append(real())
        return forks[-1]

    monkeypatch.setattr(os, "fork", fork)
    with pytest.raises(WorkerError, match=r"cannot be started: Resource .*; use fewer workers"):
        forked(abs, 3).__enter__()
    assert len(forks) == 2
    assert not running([str(pid).encode() for pid in forks])


BUSY = """
import multiprocessing, sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
import numpy as np
import strategic as st
from strategic.equilibria.enumeration import _engine
from strategic.equilibria.enumeration.all_equilibria import AllEquilibria

_engine._WORTH_FORKING = 0.0
row, column = np.random.default_rng(0).integers(0, 9, (2, 600, 3, 3)).astype(float)

def work(_):
    found = st.solve(row, column, method=AllEquilibria(block=64), workers=2)
    model, over = st.load("ai-mier"), {"relation.alignment": "0:1:20"}
    swept = st.sweep(model, over, "surplus", workers=2, block=5)
    return found.game.tolist(), swept["surplus"].values.tolist()

if __name__ == "__main__":
    alone = work(0)
    if sys.argv[1] == "pool":
        with multiprocessing.get_context("fork").Pool(2) as pool:
            many = pool.map(work, range(4))
    else:
        kind = {"threads": ThreadPoolExecutor, "processes": ProcessPoolExecutor}[sys.argv[1]]
        with kind(4) as pool:
            many = list(pool.map(work, range(8)))
    print(all(found == alone for found in many), multiprocessing.active_children())
"""


@pytest.mark.parametrize("inside", ["pool", "threads", "processes"])
def test_games_and_sweeps_inside_of_workers_and_threads(inside, tmp_path):
    (tmp_path / "busy.py").write_text(BUSY)
    done = subprocess.run(
        [sys.executable, "busy.py", inside], cwd=tmp_path, capture_output=True, text=True,
        timeout=300, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "True []\n"), done.stderr


def test_only_the_main_thread_forks_and_only_while_no_other_is_inside_the_package():
    inside, leave = threading.Event(), threading.Event()

    def wait(_):
        inside.set()
        leave.wait(60)

    from strategic.blocks import map_blocks

    with ThreadPoolExecutor(1) as pool:
        assert not pool.submit(can_fork).result()
        assert can_fork()  # the other thread has nothing to do
        busy = pool.submit(lambda: list(map_blocks(wait, 1, size=1, workers=1)))
        inside.wait(60)
        assert not can_fork()
        leave.set()
        busy.result()
        assert can_fork()


def running(pids):
    states = []
    for pid in pids:
        try:
            text = Path(f"/proc/{pid.decode()}/stat").read_text()
        except OSError:
            continue
        states.append(text.rsplit(")", 1)[1].split()[0])
    return [state for state in states if state != "Z"]
