"""Which columns of a table are payoffs, of whom and at which actions, by their names."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from strategic.errors import FileError
from strategic.games._arrow import labels_of
from strategic.games._checks import MOST_PLAYERS
from strategic.games.io.tables._players import PlayersError, flags_for, order_of
from strategic.games.matrix import player_columns

NUMBERING = ("", "game", "index", "__index_level_0__")
"""Columns that may number the games, as pandas and others write them."""
_BETWEEN = r"[\s_.,;:|()\[\]{}/\\'\"-]"
_PLACE = re.compile(rf"\d+(?:{_BETWEEN}+\d+)*{_BETWEEN}*\Z", re.ASCII)
_AFTER_PLAYER = re.compile(rf"{_BETWEEN}+\Z", re.ASCII)
_OF_MANY = re.compile(r"player_\d+(_\d+)+", re.ASCII)
"""The number of a player is not that of an action."""
_NUMBER = re.compile(r"[+-]?\d*\.?\d+([eE][+-]?\d+)?", re.ASCII)
_LONGEST_NAME, _MOST_DIGITS = 200, 9
_Places = dict[str, dict[tuple[int, ...], str]]
_RULE = "must have columns row_0_0, ... and column_0_0, ..., or player_0_0_0_0, ..."


@dataclass(frozen=True)
class Layout:
    """What the columns of a table of games are.

    Parameters
    ----------
    shape : tuple of int
        Number of actions of each player.
    columns : tuple of str
        The columns of payoffs: those of the first player first, later actions fastest.
    extra : tuple of str
        All other columns.
    notes : tuple of str
        What was guessed, a sentence each.
    labels : mapping
        Names of players and actions, title and comment of all games, as keywords of `Game`.
    """

    shape: tuple[int, ...]
    columns: tuple[str, ...]
    extra: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    labels: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class _Side:
    """Columns that end in places of one full table of actions: the payoffs of one player."""

    name: str
    columns: dict[tuple[int, ...], str]
    base: int
    shape: tuple[int, ...]

    def listed(self) -> list[str]:
        return [self.columns[place] for place in _places(self.shape, self.base)]


def layout_of(names: Sequence[str], *, players: Sequence[str] | None = None) -> Layout:
    """Find the columns of payoffs, such as ``row_0_0``, ``a11``, ``A_1_1`` or ``u1[1,2]``.

    A column of payoffs ends in the actions of all players, counted from 0 where a 0 occurs and
    else from 1; before them stands whose payoffs they are. As many full tables of one shape as
    the games have players make games.

    Parameters
    ----------
    names : sequence of str
        Of all columns.
    players : sequence of str, optional
        What stands before the actions in the columns of each player.

    Returns
    -------
    Layout

    Raises
    ------
    FileError
        When no columns or several sets of columns could be the payoffs, or a name stands twice.

    Examples
    --------
    >>> found = layout_of(["id", "b11", "b12", "a11", "a12"])
    >>> found.shape, found.columns, found.extra
    ((1, 2), ('a11', 'a12', 'b11', 'b12'), ('id',))
    """
    twice = next((name for name, times in Counter(names).items() if times > 1), None)
    if twice is not None and all(_NUMBER.fullmatch(name.strip()) for name in names):
        raise _incomplete(names)
    if twice is not None:
        remedy = "give each column its own name, in one line"
        raise FileError("must appear only once", where="columns", value=twice, remedy=remedy)
    sides = _sides_named(names, players) if players else _sides_guessed(names)
    columns = tuple(name for side in sides for name in side.listed())
    payoffs = set(columns)
    extra = tuple(name for name in names if name not in payoffs)
    shape = sides[0].shape
    _check_rest(sides, extra)
    plain = sides[0].base == 0 and tuple(s.name for s in sides) == tuple(player_columns(len(sides)))
    return Layout(shape, columns, extra, () if plain or players else (_note(sides),))


def _check_rest(sides: Sequence[_Side], extra: Sequence[str]) -> None:
    """Refuse further columns that look like payoffs of these players, such as a110 beside a11."""
    players = len(sides)
    of_players = "|".join(re.escape(side.name) for side in sides)
    apart = rf"\d+(?:{_BETWEEN}+\d+){{{players - 1},}}"
    place, column = next(iter(sides[0].columns.items()))
    close = re.findall(r"\d+", column)[-1] == "".join(map(str, place))
    together = rf"\d{{{players},}}" if close else apart
    looks = re.compile(
        rf"(?:{of_players}){_BETWEEN}*(?:{apart}|{together}){_BETWEEN}*", re.IGNORECASE | re.ASCII
    )
    for name in extra:
        if len(name) <= _LONGEST_NAME and looks.fullmatch(name):
            games = " x ".join(map(str, sides[0].shape))
            raise FileError(
                f"looks like a payoff, but none of {games} games",
                where="columns",
                value=name,
                remedy="write the actions apart, as in a_1_10, or rename it",
            )


def labelled(layout: Layout, metadata: Mapping[bytes, bytes] | None) -> Layout:
    """Add the names that this package writes beside columns of Arrow."""
    return replace(layout, labels=labels_of(metadata, layout.shape))


def are_wide(names: Sequence[str], players: Sequence[str] | None = None) -> bool:
    """Tell whether columns are the payoffs of games, one row per game.

    Examples
    --------
    >>> are_wide(["payoff row 1 1", "payoff col 1 1"]), are_wide(["Ann", "payoff Ann"])
    (True, False)
    """
    try:
        layout_of(names, players=players)
    except FileError:
        return False
    return True


def _sides_guessed(names: Sequence[str]) -> list[_Side]:
    """Find the one way to read the names as games."""
    exact: list[list[_Side]] = []
    crowded: list[list[_Side]] = []
    for players, gathered in _readings(names):
        own = set(player_columns(players))
        for sides in _alike(_full(gathered)):
            if own <= {side.name.lower() for side in sides}:
                others = [side for side in sides if side.name.lower() not in own]
                if others:
                    raise _unknown(others[0].listed()[0], players)
                return _in_order(sides) or sides
            if len(sides) >= players:
                (exact if len(sides) == players else crowded).append(sides)
    # The payoffs of n players look like those of more games of fewer players, too many for these.
    taken = [{name for side in sides for name in side.columns.values()} for sides in exact]
    crowded = [
        sides
        for sides in crowded
        if not any(all(columns >= set(s.columns.values()) for s in sides) for columns in taken)
    ]
    usual = [ordered for sides in exact if (ordered := _in_order(sides)) is not None]
    if len(usual) == 1:
        return usual[0]
    if len(exact) == 1 and not crowded:
        return exact[0]
    if exact or crowded:
        raise _unclear([*exact, *crowded])
    raise _incomplete(names)


def _sides_named(names: Sequence[str], players: Sequence[str]) -> list[_Side]:
    """Find the columns that begin with the names of the players."""
    wanted = [_AFTER_PLAYER.sub("", name) for name in players]
    if len(set(wanted)) < len(wanted) or len(wanted) < 2:
        rule = "must name the columns of two or more players, each once"
        raise FileError(rule, where="players", value=", ".join(players))
    for count, gathered in _readings(names, len(wanted)):
        for alike in _alike(_full(gathered)):
            sides = {side.name: side for side in alike}
            if count == len(wanted) and set(wanted) <= set(sides):
                return [sides[name] for name in wanted]
    begun = [n for n in names if any(n.startswith(player) for player in wanted)]
    rule = f"no full table of actions for each of {', '.join(wanted)}"
    raise FileError(rule, where="columns", value=(begun or list(names))[:4], remedy=_HOW_NAMED)


def _readings(names: Sequence[str], only: int | None = None) -> Iterator[tuple[int, _Places]]:
    """Read names as payoffs of each possible number of players, with and without marks between.

    ``a_1_12`` is action 12 against action 1; ``a112`` three players' actions 1, 1 and 2.
    """
    parsed = []
    for name in names:
        found = _PLACE.search(name) if len(name) <= _LONGEST_NAME else None
        if found:
            numbers = [(m.start() + found.start(), m[0]) for m in re.finditer(r"\d+", found[0])]
            if all(len(digits) <= _MOST_DIGITS for _, digits in numbers):
                parsed.append((name, numbers))
    ours = {name for name, _ in parsed if _OF_MANY.fullmatch(name)}
    spaced = max((len(numbers) for _, numbers in parsed), default=0)
    close = max((len(numbers[-1][1]) for _, numbers in parsed), default=0)
    for players in [only] if only else range(2, min(max(spaced, close), MOST_PLAYERS) + 1):
        apart = [
            (name, name[: numbers[-players][0]], tuple(int(d) for _, d in numbers[-players:]))
            for name, numbers in parsed
            if len(numbers) >= players and (name not in ours or len(numbers) == players + 1)
        ]
        together = [
            (name, name[: numbers[-1][0]], tuple(map(int, numbers[-1][1])))
            for name, numbers in parsed
            if len(numbers[-1][1]) == players
        ]
        yield players, _gathered(apart)
        yield players, _gathered(together)


def _gathered(columns: list[tuple[str, str, tuple[int, ...]]]) -> _Places:
    """Gather columns by what stands before the actions."""
    gathered: _Places = defaultdict(dict)
    torn = set()
    for name, before, place in columns:
        player = _AFTER_PLAYER.sub("", before)
        if gathered[player].setdefault(place, name) != name:
            torn.add(player)  # two columns for one outcome are no payoffs
    whole = {player: places for player, places in gathered.items() if player not in torn}
    return _joined_cases(whole)


def _joined_cases(gathered: _Places) -> _Places:
    """Take names that differ in their case as one player's, unless each stands for an outcome."""
    alike: dict[str, list[str]] = defaultdict(list)
    for player in gathered:
        alike[player.lower()].append(player)
    joined: _Places = {}
    for players in alike.values():
        places = {place: name for player in players for place, name in gathered[player].items()}
        if len(places) == sum(len(gathered[player]) for player in players):
            joined[players[0]] = places
        else:
            joined |= {player: gathered[player] for player in players}
    return joined


