"""Estimates laid out for people: the table, what it rests on, predicted beside observed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from strategic.estimation import Estimates, Recovery
from strategic.markup import Table
from strategic.reports.answer import Answer
from strategic.reports.blocks import Block, Figure
from strategic.reports.figures.estimates import draw_estimates, draw_predictions
from strategic.reports.words import amount
from strategic.status import Status

if TYPE_CHECKING:
    import pandas as pd

_MOST_ROWS = 40


def estimates_answer(found: Estimates) -> Answer:
    """Lay out what an estimation found.

    Examples
    --------
    >>> import strategic as st
    >>> from strategic.estimation import estimate
    >>> counts = {"player": ["inspector", "contractor"], "action": ["inspect", "work"],
    ...           "count": [30, 20]}
    >>> estimates_answer(estimate(st.load("inspection"), counts)).document["play"]
    'logit'
    """
    predicted = found.document()["predicted"]
    figures = [
        Figure(
            "estimates",
            "Estimates",
            "Dots are estimates, lines 95% intervals; a hollow dot is at a bound or infinite.",
            lambda: draw_estimates(found),
        )
    ]
    blocks = [Block("estimates", "Estimates", found.sentences(), [found.table()], figures=figures)]
    if predicted:
        shown = Figure(
            "predictions",
            "Predicted and observed",
            "On the diagonal the fit is perfect.",
            lambda: draw_predictions(predicted),
        )
        blocks.append(
            Block(
                "predicted", "Predicted beside observed", tables=[_frequencies(predicted)],
                figures=[shown],
            )
        )  # fmt: skip
    frame: pd.DataFrame = found.to_pandas()
    columns = {str(name): frame[name].tolist() for name in frame.columns}
    status = Status.OK if found.certified else Status.REACHED
    return Answer(found.document(), blocks, status, columns)


def recovery_answer(found: Recovery, size: int) -> Answer:
    """Lay out how well a truth is recovered, and what a study of this size can be expected to say.

    Examples
    --------
    >>> import strategic as st
    >>> from strategic.estimation import recover
    >>> found = recover(st.load("inspection"), truth={"rationality": 1.0}, samples=3)
    >>> recovery_answer(found, 100).document["samples"]
    3
    """
    document = {**found.document(), "size": size}
    sentences = [
        f"{len(found.estimates)} samples of size {size}, seed {found.seed}: means, biases and "
        "spreads are over samples with a finite estimate.",
        "Coverage is the share of samples whose 95% interval holds the truth, power the share "
        "whose interval does not hold 0.",
    ]
    return Answer(document, [Block("recovery", "Recovery", sentences, [found.table()])])


def _frequencies(rows: Sequence[Mapping[str, Any]]) -> Table:
    names = list(rows[0])
    body = [
        [amount(row[name]) if isinstance(row[name], float) else str(row[name]) for name in names]
        for row in rows[:_MOST_ROWS]
    ]
    more = len(rows) - _MOST_ROWS
    caption = f"The first {_MOST_ROWS} of {len(rows)} rows" if more > 0 else ""
    return Table(names, body, caption=caption)
