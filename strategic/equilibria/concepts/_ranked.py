"""Equilibria with what speaks for each of them."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.concepts.choice import Chosen
from strategic.equilibria.enumeration.symmetric._symmetry import symmetric_games
from strategic.equilibria.listing import mixture_lines
from strategic.equilibria.result import Equilibria
from strategic.equilibria.solution import Solution, place_of, strategy_columns
from strategic.games.game import Game
from strategic.status import Status

if TYPE_CHECKING:
    from strategic.equilibria.concepts.selection import Coordination

DIGITS = 6
"""Of the shares of chosen equilibria, as people read them."""
_STABLE = "evolutionarily_stable"


@dataclass(frozen=True, eq=False, repr=False)
class RankedEquilibria(Solution):
    """Equilibria with what speaks for each of them.

    Parameters
    ----------
    games : Game
        What was solved.
    equilibria : Equilibria
        All equilibria; all pure equilibria of more players than two where those are too many.
    pareto_rank : array of int ``(E,)``
        From `pareto_rank`.
    marks : dict of arrays of bool ``(E,)``
        ``strict``, ``quasi_strict``, ``perfect`` (two players) or ``admissible``,
        ``evolutionarily_stable`` (symmetric games), ``best_by_welfare``, ``best_by_equality``.
    coordination : Coordination or None
        Payoff and risk dominance of 2x2 games.
    chosen : dict of Chosen
        What the rules of `strategic.equilibria.concepts.choice` name.
    status : array of int8, shape of the batch
        ``ok`` where all equilibria are ranked; else the status of the list.

    Examples
    --------
    >>> from strategic.equilibria import solve
    >>> hunts = [[[9, 0], [8, 7]], [[9, 0], [6, 5]]]
    >>> both = solve(hunts, [[[9, 8], [0, 7]], [[9, 6], [0, 5]]], method="selection")
    >>> [both.of(game).document()["risk_dominant"] for game in (0, 1)]
    ['2', '2']
    """

    games: Game
    equilibria: Equilibria
    pareto_rank: Array
    marks: dict[str, Array]
    coordination: Coordination | None
    chosen: dict[str, Chosen]
    status: Array
    method: str = "selection"

    def of(self, *game: int) -> RankedEquilibria:
        """Take the equilibria of one game: a flat number, or one number per batch axis."""
        number, place = place_of(self.games.batch_shape, game)
        starts = self.equilibria.starts
        rows = slice(int(starts[number]), int(starts[number + 1]))
        one = self.equilibria.of(number)
        marks = {name: mask[rows] for name, mask in self.marks.items()}
        if _STABLE in marks and not symmetric_games(one.games):
            del marks[_STABLE]
        compared = self.coordination
        return replace(
            self,
            games=one.games,
            equilibria=one,
            pareto_rank=self.pareto_rank[rows],
            marks=marks,
            coordination=None if compared is None else _at(compared, place),
            chosen={
                rule: replace(_at(chosen, place), games=one.games)
                for rule, chosen in self.chosen.items()
            },
            status=self.status[place],
        )

    def columns(self) -> dict[str, Any]:
        """One row per equilibrium: its strategies and payoffs, its rank and its marks."""
        return {**self.equilibria.columns(), "pareto_rank": self.pareto_rank, **self.marks}

    def rows(self) -> dict[str, Array]:
        """One row per equilibrium, with its rank and its marks.

        Whether it is evolutionarily stable is masked in games that are not symmetric.
        """
        found, marks = self.equilibria, dict(self.marks)
        if len(self.games.shape) == 2 and len(set(self.games.shape)) == 1:
            stable = marks.pop(_STABLE, np.zeros(len(found), dtype=bool))
            other = ~symmetric_games(self.games).reshape(-1)[found.game]
            marks[_STABLE] = np.ma.masked_array(stable, other)
        return {**found.rows(), "pareto_rank": self.pareto_rank, **marks}

    def by_game(self) -> dict[str, Array]:
        """Give what each rule names in each game, and why where it names nothing."""
        columns: dict[str, Array] = {}
        for rule, chosen in self.chosen.items():
            name = rule.replace("-", "_")
            columns[f"{name}_status"] = chosen.status.reshape(-1)
            named = strategy_columns(self.games, chosen.strategies)
            columns |= {f"{name}_{action}": shares for action, shares in named.items()}
        return columns

    def details(self) -> dict[str, Any]:
        """Describe the equilibria of a single game with their marks."""
        self._check_single()
        found = self.equilibria
        rows = [
            {
                "strategies": [side[e].tolist() for side in found.strategies],
                "payoffs": found.payoffs[e].tolist(),
                "pareto_rank": int(rank),
                **{name: bool(mask[e]) for name, mask in self.marks.items()},
            }
            for e, rank in enumerate(self.pareto_rank)
        ]
        document: dict[str, Any] = {
            "equilibria": rows,
            "choices": {rule: _choice(chosen) for rule, chosen in self.chosen.items()},
        }
        compared, actions = self.coordination, self.games.actions[0]
        if compared is not None:
            for kind, place in (("payoff", int(compared.payoff)), ("risk", int(compared.risk))):
                document[f"{kind}_dominant"] = actions[place] if place >= 0 else None
        return document

    def lines(self) -> list[str]:
        """Say what speaks for each equilibrium of a single game."""
        self._check_single()
        lines = []
        for e, rank in enumerate(self.pareto_rank):
            sides = [side[e] for side in self.equilibria.strategies]
            held = [name.replace("_", " ") for name, mask in self.marks.items() if mask[e]]
            lines.append(f"{e}: {'; '.join(mixture_lines(self.games, sides))}")
            lines.append(f"   Pareto rank {rank}; {', '.join(held)}")
        compared = self.coordination
        named = {} if compared is None or not bool(compared.coordinates) else self.details()
        for rule, chosen in self.chosen.items():
            if rule.replace("-", "_") in named:
                lines.append(f"{rule}: {named[rule.replace('-', '_')] or 'neither'}")
            elif bool(chosen.is_defined):
                played = mixture_lines(self.games, chosen.strategies, digits=DIGITS)
                lines.append(f"{rule}: {'; '.join(played)}")
            else:
                lines.append(f"{rule}: none ({Status(int(chosen.status)).label})")
        return lines


def _at(batch: Any, place: tuple[int, ...]) -> Any:
    """Take one game out of a record of arrays whose first axes are those of the batch."""
    taken: dict[str, Any] = {}
    for name in (field.name for field in fields(batch)):
        value = getattr(batch, name)
        if isinstance(value, tuple):
            taken[name] = tuple(side[place] for side in value)
        elif isinstance(value, np.ndarray):
            taken[name] = value[place]
    return replace(batch, **taken)


def _choice(chosen: Chosen) -> dict[str, Any]:
    """Describe what a rule names in a single game."""
    there = bool(chosen.is_defined)
    return {
        "status": Status(int(chosen.status)).label,
        "strategies": [side.tolist() for side in chosen.strategies] if there else None,
        "payoffs": chosen.payoffs.tolist() if there else None,
        "regret": float(chosen.regret) if there else None,
    }
