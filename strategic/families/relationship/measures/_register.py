"""How measures are declared: a decorated function, whose docstring says what is measured."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from inspect import getdoc
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.docstrings import formula_of, formulas_of
from strategic.families.relationship._sides import SIDES
from strategic.modelling import Measure, Points
from strategic.status import Status

Function = TypeVar("Function", bound=Callable[..., Any])
NO_YES = ("no", "yes")
"""Vocabulary of measures that answer a question."""
STATUSES = tuple(status.label for status in Status)
"""Vocabulary of measures that give a status."""


class Measures(dict[str, Measure]):
    """Measures by name, in the order in which they are declared.

    A declaration gives the claims and, where there are any, unit, kind, vocabulary or path of the
    measure; the function gives its name, the first paragraph of its docstring its meaning, and the
    first ``.. math::`` there its formula, in which ``i`` is the side and ``j`` the other one.
    Where each side or name has a formula of its own, there is one ``.. math::`` for each.

    Examples
    --------
    >>> measures = Measures()
    >>> @measures.single("K5", unit="payoff")
    ... def twice(points):
    ...     '''Twice a.'''
    ...     return 2 * points["a"]
    >>> @measures.per_side("K6")
    ... def part(points):
    ...     '''Part of the {side}, which the {other} lacks.'''
    ...     return points["a"], 0.0
    >>> [(measure.name, measure.meaning) for measure in measures.values()][1:]
    [('part_government', 'Part of the government, which the organisation lacks.'),
     ('part_organisation', 'Part of the organisation, which the government lacks.')]
    >>> float(measures["twice"].compute(Points({"a": 3})))
    6.0
    """

    def single(self, *claims: str, **rest: Any) -> Callable[[Function], Function]:
        """Declare one measure."""

        def declare(function: Function) -> Function:
            formula = formula_of(function)
            self.add(
                function.__name__, function, _meaning(function), *claims, formula=formula, **rest
            )
            return function

        return declare

    def per_side(self, *claims: str, **rest: Any) -> Callable[[Function], Function]:
        """Declare one measure per side; the function has the sides on its first axis."""
        others = zip(SIDES, SIDES[::-1], strict=True)
        words = {side: {"side": side, "other": other} for side, other in others}
        return self.per_name(words, *claims, **rest)

    def with_pair(
        self,
        binding: Callable[..., Any],
        meaning: str,
        *claims: str,
        also: tuple[str, ...] = (),
        **rest: Any,
    ) -> Callable[[Function], Function]:
        """Declare the pair's binding value, `np.max` or `np.min` of both, then one per side.

        ``also`` are claims of the pair only.
        """

        def declare(function: Function) -> Function:
            def pair(points: Points) -> Array:
                return np.asarray(binding(points.once(function), axis=0))

            most = "\\max_i" if binding is np.max else "\\min_i"
            whole = formula_of(function)
            formula = whole and f"{most} {whole.partition('=')[0].strip()}, \\quad {whole}"
            self.add(function.__name__, pair, meaning, *claims, *also, formula=formula, **rest)
            return self.per_side(*claims, **rest)(function)

        return declare

    def per_name(
        self, names: Mapping[str, Mapping[str, str]], *claims: str, **rest: Any
    ) -> Callable[[Function], Function]:
        """Declare one measure per name; each name says how to fill in the docstring."""

        def declare(function: Function) -> Function:
            for number, (name, words) in enumerate(names.items()):
                one = partial(_one_of, function, number)
                meaning = _meaning(function).format(**words)
                full = f"{function.__name__}_{name}"
                formula = _formula(function, number, words)
                self.add(full, one, meaning, *claims, formula=formula, **rest)
            return function

        return declare

    def add(
        self, name: str, function: Callable[..., ArrayLike], meaning: str, *claims: str, **rest: Any
    ) -> None:
        """Add a measure whose function is not written out here."""
        kind = "label" if "labels" in rest else "float"
        self[name] = Measure(name, function, meaning, **{"kind": kind, "claims": claims, **rest})


def _meaning(function: Callable[..., ArrayLike]) -> str:
    return " ".join((getdoc(function) or "").partition("\n\n")[0].split())


def _formula(function: Callable[..., ArrayLike], number: int, words: Mapping[str, str]) -> str:
    """Take the formula of one name: its own where each has one, else that of all."""
    found = formulas_of(function)
    own = found[number if len(found) > 1 else 0] if found else ""
    return own.replace("<letter>", words.get("letter", ""))


def _one_of(function: Callable[[Points], Array], number: int, points: Points) -> Array:
    return np.asarray(points.once(function)[number])
