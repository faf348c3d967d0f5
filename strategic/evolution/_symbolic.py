"""Expressions of sympy: made of formulas, brought into a short form, written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from strategic.games.formula import Tree

_MOST_OPERATIONS = 400
"""Longer expressions are not rewritten: it would take seconds."""
_SHARES = 1 << 20
"""Numbers of shares begin here."""
_GREEK = frozenset(
    [
        "alpha",
        "beta",
        "gamma",
        "delta",
        "epsilon",
        "zeta",
        "eta",
        "theta",
        "iota",
        "kappa",
        "lambda",
        "mu",
        "nu",
        "xi",
        "pi",
        "rho",
        "sigma",
        "tau",
        "upsilon",
        "phi",
        "chi",
        "psi",
        "omega",
        "Gamma",
        "Delta",
        "Theta",
        "Lambda",
        "Xi",
        "Pi",
        "Sigma",
        "Upsilon",
        "Phi",
        "Psi",
        "Omega",
    ]
)


def expression_of(tree: Tree) -> Any:
    """Make a sympy expression of a tree of operations."""
    import sympy

    operation, *parts = tree
    if operation == "parameter":
        return sympy.Symbol(parts[0])
    if operation == "number":
        return sympy.Rational(parts[0].numerator, parts[0].denominator)
    made = [expression_of(part) for part in parts]
    match operation:
        case "+":
            return made[0] + made[1]
        case "-":
            return made[0] - made[1]
        case "*":
            return made[0] * made[1]
        case "/":
            return made[0] / made[1]
        case "**":
            return made[0] ** made[1]
        case "negative":
            return -made[0]
    functions = {"min": sympy.Min, "max": sympy.Max}
    return functions.get(operation, getattr(sympy, operation))(*made)


def short_form(expression: Any, shares: Sequence[Any] = ()) -> Any:
    """Choose the form of fewest operations: as it is, expanded, collected by names, factored."""
    import sympy

    expanded = sympy.expand(expression)
    if sympy.count_ops(expanded) > _MOST_OPERATIONS or expanded.is_number:
        return expanded
    functions = (sympy.Min, sympy.Max, sympy.exp, sympy.log)
    if shares:
        forms = [_by_shares(expanded, [s for s in shares if expanded.has(s)]), expanded]
    else:
        names = sorted(expanded.free_symbols, key=str)
        forms = [expanded, *(sympy.collect(expanded, name) for name in names)]
    if not expanded.has(*functions):
        forms.append(sympy.factor(expanded))
    return min(forms, key=lambda form: sympy.count_ops(form, visual=False))


def _by_shares(expanded: Any, shares: Sequence[Any]) -> Any:
    """Write a polynomial in the shares with one short coefficient for each of its terms."""
    import sympy

    try:
        terms = sympy.Poly(expanded, *shares).terms() if shares else []
    except sympy.PolynomialError:
        return sympy.collect(expanded, shares)
    parts = []
    for powers, value in terms:
        factors = [share**power for share, power in zip(shares, powers, strict=True) if power]
        parts.append(sympy.Mul(*factors, short_form(value)))
    return sympy.Add(*parts) if parts else expanded


def without_content(expression: Any) -> Any:
    """Leave out a positive number that is a factor of all terms."""
    import sympy

    content, rest = sympy.factor_terms(expression).as_content_primitive()
    if content.is_number and content > 0 and content != 1:
        return short_form(rest) if rest.is_Add else rest
    return expression


def order_of(parameters: Iterable[str], shares: Iterable[str] = ()) -> dict[str, int]:
    """Give names numbers, in the order in which terms are written: those with shares come last."""
    order = {name: number for number, name in enumerate(parameters)}
    return order | {name: _SHARES + number for number, name in enumerate(shares)}


def _sorted_terms(expression: Any, order: dict[str, int]) -> list[Any]:
    """Put the terms of a sum in the order of the parameters, positive ones first."""

    def key(term: Any) -> tuple[int, list[int], bool, list[int]]:
        places = sorted(order.get(symbol.name, -1) for symbol in term.free_symbols)
        shares = [place for place in places if place >= _SHARES]
        return len(shares), shares, term.could_extract_minus_sign(), places

    return sorted(expression.args, key=key)


def written(expression: Any, order: dict[str, int]) -> str:
    """Write an expression in the language of formulas."""
    from sympy.printing.str import StrPrinter

    class Printer(StrPrinter):  # type: ignore[misc] # sympy has no types
        def _print_Add(self, expr: Any, order: Any = None) -> str:  # noqa: N802
            del order
            return _joined([self.parenthesize(t, 1) for t in _sorted_terms(expr, names)])

        def _print_Max(self, expr: Any) -> str:  # noqa: N802
            return f"max({', '.join(map(self._print, expr.args))})"

        def _print_Min(self, expr: Any) -> str:  # noqa: N802
            return f"min({', '.join(map(self._print, expr.args))})"

    names = order
    return str(Printer().doprint(expression))


def in_latex(expression: Any, order: dict[str, int]) -> str:
    """Write an expression in LaTeX."""
    from sympy.printing.latex import LatexPrinter

    class Printer(LatexPrinter):  # type: ignore[misc] # sympy has no types
        def _print_Add(self, expr: Any, order: Any = None) -> str:  # noqa: N802
            del order
            return _joined([self._print(t) for t in _sorted_terms(expr, names)])

        def _print_Symbol(self, expr: Any, style: str = "plain") -> str:  # noqa: N802
            del style
            return name_latex(expr.name)

    names = order
    return str(Printer().doprint(expression))


def _joined(terms: Sequence[str]) -> str:
    text = terms[0]
    for term in terms[1:]:
        text += f" - {term[1:].lstrip()}" if term.startswith("-") else f" + {term}"
    return text


def name_latex(name: str) -> str:
    r"""Write the name of a parameter or a share in LaTeX.

    Examples
    --------
    >>> [name_latex(name) for name in ("x", "C1", "alpha_2", "cost_of_voice")]
    ['x', 'C_{1}', '\\alpha_{2}', '\\mathit{cost\\_of\\_voice}']
    """
    parts = re.fullmatch(r"([A-Za-z]+?)_?(\d*)(?:_(\w+))?", name)
    if parts is None or (len(parts[1]) > 1 and parts[1] not in _GREEK):
        return "\\mathit{" + name.replace("_", "\\_") + "}"
    letter = f"\\{parts[1]}" if parts[1] in _GREEK else parts[1]
    below = ",".join(part.replace("_", ",") for part in parts.groups()[1:] if part)
    return f"{letter}_{{{below}}}" if below else letter
