"""What each colour means in the reports of a relationship: sides, types, actions, regimes.

A colour has one meaning in every figure, table and explorer: whatever is cooperation is green, the
government blue and the organisation vermilion. Shades of slate stand for yes and no, and for how
well something holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from strategic.families.relationship._choices import OUTCOMES
from strategic.families.relationship._sides import SIDES
from strategic.reports.figures.style import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    SKY,
    VERMILION,
    YELLOW,
)
from strategic.reports.looks import Look

LINE_OF_SIDE: Mapping[str, Mapping[str, Any]] = {
    SIDES[0]: {"color": BLUE, "linestyle": "-"},
    SIDES[1]: {"color": VERMILION, "linestyle": "--"},
}
"""Colour and line of each side: colour is never the only signal."""
REGIMES_LOOK: Mapping[str, Look] = {
    "C": Look(GREEN, letter="C"),
    "d": Look("#f3b48b", "//", "d"),  # a tint of the organisation's colour: it alone cooperates
    "o": Look("#9ccbe6", "\\\\", "o"),  # a tint of the government's
    ".": Look(GREY, "..", "."),
}
_TYPES: Mapping[str, Look] = {
    "cooperation": Look(GREEN, letter="C"),
    "subordination": Look(YELLOW, "..", "Y"),
    "capture": Look(PURPLE, letter="K"),
    "restriction": Look(ORANGE, letter="R"),
    "substitution": Look(SKY, letter="S"),
    "confrontation": Look("#7a3b2e", "//", "X"),
    "rivalry": Look("#44337a", "\\\\", "V"),
    "withdrawal": Look("#dfe2e6", letter="E"),
    "several": Look("#8d99a8", "++", "n"),  # simultaneous choices leave it open
    "mixed": Look("#68707c", "xx", "m"),
}
"""Letters as in the games: what the government plays, or how the organisation answers."""
_ACTIONS = {
    action: Look(look.colour, look.hatch, action)
    for action, look in {
        "K": _TYPES["capture"],
        "R": _TYPES["restriction"],
        "S": _TYPES["substitution"],
        "D": REGIMES_LOOK["."],
        "P": _TYPES["cooperation"],
        "Y": _TYPES["subordination"],
        "X": _TYPES["confrontation"],
        "E": _TYPES["withdrawal"],
    }.items()
}
# A cell has the colour of its type; hatches tell cells of one type apart.
_MARKS = {
    **dict.fromkeys("CP", ""),
    "K": "-",
    "R": "|",
    "S": "o",
    "Y": "..",
    "X": "//",
    "E": "\\\\",
}
_CELLS = {
    cell: Look(_TYPES[kind].colour, _MARKS[cell[1]] + _MARKS[cell[0]])
    for cell, (_, kind) in OUTCOMES.items()
}
_OUTCOMES = {outcome: _TYPES[kind] for outcome, kind in OUTCOMES.values() if outcome not in _TYPES}
_NONE, _LITTLE, _SOME, _MUCH = (
    Look(shade) for shade in ("#eceef1", "#c3c9d1", "#8d99a8", "#4b5768")
)
_ANSWERS = {
    "CC": REGIMES_LOOK["C"],
    "DD": REGIMES_LOOK["."],
    "tie": _NONE,
    "no": _NONE,
    "yes": _MUCH,
    "impossible": _NONE,
    "fragile": _SOME,
    "robust": _MUCH,
    "no value": _NONE,
    "unenforceable": _LITTLE,
    "ok": _SOME,
    "self enforcing": _MUCH,
    "irrelevant": _NONE,
    "missing": _SOME,
    "enough": _MUCH,
    "cannot carry it": _NONE,
    "carries it": _SOME,
    "not needed": _MUCH,
    "nothing to end": _NONE,
    "no news": _LITTLE,
    "absorbed": _SOME,
    "ends cooperation": _MUCH,
    "none": _NONE,
    "plausible": _SOME,
    "damning": _MUCH,
    SIDES[0]: Look(BLUE),
    SIDES[1]: Look(VERMILION),
}
_PATHS = {
    "throughout": Look(GREEN),  # without a letter: tables use these words for other things too
    "later": Look("#7fceb9"),
    "recovered": Look("#b2e2d5", "//"),
    "broken": Look("#d9dbde", "\\\\"),
    "never": Look(GREY, ".."),
}
LOOKS: Mapping[str, Look] = {
    **REGIMES_LOOK, **_TYPES, **_OUTCOMES, **_ACTIONS, **_CELLS, **_ANSWERS, **_PATHS
}  # fmt: skip
"""Every word of the family whose colour means something."""
