"""A leader who commits and a follower who answers: strategic choice with errors on both sides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from strategic.arrays import Array
from strategic.errors import FileError, MethodError, nearest
from strategic.estimation._leader_choices import Tree
from strategic.estimation._leader_likelihood import (
    SIGMA,
    Contrasts,
    LeaderLikelihood,
    answered,
    scale_is_told,
)
from strategic.estimation._leader_starts import starts_of
from strategic.estimation._ways import Request
from strategic.estimation.maximum import maximise
from strategic.estimation.observations import Observations
from strategic.estimation.parts import Part
from strategic.estimation.payoffs_by_row import PayoffsByRow
from strategic.estimation.uncertainty import part_of
from strategic.modelling import Model

SHOCKS = {
    "agent": "each player's actions have shocks of their own",
    "private": "each player's payoff of each outcome has a shock, which only that player knows",
}
"""Where errors come from; normal, and all of the same scale."""
OUTCOME = "outcome"


def leader_part(request: Request) -> Part:
    """Estimate payoffs of a leader and a follower from what they did.

    Notes
    -----
    The follower answers the leader's action a by its first action with chance
    ``Phi((U2[a, 0] - U2[a, 1]) / (sigma sqrt 2))``. The leader expects that, and takes its first
    action with chance ``Phi((V_0 - V_1) / (sigma D))``, V its expected payoffs; ``D ** 2`` is 2
    with agent error, and with private information the sum over both actions of the squared
    chances of the answers (1 where nobody answers).

    References
    ----------
    Signorino, C. S. (2003). Structure and uncertainty in discrete choice models. Political Analysis
    11, 316-344.
    Lewis, J. B. and Schultz, K. A. (2003). Revealing preferences: empirical estimation of a crisis
    bargaining game with incomplete information. Political Analysis 11, 345-367.
    """
    likelihood = likelihood_of(request)
    maximum = maximise(likelihood, starts_of(likelihood, request.seed))
    if maximum is None:
        rule = "no start gives the observed outcomes a chance"
        raise MethodError(rule, where="leader", remedy="set parameters to other values")
    return part_of(
        likelihood, maximum, observations=request.table.rows, group=request.group,
        clustered=request.cluster is not None, samples=request.bootstrap or 0, seed=request.seed,
        executor=request.executor,
    )  # fmt: skip


def likelihood_of(request: Request) -> LeaderLikelihood:
    """Read a table of outcomes, and make the likelihood of what is asked."""
    table, unit = _by_unit(request)
    play = Play.of(request.model, request.options)
    known = request.model.family.parameters
    free = [name for name in request.free if name != SIGMA or name in known]
    payoffs = PayoffsByRow.of(request.model, table, free, request.formulas, taken=[OUTCOME])
    tree = play.tree(payoffs)
    contrasts = Contrasts(tree, payoffs, play.first)
    scaled = play.sigma is None and scale_is_told(contrasts, probes(payoffs)[-1])
    if SIGMA in request.free and SIGMA not in payoffs.names and not scaled:
        rule = "cannot be estimated: payoffs that are not free do not fix the scale of the shocks"
        raise MethodError(rule, where=SIGMA, remedy="leave it out; it is then 1")
    actions = np.array(tree.outcomes)[_outcomes(table, play, tree)]
    return LeaderLikelihood(
        contrasts, actions[:, 0], actions[:, 1], unit, scaled, play.labels(tree), play.sigma or 1.0
    )  # fmt: skip


def _by_unit(request: Request) -> tuple[Observations, Array]:
    """Order rows by cluster, and number the clusters; every row is one where none are named."""
    table = request.table
    table.need(OUTCOME)
    if not request.cluster:
        return table, np.arange(table.rows)
    unit, _ = table.codes(request.cluster)
    order = np.argsort(unit, kind="stable")
    return table.some(order), unit[order]


@dataclass(frozen=True, eq=False)
class Play:
    """Labels of the game, who leads, and which shocks there are."""

    players: tuple[str, ...]
    actions: tuple[tuple[str, ...], ...]
    first: bool
    private: bool
    sigma: float | None

    @classmethod
    def of(cls, model: Model, options: Mapping[str, Any]) -> Play:
        """Read the options ``leader``, ``shocks`` and ``sigma``."""
        game = model.game()
        if game.shape != (2, 2):
            rule = "needs a game of two players with two actions each"
            raise MethodError(rule, where="leader", value=" x ".join(map(str, game.shape)))
        leads = _one_of(options, "leader", game.players)
        shocks = _one_of(options, "shocks", tuple(SHOCKS))
        first, private = leads == game.players[0], shocks == "private"
        return cls(game.players, game.actions, first, private, _sigma(options))

    @property
    def moves(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Actions of the leader, and of the follower."""
        one, two = self.actions
        return (one, two) if self.first else (two, one)

    def labels(self, tree: Tree) -> tuple[str, ...]:
        """Name the outcomes as the table does."""
        own, other = self.moves
        return tuple(
            f"{own[a]}-{other[b]}" if tree.answered[a] else own[a] for a, b in tree.outcomes
        )

    def tree(self, payoffs: PayoffsByRow) -> Tree:
        """Find after which actions of the leader the follower moves."""
        points = probes(payoffs)
        return Tree(answered(payoffs, first=self.first, points=points), self.private)


