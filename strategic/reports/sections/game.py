"""A game of one's own: payoffs, every equilibrium, components."""

from __future__ import annotations

from typing import Any

from strategic.equilibria import Equilibria, solve
from strategic.errors import MethodError
from strategic.games import Game
from strategic.measures import Model
from strategic.reports.solution import payoff_lists, solution_document
from strategic.status import Status


def game(model: Model) -> dict[str, Any]:
    """Describe the game of a model that is no relationship."""
    played = model.game()
    try:
        found = solve(played)
    except MethodError as limit:
        return _unsolved(played, limit)
    document = solution_document(found)
    shown = {**document.pop("game"), **document}
    return shown | {"sentences": _sentences(found)}


def _unsolved(played: Game, limit: MethodError) -> dict[str, Any]:
    return {
        "title": played.title,
        "players": list(played.players),
        "actions": [list(names) for names in played.actions],
        "payoffs": payoff_lists(played),
        "status": Status.NOT_FINISHED.label,
        "equilibria": [],
        "components": [],
        "sentences": [f"Not every equilibrium can be listed: {limit}."],
    }


def _sentences(found: Equilibria) -> list[str]:
    count = len(found)
    what = "extreme equilibria" if bool(found.degenerate) else "equilibria"
    counted = f"{count} {what}" if count != 1 else "a single equilibrium"
    sentences = [f"The game has {counted}. {Status(int(found.status)).message}"]
    if count > 1:
        welfare = found.payoffs.sum(axis=1)
        best = int(welfare.argmax())
        sentences.append(
            f"Number {best} earns the players most together: {welfare[best]:.4g} in all."
        )
    return sentences
