"""Formulas: every command is known to both writers, and what cannot be read is said."""

from xml.etree import ElementTree as ET

import pytest

from strategic.latex import GREEK, mathml, plain, symbols
from strategic.latex import _commands as known

ALONE = [*known.LETTERS, *known.FUNCTIONS, *known.LIMITS, *known.LARGE, *known.INTEGRALS,
         *known.SIGNS, *known.SPACES, *known.IGNORED]  # fmt: skip
WITH_ONE = [*known.ACCENTS, *known.BRACES, *known.ALPHABETS, *known.TEXTS, "sqrt", "operatorname",
            "operatorname*", "pmod", "substack"]  # fmt: skip
WITH_TWO = ["frac", "tfrac", "dfrac", "binom", "tbinom", "dbinom", "overset", "underset",
            "stackrel"]  # fmt: skip


def whole(formula):
    return ET.fromstring(mathml(formula))  # noqa: S314 - written by ourselves


def leaves(formula):
    return ["".join(one.itertext()) for one in whole(formula).iter()
            if one.tag in ("mi", "mn", "mo", "mtext")]  # fmt: skip


@pytest.mark.parametrize(
    "formula",
    [
        *(rf"a\{name} b" for name in ALONE if not (name.isalpha() and name == "~")),
        *(rf"\{name}{{x}}" for name in WITH_ONE),
        *(rf"\{name}{{x}}{{y}}" for name in WITH_TWO),
        *(rf"\left{fence} x \right{fence}" for fence in known.FENCES),
        *(rf"\{size} ( x \{size} )" for size in known.SIZES),
        *(rf"\begin{{{name}}} a & b \\ c & d \end{{{name}}}" for name in known.TABLES
          if name not in ("array", "substack")),
        r"\begin{array}{l|r} a & b \\[2pt] c & d \\ \hline \end{array}",
        r"a \not= b \bmod c",
        r"\left\{ \frac{x}{y} \;\middle|\; z \right\}",
        r"\sqrt[3]{x}", "x''_i^2", "~a~",
    ],
)  # fmt: skip
def test_text_and_pages_know_the_same_commands(formula):
    assert "\\" not in plain(formula).replace(
        "\\", "", formula.count("backslash") or " \\ " in plain(formula)
    )
    inside = whole(formula)
    assert inside.tag == "math"
    assert "\\" not in "".join(inside.itertext()).replace("\\", "", formula.count("backslash"))


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        (r"x_i \ge \frac{T - R}{(1-h)(T - P)}", "x_i ≥ (T - R)/((1-h)(T - P))"),
        (r"\theta^*_i", "θ_i^*"),
        (r"x'_i", "x'_i"),
        (r"\Delta^{-}", "Δ^-"),
        (r"\max_i x_i", "max_i x_i"),
        (r"\log x + \exp(-y)", "log x + exp(-y)"),
        (r"\sum_{t=0}^\infty \delta^t u_t", "Σ_(t=0)^∞ δ^t u_t"),
        (r"\left\lfloor \tfrac{a}{b} \right\rfloor", "floor(a/b)"),
        (r"\begin{cases} 1 & \text{if } a \\ 0 & \text{else} \end{cases}", "1 if a; 0 else"),
        (r"a \land b \iff c", "a and b if and only if c"),
        (r"\{x \in \mathbb{R} \mid x > 0\}", "{x in R | x > 0}"),
        (r"{(a + b)}^2 + {a + b}^2", "(a + b)^2 + (a + b)^2"),
        (r"0.25 x^10", "0.25 x^10"),
    ],
)  # fmt: skip
def test_one_line_reads_like_the_formula(formula, text):
    assert plain(formula) == text


