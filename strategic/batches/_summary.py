"""What a batch has done: counts that add up over its parts, and what they come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from strategic.status import Status

_STATUS_OF = {status.label: status for status in Status}


@dataclass(frozen=True)
class Tally:
    """What was found in some games.

    Parameters
    ----------
    games, equilibria : int
        How many there are; of methods that list no equilibria, the rows they give.
    statuses : mapping of str to int
        How many games have each status, by its label.
    largest_regret : float or None
        Of any equilibrium; None where regrets are not computed.

    Examples
    --------
    >>> (Tally(2, 3, {"complete": 2}, 0.0) + Tally(1, 0, {"invalid": 1}, 1e-9)).statuses
    {'complete': 2, 'invalid': 1}
    """

    games: int = 0
    equilibria: int = 0
    statuses: Mapping[str, int] = field(default_factory=dict)
    largest_regret: float | None = 0.0

    def __add__(self, other: Tally) -> Tally:
        both = {
            label: count
            for label in _STATUS_OF
            if (count := self.statuses.get(label, 0) + other.statuses.get(label, 0))
        }
        known = self.largest_regret is not None and other.largest_regret is not None
        return Tally(
            self.games + other.games,
            self.equilibria + other.equilibria,
            both,
            max(self.largest_regret or 0.0, other.largest_regret or 0.0) if known else None,
        )

    def plain(self) -> dict[str, Any]:
        """Give it as plain data, which `from_plain` reads."""
        return {
            "games": self.games,
            "equilibria": self.equilibria,
            "statuses": dict(self.statuses),
            "largest_regret": self.largest_regret,
        }

    @classmethod
    def from_plain(cls, content: Mapping[str, Any]) -> Self:
        """Read what `plain` gave."""
        names = "games", "equilibria", "statuses", "largest_regret"
        return cls(**{name: content[name] for name in names})


@dataclass(frozen=True)
class BatchSummary:
    """What a batch of games came to.

    Parameters
    ----------
    out : str
        File or folder that holds the results.
    games, equilibria : int
        How many there are; of methods that list no equilibria, the rows they give.
    statuses : mapping of str to int
        How many games have each status, by its label.
    largest_regret : float or None
        Of any equilibrium; None where regrets are not computed.
    seconds : float
        Time that this run took.
    parts : int
        Parts the games were solved in.
    kept : int
        Parts of these that an earlier run had finished.
    notes : tuple of str
        What was guessed or renamed, in one sentence each.
    rows_are : str
        What the method lists: equilibria, profiles of a correlated equilibrium, ...

    Examples
    --------
    >>> found = BatchSummary("found", 3, 3, {"complete": 2, "invalid": 1}, 0.0, 1.5, 1)
    >>> found
    found: 3 equilibria of 3 games (complete 2, invalid 1; regret at most 0)
    >>> found.failures
    1
    """

    out: str
    games: int
    equilibria: int
    statuses: Mapping[str, int]
    largest_regret: float | None
    seconds: float
    parts: int
    kept: int = 0
    notes: tuple[str, ...] = ()
    rows_are: str = "equilibria"

    @property
    def failures(self) -> int:
        """How many games have no usable answer; the command line then exits with 3."""
        return sum(count for label, count in self.statuses.items() if _STATUS_OF[label].failed)

    def document(self) -> dict[str, Any]:
        """Give it as plain data: what ``strategic batch --json`` prints."""
        return {
            "out": self.out,
            "games": self.games,
            "equilibria": self.equilibria,
            "statuses": dict(self.statuses),
            "largest_regret": self.largest_regret,
            "seconds": round(self.seconds, 3),
            "parts": self.parts,
            "kept": self.kept,
            "notes": list(self.notes),
        }

    def __repr__(self) -> str:
        largest = self.largest_regret
        regret = "" if largest is None else f"; regret at most {largest:.2g}"
        statuses = ", ".join(f"{label} {count:,}" for label, count in self.statuses.items())
        rows = "equilibrium" if self.rows_are == "equilibria" else self.rows_are.removesuffix("s")
        rows = rows if self.equilibria == 1 else self.rows_are
        found = f"{self.equilibria:,} {rows} of {self.games:,} game{'s' * (self.games != 1)}"
        return f"{self.out}: {found} ({statuses}{regret})"
