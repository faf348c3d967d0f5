"""Formulas as mathematics: brackets where they are needed, markup that is whole."""

import random
from xml.etree import ElementTree as ET

import pytest

from strategic.games.formula import parse
from strategic.latex import mathml
from strategic.reports.formula_markup import formula_latex

NAMES = ["a", "b", "C1", "alpha", "fine_high", "cost"]


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("a - (b - cost)", r"a - \left(b - \mathrm{cost}\right)"),
        ("a - b + b", "a - b + b"),
        ("(a + b) * a", r"\left(a + b\right) \, a"),
        ("-a * b + 1", r"-a \, b + 1"),
        ("a * -b", r"a \, \left(-b\right)"),
        ("(a + b) / (a * b) ** 2", r"\frac{a + b}{\left(a \, b\right)^{2}}"),
        ("(a / b) ** a", r"\left(\frac{a}{b}\right)^{a}"),
        ("sqrt(C1) + max(a, 0.5)", r"\sqrt{C_{1}} + \max\left(a, 0.5\right)"),
        ("2 ** -alpha", r"2^{-\alpha}"),
    ],
)
def test_brackets_stand_where_they_are_needed(text, latex):
    assert formula_latex(parse(text, NAMES).tree) == latex


def formula(rng, depth):
    if depth == 0 or rng.random() < 0.2:
        return rng.choice([*NAMES, "2", "0.25"])
    kind = rng.choice(["+", "-", "*", "/", "**", "neg", "max", "exp"])
    parts = [formula(rng, depth - 1) for _ in range(2)]
    if kind == "neg":
        return f"-({parts[0]})"
    if kind == "max":
        return f"max({parts[0]}, {parts[1]})"
    if kind == "exp":
        return f"exp({parts[0]})"
    return f"({parts[0]}) {kind} ({parts[1]})"


def test_random_formulas_give_whole_markup():
    rng = random.Random(3)  # noqa: S311 - not for secrets
    for _ in range(300):
        tree = parse(formula(rng, 4), NAMES).tree
        latex = formula_latex(tree)
        assert latex.count("{") == latex.count("}")
        assert latex.count(r"\left") == latex.count(r"\right")
        ET.fromstring(mathml(latex))  # noqa: S314 - written by ourselves
