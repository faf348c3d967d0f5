"""Growing and replacing stores: what is refused, what readers see, and what kills leave."""

import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import pytest

import strategic as st
from strategic.errors import FileError, SweepError
from strategic.sweeps import (
    _stored,
    _successor,
    cluster,
    merge_sweeps,
    open_sweep,
    write_sweep,
)
from strategic.sweeps._source import places_of

MODEL = st.relationship({"relation.alignment": 0.7})
PHI, RISK = "government.performance_competition", "relation.incident_risk"
OVER = {PHI: "0:1:11", RISK: "0:.5:6"}
FINER = {PHI: "0:1:21", RISK: "0:.5:11"}


def run(path, over=OVER, measures="surplus", model=MODEL, **options):
    return st.sweep(model, over, measures, out=path, block=20, workers=1, **options)


def content(path):
    files = (file for file in Path(path).rglob("*") if file.is_file())
    return {str(file.relative_to(path)): file.read_bytes() for file in files}


@pytest.fixture
def store(tmp_path):
    path = tmp_path / "out.zarr"
    run(path)
    return path


def alone(path):
    """Whether nothing lies beside a store."""
    return [entry.name for entry in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"over": {PHI: "0:1:10"}}, "out.zarr: government.performance_competition: lacks 9 of the "
         "11 values of the store, such as 0.1; name them too, or choose another output"),
        ({"over": {"relation.penalty": [0.1]}}, "relation.penalty: the store has no such axis"),
        ({"over": dict(reversed(FINER.items()))}, "order of axes: the store was made with"),
        ({"over": FINER, "model": MODEL.change({"relation.penalty": 0.3})},
         "relation.penalty: the store was made with 0.2 (got 0.3)"),
        ({"seed": 4}, "seed: the store was made with 0 (got 4)"),
        ({"model": st.load("hawk-dove"), "over": None, "measures": "equilibrium_count"},
         "family: the store was made with relationship (got 'game')"),
        ({"model": MODEL.with_mechanism("delegation", 0.5), "over": FINER},
         "delegation: the store was made with nothing (got 0.5)"),
        ({"over": FINER, "resume": True}, "resume and grow: exclude one another"),
    ],
)  # fmt: skip
def test_what_cannot_grow_is_refused_and_left_alone(store, change, text):
    before = content(store)
    with pytest.raises(SweepError) as raised:
        run(store, **{"grow": True, **change})
    assert text in str(raised.value)
    assert len(raised.value.problems) == 1
    assert content(store) == before
    assert alone(store)


def test_what_is_not_named_stays(store, tmp_path):
    run(store, {PHI: "0:1:21"}, "relationship_type", grow=True)
    run(tmp_path / "once.zarr", {PHI: "0:1:21", RISK: "0:.5:6"}, "surplus,relationship_type")
    assert content(store) == content(tmp_path / "once.zarr")
    run(store, None, "incident_limit,surplus,relationship_type", grow=True)
    run(tmp_path / "again.zarr", {PHI: "0:1:21", RISK: "0:.5:6"},
        "incident_limit,surplus,relationship_type")  # fmt: skip
    assert content(store) == content(tmp_path / "again.zarr")


@pytest.mark.parametrize("own", [False, True])
def test_a_table_grows_by_rows_and_measures(tmp_path, own):
    rng = np.random.default_rng(3)
    points = {
        "relation.alignment": rng.choice([0.1, 0.4, 3.0], 9),
        "county": [f"c {n % 5}" for n in range(9)],
        "year": rng.integers(2000, 2003, 9),
        **({"point": rng.permutation(50)[:9]} if own else {}),
    }
    grown, once = tmp_path / "grown.zarr", tmp_path / "once.zarr"
    some = {name: np.array(points[name])[[1, 2, 5, 8]] for name in points}
    run(grown, None, "surplus", points=some)
    run(grown, None, "relationship_type", grow=True)
    run(grown, None, "relationship_type,surplus", points=points, grow=True)
    run(once, None, "relationship_type,surplus", points=points)
    assert content(grown) == content(once)
    fewer = {name: points[name][1:] for name in points}
    with pytest.raises(SweepError, match="point: lacks 1 of the 9 values of the store, such as"):
        run(grown, None, points=fewer, grow=True)
    other = {name: points[name] for name in points if name != "year"}
    with pytest.raises(SweepError, match="point: the store has the columns"):
        run(grown, None, points=other, grow=True)


