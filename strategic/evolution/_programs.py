"""Formulas as one list of operations over arrays, and their derivatives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.games.formula import ON_DOUBLES, Tree

Step = tuple[str, tuple[int, ...]]
"""An operation and the places of its arguments."""


@dataclass(frozen=True)
class Program:
    """Formulas in a few variables, ready to be evaluated many times.

    What does not depend on the variables was computed once, and what occurs in several formulas
    is computed once at a time.

    Attributes
    ----------
    variables : int
        How many: they take the first places.
    constants : tuple of ndarray
        What depends on parameters only, on the places after those.
    steps : tuple of (operation, places of its arguments)
        Each takes the next place.
    outputs : tuple of int
        Where each formula's value stands.

    Examples
    --------
    >>> from strategic.games.formula import parse
    >>> formula = parse("a * x ** 2 + 1", ["a", "x"])
    >>> program = compiled([formula.tree], ["x"], {"a": 3.0})
    >>> float(program.values([2.0])[0]), float(program.derivatives([2.0])[0][0])
    (13.0, 12.0)
    """

    variables: int
    constants: tuple[Array, ...]
    steps: tuple[Step, ...]
    outputs: tuple[int, ...]

    def at(self, index: Any) -> Program:
        """Take the constants of some points."""
        return replace(self, constants=tuple(c[index] if c.ndim else c for c in self.constants))

    def values(self, variables: Sequence[ArrayLike]) -> list[Array]:
        """Evaluate every formula; arrays of variables broadcast with the constants."""
        places = self._places(variables)
        return [places[output] for output in self.outputs]

    def _places(self, variables: Sequence[ArrayLike]) -> list[Array]:
        places = [np.asarray(value, float) for value in variables]
        places.extend(self.constants)
        with np.errstate(all="ignore"):
            for operation, arguments in self.steps:
                places.append(ON_DOUBLES[operation](*(places[place] for place in arguments)))
        return places

    def derivatives(self, variables: Sequence[ArrayLike]) -> list[list[Array]]:
        """Differentiate every formula by every variable: one list per formula.

        At a kink of ``min`` or ``max`` the derivative is that of the first argument attained.
        """
        places = self._places(variables)
        nothing, one = np.zeros(()), np.ones(())
        slopes: list[list[Array]] = [
            [one if place == variable else nothing for variable in range(self.variables)]
            for place in range(self.variables + len(self.constants))
        ]
        with np.errstate(all="ignore"):
            for number, (operation, arguments) in enumerate(self.steps):
                value = places[self.variables + len(self.constants) + number]
                given = [places[place] for place in arguments]
                inner = [slopes[place] for place in arguments]
                slopes.append(
                    [
                        _SLOPES[operation](value, given, [s[variable] for s in inner])
                        if any(s[variable] is not nothing for s in inner)
                        else nothing
                        for variable in range(self.variables)
                    ]
                )
        return [slopes[output] for output in self.outputs]


def compiled(
    trees: Sequence[Tree], variables: Sequence[str], values: Mapping[str, ArrayLike]
) -> Program:
    """Make a program of trees in ``variables``; all other names have ``values``."""
    return _Compiler(tuple(variables), values).program(trees)


class _Compiler:
    """Gives every distinct part of the trees one place."""

    def __init__(self, variables: tuple[str, ...], values: Mapping[str, ArrayLike]) -> None:
        self.variables, self.values = variables, values
        self.keys: dict[Any, int] = {}
        self.kinds: list[Any] = []

    def program(self, trees: Sequence[Tree]) -> Program:
        outputs = [self.place(tree) for tree in trees]
        constants = [key for key, kind in enumerate(self.kinds) if isinstance(kind, np.ndarray)]
        steps = [key for key, kind in enumerate(self.kinds) if isinstance(kind, tuple)]
        first = len(self.variables)
        moved = {key: first + place for place, key in enumerate([*constants, *steps])}
        moved |= {key: kind for key, kind in enumerate(self.kinds) if isinstance(kind, int)}
        return Program(
            first,
            tuple(self.kinds[key] for key in constants),
            tuple(
                (operation, tuple(moved[key] for key in arguments))
                for operation, arguments in (self.kinds[key] for key in steps)
            ),
            tuple(moved[key] for key in outputs),
        )

    def place(self, tree: Tree) -> int:
        operation, *parts = tree
        if operation == "number":
            return self.add(("number", parts[0]), np.asarray(float(parts[0])))
        if operation == "parameter":
            if parts[0] in self.variables:
                return self.add(("variable", parts[0]), self.variables.index(parts[0]))
            return self.add(tuple(tree), np.asarray(self.values[parts[0]], float))
        places = tuple(self.place(part) for part in parts)
        kinds = [self.kinds[place] for place in places]
        if all(isinstance(kind, np.ndarray) for kind in kinds):
            with np.errstate(all="ignore"):
                folded = np.asarray(ON_DOUBLES[operation](*kinds), float)
            return self.add((operation, places), folded)
        return self.add((operation, places), (operation, places))

    def add(self, key: Any, kind: Any) -> int:
        if key not in self.keys:
            self.keys[key] = len(self.kinds)
            self.kinds.append(kind)
        return self.keys[key]


def _power_slope(value: Array, given: list[Array], inner: list[Array]) -> Array:
    base, exponent = given
    by_base = np.where(inner[0] == 0.0, 0.0, exponent * base ** (exponent - 1.0) * inner[0])
    by_exponent = np.where(inner[1] == 0.0, 0.0, value * np.log(base) * inner[1])
    return np.asarray(by_base + by_exponent)


def _chosen_slope(value: Array, given: list[Array], inner: list[Array]) -> Array:
    slope = inner[-1]
    for argument, derivative in zip(given[-2::-1], inner[-2::-1], strict=True):
        slope = np.where(argument == value, derivative, slope)
    return np.asarray(slope)


_SLOPES: dict[str, Callable[[Array, list[Array], list[Array]], Array]] = {
    "negative": lambda _, __, d: -d[0],
    "+": lambda _, __, d: d[0] + d[1],
    "-": lambda _, __, d: d[0] - d[1],
    "*": lambda _, u, d: d[0] * u[1] + u[0] * d[1],
    "/": lambda v, u, d: (d[0] - v * d[1]) / u[1],
    "**": _power_slope,
    "min": _chosen_slope,
    "max": _chosen_slope,
    "exp": lambda v, _, d: v * d[0],
    "log": lambda _, u, d: d[0] / u[0],
    "sqrt": lambda v, _, d: d[0] / (2.0 * v),
}
