"""Workers answer in turn, say when they are gone, and are never left behind."""

import os
import pickle
import signal
import subprocess
import sys
import time
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


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
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


def running(pids):
    states = []
    for pid in pids:
        try:
            text = Path(f"/proc/{pid.decode()}/stat").read_text()
        except OSError:
            continue
        states.append(text.rsplit(")", 1)[1].split()[0])
    return [state for state in states if state != "Z"]
