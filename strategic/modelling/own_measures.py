"""Measures that users declare by a formula over parameters and other measures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from strategic.arrays import Array
from strategic.errors import MeasureError, nearest
from strategic.games.formula import FUNCTIONS, Formula, parse
from strategic.modelling.family import Family
from strategic.modelling.measure import Measure
from strategic.modelling.points import Points
from strategic.modelling.registry import look_up

_NAME = re.compile(r"[^\W\d]\w*(?:\.\w+)*")


def measured_by_formula(
    family: Family,
    name: str,
    formula: str,
    *,
    of: str = "",
    meaning: str = "",
    unit: str = "",
    where: str = "",
) -> Measure:
    """Make a measure of a family from a formula.

    Parameters
    ----------
    family : Family
        What it is to be a measure of.
    name : str
        A name that neither a measure nor a parameter has.
    formula : str
        Arithmetic (``+ - * / ** min max exp log sqrt``) on the family's parameters and on its
        measures that are numbers: ``"payoff.row - payoff.column"``,
        ``"probability.firm.enter * bonus"``, ``"payoff.row@best-welfare - payoff.row@only"``. A
        parameter that is named like a measure is meant. It is undefined where one of these is.
    of : str
        The equilibrium that the formula speaks of, where it does not name one: a selection such as
        ``"best-welfare"``; by default the only one. Whoever asks for the measure may name another,
        as in ``margin@risk-dominant``.
    meaning, unit : str
        For listings and reports.
    where : str
        What errors call the place.

    Returns
    -------
    Measure

    Raises
    ------
    MeasureError
        When the name is taken or no name, or ``of`` selects nothing.
    FormulaError
        When the formula is not arithmetic on these.

    Examples
    --------
    >>> import strategic as st
    >>> hunt = st.load("stag-hunt").family
    >>> gain = measured_by_formula(hunt, "gain", "best_welfare - 2 * hare")
    >>> float(gain.compute(hunt.points({"hare": 3.0})))
    2.0
    """
    place = where or f"measures.{name}"
    _check_name(family, name, place)
    known = _readable(family, formula)
    names = (*family.parameters, *known)
    parsed = parse(formula, names, where=f"{place}.formula", what="parameter or measure")
    used = {n: known[n] for n in sorted(parsed.names) if n not in family.parameters}
    for label in (n for n, m in used.items() if m.kind == "label"):
        rule = f"reads '{label}', a label; formulas read numbers"
        raise MeasureError(rule, where=f"{place}.formula", value=formula)
    selections = next((m.selections for m in used.values() if m.selections), ())
    if of and of not in selections:
        rule = "must be the name of a selection" if selections else "the formula selects nothing"
        remedy = nearest(of, selections) or f"one of {', '.join(selections)}" * bool(selections)
        raise MeasureError(rule, where=f"{place}.of", value=of, remedy=remedy)
    games = {id(m.game): m.game for m in used.values()}
    return Measure(
        name,
        _Computed(parsed, used, of),
        meaning or f"{' '.join(formula.split())}{f' of {of}' if of else ''}.",
        unit=unit,
        of_path=any(m.of_path for m in used.values()),
        selections=selections,
        game=next(iter(games.values())) if len(games) == 1 else None,
        reads=tuple(
            dict.fromkeys([*(r for m in used.values() for r in m.reads), *[of] * bool(of)])
        ),
    )


def with_measures(
    family: Family, declared: Mapping[str, Any], *, where: str = "measures"
) -> Family:
    """Add measures of one's own to a family; a later one may use those before it.

    Parameters
    ----------
    family : Family
        The family, which stays as it is.
    declared : mapping of str to Measure, str or mapping
        By name: a whole measure, a formula, or the keywords of `measured_by_formula`.
    where : str
        What errors call the place.

    Examples
    --------
    >>> import strategic as st
    >>> own = {"gap": {"formula": "payoff.first - payoff.second", "of": "best-welfare"}}
    >>> "gap" in with_measures(st.load("battle-of-the-sexes").family, own).measures
    True
    """
    for name, entry in declared.items():
        again = dict(family.declared)
        if isinstance(entry, Measure):
            made = entry
        else:
            again[name] = {"formula": entry} if isinstance(entry, str) else dict(entry)
            made = measured_by_formula(family, name, where=f"{where}.{name}", **again[name])
        family = replace(family, measures={**family.measures, name: made}, declared=again)
    return family


def declared_again(home: str, declared: Mapping[str, Any]) -> Family:
    """Make a family with measures of one's own from its address, in another process."""
    return with_measures(look_up(home), declared)


@dataclass(frozen=True, eq=False)
class _Computed:
    """A formula with the measures it reads, as the function of a measure."""

    formula: Formula
    measures: Mapping[str, Measure]
    selection: str

    def __call__(self, points: Points, selection: str = "") -> Array:
        values: dict[str, Any] = {}
        for name in self.formula.names:
            read = self.measures.get(name)
            if read is None:
                values[name] = points[name]
                continue
            which = selection or self.selection  # else that of each measure
            chosen = read.at(which) if which and read.selections else read
            values[name] = chosen.numbers(chosen.compute(points))
        return self.formula.evaluate(values)


def _check_name(family: Family, name: str, place: str) -> None:
    if not _NAME.fullmatch(name) or name in FUNCTIONS:
        rule = f"must be letters, digits and '_', and not one of {', '.join(FUNCTIONS)}"
        raise MeasureError(rule, where=place, value=name)
    if name in family.parameters:
        raise MeasureError("a parameter has this name; choose another", where=place, value=name)
    if name in family.measures or name in family.games or name.partition(".")[0] in family.games:
        raise MeasureError("a measure has this name; choose another", where=place, value=name)


def _readable(family: Family, formula: str) -> dict[str, Measure]:
    """Give every measure a formula may read, by each name it can be written with."""
    listed = dict(family.measures)
    if any(f"{game}." in formula for game in family.games):
        listed |= family.of_games
    found: dict[str, Measure] = {}
    for name, measure in listed.items():
        if measure.dated:
            continue
        found[name] = measure
        if "@" in formula:
            found |= {f"{name}@{which}": measure.at(which) for which in measure.selections}
    return found
