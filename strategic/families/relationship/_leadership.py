"""Who commits first in the 4x4 game, how surely, and what is played then.

"The rational choice of local government determines the ultimate trend" (claim D6) makes the
government the leader by default; where its power is fragmented (claims R2, R4) the organisation may
lead, or nobody.  How surely a commitment holds is a form of ours.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.concepts.commitment import PureCommitment, pure_commitment
from strategic.families.relationship._as_written import rounding, settle
from strategic.families.relationship._choices import (
    CELL_TYPES,
    CELLS,
    ORGANISATION_ACTIONS,
    TYPES,
    choices_payoffs,
    commit,
    payoff_tables,
    type_of,
)
from strategic.families.relationship._sides import SIDES
from strategic.modelling import Points

LEADERS = {1: SIDES[0], 0: "nobody", -1: SIDES[1]}
"""Values of ``relation.leader``: who commits first."""
UNSETTLED = ("several", "mixed")
"""What simultaneous choices leave open: several pure equilibria, or none."""
KINDS, PLACES = (*TYPES, *UNSETTLED), (*CELLS, *UNSETTLED)
"""Everything an outcome can be: a type of relationship or a cell, or unsettled."""


@dataclass(frozen=True, eq=False)
class Leading:
    """What one side commits to, if it leads, and what comes of it.

    Parameters
    ----------
    commitment : PureCommitment
        What the leader announces and the other's reply to it and to every other announcement;
        payoffs are expected ones, leader first.
    expected : ndarray, ``(*points, 4, 4)``
        The leader's expected payoff, by its announcement and the other's reply.
    stage : ndarray, ``(*points, 4, 4)``
        Its payoff, by what both play.
    """

    commitment: PureCommitment
    expected: Array
    stage: Array

    @cached_property
    def earned(self) -> Array:
        """The leader's expected payoff from each of its announcements, ``(*points, 4)``."""
        replies = np.maximum(self.commitment.replies, 0)  # -1, undefined, has NaN payoffs anyway
        return np.take_along_axis(self.expected, replies[..., None], axis=-1)[..., 0]

    @cached_property
    def broken(self) -> Array:
        """What the leader plays, seeing the reply, if the commitment does not hold; ties: first."""
        reply = np.maximum(self.commitment.follower, 0)[..., None, None]
        best = np.take_along_axis(self.stage, reply, axis=-1)[..., 0].argmax(axis=-1)
        return np.where(self.commitment.follower < 0, -1, best)


@dataclass(frozen=True)
class Outcome:
    """What is played under the model's leadership, one entry per point; -1 and NaN: undefined.

    Parameters
    ----------
    cell, type : ndarray of int
        The most likely cell, a position in `PLACES`, and its type, a position in `KINDS`.
    kept : ndarray of int
        The cell that is played if the commitment holds.
    payoffs : ndarray, ``(2, *points)``
        Expected payoffs, government first; NaN where simultaneous choices are unsettled.
    """

    cell: Array
    type: Array
    kept: Array
    payoffs: Array


def lead(points: Points, side: int = 0, *, strong: bool = False) -> Leading:
    """Let one side announce an action that holds with probability ``relation.commitment``.

    Parameters
    ----------
    points : Points
        Parameter values; arrays are solved at once.
    side : int
        0: the government leads; 1: the organisation does.
    strong : bool
        Whether the other breaks its ties in the leader's favour; otherwise in the order C, K, R, S
        or P, Y, X, E, as the leader does.

    Notes
    -----
    The leader announces an action; the other replies; with probability c the announced action is
    then played, otherwise the leader's best reply to what the other has chosen.
    Both know c, so that an announcement a answered by b is worth ``c u(a, b) + (1-c) u(r(b), b)``
    to either side, with r the leader's best reply: a game in which the leader commits for sure.
    At c = 1 it is the 4x4 game itself; at c = 0 only the reply matters, and the leader follows: the
    outcome is the one in which the other side leads with a commitment that holds.

    References
    ----------
    von Stackelberg, H. (1934). Marktform und Gleichgewicht. Springer.
    Bagwell, K. (1995). Commitment and observability in games. Games and Economic Behavior 8,
    271-280. On commitments that are doubted.

    Examples
    --------
    >>> from strategic.families.relationship import relationship
    >>> points = relationship({"relation.commitment": [1.0, 0.5, 0.0]}).points
    >>> lead(points).commitment.follower.tolist()
    [0, 0, 1]
    """
    if side == 0 and (points["relation.commitment"] == 1).all():
        payoffs = points.once(choices_payoffs)
        found = commit(points, strong=True) if strong else points.once(commit)
        return Leading(found, payoffs[0], payoffs[0])
    settled = [np.moveaxis(of, (-2, -1), (0, 1)) for of in points.once(choices_payoffs)]
    stage, *expected = _expected(points, side, settled)
    own, others = (np.moveaxis(of, (0, 1), (-2, -1)) for of in expected)
    found = pure_commitment(own, others, strong=strong)
    doubtful = _doubtful(points, found, expected[1])
    if doubtful.any():
        cells = (len(CELLS), *points.shape)
        formula = partial(_cells, side=side)
        settle(points, doubtful, formula, *(table.reshape(cells) for table in expected))
        found = pure_commitment(own, others, strong=strong)
    return Leading(found, own, np.moveaxis(stage, (0, 1), (-2, -1)))


