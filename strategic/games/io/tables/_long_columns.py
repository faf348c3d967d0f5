"""Which column of a long table is what, by the names that people give them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from strategic.errors import FileError
from strategic.games._checks import MOST_PLAYERS

_GAMES = (
    *("game", "game_id", "gameid", "game_number", "game_no", "game_nr", "batch_0", "g", "id"),
    *("match", "round", "period"),
)
_PLAYERS = ("player", "player_id", "role", "side", "who")
_PAYOFFS = ("payoff", "payoffs", "utility", "value", "u", "pay", "payout")
_NUMBERING = ("", "index", "__index_level_0__", "unnamed:_0", "rownames", "row_names")
"""Columns that number the rows, as other programs write them."""
_ACTION = (
    *("{}_action", "action_{}", "action{}", "action_player_{}", "player_{}_action", "a{}", "a_{}"),
    *("{}_strategy", "strategy_{}", "strategy{}", "s{}", "s_{}", "{}_choice", "choice_{}"),
    *("{}_move", "move_{}", "p{}_action", "p{}_strategy", "p{}_choice", "{}"),
    *("player{}", "player_{}", "p{}"),
)
_PAYOFF = (
    *("payoff_{}", "{}_payoff", "payoff{}", "payoff_player_{}", "player_{}_payoff"),
    *("utility_{}", "{}_utility", "utility{}", "u{}", "u_{}", "player_{}", "player{}", "{}"),
    *("p{}_payoff", "pi{}", "pi_{}", "profit{}", "profit_{}", "{}_profit"),
)
_WORDS = (("row", "column"), ("row", "col"), ("r", "c"))


@dataclass(frozen=True)
class LongColumns:
    """The columns of a long table by what they say.

    Parameters
    ----------
    game, player : str or None
        Which game a row belongs to, and whose payoff it holds.
    actions : tuple of str
        One column per player, with the action she plays.
    payoffs : tuple of str
        The one column of payoffs, or where there is no column of players one for each of them.
    further : tuple of str
        Others.
    by_place : bool
        Whether the columns of actions are merely those between the players and the payoffs.
    """

    game: str | None
    player: str | None
    actions: tuple[str, ...]
    payoffs: tuple[str, ...]
    further: tuple[str, ...] = ()
    by_place: bool = False

    @property
    def read(self) -> tuple[str, ...]:
        """All columns that are read."""
        named = (self.game, self.player, *self.actions, *self.payoffs, *self.further)
        return tuple(name for name in named if name is not None)


def long_columns(names: Sequence[str], payoffs: Sequence[str] = ()) -> LongColumns | None:
    """Tell a long table by the names of its columns; None where it is none.

    Parameters
    ----------
    names : sequence of str
        Of the columns.
    payoffs : sequence of str, optional
        The columns of payoffs, one per player, where the user names them.

    Returns
    -------
    LongColumns or None

    Raises
    ------
    FileError
        When it is one, but does not say whose payoffs it holds, or says something twice.

    Examples
    --------
    >>> found = long_columns(["game", "player", "i", "j", "payoff", "year"])
    >>> found.actions, found.payoffs, found.further
    (('i', 'j'), ('payoff',), ('year',))
    >>> long_columns(["Game", "a1", "a2", "a3", "u1", "u2", "u3"]).payoffs
    ('u1', 'u2', 'u3')
    >>> long_columns(["row_0_0", "column_0_0"]) is None
    True
    """
    known: dict[str, str] = {}
    for name in names:
        known.setdefault(_plain(name), name)
    found = _found(known, [name for name in payoffs if name in names])
    if found is None:
        return None
    read = set(map(_plain, found.read))
    counts = Counter(map(_plain, names))
    twice = next(
        (name for name in names if _plain(name) in read and counts[_plain(name)] > 1), None
    )
    if twice is not None:
        raise FileError("must appear only once", where="columns", value=twice)
    taken = set(found.read)
    further = tuple(n for n in names if n not in taken and _plain(n) not in _NUMBERING)
    return replace(found, further=further)


def _found(known: dict[str, str], chosen: Sequence[str]) -> LongColumns | None:
    game = next((known[name] for name in _GAMES if name in known), None)
    player = next((known[name] for name in _PLAYERS if name in known), None)
    one = next((known[name] for name in _PAYOFFS if name in known), None)
    if player is not None and one is not None:
        actions: tuple[str, ...] = next(_series(known, _ACTION, ("i", "j")), ())
        between = actions or _between(known, game, player, one)
        if len(between) < 2:
            return None
        columns = tuple(known[name] for name in between)
        return LongColumns(game, player, columns, (one,), by_place=not actions)
    owners = _named_payoffs(known)
    if owners and not chosen:
        return LongColumns(game, None, *owners)
    for actions in _series(known, _ACTION, ("i", "j")):
        rest = {name: told for name, told in known.items() if name not in actions}
        if chosen:
            return LongColumns(game, None, tuple(known[a] for a in actions), tuple(chosen))
        for payoffs in _series(rest, _PAYOFF, ("a", "b"), ("x", "y")):
            count = min(len(actions), len(payoffs))
            longer = max(actions, payoffs, key=len)
            if len(longer) > count and any(len(name) > 1 for name in longer):
                continue  # but letters go on: in i, j, k the last may be something else
            own, paid = (tuple(known[n] for n in found[:count]) for found in (actions, payoffs))
            return LongColumns(game, None, own, paid)
        others = [told for name, told in rest.items() if told != game and name not in _NUMBERING]
        if len(others) == len(actions) and _are_sure(actions, others):
            own = tuple(known[name] for name in actions)
            return LongColumns(game, None, own, tuple(others))
        if one is not None:
            rule = "must say whose payoff a row holds"
            remedy = "add a column player, or give each player a column payoff_1, payoff_2, .."
            raise FileError(rule, where="columns", value=list(known.values())[:8], remedy=remedy)
    return None


def _are_sure(actions: Sequence[str], others: Sequence[str]) -> bool:
    """Tell whether all that is left beside actions can only be the payoffs of the players."""
    says = re.compile(r"^(.|[as]_?\d+)$|action|strategy|choice|move")
    said = all(map(says.search, actions))
    return said and not any(re.search(r"\D\d+$", name) for name in others)


def _series(
    known: dict[str, str], templates: Sequence[str], *letters: tuple[str, str]
) -> Iterator[tuple[str, ...]]:
    """Yield names of one kind, one per player: by letters, by words or by numbers."""
    for first, second in letters:
        if first in known and second in known:
            following = (chr(ord(first) + k) for k in range(MOST_PLAYERS))
            yield tuple(_while_known(following, known))
    for template in templates:
        for words in _WORDS:
            pair = tuple(template.format(word) for word in words)
            if all(name in known for name in pair):
                yield pair
        if template == "{}":
            continue
        for start in (0, 1):
            numbered = (template.format(start + k) for k in range(MOST_PLAYERS))
            found = tuple(_while_known(numbered, known))
            if len(found) > 1:
                yield found


def _while_known(names: Iterator[str], known: dict[str, str]) -> Iterator[str]:
    for name in names:
        if name not in known:
            return
        yield name


def _named_payoffs(known: dict[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Find ``payoff NAME`` for columns ``NAME``, which then hold the actions."""
    owners = [name for name in known if f"payoff_{name}" in known]
    if len(owners) < 2:
        return None
    return tuple(known[o] for o in owners), tuple(known[f"payoff_{o}"] for o in owners)


def _between(known: dict[str, str], game: str | None, player: str, payoff: str) -> tuple[str, ...]:
    """Take the columns between those of players and of payoffs as those of actions."""
    names = [name for name, told in known.items() if told != game]
    first, last = (names.index(_plain(name)) for name in (player, payoff))
    return tuple(names[first + 1 : last])


def _plain(name: str) -> str:
    return re.sub(r"[\s.\-]+", "_", name.strip().lower())
