"""A sensitivity study: shares of variance by parameter, and each parameter moved alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.markup import Table
from strategic.papers import references
from strategic.reports import figures
from strategic.reports.answer import Answer
from strategic.reports.blocks import Block, Data, Figure
from strategic.reports.words import spoken
from strategic.sweeps import meanings, provenance, texts

if TYPE_CHECKING:
    import xarray


def sensitivity_answer(study: xarray.Dataset) -> Answer:
    """Describe a sensitivity study: indices by output and parameter, and one at a time.

    Examples
    --------
    >>> import strategic as st
    >>> over = {"relation.alignment": (0, 1)}
    >>> study = st.sensitivity(st.load("ai-mier"), over, "surplus", draws=64)
    >>> list(sensitivity_answer(study).document["outputs"][0]["parameters"][0])
    ['name', 'first', 'first_error', 'total', 'total_error']
    """
    document: dict[str, Any] = {n: study.attrs[n] for n in ("measure", "draws", "seed", "finite")}
    document["outputs"] = [_output(study.isel(output=n)) for n in range(study.sizes["output"])]
    document["base"] = _value(study["base"])
    moved = range(study.sizes["parameter"])
    document["one_at_a_time"] = [_alone(study.isel(parameter=row)) for row in moved]
    document["provenance"] = provenance(study)
    document["references"] = list(references(study).keys)
    evaluations = document["draws"] * (study.sizes["parameter"] + 2)
    sentences = [f"Based on {evaluations:,} evaluations, seed {document['seed']}."]
    if document["finite"] < 1:
        label = bool(meanings(study["base"]))
        sentences.append(
            f"Only {document['finite']:.1%} of the draws give a defined label; the others count as "
            "none of the labels."
            if label
            else f"Only {document['finite']:.1%} of the draws give a finite value: the indices of "
            "a number are undefined. Narrow the ranges, or study a label."
        )
    outputs = document["outputs"]
    sentences += [_constant(o, document["measure"]) for o in outputs if o["constant"]]
    blocks = [Block("sensitivity", f"{document['measure']}: shares of variance", sentences)]
    for output in document["outputs"]:
        if not output["variance"] > 0:
            continue
        title = f"{output['name']}: mean {output['mean']:.4g}, variance {output['variance']:.4g}"
        if output["variance"] == 0:
            constant = ["The same in every draw: there is no variance to share out."]
            blocks.append(Block(output["name"], title, constant))
            continue
        rows = [
            [row["name"], *(_share(row[n], row[n + "_error"]) for n in ("first", "total"))]
            for row in output["parameters"]
        ]
        header = ["parameter", "alone (standard error)", "with interactions"]
        blocks.append(Block(output["name"], title, tables=[Table(header, rows, numbers=True)]))
    rows = [
        [
            row["name"],
            f"{row['lower']:g} to {row['upper']:g}",
            f"{_shown(row['low'])} … {_shown(row['high'])}",
            "" if np.isnan(row["smallest"]) else f"{row['smallest']:.4g} to {row['largest']:.4g}",
            f"{row['changed']:.0%}",
        ]
        for row in document["one_at_a_time"]
    ]
    header = ["parameter", "range", "at the ends", "over the range", "differs"]
    figure = Figure(
        "tornado",
        "One parameter at a time",
        f"How far each parameter alone moves {document['measure']}, the strongest on top.",
        lambda: figures.tornado(study),
    )
    block = Block(
        "one_at_a_time",
        "One at a time",
        sentences=[f"The model itself: {_shown(document['base'])}."],
        tables=[Table(header, rows)],
        figures=[figure],
    )
    return Answer(document, [*blocks, block])


def _constant(output: Data, measure: str) -> str:
    """Say that an output is constant: of a label, its indicator."""
    if output["name"] == measure:
        what = f"{measure} is constant over these ranges ({output['mean']:.6g})"
    else:
        what = f"{measure} is {spoken(output['name'])} throughout these ranges"
    return f"{what}: there is no variance to share out."


def _share(share: float, error: float) -> str:
    return f"{share:.3f} ({error:.3f})" if np.isfinite(error) else f"{share:.3f}"


def _output(here: xarray.Dataset) -> dict[str, Any]:
    names = ("first", "first_error", "total", "total_error")
    rows = [
        {"name": str(here["parameter"].values[row]), **{n: float(here[n][row]) for n in names}}
        for row in np.argsort(-here["total"].values, kind="stable")  # undefined ones come last
    ]
    moments: dict[str, Any] = {"mean": float(here["mean"]), "variance": float(here["variance"])}
    moments["constant"] = bool(here["constant"])
    return {"name": str(here["output"].item()), **moments, "parameters": rows}


def _alone(here: xarray.Dataset) -> dict[str, Any]:
    numbers = {n: float(here[n]) for n in ("lower", "upper", "current", "smallest", "largest")}
    ends = {"low": _value(here["low"]), "high": _value(here["high"])}
    name = str(here["parameter"].item())
    return {"name": name, **numbers, **ends, "changed": float(here["changed"])}


def _value(variable: xarray.DataArray) -> Any:
    """Read one value: a label as its word, an undefined whole number as None."""
    if meanings(variable):
        return texts(variable).item()
    value = variable.values.item()
    return None if value == variable.attrs.get("undefined") else value


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return spoken(value)
    return "undefined" if value is None or np.isnan(value) else f"{value:.4g}"
