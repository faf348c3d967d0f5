"""Counts of choices in games, and the log likelihood of logit equilibria, many points at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.quantal.logit import Logit
from strategic.errors import FileError
from strategic.estimation.observations import Observations
from strategic.games.game import Game
from strategic.modelling import Model
from strategic.status import Status


@dataclass(frozen=True, eq=False)
class Counts:
    """Counts of one game's choices.

    Parameters
    ----------
    model : Model
        The game, with its parameters.
    counts : tuple of arrays (clusters, n_i)
        One per player; clusters without this game have zeros.
    """

    model: Model
    counts: tuple[Array, ...]

    @property
    def total(self) -> tuple[Array, ...]:
        """Counts of all clusters together, one array per player."""
        return tuple(own.sum(axis=0) for own in self.counts)


def read_counts(
    models: Mapping[str, Model], table: Observations, cluster: str | None
) -> tuple[dict[str, Counts], list[str]]:
    """Read the layout ``game, player, action, count``.

    Parameters
    ----------
    models : mapping of str to Model
        The games by name; a single one needs no column ``game``.
    table : Observations
    cluster : str, optional
        Column of independent units.

    Returns
    -------
    tuple
        The counts of every game that occurs, and the names of the clusters.

    Raises
    ------
    FileError
        When a game, player or action is unknown, a count is negative, or nobody chose anything.
    """
    table.need("player", "action", "count")
    names = list(models)
    number = table.numbers("count", lowest=0.0)
    single = len(models) == 1
    which = np.zeros(table.rows, dtype=np.int64) if single else table.codes("game", names)[0]
    units, labels = (
        table.codes(cluster) if cluster else (np.zeros(table.rows, dtype=np.int64), ["all"])
    )
    found = {}
    for place, name in enumerate(names):
        rows = np.flatnonzero(which == place)
        if not len(rows):
            continue
        game = models[name].game()
        some = table.some(rows)
        players, _ = some.codes("player", game.players)
        counts = [np.zeros((len(labels), size)) for size in game.shape]
        for i, actions in enumerate(game.actions):
            own = players == i
            if not own.any():
                continue
            codes, _ = some.some(own).codes("action", actions)
            np.add.at(counts[i], (units[rows][own], codes), number[rows][own])
        found[name] = Counts(models[name], tuple(counts))
    if not sum(own.sum() for one in found.values() for own in one.counts):
        raise FileError("must count at least one choice", where=table.source)
    return found, labels


def probabilities(
    counts: Sequence[Counts], rationality: Array, changes: Mapping[str, Array]
) -> list[tuple[Array, ...]]:
    """Solve every game on its principal branch at many points.

    Parameters
    ----------
    counts : sequence of Counts
    rationality : array (points,)
    changes : mapping of str to array (points,)
        Parameters of the models that differ by point.

    Returns
    -------
    list of tuples of arrays (points, n_i)
        NaN where the branch could not be followed.
    """
    found = []
    for one in counts:
        if changes:
            games = one.model.change(changes).game()
        else:
            game = one.model.game()
            shape = (len(rationality), *game.shape)
            games = Game(tuple(np.broadcast_to(p, shape) for p in game.payoffs))
        solved = Logit(rationality).solve(games, workers=1)
        good = (solved.status == Status.OK)[:, None]
        found.append(tuple(np.where(good, side, np.nan) for side in solved.strategies))
    return found


def log_likelihood(counts: Sequence[Counts], played: Sequence[tuple[Array, ...]]) -> Array:
    """Add up ``n log p`` over games, players and actions: one number per point."""
    total = np.zeros(len(played[0][0]))
    for one, sides in zip(counts, played, strict=True):
        for number, chance in zip(one.total, sides, strict=True):
            chosen = number > 0
            with np.errstate(divide="ignore"):
                total = total + (number[chosen] * np.log(chance[:, chosen])).sum(axis=1)
    return total


def by_cluster(counts: Sequence[Counts], played: Sequence[tuple[Array, ...]], point: int) -> Array:
    """Log likelihood of every cluster at one point."""
    total = np.zeros(len(counts[0].counts[0]))
    for one, sides in zip(counts, played, strict=True):
        for number, chance in zip(one.counts, sides, strict=True):
            with np.errstate(divide="ignore", invalid="ignore"):
                logs = np.log(chance[point])
                total += np.where(number > 0, number * logs, 0.0).sum(axis=1)
    return total


def bounds(counts: Sequence[Counts]) -> tuple[float, float]:
    """Log likelihoods of uniform play and of the observed frequencies."""
    uniform = saturated = 0.0
    for one in counts:
        for number in one.total:
            whole = number.sum()
            uniform -= whole * np.log(len(number))
            there = number[number > 0]
            saturated += float((there * np.log(there / whole)).sum()) if whole else 0.0
    return float(uniform), saturated


def frequencies(
    names: Sequence[str], counts: Sequence[Counts], played: Sequence[tuple[Array, ...]]
) -> list[dict[str, object]]:
    """Lay predicted beside observed frequencies, one row per action."""
    rows: list[dict[str, object]] = []
    for name, one, sides in zip(names, counts, played, strict=True):
        game = one.model.game()
        for i, (player, actions) in enumerate(zip(game.players, game.actions, strict=True)):
            whole = float(one.total[i].sum())
            for a, action in enumerate(actions):
                rows.append(
                    {
                        "game": name,
                        "player": player,
                        "action": action,
                        "count": float(one.total[i][a]),
                        "observed": float(one.total[i][a]) / whole if whole else None,
                        "predicted": float(sides[i][0, a]),
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
