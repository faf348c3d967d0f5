"""What a section looks like on any face: a title, sentences, tables, figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from strategic.markup import Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Data = Mapping[str, Any]


@dataclass(frozen=True)
class Figure:
    """A figure that is drawn only by the faces that can show it.

    Parameters
    ----------
    name : str
        Unique in the report.
    title, description : str
        Shown under the figure, and read out by screen readers.
    draw : callable
        Makes the axes.
    """

    name: str
    title: str
    description: str
    draw: Callable[[], Axes]


@dataclass(frozen=True)
class Block:
    """One section, ready for the terminal or a page.

    Parameters
    ----------
    name, title : str
        Anchor and heading.
    sentences : sequence of str
        What the numbers mean.
    tables : sequence of Table
        The numbers.
    strip : sequence of str
        Lines of a fixed-width strip.
    notes : sequence of str
        How to read it.
    figures : sequence of Figure
        For pages.
    formulas : sequence of str
        Names of formulas the page writes out.
    detail : bool
        For reference: left out of the terminal, folded on a page.
    """

    name: str
    title: str
    sentences: Sequence[str] = ()
    tables: Sequence[Table] = ()
    strip: Sequence[str] = ()
    notes: Sequence[str] = ()
    figures: Sequence[Figure] = ()
    formulas: Sequence[str] = ()
    detail: bool = False