def _full(gathered: _Places) -> list[_Side]:
    """Keep what makes full tables of actions."""
    sides = []
    for player, places in gathered.items():
        base = 0 if any(0 in place for place in places) else 1
        shape = tuple(max(along) + 1 - base for along in zip(*places, strict=True))
        # places are distinct and within the table, so that their number tells whether it is full
        if math.prod(shape) == len(places):
            sides.append(_Side(player, places, base, shape))
    return sides


def _alike(sides: list[_Side]) -> list[list[_Side]]:
    gathered: dict[tuple[tuple[int, ...], int], list[_Side]] = defaultdict(list)
    for side in sides:
        gathered[side.shape, side.base].append(side)
    return list(gathered.values())


def _in_order(sides: list[_Side]) -> list[_Side] | None:
    """Put players in the order that their names have; None where they have none."""
    order = order_of([side.name for side in sides])
    return None if order is None else [sides[i] for i in order]


def _places(shape: tuple[int, ...], base: int) -> Iterator[tuple[int, ...]]:
    """List the outcomes one by one; a wrong name may ask for more than memory holds."""
    for number in range(math.prod(shape)):
        place, rest = [], number
        for size in reversed(shape):
            rest, action = divmod(rest, size)
            place.append(base + action)
        yield tuple(reversed(place))


