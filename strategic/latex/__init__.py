"""Formulas: LaTeX as papers show it, the same in one line of text, and as MathML for pages.

A formula is written once, as LaTeX, where the thing it defines is registered.
One reader stands behind both writers, so that what a terminal can show a page can show too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from strategic.namespaces import listing, loaded_when_used

if TYPE_CHECKING:
    from strategic.latex._commands import GREEK
    from strategic.latex._mathml import mathml
    from strategic.latex._names import symbol
    from strategic.latex._reading import read
    from strategic.latex._symbols import symbols
    from strategic.latex._text import plain

_MODULE_OF = {
    "GREEK": "_commands",
    "mathml": "_mathml",
    "plain": "_text",
    "read": "_reading",
    "symbol": "_names",
    "symbols": "_symbols",
}

__all__ = ["GREEK", "mathml", "plain", "read", "symbol", "symbols"]

__getattr__ = loaded_when_used(__name__, _MODULE_OF)
__dir__ = listing(__all__)
