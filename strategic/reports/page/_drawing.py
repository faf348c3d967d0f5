"""Figures of a page, drawn by all cores: drawing them takes longer than all else about a page."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from strategic.blocks import available_cores
from strategic.reports.blocks import Data, Figure
from strategic.reports.figures.style import in_style, inline_svg, is_wide

_FEWEST = 3
"""Figures that are worth a process, which loads the drawing library for itself."""
_MOST_HELPERS = 3


def drawn(figures: Sequence[Figure], prefix: str = "") -> list[Data]:
    """Draw figures; their bytes are the same whichever process draws them.

    Parameters
    ----------
    figures : sequence of Figure
        With names that are unique among them.
    prefix : str
        Put before names, where several reports share a page.
    """
    helpers = min(available_cores(), len(figures) - 1, 1 + _MOST_HELPERS) - 1
    if len(figures) >= _FEWEST and helpers > 0:
        from strategic.workers import can_fork

        if can_fork():
            return _shared(figures, prefix, helpers)
    return [_drawn(figure, prefix) for figure in figures]


def _shared(figures: Sequence[Figure], prefix: str, helpers: int) -> list[Data]:
    """Let helpers draw from the first figure on, and this process from the last one backwards."""
    from strategic.workers import forked

    made: dict[int, Data] = {}
    waiting = deque(range(len(figures)))
    with forked(lambda number: _drawn(figures[number], prefix), helpers) as team:
        busy = []
        for helper in team:
            busy.append((helper, waiting.popleft()))
            helper.send(busy[-1][1])
        while busy or waiting:
            if waiting:
                number = waiting.pop()
                made[number] = _drawn(figures[number], prefix)
            for helper, number in [one for one in busy if not waiting or one[0].pipe.poll()]:
                busy.remove((helper, number))
                made[number] = helper.receive()
                if waiting:
                    busy.append((helper, waiting.popleft()))
                    helper.send(busy[-1][1])
    return [made[number] for number in range(len(figures))]


def _drawn(figure: Figure, prefix: str) -> Data:
    ax = in_style(figure.draw)
    svg = inline_svg(
        ax,
        name=prefix + figure.name,
        title=figure.title,
        description=figure.description,
    )
    named = {"title": figure.title, "description": figure.description}
    return {"svg": svg, "wide": is_wide(ax), **named}
