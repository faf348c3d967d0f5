"""The verdict on a relationship: what decides whether both sides cooperate, in plain fields.

Four theories answer four questions about one relationship: the one-shot game (this period only),
trust with foresight (from this period to all periods), the repeated game (public punishments), and
the government's commitment as leader.  The verdict puts their answers side by side, and every
sentence of a report rests on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from strategic.families.relationship._turns import Turn
from strategic.papers import Cited, reached

PerSide = dict[str, float]
Needed = dict[str, float | None]
"""A belief or a foresight per side; None where none suffices."""


@dataclass(frozen=True)
class OneShot:
    """The 2x2 game, this period only.

    ``equilibrium``: ``"CC, DD"`` or ``"DD"``; ``blocked_by``: the sides that would rather withhold
    when the other cooperates; ``strict``: whether both strictly prefer to cooperate then.
    """

    equilibrium: str
    strict: bool
    risk_dominant: str | None
    blocked_by: tuple[str, ...]


@dataclass(frozen=True)
class Trust:
    """The initial beliefs against those needed: this period only, all periods, and as the model is.

    A belief needed is None where none suffices.  ``foresight_to_start``: the smallest foresight at
    which the initial beliefs of both suffice (``_of``: per side), None where there is none.
    """

    status: str
    missing: tuple[str, ...]
    never: tuple[str, ...]
    foresight: float
    belief: PerSide
    needed: Needed
    this_period: str
    needed_this_period: Needed
    all_periods: str
    needed_all_periods: Needed
    foresight_to_start: float | None
    foresight_to_start_of: Needed


@dataclass(frozen=True)
class Repeated:
    """What public punishments sustain, and whose promise binds.

    ``blocked_by``: the sides that no punishment keeps in; ``worthless_to``: those to whom
    cooperation is worth no more than acting alone; ``reason``: why it cannot carry cooperation.
    """

    status: str
    binding: str | None
    reason: str
    blocked_by: tuple[str, ...]
    worthless_to: tuple[str, ...]
    discount: PerSide
    critical_discount: PerSide


@dataclass(frozen=True)
class Commitment:
    """What the leader commits to in the 4x4 game, by which payoff margin over its next best.

    ``leader``: a side or ``"nobody"``; ``holds``: the probability that its commitment does.  What
    simultaneous choices leave open has no ``cell``, and where nobody leads there are no margins.
    ``equilibrium_too``: whether the cell is an equilibrium without commitment.
    """

    leader: str
    holds: float
    cell: str | None
    outcome: str
    type: str
    margin: float | None
    cooperation_margin: float | None
    equilibrium_too: bool


@dataclass(frozen=True)
class Path:
    """The replayed path: how long both cooperate, when first and last, and what turned it.

    ``cause`` explains the state in which the path ends: how cooperation last began, or what broke
    it (see `Turn`), or, where it never begins, ``"too little trust"``, ``"no belief suffices"`` or
    ``"hostile official"`` of ``sides``.  ``foresight``: how far the sides look ahead at the end.
    """

    periods: int
    cooperation: int
    share: float
    first: str | None
    last: str | None
    breakdowns: int
    cooperates_at_end: bool
    cause: str
    sides: tuple[str, ...]
    foresight: float
    turns: tuple[Turn, ...]


@dataclass(frozen=True)
class Incident:
    """The risk of incidents, the largest that repetition sustains, and what one does now.

    "Now" is after the last period of the path, or at the initial beliefs without one; ``absorbed``
    counts the incidents in a row that trust survives then, None where nobody cooperates.
    """

    risk: float
    limit: float
    now: str
    absorbed: float | None


@dataclass(frozen=True)
class Dependent:
    """Whose promise is harder to keep, who depends more, and the shares bargaining gives."""

    binds: str | None
    more_dependent: str | None
    share: PerSide


@dataclass(frozen=True)
class Organisations:
    """The number of organisations against the largest at which the government's promise holds."""

    count: float
    bound: float
    status: str


@dataclass(frozen=True)
class Candidates:
    """Organisations that compete by effort: how many there are, and how many can make it at once.

    ``blocked_by`` is who keeps even one of them from it (`_candidates.BLOCKED`), None if nobody.
    """

    count: int
    working: int
    blocked_by: str | None


@dataclass(frozen=True)
class Robust:
    """The share of nearby points that keep the type, and the type most of the others have.

    ``error`` is the standard error of the share; ``same_path`` and ``same_end`` the shares that
    keep the whole replay and its last regime, None without a path; ``turned_by`` the parameters
    that most often turn the type (`relationship.robustness`).
    """

    same_type: float
    error: float
    spread: float
    points: int
    next_type: str | None
    same_path: float | None
    same_end: float | None
    turned_by: dict[str, float]


@dataclass(frozen=True)
class Constraint:
    """The most fundamental obstacle to cooperation that lasts, and the sides it lies with."""

    kind: str
    sides: tuple[str, ...]


@dataclass(frozen=True)
class Verdict(Cited):
    """What decides the outcome of one relationship; see the class of each field.

    Examples
    --------
    >>> import strategic as st
    >>> found = st.verdict(st.load("capture"))
    >>> found.one_shot.blocked_by, found.repetition.status, found.commitment.type
    (('government',), 'cannot carry it', 'capture')
    """

    constraint: Constraint
    one_shot: OneShot
    trust: Trust
    repetition: Repeated
    commitment: Commitment
    path: Path | None
    incident: Incident
    dependence: Dependent
    n: Organisations
    candidates: Candidates
    robustness: Robust

    def behind(self) -> list[Any]:
        """Name what judges, and all that it uses."""
        return reached("strategic.families.relationship._judge:verdict")
