"""Payoff formulas: arithmetic on declared parameters, parsed into a tree and never run as code."""

from __future__ import annotations

import ast
import operator
import re
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.errors import FormulaError, GameError, nearest
from strategic.games._numbers import parse_number

FUNCTIONS = ("min", "max", "exp", "log", "sqrt")
"""Functions a formula may call."""
_OF_SEVERAL = ("min", "max")
"""Those that take two or more arguments; the rest take one."""

_LONGEST = 10_000
_DEEPEST = 100
_LARGEST_EXACT = 4096
"""Bits of an exact power; beyond, its double is used."""
_LONGEST_EXACT = 16_384
"""Bits of any exact result; beyond, its double is used, or a long formula would take minutes."""

Tree = tuple[Any, ...]
"""``("number", Fraction)``, ``("parameter", name)`` or ``(operation, Tree, ...)``."""


@dataclass(frozen=True)
class Formula:
    """One formula, ready to be evaluated over arrays or in exact fractions.

    Parameters
    ----------
    text : str
        As written.
    names : frozenset of str
        The parameters it uses.

    Examples
    --------
    >>> formula = parse("(v - c) / 2", ["v", "c"])
    >>> formula.evaluate({"v": 2.0, "c": [3.0, 4.0]})
    array([-0.5, -1. ])
    >>> formula.exact({"v": Fraction(1, 3), "c": Fraction(1)})
    Fraction(-1, 3)
    """

    text: str
    names: frozenset[str]
    tree: Tree = field(repr=False, compare=False)

    def evaluate(self, values: Mapping[str, ArrayLike]) -> Array:
        """Evaluate over arrays that broadcast together; NaN outside the domain of a function."""
        arrays = {name: np.asarray(values[name], dtype=float) for name in self.names}
        with np.errstate(all="ignore"):
            return np.asarray(_walk(self.tree, arrays, float, ON_DOUBLES), dtype=float)

    def exact(self, values: Mapping[str, Fraction]) -> Fraction:
        """Evaluate in fractions; ``exp``, ``log``, ``sqrt`` and roots give the nearest double.

        Raises
        ------
        ZeroDivisionError, ValueError, OverflowError
            Where the formula has no finite value.
        """
        return Fraction(_walk(self.tree, values, Fraction, _FRACTIONS))

    def exactly(self, values: Mapping[str, Array]) -> Array:
        """Evaluate in fractions over arrays of them that broadcast together.

        Raises
        ------
        ZeroDivisionError, ValueError, OverflowError
            Where the formula has no finite value.

        Examples
        --------
        >>> half = parse("v / 2", ["v"])
        >>> half.exactly({"v": np.array([Fraction(1), Fraction(1, 3)])})
        array([Fraction(1, 2), Fraction(1, 6)], dtype=object)
        """
        names = sorted(self.names)

        def one(*entries: Fraction) -> Fraction:
            return self.exact(dict(zip(names, entries, strict=True)))

        if not names:
            return np.array(self.exact({}), dtype=object)
        found = np.frompyfunc(one, len(names), 1)(*(values[name] for name in names))
        return np.asarray(found, dtype=object)

    def degree(self, name: str) -> int | None:
        """Give the degree of the formula as a polynomial in one name; None where it is not one.

        Examples
        --------
        >>> parse("(v - c)**2 / 2 + w*c", "vcw").degree("c")
        2
        >>> [parse(text, "vc").degree("c") for text in ("v", "v / c", "max(c, v)", "max(v, 1)")]
        [0, None, None, 0]
        """
        return _degree(self.tree, name)


def parse(
    text: str, parameters: Iterable[str], *, where: str = "formula", what: str = "parameter"
) -> Formula:
    """Parse a formula in ``+ - * / ** min max exp log sqrt``, numbers and parameters.

    Parameters
    ----------
    text : str
        The formula.
    parameters : iterable of str
        Names it may use; they may have dots and an ``@``, as in ``payoff.row@best-welfare``.
    where : str
        Where the formula is, for errors: such as ``payoffs[0][1][0]``.
    what : str
        What the names are, for errors.

    Returns
    -------
    Formula

    Raises
    ------
    FormulaError
        When it is anything other than arithmetic on these parameters.
    """
    parser = _Parser(text, tuple(parameters), where, what)
    tree = parser.tree(parser.syntax())
    return Formula(text, frozenset(parser.used), tree)


