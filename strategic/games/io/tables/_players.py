"""Names of players in files: their order, and the options that give them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise, takewhile
from typing import Self

from strategic.errors import FileError

_FIRST_AND_SECOND = (("row", "column"), ("row", "col"), ("rows", "columns"), ("r", "c"))
_MOST_DIGITS = 9


class PlayersError(FileError):
    """Payoffs that could be those of several sets of players, or of none.

    ``one_game`` are the names of players under which the file holds a single game, where it does
    so in one way only.
    """

    one_game: tuple[str, ...] = ()

    def reading_as_one(self, names: Sequence[str]) -> Self:
        """Add under which names the file holds a single game."""
        self.one_game = tuple(names)
        return self


def order_of(names: Sequence[str]) -> list[int] | None:
    """Tell the order of players' names: row before column, A before B, player 2 before player 10.

    Examples
    --------
    >>> order_of(["pay_col", "pay_row"]), order_of(["p10", "p9"]), order_of(["Ann", "Bob"])
    ([1, 0], [1, 0], None)
    """
    low = [name.lower() for name in names]
    start = len(_common_start(low))
    end = len(_common_start([name[start:][::-1] for name in low]))
    for rest in (low, [name[start : len(name) - end] for name in low]):
        for pair in _FIRST_AND_SECOND:
            if sorted(rest) == sorted(pair):
                return [rest.index(name) for name in pair]
    # A common beginning may end within a number: p10 and p11.
    digits = [re.search(r"\d+\Z", name[: len(name) - end]) for name in low]
    by_number = [int(found[0]) for found in digits if found and len(found[0]) <= _MOST_DIGITS]
    stems = {name[: found.start()] for name, found in zip(low, digits, strict=True) if found}
    if len(by_number) == len(low) and len(stems) == 1:
        return sorted(range(len(low)), key=by_number.__getitem__)
    if all(len(name) == 1 and name.isalpha() for name in rest):
        letters = sorted(rest)
        if all(ord(b) - ord(a) == 1 for a, b in pairwise(letters)):
            return sorted(range(len(low)), key=rest.__getitem__)
    return None


def _common_start(names: Sequence[str]) -> str:
    """Give the letters that all names begin with."""
    columns = takewhile(lambda letters: len(set(letters)) == 1, zip(*names, strict=False))
    return "".join(letters[0] for letters in columns)


def flags_for(names: Sequence[str]) -> str:
    """Write the options that name the payoffs of the players.

    Examples
    --------
    >>> flags_for(["x", "y"])
    '--row x --column y'
    """
    if len(names) == 2:
        return f"--row {names[0]} --column {names[1]}"
    return f"--players {','.join(names)}"