def test_places_of_rows_are_found_to_the_bit_each_as_often_as_it_comes():
    rng = np.random.default_rng(5)
    for _ in range(200):

        def drawn(size):
            values = rng.choice([0.0, -0.0, np.nan, np.inf, 1.5], size)
            words = rng.choice(np.array(["x", "y"], dtype=object), size)
            return {"v": values, "w": words, "n": rng.integers(0, 2, size)}

        def rows(columns):
            return list(zip(map(repr, columns["v"].tolist()), columns["w"], columns["n"].tolist(),
                            strict=True))  # fmt: skip

        wanted, stored = drawn(rng.integers(1, 9)), drawn(rng.integers(1, 9))
        left = dict(enumerate(rows(stored)))
        expected = []
        for row in rows(wanted):
            found = next((number for number, other in left.items() if other == row), -1)
            left.pop(found, None)
            expected.append(found)
        assert places_of(wanted, stored).tolist() == expected


def test_an_unfinished_and_damaged_store_grows_to_the_same(store, tmp_path):
    chunks = sorted(file for file in (store / "surplus" / "c").rglob("*") if file.is_file())
    chunks[1].unlink()
    chunks[2].write_bytes(chunks[2].read_bytes()[:-3])
    run(store, FINER, grow=True)
    run(tmp_path / "once.zarr", FINER)
    assert content(store) == content(tmp_path / "once.zarr")


@pytest.mark.parametrize("over", [OVER, FINER, {PHI: "0:1:3", RISK: "0:.5:2"}])
def test_a_store_stopped_before_its_first_block_grows(store, tmp_path, over):
    for entry in store.iterdir():
        if entry.is_dir():
            shutil.rmtree(entry)
    run(store, over, grow=True)
    run(tmp_path / "once.zarr", over)
    assert content(store) == content(tmp_path / "once.zarr")
    assert not list(tmp_path.glob(".*"))


def test_growth_on_a_cluster_writes_the_same_bytes(store, tmp_path):
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    measures = "surplus,relationship_type"
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        run(store, FINER, measures, grow=True, executor=pool)
    run(tmp_path / "once.zarr", FINER, measures)
    assert content(store) == content(tmp_path / "once.zarr")


@pytest.mark.filterwarnings("default")  # the cluster's own start and end are not ours to judge
def test_growth_on_dask_that_loses_a_worker_writes_the_same_bytes(store, tmp_path, running):
    pytest.importorskip("distributed")
    measures = "surplus,relationship_type"

    with running(2) as (address, team), cluster(address) as (executor, _):
        lost = []

        def lose(done, points):
            if done > points / 3 and not lost:
                lost.append(done)
                team[1].kill()

        run(store, FINER, measures, grow=True, executor=executor, progress=lose)
    assert lost
    run(tmp_path / "once.zarr", FINER, measures)
    assert content(store) == content(tmp_path / "once.zarr")


def test_growing_without_a_store_is_a_sweep(tmp_path, store):
    run(tmp_path / "new.zarr", grow=True)
    assert content(tmp_path / "new.zarr") == content(store)


def test_a_reader_has_the_old_store_until_it_reads_what_has_moved(store):
    before, read = open_sweep(store), open_sweep(store).load()
    told = []

    def look(done, total):
        told.append(done == total)
        assert open_sweep(store).load().identical(read)

    run(store, FINER, grow=True, progress=look)
    assert told[-1]
    with pytest.raises(FileError, match="another store has taken its place; open it again"):
        before["surplus"].load()
    assert open_sweep(store).sizes == {PHI: 21, RISK: 11}


@pytest.mark.parametrize("other", [FINER, {PHI: "0:.5:11", RISK: "0:.25:6"}])
def test_a_store_that_changes_while_it_is_opened_is_opened_again(store, monkeypatch, other):
    missing, calls = _stored._missing, []

    def changed(path, arrays):
        calls.append(path)
        if len(calls) == 1:
            run(store, other, force=True)
        return missing(path, arrays)

    monkeypatch.setattr(_stored, "_missing", changed)
    found = open_sweep(store).load()
    assert found.identical(st.sweep(MODEL, other, "surplus", block=20))


