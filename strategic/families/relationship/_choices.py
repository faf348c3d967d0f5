"""The 4x4 game of relationship types, and what the government commits to.

The government cooperates (C), captures (K), restricts (R) or substitutes (S); the organisation
answers as a partner (P), complies (Y), resists (X) or exits (E) (claims R5 to R10, D6, K3).
The sources name the types; every payoff is ours.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.concepts.commitment import PureCommitment, pure_commitment
from strategic.families.relationship._as_written import rounding, settle
from strategic.families.relationship._base_game import (
    challenge,
    competition,
    detection,
    matrices,
    shelter,
)
from strategic.families.relationship._organisations import managing_cost, partner_effort
from strategic.families.relationship._production import produce
from strategic.families.relationship._sides import SIDES
from strategic.games import Game
from strategic.modelling import Points

GOVERNMENT_VERBS = {"C": "cooperate", "K": "capture", "R": "restrict", "S": "substitute"}
ORGANISATION_VERBS = {"P": "partner", "Y": "comply", "X": "resist", "E": "exit"}
GOVERNMENT_ACTIONS, ORGANISATION_ACTIONS = "".join(GOVERNMENT_VERBS), "".join(ORGANISATION_VERBS)
ACTIONS = (tuple(GOVERNMENT_ACTIONS), tuple(ORGANISATION_ACTIONS))
TYPES = (
    "cooperation",
    "subordination",
    "capture",
    "restriction",
    "substitution",
    "confrontation",
    "rivalry",
    "withdrawal",
)
OUTCOMES: Mapping[str, tuple[str, str]] = {
    "CP": ("cooperation", "cooperation"),
    "CY": ("voluntary subordination", "subordination"),
    "CX": ("rebuffed offer", "confrontation"),
    "CE": ("unanswered offer", "withdrawal"),
    "KP": ("capture", "capture"),
    "KY": ("capture", "capture"),
    "KX": ("resisted capture (confrontation)", "confrontation"),
    "KE": ("capture then exit", "withdrawal"),
    "RP": ("restriction", "restriction"),
    "RY": ("restriction", "restriction"),
    "RX": ("confrontation", "confrontation"),
    "RE": ("suppression", "withdrawal"),
    "SP": ("substitution", "substitution"),
    "SY": ("substitution", "substitution"),
    "SX": ("rivalry", "rivalry"),
    "SE": ("substitution", "substitution"),
}
"""Label and type of every cell, government's letter first; in row-major order."""
CELLS = tuple(OUTCOMES)
CELL_TYPES = np.array([TYPES.index(kind) for _, kind in OUTCOMES.values()], dtype=np.int16)
"""Position in `TYPES` of every cell, row-major."""


def choices_game(points: Points) -> Game:
    """Build the 4x4 game of cooperate, capture, restrict, substitute.

    Parameters
    ----------
    points : Points
        Parameter values; their shape is the batch.

    Returns
    -------
    Game
        Rows C, K, R, S of the government; columns P, Y, X, E of the organisation.

    Notes
    -----
    What a partner or a compliant organisation exposes the government to is set by the table
    ``exposure.*``: by default C bears competition and shelter, K only shelter, R only the permitted
    share of competition, S none (claim K3; the table is ours).
    Among several organisations C costs ``k_C(n)``, and who serves under C (P or Y) the effort of
    the contest for it; the other rows do without competition.

    Examples
    --------
    >>> from strategic.families.relationship import relationship
    >>> choices_game(relationship().points).row[0].round(4).tolist()
    [0.7083, 0.7401, 0.1982, 0.3272]
    """
    return Game(points.once(choices_payoffs), players=SIDES, actions=ACTIONS)


def choices_payoffs(points: Points) -> tuple[Array, Array]:
    """Compute the payoff matrices of the 4x4 game; NaN or infinite where numbers overflow.

    Payoffs that a choice compares are equal, or one the larger, as they are on the numbers as
    written (see `settle`).
    """
    return points.once(_settled)[0]


def _settled(points: Points) -> tuple[tuple[Array, Array], PureCommitment]:
    """Payoffs in which no comparison is left to rounding, and the government's commitment."""
    row, column = tables = payoff_tables(points)
    payoffs = np.moveaxis(row, (0, 1), (-2, -1)), np.moveaxis(column, (0, 1), (-2, -1))
    found = pure_commitment(*payoffs)
    # Besides what the leader and its follower compare: the government's best replies.
    doubtful = np.minimum(found.margin, _lead(row)) <= 2 * rounding(points)
    if doubtful.any():
        cells = (len(CELLS), *points.shape)
        settle(points, doubtful, _cells, *(table.reshape(cells) for table in tables))
        found = pure_commitment(*payoffs)
    return payoffs, found


def _lead(table: Array) -> Array:
    """Smallest lead of the best row over the second best, over all columns."""
    second, best = np.minimum(table[0], table[1]), np.maximum(table[0], table[1])
    for rival in table[2:]:
        second = np.maximum(second, np.minimum(best, rival))
        best = np.maximum(best, rival)
    with np.errstate(invalid="ignore"):
        return np.asarray((best - second).min(axis=0))


def payoff_tables(points: Points) -> list[Array]:
    """Compute U_G and U_O as ``(4, 4, *points)``, in doubles as they come or in decimals."""
    payoffs = _government_payoffs(points), _organisation_payoffs(points)
    return [np.moveaxis(matrices(points, side), (-2, -1), (0, 1)) for side in payoffs]


def _cells(points: Points) -> list[Array]:
    return [table.reshape(len(CELLS), *points.shape) for table in payoff_tables(points)]


