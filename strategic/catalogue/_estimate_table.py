"""``[estimate]`` of a model file: data, and how the model's numbers are estimated from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from strategic.catalogue._problems import raise_any
from strategic.catalogue.tables import Number, Table, Text
from strategic.errors import Problem, StrategicError, nearest
from strategic.modelling import Family
from strategic.modelling.registry import ESTIMATE

if TYPE_CHECKING:
    from strategic.estimation import Study
    from strategic.repeated.strategies.automata import Automaton

Chance = Annotated[float, Field(ge=0, le=1)]
State = Annotated[int, Field(ge=1)]


class AutomatonTable(Table):
    """``[[estimate.automata]]``: a strategy of one's own, by its states or by its memory."""

    name: Annotated[Text, Field(description="what estimates call it")]
    states: Annotated[
        list[Chance] | None,
        Field(description="chance of the first action in each state; it starts in the first"),
    ] = None
    next: Annotated[
        list[list[State]] | None,
        Field(
            description="per state the next one, from 1, after CC, CD, DC and DD: own action "
            "first, C is the first action"
        ),
    ] = None
    memory: Annotated[
        list[Chance] | None,
        Field(
            description="in place of states: chance of the first action after CC, CD, DC and DD; "
            "a fifth number is that of the first round (1)"
        ),
    ] = None


class StrategiesTable(Table):
    """``[estimate.strategies]``: which strategies, and how many chances of an error they have."""

    list: Annotated[list[Text], Field(min_length=1, description="as for tournaments")]
    tremble: Annotated[Text | None, Field(description="one, strategy or sample")] = None


Entries = Annotated[list[Number | Text | bool], Field(min_length=1)]


class EstimateTable(Table):
    """``[estimate]``: data, and how the model's numbers are estimated from them."""

    play: Annotated[
        str, Field(description="way of play: 'strategic estimate --help' lists them")
    ] = ""
    data: Annotated[
        Text | dict[str, Entries] | None,
        Field(description="a csv file beside this one, or one array per column"),
    ] = None
    free: Annotated[list[Text], Field(description="parameters to be estimated too")] = Field(
        default_factory=list
    )
    by: Annotated[str | list[Text], Field(description="column that divides the data")] = ""
    cluster: Annotated[str, Field(description="column of independent units")] = ""
    bootstrap: Annotated[
        Annotated[int, Field(ge=0, le=10**6)] | None,
        Field(description="number of samples of units, for errors"),
    ] = None
    seed: Annotated[int, Field(ge=0, description="of random numbers")] = 0
    strategies: Annotated[
        Text | list[Text] | StrategiesTable | None,
        Field(description="strategies of the repeated game, as for tournaments"),
    ] = None
    automata: Annotated[
        list[AutomatonTable], Field(description="strategies of your own, besides those")
    ] = Field(default_factory=list)
    formulas: Annotated[
        dict[str, Text], Field(description='parameters linear in columns: base = "income + size"')
    ] = Field(default_factory=dict)
    options: Annotated[
        dict[str, Number | str | bool], Field(description="options of the way of play")
    ] = Field(default_factory=dict)
    prior: Annotated[
        dict[str, Text], Field(description='what is believed before: tau = "gamma(2, 1)"')
    ] = Field(default_factory=dict)
    games: Annotated[
        list[Text],
        Field(description="slugs or files beside this one, as the column 'game' names them"),
    ] = Field(default_factory=list)


def study_part(file: Any, family: Family) -> dict[str, Any]:
    """Read the block of a validated file as a part of its model; nothing where it has none."""
    return {ESTIMATE: study_of(file.estimate, family)} if file.estimate is not None else {}


def study_of(table: EstimateTable, family: Family) -> Study:
    """Read what the block of a file states.

    Raises
    ------
    ModelError
        One problem per unknown way of play, column, parameter or automaton that is none.
    """
    from strategic.estimation import Study

    raise_any([*_bad_play(table, family), *_bad_columns(table), *_bad_formulas(table, family)])
    options: dict[str, Any] = dict(table.options)
    strategies = table.strategies
    if isinstance(strategies, StrategiesTable):
        options |= {"tremble": strategies.tremble} if strategies.tremble else {}
        strategies = strategies.list
    named = strategies if isinstance(strategies, str) else ",".join(strategies or ())
    if table.automata:
        options["automata"] = own = _automata(table.automata)
        listed = [name.strip() for name in named.split(",")]
        # Those of the file are meant to be used; without a list they follow the usual ones.
        named = ",".join([named, *(o.name for o in own if o.name not in listed)] if named else [])
    by = table.by if isinstance(table.by, str) else "".join(table.by)
    return Study(
        data=table.data,
        play=table.play,
        free=tuple(table.free),
        by=by or None,
        cluster=table.cluster or None,
        bootstrap=table.bootstrap,
        seed=table.seed,
        strategies=named,
        formulas=table.formulas,
        options=options,
        prior=table.prior,
        games=tuple(table.games),
    )


def _bad_play(table: EstimateTable, family: Family) -> Iterator[Problem]:
    from strategic.estimation import way_of

    try:
        way = way_of(table.play or "logit", family)
    except StrategicError as error:
        yield replace(error.problems[0], where="estimate.play")
        return
    asked = {**table.options, **({"automata": table.automata} if table.automata else {})}
    try:
        way.check(asked)
    except StrategicError as error:
        first = error.problems[0]
        place = first.where if first.where == "automata" else f"options.{first.where}"
        yield Problem(first.rule, f"estimate.{place}", remedy=first.remedy)
    if isinstance(table.by, list) and len(table.by) > 1:
        yield Problem("must name at most one column", "estimate.by", table.by)


def _bad_columns(table: EstimateTable) -> Iterator[Problem]:
    """Find columns of the file's own data that are of different length, or not there."""
    if not isinstance(table.data, dict):
        return
    sizes = {name: len(column) for name, column in table.data.items()}
    first = next(iter(sizes.values()), 0)
    if not sizes:
        yield Problem("must have at least one column", "estimate.data")
    for name, size in sizes.items():
        if size != first:
            rule = f"must have {first} entries, as many as the first column"
            yield Problem(rule, f"estimate.data.{name}", size)
    named = {"by": table.by if isinstance(table.by, str) else "".join(table.by)}
    for key, name in {**named, "cluster": table.cluster}.items():
        if name and name not in sizes:
            yield Problem("no such column in data", f"estimate.{key}", name, nearest(name, sizes))


def _bad_formulas(table: EstimateTable, family: Family) -> Iterator[Problem]:
    for name in table.formulas:
        if name not in family.parameters:
            remedy = nearest(name, family.parameters)
            yield Problem("no such parameter", "estimate.formulas", name, remedy)


def _automata(tables: list[AutomatonTable]) -> tuple[Automaton, ...]:
    from strategic.repeated.strategies.tables import automata_of_tables

    written = [table.model_dump(exclude_none=True) for table in tables]
    return automata_of_tables(written, where="estimate.automata")


def put_in_place(parts: Mapping[str, Any], folder: str, load: Any) -> dict[str, Any]:
    """Tell the study of a model where its file lies, and how other models are loaded."""
    study = parts.get(ESTIMATE)
    return {**parts, ESTIMATE: replace(study, folder=folder, load=load)} if study else dict(parts)