def _one_of(options: Mapping[str, Any], name: str, known: Sequence[str]) -> str:
    value = str(options.get(name) or known[0])
    if value not in known:
        rule = f"must be one of {', '.join(known)}"
        raise MethodError(rule, where=name, value=value, remedy=nearest(value, known))
    return value


def _sigma(options: Mapping[str, Any]) -> float | None:
    given = options.get(SIGMA)
    if given is None:
        return None
    try:
        value = float(given)
    except (TypeError, ValueError):
        value = np.nan
    if not 0.0 < value < np.inf:
        raise MethodError("must be a number greater than 0", where=SIGMA, value=given)
    return value


def probes(payoffs: PayoffsByRow) -> Array:
    """Points ``(P, K)`` at which payoffs show what they depend on: their own values, and others."""
    start = np.asarray(payoffs.starts, dtype=float)
    others = start + np.random.default_rng(0).uniform(0.1, 1.0, (3, len(start)))
    low, high = np.asarray(payoffs.bounds, dtype=float).reshape(-1, 2).T
    return np.asarray(np.clip(np.vstack([start, others]), low, high))


def _outcomes(table: Observations, play: Play, tree: Tree) -> Array:
    """Give every row the number of its outcome."""
    texts, labels = table.text(OUTCOME), play.labels(tree)
    places = {text: _matched(text, play, tree) for text in dict.fromkeys(texts)}
    for text, place in places.items():
        if place is None:
            row = int(np.flatnonzero(texts == text)[0])
            rule = f"must be one of {', '.join(labels)}"
            remedy = nearest(text, labels)
            raise FileError(rule, where=table.place(OUTCOME, row), value=text, remedy=remedy)
    return np.array([places[text] for text in texts], dtype=np.int64)


def _matched(text: str, play: Play, tree: Tree) -> int | None:
    """Find an outcome by its name, else by unique prefixes of its actions whatever the case."""
    labels = play.labels(tree)
    if text in labels:
        return labels.index(text)
    own, other = play.moves
    ways = [(text, "")] + [(text[:n], text[n + 1 :]) for n, c in enumerate(text) if c == "-"]
    found = set()
    for left, right in ways:
        a, b = _action(left, own), _action(right, other)
        if a is not None and tree.answered[a] == bool(right):
            if not right:
                found.add((a, 0))
            elif b is not None:
                found.add((a, b))
    return tree.outcomes.index(found.pop()) if len(found) == 1 else None


def _action(text: str, known: Sequence[str]) -> int | None:
    text = text.strip().lower()
    exact = [n for n, name in enumerate(known) if name.lower() == text]
    close = [n for n, name in enumerate(known) if text and name.lower().startswith(text)]
    chosen = exact or close
    return chosen[0] if len(chosen) == 1 else None
