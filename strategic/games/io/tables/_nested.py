"""Games as nested lists in JSON: lists of games, objects with one list per player, records."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from strategic.errors import FileError
from strategic.games._checks import MOST_PLAYERS
from strategic.games.game import size_text
from strategic.games.io.tables._array_layout import layout_of_arrays
from strategic.games.io.tables._players import PlayersError, flags_for, order_of
from strategic.games.io.tables._records import Decimal

_KNOWN = (("row", "column"), ("row", "col"), ("A", "B"), ("a", "b"), ("rows", "columns"))
_NUMBERED = re.compile(r"(?:player|payoffs?|arr|p|u)_?\d+")
_NOT_CARRIED = ("schema", "payoffs", "players", "actions")
_DEEPEST = MOST_PLAYERS + 2
_CELLS = "a game was taken as one list of rows per player, [A, B], not as rows of cells of pairs"
_NO_GAMES = "must hold at least one game"
_HOW = 'a game is [A, B] or {"row": A, "column": B}, with A a list of rows'


@dataclass(frozen=True)
class NestedGames:
    """Payoffs of games, one after another, and what else a document says of each.

    Parameters
    ----------
    shape : tuple of int
        Number of actions of each player.
    payoffs : list of lists or of Arrow arrays
        The entries of each player, game by game: numbers, texts, or None where one is missing.
    extra : dict of lists or of Arrow arrays
        Further fields, one entry per game.
    labels : dict
        Names of players and actions, where all games have the same.
    notes : tuple of str
        What was guessed, a sentence each.
    """

    shape: tuple[int, ...]
    payoffs: list[Any]
    extra: dict[str, Any] = field(default_factory=dict)
    labels: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """Number of games."""
        return len(self.payoffs[0]) // math.prod(self.shape)


def games_of(document: Any, names: Sequence[str] | None = None) -> NestedGames:
    """Read games from nested lists.

    Parameters
    ----------
    document : parsed JSON
        A list of games; an object with ``games``, with ``payoffs`` (games by players) or with one
        array per player; or an object whose fields are the games by their names.
    names : sequence of str, optional
        The fields of the players' payoffs.

    Returns
    -------
    NestedGames

    Raises
    ------
    FileError
        When it holds no games, or games of several shapes.

    Examples
    --------
    >>> games_of([{"A": [[1, 2]], "B": [[3, 4]], "id": "x"}]).extra
    {'id': ['x']}
    >>> games_of([[[[1, 2]], [[3, 4]]]]).payoffs
    [[1, 2], [3, 4]]
    """
    if isinstance(document, list):
        return _of_list(document, "", names)
    if not isinstance(document, dict):
        raise FileError("must hold games", value=type(document).__name__, remedy=_HOW)
    games = document.get("games")
    if isinstance(games, list):
        return _of_list(games, "games", names, strict=True)
    if isinstance(games, dict):
        return _by_name(games, names)
    if "payoffs" in document:
        return _of_payoffs(document)
    lists = {n: e for n, e in document.items() if isinstance(e, list) and len(e)}
    if len(lists) == 1 and all(isinstance(game, dict) for game in next(iter(lists.values()))):
        ((name, games),) = lists.items()
        return _of_list(games, name, names, strict=True)
    arrays = {name: entry for name, entry in lists.items() if _axes_of(entry) > 1}
    if names or (arrays and not _are_games(arrays)):
        return _of_arrays(document, arrays, names)
    return _by_name(document, names)


def _of_list(
    games: list[Any], where: str, names: Sequence[str] | None, *, strict: bool = False
) -> NestedGames:
    if not games:
        raise FileError(_NO_GAMES, where=where)
    kinds = {type(game) for game in games}
    if kinds == {dict}:
        return _of_objects(games, where, names)
    if kinds != {list}:
        kind = type(games[0]) if isinstance(games[0], dict | list) else list
        odd = next(k for k, game in enumerate(games) if not isinstance(game, kind))
        raise FileError("must be games of one kind", where=f"{where}[{odd}]", remedy=_HOW)
    try:
        shape, flat = rectangle(games, where)
    except FileError:
        _check_alike(games, where)
        raise
    players = len(shape) - 2
    if players >= 2 and shape[1] == players:
        notes = (_CELLS,) if shape[-1] == players else ()
        return NestedGames(shape[2:], _by_player(flat, shape[0], players), notes=notes)
    if not strict and players >= 1 and shape[0] == players + 1:
        note = f"the outer list was taken as the payoffs of {players + 1} players in one game"
        return NestedGames(shape[1:], _by_player(flat, 1, players + 1), notes=(note,))
    rule = "must be a list of games with one array per player"
    if len(shape) > 2 and shape[-1] == len(shape) - 2:
        remedy = "put the players' axis before the actions': [A, B], not cells of pairs"
        raise FileError(rule, where=where, value=shape, remedy=remedy)
    raise FileError(rule, where=where, value=shape, remedy=_HOW)


def rectangle(nested: list[Any], where: str) -> tuple[tuple[int, ...], list[Any]]:
    """Give the shape of nested lists, and their entries in order.

    Raises
    ------
    FileError
        When lists on one level are of different lengths.

    Examples
    --------
    >>> rectangle([[1, 2, 3], [4, 5, 6]], "A")
    ((2, 3), [1, 2, 3, 4, 5, 6])
    """
    shape: list[int] = []
    layer: list[Any] = [nested]
    while layer and isinstance(layer[0], list) and len(shape) < _DEEPEST:
        if any(type(entry) is not list for entry in layer):
            break
        sizes = set(map(len, layer))
        if len(sizes) > 1:
            rule = f"lists on level {len(shape) + 1} must all be as long"
            raise FileError(rule, where=where, value=sorted(sizes)[:4])
        shape.append(sizes.pop())
        layer = list(chain.from_iterable(layer))
    odd = {type(entry) for entry in layer} & {list, dict, bool}
    if odd:
        value = next(entry for entry in layer if type(entry) in odd)
        rule = "must be nested lists of numbers, as deep everywhere"
        raise FileError(rule, where=where, value=value)
    return tuple(shape), layer


def _check_alike(games: list[Any], where: str) -> None:
    """Name two games whose shapes differ; nothing if all are alike."""
    first: tuple[int, ...] | None = None
    for number, game in enumerate(games):
        shape, _ = rectangle(game, f"{where}[{number}]")
        first = shape if first is None else first
        if shape != first:
            raise unlike(f"{where}[0]", first[1:], f"{where}[{number}]", shape[1:])


def unlike(one: str, first: tuple[int, ...], other: str, second: tuple[int, ...]) -> FileError:
    """Say that two games of one batch have different shapes.

    Examples
    --------
    >>> print(unlike("a.nfg", (2, 2), "b.nfg", (2, 3)))
    all games must have one shape: a.nfg is 2x2, b.nfg is 2x3; put the games of each shape into ...
    """
    shapes = [size_text(shape) if shape else "empty" for shape in (first, second)]
    rule = f"all games must have one shape: {one} is {shapes[0]}, {other} is {shapes[1]}"
    remedy = "put the games of each shape into a table or folder of their own"
    return FileError(rule, remedy=remedy)


def _by_player(flat: list[Any], games: int, players: int) -> list[list[Any]]:
    """Regroup entries ``(games, players, cells)`` by player."""
    cells = len(flat) // (games * players)
    found = []
    for player in range(players):
        starts = range(player * cells, len(flat), players * cells)
        found.append(list(chain.from_iterable(flat[s : s + cells] for s in starts)))
    return found


def _of_objects(games: list[Any], where: str, names: Sequence[str] | None) -> NestedGames:
    """Read games that are objects: payoffs under the names of players, and further fields."""
    own = player_fields(games[0], names)
    stacked = "payoffs" if own or "payoffs" in games[0] else _stacked_field(games[0])
    fields = own or (stacked,)
    for number, game in enumerate(games):
        if any(name not in game for name in fields):
            held = ", ".join(map(str, list(game)[:6]))
            rule = f"must have the payoffs of the players, {' and '.join(fields)}"
            raise FileError(rule, where=f"{where}[{number}]", value=held, remedy=_HOW)
    if own:
        columns = [_of_field(games, name, where) for name in own]
        _check_equal(columns, own, where)
        shape, payoffs = columns[0][0][1:], [flat for _, flat in columns]
        if len(shape) != len(own):
            raise _axes(own, shape, where)
    else:
        whole, flat = _of_field(games, stacked, where)
        shape = whole[2:]
        if len(shape) < 2 or whole[1] != len(shape):
            raise _axes([stacked], shape, where)
        payoffs = _by_player(flat, len(games), len(shape))
    known = {*(own or ()), stacked, *_NOT_CARRIED}
    further = dict.fromkeys(name for name in chain.from_iterable(games) if name not in known)
    extra = {name: [_scalar(game.get(name)) for game in games] for name in further}
    extra = {
        name: found for name, found in extra.items() if any(e not in (None, "") for e in found)
    }
    return NestedGames(shape, payoffs, extra, _labels(games, where), note_of(own))


def _of_field(games: list[Any], name: str, where: str) -> tuple[tuple[int, ...], list[Any]]:
    column = [game[name] for game in games]
    odd = next((k for k, entry in enumerate(column) if not isinstance(entry, list)), None)
    if odd is not None:
        place = f"{where}[{odd}].{name}"
        raise FileError("must be nested lists", where=place, value=column[odd], remedy=_HOW)
    try:
        return rectangle(column, name)
    except FileError:
        shapes = [rectangle(entry, f"{where}[{k}].{name}")[0] for k, entry in enumerate(column)]
        other = next((k for k, shape in enumerate(shapes) if shape != shapes[0]), None)
        if other is None:
            raise
        raise unlike(f"{where}[0]", shapes[0], f"{where}[{other}]", shapes[other]) from None


def _labels(games: list[Any], where: str) -> dict[str, Any]:
    """Take the names of players and actions where all games have the same."""
    labels: dict[str, Any] = {}
    for key in ("players", "actions"):
        first = games[0].get(key)
        if not first or any(game.get(key) != first for game in games):
            continue
        lists = [first] if key == "players" else first
        if not isinstance(first, list) or any(
            not isinstance(names, list) or any(not isinstance(n, str) for n in names)
            for names in lists
        ):
            raise FileError("must be a list of names", where=f"{where}[0].{key}", value=first)
        labels[key] = tuple(map(tuple, first)) if key == "actions" else tuple(first)
    return labels


def _of_payoffs(document: dict[str, Any]) -> NestedGames:
    """Read ``{"payoffs": ...}``: one array per player, or games of one array per player."""
    payoffs = document["payoffs"]
    if not isinstance(payoffs, list) or not payoffs:
        raise FileError("must be a list of arrays, one per player", where="payoffs", value=payoffs)
    shape, flat = rectangle(payoffs, "payoffs")
    labels = _labels([document], "")
    if len(shape) == len(payoffs) + 1:
        told = {name: [_scalar(document[name])] for name in document if name not in _NOT_CARRIED}
        told = {name: found for name, found in told.items() if found[0] not in (None, "")}
        return NestedGames(shape[1:], _by_player(flat, 1, len(payoffs)), told, labels)
    if len(shape) > 3 and shape[1] == len(shape) - 2:
        found = _by_player(flat, shape[0], shape[1])
        return NestedGames(shape[2:], found, labels=labels)
    raise _axes(["payoffs"], shape, "")


def _of_arrays(
    document: dict[str, Any], arrays: dict[str, Any], names: Sequence[str] | None
) -> NestedGames:
    """Read one array per player, ``(N, m, n)`` or that of one game; further lists are columns."""
    read = {name: rectangle(entry, name) for name, entry in arrays.items()}
    layout = layout_of_arrays({name: shape for name, (shape, _) in read.items()}, players=names)
    payoffs = [read[name][1] for name in layout.names]
    if layout.stacked:
        payoffs = _by_player(payoffs[0], layout.count, layout.players)
    extra = {
        name: [_scalar(entry) for entry in column]
        for name, column in document.items()
        if isinstance(column, list) and len(column) == layout.count
        if name not in (*layout.names, *_NOT_CARRIED)
    }
    labels, notes = _labels([document], ""), (layout.note,) * bool(layout.note)
    return NestedGames(layout.shape, payoffs, extra, labels, notes)


def _are_games(arrays: dict[str, Any]) -> bool:
    """Tell games by their names, each with an array per player, from one array per player.

    Raises
    ------
    FileError
        When they could be either.
    """
    depths = {_axes_of(entry) for entry in arrays.values()}
    depth = depths.pop()
    if (
        len(arrays) == 1
        or depths
        or depth < 3
        or any(len(entry) != depth - 1 for entry in arrays.values())
    ):
        return False
    if any(set(pair) <= set(arrays) for pair in _KNOWN) or all(map(_NUMBERED.fullmatch, arrays)):
        return False
    if len(arrays) in (depth, depth - 1):
        rule = "may be payoffs of players or games by their names"
        remedy = f'name them ({flags_for(list(arrays))}), or put them under "games"'
        raise PlayersError(rule, where="keys", value=", ".join(arrays), remedy=remedy)
    return True


def _by_name(document: dict[str, Any], names: Sequence[str] | None) -> NestedGames:
    """Read an object whose fields are games by their names."""
    games = {name: game for name, game in document.items() if isinstance(game, list | dict)}
    if not games:
        held = ", ".join(map(str, list(document)[:6]))
        raise FileError("must hold games", where="keys", value=held, remedy=_HOW)
    found = _of_list(list(games.values()), "", names, strict=True)
    keys = list(games)
    extra = found.extra if keys == [str(k) for k in range(len(keys))] else {"game": keys}
    return NestedGames(
        found.shape, found.payoffs, {**extra, **found.extra}, found.labels, found.notes
    )


def player_fields(game: dict[str, Any], names: Sequence[str] | None) -> tuple[str, ...] | None:
    """Find the fields of one game that hold the payoffs of one player each: n arrays of n axes."""
    if names:
        return tuple(names)
    axes = {name: _axes_of(entry) for name, entry in game.items()}
    for pair in _KNOWN:
        if all(axes.get(name) == len(pair) for name in pair):
            return pair
    for depth in sorted(set(axes.values()) - {0, 1}):
        arrays = [name for name, found in axes.items() if found == depth]
        numbered = [name for name in arrays if _NUMBERED.fullmatch(name)]
        for names_ in (numbered, arrays):
            if len(names_) == depth:
                order = order_of(names_)
                return tuple(names_ if order is None else [names_[k] for k in order])
    return None


def _stacked_field(game: dict[str, Any]) -> str:
    """Find the one field that holds a matrix for each player of a game."""
    fits = [name for name, entry in game.items() if 2 < _axes_of(entry) == len(entry) + 1]
    return fits[0] if len(fits) == 1 else "payoffs"


def _axes_of(entry: Any) -> int:
    axes = 0
    while isinstance(entry, list) and entry and axes <= _DEEPEST:
        entry, axes = entry[0], axes + 1
    return axes


def _check_equal(
    columns: list[tuple[tuple[int, ...], list[Any]]], own: Sequence[str], where: str
) -> None:
    for name, (shape, _) in zip(own, columns, strict=True):
        if shape != columns[0][0]:
            rule = f"must have the shape {columns[0][0]} of {own[0]}"
            raise FileError(rule, where=f"{where}.{name}".lstrip("."), value=shape)


def _axes(own: Sequence[str], shape: tuple[int, ...], where: str) -> FileError:
    rule = "must have one axis per player, after that of the games"
    return FileError(rule, where=where or ", ".join(own), value=shape, remedy=_HOW)


def note_of(own: Sequence[str] | None) -> tuple[str, ...]:
    if not own or tuple(own) == ("row", "column") or own[0] == "player_0":
        return ()
    whose = "row and column" if len(own) == 2 else f"{len(own)} players, in this order"
    return (f"{', '.join(own)} were taken as the payoffs of {whose}",)


def _scalar(entry: Any) -> Any:
    """Write a field for a column: numbers as numbers, lists as JSON."""
    if isinstance(entry, Decimal):
        return float(entry)
    return json.dumps(entry) if isinstance(entry, list | dict) else entry
