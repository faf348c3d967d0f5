"""A replayed path beside the path without some of its events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from strategic.markup import Table
from strategic.reports.layout.path import strip_lines
from strategic.reports.sections.path import path, story
from strategic.reports.terminal import rich_table

if TYPE_CHECKING:
    from rich.console import RenderableType

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


def replay_parts(document: Section) -> Iterator[RenderableType]:
    """Give the parts of a replay, side by side where there is a counterfactual, in order."""
    from rich.text import Text

    played, other = document["path"], document["counterfactual"]
    yield Text(document["model"]["title"] or "Path", style="bold")
    yield from _told("As it was", played)
    if other:
        yield from _told(f"Without {', '.join(document['without'])}", other)
        yield Text()
        yield Text(_parting(played, other))
    yield Text()
    yield rich_table(_quarters(played, other))
    yield Text(
        "One letter a quarter: C both, d only the organisation, o only the government, . none. "
        "G trusts, O trusts: beliefs of the government and the organisation when they choose. "
        "*: something happened.",
        style="dim",
    )
    if played["events"]:
        rows = [[event["date"], event["says"] or event["name"]] for event in played["events"]]
        yield rich_table(Table(("date", "what happened"), rows))


def _path(model: Model) -> dict[str, Any]:
    section = path(model)
    del section["counterfactuals"]
    told = story(section["regimes"], tuple(section["periods"]))
    return section | {"sentences": told}


def _told(title: str, section: Section) -> Iterator[RenderableType]:
    from rich.text import Text

    yield Text()
    yield Text(title, style="bold underline")
    yield from (Text(line) for line in strip_lines(section["regimes"], section["periods"]))
    yield from (Text(f"- {sentence}") for sentence in section["sentences"])


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
