"""Matches of the repeated game drawn from known shares of strategies and known trembles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.arrays import Array
from strategic.errors import MethodError, nearest
from strategic.estimation.strategies import chosen_strategies

if TYPE_CHECKING:
    from collections.abc import Sequence

    from strategic.estimation.drawing import Plan
    from strategic.repeated.strategies.automata import Automaton

_SUM = 1e-9


def draw_matches(plan: Plan, rng: np.random.Generator) -> dict[str, list[Any]]:
    """Draw matches of subjects who each follow one strategy and err, against each other.

    Numbers of the truth are ``share.STRATEGY``, and ``tremble``, ``tremble.STRATEGY`` or
    ``tremble.SAMPLE``; then the matches are divided among the samples in their order. Options are
    ``matches`` and ``rounds`` (10 each), ``strategies`` and ``automata`` as for `estimate`, and
    ``noise``, the chance that an action comes out as its opposite, which both sides see.
    """
    plan.only("share", "tremble")
    game, options = plan.model.game(), plan.options
    shares = {n.partition(".")[2]: v for n, v in plan.truth.items() if n.startswith("share.")}
    strategies = chosen_strategies(game, options.get("strategies") or ",".join(shares), options)
    chances_of = _chances_of(strategies, shares)
    trembles, samples = _trembles(plan, strategies)
    people = plan.size + plan.size % 2
    matches, rounds = (int(options.get(n, 10)) for n in ("matches", "rounds"))
    noise = float(options.get("noise", 0.0))
    whose = rng.choice(len(strategies), size=people, p=chances_of)
    chances, moves = _stacked(strategies)
    blocks = []
    for match in range(matches):
        partner = np.empty(people, dtype=np.int64)
        pairs = rng.permutation(people).reshape(-1, 2)
        partner[pairs[:, 0]], partner[pairs[:, 1]] = pairs[:, 1], pairs[:, 0]
        sample = match * len(samples) // matches
        state = np.zeros(people, dtype=np.int64)
        for turn in range(rounds):
            chance = chances[whose, state]
            certain = (chance == 0.0) | (chance == 1.0)
            erring = certain & (rng.random(people) < trembles[whose, sample])
            own = (rng.random(people) < chance) != erring
            seen = own != (rng.random(people) < noise) if noise else own
            when = np.full((3, people), [[match], [turn], [sample]])
            blocks.append([np.arange(people), *when, own, own[partner], seen, seen[partner]])
            state = moves[whose, state, 2 * ~seen + ~seen[partner]]
    return _columns(np.concatenate(blocks, axis=1), game.actions[0], samples, noisy=noise > 0)


def _chances_of(strategies: Sequence[Automaton], shares: dict[str, float]) -> Array:
    """Put shares in the order of the strategies, and check them."""
    names = [one.name for one in strategies]
    for name in shares:
        if name not in names:
            remedy = nearest(name, names) or f"one of {', '.join(names)}"
            raise MethodError("no such strategy", where=f"share.{name}", remedy=remedy)
    total = sum(shares.values())
    if not abs(total - 1.0) <= _SUM or min(shares.values(), default=0.0) < 0.0:
        raise MethodError("must be shares that sum to 1", where="share.STRATEGY", value=total)
    return np.array([shares.get(name, 0.0) for name in names]) / total


def _trembles(plan: Plan, strategies: Sequence[Automaton]) -> tuple[Array, list[str]]:
    """Trembles by strategy and sample, and the names of the samples."""
    own = {n.partition(".")[2]: v for n, v in plan.truth.items() if n.startswith("tremble.")}
    names = [one.name for one in strategies]
    if not own:
        found, samples = np.full((len(names), 1), plan.take("tremble")), [""]
    elif set(own) & set(names):
        values = [plan.take(f"tremble.{name}") for name in names]
        found, samples = np.array(values)[:, None], [""]
    else:
        found, samples = np.tile([*own.values()], (len(names), 1)), [*own]
    if not ((found >= 0.0) & (found <= 0.5)).all():
        raise MethodError("must be from 0 to 1/2", where="tremble", value=float(found.max()))
    return found.astype(float), samples


def _stacked(strategies: Sequence[Automaton]) -> tuple[Array, Array]:
    """Chances and next states of all strategies, padded to one number of states."""
    most = max(one.states for one in strategies)
    chances = np.zeros((len(strategies), most))
    moves = np.zeros((len(strategies), most, 4), dtype=np.int64)
    for k, one in enumerate(strategies):
        chances[k, : one.states], moves[k, : one.states] = one.cooperation, one.following
    return chances, moves


def _columns(
    rows: Array, actions: Sequence[str], samples: Sequence[str], *, noisy: bool
) -> dict[str, list[Any]]:
    subject, match, turn, sample, *played = rows.astype(np.int64)
    columns = {"subject": subject.tolist(), "match": match.tolist(), "round": turn.tolist()}
    if len(samples) > 1:
        columns["sample"] = np.array(samples, object)[sample].tolist()
    names = ("choice", "other", *(("observed_own", "observed_other") if noisy else ()))
    words = np.array([actions[1], actions[0]], object)
    return columns | {name: words[one].tolist() for name, one in zip(names, played, strict=False)}
