"""How answers in words look: one colour, hatch and letter per word, wherever the word is shown.

A family says how its words look in ``Reporting.looks``; figures, tables and the explorer all read
that one mapping, so that a colour means one thing in a report. Words it does not name get colours
that it does not use.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from strategic.reports.figures.style import PALETTE
from strategic.reports.words import spoken

_DARK, _LIGHT = "#16181b", "#ffffff"
_FURTHER = ("#6699cc", "#997700", "#ee99aa", "#004488", "#994455", "#eecc66", "#117733")
"""Colours of words that a family does not name, where it has taken those of the palette."""
_FEWEST = 8
"""Colours before hatches tell words apart: more would look alike."""
_HATCHES = ("", "//", "\\\\", "..", "xx", "++", "oo", "--", "||")


@dataclass(frozen=True)
class Look:
    """How one word looks.

    Parameters
    ----------
    colour : str
        Six hexadecimal digits after ``#``.
    hatch : str
        As matplotlib draws it: colour is never the only signal.
    letter : str
        One character that stands for the word on small maps; a number without one.

    Examples
    --------
    >>> Look("#0072b2").ink, Look("#f0e442").ink
    ('#ffffff', '#16181b')
    """

    colour: str
    hatch: str = ""
    letter: str = ""

    @property
    def ink(self) -> str:
        """The colour in which a letter can be read on this one, dark or light."""
        red, green, blue = (int(self.colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
                  for c in (red, green, blue)]  # fmt: skip
        luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
        # WCAG's contrast with white against that with the dark ink.
        return _LIGHT if 1.05 / (luminance + 0.05) > (luminance + 0.05) / 0.059 else _DARK


UNDEFINED_LOOK = Look("#ffffff", "xxx", "?")


def looks_of(words: Mapping[int, str], known: Mapping[str, Look]) -> dict[int, Look]:
    """Give every word of a vocabulary its look.

    Parameters
    ----------
    words : mapping of int to str
        The vocabulary by position; the word at a negative position stands for "undefined".
    known : mapping of str to Look
        The looks a family has chosen; underscores in words count as spaces.

    Examples
    --------
    >>> looks_of({-1: "undefined", 0: "yes"}, {"yes": Look("#009e73")})[0].colour
    '#009e73'
    """
    chosen = {spoken(word): look for word, look in known.items()}
    taken = {look.colour for look in known.values()}
    free = [colour for colour in PALETTE if colour not in taken]
    free += _FURTHER[: max(0, _FEWEST - len(free))]
    return {
        number: UNDEFINED_LOOK
        if number < 0
        else chosen.get(spoken(word))
        or Look(free[number % len(free)], _HATCHES[number // len(free) % len(_HATCHES)])
        for number, word in words.items()
    }
