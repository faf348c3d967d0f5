"""Own strategies from tables, as model files write them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

from strategic.chains import RAREST
from strategic.errors import GameError, nearest
from strategic.repeated.strategies.automata import Automaton, remembering

FIELDS = {
    "name": "what it is called",
    "states": "probability of the first action in each state; it starts in the first",
    "next": "per state, the next state after CC, CD, DC and DD, own action first, counted from 1",
    "memory": "instead of states and next: probabilities of the first action after CC, CD, DC and "
    "DD; a fifth number is that of the first period (1)",
}
"""The keys of one table."""
_OUTCOMES = ("CC", "CD", "DC", "DD")


def automata_of_tables(tables: Iterable[Any], *, where: str) -> tuple[Automaton, ...]:
    """Turn tables into strategies.

    Parameters
    ----------
    tables : iterable of mappings
        Each with ``name`` and either ``states`` and ``next``, or ``memory``: see `FIELDS`.
        Automata themselves pass.
    where : str
        Where the tables stand, for errors.

    Returns
    -------
    tuple of Automaton

    Raises
    ------
    GameError
        Naming the table, the key and the rule that it breaks.

    Examples
    --------
    >>> own = {"name": "Slow", "states": [1, 1, 0], "next": [[1, 2, 1, 2], [1, 3, 1, 3], [3] * 4]}
    >>> [one.following[1] for one in automata_of_tables([own], where="estimate.automata")]
    [(0, 2, 0, 2)]
    """
    if isinstance(tables, Mapping | str) or not isinstance(tables, Iterable):
        _refuse(where, "must be a list of tables", type(tables).__name__)
    made = [
        one if isinstance(one, Automaton) else _read(one, f"{where}[{number}]")
        for number, one in enumerate(tables, 1)
    ]
    names = [one.name for one in made]
    for name in names:
        if names.count(name) > 1:
            _refuse(where, "must have strategies of different names", name)
    return tuple(made)


def _read(table: Any, where: str) -> Automaton:
    if not isinstance(table, Mapping):
        _refuse(where, "must be a table with name, states and next", table)
    for key in table:
        if key not in FIELDS:
            raise GameError(
                "has no such key", where=where, value=key,
                remedy=nearest(str(key), FIELDS) or f"it may have {', '.join(FIELDS)}",
            )  # fmt: skip
    name = table.get("name")
    if not isinstance(name, str) or not name.strip() or set(name) & set(",:[]()"):
        _refuse(f"{where}.name", "must be a name without , : [ ] ( )", name)
    given = [key for key in ("states", "next", "memory") if key in table]
    if given == ["memory"]:
        chances = _chances(table["memory"], f"{where}.memory")
        if len(chances) not in (4, 5):
            rule = "needs four probabilities, after CC, CD, DC and DD, and perhaps a first one"
            _refuse(f"{where}.memory", rule, table["memory"])
        return remembering(name, chances[:4], chances[4] if len(chances) == 5 else 1.0)
    if given != ["states", "next"]:
        _refuse(where, "needs states and next, or memory alone", given)
    chances = _chances(table["states"], f"{where}.states")
    return Automaton(name, tuple(chances), _moves(table["next"], f"{where}.next", len(chances)))


def _chances(values: Any, where: str) -> list[float]:
    if not isinstance(values, list | tuple) or not values:
        _refuse(where, "must be a list of probabilities", values)
    for place, value in enumerate(values, 1):
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not (value == 0 or RAREST <= value <= 1):
            _refuse(f"{where}[{place}]", "must be a probability, from 0 to 1", value)
    return [float(value) for value in values]


def _moves(rows: Any, where: str, states: int) -> tuple[tuple[int, int, int, int], ...]:
    if not isinstance(rows, list | tuple) or len(rows) != states:
        size = len(rows) if isinstance(rows, list | tuple) else rows
        _refuse(where, f"must have one row per state, {states}", size)
    made = []
    for number, row in enumerate(rows, 1):
        if not isinstance(row, list | tuple) or len(row) != len(_OUTCOMES):
            rule = f"must have four next states, after {', '.join(_OUTCOMES)}"
            _refuse(f"{where}[{number}]", rule, row)
        for outcome, state in zip(_OUTCOMES, row, strict=True):
            whole = isinstance(state, int) and not isinstance(state, bool)
            if not whole or not 1 <= state <= states:
                rule = f"must be a state from 1 to {states}, counted from 1"
                _refuse(f"{where}[{number}], after {outcome}", rule, state)
        made.append((row[0] - 1, row[1] - 1, row[2] - 1, row[3] - 1))
    _all_reached(made, where)
    return tuple(made)


def _all_reached(moves: list[tuple[int, int, int, int]], where: str) -> None:
    """Raise an error where a state cannot be reached: whoever counts from 0 is told so."""
    reached, fresh = {0}, [0]
    while fresh:
        fresh = [s for s in dict.fromkeys(moves[fresh.pop()]) if s not in reached] + fresh
        reached |= set(fresh)
    lost = next((state for state in range(len(moves)) if state not in reached), None)
    if lost is not None:
        raise GameError(
            "must lead to every state from the first", where=where, value=lost + 1,
            remedy="leave the state out, or count states from 1",
        )  # fmt: skip


def _refuse(where: str, rule: str, value: object) -> NoReturn:
    raise GameError(rule, where=where, value=value)
