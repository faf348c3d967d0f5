"""What a report consists of: its sections, each registered once, and what a family adds to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from strategic.modelling import Model, Points
from strategic.reports.answer import Answer
from strategic.reports.blocks import Block, Data
from strategic.reports.brief import Brief, usual_brief
from strategic.reports.words import amount

if TYPE_CHECKING:
    from strategic.reports.looks import Look


def _always(_model: Model) -> bool:
    return True


@dataclass(frozen=True)
class Section:
    """One key of the analysis, and how it is shown in every output format.

    Parameters
    ----------
    name : str
        The key of the document.
    describe : callable
        From a model and a seed to plain data; ``sentences`` in it say what the numbers mean.
    layout : callable
        From that data and the model to a `Block`.
    applies : callable
        Whether a model has this section; every model by default.
    references : tuple of str
        Published work the section rests on: keys of `strategic.papers`, or, of what is not
        registered there, references as a reader can cite them.
    beside : bool
        Whether it takes long, and as long beside the others as after them: it is described in a
        process of its own where there is a core for it.

    Examples
    --------
    >>> import strategic as st
    >>> prices = Section(
    ...     "prices",
    ...     lambda model, seed: {"price": 2.0},
    ...     lambda data, model: Block("prices", "Prices", [f"The price is {data['price']:g}."]),
    ... )
    >>> prices.layout(prices.describe(st.load("hawk-dove"), 0), st.load("hawk-dove")).sentences
    ['The price is 2.']
    """

    name: str
    describe: Callable[[Model, int], Any]
    layout: Callable[[Any, Model], Block]
    applies: Callable[[Model], bool] = _always
    references: tuple[str, ...] = ()
    beside: bool = False


@dataclass(frozen=True)
class Reading:
    """One line of the explorer: what is read off at every position of the sliders.

    Parameters
    ----------
    name : str
        A measure of the family; or any name, where ``texts`` finds what is read.
    label : str
        The reading in plain words, as reports have it.
    write : callable
        From a number of the measure to text: "never" where a report says never.
    texts : callable, optional
        From `Points` to one text per point, in place of a measure.
    of_path : bool
        Whether it needs dated events and a horizon; a measure says so itself.
    strip : bool
        Whether each character of the text is one period, shown in its look.

    Examples
    --------
    >>> Reading("price", "price of a loaf", lambda value: f"{value:.2f}").write(2)
    '2.00'
    """

    name: str
    label: str
    write: Callable[[float], str] = amount
    texts: Callable[[Points], Any] | None = None
    of_path: bool = False
    strip: bool = False


@dataclass(frozen=True)
class Reporting:
    """How the models of a family are reported.

    Parameters
    ----------
    sections : tuple of Section
        In the order of the report.
    verdict : callable, optional
        From the sections' data, and under ``verdict`` the family's verdict where it has one, to
        the sentences that open the report.
    sliders, path_sliders : tuple of str
        Parameters of the explorer's sliders, the first two of them the axes of its map; the
        family's first three by default. The second choice is for models with a path.
    readings : tuple of str or Reading
        What the explorer shows; the name of a measure stands for its name in words.
    mapped : str
        Name of the reading that the explorer's map opens on where it changes anywhere; the one
        that tells most by default.
    looks : mapping of str to Look
        How words look in every figure, table and explorer: labels of measures, actions, regimes.
    brief : callable, optional
        From a report's document, its blocks by name and the model to a `Brief`: the report on one
        page. Without it, one is made of what the report has.
    glance : mapping of str to callable
        Questions of the comparison of several models: from a report's document to a short answer.
    replay : callable, optional
        From a model and the events to leave out to an `Answer` about its path.
    simulate : callable, optional
        From a model and its simulated paths to an `Answer`.

    Examples
    --------
    >>> from strategic.reports.sections import CLAIMS, GAME, PARAMETERS
    >>> Reporting((GAME, CLAIMS, PARAMETERS), readings=("price",)).readings
    ('price',)
    """

    sections: tuple[Section, ...]
    verdict: Callable[[Data], list[str]] | None = None
    sliders: tuple[str, ...] = ()
    path_sliders: tuple[str, ...] = ()
    readings: tuple[str | Reading, ...] = ()
    mapped: str = ""
    looks: Mapping[str, Look] = field(default_factory=dict)
    brief: Callable[[Data, Mapping[str, Block], Model], Brief] = usual_brief
    glance: Mapping[str, Callable[[Data], str]] = field(default_factory=dict)
    replay: Callable[[Model, Sequence[str]], Answer] | None = None
    simulate: Callable[[Model, Any], Answer] | None = None
