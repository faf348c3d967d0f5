"""A formula in one line of text, for terminals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from strategic.latex import _commands as known
from strategic.latex._reading import read
from strategic.latex._tree import (
    Accent,
    Fence,
    Fenced,
    Fraction,
    Letter,
    Name,
    Node,
    Number,
    Root,
    Row,
    Script,
    Sign,
    Space,
    Stacked,
    Table,
    Text,
)

_SIMPLE = re.compile(r"[*+-]|[\w.'∞′\u0300-\u036f\u20d7]*")
_TIGHT = frozenset("+-*/=<>,.:;!?&%#$_'…′")
"""Signs that are shown with the spaces that are typed around them."""
_NAMES = {"∑": "Σ", "∏": "Π"}
_FLOOR = {"⌊": "floor(", "⌋": ")", "⌈": "ceil(", "⌉": ")"}
_NARROW = {"−": "-", "…": "...", "⋯": "...", "′": "'", "⋅": "·"}


def plain(formula: str) -> str:
    r"""Write a formula as one line of text.

    Parameters
    ----------
    formula : str
        LaTeX, without dollar signs.

    Raises
    ------
    ValueError
        Where a command is not known here, or what is opened is not closed.

    Examples
    --------
    >>> plain(r"\delta_i \ge \frac{T_i - R_i}{(1-h)(T_i - P_i)}")
    'δ_i ≥ (T_i - R_i)/((1-h)(T_i - P_i))'
    """
    return text_of(read(formula))


def text_of(node: Node) -> str:
    """Write a part of a formula that is read."""
    return " ".join(_text(node).split())


def _text(node: Node) -> str:  # noqa: PLR0912, C901 - one per kind
    match node:
        case Letter(shown) | Number(shown) | Text(shown):
            return "l" if shown == "ℓ" else shown
        case Sign(shown, command):
            return _sign(shown, command)
        case Name(shown):
            return _NAMES.get(shown, shown)
        case Space(width):
            return " " * (1 if 0 <= width < 1 else round(2 * max(width, 0)))
        case Row(items):
            return _row(items)
        case Script():
            return _script(node)
        case Fraction(over, under, bar):
            between = "/" if bar else " over "
            return f"{_whole(_inside(over))}{between}{_whole(_inside(under))}"
        case Root(inside, degree):
            return f"√{f'[{_inside(degree)}]' if degree else ''}{_whole(_inside(inside))}"
        case Accent(inside, command):
            return _inside(inside) + (known.ACCENTS[command][0] if command in known.ACCENTS else "")
        case Stacked(base, small):
            return f"{_inside(base)}[{_inside(small)}]"
        case Fenced(left, inside, right):
            return f"{_fence(left)}{_inside(inside)}{_fence(right)}"
        case Fence(shown):
            return _fence(shown)
        case Table():
            return _table(node)


def _row(items: tuple[Node, ...]) -> str:
    """Write one thing after the other; names of functions keep apart from what follows."""
    parts = [_text(item) for item in items]
    for number, (item, after) in enumerate(pairwise(items)):
        name = item.base if isinstance(item, Script) else item
        if isinstance(name, Name) and isinstance(after, Letter | Number | Script | Fraction | Name):
            parts[number] += " "
    return "".join(parts)


def _sign(shown: str, command: str) -> str:
    said = known.WORDS.get(command, _NARROW.get(shown, shown))
    return said if shown in _TIGHT or command in ("prime", "circ") else f" {said} "


def _script(node: Script) -> str:
    text = _text(node.base)
    if isinstance(node.base, Row) and node.base.grouped:
        text = _whole(text)
    text = text.rstrip() + "'" * node.primes
    if node.below is not None:
        text += f"_{_whole(_inside(node.below))}"
    if node.above is not None:
        above = _inside(node.above)
        text += "'" if above == "'" else f"^{_whole(above)}"
    return text


def _inside(node: Node) -> str:
    return _text(node).strip()


def _fence(shown: str) -> str:
    return _FLOOR.get(shown, shown)


def _table(node: Table) -> str:
    left, right = known.TABLE_FENCES.get(node.name, ("", ""))
    between = ", " if node.name.endswith("matrix") else " "
    rows = "; ".join(between.join(_inside(cell) for cell in row).strip() for row in node.rows)
    return f"{left if right else ''}{rows}{right}"


def _whole(text: str) -> str:
    """Put parentheses around what is more than one number or name."""
    closed = text.startswith("(") and text.endswith(")") and 0 not in list(_depths(text[:-1]))
    return text if closed or _SIMPLE.fullmatch(text) else f"({text})"


def _depths(text: str) -> Iterator[int]:
    """How many parentheses are open after every character."""
    depth = 0
    for character in text:
        depth += (character == "(") - (character == ")")
        yield depth
