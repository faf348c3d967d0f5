"""What is shown of a section in any output format: a title, sentences, tables, figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from strategic.markup import Table

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes

Data = Mapping[str, Any]
VERDICT = "story"
"""Name of the sentences that open a report."""
WARNINGS = "warnings"
"""Name of the sentences about numbers that make the answers of a report doubtful."""


@dataclass(frozen=True)
class Figure:
    """A figure that only the formats that can show it draw.

    Parameters
    ----------
    name : str
        Unique in the report.
    title, description : str
        Shown under the figure, and read out by screen readers.
    draw : callable
        Makes the axes.
    alone : bool
        Left out where several models are compared side by side.

    Examples
    --------
    >>> from strategic.reports.figures.style import new_axes
    >>> figure = Figure("empty", "Nothing", "Axes without a line.", draw=new_axes)
    >>> figure.draw().has_data()
    False
    """

    name: str
    title: str
    description: str
    draw: Callable[[], Axes]
    alone: bool = False

    def save(self, path: str | Path) -> None:
        """Write the figure as PNG, SVG or PDF; the ending says which."""
        from strategic.reports.figures.style import in_style, save_figure

        save_figure(in_style(self.draw), path)

    def _repr_html_(self) -> str:
        from strategic.reports.figures.style import in_style, notebook_html

        return notebook_html(in_style(self.draw), title=self.title, description=self.description)


@dataclass(frozen=True)
class Block:
    """One section of an answer, ready for the terminal, a page or a paper.

    Parameters
    ----------
    name, title : str
        Anchor and heading; without a title there is no heading.
    sentences : sequence of str
        What the numbers mean, one bullet each.
    lines : sequence of str
        Text of fixed width, printed as it is: maps, strips of periods, worked steps.
    drawn : bool
        Whether the figures show what the lines do: a page then leaves the lines out.
    letters : str
        Characters that stand for periods in ``lines``; pages show words of them in their looks.
    tables : sequence of Table
        The numbers; columns that are empty in all rows are left out.
    notes : sequence of str
        How to read it.
    figures : sequence of Figure
        For pages.
    formulas : sequence of str
        Formulas in MathML, for pages.
    legend : str
        What their letters mean.
    equations : sequence of str
        Formulas in LaTeX, for papers.
    latex : sequence of str
        What papers in LaTeX show in place of the tables, where these hold formulas.
    detail : bool
        For reference: left out of the terminal, folded on a page, and in papers only where it
        holds equations.

    Examples
    --------
    >>> Block("prices", "Prices", ["They rise."], [Table(["good", "price"], [["fish", "2"]])]).title
    'Prices'
    """

    name: str
    title: str
    sentences: Sequence[str] = ()
    tables: Sequence[Table] = ()
    lines: Sequence[str] = ()
    notes: Sequence[str] = ()
    figures: Sequence[Figure] = ()
    formulas: Sequence[str] = ()
    equations: Sequence[str] = ()
    latex: Sequence[str] = ()
    detail: bool = False
    letters: str = ""
    legend: str = ""
    drawn: bool = False

    def __post_init__(self) -> None:
        """Leave out columns of tables that say nothing."""
        object.__setattr__(self, "tables", [table.filled() for table in self.tables])