class _Parser:
    """Turns the syntax tree of one formula into a tree of operations, and nothing else."""

    def __init__(self, text: str, parameters: tuple[str, ...], where: str, what: str) -> None:
        self.text = " ".join(text.split())
        self.parameters, self.where, self.what = parameters, where, what
        self.used: set[str] = set()
        self.stand_ins: dict[str, str] = {}
        self.plain = self.text
        dotted = [name for name in parameters if not name.isidentifier()]
        if dotted:
            self.plain = _dotted_names(dotted).sub(self.stand_in, self.text)

    def stand_in(self, found: re.Match[str]) -> str:
        """Put a plain name in the place of one with dots, which need not be Python: ``row.in``."""
        name = f"name{len(self.stand_ins)}_"
        while name in self.text:
            name += "_"
        self.stand_ins[name] = found[0]
        return name

    def syntax(self) -> ast.expr:
        if not self.text:
            raise self.error("is empty", "write a number or a formula")
        if len(self.text) > _LONGEST:
            raise self.error(f"is longer than {_LONGEST:,} characters")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", SyntaxWarning)
                return ast.parse(self.plain, mode="eval").body
        except SyntaxError as problem:
            if "integer string conversion" in str(problem.msg):
                raise self.error("contains a number of more than 4,300 digits") from None
            raise self.error(f"is not arithmetic: {problem.msg}, column {problem.offset}") from None
        except (ValueError, RecursionError, MemoryError):
            raise self.error("is not arithmetic") from None

    def tree(self, node: ast.expr, depth: int = 0) -> Tree:
        # Only what is listed here gets through: a formula from a file can never run as code.
        if depth > _DEEPEST:
            raise self.error(f"is nested more than {_DEEPEST} levels deep")
        match node:
            case ast.Constant():
                return ("number", self.number(node))
            case ast.Name(id=name):
                name = self.stand_ins.get(name, name)
                if name not in self.parameters:
                    remedy = nearest(name, (*self.parameters, *FUNCTIONS))
                    raise self.error(f"no such {self.what} '{name}'", remedy)
                self.used.add(name)
                return ("parameter", name)
            case ast.UnaryOp(op=ast.USub()):
                return ("negative", self.tree(node.operand, depth + 1))
            case ast.UnaryOp(op=ast.UAdd()):
                return self.tree(node.operand, depth + 1)
            case ast.BinOp() if type(node.op) in _SIGNS:
                sides = [self.tree(side, depth + 1) for side in (node.left, node.right)]
                return (_SIGNS[type(node.op)], *sides)
            case ast.Call(func=ast.Name(id=name), keywords=[], args=arguments):
                self.check_call(name, len(arguments))
                return (name, *(self.tree(argument, depth + 1) for argument in arguments))
        shown = ast.get_source_segment(self.plain, node) or self.plain
        for name, written in self.stand_ins.items():
            shown = shown.replace(name, written)
        signs = f"+ - * / ** {' '.join(FUNCTIONS)}"
        rule = f"may contain only {signs}, numbers and parameters, not '{shown}'"
        raise self.error(rule)

    def check_call(self, name: str, arguments: int) -> None:
        if name not in FUNCTIONS:
            raise self.error(f"no such function '{name}'", nearest(name, FUNCTIONS))
        if name in _OF_SEVERAL and arguments < 2:
            raise self.error(f"{name} takes two or more arguments")
        if name not in _OF_SEVERAL and arguments != 1:
            raise self.error(f"{name} takes one argument")

    def number(self, node: ast.Constant) -> Fraction:
        written = ast.get_source_segment(self.plain, node) or ""
        if type(node.value) not in (int, float):
            raise self.error(f"may contain only numbers, not {written}")
        try:
            # from the text: the value in the syntax tree is rounded to a double already
            if isinstance(node.value, float):
                return parse_number(written.replace("_", ""))
            exact = Fraction(int(written, 0))
            float(exact)
        except GameError:
            size = "small" if "e-" in written.lower() else "large"
            rule = f"contains a number that is too {size}, {written[:20]}"
            raise self.error(rule) from None
        except (OverflowError, ValueError):
            raise self.error(f"contains a number that is too large, {written[:20]}") from None
        return exact

    def error(self, rule: str, remedy: str = "") -> FormulaError:
        return FormulaError(rule, where=self.where, value=self.text, remedy=remedy)


