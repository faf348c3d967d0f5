"""Counts of choices of all groups of a table at once, laid out for kernels that have no loops."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.errors import FileError
from strategic.estimation.observations import Observations
from strategic.games.game import Game
from strategic.modelling import Model


@dataclass(frozen=True, eq=False)
class Choices:
    """Counted choices of some games, each in one group of the data.

    Parameters
    ----------
    groups : tuple of str
        Names of the groups.
    names : tuple of str
        Name of the game, for every game of every group; one that several groups play is several.
    games : tuple of Game
    group : array of int (games,)
    offsets : array of int (games + 1,)
        Where the cells of each game start: all actions of the first player, then of the second.
    cell, count, unit : arrays (entries,)
        Entries of the table: which action, how often, and which independent unit chose; any unit
        where the count is 0.
    owner : array of int (units,)
        The group of every unit.
    first : array of int (games,)
        The first row of the table that is about each game.
    """

    groups: tuple[str, ...]
    names: tuple[str, ...]
    games: tuple[Game, ...]
    group: Array
    offsets: Array
    cell: Array
    count: Array
    unit: Array
    owner: Array
    first: Array

    @cached_property
    def totals(self) -> Array:
        """How often every action was chosen: one number per cell."""
        return np.bincount(self.cell, self.count, int(self.offsets[-1]))

    def cells(self, which: Array) -> Array:
        """Return the cells of games of one shape: (actions of all players, games)."""
        first = which[0]
        size = int(self.offsets[first + 1] - self.offsets[first])
        return np.arange(size)[:, None] + self.offsets[which]

    def shapes(self) -> dict[tuple[int, ...], Array]:
        """List the games of every shape."""
        found: dict[tuple[int, ...], list[int]] = {}
        for place, shape in enumerate(self.shape_of):
            found.setdefault(shape, []).append(place)
        return {shape: np.array(places) for shape, places in found.items()}

    @cached_property
    def shape_of(self) -> list[tuple[int, ...]]:
        """Shape of every game."""
        return [game.shape for game in self.games]

    def per_unit(self, logs: Array) -> Array:
        """Add up ``count * logs`` of every unit, from one or more numbers per cell (..., cells)."""
        chosen = np.flatnonzero(self.count > 0.0)
        with np.errstate(invalid="ignore"):
            terms = logs[..., self.cell[chosen]] * self.count[chosen]
        total = np.zeros((*logs.shape[:-1], len(self.owner)))
        flat, out = terms.reshape(-1, len(chosen)), total.reshape(-1, len(self.owner))
        for place, row in enumerate(flat):
            out[place] = np.bincount(self.unit[chosen], row, len(self.owner))
        return total

    @cached_property
    def apart(self) -> Choices:
        """The same choices with a group for every game of every group.

        Units that chose in several games are several units, in the order of games and units.
        """
        played = list(zip(self.group.tolist(), self.names, strict=True))
        new = [True, *(one != before for before, one in pairwise(played))]
        number = np.cumsum(new) - 1
        owner = np.repeat(number, np.diff(self.offsets))[self.cell]
        pairs, unit = _units(owner * len(self.owner) + self.unit, self.count)
        names = tuple(name for (_, name), first in zip(played, new, strict=True) if first)
        return replace(self, groups=names, group=number, unit=unit, owner=pairs // len(self.owner))

    def uniform(self) -> Array:
        """Log likelihood of uniform play, one number per group."""
        return self._by_group(-self._whole * np.log(self._actions))

    def saturated(self) -> Array:
        """Log likelihood of the observed frequencies, one number per group."""
        total, whole = self.totals, np.repeat(self._whole, self._actions)
        shares = np.divide(total, whole, out=np.ones_like(total), where=total > 0.0)
        return self._by_group(self._by_player(total * np.log(shares)))

    def observed(self) -> Array:
        """Count choices, one number per group."""
        return self._by_group(self._whole)

    def missing(self, group: int) -> tuple[str, ...]:
        """Name players of whom no choice was counted."""
        if group not in self._lacking:
            return ()
        first, last = np.searchsorted(self.group, [group, group + 1])
        chosen, told = self.totals > 0.0, []
        for place in range(int(first), int(last)):
            game, cell = self.games[place], int(self.offsets[place])
            for player, size in zip(game.players, game.shape, strict=True):
                if not chosen[cell : cell + size].any():
                    of = f" of {self.names[place]}" if self.names[place] else ""
                    told.append(f"No choice of {player}{of} is counted: others predict it.")
                cell += size
        return tuple(told)

    @cached_property
    def _lacking(self) -> frozenset[int]:
        """Groups with a player of whom no choice was counted."""
        return frozenset(self._sides[self._whole == 0.0].tolist())

    @cached_property
    def _actions(self) -> Array:
        """Count the actions of every player of every game."""
        return np.array([size for shape in self.shape_of for size in shape])

    @cached_property
    def _starts(self) -> Array:
        """Cell with the first action of every player of every game."""
        return np.cumsum(self._actions) - self._actions

    @cached_property
    def _sides(self) -> Array:
        """Group of every player of every game."""
        return np.repeat(self.group, [len(shape) for shape in self.shape_of])

    @cached_property
    def _whole(self) -> Array:
        """Count the choices of every player of every game."""
        return self._by_player(self.totals)

    def _by_player(self, cells: Array) -> Array:
        """Add up the cells of every player of every game."""
        return np.asarray(np.add.reduceat(cells, self._starts))

    def _by_group(self, sides: Array) -> Array:
        """Add up what the players of every game of every group have."""
        return np.bincount(self._sides, sides, len(self.groups))


def read_choices(
    models: Mapping[str, Model],
    table: Observations,
    by: str | None,
    cluster: str | None,
    covariates: Sequence[str] = (),
) -> Choices:
    """Read the layout ``game, player, action, count`` for all groups at once.

    Parameters
    ----------
    models : mapping of str to Model
        The games by name; a single one needs no column ``game``.
    table : Observations
    by : str, optional
        Column of groups.
    cluster : str, optional
        Column of independent units; without it each group is one.
    covariates : sequence of str
        Columns whose values make several games of one; parameters of the model among them are set.

    Returns
    -------
    Choices

    Raises
    ------
    FileError
        When a game, player or action is unknown, a count is negative, or nobody chose anything.
    """
    table.need("player", "action", "count")
    count = table.numbers("count", lowest=0.0)
    names = list(models)
    which = (
        np.zeros(table.rows, dtype=np.int64) if len(names) == 1 else table.codes("game", names)[0]
    )
    group, groups = table.codes(by) if by else (np.zeros(table.rows, dtype=np.int64), [""])
    pairs = group * len(names) + which
    for column in covariates:
        values, code = np.unique(table.text(column).astype(str), return_inverse=True)
        pairs = pairs * len(values) + code
    first, place = _told_apart(pairs)
    games = _games(models, table, which[first], first, covariates)
    sizes = np.array([sum(game.shape) for game in games])
    offsets = np.concatenate([[0], np.cumsum(sizes)])
    cell = offsets[place] + _within(table, games, place)
    owners, unit = group, group
    if cluster:
        label = table.codes(cluster)[0]
        keys = group * (int(label.max()) + 1) + label
        owners, unit = _units(keys, count)
        owners = owners // (int(label.max()) + 1)
    else:
        owners = np.arange(len(groups))
    if not count.sum() < 2.0**53:  # beyond it doubles skip numbers
        rule, where = "must add up to fewer than 9e+15 choices", f"{table.source}: column 'count'"
        raise FileError(rule, where=where, value=float(count.sum()))
    some = np.bincount(group, count, len(groups))
    if not (some > 0.0).all():
        empty = groups[int(np.argmin(some > 0.0))]
        where = f"{table.source}: {by} {empty!r}" if by else table.source
        raise FileError("must count at least one choice", where=where)
    return Choices(
        tuple(groups), tuple(names[number] for number in which[first].tolist()), tuple(games),
        group[first], offsets, cell, count, unit, owners, first,
    )  # fmt: skip


def _units(keys: Array, count: Array) -> tuple[Array, Array]:
    """List who chose anything, in order, and number the entries by them; others add nothing."""
    found = np.unique(keys[count > 0.0])
    return found, np.minimum(np.searchsorted(found, keys), len(found) - 1)


def _told_apart(numbers: Array) -> tuple[Array, Array]:
    """Find the first row of every number, in their order, and number the rows by these."""
    if (numbers == numbers[0]).all():
        return np.zeros(1, dtype=np.int64), np.zeros(len(numbers), dtype=np.int64)
    order = np.argsort(numbers, kind="stable")
    ordered, new = numbers[order], np.ones(len(numbers), dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
    place = np.empty_like(order)
    place[order] = np.cumsum(new) - 1
    return order[new], place


def _games(
    models: Mapping[str, Model],
    table: Observations,
    which: Array,
    rows: Array,
    covariates: Sequence[str],
) -> list[Game]:
    """Build the game of every row, with its covariates put in."""
    if not covariates:
        asked, given = list(models.values()), which.tolist()
        made = {number: asked[number].game() for number in dict.fromkeys(given)}
        return [made[number] for number in given]
    found: list[Game | None] = [None] * len(which)
    for number, model in enumerate(models.values()):
        places = np.flatnonzero(which == number).tolist()
        if not places:
            continue
        known = model.family.parameters
        own = {name: table.numbers(name)[rows[places]] for name in covariates if name in known}
        if not own:
            game = model.game()
            for place in places:
                found[place] = game
            continue
        games = model.change(own).game()
        sides = [np.broadcast_to(side, (len(places), *games.shape)) for side in games.payoffs]
        for one, place in enumerate(places):
            payoffs = tuple(np.array(side[one]) for side in sides)
            found[place] = Game(payoffs, games.players, games.actions)
    return [game for game in found if game is not None]


def _within(table: Observations, games: Sequence[Game], place: Array) -> Array:
    """Place the action of every row among all actions of its game."""
    numbers: dict[object, int] = {}  # most games have the same labels
    kind = [numbers.setdefault((game.players, game.actions), len(numbers)) for game in games]
    (players, who), (actions, what) = table.codes("player"), table.codes("action")
    keys = (np.array(kind)[place] * len(who) + players) * len(what) + actions
    first, alike = _told_apart(keys)
    found, known = np.empty(len(first), dtype=np.int64), dict[int, dict[tuple[str, str], int]]()
    for number in np.argsort(first).tolist():  # the first bad entry is the one that is named
        row = int(first[number])
        owner = int(place[row])
        if kind[owner] not in known:
            known[kind[owner]] = _labels(games[owner])
        cell = known[kind[owner]].get((who[players[row]], what[actions[row]]))
        found[number] = _matched(table, row, games[owner]) if cell is None else cell
    return found[alike]


def _labels(game: Game) -> dict[tuple[str, str], int]:
    """Place the actions of all players one after the other."""
    names = [(player, action) for player, own in zip(game.players, game.actions, strict=True)
             for action in own]  # fmt: skip
    return dict(zip(names, range(len(names)), strict=True))


def _matched(table: Observations, row: int, game: Game) -> int:
    """Place an action that is not spelled as in the game, or say that there is none."""
    one = table.some(np.array([row]))
    i = int(one.codes("player", game.players)[0][0])
    return int(sum(game.shape[:i]) + one.codes("action", game.actions[i])[0][0])


def frequencies(choices: Choices, chances: Array, games: Array) -> list[dict[str, object]]:
    """Lay predicted beside observed frequencies of some games, one row per action.

    Parameters
    ----------
    choices : Choices
    chances : array (cells,)
        Predicted probabilities.
    games : array of int
    """
    rows: list[dict[str, object]] = []
    for place in games.tolist():
        name, game = choices.names[place], choices.games[place]
        cells = slice(*choices.offsets[place : place + 2].tolist())
        chance = chances[cells].tolist()
        total = choices.totals[cells].tolist()
        for player, actions in zip(game.players, game.actions, strict=True):
            whole = sum(total[: len(actions)])
            for action in actions:
                count = total.pop(0)
                rows.append(
                    {
                        "game": name,
                        "player": player,
                        "action": action,
                        "count": count,
                        "observed": count / whole if whole else None,
                        "predicted": chance.pop(0),
                    }
                )
    return rows


def counted(
    game: Game, mixtures: Sequence[Array], size: int, rng: np.random.Generator
) -> dict[str, list[Any]]:
    """Draw how often each action is chosen in ``size`` choices of every player: a table."""
    columns: dict[str, list[Any]] = {"player": [], "action": [], "count": []}
    for player, actions, mixture in zip(game.players, game.actions, mixtures, strict=True):
        columns["player"] += [player] * len(actions)
        columns["action"] += list(actions)
        columns["count"] += rng.multinomial(size, mixture / mixture.sum()).tolist()
    return columns
