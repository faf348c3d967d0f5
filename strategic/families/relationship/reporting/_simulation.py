"""Simulated paths of one model, as a document, as a table of periods and in the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from strategic.families.relationship._sides import SIDES
from strategic.families.relationship._trust import REGIMES
from strategic.families.relationship.reporting._departments import (
    simulated_departments,
    simulated_departments_block,
)
from strategic.families.relationship.reporting._officials import (
    SUCCESSORS_NOTE,
    simulated_successors,
    successors_table,
)
from strategic.families.relationship.reporting.figures.simulation import draw_simulation
from strategic.markup import Table
from strategic.reports.answer import Answer
from strategic.reports.blocks import Block, Figure

if TYPE_CHECKING:
    from strategic.families.relationship._simulation import Simulation
    from strategic.modelling import Model

Data = Mapping[str, Any]
_SHOWN = 16


def simulation_document(model: Model, found: Simulation) -> dict[str, Any]:
    """Describe simulated paths of a single model.

    Examples
    --------
    >>> import strategic as st
    >>> model = st.load("ai-mier")
    >>> sorted(simulation_document(model, st.simulate(model, paths=2)))[:4]
    ['breakdown', 'by_department', 'by_successor', 'dates']
    """
    curve = found.survival
    return {
        "model": {"slug": model.slug or None, "title": model.title or None},
        "paths": found.paths,
        "periods": found.periods,
        "seed": found.seed,
        "dates": list(found.dates) or None,
        "regimes": {name: found.regimes[:, code] for code, name in enumerate(REGIMES)},
        "incidents": found.incidents,
        "trust": {side: _trust(found, place) for place, side in enumerate(SIDES)},
        "payoffs": {side: _payoffs(found, place) for place, side in enumerate(SIDES)},
        "breakdown": found.breakdown,
        "started": curve.started,
        "survival": {"estimate": curve.estimate, "low": curve.low, "high": curve.high},
        "opposed": found.opposed,
        "by_successor": simulated_successors(found),
        "by_department": simulated_departments(found),
        "examples": list(found.examples),
    }


def period_rows(found: Simulation) -> dict[str, Any]:
    """Lay a simulation of a single model out as columns, one row per period."""
    dates = found.dates or tuple(str(period) for period in range(found.periods))
    columns: dict[str, Any] = {"date": list(dates)}
    names = ("stalemate", "only_organisation", "only_government", "cooperation")
    columns |= {f"share_{name}": found.regimes[:, code] for code, name in enumerate(names)}
    columns["share_incident"] = found.incidents
    for place, side in enumerate(SIDES):
        columns |= {f"trust_{side}_{name}": value for name, value in _trust(found, place).items()}
        columns[f"payoff_{side}"] = found.payoff[place]
    curve = found.survival
    lasts = {"survival": curve.estimate, "survival_low": curve.low, "survival_high": curve.high}
    return columns | {name: values[1:] for name, values in lasts.items()}


def simulation_answer(model: Model, found: Simulation) -> Answer:
    """Tell what simulated paths of a single model did."""
    document = simulation_document(model, found)
    head = f"{document['paths']} paths of {document['periods']} periods, seed {document['seed']}"
    title = document["model"]["title"] or "Simulated paths"
    figure = Figure(
        "simulation",
        "Simulated paths",
        "Trust over time with the middle nine tenths of the paths, and who cooperates.",
        lambda: draw_simulation(found),
    )
    blocks = [
        Block("simulation", title, [f"{head}.", *_sentences(document)], figures=[figure]),
        Block(
            "periods",
            "",
            tables=[_periods(document)],
            notes=[
                "Both: share of the paths on which both cooperate. Trust: the median belief at "
                "the moment of choice, and the middle nine tenths of the paths."
            ],
        ),
    ]
    if started(document):
        note = "Probability that cooperation, once begun, lasts longer; 95% band."
        blocks.append(Block("survival", "", tables=[_lasting(document)], notes=[note]))
    if document["by_successor"]:
        table = successors_table(document["by_successor"])
        blocks.append(Block("officials", "", tables=[table], notes=[SUCCESSORS_NOTE]))
    if document["by_department"]:
        blocks.append(simulated_departments_block(document["by_department"]))
    blocks.append(Block("examples", "", lines=["Example paths: " + "  ".join(found.examples[:2])]))
    return Answer(document, blocks, columns=period_rows(found))


def started(document: Data) -> bool:
    """Whether cooperation begins on any path."""
    return float(document["started"]) > 0


def _trust(found: Simulation, side: int) -> dict[str, Any]:
    low, median, high = found.trust_band[:, side]
    return {"mean": found.trust_mean[side], "low": low, "median": median, "high": high}


def _payoffs(found: Simulation, side: int) -> dict[str, Any]:
    return {
        "value": found.value[side],
        "error": found.value_error[side],
        "by_period": found.payoff[side],
    }


def _sentences(document: Data) -> Iterator[str]:
    share = float(document["started"]) / document["paths"]
    yield f"Cooperation begins on {share:.1%} of the paths."
    if started(document):
        broken = float(document["breakdown"])
        yield f"It breaks down on {broken:.1%} of all paths within the horizon."
    for side in SIDES:
        pay = document["payoffs"][side]
        error = float(pay["error"])
        spread = "" if error != error else f" (standard error {error:.2g})"  # noqa: PLR0124 - NaN
        yield f"The {side} earns {float(pay['value']):.4f} per period on average{spread}."


def _periods(document: Data) -> Table:
    periods = document["periods"]
    dates = document["dates"] or [str(period) for period in range(periods)]
    header = ("period", "both", "government trusts", "organisation trusts")
    rows = [
        (
            dates[period],
            f"{document['regimes']['C'][period]:.3f}",
            *(_band(document["trust"][side], period, "median") for side in SIDES),
        )
        for period in range(0, periods, -(-periods // _SHOWN))
    ]
    return Table(header, rows, numbers=True)


def _lasting(document: Data) -> Table:
    curve, periods = document["survival"], document["periods"]
    known = [t for t in range(1, periods + 1) if float(curve["estimate"][t]) >= 0]
    rows = [
        (f"more than {t} period{'s' if t > 1 else ''}", _band(curve, t, "estimate"))
        for t in known[:: -(-len(known) // (_SHOWN // 2))]
    ]
    return Table(("lasts", "probability"), rows, numbers=True)


def _band(values: Data, place: int, middle: str) -> str:
    low, centre, high = (float(values[name][place]) for name in ("low", middle, "high"))
    return f"{centre:.3f} ({low:.2f} to {high:.2f})"
