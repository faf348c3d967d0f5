"""What tests share: reproducible hypothesis runs without a clock, clusters on loopback."""

import os
import random
import socket
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "gate",
    deadline=None,
    derandomize=True,
    max_examples=50,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("gate")


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave the generators of stored oracle values alone; they need programs tests do not."""
    if collection_path.suffix != ".py" or collection_path.name == "conftest.py":
        return None
    return None if collection_path.name.startswith("test_") else True


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Let a worker that has finished take over tests: some files take far longer than others."""
    if config.getoption("dist") != "load":  # asked for something else
        return None
    from xdist.scheduler import WorkStealingScheduling

    return WorkStealingScheduling(config, log)


class Team(list):
    """The processes of a Dask cluster on loopback: its scheduler, then its workers."""

    def __init__(self, places, port):
        super().__init__()
        self.places, self.address = places, f"tcp://127.0.0.1:{port}"
        self.start("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", str(port))

    def join(self, path=None):
        """Start one more worker, which looks for its packages in a folder first."""
        places = [] if path is None else [str(path)]
        words = "distributed.cli.dask_worker", self.address, "--no-nanny", "--nthreads", "1"
        self.start(*words, places=places)

    def start(self, *words, places=()):
        command = [sys.executable, "-P", "-m", *words, "--no-dashboard"]
        env = {**os.environ, "PYTHONPATH": os.pathsep.join([*places, *self.places])}
        self.append(subprocess.Popen(command, stderr=subprocess.DEVNULL, env=env))

    def end(self):
        for process in self:
            process.kill()
        for process in self:
            process.wait()


def free_port():
    """Find a port below those of outgoing connections, which take one before a scheduler is up."""
    for port in random.sample(range(10_000, 30_000), 100):
        with socket.socket() as free, suppress(OSError):
            free.bind(("127.0.0.1", port))
            return port
    raise OSError("no free port below 30,000 was found")


@pytest.fixture
def running(request):
    """Give what runs a cluster, ``with running(2) as (address, team)``, on a port of its own."""

    @contextmanager
    def cluster(workers, *, port=None):
        team = Team([str(request.path.parent), *sys.path], port or free_port())
        try:
            for _ in range(workers):
                team.join()
            yield team.address, team
        finally:
            team.end()

    return cluster