def test_replacing_needs_force_and_a_sweep(store, tmp_path):
    with pytest.raises(SweepError, match=r"out\.zarr: exists already; .*replace it with --force"):
        run(store, FINER)
    run(store, FINER, "relationship_type", force=True)
    run(tmp_path / "once.zarr", FINER, "relationship_type")
    assert content(store) == content(tmp_path / "once.zarr")
    photos = tmp_path / "photos.zarr"
    photos.mkdir()
    (photos / "cat.png").write_bytes(b"cat")
    for mode in ("force", "grow"):
        with pytest.raises(SweepError, match=r"photos\.zarr: is not a sweep"):
            run(photos, **{mode: True})
    assert content(photos) == {"cat.png": b"cat"}


@pytest.mark.parametrize("ending", [".nc", ".csv"])
def test_files_are_replaced_by_force_alone(tmp_path, ending):
    path = tmp_path / f"out{ending}"
    run(path)
    before = path.read_bytes()
    remedy = "exists already; replace it with --force, or choose another name"
    with pytest.raises(SweepError, match=remedy):
        run(path, FINER)
    assert path.read_bytes() == before
    run(path, FINER, force=True)
    assert path.read_bytes() != before
    with pytest.raises(SweepError, match=r"only a \.zarr store can be grown"):
        run(path, FINER, grow=True)


def test_a_read_only_store_is_not_replaced(store):
    before = content(store)
    store.chmod(0o555)
    with pytest.raises(FileError, match=r"out\.zarr: is read-only; choose another name"):
        run(store, FINER, grow=True)
    store.chmod(0o755)
    assert content(store) == before
    assert alone(store)


class Stopped(BaseException):
    """The moment at which a run is stopped."""


def stopped_after(steps, monkeypatch, act):
    """Act, stopped before a change of a name or a removal, as a kill would; count them."""
    done = []

    def counted(function):
        def step(*words, **options):
            if len(done) == steps:
                raise Stopped  # and again, whatever is tried after it
            done.append(function)
            return function(*words, **options)

        return step

    with monkeypatch.context() as patch:
        patch.setattr(_successor, "_exchange", counted(_successor._exchange))
        for name in ("rename", "unlink", "mkdir"):
            patch.setattr(Path, name, counted(getattr(Path, name)))
        patch.setattr(_successor.shutil, "rmtree", counted(_successor.shutil.rmtree))
        with suppress(Stopped):
            act()
    return len(done)


@pytest.mark.parametrize("mode", ["grow", "force"])
@pytest.mark.parametrize("atomic", [True, False])
def test_wherever_the_exchange_is_stopped_the_next_run_ends_it(
    store, tmp_path, monkeypatch, mode, atomic
):
    old, seen = content(store), []
    run(tmp_path / "once.zarr", FINER)
    new = content(tmp_path / "once.zarr")
    if not atomic:
        monkeypatch.setattr(_successor, "_exchanged_at_once", lambda *_: False)

    def act():
        run(store, FINER, **{mode: True})

    total = stopped_after(10**6, monkeypatch, act)
    for steps in range(total - 9, total):
        shutil.rmtree(store)
        run(store)
        assert content(store) == old
        assert stopped_after(steps, monkeypatch, act) == steps
        seen.append(content(store) if store.exists() else None)
        assert seen[-1] in ((old, new) if atomic else (old, new, None))
        act()
        assert content(store) == new
        assert {entry.name for entry in tmp_path.iterdir()} == {"out.zarr", "once.zarr"}
    assert seen[0] == old
    assert seen[-1] == new
    assert (None in seen) == (not atomic)


