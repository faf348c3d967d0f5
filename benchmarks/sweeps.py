"""Ten million points of two measures into a store: rate, memory, and what a second worker adds."""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks._lines import OURS, Wanted
from benchmarks._recorder import Bench, Timed
from strategic import relationship, sweep
from strategic.modelling import Model
from strategic.sweeps import open_sweep, summarise
from strategic.sweeps._evaluate import PIECE

MEASURES = ["relationship_type", "incident_limit"]
AXES = {"government.performance_competition": (0.0, 1.0), "relation.incident_risk": (0.0, 0.5)}
SIDE = 3163
"""Values of each axis: a little over ten million points."""


AT_MOST, SECOND_CORE, MEMORY = 1.5, 1.7, 1024
"""Times the kernels' own time; two workers beside one; megabytes in all processes."""


def run(bench: Bench) -> None:
    side = SIDE // 10 if bench.quick else SIDE
    model = relationship({"relation.alignment": 0.9})
    bench.title(f"{side**2:,} points of {' and '.join(MEASURES)} into a store, on the wall")
    kernels = _kernels(model, pieces=40)
    bench.race(
        "a store, one worker", {OURS: partial(_swept, model, side, 1), "kernels alone": kernels},
        unit="us per point", items={OURS: side**2}, clock="wall",
        wanted=Wanted(faster=1 / AT_MOST, than="kernels alone"),
    )  # fmt: skip
    bench.race(
        "a store, two workers",
        {OURS: partial(_swept, model, side, 2), "one worker": partial(_swept, model, side, 1)},
        unit="us per point", items=side**2, clock="wall", wanted=Wanted(faster=SECOND_CORE),
    )  # fmt: skip
    ours, theirs = (
        resource.getrusage(who).ru_maxrss / 1024
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    bench.value(
        "peak memory", ours + 2 * theirs, unit="MB in all processes", wanted=Wanted(most=MEMORY),
        told={"largest worker": f"{theirs:.0f} MB"},
    )  # fmt: skip


def _kernels(model: Model, *, pieces: int) -> Callable[[], Timed]:
    """Evaluate the measures themselves, over pieces of the grid that fit the cache."""
    measures = [model.family.measure(name) for name in MEASURES]
    starts = np.linspace(0, SIDE**2 - PIECE, pieces).astype(int)
    blocks = [_stretch(np.arange(start, start + PIECE)) for start in starts]

    def work() -> Timed:
        start = time.perf_counter()
        for block in blocks:
            point = model.points_at(block)
            for measure in measures:
                measure.compute(point)
        return Timed(time.perf_counter() - start, pieces * PIECE)

    return work


def _stretch(numbers: np.ndarray) -> dict[str, np.ndarray]:
    places = zip(AXES.items(), np.unravel_index(numbers, (SIDE, SIDE)), strict=True)
    return {name: np.linspace(*ends, SIDE)[place] for (name, ends), place in places}


def _swept(model: Model, side: int, workers: int) -> Timed:
    """Sweep into a store; what is checked afterwards is not counted."""
    over = {name: np.linspace(*ends, side) for name, ends in AXES.items()}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "out.zarr"
        start = time.perf_counter()
        sweep(model, over, MEASURES, out=path, workers=workers)
        seconds = time.perf_counter() - start
        counts = summarise(open_sweep(path))["relationship_type"]["counts"]
        if sum(counts.values()) != side**2 or "undefined" in counts:
            raise RuntimeError("points are missing")
    return Timed(seconds, side**2)
