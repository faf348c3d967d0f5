"""``[estimate]`` of a model file: data, and how the model's numbers are estimated from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from strategic.catalogue._problems import place, raise_any
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

    name: Text
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
        Field(description="in place of states: chance of the first action after CC, CD, DC, DD"),
    ] = None
    first: Annotated[Chance, Field(description="with memory: chance in the first round")] = 1.0


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
    bootstrap: Annotated[int, Field(ge=0, le=10**6, description="samples of units")] | None = None
    seed: Annotated[int, Field(ge=0)] = 0
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
    raise_any(_bad_automata(table.automata))
    options: dict[str, Any] = dict(table.options)
    strategies = table.strategies
    if isinstance(strategies, StrategiesTable):
        options |= {"tremble": strategies.tremble} if strategies.tremble else {}
        strategies = strategies.list
    if table.automata:
        options["automata"] = tuple(map(_automaton, table.automata))
    by = table.by if isinstance(table.by, str) else "".join(table.by)
    return Study(
        data=table.data,
        play=table.play,
        free=tuple(table.free),
        by=by or None,
        cluster=table.cluster or None,
        bootstrap=table.bootstrap,
        seed=table.seed,
        strategies=strategies if isinstance(strategies, str) else ",".join(strategies or ()),
        formulas=table.formulas,
        options=options,
        prior=table.prior,
        games=tuple(table.games),
    )


def _bad_play(table: EstimateTable, family: Family) -> Iterator[Problem]:
    from strategic.estimation import way_of

    try:
        way_of(table.play or "logit", family)
    except StrategicError as error:
        yield replace(error.problems[0], where="estimate.play")
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


def _bad_automata(tables: list[AutomatonTable]) -> Iterator[Problem]:
    for number, table in enumerate(tables):
        where = place(("estimate", "automata", number))
        if (table.memory is None) == (table.states is None):
            rule = "needs either states with next, or memory"
            yield Problem(rule, where, "none" if table.memory is None else "both")
            continue
        if table.states is not None and [len(row) for row in table.next or ()] != [4] * len(
            table.states
        ):
            rule = f"must have {len(table.states)} rows of 4 states, one row per state"
            yield Problem(rule, f"{where}.next", table.next)
            continue
        try:
            _automaton(table)
        except StrategicError as error:
            yield Problem(error.problems[0].rule, where, table.name)


def _automaton(table: AutomatonTable) -> Automaton:
    from strategic.repeated.strategies.automata import Automaton, remembering

    if table.states is None:
        return remembering(table.name, table.memory or (), table.first)
    rows = tuple((a - 1, b - 1, c - 1, d - 1) for a, b, c, d in table.next or ())
    return Automaton(table.name, tuple(table.states), rows)


def put_in_place(parts: Mapping[str, Any], folder: str, load: Any) -> dict[str, Any]:
    """Tell the study of a model where its file lies, and how other models are loaded."""
    study = parts.get(ESTIMATE)
    return {**parts, ESTIMATE: replace(study, folder=folder, load=load)} if study else dict(parts)
