"""Ten million points of two measures into a store: rate, memory, and what a second worker adds."""

from __future__ import annotations

import os
import resource
import tempfile
import time
from pathlib import Path

import numpy as np

from strategic import relationship, sweep
from strategic.modelling import Measure, Model
from strategic.sweeps import open_sweep, summarise
from strategic.sweeps._evaluate import PIECE

MEASURES = ["relationship_type", "incident_limit"]
AXES = {"government.performance_competition": (0.0, 1.0), "relation.incident_risk": (0.0, 0.5)}
SIDE = 3163
"""Values of each axis: a little over ten million points."""
REPEATS = 3


def run(*, quick: bool) -> None:
    side = SIDE // 10 if quick else SIDE
    model = relationship({"relation.alignment": 0.9})
    print(f"{side**2:,} points of {' and '.join(MEASURES)}; load {os.getloadavg()[0]:.1f}:")
    alone = _kernels(model)
    print(f"  the kernels alone, one core:   {alone:12,.0f} points a second")
    rates, busy = {}, {}
    for workers in (1, 2):
        rates[workers], busy[workers] = _best(model, side, workers)
        share = workers * alone / rates[workers]
        print(
            f"  a store, {workers} worker(s):         {rates[workers]:12,.0f} points a second, "
            f"{share:.2f} times the kernels' own time (at most 1.5)"
        )
    print(f"  two workers against one:       {rates[2] / rates[1]:12.2f} (at least 1.7)")
    print(
        f"  processor seconds:             {busy[1]:.1f} by one worker, {busy[2]:.1f} by two: "
        f"{2 * busy[1] / busy[2]:.2f} times as fast on two free cores"
    )
    ours, theirs = (
        resource.getrusage(who).ru_maxrss / 1024
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    print(
        f"  peak memory: {ours:.0f} MB here and {theirs:.0f} MB in the largest worker, "
        f"{ours + 2 * theirs:.0f} MB in all (at most 1024)"
    )


def _kernels(model: Model) -> float:
    """Points a second of the measures themselves, over pieces of the grid that fit the cache."""
    measures = [model.family.measure(name) for name in MEASURES]
    return max(_timed(model, measures, pieces=40) for _ in range(REPEATS))


def _timed(model: Model, measures: list[Measure], *, pieces: int) -> float:
    starts = np.linspace(0, SIDE**2 - PIECE, pieces).astype(int)
    blocks = [_stretch(np.arange(start, start + PIECE)) for start in starts]
    start = time.perf_counter()
    for block in blocks:
        point = model.points_at(block)
        for measure in measures:
            measure.compute(point)
    return pieces * PIECE / (time.perf_counter() - start)


def _stretch(numbers: np.ndarray) -> dict[str, np.ndarray]:
    places = zip(AXES.items(), np.unravel_index(numbers, (SIDE, SIDE)), strict=True)
    return {name: np.linspace(*ends, SIDE)[place] for (name, ends), place in places}


def _best(model: Model, side: int, workers: int) -> tuple[float, float]:
    """Points a second and processor seconds, the best of a few runs: others may be at work here."""
    rates, busy = zip(*(_swept(model, side, workers) for _ in range(REPEATS)), strict=True)
    return max(rates), min(busy)


def _swept(model: Model, side: int, workers: int) -> tuple[float, float]:
    over = {name: np.linspace(*ends, side) for name, ends in AXES.items()}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "out.zarr"
        start, busy = time.perf_counter(), _processor_seconds()
        sweep(model, over, MEASURES, out=path, workers=workers)
        seconds, busy = time.perf_counter() - start, _processor_seconds() - busy
        counts = summarise(open_sweep(path))["relationship_type"]["counts"]
        if sum(counts.values()) != side**2 or "undefined" in counts:
            raise RuntimeError("points are missing")
    return side**2 / seconds, busy


def _processor_seconds() -> float:
    return sum(os.times()[:4])  # of this process and of the workers that have ended
