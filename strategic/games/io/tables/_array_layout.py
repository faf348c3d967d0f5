"""Which arrays are payoffs, and of whom, by their names and shapes."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from strategic.errors import FileError, nearest
from strategic.games._checks import MOST_PLAYERS
from strategic.games.io.tables._players import PlayersError, flags_for, order_of
from strategic.games.matrix import player_columns

Shape = tuple[int, ...]
_NUMBERED = re.compile(r"(?:arr_|p(?:layer)?_?|u_?)\d+")


@dataclass(frozen=True)
class ArrayLayout:
    """What the arrays of a file are.

    Parameters
    ----------
    names : tuple of str
        The array of each player, or the one array that holds all of them.
    players : int
    shape : tuple of int
        Number of actions of each player.
    batch : tuple of int
        Axes of games; ``()`` for a single game.
    note : str
        What was guessed, in a sentence; empty where nothing was.
    """

    names: tuple[str, ...]
    players: int
    shape: Shape
    batch: Shape
    note: str = ""

    @property
    def count(self) -> int:
        """Number of games."""
        return math.prod(self.batch)

    @property
    def stacked(self) -> bool:
        """Whether one array holds the payoffs of all players."""
        return len(self.names) < self.players


def layout_of_arrays(
    held: Mapping[str, Shape], *, players: Sequence[str] | None = None
) -> ArrayLayout:
    """Find the arrays of payoffs.

    Arrays ``row`` and ``column``, or ``player_0``, ``player_1``, .., are the payoffs wherever they
    are there. Else as many arrays of one shape as the games have players, with an axis per player
    and one of games before them or none; or one array with an axis of the players, ``(N, 2, m, n)``
    or ``(2, m, n)``.

    Parameters
    ----------
    held : mapping of str to tuple of int
        The shape of every array that holds numbers.
    players : sequence of str, optional
        The array of each player in order. Where all payoffs are in a single array of other name,
        they say how many players it holds.

    Returns
    -------
    ArrayLayout

    Raises
    ------
    FileError
        When no arrays or several sets of arrays could be the payoffs.

    Examples
    --------
    >>> found = layout_of_arrays({"B": (9, 2, 3), "A": (9, 2, 3), "weights": (9,)})
    >>> found.names, found.shape, found.count
    (('A', 'B'), (2, 3), 9)
    """
    if players is not None:
        whole = held if len(held) == 1 else {n: s for n, s in held.items() if could_be_stacked(s)}
        if len(whole) == 1 and not set(players) & set(held):
            name, shape = next(iter(whole.items()))
            return _chosen(_stacked_ways(name, shape), shape, len(players))
        return _of_players(held, list(players), note=False)
    own = _own_names(held)
    if own:
        return _of_players(held, own, note=own == ["player_0", "player_1"])
    ways = _ways(held)
    known = [way for way in ways if _are_known([name.lower() for name in way.names])]
    if len(known) == 1 or len(ways) == 1:
        return _plausible((known or ways)[0])
    if ways:
        raise _unclear(ways)
    raise _none(held)


def layout_of_one(
    many: Mapping[str, Shape], one: Mapping[str, Shape], *, players: Sequence[str] | None = None
) -> ArrayLayout | None:
    """Find the layout of a single array, whose axes of many games are in another order than of one.

    Parameters
    ----------
    many, one : mappings of str to tuple of int
        The shape of every array that holds numbers, were it of many games and were it of one.
    players : sequence of str, optional
        As many as it holds.

    Returns
    -------
    ArrayLayout or None
        None where there are several arrays, or this one has no axis of players.

    Examples
    --------
    >>> layout_of_one({"g": (3, 2, 3)}, {"g": (2, 3, 3)}).shape
    (3, 3)
    """
    if len(many) != 1 or set(players or ()) & set(many):
        return None
    ((name, shape),) = many.items()
    ways = [way for way in _stacked_ways(name, shape) if way.batch]
    ways += [way for way in _stacked_ways(name, one[name]) if not way.batch]
    ways = [way for way in ways if players is None or way.players == len(players)]
    if len(ways) > 1:
        raise _unclear(ways)
    return ways[0] if ways else None


def _plausible(way: ArrayLayout) -> ArrayLayout:
    """Refuse three arrays of three axes whose names do not go together.

    They may be one game of three players, or many games of two with something else about them.
    """
    if way.batch or way.stacked or way.players < 3 or order_of(way.names) is not None:
        return way
    fewer, first = way.players - 1, way.shape[0]
    rule = f"could be {_games_of(1, way.players)}, or {_games_of(first, fewer)}"
    names = ", ".join(way.names)
    remedy = f"name them: {flags_for(way.names)}, or {flags_for(way.names[:fewer])}"
    raise PlayersError(rule, where="arrays", value=names, remedy=remedy)


def _games_of(count: int, players: int) -> str:
    return f"{count} game{'s' * (count != 1)} of {players} players"


def _are_known(names: list[str]) -> bool:
    """Tell names that say on their own that arrays hold the payoffs of the players."""
    letters = [chr(ord("a") + i) for i in range(len(names))]
    pairs = [["row", "column"], ["row", "col"], ["r", "c"]]
    return names in (letters, *pairs) or all(_NUMBERED.fullmatch(name) for name in names)


def _own_names(held: Mapping[str, Shape]) -> list[str]:
    """Give the names that this package writes, where the file has them."""
    both = ["row", "column"]
    found = [name for name in both if name in held]
    if len(found) == 2 or ("player_0" not in held and any(len(held[n]) > 1 for n in found)):
        return both
    count = next(i for i in range(len(held) + 1) if f"player_{i}" not in held)
    if not count:
        return []
    axes = len(held["player_0"])
    if count <= 2:  # of three players' arrays one may be missing, and games have one axis at most
        count = max(2, axes - 1)
    return [f"player_{i}" for i in range(min(count, MOST_PLAYERS, max(axes, 2)))]


def _of_players(held: Mapping[str, Shape], names: list[str], *, note: bool) -> ArrayLayout:
    """Take one array per player, all of one shape."""
    players = len(names)
    if players < 2 or len(set(names)) < players:
        rule = "must name the arrays of two or more players, each once"
        raise FileError(rule, where="players", value=", ".join(names))
    for name in names:
        if name not in held:
            rule = f"must hold an array {name} of shape {_shape_text(players)}"
            raise FileError(rule, where="arrays", value=list(held), remedy=nearest(name, held))
    first = held[names[0]]
    for name in names:
        shape = held[name]
        if len(shape) < players or 0 in shape[-players:]:
            actions = "m and n" if players == 2 else "numbers of actions"
            rule = f"must have shape {_shape_text(players)} with {actions} at least 1"
            raise FileError(rule, where=name, value=shape)
        if shape != first:
            raise FileError(f"must have shape {first} like {names[0]}", where=name, value=shape)
    what = (
        f"arrays {names[0]} and {names[1]} were taken as the payoffs of row and column"
        if players == 2
        else f"arrays {', '.join(names)} were taken as the payoffs of {players} players"
    ) + ("" if first[:-players] else " in one game")
    batch, game = first[:-players], first[-players:]
    return ArrayLayout(tuple(names), players, game, batch, what if note else "")


def _shape_text(players: int) -> str:
    return "(N, m, n)" if players == 2 else f"(N, n_1, .., n_{players})"


def _ways(held: Mapping[str, Shape]) -> list[ArrayLayout]:
    """List every way to read the arrays as games."""
    alike: dict[Shape, list[str]] = defaultdict(list)
    for name, shape in held.items():
        if len(shape) > 1 and 0 not in shape[1:]:
            alike[shape].append(name)
    ways: list[ArrayLayout] = []
    for shape, names in alike.items():
        count = len(names)
        if count > 1 and len(shape) - count in (0, 1):
            order = order_of(names) or range(count)
            ways.append(_of_players(held, [names[i] for i in order], note=True))
        elif count == 1:
            ways += _stacked_ways(names[0], shape)
    return ways


def _stacked_ways(name: str, shape: Shape) -> list[ArrayLayout]:
    """List the ways to read one array as the payoffs of all players."""
    ways = []
    for games in (0, 1):
        players = len(shape) - games - 1
        if players > 1 and shape[games] == players and 0 not in shape[games:]:
            what = f"{'games' if games else 'one game'} of {players} players"
            array = f"array {name}" if name else "array"
            note = f"the {array} of shape {shape} was taken as {what}"
            ways.append(ArrayLayout((name,), players, shape[games + 1 :], shape[:games], note))
    return ways


def could_be_stacked(shape: Shape) -> bool:
    """Tell whether an array may hold the payoffs of all players.

    Examples
    --------
    >>> could_be_stacked((9, 2, 3, 3)), could_be_stacked((9, 3, 3))
    (True, False)
    """
    return bool(_stacked_ways("", shape))


def _chosen(ways: list[ArrayLayout], shape: Shape, players: int) -> ArrayLayout:
    for way in ways:
        if way.players == players:
            return way
    rule = f"must have shape (N, {players}, ..) or ({players}, ..) with an axis for each player"
    raise FileError(rule, where="the array", value=shape)


def _unclear(ways: list[ArrayLayout]) -> PlayersError:
    several = [way for way in ways if not way.stacked]
    if not several and len({way.names for way in ways}) == 1:
        way = ways[0]
        rule = f"could be {' or '.join(_games_of(w.count, w.players) for w in ways)}"
        named = [list(ascii_uppercase[: w.players]) for w in ways]
        flags = (f"{flags_for(n)} for {w.players}" for n, w in zip(named, ways, strict=True))
        remedy = f"name the players: {', '.join(flags)}"
        shape = (*way.batch, way.players, *way.shape)
        error = PlayersError(rule, where=way.names[0], value=shape, remedy=remedy)
        single = [n for n, w in zip(named, ways, strict=True) if w.count == 1]
        return error.reading_as_one(single[0] if len(single) == 1 else ())
    rule = "more than one set of arrays could be the payoffs"
    shown = "; ".join(", ".join(way.names) for way in ways)
    remedy = f"name them, such as {flags_for((several or ways)[0].names)}"
    return PlayersError(rule, where="arrays", value=shown, remedy=remedy)


def _none(held: Mapping[str, Shape]) -> FileError:
    """Say what is wrong with the arrays that come nearest to payoffs."""
    large = {name: shape for name, shape in held.items() if len(shape) > 1}
    own = [name for name in player_columns(2) if name in held]
    rule = "must hold an array row and an array column of shape (N, m, n), or one per player"
    if len(large) == 1 and not own:
        ((name, shape),) = large.items()
        rule = "one array must have an axis of the players: (N, 2, m, n) or (2, m, n)"
        remedy = "give the other player's array too: np.savez(FILE, row=A, column=B)"
        return FileError(rule, where=name, value=shape, remedy=remedy)
    shown = dict(list(held.items())[:6])
    if len(large) > 2:
        remedy = f"name those of the players, such as {flags_for(list(large)[:2])}"
        return PlayersError(rule, where="arrays", value=shown, remedy=remedy)
    remedy = "both must have one shape: transpose one of them" if len(large) == 2 else ""
    return FileError(rule, where="arrays", value=shown, remedy=remedy)
