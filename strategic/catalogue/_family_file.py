"""From the parsed text of a model file to a model of its family: values, timeline, claims."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from strategic.catalogue._claim_tables import claims_of
from strategic.catalogue._estimate_table import study_part
from strategic.catalogue._problems import raise_any, repeated, validated
from strategic.catalogue.schema import family_file, own_measures, sections_of
from strategic.errors import ModelError, Problem
from strategic.modelling import Event, Family, Model, Timeline
from strategic.modelling.registry import look_up


def model_of(data: Mapping[str, Any], family: Family) -> Model:
    """Check the parsed text of a model file and make the model.

    Raises
    ------
    ModelError
        One problem per broken rule, each with its place in the file.
    """
    table: Any = validated(family_file(family), data)
    family = own_measures(family, table)
    values = {
        parameter.name: float(data[section][key])
        for section, parameters in sections_of(family).items()
        for key, parameter in parameters.items()
        if key in data.get(section, {})
    }
    path = _timeline(table, data, family)
    claims = claims_of(table, data, family, path)
    read = {part.name: look_up(part.read)(data, family, path) for part in family.parts}
    parts = {name: part for name, part in read.items() if part is not None}
    parts |= study_part(table, family)
    return Model(family, values, path=path, title=table.title, claims=claims, parts=parts)


def _timeline(table: Any, data: Mapping[str, Any], family: Family) -> Timeline | None:
    if table.path is None:
        if table.events:
            raise ModelError("events need a [path] with start and periods", where="events")
        return None
    events = tuple(
        Event(
            event.date,
            says=event.says,
            name=event.name,
            effects={f.name: written[f.name] for f in family.event_fields if f.name in written},
            set={name: float(value) for name, value in written.get("set", {}).items()},
        )
        for event, written in zip(table.events, data.get("events", []), strict=True)
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
