"""A replayed path beside the path without some of its events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from strategic.families.relationship._judge import path_of
from strategic.families.relationship.reporting._path import (
    LEGEND,
    path,
    story,
    strip_table,
    summary,
)
from strategic.markup import Table
from strategic.reports.answer import Answer
from strategic.reports.blocks import Block

if TYPE_CHECKING:
    from strategic.modelling import Model

Section = Mapping[str, Any]


def replay_document(model: Model, without: Sequence[str] = ()) -> dict[str, Any]:
    """Describe the path of a model, and the path without some events.

    Examples
    --------
    >>> import strategic as st
    >>> document = replay_document(st.load("ai-mier"), ["2014Q3"])
    >>> document["counterfactual"]["regimes"]
    'dddddddddddddd..................'
    """
    other = _path(model.without(*without)) if without else None
    return {
        "model": {"slug": model.slug or None, "title": model.title or None},
        "path": _path(model),
        "without": list(without),
        "counterfactual": other,
    }


def replay_answer(model: Model, without: Sequence[str] = ()) -> Answer:
    """Tell the path of a model, beside the path without some events where any are named."""
    document = replay_document(model, without)
    played, other = document["path"], document["counterfactual"]
    blocks = [Block("replay", document["model"]["title"] or "Path"), _told("As it was", played)]
    if other:
        told = _told(f"Without {', '.join(document['without'])}", other)
        blocks += [told, Block("parting", "", lines=[_parting(played, other)])]
    notes = [
        f"{LEGEND} "
        "G trusts, O trusts: beliefs of the government and the organisation when they choose. "
        "*: something happened."
    ]
    if played["departments"]:
        notes[0] += " Of a department C: it wants to cooperate."
    blocks.append(Block("quarters", "", tables=[_quarters(played, other)], notes=notes))
    if played["events"]:
        rows = [[event["date"], event["says"] or event["name"]] for event in played["events"]]
        blocks.append(Block("events", "", tables=[Table(("date", "what happened"), rows)]))
    return Answer(document, blocks)


def _path(model: Model) -> dict[str, Any]:
    section = path(model)
    del section["counterfactuals"]
    told = story(section["regimes"], tuple(section["periods"]))
    return section | {"sentences": [summary(path_of(model.points)), *told]}


def _told(title: str, section: Section) -> Block:
    strips = {"both": section["regimes"]} | (section["departments"] or {})
    lines = strip_table(strips if len(strips) > 1 else {"": section["regimes"]}, section["periods"])
    return Block("path", title, section["sentences"], lines=lines)


def _parting(played: Section, other: Section) -> str:
    pairs = zip(played["periods"], played["regimes"], other["regimes"], strict=True)
    apart = [date for date, first, second in pairs if first != second]
    if not apart:
        return "Both paths are the same."
    many = f"{len(apart)} quarter{'s' if len(apart) != 1 else ''}"
    return f"The paths part in {apart[0]} and differ in {many}."


def _quarters(played: Section, other: Section | None) -> Table:
    marked = {event["date"] for event in played["events"]}
    header = ["quarter", "path", "G trusts", "O trusts"]
    header += ["without", "G trusts", "O trusts"] if other else []
    rows = [
        [
            date + ("*" if date in marked else ""),
            *_cells(played, place),
            *(_cells(other, place) if other else ()),
        ]
        for place, date in enumerate(played["periods"])
    ]
    return Table(header, rows, numbers=True)


def _cells(section: Section, place: int) -> tuple[str, ...]:
    trust = section["trust"]
    beliefs = (f"{float(trust[side][place]):.3f}" for side in ("government", "organisation"))
    return section["regimes"][place], *beliefs
