"""Formulas as mathematics: in LaTeX for papers, in MathML for pages."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from strategic.games.formula import Tree
from strategic.latex import GREEK
from strategic.markup import escape_latex
from strategic.printable import printable

_BINDS = {"+": 1, "-": 1, "negative": 2, "*": 2, "/": 4, "**": 3}
"""How strongly an operation binds; a fraction stands by itself."""
_WHOLE = 4
_GREEK = {name: letter for name, letter in GREEK.items() if name.islower()}
_GREEK |= {"lambda_": "λ", "lamda": "λ"}  # Python has the word for itself
_INDEXED = re.compile(r"([A-Za-z]+?)_?(\d+)|([A-Za-z]+)_(\w+)")


@dataclass(frozen=True)
class _Writer:
    """How the pieces of a formula are written in one markup."""

    name: Callable[[str], str]
    number: Callable[[str], str]
    sign: Callable[[str], str]
    bracket: Callable[[str], str]
    fraction: Callable[[str, str], str]
    power: Callable[[str, str], str]
    call: Callable[[str, list[str]], str]
    root: Callable[[str], str]


def formula_latex(tree: Tree) -> str:
    r"""Write a formula for LaTeX's mathematics.

    Examples
    --------
    >>> from strategic.games.formula import parse
    >>> print(formula_latex(parse("(a - C1) / 2 * alpha ** 2", ["a", "C1", "alpha"]).tree))
    \frac{a - C_{1}}{2} \, \alpha^{2}
    """
    return _written(tree, _LATEX, 0).strip()


def formula_mathml(tree: Tree) -> str:
    """Write a formula in MathML, to be put into a ``math`` element.

    Examples
    --------
    >>> from strategic.games.formula import parse
    >>> formula_mathml(parse("a + 1", ["a"]).tree)
    '<mrow><mi>a</mi><mo>+</mo><mn>1</mn></mrow>'
    """
    return f"<mrow>{_written(tree, _MATHML, 0)}</mrow>"


def name_latex(name: str) -> str:
    r"""Write a name: C1 with an index, alpha as the letter, a word upright.

    Examples
    --------
    >>> name_latex("C1"), name_latex("alpha"), name_latex("fine_high"), name_latex("cost")
    ('C_{1}', '\\alpha', '\\mathrm{fine}_{\\mathrm{high}}', '\\mathrm{cost}')
    """
    stem, index = _parts(name)
    if stem in _GREEK:
        written = "\\" + stem.replace("lambda_", "lambda").replace("lamda", "lambda")
    else:
        written = stem if len(stem) == 1 else rf"\mathrm{{{escape_latex(stem)}}}"
    if not index:
        return written
    plain = index if index.isdigit() or len(index) == 1 else rf"\mathrm{{{escape_latex(index)}}}"
    return f"{written}_{{{plain}}}"


def name_mathml(name: str) -> str:
    """Write a name in MathML."""
    stem, index = _parts(name)
    shown = html.escape(printable(_GREEK.get(stem, stem)))
    if not index:
        return f"<mi>{shown}</mi>"
    kind = "mn" if index.isdigit() else "mi"
    inner = f"<{kind}>{html.escape(printable(index))}</{kind}>"
    return f"<msub><mi>{shown}</mi>{inner}</msub>"


def _parts(name: str) -> tuple[str, str]:
    found = _INDEXED.fullmatch(name)
    if found is None:
        return name, ""
    stem, index = (found[1], found[2]) if found[1] else (found[3], found[4])
    return (stem, index) if len(stem) == 1 or found[3] or stem in _GREEK else (name, "")


def _written(tree: Tree, writer: _Writer, least: int) -> str:
    """Write a tree; brackets where it binds less than ``least``."""
    operation, *parts = tree
    if operation == "parameter":
        return writer.name(parts[0])
    if operation == "number":
        return _number(parts[0], writer, least)
    if operation not in _BINDS:
        inner = [_written(part, writer, 0) for part in parts]
        return writer.root(inner[0]) if operation == "sqrt" else writer.call(operation, inner)
    binds = _BINDS[operation]
    if operation == "/":
        return writer.fraction(_written(parts[0], writer, 0), _written(parts[1], writer, 0))
    if operation == "**":
        base, exponent = _written(parts[0], writer, _WHOLE), _written(parts[1], writer, 0)
        base = writer.bracket(base) if parts[0][0] == "/" else base
        text = writer.power(base, exponent)
    elif operation == "negative":
        text = writer.sign("-") + _written(parts[0], writer, 2)
    elif operation == "*":
        # A sign may stand before a product, and nowhere inside it.
        inside = 3 if parts[1][0] == "negative" else 2
        text = _written(parts[0], writer, 2) + writer.sign("*") + _written(parts[1], writer, inside)
    else:
        least_right = 3 if parts[1][0] == "negative" else 2 if operation == "-" else 1
        right = _written(parts[1], writer, least_right)
        text = _written(parts[0], writer, 1) + writer.sign(operation) + right
    return writer.bracket(text) if binds < least else text


def _number(number: Fraction, writer: _Writer, least: int) -> str:
    decimal = repr(float(number)) if number.denominator != 1 else str(number.numerator)
    text = writer.number(decimal.removeprefix("-"))
    if number >= 0:
        return text
    text = writer.sign("-") + text
    return writer.bracket(text) if least else text


_LATEX = _Writer(
    name=name_latex,
    number=lambda text: text,
    sign=lambda sign: {"*": r" \, ", "-": " - "}.get(sign, f" {sign} "),
    bracket=lambda text: rf"\left({text.strip()}\right)",
    fraction=lambda top, bottom: rf"\frac{{{top.strip()}}}{{{bottom.strip()}}}",
    power=lambda base, exponent: f"{base}^{{{exponent.strip()}}}",
    call=lambda name, inner: rf"\{name}\left({', '.join(i.strip() for i in inner)}\right)",
    root=lambda text: rf"\sqrt{{{text.strip()}}}",
)
_SIGNS = {"*": "&#8290;", "-": "−"}
"""The sign of times is there for readers aloud, and is seen as a thin space."""
_THIN = '<mspace width="0.17em"/>'
_MATHML = _Writer(
    name=name_mathml,
    number=lambda text: f"<mn>{text}</mn>",
    sign=lambda sign: f"<mo>{_SIGNS.get(sign, sign)}</mo>" + _THIN * (sign == "*"),
    bracket=lambda text: f"<mrow><mo>(</mo>{text}<mo>)</mo></mrow>",
    fraction=lambda top, bottom: f"<mfrac><mrow>{top}</mrow><mrow>{bottom}</mrow></mfrac>",
    power=lambda base, exponent: f"<msup><mrow>{base}</mrow><mrow>{exponent}</mrow></msup>",
    call=lambda name, inner: (
        f"<mrow><mi>{name}</mi><mo>(</mo>{'<mo>,</mo>'.join(inner)}<mo>)</mo></mrow>"
    ),
    root=lambda text: f"<msqrt>{text}</msqrt>",
)
