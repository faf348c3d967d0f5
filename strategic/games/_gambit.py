"""A game handed over to Gambit, by the text that every version of Gambit reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import TYPE_CHECKING

from strategic.arrays import Array
from strategic.games._numbers import fraction_text
from strategic.games.names import distinct, plain_ascii

if TYPE_CHECKING:
    import pygambit


def gambit_game(
    payoffs: Sequence[Array],
    *,
    players: Sequence[str],
    actions: Sequence[Sequence[str]],
    title: str,
    comment: str,
) -> pygambit.Game:
    """Make a Gambit game from payoffs in fractions, one array ``(n_1, ..., n_p)`` per player.

    Examples
    --------
    >>> import numpy as np
    >>> from fractions import Fraction
    >>> payoffs = np.array([[Fraction(1, 3), Fraction(2)]], dtype=object)
    >>> names = {"players": "AB", "actions": (["a"], ["2", "1"]), "title": "", "comment": ""}
    >>> theirs = gambit_game([payoffs, payoffs], **names)
    >>> [strategy.label for strategy in list(theirs.players)[1].strategies]
    ['2', '1']
    """
    import pygambit

    shown = [distinct([plain_ascii(name) for name in names]) for names in (players, *actions)]
    # Gambit renames one after the other and stumbles over a name that another one still has, so
    # everybody first gets a name longer than any to come.
    mark = "_" * max(len(name) for names in shown for name in names)
    first, *others = (_listed(f"{mark}{k}" for k in range(len(names))) for names in shown)
    cells = zip(*(map(fraction_text, table.ravel(order="F")) for table in payoffs), strict=True)
    numbers = "\n".join(map(" ".join, cells))
    text = f'NFG 1 R "" {first}\n{{ {" ".join(others)} }}\n""\n{numbers}\n'
    theirs = pygambit.read_nfg(BytesIO(text.encode("ascii")))
    theirs.title, theirs.description = plain_ascii(title), plain_ascii(comment)
    for player, name, names in zip(theirs.players, *shown[:1], shown[1:], strict=True):
        player.label = name
        for strategy, label in zip(player.strategies, names, strict=True):
            strategy.label = label
    return theirs


def _listed(names: Iterable[str]) -> str:
    return "{ " + " ".join(f'"{name}"' for name in names) + " }"