def _note(sides: list[_Side]) -> str:
    columns = [side.listed() for side in sides]
    shown = [", ".join(own[:2]) + (", .." if len(own) > 2 else "") for own in columns]
    whose = "row and column" if len(sides) == 2 else f"{len(sides)} players, in this order"
    taken = " and ".join(shown) if len(sides) == 2 else "; ".join(shown)
    return f"columns {taken} were taken as the payoffs of {whose}, actions from {sides[0].base}"


_HOW_NAMED = "columns of payoffs are called PLAYER_ACTION_ACTION, such as row_0_0 or a11"


def _unclear(ways: list[list[_Side]]) -> PlayersError:
    first = ways[0]
    players = len(first[0].shape)
    of_all = dict.fromkeys(side.name for sides in ways for side in sides)
    remedy = f"name them, such as {flags_for([side.name for side in first[:players]])}"
    rule = f"more than {players} sets of columns could be payoffs"
    return PlayersError(rule, where="columns", value=", ".join(of_all), remedy=remedy)


def _unknown(name: str, players: int) -> PlayersError:
    flags = flags_for(player_columns(players))
    rule = "a column of payoffs that belongs to none of the players"
    remedy = f"rename it, or name the columns of the players: {flags}"
    return PlayersError(rule, where="columns", value=name, remedy=remedy)


def _incomplete(names: Sequence[str]) -> FileError:
    """Say which column is missing, as far as the others show what they are."""
    if names and all(_NUMBER.fullmatch(name.strip()) for name in names):
        remedy = "put a line with names before them: row_0_0,row_0_1,.."
        rule = "must have names; these are numbers"
        return FileError(rule, where="columns", value=list(names[:4]), remedy=remedy)
    actions = {name.count("_") - 1: name for name in names if _OF_MANY.fullmatch(name)}
    if len(actions) > 1:
        rule = f"must have one action per player, of three to {MOST_PLAYERS} players"
        return FileError(rule, where="columns", value=actions[min(actions)])
    for players, sides in _readings(names):
        own = player_columns(players)
        told = {name.lower(): name for name in sides}
        known = [told.get(name, name) for name in own]
        if not any(name in sides for name in known):
            order = order_of(list(sides)) if len(sides) == players else None
            if order is None:
                continue
            known = [list(sides)[i] for i in order]
        places = [place for name in known for place in sides.get(name, ())]
        base = 0 if any(0 in place for place in places) else 1
        shape = tuple(max(along) + 1 - base for along in zip(*places, strict=True))
        # only as many places are gone through as there are columns, whatever the shape
        for name in known:
            for place in _places(shape, base):
                if place not in sides.get(name, ()):
                    column = _spelt(name, place, [c for s in sides.values() for c in s.values()])
                    games = " x ".join(map(str, shape))
                    return FileError(f"{column} is missing for {games} games", where="columns")
    remedy = "one game may have a row per outcome: Ann, Bob, payoff Ann, payoff Bob"
    return FileError(_RULE, where="columns", value=list(names[:4]), remedy=remedy)


def _spelt(player: str, place: tuple[int, ...], others: Sequence[str]) -> str:
    """Write the name of a column as the others are written."""
    apart = "_" if re.search(r"\d[^\da-zA-Z]+\d+[^\da-zA-Z]*\Z", others[0]) else ""
    return f"{player}{apart}{apart.join(map(str, place))}"
