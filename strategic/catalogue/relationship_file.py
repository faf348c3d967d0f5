"""From the parsed text of a relationship file to a model: its values and its path."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from strategic.catalogue.claim_tables import claims_of
from strategic.catalogue.problems import raise_any, repeated, validated
from strategic.catalogue.schema import EventTable, relationship_file, sections_of
from strategic.errors import ModelError, Problem
from strategic.modelling import Event, Family, Model, Timeline


def relationship_of(data: Mapping[str, Any], family: Family) -> Model:
    """Check the parsed text of a model file and make the model.

    Raises
    ------
    ModelError
        One problem per broken rule, each with its place in the file.
    """
    table: Any = validated(relationship_file(family), data)
    values = {
        f"{section}.{key}": float(value)
        for section in sections_of(family)
        for key, value in data.get(section, {}).items()
    }
    path = _path(table, data)
    claims = claims_of(table, data, family, path)
    return Model(family, values, path=path, title=table.title, claims=claims)


def _path(table: Any, data: Mapping[str, Any]) -> Timeline | None:
    if table.path is None:
        if table.events:
            raise ModelError("events need a [path] with start and periods", where="events")
        return None
    events = tuple(
        _event(entry, values)
        for entry, values in zip(table.events, data.get("events", []), strict=True)
    )
    path = Timeline(table.path.start, table.path.periods, events)
    dates = path.dates
    raise_any(
        Problem(f"must lie within {dates[0]} to {dates[-1]}", f"events[{n}].date", event.date)
        for n, event in enumerate(events)
        if event.date not in dates
    )
    raise_any(repeated([event.key for event in events], "events", "date"))
    return path


def _event(table: EventTable, data: Mapping[str, Any]) -> Event:
    effects = {
        side: getattr(table, side) for side in ("government", "organisation") if side in data
    }
    return Event(
        table.date,
        says=table.says,
        name=table.name,
        effects=effects,
        incident=table.incident,
        set={name: float(value) for name, value in data.get("set", {}).items()},
    )
