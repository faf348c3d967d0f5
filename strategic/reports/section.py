"""What a report consists of: its sections, each registered once, and what a family adds to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from strategic.modelling import Model
from strategic.reports.answer import Answer
from strategic.reports.blocks import Block, Data

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
        Published work the section rests on, as a reader can cite it.

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


@dataclass(frozen=True)
class Reporting:
    """How the models of a family are reported.

    Parameters
    ----------
    sections : tuple of Section
        In the order of the report.
    verdict : callable, optional
        From the sections' data to the sentences that open the report.
    sliders : tuple of str
        Parameters of the explorer's sliders; the family's first three by default.
    readings : tuple of str
        Measures that the explorer shows.
    looks : mapping of str to Look
        How words look in every figure, table and explorer: labels of measures, actions, regimes.
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
    readings: tuple[str, ...] = ()
    looks: Mapping[str, Look] = field(default_factory=dict)
    glance: Mapping[str, Callable[[Data], str]] = field(default_factory=dict)
    replay: Callable[[Model, Sequence[str]], Answer] | None = None
    simulate: Callable[[Model, Any], Answer] | None = None
