"""What a game file says of populations: names of shares, advantages, ways to adapt, stages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from keyword import iskeyword
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.errors import GameError, ModelError, Problem
from strategic.evolution.payoff_formulas import PayoffFormulas, formulas_of_cells
from strategic.evolution.payoff_formulas import share_names as made_up_names
from strategic.evolution.populations import PopulationGame
from strategic.games import Game
from strategic.games.formula import FUNCTIONS, Formula
from strategic.modelling import Points

if TYPE_CHECKING:
    from strategic.arrays import Array
    from strategic.catalogue.custom import PayoffTable
    from strategic.catalogue.schema import GameFile

Shares = dict[str, tuple[int, int]]
"""Which population's which action each name is the share of."""
_ZERO = Formula("0", frozenset(), ("number", Fraction(0)))


@dataclass(frozen=True)
class PopulationTable:
    """Payoffs of populations as a file writes them; parameters get their values from points.

    Parameters
    ----------
    players, actions : tuples of str and of tuples of str
        Names.
    shares : mapping of str to (int, int)
        Names of shares.
    cells : tuple of nested tuples of Formula
        One table per population, as for `PopulationGame.from_formulas`.
    matrix : PayoffTable or None
        The payoffs of pure profiles, where no payoff depends on a share by itself.
    advantages : tuple of Formula
        What the first action of each population earns beyond the second, if the file says so.
    """

    players: tuple[str, ...]
    actions: tuple[tuple[str, ...], ...]
    shares: Shares
    cells: tuple[Any, ...] = ()
    matrix: PayoffTable | None = None
    advantages: tuple[Formula, ...] = ()

    @property
    def one(self) -> bool:
        """Whether one population plays a symmetric game against itself."""
        return self.matrix is not None and len(self.matrix.shape) > len(self.actions)

    def game(self, points: Points) -> PopulationGame:
        """Make the population game of every point.

        Raises
        ------
        GameError
            Where a single point gives payoffs that are not finite.
        """
        named: Any = {"shares": self.shares, "players": self.players, "actions": self.actions}
        if self.matrix is not None:
            return self._multilinear(self.matrix, points)
        if self.advantages:
            game = PopulationGame.from_advantages(self.advantages, values=points, **named)
        else:
            game = PopulationGame.from_formulas(self.cells, values=points, **named)
        if not points.shape:
            self._check_finite(game)
        return game

    def _multilinear(self, matrix: PayoffTable, points: Points) -> PopulationGame:
        if points.shape:  # a point that is not finite is undefined, and harms no other
            tables = (np.where(np.isfinite(p), p, np.nan) for p in matrix.payoffs(points))
            game = Game(tuple(tables), matrix.players, matrix.actions)
        else:
            game = matrix.game(points)
        if not self.one:
            formulas, _ = formulas_of_cells(self.cells, self.shares, points)
            return replace(PopulationGame.of(game), formulas=formulas)
        against = one_population_formulas(self.cells[0], self.shares)
        values: dict[str, Array] = dict(points.items())
        made = PopulationGame.one_population(
            game.payoffs[0], player=self.players[0], actions=self.actions[0]
        )
        return replace(made, formulas=PayoffFormulas((against,), self.shares, values))

    def _check_finite(self, game: PopulationGame) -> None:
        payoffs = game.payoffs_at([np.full(size, 1 / size) for size in game.sizes])
        for player, own in enumerate(payoffs):
            bad = ~np.isfinite(own)
            if bad.any():
                action = self.actions[player][int(np.argmax(bad))]
                raise GameError(
                    "has no finite value at these parameters and equal shares",
                    where=f"payoff of {action}, {self.players[player]}",
                )


def share_names(table: GameFile) -> Shares:
    """Name the shares of every player: as the file does, else by letters.

    Raises
    ------
    ModelError
        One problem per name that is no name, is taken, or stands where it cannot.
    """
    sizes = tuple(map(len, table.actions))
    if table.shares is None:
        return made_up_names((), sizes, tuple(table.parameters))
    if len(table.shares) != len(sizes):
        rule = f"must have {len(sizes)} entries, one per player"
        raise ModelError(rule, where="shares", value=len(table.shares))
    problems, names = [], []
    for number, (entry, size) in enumerate(zip(table.shares, sizes, strict=True)):
        own = [entry] if isinstance(entry, str) else entry
        if len(own) not in ({1, 2} if size == 2 else {size}):
            rule = f"must be an array of {size} names, one per action"
            problems.append(Problem(rule, f"shares[{number}]", entry))
        names += [(name, number, action) for action, name in enumerate(own)]
    problems += _bad_names(names, table.parameters)
    if problems:
        raise ModelError.from_problems(problems)
    return {name: (player, action) for name, player, action in names}


def _bad_names(
    names: Sequence[tuple[str, int, int]], parameters: Mapping[str, Any]
) -> Iterator[Problem]:
    seen = set[str]()
    for name, player, _ in names:
        where = f"shares[{player}]"
        if not name.isidentifier() or iskeyword(name) or name in FUNCTIONS:
            rule = f"must be a plain name, and not one of {', '.join(FUNCTIONS)}"
            yield Problem(rule, where, name)
        elif name in parameters:
            yield Problem("is the name of a parameter", where, name, "rename one of them")
        elif name in seen:
            yield Problem("is used twice", where, name)
        seen.add(name)


def advantage_formulas(
    table: GameFile, written: Sequence[Any], read: Callable[[Any, str], Formula]
) -> tuple[tuple[Formula, ...], ...]:
    """Read ``advantages``: the payoff of each action beyond that of the last, which is 0.

    Parameters
    ----------
    table : GameFile
        The file, validated.
    written : sequence
        Its advantages with decimals as they were written.
    read : callable
        From one number or text and its place to a formula.
    """
    found = []
    for player, entry in enumerate(written):
        where, needed = f"advantages[{player}]", len(table.actions[player]) - 1
        if isinstance(entry, list):
            if len(entry) != needed:
                rule = f"must have {needed} entries: each action but the last beyond the last"
                raise ModelError(rule, where=where, value=len(entry))
            cells = [read(cell, f"{where}[{n}]") for n, cell in enumerate(entry)]
        elif needed == 1:
            cells = [read(entry, where)]
        else:
            owner = table.players[player]
            rule = f"must be an array of {needed} entries: {owner} has {needed + 1} actions"
            raise ModelError(rule, where=where, value=entry)
        found.append((*cells, _ZERO))
    return tuple(found)


def whatever_others_do(payoffs: tuple[tuple[Formula, ...], ...]) -> tuple[Any, ...]:
    """Write payoffs per action as tables over profiles: other players matter by shares alone."""
    shape = tuple(map(len, payoffs))
    tables = []
    for player, own in enumerate(payoffs):
        table = np.empty(shape, dtype=object)
        for action, formula in enumerate(own):
            table[(slice(None),) * player + (action,)] = formula
        tables.append(table.tolist())
    return tuple(tables)


def one_population_formulas(cells: Any, shares: Shares) -> tuple[Formula, ...]:
    """Write what each action earns in one population that plays a matrix against itself.

    Parameters
    ----------
    cells : nested sequences (n, n) of Formula
        Payoff of the row action against the column action.
    shares : mapping of str to (int, int)
        Names of shares of the one population.
    """
    # The opponent stands for a second population, whose shares then are the first's own.
    other = {name: (1, action) for name, (_, action) in shares.items()}
    formulas, _ = formulas_of_cells([cells, cells], other, {})
    return formulas.payoffs[0]
