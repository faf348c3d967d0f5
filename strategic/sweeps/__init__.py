"""Measures over grids of parameters: sweeps at any scale, boundaries, comparisons, sensitivity.

A sweep evaluates measures on a grid; a boundary is where a measure changes; a comparison says what
mechanisms change, at which intensity; a sensitivity study shares out a measure's variance. All come
down to measuring one model at many points.

Examples
--------
>>> import strategic as st
>>> result = st.sweep(st.load("ai-mier"), {"relation.alignment": "0:1:3"}, "surplus")
>>> result["surplus"].sizes["relation.alignment"]
3
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from strategic.namespaces import listing, loaded_when_used

if TYPE_CHECKING:
    from strategic.executors import cluster
    from strategic.sweeps._bisection import Sides
    from strategic.sweeps._boundary import boundary
    from strategic.sweeps._compare import Comparison, Effect, compare, outcomes_of, rank_mechanisms
    from strategic.sweeps._files import is_sweep, open_sweep, write_sweep
    from strategic.sweeps._flips import Flips, nearest_flips
    from strategic.sweeps._from_rows import sweep_from_table
    from strategic.sweeps._intensities import Flip, Intensities, along_intensities
    from strategic.sweeps._layout import UNDEFINED, meanings, numbers, texts
    from strategic.sweeps._merge import merge_sweeps
    from strategic.sweeps._provenance import provenance
    from strategic.sweeps._regions import Regions, regions
    from strategic.sweeps._rows import SweepTable, sweep_table
    from strategic.sweeps._sensitivity import sensitivity
    from strategic.sweeps._summary import Summary, summarise
    from strategic.sweeps._sweep import sweep
    from strategic.sweeps._tables import bad_rows, guesses_of_points

_MODULE_OF = {
    "Comparison": "_compare",
    "Effect": "_compare",
    "Flip": "_intensities",
    "Flips": "_flips",
    "Intensities": "_intensities",
    "Regions": "_regions",
    "Sides": "_bisection",
    "Summary": "_summary",
    "SweepTable": "_rows",
    "UNDEFINED": "_layout",
    "along_intensities": "_intensities",
    "bad_rows": "_tables",
    "boundary": "_boundary",
    "cluster": ".executors",
    "compare": "_compare",
    "guesses_of_points": "_tables",
    "is_sweep": "_files",
    "meanings": "_layout",
    "merge_sweeps": "_merge",
    "nearest_flips": "_flips",
    "numbers": "_layout",
    "open_sweep": "_files",
    "outcomes_of": "_compare",
    "provenance": "_provenance",
    "rank_mechanisms": "_compare",
    "regions": "_regions",
    "sensitivity": "_sensitivity",
    "summarise": "_summary",
    "sweep": "_sweep",
    "sweep_from_table": "_from_rows",
    "sweep_table": "_rows",
    "texts": "_layout",
    "write_sweep": "_files",
}
"""Where each name lives."""

__all__ = [
    "UNDEFINED",
    "Comparison",
    "Effect",
    "Flip",
    "Flips",
    "Intensities",
    "Regions",
    "Sides",
    "Summary",
    "SweepTable",
    "along_intensities",
    "bad_rows",
    "boundary",
    "cluster",
    "compare",
    "guesses_of_points",
    "is_sweep",
    "meanings",
    "merge_sweeps",
    "nearest_flips",
    "numbers",
    "open_sweep",
    "outcomes_of",
    "provenance",
    "rank_mechanisms",
    "regions",
    "sensitivity",
    "summarise",
    "sweep",
    "sweep_from_table",
    "sweep_table",
    "texts",
    "write_sweep",
]

__getattr__ = loaded_when_used(__name__, _MODULE_OF)
__dir__ = listing(__all__)
