"""From the parsed text of a game file to a model: parameters, and payoffs as formulas."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import partial
from keyword import iskeyword
from typing import Any

import numpy as np

from strategic.catalogue._claim_tables import claims_of
from strategic.catalogue._estimate_table import study_part
from strategic.catalogue._population_file import (
    PopulationTable,
    advantage_formulas,
    one_population_formulas,
    share_names,
    whatever_others_do,
)
from strategic.catalogue._population_settings import settings_of
from strategic.catalogue._problems import raise_any, validated
from strategic.catalogue.custom import PayoffTable, population_family
from strategic.catalogue.schema import GameFile, own_measures
from strategic.catalogue.tables import ParameterTable
from strategic.errors import FormulaError, GameError, ModelError, Problem
from strategic.games._numbers import parse_number
from strategic.games.formula import FUNCTIONS, Formula, parse
from strategic.modelling import Model, Parameter, population_game
from strategic.modelling.populations import EVOLUTION, EvolutionSettings


def game_of(data: Mapping[str, Any], *, written: Any) -> Model:
    """Check the parsed text of a game file and make the model.

    Parameters
    ----------
    data : mapping
        The whole file, its numbers as doubles.
    written : mapping
        The same with decimals as they were written, so that ties in the file are ties.

    Raises
    ------
    ModelError
        One problem per broken rule, each with its place in the file.
    FormulaError
        When a payoff is not arithmetic on the declared parameters and shares.
    """
    table: Any = validated(GameFile, data)
    raise_any([*_bad_names(table), *_bad_counts(table)])
    parameters = {name: _parameter(name, entry) for name, entry in table.parameters.items()}
    raise_any(_bad_values(parameters, table.parameters))
    populations = _populations(table, written)
    family = own_measures(population_family(populations, parameters, table.title), table)
    settings = settings_of(table, family)
    claims = claims_of(table, data, family)
    parts = {EVOLUTION: settings} if settings != EvolutionSettings() else {}
    parts |= study_part(table, family)
    model = Model(family, {}, title=table.title, claims=claims, parts=parts)
    _ = model.game() if family.games else population_game(model)  # all payoffs are finite
    return model


def _populations(table: GameFile, written: Mapping[str, Any]) -> PopulationTable:
    """Read payoffs or advantages, and what they say of populations."""
    shares = share_names(table)
    players, actions = tuple(table.players), tuple(map(tuple, table.actions))
    known = [*table.parameters, *(shares if table.shares is not None else ())]
    read = partial(_cell, known=known)
    if table.advantages is not None:
        over_last = advantage_formulas(table, written["advantages"], read)
        if set(map(len, actions)) == {2}:
            first = tuple(own[0] for own in over_last)
            return PopulationTable(players, actions, shares, advantages=first)
        return PopulationTable(players, actions, shares, whatever_others_do(over_last))
    one = table.populations == "one"
    owners, shape = (players * 2, actions * 2) if one else (players, actions)
    cells = tuple(
        _cells(player, owners, shape, f"payoffs[{number}]", read)
        for number, player in enumerate(written["payoffs"])
    )
    flat = [tuple(_flat(player)) for player in cells]
    if not {name for own in flat for cell in own for name in cell.names} <= {*table.parameters}:
        if one:
            cells = (one_population_formulas(cells[0], shares),)
        return PopulationTable(players, actions, shares, cells)
    if one:
        flat.append(tuple(_flat([*zip(*cells[0], strict=True)])))  # the roles exchanged
        owners = (f"{players[0]} 1", f"{players[0]} 2")
    matrix = PayoffTable(tuple(flat), owners, shape)
    return PopulationTable(players, actions, shares, cells, matrix)


def _parameter(name: str, table: ParameterTable) -> Parameter:
    lower, upper = table.bounds or (-np.inf, np.inf)
    return Parameter(
        name,
        table.value,
        table.meaning,
        lower=lower,
        upper=upper,
        integer=table.integer,
        unit=table.unit,
    )


def _bad_names(table: GameFile) -> Iterator[Problem]:
    for name in table.parameters:
        if not name.isidentifier() or iskeyword(name) or name in FUNCTIONS:
            rule = f"must be a plain name, and not one of {', '.join(FUNCTIONS)}"
            yield Problem(rule, "parameters", name)


def _bad_counts(table: GameFile) -> Iterator[Problem]:
    players = len(table.players)
    if (table.payoffs is None) == (table.advantages is None):
        rule = "needs either payoffs or advantages"
        yield Problem(rule, value="none" if table.payoffs is None else "both")
    if table.advantages is not None and table.shares is None:
        rule = "needs names for the shares that advantages speak of"
        yield Problem(rule, "shares", remedy='such as shares = ["x", "y"], one per player')
    if table.populations == "one" and players != 1:
        remedy = "one population has one player, one list of actions and one table of payoffs"
        yield Problem('must have 1 entry with populations = "one"', "players", players, remedy)
    for key in ("actions", "payoffs", "advantages"):
        entries = getattr(table, key)
        if entries is not None and len(entries) != players:
            rule = f"must have {players} entries, one per player"
            yield Problem(rule, key, len(entries))


def _bad_values(
    parameters: Mapping[str, Parameter], tables: Mapping[str, ParameterTable]
) -> Iterator[Problem]:
    for name, parameter in parameters.items():
        bounds = tables[name].bounds
        if bounds is not None and not bounds[0] <= bounds[1]:
            rule = "must be a lower and an upper bound"
            yield Problem(rule, f"parameters.{name}.bounds", bounds)
            continue
        for problem in parameter.problems(parameter.default):
            yield Problem(problem.rule, f"parameters.{name}.value", parameter.default)


def _cells(
    node: Any,
    owners: Sequence[str],
    actions: Sequence[Sequence[str]],
    where: str,
    read: Callable[[Any, str], Formula],
) -> Any:
    """Read one player's nested payoffs: lists of lists of formulas, one level per player."""
    if not actions:
        return read(node, where)
    size = len(actions[0])
    if not isinstance(node, list) or len(node) != size:
        rule = f"must be an array of {size} entries, one per action of {owners[0]}"
        raise ModelError(rule, where=where, value=len(node) if isinstance(node, list) else node)
    return [
        _cells(entry, owners[1:], actions[1:], f"{where}[{number}]", read)
        for number, entry in enumerate(node)
    ]


def _flat(cells: Any) -> Iterator[Formula]:
    """Walk nested payoffs, profiles in row-major order."""
    if isinstance(cells, Formula):
        yield cells
        return
    for entry in cells:
        yield from _flat(entry)


def _cell(value: Any, where: str, known: Sequence[str]) -> Formula:
    if isinstance(value, str):
        return parse(value, known, where=where)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise ModelError("must be a number or a formula", where=where, value=value)
    try:
        if isinstance(value, Decimal) and value.is_finite():  # its exponent may be a billion
            number = parse_number(str(value))
        else:
            number = Fraction(value)
        float(number)
    except GameError as problem:
        raise FormulaError(problem.problems[0].rule, where=where, value=str(value)) from None
    except (ValueError, OverflowError):
        raise FormulaError("must be a finite number", where=where, value=str(value)) from None
    return Formula(str(value), frozenset(), ("number", number))
