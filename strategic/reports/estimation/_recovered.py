"""How well a truth is recovered, laid out: the table, what it says, and a figure of coverage."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from strategic.reports.blocks import Block, Figure
from strategic.reports.figures.recovery import draw_recovery
from strategic.reports.sections.provenance import provenance

if TYPE_CHECKING:
    from strategic.estimation import Recovery
    from strategic.modelling import Model
    from strategic.reports._report import Report


def recovery_report(model: Model, found: Recovery, size: int, asked: dict[str, Any]) -> Report:
    """Lay out how well a truth is recovered, and what a study of this size can be expected to say.

    Parameters
    ----------
    model : Model
        The game.
    found : Recovery
    size : int
        Of every sample.
    asked : dict
        Options, for the record.

    Examples
    --------
    >>> import strategic as st
    >>> model = st.load("inspection")
    >>> found = st.estimation.recover(model, truth={"rationality": 1.0}, samples=3)
    >>> recovery_report(model, found, 100, {}).document["samples"]
    3
    """
    from strategic.reports._report import Report

    title = model.title or model.slug or model.family.title
    document = {
        "model": {"slug": model.slug, "title": title, "kind": model.family.name},
        **found.document(),
        "size": size,
        "sentences": found.sentences(),
        "provenance": provenance(model, options=asked, seed=found.seed),
        "references": list(found.references().keys),
    }
    figure = Figure(
        "recovery",
        "Estimates around the truth",
        "Each dot is one sample's estimate less the truth, in units of their spread; the bar is "
        "the middle 95%.",
        partial(draw_recovery, found),
    )
    heading = f"Recovery of the truth by {found.play}, {size} per sample"
    block = Block("recovery", heading, found.sentences(), [found.table()], figures=[figure])
    return Report(model, document, [block])
