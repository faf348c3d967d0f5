"""From the parsed text of a game file to a model: parameters, and payoffs as formulas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from keyword import iskeyword
from typing import Any

import numpy as np

from strategic.catalogue._claim_tables import claims_of
from strategic.catalogue._problems import raise_any, validated
from strategic.catalogue.custom import PayoffTable, table_family
from strategic.catalogue.schema import GameFile, ParameterTable
from strategic.errors import FormulaError, GameError, ModelError, Problem
from strategic.games._numbers import parse_number
from strategic.games.formula import FUNCTIONS, Formula, parse
from strategic.modelling import Model, Parameter


def game_of(data: Mapping[str, Any], *, written: Any) -> Model:
    """Check the parsed text of a game file and make the model.

    Parameters
    ----------
    data : mapping
        The whole file, its numbers as doubles.
    written : nested lists
        Its payoffs with decimals as they were written, so that ties in the file are ties.

    Raises
    ------
    ModelError
        One problem per broken rule, each with its place in the file.
    FormulaError
        When a payoff is not arithmetic on the declared parameters.
    """
    table: Any = validated(GameFile, data)
    raise_any([*_bad_names(table), *_bad_counts(table)])
    parameters = {name: _parameter(name, entry) for name, entry in table.parameters.items()}
    raise_any(_bad_values(parameters, table.parameters))
    formulas = tuple(
        tuple(_cells(player, table, f"payoffs[{number}]", depth=0))
        for number, player in enumerate(written)
    )
    payoffs = PayoffTable(formulas, tuple(table.players), tuple(map(tuple, table.actions)))
    family = table_family(payoffs, parameters, table.title)
    claims = claims_of(table, data, family)
    model = Model(family, {}, title=table.title, claims=claims)
    _ = model.game()  # every payoff is finite at the values of the file
    return model


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
    for key, entries in (("actions", table.actions), ("payoffs", table.payoffs)):
        if len(entries) != players:
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


def _cells(node: Any, table: GameFile, where: str, depth: int) -> Iterator[Formula]:
    """Walk one player's nested payoffs, profiles in row-major order."""
    if depth == len(table.players):
        yield _cell(node, table, where)
        return
    actions = table.actions[depth]
    if not isinstance(node, list) or len(node) != len(actions):
        owner = table.players[depth]
        rule = f"must be an array of {len(actions)} entries, one per action of {owner}"
        raise ModelError(rule, where=where, value=len(node) if isinstance(node, list) else node)
    for number, entry in enumerate(node):
        yield from _cells(entry, table, f"{where}[{number}]", depth + 1)


def _cell(value: Any, table: GameFile, where: str) -> Formula:
    if isinstance(value, str):
        return parse(value, table.parameters, where=where)
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
