"""The schema of model files, made from a family's parameters: one source of names and ranges."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    WithJsonSchema,
    create_model,
)
from pydantic.json_schema import models_json_schema

from strategic.catalogue._estimate_table import EstimateTable
from strategic.catalogue.tables import (
    BrokenRuleError,
    ClaimTable,
    EventTable,
    EvolutionTable,
    GameClaimTable,
    Intensity,
    MeasureTable,
    Number,
    ParameterTable,
    PathTable,
    Series,
    StageTable,
    Table,
    Text,
)
from strategic.errors import ModelError, Problem
from strategic.modelling import DEFAULT_KIND, EventField, Family, Parameter
from strategic.modelling.own_measures import with_measures
from strategic.modelling.registry import look_up

TITLE = "one line: what the model is about"
KIND = "which family of models it is one of"
MEASURES = "measures of one's own, by name"
ESTIMATE = "data, and how the model's numbers are estimated from them"
SERIES = "series of values by name, for claims"
"""What is said of keys that files of every kind have."""
PLAIN = "parameters"
"""The table of parameters whose names have no dot."""

RESERVED = (
    "title", "kind", "data", "measures", "estimate", "path", "events", "claims", "mechanism",
)  # fmt: skip
"""Keys of every model file, and what precedes the dot in the name of a mechanism's intensity."""


class GameFile(Table):
    """A model file of ``kind = "game"``."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": ["payoffs"]}, {"required": ["advantages"]}]}
    )

    title: Annotated[Text, Field(description=TITLE)]
    kind: Annotated[Literal["game"], Field(description=KIND)]
    populations: Annotated[
        Literal["several", "one"],
        Field(description="whether one population plays a symmetric game against itself"),
    ] = "several"
    players: Annotated[
        list[Text], Field(min_length=1, max_length=32, description="names of the players")
    ]
    actions: Annotated[
        list[Annotated[list[Text], Field(min_length=1)]],
        Field(description="names of the actions, one list per player"),
    ]
    shares: Annotated[
        list[Text | list[Text]] | None,
        Field(description="per player: a name for the share of the first action, or for each"),
    ] = None
    parameters: Annotated[
        dict[str, ParameterTable], Field(description="numbers that formulas use, by name")
    ] = Field(default_factory=dict)
    payoffs: Annotated[
        list[Any] | None, Field(description="one nested array per player: numbers, formulas")
    ] = None
    advantages: Annotated[
        list[Any] | None,
        Field(description="in place of payoffs, per player: what the first action gives beyond "
              "the second (or an array: each action but the last beyond the last)"),
    ] = None  # fmt: skip
    evolution: EvolutionTable = Field(default_factory=EvolutionTable)
    stages: list[StageTable] = Field(default_factory=list)
    measures: Annotated[dict[str, MeasureTable], Field(description=MEASURES)] = Field(
        default_factory=dict
    )
    estimate: Annotated[EstimateTable | None, Field(description=ESTIMATE)] = None
    data: Annotated[dict[str, Series], Field(description=SERIES)] = Field(default_factory=dict)
    claims: list[GameClaimTable] = Field(default_factory=list)


@cache
def family_file(family: Family) -> type[BaseModel]:
    """Make the schema of a family's model files.

    Parameters
    ----------
    family : Family
        Its dotted parameters become tables: ``relation.alignment`` is ``alignment`` in
        ``[relation]``.

    Returns
    -------
    type of pydantic.BaseModel
        Validates the parsed text of a model file.
    """
    changes = (_values_table(_titled(family, "Changes"), family.parameters), Field(default=None))
    carried: dict[str, Any] = {entry.name: _carried(entry) for entry in family.event_fields}
    event = create_model(_titled(family, "Event"), __base__=EventTable, **carried, set=changes)
    tables = sections_of(family)
    further: dict[str, Any] = {
        key: field for part in family.parts for key, field in look_up(part.fields)(family).items()
    }
    sections: dict[str, Any] = {
        name: (
            _values_table(
                _titled(family, name.title()), parameters, base=further.pop(name, (Table,))[0]
            ),
            Field(default=None),
        )
        for name, parameters in tables.items()
    }
    fields: dict[str, Any] = {
        "title": (Annotated[Text, Field(description=TITLE)], ...),
        "kind": (
            Annotated[Literal[family.name], Field(description=KIND)],
            family.name if family.name == DEFAULT_KIND else ...,
        ),
        **sections,
        "measures": (dict[str, MeasureTable], Field(default_factory=dict, description=MEASURES)),
        "estimate": (EstimateTable, Field(default=None, description=ESTIMATE)),
        "data": (dict[str, Series], Field(default_factory=dict, description=SERIES)),
        **further,
        "path": (PathTable, Field(default=None)),
        "events": (list[event], Field(default_factory=list)),  # type: ignore[valid-type]
        "claims": (list[claim_table(family)], Field(default_factory=list)),  # type: ignore[misc]
    }
    return create_model(f"{_camel(family.name)}File", __base__=Table, **fields)


def own_measures(family: Family, table: Any) -> Family:
    """Add the measures that a validated model file declares to the family of its model."""
    declared = {name: entry.model_dump() for name, entry in table.measures.items()}
    return with_measures(family, declared) if declared else family


def claim_table(family: Family) -> type[ClaimTable]:
    """Make the schema of claims about a family's models: settings and mechanisms included."""
    intensities: dict[str, Any] = {
        name: (Annotated[Intensity, Field(description=mechanism.meaning)], None)
        for name, mechanism in family.mechanisms.items()
    }
    mechanisms = create_model(_titled(family, "Intensities"), __base__=Table, **intensities)
    return create_model(
        _titled(family, "Claim"),
        __base__=ClaimTable,
        set=(_values_table(_titled(family, "Settings"), family.parameters), Field(default=None)),
        mechanisms=(mechanisms, Field(default=None)),
    )


