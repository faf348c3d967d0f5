"""Random formulas: both writers keep every letter, number and sign, in order."""

import re
from xml.etree import ElementTree as ET

from hypothesis import given, settings
from hypothesis import strategies as draw

from strategic.latex import mathml, plain

LETTERS = {"a": "a", "B": "B", r"\delta": "δ", r"\Gamma": "Γ", r"\mathrm{aut}": "aut"}
RELATIONS = {"+": "+", "-": "−", "=": "=", r"\le": "≤", r"\times": "×"}
TEXT = {"−": "-"}
"""Where one line of text has a plainer sign."""

leaf = draw.sampled_from(sorted(LETTERS)).map(lambda one: (one, [LETTERS[one]])) | draw.integers(
    0, 999
).map(lambda one: (str(one), [str(one)]))


def joined(parts, pattern):
    return pattern.format(*(text for text, _ in parts)), [one for _, own in parts for one in own]


def larger(smaller):
    pair, triple = draw.tuples(smaller, smaller), draw.tuples(smaller, smaller, smaller)
    patterns = [
        (pair, r"\frac{{{}}}{{{}}}"),
        (pair, r"{{{}}}_{{{}}}"),
        (pair, r"{{{}}}^{{{}}}"),
        (triple, r"{{{}}}_{{{}}}^{{{}}}"),
        (draw.tuples(smaller), r"\sqrt{{{}}}"),
        (pair, r"\begin{{cases}} {} & {} \end{{cases}}"),
        (draw.tuples(smaller), r"\left. {} \right."),
        (draw.tuples(smaller), r" {{ {} }} "),
    ]
    shapes = [
        parts.map(lambda p, pattern=pattern: joined(p, pattern)) for parts, pattern in patterns
    ]
    row = draw.tuples(smaller, draw.sampled_from(sorted(RELATIONS)), smaller).map(
        lambda p: (f"{p[0][0]} {p[1]} {p[2][0]}", [*p[0][1], RELATIONS[p[1]], *p[2][1]])
    )
    return draw.one_of(*shapes, row)


formulas = draw.recursive(leaf, larger, max_leaves=12)
TOKENS = [
    "a", "1", "{", "}", "^", "_", "&", "\\\\", r"\frac", r"\sqrt", r"\left", r"\right", "(", ")",
    r"\begin", "{cases}", r"\end", r"\sum", r"\text", r"\bar", "[", "]", " ", "'", "<", '"',
    r"\mathbf", r"\not", r"\operatorname", "\u0000", "é", r"\%", r"\substack",
]  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(formulas)
def test_nothing_is_lost_and_nothing_changes_places(formula):
    latex, expected = formula
    root = ET.fromstring(mathml(latex))  # noqa: S314 - written by ourselves
    shown = ["".join(one.itertext()) for one in root.iter() if one.tag in ("mi", "mn", "mo")]
    assert [one for one in shown if one not in ("{", "")] == expected
    rest = re.escape("/^_(){√; ")
    text = re.sub(f"[{rest}]", "", plain(latex))
    assert text == "".join(TEXT.get(one, one) for one in expected)


@settings(max_examples=800, deadline=None)
@given(draw.lists(draw.sampled_from(TOKENS), max_size=14).map("".join))
def test_anything_at_all_is_shown_well_formed_or_refused_by_both(latex):
    answers = []
    for write in (plain, mathml):
        try:
            answers.append(write(latex))
        except ValueError:
            answers.append(None)
    assert (answers[0] is None) == (answers[1] is None)
    if answers[1] is not None:
        ET.fromstring(answers[1].replace("\u0000", ""))  # noqa: S314 - written by ourselves
