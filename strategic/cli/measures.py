"""``strategic measures``: what can be measured, and what it is for one model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from strategic.cli import output
from strategic.cli.listing import listing, shown
from strategic.cli.options import JsonOption, KindOption, MechanismOption, SetOption
from strategic.cli.parameters import OptionalModel, read_model_or_defaults

if TYPE_CHECKING:
    from strategic.modelling import Measure, Model


def measures(
    model: OptionalModel = None,
    kind: KindOption = None,
    settings: SetOption = None,
    mechanisms: MechanismOption = None,
    json: JsonOption = False,
) -> None:
    """List everything that can be measured; with MODEL, what it measures there.

    Example: strategic measures ai-mier
    """
    chosen = read_model_or_defaults(model, settings, mechanisms, kind)
    values = {} if model is None else _values(chosen)
    if json:
        listed = [_entry(measure, values) for measure in chosen.family.measures.values()]
        output.echo_json({"model": chosen.slug, "measures": listed})
        return
    rows = [
        (_name(m), shown(values.get(m.name, "")), m.kind, m.unit, _meaning(m))
        for m in chosen.family.measures.values()
    ]
    header = ("NAME", "VALUE" if values else "", "KIND", "UNIT", "MEANING")
    output.echo(listing(rows, header=header))


def _values(model: Model) -> dict[str, Any]:
    """Measure all that needs no date, and no path where the model has none."""
    return {
        name: measure.decode(measure.compute(model.points))
        for name, measure in model.family.measures.items()
        if not measure.dated and (model.path is not None or not measure.of_path)
    }


def _entry(measure: Measure, values: dict[str, Any]) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "name": measure.name,
        "kind": measure.kind,
        "labels": measure.labels,
        "unit": measure.unit,
        "meaning": measure.meaning,
        "claims": measure.claims,
        "of_path": measure.of_path,
        "dated": measure.dated,
    }
    return {**entry, "value": values[measure.name]} if measure.name in values else entry


def _name(measure: Measure) -> str:
    return f"{measure.name}@DATE" if measure.dated else measure.name


def _meaning(measure: Measure) -> str:
    labels = f" One of: {', '.join(measure.labels)}." if measure.labels else ""
    claims = f" [{', '.join(measure.claims)}]" if measure.claims else ""
    return f"{measure.meaning}{labels}{claims}"