def sections_of(family: Family) -> dict[str, dict[str, Parameter]]:
    """Group dotted parameters by their table; the keys inside are the rest of the name.

    Parameters without a dot stand in the table ``[parameters]``.

    Raises
    ------
    ModelError
        When a parameter or an event field has a name that model files use for something else.
    """
    sections: dict[str, dict[str, Parameter]] = {}
    problems = [
        Problem("events have this key already", f"event_fields of '{family.name}'", field.name)
        for field in family.event_fields
        if field.name in {*EventTable.model_fields, "set"}
    ]
    for name, parameter in family.parameters.items():
        section, dot, key = name.partition(".")
        if dot and section in RESERVED:
            rule = f"a model file has its own '{section}'; choose another name before the dot"
            problems.append(Problem(rule, f"parameters of '{family.name}'", name))
        table = sections.setdefault(section if dot else PLAIN, {})
        if table.setdefault(key if dot else name, parameter) is not parameter:
            rule = f"stands in [{PLAIN}] twice; choose another name"
            problems.append(Problem(rule, f"parameters of '{family.name}'", name))
    if problems:
        raise ModelError.from_problems(problems)
    return sections


def json_schema(*families: Family) -> dict[str, Any]:
    """Export the schema of model files as JSON Schema: one branch per kind.

    Parameters
    ----------
    *families : Family
        Those whose files the schema describes, besides games of formulas. A file without a
        ``kind`` is checked against the family of that default kind.
    """
    files: dict[str, type[BaseModel]] = {"game": GameFile}
    files |= {family.name: family_file(family) for family in families}
    _, definitions = models_json_schema([(file, "validation") for file in files.values()])
    document: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A model file of strategic",
    }
    place, last = document, DEFAULT_KIND if DEFAULT_KIND in files else [*files][-1]
    for kind in [kind for kind in files if kind != last]:
        place["if"] = {"properties": {"kind": {"const": kind}}, "required": ["kind"]}
        place["then"] = {"$ref": f"#/$defs/{files[kind].__name__}"}
        place["else"] = {}
        place = place["else"]
    place["$ref"] = f"#/$defs/{files[last].__name__}"
    return document | {"$defs": {name: _plain(t) for name, t in definitions["$defs"].items()}}


def _carried(entry: EventField) -> tuple[Any, Any]:
    """Type and default of what an event may carry: a number, true or false, or one word of some."""
    kind: Any = Literal[entry.words] if entry.words else bool if entry.flag else Number
    default = None if entry.words else False if entry.flag else 0.0
    return Annotated[kind, Field(description=entry.meaning)], default


def changes_table(family: Family, title: str, kept: Callable[[str], bool]) -> type[Table]:
    """Make the schema of a table of some of a family's parameters, by their dotted names."""
    return _values_table(title, {n: p for n, p in family.parameters.items() if kept(n)})


def _titled(family: Family, name: str) -> str:  # several families have tables of one name
    return name if family.name == DEFAULT_KIND else _camel(family.name) + name


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in re.split(r"\W|_", name))


def _values_table(
    title: str, parameters: Mapping[str, Parameter], *, base: type[Table] = Table
) -> type[Table]:
    fields: dict[str, Any] = {
        f"value_{number}": (_value_of(parameter), _field(name, parameter))
        for number, (name, parameter) in enumerate(parameters.items())
    }
    return create_model(title, __base__=base, **fields)


def _field(name: str, parameter: Parameter) -> Any:
    default: Any = {} if np.isnan(parameter.default) else {"default": parameter.default}
    return Field(default=None, alias=name, json_schema_extra=default)


def _value_of(parameter: Parameter) -> Any:
    return Annotated[
        float,
        AfterValidator(partial(_in_range, parameter)),
        WithJsonSchema(_json_range(parameter)),
    ]


def _in_range(parameter: Parameter, value: float) -> float:
    for problem in parameter.problems(value):
        raise BrokenRuleError(Problem(problem.rule, value=value))
    if np.isnan(value):  # "unset" is said by leaving the key out
        raise BrokenRuleError(Problem(parameter.rule, value=value))
    return value


def _json_range(parameter: Parameter) -> dict[str, Any]:
    bounds: Iterable[tuple[str, float]] = (
        ("exclusiveMinimum" if parameter.open_lower else "minimum", parameter.lower),
        ("exclusiveMaximum" if parameter.open_upper else "maximum", parameter.upper),
    )
    text = f"{parameter.meaning} ({parameter.unit})" if parameter.unit else parameter.meaning
    schema: dict[str, Any] = {
        "type": "integer" if parameter.integer else "number",
        "description": text,
    }
    schema |= {key: float(bound) for key, bound in bounds if np.isfinite(bound)}
    return schema


def _plain(node: Any) -> Any:
    """Leave out what the validation library adds: null defaults and invented titles."""
    if isinstance(node, list):
        return [_plain(entry) for entry in node]
    if not isinstance(node, dict):
        return node
    noise = {key for key in ("default", "title") if node.get(key, "") is None or key == "title"}
    return {
        key: _plain(entry)
        for key, entry in node.items()
        if key not in noise or isinstance(entry, dict)
    }
