"""Measures of one equilibrium of a game: support, probabilities, payoffs, regret."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from strategic.arrays import Array
from strategic.equilibria.concepts.choice import RULES
from strategic.equilibria.sizes import count_supports
from strategic.games.names import distinct, slugs
from strategic.modelling.measure import IN_ONE, Measure
from strategic.modelling.points import Points
from strategic.modelling.source import Source

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

ONLY = next(iter(RULES))
"""The selection where a measure names none: the equilibrium of a game that has only one."""
_SUPPORT = r"\{ a_i \mid \sigma_i(a_i) > 0 \}"
MOST_LABELS = 1023
"""Supports a label may tell apart: those of 5x5 or 2^6, or of one player with ten actions."""


def of_one_equilibrium(source: Source, prefix: str) -> Iterator[Measure]:
    """Make the measures of one equilibrium, which the name selects after an ``@``."""

    def measure(
        name: str,
        function: Callable[..., ArrayLike],
        meaning: str,
        formula: str,
        *,
        labels: tuple[str, ...] = (),
        unit: str = "",
    ) -> Measure:
        return Measure(
            prefix + name,
            function,
            meaning,
            kind="label" if labels else "float",
            labels=labels,
            unit=unit,
            formula=formula,
            selections=tuple(RULES),
            game=source,
            reads=("all",),
        )

    everyone = tuple(range(len(source.shape)))
    if count_supports(source.shape) <= MOST_LABELS:
        labels = tuple(" | ".join(sets) for sets in product(*map(sets_of, source.actions)))
        meaning = f"Actions in use, player by player, {IN_ONE}."
        yield measure(
            "support", partial(_support, source, everyone), meaning, _SUPPORT, labels=labels
        )
    for i, player in enumerate(source.player_slugs):
        if count_supports(source.shape) > MOST_LABELS >= 2 ** source.shape[i] - 1:
            labels = tuple(sets_of(source.actions[i]))
            meaning = f"Actions {source.players[i]} uses {IN_ONE}."
            function = partial(_support, source, (i,))
            yield measure(f"support.{player}", function, meaning, _SUPPORT, labels=labels)
        for a, action in enumerate(source.action_slugs[i]):
            yield measure(
                f"probability.{player}.{action}",
                partial(_probability, source, i, a),
                f"Probability that {source.players[i]} plays {source.actions[i][a]} {IN_ONE}.",
                r"\sigma_i(a_i)",
                unit="probability",
            )
        yield measure(
            f"payoff.{player}",
            partial(_payoff, source, i),
            f"Expected payoff of {source.players[i]} {IN_ONE}.",
            r"u_i(\sigma)",
            unit="payoff",
        )
    yield measure(
        "regret",
        partial(_regret, source),
        f"Largest gain from deviating {IN_ONE}.",
        r"\max_{i, a_i} u_i(a_i, \sigma_{-i}) - u_i(\sigma)",
        unit="payoff",
    )


def plain(actions: Sequence[str]) -> Sequence[str]:
    """Give names that ``+`` and ``|`` can join: their slugs where these signs stand in a name."""
    return slugs(actions) if any(set("+|@") & set(a) for a in actions) else distinct(actions)


def sets_of(actions: Sequence[str]) -> list[str]:
    """Name all sets of actions, in the order of their bits: ``a``, ``b``, ``a+b``, ``c``, ..."""
    names = plain(actions)
    codes = range(1, 2 ** len(names))
    return ["+".join(n for k, n in enumerate(names) if code >> k & 1) for code in codes]


def _support(source: Source, players: Sequence[int], points: Points, rule: str = ONLY) -> Array:
    """Give the number of the sets of actions in use: bits of each player, the last one fastest."""
    chosen = source.chosen(points, rule)
    if chosen is None:
        return source.spread(points, None, -1)
    number = np.zeros(chosen.payoffs.shape[:-1], dtype=np.int64)
    for i in players:
        bits = chosen.supports[i] @ (1 << np.arange(source.shape[i]))
        number = number * (2 ** source.shape[i] - 1) + bits - 1
    known = ~np.isnan(chosen.payoffs[..., 0])
    return source.spread(points, np.where(known, number, -1), -1)


def _probability(
    source: Source, player: int, action: int, points: Points, rule: str = ONLY
) -> Array:
    chosen = source.chosen(points, rule)
    values = None if chosen is None else chosen.strategies[player][..., action]
    return source.spread(points, values, np.nan)


def _payoff(source: Source, player: int, points: Points, rule: str = ONLY) -> Array:
    chosen = source.chosen(points, rule)
    return source.spread(points, None if chosen is None else chosen.payoffs[..., player], np.nan)


def _regret(source: Source, points: Points, rule: str = ONLY) -> Array:
    chosen = source.chosen(points, rule)
    return source.spread(points, None if chosen is None else chosen.regret, np.nan)
