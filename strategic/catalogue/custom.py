"""Families of games that users bring: a table of formulas, a Python function, or a fixed game."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.catalogue._population_file import PopulationTable
from strategic.errors import GameError, ParameterError
from strategic.evolution.populations import PopulationGame
from strategic.games import Game
from strategic.games.formula import Formula
from strategic.modelling import Family, Measure, Mechanism, Model, Parameter, Points
from strategic.modelling.equations import Equations
from strategic.modelling.evolution_measures import with_populations
from strategic.modelling.games import game_measures
from strategic.modelling.own_measures import with_measures

Range = float | tuple[float, float, float] | Parameter
"""A default; a default, a lower and an upper bound; or a whole `Parameter`."""


@dataclass(frozen=True)
class PayoffTable:
    """Payoffs of a parameterised game: one formula per player and profile.

    Parameters
    ----------
    formulas : tuple of tuple of Formula
        One tuple per player, profiles in row-major order.
    players : tuple of str
        Names of the players.
    actions : tuple of tuple of str
        Names of their actions.
    """

    formulas: tuple[tuple[Formula, ...], ...]
    players: tuple[str, ...]
    actions: tuple[tuple[str, ...], ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of actions of each player."""
        return tuple(len(names) for names in self.actions)

    def payoffs(self, points: Points) -> tuple[Array, ...]:
        """Evaluate every formula over the points: ``(*points.shape, n_1, ..., n_p)`` per player."""
        tables = []
        for entries in self.formulas:
            cells = [np.broadcast_to(entry.evaluate(points), points.shape) for entry in entries]
            tables.append(np.stack(cells, axis=-1).reshape(*points.shape, *self.shape))
        return tuple(tables)

    def game(self, points: Points) -> Game:
        """Make the games of the points; of a single point in exact numbers.

        Raises
        ------
        GameError
            Naming the first payoff that is not finite.
        """
        payoffs = self.payoffs(points)
        for player, table in enumerate(payoffs):
            bad = ~np.isfinite(table).reshape(-1, len(self.formulas[player])).all(axis=0)
            if bad.any():
                raise self._not_finite(player, int(np.argmax(bad)))
        if points.shape and not points.exact:
            return Game(payoffs, self.players, self.actions)
        # Every parameter is the decimal that was written, so that ties in the file are ties.
        values = {name: points.fractions(name) for name in points}
        exact = []
        for player, entries in enumerate(self.formulas):
            cells = []
            for number, entry in enumerate(entries):
                try:
                    cells.append(np.broadcast_to(entry.exactly(values), points.shape))
                except (ZeroDivisionError, ValueError, OverflowError):
                    raise self._not_finite(player, number) from None
            exact.append(np.stack(cells, axis=-1).reshape(*points.shape, *self.shape))
        nearest = tuple(table.astype(float) for table in exact)
        return Game(nearest, self.players, self.actions, exact=tuple(exact))

    def degree(self, parameter: str) -> int | None:
        """Give the degree of all payoffs as polynomials in a parameter; None where they are not."""
        degrees = [entry.degree(parameter) for entries in self.formulas for entry in entries]
        return None if None in degrees else max(d for d in degrees if d is not None)

    def _not_finite(self, player: int, number: int) -> GameError:
        place = "".join(f"[{i}]" for i in np.unravel_index(number, self.shape))
        return GameError(
            "has no finite value at these parameters",
            where=f"payoffs[{player}]{place}",
            value=self.formulas[player][number].text,
        )


def table_family(table: PayoffTable, parameters: Mapping[str, Parameter], title: str) -> Family:
    """Make the family of a table of formulas."""
    return Family(
        name="game",
        title=title,
        parameters=parameters,
        games={"game": table.game},
        equations=Equations({"game": table.formulas}),
        measures=game_measures(
            table.payoffs,
            table.shape,
            single=table.game,
            players=table.players,
            actions=table.actions,
            degree=table.degree,
        ),
    )


def population_family(
    table: PopulationTable, parameters: Mapping[str, Parameter], title: str
) -> Family:
    """Make the family of a file: a matrix game where it has one, and a game of populations."""
    if table.matrix is not None:
        made = table_family(table.matrix, parameters, title)
    else:
        made = Family("game", title, parameters, {})
    defaults = Points({name: entry.default for name, entry in parameters.items()})
    return with_populations(made, table.game, table.game(defaults))


