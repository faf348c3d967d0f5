"""The store: the same bytes whoever computes, whatever interrupts, and refusals that say why."""

import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

import strategic as st
from strategic.errors import FileError, SweepError, WorkerError
from strategic.sweeps import cluster, open_sweep

MODEL = st.relationship({"relation.alignment": 0.7})
OVER = {"government.performance_competition": "0:1:40", "relation.incident_risk": "0:.5:25"}
MEASURES = ["relationship_type", "incident_limit"]
BLOCK = 100


def run(path, model=MODEL, over=OVER, measures=MEASURES, **options):
    return st.sweep(model, over, measures, out=path, block=BLOCK, **options)


def content(path):
    files = (file for file in path.rglob("*") if file.is_file())
    return {str(file.relative_to(path)): file.read_bytes() for file in files}


@pytest.fixture
def whole(tmp_path):
    """A store that was written in one go by one worker, and its content."""
    path = tmp_path / "whole.zarr"
    run(path, workers=1)
    return content(path)


@pytest.mark.parametrize("workers", [2, 5])
def test_any_number_of_workers_writes_the_same_bytes(tmp_path, whole, workers):
    run(tmp_path / "other.zarr", workers=workers)
    assert content(tmp_path / "other.zarr") == whole


@pytest.mark.filterwarnings("default")  # the cluster's own start and end are not ours to judge
def test_a_cluster_of_two_workers_writes_the_same_bytes(tmp_path, whole):
    distributed = pytest.importorskip("distributed")
    local = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50
    )
    with local, cluster(local.scheduler_address) as (executor, count):
        assert count == 2
        run(tmp_path / "other.zarr", executor=executor, workers=count)
    assert content(tmp_path / "other.zarr") == whole


def test_a_scheduler_that_is_not_there_is_an_error():
    pytest.importorskip("distributed")
    with pytest.raises(WorkerError, match="scheduler: no scheduler answers there"):
        cluster("tcp://127.0.0.1:1", timeout=0.3).__enter__()


def test_the_store_is_a_labelled_dataset(tmp_path, whole):
    del whole
    stored = open_sweep(tmp_path / "whole.zarr")
    made = st.sweep(MODEL, OVER, MEASURES, block=BLOCK)
    assert stored.load().identical(made)


def drop_everything(path):
    shutil.rmtree(path)


def keep_an_empty_folder(path):
    shutil.rmtree(path)
    path.mkdir()


def tear_the_root(path):
    for entry in path.iterdir():
        if entry.name != "zarr.json":
            shutil.rmtree(entry)
    (path / "zarr.json").write_bytes((path / "zarr.json").read_bytes()[:50])


def lose_an_array(path):
    shutil.rmtree(path / "incident_limit")


def lose_a_coordinate(path):
    shutil.rmtree(path / "relation.incident_risk")


def lose_chunks(path):
    shutil.rmtree(path / "relationship_type" / "c" / "3")


def tear_a_chunk(path):
    chunk = next(file for file in (path / "incident_limit" / "c").rglob("*") if file.is_file())
    chunk.write_bytes(chunk.read_bytes()[:-3])


def empty_a_chunk(path):
    chunk = next(file for file in (path / "incident_limit" / "c").rglob("*") if file.is_file())
    chunk.write_bytes(b"")


def leave_a_part_behind(path):
    (path / "incident_limit" / "c" / "0" / "0.f00.partial").write_bytes(b"half a chunk")
    shutil.rmtree(path / "relationship_type" / "c" / "0")


def nothing(path):
    del path


@pytest.mark.parametrize(
    "damage",
    [
        drop_everything, keep_an_empty_folder, tear_the_root, lose_an_array, lose_a_coordinate,
        lose_chunks, tear_a_chunk, empty_a_chunk, leave_a_part_behind, nothing,
    ],
)  # fmt: skip
def test_resuming_whatever_is_left_gives_the_same_bytes(tmp_path, whole, damage):
    path = tmp_path / "whole.zarr"
    damage(path)
    run(path, resume=True)
    assert content(path) == whole


def test_resuming_a_finished_store_computes_nothing(tmp_path, whole):
    del whole
    told = []
    run(tmp_path / "whole.zarr", resume=True, progress=lambda *now: told.append(now))
    assert told == [(1000, 1000)]


def test_an_existing_store_is_refused_and_left_alone(tmp_path, whole):
    path = tmp_path / "whole.zarr"
    with pytest.raises(SweepError, match=r"whole\.zarr: exists already; continue it with --resume"):
        run(path)
    assert content(path) == whole


