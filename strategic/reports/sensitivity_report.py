"""What `sensitivity` found, as a document and in the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.reports.sweep_document import provenance
from strategic.sweeps import meanings, texts

if TYPE_CHECKING:
    import xarray
    from rich.console import RenderableType


def sensitivity_document(study: xarray.Dataset) -> dict[str, Any]:
    """Describe a sensitivity study: indices by output and parameter, and the tornado.

    Examples
    --------
    >>> import strategic as st
    >>> over = {"relation.alignment": (0, 1)}
    >>> study = st.sensitivity(st.load("ai-mier"), over, "surplus", draws=64)
    >>> list(sensitivity_document(study)["outputs"][0]["parameters"][0])
    ['name', 'first', 'first_error', 'total', 'total_error']
    """
    told = ("measure", "draws", "seed", "finite")
    document: dict[str, Any] = {name: study.attrs[name] for name in told}
    document["outputs"] = [_output(study, place) for place in range(study.sizes["output"])]
    document["base"] = _value(study["base"])
    document["one_at_a_time"] = [_alone(study, row) for row in range(study.sizes["parameter"])]
    document["provenance"] = provenance(study)
    return document


def sensitivity_parts(study: xarray.Dataset) -> Iterator[RenderableType]:
    """Give the parts of the report on a sensitivity study, in order."""
    from rich.text import Text

    document = sensitivity_document(study)
    evaluations = document["draws"] * (study.sizes["parameter"] + 2)
    yield Text(
        f"{document['measure']}: shares of variance over {evaluations:,} evaluations, "
        f"seed {document['seed']}"
    )
    if document["finite"] < 1:
        yield Text(
            f"Only {document['finite']:.1%} of the draws give a finite value: the indices of a "
            "number are undefined. Narrow the ranges, or study a label."
        )
    for output in document["outputs"]:
        yield from _output_parts(output)
    yield Text(f"\nOne at a time; the model itself: {_shown(document['base'])}")
    yield _alone_table(document)


def _output(study: xarray.Dataset, place: int) -> dict[str, Any]:
    here = study.isel(output=place)
    names = ("first", "first_error", "total", "total_error")
    order = np.argsort(-here["total"].values, kind="stable")  # undefined ones come last
    rows = [
        {"name": str(study["parameter"].values[row]), **{n: float(here[n][row]) for n in names}}
        for row in order
    ]
    mean, variance = float(here["mean"]), float(here["variance"])
    return {"name": str(here["output"].item()), "mean": mean, "variance": variance,
            "parameters": rows}  # fmt: skip


def _alone(study: xarray.Dataset, row: int) -> dict[str, Any]:
    here = study.isel(parameter=row)
    told = {"name": str(here["parameter"].item())}
    numbers = {n: float(here[n]) for n in ("lower", "upper", "current", "smallest", "largest")}
    ends = {"low": _value(here["low"]), "high": _value(here["high"])}
    return {**told, **numbers, **ends, "changed": float(here["changed"])}


def _value(variable: xarray.DataArray) -> Any:
    return texts(variable).item() if meanings(variable) else variable.values.item()


def _output_parts(output: dict[str, Any]) -> Iterator[RenderableType]:
    from rich.table import Table
    from rich.text import Text

    yield Text(f"\n{output['name']}: mean {output['mean']:.4g}, variance {output['variance']:.4g}")
    table = Table(box=None, pad_edge=False)
    table.add_column("parameter", overflow="fold")
    table.add_column("alone (standard error)", justify="right")
    table.add_column("with interactions", justify="right")
    for row in output["parameters"]:
        table.add_row(
            row["name"],
            f"{row['first']:.3f} ({row['first_error']:.3f})",
            f"{row['total']:.3f} ({row['total_error']:.3f})",
        )
    yield table


def _alone_table(document: dict[str, Any]) -> RenderableType:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for title in ("parameter", "range", "at the ends", "over the range", "differs"):
        table.add_column(title, overflow="fold")
    for row in document["one_at_a_time"]:
        span = f"{row['smallest']:.4g} to {row['largest']:.4g}"
        table.add_row(
            row["name"],
            f"{row['lower']:g} to {row['upper']:g}",
            f"{_shown(row['low'])} … {_shown(row['high'])}",
            "" if np.isnan(row["smallest"]) else span,
            f"{row['changed']:.0%}",
        )
    return table


def _shown(value: Any) -> str:
    return value.replace("_", " ") if isinstance(value, str) else f"{value:.4g}"
