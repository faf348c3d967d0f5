"""A tournament, as an answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from strategic.markup import Table
from strategic.reports.answer import Answer
from strategic.reports.blocks import Block

if TYPE_CHECKING:
    from strategic.repeated.strategies.tournament import Tournament

_BAND = 7
"""Opponents side by side, so that a table fits 80 columns."""


def tournament_answer(played: Tournament, conditions: Mapping[str, Any] | None = None) -> Answer:
    """Describe a tournament; matrices hold the row strategy's numbers.

    Parameters
    ----------
    played : Tournament
        At a single point.
    conditions : mapping, optional
        What it was played under; added to the document.

    Examples
    --------
    >>> from strategic.repeated import round_robin
    >>> document = tournament_answer(round_robin(["AllC", "AllD"])).document
    >>> document["payoffs"], document["ranking"]
    ([[3.0, 0.0], [5.0, 1.0]], ['AllD', 'AllC'])
    """
    document: dict[str, Any] = {
        "strategies": list(played.strategies),
        "payoffs": played.payoffs.tolist(),
        "cooperation": played.cooperation.tolist(),
        "scores": played.scores.tolist(),
        "spread": played.spread.tolist(),
        "ranking": list(played.ranking),
    }
    if played.error is not None:
        document["error"] = played.error.tolist()
    # Strategies that tie, rounding aside, share a rank: it counts who did better.
    with np.errstate(over="ignore"):  # nobody is beyond the largest double
        margin = played.scores + 1e-12 * np.abs(played.scores)
    ranking = [
        (
            played.strategies[k],
            f"{1 + int((played.scores > margin[k]).sum())}",
            f"{played.scores[k]:.4f}",
            f"{played.spread[k]:.4f}",
            f"{played.cooperation[k].mean():.1%}",
        )
        for k in played.order
    ]
    tables = [Table(("strategy", "rank", "payoff", "spread", "cooperates"), ranking, numbers=True)]
    matrices = []
    for first in range(0, len(played.strategies), _BAND):
        opponents = slice(first, first + _BAND)
        rows = [
            (name, *(f"{pay:.3f}" for pay in earned))
            for name, earned in zip(played.strategies, played.payoffs[:, opponents], strict=True)
        ]
        matrices.append(Table(("", *played.strategies[opponents]), rows, numbers=True))
    blocks = [
        Block(
            "ranking",
            "Ranking by mean payoff per period over all opponents, including self-play",
            tables=tables,
        ),
        Block(
            "payoffs",
            "Payoff per period of the row strategy against the column strategy",
            tables=matrices,
        ),
    ]
    return Answer({**document, **(conditions or {})}, blocks)
