"""Strategies as users type them: names, own memory-one strategies, zero-determinant families."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import NoReturn

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.errors import GameError
from strategic.games._numbers import parse_number
from strategic.repeated.strategies.automata import Automaton, remembering
from strategic.repeated.strategies.named import (
    AXELROD_PAYOFFS,
    equaliser,
    extortion,
    generous,
    strategy,
)

FAMILIES: dict[str, tuple[Callable[..., Array], str]] = {
    "extortion": (extortion, "takes FACTOR times the other's gain over P"),
    "generous": (generous, "bears FACTOR times the other's loss below R"),
    "equaliser": (equaliser, "fixes the other's long-run payoff at TARGET"),
}
"""Zero-determinant families: functions of the payoffs and one number, and what they do."""
FORMS = {
    "NAME:p,q,r,s": "cooperates with these probabilities after CC, CD, DC and DD; a fifth number "
    "is that of the first period (1)",
    "[p,q,r,s]": "the same without a name",
    "extortion(FACTOR)": FAMILIES["extortion"][1],
    "generous(FACTOR)": FAMILIES["generous"][1],
    "equaliser(TARGET)": FAMILIES["equaliser"][1],
}
"""What can be typed besides names; a second number of a family is its strength (0.5)."""
_MOST = 1000
"""Strategies; each meets each."""
_CALL = re.compile(r"([A-Za-z]+)\(([^()]*)\)")
_OWN = "own ones read NAME:1,0,1,0 or [1,0,1,0]"


def typed_strategies(
    text: str, payoffs: ArrayLike = AXELROD_PAYOFFS, /, *, own: Sequence[Automaton] = ()
) -> list[Automaton]:
    """Read strategies separated by commas.

    Parameters
    ----------
    text : str
        Names of `strategic.repeated.strategies.named.strategy_names`; memory-one strategies
        ``NAME:p,q,r,s`` or ``[p,q,r,s]``, the probabilities of cooperating after CC, CD, DC and
        DD (own action first), with a fifth for the first period, 1 by default;
        ``extortion(FACTOR)``, ``generous(FACTOR)``, ``equaliser(TARGET)``, each with a
        strength as a second number. Numbers may be fractions.
    payoffs : array_like, shape (4,), default (3, 0, 5, 1)
        R, S, T and P, which the families depend on.
    own : sequence of Automaton
        Strategies that are known by their names too.

    Returns
    -------
    list of Automaton
        One each, in the order given.

    Raises
    ------
    GameError
        When a name is unknown, a number is no probability, or the family has no such member.

    Examples
    --------
    >>> [one.name for one in typed_strategies("tft, Mine:1,0,1/2,0, [1,0,0,1], extortion(3)")]
    ['TFT', 'Mine', '[1,0,0,1]', 'extortion(3)']
    """
    parts = list(_parts(text))
    if len(parts) > _MOST:
        raise GameError(f"must be at most {_MOST:,}", where="strategies", value=len(parts))
    named = {one.name: one for one in own}
    players = [named[part] if part in named else _read(part, payoffs) for part in parts]
    if not players:
        raise GameError("needs at least one strategy", where="strategies")
    return players


def _parts(text: str) -> Iterator[str]:
    """Cut at the commas outside brackets, but keep the numbers of ``NAME:p,q,r,s`` together."""
    pieces, depth, start = [], 0, 0
    for place, letter in enumerate(f"{text},"):
        depth += (letter in "([") - (letter in ")]")
        if letter == "," and depth <= 0:
            pieces.append(text[start:place].strip())
            start = place + 1
    pieces = [piece for piece in [*pieces, text[start:].strip()] if piece]
    while pieces:
        whole = pieces.pop(0)
        numbers = _is_number(whole.partition(":")[2])
        while numbers and pieces and _is_number(pieces[0]):
            whole += f",{pieces.pop(0)}"
        yield whole


def _read(part: str, payoffs: ArrayLike) -> Automaton:
    name, colon, typed = (piece.strip() for piece in part.rpartition(":"))
    listed = typed[1:-1] if typed[:1] == "[" and typed[-1:] == "]" else ""
    if listed or (colon and _is_number(typed.partition(",")[0])):
        return _own(name or "".join(part.split()), listed or typed)
    call = _CALL.fullmatch(typed)
    if call is not None and call[1].lower().replace("z", "s") in FAMILIES:
        made = _member(name or "".join(part.split()), call[1], call[2], payoffs)
    else:
        if _is_number(typed):
            _refuse(part, "is not a strategy", _OWN)
        made = strategy(typed)
    return replace(made, name=name) if name else made


def _own(name: str, listed: str) -> Automaton:
    chances = [_number(word, name) for word in listed.split(",")]
    if len(chances) not in (4, 5):
        rule = "needs the probabilities of cooperating after CC, CD, DC and DD"
        _refuse(name, rule, "a fifth is that of the first period", listed)
    for chance in chances:
        if not 0.0 <= chance <= 1.0:
            _refuse(name, "must be a probability, from 0 to 1", "", chance)
    return remembering(name, chances[:4], chances[4] if len(chances) == 5 else 1.0)


def _member(name: str, family: str, listed: str, payoffs: ArrayLike) -> Automaton:
    numbers = [_number(word, name) for word in listed.split(",")]
    if len(numbers) not in (1, 2):
        _refuse(name, "takes one number, and perhaps its strength", "", listed)
    strength = numbers[1] if len(numbers) == 2 else 0.5
    if not 0.0 < strength <= 1.0:
        _refuse(name, "must have a strength above 0 and at most 1", "", strength)
    make, meaning = FAMILIES[family.lower().replace("z", "s")]
    rule = make(payoffs, numbers[0], strength=strength)
    if np.isnan(rule).any():
        limit = "a factor is at least 1, a target lies between P and R, and R > P, T > S"
        _refuse(name, f"there is no strategy that {meaning} here", limit, numbers[0])
    return remembering(name, np.clip(rule, 0.0, 1.0).tolist(), 1.0)


def _is_number(word: str) -> bool:
    try:
        parse_number(word)
    except GameError:
        return False
    return True


def _number(word: str, name: str) -> float:
    try:
        return float(parse_number(word))
    except GameError as problem:
        _refuse(name, problem.problems[0].rule, "", word.strip())


def _refuse(name: str, rule: str, remedy: str, value: object = None) -> NoReturn:
    raise GameError(rule, where=name, value=name if value is None else value, remedy=remedy)