@contextmanager
def files_no_larger_than(size):
    """Let the disk be full for files beyond a size."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("size", [500, 4_000, 12_000])
def test_a_full_disk_leaves_the_old_store_and_growth_goes_on(tmp_path, size):
    def grow(path, step, **options):
        over = {"relation.alignment": f"0:1:{step}", "organisation.technology": "0:2:30"}
        measures = ["relationship_type", "surplus"]
        st.sweep(MODEL, over, measures, out=path, block=3000, workers=1, **options)

    path = tmp_path / "out.zarr"
    grow(tmp_path / "once.zarr", 201)
    grow(path, 101)
    before = content(path)
    for mode in ("grow", "force"):
        with (
            files_no_larger_than(size),
            pytest.raises(FileError, match=rf"out\.zarr: cannot write: .*run again with {mode}"),
        ):
            grow(path, 201, **{mode: True})
        assert content(path) == before
        assert not [name for name in content(tmp_path) if name.endswith(".partial")]
    assert open_sweep(path).sizes["relation.alignment"] == 101
    grow(path, 201, grow=True)
    assert content(path) == content(tmp_path / "once.zarr")
    assert {entry.name for entry in tmp_path.iterdir()} == {"out.zarr", "once.zarr"}
    with (
        files_no_larger_than(min(size, 4_000)),
        pytest.raises(FileError, match=r"merged\.zarr: cannot write"),
    ):
        merge_sweeps([path], tmp_path / "merged.zarr")
    assert {entry.name for entry in tmp_path.iterdir()} == {"out.zarr", "once.zarr"}


@pytest.mark.parametrize("ending", [".nc", ".csv", ".parquet", ".xlsx", ".zarr"])
def test_a_full_disk_leaves_no_half_of_a_file(tmp_path, ending):
    over = {"relation.alignment": "0:1:101", "organisation.technology": "0:2:30"}
    found = st.sweep(MODEL, over, ["relationship_type", "surplus"])
    path = tmp_path / f"out{ending}"
    with files_no_larger_than(2_000), pytest.raises(FileError, match=f"out{ending}: cannot write"):
        write_sweep(found, path)
    assert not list(tmp_path.iterdir())
    write_sweep(found.isel({"relation.alignment": [0]}), path)
    before = content(tmp_path)
    with files_no_larger_than(2_000), pytest.raises(FileError, match=f"out{ending}: cannot write"):
        write_sweep(found, path, force=True)
    assert content(tmp_path) == before


SCRIPT = """
import os, sys, time
import numpy as np
from strategic.modelling import Family, Measure, Model, Parameter
from strategic.sweeps import sweep

def slow(point):
    with open(sys.argv[2], "a") as log:
        log.write("".join(f"{value!r}\\n" for value in point["a"].tolist()))
    time.sleep(float(sys.argv[3]))
    return np.sin(1e3 * point["a"])

family = Family("slow", "", {"a": Parameter("a", 0.0, "")}, {}, {"b": Measure("b", slow, "")})
print("ready", flush=True)
sweep(Model(family), {"a": np.arange(0, 32, float(sys.argv[4]))}, "b", out=sys.argv[1], grow=True,
      block=1, workers=2)
"""


def start(folder, name, *, pause, step):
    script = folder / "script.py"
    script.write_text(SCRIPT)
    words = [sys.executable, script, folder / f"{name}.zarr", folder / f"{name}.log", pause, step]
    process = subprocess.Popen(list(map(str, words)), stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"ready\n"
    return process


def finish(process):
    assert process.wait(timeout=300) == 0
    process.stdout.close()


def check_kills(folder, *, kills, pause, step, longest):
    """Kill a growing run again and again; every time the store is the old one or the new one."""
    finish(start(folder, "calm", pause=0, step=step))
    finish(start(folder, "killed", pause=0, step=1))
    (folder / "killed.log").unlink()
    old, new = content(folder / "killed.zarr"), content(folder / "calm.zarr")
    rng, killed = random.Random(1), 0  # noqa: S311 - moments, not secrets
    for _ in range(kills):
        process = start(folder, "killed", pause=pause, step=step)
        time.sleep(rng.uniform(0, longest))
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            killed += 1
        process.wait()
        process.stdout.close()
        assert content(folder / "killed.zarr") in (old, new)
    finish(start(folder, "killed", pause=pause, step=step))
    assert content(folder / "killed.zarr") == new
    assert not list(folder.glob(".*"))
    computed = [float(line) for line in (folder / "killed.log").read_text().split()]
    assert not any(value.is_integer() for value in computed)  # old values were kept
    assert len(computed) <= 32 / step - 32 + 2 * killed
    return killed


def test_a_growing_run_killed_three_times_loses_nothing(tmp_path):
    assert check_kills(tmp_path, kills=3, pause=0.05, step=0.5, longest=0.4) == 3


@pytest.mark.slow
def test_a_growing_run_killed_twenty_times_loses_nothing(tmp_path):
    assert check_kills(tmp_path, kills=20, pause=0.05, step=0.0625, longest=0.6) == 20
