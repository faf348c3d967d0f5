"""``strategic measures``: what can be measured, and what it is for one model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from strategic.cli import output
from strategic.cli.listing import shown
from strategic.cli.options import JsonOption, KindOption, MechanismOption, SetOption
from strategic.cli.parameters import OptionalModel, read_model_or_defaults
from strategic.cli.render import show_rows
from strategic.errors import MeasureError

if TYPE_CHECKING:
    from strategic.modelling import MeasureGroup, Model

_LABELS = 16
"""Labels of a measure that the table lists; JSON has them all."""


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
    own = chosen.family.measures
    rows: list[tuple[str, str, str, str, str]] = []
    listed: dict[str, dict[str, Any]] = {}
    for m in (*own.values(), *chosen.family.of_games.values()):
        entry: dict[str, Any] = {
            "name": m.name,
            "kind": m.kind,
            "labels": m.labels,
            "unit": m.unit,
            "meaning": m.meaning,
            "claims": m.claims,
            "of_path": m.of_path,
            "dated": m.dated,
            "selections": m.selections,
        }
        # A measure of a date needs one, and a measure of the path a model that has one.
        if model is not None and not m.dated and (chosen.path is not None or not m.of_path):
            try:
                entry["value"] = m.decode(m.compute(chosen.points))
            except MeasureError as problem:  # a game of another size than at the defaults
                if m.name in own:
                    raise
                entry["value"], entry["problem"] = None, str(problem)
        labels = f" One of: {_listed(m.labels)}." if m.labels else ""
        claims = f" [{', '.join(m.claims)}]" if m.claims else ""
        value = shown("-" if "problem" in entry else entry.get("value", ""))
        rows.append((m.listed_as, value, m.kind, m.unit, f"{m.meaning}{labels}{claims}"))
        listed[m.name] = entry
    groups: list[dict[str, Any]] = [
        {"name": f"{g.name}.{g.suffix}", "meaning": g.meaning, "known": g.known}
        for g in (*chosen.family.groups.values(), *_of_parts(chosen))
    ]
    rows += [(g["name"], "", "", "", f"{g['meaning']} {_known(g)}") for g in groups]
    header = ("NAME", "" if model is None else "VALUE", "KIND", "UNIT", "MEANING")
    if not json and not rows:
        output.note("the family has no measures")
        return
    document = {
        "model": chosen.slug,
        "measures": [entry for name, entry in listed.items() if name in own],
        "of_games": [entry for name, entry in listed.items() if name not in own],
        "groups": groups,
    }
    show_rows(document, rows, header, json=json)
    for line in dict.fromkeys(entry.get("problem") for entry in listed.values()):
        if line and not json:
            output.note(f"-: {line}")
    if not json and any(entry["selections"] for entry in listed.values()):
        output.echo("")
        show_rows({}, _selections(), ("@SELECTION", "WHICH EQUILIBRIUM"))


def _of_parts(model: Model) -> list[MeasureGroup]:
    """List groups of measures that the model has because its file has a block for them."""
    from strategic.modelling.registry import SHARED_GROUPS, shared_group

    return [shared_group(name, model.family) for name in model.parts if name in SHARED_GROUPS]


def _selections() -> list[tuple[str, str]]:
    from strategic.equilibria.concepts.choice import RULES

    return [
        (name, f"{rule.meaning}{' (where none is named)' if not number else ''}")
        for number, (name, rule) in enumerate(RULES.items())
    ]


def _known(group: dict[str, Any]) -> str:
    """Say what may stand after the dot of a group's name, where that is known beforehand."""
    if not group["known"]:
        return ""
    suffix = group["name"].partition(".")[2]
    return f"{suffix} is one of: {_listed(group['known'])}."


def _listed(labels: tuple[str, ...]) -> str:
    """List labels; of very many the first ones."""
    more = len(labels) - _LABELS
    return ", ".join(labels[:_LABELS]) + (f" and {more} more" if more > 0 else "")
