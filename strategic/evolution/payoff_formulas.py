"""The payoff of each action as one formula in parameters and shares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from strategic.arrays import Array
from strategic.errors import GameError
from strategic.games.formula import Formula, Tree, parse

_LETTERS = ("x", "y", "z", "w", "v")
_ONE: Tree = ("number", Fraction(1))
_NOTHING: Tree = ("number", Fraction(0))


@dataclass(frozen=True, eq=False)
class PayoffFormulas:
    """Payoffs of populations as formulas over parameters and the names of shares.

    Attributes
    ----------
    payoffs : tuple of tuple of Formula
        ``payoffs[i][a]`` is what action a earns in population i, given the shares.
    shares : dict of str to (int, int)
        Which population's which action each name is the share of. The one action of a population
        that has no name has the rest: 1 less the sum of the others.
    values : dict of str to ndarray
        Values of the parameters, which broadcast together to the batch.
    advantages : bool
        Only differences were given: the first action's formula is its advantage, the second's 0.

    Examples
    --------
    >>> from strategic.evolution import PopulationGame
    >>> game = PopulationGame.from_formulas([[["v", 0], [0, 1]], [[1, 0], [0, 1]]], values={"v": 2})
    >>> game.formulas.payoffs[0][0].text, game.formulas.share(1, 1).text, game.formulas.shares
    ('y * v', '1 - y', {'x': (0, 0), 'y': (1, 0)})
    """

    payoffs: tuple[tuple[Formula, ...], ...]
    shares: dict[str, tuple[int, int]]
    values: dict[str, Array] = field(repr=False)
    advantages: bool = False

    @property
    def sizes(self) -> tuple[int, ...]:
        """Number of actions of each population."""
        return tuple(map(len, self.payoffs))

    def share(self, population: int, action: int) -> Formula:
        """Give the share of an action as a formula in the names of shares."""
        tree = share_tree(self.shares, population, action)
        return Formula(text_of(tree), frozenset(_names(tree)), tree)


def share_names(
    shares: Mapping[str, tuple[int, int]] | Sequence[str],
    sizes: tuple[int, ...],
    parameters: Sequence[str],
) -> dict[str, tuple[int, int]]:
    """Read the names of shares; make names where none are given.

    Parameters
    ----------
    shares : mapping or sequence of str
        Name to (population, action), or the names of every population's FIRST action.
    sizes : tuple of int
        Number of actions of each population.
    parameters : sequence of str
        Names that are taken.

    Raises
    ------
    GameError
        When names do not fit the populations.

    Examples
    --------
    >>> share_names(["x", "y"], (2, 2), [])
    {'x': (0, 0), 'y': (1, 0)}
    >>> share_names([], (2, 3), ["x"])
    {'x_1': (0, 0), 'y_1': (1, 0), 'y_2': (1, 1)}
    """
    if not shares:
        return _made_names(sizes, set(parameters))
    if not isinstance(shares, Mapping):
        if len(shares) != len(sizes) or len(set(shares)) < len(shares):
            rule = f"needs {len(sizes)} different names, one per population"
            raise GameError(rule, where="shares", value=list(shares))
        if set(sizes) != {2}:
            rule = "names of first actions need two actions per population"
            remedy = "name the share of every action but one: NAME -> (population, action)"
            raise GameError(rule, where="shares", value=list(sizes), remedy=remedy)
        shares = {name: (number, 0) for number, name in enumerate(shares)}
    for name, (population, action) in shares.items():
        if name in parameters:
            raise GameError("is a parameter too", where=f"shares: {name}", remedy="rename one")
        if not (0 <= population < len(sizes) and 0 <= action < sizes[population]):
            rule = "there is no such population and action"
            raise GameError(rule, where=f"shares: {name}", value=(population, action))
    for population, size in enumerate(sizes):
        named = [action for i, action in shares.values() if i == population]
        if len(set(named)) < max(len(named), size - 1):
            rule = "every action of a population but one needs a name of its own"
            raise GameError(rule, where=f"shares of population {population + 1}", value=named)
    return dict(shares)


def _made_names(sizes: tuple[int, ...], taken: set[str]) -> dict[str, tuple[int, int]]:
    names: dict[str, tuple[int, int]] = {}
    few = len(sizes) <= len(_LETTERS)
    for population, size in enumerate(sizes):
        letter = _LETTERS[population] if few else f"x_{population + 1}"
        plain = size == 2 and letter not in taken
        for action in range(size - 1):
            name = letter if plain else f"{letter}_{action + 1}"
            while name in taken or name in names:
                name += "_"
            names[name] = (population, action)
    return names


def formulas_of_cells(
    cells: Sequence[Any],
    shares: dict[str, tuple[int, int]],
    values: Mapping[str, ArrayLike],
) -> tuple[PayoffFormulas, list[Array]]:
    """Make expected payoffs of the cells of payoff tables.

    Parameters
    ----------
    cells : sequence of nested sequences
        One table of formulas, texts or numbers per player, as in a game file.
    shares, values
        As for `PayoffFormulas`.

    Returns
    -------
    formulas : PayoffFormulas
    tables : list of object arrays (n_1, ..., n_p)
        The cells as `Formula`.
    """
    names = (*values, *shares)
    tables = [_table(cell, names, f"payoffs[{number}]") for number, cell in enumerate(cells)]
    shape = tables[0].shape
    if any(table.shape != shape for table in tables) or len(shape) != len(tables):
        rule = f"needs one table per population, each with {len(tables)} axes of one shape"
        raise GameError(rule, where="payoffs", value=[table.shape for table in tables])
    payoffs = tuple(
        tuple(_expected(table, player, action, shares) for action in range(shape[player]))
        for player, table in enumerate(tables)
    )
    arrays = {name: np.asarray(value, float) for name, value in values.items()}
    return PayoffFormulas(payoffs, shares, arrays), tables


def formulas_of_advantages(
    advantages: Sequence[Any],
    shares: dict[str, tuple[int, int]],
    values: Mapping[str, ArrayLike],
) -> PayoffFormulas:
    """Make payoffs of the advantage of each population's first action over its second."""
    names = (*values, *shares)
    payoffs = tuple(
        (_formula(text, names, f"advantages[{number}]"), _made(_NOTHING))
        for number, text in enumerate(advantages)
    )
    arrays = {name: np.asarray(value, float) for name, value in values.items()}
    return PayoffFormulas(payoffs, shares, arrays, advantages=True)


