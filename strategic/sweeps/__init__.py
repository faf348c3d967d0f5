"""Measures over grids: sweeps at any scale, boundaries, sensitivity."""

from strategic.sweeps.boundaries import boundary
from strategic.sweeps.executor import cluster
from strategic.sweeps.files import meanings, open_sweep, texts
from strategic.sweeps.run import sweep
from strategic.sweeps.sensitivity import sensitivity
from strategic.sweeps.summary import summarise

__all__ = [
    "boundary",
    "cluster",
    "meanings",
    "open_sweep",
    "sensitivity",
    "summarise",
    "sweep",
    "texts",
]
