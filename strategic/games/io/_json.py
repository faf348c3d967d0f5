"""One game as a JSON document: title, players, actions and one payoff array per player."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import numpy as np

from strategic.errors import FileError, GameError, nearest
from strategic.games._checks import checked_payoffs
from strategic.games._numbers import parse_number
from strategic.games.game import Game
from strategic.games.io.files import check_depth

_KEYS = ("schema", "title", "comment", "players", "actions", "payoffs")


def format_json(game: Game) -> str:
    """Write a game as a JSON document; exact numbers are strings such as ``"1/3"``.

    Parameters
    ----------
    game : Game
        One game, not a batch.

    Returns
    -------
    str

    Raises
    ------
    GameError
        When the game is a batch.

    Examples
    --------
    >>> print(format_json(Game.from_payoffs([[1, 2]], [[3, 0.5]], title="Tiny")))
    {
      "schema": 1,
      "title": "Tiny",
      "comment": "",
      "players": ["player 1", "player 2"],
      "actions": [["1"], ["1", "2"]],
      "payoffs": [
        [[1.0, 2.0]],
        [[3.0, 0.5]]
      ]
    }
    <BLANKLINE>
    """
    if game.batch_shape:
        raise GameError("this file holds one game", where="batch shape", value=game.batch_shape)
    checked_payoffs(game.payoffs)
    payoffs = game.payoffs if game.exact is None else game.texts()
    tables = ",\n    ".join(json.dumps(p.tolist()) for p in payoffs)
    lines = [
        '"schema": 1',
        f'"title": {json.dumps(game.title)}',
        f'"comment": {json.dumps(game.comment)}',
        f'"players": {json.dumps(game.players)}',
        f'"actions": {json.dumps(game.actions)}',
        f'"payoffs": [\n    {tables}\n  ]',
    ]
    return "{\n  " + ",\n  ".join(lines) + "\n}\n"


def json_document(game: Game) -> dict[str, Any]:
    """Give what the document of a game holds; a payoff that is missing is null.

    Examples
    --------
    >>> json_document(Game.from_payoffs([[1, 2]], [[3, 0.5]]))["payoffs"]
    [[[1.0, 2.0]], [[3.0, 0.5]]]
    """
    numbers = game.payoffs if game.exact is None else game.texts()
    payoffs = []
    for doubles, own in zip(game.payoffs, numbers, strict=True):
        entries = own.astype(object)
        entries[np.isnan(doubles)] = None
        payoffs.append(entries.tolist())
    told = {name: text for name in ("title", "comment") if (text := getattr(game, name))}
    return {
        "schema": 1,
        **told,
        "players": list(game.players),
        "actions": [list(names) for names in game.actions],
        "payoffs": payoffs,
    }


def parse_json(text: str) -> Game:
    """Read a game from a JSON document; every number is taken exactly as written.

    Parameters
    ----------
    text : str
        An object with ``payoffs`` (one nested array per player, of numbers or of strings such as
        ``"1/3"``) and, where given, ``title``, ``comment``, ``players`` and ``actions``.

    Returns
    -------
    Game

    Raises
    ------
    FileError, GameError
        When it is not JSON, or not a game.

    Examples
    --------
    >>> parse_json('{"payoffs": [[["1/3", 2]], [[3, 0.1]]]}').fractions()[0]
    array([[Fraction(1, 3), Fraction(2, 1)]], dtype=object)
    """
    try:
        document = json.loads(
            text, parse_float=parse_number, parse_int=parse_number, parse_constant=_not_finite
        )
    except json.JSONDecodeError as problem:
        raise FileError(f"is not JSON: {problem.msg}", where=f"line {problem.lineno}") from None
    except RecursionError:
        raise FileError("is nested too deeply") from None
    check_depth(document)
    if not isinstance(document, dict):
        raise FileError("must be a JSON object with the key payoffs")
    for key in document:
        if key not in _KEYS:
            raise FileError("unknown key", value=key, remedy=nearest(key, _KEYS))
    if document.get("schema", 1) != 1:
        raise FileError("must be 1", where="schema", value=document["schema"])
    payoffs, actions = document.get("payoffs"), document.get("actions", [])
    if not isinstance(payoffs, list) or not payoffs:
        raise FileError("must be a list of arrays, one per player", where="payoffs", value=payoffs)
    if not isinstance(actions, list):
        raise FileError("must be a list", where="actions", value=actions)
    return Game.from_payoffs(
        *_exact(payoffs, "payoffs"),
        title=_text(document.get("title", ""), "title"),
        comment=_text(document.get("comment", ""), "comment"),
        players=_names(document.get("players", []), "players"),
        actions=tuple(_names(names, f"actions[{i}]") for i, names in enumerate(actions)),
    )


def _exact(nested: Any, where: str) -> Any:
    if isinstance(nested, list):
        return [_exact(item, f"{where}[{i}]") for i, item in enumerate(nested)]
    if isinstance(nested, Fraction):
        return nested
    if not isinstance(nested, str):
        raise FileError("must be a number", where=where, value=nested)
    try:
        return parse_number(nested)
    except GameError as problem:
        raise FileError(problem.problems[0].rule, where=where, value=nested) from None


def _not_finite(text: str) -> None:
    raise FileError("payoffs must be finite", value=text)


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise FileError("must be a string", where=where, value=value)
    if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
        raise FileError("must not hold half of a surrogate pair", where=where, value=value)
    return value


def _names(value: Any, where: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise FileError("must be a list", where=where, value=value)
    return tuple(_text(name, f"{where}[{i}]") for i, name in enumerate(value))