def _table(cells: Any, names: Sequence[str], where: str) -> Array:
    shape: list[int] = []
    node = cells
    while not isinstance(node, str | float | int | Formula | Fraction | np.number):
        shape.append(len(node))
        node = node[0]
    table = np.empty(shape, dtype=object)
    for index in np.ndindex(*shape):
        place = where + "".join(f"[{number}]" for number in index)
        table[index] = _formula(_cell(cells, index, place), names, place)
    return table


def _cell(cells: Any, index: tuple[int, ...], where: str) -> Any:
    try:
        for number in index:
            cells = cells[number]
    except (IndexError, TypeError):
        raise GameError("has no such cell; rows differ in length", where=where) from None
    return cells


def _formula(cell: Any, names: Sequence[str], where: str) -> Formula:
    if isinstance(cell, Formula):
        return cell
    return parse(cell if isinstance(cell, str) else repr(float(cell)), names, where=where)


def _expected(
    table: Array, player: int, action: int, shares: Mapping[str, tuple[int, int]]
) -> Formula:
    """Average the cells of an action, others' actions weighted by their shares (Horner's way)."""
    cells = np.moveaxis(table, player, 0)[action]
    others = [other for other in range(table.ndim) if other != player]
    tree = _averaged(cells, others, shares)
    return _made(tree)


def _averaged(cells: Any, others: list[int], shares: Mapping[str, tuple[int, int]]) -> Tree:
    if not others:
        return cells.tree if isinstance(cells, Formula) else cells.item().tree
    parts = [_averaged(part, others[1:], shares) for part in cells]
    if all(part == parts[0] for part in parts):
        return parts[0]  # shares sum to one
    total: Tree | None = None
    for action, part in enumerate(parts):
        if part == _NOTHING:
            continue
        share = share_tree(shares, others[0], action)
        term = share if part == _ONE else ("*", share, part)
        total = term if total is None else ("+", total, term)
    return total if total is not None else _NOTHING


def share_tree(shares: Mapping[str, tuple[int, int]], population: int, action: int) -> Tree:
    """Give an action's share as a tree: its name, or 1 less the others' names."""
    named = {a: name for name, (i, a) in shares.items() if i == population}
    if action in named:
        return ("parameter", named[action])
    rest = _ONE
    for other in sorted(named):
        rest = ("-", rest, ("parameter", named[other]))
    return rest


def _made(tree: Tree) -> Formula:
    return Formula(text_of(tree), frozenset(_names(tree)), tree)


def _names(tree: Tree) -> Iterator[str]:
    operation, *parts = tree
    if operation == "parameter":
        yield parts[0]
    elif operation != "number":
        for part in parts:
            yield from _names(part)


_BINDS = {"+": 1, "-": 1, "*": 2, "/": 2, "negative": 3, "**": 4}


def text_of(tree: Tree, least: int = 0) -> str:
    """Write a tree as a formula, with no more brackets than it needs.

    Examples
    --------
    >>> text_of(parse("(a - (b + 1)) * 2 ** -c", ["a", "b", "c"]).tree)
    '(a - (b + 1)) * 2 ** (-c)'
    """
    operation, *parts = tree
    if operation == "parameter":
        return str(parts[0])
    if operation == "number":
        number: Fraction = parts[0]
        decimal = float(number)
        short = repr(int(decimal)) if number.denominator == 1 else repr(decimal)
        return f"({short})" if number < 0 and least else short
    if operation not in _BINDS:
        return f"{operation}({', '.join(text_of(part) for part in parts)})"
    binds = _BINDS[operation]
    if operation == "negative":
        text = f"-{text_of(parts[0], binds)}"
    else:
        # all but powers group from the left
        left, right = (binds + 1, binds) if operation == "**" else (binds, binds + 1)
        text = f"{text_of(parts[0], left)} {operation} {text_of(parts[1], right)}"
    return f"({text})" if binds < least else text