def _expected(points: Points, side: int, tables: Sequence[Array]) -> tuple[Array, Array, Array]:
    """Leader's payoffs, and both sides' expected ones by announcement and reply, leader first.

    ``tables`` are U_G and U_O, ``(4, 4, *points)``, in doubles or in decimals; so are the answers.
    """
    own, others = tables if side == 0 else (np.swapaxes(table, 0, 1) for table in tables[::-1])
    held = points["relation.commitment"]
    last = own.argmax(axis=0, keepdims=True)  # best reply of the leader to each column; ties: first
    expected = []
    for table in (own, others):
        failed = np.take_along_axis(table, last, axis=0)
        with np.errstate(invalid="ignore"):
            mixture = np.where(held == 1, table, held * table + (1 - held) * failed)
        expected.append(np.ascontiguousarray(mixture))
    return own, expected[0], expected[1]


def _cells(points: Points, *, side: int) -> list[Array]:
    """Both expected payoffs, one row per cell, for `settle`."""
    _, *expected = _expected(points, side, payoff_tables(points))
    return [table.reshape(len(CELLS), *points.shape) for table in expected]


def _doubtful(points: Points, found: PureCommitment, others: Array) -> Array:
    """Where rounding may have decided between announcements or between replies.

    A leader who never keeps its word (c = 0) is indifferent between announcements: only the other's
    choice, the same whatever is announced, can be in doubt.
    """
    margin = found.margin
    if (points["relation.commitment"] == 0).any():
        ranked = np.sort(others[0], axis=0)
        margin = np.where(points["relation.commitment"] == 0, ranked[-1] - ranked[-2], margin)
    return np.asarray(margin <= 2 * rounding(points))


def government_leads(points: Points) -> Leading:
    """Say what the government would commit to if it led."""
    return lead(points, 0)


def organisation_leads(points: Points) -> Leading:
    """Say what the organisation would commit to if it led."""
    return lead(points, 1)


LEADS = (government_leads, organisation_leads)
"""What each side would commit to, government first."""


def outcome(points: Points, *, strong: bool = False) -> Outcome:
    """Find what is played under ``relation.leader`` and ``relation.commitment``.

    Notes
    -----
    Where a side leads, the outcome is that of `lead`; the cell shown is the more likely one, the
    announced one at even chances.
    Where nobody leads (0), both choose at once and the outcome is the pure equilibrium where there
    is exactly one: in games between two populations only strict equilibria are evolutionarily
    stable, mixed ones never (Selten 1980).  Several pure equilibria are not chosen among: the cell
    is "several", and so is the type unless they agree on it; where there is none the outcome is
    "mixed".  The payoffs of either are undefined.

    References
    ----------
    Selten, R. (1980). A note on evolutionarily stable strategies in asymmetric animal conflicts.
    Journal of Theoretical Biology 84, 93-101.

    Examples
    --------
    >>> from strategic.families.relationship import relationship
    >>> found = outcome(relationship({"relation.leader": [1, 0, -1]}).points)
    >>> [PLACES[cell] for cell in found.cell], [KINDS[kind] for kind in found.type]
    (['CP', 'SE', 'CY'], ['cooperation', 'substitution', 'subordination'])
    """
    sides = [partial(_led, side=side, strong=strong) for side in (0, 1)]
    return Outcome(*_by_leader(points, sides[0], _simultaneous, sides[1]))


