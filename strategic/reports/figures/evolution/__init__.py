"""Figures of populations that adapt: paths over time, cubes and squares of paths, basins, fans."""

from __future__ import annotations

from typing import TYPE_CHECKING

from strategic.namespaces import listing, loaded_when_used

if TYPE_CHECKING:
    from strategic.reports.figures.evolution._paths import DrawnPaths, Rest
    from strategic.reports.figures.evolution.basins import draw_basins
    from strategic.reports.figures.evolution.cube import draw_cube
    from strategic.reports.figures.evolution.over_time import draw_fan, draw_over_time, draw_stages
    from strategic.reports.figures.evolution.portraits import (
        draw_faces,
        draw_line,
        draw_square,
        draw_triangle,
    )

_MODULE_OF = {
    "DrawnPaths": "_paths",
    "Rest": "_paths",
    "draw_basins": "basins",
    "draw_cube": "cube",
    "draw_fan": "over_time",
    "draw_faces": "portraits",
    "draw_line": "portraits",
    "draw_over_time": "over_time",
    "draw_square": "portraits",
    "draw_stages": "over_time",
    "draw_triangle": "portraits",
}

__all__ = [
    "DrawnPaths",
    "Rest",
    "draw_basins",
    "draw_cube",
    "draw_faces",
    "draw_fan",
    "draw_line",
    "draw_over_time",
    "draw_square",
    "draw_stages",
    "draw_triangle",
]

__getattr__ = loaded_when_used(__name__, _MODULE_OF)
__dir__ = listing(__all__)
