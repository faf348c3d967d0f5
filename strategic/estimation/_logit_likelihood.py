"""The likelihood of counted choices under logit equilibrium: rationality, and payoffs if free."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.quantal.at_one import LogitPlay
from strategic.errors import MethodError
from strategic.estimation._choices import Choices, frequencies
from strategic.estimation._counted import Counted
from strategic.estimation.likelihood import Differenced, heights
from strategic.estimation.payoffs_by_row import PayoffsByRow

if TYPE_CHECKING:
    from strategic.estimation.maximum import Maximum

RATIONALITY = "rationality"
PER = ("player", "game")
_STEP = 1e-6


@dataclass(eq=False)
class LogitLikelihood(Counted, Differenced):
    """Counts of one group, as a function of rationality and parameters of the payoffs.

    Parameters
    ----------
    choices : Choices
    group : int
        Number of the group.
    payoffs : sequence of PayoffsByRow
        Games whose payoffs have free parameters, with the rows ``instances`` that they are.
    instances : sequence of arrays of int
        Which games of ``choices`` these rows are.
    per : str
        ``player`` or ``game`` where each has a rationality of its own; empty where all have one.
    clustered : bool
        Whether units are clusters; else they are the observed actions of every game.
    """

    choices: Choices
    group: int = 0
    payoffs: Sequence[PayoffsByRow] = ()
    instances: Sequence[Array] = ()
    per: str = ""
    clustered: bool = False
    _last: dict[bytes, list[_Solved]] = field(default_factory=dict, repr=False)

    @cached_property
    def _kinds(self) -> list[str]:
        """Whose rationality there is: players or games, or nobody's in particular."""
        if self.per == "game":
            names = dict.fromkeys(self.choices.names[place] for place in self.games.tolist())
            return [name for name in names if name]  # one game without a column of games
        if self.per == "player":
            labels = {self.choices.games[place].players for place in self.games.tolist()}
            if len(labels) > 1:
                rule = "needs games with the same players"
                value = " and ".join(", ".join(own) for own in sorted(labels)[:2])
                raise MethodError(rule, where="per", value=value)
            return list(labels.pop())
        return []

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Rationality, one per kind, and the free parameters of all games."""
        own = [f"{RATIONALITY}.{kind}" for kind in self._kinds] or [RATIONALITY]
        return (*own, *self._free)

    @cached_property
    def _free(self) -> dict[str, tuple[float, float, float]]:
        """Free parameters of the payoffs: start and bounds."""
        found: dict[str, tuple[float, float, float]] = {}
        for one in self.payoffs:
            for name, start, (low, high) in zip(one.names, one.starts, one.bounds, strict=True):
                known = found.get(name, (float(start), -np.inf, np.inf))
                found[name] = (known[0], max(known[1], float(low)), min(known[2], float(high)))
        return found

    @cached_property
    def bounds(self) -> Array:
        """Rationality is at least 0."""
        own = [(0.0, np.inf)] * max(len(self._kinds), 1)
        return np.array([*own, *((low, high) for _, low, high in self._free.values())])

    @property
    def starts(self) -> Array:
        """The model's own values of the free parameters."""
        return np.array([start for start, _, _ in self._free.values()])

    def per_unit(self, points: Array, /) -> Array:
        """Compute log likelihoods: (points, units)."""
        return self.summed(self.logs(points))

    def gradient(self, points: Array, /) -> Array:
        """Differentiate the equilibria implicitly: scores (points, units, numbers)."""
        count, numbers = points.shape
        slopes = np.zeros((count, numbers, int(self.choices.offsets[-1])))
        for one in self._played(points):
            found = one.slopes(numbers, self._first)
            found = found.reshape(numbers, -1, count, len(one.shape.which))
            slopes[:, :, self.choices.cells(one.shape.which)] = found.transpose(2, 0, 1, 3)
        return np.asarray(self.summed(slopes).swapaxes(1, 2))

    def predicted(self, point: Array, /) -> Sequence[Mapping[str, Any]]:
        """Lay predicted beside observed frequencies."""
        return frequencies(self.choices, np.exp(self.logs(point[None])[0]), self.games)

    def logs(self, points: Array) -> Array:
        """Log probabilities of all cells: (points, cells); 0 for cells of other groups."""
        found = np.zeros((len(points), int(self.choices.offsets[-1])))
        for one in self._played(points):
            which = one.shape.which
            logs = np.concatenate(one.play.logs()).reshape(-1, len(points), len(which))
            found[:, self.choices.cells(which)] = logs.swapaxes(0, 1)
        return found

    @property
    def highest(self) -> Callable[[Maximum, int, Array], tuple[Array, Array]] | None:
        """How profiles are found where games have no number in common: the others stay."""
        return self._others_stay if self.per == "game" and not self._free else None

    def _others_stay(self, maximum: Maximum, k: int, values: Array) -> tuple[Array, Array]:
        """Give heights and points at values of the rationality of one game."""
        points = np.repeat(maximum.point[None], len(values), axis=0)
        points[:, k] = values
        place = next(one for one in self.games if self.choices.names[one] == self._kinds[k])
        own = LogitLikelihood(self.choices.apart, int(self.choices.apart.group[place]))
        found = heights(own, np.r_[maximum.point[k], values][:, None])
        return maximum.value + (found[1:] - found[0]), points

    @property
    def _first(self) -> int:
        """Place of the first parameter of the payoffs."""
        return max(len(self._kinds), 1)

    def _played(self, points: Array) -> list[_Solved]:
        """Solve the games of every shape at all points; the last answer is kept."""
        key = points.tobytes()
        if key not in self._last:
            self._last.clear()
            self._last[key] = [self._solved(shape, points) for shape in self._shapes]
        return self._last[key]

    @cached_property
    def _shapes(self) -> list[_Shape]:
        """Games of the group, those of one shape together."""
        return [self._shape(which) for which in self.shapes()]

    def _shape(self, which: Array) -> _Shape:
        games = [self.choices.games[place] for place in which.tolist()]
        players = range(len(games[0].shape))
        kinds = np.zeros((len(players), len(which)), dtype=np.int64)
        if self.per == "player":
            kinds += np.arange(len(players))[:, None]
        elif self._kinds:
            kinds += [self._kinds.index(self.choices.names[place]) for place in which.tolist()]
        rows = []
        for one, instances in zip(self.payoffs, self.instances, strict=True):
            mine = np.flatnonzero(np.isin(instances, which))
            if len(mine):
                rows.append((one, mine, np.searchsorted(which, instances[mine])))
        payoffs = [np.array([game.payoffs[player] for game in games], float) for player in players]
        return _Shape(which, payoffs, kinds, rows)

    def _solved(self, shape: _Shape, points: Array) -> _Solved:
        """Solve the games of one shape; also rationality, payoffs and their derivatives."""
        theta, names = points[:, self._first :], list(self._free)
        size = (len(points), *shape.payoffs[0].shape)
        tables = [np.broadcast_to(own, size).copy() for own in shape.payoffs]
        turns = [np.zeros((len(names), *size)) for _ in tables]
        for one, rows, places in shape.rows:
            columns = [names.index(name) for name in one.names]
            values, slopes = _payoffs_and_slopes(one, theta[:, columns])
            for player, table in enumerate(tables):
                table[:, places] = values[player][:, rows]
                for k, column in enumerate(columns):
                    turns[player][column][:, places] = slopes[player][k][:, rows]
        flat = [np.moveaxis(t.reshape(-1, *size[2:]), 0, -1) for t in tables]
        changes = [
            np.moveaxis(t.reshape(len(names), size[0] * size[1], *size[2:]), 1, -1) for t in turns
        ]
        rates = [points[:, kinds].ravel() for kinds in shape.kinds]
        play = LogitPlay.of([rate * table for rate, table in zip(rates, flat, strict=True)])
        return _Solved(shape, play, rates, flat, changes)


