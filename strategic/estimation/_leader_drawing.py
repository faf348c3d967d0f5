"""Outcomes of a leader and a follower drawn from a known truth, shock by shock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.arrays import Array
from strategic.errors import MethodError
from strategic.estimation._drawn_payoffs import drawn_payoffs
from strategic.estimation._leader_choices import Tree
from strategic.estimation._leader_likelihood import SIGMA
from strategic.estimation.leader import OUTCOME, Play

if TYPE_CHECKING:
    from strategic.estimation.drawing import Plan


def draw_outcomes(plan: Plan, rng: np.random.Generator) -> dict[str, list[Any]]:
    """Draw what a leader and a follower do: payoffs, shocks, best choices.

    The options are those of the way of play (``leader``, ``shocks``), ``formulas``, and
    ``covariates``: a table whose rows are taken in turn, or names of columns that are drawn from
    the standard normal distribution (all that the formulas name, by default).
    """
    columns, payoffs, tables = drawn_payoffs(plan, rng, taken=[OUTCOME], own=[SIGMA])
    scale = float(plan.truth.get(SIGMA, 1.0)) if SIGMA not in payoffs.names else 1.0
    if not scale > 0.0:
        raise MethodError("must be greater than 0", where=SIGMA, value=scale)
    play = Play.of(plan.model, plan.options)
    tree = play.tree(payoffs)
    own, other = (side / scale for side in tables)
    if not play.first:
        own, other = other.swapaxes(1, 2), own.swapaxes(1, 2)
    action, answer = played(tree, own, other, rng)
    names = dict(zip(tree.outcomes, play.labels(tree), strict=True))
    told = zip(action.tolist(), answer.tolist(), strict=True)
    outcomes = [names[a, b if tree.answered[a] else 0] for a, b in told]
    return {OUTCOME: outcomes, **columns}


def played(tree: Tree, own: Array, other: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    """Play every row: payoffs ``(R, 2, 2)`` in units of the scale, the leader's actions first."""
    from scipy.special import ndtr

    rows = np.arange(len(own))
    expected = np.empty((len(own), 2))
    for a in (0, 1):
        first = ndtr((other[:, a, 0] - other[:, a, 1]) / np.sqrt(2.0)) if tree.answered[a] else 1.0
        mine = own[:, a] + (rng.normal(size=(len(own), 2)) if tree.private else 0.0)
        expected[:, a] = first * mine[:, 0] + (1.0 - first) * mine[:, 1]
    if not tree.private:
        expected += rng.normal(size=expected.shape)
    action = expected.argmax(axis=1)
    answer = (other[rows, action] + rng.normal(size=(len(own), 2))).argmax(axis=1)
    return action, answer