def family(
    function: Callable[..., Sequence[Any]],
    parameters: Mapping[str, Range],
    *,
    players: Sequence[str] = (),
    actions: Sequence[Sequence[str]] = (),
    title: str = "",
    measures: Mapping[str, Measure | str] | None = None,
    mechanisms: Mapping[str, Mechanism] | None = None,
) -> Family:
    """Make a family of games of a Python function from parameters to payoffs.

    Parameters
    ----------
    function : callable
        Takes the parameters as keywords, each a number or an array of one value per point, and
        returns one payoff table per player: nested lists whose entries broadcast over the points,
        or an array ``(*points, n_1, ..., n_p)``.
    parameters : mapping of str to number, (default, lower, upper) or Parameter
        What the function takes.
    players, actions : sequences of str, optional
        Labels.
    title : str, optional
        What reports call it; the function's name by default.
    measures : mapping of str to Measure or str, optional
        Of your own, besides the measures of any game; a text is a formula over parameters and
        measures, such as ``"payoff.row - payoff.column"``.
    mechanisms : mapping of str to Mechanism, optional
        Of your own.

    Returns
    -------
    Family
        To be used like the built-in one: ``Model(family, {"v": [1.0, 2.0]})``.

    Raises
    ------
    ParameterError
        When a default lies outside its bounds.
    GameError
        When the function's payoffs at the defaults do not make a game.

    Examples
    --------
    >>> def hawk_dove(v, c):
    ...     return [[(v - c) / 2, v], [0, v / 2]], [[(v - c) / 2, 0], [v, v / 2]]
    >>> hawks = family(hawk_dove, {"v": (2.0, 0.0, 10.0), "c": 3.0}, title="Hawks and doves")
    >>> from strategic.modelling import Model, measure
    >>> measure(Model(hawks, {"c": [1.0, 3.0]}), "equilibrium_count")["equilibrium_count"]
    array([1, 3])
    """
    declared = {
        name: value if isinstance(value, Parameter) else Parameter(name, *_bounded(value))
        for name, value in parameters.items()
    }
    problems = [p for entry in declared.values() for p in entry.problems(entry.default)]
    if problems:
        raise ParameterError.from_problems(problems)
    payoffs = partial(_call, function)
    defaults = Points({name: entry.default for name, entry in declared.items()})
    first = Game(payoffs(defaults), tuple(players), tuple(tuple(names) for names in actions))
    made = Family(
        name="game",
        title=title or function.__name__,
        parameters=declared,
        games={"game": partial(_labelled, payoffs, first.players, first.actions)},
        measures=game_measures(payoffs, first.shape, players=first.players, actions=first.actions),
        mechanisms=mechanisms or {},
    )
    made = with_populations(
        made, partial(_populations, payoffs, first.players, first.actions), PopulationGame.of(first)
    )
    return with_measures(made, measures or {})


def fixed(game: Game) -> Model:
    """Make a model of one game without parameters."""
    whole = Family(
        name="game",
        title=game.title,
        parameters={},
        games={"game": partial(_given, game)},
        measures=game_measures(
            partial(_payoffs_of, game),
            game.shape,
            single=partial(_given, game),
            players=game.players,
            actions=game.actions,
        ),
    )
    populations = PopulationGame.of(game)
    whole = with_populations(whole, partial(_always, populations), populations)
    return Model(whole, title=game.title)


def _bounded(value: Any) -> tuple[float, str, float, float]:
    """Default, meaning, lower and upper bound."""
    default, lower, upper = value if isinstance(value, tuple) else (value, -np.inf, np.inf)
    return default, "", lower, upper


def _call(function: Callable[..., Sequence[Any]], points: Points) -> tuple[Array, ...]:
    with np.errstate(all="ignore"):
        tables = function(**points)
    return tuple(_stacked(table, points.shape, len(tables)) for table in tables)


def _stacked(table: Any, batch: tuple[int, ...], players: int) -> Array:
    """Turn nested lists of numbers and arrays into one array, the points first."""
    if isinstance(table, np.ndarray):
        return np.broadcast_to(table, batch + table.shape[table.ndim - players :])
    if players == 0 or not isinstance(table, list | tuple):
        return np.broadcast_to(np.asarray(table, dtype=float), batch)
    entries = [_stacked(entry, batch, players - 1) for entry in table]
    if len({entry.shape for entry in entries}) != 1:
        raise GameError("must be a rectangular table, one row per action", where="payoffs")
    return np.stack(entries, axis=len(batch))


def _labelled(
    payoffs: Callable[[Points], tuple[Array, ...]],
    players: tuple[str, ...],
    actions: tuple[tuple[str, ...], ...],
    points: Points,
) -> Game:
    return Game(payoffs(points), players, actions)


def _populations(
    payoffs: Callable[[Points], tuple[Array, ...]],
    players: tuple[str, ...],
    actions: tuple[tuple[str, ...], ...],
    points: Points,
) -> PopulationGame:
    """Let players be populations; a point whose payoffs are not finite harms no other."""
    tables = tuple(np.where(np.isfinite(p), p, np.nan) for p in payoffs(points))
    return PopulationGame.of(Game(tables, players, actions))


def _always(populations: PopulationGame, points: Points) -> PopulationGame:
    del points
    return populations


def _given(game: Game, points: Points) -> Game:
    del points
    return game


def _payoffs_of(game: Game, points: Points) -> tuple[Array, ...]:
    del points
    return game.payoffs
