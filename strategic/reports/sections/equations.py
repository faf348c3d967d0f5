"""A model as formulas: payoffs, what stands in them, conditions, thresholds, and the numbers."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import product
from typing import Any

from strategic.errors import GameError, StrategicError
from strategic.evolution import PopulationGame, corner_conditions
from strategic.games.formula import Formula
from strategic.latex import mathml, plain, symbol, symbols
from strategic.markup import Math, Table, escape_latex
from strategic.modelling import Family, Measure, Model, Parameter
from strategic.reports.blocks import Block, Data
from strategic.reports.formula_markup import condition_latex, formula_latex
from strategic.reports.section import Section
from strategic.reports.words import measured_text, number

_INDEX = re.compile(r"_(?:\{([ij])\}|([ij])(?![A-Za-z]))")
"""An index that stands for a side, or for the other one."""
_WIDEST = 56
"""Characters of a row, as they are seen, up to which the payoffs of two players are one table."""


def equations_of(model: Model) -> dict[str, Any]:
    r"""Write a single model as formulas.

    Parameters
    ----------
    model : Model
        A single model.

    Returns
    -------
    dict
        ``payoffs`` by game, ``definitions`` of what stands in them, ``conditions`` under which each
        pure profile is a strict equilibrium, ``thresholds`` and ``parameters``; formulas in LaTeX.

    Examples
    --------
    >>> import strategic as st
    >>> found = equations_of(st.load("inspection"))
    >>> found["payoffs"]["game"]["formulas"]["contractor"][0]
    '\\mathrm{pay} - \\mathrm{effort}'
    >>> found["conditions"][0]["formulas"]
    ['\\mathrm{cost} < 0', '\\mathrm{effort} - \\mathrm{pay} < 0']
    """
    payoffs = {name: _payoffs(model, name) for name in model.family.games} or _of_populations(model)
    cells = [cell for game in payoffs.values() for own in game["formulas"].values() for cell in own]
    written = _of_measures(model.family)
    thresholds = [
        _measured(model, model.family.measures[name], written[name])
        for name in model.family.equations.thresholds
    ]
    definitions = list(_definitions(model, [*cells, *(one["formula"] for one in thresholds)]))
    conditions = list(_conditions(model))
    everything = [
        *cells,
        *(one["formula"] for one in (*definitions, *thresholds)),
        *(formula for one in conditions for formula in one["formulas"]),
    ]
    return {
        "payoffs": {name: game for name, game in payoffs.items() if game["formulas"]},
        "definitions": definitions,
        "conditions": conditions,
        "thresholds": thresholds,
        "parameters": list(_parameters(model, everything)),
    }


def _payoffs(model: Model, name: str) -> dict[str, Any]:
    """Write what each profile pays; nothing where payoffs come from a Python function."""
    try:
        game = model.game(name)
    except GameError:  # too many players for a table, as the sections of the game say
        return {"actions": [], "formulas": {}}
    table = model.family.equations.payoffs.get(name, ())
    if not table and not model.family.parameters:  # a game of numbers
        table = [[Formula("", frozenset(), ("number", cell)) for cell in own.ravel()]
                 for own in game.fractions()]  # fmt: skip
    named = zip(game.players, table, strict=bool(table) and not isinstance(table[0], str))
    formulas = {
        player: [own] if isinstance(own, str) else [_latex(cell) for cell in own]
        for player, own in named
    }
    whole = any(isinstance(own, str) for own in table)
    return {"actions": [list(own) for own in game.actions], "formulas": formulas, "whole": whole}


def _of_populations(model: Model) -> dict[str, dict[str, Any]]:
    """Write what each action pays as the shares are, where that is no matter of profiles."""
    game = _written_populations(model)
    if game is None or game.formulas is None:
        return {}
    own = zip(game.players, game.formulas.payoffs, strict=True)
    formulas = {player: [_latex(entry) for entry in entries] for player, entries in own}
    named = {"actions": [list(own) for own in game.actions], "formulas": formulas}
    return {"advantages" if game.formulas.advantages else "shares": named}


def _latex(formula: Formula | str) -> str:
    return formula if isinstance(formula, str) else formula_latex(formula.tree)


def _definitions(model: Model, formulas: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Follow symbols to what defines them, until only parameters are left."""
    known = {entry["symbol"]: entry for entry in _defined(model)}
    parameters = {name for entry in model.family.parameters.values()
                  for name in symbols(symbol_latex(entry))}  # fmt: skip
    open_formulas = list(formulas)
    while open_formulas:
        for name in symbols(open_formulas.pop(0)):
            entry = None if name in parameters else known.pop(name, None)
            if entry is not None:
                yield {key: value for key, value in entry.items() if key != "symbol"}
                open_formulas.append(entry["formula"])


