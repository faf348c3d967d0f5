"""Everything that reports and worked steps say about one game, computed once.

Sentences and tables read it (`strategic.reports.game_told`), so that none contradicts another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from strategic.equilibria import Equilibria
from strategic.equilibria.concepts._reduction import Reduction
from strategic.equilibria.concepts.dominance import Dominance
from strategic.equilibria.concepts.reasons import (
    Deviation,
    Reason,
    as_double,
    deviations,
    reasons,
)
from strategic.equilibria.concepts.welfare import Welfare, welfare
from strategic.equilibria.solution import MOST_ROWS
from strategic.games import Game
from strategic.games.matrix import MOST_PROFILES
from strategic.status import Status


@dataclass(frozen=True)
class GameFacts:
    """What is known about one game; parts are computed when they are first asked for.

    Parameters
    ----------
    found : Equilibria
        Equilibria of a single game, names told apart.

    Examples
    --------
    >>> from strategic.equilibria import solve
    >>> facts = GameFacts(solve([[3, 0], [5, 1]], [[3, 5], [0, 1]]))
    >>> facts.welfare.best_profiles, facts.index_sum, facts.strict.solved
    (((0, 0),), 1, True)
    """

    found: Equilibria

    @property
    def game(self) -> Game:
        """The game."""
        return self.found.games

    @property
    def small(self) -> bool:
        """Whether outcomes are compared; else welfare, deviations and dominance are left out."""
        return bool(self.game.payoffs[0].size <= MOST_PROFILES)

    @cached_property
    def reasons(self) -> list[Reason]:
        """Why each of the first hundred equilibria is one, player by player."""
        return reasons(self.found, most=MOST_ROWS)

    @cached_property
    def deviations(self) -> list[Deviation]:
        """Who gains by leaving each profile of pure actions."""
        return deviations(self.game) if self.small else []

    @cached_property
    def strict(self) -> Reduction | None:
        """What iterated strict dominance leaves."""
        return Dominance().reduction(self.game) if self.small else None

    @cached_property
    def weak(self) -> Reduction | None:
        """What iterated weak dominance leaves."""
        return Dominance(weak=True).reduction(self.game) if self.small else None

    @cached_property
    def welfare(self) -> Welfare | None:
        """What the players get together."""
        return welfare(self.found) if self.small else None

    @property
    def indices(self) -> list[int | None]:
        """Index of every component where all are known, else of every equilibrium listed."""
        parts = self.found.details()["components"]
        if parts:
            return [int(part["index"]) for part in parts]
        return [None if np.isnan(index) else int(index) for index in self.found.index]

    @property
    def index_sum(self) -> int | None:
        """Sum of the indices that are known; None where none is."""
        known = [index for index in self.indices if index is not None]
        return sum(known) if known else None

    @property
    def complete(self) -> bool:
        """Whether every equilibrium, or every extreme one of two players, is listed."""
        status = Status(int(self.found.status))
        proved = (Status.COMPLETE, Status.COMPLETE_EXACT, Status.COMPONENTS)
        return self.found.method == "all" and status in proved

    def names(self, profile: Sequence[int]) -> list[str]:
        """Name the actions of a profile."""
        return [actions[a] for actions, a in zip(self.game.actions, profile, strict=True)]

    def document(self) -> dict[str, Any]:
        """Give the facts as plain data, players and actions by name."""
        return {
            "index_sum": self.index_sum,
            "reasons": [self._reason(reason) for reason in self.reasons],
            "deviations": self.told_deviations,
            "dominance": {
                reduced.kind: reduced.details() for reduced in (self.strict, self.weak) if reduced
            },
            "welfare": self.welfare and self._welfare(self.welfare),
        }

    def _reason(self, reason: Reason) -> dict[str, Any]:
        names = self.game.actions[reason.player]
        columns = zip(names, reason.weights, reason.payoffs, reason.losses, strict=True)
        return {
            "equilibrium": reason.equilibrium,
            "player": self.game.players[reason.player],
            "earned": as_double(reason.earned),
            "actions": [
                {
                    "action": name,
                    "probability": as_double(weight),
                    "payoff": as_double(payoff),
                    "loss": as_double(loss),
                }
                for name, weight, payoff, loss in columns
            ],
        }

    @cached_property
    def told_deviations(self) -> list[dict[str, Any]]:
        """Give the deviations as plain data."""
        return [
            {
                "profile": self.names(each.profile),
                "player": self.game.players[each.player],
                "action": self.game.actions[each.player][each.action],
                "gain": as_double(each.gain),
            }
            for each in self.deviations
        ]

    def _welfare(self, facts: Welfare) -> dict[str, Any]:
        anarchy, stability = facts.prices or (None, None)
        return {
            "best": as_double(facts.best),
            "best_profiles": [self.names(profile) for profile in facts.best_profiles],
            "efficient": [self.names(profile) for profile in facts.efficient],
            "equilibria": [as_double(each) for each in facts.sums],
            "everybody_earns_more": [
                {"equilibrium": e, "profile": self.names(profile)}
                for e, profile in facts.improved.items()
            ],
            "price_of_anarchy": anarchy,
            "price_of_stability": stability,
        }
