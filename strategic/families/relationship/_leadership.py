"""Who commits first in the 4x4 game, how surely, and what is played then.

"The rational choice of local government determines the ultimate trend" (claim D6) makes the
government the leader by default; where its power is fragmented (claims R2, R4) the organisation may
lead, or nobody.  How surely a commitment holds is a form of ours.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.concepts.commitment import PureCommitment, pure_commitment
from strategic.families.relationship._choices import (
    CELL_TYPES,
    CELLS,
    ORGANISATION_ACTIONS,
    TYPES,
    choices_payoffs,
    commit,
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
_WIDTH = len(ORGANISATION_ACTIONS)


@dataclass(frozen=True)
class Leading:
    """What one side commits to, if it leads, and what comes of it.

    Parameters
    ----------
    commitment : PureCommitment
        What the leader announces and the other's reply to it and to every other announcement;
        payoffs are expected ones, leader first.
    earned : ndarray, ``(*points, 4)``
        The leader's expected payoff from each of its announcements.
    broken : ndarray of int
        What the leader plays, seeing the reply, when the commitment does not hold; -1 if undefined.
    """

    commitment: PureCommitment
    earned: Array
    broken: Array


@dataclass(frozen=True)
class Outcome:
    """What is played under the model's leadership, one entry per point; -1 and NaN: undefined.

    Parameters
    ----------
    cell, type : ndarray of int
        The most likely cell, a position in `PLACES`, and its type, a position in `KINDS`.
    kept, broken : ndarray of int
        The cells played if the commitment holds and if it does not.
    payoffs : ndarray, ``(2, *points)``
        Expected payoffs, government first; NaN where simultaneous choices are unsettled.
    margin, cooperation_margin : ndarray
        Expected payoff lead of the leader's best commitment over its second best, and of its
        cooperative commitment (C or P) over its best other; NaN where nobody leads.
    """

    cell: Array
    type: Array
    kept: Array
    broken: Array
    payoffs: Array
    margin: Array
    cooperation_margin: Array


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
    von Stackelberg (1934), Marktform und Gleichgewicht.
    Bagwell (1995), Commitment and observability in games, on commitments that are doubted.

    Examples
    --------
    >>> from strategic.families.relationship import relationship
    >>> points = relationship({"relation.commitment": [1.0, 0.5, 0.0]}).points
    >>> lead(points).commitment.follower.tolist()
    [0, 0, 1]
    """
    payoffs = points.once(choices_payoffs)
    # The leader's actions are rows, the other's columns.
    own, others = payoffs if side == 0 else (np.swapaxes(of, -1, -2) for of in payoffs[::-1])
    held = points["relation.commitment"][..., None, None]
    last = own.argmax(axis=-2)  # the leader's best reply to each column; ties go to its first
    expected = []
    for matrix in (own, others):
        failed = np.take_along_axis(matrix, last[..., None, :], axis=-2)
        with np.errstate(invalid="ignore"):
            expected.append(np.where(held == 1, matrix, held * matrix + (1 - held) * failed))
    if side == 0 and not strong and (held == 1).all():
        found = points.once(commit)
    else:
        found = pure_commitment(*expected, strong=strong)
    replies = np.maximum(found.replies, 0)  # -1, undefined, has NaN payoffs anyway
    earned = np.take_along_axis(expected[0], replies[..., None], axis=-1)[..., 0]
    reply = np.maximum(found.follower, 0)
    broken = np.take_along_axis(last, reply[..., None], axis=-1)[..., 0]
    return Leading(found, earned, np.where(found.follower < 0, -1, broken))


def government_leads(points: Points) -> Leading:
    """Say what the government would commit to if it led."""
    return lead(points, 0)


def organisation_leads(points: Points) -> Leading:
    """Say what the organisation would commit to if it led."""
    return lead(points, 1)


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
    Selten (1980), A note on evolutionarily stable strategies in asymmetric animal conflicts.

    Examples
    --------
    >>> from strategic.families.relationship import relationship
    >>> found = outcome(relationship({"relation.leader": [1, 0, -1]}).points)
    >>> [PLACES[cell] for cell in found.cell], [KINDS[kind] for kind in found.type]
    (['CP', 'SE', 'CY'], ['cooperation', 'substitution', 'subordination'])
    """
    who = points["relation.leader"]
    ways: dict[int, Callable[[Points], Outcome]] = {
        1: partial(_led, side=0, strong=strong),
        0: _simultaneous,
        -1: partial(_led, side=1, strong=strong),
    }
    led = [value for value in ways if (who == value).any()] or [1]  # [1]: there are no points
    found = ways[led[0]](points)
    for value in led[1:]:
        other = vars(ways[value](points))
        found = Outcome(
            *(np.where(who == value, other[name], of) for name, of in vars(found).items())
        )
    return found


def _led(points: Points, *, side: int, strong: bool) -> Outcome:
    sure = (government_leads, organisation_leads)[side]
    found = lead(points, side, strong=True) if strong else points.once(sure)
    played = found.commitment
    announced, broken, reply = played.leader, found.broken, played.follower
    pairs = [(action, reply) if side == 0 else (reply, action) for action in (announced, broken)]
    kept, instead = (np.where(reply < 0, -1, _WIDTH * row + column) for row, column in pairs)
    cell = np.where(points["relation.commitment"] >= 0.5, kept, instead)
    payoffs = np.moveaxis(played.payoffs, -1, 0)
    ranked = np.sort(found.earned, axis=-1)
    return Outcome(
        cell=cell,
        type=type_of(cell),
        kept=kept,
        broken=instead,
        payoffs=payoffs if side == 0 else payoffs[::-1],
        margin=np.asarray(ranked[..., -1] - ranked[..., -2]),
        cooperation_margin=np.asarray(found.earned[..., 0] - found.earned[..., 1:].max(axis=-1)),
    )


def _simultaneous(points: Points) -> Outcome:
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
    none = np.full(shape, np.nan)
    payoffs = np.where(settled, payoffs, np.nan)
    return Outcome(cell, kind, cell, cell, payoffs, none, none)


def relationship_type(points: Points, *, strong: bool = False) -> Array:
    """Relationship that the model's leadership leads to: position in `KINDS`, -1 if undefined."""
    return outcome(points, strong=True).type if strong else points.once(outcome).type
