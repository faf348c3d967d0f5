"""Outcomes of a leader and a follower drawn from a known truth, shock by shock."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.arrays import Array
from strategic.errors import MethodError, nearest
from strategic.estimation._leader_choices import Tree
from strategic.estimation._leader_likelihood import SIGMA
from strategic.estimation.leader import OUTCOME, Play
from strategic.estimation.observations import Observations, read_observations
from strategic.estimation.payoffs_by_row import PayoffsByRow

if TYPE_CHECKING:
    from strategic.estimation.drawing import Plan


_ROW = "row"
_COLUMN = re.compile(r"`([^`]+)`|([^\W\d]\w*)(?!\w|\s*\()")


def draw_outcomes(plan: Plan, rng: np.random.Generator) -> dict[str, list[Any]]:
    """Draw what a leader and a follower do: payoffs, shocks, best choices.

    The options are those of the way of play (``leader``, ``shocks``), ``formulas``, and
    ``covariates``: a table whose rows are taken in turn, or names of columns that are drawn from
    the standard normal distribution (all that the formulas name, by default).
    """
    formulas: Mapping[str, str] = plan.options.get("formulas") or {}
    table = _covariates(plan.options.get("covariates"), formulas, plan.size, rng)
    known = plan.model.family.parameters
    free = [name for name in plan.truth if name in known and name not in formulas]
    if not (free or formulas):
        free = [next(iter(known))]
    payoffs = PayoffsByRow.of(plan.model, table, free, formulas, taken=[OUTCOME])
    for name in plan.truth:
        if name not in (*payoffs.names, SIGMA):
            remedy = nearest(name, payoffs.names) or f"one of {', '.join(payoffs.names)}"
            raise MethodError("no such number", where="truth", value=name, remedy=remedy)
    point = [plan.take(name) if name in plan.truth or "." in name else start
             for name, start in zip(payoffs.names, payoffs.starts, strict=True)]  # fmt: skip
    scale = float(plan.truth.get(SIGMA, 1.0)) if SIGMA not in payoffs.names else 1.0
    if not scale > 0.0:
        raise MethodError("must be greater than 0", where=SIGMA, value=scale)
    play = Play.of(plan.model, plan.options)
    tree = play.tree(payoffs)
    own, other = (side[0] / scale for side in payoffs.at(np.array([point])))
    if not play.first:
        own, other = other.swapaxes(1, 2), own.swapaxes(1, 2)
    action, answer = played(tree, own, other, rng)
    names = dict(zip(tree.outcomes, play.labels(tree), strict=True))
    told = zip(action.tolist(), answer.tolist(), strict=True)
    outcomes = [names[a, b if tree.answered[a] else 0] for a, b in told]
    columns = {name: column.tolist() for name, column in table.columns.items() if name != _ROW}
    return {OUTCOME: outcomes, **columns}


def _covariates(
    asked: Any, formulas: Mapping[str, str], size: int, rng: np.random.Generator
) -> Observations:
    """Give one row of covariates per observation."""
    names: Sequence[str] | None = None
    if asked is None:
        names = _named_in(formulas)
    elif isinstance(asked, str) and not asked.endswith(".csv"):
        names = [name.strip() for name in asked.split(",") if name.strip()]
    elif isinstance(asked, list | tuple):
        names = [str(name) for name in asked]
    if names is None:
        table = read_observations(asked)
        return table.some(np.arange(size) % table.rows)
    if not names:
        return Observations({_ROW: np.arange(size)})
    return Observations({name: rng.normal(size=size) for name in names})


def _named_in(formulas: Mapping[str, str]) -> list[str]:
    """Name the columns of formulas: whatever is no call of a function."""
    found = (pair for text in formulas.values() for pair in _COLUMN.findall(text))
    return list(dict.fromkeys(quoted or bare for quoted, bare in found))


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