def _government_payoffs(points: Points) -> list[list[Array]]:
    """U_G: rows C, K, R, S against P, Y, X, E."""
    out, alpha = points.once(produce), points["relation.alignment"]
    w, p = points["government.public_weight"], points["relation.payment"]
    q_G, q_O, J1, Jd = out.government, out.organisation, out.joint, out.captured
    k_C, k_K = points.once(managing_cost), points["government.cost_capture"]
    k_R, k_S = points["government.cost_restrict"], points["government.cost_substitute"]
    psi, kept = points["relation.permitted_scale"], points["organisation.retained_technology"]
    Z, half_om = points.once(challenge), points["government.control_preference"] / 2
    credit, rivalry = competition(points), points["government.performance_competition"] * q_O

    def borne(action: str, credit: Array) -> Array:
        """Exposure that an action leaves (K3): its shares of a credit lost and of shelter."""
        share = points[f"exposure.{action}_competition"]
        burden = points[f"exposure.{action}_shelter"] * points.once(shelter)
        return np.asarray(share * credit + burden)

    alone = w * (q_G + alpha * q_O)
    own = w * out.substituted - k_S
    rebuffed = k_C + points["government.rebuff_loss"]
    resisted = points["government.contest_cost"] + Z + rivalry
    # Once restricted or replaced, a willing organisation (P) and a compliant one (Y) do the same.
    small = w * (q_G + alpha * psi * q_O) - k_R - borne("restrict", psi * rivalry)
    taken = own - borne("substitute", rivalry)
    return [
        [
            # Joint output counts kappa = (1 + alpha)/2.  Partnership costs half the control (om/2);
            # only an independent partner (P) is a challenge (Z) besides.
            w * (1 + alpha) / 2 * J1 - p - k_C - borne("cooperate", credit) - Z - half_om,
            w * Jd - p - k_C - borne("cooperate", kept * credit) - half_om,
            alone - points["relation.advance"] * p - rebuffed - resisted,
            w * q_G - rebuffed,
        ],
        [
            w * J1 - p - k_K - borne("capture", credit),
            w * Jd - p - k_K - borne("capture", kept * credit),
            alone - k_K - resisted,
            w * q_G - k_K,
        ],
        [small, small, alone - k_R - resisted, w * q_G - k_R],
        [taken, taken, own + w * alpha * q_O - resisted, own],
    ]


def _organisation_payoffs(points: Points) -> list[list[Array]]:
    """U_O: rows C, K, R, S against P, Y, X, E."""
    out, alpha = points.once(produce), points["relation.alignment"]
    w, psi = points["organisation.public_weight"], points["relation.permitted_scale"]
    q_G, q_O, J1 = out.government, out.organisation, out.joint
    ell, aut = points["organisation.legitimacy_gain"], points["organisation.autonomy_loss"]
    k_O, k_Y = points["organisation.cost_partner"], points["organisation.cost_comply"]
    paid = points["relation.payment"] + ell
    refused = k_O + points["organisation.rebuff_loss"]
    incidents = points["relation.incident_risk"] * points["organisation.incident_loss"]
    # A broken agreement leaves the diverted part of the advance, less the penalty if detected.
    advance = points["relation.advance"] * points["relation.payment"]
    fined = detection(points) * points["relation.penalty"]
    diverted = points["organisation.diversion"] * advance - fined
    small = w * (psi * q_O + alpha * q_G) + psi * ell
    tame = w * alpha * out.captured + paid - k_Y - aut
    fight = w * q_O - points["relation.sanction"]
    left, beside = points["organisation.outside_option"], w * alpha * q_G
    apart = w * alpha * out.substituted
    effort = points.once(partner_effort)  # only who serves a cooperating government competes for it
    return [
        [
            w * (1 + alpha) / 2 * J1 + paid - k_O - incidents - effort,
            tame - effort,
            w * (q_O + alpha * q_G) + diverted,
            beside + left,
        ],
        [w * alpha * J1 + paid - refused - aut, tame, fight + beside, beside + left],
        [small - refused, small - k_Y, fight + beside, beside + left],
        [apart - refused, apart - k_Y, fight + apart, apart + left],
    ]


def commit(points: Points, *, strong: bool = False) -> PureCommitment:
    """Let the government commit to one of its actions, and the organisation answer.

    Parameters
    ----------
    points : Points
        Parameter values; arrays are solved at once.
    strong : bool
        Whether the organisation breaks its ties in the government's favour; otherwise in the
        order P, Y, X, E.  The government's own ties break in the order C, K, R, S.

    Notes
    -----
    The primary solution: the government's rational choice determines the trend (claim D6).

    Examples
    --------
    >>> from strategic.families.relationship import relationship
    >>> found = commit(relationship().points)
    >>> cell(found.leader, found.follower), replies_text(found.replies)
    ('CP', 'PYYE')
    """
    # The order of the letters breaks ties: replies P, Y, X, E, commitments C, K, R, S.
    payoffs, found = points.once(_settled)
    return pure_commitment(*payoffs, strong=True) if strong else found


def cell(government: int, organisation: int, /) -> str:
    """Name a cell by its two letters."""
    return GOVERNMENT_ACTIONS[government] + ORGANISATION_ACTIONS[organisation]


def cell_number(commitment: PureCommitment, /) -> Array:
    """Find the number of the cell that is played: its position in `CELLS`, -1 if undefined."""
    number = len(ORGANISATION_ACTIONS) * commitment.leader + commitment.follower
    return np.where(commitment.leader < 0, -1, number)


def replies_text(replies: Array, /) -> str:
    """Write the organisation's answers to C, K, R, S as a string such as ``PYYE``."""
    return "".join(ORGANISATION_ACTIONS[int(reply)] for reply in replies)


def type_of(number: Array, /) -> Array:
    """Relationship type of cells: from positions in `CELLS` to positions in `TYPES`."""
    return np.where(number < 0, -1, CELL_TYPES[number])
