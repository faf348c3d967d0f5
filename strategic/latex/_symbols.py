r"""The symbols of a formula: letters with their indices, each named in one spelling."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import lru_cache
from typing import Any

from strategic.latex._reading import read
from strategic.latex._text import text_of
from strategic.latex._tree import Accent, Letter, Name, Node, Row, Script, Sign


def symbols(formula: str) -> list[str]:
    r"""List the symbols of a formula in the order in which they stand.

    A symbol is a letter with its accent, what stands below it, its primes, and a star, a sign or
    upright words above it; anything else above it is a power, and no part of the symbol.

    Returns
    -------
    list of str
        Each once, as text, however it is spelled in LaTeX.

    Examples
    --------
    >>> symbols(r"R_G = \Gamma_{G} - p - k_{C} \bar x^2")
    ['R_G', 'Γ_G', 'p', 'k_C', 'x̄']
    >>> symbols(r"\delta^*_i < h'")
    ['δ_i^*', "h'"]
    """
    return list(_each_once(formula))


@lru_cache(maxsize=4096)
def _each_once(formula: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_symbols(read(formula))))


def _symbols(node: Any) -> Iterator[str]:
    """Walk a formula; indices are part of the symbol that they stand below."""
    match node:
        case Letter("∞" | "∅" | "⊤" | "⊥"):
            pass  # signs that stand where letters do
        case Letter() | Accent(Letter()):
            yield text_of(node)
        case Script(Letter() | Accent(Letter()) as base, below, above, primes):
            mark = is_mark(above)
            yield text_of(Script(base, below, above if mark else None, primes))
            if not mark:
                yield from _symbols(above)
        case _ if is_dataclass(node):
            for one in fields(node):
                yield from _among(getattr(node, one.name))


def is_mark(above: Node | None) -> bool:
    """Tell whether what stands above a letter belongs to its name, rather than being a power."""
    match above:
        case Row((only,)):
            return is_mark(only)
        case Letter(_, alphabet):
            return bool(alphabet)
        case Sign(shown):
            return shown in "*+-∗"
        case _:
            return isinstance(above, Name)


def _among(held: Any) -> Iterator[str]:
    """Walk what a part of a formula holds: parts, rows of parts, or plain words."""
    if isinstance(held, tuple):
        for one in held:
            yield from _among(one)
    elif is_dataclass(held) and not isinstance(held, type):
        yield from _symbols(held)
