"""``strategic measures``: what can be measured, and what it is for one model."""

from __future__ import annotations

from typing import Any

from strategic.cli import output
from strategic.cli.listing import shown
from strategic.cli.options import JsonOption, KindOption, MechanismOption, SetOption
from strategic.cli.parameters import OptionalModel, read_model_or_defaults
from strategic.cli.render import show_rows


def measures(
    model: OptionalModel = None,
    kind: KindOption = None,
    settings: SetOption = None,
    mechanisms: MechanismOption = None,
    json: JsonOption = False,
) -> None:
    """List all measures; with MODEL, their values.

    Example: strategic measures ai-mier
    """
    chosen = read_model_or_defaults(model, settings, mechanisms, kind)
    listed, rows = [], []
    for m in chosen.family.measures.values():
        entry: dict[str, Any] = {
            "name": m.name,
            "kind": m.kind,
            "labels": m.labels,
            "unit": m.unit,
            "meaning": m.meaning,
            "claims": m.claims,
            "of_path": m.of_path,
            "dated": m.dated,
        }
        # A measure of a date needs one, and a measure of the path a model that has one.
        if model is not None and not m.dated and (chosen.path is not None or not m.of_path):
            entry["value"] = m.decode(m.compute(chosen.points))
        labels = f" One of: {', '.join(m.labels)}." if m.labels else ""
        claims = f" [{', '.join(m.claims)}]" if m.claims else ""
        name = f"{m.name}@DATE" if m.dated else m.name
        rows.append(
            (name, shown(entry.get("value", "")), m.kind, m.unit, f"{m.meaning}{labels}{claims}")
        )
        listed.append(entry)
    header = ("NAME", "" if model is None else "VALUE", "KIND", "UNIT", "MEANING")
    if not json and not rows:
        output.note("the family has no measures")
        return
    show_rows({"model": chosen.slug, "measures": listed}, rows, header, json=json)