def test_pages_show_letters_numbers_and_words_as_what_they_are():
    assert mathml(r"x_1 = 0.25") == (
        "<math><msub><mi>x</mi><mn>1</mn></msub><mo>=</mo><mn>0.25</mn></math>"
    )
    assert mathml(r"x^10") == "<math><msup><mi>x</mi><mn>1</mn></msup><mn>0</mn></math>"
    assert mathml(r"\mathrm{aut}") == "<math><mi>aut</mi></math>"
    assert mathml(r"\mathbb{E}") == "<math><mi>𝔼</mi></math>"
    assert mathml(r"a - b") == "<math><mi>a</mi><mo>−</mo><mi>b</mi></math>"
    assert leaves(r"\mathbf{x}\mathcal{L}\mathbf{\beta}") == ["𝐱", "ℒ", "𝛃"]
    assert [*leaves(r"\{ a \mid b \}")] == ["{", "a", "∣", "b", "}"]


def test_what_stands_below_a_limit_is_a_limit_and_nothing_else_is():
    assert "<munderover><mo" in mathml(r"\sum_{t=0}^{T} x")
    assert "<munder><mo" in mathml(r"\max_i x_i")
    assert "<msubsup><mi>h</mi><mi>i</mi><mi>max</mi></msubsup>" in mathml(r"h^{\max}_i")
    assert mathml("a", block=True) == '<math display="block"><mi>a</mi></math>'


def test_words_from_outside_are_only_words():
    written = mathml(r"\text{<script>alert(1)</script> & \_}<x>")
    assert "<script" not in written
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; _" in written


@pytest.mark.parametrize("write", [plain, mathml])
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (r"\frac{a}", "an argument is missing"),
        ("x^", "an argument is missing"),
        ("x_{}^_a", "an argument is missing"),
        ("{a", "is missing before 'the end'"),
        ("a}", "nothing was opened"),
        ("a & b", "nothing was opened"),
        (r"\left( a", "is missing before 'the end'"),
        (r"\left a \right)", "'a' is no fence"),
        (r"\unheard{a}", r"no such command here: \\unheard"),
        (r"\begin{unheard} a \end{unheard}", "no such environment here: unheard"),
        (r"\begin{cases} a \end{aligned}", "cases is not ended"),
        (r"x_1_2", "two scripts stand below"),
        (r"\not a", "only a relation"),
        ("{" * 10_000, "deep"),
        (r"\sqrt" * 10_000 + "a", "deep"),
        (r"a^{" * 10_000, "deep"),
    ],
)
def test_what_cannot_be_shown_is_an_error_that_says_why(write, wrong, said):
    with pytest.raises(ValueError, match=said):
        write(wrong)


def test_letters_are_those_of_unicode():
    assert all("Α" <= letter <= "ϖ" for letter in GREEK.values())


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (r"R_G = \Gamma_{G} - p - k_{C} \bar x^2", ["R_G", "Γ_G", "p", "k_C", "x̄"]),
        (r"R_{\mathrm{G}} + R_{G} + R_G^{n_1}", ["R_G", "n_1"]),
        (r"\frac{\mathrm{pay}_{\mathrm{high}}}{\sqrt{\delta_i}}", ["pay_high", "δ_i"]),
        (r"\max\left(a, \begin{cases} b & c > 0 \\ d \end{cases}\right)", list("abcd")),
        (r"\text{none} = 1", []),
    ],
)
def test_symbols_are_listed_once_in_one_spelling(formula, expected):
    assert symbols(formula) == expected


@pytest.mark.parametrize(
    ("formula", "prefixes"),
    [("-a", 1), ("a - b", 0), ("[-1, 1]", 1), ("a = -b - c", 1), (r"\max(-x, +y)", 2),
     (r"\frac{-a - b}{2}", 1), (r"x^{-1}", 1), (r"\left(-a\right) - b", 1), ("f(a) - b", 0)],
)  # fmt: skip
def test_signs_of_numbers_stand_close_and_signs_between_terms_do_not(formula, prefixes):
    assert mathml(formula).count('form="prefix" lspace="0"') == prefixes
