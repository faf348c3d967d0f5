"""Names that tell players and actions apart, for tables, sentences and other programs."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence


def distinct(names: Sequence[str]) -> tuple[str, ...]:
    """Tell equal and empty names apart by their numbers, counted from 1.

    Examples
    --------
    >>> distinct(["up", "down", "up", ""])
    ('up (1)', 'down', 'up (3)', '(4)')
    """
    counts = Counter(names)
    alone = {name for name, count in counts.items() if count == 1 and name.strip()}
    found: list[str] = []
    for number, name in enumerate(names, start=1):
        shown = name if name in alone else f"{name.strip()} ({number})".strip()
        while shown != name and (shown in counts or shown in found):
            shown += "'"  # somebody else is called so
        found.append(shown)
    return tuple(found)


def plain_ascii(text: str) -> str:
    r"""Write a text in printable ASCII with single spaces, as Gambit takes it.

    Examples
    --------
    >>> plain_ascii(" Caf\u00e9\n  noir"), plain_ascii("\u5de6")
    ('Cafe noir', '?')
    """
    parts = (unicodedata.normalize("NFKD", letter) for letter in text)
    kept = ("".join(c for c in part if not unicodedata.combining(c)) or " " for part in parts)
    shown = "".join(c if c.isascii() else "?" for part in kept for c in part)
    return " ".join("".join(c if c.isprintable() else " " for c in shown).split())


def slugs(names: Sequence[str]) -> tuple[str, ...]:
    """Write names so that they can be parts of a dotted name: letters, digits and underscores.

    Everything else, such as spaces and dots, becomes one underscore per run, none at the ends; a
    name of which nothing is left becomes its number, counted from 1, and names that would be equal
    get their numbers behind them.

    Examples
    --------
    >>> slugs(["stay out", "St. Gallen", "fight", "?!"])
    ('stay_out', 'St_Gallen', 'fight', '4')
    >>> slugs(["a b", "a.b"])
    ('a_b_1', 'a_b_2')
    """
    short = [re.sub(r"\W+", "_", name).strip("_") for name in names]
    counts = Counter(short)
    found: list[str] = []
    for number, slug in enumerate(short, start=1):
        shown = slug if slug and counts[slug] == 1 else f"{slug}_{number}".strip("_")
        while shown != slug and (shown in counts or shown in found):
            shown += "_"  # somebody else is called so
        found.append(shown)
    return tuple(found)