def _dotted_names(known: Iterable[str]) -> re.Pattern[str]:
    """Make a pattern of the names that are known, and of what looks like one that is not."""
    longest_first = sorted(known, key=len, reverse=True)
    exactly = "|".join(map(re.escape, longest_first))
    like = r"[^\W\d]\w*(?:(?:\.\w+)+(?:@[\w-]+)?|@[\w-]+)"
    return re.compile(rf"(?<![\w.])(?:(?:{exactly})(?![\w@]|\.\w)|{like})")


def _walk(
    tree: Tree,
    values: Mapping[str, Any],
    number: Callable[[Fraction], Any],
    operations: Mapping[str, Callable[..., Any]],
) -> Any:
    operation, *parts = tree
    if operation == "number":
        return number(parts[0])
    if operation == "parameter":
        return values[parts[0]]
    result = operations[operation](*(_walk(part, values, number, operations) for part in parts))
    return _kept_short(result) if isinstance(result, Fraction) else result


def _degree(tree: Tree, name: str) -> int | None:
    operation, *parts = tree
    if operation == "number":
        return 0
    if operation == "parameter":
        return int(parts[0] == name)
    degrees = [_degree(part, name) for part in parts]
    known = [degree for degree in degrees if degree is not None]
    if len(known) < len(degrees):
        return None
    if operation in ("negative", "+", "-") or not any(known):
        return max(known)
    if operation == "*":
        return sum(known)
    if operation == "/" and not known[1]:
        return known[0]
    if operation == "**" and parts[1][0] == "number":
        power = parts[1][1]
        return known[0] * int(power) if power.denominator == 1 and power >= 0 else None
    return None


def _kept_short(number: Fraction) -> Fraction:
    bits = max(number.numerator.bit_length(), number.denominator.bit_length())
    return number if bits <= _LONGEST_EXACT else Fraction(float(number))


def _by_double(function: Callable[..., Any]) -> Callable[..., Fraction]:
    """Apply a function of doubles to fractions; the double it gives stands for the result."""

    def applied(*arguments: Fraction) -> Fraction:
        with np.errstate(all="ignore"):
            return Fraction(float(function(*(np.float64(float(entry)) for entry in arguments))))

    return applied


def _power(base: Fraction, exponent: Fraction) -> Fraction:
    """Raise exactly where the result is a fraction of reasonable size, else as doubles do."""
    bits = max(base.numerator.bit_length(), base.denominator.bit_length())
    if exponent.denominator == 1 and bits * abs(exponent.numerator) <= _LARGEST_EXACT:
        return Fraction(base**exponent.numerator)
    return _by_double(np.power)(base, exponent)


_SIGNS: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "**",
}
_OPERATIONS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "negative": (np.negative, operator.neg),
    "+": (np.add, operator.add),
    "-": (np.subtract, operator.sub),
    "*": (np.multiply, operator.mul),
    "/": (np.divide, operator.truediv),
    "**": (np.power, _power),
    "min": (lambda *values: np.minimum.reduce(np.broadcast_arrays(*values)), min),
    "max": (lambda *values: np.maximum.reduce(np.broadcast_arrays(*values)), max),
    **{f.__name__: (f, _by_double(f)) for f in (np.exp, np.log, np.sqrt)},
}
ON_DOUBLES = {name: doubles for name, (doubles, _) in _OPERATIONS.items()}
"""What each operation of a tree does to arrays of doubles."""
_FRACTIONS = {name: fractions for name, (_, fractions) in _OPERATIONS.items()}
