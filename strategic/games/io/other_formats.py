"""Formats for other programs: trees by Gambit's own reader; the rest named, with what to do."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from io import BytesIO
from math import prod
from typing import TYPE_CHECKING, Any

from strategic.errors import FileError, StrategicError
from strategic.games.game import Game

if TYPE_CHECKING:
    import pygambit

MOST_PROFILES = 30_000
"""Of a normal form that is made of another form; more would take Gambit many seconds."""
_LETTER = re.compile(r"&#\d{1,7};")
_LARGE_EXPONENT = re.compile(r"(?<=[\d.])[eE][+-]?\d{4,20}")
_NODE = re.compile(r'\b[pc]\s+"')
_MOST_NODES = 10_000


@dataclass(frozen=True)
class OtherFormat:
    """A format that this package has no reader for.

    Parameters
    ----------
    suffix : str
        How files of it end.
    what : str
        What they hold.
    begins : re.Pattern
        How their text begins.
    reader : str
        The function of pygambit that reads them.
    """

    suffix: str
    what: str
    begins: re.Pattern[str]
    reader: str


_EFG = r'\ufeff?\s*EFG\s+\d+\s+[A-Z]\s*["\s]'
OTHER_FORMATS = {
    known.suffix: known
    for known in (
        OtherFormat(".efg", "a Gambit game in extensive form", re.compile(_EFG), "read_efg"),
        OtherFormat(".agg", "an action-graph game", re.compile(r"\ufeff?\s*#AGG\b"), "read_agg"),
        OtherFormat(
            ".bagg", "a Bayesian action-graph game", re.compile(r"\ufeff?\s*#BAGG\b"), "read_bagg"
        ),
        OtherFormat(
            ".gbt",
            "a workbook of Gambit's",
            re.compile(r"\ufeff?\s*(?:<\?xml[^>]*>\s*)?<gambit:document\b"),
            "read_gbt",
        ),
    )
}
"""By the endings of their files."""


def other_format(text: str) -> OtherFormat | None:
    """Recognise a text by how it begins.

    Examples
    --------
    >>> other_format('EFG 2 R "Poker" { "A" "B" }').what, other_format("NFG 1 R")
    ('a Gambit game in extensive form', None)
    """
    return next((known for known in OTHER_FORMATS.values() if known.begins.match(text)), None)


def parse_other(text: str, known: OtherFormat) -> Game:
    """Read a tree with Gambit, as its reduced normal form; say of the rest what it is.

    Parameters
    ----------
    text : str
        The content of the file.
    known : OtherFormat
        Its format.

    Returns
    -------
    Game

    Raises
    ------
    FileError
        When Gambit is not installed or rejects the text, the normal form is too large, or the
        format is another one.
    """
    # Gambit's readers of the other formats can end the process at a damaged file, so they are named
    # but left to the user.
    by_hand = f"strategic.games.from_gambit(pygambit.{known.reader}(FILE))"
    if known.reader != "read_efg":
        remedy = f"open it in Gambit and save it as .nfg, or use {by_hand} in Python"
        raise FileError(f"is {known.what}, which is not read here", remedy=remedy)
    try:
        import pygambit
    except ModuleNotFoundError:
        raise FileError(
            f"is {known.what}, which Gambit's reader reads",
            remedy="install pygambit, or open it in Gambit and save it as .nfg",
        ) from None
    from strategic.games.io.interop import from_gambit

    _check_bounds(text)
    # Gambit takes ASCII only: other letters go through it as character references.
    plain = text.removeprefix("\ufeff").encode("ascii", "xmlcharrefreplace")
    try:
        theirs = pygambit.read_efg(BytesIO(plain))
        _check_size(_sizes(theirs), known)
        game = from_gambit(theirs)
    except StrategicError:
        raise
    except (ValueError, IndexError, KeyError, RuntimeError, UnicodeError) as problem:
        said = str(problem).removeprefix("Parse error in game file: ")
        raise FileError(f"is no valid {known.suffix} file; Gambit says: {said}") from None
    return game if text.isascii() else _with_letters(game)


def _check_bounds(text: str) -> None:
    """Refuse what Gambit's reader would work on for ever, or end the process at."""
    if bomb := _LARGE_EXPONENT.search(text):
        raise FileError("must have exponents of at most three digits", value=bomb[0])
    nodes = len(_NODE.findall(text))
    if nodes > _MOST_NODES:  # it walks down a tree by calling itself
        raise FileError(f"must have at most {_MOST_NODES:,} nodes", value=nodes)


def _check_size(sizes: list[int], known: OtherFormat) -> None:
    if prod(sizes) > MOST_PROFILES:
        raise FileError(
            f"is {known.what} whose normal form would have more than {MOST_PROFILES:,} profiles",
            value=" x ".join(f"{size:,}" if size < 10**9 else f"{size:.0e}" for size in sizes),
            remedy="solve it in Gambit without the normal form, as with pygambit.nash.lcp_solve",
        )


def _sizes(theirs: pygambit.Game) -> list[int]:
    """Count the strategies of every player without listing them."""
    return [_reduced_strategies(player) for player in theirs.players]


def _reduced_strategies(player: pygambit.Player) -> int:
    """Count the reduced strategies of a player, or bound them if she forgets what she did."""
    # A reduced strategy says what to do at the information sets that its own moves leave in reach:
    # the sets that follow one move are answered each on its own, the moves at one set compete.
    if not player.game.is_perfect_recall:
        return prod(len(infoset.actions) for infoset in player.infosets)
    after: dict[Any, list[tuple[int, int]]] = {}
    for infoset in player.infosets:
        move: Any = None
        node = next(iter(infoset.members))  # any of them: with perfect recall all follow one move
        while move is None and node.parent is not None:
            action, node = node.prior_action, node.parent
            if node.player == player:
                move = (node.infoset.number, action.number)
        after.setdefault(move, []).append((infoset.number, len(infoset.actions)))
    counts: dict[Any, int] = {}
    waiting: list[Any] = [None]
    while waiting:
        move = waiting[-1]
        inner = [[(number, a) for a in range(n)] for number, n in after.get(move, ())]
        unknown = [reply for replies in inner for reply in replies if reply not in counts]
        if unknown:
            waiting += unknown
            continue
        counts[waiting.pop()] = prod(sum(counts[reply] for reply in replies) for replies in inner)
    return counts[None]


def _with_letters(game: Game) -> Game:
    """Put the letters back that went through Gambit as character references."""
    import html

    def back(name: str) -> str:
        return _LETTER.sub(lambda found: html.unescape(found[0]), name)

    return replace(
        game,
        title=back(game.title),
        comment=back(game.comment),
        players=tuple(map(back, game.players)),
        actions=tuple(tuple(map(back, names)) for names in game.actions),
    )
