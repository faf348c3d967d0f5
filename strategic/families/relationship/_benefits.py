"""Who benefits: what the public receives in each outcome, and what resources it takes.

Payoffs mix the value of the service with transfers (payment, advance, penalty, sanction) and with
what only the parties feel (credit, shelter, control, legitimacy, autonomy, rebuffs).
Net of both, what is left is the service itself and the resources that are used up for it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from strategic.arrays import Array
from strategic.families.relationship._base_game import matrices
from strategic.families.relationship._leadership import cell_if_broken, outcome
from strategic.families.relationship._organisations import contest_of, managing_cost
from strategic.families.relationship._production import produce
from strategic.modelling import Points


@dataclass(frozen=True)
class Benefits:
    """Service and resources, in units of a standard unit of service.

    Parameters
    ----------
    output : ndarray
        Service that reaches beneficiaries, whoever provides it and whomever it is aimed at.
    cost : ndarray
        Resources used up.
    """

    output: Array
    cost: Array

    @property
    def net(self) -> Array:
        """Net social value: output less cost."""
        return np.asarray(self.output - self.cost)


def cell_benefits(points: Points) -> Benefits:
    """Compute service and resources in every cell of the 4x4 game, ``(*points, 4, 4)``.

    Notes
    -----
    Service: joint where both work together, with the technology that is left when the organisation
    is captured or complies; each side's own where the organisation resists; that of the permitted
    scale under restriction; with what the government absorbed under substitution; the government's
    alone where the organisation has left.
    Resources: the cost of the government's action (of managing n organisations under C) and of
    the organisation's (partner, comply), open conflict, the effort of all organisations in the
    contest for a cooperating government, and expected incident losses wherever payoffs bear them.
    Diverted money and the outside option change hands or are enjoyed; neither is counted.

    Examples
    --------
    >>> from strategic.families.relationship import relationship
    >>> cell_benefits(relationship().points).output.round(3)[0].tolist()
    [1.2, 0.98, 0.894, 0.447]
    """
    out = points.once(produce)
    q_G, q_O = out.government, out.organisation
    JS, apart = out.substituted, q_G + q_O
    restricted = q_G + points["relation.permitted_scale"] * q_O
    service = [
        [out.joint, out.captured, apart, q_G],
        [out.joint, out.captured, apart, q_G],
        [restricted, restricted, apart, q_G],
        [JS, JS, JS + q_O, JS],
    ]
    contest = points.once(contest_of).total_effort
    zero = np.zeros(())
    answers = [points["organisation.cost_partner"], points["organisation.cost_comply"]]
    answers += [points["government.contest_cost"], zero]
    risk = points["relation.incident_risk"]
    costs = []
    for action, own in {
        "cooperate": points.once(managing_cost),
        "capture": points["government.cost_capture"],
        "restrict": points["government.cost_restrict"],
        "substitute": points["government.cost_substitute"],
    }.items():
        # Incidents of a partner are borne as the table of exposures says (K3); the organisation
        # bears its own loss as an accepted partner only.
        borne = points[f"exposure.{action}_shelter"] * risk * points["government.incident_loss"]
        extra = [borne, borne, zero, zero]
        if action == "cooperate":
            own_loss = risk * points["organisation.incident_loss"]
            extra = [borne + own_loss + contest, borne + contest, zero, zero]
        costs.append([own + answer + more for answer, more in zip(answers, extra, strict=True)])
    return Benefits(matrices(points, service), matrices(points, costs))


def benefits(points: Points) -> Benefits:
    """Compute service and resources in the outcome; the mean where the commitment may fail.

    NaN where simultaneous choices leave the outcome open.

    Examples
    --------
    >>> from strategic.families.relationship import relationship
    >>> found = benefits(relationship().points)
    >>> round(float(found.output), 4), round(float(found.cost), 4), round(float(found.net), 4)
    (1.2, 0.085, 1.115)
    """
    cells, holds = points.once(cell_benefits), points["relation.commitment"]

    def mean(values: Array) -> Array:
        kept = _at(values, points.once(outcome).kept)
        if (holds == 1).all():
            return kept
        broken = _at(values, points.once(cell_if_broken))
        return np.where(holds == 1, kept, holds * kept + (1 - holds) * broken)

    return Benefits(mean(cells.output), mean(cells.cost))


def _at(values: Array, cell: Array) -> Array:
    """Take the entry of a cell by its number, NaN where it has none."""
    flat, place = values.reshape(*values.shape[:-2], -1), np.asarray(cell)
    known = (place >= 0) & (place < flat.shape[-1])
    taken = np.take_along_axis(flat, np.where(known, place, 0)[..., None], axis=-1)[..., 0]
    return np.where(known, taken, np.nan)
