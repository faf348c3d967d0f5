"""Random formulas agree with Python's own arithmetic, in doubles and in fractions."""

import math
import re
from fractions import Fraction

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from strategic.errors import FormulaError
from strategic.games.formula import parse

NAMES = ("a", "b", "long_name")
NUMBERS = st.one_of(
    st.integers(0, 50).map(str),
    st.decimals(0, 50, places=2, allow_nan=False).map(str),
)
LEAVES = st.one_of(NUMBERS, st.sampled_from(NAMES))


def _combine(parts):
    two = st.tuples(parts, parts)
    return st.one_of(
        st.tuples(st.sampled_from(["+", "-", "*", "/"]), two).map(
            lambda t: f"({t[1][0]} {t[0]} {t[1][1]})"
        ),
        st.tuples(parts, st.integers(0, 3)).map(lambda t: f"({t[0]}) ** {t[1]}"),
        st.tuples(st.sampled_from(["min", "max"]), two).map(lambda t: f"{t[0]}({', '.join(t[1])})"),
        parts.map(lambda p: f"-({p})"),
    )


FORMULAS = st.recursive(LEAVES, _combine, max_leaves=12)
WITH_FUNCTIONS = st.recursive(
    LEAVES,
    lambda parts: st.one_of(
        _combine(parts),
        st.tuples(st.sampled_from(["exp", "log", "sqrt"]), parts).map(lambda t: f"{t[0]}({t[1]})"),
    ),
    max_leaves=8,
)
VALUES = st.integers(-20, 20)


@settings(max_examples=150)
@given(FORMULAS, VALUES, VALUES, VALUES)
def test_fractions_agree_with_python(text, a, b, c):
    values = dict(zip(NAMES, map(Fraction, (a, b, c)), strict=True))
    exact_text = _with_exact_numbers(text)
    try:
        expected = eval(exact_text, {"Fraction": Fraction, "min": min, "max": max}, values)  # noqa: S307
    except ZeroDivisionError:
        return
    assert parse(text, NAMES).exact(values) == expected


@settings(max_examples=150)
@given(WITH_FUNCTIONS, VALUES, VALUES, VALUES)
def test_doubles_agree_with_python(text, a, b, c):
    values = dict(zip(NAMES, map(float, (a, b, c)), strict=True))
    functions = {"exp": math.exp, "log": math.log, "sqrt": math.sqrt, "min": min, "max": max}
    try:
        expected = eval(_with_exact_numbers(text, "float"), functions, values)  # noqa: S307
    except (ZeroDivisionError, ValueError, OverflowError):
        return
    found = float(parse(text, NAMES).evaluate(values))
    assert math.isclose(found, expected, rel_tol=1e-9, abs_tol=1e-9) or not math.isfinite(expected)


@settings(max_examples=100)
@given(FORMULAS)
def test_arrays_agree_with_single_points(text):
    formula = parse(text, NAMES)
    grid = {name: np.array([-1.0, 0.0, 2.5]) for name in NAMES}
    together = np.broadcast_to(formula.evaluate(grid), 3)
    alone = [formula.evaluate({name: v[i] for name, v in grid.items()}) for i in range(3)]
    np.testing.assert_array_equal(together, np.array(alone))


@settings(max_examples=150)
@given(st.text(max_size=30))
def test_any_text_is_a_formula_or_one_line_of_error(text):
    try:
        found = str(parse(text, NAMES))
    except FormulaError as error:
        found = str(error)
    assert len(found.splitlines()) == 1


def _with_exact_numbers(text, kind="Fraction"):
    """Write every number but the exponents as a fraction, or as a double."""
    return re.sub(r"\d+\.\d+|(?<!\*\* )\b\d+\b", lambda m: f"{kind}('{m[0]}')", text)