def _defined(model: Model) -> Iterator[dict[str, Any]]:
    """List what the family defines: letters and, where these say the same, rather measures."""
    family = model.family
    for letter in family.letters:
        if letter.formula:
            for formula in _of_sides(letter.definition, family.equations.sides):
                yield {
                    "symbol": symbols(formula)[0],
                    "name": "",
                    "meaning": letter.meaning,
                    "formula": formula,
                    "value": None,
                }
    for name, formula in _of_measures(family).items():
        measure, left = family.measures[name], _left(formula)
        if left and len(symbols(left)) == 1 and not measure.of_path:
            yield {"symbol": symbols(left)[0], **_measured(model, measure, formula)}


def _of_measures(family: Family) -> dict[str, str]:
    """Give the formulas of measures, those that share one for a side i each for its own side."""
    sharing: dict[str, list[str]] = {}
    for measure in family.measures.values():
        sharing.setdefault(measure.formula, []).append(measure.name)
    found: dict[str, str] = {}
    for formula, names in sharing.items():
        sides = _of_sides(formula, family.equations.sides)
        each = sides if len(sides) == len(names) else [formula] * len(names)
        found.update(zip(names, each, strict=True))
    return found


def _of_sides(formula: str, sides: Sequence[str]) -> list[str]:
    """Write a formula of a side i for every side; of one that names none, only itself."""
    if not sides or not _INDEX.search(formula):
        return [formula]
    return [
        _INDEX.sub(partial(_named, {"i": side, "j": other}), formula)
        for side, other in zip(sides, sides[::-1], strict=True)
    ]


def _named(sides: Mapping[str, str], found: re.Match[str]) -> str:
    return f"_{sides[found[1] or found[2]]}"


def _measured(model: Model, measure: Measure, formula: str) -> dict[str, Any]:
    value = measure.decode(measure.compute(model.points))
    return {
        "name": measure.name,
        "meaning": measure.meaning,
        "formula": formula,
        "value": value if isinstance(value, str) or value is None else number(value),
    }


def _conditions(model: Model) -> Iterator[dict[str, Any]]:
    """Say when each pure profile is a strict equilibrium, where payoffs are formulas."""
    game = _written_populations(model)
    if game is None:
        return
    try:
        found = corner_conditions(game)
    except StrategicError:  # too many profiles; the sections of the game say so
        return
    for name in dict.fromkeys(condition.name for condition in found):
        own = [condition for condition in found if condition.name == name]
        yield {
            "profile": name,
            "formulas": [condition_latex(condition.condition) for condition in own],
            "holds": all(bool(condition.value < 0) for condition in own),
        }


def _written_populations(model: Model) -> PopulationGame | None:
    """Give the game of populations where its payoffs are formulas in parameters."""
    populations = model.family.populations
    if populations is None or not model.family.parameters:
        return None
    game: PopulationGame = populations(model.points)
    return game if game.formulas is not None and game.formulas.values else None


def _parameters(model: Model, formulas: Sequence[str]) -> Iterator[dict[str, Any]]:
    """List the parameters that stand in the formulas, with their numbers."""
    used = {name for formula in formulas for name in symbols(formula)}
    for name, parameter in model.family.parameters.items():
        written = symbol_latex(parameter)
        if used & set(symbols(written)):
            yield {
                "name": name,
                "symbol": written,
                "value": number(model.points[name]),
                "unit": parameter.unit,
                "meaning": parameter.meaning,
            }


def symbol_latex(parameter: Parameter) -> str:
    """Write a parameter as formulas do: its symbol, or its name."""
    return parameter.symbol or symbol(parameter.name)


