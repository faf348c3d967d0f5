r"""The symbols of a formula: letters with their indices, each named in one spelling."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from strategic.latex._reading import read
from strategic.latex._text import text_of
from strategic.latex._tree import Accent, Letter, Script


def symbols(formula: str) -> list[str]:
    r"""List the symbols of a formula in the order in which they stand.

    A symbol is a letter with its accent and what stands below it; powers are none of its own.

    Returns
    -------
    list of str
        Each once, as text, however it is spelled in LaTeX.

    Examples
    --------
    >>> symbols(r"R_G = \Gamma_{G} - p - k_{C} \bar x^2")
    ['R_G', 'Γ_G', 'p', 'k_C', 'x̄']
    """
    return list(dict.fromkeys(_symbols(read(formula))))


def _symbols(node: Any) -> Iterator[str]:
    """Walk a formula; indices are part of the symbol that they stand below."""
    match node:
        case Letter() | Accent(Letter()):
            yield text_of(node)
        case Script(Letter() | Accent(Letter()) as base, below, above):
            yield text_of(Script(base, below))
            yield from _symbols(above)
        case _ if is_dataclass(node):
            for one in fields(node):
                yield from _among(getattr(node, one.name))


def _among(held: Any) -> Iterator[str]:
    """Walk what a part of a formula holds: parts, rows of parts, or plain words."""
    if isinstance(held, tuple):
        for one in held:
            yield from _among(one)
    elif is_dataclass(held) and not isinstance(held, type):
        yield from _symbols(held)
