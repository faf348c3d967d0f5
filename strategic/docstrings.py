"""What docstrings hold as data: the formula that a function computes, and the papers behind it."""

from __future__ import annotations

import re
from inspect import getdoc
from itertools import pairwise
from textwrap import dedent
from typing import Any

_MATH = re.compile(
    r"^\.\. math::[ ]*(?P<first>[^\n]*)\n(?P<rest>(?:[ \t]+[^\n]*\n|\n)*)", re.MULTILINE
)
_REFERENCES = re.compile(
    r"^References\n-+\n(?P<text>.*?)(?=^\S[^\n]*\n-{3,}$|\Z)", re.MULTILINE | re.DOTALL
)
_YEAR = re.compile(r"\(\d{4}[a-z]?\)")
_END = re.compile(r"(?<!\b[A-Z])\. (?=[A-ZÉ]|v[ao]n [A-Z])")
"""Where one reference ends and another begins; the point after an initial is none."""


def formula_of(function: Any) -> str:
    r"""Read the first ``.. math::`` of a docstring: what a function that is registered computes.

    Examples
    --------
    >>> def twice(a):
    ...     r'''Twice a number.
    ...
    ...     .. math:: 2 a
    ...     '''
    >>> formula_of(twice)
    '2 a'
    """
    return next(iter(formulas_of(function)), "")


def formulas_of(function: Any) -> tuple[str, ...]:
    r"""Read every ``.. math::`` of a docstring, in their order.

    Examples
    --------
    >>> def powers(a):
    ...     r'''Two powers of a number.
    ...
    ...     .. math:: a^2
    ...
    ...     .. math:: a^3
    ...     '''
    >>> formulas_of(powers)
    ('a^2', 'a^3')
    """
    found = _MATH.finditer((getdoc(function) or "") + "\n")
    return tuple(" ".join(f"{one['first']}\n{dedent(one['rest'])}".split()) for one in found)


def references_of(described: Any) -> tuple[str, ...]:
    """Read the papers that a docstring refers to, one by one.

    Each names its year in parentheses after the authors.

    Examples
    --------
    >>> def solved():
    ...     '''Solve it.
    ...
    ...     References
    ...     ----------
    ...     Lemke, C. E. and Howson, J. T. (1964). Equilibrium points of bimatrix games. SIAM
    ...     12. Shapley, L. S. (1974). A note on the Lemke-Howson algorithm.
    ...     '''
    >>> for reference in references_of(solved):
    ...     print(reference)
    Lemke, C. E. and Howson, J. T. (1964). Equilibrium points of bimatrix games. SIAM 12.
    Shapley, L. S. (1974). A note on the Lemke-Howson algorithm.
    """
    found = _REFERENCES.search(getdoc(described) or "")
    if found is None:
        return ()
    text = " ".join(found["text"].split())
    years = [year.start() for year in _YEAR.finditer(text)]
    starts = [0]
    for before, year in pairwise(years):
        ends = [end.end() for end in _END.finditer(text, before, year)]
        starts += ends[-1:]
    return tuple(text[a:b].strip() for a, b in zip(starts, [*starts[1:], None], strict=True))
