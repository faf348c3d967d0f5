"""Payoff formulas: what is arithmetic, what is not, and what the errors say."""

import pickle
from fractions import Fraction

import numpy as np
import pytest

from strategic.errors import FormulaError
from strategic.games.formula import parse

PARAMETERS = ("v", "c", "alpha")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3.0),
        ("-v ** 2", -4.0),
        ("2 ** -1", 0.5),
        ("2 ** 3 ** 2", 512.0),
        ("(v - c) / 2", -0.5),
        ("min(v, c, 1)", 1.0),
        ("max(-v, c)", 3.0),
        ("1e3 * v", 2000.0),
        ("exp(0) + log(1) + sqrt(4)", 3.0),
        ("+v - -c", 5.0),
        ("v\n * c", 6.0),
    ],
)
def test_arithmetic(text, value):
    assert parse(text, PARAMETERS).evaluate({"v": 2.0, "c": 3.0, "alpha": 0.5}) == value


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "is empty"),
        ("(", "is not arithmetic"),
        ("v c", "is not arithmetic"),
        ("v = c", "is not arithmetic"),
        ("vv + 1", "no such parameter 'vv' (got 'vv + 1'); did you mean 'v'?"),
        ("alhpa", "did you mean 'alpha'?"),
        ("sqr(v)", "no such function 'sqr' (got 'sqr(v)'); did you mean 'sqrt'?"),
        ("__import__('os').system('true')", "may contain only + - * / ** min max exp log sqrt"),
        ("open('x')", "no such function 'open'"),
        ("min(v)", "min takes two or more arguments"),
        ("log(v, c)", "log takes one argument"),
        ("max(*v)", "max takes two or more arguments"),
        ("max(v, c=1)", "not 'max(v, c=1)'"),
        ("'a'", "may contain only numbers, not 'a'"),
        ("True", "may contain only numbers, not True"),
        ("1j", "may contain only numbers, not 1j"),
        ("v[0]", "not 'v[0]'"),
        ("v.real", "not 'v.real'"),
        ("v // c", "not 'v // c'"),
        ("v % c", "not 'v % c'"),
        ("v < c", "not 'v < c'"),
        ("v if c else 1", "not 'v if c else 1'"),
        ("(lambda: 1)()", "not '(lambda: 1)()'"),
        ("[v]", "not '[v]'"),
        ("1e999", "contains a number that is too large"),
        ("-" * 150 + "v", "is nested more than 100 levels deep"),
        ("(" * 300 + "v" + ")" * 300, "is not arithmetic"),
        ("1 + " * 5000 + "1", "is longer than 10,000 characters"),
    ],
)
def test_everything_else_is_an_error_that_names_place_rule_and_value(text, rule):
    with pytest.raises(FormulaError) as caught:
        parse(text, PARAMETERS, where="payoffs[0][1][0]")
    message = str(caught.value)
    assert message.startswith("payoffs[0][1][0]: ")
    assert rule in message
    assert "\n" not in message


def test_arrays_broadcast_and_bad_points_are_nan_without_a_warning():
    formula = parse("log(v) + c", PARAMETERS)
    found = formula.evaluate({"v": np.array([[1.0], [-1.0]]), "c": np.array([0.0, 2.0])})
    assert found.shape == (2, 2)
    np.testing.assert_array_equal(found, [[0.0, 2.0], [np.nan, np.nan]])


def test_decimals_are_what_was_written():
    assert parse("0.1 + 0.2", ()).exact({}) == Fraction(3, 10)
    assert parse("1e-3 * v", PARAMETERS).exact({"v": Fraction(1, 3)}) == Fraction(1, 3000)
    assert parse("min(v, c) ** 3", PARAMETERS).exact({"v": Fraction(1, 3), "c": 1}) == Fraction(
        1, 27
    )
    assert parse("sqrt(2)", ()).exact({}) == Fraction(np.sqrt(2.0))


def test_towers_of_powers_do_not_hang():
    tower = parse("1.5 ** 9 ** 9 ** 9", ())
    assert tower.evaluate({}) == np.inf
    with pytest.raises(OverflowError):
        tower.exact({})


def test_formulas_travel_between_processes():
    formula = pickle.loads(pickle.dumps(parse("max(v, c) / 2", PARAMETERS)))  # noqa: S301
    assert formula.evaluate({"v": 2.0, "c": 3.0}) == 1.5