FINER = {**OVER, "relation.incident_risk": "0:.5:26"}
OTHER_VALUES = {**OVER, "relation.incident_risk": "0:.4:25"}
TURNED = dict(reversed(OVER.items()))


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"model": MODEL.change({"relation.penalty": 0.3})}, "relation.penalty: the store was "
         "made with 0.2 (got 0.3)"),
        ({"model": MODEL.with_mechanism("delegation", 0.5)}, "delegation: the store was made with "
         "nothing (got 0.5)"),
        ({"over": FINER}, "relation.incident_risk: the store was made with 25 from 0 to 0.5"),
        ({"over": OTHER_VALUES}, "got '25 from 0 to 0.4"),
        ({"over": TURNED}, "order of axes"),
        ({"measures": ["relationship_type"]}, "measures: the store was made with "
         "relationship_type incident_limit (got 'relationship_type')"),
        ({"seed": 1}, "seed: the store was made with 0 (got 1)"),
    ],
)  # fmt: skip
def test_resuming_another_sweep_is_refused_and_says_what_differs(tmp_path, whole, change, text):
    with pytest.raises(SweepError) as raised:
        run(tmp_path / "whole.zarr", resume=True, **change)
    assert text in str(raised.value)
    assert len(raised.value.problems) == 1
    assert content(tmp_path / "whole.zarr") == whole


def test_resuming_with_another_version_is_refused(tmp_path, whole):
    del whole
    root = tmp_path / "whole.zarr" / "zarr.json"
    document = json.loads(root.read_text())
    document["attributes"]["strategic_version"] = "0.0.1"
    root.write_text(json.dumps(document))
    with pytest.raises(
        SweepError, match=r"version: the store was made with 0\.0\.1 .*; make it anew with force"
    ):
        run(tmp_path / "whole.zarr", resume=True)


def test_resuming_after_the_models_file_changed_is_refused(tmp_path):
    text = (
        'title = "Hunt"\nkind = "game"\nplayers = ["a", "b"]\nactions = [["x", "y"], ["x", "y"]]\n'
    )
    text += "payoffs = [[[{}, 0], [1, 1]], [[2, 1], [0, 1]]]\n[parameters.v]\nvalue = 1\n"
    text += 'bounds = [0, 9]\nmeaning = "gain"\n'
    file = tmp_path / "hunt.toml"
    file.write_text(text.format('"2*v"'))
    options = {"over": {"v": "0:1:3"}, "measures": "equilibrium_count"}
    run(tmp_path / "out.zarr", model=st.load(file), **options)
    file.write_text(text.format('"2*v**2"'))
    with pytest.raises(SweepError, match=r"another state of the model's file.*; make it anew with"):
        run(tmp_path / "out.zarr", model=st.load(file), resume=True, **options)


@pytest.mark.parametrize("resume", [False, True])
def test_a_folder_of_something_else_is_never_touched(tmp_path, resume):
    path = tmp_path / "photos.zarr"
    path.mkdir()
    (path / "cat.png").write_bytes(b"cat")
    with pytest.raises(SweepError, match=r"exists already|is not a sweep"):
        run(path, resume=resume)
    assert content(path) == {"cat.png": b"cat"}


@contextmanager
def files_no_larger_than(size):
    """Let the disk be full for files beyond a size."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("size", [1_000, 16_000])
def test_a_full_disk_keeps_what_is_good_and_can_be_resumed(tmp_path, size):
    def big(path, **options):
        over = {"relation.alignment": "0:1:200", "organisation.technology": "0:2:30"}
        st.sweep(MODEL, over, ["relationship_type", "surplus"], out=path, block=3000, **options)

    big(tmp_path / "whole.zarr")
    whole = content(tmp_path / "whole.zarr")
    path = tmp_path / "full.zarr"
    with (
        files_no_larger_than(size),
        pytest.raises(FileError, match=r"full\.zarr: cannot write: .*; make room"),
    ):
        big(path)
    assert not list(path.rglob("*.partial"))
    assert content(path).items() < whole.items()
    kept = [name for name in content(path) if name.startswith("relationship_type/c/")]
    assert bool(kept) == (size > 10_000)
    big(path, resume=True)
    assert content(path) == whole


SCRIPT = """
import os, sys, time
import numpy as np
from strategic.modelling import Family, Measure, Model, Parameter
from strategic.sweeps import sweep

