"""A tournament, as a document and in the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from strategic.markup import Table
from strategic.reports.terminal import rich_table

if TYPE_CHECKING:
    from rich.console import RenderableType

    from strategic.repeated.strategies.tournament import Tournament

_BAND = 7
"""Opponents side by side, so that a table fits 80 columns."""


def tournament_document(played: Tournament) -> dict[str, Any]:
    """Describe a tournament; matrices have the row strategy's numbers.

    Examples
    --------
    >>> from strategic.repeated.strategies.tournament import round_robin
    >>> document = tournament_document(round_robin(["AllC", "AllD"]))
    >>> document["payoffs"], document["ranking"]
    ([[3.0, 0.0], [5.0, 1.0]], ['AllD', 'AllC'])
    """
    document = {
        "strategies": list(played.strategies),
        "payoffs": played.payoffs.tolist(),
        "cooperation": played.cooperation.tolist(),
        "scores": played.scores.tolist(),
        "spread": played.spread.tolist(),
        "ranking": list(played.ranking),
    }
    return document if played.error is None else {**document, "error": played.error.tolist()}


def tournament_parts(played: Tournament) -> Iterator[RenderableType]:
    """Give the parts of a tournament's report, in order."""
    from rich.text import Text

    yield Text("Ranking by mean payoff a period over all opponents, the own twin included")
    yield rich_table(_ranking(played))
    yield Text("Payoff a period of the row strategy against the column strategy")
    for first in range(0, len(played.strategies), _BAND):
        yield rich_table(_matrix(played, slice(first, first + _BAND)))


def _ranking(played: Tournament) -> Table:
    names = [played.strategies[k] for k in played.order]
    rows = tuple(
        (
            name,
            f"{_rank(played, k)}",
            f"{played.scores[k]:.4f}",
            f"{played.spread[k]:.4f}",
            f"{played.cooperation[k].mean():.1%}",
        )
        for name, k in zip(names, played.order, strict=True)
    )
    return Table(("strategy", "rank", "payoff", "spread", "cooperates"), rows, numbers=True)


def _rank(played: Tournament, player: int) -> int:
    """Count who did better; strategies that tie share a rank."""
    own = played.scores[player]
    return 1 + int((played.scores > own + 1e-12 * abs(own)).sum())


def _matrix(played: Tournament, opponents: slice) -> Table:
    rows = tuple(
        (name, *(f"{pay:.3f}" for pay in earned))
        for name, earned in zip(played.strategies, played.payoffs[:, opponents], strict=True)
    )
    return Table(("", *played.strategies[opponents]), rows, numbers=True)