def cell_if_broken(points: Points) -> Array:
    """Cell that is played where the commitment does not hold: a position in `PLACES`."""

    def broken(points: Points, *, side: int) -> tuple[Array]:
        found = points.once(LEADS[side])
        return (_cell(side, found.broken, found.commitment.follower),)

    def settled(points: Points) -> tuple[Array]:
        return (points.once(outcome).cell,)

    return _by_leader(points, partial(broken, side=0), settled, partial(broken, side=1))[0]


def margins(points: Points) -> Array:
    """Find by how much the leader's choice is better for it than others, ``(2, *points)``.

    The expected payoff lead of its best commitment over its second best, and of its cooperative
    commitment (C, or P) over its best other; NaN where nobody leads.
    """

    def ahead(points: Points, *, side: int) -> tuple[Array]:
        earned = points.once(LEADS[side]).earned
        ranked = np.sort(earned, axis=-1)
        cooperative = earned[..., 0] - earned[..., 1:].max(axis=-1)
        return (np.stack([ranked[..., -1] - ranked[..., -2], cooperative]),)

    def none(points: Points) -> tuple[Array]:
        return (np.full((2, *points.shape), np.nan),)

    return _by_leader(points, partial(ahead, side=0), none, partial(ahead, side=1))[0]


Way = Callable[[Points], tuple[Array, ...]]
"""Arrays of one leadership, with the points on their last axes."""


def _by_leader(
    points: Points, government: Way, nobody: Way, organisation: Way
) -> tuple[Array, ...]:
    """Compute what the leaders that occur ask for, and take each point's own."""
    who = points["relation.leader"]
    ways = {1: government, 0: nobody, -1: organisation}
    occur = [value for value in ways if (who == value).any()] or [1]  # [1]: there are no points
    found = ways[occur[0]](points)
    for value in occur[1:]:
        other = ways[value](points)
        found = tuple(
            np.where(who == value, mine, of) for mine, of in zip(other, found, strict=True)
        )
    return found


def _cell(side: int, leader: Array, follower: Array) -> Array:
    """Find the cell of what the leader, government or organisation, and its follower play."""
    row, column = (leader, follower) if side == 0 else (follower, leader)
    return np.where(follower < 0, -1, len(ORGANISATION_ACTIONS) * row + column)


def _led(points: Points, *, side: int, strong: bool) -> tuple[Array, ...]:
    found = lead(points, side, strong=True) if strong else points.once(LEADS[side])
    played, holds = found.commitment, points["relation.commitment"]
    kept = cell = _cell(side, played.leader, played.follower)
    if (holds < 0.5).any():
        cell = np.where(holds >= 0.5, kept, _cell(side, found.broken, played.follower))
    payoffs = np.moveaxis(played.payoffs, -1, 0)
    return cell, type_of(cell), kept, payoffs if side == 0 else payoffs[::-1]


def _simultaneous(points: Points) -> tuple[Array, ...]:
    row, column = points.once(choices_payoffs)
    shape = row.shape[:-2]
    best = (row == row.max(axis=-2, keepdims=True)) & (column == column.max(axis=-1, keepdims=True))
    stable = best.reshape(*shape, -1)
    count, first = stable.sum(axis=-1), stable.argmax(axis=-1)
    several, mixed = len(CELLS), len(CELLS) + 1
    cell = np.where(count == 1, first, np.where(count > 1, several, mixed))
    lowest = np.where(stable, CELL_TYPES, len(TYPES)).min(axis=-1)
    highest = np.where(stable, CELL_TYPES, -1).max(axis=-1)
    agreed = np.where(lowest == highest, lowest, len(TYPES))
    kind = np.where(count > 0, agreed, len(TYPES) + 1)
    defined = np.isfinite(row).all(axis=(-2, -1)) & np.isfinite(column).all(axis=(-2, -1))
    cell, kind = np.where(defined, cell, -1), np.where(defined, kind, -1)
    settled = defined & (count == 1)
    payoffs = np.stack(
        [
            np.take_along_axis(of.reshape(*shape, -1), first[..., None], axis=-1)[..., 0]
            for of in (row, column)
        ]
    )
    return cell, kind, cell, np.where(settled, payoffs, np.nan)


def relationship_type(points: Points, *, strong: bool = False) -> Array:
    """Relationship that the model's leadership leads to: position in `KINDS`, -1 if undefined."""
    return outcome(points, strong=True).type if strong else points.once(outcome).type
