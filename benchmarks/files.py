"""Whole files of games: from parquet to parquet, beside solving and writing alone; peak memory.

``python -m benchmarks files`` takes ten million games, ``--large`` a hundred million besides.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import csv, parquet

from benchmarks._commands import STRATEGIC, peak_memory, timed_command
from benchmarks._lines import OURS, Wanted
from benchmarks._recorder import Bench, Timed, Work
from strategic.equilibria import solve
from strategic.games.matrix import payoff_columns

MILLION = 1_000_000
MANY, LARGE = 10 * MILLION, 100 * MILLION
BLOCK = 2**20
ALONE = "solver and plain stream"
"""The solver in memory, and after it the input read and written by pyarrow alone."""
MEMORY = 1.5 * 1024
FOLDER, FILE = "out", "out.parquet"
WANTS = ("count", "supports", "strategies")
BARE = "import pyarrow.parquet"


def run(bench: Bench) -> None:
    many = MILLION if bench.quick else MANY
    with tempfile.TemporaryDirectory(prefix="strategic-files-") as folder:
        place = Path(folder)
        _few(bench, place)
        source = _parquet(place / "games.parquet", (2, 2), many)
        bench.title(f"{many:,} random 2x2 games from parquet to parquet, two cores, on the wall")
        _answers(bench, place, source)  # first, so that bytecode is there when times count
        for out in (FOLDER, FILE):
            _beside(bench, place, source, many, out, rounds=2)
        for want in WANTS:
            ours = _batch(place, source, FOLDER, "--want", want)
            _race(bench, f"want {want} 2x2, to a folder", {OURS: ours}, many)
        _memory(bench, place, source, many)
        source.unlink()
        _other_sizes(bench, place, many)
        _other_files(bench, place, many // 10)
        if bench.large:
            _hundred_million(bench, place)


def _few(bench: Bench, place: Path) -> None:
    """Run a thousand games from csv, whose time is that of starting."""
    bench.title("A thousand 2x2 games from csv, on the wall, bytecode compiled before")
    source = _csv(place / "few.csv", (2, 2), 1000)
    works = {
        OURS: _batch(place, source, "few.out.csv"),
        BARE: timed_command([sys.executable, "-c", BARE], place, "wall"),
    }
    bench.race("1,000 games from csv to csv", works, unit="s per run", clock="wall")


def _hundred_million(bench: Bench, place: Path) -> None:
    bench.title(f"{LARGE:,} random 2x2 games from parquet to parquet, two cores, on the wall")
    source = _parquet(place / "large.parquet", (2, 2), LARGE)
    for out in (FOLDER, FILE):
        _beside(bench, place, source, LARGE, out, rounds=1)
    _memory(bench, place, source, LARGE)
    source.unlink()


def _beside(bench: Bench, place: Path, source: Path, games: int, out: str, *, rounds: int) -> None:
    works = {OURS: _batch(place, source, out), ALONE: partial(_alone, place, source, games)}
    bench.race(
        f"{games:,} games, {_to(out)}", works, unit="us per game", items=games, clock="wall",
        rounds=rounds, wanted=Wanted(faster=1.0, than=ALONE) if games >= MANY else (),
        told=lambda answers: {
            "input": _size(source), "output": _size(place / out),
            **{name: f"{seconds:.2f} s" for name, seconds in answers[ALONE].items()},
        },
    )  # fmt: skip
    _removed(place / out)


def _to(out: str) -> str:
    return "to a folder" if out == FOLDER else "to one file"


def _alone(place: Path, source: Path, games: int) -> Timed:
    """Solve games in memory with two workers; read the file and write it, doing nothing else.

    Of more games than fit memory, the first ten million are solved as often as need be.
    """
    held = min(games, MANY)
    payoffs = _payoffs_of(source, held)
    start = time.perf_counter()
    solve(*payoffs, workers=2)
    solver = (time.perf_counter() - start) * games / held
    del payoffs
    copy = place / "copy.parquet"
    start = time.perf_counter()
    with parquet.ParquetFile(source) as file:
        plain = {"compression": "zstd", "compression_level": 1, "use_dictionary": False}
        with parquet.ParquetWriter(copy, file.schema_arrow, **plain) as writer:
            for block in file.iter_batches(BLOCK):
                writer.write_batch(block)
    stream = time.perf_counter() - start
    copy.unlink()
    return Timed(solver + stream, answer={"solver": solver, "stream": stream})


def _payoffs_of(source: Path, games: int) -> np.ndarray:
    """Read the first games of a file of 2x2 games as arrays."""
    payoffs, done = np.empty((2, games, 2, 2)), 0
    with parquet.ParquetFile(source) as file:
        for block in file.iter_batches(BLOCK):
            taken = min(block.num_rows, games - done)
            for number, column in enumerate(block.columns):
                player, cell = divmod(number, 4)
                into = payoffs[player, done : done + taken].reshape(taken, 4)
                into[:, cell] = column.to_numpy()[:taken]
            done += taken
            if done == games:
                break
    return payoffs


def _answers(bench: Bench, place: Path, source: Path) -> None:
    """Compare what the files hold with what `solve` gives in memory."""
    for out in (FOLDER, FILE):
        _batch(place, source, out)()
        found = parquet.read_table(place / out / "equilibria" if out == FOLDER else place / out)
        wrong = compared = first = 0
        with parquet.ParquetFile(source) as file:
            for block in file.iter_batches(BLOCK):
                payoffs = np.stack(block.columns, axis=-1).reshape(-1, 2, 2, 2).swapaxes(0, 1)
                here = solve(*payoffs, workers=1)
                rows = found.slice(compared, len(here.game))
                wrong += _differences(rows, here, first)
                compared, first = compared + len(here.game), first + block.num_rows
        bench.check(f"rows {_to(out)} are those of solve", wrong + abs(len(found) - compared),
                    compared)  # fmt: skip
        _removed(place / out)


def _differences(rows: pa.Table, here: object, first: int) -> int:
    """Count rows that differ in any column, to the last bit."""
    columns = {
        "game": here.game + first,
        **{f"row_{a}": here.row[:, a] for a in (0, 1)},
        **{f"column_{a}": here.column[:, a] for a in (0, 1)},
        "payoff_row": here.payoffs[:, 0],
        "payoff_column": here.payoffs[:, 1],
        "regret": here.regret,
        "index": here.index,
    }
    differ = np.zeros(len(here.game), dtype=bool)
    for name, wanted in columns.items():
        found = rows[name].to_numpy()
        differ |= ~((found == wanted) | (np.isnan(found) & np.isnan(wanted)))
    return int(differ.sum())


def _memory(bench: Bench, place: Path, source: Path, games: int) -> None:
    for out in (FOLDER, FILE):
        _removed(place / out)
        peak = peak_memory(_command(source, out), place)
        _removed(place / out)
        if peak is None:
            bench.left_out("peak memory, which this system does not tell")
            return
        bench.value(
            f"peak memory, {games:,} games, {_to(out)}", peak / 2**20,
            unit="MiB in all processes", wanted=Wanted(most=MEMORY),
        )  # fmt: skip


def _other_sizes(bench: Bench, place: Path, many: int) -> None:
    bench.title("Larger games from parquet to a folder")
    for size, games in ((3, many // 5), (4, many // 10)):
        source = _parquet(place / f"games{size}.parquet", (size, size), games)
        payoffs = np.random.default_rng(size).random((2, games, size, size))
        alone = partial(solve, *payoffs, workers=2)
        works = {OURS: _batch(place, source, FOLDER), "solver alone": alone}
        _race(bench, f"{size}x{size}, to a folder", works, games)
        source.unlink()


def _other_files(bench: Bench, place: Path, games: int) -> None:
    bench.title(f"{games:,} 2x2 games in other files, to parquet")
    for write in (_csv, _npz):
        name = write.__name__.removeprefix("_")
        source = write(place / f"games.{name}", (2, 2), games)
        _race(bench, f"{name}, to a folder", {OURS: _batch(place, source, FOLDER)}, games)
        source.unlink()


def _race(bench: Bench, case: str, works: dict[str, Work], games: int) -> None:
    bench.race(case, works, unit="us per game", items=games, clock="wall", rounds=2)


def _command(source: Path, out: str, *further: str) -> list[str]:
    return [*STRATEGIC, "batch", str(source), "-o", out, "--workers", "2", *further]


def _batch(place: Path, source: Path, out: str, *further: str) -> Callable[[], Timed]:
    timed = timed_command(_command(source, out, *further), place, "wall")

    def work() -> Timed:
        _removed(place / out)
        return timed()

    return work


def _removed(out: Path) -> None:
    """Take away the output of a run, and what stands beside it."""
    for path in (out, out.with_suffix(f".games{out.suffix}")):
        if path.is_dir():
            shutil.rmtree(path)
        path.unlink(missing_ok=True)


def _size(path: Path) -> str:
    files = [path] if path.is_file() else path.rglob("*.parquet")
    return f"{sum(file.stat().st_size for file in files) / 1e6:.0f} MB"


def _random(shape: tuple[int, int], games: int) -> Iterator[pa.RecordBatch]:
    names, rng = payoff_columns(shape), np.random.default_rng(0)
    for start in range(0, games, BLOCK):
        columns = rng.random((len(names), min(BLOCK, games - start)))
        yield pa.RecordBatch.from_arrays(list(map(pa.array, columns)), names=names)


def _parquet(path: Path, shape: tuple[int, int], games: int) -> Path:
    """Write random games as Arrow does when it is told nothing."""
    schema = pa.schema([(name, pa.float64()) for name in payoff_columns(shape)])
    with parquet.ParquetWriter(path, schema) as writer:
        for block in _random(shape, games):
            writer.write_batch(block)
    return path


def _csv(path: Path, shape: tuple[int, int], games: int) -> Path:
    csv.write_csv(pa.Table.from_batches(_random(shape, games)), path)
    return path


def _npz(path: Path, shape: tuple[int, int], games: int) -> Path:
    row, column = np.random.default_rng(0).random((2, games, *shape))
    np.savez(path, row=row, column=column)
    return path
