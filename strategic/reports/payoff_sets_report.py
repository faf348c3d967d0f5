"""Payoff sets of a repeated game, as an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from strategic.games.matrix import number_text
from strategic.markup import Table
from strategic.reports.answer import Answer
from strategic.reports.blocks import Block
from strategic.status import Status

if TYPE_CHECKING:
    from strategic.repeated.payoff_sets.perfect_monitoring import PayoffSets


def payoff_sets_answer(found: PayoffSets) -> Answer:
    """Describe payoff sets, one entry per discount factor.

    Examples
    --------
    >>> from strategic.repeated import equilibrium_payoffs
    >>> found = equilibrium_payoffs([[9, 1], [10, 3]], [[9, 10], [1, 3]], discount=0.2)
    >>> payoff_sets_answer(found).document["sets"][0]["vertices"]
    [[3.0, 3.0], [9.0, 9.0]]
    """
    first, second = found.game.players
    rows, sets = [], []
    for one in found:
        corners = (
            " ".join(f"({number_text(x)}, {number_text(y)})" for x, y in one.vertices.tolist())
            or "-"
        )
        worst = ", ".join(map(number_text, one.threat.tolist())) if len(one.vertices) else "-"
        rows.append((number_text(one.discount), one.status.label, one.kind, worst, corners))
        sets.append(
            {
                "discount": one.discount,
                "status": one.status.label,
                "kind": one.kind if len(one.vertices) else None,
                "vertices": one.vertices.tolist(),
                "threat": one.threat.tolist(),
                "steps": one.steps,
                "residual": one.residual,
            }
        )
    statuses = dict.fromkeys(one.status for one in found)
    document = {
        "game": {
            "title": found.game.title or None,
            "players": list(found.game.players),
            "actions": [list(names) for names in found.game.actions],
            "payoffs": [found.game.row.tolist(), found.game.column.tolist()],
        },
        "feasible": found.feasible.tolist(),
        "minmax": found.minmax.tolist(),
        "sets": sets,
    }
    block = Block(
        "payoff_sets",
        f"Pure subgame-perfect equilibrium payoffs of {first} and {second} (public randomisation)",
        tables=[Table(("discount", "status", "set", "worst", "corners"), rows)],
        notes=[f"{status.label}: {status.message}" for status in statuses if status != Status.OK],
    )
    failed = [status for status in statuses if status.failed]
    return Answer(document, [block], failed[0] if failed else Status.OK)
