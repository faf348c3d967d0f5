"""An analysis of estimates laid out: tables, sentences and figures, section by section."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from math import isfinite
from typing import TYPE_CHECKING, Any

from strategic.estimation.summary import free_numbers, header, numbers_table, sentences
from strategic.markup import Table
from strategic.reports.blocks import Block, Figure
from strategic.reports.estimation._paper_table import paper_table
from strategic.reports.figures.estimates import (
    draw_estimates,
    draw_posterior,
    draw_predictions,
    draw_profile,
)
from strategic.reports.words import amount

if TYPE_CHECKING:
    from strategic.reports.estimation._fitted import Fitted

_MOST_ROWS = 1000
_MOST_LINES = 16
"""Rows of predictions: all of them, folded on a page, and those shown at first."""
_MOST_FIGURES = 24


def blocks_of(made: Fitted) -> list[Block]:
    """Lay out the numbers, and then each thing that was asked besides."""
    return [
        _numbers(made),
        *_comparisons(made),
        *_profiles(made),
        *_posteriors(made),
        *_predictions(made),
    ]


def _numbers(made: Fitted) -> Block:
    fit = made.fit
    figure = Figure(
        "estimates",
        "Estimates",
        "Dots are estimates, lines 95% intervals (of a number told as an interval, what the data "
        "allow); a hollow dot is at a bound or infinite.",
        partial(draw_estimates, fit),
    )
    tables = [Table(["", ""], header(fit), caption="Fit"), numbers_table(fit)]
    return Block(
        "estimates",
        "Estimates",
        sentences(fit),
        tables,
        figures=[figure] if any(_drawn(one) for one in fit.parameters) else [],
        latex=[paper_table(fit)],
    )


def _drawn(one: Any) -> bool:
    return any(isfinite(value) for value in (one.estimate, one.low, one.high))


def _comparisons(made: Fitted) -> Iterator[Block]:
    if not made.others:
        return
    fits = [made.fit, *(other for other, _ in made.others)]
    rows = [
        [
            fit.play,
            free_numbers(fit),
            f"{fit.log_likelihood:.4f}",
            f"{fit.aic:.3f}",
            f"{fit.bic:.3f}",
        ]
        for fit in fits
    ]
    told = [f"Against {other.play}: {found.says}" for other, found in made.others]
    table = Table(["play", "free numbers", "log likelihood", "AIC", "BIC"], rows, numbers=True)
    yield Block("comparisons", "Against other ways of play", told, [table])


def _profiles(made: Fitted) -> Iterator[Block]:
    if not made.profiles:
        return
    rows, figures = [], []
    for number, (group, one) in enumerate(made.profiles):
        name = f"{one.name} ({group})" if group else one.name
        rows.append([name, amount(one.peak), *(_end(v) for v in (one.low, one.high))])
        figures.append(
            Figure(
                f"profile-{number}",
                f"Profile of {name}",
                "The highest log likelihood at each value, below its maximum; above the dashed "
                "line are the values of the 95% interval.",
                partial(draw_profile, one),
            )
        )
    said = ["At each value of the number all others are chosen best."]
    table = Table(["", "estimate", "95% low", "95% high"], rows, numbers=True)
    yield Block("profiles", "Profile likelihood", said, [table], figures=figures[:_MOST_FIGURES])


def _end(value: float) -> str:
    return f"{value:.6g}" if isfinite(value) else "none"


def _posteriors(made: Fitted) -> Iterator[Block]:
    if not made.posteriors:
        return
    told: list[str] = []
    rows: list[list[str]] = []
    figures: list[Figure] = []
    for group, one in made.posteriors.items():
        found = one.document()
        of = f" of {group}" if group else ""
        doubt = "" if found["reliable"] else "; too few: take more with --draws"
        told.append(
            f"{found['draws']:,} draws{of} by importance sampling are worth "
            f"{found['effective_draws']:,.0f} independent ones{doubt}; log evidence "
            f"{found['log_evidence']:.4f} (error {found['log_evidence_error']:.2g}), "
            f"seed {found['seed']}."
        )
        for entry in found["parameters"]:
            keys = ("mean", "deviation", "low", "high", "simulation_error")
            numbers = [f"{entry[key]:.4g}" for key in keys]
            name = f"{entry['name']} ({group})" if group else entry["name"]
            rows.append([name, *numbers, entry["prior"]])
            figures.append(
                Figure(
                    f"posterior-{len(figures)}",
                    f"Posterior of {name}",
                    "Density of the posterior, shaded over its 95% interval, its mean dotted, "
                    "and the prior in grey.",
                    partial(draw_posterior, one, entry["name"]),
                )
            )
    titles = ["", "mean", "deviation", "2.5%", "97.5%", "simulation error", "prior"]
    table = Table(titles, rows, numbers=True)
    yield Block("posterior", "Posterior", told, [table], figures=figures[:_MOST_FIGURES])


def _predictions(made: Fitted) -> Iterator[Block]:
    predicted = made.document["predicted"]
    if not predicted:
        return
    figure = Figure(
        "predictions",
        "Predicted and observed",
        "On the diagonal the fit is perfect; the choices farthest from it are named.",
        partial(draw_predictions, predicted),
    )
    title, table = "Predicted beside observed", _frequencies(predicted, _MOST_LINES)
    yield Block("predicted", title, tables=[table], figures=[figure])
    if len(predicted) > _MOST_LINES:
        whole = _frequencies(predicted, _MOST_ROWS)
        yield Block("every-prediction", f"{title}: every row", tables=[whole], detail=True)


def _frequencies(rows: Sequence[Mapping[str, Any]], most: int) -> Table:
    """Lay out predicted beside observed frequencies; of very many the first ones."""
    names = [name for name in rows[0] if any(row.get(name) not in ("", None) for row in rows)]
    if all(row.get("group") == row.get("game") for row in rows):  # divided by game
        names = [name for name in names if name != "group"]
    body = [[_cell(name, row.get(name)) for name in names] for row in rows[:most]]
    caption = f"The first {most} of {len(rows)} rows; JSON has all" if len(rows) > most else ""
    return Table(names, body, caption=caption)


def _cell(name: str, value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, float):
        return str(value)
    return f"{value:.10g}" if name == "count" else amount(value)
