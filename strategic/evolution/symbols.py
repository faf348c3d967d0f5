"""Equations of motion, conditions and mixed rest points as formulas; needs the package sympy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from strategic.errors import GameError
from strategic.evolution._polynomials import names_of
from strategic.evolution._supports import Support, patterns
from strategic.evolution._symbolic import (
    expression_of,
    in_latex,
    order_of,
    readable,
    short_form,
    without_content,
    written,
)
from strategic.evolution.conditions import CornerCondition
from strategic.evolution.payoff_formulas import PayoffFormulas, formulas_of_cells, share_names
from strategic.evolution.populations import PopulationGame
from strategic.games import Game
from strategic.games.formula import Formula, Tree
from strategic.latex import symbol
from strategic.papers import Cited
from strategic.whole_numbers import check_whole


@dataclass(frozen=True)
class Equation(Cited):
    """How one share changes, as the replicator dynamics say.

    Attributes
    ----------
    population, action : int
        Whose share.
    share : str
        Its name.
    text : str
        Such as "x' = x*(1 - x)*(b*y - c)".
    latex : str
        The same in LaTeX, without dollars.

    Examples
    --------
    >>> game = PopulationGame.from_advantages(
    ...     ["F - C", "x - 2"], shares=["x", "y"], values={"F": 2.0, "C": 1.0}
    ... )
    >>> first = equations(game)[0]
    >>> first.share, first.text
    ('x', "x' = x*(1 - x)*(F - C)")
    """

    made_by = ("strategic.evolution.replicator:replicator_field",)

    population: int
    action: int
    share: str
    text: str
    latex: str


@dataclass(frozen=True)
class Written:
    """A formula as text and in LaTeX.

    Examples
    --------
    >>> Written("a1*b", "a_{1} b").text
    'a1*b'
    """

    text: str
    latex: str


@dataclass(frozen=True)
class MixedRestPoint(Cited):
    """A rest point of one support as formulas; it is there where these lie between 0 and 1.

    Attributes
    ----------
    support : tuple of tuple of int
        The actions in use.
    shares : dict of str to Written
        By name of the share; those that are zero or one are left out.

    Examples
    --------
    >>> game = PopulationGame.from_advantages(
    ...     ["b*y - c", "1 - 2*x"], shares=["x", "y"], values={"b": 2.0, "c": 1.0}
    ... )
    >>> [point] = mixed_rest_points(game)
    >>> point.support, point.shares["y"].text
    (((0, 1), (0, 1)), 'c/b')
    """

    made_by = ("strategic.evolution.replicator:replicator_field",)

    support: Support
    shares: dict[str, Written]


def equations(game: Game | PopulationGame, /, *, digits: int | None = None) -> list[Equation]:
    r"""Write the replicator dynamics as formulas.

    Parameters
    ----------
    game : Game or PopulationGame
        One of payoffs in numbers or in formulas.
    digits : int, optional
        Digits of numbers that are no short fractions, such as doubles; all of them by default.

    Returns
    -------
    list of Equation
        One for every share that has a name: all of a population but one.

    Raises
    ------
    ModuleNotFoundError
        When sympy is not installed.
    GameError
        When payoffs are a Python function, or numbers of a batch.

    Examples
    --------
    >>> game = PopulationGame.from_advantages(
    ...     ["F + S*y - C", "b*x - d"], shares=["x", "y"], values=dict(F=1, S=1, C=1, b=2, d=1)
    ... )
    >>> [entry.text for entry in equations(game)]
    ["x' = x*(1 - x)*(F - C + S*y)", "y' = y*(1 - y)*(-d + b*x)"]
    >>> equations(game)[0].latex
    '\\dot{x} = x \\left(1 - x\\right) \\left(F - C + S y\\right)'
    """
    check_whole(digits=digits)
    writer = _Writer(formulas_of(PopulationGame.of(game)), digits)
    return [
        writer.equation(name, population, action)
        for name, (population, action) in writer.formulas.shares.items()
        if writer.has_equation(population, action)
    ]


def shortened(conditions: Iterable[CornerCondition], /) -> list[Written]:
    """Write conditions in the shortest of several forms: expanded, collected or factored.

    Parameters
    ----------
    conditions : iterable of CornerCondition

    Returns
    -------
    list of Written
        Such as "p*(F + S) - C < 0".

    Examples
    --------
    >>> from strategic.evolution import corner_conditions
    >>> game = PopulationGame.from_advantages(
    ...     ["p*F + p*S - C", "x"], shares=["x", "y"], values=dict(p=0.5, F=1, S=1, C=1)
    ... )
    >>> shortened(corner_conditions(game))[-2].text
    'p*(F + S) - C < 0'
    """
    found = []
    for entry in conditions:
        if entry.tree is None:
            found.append(Written(entry.condition, entry.condition))
            continue
        whole = without_content(short_form(expression_of(entry.tree)))
        order = order_of(entry.parameters)
        found.append(Written(f"{written(whole, order)} < 0", f"{in_latex(whole, order)} < 0"))
    return found


def mixed_rest_points(game: Game | PopulationGame, /) -> list[MixedRestPoint]:
    """Write rest points as formulas where their equations are linear.

    Parameters
    ----------
    game : Game or PopulationGame
        As for `equations`.

    Returns
    -------
    list of MixedRestPoint
        Those on whose supports the equations have one solution, whatever the parameters.

    Examples
    --------
    >>> game = PopulationGame.from_advantages(
    ...     ["b*y - c", "d - e*x"], shares=["x", "y"], values=dict(b=2, c=1, d=1, e=2)
    ... )
    >>> [{name: share.text for name, share in point.shares.items()}
    ...  for point in mixed_rest_points(game)]
    [{'x': 'd/e', 'y': 'c/b'}]
    """
    formulas = formulas_of(PopulationGame.of(game))
    writer, found = _Writer(formulas), []
    for pattern in patterns(formulas.sizes):
        if pattern.mixers:
            solved = ((support, writer.solution(support)) for support in pattern.supports)
            found += [MixedRestPoint(support, shares) for support, shares in solved if shares]
    return found


def formulas_of(game: PopulationGame) -> PayoffFormulas:
    """Give the payoffs of a game as formulas, those of numbers included.

    Raises
    ------
    GameError
        When they are neither.
    """
    if game.formulas is not None:
        return game.formulas
    single = not game.batch_shape
    if game.game is not None and single:
        names = share_names((), game.sizes, ())
        cells = [_formulas(table) for table in game.game.fractions()]
        return formulas_of_cells(cells, names, {})[0]
    if game.matrix is not None and single:
        return _of_matrix(game)
    rule = "formulas need payoffs in formulas, or the numbers of one game"
    value = f"a batch of shape {game.batch_shape}" if not single else "a Python function"
    raise GameError(rule, where="game", value=value)


def _of_matrix(game: PopulationGame) -> PayoffFormulas:
    """Write what one population earns against itself."""
    names = share_names((), game.sizes, ())
    blank = PayoffFormulas(((),), names, {})
    entries = []
    for row in game.matrix.tolist():  # type: ignore[union-attr] # there is one
        tree: Tree = ("number", Fraction(0))
        for action, value in enumerate(row):
            part: Tree = ("*", ("number", Fraction(repr(value))), blank.share(0, action).tree)
            tree = ("+", tree, part)
        entries.append(Formula("", frozenset(names_of(tree)), tree))
    return PayoffFormulas((tuple(entries),), names, {})


def _formulas(table: Any) -> Any:
    """Put numbers into formulas, in nested lists."""
    if isinstance(table, Fraction):
        return Formula(str(table), frozenset(), ("number", table))
    return [_formulas(part) for part in table]


class _Writer:
    """Writes one game's equations."""

    def __init__(self, formulas: PayoffFormulas, digits: int | None = None) -> None:
        self.formulas, self.digits = formulas, digits
        self.order = order_of(formulas.values, formulas.shares)
        self.shares = [
            [expression_of(formulas.share(i, a).tree) for a in range(n)]
            for i, n in enumerate(formulas.sizes)
        ]
        self.payoffs = [[expression_of(f.tree) for f in row] for row in formulas.payoffs]
        self.names = {place: name for name, place in formulas.shares.items()}

    def has_equation(self, population: int, action: int) -> bool:
        """Tell whether a share has one of its own: of two actions the first named has."""
        if self.formulas.sizes[population] != 2:
            return True
        return not (action == 1 and (population, 0) in self.names)

    def equation(self, name: str, population: int, action: int) -> Equation:
        """Write ``x' = x (1 - x) (advantage)``, or ``x' = x (payoff - mean)`` of more actions."""
        own, shares = self.payoffs[population], self.shares[population]
        if len(own) == 2:
            gain, rest = own[action] - own[1 - action], f"*(1 - {name})"
            brackets = f" \\left(1 - {symbol(name)}\\right)"
        else:
            gain = own[action] - sum(x * u for x, u in zip(shares, own, strict=True))
            rest = brackets = ""
        gain = short_form(
            gain, [symbol for row in self.shares for symbol in row if symbol.is_Symbol]
        )
        gain = gain if self.digits is None else readable(gain, self.digits)
        text, latex = written(gain, self.order), in_latex(gain, self.order)
        if gain.is_Add:
            text, latex = f"({text})", f"\\left({latex}\\right)"
        letter = symbol(name)
        return Equation(
            population,
            action,
            name,
            f"{name}' = {name}{rest}*{text}" if gain != 1 else f"{name}' = {name}{rest}",
            f"\\dot{{{letter}}} = {letter}{brackets} {latex}",
        )

    def solution(self, support: Support) -> dict[str, Written]:
        """Solve the equations of one support; nothing where they are not linear."""
        import sympy

        places, unknowns = {}, []
        for population, used in enumerate(support):
            free = [sympy.Dummy() for _ in used[1:]]
            values = dict(zip(used, [1 - sum(free), *free], strict=True))
            for action in range(self.formulas.sizes[population]):
                if (population, action) in self.names:
                    symbol = sympy.Symbol(self.names[population, action])
                    places[symbol] = values.get(action, sympy.Integer(0))
            unknowns += free
        gains = [
            sympy.expand((own[a] - own[used[0]]).subs(places, simultaneous=True))
            for own, used in zip(self.payoffs, support, strict=True)
            for a in used[1:]
        ]
        if any(gain.has(sympy.zoo, sympy.oo, -sympy.oo, sympy.nan) for gain in gains):
            return {}  # payoffs have a pole where these actions alone are in use
        try:
            matrix, right = sympy.linear_eq_to_matrix(gains, unknowns)
            if matrix.det() == 0:
                return {}
            solved = dict(zip(unknowns, matrix.LUsolve(right), strict=True))
        except ValueError:  # not linear
            return {}
        found = {}
        for symbol, value in places.items():
            share = sympy.factor(sympy.sympify(value).subs(solved))
            if not share.is_number or 0 < share < 1:
                found[symbol.name] = Written(
                    written(share, self.order), in_latex(share, self.order)
                )
        return found