def _layout(section: Data, _model: Model) -> Block:
    """Lay the formulas out; the numbers stand beside them."""
    known = {entry["name"] for entry in section["definitions"]}
    thresholds = [entry for entry in section["thresholds"] if entry["name"] not in known]
    defined = [entry["formula"] for entry in [*section["definitions"], *thresholds]]
    equations = [*_payoff_equations(section["payoffs"], tables=True), *defined]
    conditions = [
        [entry["profile"], _conditions_cell(entry["formulas"]), "yes" if entry["holds"] else "no"]
        for entry in section["conditions"]
    ]
    measured = [
        [Math(_left(entry["formula"])), measured_text(entry["value"]), entry["meaning"]]
        for entry in [*section["definitions"], *thresholds]
        if entry["name"]
    ]
    given = [
        [Math(entry["symbol"]), _given(entry["value"]), entry["unit"], entry["meaning"]]
        for entry in section["parameters"]
    ]
    tables = [
        Table(["profile", "strict equilibrium where", "now"], conditions),
        Table(["symbol", "value", "meaning"], measured),
        Table(["parameter", "value", "unit", "meaning"], given),
    ]
    return Block(
        "equations",
        "Equations",
        equations=equations,
        formulas=[mathml(formula, block=True) for formula in equations],
        lines=[*map(plain, _payoff_equations(section["payoffs"])), *map(plain, defined)],
        tables=[table for table in tables if table.rows],
        drawn=True,
        detail=True,
    )


def _conditions_cell(formulas: Sequence[str]) -> str:
    """Join conditions; numbers are left out where they are below 0, and decide where not."""
    numbers = {formula for formula in formulas if not symbols(formula)}
    if any(not formula.startswith("-") for formula in numbers):
        return "never"
    left = dict.fromkeys(formula for formula in formulas if formula not in numbers)
    return Math(",\\ ".join(left)) if left else "always"


def _given(value: float) -> str:
    return "unset" if math.isnan(value) else measured_text(value)


def _payoff_equations(payoffs: Mapping[str, Data], *, tables: bool = False) -> Iterator[str]:
    """Write the payoffs of every game, of two players in one table where it is narrow enough."""
    for name, game in payoffs.items():
        if game.get("whole"):  # equations as they are; symbols stand among the definitions
            yield from (own for (own,) in game["formulas"].values() if "=" in own)
            continue
        table = _table_equation(game) if tables and len(game["actions"]) == 2 else ""
        index = rf"^{{\text{{{escape_latex(name)}}}}}" if len(payoffs) > 1 else ""
        if table:
            players = ",\\, ".join(_payoff(player, index) for player in game["formulas"])
            yield rf"({players}) = {table}"
            continue
        for place, (player, own) in enumerate(game["formulas"].items()):
            u, actions = _payoff(player, index), game["actions"][place]
            if name == "advantages":
                first, second = map(_word, actions)
                yield rf"{u}({first}) - {u}({second}) = {own[0]}"
                continue
            profiles = [(a,) for a in actions] if name == "shares" else product(*game["actions"])
            for profile, cell in zip(profiles, own, strict=True):
                played = r",\, ".join(map(_word, profile))
                yield rf"{u}({played}) = {cell}"


def _table_equation(game: Data) -> str:
    first, second = game["formulas"].values()
    rows, columns = game["actions"]
    cells = [rf"{one},\; {other}" for one, other in zip(first, second, strict=True)]
    table = [cells[k : k + len(columns)] for k in range(0, len(cells), len(columns))]
    if any(sum(len(plain(cell)) for cell in row) > _WIDEST for row in table):
        return ""
    head = " & ".join(["", *map(_word, columns)])
    body = [" & ".join([_word(row), *own]) for row, own in zip(rows, table, strict=True)]
    lines = r" \\ ".join([rf"{head} \\ \hline {body[0]}", *body[1:]])
    return rf"\begin{{array}}{{l|{'c' * len(columns)}}} {lines} \end{{array}}"


def _payoff(player: str, index: str) -> str:
    return rf"u{index}_{{{_word(player)}}}"


def _word(name: str) -> str:
    return rf"\text{{{escape_latex(name)}}}"


def _left(formula: str) -> str:
    """Take what a formula defines; nothing where its first equals sign is one of its conditions."""
    left, equals, _ = formula.partition("=")
    inside = r"\begin" in left or left.count("{") > left.count("}")
    return left.strip() if equals and not inside else ""


def _applies(model: Model) -> bool:
    family = model.family
    without = not family.games and _written_populations(model) is not None
    return without or bool(family.equations.payoffs)


EQUATIONS = Section(
    "equations",
    lambda model, _seed: equations_of(model),
    _layout,
    applies=_applies,
)
