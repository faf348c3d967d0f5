"""What iterated elimination of dominated actions leaves, round by round."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.solution import Solution, place_of, strategy_columns
from strategic.games.game import Game
from strategic.games.matrix import number_text
from strategic.status import Status

Kind = Literal["strict", "weak"]
UNFINISHED = (
    "The search stopped early, as a linear program is too large for exact arithmetic: more actions "
    "may be dominated."
)


@dataclass(frozen=True, eq=False)
class Elimination:
    """One action that was taken out, and what dominates it.

    Parameters
    ----------
    round : int
        Round of elimination, from 1; the order inside a round does not matter for strict kinds.
    player, action : int
        Whose action.
    dominator : array (n_player,)
        The action (one entry 1) or the mixture that does better.
    kind : {"strict", "weak"}
        Whether it is better against everything, or nowhere worse and somewhere better.
    margin : float
        Least gain from the dominator over the profiles left (zero is possible if weak).
    """

    round: int
    player: int
    action: int
    dominator: Array
    kind: Kind
    margin: float


@dataclass(frozen=True, eq=False, repr=False)
class Reduction(Solution):
    """What iterated elimination leaves of one game, and the order in which actions went.

    Parameters
    ----------
    games : Game
        The whole game.
    kept : tuple of arrays of int
        Numbers of the actions left, one array per player.
    eliminations : tuple of Elimination
        In the order of elimination.
    kind : {"strict", "weak"}
        The kind of dominance.
    status : array of int8
        ``ok``, or ``not_finished`` where a program is too large for exact arithmetic.
    """

    games: Game
    kept: tuple[Array, ...]
    eliminations: tuple[Elimination, ...]
    kind: Kind
    status: Array
    method: str = "dominance"

    @property
    def left(self) -> Game:
        """The game that is left."""
        game, cells = self.games, np.ix_(*self.kept)
        return Game(
            payoffs=tuple(table[cells] for table in game.payoffs),
            players=game.players,
            actions=tuple(
                tuple(names[a] for a in actions)
                for names, actions in zip(game.actions, self.kept, strict=True)
            ),
            title=game.title,
            exact=None if game.exact is None else tuple(table[cells] for table in game.exact),
        )

    @property
    def finished(self) -> bool:
        """Whether nothing more is dominated in what is left."""
        return int(self.status) != Status.NOT_FINISHED

    @property
    def solved(self) -> bool:
        """Whether one profile is left (the game is dominance solvable)."""
        return all(len(actions) == 1 for actions in self.kept)

    def columns(self) -> dict[str, Any]:
        """One row per eliminated action; the dominator as weights and by name."""
        rounds = self.details()["eliminated"]
        return {
            name: [done[name] for done in rounds]
            for name in ("round", "player", "action", "dominator", "dominated_by", "margin")
        }

    def rows(self) -> dict[str, Array]:
        """One row per eliminated action, as `Reductions` gives them."""
        done, widest = self.eliminations, max(self.games.shape)
        columns = {"game": np.zeros(len(done), dtype=int)}
        for name in ("round", "player", "action"):
            columns[name] = np.array([getattr(one, name) for one in done], dtype=int)
        for place in range(widest):
            weights = [one.dominator[place] if place < len(one.dominator) else 0.0 for one in done]
            columns[f"dominator_{place}"] = np.array(weights, dtype=float)
        return columns | {"margin": np.array([one.margin for one in done], dtype=float)}

    def named_columns(self) -> dict[str, Any]:
        """Give the columns for reading: dominators by name only."""
        titles = {"dominated_by": "dominated by", "margin": "least gain"}
        columns = self.told_apart().columns()
        del columns["dominator"]
        return {titles.get(name, name): column for name, column in columns.items()}

    def details(self) -> dict[str, Any]:
        """Describe what went in which round, and what is left."""
        game = self.games
        rounds = [
            {
                "round": done.round,
                "player": game.players[done.player],
                "action": game.actions[done.player][done.action],
                "dominator": done.dominator.tolist(),
                "dominated_by": _named(done.dominator, game.actions[done.player]),
                "margin": done.margin,
            }
            for done in self.eliminations
        ]
        left = [
            [names[a] for a in kept] for names, kept in zip(game.actions, self.kept, strict=True)
        ]
        return {"kind": self.kind, "eliminated": rounds, "left": left}

    def lines(self) -> list[str]:
        """Say which actions went in which round, by what, and what is left."""
        lines = []
        for done, named in zip(self.eliminations, self.details()["eliminated"], strict=True):
            where = "whatever the others do" if done.round == 1 else "in what is left"
            if done.margin:
                gain = f"earns at least {number_text(done.margin)} more, {where}"
            else:
                gain = f"earns at least as much {where}, and sometimes more"
            never = "never plays" if done.kind == "strict" else "can do without"
            lines.append(
                f"Round {done.round}: {named['player']} {never} {named['action']}: "
                f"{named['dominated_by']} {gain}."
            )
        if not self.finished:
            lines.append(UNFINISHED)
        if not lines:
            return [f"No action is {self.kind}ly dominated, by a pure action or by a mixture."]
        left = zip(self.games.players, self.details()["left"], strict=True)
        kept = "; ".join(f"{player}: {', '.join(actions)}" for player, actions in left)
        lines.append(f"What is left: {kept}.")
        if self.solved:
            # Only strict elimination keeps every equilibrium.
            only = "the only equilibrium" if self.kind == "strict" else "an equilibrium"
            lines.append(f"One profile is left: it is {only}.")
        return lines


@dataclass(frozen=True, eq=False, repr=False)
class Reductions(Solution):
    """What iterated elimination leaves of every game of a batch, and what went, in arrays.

    Parameters
    ----------
    games : Game
        The batch.
    left : tuple of arrays of bool ``(*batch, n_i)``
        The actions left, one mask per player.
    game, round, player, action : arrays ``(E,)`` of int
        Which action of which game went in which round; by game, in the order of elimination.
    dominator : array ``(E, n)``
        What dominates them, for the player with the most actions; zero beyond those of others.
    margin : array ``(E,)``
        Least gain from the dominator over the profiles left.
    kind : {"strict", "weak"}
        The kind of dominance.
    status : array of int8, shape of the batch
        As for `Reduction`; ``invalid`` where payoffs are missing.

    Examples
    --------
    >>> from strategic.equilibria import solve
    >>> dilemmas = solve([[[3, 0], [5, 1]]] * 2, [[[3, 5], [0, 1]]] * 2, method="dominance")
    >>> dilemmas.solved, dilemmas.of(1).solved
    (array([ True,  True]), True)
    """

    games: Game
    left: tuple[Array, ...]
    game: Array
    round: Array
    player: Array
    action: Array
    dominator: Array
    margin: Array
    kind: Kind
    status: Array
    method: str = "dominance"

    @property
    def solved(self) -> Array:
        """Whether one profile is left of each game, bool ``(*batch,)``."""
        return np.asarray(np.logical_and.reduce([mask.sum(axis=-1) == 1 for mask in self.left]))

    def of(self, *game: int) -> Reduction:
        """Take what became of one game: a flat number, or one number per batch axis."""
        batch = self.games.batch_shape
        number, place = place_of(batch, game)
        rows = np.arange(*np.searchsorted(self.game, [number, number + 1]))
        return Reduction(
            games=self.games.of_batch(*place) if batch else self.games,
            kept=tuple(np.flatnonzero(mask[place]) for mask in self.left),
            eliminations=tuple(
                Elimination(
                    round=int(self.round[row]),
                    player=int(self.player[row]),
                    action=int(self.action[row]),
                    dominator=self._dominator(row),
                    kind=self.kind,
                    margin=float(self.margin[row]),
                )
                for row in rows.tolist()
            ),
            kind=self.kind,
            status=np.asarray(self.status[place], dtype=np.int8),
        )

    def columns(self) -> dict[str, Any]:
        """One row per eliminated action of all games; the dominator's weights in columns."""
        numbers = {"round": self.round, "player": self.player, "action": self.action}
        weights = {f"dominator_{a}": line for a, line in enumerate(self.dominator.T)}
        return {"game": self.game, **numbers, **weights, "margin": self.margin}

    def rows(self) -> dict[str, Array]:
        """One row per eliminated action."""
        return self.columns()

    def by_game(self) -> dict[str, Array]:
        """How many rounds there were, whether one profile is left, and which actions are."""
        rounds = np.zeros(self.status.size, dtype=int)
        np.maximum.at(rounds, self.game, self.round)
        kept = strategy_columns(self.games, self.left)
        left = {f"left_{name}": mask for name, mask in kept.items()}
        return {"rounds": rounds, "solved": self.solved.reshape(-1), **left}

    def details(self) -> dict[str, Any]:
        """Describe a single game; see `Reduction.details`."""
        self._check_single()
        return self.of(0).details()

    def lines(self) -> list[str]:
        """Tell of a single game; see `Reduction.lines`."""
        self._check_single()
        return self.of(0).lines()

    def _dominator(self, row: int) -> Array:
        return np.asarray(self.dominator[row, : self.games.shape[int(self.player[row])]])


def _named(weights: Array, actions: tuple[str, ...]) -> str:
    """Name an action, or the actions that a mixture uses with their weights."""
    used = np.flatnonzero(weights).tolist()
    if len(used) == 1:
        return actions[used[0]]
    return "mixing " + " and ".join(f"{actions[a]} ({number_text(weights[a])})" for a in used)
