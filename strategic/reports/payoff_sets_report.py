"""Payoff sets of a repeated game, as a document and in the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from strategic.markup import Table
from strategic.reports.terminal import rich_table
from strategic.status import Status

if TYPE_CHECKING:
    from rich.console import RenderableType

    from strategic.repeated.payoff_sets.perfect_monitoring import PayoffSet, PayoffSets


def payoff_sets_document(found: PayoffSets) -> dict[str, Any]:
    """Describe the sets, one entry a discount factor.

    Examples
    --------
    >>> from strategic.repeated.payoff_sets.perfect_monitoring import payoff_sets
    >>> found = payoff_sets([[9, 1], [10, 3]], [[9, 10], [1, 3]], discount=0.2)
    >>> payoff_sets_document(found)["sets"][0]["vertices"]
    [[3.0, 3.0], [9.0, 9.0]]
    """
    return {
        "game": {
            "title": found.game.title or None,
            "players": list(found.game.players),
            "actions": [list(names) for names in found.game.actions],
            "payoffs": [found.game.row.tolist(), found.game.column.tolist()],
        },
        "feasible": found.feasible.tolist(),
        "minmax": found.minmax.tolist(),
        "sets": [_set_document(one) for one in found],
    }


def payoff_sets_parts(found: PayoffSets) -> Iterator[RenderableType]:
    """Give the parts of the report on payoff sets, in order."""
    from rich.text import Text

    first, second = found.game.players
    yield Text(
        f"Payoffs of {first} and {second} in pure subgame-perfect equilibria, with joint "
        "randomisation by a public signal"
    )
    header = ("discount", "status", "set", "worst", "corners")
    rows = tuple(_row(one) for one in found)
    yield rich_table(Table(header, rows))
    for status in dict.fromkeys(one.status for one in found):
        if status != Status.OK:
            yield Text(f"{status.label}: {status.message}")


def _set_document(one: PayoffSet) -> dict[str, Any]:
    return {
        "discount": one.discount,
        "status": one.status.label,
        "kind": one.kind if len(one.vertices) else None,
        "vertices": one.vertices.tolist(),
        "threat": one.threat.tolist(),
        "steps": one.steps,
        "residual": one.residual,
    }


def _row(one: PayoffSet) -> tuple[str, ...]:
    corners = " ".join(f"({x:.6g}, {y:.6g})" for x, y in one.vertices)
    worst = ", ".join(f"{value:.6g}" for value in one.threat) if len(one.vertices) else "-"
    return f"{one.discount:g}", one.status.label, one.kind, worst, corners or "-"
