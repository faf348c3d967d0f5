"""Expressions of sympy: made of formulas, brought into a short form, written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from strategic.games.formula import Tree
from strategic.latex import symbol

_MOST_OPERATIONS = 400
"""Longer expressions are not rewritten: it would take seconds."""
_LARGEST_BOTTOM = 10**6
"""Largest denominator that is written as a fraction."""
_SHARES = 1 << 20
"""Numbers of shares begin here."""


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
    return (functions.get(operation) or getattr(sympy, operation))(*made)


def readable(expression: Any, digits: int) -> Any:
    """Write numbers that no one would write as fractions, such as doubles, as decimals."""
    import sympy

    long = [number for number in expression.atoms(sympy.Rational) if number.q > _LARGEST_BOTTOM]
    return expression.xreplace({number: sympy.Float(number, digits) for number in long})


def short_form(expression: Any, shares: Sequence[Any] = ()) -> Any:
    """Choose the form of fewest operations: as it is, multiplied out, or with factors taken out.

    Terms of different shares are kept apart.
    """
    import sympy

    expanded = sympy.expand(expression)
    if sympy.count_ops(expanded) > _MOST_OPERATIONS or expanded.is_number:
        return expanded
    if shares:
        return _by_shares(expanded, [share for share in shares if expanded.has(share)])
    forms = [expanded, expression, _known_form(expanded)]
    shortest = min(forms, key=lambda form: sympy.count_ops(form, visual=False))
    return sympy.bottom_up(shortest, _with_usual_signs)


@lru_cache(maxsize=4096)
def _known_form(expanded: Any) -> Any:
    """Take factors out of an expression; what is gained here is lost at the opposite corner."""
    import sympy

    if expanded.has(sympy.Min, sympy.Max, sympy.exp, sympy.log):
        return expanded
    if expanded.could_extract_minus_sign():  # one of an expression and its negative
        return -_known_form(-expanded)
    return _with_factors(expanded)


def _with_factors(expression: Any) -> Any:
    """Take factors out: those of the whole, else a name that most terms share; and go on inside."""
    import sympy

    if not expression.is_Add:
        return expression
    factored = sympy.factor(expression)
    if factored.is_Mul and sum(not part.is_number for part in factored.args) > 1:
        return sympy.Mul(*map(_with_factors, factored.args))
    counts = {
        name: sum(term.has(name) for term in expression.args) for name in expression.free_symbols
    }
    most = max(counts.values())
    if most < 2:
        return expression
    cofactors = {n: _cofactor(expression, n) for n in counts if counts[n] == most}
    shared = list(cofactors.values())
    name = max(cofactors, key=lambda n: (shared.count(cofactors[n]), n.name))
    inside = cofactors[name]
    if inside.has(name) and any(name in sympy.denom(part).free_symbols for part in inside.args):
        return expression
    alike = [n for n, cofactor in cofactors.items() if cofactor == inside]
    rest = [term for term in expression.args if not any(term.has(n) for n in alike)]
    whole = sympy.Add(*alike) * _with_factors(inside)
    return whole + _with_factors(sympy.Add(*rest))


def _cofactor(expression: Any, name: Any) -> Any:
    """Divide the terms of a sum that have a name by it."""
    import sympy

    return sympy.Add(*(term / name for term in expression.args if term.has(name)))


def _with_usual_signs(expression: Any) -> Any:
    """Write ``a * (1 - b)`` for ``-a * (b - 1)``."""
    import sympy

    if not expression.is_Mul:
        return expression
    parts, sign = [], 1
    for part in expression.args:
        flipped = part.is_Add and (
            part.as_coeff_Add()[0] < 0 or all(t.could_extract_minus_sign() for t in part.args)
        )
        parts.append(sympy.Add(*(-term for term in part.args)) if flipped else part)
        sign *= -1 if flipped else 1
    whole = sympy.Mul(sign, *parts)
    if not whole.is_Mul or whole.as_coeff_Mul()[0] > 0:
        return whole
    for number, part in enumerate(whole.args):
        if part.is_Add and part.as_coeff_Add()[0] == 0 and _falls(part):
            rest = [other for place, other in enumerate(whole.args) if place != number]
            return sympy.Mul(-1, *rest, sympy.Add(*(-term for term in part.args)))
    return whole


def _falls(total: Any) -> bool:
    return any(term.could_extract_minus_sign() for term in total.args)


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
        short = short_form(value)
        if factors and short.is_Add and all(t.could_extract_minus_sign() for t in short.args):
            factors.append(sympy.Integer(-1))
            short = sympy.Add(*(-term for term in short.args))
        parts.append(sympy.Mul(*factors, short))
    return sympy.Add(*parts) if parts else short_form(expanded)


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
            return symbol(expr.name)

    names = order
    return str(Printer().doprint(expression))


def _joined(terms: Sequence[str]) -> str:
    text = terms[0]
    for term in terms[1:]:
        text += f" - {term[1:].lstrip()}" if term.startswith("-") else f" + {term}"
    return text