def slow(point):
    line = f"{os.getpid()} {point['a'].min()!r}\\n"
    with open(sys.argv[2], "a") as log:
        log.write(line)
    time.sleep(float(sys.argv[3]))
    return np.sin(1e3 * point["a"])

family = Family("slow", "", {"a": Parameter("a", 0.0, "")}, {}, {"b": Measure("b", slow, "")})
print("ready", flush=True)
sweep(Model(family), {"a": range(int(sys.argv[4]))}, "b", out=sys.argv[1], resume=True, block=1,
      workers=2)
"""


def start(folder, name, *, pause, blocks):
    script = folder / "script.py"
    script.write_text(SCRIPT)
    words = [sys.executable, script, folder / f"{name}.zarr", folder / f"{name}.log", pause, blocks]
    process = subprocess.Popen(list(map(str, words)), stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"ready\n"
    return process


def finish(process):
    assert process.wait(timeout=300) == 0
    process.stdout.close()


def log_of(folder, name):
    log = folder / f"{name}.log"
    return [line.split() for line in log.read_text().splitlines()] if log.exists() else []


def alive(pids):
    return [pid for pid in pids if _state(pid) != "Z"]


def _state(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return "Z"


def check_kills(folder, *, kills, pause, blocks, longest):
    """Kill a run again and again, let the last one finish, and account for every block."""
    finish(start(folder, "calm", pause=0, blocks=blocks))
    rng, killed = random.Random(1), 0  # noqa: S311 - moments, not secrets
    for _ in range(kills):
        process = start(folder, "killed", pause=pause, blocks=blocks)
        time.sleep(rng.uniform(0, longest))
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            killed += 1
        process.wait()
        process.stdout.close()
    finish(start(folder, "killed", pause=pause, blocks=blocks))
    assert killed == kills
    assert content(folder / "killed.zarr") == content(folder / "calm.zarr")
    times = Counter(value for _, value in log_of(folder, "killed"))
    assert len(times) == blocks
    assert sum(times.values()) <= blocks + 2 * killed
    workers = {pid for pid, _ in log_of(folder, "killed")}
    deadline = time.monotonic() + 30
    while alive(workers) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not alive(workers)


def test_a_run_killed_twice_loses_nothing_and_repeats_at_most_a_block_a_worker(tmp_path):
    check_kills(tmp_path, kills=2, pause=0.05, blocks=24, longest=0.4)


@pytest.mark.slow
def test_a_run_killed_twenty_five_times_loses_nothing(tmp_path):
    check_kills(tmp_path, kills=25, pause=0.03, blocks=600, longest=0.6)


def test_a_killed_worker_is_an_error_and_the_store_can_be_resumed(tmp_path):
    finish(start(tmp_path, "calm", pause=0, blocks=24))
    process = start(tmp_path, "killed", pause=0.1, blocks=24)
    while not log_of(tmp_path, "killed"):
        time.sleep(0.02)
    os.kill(int(log_of(tmp_path, "killed")[0][0]), signal.SIGKILL)
    assert process.wait(timeout=60) == 1
    process.stdout.close()
    finish(start(tmp_path, "killed", pause=0, blocks=24))
    assert content(tmp_path / "killed.zarr") == content(tmp_path / "calm.zarr")


def test_a_bounded_amount_of_work_is_in_hand(tmp_path):
    del tmp_path
    from concurrent.futures import Future

    from strategic.executors import run_blocks

    class Lazy:
        """Runs a task when its result is asked for."""

        def __init__(self):
            self.most = self.open = 0

        def submit(self, function, *given):
            self.open += 1
            self.most = max(self.most, self.open)
            future = Future()
            future.set_result(function(*given))
            return future

    lazy, seen = Lazy(), []
    for number, result in run_blocks(abs, ((n, -n) for n in range(9)), executor=lazy, workers=3):
        lazy.open -= 1
        seen.append((number, result))
    assert sorted(seen) == [(n, n) for n in range(9)]
    assert lazy.most == 3


def test_large_and_small_grids_have_blocks_that_depend_on_the_grid_alone():
    from strategic.sweeps._axes import axes_of
    from strategic.sweeps._grid import grid_of
    from strategic.sweeps._tiling import LARGEST_BLOCK

    big = grid_of(MODEL, axes_of({"relation.penalty": np.linspace(0, 1, 10**7)}))
    assert max(big.tiling.block_shape) <= LARGEST_BLOCK
    assert big.tiling.count == 153
    assert grid_of(MODEL, axes_of({"relation.penalty": "0:1:100"})).tiling.count == 1