@dataclass(frozen=True, eq=False)
class _Shape:
    """Games of one shape: payoffs as filed, whose rationality each has, and what is free."""

    which: Array
    payoffs: list[Array]
    kinds: Array
    rows: list[tuple[PayoffsByRow, Array, Array]]


@dataclass(frozen=True, eq=False)
class _Solved:
    """Play at some points, points before games on the last axis of all arrays."""

    shape: _Shape
    play: LogitPlay
    rates: list[Array]
    tables: list[Array]
    turns: list[Array]

    def slopes(self, numbers: int, first: int) -> Array:
        """Differentiate log probabilities: (numbers, actions of all players, points * games)."""
        changes = []
        points = len(self.rates[0]) // len(self.shape.which)
        for rate, table, turn, kinds in zip(
            self.rates, self.tables, self.turns, self.shape.kinds, strict=True
        ):
            change = np.zeros((numbers, *table.shape))
            change[first:] = turn * rate
            # A number's own rationality multiplies the payoffs.
            whose = np.tile(kinds, points) == np.arange(first)[:, None]
            change[:first] = table * whose.reshape(first, *(1,) * (table.ndim - 1), -1)
            changes.append(change)
        return np.concatenate(self.play.log_slopes(changes), axis=1)


def _payoffs_and_slopes(one: PayoffsByRow, points: Array) -> tuple[Sequence[Array], list[Array]]:
    """Payoffs (points, rows, ...) of every player and their derivatives (numbers, points, ...)."""
    values = one.at(points)
    if one.affine:
        return values, [
            np.broadcast_to(slope[:, None], (len(slope), *value.shape))
            for slope, value in zip(one.slopes, values, strict=True)
        ]
    step = _STEP * np.maximum(np.abs(points), 1.0)
    low, high = one.bounds.T
    changes = []
    for k in range(points.shape[1]):
        ends = [points.copy(), points.copy()]
        for end, sign in zip(ends, (1.0, -1.0), strict=True):
            end[:, k] = np.clip(end[:, k] + sign * step[:, k], low[k], high[k])
        width = (ends[0] - ends[1])[:, k]
        up, down = (one.at(end) for end in ends)
        changes.append(
            [
                (a - b) / width.reshape(-1, *(1,) * (a.ndim - 1))
                for a, b in zip(up, down, strict=True)
            ]
        )
    return values, [np.array(side) for side in zip(*changes, strict=True)]
