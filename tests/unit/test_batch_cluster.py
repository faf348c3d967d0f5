"""Batches on executors and real clusters: the bytes of a run at home, whatever dies on the way."""

import signal
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from seeds import seeds

from strategic.batches import batch
from strategic.errors import FileError, UsageError, WorkerError
from strategic.executors import _watch, cluster
from strategic.games import families, write

PATIENT = 60.0
PART = 500


@pytest.fixture(scope="module")
def games(tmp_path_factory):
    path = tmp_path_factory.mktemp("games") / "games.npz"
    write(families.random_games((3, 3), 6_250, rng=0), path)
    return path


@pytest.fixture(scope="module")
def whole(games, tmp_path_factory):
    """The bytes of a run on this machine."""
    out = tmp_path_factory.mktemp("whole") / "out"
    batch(games, out, part=PART, workers=1)
    return content(out)


def content(folder):
    files = sorted(path for path in Path(folder).rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.mark.parametrize("shared", [False, True], ids=["sent", "shared"])
@pytest.mark.parametrize("kind", [ProcessPoolExecutor, ThreadPoolExecutor])
def test_any_executor_writes_the_same_bytes(games, whole, tmp_path, monkeypatch, kind, shared):  # noqa: PLR0917
    monkeypatch.chdir(games.parent)  # relative paths are those of this process
    with kind(2) as pool:
        found = batch(games.name, tmp_path / "out", part=PART, executor=pool, shared=shared)
    assert content(tmp_path / "out") == whole
    assert found.games == 6_250


@pytest.mark.parametrize("ending", ["parquet", "csv"])
@pytest.mark.parametrize("shared", [False, True], ids=["sent", "shared"])
def test_one_file_is_the_same_through_any_executor(games, tmp_path, ending, shared):
    asked = {"part": PART, "sample": 2000, "seed": 3}
    batch(games, tmp_path / f"here.{ending}", workers=1, **asked)
    with ProcessPoolExecutor(2) as pool:
        batch(games, tmp_path / f"there.{ending}", executor=pool, shared=shared, **asked)
    here, there = ({p.name.replace(name, ""): p.read_bytes() for p in tmp_path.glob(f"{name}*")}
                   for name in ("here", "there"))  # fmt: skip
    assert len(here) == 2
    assert here == there


@pytest.mark.parametrize("shared", [False, True], ids=["sent", "shared"])
@pytest.mark.parametrize("ending", ["csv", "npz"])
def test_holes_among_the_parts_are_filled_whether_games_can_be_looked_up_or_not(
    tmp_path, ending, shared
):
    source, whole, out = (tmp_path / name for name in (f"games.{ending}", "whole", "out"))
    write(families.random_games((2, 2), 3000, rng=0), source)
    asked = {"part": 400, "method": "logit", "rationality": 2.0}
    batch(source, whole, workers=1, **asked)
    with ProcessPoolExecutor(2) as pool:
        batch(source, out, executor=pool, shared=shared, **asked)
        for number in (1, 2, 5):
            (out / f"games/part-{number:06d}.parquet").unlink()
        found = batch(source, out, executor=pool, shared=shared, resume=True, **asked)
    assert (found.kept, found.parts) == (5, 8)
    assert content(out) == content(whole)


def test_what_no_worker_can_see_is_refused(tmp_path):
    with ThreadPoolExecutor(1) as pool, pytest.raises(UsageError, match=r"shared: .*--shared"):
        batch("-", tmp_path / "out", executor=pool, shared=True)
    with pytest.raises(UsageError, match="shared: is about workers elsewhere"):
        batch("games.npz", tmp_path / "out", shared=True)


def killed_at(team, moments, which):
    """Make a progress that ends processes of a cluster when so many games are done."""

    def progress(done, _all):
        while moments and done >= moments[0]:
            moments.pop(0)
            team[which.pop(0)].send_signal(signal.SIGKILL)

    return progress


@pytest.mark.filterwarnings("default")  # how a cluster ends is not ours to judge
@pytest.mark.parametrize("seed", seeds(2, 3))
def test_a_worker_and_then_the_scheduler_are_killed_and_the_bytes_are_the_same(  # noqa: PLR0917
    running, games, whole, tmp_path, monkeypatch, seed
):
    pytest.importorskip("distributed")
    monkeypatch.setattr(_watch, "PATIENCE", 2.0)
    rng, out, shared = np.random.default_rng(seed), tmp_path / "out", seed % 2 == 1
    first = int(rng.integers(PART, 3_000))
    with running(2) as (address, team), cluster(address, timeout=PATIENT) as (executor, _):
        stop = killed_at(
            team, [first, first + int(rng.integers(2_000))], [int(rng.choice([1, 2])), 0]
        )
        asked = {"part": PART, "executor": executor, "shared": shared}
        began = time.monotonic()
        with pytest.raises(WorkerError, match=r"the cluster is lost: .*run again with --resume$"):
            batch(games, out, progress=stop, **asked)
        assert time.monotonic() - began < PATIENT
    kept = content(out)
    assert any(name.startswith("games/") for name in kept)
    parts = [name for name in kept if not name.startswith("_")]  # the manifest tells if it is done
    assert [name for name in parts if kept[name] != whole[name]] == []  # nothing is torn
    with running(1) as (address, _), cluster(address, timeout=PATIENT) as (executor, _):
        found = batch(games, out, part=PART, executor=executor, resume=True)
    assert content(out) == whole
    assert 0 < found.kept < found.parts


def test_files_that_workers_do_not_see_are_told_in_one_line(games, tmp_path):
    """Workers elsewhere look for the same path on their own disk."""
    copy = tmp_path / "gone.npz"
    copy.write_bytes(games.read_bytes())

    class Elsewhere(ThreadPoolExecutor):
        def submit(self, function, /, *given, **named):
            copy.unlink(missing_ok=True)
            return super().submit(function, *given, **named)

    with Elsewhere(1) as pool, pytest.raises(FileError, match=r"gone\.npz") as told:
        batch(copy, tmp_path / "out", part=PART, executor=pool, shared=True)
    assert "\n" not in str(told.value)
